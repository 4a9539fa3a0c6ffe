"""What the program consists of, with versions and licences, from the metadata of each part."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

_CLASSIFIER = "License :: OSI Approved :: "


class ProgramPart(NamedTuple):
    """A part that the program needs, or the program itself."""

    name: str
    version: str
    licence: str


def parts() -> list[ProgramPart]:
    """Return the program, Python, and every distribution that they need here."""
    # Imported here, since it takes 15 ms.
    from importlib import metadata

    found = {}
    names = ["neuroviz-desktop"]
    for name in names:
        try:
            about = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another system
            continue
        found[about.name.lower()] = ProgramPart(about.name, about.version, _licence(about.metadata))
        for need in about.requires or ():
            other = re.split(r"[^\w.-]", need)[0]
            if "extra ==" not in need and other not in names:
                names.append(other)
    first, *others = found.values()
    python = ProgramPart("Python", platform.python_version(), "PSF-2.0")
    return [first, python, *sorted(others, key=lambda part: part.name.lower())]


def _licence(about: PackageMetadata) -> str:
    """Return the licence that the metadata state in one of three ways, or that none is stated."""
    if "License-Expression" in about:
        return about["License-Expression"]
    for classifier in about.get_all("Classifier") or ():
        if classifier.startswith(_CLASSIFIER):
            return str(classifier.removeprefix(_CLASSIFIER))
    # Tested first, since from Python 3.12 on a missing key gives a warning.
    # Parts of torch's CUDA build have none of the three.
    return about["License"].partition("\n")[0] if "License" in about else "none stated"
