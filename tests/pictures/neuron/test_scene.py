"""The neuron of a sample as it is drawn: in every room, with its words, and no text on another."""

import math
from itertools import combinations

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import PHASES
from neuroviz.core.anatomy.unit import opened
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.pictures.marks import Arrow, Box, Curve, Points, Text
from neuroviz.pictures.neuron.layout import COLUMNS, FACTORS, POINT_SIZES, laid_out, place
from neuroviz.pictures.neuron.numbers import numbers_of
from neuroviz.pictures.neuron.scene import Moment, ahead_marks, reach_of, sample_marks, width_of
from neuroviz.pictures.palette import PAPER, mixed
from tests.for_each import for_each
from tests.pictures.neuron.page import MadeLetters, overlap, place_of, texts
from tests.pictures.neuron.test_numbers import anatomy

CARDS = [(1122, 186), (1048, 186), (778, 150), (706, 186), (650, 150), (642, 118)]
"""The room in the card at 1440, 1366 and 1024 pixels, beside a side column, and in Projector."""
LARGE = (1400, 660)
WORDS = {"input", "weight", "weight × input", "sum z", "output ŷ", "sample's loss", "target 1", "Σ"}
TASKS = ["and", "line", "weather", "spam", "sum"]


def drawn(
    room,
    task="and",
    phase=None,
    *,
    gradients=True,
    more=False,
    steps=3,
    data=None,
    unit=None,
    **choices,
):
    """Return the marks of a sample in a room, and where things are."""
    if data:
        choices["data"] = data
    step = anatomy(None if data else task, steps, **choices)
    step = step if unit is None else opened(step, unit)
    settings = step.settings
    plan = laid_out(*room, settings, MadeLetters, gradients=gradients, more=more)
    layout = place(*room, tuple(range(plan.shown)), settings, plan)
    inputs = settings.dataset.width
    shown = tuple(index for index in layout.rows if 0 <= index < inputs)
    numbers = numbers_of(step, phase, 0, shown, inputs, backward=gradients)
    history = np.linspace(-1, 1, 5) + np.zeros((settings.parameters.count, 1)) if more else None
    moment = Moment(settings, numbers, step, 0, gradients, history, phase)
    return sample_marks(moment, layout, PAPER), layout


def words(marks):
    """Return every text."""
    return set(texts(marks.values()))


@for_each("gradients", [False, True])
@for_each("room", [*CARDS, LARGE])
def test_the_words_stand_in_every_room(room, gradients):
    """And the target at the loss, with the name of loss and activation."""
    marks, layout = drawn(room, gradients=gradients)
    head = "∂ℓ/∂w" if gradients and not layout.plan.under else "weight × input"
    assert words(marks) >= (WORDS - {"weight × input"}) | {head, "sigmoid"}
    assert words(marks) & {"binary cross-entropy", "cross-entropy"}
    target, loss = marks["target"], layout.shapes["loss"]
    assert isinstance(target, Box)
    assert loss.x <= target.x
    assert -target.y < loss.y


@for_each("gradients", [False, True])
@for_each("task", TASKS)
@for_each("room", [*CARDS, LARGE])
def test_no_text_stands_on_another_and_all_is_inside(room, task, gradients):
    """At any size, enlarged too."""
    marks, layout = drawn(room, task, gradients=gradients, more=room == LARGE)
    letters = MadeLetters(layout.plan.size)
    placed = {key: place_of(mark, letters) for key, mark in marks.items() if isinstance(mark, Text)}
    for (one, box), (two, other) in combinations(placed.items(), 2):
        across, down = overlap(box, other)
        assert across < 1.5 or down < 5, (one, two)
    boxes = [*layout.shapes.values(), *layout.pills.values(), *placed.values()]
    assert min(box.x for box in boxes) >= 0
    assert max(box.right for box in boxes) <= room[0] + 0.5
    assert min(box.y for box in boxes) >= -1
    assert max(box.bottom for box in boxes) <= room[1] + 1


@for_each("room", [*CARDS, LARGE])
def test_left_to_right_is_the_order_of_thought(room):
    """Input, weight, product, sum, activation, output, loss."""
    layout = drawn(room)[1]
    columns = [layout.columns[name].x for name in ("label", "input", "weight", "product")]
    edges = [*columns, *(layout.shapes[name].x for name in COLUMNS)]
    assert edges == sorted(edges)


