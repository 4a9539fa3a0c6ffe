"""The parts are those that are installed, and each says under what licence."""

import platform
import re
from importlib import metadata

from neuroviz.files.parts import parts


def test_every_part_says_its_version_and_its_licence():
    found = {part.name.lower(): part for part in parts()}
    assert [part.name for part in parts()[:2]] == ["neuroviz-desktop", "Python"]
    assert found["python"].version == platform.python_version()
    for part in parts():
        assert re.match(r"\d", part.version), part
        assert 1 < len(part.licence) < 200, part
    assert "LGPL-3.0" in found["pyside6_essentials"].licence
    assert "LGPL-3.0" in found["fpdf2"].licence
    assert "MIT" in found["pyqtgraph"].licence


def test_none_is_missing_and_no_tool_is_among_them():
    """What the requirements name, directly or by another."""
    found = {part.name.lower().replace("_", "-") for part in parts()}
    needed = metadata.requires("neuroviz-desktop")
    direct = {re.split(r"[^\w-]", each)[0].lower() for each in needed if "extra" not in each}
    assert direct <= found
    assert {"shiboken6", "sympy"} <= found  # of PySide6 and torch
    assert "pytest" not in found


def test_a_part_that_states_no_licence_is_said_to_state_none(monkeypatch, tmp_path):
    """So does NVIDIA's ``cuda-toolkit``, a part of torch on Linux from PyPI."""
    folder = tmp_path / "silent_part-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.4\nName: silent-part\nVersion: 1.0\n")
    silent = metadata.Distribution.at(folder)
    monkeypatch.setattr(metadata, "distribution", lambda name: silent)
    assert parts()[0] == ("silent-part", "1.0", "none stated")
