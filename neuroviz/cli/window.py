"""``neuroviz``: open the window."""

from __future__ import annotations

import argparse
import gc
import importlib
from pathlib import Path
from types import ModuleType

from neuroviz import __version__
from neuroviz.cli.command import UsageError
from neuroviz.cli.display import display_objection, library_objection
from neuroviz.cli.options import add_experiment, experiment, refuse_experiment, said
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the window."""
    parser.add_argument("--version", action="version", version=f"neuroviz {__version__}")
    parser.add_argument("file", nargs="?", help="a session, NAME.neuroviz, to open")
    add_experiment(parser)


def run(args: argparse.Namespace) -> int:
    """Open the window with the experiment that was given, or with the last one."""
    file = args.file
    if file is not None:
        refuse_experiment(args)
    settings, edits = _experiment(args)
    return open_window(settings, edits, None if file is None else Path(file))


def open_window(
    settings: Settings | None = None,
    edits: tuple[Edit, ...] = (),
    file: Path | None = None,
    *,
    lesson: Path | None = None,
) -> int:
    """Open the window, with the session of a file or with a lesson in it, and return the exit code.

    Raises
    ------
    UsageError
        If there is no screen, or a library of the system is missing.
    FileError
        If the session cannot be opened.
    """
    objection = display_objection()
    if objection:
        raise UsageError(objection)
    try:
        app = import_app()
    except ImportError as error:
        objection = library_objection(error)
        if objection is None:
            raise
        raise UsageError(objection) from error
    return int(app.run(settings, edits, file, lesson))


def _experiment(args: argparse.Namespace) -> tuple[Settings | None, tuple[Edit, ...]]:
    """Return what the window opens with.

    None for the last experiment, and a task alone as the window has it.
    """
    choices = said(args)
    if args.edit or choices.keys() - {"task", "data"}:
        return experiment(args)
    return (Settings.opened(**choices) if choices else None), ()


def import_app() -> ModuleType:
    """Return ``neuroviz.ui.app``, imported only here.

    No other command needs Qt, nor should wait for it. What the imports make lives as long as the
    program: to have it looked through for garbage would take 30 ms.
    """
    gc.disable()
    try:
        return importlib.import_module("neuroviz.ui.app")
    finally:
        gc.freeze()
        gc.enable()
