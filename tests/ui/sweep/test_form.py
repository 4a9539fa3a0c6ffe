"""The fields of a sweep."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import track_ends
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import LIGHT


def test_rates_follow_the_experiment_until_they_are_typed(open_sweep):
    """Another task brings its own rates; typed ones stay as long as the task does."""
    person = open_sweep(Settings("line"))
    form = person.window.form
    assert (form.choice().low, form.choice().high) == track_ends(Settings("line"))
    person.fill(low=0.001)
    person.apply(optimizer="momentum")
    assert form.choice().low == 0.001
    assert form.choice().high == track_ends(person.session.settings)[1]
    person.apply(task="and")
    assert (form.choice().low, form.choice().high) == track_ends(Settings("and"))
    assert form.choice().epochs == Settings("and").epochs


def test_only_the_fields_that_mean_something_are_shown(open_sweep):
    """A map of starts has one rate, which is the experiment's."""
    person = open_sweep()
    shown = {
        "rates": {"over", "low", "high", "rates", "epochs"},
        "starts": {"over", "reach", "starts", "epochs"},
        "seeds": {"over", "seeds", "epochs"},
    }
    for over, names in shown.items():
        person.choose(over)
        assert {
            name for name, field in person.window.form.fields.items() if field.isVisible()
        } == names


@pytest.mark.parametrize("points", [10.0, 13.0])
def test_what_is_swept_can_be_read_whole(open_sweep, undressed, monkeypatch, points):
    """And no field is cut at the right; also in the larger letters of a desktop."""
    monkeypatch.setattr(themes, "point_size", lambda: points)
    themes.apply(undressed, LIGHT)
    person = open_sweep(Settings("line", optimizer="momentum"))
    form = person.window.form
    assert person.window.minimumWidth() < person.window.screen().availableGeometry().width()
    box = form.over
    assert form.rect().contains(box.mapTo(form, box.rect().bottomRight()))
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box)
    texts = [box.itemText(index) for index in range(box.count())]
    assert "Rate, momentum" in texts
    assert max(map(box.fontMetrics().horizontalAdvance, texts)) <= room.width()


def test_a_text_that_is_no_number_is_rejected_at_its_field(open_sweep):
    """The sentence of the box stands under it."""
    person = open_sweep()
    box = person.window.form.fields["rates"].control
    box.setFocus()
    box.selectAll()
    person.qtbot.keyClicks(box, "many")
    box.stepBy(1)
    assert "is not a number" in person.window.form.fields["rates"]._error.text()


def test_every_control_has_a_name_for_screen_readers(open_sweep):
    """Caption and name are the same."""
    form = open_sweep().window.form
    assert all(field.control.accessibleName() for field in form.fields.values())


def test_a_refused_number_runs_nothing_unread_and_its_sentence_stays(open_sweep):
    """The press that ends the typing does not run the old number.

    The next does, and the sentence stays.
    """
    person = open_sweep()
    form, asked = person.window.form, []
    form.run_asked.disconnect()
    form.run_asked.connect(form.clear_errors)  # as the window does when it runs
    form.run_asked.connect(lambda: asked.append(form.choice().epochs))
    field = form.fields["epochs"]
    before = field.control.value()
    field.control.setFocus()
    field.control.selectAll()
    person.qtbot.keyClicks(field.control, "20000000")
    form.button.setFocus()  # as a press with the mouse does
    for presses in range(2):
        person.qtbot.mouseClick(form.button, Qt.MouseButton.LeftButton)
        assert asked == [before] * presses
        assert "20000000" in field._error.text()
    field.control.setFocus()
    person.qtbot.keyClicks(field.control, "7")
    assert not field._error.text()
