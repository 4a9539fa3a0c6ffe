"""A figure on disk."""

from pathlib import Path

from neuroviz.files.writer import FileError, check_writable, write_bytes
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.render import ENDINGS, listed_endings, render


def check_figure_path(path: str | Path) -> Path:
    """Return the file that a path means for a figure, or refuse it, before any work is done for it.

    Raises
    ------
    FileError
        The ending is none of `neuroviz.pictures.render.ENDINGS`,
        or the path plainly cannot be written.
    """
    if Path(path).suffix.lower() not in ENDINGS:
        raise FileError(
            f"Cannot write a figure to {str(path)!r}: "
            f"give the name an ending of {listed_endings()}."
        )
    return check_writable(path)


def write_figure(path: str | Path, figure: Figure) -> Path:
    """Write a figure to a file of the kind its ending says, all of it or nothing; return the file.

    Parameters
    ----------
    path
        The file, ending in one of `ENDINGS` in any case.

    Raises
    ------
    FileError
        The ending is unknown or the file cannot be written.
    """
    check_figure_path(path)
    return write_bytes(path, render(figure, Path(path).suffix.lower()))
