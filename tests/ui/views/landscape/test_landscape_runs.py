"""Several runs on one landscape, and the step of the path that is told to the other views."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.landscape.run_marks import RunInk
from neuroviz.session.session import Session
from neuroviz.ui.canvas.painted_marks import sized
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.views import LandscapeView

LINE = Settings("line", learning_rate=0.01)
ADAM = LINE.replace(optimizer="adam", learning_rate=0.5)


@pytest.fixture
def shown(qtbot):
    """Return a function that shows a race at a step of it.

    View, session and a function that waits for rest.
    """
    view, session = LandscapeView(), Session(LINE)
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    qtbot.waitExposed(view)

    def rest():
        view.show_frame(session.frame())
        qtbot.waitUntil(lambda: view.is_finished, timeout=60_000)

    def race(race_runs, steps=40):
        session.prepare()
        if race_runs:
            session.race(race_runs)
        session.advance(steps)
        view.show_new(session.frame())
        rest()
        return view, session, rest

    return race


def path_of(view, name):
    """Give the points (k, 2) of a path that are drawn."""
    curves = [
        view.map.runs.marks[name, part]
        for part in ("on", "off")
        if (name, part) in view.map.runs.marks
    ]
    points = np.vstack([np.column_stack((curve.x, curve.y)) for curve in curves])
    return points[np.isfinite(points[:, 0])]


def test_racers_stand_on_one_landscape_at_the_step_that_is_looked_at(shown):
    view, session, rest = shown(
        [("plain", LINE), ("Adam", ADAM), ("elsewhere", LINE.replace(loss="mae"))]
    )
    for step in (40, 10):
        session.look_at(step)
        rest()
        other = view.map.runs.marks["ball", 0]
        path = path_of(view, ("path", 0))
        truth = Trainer(ADAM)
        truth.advance(step)
        assert [*other.x, *other.y] == truth.history.newest.parameters.tolist()
        left, right, bottom, top = view._follower.bounds
        low, high = path.min(axis=0), path.max(axis=0)
        assert ((left, bottom) <= low).all()
        assert (high <= (right, top)).all()
    assert "1 run not drawn: other data, neurons or loss" in view.reading.text()
    assert any(
        "Adam" in (getattr(mark, "label", None) or "")
        for mark in view.figure(session.frame()).marks
    )


def named(marks):
    """Give what is written at balls, with the colours."""
    return {mark.text: mark.color for key, mark in marks.items() if key[0] == "tag"}


def test_the_names_are_at_the_balls_of_those_that_are_on_this_landscape(shown):
    """On map and surface, in the ink of the ball; there is no row of them, nor of hidden ones."""
    view, session, rest = shown(
        [("plain", LINE), ("Adam", ADAM), ("elsewhere", LINE.replace(loss="mae"))]
    )
    room = view.plot.geometry()
    inks = {"plain": LIGHT.accent, "Adam": view.map.runs.marks["ball", 0].color}
    assert named(view.map.runs.marks) == inks
    view.surface_shown.setChecked(True)
    rest()
    assert named(view.surface.run_marks) == inks
    view.surface_shown.setChecked(False)
    session.show_run(session.frame().runs[1].number, visible=False)
    rest()
    assert ("ball", 0) not in view.map.runs.marks
    assert named(view.map.runs.marks) == {}
    assert view.plot.geometry() == room


def test_a_branch_has_its_own_loss_at_its_ball_beside_the_name_of_the_run_before(shown):
    """Run at an earlier step goes on in a branch, which may lie on the run it comes from.

    The ball had the name of that run, and no loss.
    """
    view, session, rest = shown([])
    session.look_at(10)
    assert session.branch()
    session.advance(30)
    rest()
    before = session.frame().others[0]
    other = view.map.runs.marks["ball", 0].color
    loss = loss_said(LINE, session.frame().current_loss)
    assert named(view.map.runs.marks) == {before.name: other, loss: LIGHT.accent}


def pieces_of(marks):
    """Give the lines (k, 2, 2) of the other run's path that are drawn."""
    curves = [np.column_stack((m.x, m.y)) for key, m in marks.items() if key[0] == ("path", 0)]
    pieces = np.concatenate([np.stack((xy[:-1], xy[1:]), axis=1) for xy in curves])
    return pieces[np.isfinite(pieces).all(axis=(1, 2))]


def test_a_run_that_blew_up_leaves_the_picture_and_never_crosses_it(shown):
    """Of its path there is what begins or ends in sight, on map and surface; and no name."""
    view, _, rest = shown([("plain", LINE), ("wild", LINE.replace(learning_rate=0.2))], 100)
    left, right, bottom, top = view.map.extent
    assert right - left < 100
    leaps = pieces_of(view.map.runs.marks)
    inside = ((leaps >= (left, bottom)) & (leaps <= (right, top))).all(axis=2)
    assert len(leaps)
    assert inside.any(axis=1).all()
    view.surface_shown.setChecked(True)
    rest()
    assert np.abs(pieces_of(view.surface.run_marks)).max() < 3.2  # in the box, or beside it
    for marks in (view.map.runs.marks, view.surface.run_marks):
        assert named(marks) == {"plain": LIGHT.accent}


def test_every_racer_moves_at_every_frame(shown):
    view, session, _ = shown([("plain", LINE), ("Adam", ADAM)])
    for _ in range(3):
        session.advance(1)
        frame = session.frame()
        view.show_frame(frame)
        balls = [view.map.runs.marks[key] for key in ("ball", ("ball", 0))]
        newest = np.array([run.rows.newest.parameters for run in frame.runs])
        assert [[*ball.x, *ball.y] for ball in balls] == newest.tolist()


def test_the_step_of_the_path_is_told_and_taken_back_when_the_pointer_leaves(shown):
    view, session, _ = shown([("plain", LINE), ("Adam", ADAM)])
    said = []
    view.step_hovered.connect(said.append)
    for step in (0, 3, 3):
        view.plot.hovered.emit(QPointF(*session.frame().row_at(step).parameters))
    view.plot.hovered.emit(QPointF(50.0, 50.0))  # beside the path
    view.plot.left.emit()
    assert said == [0, 3, None]
    view.plot.hovered.emit(QPointF(*session.frame().row_at(3).parameters))
    view.hide()
    assert said[3:] == [3, None]


@pytest.mark.parametrize("name", ["momentum", "on the left", "SGD"])
def test_no_edge_cuts_the_name_of_a_run(qtbot, name):
    """Wherever its ball is: m and w are wider than digits."""
    font = themes.numeric_font()
    usual, bold = QFontMetricsF(font), QFontMetricsF(sized(font, 1.0, bold=True))
    letter = usual.horizontalAdvance("0"), usual.height()
    ink = RunInk(LIGHT.palette, (0.0, 300.0, 0.0, 400.0), 1.0, 1.0, letter)
    width = bold.horizontalAdvance(name) + 2  # of its ground, beyond the letters
    for x in range(300):
        tag = ink.tags([(0, name, np.array((float(x), 200.0)))])["tag", 0]
        left = tag.x - width * tag.right
        assert (left >= 0, left + width <= 300) == (True, True), x
