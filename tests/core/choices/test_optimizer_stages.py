import unicodedata

from neuroviz.core.choices.optimizers import OPTIMIZERS
from tests.for_each import for_each


@for_each("optimizer", OPTIMIZERS.values())
def test_no_accent_stands_beside_its_letter(optimizer):
    """Each is one character with its letter: most fonts drop a hat that is to be put over an m."""
    written = [optimizer.formula]
    written += [text for rule in optimizer.rules for text in (rule.symbol, rule.formula)]
    assert not any(map(unicodedata.combining, "".join(written)))
