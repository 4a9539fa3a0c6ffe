"""Everything is found by a part of its name."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLineEdit, QTextBrowser, QTreeWidget

from neuroviz.core.choices.settings import Settings
from neuroviz.lessons.library import listed_lessons
from neuroviz.ui.views.neuron.network import NetworkPicture
from tests.ui.person import CTRL, KEY, LEFT


def open_palette(person):
    """Open it by its key, and return the line to type into."""
    person.window.activateWindow()
    person.qtbot.waitUntil(person.window.isActiveWindow)
    person.press(KEY.Key_K, CTRL)
    person.qtbot.waitUntil(lambda: bool(shown(person)))
    return person.find(QLineEdit, "palette_line")


def shown(person):
    """Return the columns of each row: name, path or reason, keys."""
    rows = person.find(QTreeWidget, "palette_list")
    items = [rows.topLevelItem(row) for row in range(rows.topLevelItemCount())]
    return [[item.text(column) for column in range(3)] for item in items if item is not None]


def take(person, typed):
    """Take the first that a text finds, and return what it was."""
    line = open_palette(person)
    person.qtbot.keyClicks(line, typed)
    first = shown(person)[0]
    person.qtbot.keyClick(line, KEY.Key_Return)
    person.settle()
    return first


def test_what_is_found_is_done(open_window):
    """A command, a task, a choice, a setting, a plot, a term and a lesson, by the keyboard."""
    person = open_window(Settings.opened("or"), plots="kept")
    line = open_palette(person)
    rows = person.find(QTreeWidget, "palette_list")
    assert 0 < rows.sizeHintForColumn(2) <= rows.columnWidth(2)  # no key is cut
    person.qtbot.keyClicks(line, "epoch step")
    for theme in ("dark", "light"):  # when the desktop changes its colours
        person.action(f"theme_{theme}").trigger()
        person.settle()
        ink = rows.topLevelItem(0).foreground(0).color()
        assert ink == rows.palette().color(QPalette.ColorRole.Text)
    assert shown(person) == [
        ["Step one epoch", "Run", "Shift+F8"],
        ["Step 100 epochs", "Run", "Ctrl+F8"],
    ]
    for key in (KEY.Key_Down, KEY.Key_Up, KEY.Key_Return):
        person.qtbot.keyClick(line, key)
    person.settle()
    assert person.step == 1
    assert take(person, "momentm sgd")[:2] == ["SGD with momentum", "Optimizer"]
    assert person.frame.settings.optimizer == "momentum"
    assert take(person, "xor")[:2] == ["XOR gate", "Task"]
    assert person.frame.settings.task == "xor"
    assert take(person, "no bias")[0] == "No bias"
    assert person.frame.settings.breaks == ("no_bias",)
    assert take(person, "batch size")[0] == "Batch size"
    person.window.activateWindow()
    person.qtbot.waitUntil(person.box("batch_size").hasFocus)
    assert not person.bench.views["limit"].isVisible()
    assert take(person, "limit of the rate") == ["Limit of the rate", "View › Plots", ""]
    assert person.bench.views["limit"].isVisible()
    assert take(person, "code")[:2] == ["Code", "View › Side column"]
    assert person.bench.code.isVisible()
    assert take(person, "chain rule")[:2] == ["chain rule", "Glossary"]
    assert "chain rule" in person.find(QTextBrowser, "glossary_page").toPlainText()
    assert take(person, "three rates")[:2] == ["Three rates", "Lessons"]
    assert person.text("lesson_title") == "Three rates"


def test_it_is_on_the_screen_before_it_reads_all_lessons(open_window, monkeypatch):
    """So letters that are typed meanwhile are not lost."""
    person = open_window()
    seen = []

    def read():
        seen.append(person.find(QLineEdit, "palette_line").isVisible())
        return listed_lessons()

    monkeypatch.setattr("neuroviz.ui.window.finds.listed_lessons", read)
    open_palette(person)
    assert seen == [True]


def test_it_is_found_by_other_words_and_what_cannot_be_says_why(open_window):
    """A view before its export. Return and a click on what cannot be leave the palette open.

    Neither Return nor the arrows do anything to the sentence where nothing is called so.
    """
    person = open_window()
    line, rows = open_palette(person), person.find(QTreeWidget, "palette_list")
    for typed, name in (
        ("worksheet", "Worksheet of a lesson…"),
        ("large letters", "Projector"),
        ("text size", "Projector"),
        ("blow up", "Learning rate too large"),
        ("dark", "Dark theme"),
        ("jupyter", "Notebook…"),
        ("video", "Share film…"),
        ("own data", "Open data…"),
        ("validation", "Table…"),
        ("overfit", "overfitting"),
        ("number of epochs", "Run to epoch"),
        ("layers", "Hidden"),
        ("reset weights", "New seed"),
        ("initialization", "Start"),
        ("early stopping", "or to loss"),
        ("regularization", "L1 penalty λ₁"),
        ("cost function", "Loss"),
        ("train test split", "Table…"),
        ("add points", "Draw on an empty plane"),
        ("moons", "New data…"),
        ("command line", "Copy as command"),
        ("shortcuts", "Keyboard and mouse"),
        ("crash", "Report a problem…"),
    ):
        line.setText(typed)
        assert shown(person)[0][0] == name, typed
    line.setText("print")
    assert {"Loss…", "Report…", "Worksheet of a lesson…"} <= {row[0] for row in shown(person)}
    line.setText("loss")
    assert [row[:2] for row in shown(person)[:2]] == [["Loss", "View › Plots"], ["Loss…", "Export"]]
    line.setText("undo")
    assert shown(person) == [["Undo", "There is nothing to undo.", "Ctrl+Z"]]
    assert person.text("palette_why_not") == "Edit: There is nothing to undo."
    person.qtbot.keyClick(line, KEY.Key_Return)
    place = rows.visualItemRect(rows.topLevelItem(0)).center()
    person.qtbot.mouseClick(rows.viewport(), LEFT, pos=place)
    assert line.isVisible()
    line.setText("tanh")
    assert "between 0 and 1" in shown(person)[0][1]
    line.setText("qqqq")
    assert shown(person) == [["Nothing has a name like that.", "", ""]]
    for key in (KEY.Key_Down, KEY.Key_Up, KEY.Key_Return):
        person.qtbot.keyClick(line, key)
    assert line.isVisible()
    line.clear()
    assert len(shown(person)) > 300


def test_a_click_takes_a_row(open_window):
    """As Return does; "Pause" starts no other run where the one that went has ended meanwhile."""
    person = open_window(Settings(epochs=10**7))
    person.press(KEY.Key_Space)
    line = open_palette(person)
    person.qtbot.keyClicks(line, "pause")
    assert shown(person)[0][0] == "Pause"
    person.bench.player.pause()
    person.qtbot.keyClick(line, KEY.Key_Return)
    person.settle()
    assert not person.bench.player.running
    line, rows = open_palette(person), person.find(QTreeWidget, "palette_list")
    line.setText("glossary")
    place = rows.visualItemRect(rows.topLevelItem(0)).center()
    person.qtbot.mouseClick(rows.viewport(), LEFT, pos=place)
    assert not line.isVisible()


def test_a_view_that_is_found_has_the_keys(open_window):
    """The arrow keys go to the plot, and open a neuron, without a Tab before them."""
    person = open_window(Settings("xor", hidden=2), plots=["data", "loss"])
    assert take(person, "weights and bias")[1] == "View › Plots"
    person.window.activateWindow()
    person.qtbot.waitUntil(person.plot("weights").hasFocus)
    opened = person.frame.unit
    assert take(person, "neuron")[1] == "View › Plots"
    person.window.activateWindow()
    person.qtbot.waitUntil(person.find(NetworkPicture, "network").hasFocus)
    person.press(KEY.Key_Up)
    assert person.frame.unit != opened
