"""The one style sheet of the program."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

import neuroviz.ui
from neuroviz.ui.theme import theme as themes
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


def words_set() -> set[str]:
    """Return every word that the program gives to a widget."""
    (folder,) = map(Path, neuroviz.ui.__path__)
    nodes = (
        node
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
    calls = (
        node
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("set_look")
    )
    return {each.value for call in calls for each in call.args if isinstance(each, ast.Constant)}


def test_the_sheet_knows_every_look_and_no_other() -> None:
    known = set(re.findall(r'look~="(\w+)"', style_sheet(LIGHT)))
    assert words_set() == known


def test_looks_are_put_on_and_taken_off_one_by_one(undressed, qtbot) -> None:
    """Each as often as wanted, before and after the sheet has seen the widget."""
    themes.apply(undressed, LIGHT)
    window = QWidget()
    qtbot.addWidget(window)
    frame = QFrame()
    QVBoxLayout(window).addWidget(frame)
    window.resize(80, 80)
    themes.set_look(frame, "card", "column")
    themes.set_look(frame, "card")
    assert sorted(themes.looks(frame)) == ["card", "column"]
    window.show()
    middle = frame.rect().center()
    assert frame.grab().toImage().pixelColor(middle).name() == LIGHT.card
    themes.set_look(frame, "question")
    assert frame.grab().toImage().pixelColor(middle).name() == LIGHT.field
    themes.set_look(frame, "question", on=False)
    assert frame.grab().toImage().pixelColor(middle).name() == LIGHT.card
    assert sorted(themes.looks(frame)) == ["card", "column"]
