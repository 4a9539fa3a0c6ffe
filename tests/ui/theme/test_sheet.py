"""The one style sheet of the program."""

import ast
import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

import neuroviz.ui
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT
from neuroviz.ui.theme.icons import icon
from neuroviz.ui.theme.parts import ScrolledPage, in_column
from neuroviz.ui.theme.sheet import style_sheet
from tests.eye import contrast

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_every_colour_is_filled_in(colours):
    """No placeholder is left, and braces are in pairs."""
    sheet = style_sheet(colours)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}") > 30


@BOTH
def test_only_colours_of_the_theme_are_used(colours):
    """A style sheet of one theme has no colour from anywhere else."""
    known = set(re.findall(r"#[0-9a-f]{6}\b", repr(colours)))
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", style_sheet(colours))) <= known


def test_the_themes_differ():
    """Light and dark are two."""
    assert style_sheet(LIGHT) != style_sheet(DARK)


@BOTH
def test_where_the_keyboard_is_can_be_seen(colours, undressed, qtbot):
    """What changes then stands out from what was there as 3 to 1."""
    themes.apply(undressed, colours)
    window = QWidget()
    qtbot.addWidget(window)
    bar = QTabBar()
    bar.addTab("One")
    boxes = [QCheckBox(), QCheckBox(checked=True), QRadioButton(), QRadioButton(checked=True)]
    fields = [QPushButton(), QToolButton(), QComboBox(), QSpinBox(), QLineEdit()]
    pages = [QListWidget(), QTextBrowser(), QPlainTextEdit(), ScrolledPage(QWidget(), tabs=True)]
    controls = [*boxes, *fields, *pages, bar]
    elsewhere = QLineEdit()
    in_column(elsewhere, *controls, within=window)
    for page in pages:
        page.setFixedHeight(20)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    for control in controls:
        seen = []
        for focused in (elsewhere, control):
            focused.setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.waitUntil(focused.hasFocus)
            picture = window.grab(control.geometry()).toImage()
            spots = product(range(picture.width()), range(picture.height()))
            seen.append([picture.pixelColor(*spot).name() for spot in spots])
        changed = [pair for pair in zip(*seen, strict=True) if len({*pair}) == 2]
        assert sum(contrast(*pair) >= 3 for pair in changed) > 20, type(control)


def test_where_the_keyboard_comes_nothing_jumps(undressed, qtbot):
    """Text, icon and arrow of a button stay where they are, and as large, inside its frame."""
    themes.apply(undressed, LIGHT)
    window = QWidget()
    qtbot.addWidget(window)
    looks = ((), ("signed",), ("signed", "quiet"), ("small",), ("small", "quiet"), ("head",))
    buttons = [QToolButton() for _ in (*looks, *looks)]
    for place, (button, look) in enumerate(zip(buttons, looks * 2, strict=True)):
        themes.set_look(button, *look)
        if {"signed", "quiet", "head"} & {*look}:
            button.setIcon(icon("unfolded"))
        if "head" in look or not {"signed", "quiet"} & {*look}:
            button.setText("Ring")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if place >= len(looks) and not {"signed", "head"} & {*look}:
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setMenu(QMenu(button))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    elsewhere = QLineEdit()
    in_column(elsewhere, *buttons, within=window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    for button in buttons:
        pictures = []
        for focused in (elsewhere, button):
            focused.setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.waitUntil(focused.hasFocus)
            pictures.append(button.grab(button.rect().adjusted(4, 4, -4, -4)).toImage())
        assert pictures[0] == pictures[1], (themes.looks(button), button.popupMode())


@BOTH
def test_the_cell_with_the_keyboard_has_a_frame(colours, undressed, qtbot):
    """Also before it is chosen, and its text stays where it is."""
    themes.apply(undressed, colours)
    table = QTableWidget(2, 1)
    qtbot.addWidget(table)
    for row in range(2):
        table.setItem(row, 0, QTableWidgetItem("5"))
    with qtbot.waitExposed(table):
        table.show()
    table.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    cell = table.visualRect(table.model().index(0, 0))
    seen = []
    for row in range(2):
        table.setCurrentCell(row, 0, QItemSelectionModel.SelectionFlag.NoUpdate)
        seen.append(table.viewport().grab(cell).toImage())
    edges = [image.pixelColor(image.width() // 2, 0).name() for image in seen]
    assert contrast(*edges) >= 3
    inside = cell.translated(-cell.topLeft()).adjusted(2, 2, -2, -2)
    assert seen[0].copy(inside) == seen[1].copy(inside)


def words_set():
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


def test_the_sheet_knows_every_look_and_no_other():
    known = set(re.findall(r'look~="(\w+)"', style_sheet(LIGHT)))
    assert words_set() == known


def test_looks_are_put_on_and_taken_off_one_by_one(undressed, qtbot):
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
