import pytest

from neuroviz.cli.command import Command, UsageError


def parser():
    """Give the parser of a command with one option that takes a text and one that takes nothing."""

    def add(options):
        options.add_argument("--weights")
        options.add_argument("--json", action="store_true")

    return Command("try", "Try it.", add, lambda args: 0).parser()


@pytest.mark.parametrize("value", ["-1,1", "-1.5", "-1e-3", "-.5", "-0,5;1", "-,5"])
@pytest.mark.parametrize("form", ["--weights {}", "--weights={}"])
def test_negative_values(value, form):
    """A value that begins with a minus sign is a value, after a space and after an equals sign."""
    assert parser().read(form.format(value).split(" ")).weights == value


@pytest.mark.parametrize("words", [["--weights", "--json"], ["--weight", "1"], ["--json", "-1"], ["-x"], ["extra"]])
def test_words_that_cannot_be_read(words):
    """A missing value, an abbreviation and an unknown word are refused in one line that names the help."""
    with pytest.raises(UsageError, match=r"^[^\n]+ \(see 'neuroviz try --help'\)\.$"):
        parser().read(words)
