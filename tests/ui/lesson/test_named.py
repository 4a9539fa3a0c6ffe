"""Every control or place that a lesson, a hint or an explanation names exists."""

import re
import tomllib

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QTabBar

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.states import CLAIMS
from neuroviz.files.places import resource_path
from neuroviz.lessons.library import lesson_paths
from neuroviz.ui.window.help import HELP

NAMED = re.compile(
    r"\b(?:[Pp]ress|button|tab|tabs|table|On it) [\"“]?([A-Z]\w*(?:'s turn| turn| axes)?)"
    r"|landscape, and [\"“](\w+)|[Uu]nder the tab (\w+)"
)
"""How a text names what is on the screen."""
OF_LESSONS = {"Again", "Hint", "Next", "Watch", "Compare"}
"""Buttons that come and go with the page."""
TEXTS = [*lesson_paths(), resource_path("explanations.toml")]


def texts(entry):
    """Yield every text of a table, its lines joined."""
    if isinstance(entry, str):
        yield " ".join(entry.split())
    elif isinstance(entry, dict | list):
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from texts(part)


def named_in(said):
    """Return what a text names."""
    return {next(filter(None, found)) for found in NAMED.findall(said)}


@pytest.fixture
def there(open_window):
    """Return what stands on buttons, tabs, in menus and over tables."""
    person = open_window(Settings("line"), plots=())
    person.bench.views["landscape"].you.click()  # which has buttons of its own
    person.settle()
    window = person.window
    found = {button.text() for button in window.findChildren(QAbstractButton)}
    found |= {label.text() for label in window.findChildren(QLabel)}
    found |= {action.text().replace("&", "") for action in window.findChildren(QAction)}
    for bar in window.findChildren(QTabBar):
        found |= {bar.tabText(tab) for tab in range(bar.count())}
    return OF_LESSONS | {text.partition(":")[0] for text in found}


def test_what_lessons_hints_and_explanations_name_is_there(there):
    """The names are found in the texts, and each is that of something on the screen."""
    named = {
        (path.stem, name)
        for path in TEXTS
        for said in texts(tomllib.loads(path.read_text(encoding="utf-8")))
        for name in named_in(said)
    }
    assert {name for _, name in named} >= {"Run", "Step", "Part", "Code", "Your turn", "Fog"}
    assert {(where, name) for where, name in named if name not in there} == set()


def test_what_the_foot_and_the_help_name_is_there(there):
    """In the remedies of every state, and in the help."""
    said = [claim.remedy for claim in CLAIMS if isinstance(claim.remedy, str)]
    said += [re.sub(r"<[^>]+>", "", HELP)]
    named = set().union(*map(named_in, said))
    assert named >= {"Run", "Fit"}
    assert named <= there
