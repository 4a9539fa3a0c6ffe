import sys
from types import ModuleType

import pytest

from neuroviz.cli.command import Command
from neuroviz.cli.output import UsageError


@pytest.fixture
def parser(monkeypatch):
    """Give the parser of a command with one option that takes a text and one that takes nothing."""

    def add(options):
        options.add_argument("--weights")
        options.add_argument("--json", action="store_true")

    module = ModuleType("neuroviz.cli.attempt")
    module.add_options = add
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return Command("try", "Try it.", "attempt").parser()


@pytest.mark.parametrize("value", ["-1,1", "-1.5", "-1e-3", "-.5", "-0,5;1", "-,5"])
@pytest.mark.parametrize("form", ["--weights {}", "--weights={}"])
def test_negative_values(value, form, parser):
    """A value that begins with a minus sign is a value, after a space and after an equals sign."""
    assert parser.read(form.format(value).split(" ")).weights == value


@pytest.mark.parametrize(
    "words", [["--weights", "--json"], ["--weight", "1"], ["--json", "-1"], ["-x"], ["extra"]]
)
def test_words_that_cannot_be_read(words, parser):
    """A missing value, an abbreviation or unknown word are refused in one line naming the help."""
    with pytest.raises(UsageError, match=r"^[^\n]+ \(see 'neuroviz try --help'\)\.$"):
        parser.read(words)
