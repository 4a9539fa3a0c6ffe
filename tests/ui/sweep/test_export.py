"""Taking a sweep away."""

import csv

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog


def trigger(person, name):
    person.window.findChild(QAction, f"action_{name}").trigger()
    person.qtbot.waitUntil(lambda: person.window.exporter.queue.name is None, timeout=60_000)


def test_figure_and_table_are_written(open_sweep, monkeypatch, tmp_path):
    """A figure, and a table with the rates and the losses to the last bit."""
    person = open_sweep()
    assert not person.window.export.isEnabled()
    person.run()
    asked = []
    answer = tmp_path / "sweep"

    def ask(parent, title, start, filters):
        asked.append(start)
        return str(answer), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    answer = tmp_path / "sweep.svg"
    trigger(person, "export_sweep")
    assert answer.read_bytes().startswith(b"<?xml")
    answer = tmp_path / "table.csv"
    trigger(person, "export_sweep_table")
    with answer.open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["learning_rate"]) for row in rows] == person.result.grid.axes[
        0
    ].values.tolist()
    assert [float(row["loss"]) for row in rows[:20]] == person.result.losses[:20].tolist()
    assert asked[0].endswith("line-sweep.png")
    assert asked[-1].endswith("line-sweep.csv")
    assert "Written" in person.window.message.text()
    trigger(person, "copy_sweep")
    assert QApplication.clipboard().mimeData().hasImage()
    QApplication.clipboard().clear()
