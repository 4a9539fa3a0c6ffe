"""Which step is seen when, and that a picture shows the run as it was then."""

import math
from functools import partial
from itertools import product

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from PySide6.QtGui import QPixmap

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import OWN
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.slices import finished
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.film import LETTER, SHAPES
from neuroviz.pictures.marks import Curve, Points, Polygons, Text
from neuroviz.session.figures import frame_of
from neuroviz.session.film import FilmOrder, film_times, two_decimals
from neuroviz.session.film_pictures import KINDS, film_work, objection_to
from neuroviz.session.frame import Selection
from neuroviz.session.own_steps import OwnSteps
from neuroviz.ui.export.film import film_ink
from neuroviz.ui.theme.colours import DARK
from neuroviz.ui.views.neuron.diagram import letters_of
from tests.core.shown import as_typed
from tests.for_each import for_each
from tests.session.fresh import ready

pytestmark = pytest.mark.usefixtures("qapp")  # letters are measured by the fonts of the screen


@for_each("last", [0, 1, 7, 300, 10_000, 2_000_000])
@for_each(("seconds", "rate"), [(10, 15), (1, 1), (2.5, 7), (30, 30)])
def test_a_film_goes_from_start_to_end_in_its_time(last, seconds, rate):
    """Every step is seen once, in order, the first and the last too.

    Whole ticks of a GIF make the whole length.
    """
    times = film_times(last, 1, seconds, rate)
    assert (times.steps[0], times.steps[-1]) == (0, last)
    assert list(times.steps) == sorted(set(times.steps))
    assert sum(times.milliseconds) == pytest.approx(1000 * seconds, abs=10)
    assert all(length > 0 and length % 10 == 0 for length in times.milliseconds)
    assert len(times.steps) <= max(2, seconds * rate)


@pytest.mark.parametrize("per_epoch", [1, 4])
def test_moments_are_even_in_the_logarithm_of_the_epoch(per_epoch):
    """Half of the way, in log(1 + epoch), is gone at half of the 8.5 s in which the run moves."""
    times = film_times(10_000 * per_epoch, per_epoch, 10, 30)
    began = np.cumsum([0, *times.milliseconds[:-1]])
    epochs = np.array(times.steps) / per_epoch
    way = np.log1p(epochs) / np.log1p(10_000)
    late = epochs > 50  # before, there are not as many steps as pictures
    assert np.abs(way - began / 8500)[late].max() < 0.01
    assert times.milliseconds[-1] == 1500


def made(
    frame,
    kind="run",
    shape="square",
    seconds=2.0,
):
    return finished(film_work(frame, FilmOrder(kind, shape, seconds), 10, film_ink(DARK)))


def trained(task="and", epochs=60, **changes):
    changes.setdefault("learning_rate", 1.0 if task == "and" else None)
    trainer = Trainer(Settings(task, **changes))
    trainer.advance(epochs * trainer.settings.steps_per_epoch)
    return trainer


def racing(rates, *, beside=True):
    """Return a race of AND at epoch 50, as a race of the window or of a lesson."""
    settings = Settings("and", learning_rate=1.0)
    session = ready(settings)
    runs = [(name, settings.replace(learning_rate=rate)) for name, rate in rates.items()]
    session.race(runs, beside=beside)
    session.advance(50)
    return session


def said(film, place):
    """Return all texts of a picture, by their keys."""
    panes = film.picture(place).panes
    return {
        key: mark.text
        for pane in panes
        for key, mark in pane.marks.items()
        if isinstance(mark, Text)
    }


def has_ticks(panes):
    """Return how many discs have a tick, each in its disc and with its long stroke at the right."""
    marks = {key: mark for pane in panes for key, mark in pane.marks.items()}
    ticks = [mark for key, mark in marks.items() if key[0] == "tick"]
    discs = [mark for key, mark in marks.items() if key[0] == "disc"]
    places = np.concatenate([np.transpose((disc.x, disc.y)) for disc in discs])
    for tick in ticks:
        bottom = np.argmax(tick.y)
        assert tick.x[0] < tick.x[bottom] < tick.x[-1]
        assert tick.x[-1] - tick.x[bottom] > tick.x[bottom] - tick.x[0]
        assert np.hypot(*(places - (np.mean(tick.x), np.mean(tick.y))).T).min() < 2
    return len(ticks)


