"""Boxes for one number and lines for several.

What is typed counts when it is committed, and exactly as typed.
"""

import itertools

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from neuroviz.ui.controls.number_box import (
    LARGEST_INTEGER,
    IntegerBox,
    NumberBox,
    NumbersEdit,
    OptionalNumberEdit,
)
from tests.ui.person import KEY, turn_wheel

# The offscreen platform says so of every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


@pytest.fixture
def german():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def show(qtbot):
    """Return a function that puts a box and a neighbour in a window and the focus in the box."""

    def shown(box):
        window = QWidget()
        box.neighbour = QLineEdit()
        layout = QVBoxLayout(window)
        layout.addWidget(box)
        layout.addWidget(box.neighbour)
        qtbot.addWidget(window)
        # The window must outlive this function.
        box.window_shown = window
        window.show()
        window.activateWindow()
        box.setFocus()
        qtbot.waitUntil(box.hasFocus)
        box.changes, box.refusals = [], []
        box.valueChanged.connect(box.changes.append)
        box.rejected.connect(box.refusals.append)
        return box

    return shown


def retype(qtbot, box, text, key=None):
    box.selectAll()
    qtbot.keyClicks(box, text)
    if key is not None:
        qtbot.keyClick(box, key)


@pytest.mark.parametrize("text", ["0.001", "0,001", "1e-3", " 1E-3 "])
def test_typing_is_read_the_same_under_a_german_locale(qtbot, show, german, text):
    box = show(NumberBox())
    retype(qtbot, box, text, KEY.Key_Return)
    assert (box.value(), box.text(), box.changes, box.refusals) == (0.001, "0.001", [0.001], [])


def test_focus_out_commits_once(qtbot, show):
    box = show(NumberBox())
    retype(qtbot, box, "2.5")
    assert box.value() == 0
    box.neighbour.setFocus()
    qtbot.waitUntil(box.neighbour.hasFocus)
    assert (box.value(), box.changes) == (2.5, [2.5])


def test_the_same_value_is_no_change(qtbot, show):
    box = show(NumberBox())
    box.setValue(2)
    box.setValue(2)
    retype(qtbot, box, "2.0", KEY.Key_Return)
    assert box.changes == [2.0]
    assert box.text() == "2"


@pytest.mark.parametrize("value", [1e-12, 1e12, -1e12, 0.1 + 0.2, 1 / 3, 123456789.123456789])
def test_the_value_stays_exact_unless_edited(qtbot, show, value):
    box = show(NumberBox())
    box.setValue(value)
    qtbot.keyClick(box, KEY.Key_Return)
    box.neighbour.setFocus()
    qtbot.waitUntil(box.neighbour.hasFocus)
    assert box.value() == value
    assert len(box.text()) <= 12


@pytest.mark.parametrize("text", ["abc", "1e-", "nan", "1,234.5", "<b>1"])
def test_a_bad_text_is_marked_and_the_value_stays(qtbot, show, text):
    box = show(NumberBox())
    box.setToolTip("a hint")
    retype(qtbot, box, text)
    assert not box.property("invalid")
    qtbot.keyClick(box, KEY.Key_Return)
    assert (box.value(), box.text(), box.property("invalid"), box.changes) == (0, text, True, [])
    assert len(box.refusals) == 1
    qtbot.keyClick(box, KEY.Key_Escape)
    assert (box.text(), box.property("invalid"), box.toolTip()) == ("0", False, "a hint")


def test_typing_on_takes_the_mark_away(qtbot, show):
    box = show(NumberBox())
    retype(qtbot, box, "1e-", KEY.Key_Return)
    qtbot.keyClick(box, KEY.Key_End)
    qtbot.keyClicks(box, "3")
    assert not box.property("invalid")
    qtbot.keyClick(box, KEY.Key_Return)
    assert box.value() == 1e-3


def test_focus_out_restores_and_takes_back_what_was_said(qtbot, show):
    box = show(NumberBox())
    retype(qtbot, box, "abc", KEY.Key_Return)
    box.neighbour.setFocus()
    qtbot.waitUntil(box.neighbour.hasFocus)
    assert (box.text(), box.property("invalid"), box.refusals[1:]) == ("0", False, [""])


