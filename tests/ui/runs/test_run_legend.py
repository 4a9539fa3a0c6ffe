import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.session.run import ListedRun
from neuroviz.ui.runs.run_legend import RunLegend

SETTINGS = Settings("line")


def run(number, *, active=False, visible=True, name=None):
    return ListedRun(
        number,
        name or f"Run {number}",
        "",
        number - 1,
        SETTINGS,
        (),
        None,
        visible,
        active,
        False,
        False,
    )


RUNS = (run(1, active=True), run(2), run(3, visible=False))


@pytest.fixture
def window(qtbot):
    """Return a window 400 wide, with room for a legend."""
    window = QWidget()
    QVBoxLayout(window)
    qtbot.addWidget(window)
    window.resize(400, 200)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def legend(window):
    """Return a legend in the window, between two lines to type into."""
    before, after = QLineEdit(), QLineEdit()
    legend = RunLegend(before)
    for part in (before, legend, after):
        window.layout().addWidget(part)
    return legend


def entries(legend):
    return [button for button in legend.findChildren(QToolButton) if button.isVisible()]


def test_with_nothing_to_compare_it_takes_no_room(legend):
    for runs in ((), RUNS[:1]):
        legend.show_runs(runs)
        assert not legend.isVisible()
    legend.show_runs(RUNS)
    assert legend.isVisible()
    assert [button.text() for button in entries(legend)] == ["Run 1", "Run 2", "Run 3"]
    # Tab goes to them where they stand, though they came later.
    before, _ = legend.window().findChildren(QLineEdit)
    for entry in entries(legend):
        assert before.nextInFocusChain() is entry
        before = entry
    legend.show_runs(())
    assert not legend.isVisible()


def test_a_click_asks_and_changes_nothing_by_itself(legend, qtbot):
    legend.show_runs(RUNS)
    own, shown, hidden = entries(legend)
    for button, asked in ((shown, [2, False]), (hidden, [3, True])):
        before = button.isChecked()
        with qtbot.waitSignal(legend.run_switched) as said:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert said.args == asked
        assert button.isChecked() == before
    assert not own.isCheckable()


def test_the_active_one_cannot_be_switched_off(legend, qtbot):
    legend.show_runs(RUNS)
    with qtbot.assertNotEmitted(legend.run_switched):
        qtbot.mouseClick(entries(legend)[0], Qt.MouseButton.LeftButton)


def test_a_hidden_one_stays_and_says_so(legend):
    legend.show_runs(RUNS)
    hidden = entries(legend)[2]
    assert not hidden.isChecked()
    assert hidden.accessibleName() == "Run 3, hidden"
    picture = hidden.grab().toImage()
    legend.show_runs((*RUNS[:2], replace(RUNS[2], visible=True)))
    assert hidden.isChecked()
    assert hidden.grab().toImage() != picture


@pytest.mark.parametrize(("height", "rows"), [(200, 1), (240, 2), (400, 3)])
@pytest.mark.parametrize("width", [250, 400, 900])
def test_entries_never_overlap_or_leave_it_and_take_few_rows(legend, width, height, rows, qtbot):
    """A fifth of a card at most, and one row where that is less."""
    legend.window().resize(width, height)
    legend.show_runs(tuple(run(i, active=i == 1, name=f"optimizer {i} " * i) for i in range(1, 7)))
    qtbot.waitUntil(lambda: legend.width() <= width)
    boxes = [button.geometry() for button in entries(legend)]
    assert len(boxes) == 6
    assert len({box.top() for box in boxes}) <= rows
    assert all(legend.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_the_same_runs_are_not_arranged_again(legend, monkeypatch):
    legend.show_runs(RUNS)
    monkeypatch.setattr(legend, "_arrange", None)
    legend.show_runs(tuple(replace(each) for each in RUNS))


def written(legend):
    return [button.name for button in entries(legend)]


@pytest.mark.parametrize("width", range(60, 420, 30))
def test_no_two_names_read_the_same(legend, width, qtbot):
    names = (
        "SGD",
        "SGD with momentum",
        "Nesterov",
        "RMSprop",
        "Adam",
        "AdamW",
        "Rate 0.001",
        "Rate 0.002",
    )
    legend.window().resize(width, 200)
    legend.show_runs(tuple(run(i, active=i == 1, name=name) for i, name in enumerate(names, 1)))
    qtbot.waitUntil(lambda: legend.width() <= width)
    shown = [name for name in written(legend) if name]
    assert len(set(shown)) == len(shown)


def test_names_of_a_letter_are_all_written(legend):
    legend.show_runs(tuple(run(n, name=name, active=n == 1) for n, name in enumerate("ABC", 1)))
    assert written(legend) == ["A", "B", "C"]


@pytest.mark.parametrize(("width", "named"), [(400, False), (1400, True)])
def test_many_in_one_row_are_shapes(legend, width, named, qtbot):
    """Nine names in a short row would say nothing."""
    legend.window().resize(width, 200)
    legend.show_runs(tuple(run(i, active=i == 1, name=f"optimizer {i}") for i in range(1, 10)))
    qtbot.waitUntil(lambda: abs(legend.width() - width) < 60)
    assert all(name.startswith("optimizer") if named else name == "" for name in written(legend))
    boxes = [button.geometry() for button in entries(legend)]
    assert len({box.top() for box in boxes}) == 1
    assert all(legend.rect().contains(box) for box in boxes)


@pytest.mark.parametrize(("width", "height"), [(330, 335), (310, 390)])
def test_all_runs_of_a_race_are_named_in_a_small_card(legend, width, height, qtbot):
    """In three rows, cut where it takes that; a lower card has shapes alone."""
    names = [
        f"{name}, rate {rate}"
        for name in ("SGD", "Momentum", "RMSprop", "Adam")
        for rate in (0.1, 0.5)
    ]
    legend.window().resize(width, height)
    legend.show_runs(tuple(run(i, active=i == 1, name=name) for i, name in enumerate(names, 1)))
    qtbot.waitUntil(lambda: legend.width() <= width)
    assert all(written(legend))
    assert len(set(written(legend))) == len(names)


def test_of_many_runs_those_without_room_are_counted(legend, qtbot):
    """Every shape that is drawn is whole.

    The others, with those the legend was not given, are a number.
    """
    legend.window().resize(330, 200)
    legend.show_runs(tuple(run(i, active=i == 1) for i in range(1, 26)), 376)
    qtbot.waitUntil(lambda: legend.width() <= 330)
    seen = entries(legend)
    assert all(button.width() >= 20 for button in seen)
    more = legend.findChild(QLabel, "more_runs")
    assert more.isVisible()
    assert more.text() == f"and {376 + 25 - len(seen)} more"
    assert not any(more.geometry().intersects(button.geometry()) for button in seen)
    assert legend.rect().contains(more.geometry())
    legend.show_runs(RUNS)
    assert not more.isVisible()
