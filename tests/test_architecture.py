"""The rules of the house.

Who may import whom, where files stand, and that every check of the code is green.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from grimp import build_graph

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "neuroviz"


def modules():
    return sorted(path for path in PACKAGE.rglob("*.py") if not path.name.startswith("__"))


def ran(*words, cwd=ROOT):
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=240
    )


def linted(folder):
    """Run import-linter, cold, on the package in a folder."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return ran("-c", command, "--no-cache", cwd=folder)


@pytest.mark.parametrize("check", [("check",), ("format", "--check")], ids=["lint", "format"])
def test_ruff(check):
    """Style and format are as configured; mend with ``ruff check --fix`` and ``ruff format``."""
    result = ran("-m", "ruff", *check, ".")
    assert result.returncode == 0, result.stdout + result.stderr


CALLS = """\
from pathlib import Path

import numpy as np

import neuroviz as nv

nv.train("and", epochs=9, learning_rate=5, weights=[1, 2], breaks=["no_bias"], batch_size="full")
x, y = np.eye(3), np.arange(3)
run: nv.Run = nv.train(data=(x, y), lr=5, weights=y, edits=["5:lr=1"], progress=print)
nv.train(data=Path("shop.csv"), features=("x1*x2",), hidden=3)
nv.train(data=nv.Dataset([[0.0], [1.0]], [0, 1], classes=True, input_names=["height"]))
names: list[str] = [*nv.tasks(), *run.history(), *run.parameters]
nv.sweep("and", rates=(0.1, None), points=5).table()["loss"].mean()
numbers: list[float | None] = [nv.curvature("line").limit, run.loss, run.weights[0]]


class Frame:
    columns = ("a", "b")

    def __getitem__(self, name: str) -> object:
        return name


nv.train(data=Frame())
nv.train(5)  # refused
nv.train("and", rate=5)  # refused
nv.train("and", "or")  # refused
nv.train(lr="fast")  # refused
nv.train(epochs=2.5)  # refused
nv.train(loss=3)  # refused
nv.train(weights={1, 2})  # refused
nv.train(breaks=7)  # refused
nv.train(seed="x")  # refused
nv.train(shuffle="yes")  # refused
nv.train(features=5)  # refused
nv.train(data=5)  # refused
nv.train(data=(x,))  # refused
nv.train(edits=5)  # refused
nv.train(progress=True)  # refused
nv.sweep("and", epochs="9")  # refused
nv.sweep(rates=5)  # refused
nv.sweep(starts="many")  # refused
nv.curvature(momentun=0.5)  # refused
nv.Dataset([[1.0]], [1.0], classes="no")  # refused
nv.Dataset.from_csv(5)  # refused
nv.tasks("and")  # refused
run.figure(5)  # refused
run.predict()  # refused
number: int = run.loss  # refused
run.loss = 3  # refused
nv.swep("line")  # refused
other = nv.trainn  # refused
"""


def test_mypy(tmp_path):
    """The types are right, and so for others: what is no choice of the API is refused."""
    calls = tmp_path / "calls.py"
    calls.write_text(CALLS, encoding="utf-8")
    refused = [n for n, line in enumerate(CALLS.splitlines(), 1) if line.endswith("# refused")]
    result = ran("-m", "mypy", "neuroviz", calls)
    errors = re.findall(r"^(.+):(\d+): error", result.stdout, re.MULTILINE)
    assert [(Path(name).name, int(n)) for name, n in errors] == [
        ("calls.py", n) for n in refused
    ], result.stdout + result.stderr


