"""Where icons and the like are: inside an installed package, or in the repository beside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_REPOSITORY = _PACKAGE.parent
_FOLDERS = (_PACKAGE / "resources", _REPOSITORY / "resources", _REPOSITORY / ".github")
"""A wheel has them in the package; an editable install leaves them where they are."""


def resource_path(name: str) -> Path:
    """Return the path of a file of ``resources/``, such as ``"icon.svg"``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    for folder in _FOLDERS:
        path = folder / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"There is no resource {name!r} in {' or '.join(map(str, _FOLDERS))}.")


def resource_files(folder: str, ending: str) -> list[Path]:
    """Return the files with an ending in a folder of ``resources/``.

    In the order of their names.
    """
    found = next((base / folder for base in _FOLDERS if (base / folder).is_dir()), None)
    return (
        [] if found is None else sorted(path for path in found.iterdir() if path.suffix == ending)
    )
