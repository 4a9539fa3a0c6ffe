"""In a language that is written from right to left panels mirror, numbers and plots do not."""

import pytest
from PySide6.QtCore import QPoint, Qt

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.canvas.plot import Plot


@pytest.fixture
def turn(qapp):
    """Return a function that has all be laid out in a direction."""
    yield qapp.setLayoutDirection
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def left_of(widget, window):
    return widget.mapTo(window, QPoint(0, 0)).x()


def test_panels_mirror_and_pictures_stay(open_window, turn):
    """The neuron, with its gradients and their signs, is the same to the pixel."""
    pictures = []
    columns = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        turn(direction)
        person = open_window(Settings("line", weights=(-0.5,), bias=0.25), plots=("data", "loss"))
        person.window.resize(1440, 900)
        bench = person.bench
        bench.neuron.gradients.setChecked(True)
        bench.columns.show("side")
        person.settle()
        shown = (bench.neuron.diagram, bench.views["loss"].plot, bench.timeline.findChild(Plot))
        pictures.append([widget.grab().toImage() for widget in shown])
        columns.append([left_of(part, person.window) for part in (bench.side, bench.form)])
        person.window.close()
    one, other = pictures
    assert [each.size() for each in one] == [each.size() for each in other]
    assert one == other
    (side, form), (mirrored_side, mirrored_form) = columns
    assert side > form
    assert mirrored_side < mirrored_form
