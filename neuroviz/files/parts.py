"""What the program is made of: versions and licences, as the parts themselves say."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

_CLASSIFIER = "License :: OSI Approved :: "


class ProgramPart(NamedTuple):
    """Something that the program runs on."""

    name: str
    version: str
    licence: str


def parts() -> list[ProgramPart]:
    """Return the program, Python, and every distribution that they need here."""
    # Here: no start waits 15 ms for it.
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
    """Return the licence as the metadata has it, in one of three ways, or that it has none."""
    if "License-Expression" in about:
        return about["License-Expression"]
    for classifier in about.get_all("Classifier") or ():
        if classifier.startswith(_CLASSIFIER):
            return str(classifier.removeprefix(_CLASSIFIER))
    # Asked first: from Python 3.12 on, a name that is not there warns.
    # Parts of torch's CUDA build have none of the three.
    return about["License"].partition("\n")[0] if "License" in about else "none stated"