def test_out_of_range_names_the_range(qtbot, show):
    box = show(NumberBox())
    box.setRange(1e-6, 1e4)
    retype(qtbot, box, "20000", KEY.Key_Return)
    assert box.value() == 1e-6
    assert box.refusals == ["20000 is out of range: write a number from 1e-6 to 10000."]
    # As many digits as it has, and no twelve noughts to count.
    box.setRange(1e-12, 1e12)
    retype(qtbot, box, "1e13", KEY.Key_Return)
    assert box.refusals[-1] == "1e13 is out of range: write a number from 1e-12 to 1e12."


def test_log_steps_go_through_one_two_five(qtbot, show):
    box = show(NumberBox("log"))
    box.setRange(1e-6, 1e4)
    box.setValue(0.3)
    for _ in range(5):
        qtbot.keyClick(box, KEY.Key_Up)
    assert box.changes == [0.3, 0.5, 1.0, 2.0, 5.0, 10.0]
    qtbot.keyClick(box, KEY.Key_PageDown)
    assert box.value() == 1.0
    qtbot.keyClick(box, KEY.Key_PageUp)
    assert box.value() == 10.0


def test_log_steps_reach_zero_and_leave_it(qtbot, show):
    box = show(NumberBox("log"))
    for key, value in ((KEY.Key_Up, 1e-6), (KEY.Key_Down, 0.0), (KEY.Key_Down, -1e-6)):
        qtbot.keyClick(box, key)
        assert box.value() == value
    box.setValue(-1)
    qtbot.keyClick(box, KEY.Key_Down)
    assert box.value() == -2.0


def test_every_log_mark_is_reached_in_order(qtbot):
    box = NumberBox("log")
    qtbot.addWidget(box)
    box.setRange(1e-12, 1e12)
    marks = [float(f"{m}e{e}") for e in range(-12, 12) for m in (1, 2, 5)]
    for below, above in itertools.pairwise(marks):
        box.setValue(below)
        box.stepBy(1)
        assert box.value() == above
        box.stepBy(-1)
        assert box.value() == below


def test_linear_steps_add_up_as_in_decimals(qtbot, show):
    box = show(NumberBox("linear", 0.1))
    for _ in range(3):
        qtbot.keyClick(box, KEY.Key_Up)
    assert box.value() == 0.3


def test_a_step_starts_from_what_is_typed(qtbot, show):
    box = show(NumberBox("linear", 1))
    retype(qtbot, box, "7", KEY.Key_Up)
    assert box.value() == 8
    retype(qtbot, box, "x", KEY.Key_Up)
    assert (box.value(), box.text(), len(box.refusals)) == (8, "x", 1)


def test_boxes_leave_room_for_their_longest_text(qtbot):
    box = NumberBox()
    qtbot.addWidget(box)
    hint = box.sizeHint()
    box.setValue(-0.000123)
    assert box.sizeHint() == hint
    assert hint.width() > box.fontMetrics().horizontalAdvance("2147483647") + 30
    assert box.minimumSizeHint().width() < hint.width()


def test_the_wheel_works_with_the_focus_only(qtbot, show):
    box = show(NumberBox("linear", 1))
    assert turn_wheel(box, 1)
    assert box.value() == 1
    box.neighbour.setFocus()
    qtbot.waitUntil(box.neighbour.hasFocus)
    assert not turn_wheel(box, 1)
    assert (box.value(), box.hasFocus()) == (1, False)


def test_a_narrower_range_takes_the_value_along_without_a_word(show):
    box = show(NumberBox())
    box.setRange(1, 2)
    assert (box.value(), box.changes) == (1, [])
    box.setValue(3)
    assert box.value() == 2
    with pytest.raises(ValueError, match="empty"):
        box.setRange(2, 1)
    with pytest.raises(ValueError, match="finite"):
        box.setValue(float("nan"))


