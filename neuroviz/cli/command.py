"""What a command is, and the parser that reads its options."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

__all__ = ["Command", "Parser", "UsageError"]

_NEGATIVE = re.compile(r"-[0-9.,]")


class UsageError(Exception):
    """The words of the command line cannot be read; the text is one sentence."""


@dataclass(frozen=True)
class Command:
    """One command; a module of this package that has one, named ``COMMAND``, is found by itself.

    Parameters
    ----------
    name
        The word after ``neuroviz``; empty for what happens without one.
    summary
        One line for the help text.
    add_options
        Adds its options to a parser.
    run
        Does the work and returns the exit code.
    epilog
        What stands below the options in the help text.
    """

    name: str
    summary: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    epilog: str = ""

    def parser(self, epilog: str = "") -> Parser:
        """Return the parser of its options."""
        parser = Parser(
            prog=f"neuroviz {self.name}".strip(),
            description=self.summary,
            epilog=self.epilog + epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_options(parser)
        return parser


class Parser(argparse.ArgumentParser):
    """argparse with errors of one sentence, and with negative values that are no options."""

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """Return the options.

        Raises
        ------
        UsageError
            If the words cannot be read.
        """
        return self.parse_args(_joined(argv))

    def error(self, message: str) -> NoReturn:
        """Raise the sentence, with the way to the help text."""
        text = message.removeprefix("argument ").rstrip(".")
        raise UsageError(f"{text} (see '{self.prog} --help').")


def _joined(argv: Sequence[str]) -> list[str]:
    """Write ``--weights -1,1`` as ``--weights=-1,1``: argparse takes only plain negative numbers for values."""
    words: list[str] = []
    for word in argv:
        if words and _NEGATIVE.match(word) and words[-1].startswith("--") and "=" not in words[-1]:
            words[-1] = f"{words[-1]}={word}"
        else:
            words.append(word)
    return words
