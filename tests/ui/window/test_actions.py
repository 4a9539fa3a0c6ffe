"""Every command in a menu, with its shortcut and the letter that finds it there."""

from collections import Counter

from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMenu, QRadioButton

from neuroviz.ui.theme import theme as themes
from tests.ui.person import CTRL, KEY, LEFT, in_menus


def test_every_action_has_a_place_in_a_menu_a_key_and_a_letter_of_its_own(open_window):
    """There is no command that only a hidden key reaches."""
    person = open_window()
    texts = [action.text() for action in in_menus(person.window) if not action.isSeparator()]
    assert all(texts)
    assert len(set(texts)) == len(texts)
    for name in ("run", "step", "reset", "panel"):
        action = person.action(name)
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        assert key in action.toolTip()
    named = {
        a.objectName()
        for a in person.window.findChildren(QAction)
        if a.objectName().startswith("action_")
    }
    assert named <= {action.objectName() for action in in_menus(person.window)}
    assert {"action_run", "action_step", "action_reset", "action_export_loss"} <= named
    # An ambiguous shortcut would do nothing at all.
    keys = Counter(
        key.toString() for action in in_menus(person.window) for key in action.shortcuts()
    )
    assert [key for key, count in keys.items() if count > 1] == []
    assert {"Space", "F8", "Shift+F8", "Ctrl+F8", "Ctrl+R", "Ctrl+E", "F9"} <= keys.keys()
    of_every_desktop = {"Ctrl+N", "Ctrl+Q", "F11", "Ctrl+?", "Ctrl+,", "Ctrl+Y", "Ctrl+C"}
    assert of_every_desktop <= keys.keys()
    # Of two with one letter the second would need it twice, and then Enter.
    bar = person.window.menuBar().actions()
    menus = [action.menu() for action in (*bar, *in_menus(person.window))]
    found = [letters(bar)]
    for menu in menus:
        if isinstance(menu, QMenu) and menu.objectName() != "recent":
            entries = [a for a in menu.actions() if a.objectName().startswith("action_")]
            found.append(letters([a for a in entries if a.isVisible()]))
    assert len(found) == len(bar) + 2
    for each in found:
        assert all(each)
        assert len(set(each)) == len(each)
    # F10 opens the menus and f11 fills the screen.
    person.press(KEY.Key_F10)
    menu = QApplication.activePopupWidget()
    assert menu.title() == "&File"
    person.qtbot.keyClick(menu, KEY.Key_Right)
    opened = QApplication.activePopupWidget()
    assert opened.title() == "&Edit"
    person.qtbot.keyClick(opened, KEY.Key_Escape)
    for whole in (True, False):
        person.press(KEY.Key_F11)
        assert (person.window.isFullScreen(), person.action("full_screen").isChecked()) == (
            whole,
            whole,
        )
    person.press(KEY.Key_W, CTRL)
    assert person.window.isHidden()


def letters(actions):
    """Return the letter that is underlined in each action; empty where there is none."""
    return [QKeySequence.mnemonic(action.text()).toString() for action in actions]


def edit_entry(person, name):
    """Choose an entry of Edit with the mouse; with an empty name look at the menu only."""
    bar = person.window.menuBar()
    place = bar.actionGeometry(bar.actions()[1]).center()
    person.qtbot.mouseClick(bar, LEFT, pos=place)
    menu = QApplication.activePopupWidget()
    if name:
        place = menu.actionGeometry(person.action(name)).center()
        person.qtbot.mouseClick(menu, LEFT, pos=place)
    else:
        person.qtbot.keyClick(menu, KEY.Key_Escape)


def test_edit_does_what_is_meant_where_the_keyboard_is(open_window):
    """In a line it is the line's text; where nothing is to be copied it says so."""
    person = open_window()
    line = person.find(QLineEdit, "until_loss")
    person.focus(line)
    person.qtbot.keyClicks(line, "0.25")
    line.selectAll()
    edit_entry(person, "copy")
    assert QGuiApplication.clipboard().text() == "0.25"
    line.end(False)
    edit_entry(person, "paste")
    assert line.text() == "0.250.25"
    edit_entry(person, "undo_typing")
    assert line.text() == "0.25"
    edit_entry(person, "redo_typing")
    assert line.text() == "0.250.25"
    person.focus(person.button("run"))
    edit_entry(person, "copy")
    assert person.text("sentence").startswith("Nothing to copy here")
    edit_entry(person, "")
    assert not person.action("undo_typing").isVisible()


def test_preferences_are_applied_at_once_and_follow_the_menus(open_window):
    person = open_window()
    person.press(KEY.Key_Comma, CTRL)
    dialog = person.find(QDialog, "preferences")
    for theme in ("dark", "light"):
        button = next(
            each
            for each in dialog.findChildren(QRadioButton)
            if each.text().replace("&", "").lower().startswith(theme)
        )
        person.qtbot.mouseClick(button, LEFT)
        assert themes.now.name == theme
    person.action("reduced_motion").trigger()
    assert person.action("reduced_motion").isChecked() is any(
        box.isChecked() for box in dialog.findChildren(QAbstractButton) if "motion" in box.text()
    )
    dialog.close()
