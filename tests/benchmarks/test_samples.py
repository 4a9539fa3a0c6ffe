"""What the benchmarks measure with, against what must come out.

And each of them once, as small as can be.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from packaging.version import Version
from PySide6.QtCore import QEvent, QObject

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.benchmarks import __main__ as command
from tests.benchmarks import (
    bare,
    child,
    compare,
    failing,
    headless,
    idle,
    live,
    measure,
)
from tests.benchmarks.mouse import Mouse
from tests.benchmarks.window import FrameWatch, PaintWatch, bare_window, viewports

AND = np.array([[1, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1]], dtype=float), np.array([1.0, 0, 0, 0])
"""Inputs with a last column for the bias, and targets."""


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])
    return command.main()


class Clock:
    """A clock that only steps move: a millisecond each."""

    now = 0.0

    def perf_counter(self):
        return self.now

    def advance(self, steps):
        self.now += steps / 1000
        return steps


def test_the_rate_is_steps_by_time(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(measure, "time", clock)
    assert measure.rate_of(clock.advance, 2.0) == pytest.approx(1000.0)
    assert clock.now == pytest.approx(2.0, abs=0.5)  # with the blocks that warm up


def test_a_run_that_stops_gives_no_rate():
    with pytest.raises(measure.BenchmarkError, match="stopped after 0 of 1 steps"):
        measure.rate_of(lambda steps: 0, 1.0)


@pytest.mark.parametrize(("target", "met"), [({"at_least": 2.0}, True), ({"at_most": 1.5}, False)])
def test_a_target_is_met_by_the_median(target, met):
    figures = measure.spread([{"ratio": value} for value in (1.0, 2.0, 9.0)])
    assert measure.Target("ratio", **target).verdict(figures) == {
        "figure": "ratio",
        **target,
        "met": met,
    }


def test_the_peak_of_memory():
    """64 MB more are seen, and can be forgotten."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("only Linux lets a process forget its peak")
    measure.forget_peak()
    before = measure.peak_mb()
    numbers = np.ones(64 * 2**17)
    during = measure.peak_mb()
    del numbers
    measure.forget_peak()
    assert 60 < during - before < 70
    assert abs(measure.peak_mb() - before) < 10


def test_the_bare_loop_is_gradient_descent():
    """Losses of AND as plain arithmetic gives them."""
    loop = bare.BareLoop(Settings("and", learning_rate=2.0), "float64")
    theta = np.append(
        *(parameter.detach().numpy().ravel() for parameter in loop.module.parameters())
    )
    inputs, targets = AND
    losses = []
    for _ in range(20):
        z = inputs @ theta
        losses.append((np.logaddexp(0, z) - targets * z).mean())
        theta -= 2.0 * inputs.T @ (1 / (1 + np.exp(-z)) - targets) / 4
    assert loop.advance(20) == 20
    assert loop.losses == pytest.approx(losses, rel=1e-12)


def test_the_bare_loop_of_numbers():
    """The notebook's second experiment: y = 2x."""
    loop = bare.BareLoop(Settings("double", learning_rate=0.1), "float64")
    loop.advance(2_000)
    assert loop.module(torch.tensor([[10.0]], dtype=torch.float64)).item() == pytest.approx(20.0)


@pytest.mark.parametrize("name", headless.NAMES)
def test_the_bare_loop_has_the_optimizer_of_the_settings(name):
    """In the same precision and from the same start both ways come to the same loss."""
    for hidden in (0, 2):
        settings = Settings("and", optimizer=name, learning_rate=0.1, hidden=hidden)
        loop, trainer = bare.BareLoop(settings, "float64"), Trainer(settings)
        start = torch.nn.utils.parameters_to_vector(loop.module.parameters())
        assert start.tolist() == trainer.history.newest.parameters.tolist()
        assert trainer.advance(30) == loop.advance(31) - 1
        assert loop.losses[-1] == pytest.approx(trainer.history.newest.loss, rel=1e-9)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_the_bare_loop_sees_every_sample_once_in_an_epoch(batch_size):
    settings = Settings("and", batch_size=batch_size, shuffle=True)
    loop = bare.BareLoop(settings)
    seen = []
    loop.module.register_forward_pre_hook(lambda module, inputs: seen.extend(inputs))
    loop.advance(3 * settings.steps_per_epoch)
    epochs = torch.cat(seen).reshape(3, 4, 2).tolist()
    assert [sorted(epoch) for epoch in epochs] == [[[0, 0], [0, 1], [1, 0], [1, 1]]] * 3


def test_two_results_side_by_side(tmp_path):
    """Of two lines of one name the last counts; what only one of them has is left out."""
    lines = [
        {"name": name, "figures": {"ours": {"median": value}, "idle": {"median": 0.0}}}
        for name, value in (("a", 1.0), ("a", 4000.0), ("b", 5.0))
    ]
    path = tmp_path / "old.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    new = {
        "a": {"figures": {"ours": {"median": 6000.0}, "idle": {"median": 1.0}}},
        "c": {},
    }
    head, *rows = compare.table(compare.read(path), new).splitlines()
    assert head.split() == ["case", "figure", "old", "new", "new/old"]
    assert [row.split() for row in rows] == [
        ["a", "ours", "4,000", "6,000", "1.500"],
        ["a", "idle", "0", "1", "—"],
    ]


@pytest.mark.parametrize(
    "words", [["nix"], [], ["idle", "--pairs", "0"], ["idle", "--seconds", "-1"]]
)
def test_what_cannot_be_asked_for(words, monkeypatch):
    with pytest.raises(SystemExit) as refused:
        run(monkeypatch, *words)
    assert refused.value.code == 2


