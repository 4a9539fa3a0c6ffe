"""Icons are drawn, not letters of a font that has them."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from neuroviz.files.places import resource_files
from neuroviz.ui.theme import theme
from neuroviz.ui.theme.colours import DARK, LIGHT
from neuroviz.ui.theme.icons import icon
from tests.eye import contrast

ICONS = [path.stem for path in resource_files("icons", ".svg")]
BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
MODE, STATE = QIcon.Mode, QIcon.State


def drawn(name, scale=1, mode=MODE.Normal, state=STATE.Off):
    return icon(name).pixmap(QSize(16, 16), scale, mode, state).toImage()


def strongest(image):
    """Return the colour that is there with the least of the ground in it."""
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    x, y = max(places, key=lambda place: image.pixelColor(*place).alpha())
    return image.pixelColor(x, y).name()


@BOTH
@pytest.mark.parametrize("name", ICONS)
def test_an_icon_wears_the_theme(undressed, name, colours):
    """Its ink, the accent where a switch is on, and dim where nothing can be done."""
    before = icon(name)
    theme.apply(undressed, colours)
    shown = before.pixmap(QSize(16, 16), 1, MODE.Normal, STATE.Off).toImage()
    assert contrast(strongest(shown), colours.ink) < 1.2
    assert contrast(strongest(drawn(name, state=STATE.On)), colours.accent) < 1.2
    assert contrast(strongest(drawn(name, mode=MODE.Disabled)), colours.disabled) < 1.2


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_sharp_on_a_dense_screen(qapp, name):
    """It is drawn anew with twice the pixels, not made larger; nothing of it is cut off."""
    dense = drawn(name, 2)
    assert (dense.width(), dense.height()) == (32, 32)
    assert dense != drawn(name).scaled(32, 32)
    edge = [dense.pixelColor(at, side).alpha() for at in range(32) for side in (0, 31)]
    edge += [dense.pixelColor(side, at).alpha() for at in range(32) for side in (0, 31)]
    assert max(edge) == 0


def test_all_icons_are_of_one_weight(qapp):
    """Lines are 1.5 pixels wide in all: none is a black blot beside the others."""
    for name in ICONS:
        dense = drawn(name, 2)
        ink = [[dense.pixelColor(x, y).alpha() > 127 for x in range(32)] for y in range(32)]
        blot = range(7)
        assert not any(
            all(ink[y + j][x + i] for i in blot for j in blot) for y in range(26) for x in range(26)
        ), name


def test_in_no_room_there_is_no_icon(undressed):
    """A button that is squeezed to nothing asks for one, too; Qt warned of a painter."""
    assert icon("close").pixmap(QSize(16, 0), 1, MODE.Normal, STATE.Off).isNull()
