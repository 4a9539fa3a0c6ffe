"""The neuron: what a person sees of a moment, and what a person asks."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem
from pytestqt.qtbot import QtBot

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.pictures.neuron.equations import written as written_as
from neuroviz.pictures.neuron.numbers import Slot
from neuroviz.session.frame import Frame
from neuroviz.ui.theme.colours import DARK, LIGHT, Theme
from neuroviz.ui.views.neuron.items import BoxedText
from neuroviz.ui.views.neuron.view import NeuronView
from tests.ui.views.neuron.moments import moment, settle

KEY = Qt.Key
SIZES = [(520, 170), (800, 200), (1400, 420)]
MOMENTS = [(1, None), (2, None), (3, None), (3, 1)]


@pytest.fixture
def view(qtbot: QtBot) -> NeuronView:
    """Return the view with its gradients, on screen."""
    made = NeuronView(LIGHT)
    made.gradients.setChecked(True)
    qtbot.addWidget(made)
    settle(made, 800, 200)
    return made


def texts(view: NeuronView) -> dict[Slot, str]:
    """Return what stands in every slot."""
    assert view.diagram.drawing is not None
    return {slot: item.text() for slot, item in view.diagram.drawing.texts.items()}


def shown(view: NeuronView, frame: Frame) -> dict[Slot, str]:
    """Show a moment and return what stands there."""
    view.show_new(frame)
    return texts(view)


def test_it_shows_the_sample(view: NeuronView) -> None:
    """Its numbers, and whose they are."""
    frame = moment(sample=1)
    written = shown(view, frame)
    assert frame.anatomy is not None
    values = frame.anatomy.of(1)
    assert written["pre_activation", None] == written_as(values.pre_activation).text
    assert written["output", None] == written_as(values.output).text
    assert written["loss", None] == written_as(values.loss).text
    assert [written["input", i] for i in range(3)] == ["1", "0", "1"]
    assert written["weight", 0][0] in "+−"
    assert (view.choice.shown.text(), view.reading.text()) == ("sample 2 of 4", "")


def test_parts_fill_it_from_left_to_right_and_back(view: NeuronView) -> None:
    """What is not computed is a dash."""
    forward = shown(view, moment(phase="forward", sample=1))
    assert (forward["output", None] != "—", forward["loss", None], forward["grad", 0]) == (
        True,
        "—",
        "—",
    )
    loss = shown(view, moment(phase="loss", sample=1))
    assert (loss["loss", None] != "—", loss["grad", 0]) == (True, "—")
    zeroed = shown(view, moment(phase="zero_grad", sample=1))
    assert (zeroed["grad", 0], zeroed["loss_by_output", None]) == ("0", "—")
    backward = shown(view, moment(phase="backward", sample=1))
    assert "—" not in backward.values()
    frame = moment(phase="update", sample=1)
    moved = shown(view, frame)
    assert frame.parameters is not None
    assert moved["weight", 0] == written_as(float(frame.parameters[0]), signed=True).text


def test_without_the_switch_gradients_come_with_their_part(view: NeuronView) -> None:
    """All else stays where it is; lines and names go too, and the exported figure follows."""
    settle(view, 900, 268)
    seen = {}
    for wanted, phase in ((True, None), (False, None), (False, "update"), (False, "backward")):
        view.gradients.setChecked(wanted)
        frame = moment(phase=phase, sample=1)
        written = shown(view, frame)
        red = {slot for slot in written if slot[0].startswith(("grad", "loss_by", "output_by"))}
        assert view.diagram.drawing is not None
        lines = {item.isVisible() for item in view.diagram.drawing.items() if _is_backward(item)}
        figure = view.figure(frame)
        assert figure is not None
        seen[wanted, phase] = (
            {written[slot] != "" for slot in red},
            lines,
            any("∂" in getattr(mark, "text", "") for mark in figure.marks),
            {slot: view.diagram.place_of(slot) for slot in written},
        )
    assert [each[:3] for each in seen.values()] == [
        ({True}, {True}, True),
        ({False}, {False}, False),
        ({False}, {False}, False),
        ({True}, {True}, True),
    ]
    assert len({str(each[3]) for each in seen.values()}) == 1


def _is_backward(item: QGraphicsItem) -> bool:
    """Return whether it is a red line, or the name of a derivative."""
    if isinstance(item, BoxedText):
        return "∂" in item.text()
    return isinstance(item, QGraphicsPathItem) and item.pen().color() == QColor(LIGHT.error)


def test_without_the_switch_the_update_tells_the_change(view: NeuronView) -> None:
    """It is no gradient; in the table of all of the batch the switch has nothing to do."""
    settle(view, 900, 268)
    view.gradients.setChecked(False)
    assert shown(view, moment(phase="update", sample=1))["change", 0][0] in "+−"
    assert view.gradients.isEnabled()
    table = shown(view, moment(sample=None))
    assert "" not in {text for slot, text in table.items() if slot[0] == "sample_grad"}
    assert not view.gradients.isEnabled()


def test_before_torch_the_structure_stands_there(view: NeuronView) -> None:
    """With a dash for every number."""
    for sample, name in ((0, "sample 1 of 4"), (None, "all of the batch")):
        assert set(shown(view, moment(sample=sample, ready=False)).values()) - {""} == {"—"}
        assert view.choice.shown.text() == name
    assert view.figure(moment(ready=False)) is None


def test_saturation_is_told(view: NeuronView) -> None:
    """The factors are dashes, δ is there, and the reading says why."""
    written = shown(view, moment(steps=0, sample=0, weights=(20.0, 20.0), bias=0.0))
    assert (written["loss_by_output", None], written["output_by_pre_activation", None]) == (
        "—",
        "—",
    )
    assert written["loss_by_pre_activation", None] != "—"
    assert "δ = ŷ − y" in view.reading.text()
    assert "δ = ŷ − y" in view.reading.toolTip()


def test_a_click_asks_for_the_arithmetic(view: NeuronView, qtbot: QtBot) -> None:
    """It asks for what stands there: a gradient, what is left of the old one, the change.

    A weight, the new one.
    """
    expected = {
        ("grad", None): Quantity("grad", 1),
        ("grad", "zero_grad"): Quantity("old_grad", 1),
        ("grad", "update"): Quantity("stage", (0, 1)),
        ("change", "update"): Quantity("stage", (2, 1)),
        ("weight", None): Quantity("weight", 1),
        ("weight", "update"): Quantity("update", 1),
    }
    for (kind, phase), quantity in expected.items():
        view.show_new(moment(phase=phase))
        place = view.diagram.place_of((kind, 1)).toPoint()
        with qtbot.waitSignal(view.asked) as asked:
            qtbot.mouseClick(view.diagram.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert asked.args == [quantity]


@pytest.mark.parametrize(
    ("sample", "key", "picked"),
    [
        (None, KEY.Key_Right, 0),
        (None, KEY.Key_Left, 3),
        (1, KEY.Key_Down, 2),
        (1, KEY.Key_Up, 0),
        (1, KEY.Key_End, 3),
        (2, KEY.Key_Home, 0),
        (2, KEY.Key_0, None),
    ],
)
def test_arrow_keys_pick_the_sample(
    view: NeuronView, qtbot: QtBot, sample: int | None, key: Qt.Key, picked: int | None
) -> None:
    """And 0 is the mean over the batch."""
    view.show_new(moment(sample=sample))
    with qtbot.waitSignal(view.sample_picked) as asked:
        qtbot.keyClick(view.diagram, key)
    assert asked.args == [picked]


@pytest.mark.parametrize(
    ("sample", "key"), [(3, KEY.Key_Right), (0, KEY.Key_Left), (None, KEY.Key_0)]
)
def test_the_last_sample_is_the_last(
    view: NeuronView, qtbot: QtBot, sample: int | None, key: Qt.Key
) -> None:
    """Nothing is picked anew at the ends."""
    view.show_new(moment(sample=sample))
    with qtbot.assertNotEmitted(view.sample_picked):
        qtbot.keyClick(view.diagram, key)


def test_a_hundred_inputs_can_be_scrolled(view: NeuronView, qtbot: QtBot) -> None:
    """Some are in sight, the others come by Page Down."""
    written = shown(view, moment("spam", sample=3))
    first = {index for kind, index in written if kind == "weight"}
    assert 4 <= len(first) <= 9
    assert ("rest", None) in written
    seen = set(first)
    for _ in range(30):
        qtbot.keyClick(view.diagram, KEY.Key_PageDown)
        seen |= {index for kind, index in texts(view) if kind == "weight"}
    assert seen == set(range(101))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("task", ["and", "weather", "spam"])
@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_texts_do_not_overlap(
    view: NeuronView, size: tuple[int, int], task: str, colours: Theme
) -> None:
    """At any size and in any theme, with numbers as long as can be."""
    view.apply_theme(colours)
    settle(view, *size)
    view.show_new(moment(task))
    drawing = view.diagram.drawing
    assert drawing is not None
    for item in drawing.texts.values():
        item.show_text("-8e-188", colours.ink)
    items = [item for item in drawing.items() if isinstance(item, BoxedText) and item.text()]
    for one, two in combinations(items, 2):
        common = one.sceneBoundingRect().intersected(two.sceneBoundingRect())
        assert common.width() < 1.5 or common.height() < 4, (one.text(), two.text())


def test_the_scene_is_made_once(view: NeuronView) -> None:
    """Steps draw into it; another size or theme makes another."""
    view.show_new(moment())
    made = view.diagram.drawing
    view.show_frame(moment(steps=4))
    assert view.diagram.drawing is made
    settle(view, 900, 260)
    assert view.diagram.drawing is not made
    made = view.diagram.drawing
    view.apply_theme(DARK)
    assert view.diagram.drawing is not made


def test_it_can_be_taken_away(view: NeuronView) -> None:
    """As a figure of the moment."""
    figure = view.figure(moment(sample=1))
    assert figure is not None
    assert "sample 2 of 4" in (figure.subtitle or "")
    assert (view.figure_name, view.menu_title) == ("neuron", "Neuron")