def test_wires_give_first_and_then_letters():
    """A room that is a little narrower has letters as large; of all rooms none has small ones."""
    sizes = [drawn(room, gradients=False)[1].plan.size for room in CARDS]
    assert sizes[0] == sizes[1] == POINT_SIZES[0]
    assert sizes == sorted(sizes, reverse=True) or min(sizes) >= 9
    assert min(sizes) >= 9
    wide, narrow = (drawn((width, 186), gradients=False)[1] for width in (1122, 900))
    assert wide.plan == narrow.plan
    assert wide.pills[0].width == narrow.pills[0].width


def test_projector_has_larger_letters():
    """Everything in it is 1.4 times as large, and the room so much smaller."""
    for gradients in (False, True):
        usual, seen = (drawn(room, gradients=gradients)[1] for room in (CARDS[0], CARDS[-1]))
        assert 1.4 * seen.plan.size > usual.plan.size


def test_gradients_give_first_and_words_never():
    """With many inputs the gradients take the place of the products once they are known."""
    head = "weight × input"
    for gradients, phase, there in (
        (True, None, "∂ℓ/∂w"),
        (True, "loss", head),
        (False, None, head),
    ):
        marks, layout = drawn(CARDS[3], "spam", phase, gradients=gradients)
        assert not layout.plan.under
        assert there in words(marks)


@pytest.mark.parametrize("room", [CARDS[0], LARGE])
def test_where_there_is_room_nothing_moves_when_gradients_come(room):
    """They have their places before."""
    with_them, without = (drawn(room, gradients=shown)[1] for shown in (True, False))
    assert with_them.plan.under
    assert with_them.shapes == without.shapes or with_them.plan.size < without.plan.size


@pytest.mark.parametrize("inputs", range(1, 7))
def test_up_to_six_inputs_are_shown_in_full(inputs):
    data = Dataset(np.eye(inputs + 1, inputs), np.arange(inputs + 1.0), False)
    for room in CARDS:
        assert len(drawn(room, data=data)[1].rows) == inputs + 1


def test_enlarged_it_shows_more_inputs_and_their_course():
    """In letters about as large: each weight's way, and the product as a bar."""
    small, large = (drawn(CARDS[0], "spam")[1], drawn(LARGE, "spam", more=True)[1])
    assert len(large.rows) > 1.5 * len(small.rows)
    without = drawn(LARGE, "spam", more=True, gradients=False)[1]
    assert len(without.rows) > 2.5 * len(small.rows)
    assert large.plan.size <= POINT_SIZES[0] + 1
    marks, _ = drawn(LARGE, more=True, weights=(2.0, -1.0), bias=0.0, steps=0)
    for index in (0, 1):
        curve, bar = marks["course", index], marks["bar", index]
        assert isinstance(curve, Curve)
        assert isinstance(bar, Box)
        assert np.all(np.diff(np.asarray(curve.y)) > 0)
        behind = [mark.x for key, mark in marks.items() if key[:2] == ("wire", index)][-1]
        assert behind[0] < bar.x < behind[1] == marks["bend", index].x[0]  # no wire breaks off
    first, second = marks["bar", 0], marks["bar", 1]
    assert first.width == pytest.approx(2 * second.width)
    assert first.x == pytest.approx(second.x + second.width)
    assert ("course", 0) not in drawn(CARDS[0])[0]


