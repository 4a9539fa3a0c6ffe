"""The parts of a step in motion: the numbers on their way are the run's, by autograd and numpy."""

import random

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import PHASES, Anatomy
from neuroviz.pictures.marks import Curve, Points, Text
from neuroviz.pictures.neuron.layout import FACTORS, laid_out, place
from neuroviz.pictures.neuron.motion import LASTS, NeuronPicture, PartMotion
from neuroviz.pictures.neuron.numbers import numbers_of
from neuroviz.pictures.neuron.scene import Moment
from neuroviz.pictures.palette import PAPER
from tests.pictures.neuron.page import MadeLetters
from tests.pictures.neuron.test_numbers import anatomy

ROOM = (1122.0, 186.0)
MOMENTS = [*np.linspace(0, 1, 21)]
RUNS = [
    {"task": "and"},
    {"task": "or", "optimizer": "adam", "learning_rate": 0.05},
    {"task": "line", "learning_rate": 0.01},
    {"task": "and", "activation": "tanh", "loss": "mse", "optimizer": "momentum"},
    {"task": "and", "batch_size": 1, "l2": 0.1, "learning_rate": 0.2},
    {"task": "spam", "learning_rate": 0.05},
]


def picture(step, part, sample, room=ROOM):
    """Return a part of a step, or all of it."""
    settings = step.settings
    plan = laid_out(*room, settings, MadeLetters)
    inputs = settings.dataset.width
    shown = tuple(range(plan.shown))
    after = following(step) if part == "update" else None
    backward = part in (None, "zero_grad", "backward")
    numbers = numbers_of(step, part, sample, shown, inputs, after, backward=backward)
    moment = Moment(settings, numbers, after or step, sample, backward, part=part)
    return NeuronPicture(moment, place(*room, shown, settings, plan), PAPER)


def following(step):
    """Return the step after a step, as far as its forward pass goes."""
    row = replace(step.row, step=step.row.step + 1, parameters=step.new_parameters)
    return Anatomy(step.settings, row, step.hyperparameters)


def motion(step, part, sample, room=ROOM):
    before = dict(zip(PHASES, (None, *PHASES), strict=False))[part]
    return PartMotion(part, picture(step, before, sample, room), picture(step, part, sample, room))


def said(marks, slot):
    """Return the number that stands in a slot; None for a dash, or for nothing."""
    mark = marks.get(slot)
    if not isinstance(mark, Text) or mark.text in ("—", ""):
        return None
    plain = mark.text.replace(",", "").replace("·10", "e").replace("∞", "inf")
    return float(plain.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")))


def by_autograd(step, sample):
    """Return the chain of one sample, by torch's own backward pass."""
    settings = step.settings
    theta = torch.tensor(step.row.parameters, requires_grad=True)
    x = torch.tensor(np.append(settings.coded_inputs[sample], 1.0))
    target = torch.tensor(float(settings.coded_targets[sample]), dtype=torch.float64)
    terms = theta * x
    z = terms.sum()
    y = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "identity": lambda z: z * 1.0}[
        settings.activation
    ](z)
    # Not torch's own BCE: its slope is cut off at 1e12, where that of a saturated ŷ is steeper.
    loss = -torch.log(y if target else 1 - y) if settings.loss == "bce" else (y - target) ** 2
    (slope,) = torch.autograd.grad(y, z, retain_graph=True)
    by_y, by_z, grad = torch.autograd.grad(loss, (y, z, theta))
    return {
        "terms": terms.detach().numpy(),
        "output": y.item(),
        "loss": loss.item(),
        "loss_by_output": by_y.item(),
        "output_by_pre_activation": slope.item(),
        "loss_by_pre_activation": by_z.item(),
        "grad": grad.numpy(),
    }


def test_the_numbers_on_their_way_are_those_of_the_run():
    """In a hundred random steps: partial sums, factors, gradients, old and new weights.

    Each comes in its turn, and none is ever anything between two.
    """
    rng = random.Random(271828)  # with a ŷ of 7e-16 among them
    for turn in range(100):
        choices = dict(RUNS[turn % len(RUNS)])
        steps = rng.randrange(1, 30)
        step = anatomy(choices.pop("task"), steps, seed=rng.randrange(1000), **choices)
        sample = rng.randrange(step.settings.dataset.samples)
        true = by_autograd(step, sample)
        shown = picture(step, None, sample).layout.rows
        terms = [true["terms"][i] for i in shown if i >= 0]
        if -1 in shown:
            terms.insert(-1, true["terms"].sum() - sum(terms))
        check_forward(motion(step, "forward", sample), terms, true)
        check_backward(motion(step, "backward", sample), true)
        check_update(motion(step, "update", sample), step)


def near(number, true):
    """Return whether a number is one of others, but for its last digits."""
    return bool(np.isclose(number, true, rtol=6e-3, atol=6e-4).any())


def check_forward(motion, terms, true):
    sums = np.cumsum(terms)
    met = []
    for t in MOMENTS[5:]:  # the numbers of before are gone
        marks = motion.at(t)
        z, y = said(marks, ("pre_activation", None)), said(marks, ("output", None))
        if z is not None and (not met or z != met[-1]):
            met.append(z)
        total, circle = marks["pre_activation", None], motion.after.layout.shapes["sum"]
        letters = motion.after.layout.plan.letters
        assert letters.width(total.text, total.size, bold=True) < circle.width - 6
        assert y is None or near(y, true["output"])
        assert said(marks, ("loss", None)) is None
    assert len(met) <= len(sums)
    assert all(near(number, sums) for number in met)
    assert near(met[-1], sums[-1:])
    if len(set(np.round(sums, 2))) == len(sums) < 6:
        assert len(met) == len(sums)


