"""The package, its versions, the README's two lines, and what runs them."""

import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from PySide6.QtCore import QObject

import neuroviz
from neuroviz.cli.command import COMMANDS
from neuroviz.files.places import resource_path
from neuroviz.lessons.library import lesson_paths
from neuroviz.lessons.reading import read_lesson

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob(".github/*.md")]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CPU = "https://download.pytorch.org/whl/cpu"
TORCH = (
    "python3 -m venv .venv && { .venv/bin/pip install --no-deps --retries 0 --timeout 10 "
    f"--disable-pip-version-check --index-url {CPU} torch || echo "
    '"pytorch.org gave no CPU build of torch. Next comes PyPI: for Linux it has the CUDA build, '
    '3.1 GB to download (Ctrl-C stops it)."; }'
)
RUN = f"{TORCH} && .venv/bin/pip install -e . && .venv/bin/neuroviz"
TEST = f"{TORCH} && .venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest"


def test_distribution():
    """The distribution is neuroviz-desktop: the name neuroviz is somebody else's on PyPI."""
    assert metadata.version("neuroviz-desktop") == neuroviz.__version__
    commands = {
        (entry.group, entry.name, entry.value)
        for entry in metadata.distribution("neuroviz-desktop").entry_points
    }
    assert commands == {
        ("console_scripts", "neuroviz", "neuroviz.cli:main"),
        ("gui_scripts", "neuroviz-window", "neuroviz.cli:main"),
    }


def test_every_python_that_is_named_can_install_it():
    """Those of the classifiers and of the README.

    And pip is to judge the next ones by the wheels there are.
    """
    taken = SpecifierSet(PROJECT["project"]["requires-python"])
    named = re.findall(
        r"Python :: (3\.\d+)$", "\n".join(PROJECT["project"]["classifiers"]), re.MULTILINE
    )
    assert named == re.findall(r"3\.\d+", re.search(r"You need Python ([^\n]*?), and", README)[1])
    assert [version for version in (*named, "3.15", "3.20") if version not in taken] == []
    assert "3.10" not in taken
    page = resource_path("page.html").read_text(encoding="utf-8")
    assert f"with Python {named[0]} or later, one line of the README" in page


def test_uv_takes_torch_from_where_the_lines_take_it():
    """On Linux alone: what PyPI has for other systems is no CUDA build."""
    (index,) = PROJECT["tool"]["uv"]["index"]
    assert (index["url"], index["explicit"]) == (CPU, True)
    assert PROJECT["tool"]["uv"]["sources"] == {
        "torch": {"index": index["name"], "marker": "sys_platform == 'linux'"}
    }


def test_others_can_check_their_types_against_ours():
    assert (Path(neuroviz.__file__).parent / "py.typed").is_file()