def test_imports():
    """Imports go downwards, Qt stays under ui.

    Torch under core, and views do not know each other.
    """
    result = linted(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


TRESPASSES = {
    "downwards only": ("core/numbers.py", "import neuroviz.files.writer"),
    "downwards inside core too": ("core/model/model.py", "import neuroviz.core.training.trainer"),
    "downwards inside ui too": ("ui/canvas/card.py", "import neuroviz.ui.controls.form"),
    "Qt and pyqtgraph only under ui": ("session/run.py", "import PySide6.QtCore"),
    "torch only under core": ("ui/bench/player.py", "import torch"),
    "views do not know each other": (
        "ui/panels/status_bar.py",
        "import neuroviz.ui.views.loss",
    ),
}


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the package, to do wrong in."""
    shutil.copytree(PACKAGE, tmp_path / "neuroviz", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def contracts():
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"] for contract in configuration["tool"]["importlinter"]["contracts"]}


def test_every_import_rule_can_fail(copy):
    """A rule that nothing breaks might test nothing: each is broken on purpose here.

    A new room is refused too.
    """
    assert TRESPASSES.keys() == contracts()
    for name, line in TRESPASSES.values():
        path = copy / "neuroviz" / name
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    (copy / "neuroviz" / "attic").mkdir()
    (copy / "neuroviz" / "attic" / "__init__.py").write_text('"""."""\n', encoding="utf-8")
    result = linted(copy)
    broken = set(re.findall(r"^(.+) BROKEN\b", result.stdout, re.MULTILINE))
    assert broken == contracts(), result.stdout + result.stderr
    assert "attic" in result.stdout


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("neuroviz.cli.command", {"torch", "PySide6", "pyqtgraph", "matplotlib"}),
        ("neuroviz.core", {"PySide6", "pyqtgraph", "matplotlib"}),
    ],
)
def test_light_to_import(module, absent):
    """The command line and all of the core know no Qt."""
    inside = (
        [path.relative_to(ROOT).with_suffix("").parts for path in modules()]
        if module == "neuroviz.core"
        else []
    )
    names = [module, *(".".join(parts) for parts in inside if parts[1] == "core")]
    result = ran(
        "-c", f"import sys, {', '.join(names)}; print(*(set({absent!r}) & set(sys.modules)))"
    )
    assert (result.returncode, result.stdout.split()) == (0, []), result.stderr


def test_the_window_is_light_to_import():
    """It is painted before torch is loaded.

    PySide would read the source of every module that is imported after it, and keep it in memory.
    """
    result = ran(
        "-c",
        "import linecache, sys, neuroviz.ui.app\n"
        "print(*({'torch', 'matplotlib'} & set(sys.modules)), *linecache.cache, sep='\\n')",
    )
    assert result.returncode == 0, result.stderr
    said = set(result.stdout.splitlines())
    assert said & {"torch", "matplotlib", *map(str, modules())} == set()


def test_no_circle_of_imports():
    """Not for types either."""
    graph = build_graph("neuroviz", cache_dir=None)
    TopologicalSorter(
        {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    ).prepare()


MEANT = {"Dataset"}
"""Names of two classes: the data, and with from_csv as Python has them."""


def test_the_name_of_a_class_stands_for_one_thing():
    names = Counter(
        node.name
        for path in modules()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in names.items() if count > 1} == MEANT


WAYS = (ROOT / ".github" / "WAYS.md").read_text(encoding="utf-8")


def test_the_ways_through_the_program_are_there():
    """Every file that WAYS.md names exists, and every name is defined in one of them."""
    quoted = set(re.findall(r"`([^`]+)`", WAYS))
    files = {name for name in quoted if name.endswith(".py")}
    assert {name for name in files if not (PACKAGE / name).is_file()} == set()
    defined = set()
    for name in files:
        for node in ast.walk(ast.parse((PACKAGE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                inside = (each.name for each in node.body if isinstance(each, ast.FunctionDef))
                defined |= {node.name, *(f"{node.name}.{each}" for each in inside)}
            elif isinstance(node, ast.FunctionDef):
                defined.add(node.name)
    assert len(files) > 25
    assert quoted - files - {"neuroviz/"} - defined == set()


def test_every_room_has_its_tests():
    """tests/ mirrors the rooms of neuroviz/.

    A test file for each module, or for several small ones of a room.
    """
    rooms = {path.parent.relative_to(PACKAGE) for path in modules()}
    without = [
        room.as_posix() for room in rooms if not list((ROOT / "tests" / room).glob("test_*.py"))
    ]
    assert without == []


def test_one_style_sheet():
    """Colours and style sheets are the theme's."""
    using = [path.name for path in modules() if "setStyleSheet" in path.read_text(encoding="utf-8")]
    assert using == ["theme.py"]