def test_whole_numbers(qtbot, show):
    box = show(IntegerBox())
    retype(qtbot, box, str(LARGEST_INTEGER), KEY.Key_Return)
    assert (box.value(), box.text(), box.changes) == (2147483647, "2147483647", [2147483647])
    retype(qtbot, box, "2,5", KEY.Key_Return)
    assert box.refusals == ["'2,5' is not a whole number: write it like 10000 or 1e4."]
    qtbot.keyClick(box, KEY.Key_Escape)
    retype(qtbot, box, "-1", KEY.Key_Return)
    assert "from 0 to 2147483647" in box.refusals[-1]
    qtbot.keyClick(box, KEY.Key_Escape)
    qtbot.keyClick(box, KEY.Key_Down)
    assert box.value() == 2147483646
    assert type(box.value()) is int


@pytest.mark.parametrize("mend", ["edit", "escape", "leave"])
def test_a_refusal_is_taken_back_where_the_keyboard_is(qtbot, show, mend):
    box = show(NumberBox())
    retype(qtbot, box, "hello", KEY.Key_Return)
    assert len(box.refusals) == 1
    if mend == "edit":
        qtbot.keyClicks(box, "1")
    elif mend == "escape":
        qtbot.keyClick(box, KEY.Key_Escape)
    else:
        box.neighbour.setFocus()
        qtbot.waitUntil(box.neighbour.hasFocus)
    assert box.refusals[1:] == [""]
    assert not box.property("invalid")
    box.setFocus()
    retype(qtbot, box, "2", KEY.Key_Return)
    assert box.refusals[1:] == [""]


@pytest.fixture
def edit(show):
    """Return a line with 1, -2."""
    edit = NumbersEdit()
    edit.show_value((1.0, -2.0))
    return show(edit)


def retype_line(qtbot, edit, text, key=KEY.Key_Return):
    edit.clear()
    retype(qtbot, edit, text, key)


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("0.5, 2", (0.5, 2.0), "0.5, 2"),
        ("0,5; 1", (0.5, 1.0), "0.5, 1"),
        ("3 4 -5", (3.0, 4.0, -5.0), "3, 4, -5"),
        ("1e-20", (1e-20,), "1e-20"),
        ("", (), ""),
    ],
)
@pytest.mark.parametrize("key", [KEY.Key_Return, KEY.Key_Tab])
def test_several_numbers_are_taken_exactly_and_written_the_one_way(
    qtbot, edit, key, text, values, shown
):
    retype_line(qtbot, edit, text, None)
    assert (edit.value(), edit.changes) == ((1.0, -2.0), [])
    qtbot.keyClick(edit, key)
    assert (edit.value(), edit.changes, edit.text(), edit.refusals) == (
        values,
        [values],
        shown,
        [],
    )
    qtbot.keyClick(edit, KEY.Key_Return)
    assert edit.changes == [values]


def test_a_bad_one_of_several_numbers_is_marked_and_all_stay(qtbot, edit):
    retype_line(qtbot, edit, "1, two")
    assert len(edit.refusals) == 1
    assert "'two' is not a number" in edit.refusals[0]
    assert (edit.property("invalid"), edit.text()) == (True, "1, two")
    assert (edit.value(), edit.changes) == ((1.0, -2.0), [])
    qtbot.keyClick(edit, KEY.Key_Backspace)
    assert edit.property("invalid") is False


@pytest.mark.parametrize("key", [KEY.Key_Escape, KEY.Key_Tab])
def test_several_numbers_come_back(qtbot, edit, key):
    retype_line(qtbot, edit, "4, ,5", None)
    qtbot.keyClick(edit, key)
    assert (edit.text(), edit.value(), edit.changes) == ("1, -2", (1.0, -2.0), [])
    assert not edit.property("invalid")
    assert len(edit.refusals) == (key == KEY.Key_Tab)


def test_a_single_number_may_have_a_decimal_comma_or_be_none_and_is_not_two(qtbot, show):
    edit = show(OptionalNumberEdit())
    retype_line(qtbot, edit, "0,25")
    assert (edit.value(), edit.text()) == (0.25, "0.25")
    retype_line(qtbot, edit, "1; 2")
    assert "'1; 2' is not a number" in edit.refusals[0]
    assert edit.value() == 0.25
    retype_line(qtbot, edit, " ")
    assert (edit.value(), edit.text()) == (None, "")
    assert edit.changes == [0.25, None]