def test_resources_are_what_the_program_needs():
    """They are in every wheel: what the README shows stands elsewhere."""
    kinds = {path.suffix for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert kinds <= {".svg", ".desktop", ".md", ".toml", ".html", ".xml"}


def test_commits_are_checked_as_the_tests_check():
    """Each tool that the tests of the architecture run is a hook of pre-commit."""
    hooks = re.findall(
        r"^ +entry: (.+)$",
        (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert hooks == [
        "python -m ruff check .",
        "python -m ruff format --check .",
        "python -m mypy",
        "lint-imports",
    ]


def test_no_document_names_the_other_program():
    documents = [
        *DOCUMENTS,
        *ROOT.glob("resources/**/*.md"),
        *(ROOT / "neuroviz").rglob("*.py"),
    ]
    for path in documents:
        assert not re.search(r"pip3? install neuroviz\b(?!-)", path.read_text(encoding="utf-8")), (
            path
        )


@pytest.mark.parametrize(
    ("python", "name", "refused", "taken"),
    [
        (
            "3.11",
            "pyside6-essentials",
            ("6.10.1", "6.11.0", "6.11.1", "6.12.0"),
            ("6.10.3", "6.11.3"),
        ),
        ("3.15", "pyside6-essentials", ("6.11.3",), ("6.12.0",)),
        ("3.11", "pyqtgraph", ("0.13.7", "0.15.0"), ("0.14.0",)),
        ("3.11", "torch", ("2.3.1",), ("2.4.0", "2.13.0")),
    ],
)
def test_versions_known_to_fail_are_refused(python, name, refused, taken):
    required = {
        canonicalize_name(requirement.name): requirement.specifier
        for requirement in map(Requirement, metadata.requires("neuroviz-desktop"))
        if requirement.marker is None
        or requirement.marker.evaluate({"python_version": python, "extra": ""})
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


@pytest.mark.skipif(os.name != "posix", reason="a line for a POSIX shell")
@pytest.mark.parametrize("reached", [True, False])
def test_the_line_goes_on_without_pytorch_org_and_says_so_first(tmp_path, reached):
    """It asks that address once, and for torch alone.

    What follows where nothing comes of it is told beforehand.
    """
    commands = {
        "bin/python3": "",
        ".venv/bin/pip": f'echo pip "$@"; case "$*" in *pytorch*) exit {int(not reached)};; esac',
        ".venv/bin/neuroviz": "echo the window",
    }
    for name, does in commands.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", RUN],
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    asked, *said, rest, window = done.stdout.splitlines()
    assert (CPU in asked, asked.endswith(" torch")) == (True, True)
    assert ["3.1 GB" in line for line in said] == ([] if reached else [True])
    assert (rest, window) == ("pip install -e .", "the window")


def test_ci_runs_the_line_of_the_readme():
    """``.ci/run`` reads the test line out of the README, so that there is one truth."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    (found,) = re.findall(r"^test_line=\$\((.+)\)$", text, re.MULTILINE)
    line = subprocess.run(
        ["bash", "-c", found], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert line.strip() == TEST


def test_what_ci_imports_is_there():
    """It opens a window from the wheel after all tests, too late to hear of a name that is gone."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    lines = re.findall(r"^from (neuroviz\S*) import (\w+)$", script, re.MULTILINE)
    assert lines
    for module, name in lines:
        assert hasattr(importlib.import_module(module), name), (module, name)


def test_readme_names_what_ci_installs():
    """The system packages are the same in both."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    packages = re.search(r"packages=\(([^)]+)\)", script)[1].split()
    assert len(packages) > 15
    assert [name for name in packages if name not in README.split()] == []


def headings(text):
    """Return the anchors of a document as its readers' browsers make them."""
    lines = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_everything_a_document_shows_is_there(path):
    """Pictures, other documents and their headings, and what it says to start."""
    text = path.read_text(encoding="utf-8")
    for name, anchor in re.findall(r"\]\(([\w./-]*)#?([\w-]*)\)", text):
        there = path.parent / name if name else path
        assert there.exists(), name
        assert not anchor or anchor in headings(there.read_text(encoding="utf-8")), anchor
    for module in re.findall(r"python -m (tests\.[\w.]+)", text):
        file = ROOT / module.replace(".", "/")
        assert file.with_suffix(".py").is_file() or (file / "__main__.py").is_file(), module


def test_every_command_of_the_documents_is_understood():
    """In their blocks for a shell, each with the options that it has there."""
    texts = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    blocks = "".join(re.findall(r"```sh\n(.*?)```", texts, re.DOTALL))
    lines = re.findall(r"^ *neuroviz (.+)$", blocks, re.MULTILINE)
    assert len(lines) > 40
    for line in lines:
        words = shlex.split(line.replace("$n", "1"), comments=True)
        command = COMMANDS.get(words[0])
        (command or COMMANDS[""]).parser().read(words[1:] if command else words)


def test_the_readme_lists_every_lesson():
    """With its title, its name, its minutes and its goal; the checks are named below."""
    lessons = {path.stem: read_lesson(path) for path in lesson_paths()}
    told = re.findall(r"^\| (\d+) \| (.+): `(.+)` \| (\d+) \| (.+) \|$", README, re.MULTILINE)
    assert {int(number): rest for number, *rest in told} == {
        lesson.number: [lesson.title, name, str(lesson.minutes), lesson.goal]
        for name, lesson in lessons.items()
        if not name.startswith("check")
    }
