"""What can be found by typing: all that a person can do, choose, see, learn or look up."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget, QWidgetAction

from neuroviz.core.choices.settings import TABLES
from neuroviz.files.glossary import load_glossary
from neuroviz.files.resources import resource_path
from neuroviz.lessons.library import listed_lessons
from neuroviz.lessons.reading import LessonError
from neuroviz.ui.bench.workbench import Workbench
from neuroviz.ui.controls.commands import plain, written

_CHOSEN = ("tasks", "activations", "losses", "optimizers", "schedules", "breaks")
"""Tables whose rows are chosen in the form."""
Open = Callable[[str], object]


@dataclass(frozen=True)
class Find:
    """One thing that can be found."""

    name: str
    where: str
    """Its menu's path, or where it stands on the screen."""
    do: Callable[[], object]
    why_not: str = ""
    """Why it cannot be done now; empty where it can."""
    others: tuple[str, ...] = ()
    """What else it is called."""
    keys: str = ""
    explains: bool = False
    """Whether it only explains a word: what can be done comes before."""

    @property
    def spellings(self) -> tuple[str, ...]:
        """All that it may be called, as a search wants it."""
        first = ("",) if self.explains else ()
        return (*first, self.name.rstrip("…"), *self.others, self.where, self.keys)


@cache
def other_words() -> dict[str, str]:
    """Return the other words for what has no table of its own, by its name."""
    return tomllib.loads(resource_path("other_words.toml").read_text(encoding="utf-8"))


def everything(
    bench: Workbench, menus: Iterable[QAction], open_lesson: Open, open_term: Open
) -> list[Find]:
    """Return what can be found; views come before commands, and so before their exports.

    Parameters
    ----------
    menus
        The menus of the menu bar.
    open_lesson, open_term
        Open a lesson by its name, and the glossary at a term.
    """
    commands = {find.name: find for find in _commands(menus)}  # some stand in two menus
    finds = [*_views(bench), *commands.values(), *_settings(bench), *_choices(bench)]
    with suppress(LessonError):  # who opens the gallery is told
        for lesson in listed_lessons():
            finds.append(Find(lesson.title, "Lessons", partial(open_lesson, lesson.name)))
    for name, term in load_glossary().items():
        opens = partial(open_term, name)
        finds.append(Find(name, "Glossary", opens, others=term.says, explains=True))
    return finds


def _why_not(part: QAction | QWidget) -> str:
    """Return why something cannot be used, which its tooltip tells then."""
    return "" if part.isEnabled() else part.toolTip()


def _words(name: str) -> tuple[str, ...]:
    return (other_words().get(name, ""),)


def _views(bench: Workbench) -> Iterator[Find]:
    """Give the neuron and the plots, and the panels of the side column."""
    locked = _why_not(bench.commands["plots_all"])
    for name, view in bench.views.items():
        does = partial(bench.grid.turn_to, view)
        yield Find(view.menu_title, "View › Plots", does, locked, _words(name))
    tabs = bench.side.tabs
    for index in filter(tabs.isTabVisible, range(tabs.count())):
        why_not = "" if tabs.isTabEnabled(index) else tabs.tabToolTip(index)
        does = partial(bench.turn_side, index)
        yield Find(tabs.tabText(index), "View › Side column", does, why_not)


def _commands(actions: Iterable[QAction], *path: str) -> Iterator[Find]:
    """Give what stands in menus, and in the menus in them."""
    for action in actions:
        name, inner = plain(action.text()), action.menu()
        if isinstance(inner, QMenu):
            yield from _commands(inner.actions(), *path, name)
        elif action.isVisible() and not (action.isSeparator() or isinstance(action, QWidgetAction)):
            words = _words(action.objectName().removeprefix("action_"))
            keys = written(action.shortcut())
            yield Find(name, " › ".join(path), action.trigger, _why_not(action), words, keys)


def _settings(bench: Workbench) -> Iterator[Find]:
    """Give the controls of the experiment, and the rate that is found by trial."""
    form = bench.form
    for name, field in form.fields.items():
        if not field.isHidden():
            where = "More settings" if form.more.holds(field) else "Experiment"
            does = partial(bench.go_to, name)
            title = field.control.accessibleName()
            yield Find(title, where, does, _why_not(field), _words(name))
    large = form.breaks.too_large
    words = _words(large.objectName())
    yield Find(large.text(), "Break it on purpose", large.click, _why_not(large), words)


def _choices(bench: Workbench) -> Iterator[Find]:
    """Give the rows of the tables, to be chosen."""
    glossary = load_glossary().values()
    terms = {term.row: term.spellings for term in glossary if term.row is not None}
    settings, changing = bench.session.settings, bench.change_control
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
