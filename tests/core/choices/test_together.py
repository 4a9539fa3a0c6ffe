"""What works with what, as CONTRIBUTING lists it."""

import itertools

import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings

KINDS = {
    "formula": {"features": ["x1*x2"]},
    "newton": {"optimizer": "newton"},
    "line search": {"optimizer": "line_search"},
    "perceptron": {"loss": "perceptron"},
    "hidden": {"hidden": 2},
    "classes": {"task": "blobs3"},
    "targets": {"task": "gates"},
}
REFUSED = {
    frozenset(pair)
    for pair in itertools.product(
        ("newton", "line search", "perceptron"), ("hidden", "classes", "targets")
    )
}
PAIRS = [
    pair
    for pair in itertools.combinations(KINDS, 2)
    if pair not in (("newton", "line search"), ("classes", "targets"))  # one excludes the other
]


@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_two_of_them_work_together_or_one_sentence_says_why_not(pair):
    one, other = (KINDS[name] for name in pair)
    choices = {"task": "and", **one, **other}
    if frozenset(pair) in REFUSED:
        with pytest.raises(SettingsError, match=r"^[^.]+\.$"):
            Settings(**choices)
    else:
        settings = Settings(**choices)
        assert all(
            getattr(settings, name) == (tuple(value) if name == "features" else value)
            for name, value in choices.items()
        )
