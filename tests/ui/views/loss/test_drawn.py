"""What is seen of the losses when another experiment is shown: pixels, not data."""

import neuroviz as nv
from neuroviz.ui.theme import theme as themes

_UNSCALED = nv.Dataset(
    [[12.5, 3500.0], [17.2, 12400.0], [22.4, 21300.0], [31.3, 40000.0]],
    [0, 0, 1, 1],
    classes=True,
    origin="pasted",
)
_BALL = 100
"""Pixels that the ball alone has at most."""


def seen(person):
    """Count the pixels of the loss plot that have the colour of the active run."""
    image = person.plot("loss").grab().toImage()
    wanted = themes.now.accent.lower()
    return sum(
        image.pixelColor(x, y).name() == wanted
        for x in range(image.width())
        for y in range(image.height())
    )


def test_losses_of_thousands_are_seen_after_small_ones(open_window):
    """Own data that are not scaled come after a run whose losses are below 1.

    The axis is logarithmic.
    """
    person = open_window(nv.Settings("and", epochs=50), plots=["loss"])
    assert person.bench.views["loss"].log.isChecked()
    person.run_until(lambda: person.step == 50)
    person.settle()
    assert seen(person) > _BALL
    person.bench.change_control.change({"task": "own", "data": _UNSCALED, "epochs": 50})
    person.qtbot.waitUntil(lambda: person.step == 0)
    person.run_until(lambda: person.step == 50)
    person.settle()
    assert person.frame.current_loss > 1e3
    assert seen(person) > 3 * _BALL
