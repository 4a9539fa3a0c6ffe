"""``neuroviz explain``: the window's own sentences, and what to write for a misspelt word."""

import subprocess
import sys

from neuroviz.cli import main
from neuroviz.files.glossary import load_glossary

GLOSSARY = load_glossary()


def said(capsys, *words):
    code = main(["explain", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_term_with_sentences_formula_and_source(capsys):
    """Word for word what the table has, only wrapped; without options no number."""
    code, out, _ = said(capsys, "condition", "number")
    plain = " ".join(out.split())
    term = GLOSSARY["condition number"]
    assert code == 0
    assert term.text in plain
    assert f"formula {term.formula}" in plain
    assert term.sources[0] in plain
    assert "Now" not in plain


def test_the_numbers_at_the_start_of_an_experiment(capsys):
    """As `neuroviz curvature` gives them."""
    _, out, _ = said(capsys, "condition number", "--task", "line")
    assert "here      Now 31.97/0.3649 = 87.6." in out


def test_a_symbol_and_any_case(capsys):
    """As it stands on the screen."""
    assert said(capsys, "η")[1] == said(capsys, "LEARNING RATE")[1]


def test_without_a_word_all_are_listed(capsys):
    """One a line."""
    assert said(capsys)[1].splitlines() == list(GLOSSARY)


def test_penalties_have_the_names_that_people_know(capsys):
    """And one that is not in force says so by its number."""
    for word, name in (("lasso", "L1"), ("ridge", "L2"), ("regularization", "penalty")):
        assert said(capsys, word)[1].startswith(name)
    assert "Here its strength, λ₂, is 0." in said(capsys, "L2", "--task", "and")[1]


def test_a_misspelt_word_gets_what_is_near(capsys):
    """In one sentence, and nothing on standard output."""
    code, out, err = said(capsys, "conditon")
    assert (code, out) == (2, "")
    assert err.startswith(
        "neuroviz: there is no term 'conditon'; the nearest are 'condition number'"
    )
    assert err.count("\n") == 1
    assert "nothing is spelled like it" in said(capsys, "qqq")[2]


def test_what_does_not_apply_is_said(capsys):
    """Rather than left out without a word."""
    assert (
        "It has no numbers in this experiment." in said(capsys, "limit", "--optimizer", "adam")[1]
    )


def test_an_edit_is_refused(capsys):
    """There is no later step to explain."""
    code, _, err = said(capsys, "loss", "--edit", "5:lr=1")
    assert code == 2
    assert "leave it out" in err


def test_no_word_waits_for_torch():
    """Only numbers of an experiment need it."""
    program = (
        "import sys; from neuroviz.cli import main; main(['explain', 'loss']); "
        "assert not {'torch', 'PySide6'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