def test_each_picture_tells_the_run_at_its_step():
    """Its loss is that of the weights that torch.optim has then, its outputs are theirs."""
    trainer = trained()
    settings = trainer.settings
    start = torch.tensor(trainer.history.rows().kept_before(0).parameters, requires_grad=True)
    inputs, targets = map(torch.tensor, (settings.coded_inputs, settings.coded_targets))
    optimizer = torch.optim.SGD([start], lr=1.0)
    told = []
    for _ in range(61):
        output = torch.sigmoid(inputs @ start[:-1] + start[-1])
        loss = torch.nn.functional.binary_cross_entropy(output, targets)
        right = int(((output > 0.5) == (targets > 0.5)).sum())
        told.append((loss.item(), output.tolist(), right))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    film = made(frame_of(trainer))
    seen = []
    for place in range(len(film.milliseconds)):
        texts = said(film, place)
        step = int(texts["number", 0])
        loss, outputs, right = told[step]
        seen.append(step)
        assert float(texts["number", 1]) == pytest.approx(loss, abs=5e-5)
        assert [texts["output", row] for row in range(4)] == [f"{value:.2f}" for value in outputs]
        assert texts["right"] == ("all 4 right" if right == 4 else f"{right} of 4 right")
        assert has_ticks(film.picture(place).panes) == right
        ball = film.picture(place).panes[2].marks[0, "ball"]
        assert isinstance(ball, Points)
        assert np.ravel((ball.x, ball.y)) == pytest.approx((math.log1p(step), math.log10(loss)))
    assert (seen[0], seen[-1]) == (0, 60)


def test_a_title_says_no_more_than_was_learned():
    """XOR is tried; a line is named by its formula; what is set by hand computes."""
    titles = {
        "and": "One neuron learns AND",
        "and_one_by_one": "One neuron learns AND",
        "xor": "One neuron tries to learn XOR",
        "line": "One neuron learns y = 10x + 5",
        "and_by_hand": "One neuron computes AND",
        "spam": "One neuron learns spam",
    }
    for task, title in titles.items():
        film = made(frame_of(trained(task, 300 if task in ("xor", "line") else 60)))
        assert said(film, -1)["title"] == title
    other = Dataset([[1, 1], [1, 0], [0, 1], [0, 0]], [0, 1, 1, 1], classes=True)  # of NAND
    title = "One neuron learns AND, moved points"
    assert said(made(frame_of(trained("and", data=other))), -1)["title"] == title
    cycling = Trainer(Settings("and", hidden=3, learning_rate=50, data=other))
    cycling.advance(50)  # seven times as high as at the start
    assert " tries to learn " in said(made(frame_of(cycling)), -1)["title"]
    network = made(frame_of(trained("and", hidden=3)))
    assert said(network, -1)["title"] == "A network of 4 neurons learns AND"
    network = made(frame_of(trained("xor_two")))
    assert said(network, -1)["title"] == "A network of 3 neurons learns XOR"
    layer = made(frame_of(trained("blobs3")), "neuron")
    assert said(layer, -1)["title"] == "A layer of 3 neurons learns three classes"


def test_a_square_film_of_several_outputs_says_which_is_seen_and_cuts_no_caption():
    """The lines of the others cross no number, and what rounds to 0 has no sign."""
    film = made(frame_of(trained("gates")))
    data, *_, page = film.picture(0).panes
    texts = {key: mark for key, mark in data.marks.items() if isinstance(mark, Text)}
    assert texts["y"].text == "output ŷ (AND)"
    assert all(mark.halo for mark in texts.values())
    below = [mark for mark in page.marks.values() if isinstance(mark, Text)]
    (caption,) = (mark for mark in below if mark.text.startswith("Loss over"))
    assert caption.x + caption.size * film_ink(DARK).width(caption.text) / 2 <= page.place.width
    assert [two_decimals(number) for number in (-0.004, 0.004, -0.006)] == ["0.00", "0.00", "−0.01"]
    sine = made(frame_of(trained("sine"))).picture(-1).panes[0]
    assert not any("·h" in getattr(mark, "text", "") for mark in sine.marks.values())