@for_each("room", CARDS)
def test_where_a_run_would_lead_is_never_cut_off(room):
    """Beside each weight, within the card: over the last one where there is no room under it."""
    for task in ("and", "line"):
        _, layout = drawn(room, task, gradients=False)
        parameters = np.arange(1.0, len(layout.pills) + 1)
        marks = ahead_marks(parameters, layout, room[1], PAPER, 1.0)
        line = layout.plan.letters.line
        texts = {index: mark for (_, index), mark in marks.items() if isinstance(mark, Text)}
        for index, text in texts.items():
            assert 0 < -text.y < room[1] - 0.4 * line
            assert abs(-text.y - layout.pills[index].middle[1]) < 2 * line
        assert task == "and" or len(texts) == 2
        for (_, index), mark in marks.items():
            if isinstance(mark, Curve):  # the hollow pill, round its text, behind the present one
                below = -np.asarray(mark.y) - layout.pills[index].bottom
                assert (below >= -1e-9).all()
                assert -texts[index].y < -np.min(mark.y) < room[1]
                # Its corners do not run through the number, whose digits are as high as this.
                beyond = texts[index].x + 2 < np.asarray(mark.x)
                high = np.abs(np.asarray(mark.y) - texts[index].y) < 0.35 * line
                assert (beyond | ~high | (np.asarray(mark.x) < layout.pills[index].middle[0])).all()


@for_each("room", CARDS)
def test_many_inputs_say_how_many_more(room):
    """In a low room there are fewer of them, in letters that can still be read."""
    marks, layout = drawn(room, "spam")
    shown = len(layout.rows) - 2
    assert f"… {100 - shown} more inputs" in words(marks)
    assert shown >= (6 if room[1] > 150 else 3)
    assert layout.plan.size >= 9


@for_each("height", range(150, 300, 10))
def test_one_input_alone_is_never_left_out(height):
    """The line that says so would be as high as its row."""
    data = Dataset(np.eye(8), np.arange(8) % 2, classes=True)
    marks, _ = drawn((1122, height), data=data)
    assert not any("… 1 more" in word for word in words(marks))


def test_wires_have_the_sign_and_the_size():
    """Orange for positive weights, blue for negative ones, wider for the larger, dots for 0."""
    marks, _ = drawn(CARDS[0], steps=0, weights=(3.0, -1.0), bias=0.0)
    wires = [marks["bend", index] for index in range(3)]
    assert all(isinstance(wire, Curve) for wire in wires)
    assert [wire.color for wire in wires] == [PAPER.positive_line, PAPER.negative, PAPER.line]
    assert wires[0].width == pytest.approx(width_of(1.0, 1.0))
    assert wires[1].width == pytest.approx(width_of(1.0, 3.0))
    assert wires[2].dash
    assert width_of(1.0, np.inf) == width_of(0.0, 0.0) > 1


@pytest.mark.parametrize("name", ["sigmoid", "relu", "identity", "tanh"])
def test_the_point_lies_on_the_curve(name):
    """Where φ says."""
    choices = {"loss": "mse"} if name != "sigmoid" else {}
    marks, _ = drawn(CARDS[0], activation=name, steps=0, weights=(0.7, 0.6), bias=0.2, **choices)
    curve, point = marks["curve"], marks["point"]
    assert isinstance(curve, Curve)
    assert isinstance(point, Points)
    height = np.interp(float(np.asarray(point.x)[0]), np.asarray(curve.x), np.asarray(curve.y))
    assert float(np.asarray(point.y)[0]) == pytest.approx(height, abs=0.3)


@pytest.mark.parametrize(("z", "reach"), [(1, 4), (4, 4), (-5, 8), (100, 128), (1e300, 2**40)])
def test_the_axis_holds_z(z, reach):
    assert reach_of(z) == reach


FILLED = {
    "forward": {"sum", "activation"},
    "loss": {"target", "loss"},
    "zero_grad": set(),
    "backward": {"loss"},
    "update": {("ring", 0), ("ring", 1), ("ring", 2)},
}
FULL = {
    "forward": {"weight", "pre_activation", "output"},
    "loss": {"output", "loss"},
    "zero_grad": {"grad"},
    "backward": {"weight", "pre_activation", "output", "loss", "grad", "loss_by_output"},
    "update": {"weight", "change"},
}