def check_backward(motion, true):
    known = []
    for t in MOMENTS[5:]:
        marks = motion.at(t)
        for _, kind in FACTORS.values():
            number = said(marks, (kind, None))
            assert number is None or near(number, true[kind])
            if number is not None and kind not in known:
                known.append(kind)
        for i in motion.after.layout.pills:
            number = said(marks, ("grad", i))
            assert number is None or near(number, true["grad"][i])
            if number is not None:
                assert known[-1] == "loss_by_pre_activation"
    assert known == [kind for _, kind in reversed(FACTORS.values())]


def check_update(motion, step):
    """Check that the change is that of the batch, whichever sample is on show."""
    old, new = step.row.parameters, step.new_parameters
    for t in MOMENTS[::4]:
        marks = motion.at(t)
        for i in motion.after.layout.pills:
            weight = said(marks, ("weight", i))
            assert weight is not None
            assert near(weight, (old[i], new[i]))
            change = said(marks, ("change", i))
            assert change is None or near(change, new[i] - old[i])


@pytest.mark.parametrize("part", PHASES)
def test_a_motion_begins_with_what_was_there_and_ends_with_what_comes(part):
    """Every text of the first moment stood at its place before, and the last moment is the rest.

    A moment depends on nothing but t: it is the same on the way back. Every dot on its way is in
    the picture.
    """
    step = anatomy()
    for room in (ROOM, (642.0, 118.0)):
        played = motion(step, part, 1, room)
        first, last = played.at(0.0), played.at(1.0)
        assert last is played.after.marks
        assert seen_texts(first) <= seen_texts(played.before.marks)
        moments = [played.at(t) for t in MOMENTS]
        dots = [mark for marks in moments for key, mark in marks.items() if key[0] == "pulse"]
        assert all(0 < dot.x[0] < room[0] and 0 < -dot.y[0] < room[1] for dot in dots)
        there = [looks(marks) for marks in moments]
        assert [looks(played.at(t)) for t in reversed(MOMENTS)] == there[::-1]


def test_a_name_waits_for_the_number_before_it_to_fade():
    """It comes nearer where 0 takes less room than the gradient that was there."""
    played = motion(anatomy(), "zero_grad", 1)
    played = replace(played, before=picture(anatomy(), "backward", 1))
    letters = played.after.layout.plan.letters
    moved = set()
    for t in MOMENTS:
        marks = played.at(t)
        for i in played.after.layout.pills:
            name = marks[("grad", i), "name"]
            was = marks.get(("gone", ("grad", i)))
            moved.add(name.x)
            if was is not None and int(was.color[7:], 16) > 0x40:
                assert name.x <= was.x - letters.width(was.text, was.size)
    assert len(moved) > 3


def looks(marks):
    return [
        f"{key} {mark.x} {mark.y} {mark.color}"
        for key, mark in marks.items()
        if isinstance(mark, Points | Text | Curve)
    ]


def seen_texts(marks):
    texts = (mark for mark in marks.values() if isinstance(mark, Text))
    return {
        (mark.text, mark.x, mark.y)
        for mark in texts
        if not mark.color[7:] or int(mark.color[7:], 16) > 0
    }


def test_a_pulse_is_as_large_as_its_term_and_in_the_colour_of_its_sign():
    """It goes along its wire, and all terms arrive one after the other."""
    played = motion(anatomy(steps=1), "forward", 0)
    sizes = {}
    for t in MOMENTS:
        for key, mark in played.at(t).items():
            if isinstance(key, tuple) and key[0] == "pulse" and key[-1] == 0:
                assert isinstance(mark, Points)
                sizes[key[1]] = (mark.size, mark.color)
    numbers = played.after.moment.numbers
    assert set(sizes) == {("product", 0), ("product", 1), ("product", 2)}
    by_size = sorted(sizes, key=lambda slot: sizes[slot][0])
    assert by_size == sorted(sizes, key=lambda slot: abs(numbers[slot].value or 0.0))
    for slot, (_, colour) in sizes.items():
        assert colour == PAPER.of_sign(numbers[slot].value)
    arrivals = [when for when, *_ in played.terms]
    assert arrivals == sorted(set(arrivals))


def test_a_step_by_itself_ends_as_if_nothing_had_stepped_back():
    """The update plays, and says of what the step is made, before all is as it was."""
    step = anatomy()
    then = picture(following(step), None, 0)
    update = motion(step, "update", 0)
    played = PartMotion("update", picture(step, None, 0), update.after, then)
    assert played.at(1.0) is then.marks
    words = {mark.text for mark in played.at(0.75).values() if isinstance(mark, Text)}
    assert any("mean of 4" in text for text in words)
    wire, wider = (each.at(0.5)["bend", 0] for each in (played, update))
    assert isinstance(wire, Curve)
    assert isinstance(wider, Curve)
    assert set(LASTS) == set(PHASES)
