"""The signs that the style sheet takes from files: ticks and arrows."""

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox

from neuroviz.files.places import resource_path
from neuroviz.ui.theme import theme
from neuroviz.ui.theme.colours import DARK, LIGHT
from tests.eye import colours_in


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def colours(request, undressed):
    """Dress the program in a theme."""
    theme.apply(undressed, request.param)
    return request.param


def test_a_mark_is_filled_with_the_accent_when_it_is_on(qtbot, colours):
    """On and off differ by colour and by sign; what cannot be pressed has no accent."""
    mark = QCheckBox("")
    qtbot.addWidget(mark)
    mark.resize(30, 30)
    assert colours.accent not in colours_in(mark.grab().toImage())
    mark.setChecked(True)
    assert {colours.accent, colours.on_accent} <= colours_in(mark.grab().toImage())
    mark.setEnabled(False)
    assert colours.accent not in colours_in(mark.grab().toImage())


@pytest.mark.parametrize("name", ["up", "down", "tick"])
@pytest.mark.parametrize("off", [False, True])
def test_signs_have_the_colours_of_their_theme(qapp, colours, name, off):
    """For what can and what cannot be pressed; a tick that of the box, an arrow that of words."""
    ink = (colours.card if off else colours.on_accent) if name == "tick" else colours.muted
    if off and name != "tick":
        ink = colours.disabled
    path = resource_path(f"theme/{colours.name}/{name}{'_off' * off}.svg")
    assert f'stroke="{ink}"' in path.read_text(encoding="utf-8")
    assert not QImage(str(path)).isNull()


def test_up_points_up_and_down_points_down(qapp, colours):
    """The upper half of the one is the lower half of the other, nearly."""
    up, down = (
        QImage(str(resource_path(f"theme/{colours.name}/{name}.svg"))) for name in ("up", "down")
    )

    def widths(image):
        rows = ([x for x in range(10) if image.pixelColor(x, y).alpha() > 90] for y in range(10))
        return [max(row) - min(row) for row in rows if row]

    assert widths(up)[0] < widths(up)[-1]
    assert widths(down)[0] > widths(down)[-1]
