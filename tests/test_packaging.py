"""The package, its versions, the README's two lines, and what runs them."""

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from PySide6.QtCore import QObject

import neuroviz

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN = "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/neuroviz"
TEST = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest"


def test_distribution():
    """The distribution is neuroviz-desktop: the name neuroviz is somebody else's on PyPI."""
    assert metadata.version("neuroviz-desktop") == neuroviz.__version__
    scripts = metadata.distribution("neuroviz-desktop").entry_points
    assert [(script.name, script.value) for script in scripts] == [("neuroviz", "neuroviz.cli:main")]


def test_no_document_names_the_other_program():
    documents = [*ROOT.glob("*.md"), *ROOT.glob("resources/**/*.md"), *(ROOT / "neuroviz").rglob("*.py")]
    for path in documents:
        assert not re.search(r"pip3? install neuroviz\b(?!-)", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("name", "refused", "taken"),
    [
        ("pyside6-essentials", ("6.10.1", "6.11.0", "6.11.1", "6.12.0"), ("6.10.3", "6.11.3")),
        ("pyqtgraph", ("0.13.7", "0.15.0"), ("0.14.0",)),
        ("torch", ("2.3.1",), ("2.4.0", "2.13.0")),
    ],
)
def test_versions_known_to_fail_are_refused(name, refused, taken):
    required = {
        canonicalize_name(requirement.name): requirement.specifier
        for requirement in map(Requirement, metadata.requires("neuroviz-desktop"))
    }
    assert [version for version in refused if Version(version) in required[name]] == []
    assert [version for version in taken if Version(version) not in required[name]] == []


def test_void_calls_of_qt_keep_none_alive():
    """PySide6 6.12.0 drops a reference to None at every void call, until Python 3.11 aborts."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(500):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 100


def test_two_lines_are_all_the_set_up():
    assert README.splitlines().count(RUN) == 1
    assert README.splitlines().count(TEST) == 1


def test_ci_runs_the_line_of_the_readme():
    """``.ci/run`` reads the test line out of the README, so that there is one truth."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    (found,) = re.findall(r"^test_line=\$\((.+)\)$", text, re.MULTILINE)
    line = subprocess.run(["bash", "-c", found], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert line.strip() == TEST


def test_readme_names_what_ci_installs():
    """The system packages are the same in both."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    packages = re.search(r"packages=\(([^)]+)\)", script)[1].split()
    assert len(packages) > 15
    assert [name for name in packages if name not in README.split()] == []


def test_everything_the_readme_shows_is_there():
    for name in re.findall(r"\]\(([\w./-]+)\)", README):
        assert (ROOT / name).exists(), name
    for module in re.findall(r"python -m (tests\.[\w.]+)", README):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module


def test_desktop_entry():
    path = ROOT / "resources" / "neuroviz.desktop"
    assert "Exec=neuroviz\n" in path.read_text(encoding="utf-8")
    validate = shutil.which("desktop-file-validate")
    if validate:
        result = subprocess.run([validate, path], capture_output=True, text=True, check=False)
        assert (result.returncode, result.stdout) == (0, "")