def letters(pane):
    """Yield the heights of letters in pixels of a whole picture."""
    points = pane.points and letters_of(pane.points).font.pointSizeF()
    usual = points * QPixmap(1, 1).logicalDpiY() / 72 if points else LETTER
    for mark in pane.marks.values():
        if isinstance(mark, Text):
            yield 2 * usual * pane.scale * mark.size


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("task", ["and", "line", "spam", "network", "race"])
def test_every_kind_is_whole_and_can_be_read(task, shape):
    """Its panes are in the picture, and no letters are below 17 pixels."""
    race = task == "race"
    run = partial(trained, "and", hidden=3) if task == "network" else partial(trained, task)
    frame = racing({"slow": 0.1, "one": 1.0}).frame() if race else frame_of(run())
    for kind in KINDS:
        if (kind == "race") != race:
            continue
        film = made(frame, kind, shape)
        for place in (0, -1):
            picture = film.picture(place)
            for pane in picture.panes:
                left, top, width, height = pane.place
                assert 0 <= left < left + width <= picture.size[0]
                assert 0 <= top < top + height <= picture.size[1]
                assert min(letters(pane), default=17.0) >= 17.0, kind


@pytest.mark.parametrize("shape", ["square", "wide"])
def test_a_number_with_no_room_has_fewer_digits(shape):
    """It is still that of the run, and its letters are no smaller."""
    frame = frame_of(trained("spam"))
    film = made(frame, "neuron", shape)
    text = said(film, -1)["output", None]
    assert float(as_typed(text)) == pytest.approx(frame.prediction.output[0], rel=0.06)
    assert len(text) < len("9.999·10⁻⁵")


@pytest.mark.parametrize(
    ("task", "hidden", "unit"),
    [("and", 0, None), ("and", 2, None), ("and", 2, 1), ("blobs3", 0, 1), ("gates", 2, 3)],
)
def test_a_step_plays_its_parts_in_order(task, hidden, unit):
    """Each says what it did; at the end the opened neuron's weights are those of the row after."""
    trainer = trained(task, epochs=7, hidden=hidden)
    frame = frame_of(trainer)
    frame = replace(frame, selection=frame.selection.opening(unit, hidden))
    film = made(frame, "step", seconds=5)
    lit = []
    for place in range(len(film.milliseconds)):
        page = film.picture(place).panes[-1].marks
        texts = {key: mark for key, mark in page.items() if isinstance(mark, Text)}
        (now,) = [texts[key].text for key in texts if key[0] == "part" and texts[key].bold]
        if now not in lit[-1:]:
            lit.append(now)
    assert lit == ["forward", "loss", "zero grad", "backward", "update"]
    texts = [said(film, -1)["weight", index] for index in range(3)]
    numbers = [float(text.replace("−", "-")) for text in texts]
    own = trainer.settings.parameters.of_unit(unit)
    assert numbers == pytest.approx(trainer.history.rows().newest.parameters[own], abs=5e-4)
    earlier = made(replace(frame, selection=Selection(3)), "step", seconds=5)
    assert said(earlier, 0)["title"] == "Step 3 of gradient descent"


