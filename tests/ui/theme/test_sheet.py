"""The one style sheet of the program."""

from __future__ import annotations

import re

import pytest

from neuroviz.ui.theme.colours import DARK, LIGHT, Theme
from neuroviz.ui.theme.sheet import style_sheet

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_every_colour_is_filled_in(colours: Theme) -> None:
    """No placeholder is left, and braces are in pairs."""
    sheet = style_sheet(colours)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}") > 30


@BOTH
def test_only_colours_of_the_theme_are_used(colours: Theme) -> None:
    """A style sheet of one theme has no colour from anywhere else."""
    known = set(re.findall(r"#[0-9a-f]{6}\b", repr(colours)))
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", style_sheet(colours))) <= known


def test_the_themes_differ() -> None:
    """Light and dark are two."""
    assert style_sheet(LIGHT) != style_sheet(DARK)


@pytest.mark.parametrize(
    "kind", ["QToolButton", "QPushButton", "QComboBox", "QAbstractSpinBox", "QLineEdit"]
)
def test_the_keyboard_is_seen(kind: str) -> None:
    """What has the keyboard is drawn in another way."""
    assert re.search(rf"(^|, ){kind}:focus", style_sheet(LIGHT), re.MULTILINE)