def test_no_result_to_compare_with(tmp_path, monkeypatch, capsys):
    path = tmp_path / "notes.txt"
    path.write_text("no JSON", encoding="utf-8")
    with pytest.raises(SystemExit):
        run(monkeypatch, "idle", "--compare", str(path))
    assert "line 1, is not a result of a benchmark" in capsys.readouterr().err


def test_without_an_x_server_the_line_says_so(monkeypatch, capsys):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("tests.benchmarks.start.PLATFORMS", ("xcb",))
    assert run(monkeypatch, "start", "--quick") == 0
    line = json.loads(capsys.readouterr().out)
    assert line == {"name": "start/xcb", "skipped": "Xvfb is missing: install the package xvfb."}


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (failing.takes_nothing, "unexpected keyword argument"),
        (failing.raises_in_a_slot, "ZeroDivisionError"),
    ],
)
def test_a_child_that_fails(
    function,
    words,
    monkeypatch,
    capfd,
):
    """The line says so, what it said is shown, and the command fails."""
    monkeypatch.setattr("tests.benchmarks.start.our_start", function)
    monkeypatch.setattr("tests.benchmarks.start.PLATFORMS", ("offscreen",))
    assert run(monkeypatch, "start", "--quick") == 1
    out, err = capfd.readouterr()
    sentence = f"{function.__name__} on offscreen ended with code 1."
    assert json.loads(out) == {"name": "start/offscreen", "failed": sentence}
    assert words in err


class Moves(QObject):
    """Counts the mouse's moves that a widget gets."""

    count = 0

    def eventFilter(self, watched, event):
        self.count += event.type() == QEvent.Type.MouseMove
        return False


def test_the_mouse_moves_over_the_widget(qtbot):
    window, moves = bare_window(1), Moves()
    qtbot.addWidget(window)
    (viewport,) = viewports(window)
    viewport.installEventFilter(moves)
    with Mouse(viewport) as mouse:
        qtbot.waitUntil(lambda: moves.count >= 3, timeout=20_000)
    assert len(mouse.delays) == moves.count
    assert min(mouse.delays) > 0


def test_painted_is_when_the_last_widget_is(qtbot):
    """In any order, and each as often as it likes."""
    window = bare_window(3)
    qtbot.addWidget(window)
    first, second, third = viewports(window)
    watch = PaintWatch([first, second, third])
    for viewport in (second, second, first, second):
        watch.eventFilter(viewport, QEvent(QEvent.Type.Paint))
        assert not watch.all_painted
    watch.eventFilter(third, QEvent(QEvent.Type.Resize))
    assert not watch.all_painted
    watch.eventFilter(third, QEvent(QEvent.Type.Paint))
    assert watch.all_painted


def test_frames_and_steps_a_second():
    """Four frames half a second apart, of a hundred steps each but the first."""
    watch = FrameWatch.__new__(FrameWatch)
    watch.marks = [(0.0, 0), (2.0, 50), (2.5, 150), (3.0, 250)]
    assert watch.rates(1) == (200.0, 2.0)
    assert (watch.longest_gap(1), watch.longest_gap()) == (0.5, 2.0)


SEEN = {
    "headless": {"ours", "bare", "bare_one_thread", "ratio", "ratio_one_thread", "peak_mb"},
    "large": {"ours", "bare", "ratio", "peak_mb"},
    "live": {"ours", "ratio", "frames_per_second", "mouse_worst_ms", "peak_mb"},
    "scrub": {"move_ms", "worst_ms", "resident_mb", "peak_mb"},
    "drag": {"frames_per_second", "move_ms", "worst_ms", "processor_ms"},
    "start": {"ours_ms", "bare_ms", "ratio", "first_step_ms"},
    "idle": {"ours_percent", "bare_percent"},
}
"""Some figures of each benchmark, all of them positive."""


def in_this_process(platform, function, **arguments):
    """Do what a child is asked to do, which has torch and a window sooner here.

    Only one of the functions makes an application of its own.
    """
    if function is idle.bare_idle:
        return child.in_child(platform, function, **arguments)
    return dict(json.loads(json.dumps(function(**json.loads(json.dumps(arguments))))))


@pytest.mark.parametrize("name", SEEN)
def test_each_runs(name, tmp_path, monkeypatch, capsys, qapp):
    """As small as can be; the lines are kept, and have versions and cores."""
    path = tmp_path / "lines.jsonl"
    for module in ("live", "scrub", "drag", "idle"):  # a start is in processes of its own
        monkeypatch.setattr(f"tests.benchmarks.{module}.in_child", in_this_process)
    for module in ("start", "live"):  # an X display is started by the tests of the window
        monkeypatch.setattr(f"tests.benchmarks.{module}.PLATFORMS", ("offscreen",))
    monkeypatch.setattr(headless, "NAMES", ["adam"])
    monkeypatch.setattr(live, "_WARM_UP", 0.2)
    assert run(monkeypatch, name, "--quick", "--output", str(path)) == 0, capsys.readouterr().err
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert printed == list(compare.read(path).values())
    for line in printed:
        assert {figure for figure in SEEN[name] if line["figures"][figure]["median"] > 0} == SEEN[
            name
        ]
        assert line["name"].startswith(f"{name}/")
        # The package on PyPI leaves out what it was built for: 2.15.0 for torch's own 2.15.0+cu132.
        assert line["versions"]["torch"] in (torch.__version__, Version(torch.__version__).public)
        assert line["cores"] >= 1
        assert line.get("equal_bits", True)