def test_in_a_tall_film_of_a_step_the_ball_takes_it_in_the_landscape():
    """It waits at the last step's place till the update, and comes to rest at this one's."""
    end = frame_of(trained(epochs=3))
    film = made(end, "step", "tall", seconds=8)
    places = []
    for place in range(len(film.milliseconds)):
        _, land, page = film.picture(place).panes
        lit = next(mark.text for key, mark in page.marks.items() if key[0] == "part" and mark.bold)
        ball = land.marks["ball"]
        assert isinstance(ball, Points)
        places.append((lit, float(ball.x[0]), float(ball.y[0])))
    run = made(end, "run", "tall", seconds=8)
    stood = {}
    for step in (2, 3):
        ball = run.picture(step).panes[1].marks["ball"]  # each step has one picture
        assert isinstance(ball, Points)
        stood[step] = (float(ball.x[0]), float(ball.y[0]))
    assert {place[1:] for place in places if place[0] != "update"} == {stood[2]}
    path = land.marks["path", "on"]
    assert isinstance(path, Curve)
    assert (float(path.x[-1]), float(path.y[-1])) == stood[3]
    way = np.array([place[1:] for place in places if place[0] == "update"])
    np.testing.assert_allclose(way[-1], stood[3])
    steps = np.diff(np.linalg.norm(way - stood[2], axis=1))
    assert (steps >= 0).all()
    assert (steps > 0).sum() > 5


def test_a_race_names_its_runs_and_who_is_lowest():
    """In the order of the list, each with its own loss at that epoch."""
    settings = Settings("and", learning_rate=1.0)
    rates = {"slow": 0.1, "one": 1.0, "fast": 5.0}
    film = made(racing(rates).frame(), "race")
    texts = said(film, -1)
    losses = []
    for rate in rates.values():
        alone = Trainer(settings.replace(learning_rate=rate))
        alone.advance(50)
        losses.append(alone.history.newest.loss)
    assert [texts["run", row] for row in range(3)] == [
        "slow, rate 0.1",
        "one, rate 1",
        "fast, rate 5",
    ]
    assert [float(texts["its loss", row]) for row in range(3)] == pytest.approx(losses, rel=1e-3)
    assert (texts["title"], texts["name", 1]) == ("fast leads", "loss of fast")
    assert texts["under"].startswith("3 runs race on AND · ")  # it may be long
    assert texts["number", 1] == texts["its loss", 2]
    first = said(film, 0)
    assert (first["title"], first["name", 1]) == ("3 runs race on AND", "loss")
    assert first["under"].startswith("At the start · ")
    # Where one name would be cut for its rate, all go without.
    square = said(made(racing({"slow and steady": 0.1, "one": 1.0}).frame(), "race", "square"), -1)
    assert [square["run", row] for row in range(2)] == ["slow and steady", "one"]


@for_each("beside", [True, False])
def test_a_runner_has_the_same_shape_and_colour_on_the_landscape_as_in_the_list(beside):
    """In a lesson too, where the first of them had the colour of a run that is alone."""
    film = made(racing({"slow": 0.1, "one": 1.0, "fast": 5.0}, beside=beside).frame(), "race")
    land, *panes = film.picture(-1).panes
    marks = {key: mark for pane in panes for key, mark in pane.marks.items()}
    for row in range(3):
        listed = marks["marker", row]
        on_land = [(mark.color, mark.marker) for key, mark in land.marks.items() if "ball" in key]
        assert (listed.color, listed.marker) in on_land


def test_a_film_of_a_persons_own_steps_says_that_no_optimizer_took_them():
    """As a race, once SGD has had its turn; parts of a step there are none."""
    own = OwnSteps.begun(Settings("line"), np.array((0.0, 0.0)))
    for place in ((8.0, 2.0), (9.0, 4.0)):
        own = own.then(np.array(place))
    session = ready(own.settings)
    session.take_own(own)
    assert objection_to("race", session.frame()) == "SGD has not had its turn yet."
    session.take_own(replace(own, sgd_done=True))
    frame = session.frame()
    assert objection_to("step", frame) == "These steps are yours: they have no parts."
    run, race = (said(made(frame, kind), -1) for kind in ("run", "race"))
    assert run["under"] == "6 samples, 2 parameters, steps taken by hand"
    assert run["said"] == race["said"] == "Identity · Mean squared error"
    assert (race["title"], race["name", 1]) == ("You win", "your loss")


