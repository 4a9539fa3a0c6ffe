"""The list of runs by mouse and keyboard, over a session that does what is asked."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton, QWidget

from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.session.going import MOST
from neuroviz.session.session import Session
from neuroviz.ui.controls.commands import Commands
from neuroviz.ui.runs.panel import RunsPanel
from neuroviz.ui.runs.run_cells import stand_of
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import DARK, LIGHT
from tests.ui.person import KEY, LEFT

AND = Settings("and", learning_rate=1.0)


class Keeper:
    """Sits before the panel; what it asks for is done, and kept."""

    def __init__(self, session, qtbot):
        self.session, self.qtbot = session, qtbot
        self.asked = []
        self.owner = QWidget()
        commands = Commands(self.owner)
        commands.add("pin", "Pin this run", self.pin)
        for name in ("export_runs_csv", "export_runs_figure"):
            commands.add(name, name, partial(self.asked.append, (name,)))
        self.panel = panel = RunsPanel(commands)
        for widget in (self.owner, panel):
            qtbot.addWidget(widget)
        runs = panel.list.runs
        self.connect("rename", runs.renamed, session.rename)
        self.connect(
            "visible", runs.switched, lambda number, on: session.show_run(number, visible=on)
        )
        self.connect("delete", panel.list.delete_asked, session.delete)
        self.connect("bring_back", panel.bring_back_asked, session.bring_back)
        self.connect("race", panel.race_asked, session.race)
        self.connect("end_race", panel.end_race_asked, session.end_race)

    def connect(self, name, signal, do):
        def heard(*what):
            self.asked.append((name, *what))
            do(*what)
            self.show()

        signal.connect(heard)

    def pin(self):
        self.session.pin()
        self.show()

    def show(self):
        self.panel.show_frame(self.session.frame())

    def pin_three(self):
        """Pin runs of three learning rates; the last is the active one."""
        for rate in (1.0, 2.0, 3.0):
            self.session.apply(self.session.settings.replace(learning_rate=rate))
            self.session.pin()
            if rate < 3:
                self.session.advance(10)
                self.session.reset()
        self.show()

    @property
    def names(self):
        return [run.name for run in self.panel.list.runs.listed]

    def rect(self, row):
        return self.panel.list.visualRect(self.panel.list.runs.index(row))

    def click(self, row, x=120):
        place = self.rect(row).topLeft() + QPoint(x, 14)
        self.qtbot.mouseClick(self.panel.list.viewport(), LEFT, pos=place)

    def double_click(self, row, x=120):
        self.click(row, x)
        place = self.rect(row).topLeft() + QPoint(x, 14)
        self.qtbot.mouseDClick(self.panel.list.viewport(), LEFT, pos=place)

    def key(self, key):
        self.qtbot.keyClick(self.panel.list, key)

    def button(self, name):
        return self.panel.findChild(QToolButton, name)

    def press(self, name):
        self.qtbot.mouseClick(self.button(name), LEFT)

    @property
    def editor(self):
        lines = self.panel.list.viewport().findChildren(QLineEdit)
        return next((line for line in lines if line.isVisible()), None)

    def type_name(self, name):
        self.editor.selectAll()
        self.qtbot.keyClicks(self.editor, name)
        self.qtbot.keyClick(self.editor, KEY.Key_Return)
        self.qtbot.waitUntil(lambda: self.editor is None)


@pytest.fixture
def keeper(qapp, qtbot):
    """Return a person before the panel, on AND at step 0."""
    session = Session(AND)
    session.prepare()
    keeper = Keeper(session, qtbot)
    panel = keeper.panel
    panel.resize(320, 400)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.show_new(session.frame())
    return keeper


def test_at_first_it_says_what_pinning_is_for(keeper):
    """One sentence in place of the list, which comes with the first pinned run."""
    words = keeper.panel.findChild(QLabel, "no_runs")
    assert words.isVisible()
    assert not keeper.panel.list.isVisible()
    assert not keeper.button("export_runs").isEnabled()
    keeper.press("pin_run")
    assert (words.isVisible(), keeper.panel.list.isVisible(), keeper.names) == (
        False,
        True,
        ["Run 1"],
    )
    assert keeper.button("export_runs").isEnabled()


def test_a_name_is_typed_after_a_double_click_or_f2(keeper):
    """Enter takes it, Escape does not, and an empty one or the same changes nothing."""
    keeper.pin_three()
    keeper.double_click(1)
    keeper.type_name("fast")
    assert keeper.names[1] == "fast"
    keeper.key(KEY.Key_F2)
    keeper.type_name(" faster ")
    assert keeper.names[1] == "faster"
    for name in ("  ", "faster"):
        keeper.press("rename_run")
        keeper.type_name(name)
    keeper.key(KEY.Key_F2)
    editor = keeper.editor
    keeper.qtbot.keyClicks(editor, "never")
    keeper.qtbot.keyClick(editor, KEY.Key_Escape)
    keeper.qtbot.waitUntil(lambda: keeper.editor is None)
    assert keeper.names[1] == "faster"
    assert [what[0] for what in keeper.asked] == ["rename", "rename"]


def test_a_run_that_goes_on_leaves_what_is_typed_alone(keeper):
    """Every frame brings another loss to the entry whose name is being typed."""
    keeper.press("pin_run")
    keeper.click(0)
    keeper.key(KEY.Key_F2)
    keeper.qtbot.keyClicks(keeper.editor, "half a na")
    keeper.session.advance(1)
    keeper.show()
    assert stand_of(keeper.panel.list.runs.listed[0]).startswith("epoch 1 ")
    assert keeper.editor.text() == "half a na"
    keeper.qtbot.keyClicks(keeper.editor, "me")
    keeper.qtbot.keyClick(keeper.editor, KEY.Key_Return)
    keeper.qtbot.waitUntil(lambda: keeper.names == ["half a name"])


def test_the_check_box_shows_and_hides(keeper):
    """By a click and by Space.

    The active run stays, and a double click on the box opens no editor.
    """
    keeper.pin_three()
    keeper.click(0, 16)
    assert keeper.asked == [("visible", 1, False)]
    keeper.click(0)
    keeper.key(KEY.Key_Space)
    assert keeper.asked[1:] == [("visible", 1, True)]
    keeper.click(2, 16)
    keeper.key(KEY.Key_Space)
    keeper.double_click(1, 16)
    assert keeper.editor is None
    assert all(what[1] == 3 for what in keeper.asked[2:])


def test_space_is_the_lists_where_it_has_the_keyboard(keeper):
    """Elsewhere the window takes it to run and pause; and all other keys, wherever one is."""
    keeper.pin_three()
    heard = []
    for key, does in ((KEY.Key_Space, "run"), (KEY.Key_F8, "step")):
        QShortcut(key, keeper.panel).activated.connect(partial(heard.append, does))
    keeper.panel.setFocus()
    keeper.qtbot.keyClick(keeper.panel, KEY.Key_Space)
    assert (heard, keeper.asked) == (["run"], [])
    keeper.click(1)
    keeper.key(KEY.Key_Space)
    keeper.key(KEY.Key_F8)
    assert (heard, len(keeper.asked)) == (["run", "step"], 1)


def test_delete_by_key_and_button(keeper):
    """Del takes the picked run off, and the next one is picked, so that Del can go on."""
    keeper.pin_three()
    keeper.key(KEY.Key_Delete)  # where none is picked
    keeper.click(1)
    keeper.key(KEY.Key_Delete)
    assert len(keeper.names) == 2
    picked = keeper.panel.list.picked_run()
    assert picked.name == keeper.names[1]
    keeper.press("delete_run")
    keeper.key(KEY.Key_Delete)
    assert keeper.names == []
    assert [what[0] for what in keeper.asked] == ["delete"] * 3
    assert not keeper.panel.list.isVisible()


def test_settings_come_back(keeper):
    """The button asks for those of the picked run; the session then shows them."""
    keeper.pin_three()
    keeper.click(0)
    keeper.press("bring_back")
    assert keeper.asked[0][0] == "bring_back"
    assert keeper.session.settings.learning_rate == 1.0


def test_nothing_can_be_done_without_a_picked_run(keeper):
    """The buttons under the list are for one run; arrows pick one as a click does."""
    keeper.pin_three()
    foot = ("bring_back", "rename_run", "delete_run")
    assert [keeper.button(name).isEnabled() for name in foot] == [False] * 3
    keeper.panel.list.setFocus()
    keeper.key(KEY.Key_Down)
    keeper.key(KEY.Key_Down)
    assert [keeper.button(name).isEnabled() for name in foot] == [True] * 3
    assert keeper.panel.list.picked_run() is not None


def test_the_menu_does_what_the_buttons_do(keeper):
    """Each of its actions asks for the picked run; the active one cannot be hidden."""
    keeper.pin_three()
    keeper.click(0)
    actions = {action.text(): action for action in keeper.panel._menu.actions() if action.text()}
    assert list(actions) == ["Bring back its settings", "Rename", "Hide", "Delete"]
    actions["Hide"].trigger()
    assert actions["Hide"].text() == "Show"
    keeper.click(2)
    assert not actions["Hide"].isEnabled()
    keeper.click(0)
    actions["Delete"].trigger()
    assert [what[0] for what in keeper.asked] == ["visible", "delete"]


def test_export_is_asked_for(keeper):
    """Both entries of the menu are commands."""
    keeper.press("pin_run")
    for action in keeper.button("export_runs").menu().actions():
        action.trigger()
    assert keeper.asked == [("export_runs_csv",), ("export_runs_figure",)]


def test_a_race_from_the_panel_and_its_end(keeper):
    """The button opens the dialog, which starts the race; then it ends it."""
    keeper.press("race")
    dialog = keeper.panel._dialog
    keeper.qtbot.mouseClick(dialog.go, LEFT)
    assert keeper.session.racing
    assert len(keeper.names) == min(len(OPTIMIZERS), MOST)
    assert keeper.button("race").text() == "End race"
    keeper.press("race")
    assert not keeper.session.racing
    assert (keeper.asked[-1], keeper.button("race").text()) == (("end_race",), "Race…")


def test_nothing_is_written_while_hidden(keeper):
    """What was missed stands there when it is shown again."""
    keeper.panel.hide()
    keeper.session.pin()
    keeper.show()
    assert keeper.names == []
    keeper.panel.show()
    assert keeper.names == ["Run 1"]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_it_is_drawn_in_both_themes_at_every_width(keeper, undressed, theme):
    """Long names and differences leave every entry within the list."""
    keeper.pin_three()
    keeper.session.rename(1, "A name that nobody would give, but everybody could " * 2)
    themes.apply(undressed, theme)
    for width in (280, 320, 360):
        keeper.panel.resize(width, 300)
        keeper.show()
        image = keeper.panel.grab().toImage()
        assert not image.isNull()
        assert keeper.rect(0).width() <= keeper.panel.list.viewport().width()
        assert keeper.rect(1).top() >= keeper.rect(0).bottom()


def test_rename_while_a_name_is_being_typed_lets_it_be(keeper):
    """The line stays open with what was typed; Qt says nothing, which would fail this test."""
    keeper.pin_three()
    keeper.double_click(1)
    editor = keeper.editor
    editor.selectAll()
    keeper.qtbot.keyClicks(editor, "Ada")
    keeper.press("rename_run")
    assert keeper.editor is editor
    keeper.qtbot.keyClick(editor, KEY.Key_Return)
    keeper.qtbot.waitUntil(lambda: keeper.editor is None)
    assert keeper.names[1] == "Ada"
