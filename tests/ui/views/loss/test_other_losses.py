import numpy as np
import pytest
from PySide6.QtCore import QPointF

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.session import Session
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme.colours import LIGHT
from neuroviz.ui.views.loss.other_losses import OtherLosses, loss_heights

LINE = Settings("line", learning_rate=0.01)
ADAM = LINE.replace(optimizer="adam")


def racing(*race_runs, steps=20):
    session = Session(race_runs[0])
    session.prepare()
    session.race([(f"run {i}", settings) for i, settings in enumerate(race_runs)])
    session.advance(steps)
    return session


def losses_of(settings, steps):
    trainer = Trainer(settings)
    trainer.advance(steps)
    return trainer.history.rows().loss.filled()


@pytest.fixture
def plot(qtbot):
    plot = Plot("p", "", "")
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.show()
    qtbot.waitExposed(plot)
    plot.show_range(0, 40, -5, 5)
    return plot


def follow(others, session, *, log=False):
    others.follow(session.frame(), LIGHT, log=log)
    return [(item.curve.getData(), item.ball.getData()) for item in others._items.values()]


def test_the_curve_is_the_history_of_the_other_run(plot):
    session = racing(LINE, ADAM)
    (((x, y), ball),) = follow(OtherLosses(plot), session)
    assert x.tolist() == list(range(21))
    assert y.tolist() == losses_of(ADAM, 20).tolist()
    assert (ball[0][0], ball[1][0]) == (20, y[-1])


def test_at_an_earlier_step_the_ball_stands_there(plot):
    session = racing(LINE, ADAM)
    session.look_at(7)
    (((x, _), ball),) = follow(OtherLosses(plot), session)
    assert (ball[0][0], ball[1][0]) == (7, losses_of(ADAM, 20)[7])
    assert len(x) == 21


def test_ends_hold_every_height(plot):
    others, session = OtherLosses(plot), racing(LINE, ADAM, ADAM.replace(learning_rate=1.0))
    follow(others, session, log=True)
    logs = np.log10([losses_of(ADAM.replace(learning_rate=rate), 20) for rate in (0.01, 1.0)])
    assert (others.heights().min(), others.heights().max()) == pytest.approx((logs.min(), logs.max()))
    assert others.end == 20


def test_what_has_not_changed_is_not_drawn_again(plot, monkeypatch):
    others, session = OtherLosses(plot), racing(LINE, ADAM)
    follow(others, session)
    (item,) = others._items.values()
    drawn = item.drawn
    follow(others, session)
    assert item.drawn is drawn
    session.advance(1)
    follow(others, session)
    assert item.drawn is not drawn


def test_a_hidden_run_has_no_curve_and_comes_back(plot):
    others, session = OtherLosses(plot), racing(LINE, ADAM)
    items = len(plot.getPlotItem().items)
    number = session.frame().runs[1].number
    assert len(follow(others, session)) == 1
    session.show_run(number, visible=False)
    assert follow(others, session) == []
    assert len(plot.getPlotItem().items) == items
    assert (others.end, others.room) == (0, 1)
    session.show_run(number, visible=True)
    assert len(follow(others, session)) == 1


def test_names_do_not_overlap_and_long_ones_are_shortened(plot):
    others, session = OtherLosses(plot), racing(*[LINE] * 6)  # six equal curves
    for run in session.frame().runs:
        session.rename(run.number, f"{run.name} with a name that is far too long")
    follow(others, session, log=True)
    others.name(("own", 20.0, 1.0), LIGHT)
    places = others._labels.places
    bottom, top = plot.box.viewRange()[1]
    height = (top - bottom) * 15 / plot.pixels()[1]
    heights = sorted(y for _, _, y in places)
    assert len(places) == 6
    assert (np.diff(heights) >= 0.999 * height).all()
    assert all(name.endswith("…") for name, _, _ in places[:-1])
    assert places[-1][0] == "own"


def test_a_name_out_of_sight_is_not_written(plot):
    others, session = OtherLosses(plot), racing(LINE, ADAM, steps=45)
    follow(others, session, log=True)
    others.name(("own", 20.0, 1.0), LIGHT)
    assert [name for name, _, _ in others._labels.places] == ["", "own"]


def test_the_nearest_curve_is_found(plot):
    others, session = OtherLosses(plot), racing(LINE, ADAM)
    (((_, y), _),) = follow(others, session, log=True)
    own = np.arange(21.0), loss_heights(losses_of(LINE, 20), log=True)
    assert others.nearest(QPointF(15.0, y[15]), own).name == "run 1"
    assert others.nearest(QPointF(15.0, own[1][15]), own) is None


def test_heights_are_within_reach():
    assert loss_heights(np.array([0.0, 1e-2]), log=True).tolist() == [-300, -2]
    assert np.isfinite(loss_heights(np.array([1e308]), log=False)).all()


@pytest.mark.parametrize(("height", "most"), [(300, 6), (80, 5)])
def test_names_without_height_are_left_out(plot, qtbot, height, most):
    """The own name stays; of the others those whose ends are nearest to it."""
    plot.resize(500, height)
    qtbot.waitUntil(lambda: plot.height() == height)
    rates = [0.01, *(0.01 * 2.0**-i for i in range(1, 7))]
    others, session = OtherLosses(plot), racing(*(ADAM.replace(learning_rate=rate) for rate in rates[:6]))
    follow(others, session, log=True)
    ends = {item.run.name: item.drawn.heights[-1] for item in others._items.values()}
    own = next(iter(ends.values())) + 0.01
    others.name(("own", 20.0, own), LIGHT)
    shown = [(name, y) for name, _, y in others._labels.places if name]
    line = (plot.box.viewRange()[1][1] - plot.box.viewRange()[1][0]) * 15 / plot.pixels()[1]
    assert (np.diff(sorted(y for _, y in shown)) >= 0.999 * line).all()
    room = min(6, int(plot.pixels()[1] / 15))
    nearest = sorted(ends, key=lambda name: abs(ends[name] - own))[: room - 1]
    assert {name for name, _ in shown} == {"own", *nearest}
    assert room <= most


def test_a_name_leaves_its_ball_alone(plot):
    """Four pixels are between them."""
    others, session = OtherLosses(plot), racing(LINE, ADAM)
    follow(others, session, log=True)
    others.name(("own", 20.0, 1.0), LIGHT)
    left, right = plot.box.viewRange()[0]
    starts = [(x - 20) * plot.pixels()[0] / (right - left) + 4 for _, x, _ in others._labels.places]
    assert min(starts) >= 9 / 2 + 4
