import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.controls.commands import plain
from neuroviz.ui.views import PLOT_VIEWS, DataView
from neuroviz.ui.views.weights import WeightsView
from tests.ui.person import KEY, LEFT

FOUR = PLOT_VIEWS[:4]
FIGURES = [view.figure_name for view in FOUR]
ALL = [True] * (1 + len(FOUR))


@pytest.fixture(autouse=True)
def four_plots(monkeypatch):
    """Have four plots, however many the program has: who adds one need not count here."""
    monkeypatch.setattr("neuroviz.ui.bench.workbench.PLOT_VIEWS", FOUR)


def shown(person):
    """Return which of neuron, data, landscape, loss and weights can be seen."""
    return [view.isVisible() for view in person.bench.views.values()]


def resized(person, width, height):
    person.window.resize(width, height)
    person.settle()


def test_one_view_takes_all_the_room_and_gives_it_back(open_window, qtbot):
    """Enlarged, one plot is as wide as two; Escape brings the others back, in equal parts."""
    person = open_window(plots="all")
    resized(person, 1440, 900)
    neuron, *plots = person.bench.views.values()
    widths, heights = {plot.width() for plot in plots}, {plot.height() for plot in plots}
    assert max(widths) - min(widths) <= 1
    assert max(heights) - min(heights) <= 1
    areas = [view.geometry() for view in (neuron, *plots)]
    assert not any(one.intersects(two) for i, one in enumerate(areas) for two in areas[:i])
    loss = person.bench.views["loss"]
    width, height = loss.width(), loss.height()
    qtbot.mouseClick(loss.enlarge, LEFT)
    person.settle()
    alone, wide, high = shown(person), loss.width(), loss.height()
    person.press(KEY.Key_Escape)
    person.settle()

    assert alone == [False, False, False, True, False]
    assert wide > 1.5 * width
    assert high > 2.4 * height
    assert shown(person) == ALL
    assert (loss.width(), loss.height(), loss.enlarge.isChecked()) == (width, height, False)
    # The neuron can be made large too, and shows more; a second press gives its room back.
    neuron = person.bench.neuron
    height = neuron.height()
    person.bench.look_control.pick(0)
    letters = neuron.diagram.drawing.letters.size
    assert ("course", 0) not in neuron.diagram.drawing.marks
    qtbot.mouseClick(neuron.enlarge, LEFT)
    person.settle()
    assert shown(person) == [True, False, False, False, False]
    assert neuron.height() > 2.5 * height
    assert letters <= neuron.diagram.drawing.letters.size <= letters + 1
    assert ("course", 0) in neuron.diagram.drawing.marks
    qtbot.mouseClick(neuron.enlarge, LEFT)
    person.settle()
    assert shown(person) == ALL
    assert neuron.height() == height
    assert not person.action("restore").isEnabled()
    # All at once, and two again: no row of the four is left behind as a gap.
    for name in ("plots_all", "plots_2"):
        person.action(name).trigger()
        person.settle()
        seen = [view for view in person.bench.views.values() if view.isVisible()]
        bottom = max(view.geometry().bottom() for view in seen)
        assert bottom == person.bench.grid.rect().bottom(), len(seen)


