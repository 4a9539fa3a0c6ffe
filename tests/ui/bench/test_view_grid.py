from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QTabBar, QToolButton, QWidget

from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views import PLOT_VIEWS
from neuroviz.ui.views.weights import WeightsView

FOUR = PLOT_VIEWS[:4]
FIGURES = [view.figure_name for view in FOUR]
ALL = [True] * (1 + len(FOUR))


@pytest.fixture(autouse=True)
def four_plots(monkeypatch: Any) -> None:
    """Have four plots, however many the program has: who adds one need not count here."""
    monkeypatch.setattr("neuroviz.ui.bench.workbench.PLOT_VIEWS", FOUR)


def shown(person: Any) -> list[bool]:
    """Return which of neuron, data, landscape, loss and weights can be seen."""
    return [view.isVisible() for view in person.bench.views.values()]


def resized(person: Any, width: int, height: int) -> None:
    person.window.resize(width, height)
    person.settle()


def test_one_view_takes_all_the_room_and_gives_it_back(open_window: Any, qtbot: Any) -> None:
    """Enlarged, one plot is as wide as two; Escape brings the others back, in equal parts."""
    person = open_window()
    resized(person, 1440, 900)
    loss = person.bench.views["loss"]
    width, height = loss.width(), loss.height()
    qtbot.mouseClick(loss.enlarge, Qt.MouseButton.LeftButton)
    person.settle()
    alone, wide, high = shown(person), loss.width(), loss.height()
    person.press(Qt.Key.Key_Escape)
    person.settle()

    assert alone == [False, False, False, True, False]
    assert wide > 1.9 * width
    assert high > 2.4 * height
    assert person.find(QWidget, "plots").isVisible()
    assert shown(person) == ALL
    assert (loss.width(), loss.height(), loss.enlarge.isChecked()) == (width, height, False)


def test_the_neuron_can_be_made_large_too(open_window: Any, qtbot: Any) -> None:
    """It then has all the room, and a second press gives it back."""
    person = open_window()
    resized(person, 1440, 900)
    neuron = person.bench.neuron
    height = neuron.height()
    person.bench.look_control.pick(0)
    letters = neuron.diagram.drawing.layout_.point_size
    qtbot.mouseClick(neuron.enlarge, Qt.MouseButton.LeftButton)
    person.settle()
    assert shown(person) == [True, False, False, False, False]
    assert neuron.height() > 3 * height
    assert neuron.diagram.drawing.layout_.point_size > letters
    qtbot.mouseClick(neuron.enlarge, Qt.MouseButton.LeftButton)
    person.settle()
    assert shown(person) == ALL
    assert neuron.height() == height
    assert not person.action("restore").isEnabled()


def test_the_plots_share_the_room_evenly(open_window: Any) -> None:
    """At 1440x900 the neuron is as wide as two plots, and nothing overlaps."""
    person = open_window()
    resized(person, 1440, 900)
    neuron, *plots = person.bench.views.values()
    widths, heights = {plot.width() for plot in plots}, {plot.height() for plot in plots}
    assert max(widths) - min(widths) <= 1
    assert max(heights) - min(heights) <= 1
    assert neuron.width() >= 2 * min(widths)
    areas = [view.geometry() for view in (neuron, *plots)]
    assert not any(one.intersects(two) for i, one in enumerate(areas) for two in areas[:i])


def test_where_there_is_little_height_two_plots_share_a_place(open_window: Any, qtbot: Any) -> None:
    """At 1024x768 nothing is squeezed: a bar brings the other plot; higher again, all are there."""
    person = open_window()
    resized(person, 1024, 768)
    assert shown(person) == [True, True, True, False, False]
    assert all(
        view.plot.pixels()[1] >= 150
        for view in list(person.bench.views.values())[1:]
        if view.isVisible()
    )
    bar = person.find(QTabBar, "column_1")
    person.focus(bar)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    person.settle()
    assert shown(person) == [True, False, True, True, False]
    resized(person, 1440, 900)
    assert shown(person) == ALL
    assert not bar.isVisible()


def test_what_waits_behind_a_tab_is_in_the_window(open_window: Any) -> None:
    """From the first moment on.

    A window that opens small has all its views, and takes them with it.
    """
    before = open_window()
    resized(before, 1024, 700)
    before.window.close()
    person = open_window()
    assert not all(shown(person))
    assert all(view.window() is person.window for view in person.bench.views.values())


class Fifth(WeightsView):
    """A view that somebody adds."""

    figure_name = "fifth"
    menu_title = "Fifth plot"

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.title = self.menu_title


class Sixth(Fifth):
    """And another one."""

    figure_name = "sixth"
    menu_title = "Sixth plot"