@pytest.mark.parametrize("phase", PHASES)
def test_what_a_part_touches_is_filled_and_the_rest_steps_back(phase):
    """In its own shape, with a ring; every other number is paler than where nobody goes by parts.

    Also where the letters are at their smallest. What steps back can still be read: it is opaque.
    """
    for room in (CARDS[0], CARDS[-1]):
        plain, _ = drawn(room)
        marks, _ = drawn(room, phase=phase)
        rings = {
            key
            for key, mark in marks.items()
            if isinstance(mark, Box)
            and mark.stroke == 2.0
            and mark.color != getattr(plain.get(key), "color", PAPER.ground)
        }
        assert rings == FILLED[phase]
        for slot, mark in marks.items():
            if isinstance(slot, tuple) and slot[0] in set().union(*FULL.values()):
                assert isinstance(mark, Text)
                known = {PAPER.ink, PAPER.error, PAPER.muted}
                assert (mark.color in known) == (slot[0] in FULL[phase]), slot
    assert all(len(getattr(mark, "color", "")) <= 7 for mark in marks.values())


def test_backward_numbers_are_red_and_the_change_is_not():
    """What is not known is quiet."""

    def colour(phase, slot):
        mark = drawn(CARDS[0], phase=phase)[0][slot]
        assert isinstance(mark, Text)
        return mark.color

    assert colour(None, ("grad", 0)) == colour(None, ("loss_by_output", None)) == PAPER.error
    assert colour(None, ("output", None)) == colour("update", ("change", 0)) == PAPER.ink
    assert colour("forward", ("grad", 0)) == PAPER.paler.muted


def test_names_of_own_data_stand_where_there_is_room():
    """Cut where need be, to three letters at least; else the input's number."""
    data = Dataset(np.eye(2), np.arange(2.0), False, ("living area in m²", "rooms"))
    marks, layout = drawn(CARDS[0], data=data)
    assert "rooms" in words(marks)
    assert any(text.startswith("living") for text in words(marks))
    assert "living area in m²" in words(drawn((1100, 260), data=data)[0])  # with its unit
    for room in CARDS:
        marks, layout = drawn(room, data=data)
        name = marks["input name", 1]
        assert name.text == "x₂" or name.text.startswith("ro")
        assert place_of(name, MadeLetters(layout.plan.size)).x >= 0
    # Letters up to two points smaller are better than two of a name.
    named = replace(data, input_names=("temperature", "pressure"))
    whole = 0
    for width in range(560, 1120, 8):
        marks, layout = drawn((width, 186), data=named)
        name = marks["input name", 0]
        size = layout.plan.size
        usual = drawn((width, 186), data=replace(data, input_names=()))[1].plan.size
        assert size == usual or usual - 2 <= size >= 9
        assert len(name.text) > 5 or size <= 9
        whole += name.text == "temperature"
    assert whole > 50


def test_the_head_of_the_activation_is_its_name_without_its_remark():
    """There is no room for "Heaviside (by hand)", and "Heaviside" says as much."""
    written = words(drawn(CARDS[0], "and_by_hand")[0])
    assert "Heaviside" in written
    assert not any("(" in text for text in written)
    assert "ReLU" in words(drawn(CARDS[0], activation="relu", loss="mse")[0])


def test_before_torch_a_dash_stands_for_every_number():
    settings = Settings("and")
    plan = laid_out(*CARDS[0], settings, MadeLetters)
    layout = place(*CARDS[0], (0, 1), settings, plan)
    numbers = numbers_of(None, None, 0, (0, 1), 2)
    marks = sample_marks(Moment(settings, numbers, None, 0), layout, PAPER)
    assert "—" in words(marks)
    assert words(marks) >= WORDS - {"target 1"}
    assert "curve" not in marks


@pytest.mark.parametrize("room", [*CARDS, LARGE])
def test_the_loss_of_several_targets_is_said_to_be_their_mean(room):
    """In every room: the output beside it has a loss of its own."""
    marks, _ = drawn(room, "gates", unit=1)
    name = marks["loss name"]
    assert name.text.endswith("mean of 3")


def test_a_hidden_neuron_has_all_targets_over_the_loss():
    """Over what stands left of it, where the loss is too narrow; on nothing else."""
    marks, layout = drawn((650, 186), "five", unit=1, hidden=3)
    text, pill = marks["target text"], marks["target"]
    assert text.text == "target 6, 2, −1, 6, −1"
    assert layout.shapes["loss"].width < pill.width
    assert -pill.y < min(layout.shapes[name].y for name in COLUMNS)
    assert -pill.y - pill.height >= layout.heads["loss"].bottom