def test_where_there_is_little_height_fewer_plots_have_their_room(open_window):
    """At 1024x768 nothing is squeezed: the first two are seen; higher again, all are there."""
    person = open_window(plots="all")
    resized(person, 1024, 768)
    assert shown(person) == [True, True, True, False, False]
    # The bar and the strip of time reach the edges of the window.
    bench = person.bench
    assert bench.transport.geometry().united(bench.timeline.parentWidget().geometry()) == (
        bench.rect()
    )
    assert all(
        view.plot.pixels()[1] >= 150
        for view in list(person.bench.views.values())[1:]
        if view.isVisible()
    )
    resized(person, 1440, 900)
    assert shown(person) == ALL
    # At 720x450, as at 200 %, the neuron is seen whole, and one scrolls to its plots.
    person.window.setMinimumSize(0, 0)  # as on a screen that is no larger
    resized(person, 720, 450)
    assert shown(person) == [True, True, True, False, False]
    page = bench.grid.parentWidget()
    assert bench.grid.height() > page.height() >= bench.neuron.geometry().bottom()
    plot = bench.view(DataView)
    person.focus(plot.enlarge)
    assert page.rect().contains(plot.enlarge.mapTo(page, plot.enlarge.rect().bottomRight()))
    assert plot.plot.pixels()[1] >= 90
    # Beside the form there is no room for the neuron, which is in the plots' lists.
    person.action("panel").trigger()
    assert shown(person) == [False, True, True, False, False]
    take(person, plot, "Neuron")
    assert shown(person) == [True, False, False, False, False]
    person.action("restore").trigger()
    assert plot.isVisible()


def take(person, view, text):
    """Choose a line of the list that a plot's title opens."""
    menu = view.chooser.menu()
    menu.aboutToShow.emit()
    (action,) = [each for each in menu.actions() if each.text().replace("&", "") == text]
    action.trigger()
    person.settle()


class Fifth(WeightsView):
    """A view that somebody adds."""

    figure_name = "fifth"
    title = "Fifth plot"


class Sixth(Fifth):
    """And another one."""

    figure_name = "sixth"
    title = "Sixth plot"


def test_new_views_have_their_room(open_window, monkeypatch):
    """However many there are, those in sight are large and do not overlap; lists bring the rest.

    Each has its button, and its figure in the menu, as all have.
    """
    monkeypatch.setattr("neuroviz.ui.bench.workbench.PLOT_VIEWS", (*FOUR, Fifth, Sixth))
    person = open_window(plots="all")
    neuron, *plots = person.bench.views.values()
    for size in ((1440, 900), (1024, 768), (1920, 1200)):
        resized(person, *size)
        for plot in plots:
            first = next(each for each in plots if each.isVisible())
            take(person, first, plot.title)
            shown_now = [each for each in plots if each.isVisible()]
            assert plot in shown_now
            assert min(each.plot.pixels()[1] for each in shown_now) >= 90, size
            areas = [view.geometry() for view in (neuron, *shown_now)]
            assert not any(one.intersects(two) for i, one in enumerate(areas) for two in areas[:i])
            assert all(person.bench.grid.rect().contains(area) for area in areas)
    resized(person, 1024, 768)
    fifth = person.bench.views["fifth"]
    take(person, next(each for each in plots if each.isVisible()), fifth.title)
    fifth.enlarge.click()
    person.settle()
    assert plots_shown(person) == ["fifth"]
    assert not neuron.isVisible()
    assert fifth.height() > 0.9 * person.bench.grid.height()
    actions = person.window.findChildren(QAction)
    assert any(plain(action.text()).startswith("Fifth plot") for action in actions)
    person.action("restore").trigger()
    assert len(plots_shown(person)) == 2
    assert neuron.isVisible()


def plots_shown(person):
    person.settle()
    return [
        name for name, view in person.bench.views.items() if view.isVisible() and name != "neuron"
    ]


def test_two_plots_are_seen_at_first_and_the_choice_is_kept(open_window):
    """The neuron is at most 270 pixels high, and each plot at least 400."""
    person = open_window(plots="kept")
    resized(person, 1440, 900)
    assert plots_shown(person) == ["data", "landscape"]
    assert person.bench.neuron.height() <= 270
    assert all(person.bench.views[name].height() >= 400 for name in ("data", "landscape"))
    resized(person, 976, 549)  # Projector before 1366x768
    assert plots_shown(person) == ["data", "landscape"]
    assert person.bench.neuron.isVisible()
    assert person.bench.form.ruler.slider.visibleRegion().boundingRect().height() > 0
    resized(person, 1440, 900)
    person.action("plots_all").trigger()
    assert plots_shown(person) == FIGURES
    person.action("plots_2").trigger()
    assert plots_shown(person) == ["data", "landscape"]
    take(person, person.bench.views["data"], "Weights and bias")
    person.window.close()
    assert plots_shown(open_window(plots="kept")) == ["landscape", "weights"]


