"""What can be found by typing: everything a person can do, choose, see, learn or look up."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
    QWidgetAction,
)

from neuroviz.core.catalogue import found
from neuroviz.core.choices.settings import TABLES
from neuroviz.core.types import Frozen
from neuroviz.files.glossary import load_glossary
from neuroviz.files.places import resource_path
from neuroviz.lessons.library import listed_lessons
from neuroviz.lessons.reading import LessonError
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.controls.commands import plain, written
from neuroviz.ui.lesson.gallery import CHECKS
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import DIALOG, SearchLine, in_column, named, text_label
from neuroviz.ui.theme.read_aloud import announce

_CHOSEN = ("tasks", "activations", "losses", "optimizers", "schedules", "breaks")
"""Tables whose rows are chosen in the form."""
Open = Callable[[str], object]


class Find(Frozen):
    """Something that can be found."""

    name: str
    where: str
    """The path of its menu, or its place on the screen."""
    do: Callable[[], object]
    why_not: str = ""
    """Why it cannot be done now; empty where it can."""
    others: tuple[str, ...] = ()
    """Other names for it."""
    keys: str = ""
    explains: bool = False
    """Whether it only explains a word, and so comes after what can be done."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """All its names, in the form that the search needs."""
        first = ("",) if self.explains else ()
        return (*first, self.name.rstrip("…"), *self.others, self.where, self.keys)


@cache
def other_words() -> dict[str, str]:
    """Return other words, by name, for what is in no table."""
    return tomllib.loads(resource_path("other_words.toml").read_text(encoding="utf-8"))


def everything(
    bench: Workbench, menus: Iterable[QAction], open_lesson: Open, open_term: Open
) -> list[Find]:
    """Return all that can be found; views come before commands, and so before their exports.

    Parameters
    ----------
    menus
        The menus of the menu bar.
    open_lesson, open_term
        Open a lesson by its name, and the glossary at a term.
    """
    commands = {find.name: find for find in _commands(menus)}  # some stand in two menus
    finds = [*_views(bench), *commands.values(), *_settings(bench), *_choices(bench)]
    with suppress(LessonError):  # the gallery reports it
        titles = {lesson.name: str(lesson.title) for lesson in listed_lessons()} | CHECKS
        for name, title in titles.items():
            finds.append(Find(title, "Lessons", partial(open_lesson, name)))
    for name, term in load_glossary().items():
        opens = partial(open_term, name)
        finds.append(Find(name, "Glossary", opens, others=term.says, explains=True))
    return finds


def _why_not(part: QAction | QWidget) -> str:
    """Return why something cannot be used, which its tooltip then says."""
    return "" if part.isEnabled() else part.toolTip()


def _words(name: str) -> tuple[str, ...]:
    return (other_words().get(name, ""),)


def _views(bench: Workbench) -> Iterator[Find]:
    """Yield the neuron and the plots, and the panels of the side column."""
    locked = _why_not(bench.commands["plots_all"])
    for name, title in bench.views.titles.items():
        does = partial(bench.grid.turn_to, name)
        yield Find(title, "View › Plots", does, locked, _words(name))
    tabs = bench.side.tabs
    for index in filter(tabs.isTabVisible, range(tabs.count())):
        why_not = "" if tabs.isTabEnabled(index) else tabs.tabToolTip(index)
        does = partial(bench.turn_side, index)
        yield Find(tabs.tabText(index), "View › Side column", does, why_not)


def _commands(actions: Iterable[QAction], *path: str) -> Iterator[Find]:
    """Yield the commands in menus and their submenus."""
    for action in actions:
        name = plain(action.text())
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _commands(inner.actions(), *path, name)
        elif action.isVisible() and not (action.isSeparator() or isinstance(action, QWidgetAction)):
            words = _words(action.objectName().removeprefix("action_"))
            keys = written(action.shortcut())
            does = partial(_trigger, action, name)
            yield Find(name, " › ".join(path), does, _why_not(action), words, keys)


def _trigger(action: QAction, name: str) -> None:
    """Trigger an action unless it means something else by now, as when a run has ended."""
    if plain(action.text()) == name:
        action.trigger()


def _settings(bench: Workbench) -> Iterator[Find]:
    """Yield the controls of the experiment, and the rate that is found by trial."""
    form = bench.form
    for name, field in form.fields.items():
        if not field.isHidden():
            where = "More settings" if form.more.holds(field) else "Experiment"
            does = partial(bench.go_to, name)
            title = field.control.accessibleName()
            yield Find(title, where, does, _why_not(field), _words(name))
    large = form.more_settings.breaks.too_large
    words = _words(large.objectName())
    yield Find(large.text(), "Break it on purpose", large.click, _why_not(large), words)


def _choices(bench: Workbench) -> Iterator[Find]:
    """Yield the rows of the tables, to be chosen."""
    glossary = load_glossary().values()
    terms = {term.row: term.spellings for term in glossary if term.row is not None}
    settings = bench.session.settings
    changing = bench.change_control
    for table in _CHOSEN:
        kind = table if table == "breaks" else TABLES[table].kind
        where = "Break it on purpose" if table == "breaks" else kind.capitalize()
        for name, row in TABLES[table].items():
            on = tuple({*settings.breaks} ^ {name})
            changes: dict[str, object] = {kind: on if table == "breaks" else name}
            # Another task brings what it needs.
            clash = None if table == "tasks" else settings.objection(**changes)
            why_not = changing.objection(kind) or clash or ""
            words = (name, *terms.get((table, name), ()))
            yield Find(row.label, where, partial(changing.change, changes), why_not, words)


_SIZE = (680, 420)
_ROW = 24
_WHERE = 264
_LONGEST_KEYS = "Ctrl+Shift+M"
_NOTHING = "Nothing has a name like that."
_DATA = Qt.ItemDataRole.UserRole


class CommandPalette(QDialog):
    """A line to type into, with what it finds below, the best first.

    Each row has the path of its menu, or why it cannot be used now, and its keys.

    Parameters
    ----------
    find_all
        Returns all that can be found. At first it reads all lessons, so it is called when the line
        is on the screen: letters typed meanwhile are not lost.
    """

    _finds: Sequence[Find] = ()

    def __init__(self, find_all: Callable[[], Sequence[Find]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setWindowTitle("Find anything")
        self.resize(themes.scaled(_SIZE[0]), themes.scaled(_SIZE[1]))
        self._find_all = find_all
        self._soon = one_shot(self, self._search)
        self.list = named(QTreeWidget(columnCount=3), "palette_list", "Found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        header = self.list.header()
        modes = QHeaderView.ResizeMode
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, modes.Stretch)
        keys = self.fontMetrics().horizontalAdvance(_LONGEST_KEYS) + 3 * themes.GRID
        for column, width in ((1, themes.scaled(_WHERE)), (2, keys)):
            header.setSectionResizeMode(column, modes.Fixed)
            header.resizeSection(column, width)
        self.line = SearchLine("palette_line", self.list)
        self.line.setPlaceholderText("A command, a task, an optimizer, a plot, a lesson, a word")
        self.line.setAccessibleName("What to find")
        self.why_not = text_label("palette_why_not", "muted", wrap=True)
        in_column(self.line, (self.list, 1), self.why_not, within=self, margins=DIALOG)
        self.line.textChanged.connect(self._search)
        self.line.returnPressed.connect(self._run)
        self.list.itemClicked.connect(self._run)
        self.list.currentItemChanged.connect(self._tell)
        themes.notifier.changed.connect(self._search)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Look for what there is once this is seen."""
        super().paintEvent(event)
        if not self._finds:
            self._soon.start()

    def _search(self) -> None:
        """Show the results."""
        if not self._finds:
            self._finds = self._find_all()
            self._spellings = [find.spellings for find in self._finds]
        self.list.clear()
        for place in found(self.line.text(), self._spellings):
            find = self._finds[place]
            item = QTreeWidgetItem(self.list, [find.name, find.why_not or find.where, find.keys])
            item.setData(0, _DATA, find)
            item.setData(2, Qt.ItemDataRole.AccessibleTextRole, find.keys or "no key")
            item.setSizeHint(0, QSize(0, themes.scaled(_ROW)))
            group = QPalette.ColorGroup.Disabled if find.why_not else QPalette.ColorGroup.Active
            for column in range(3):
                role = QPalette.ColorRole.PlaceholderText if column else QPalette.ColorRole.Text
                item.setForeground(column, self.palette().brush(group, role))
                item.setToolTip(column, item.text(column))
        best = self.list.topLevelItem(0)
        if best is not None:
            self.list.setCurrentItem(best)
            return
        announce(self.line, _NOTHING)
        # Enabled to be legible, but not selectable.
        QTreeWidgetItem(self.list, [_NOTHING]).setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.list.setFirstColumnSpanned(0, self.list.rootIndex(), True)

    def _tell(self) -> None:
        """Say in full why the chosen row cannot be used, and where it stands."""
        find = self._chosen()
        said = f"{find.where}: {find.why_not}" if find is not None and find.why_not else ""
        self.why_not.setText(said)
        self.why_not.setVisible(bool(said))

    def _chosen(self) -> Find | None:
        item = self.list.currentItem()
        find: Find | None = None if item is None else item.data(0, _DATA)
        return find

    def _run(self) -> None:
        """Close, then do what is chosen once this key event is over, or say why it cannot be.

        A dialog that it opens would otherwise end with this one.
        """
        find = self._chosen()
        if find is not None and find.why_not:
            announce(self.line, find.why_not)
        elif find is not None:
            self.accept()
            QTimer.singleShot(0, find.do)
