"""Find the command, run it, and put what a user can get wrong into one sentence."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Sequence

import neuroviz.cli
from neuroviz.cli.command import Command, UsageError
from neuroviz.cli.options import hyperparameters
from neuroviz.cli.output import complain, finish, prepare
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.resolve import CHOICES
from neuroviz.files.writer import FileError

__all__ = ["commands", "dispatch"]

BAD_INPUT = 2


def commands() -> dict[str, Command]:
    """Return the commands by name, the default under the empty name."""
    names = sorted(module.name for module in pkgutil.iter_modules(neuroviz.cli.__path__))
    modules = [importlib.import_module(f"neuroviz.cli.{name}") for name in names]
    found = [module.COMMAND for module in modules if hasattr(module, "COMMAND")]
    return {command.name: command for command in found}


def dispatch(argv: Sequence[str] | None) -> int:
    """Run the command that the words name and return the exit code."""
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
    finally:
        finish()
    return BAD_INPUT


def _run(words: list[str]) -> int:
    known = commands()
    named = {name: command for name, command in known.items() if name}
    if words and words[0] in named:
        command = named[words[0]]
        return command.run(command.parser().read(words[1:]))
    if words and not words[0].startswith("-"):
        raise UsageError(f"there is no command {words[0]!r}; known are {', '.join(named)} (see 'neuroviz --help').")
    width = max(map(len, named)) + 2
    listed = "".join(f"\n  {name:{width}}{command.summary}" for name, command in named.items())
    default = known[""]
    return default.run(default.parser(f"commands:{listed}\n\n'neuroviz COMMAND --help' says more.").read(words))


def _in_options(error: SettingsError) -> str:
    """Name the setting at fault by its option where the sentence begins with it or writes it as a field."""
    message = str(error)
    if error.field == "edit":  # there the names are those of fields
        return message
    for field in sorted({*CHOICES, *hyperparameters()} - {"data"}):
        where = rf"\b{field}\b" if "_" in field else rf"^{field}\b"
        message = re.sub(where, option(field), message)
    return message
