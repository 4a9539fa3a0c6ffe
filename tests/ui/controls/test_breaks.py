"""The switches that break a run on purpose, as a person uses them."""

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel

from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.settings import Settings
from neuroviz.ui.controls.breaks import BreakSwitches
from neuroviz.ui.controls.number_box import NumbersEdit


@pytest.fixture
def switches(qtbot):
    """Return the open section on the screen."""
    made = BreakSwitches()
    qtbot.addWidget(made)
    made.show_settings(Settings("and"))
    made.show_objections(Settings("and"))
    made.show()
    made.set_open(True)
    return made


def summary(switches):
    """Return what the closed line says."""
    return switches.findChild(QLabel, "summary").text()


def test_there_is_one_for_each_row(switches):
    """With label and explanation of the table; they are seen when the section is open."""
    assert list(switches.boxes) == list(BREAKS)
    for is_open in (True, False):
        switches.set_open(is_open)
        assert {box.isVisible() for box in switches.boxes.values()} == {is_open}
    for hidden in (0, 2):
        switches.show_objections(Settings("and", hidden=hidden))
        for name, box in switches.boxes.items():
            row = BREAKS[name]
            assert box.text() == row.label
            assert (row.misfit(hidden, 1) or row.explanation) in box.toolTip()


def test_the_closed_line_says_what_is_on(switches):
    """What is broken is seen while the section is closed too."""
    assert summary(switches) == "nothing broken"
    switches.show_settings(Settings("and", breaks=("ascent", "no_bias")))
    switches.resize(300, switches.height())
    assert summary(switches) == "No bias, Gradient ascent"
    assert [name for name, box in switches.boxes.items() if box.isChecked()] == [
        "no_bias",
        "ascent",
    ]


def test_what_cannot_be_is_dim_and_says_why(switches):
    """The reason stands in the tooltip; what is on can always be switched off."""
    switches.show_objections(Settings("line", breaks=("ascent",)))
    dim = [name for name, box in switches.boxes.items() if not box.isEnabled()]
    assert dim == ["saturated_start", "equal_start", "naive_bce"]
    assert "no flat side" in switches.boxes["saturated_start"].toolTip()
    alone = [name for name, row in BREAKS.items() if not row.least_hidden]
    switches.show_objections(Settings("and", breaks=tuple(alone)))
    assert [name for name, box in switches.boxes.items() if box.isEnabled()] == alone


def test_a_click_says_which_are_to_be_on(switches):
    """One more, or one less; showing settings says nothing."""
    heard = []
    switches.changed.connect(heard.append)
    switches.show_settings(Settings("and", breaks=("ascent",)))
    switches.boxes["no_bias"].click()
    switches.show_settings(Settings("and", breaks=("ascent", "no_bias")))
    switches.boxes["ascent"].click()
    assert heard == [{"breaks": ("no_bias", "ascent")}, {"breaks": ("no_bias",)}]


def test_in_the_form_it_starts_another_run(open_window):
    """A click is a change of the settings like every other.

    Typed weights switch the saturated start off.
    """
    person = open_window()
    person.bench.form.more_settings.breaks.set_open(True)
    person.settle()
    box = person.find(QCheckBox, "saturated_start")
    box.click()
    person.settle()
    assert person.frame.settings.breaks == ("saturated_start",)
    assert person.find(NumbersEdit, "weights").value() == (4.0, 4.0)
    person.type_into("weights", "1, 2")
    person.settle()
    assert person.frame.settings.breaks == ()
    assert not box.isChecked()
    person.find(QCheckBox, "no_bias").click()
    person.settle()
    assert person.frame.settings.breaks == ()  # a bias of 4 is typed


def test_a_rate_that_is_too_large_is_the_first_thing_to_break(open_window):
    """On a task where a rate blows up it is set, and Run shows it."""
    person = open_window(Settings("line"))
    section = person.bench.form.more_settings.breaks
    person.bench.form.more.set_open(True)
    section.set_open(True)
    person.settle()
    assert all(section.too_large.y() < box.y() for box in section.boxes.values())
    person.click("rate_too_large")
    assert person.frame.settings.learning_rate > 0.0626
    person.bench.session.advance_for(20.0)
    person.bench.player.advanced.emit()
    assert person.text("state") == "Overflow: the run has stopped"
    # Where no rate blows up it says so, and offers the line; AND keeps its rate.
    person.begin(Settings("and", learning_rate=2.0))
    person.click("rate_too_large")
    assert person.frame.settings.learning_rate == 2.0
    assert person.button("no_rate_blows_up").text() == "No rate blows up: try the line"
    person.click("no_rate_blows_up")
    assert person.frame.settings.task == "line"
