"""What a command is, and the parser that reads its options."""

from __future__ import annotations

import argparse
import importlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import NoReturn

_NEGATIVE = re.compile(r"-[0-9.,]")


class UsageError(Exception):
    """The words of the command line cannot be read; the text is one sentence."""


@dataclass(frozen=True)
class Command:
    """One command; its module is imported when it is used.

    So that none waits for what another needs.
    """

    name: str
    """The word after ``neuroviz``; empty for what happens without one."""
    module: str
    """The file of this package that does it: ``add_options(parser)`` adds its options to a parser,
    ``run(args)`` does the work and returns the exit code, and ``EPILOG``, where there is one,
    stands below the options in the help text.
    """
    summary: str
    """One line for the help text."""

    def parser(self, epilog: str = "") -> Parser:
        """Return the parser of its options, with more below them in the help text."""
        module = self._load()
        parser = Parser(
            prog=f"neuroviz {self.name}".strip(),
            description=self.summary,
            epilog=getattr(module, "EPILOG", "") + epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        module.add_options(parser)
        return parser

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return the exit code.

        Raises
        ------
        UsageError
            If the folder that it works in was deleted, where torch would end the process.
        """
        try:
            os.getcwd()
        except FileNotFoundError:
            raise UsageError(
                "the folder that it was started in is gone: change to one that exists."
            ) from None
        return int(self._load().run(args))

    def _load(self) -> ModuleType:
        return importlib.import_module(f"neuroviz.cli.{self.module}")


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
    """Write ``--weights -1,1`` as ``--weights=-1,1``.

    argparse takes only plain negative numbers for values.
    """
    words: list[str] = []
    for word in argv:
        if words and _NEGATIVE.match(word) and words[-1].startswith("--") and "=" not in words[-1]:
            words[-1] = f"{words[-1]}={word}"
        else:
            words.append(word)
    return words
