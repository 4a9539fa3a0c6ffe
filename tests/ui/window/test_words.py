"""How things are called: in sentence case, one name a thing, and what says yes at the right."""

import re

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QTabBar,
)

from neuroviz.core.choices.settings import Settings
from neuroviz.ui.export.figures import FigureSizeDialog
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import take_or_cancel
from tests.eye import colours_in, contrast

NAMES = re.compile(
    r"\b(NeuroViz|CSV|TSV|PNG|SVG|PDF|GIF|MP4|ONNX|AND|OR|XOR|NAND|NOR|SGD|L1|L2|Adam\w*|Nesterov|"
    r"Adagrad|RMSprop|Markdown|HTML|Python|JSON|Zip|WebP|ReLU|BCE|MSE|F\d+|3D)\b"
)
OF_CODE = {"nn.Module", "float32", "float64"}
"""What is called so in a script."""
SYMBOLS = re.compile(r"([whx]\S*|b)( |$)")
"""A parameter or an input is called by its sign, as on the buttons at the axes of the landscape."""


def words_on(window):
    """Yield what stands on everything that can be pressed or chosen."""
    for button in window.findChildren(QAbstractButton):
        yield button.text()
    for bar in window.findChildren(QTabBar):
        yield from (bar.tabText(tab) for tab in range(bar.count()))
    for action in window.findChildren(QAction):
        yield action.text().replace("&", "")


def _size_dialog(parent):
    dialog = FigureSizeDialog((100.0, 80.0, 150), parent)
    buttons = dialog.findChild(QDialogButtonBox)
    take = dialog.findChild(QPushButton, "figure_take")
    return dialog, take, buttons.button(QDialogButtonBox.StandardButton.Cancel)


def _taking_dialog(parent):
    dialog = QDialog(parent)
    buttons, take = take_or_cancel(dialog, "take", "Take it", dialog.accept)
    buttons.setParent(dialog)
    buttons.resize(300, 50)
    return dialog, take, buttons.button(QDialogButtonBox.StandardButton.Cancel)


def test_a_button_is_seen_where_it_belongs(open_window):
    """The cross of the bubble on its ground, the ink of the theme, unlike every other button's."""
    person = open_window()
    close = person.button("welcome_close")
    for look in ("theme_light", "theme_dark"):
        person.action(look).trigger()
        seen = colours_in(close.grab().toImage())
        assert max(contrast(colour, themes.now.ink) for colour in seen) >= 4.5, look
    # What says yes is at the right, and is the one that is filled.
    for made in (_size_dialog, _taking_dialog):
        dialog, yes, no = made(person.window)
        dialog.show()
        person.settle()
        assert yes.mapToGlobal(yes.rect().topLeft()).x() > no.mapToGlobal(no.rect().topLeft()).x()
        assert "primary" in themes.looks(yes)
        dialog.close()


def test_a_control_is_called_by_words_and_a_view_has_one_name(open_window):
    """In sentence case: a capital where a name begins, and none after that but in names."""
    person = open_window(Settings("and"), plots="all")
    for name, said in (
        ("data", "Output"),
        ("landscape", "Loss landscape"),
        ("loss", "Loss"),
        ("weights", "Weights and bias"),
    ):
        view = person.bench.views[name]
        assert view.heading.text().startswith(said)
        menu = person.bench.views["loss" if name != "loss" else "data"].chooser.menu()
        menu.aboutToShow.emit()
        assert said in [action.text() for action in menu.actions()]
        assert view.title == said
        assert person.action(f"export_{name}").text().replace("&", "") == f"{said}…"
        assert view.enlarge.accessibleName() == f"Enlarge: {said}"
    # Pencils, arrows and crosses are drawn; whoever listens hears what they do.
    person.begin(Settings("and"))
    for button in person.window.findChildren(QAbstractButton):
        assert not re.search("[⤢✎☰◨◂▸✕]", button.text()), button.text()
        if not button.icon().isNull() and not button.objectName().startswith("qt_"):
            assert button.accessibleName() or button.text(), button.objectName()
    # A capital where it begins, and none after that but in names.
    person.begin(Settings("and"))
    bench = person.bench
    assert all((bench.arithmetic.panel, bench.code.panel, bench.runs.panel))
    person.window.resize(1440, 900)
    bench.open_sweep()
    bench.open_race()
    for top in QApplication.topLevelWidgets():
        for text in words_on(top):
            said = NAMES.sub("X", text).strip("■●‹› …")
            if not said or text in OF_CODE or SYMBOLS.match(said):
                continue
            assert not said[0].islower(), text
            assert not re.search(r"\s[A-Z][a-z]", said), text
