"""``neuroviz help``: what the program can do, the options of a command, and a page for man."""

from __future__ import annotations

import argparse
import textwrap

from neuroviz import __version__
from neuroviz.cli.command import COMMANDS, NAMED
from neuroviz.cli.output import COLUMNS, UsageError, emit
from neuroviz.core.catalogue import known_names

_ABOUT = (
    "NeuroViz shows gradient descent happening in one neuron, with every number the real one: in "
    "a window, or by a command without one. It needs neither network nor account."
)
_USAGE = """\
neuroviz [--task NAME ...]      open the window, as it was closed or with an experiment
neuroviz FILE                   open the window with a session, a table or a lesson
neuroviz COMMAND [OPTION ...]   one of these"""
_EXAMPLES = """\
neuroviz --task line --lr 0.01                             a window with this experiment
neuroviz train --task xor --hidden 3 --plot loss.svg       a run without a window
neuroviz train --data shop.csv --target price --json -     data of your own, for another program"""
_MORE = """\
'neuroviz help COMMAND' lists its options, 'neuroviz help train' all those of an experiment,
'neuroviz help ""' those of the window.
-h, --help     the same; after a command, its options
-V, --version  the version
-q, --quiet    print only what was asked for, and what went wrong
A file called - is standard input, or standard output."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``help``."""
    parser.add_argument("command", nargs="?", metavar="COMMAND", help="whose options to name")
    parser.add_argument("--man", action="store_true", help="everything, as a page for man")


def run(args: argparse.Namespace) -> int:
    """Print the help."""
    if args.man:
        emit(_man_page())
    elif args.command is None:
        emit("\n\n".join((textwrap.fill(_ABOUT, COLUMNS), *map("\n".join, _sections()))))
    elif args.command in COMMANDS:
        emit(COMMANDS[args.command].parser().format_help().rstrip())
    else:
        known = known_names(args.command, NAMED)
        raise UsageError(f"there is no command {args.command!r}; {known}")
    return 0


def _sections() -> list[tuple[str, str]]:
    """Return the headings and their texts."""
    width = max(map(len, NAMED)) + 2
    commands = "\n".join(f"{name:{width}}{command.summary}" for name, command in NAMED.items())
    parts = {"usage": _USAGE, "commands": commands, "examples": _EXAMPLES, "more": _MORE}
    return [(f"{name}:", textwrap.indent(text, "  ")) for name, text in parts.items()]


def _man_page() -> str:
    """Return all help texts as troff, in the form of man(7).

    Reference
    ---------
    groff_man(7)
    """
    parts = [(name.rstrip(":"), text) for name, text in _sections()]
    parts += [
        (f"neuroviz {name}".strip(), command.parser().format_help())
        for name, command in COMMANDS.items()
    ]
    texts = "".join(f'.SH "{name.upper()}"\n.nf\n{_troff(text)}\n.fi\n' for name, text in parts)
    return (
        f'.TH NEUROVIZ 1 "" "neuroviz {__version__}"\n.SH NAME\n'
        f"neuroviz \\- gradient descent in one neuron\n.SH DESCRIPTION\n{_troff(_ABOUT)}\n{texts}"
    ).rstrip()


def _troff(text: str) -> str:
    """Return a text in which nothing is a troff command."""
    escaped = text.rstrip().replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in escaped.split("\n"))
