"""The neuron: what a person sees of a moment, and what a person asks."""

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF

from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.numbers import measured
from neuroviz.ui.controls.commands import finish_typing
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT
from neuroviz.ui.views.neuron.view import NeuronView
from tests.for_each import for_each
from tests.ui.person import KEY, LEFT, turn_wheel
from tests.ui.views.neuron.moments import moment, settle

SIZES = [(664, 204), (800, 232), (1144, 268), (1400, 420)]


@pytest.fixture
def view(qtbot):
    """Return the view with its gradients, on screen."""
    made = NeuronView()
    made.gradients.setChecked(True)
    qtbot.addWidget(made)
    settle(made, 800, 200)
    return made


def texts(view):
    """Return what stands in every slot."""
    return {slot: number.text for slot, number in view.diagram.numbers.items()}


def shown(view, frame):
    """Show a moment and return what stands there."""
    view.show_new(frame)
    return texts(view)


def test_it_shows_the_sample(view):
    """Its numbers, and whose they are."""
    frame = moment(sample=1)
    written = shown(view, frame)
    values = frame.anatomy.of(1)
    assert written["output", None] == measured(values.output)
    assert written["loss", None] == measured(values.loss)
    seen = {text for text, _ in view.diagram.texts()}
    assert {written["pre_activation", None], written["loss", None], "target 0"} <= seen
    assert [written["input", i] for i in range(3)] == ["1", "0", "1"]
    assert written["weight", 0][0] in "+−"
    assert (view.choice.shown.text(), view.reading.text()) == ("sample 2 of 4", "")
    view.show_new(moment("sine", sample=47))
    label = view.choice.shown
    assert label.minimumWidth() >= label.fontMetrics().horizontalAdvance("sample 48 of 64") + 8


def test_parts_fill_it_from_left_to_right_and_back(view):
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
    assert moved["weight", 0] == measured(float(frame.parameters[0]), signed=True)


def test_without_the_switch_gradients_come_with_their_part(view):
    """All else stays where it is; lines and names go too, and the exported figure follows."""
    settle(view, 900, 268)
    seen = {}
    for wanted, phase in ((True, None), (False, None), (False, "update"), (False, "backward")):
        view.gradients.setChecked(wanted)
        frame = moment(phase=phase, sample=1)
        written = shown(view, frame)
        red = {slot for slot in written if slot[0].startswith(("grad", "loss_by", "output_by"))}
        red_marks = [mark for mark in marks_of(view) if LIGHT.error == getattr(mark, "color", "")]
        figure = view.figure(frame)
        seen[wanted, phase] = (
            {written[slot] != "" for slot in red},
            bool(red_marks),
            any("∂" in getattr(mark, "text", "") for mark in figure.marks),
            {slot: view.diagram.place_of(slot) for slot in written},
        )
    assert [each[:3] for each in seen.values()] == [
        ({True}, True, True),
        ({False}, False, False),
        ({False}, False, False),
        ({True}, True, True),
    ]
    assert len({str(each[3]) for each in seen.values()}) == 1


def marks_of(view):
    """Return what is drawn."""
    return list(view.diagram.drawing.marks.values())


@for_each("size", [(900, 268), (684, 187)])
def test_without_the_switch_the_update_tells_the_change(view, size):
    """It is no gradient; in the list of all of the batch the switch brings their columns.

    Where there is no room below the weights, it is on their wires.
    """
    settle(view, *size)
    for wanted in (False, True):
        view.gradients.setChecked(wanted)
        assert shown(view, moment(phase="update", sample=1))["change", 0][0] in "+−"
        assert any("mean of 4" in getattr(mark, "text", "") for mark in marks_of(view))
        assert {("change", index) for index in range(3)} <= set(view.diagram.drawing.marks)
        assert (("sample_grad", (0, 0)) in shown(view, moment(sample=None))) == wanted
        assert ("gradients" in view.reading.text()) == wanted
    view.gradients.setChecked(False)
    assert ("sample_grad", (0, 0)) in shown(view, moment(sample=None, phase="backward"))


def test_before_torch_the_structure_stands_there(view):
    """With a dash for every number."""
    for sample, name in ((0, "sample 1 of 4"), (None, "all of the batch")):
        assert set(shown(view, moment(sample=sample, ready=False)).values()) - {""} == {"—"}
        assert view.choice.shown.text() == name
    assert view.figure(moment(ready=False)) is None


def test_saturation_is_told(view):
    """The factors are dashes, δ is there, and the reading says why."""
    written = shown(view, moment(steps=0, sample=0, weights=(20.0, 20.0), bias=0.0))
    assert (written["loss_by_output", None], written["output_by_pre_activation", None]) == (
        "—",
        "—",
    )
    assert written["loss_by_pre_activation", None] != "—"
    assert view.reading.text().endswith("flat here to the last digit, so δ is taken as ŷ − y")
    assert "δ = ŷ − y" in view.reading.toolTip()
    view.gradients.setChecked(False)  # no δ is seen
    shown(view, moment(steps=0, sample=0, weights=(20.0, 20.0), bias=0.0))
    assert "δ" not in view.reading.text() + view.reading.toolTip()