@pytest.mark.parametrize("more", [(Fifth,), (Fifth, Sixth)], ids=["five", "six"])
@pytest.mark.parametrize(
    ("width", "height", "at_once"), [(1440, 900, 4), (1024, 768, 2), (1920, 1200, 6)]
)
def test_a_new_view_has_its_room(
    open_window: Any,
    monkeypatch: Any,
    more: tuple[type, ...],
    width: int,
    height: int,
    at_once: int,
) -> None:
    """However many there are, those in sight are large and do not overlap.

    Tabs bring each of the others.
    """
    monkeypatch.setattr("neuroviz.ui.bench.workbench.PLOT_VIEWS", (*FOUR, *more))
    person = open_window()
    resized(person, width, height)
    neuron, *plots = person.bench.views.values()
    assert len(plots) == 4 + len(more)
    seen: set[Any] = set()
    for turn in range(3):
        for bar in person.bench.grid.findChildren(QTabBar):
            if bar.isVisible():
                bar.setCurrentIndex(min(turn, bar.count() - 1))
        person.settle()
        shown_now = [plot for plot in plots if plot.isVisible()]
        assert len(shown_now) == min(at_once, len(plots))
        assert min(plot.plot.pixels()[1] for plot in shown_now) >= 90
        areas = [view.geometry() for view in (neuron, *shown_now)]
        assert not any(one.intersects(two) for i, one in enumerate(areas) for two in areas[:i])
        assert all(person.bench.grid.rect().contains(area) for area in areas)
        seen.update(shown_now)
    assert seen == set(plots)


def test_what_was_brought_stays_in_sight(open_window: Any, monkeypatch: Any) -> None:
    """Where the window becomes lower, the view that was last chosen keeps its place."""
    monkeypatch.setattr("neuroviz.ui.bench.workbench.PLOT_VIEWS", (*FOUR, Fifth))
    person = open_window()
    resized(person, 1440, 900)
    (bar,) = [bar for bar in person.bench.grid.findChildren(QTabBar) if bar.isVisible()]
    bar.setCurrentIndex(1)
    resized(person, 1024, 768)
    assert person.bench.views["fifth"].isVisible()


def test_a_fifth_view_can_be_alone_and_be_written(open_window: Any, monkeypatch: Any) -> None:
    """It has its button, and its figure in the menu, as all have."""
    monkeypatch.setattr("neuroviz.ui.bench.workbench.PLOT_VIEWS", (*FOUR, Fifth))
    person = open_window()
    resized(person, 1024, 768)
    fifth = person.bench.views["fifth"]
    fifth.enlarge.click()
    person.settle()
    assert [name for name, view in person.bench.views.items() if view.isVisible()] == ["fifth"]
    assert fifth.height() > 0.9 * person.bench.grid.height()
    assert any(
        action.text().startswith("Fifth plot") for action in person.window.findChildren(QAction)
    )
    person.action("restore").trigger()
    person.settle()
    assert sum(view.isVisible() for view in person.bench.views.values()) == 3


def plots_shown(person: Any) -> list[str]:
    person.settle()
    return [
        name for name, view in person.bench.views.items() if view.isVisible() and name != "neuron"
    ]


def test_two_plots_are_seen_at_first_and_the_row_chooses_them(open_window: Any) -> None:
    """The one chosen longest ago makes room; a lit one goes; all can be seen at once.

    The choice is kept.
    """
    person = open_window(plots="kept")
    resized(person, 1440, 900)
    assert plots_shown(person) == ["data", "loss"]
    neuron = person.bench.neuron
    assert neuron.height() <= 270
    assert all(person.bench.views[name].height() >= 400 for name in ("data", "loss"))
    person.click("plot_weights")
    assert plots_shown(person) == ["loss", "weights"]
    person.click("plot_loss")
    assert plots_shown(person) == ["weights"]
    person.click("plot_weights")
    assert plots_shown(person) == ["weights"]  # one stays
    person.click("plot_landscape")
    assert plots_shown(person) == ["landscape", "weights"]
    person.click("plots_all")
    assert plots_shown(person) == ["data", "landscape", "loss", "weights"]
    person.click("plots_all")
    assert plots_shown(person) == ["landscape", "weights"]
    lit = {name for name in FIGURES if person.find(QToolButton, f"plot_{name}").isChecked()}
    assert lit == {"landscape", "weights"}
    person.window.close()
    assert plots_shown(open_window(plots="kept")) == ["landscape", "weights"]


def test_a_fifth_view_has_its_button(open_window: Any, monkeypatch: Any) -> None:
    """The row has one more, and nothing else changes."""
    monkeypatch.setattr("neuroviz.ui.bench.workbench.PLOT_VIEWS", (*FOUR, Fifth))
    person = open_window(plots="kept")
    person.click("plot_fifth")
    assert plots_shown(person) == ["loss", "fifth"]


def test_plots_end_where_the_window_does_after_all_were_seen(open_window: Any) -> None:
    """All at once, and two again: no row of the four is left behind as a gap."""
    person = open_window()
    resized(person, 1440, 900)
    button = person.find(QToolButton, "plots_all")
    for _ in range(2):
        button.click()
        person.settle()
        seen = [view for view in person.bench.views.values() if view.isVisible()]
        bottom = max(view.geometry().bottom() for view in seen)
        assert bottom == person.bench.grid.rect().bottom(), len(seen)