def test_a_race_in_a_film_is_judged_as_in_the_window():
    """Losses of several kinds are not compared, and who blew up has no loss."""
    line = Settings("line", learning_rate=1.0)
    session = ready(line)
    kinds = {"gone": line, "stays": line.replace(loss="mae", learning_rate=0.01)}
    session.race(list(kinds.items()), beside=True)
    session.advance(400)
    film = made(session.frame(), "race")
    texts = said(film, -1)
    assert texts["title"] == "Different losses"
    assert (texts["name", 1], texts["its loss", 0]) == ("loss", "blew up")
    marks = {key: mark for pane in film.picture(-1).panes for key, mark in pane.marks.items()}
    assert marks["run", 0].color == marks["marker", 0].color == DARK.palette.muted
    assert marks["run", 1].color == marks["marker", 1].color != DARK.palette.muted


def test_the_losses_of_a_race_show_who_leads_then_and_stay_in_their_strip():
    """Filled up to where it is, and no curve of one that blows up crosses what stands above."""
    line = Settings("line")
    session = ready(line)
    rates = {"slow": 0.001, "good": 0.03, "gone": 1.0}
    runs = [(name, line.replace(learning_rate=rate)) for name, rate in rates.items()]
    session.race(runs, beside=True)
    session.advance(60)
    film = made(session.frame(), "race")
    strip = film.picture(-1).panes[1]
    (area,) = (mark for mark in strip.marks.values() if isinstance(mark, Polygons))
    assert area.fills[0].startswith(DARK.palette.run(1))
    curves = [mark.y for mark in strip.marks.values() if isinstance(mark, Curve)]
    balls = {mark.color for mark in strip.marks.values() if isinstance(mark, Points)}
    assert max(np.nanmax(heights) for heights in curves) <= strip.sight[3]
    assert DARK.palette.run(2) not in balls
    # The start is in the upper half: who blows up flattens none of the others.
    low, high = strip.sight[2:]
    assert np.log10(session.frame().runs[0].rows.loss[0]) > (low + high) / 2
    assert not any(isinstance(mark, Polygons) for mark in film.picture(0).panes[1].marks.values())


@for_each("task", ["line", "spam"])
def test_nothing_runs_through_the_numbers_of_an_axis(task):
    """The dashes of the threshold crossed out 0.5, and the line at the start 0."""
    marks = list(made(frame_of(trained(task, 3))).picture(0).panes[0].marks.values())
    texts = [isinstance(mark, Text) for mark in marks]
    assert sum(texts) > 3
    assert texts == sorted(texts)  # drawn last


@pytest.mark.parametrize(
    ("task", "epochs", "rate", "numbers"),
    [
        ("and", 1000, 1.0, ["0.02", "0.05", "0.1", "0.2", "0.5"]),
        ("xor", 300, 0.1, ["0.65", "0.7", "0.75"]),
        ("line", 60, 5.0, ["1", "10¹⁰⁰", "10²⁰⁰"]),
        ("line", 60, 1e-12, ["1,800", "2,000"]),
    ],
)
def test_an_axis_of_losses_has_at_least_two_numbers(task, epochs, rate, numbers):
    """Where the loss falls little or not at all, and where it rises beyond all bounds, too."""
    trainer = trained(task, epochs, learning_rate=rate)
    texts = said(made(frame_of(trainer), "loss"), -1)
    assert [text for key, text in texts.items() if key[0] == "number"] == numbers


def test_a_long_name_of_an_axis_stands_on_none_of_its_numbers():
    """Of several inputs it is the target's, as it is called."""
    targets = np.arange(4.0) - 2
    data = Dataset(np.eye(4), targets, classes=False, target_name='price, net of all "taxes"')
    trainer = trained(OWN, data=data, activation="identity", loss="mse")
    frame = frame_of(trainer)
    (pane,) = (pane for pane in made(frame).picture(-1).panes if "x" in pane.marks)
    name = pane.marks["x"]
    letter = 0.6 * 10 * 1.4 * (pane.sight[1] - pane.sight[0]) / pane.place.width
    begins = name.x - letter * len(name.text)
    below = [
        mark.x + letter * len(mark.text) / 2 for key, mark in pane.marks.items() if "below" in key
    ]
    assert all(end < begins for end in below)


