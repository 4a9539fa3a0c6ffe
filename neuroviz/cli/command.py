"""The commands: their table, the parser of their options, and a sentence for each error."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from neuroviz.cli.options import hyperparameters
from neuroviz.cli.output import BAD_INPUT, UsageError, complain, emit, keep_quiet, prepare
from neuroviz.core.catalogue import SettingsError, known_names, nearest
from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.resolve import CHOICES
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.types import Frozen
from neuroviz.files.session_file import ENDING
from neuroviz.files.writer import FileError

_QUIET = ("-q", "--quiet")
_NEGATIVE = re.compile(r"-[0-9.,]")


class Command(Frozen):
    """One command; its module is imported only when it is used, so that no other command waits."""

    name: str
    """The word after ``neuroviz``; empty for the default."""
    summary: str
    """One line for the help text."""
    module: str = ""
    """The file of this package with its code, if its name differs. ``add_options(parser)`` adds its
    options to a parser, ``run(args)`` does the work and returns the exit code, and ``EPILOG``, if
    there is one, stands below the options in the help text."""

    def parser(self) -> Parser:
        """Return the parser of its options."""
        module = self._load()
        parser = Parser(
            prog=f"neuroviz {self.name}".strip(),
            description=self.summary,
            epilog=getattr(module, "EPILOG", ""),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        parser.add_argument(
            *_QUIET,
            action="store_true",
            help="print only what was asked for, and what went wrong",
        )
        module.add_options(parser)
        return parser

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return the exit code.

        Raises
        ------
        UsageError
            If the working folder was deleted, in which torch would end the process.
        """
        try:
            os.getcwd()
        except FileNotFoundError:
            raise UsageError(
                "the folder it was started in is gone: change to one that exists."
            ) from None
        keep_quiet(args.quiet)
        return int(self._load().run(args))

    def _load(self) -> ModuleType:
        return importlib.import_module(f"neuroviz.cli.{self.module or self.name}")


class Parser(argparse.ArgumentParser):
    """argparse with errors of one sentence, and with negative values that it does not refuse."""

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """Return the options.

        Raises
        ------
        UsageError
            If the words cannot be read.
        """
        self._words = argv
        return self.parse_args(_joined(argv))

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End after --help or --version, or say why they could not be written."""
        emit(b"")
        super().exit(status, message)

    def error(self, message: str) -> NoReturn:
        """Raise the sentence, with a reference to the help text."""
        if message.startswith("the following arguments are required"):
            # One of them may have been mistyped.
            unknown = [
                word for word in self._words if word.startswith("--") and not self._has(word)
            ]
            message = f"unrecognized arguments: {' '.join(unknown)}" if unknown else message
        # Keep only the first name of an option, and no list of choices in place of one.
        text = message.removeprefix("argument ").rstrip(".")
        text = re.sub(r"^(--[\w-]+)/[^:]+|^{.*}: ", r"\1", text)
        raise UsageError(f"{text}{self._hint(message)} (see '{self.prog} --help').")

    def _has(self, word: str) -> bool:
        return word.partition("=")[0] in self._option_string_actions

    def _hint(self, message: str) -> str:
        """Return the nearest option or choice to the words that argparse refuses, else ""."""
        choice = re.search("invalid choice: '(.*)' .choose from (.*).", message)
        if choice:
            wrong = [choice[1]]
            known = re.findall(r"[\w-]+", choice[2])
        elif message.startswith("unrecognized arguments"):
            words = message.split()[2:]
            if words and words[0] in TASKS:
                return f"; did you mean --task {words[0]}?"
            if words and self._has("--data") and os.path.isfile(words[0]):
                return f"; did you mean --data {words[0]}?"
            wrong = [word.partition("=")[0] for word in words if word.startswith("--")]
            known = [word for action in self._actions for word in action.option_strings]
        else:
            return ""
        near = [name for word in wrong for name in nearest(word, known)]
        return f"; did you mean {near[0]}?" if near else ""


def _joined(argv: Sequence[str]) -> list[str]:
    """Join ``--weights -1,1`` to ``--weights=-1,1``: argparse takes no other negative values."""
    words: list[str] = []
    for word in argv:
        if words and _NEGATIVE.match(word) and words[-1].startswith("--") and "=" not in words[-1]:
            words[-1] = f"{words[-1]}={word}"
        else:
            words.append(word)
    return words


_TABLE = (
    Command(
        "",
        "See gradient descent happen in one neuron. Without a command: open the window, with a "
        "session from a file, with the experiment of the options, or else as you left it.",
        "window",
    ),
    Command("animate", "Train one neuron, and make a film of the run."),
    Command("completion", "Write a script by which bash, zsh or fish completes the commands."),
    Command(
        "curvature",
        "Show the curvature at the start, and which learning rates it allows.",
    ),
    Command(
        "explain",
        "Explain a term of the screen: what it means, with numbers, and where to read about it.",
    ),
    Command("help", "List the commands, or the options of one."),
    Command("lesson", "Open a lesson in the window, list them, or check one of your own."),
    Command(
        "list",
        "List every task, activation, loss, optimizer, schedule and switch.",
        "listing",
    ),
    Command("page", "Write a run as one page for a browser, to scrub through."),
    Command(
        "report",
        "Write a report of a run on a page or two: settings, figures, numbers, words and code.",
    ),
    Command("script", "Write the experiment as torch code that runs by itself."),
    Command("sweep", "Train one neuron with many learning rates, momenta or starts at once."),
    Command("train", "Train one neuron without a window, and report the result."),
    Command("worksheet", "Write a lesson as a worksheet for paper, or its key."),
)
COMMANDS = {command.name: command for command in _TABLE}
"""The commands by name; the default has an empty name."""
NAMED = {name: command for name, command in COMMANDS.items() if name}


def dispatch(argv: Sequence[str] | None) -> int:
    """Run the command that the words name, and return the exit code."""
    prepare()
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except SystemExit as end:  # argparse after --help and --version
        return int(end.code or 0)
    except SettingsError as error:
        complain(_in_options(error))
    except (UsageError, FileError) as error:
        complain(str(error))
    return BAD_INPUT


def _run(words: list[str]) -> int:
    if words and words[0] in _QUIET:  # means the same before a command as after it
        words = [*words[1:], words[0]]
    if words in (["-h"], ["--help"]):
        words = ["help"]
    if words and words[0] in NAMED:
        command = NAMED[words[0]]
        return command.run(command.parser().read(words[1:]))
    file = bool(words) and (words[0].endswith(ENDING) or os.path.isfile(words[0]))
    if words and not words[0].startswith("-") and not file:
        file_meant = "." in words[0] or os.sep in words[0]
        nor = ", and no such file" if file_meant else ""
        meant = f"did you mean --task {words[0]}?" if words[0] in TASKS else ""
        known = (*NAMED, "--version")
        raise UsageError(
            f"there is no command {words[0]!r}{nor}; {meant or known_names(words[0], known)[:-1]} "
            "(see 'neuroviz --help')."
        )
    default = COMMANDS[""]
    return default.run(default.parser().read(words))


def _in_options(error: SettingsError) -> str:
    """Replace the setting at fault, where the sentence names it, by its option."""
    message = str(error)
    if error.field == "edit":  # an edit names fields, not options
        return message
    for field in sorted({*CHOICES, "held_out", "every", "seconds", *hyperparameters()} - {"data"}):
        where = rf"\b{field}\b" if "_" in field else rf"^{field}\b"
        message = re.sub(where, option(field), message)
    return message
