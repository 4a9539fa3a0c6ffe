"""The loss landscape, as a person sees and uses it."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QToolTip

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import FULL, loss_at, sample_gradients
from neuroviz.core.numbers import measured
from neuroviz.pictures.marks import Text
from neuroviz.pictures.render import render
from neuroviz.session.landscape.maps import MapMaker
from tests.ui.person import CTRL, KEY, LEFT, SHIFT, plain_tooltip, rest_on

LINE = Settings("line", learning_rate=0.01)


@pytest.fixture
def opened(open_window):
    """Return a function that opens the window after some steps, with the map at rest.

    Called again it begins anew in the same window.
    """
    people = []

    def at_rest(settings=None, steps=0):
        if people:
            (person,) = people
            person.begin(settings)
        else:
            person = open_window(settings)
            people.append(person)
        person.window.resize(1440, 900)
        view_of(person).surface_shown.setChecked(False)
        if steps:
            person.bench.session.advance(steps)
            person.bench.player.advanced.emit()
        rest(person)
        return person

    return at_rest


def view_of(person):
    return person.bench.views["landscape"]


def rest(person):
    person.settle()
    person.qtbot.waitUntil(lambda: view_of(person).is_finished, timeout=60_000)
    person.settle()


def place_of(person, name):
    """Give where a marker is drawn, in units of the axes; None where it is not."""
    mark = view_of(person).map.runs.marks.get(name)
    return None if mark is None else np.array((float(mark.x[0]), float(mark.y[0])))


def arrow_of(person, name):
    mark = view_of(person).map.runs.marks[name]
    return np.array((mark.dx, mark.dy))


def pixels(person, *point):
    place = person.plot("landscape").box.mapViewToScene(QPointF(*point))
    return np.array((place.x(), place.y()))


def test_ball_arrow_and_next_step_are_where_they_belong(opened):
    """The ball at the parameters, the arrow along −gradient to the pixel.

    The mark where a step then leads.
    """
    person = opened(LINE, 3)
    theta = person.frame.parameters
    assert place_of(person, "ball").tolist() == theta.tolist()
    down = -sample_gradients(LINE, theta).sum(axis=0)
    tip, ball = pixels(person, *(theta + arrow_of(person, "arrow"))), pixels(person, *theta)
    far = pixels(person, *(theta + down / np.hypot(*down)))
    angle = math.atan2(*(tip - ball)) - math.atan2(*(far - ball))
    assert abs(angle) * np.hypot(*(tip - ball)) < 1
    assert np.hypot(*(tip - ball)) > 20
    # Its loss stands where the arrow does not go.
    loss = view_of(person).map.runs.marks["loss"]
    assert (loss.aside > 0) == (tip[0] < ball[0])
    following = place_of(person, "next step")
    person.press(KEY.Key_F8)
    assert person.frame.parameters.tolist() == following.tolist()
    # The map is the loss and at rest the full one.
    person = opened(LINE, 5)
    loss_map = view_of(person).map.loss_map
    assert loss_map.losses.shape == (FULL, FULL)
    for row, column in ((0, 0), (150, 20), (199, 199)):
        w, b = loss_map.u[column], loss_map.v[row]
        # y = 10x + 5 at x = 1 … 6.
        truth = (w - 10) ** 2 * 91 / 6 + 7 * (w - 10) * (b - 5) + (b - 5) ** 2
        assert loss_map.losses[row, column] == pytest.approx(truth, rel=1e-9)
    assert ("line", 0) in view_of(person).map.ground.marks
    # One input is the whole truth and has no choice.
    person = opened(LINE)
    assert view_of(person).heading.toolTip() == "Loss over w₁ and b"
    assert not any(button.isVisible() for button in view_of(person).choice.buttons)
    # The loss of the start is the true one, and not that of the slice.
    person = opened(Settings("and"), 41)
    marks = view_of(person).map.runs.marks
    assert marks["start loss"].text == f"start {measured(float(person.rows.loss[0]))}"
    assert marks["loss"].text == measured(float(loss_at(Settings("and"), person.frame.parameters)))


def test_a_slice_says_what_it_holds_and_moves_with_the_run(opened):
    person = opened(Settings("and"), 10)
    held = {}
    for steps in (0, 200):
        person.bench.session.advance(steps)
        person.bench.player.advanced.emit()
        rest(person)
        assert view_of(person).heading.text() == "Loss landscape"
        w1, w2, _ = person.frame.parameters
        said = person.reading("landscape")
        assert said.startswith("a slice at w₂ − w₁ = ")
        assert float(said.split()[7].replace("−", "-")) == pytest.approx(w2 - w1, rel=1e-3)
        held[steps] = view_of(person).map.loss_map.losses[100, 100]
        u, v = view_of(person).map.loss_map.u[100], view_of(person).map.loss_map.v[100]
        corner = [u - (w2 - w1) / 2, u + (w2 - w1) / 2, v]
        assert held[steps] == pytest.approx(loss_at(Settings("and"), np.array(corner)), rel=1e-5)
    assert held[0] != held[200]
    # The axes can be chosen by keyboard and back.
    person = opened(Settings("and"), 20)
    choose(person, "horizontal_axis", "w₁")
    assert view_of(person).heading.toolTip() == "Loss over w₁ and b, a slice"
    assert [button.text() for button in view_of(person).choice.buttons] == ["w₁", "b"]
    assert "a slice at w₂ = " in person.reading("landscape")
    choose(person, "vertical_axis", "The plane of the run")
    assert [button.text() for button in view_of(person).choice.buttons] == [
        "w₁ and w₂ together",
        "b",
    ]
    # The principal plane says what it holds of the path.
    person = opened(Settings("sum", learning_rate=1e-4), 100)
    choose(person, "horizontal_axis", "Main directions of the path")
    path = np.column_stack([person.rows.parameter(i) for i in range(4)])
    squares = np.linalg.svd(path - path.mean(axis=0), compute_uv=False) ** 2
    percent = float(person.reading("landscape").split("holds ")[1].split(" %")[0])
    assert percent == pytest.approx(100 * squares[:2].sum() / squares.sum(), abs=0.1)


def test_a_parameter_has_the_colour_of_its_row_at_its_axis(opened):
    """As a square where the axis is a button, else as the colour of its name, flat and in 3D."""

    def squares():
        person.bench.side.bring(person.bench.tables)
        model = person.table("weights").model()
        role = Qt.ItemDataRole.DecorationRole
        return [model.index(row, 0).data(role) for row in range(model.rowCount())]

    def at_axes():
        rest(person)
        icons = [button.icon() for button in view_of(person).choice.buttons]
        pictures = [icon.pixmap(8).toImage() for icon in icons]
        return [None if each.isNull() else each.pixelColor(4, 4) for each in pictures]

    person = opened(Settings("line", learning_rate=0.05), 4)
    axes = [person.plot("landscape").getAxis(side) for side in ("bottom", "left")]
    for theme in ("dark", "light"):
        person.action(f"theme_{theme}").trigger()
        rest(person)
        assert [axis.labelStyle["color"] for axis in axes] == [each.name() for each in squares()]
        person.click("show_surface")
        rest(person)
        seen = view_of(person).surface.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        every = np.frombuffer(seen.constBits(), np.uint8).reshape(seen.height(), -1)
        every = every[:, : 3 * seen.width()].reshape(-1, 3).astype(int)
        _, pink = squares()  # nothing else is; letters have smooth edges
        assert np.abs(every - pink.getRgb()[:3]).max(axis=1).min() < 30
        person.click("show_surface")
    person = opened(Settings("and"), 4)
    w1, w2, b = squares()
    assert at_axes() == [None, b]  # both weights go along the other
    choose(person, "horizontal_axis", "w₁")
    assert at_axes() == [w1, b]
    choose(person, "vertical_axis", "w₂")
    assert at_axes() == [w1, w2]


def test_the_ball_shows_under_the_pointer_that_it_can_be_taken(opened):
    """On the map and on the surface, where a plain drag would turn it."""
    person = opened(Settings("and"), 4)
    view = view_of(person)
    for surface in (False, True):
        view.surface_shown.setChecked(surface)
        rest(person)
        drag, widget = (
            (view.surface_drag, view.surface) if surface else (view.drag, view.plot.viewport())
        )
        QTest.mouseMove(widget, QPoint(1, 1))
        ball = drag.handles()[0].at.toPoint()
        before = widget.grab(QRect(ball, QSize(1, 1)).adjusted(-20, -20, 20, 20)).toImage()
        QTest.mouseMove(widget, ball + QPoint(3, 0))
        assert widget.cursor().shape() == Qt.CursorShape.OpenHandCursor
        after = widget.grab(QRect(ball, QSize(1, 1)).adjusted(-20, -20, 20, 20)).toImage()
        assert after != before
        QTest.mouseMove(widget, QPoint(1, 1))
        assert widget.cursor().shape() != Qt.CursorShape.OpenHandCursor
    rest_on(view.surface, QPoint(1, 1))
    person.qtbot.waitUntil(lambda: "Drag to turn" in plain_tooltip())
    rest_on(view.surface, ball)
    person.qtbot.waitUntil(lambda: not QToolTip.isVisible())
    view.surface_drag.locked = {"ball": "The run is a lesson's."}
    rest_on(view.surface, ball)
    person.qtbot.waitUntil(lambda: plain_tooltip() == "The run is a lesson's.")


def choose(person, axis, words):
    """Open the menu at an axis with the keyboard, and choose an entry."""
    button = person.find(QToolButton, axis)
    menu = button.menu()
    QTimer.singleShot(0, lambda: take(person.qtbot, menu, words))
    button.setFocus()
    person.qtbot.keyClick(button, KEY.Key_Space)
    rest(person)


def take(qtbot, menu, words):
    while menu.activeAction() is None or menu.activeAction().text() != words:
        qtbot.keyClick(menu, KEY.Key_Down)
    qtbot.keyClick(menu, KEY.Key_Return)


def test_loss_and_slope_are_read_where_the_pointer_is(opened):
    """While the ball is held those there are read, and Escape puts it back."""
    person = opened(LINE, 5)
    theta = person.frame.parameters
    person.drag("landscape", theta, (10.0, 3.0), drop=False)
    person.qtbot.waitUntil(lambda: person.frame.preview)
    person.settle()
    said = person.reading("landscape")
    held = place_of(person, "ball")
    assert said.startswith("start here: ")
    assert float(said.split()[-1]) == pytest.approx(loss_at(LINE, held), rel=1e-3)
    person.press(KEY.Key_Escape)
    QTest.mouseRelease(person.plot("landscape").viewport(), LEFT)
    assert (person.step, person.frame.parameters.tolist()) == (5, theta.tolist())
    assert place_of(person, "ball").tolist() == theta.tolist()
    # The loss under the pointer is read.
    words = person.hover("landscape", 2.0, 5.0).split()
    at = np.array((float(words[1].replace("−", "-")), float(words[3].replace("−", "-"))))
    assert at == pytest.approx((2, 5), abs=0.2)
    # What is read is rounded to four digits.
    assert float(words[5]) == pytest.approx(loss_at(LINE, at), rel=0.02)
    # On the path a step is read.
    row = person.frame.row_at(2)
    said = person.hover("landscape", *row.parameters)
    assert said.startswith("step 2, epoch 2 ")
    assert float(said.split("loss ")[1].split()[0]) == pytest.approx(row.loss, rel=1e-4)
    assert place_of(person, "looked at").tolist() == row.parameters.tolist()
    # The share of a picked sample has its own arrow.
    person.bench.predictions.sample_picked.emit(1)
    shares = -sample_gradients(LINE, person.frame.parameters)
    scale = np.hypot(*arrow_of(person, "arrow")) / np.hypot(*shares.sum(axis=0))
    assert arrow_of(person, "share") == pytest.approx(scale * shares[1])


def test_a_dropped_ball_starts_a_run_there_and_undo_brings_the_old_one_back(opened):
    person = opened(LINE, 5)
    person.click_plot("landscape", *person.frame.parameters)
    assert person.step == 5
    # A dropped ball starts a run there and undo brings the old one back.
    theta, target = person.frame.parameters, (4.0, 2.0)
    pixel = person.plot("landscape").box.viewPixelSize()
    person.drag("landscape", theta, target)
    assert person.step == 0
    assert person.frame.parameters == pytest.approx(target, abs=max(pixel))
    rest(person)
    assert place_of(person, "ball").tolist() == person.frame.parameters.tolist()
    person.press(KEY.Key_Z, CTRL)
    assert (person.step, person.frame.parameters.tolist()) == (5, theta.tolist())
    # Dropped on a slice what is held stays.
    person = opened(Settings("and"), 50)
    w1, w2, b = person.frame.parameters
    person.drag("landscape", ((w1 + w2) / 2, b), (0.5, -1.0))
    assert person.step == 0
    dropped = person.frame.parameters
    assert dropped[1] - dropped[0] == pytest.approx(w2 - w1, rel=1e-6)


def test_the_minimum_is_marked_or_said_to_be_none(opened):
    person = opened(LINE)
    assert place_of(person, "minimum") == pytest.approx((10, 5))
    assert "least-squares minimum" in person.reading("landscape")
    # No finite minimum is said.
    person = opened(Settings("and"))
    assert place_of(person, "minimum") is None
    assert "no lowest point" in person.reading("landscape")
    # A run that diverged is shown.
    person = opened(Settings("line", learning_rate=0.2), 3000)
    assert np.isfinite(place_of(person, "ball")).all()
    # What blew up had left the ranges at 10¹⁵³ for the run that began below the limit.
    person = opened(Settings("line", learning_rate=3.0), 100)
    rest(person)
    assert person.frame.evidence_now.stopped is not None
    person.bench.change_control.change({"learning_rate": 0.05}, anew=True)
    rest(person)
    (left, right), _ = person.plot("landscape").box.viewRange()
    assert right - left < 1000


def test_hidden_or_at_rest_it_computes_nothing(opened, qtbot):
    person = opened(Settings("and"), 10)
    person.bench.views["loss"].enlarge.click()
    before = view_of(person).computed
    for _ in range(3):
        person.press(KEY.Key_F8, SHIFT)
        person.settle()
    assert view_of(person).computed == before
    assert view_of(person).is_finished
    person.press(KEY.Key_Escape)
    rest(person)
    w1, w2, b = person.frame.parameters
    assert place_of(person, "ball") == pytest.approx([(w1 + w2) / 2, b])
    # At rest it costs nothing.
    before = view_of(person).computed
    qtbot.wait(300)
    assert view_of(person).computed == before


def test_numbers_on_lines_keep_their_distances_in_a_window_of_another_size(opened):
    """And the buttons stand over the map: under them no ball could be dragged."""
    person = opened(Settings("and"), 10)
    person.button("show_surface").setChecked(False)
    seen = []
    for size in (QSize(1000, 600), QSize(1700, 1100), QSize(1000, 600)):
        person.window.resize(size)
        rest(person)
        marks = view_of(person).map.ground.marks.values()
        seen.append([(mark.x, mark.y) for mark in marks if isinstance(mark, Text)])
        view = view_of(person)
        tools = (view.you, view.surface_shown, view.hold)
        on_map = [view.plot.geometry().intersects(tool.geometry()) for tool in tools]
        assert not any(on_map)
    small, large, again = seen
    assert small
    assert large != small
    assert again == small


def test_no_number_of_a_line_stands_on_a_text_of_the_run(opened):
    for task, steps in (("blobs3", 20), ("blobs3", 1000), ("and", 20)):
        person = opened(Settings.opened(task), steps)
        for size in (QSize(1440, 900), QSize(1280, 720), QSize(1024, 768)):
            person.window.resize(size)
            rest(person)
            canvas = view_of(person).map
            wide, high = canvas.letter
            numbers = [mark for mark in canvas.ground.marks.values() if isinstance(mark, Text)]
            texts = [mark for mark in canvas.runs.marks.values() if isinstance(mark, Text)]
            assert numbers
            assert texts
            for text in texts:
                middle = text.x + len(text.text) * wide / 2 * (-1 if text.ends else 1)
                for number in numbers:
                    apart = (len(text.text) + len(number.text)) * wide / 2
                    beside = abs(number.x - middle) > 0.9 * apart
                    assert beside or abs(number.y - text.y) > 0.9 * high, (text.text, number.text)


def test_held_ranges_stay_while_the_run_goes_on_and_at_another_start(opened):
    person = opened(LINE, 1)
    person.qtbot.mouseClick(person.find(QToolButton, "hold_ranges"), LEFT)
    box = person.plot("landscape").box
    before = box.viewRange()
    person.bench.session.advance(100)
    person.bench.player.advanced.emit()
    person.type_weight(0, "500")
    rest(person)
    assert np.array(box.viewRange()) == pytest.approx(np.array(before))
    person.qtbot.mouseClick(person.find(QToolButton, "hold_ranges"), LEFT)
    rest(person)
    assert box.viewRange()[0][1] > 500
    # After Undo of a start that was too far off the map is there as before.
    person = opened(Settings("and"), steps=1)
    shown = view_of(person).map.loss_map.losses
    person.type_weight(0, "1e308")
    rest(person)
    assert view_of(person).map.loss_map is None
    person.press(KEY.Key_Z, CTRL)
    rest(person)
    assert np.array_equal(view_of(person).map.loss_map.losses, shown)
    assert place_of(person, "ball") is not None


def test_the_surface_is_turned_by_keys_and_taken_away_as_seen(opened):
    person = opened(Settings("and"), 50)
    view = view_of(person)
    flat = view.figure(person.frame)
    person.qtbot.mouseClick(person.find(QToolButton, "show_surface"), LEFT)
    rest(person)
    assert (view.surface.isVisible(), view.plot.isVisible()) == (True, False)
    person.focus(view.surface)
    pictures = [render(view.figure(person.frame), ".svg", 80, 50, 60)]
    before = view.surface.azimuth
    person.press(KEY.Key_Right)
    pictures.append(render(view.figure(person.frame), ".svg", 80, 50, 60))
    assert len({*pictures, render(flat, ".svg", 80, 50, 60)}) == 3
    assert view.surface.azimuth == before + 5
    # The figure of every task can be taken away.
    for task in ("line", "sum", "spam"):
        person.begin(Settings(task))
        person.bench.session.advance(5)
        figure = view_of(person).figure(person.frame)
        assert render(figure, ".png", 80, 50, 60).startswith(b"\x89PNG"), task


def test_it_can_be_zoomed_beyond_all_reason(opened):
    """However far, everything goes on being drawn, and comes back."""
    for task in ("and", "line"):
        person = opened(Settings(task), 5)
        for notches in (-400, 800):
            person.wheel("landscape", notches)
            person.settle()
            person.press(KEY.Key_F8)
            rest(person)
        assert not person.plot("landscape").following, task
        person.focus(person.plot("landscape"))
        person.press(KEY.Key_A)
        rest(person)
        assert person.plot("landscape").following, task


def test_before_torch_the_first_start_is_drawn_and_of_another_it_says_what_comes(
    open_window, monkeypatch
):
    from neuroviz.ui.window.loader import TorchLoader

    monkeypatch.setattr(TorchLoader, "is_loaded", lambda: False)
    monkeypatch.setattr(TorchLoader, "start", lambda self: None)
    first = open_window(wait=False)
    first.settle()
    assert place_of(first, "ball") is not None
    assert first.reading("landscape").startswith("a slice at ")
    other = open_window(Settings("xor"), wait=False)
    other.settle()
    assert place_of(other, "ball") is None
    assert other.reading("landscape") == "Drawn in a moment."


def test_extreme_numbers_are_drawn_or_said_to_be_off_the_page(opened):
    """In every view, in space and in every figure: a warning would fail this test."""
    relu = {"activation": "relu", "loss": "mse"}
    for settings, off_the_page in (
        (Settings("and", learning_rate=3470.0), False),  # collapsed
        (Settings("and", weights=(1e308, -1e308), bias=0.0), True),
        (Settings("and", weights=(-1.7e308, -1.7e308), bias=0.0, **relu), True),  # flat
    ):
        person = opened(settings, steps=5)
        assert ("Off the page" in person.reading("landscape")) is off_the_page, settings
        person.click("show_surface")
        rest(person)
        for view in person.bench.views.values():
            view.enlarge.click()
            person.settle()
            view.enlarge.click()
            assert render(view.figure(person.frame), ".svg", 80, 60, 60)


def test_minimum_and_slice_are_told_of_the_moment_while_a_run_goes_on(opened, qtbot, monkeypatch):
    """The minimum of a new run is looked for though nothing rests, and stays."""
    person = opened(Settings("line", learning_rate=1e-6, epochs=10**8))
    person.run_until(lambda: person.step > 10)
    person.bench.change_control.change({"activation": "relu"})
    assert place_of(person, "minimum") is None
    person.qtbot.waitUntil(lambda: place_of(person, "minimum") is not None)
    assert person.bench.player.running
    assert place_of(person, "minimum") == pytest.approx((10, 5), abs=1e-4)
    before = person.step
    person.qtbot.waitUntil(lambda: person.step > before)
    assert place_of(person, "minimum") is not None
    # What a slice holds had stayed that of the last rest, beside weights that were equal long
    # since. Whether or not its map may be made anew then.
    person = opened(Settings("and", epochs=10**6))
    monkeypatch.setattr(MapMaker, "due", False)
    person.bench.transport.set_pace("speed/41")
    person.action("run").trigger()
    qtbot.waitUntil(lambda: person.frame.newest_step > 2_000)
    person.action("run").trigger()  # a stop: all is of one moment, before any work at rest
    first, second, _ = person.frame.parameters
    said = view_of(person).reading.text()
    assert f"a slice at w₂ − w₁ = {measured(second - first)}" in said


def test_letting_go_of_the_ball_keeps_the_map_and_the_old_path_until_the_next_run(opened):
    """From there on the range only grows; to fit it brings it near again."""
    person = opened(LINE, 40)
    box = person.plot("landscape").box
    shown, old = np.array(box.viewRange()), np.array(view_of(person).map.runs.marks["path", "on"].x)
    loss_map = view_of(person).map.loss_map
    person.drag("landscape", person.frame.parameters, (6.0, 1.0))
    rest(person)
    assert np.array(box.viewRange()) == pytest.approx(shown)
    assert view_of(person).map.loss_map is loss_map  # not even made anew
    assert view_of(person).map.runs.marks["old path"].x == pytest.approx(old)
    on_paper = view_of(person).figure(person.frame).marks
    assert all(np.size(getattr(mark, "x", 0)) != len(old) for mark in on_paper)
    near_the_edge = (7.0, shown[1, 1] - 0.2)
    person.drag("landscape", person.frame.parameters, near_the_edge)  # once more
    rest(person)
    (left, right), (bottom, top) = box.viewRange()
    assert top > shown[1, 1]
    assert left <= shown[0, 0] + 1e-9
    assert right >= shown[0, 1] - 1e-9
    assert bottom <= shown[1, 0] + 1e-9
    assert view_of(person).map.runs.marks["old path"].x == pytest.approx(old)
    person.press(KEY.Key_F8)
    rest(person)
    assert "old path" not in view_of(person).map.runs.marks
    assert np.ptp(box.viewRange()[0]) >= np.ptp(shown[0]) - 1e-9
    person.focus(person.plot("landscape"))
    person.press(KEY.Key_A)
    rest(person)
    assert np.ptp(box.viewRange()[0]) < np.ptp(shown[0])


def test_what_can_be_done_stands_in_the_picture_and_leaves_it_the_card(opened):
    """Switches in the header, names at the axes, and no row for any of them."""
    person = opened(Settings("and"))
    view = view_of(person)
    names = view.choice.buttons
    home = [button.geometry() for button in names]
    (left, right), (bottom, top) = person.plot("landscape").box.viewRange()
    for corner in ((right - 0.1, bottom + 0.1), (left + 0.1, top - 0.1)):
        person.drag("landscape", place_of(person, "ball"), corner, drop=False)
        person.qtbot.waitUntil(lambda: person.frame.preview)
        person.settle()
        (ball,) = (handle.at.toPoint() for handle in view.drag.shown)
        round_ball = QRect(ball - QPoint(40, 20), QSize(80, 40)).translated(view.plot.pos())
        assert not any(button.geometry().intersects(round_ball) for button in names)
        assert [button.geometry() for button in names] != home
        person.press(KEY.Key_Escape)
        QTest.mouseRelease(view.plot.viewport(), LEFT)
        rest(person)
        assert [button.geometry() for button in names] == home
    labels = [
        view.plot.pixel_of(QPointF(mark.x, mark.y)).toPoint() + view.plot.pos()
        for mark in view.map.ground.marks.values()
        if isinstance(mark, Text)
    ]
    buttons = (view.you, view.surface_shown, view.hold, *names)
    assert len(labels) > 3
    assert not any(button.geometry().contains(label) for label in labels for button in buttons)
    # What can be done stands over the picture or in it, and leaves it the card.
    person = opened(Settings("and"), 20)
    person.bench.grid.choose(["data", "landscape"])  # as high as on the first screen
    rest(person)
    view = person.bench.views["landscape"]
    for picture in (view.plot, view.surface):
        room = picture.geometry()
        tools = (view.you, view.surface_shown, view.hold)
        for button in (*tools, *view.choice.buttons):
            assert button.isVisible()
            assert room.contains(button.geometry()) == (button not in tools)
            assert button.accessibleName() or button.text()
        assert room.width() * room.height() > 0.7 * view.width() * view.height()
        person.click("show_surface")
        rest(person)