@pytest.mark.parametrize(("task", "rate"), [("sum", 1e-5), ("line", 0.001), ("line", 0.2)])
def test_outputs_are_in_the_picture_from_the_start(task, rate):
    """On the same axes from first to last, also if the run goes far away."""
    trainer = Trainer(Settings(task, learning_rate=rate))
    trainer.advance(100)
    film = made(frame_of(trainer))
    first, last = (film.picture(place).panes[0].sight for place in (0, -1))
    assert first == last
    bottom, top = first[2:]
    settings = trainer.settings
    outputs = settings.design @ trainer.history.rows().kept_before(0).parameters
    assert bottom < outputs.min() < outputs.max() < top
    height = np.ptp(np.append(outputs, settings.coded_targets))
    assert top - bottom < 2 * height


@pytest.mark.parametrize("width", [1, 5])
def test_long_names_of_own_data_stay_on_their_card(width):
    """Of inputs, target and classes; of weights also beside the ends of their lines.

    No line of a weight crosses the numbers at the left.
    """
    inputs = np.random.default_rng(0).normal(size=(20, width))
    names = tuple(f"average temperature no. {index}" for index in range(width))
    classes = ("healthy patients", "patients who are ill")
    data = Dataset(
        inputs,
        (inputs[:, 0] > 0) + 0.0,
        classes=True,
        input_names=names,
        target_name="what was found of the patient",
        class_names=classes,
    )
    frame = frame_of(trained(OWN, data=data))
    usual = film_ink(DARK).measure(round(LETTER))
    for kind, shape in product(("run", "data", "weights"), SHAPES):
        (pane,) = (pane for pane in made(frame, kind, shape).picture(-1).panes if pane.card)
        left, right = pane.sight[:2]
        for key, mark in pane.marks.items():
            if isinstance(mark, Text):
                letters = usual.width(mark.text, bold=mark.bold) * 1.17 * LETTER / usual.line
                room = letters * mark.size * pane.scale / pane.place.width * (right - left)
                centred = mark.centred or mark.raised is not None
                begins = mark.x - room * (0.5 if centred else mark.right)
                assert left - 0.01 * room <= begins, (kind, shape, key)
                assert begins + room <= right + 0.01 * room, (kind, shape, key)
                if kind == "weights" and mark.x == left and mark.aside is not None:
                    lines = [mark for mark in pane.marks.values() if isinstance(mark, Curve)]
                    aside = mark.aside / pane.place.width * (right - left)
                    run = [line for line in lines if np.ptp(line.y)]
                    assert run
                    assert all(left + aside + room < line.x[0] for line in run)


def test_the_name_of_own_data_and_of_a_runner_leaves_a_title_large_enough():
    """Both can be as long as a person types them."""
    data = Dataset(np.eye(4), np.arange(4.0), classes=False, origin="x" * 200)
    settings = Settings(task=OWN, data=data, activation="identity", loss="mse", learning_rate=0.01)
    session = ready(settings)
    runs = [(f"{rate} {'y' * 200}", settings.replace(learning_rate=rate)) for rate in (0.01, 0.1)]
    session.race(runs, beside=True)
    session.advance(20)
    picture = made(session.frame(), "race").picture(-1)
    assert min(letters(picture.panes[-1])) >= 17.0
    words = [mark for mark in picture.panes[-1].marks.values() if isinstance(mark, Text)]
    assert max(len(mark.text) for mark in words) < 100