def test_softmax_is_drawn_beside_the_other_sums():
    """Its point lies on its curve, which rises through a half where the others' eᶻ come to its own.

    The output is filled with its class's colour, the more the larger its share.
    """
    grounds = []
    for unit in range(3):
        marks, _ = drawn(CARDS[0], "blobs3", steps=9, unit=unit)
        curve, point = marks["curve"], marks["point"]
        assert isinstance(curve, Curve)
        assert isinstance(point, Points)
        on_curve = np.interp(point.x, curve.x, curve.y)
        assert on_curve == pytest.approx(np.asarray(point.y), abs=0.2)
        output = marks["output"]
        assert isinstance(output, Box)
        grounds.append(output.color)
        assert f"target {int(unit == 0)}" in {text[:8] for text in words(marks)}
        named = f"output ŷ{'₁₂₃'[unit]}", "softmax"
        assert words(marks) >= {*named}
    whole = anatomy("blobs3", 9)
    shares = whole.output[0]
    assert grounds == [
        mixed(PAPER.ground, colour, 0.28 * share)
        for colour, share in zip(PAPER.class_colours, shares.tolist(), strict=False)
    ]


@for_each("room", CARDS)
def test_wires_of_any_width_keep_clear_of_the_numbers_on_them(room):
    """Their ends are square: half of the width is beyond them."""
    marks, layout = drawn(room, weights=(0.01, -5.0), bias=2.0, steps=0, gradients=False)
    letters = MadeLetters(layout.plan.size)
    for index in layout.pills:
        number = marks["product", index]
        assert isinstance(number, Text)
        box = place_of(number, letters)
        pieces = [m for k, m in marks.items() if k[:2] == ("wire", index) and isinstance(m, Curve)]
        bend = marks["bend", index]
        assert isinstance(bend, Curve)
        left = max(float(np.max(piece.x)) + piece.width / 2 for piece in pieces)
        assert box.x - left == pytest.approx(4)
        assert np.min(bend.x) - bend.width / 2 - box.right == pytest.approx(4)


@for_each("task", ["and", "weather", "line"])
@for_each("room", CARDS)
def test_a_long_number_stays_clear_of_the_ring_of_its_circle(room, task):
    """That of the sum is below the middle, where the ring is nearer."""
    weights = [-12345.6] * (3 if task == "weather" else 2 if task == "and" else 1)
    marks, layout = drawn(room, task, weights=tuple(weights), bias=-0.1234, steps=0)
    letters = MadeLetters(layout.plan.size)
    for name, slot in (("sum", "pre_activation"), ("output", "output")):
        circle, number = layout.shapes[name], marks[slot, None]
        assert isinstance(number, Text)
        box = place_of(number, letters)
        x, y = circle.middle
        lowest = abs(box.middle[1] - y) + 0.35 * letters.line
        if number.size > 0.6:  # none is made smaller than can be read
            away = circle.width / 2 - math.hypot(box.right - x, lowest)
            assert away > 0.15 * letters.line


@for_each("room", [(1122, 226), (1000, 226)])
def test_the_numbers_of_the_way_back_have_one_size(room):
    """A long one takes a little of the arrow beside it."""
    marks, _ = drawn(room, weights=(9.713, 9.713), bias=-14.74, steps=0)
    numbers = [marks[kind, None] for _, kind in FACTORS.values()]
    assert max(len(number.text) for number in numbers if isinstance(number, Text)) > 8
    assert {number.size for number in numbers if isinstance(number, Text)} == {1.0}


@for_each("steps", [0, 3, 200])
@for_each("room", [(560, 150), (520, 150), (560, 300)])
def test_every_arrow_of_the_way_back_points_back(room, steps):
    """Between long numbers without room for one there is none, and none is only a dot."""
    inputs = [[5.0, 2.0, 1003.0], [7.0, 3.0, 978.0], [9.0, 2.0, 935.0]]
    data = Dataset(np.array(inputs), [2, 1, 0], classes=True)
    marks, _ = drawn(room, data=data, unit=0, steps=steps)
    way = [mark for key, mark in marks.items() if key[0] == "back" and isinstance(mark, Arrow)]
    assert way
    for arrow in way:
        assert arrow.dx <= -4