def test_a_plot_is_built_when_it_is_first_seen_and_is_then_like_the_others(open_window):
    """It has what was kept of it, the run up to now and the run to come, and its place for Tab."""
    person = open_window(plots="kept")
    person.settle()
    views = person.bench.views
    assert [view.figure_name for view in views.built] == ["neuron", "data", "landscape"]
    assert person.bench.state.log
    person.press(KEY.Key_F8)
    person.press(KEY.Key_F3)
    person.settle()
    assert [view.figure_name for view in views.built] == ["neuron", "data", "landscape", "loss"]
    loss = views["loss"]
    assert loss.log.isChecked()
    assert loss.frame.newest_step == 1
    person.press(KEY.Key_F8)
    assert loss.frame.newest_step == 2
    assert f"{person.frame.current_loss:.4g}" in person.reading("loss")
    loss.log.setChecked(False)
    assert not person.bench.state.log
    # What is pointed at in it is seen in the strip of time.
    loss.plot.hovered.emit(QPointF(1.0, 0.0))
    assert person.bench.timeline.slider.hairline == 1.0
    loss.plot.left.emit()
    assert person.bench.timeline.slider.hairline is None
    person.press(KEY.Key_Escape)
    resized(person, 1600, 1100)
    person.action("plots_all").trigger()
    person.focus(person.button("part_update"))
    reached, in_loss = [], []
    while "weights" not in reached:
        person.press(KEY.Key_Tab)
        focus = QApplication.focusWidget()
        reached.append(next((name for name in views if views[name].isAncestorOf(focus)), "other"))
        if reached[-1] == "loss":
            in_loss.append(focus)
    assert list(dict.fromkeys(reached)) == FIGURES
    assert in_loss == [loss.chooser, loss.log, loss.enlarge, loss.plot]


def test_the_left_column_ends_with_the_neuron_and_a_title_brings_another_plot(
    open_window, monkeypatch
):
    """The plots have the whole width, and their cards more than half of the middle."""
    person = open_window(plots="kept")
    resized(person, 1440, 900)
    form, neuron, grid = person.bench.form, person.bench.neuron, person.bench.grid
    plots = [person.bench.views[name] for name in ("data", "landscape")]
    assert form.geometry().bottom() == neuron.geometry().bottom()
    assert plots[0].geometry().left() == 0
    assert plots[1].geometry().right() == grid.rect().right()
    area = sum(plot.width() * plot.height() for plot in plots)
    assert area >= 0.55 * grid.width() * grid.height()
    # The loss at full size is one key and one click away, though it is no plot that is seen.
    person.bench.views["data"].enlarge.click()
    for ask in (
        lambda: person.press(KEY.Key_F3),
        lambda: person.click("large_loss"),
    ):
        ask()
        assert plots_shown(person) == ["loss"]
        assert not person.bench.neuron.isVisible()
        ask()
        assert plots_shown(person) == ["data", "landscape"]
    # The other plot stays; one that is seen already changes places with it.
    resized(person, 1440, 900)
    data, landscape = person.bench.views["data"], person.bench.views["landscape"]
    left, right = data.geometry(), landscape.geometry()
    take(person, data, "Loss")
    assert plots_shown(person) == ["landscape", "loss"]
    assert person.bench.views["loss"].geometry() == left
    # Tab goes through them as the eye does.
    person.focus(person.button("part_update"))
    met = []
    while len(met) < 20 and grid.isAncestorOf(QApplication.focusWidget()):
        met.append(QApplication.focusWidget().objectName())
        person.press(KEY.Key_Tab)
    choosers = [name for name in met if name.startswith("choose")]
    assert choosers == ["choose_loss", "choose_landscape"]
    assert (met[1], met[-1]) == ("choose_loss", "surface")
    take(person, landscape, "Loss")
    assert person.bench.views["loss"].geometry() == right
    assert landscape.geometry() == left
    # From 1,280 pixels on three stand side by side; in a narrower window the third has a row
    # of its own.
    person.bench.grid.choose(["data", "landscape"])
    resized(person, 1280, 900)
    take(person, person.bench.views["data"], "Three plots")
    three = [view for view in person.bench.views.values() if view.isVisible()][1:]
    assert len(three) == 3
    assert len({view.geometry().top() for view in three}) == 1
    resized(person, 1100, 900)
    assert len(plots_shown(person)) == 3
    assert len({view.geometry().top() for view in three}) == 2
    # Another size is drawn once, with the range that comes with it.
    person.bench.grid.choose(["data", "landscape"])
    resized(person, 1440, 900)
    person.settle()
    drawn = []
    draw = DataView.draw

    def drawing(view, frame):
        drawn.append(view.size())
        draw(view, frame)

    monkeypatch.setattr(DataView, "draw", drawing)
    resized(person, 1300, 850)
    person.settle()
    assert drawn == [person.bench.views["data"].size()]


