import numpy as np
import pytest

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.explanations import WORDS, Asked, terms_of
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each


@for_each("kind", WORDS)
def test_the_arithmetic_ends_with_the_value(kind: str) -> None:
    """For a sample and for the mean the last number of the arithmetic is the value."""
    settings = Settings(learning_rate=0.1, seed=3)
    trainer = Trainer(settings)
    anatomy = Anatomy(settings, trainer.history.newest, trainer.hyperparameters())
    for sample in (None, 1):
        asked = Asked(anatomy, kind, 0, 0, sample)
        words = WORDS[kind](asked)
        assert words.arithmetic.startswith("= ")
        assert float(words.arithmetic.rsplit("= ", 1)[1]) == pytest.approx(words.value, rel=5e-4)
        assert words.title[0].isupper()


def test_only_a_mean_has_terms() -> None:
    """A batch of one is its sample; the update has no shares."""
    settings = Settings(batch_size=1, seed=3)
    trainer = Trainer(settings)
    anatomy = Anatomy(settings, trainer.history.newest, trainer.hyperparameters())
    assert terms_of(Asked(anatomy, "grad", 0, 0, None)) is None
    whole = Anatomy(
        settings.replace(batch_size="full"), trainer.history.newest, trainer.hyperparameters()
    )
    terms = terms_of(Asked(whole, "grad", 0, 0, None))
    assert terms is not None
    np.testing.assert_array_equal(terms.rows[:, -1], whole.sample_grads[:, 0])
    assert terms_of(Asked(whole, "weight", 0, 0, None)) is None
