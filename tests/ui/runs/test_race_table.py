"""One row of the race dialog."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from neuroviz.core.choices.settings import Settings
from neuroviz.session.race_runs import RaceRun
from neuroviz.ui.runs.race_table import RaceRow


@pytest.fixture
def row(qapp: object, qtbot: QtBot) -> Iterator[RaceRow]:
    """Return a row in a widget of its own, with an race_run."""
    place = QWidget()
    qtbot.addWidget(place)
    layout = QVBoxLayout(place)
    made = RaceRow(2)
    for part in (*made.parts, made.numbers, made.error):
        layout.addWidget(part)
    place.show()
    made.show_run(
        RaceRun("mine", Settings("and", optimizer="momentum", momentum=0.7)),
        keeps_name=False,
        takes_part=True,
    )
    yield made
    place.close()


def test_it_gives_back_what_it_shows(row: RaceRow) -> None:
    """Untouched, the settings are the race_run's."""
    assert row.takes_part
    assert row.name == "mine"
    assert row.settings() == Settings("and", optimizer="momentum", momentum=0.7)


def test_showing_is_no_change(row: RaceRow, qtbot: QtBot) -> None:
    """What the row shows by itself neither renames it nor leaves as a signal.

    But for a tick that was off.
    """
    with qtbot.assertNotEmitted(row.changed):
        row.show_run(
            RaceRun("other", Settings("line", learning_rate=0.25)),
            keeps_name=False,
            takes_part=True,
        )
    assert (row.name, row.rate.value()) == ("other", 0.25)


def test_an_optimizer_that_is_chosen_keeps_the_rest(row: RaceRow) -> None:
    """Hyperparameters that it knows stay."""
    row.optimizer.setCurrentIndex(row.optimizer.findData("nesterov"))
    assert row.settings() == Settings("and", optimizer="nesterov", momentum=0.7)


def test_an_empty_row_is_not_seen_and_takes_no_part(row: RaceRow) -> None:
    """It comes back with the next race_run, ticked."""
    row.tick.setChecked(False)
    row.show_run(None, keeps_name=True, takes_part=False)
    assert not row.takes_part
    assert not any(part.isVisible() for part in row.parts)
    row.show_run(RaceRun("back", Settings("and"), own_name=True), keeps_name=True, takes_part=True)
    assert row.takes_part
    assert all(part.isVisible() for part in row.parts)
    row.rate.setValue(5.0)
    assert row.name == "back"


def test_what_is_being_typed_when_the_row_becomes_empty_is_forgotten(
    row: RaceRow, qtbot: QtBot
) -> None:
    """The field loses the keyboard with its row, and with that its value: nothing is made of it."""
    qtbot.waitActive(row.rate.window())
    row.rate.setFocus()
    row.rate.selectAll()
    qtbot.keyClicks(row.rate, "0.25")
    with qtbot.assertNotEmitted(row.changed):
        row.show_run(None, keeps_name=True, takes_part=False)
        row.rate.setValue(0.125)
    assert not row.takes_part


def test_another_rate_makes_a_refused_one_forgotten(row: RaceRow, qtbot: QtBot) -> None:
    """Whether it is typed, even the old one again, or stepped to."""
    old = row.rate.text()
    for mend in ("type", "step"):
        row.rate.selectAll()
        qtbot.keyClicks(row.rate, "many")
        qtbot.keyClick(row.rate, Qt.Key.Key_Return)
        assert row.wrong
        row.rate.setFocus()
        if mend == "type":
            row.rate.selectAll()
            qtbot.keyClicks(row.rate, old)
        else:
            row.rate.setValue(0.5)
        assert not row.wrong


def test_escape_takes_the_sentence_away(row: RaceRow, qtbot: QtBot) -> None:
    """The number is back, and nothing is wrong with it."""
    row.rate.setFocus()
    row.rate.selectAll()
    qtbot.keyClicks(row.rate, "many")
    qtbot.keyClick(row.rate, Qt.Key.Key_Return)
    assert row.wrong
    qtbot.keyClick(row.rate, Qt.Key.Key_Escape)
    assert not row.wrong
