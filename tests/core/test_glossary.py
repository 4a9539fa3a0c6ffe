"""Terms are found where they stand, and misspelt ones by what is near."""

import pytest

from neuroviz.core.glossary import Glossary, Term
from tests.for_each import for_each

TERMS = (
    Term("learning rate", "One. Two.", says=("rate", "η")),
    Term("loss", "One. Two.", says=("L", "∂L/∂ŷ")),
    Term("weight", "One. Two.", says=("weights", "w")),
    Term("logic gate", "One. Two.", says=("AND",)),
    Term("run", "One. Two.", says=("a run",), alone=("run",)),
)
GLOSSARY = Glossary(TERMS)


def found(text):
    return [(text[span.start : span.end], span.term.name) for span in GLOSSARY.spans(text)]


@for_each(
    ("text", "terms"),
    [
        ("Learning rate", [("Learning rate", "learning rate")]),
        ("the learning rate of the next step 1", [("learning rate", "learning rate")]),
        ("w₁₂ and w2 of the weights", [("w₁₂", "weight"), ("w2", "weight"), ("weights", "weight")]),
        ("two and AND", [("AND", "logic gate")]),
        ("Let it run, as a run does", [("a run", "run")]),
        ("lossless L2", [("L2", "loss")]),
        ("wx, xw", []),
        ("∂L/∂ŷ", [("∂L/∂ŷ", "loss")]),
        ("", []),
    ],
)
def test_terms_in_a_text(text, terms):
    """The longest spelling counts, a symbol keeps its case and its number.

    A word in a longer one is none.
    """
    assert found(text) == terms


@pytest.mark.parametrize("text", ["Run", "RUN 3", " run: ", "2  Run"])
def test_a_whole_text_is_a_term_whatever_its_case_and_number(text):
    """As a button has it; in the midst of a sentence the verb is none."""
    assert GLOSSARY.find(text) is GLOSSARY["run"]
    assert [span.term.name for span in GLOSSARY.spans(text)] == ["run"]


def test_what_is_near_a_misspelt_word():
    """Also to one word of several."""
    assert GLOSSARY.nearest("lerning")[0] == "learning rate"
    assert GLOSSARY.nearest("wieght")[0] == "weight"
    assert GLOSSARY.nearest("quux") == []


def test_two_terms_may_not_be_spelled_alike():
    """Or one of them would never be found."""
    with pytest.raises(ValueError, match="'L' means 'loss' and 'length'"):
        Glossary([*TERMS, Term("length", "One. Two.", says=("L",))])