def test_several_neurons_go_around_the_form_where_there_is_room(open_window, qtbot):
    """All beside it, the opened one below both, and the plots at the right; else as one does."""
    person = open_window(Settings("and"), plots=("data", "landscape"), sample=0)
    person.bench.columns.show("side", False)
    resized(person, 1440, 900)
    bench = person.bench
    alone = bench.neuron.geometry()
    person.choose("task", "xor_two")
    person.settle()
    form = bench.form.geometry()
    neuron = bench.neuron
    plots = [view.geometry() for view in bench.views.built if view.isVisible()][1:]
    assert len(plots) == 2
    assert plots[0].left() == plots[1].left() > neuron.geometry().right()
    assert plots[0].bottom() < plots[1].top()

    def area(part):
        return part.rect().translated(part.mapTo(bench.grid, part.rect().topLeft()))

    every, opened = area(neuron.network), area(neuron.diagram)
    assert every.left() > form.right()
    assert form.top() < every.top() < every.bottom() <= form.bottom()
    assert opened.top() > form.bottom()
    assert opened.left() < form.right()
    assert opened.width() > 880
    # Nothing of it lies under the form, and a press there is the form's.
    for part in (neuron.heading, neuron.choice, neuron.network, neuron.diagram, neuron.parts):
        assert not area(part).intersects(form), part.objectName()
    assert bench.form.isAncestorOf(bench.grid.childAt(form.center()))
    # Enlarged it has all the room beside the form; in a low window the two stand side by side.
    qtbot.mouseClick(neuron.enlarge, LEFT)
    assert neuron.geometry().left() > form.right()
    qtbot.mouseClick(neuron.enlarge, LEFT)
    assert neuron.geometry().left() == 0
    resized(person, 1440, 768)
    assert area(neuron.diagram).left() > area(neuron.network).right() > form.right()
    resized(person, 1440, 900)
    person.choose("task", "and")
    person.settle()
    assert neuron.geometry() == alone


def test_of_several_neurons_all_chosen_plots_are_seen_none_of_them_low(open_window):
    """Where they do not find room at the right of the neuron, they stand below it, in rows."""
    person = open_window(Settings.opened("xor_two"), sample=0)
    person.bench.columns.show("side", False)
    resized(person, 1440, 900)

    def seen():
        return [view for view in person.bench.views.built if view.isVisible()][1:]

    person.action("plots_3").trigger()
    assert len(seen()) == 3
    assert min(view.height() for view in seen()) > 250
    person.action("plots_all").trigger()
    assert len(seen()) == len(person.bench.views.titles) - 1
    resized(person, 1920, 1200)
    person.action("plots_3").trigger()
    assert {view.x() for view in seen()} == {seen()[0].x()}