def test_a_click_asks_for_the_arithmetic(view, qtbot):
    """It asks for what stands there: a gradient, what is left of the old one, the change.

    A weight, the new one; the bias's product too.
    """
    expected = {
        ("grad", None): Quantity("grad", 1),
        ("grad", "zero_grad"): Quantity("old_grad", 1),
        ("change", "update"): Quantity("stage", (2, 1)),
        ("weight", None): Quantity("weight", 1),
        ("weight", "update"): Quantity("update", 1),
    }
    settle(view, 900, 268)
    view.show_new(moment(sample=1))
    for slot in (("product", 2), ("output", None), ("loss_by_pre_activation", None)):
        with qtbot.waitSignal(view.asked) as asked:
            view.diagram.press(view.diagram.place_of(slot))
        assert asked.args == [Quantity(*slot)]
    for (kind, phase), quantity in expected.items():
        view.show_new(moment(phase=phase))
        place = view.diagram.place_of((kind, 1)).toPoint()
        with qtbot.waitSignal(view.asked) as asked:
            qtbot.mouseClick(view.diagram.viewport(), LEFT, pos=place)
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
def test_arrow_keys_pick_the_sample(view, qtbot, sample, key, picked):
    """And 0 is the mean over the batch."""
    view.show_new(moment(sample=sample))
    with qtbot.waitSignal(view.sample_picked) as asked:
        qtbot.keyClick(view.diagram, key)
    assert asked.args == [picked]


@pytest.mark.parametrize(
    ("sample", "key"), [(3, KEY.Key_Right), (0, KEY.Key_Left), (None, KEY.Key_0)]
)
def test_the_last_sample_is_the_last(view, qtbot, sample, key):
    """Nothing is picked anew at the ends."""
    view.show_new(moment(sample=sample))
    with qtbot.assertNotEmitted(view.sample_picked):
        qtbot.keyClick(view.diagram, key)


def test_a_hundred_inputs_can_be_scrolled(view, qtbot):
    """Some are in sight, the others come by the wheel and by Page Down."""
    written = shown(view, moment("spam", sample=3))
    first = {index for kind, index in written if kind == "weight"}
    assert 4 <= len(first) <= 9
    assert ("rest", None) in written
    turn_wheel(view.diagram.viewport(), -1)  # down: one goes above, one comes from below
    second = {index for kind, index in texts(view) if kind == "weight"}
    assert len(first - second) == len(second - first) == 1
    turn_wheel(view.diagram.viewport(), 1)
    assert {index for kind, index in texts(view) if kind == "weight"} == first
    seen = set(first)
    for _ in range(40):
        qtbot.keyClick(view.diagram, KEY.Key_PageDown)
        seen |= {index for kind, index in texts(view) if kind == "weight"}
    assert seen == set(range(101))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("task", ["and", "weather", "spam"])
@pytest.mark.parametrize("sample", [0, None])
def test_texts_do_not_overlap(view, size, task, sample):
    """At any size, of a sample and of all of the batch, in the letters of the desktop."""
    settle(view, *size)
    view.show_new(moment(task, sample=sample))
    viewport = QRectF(view.diagram.viewport().rect()).adjusted(-1, -1, 1, 1)
    for (one, first), (two, second) in combinations(view.diagram.texts(), 2):
        common = first.intersected(second)
        assert common.width() < 1.5 or common.height() < 5, (one, two)
        assert viewport.contains(first), one


def test_a_list_longer_than_its_room_has_a_bar_and_scrolls(view, qtbot):
    """By its keys too; the mean stays."""
    settle(view, 900, 268)
    assert ("sample_loss", 0) in shown(view, moment("spam"))
    bar = view.diagram.verticalScrollBar()
    assert bar.isVisible()
    qtbot.keyClick(view.diagram, KEY.Key_PageDown)
    assert bar.value() == bar.pageStep() > 1
    assert ("sample_loss", 0) not in texts(view)
    bar.setValue(bar.maximum())
    assert ("sample_loss", 19) in texts(view)
    assert ("loss", None) in texts(view)
    view.show_new(moment("and"))
    assert not bar.isVisible()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_it_wears_its_theme(view, theme, monkeypatch):
    monkeypatch.setattr(themes, "now", theme)
    view.apply_theme()
    view.show_new(moment(sample=1))
    colours = {getattr(mark, "color", "") for mark in marks_of(view)}
    assert {theme.ink, theme.muted, theme.error, theme.card} <= colours
    other = DARK if theme is LIGHT else LIGHT
    assert other.ink not in colours


def test_it_can_be_taken_away(view):
    """As a figure of the moment."""
    figure = view.figure(moment(sample=1))
    assert "sample 2 of 4" in (figure.subtitle or "")
    assert (view.figure_name, view.title) == ("neuron", "Neuron")


def test_the_room_of_neurons_that_go_is_its_own_at_once(view):
    """All of the card is drawn in before anything else happens."""
    settle(view, 1144, 268)
    view.show_new(moment("xor", sample=1, hidden=3))
    assert view.network.isVisible()
    view.show_new(moment("xor", sample=1))
    drawn = max(box.right for box in view.diagram.drawing.slots.values())
    assert drawn > 0.9 * view.width()


def test_a_weight_that_cannot_be_read_stays_and_is_no_number(view):
    """Who asks whether the typing is over hears that it is not; a number is taken."""
    view.show_new(moment())
    typed = []
    field = view.diagram.field
    field.typed.connect(lambda index, value: typed.append((index, value)))
    field.open(1, "w₂", 0.25)
    field.setText("much")
    view.activateWindow()
    field.setFocus()
    assert not finish_typing()
    assert (field.isVisible(), field.text(), typed) == (True, "much", [])
    field.setText("−1,5")
    assert finish_typing()
    assert (field.isVisible(), typed) == (False, [(1, -1.5)])