@pytest.mark.parametrize(
    ("order", "epochs", "words"),
    [
        (FilmOrder("race", "wide", 5), 1, "No race is on"),
        (FilmOrder("step", "wide", 5), 0, "No step has been taken"),
    ],
)
def test_what_no_film_can_be(order, epochs, words):
    """One sentence says why."""
    with pytest.raises(SettingsError, match=words):
        finished(film_work(frame_of(trained(epochs=epochs)), order, 10, film_ink(DARK)))


@for_each(("task", "shape"), [*product(["and"], SHAPES), ("spam", "tall")])
def test_what_a_part_did_is_in_even_lines_and_a_change_is_clear_of_the_rings_round_it(task, shape):
    film = made(frame_of(trained(task, epochs=12)), "step", shape, seconds=5)
    neuron, *_, page = film.picture(len(film.milliseconds) - 1).panes
    lines = [mark.text for key, mark in page.marks.items() if key[0] == "line"]
    assert min(map(len, lines)) > 0.6 * max(map(len, lines))
    letter = letters_of(neuron.points).line
    capital = 0.3 * letter  # half of its height
    rows = sorted(key[1] for key in neuron.marks if key[0] == "change")
    rings = [neuron.marks["ring", row] for row in rows]
    ends = [sorted((ring.y, ring.y + ring.height)) for ring in rings]
    for row, ring, (lower, _), below in zip(rows, rings, ends, [*ends[1:], None], strict=True):
        change = neuron.marks["change", row]
        assert change.y + capital < lower - ring.stroke / 2
        assert below is None or change.y - capital > below[1] + ring.stroke / 2


def test_a_film_of_one_run_of_a_race_shows_no_other():
    """They would have no names there; the film of the race has them all."""
    frame = racing({"slow": 0.1, "one": 1.0, "fast": 5.0}).frame()
    for kind, balls in {"run": 1, "landscape": 1, "race": 3}.items():
        film = made(frame, kind)
        lands = [pane for pane in film.picture(-1).panes if pane.ground is not None]
        keys = {str(key) for pane in lands for key in pane.marks}
        assert len([key for key in keys if "ball" in key]) == balls, kind


def test_in_a_film_of_a_race_that_blows_up_the_runners_are_seen_to_move():
    """The land does not reach as far as they come: all of them would be one point."""
    line = Settings("line")
    session = ready(line)
    rates = {"one that goes up": 0.1, "one that blows up": 0.3}
    session.race([(name, line.replace(learning_rate=rates[name])) for name in rates], beside=True)
    session.advance(300)
    film = made(session.frame(), "race")
    places = set()
    for place in (0, len(film.milliseconds) // 2):
        (land,) = (pane for pane in film.picture(place).panes if pane.ground is not None)
        places |= {(mark.x[0], mark.y[0]) for key, mark in land.marks.items() if key[0] == "ball"}
    assert max(np.hypot(*np.subtract(one, other)) for one, other in product(places, places)) > 0.2
    # Who has blown up is grey then, in the losses too, and has no ball there; letters keep their
    # size.
    *_, losses, page = film.picture(-1).panes
    colours = {mark.color for key, mark in losses.marks.items() if key[1] == "past"}
    assert colours == {page.marks["run", row].color for row in range(2)}
    assert sum(key[1] == "ball" for key in losses.marks) < 2
    sizes = {film.picture(place).panes[-1].marks["run", 0].size for place in (0, -1)}
    assert sizes == {page.marks["run", 0].size}


def test_in_a_film_of_a_race_on_mini_batches_all_losses_are_of_one_epoch():
    """Of each the last that is stored, the active run's too."""
    spam = Settings("spam")
    session = ready(spam)
    runs = [(f"{rate}", spam.replace(learning_rate=rate)) for rate in (0.1, 0.3)]
    session.race(runs, beside=True)
    session.advance(3 * spam.steps_per_epoch)
    film = made(session.frame(), "race")
    for place in range(len(film.milliseconds)):
        strip = film.picture(place).panes[1]
        balls = [mark for key, mark in strip.marks.items() if key[1] == "ball"]
        assert len({float(ball.x[0]) for ball in balls}) == 1
