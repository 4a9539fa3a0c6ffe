"""What can be found: all of it, each once, and no other words for what there is not."""

from collections import Counter

from PySide6.QtGui import QAction

from neuroviz.core.catalogue import found
from neuroviz.core.choices.settings import TABLES
from neuroviz.files.glossary import load_glossary
from neuroviz.lessons.library import listed_lessons
from neuroviz.ui.controls.commands import plain
from neuroviz.ui.window.finds import everything, other_words


def test_all_is_found_once(open_window):
    """Every action, row of a table, view, lesson and term."""
    person = open_window()
    window, bench = person.window, person.bench
    finds = everything(bench, window.menuBar().actions(), print, print)
    names = [find.name for find in finds]
    tables = ("tasks", "optimizers", "losses", "activations", "schedules", "breaks")
    assert {row.label for table in tables for row in TABLES[table].values()} <= {*names}
    assert {lesson.title for lesson in listed_lessons()} | {*load_glossary()} <= {*names}
    every = window.findChildren(QAction)
    actions = [each for each in every if each.objectName().startswith("action_")]
    shown = {plain(action.text()) for action in actions if action.isVisible()}
    assert len(shown) > 50
    assert shown <= {*names}
    places = Counter((find.name, find.where) for find in finds if not find.why_not)
    assert [place for place, count in places.items() if count > 1] == []
    assert all(find.where for find in finds)
    # Other words name what there is: a key that means nothing would never be found by them.
    actions = [action.objectName().removeprefix("action_") for action in every]
    too_large = bench.form.more_settings.breaks.too_large.objectName()
    assert {*other_words()} <= {*actions, *bench.form.fields, too_large, *bench.views}


TYPED = {
    "print": "Neuron…",
    "screenshot": "Neuron…",
    "copy picture": "Copy neuron",
    "bigger letters": "Projector",
    "why does it explode": "Learning rate too large",
    "loss goes up": "Learning rate too large",
    "too slow": "Learning rate",
    "learning rate decay": "Schedule",
    "overfitting": "L2 penalty λ₂",
    "noisy data": "New data…",
    "load data": "Open data…",
    "reset zoom": "Fit all plots",
    "step by step": "Step",
    "go to epoch": "Run to epoch",
    "learning curve": "Loss",
    "add neuron": "Hidden",
    "logistic regression": "Binary cross-entropy",
    "linear regression": "least squares",
    "local minimum": "minimum",
    "vanishing gradient": "saturated",
    "options": "Preferences…",
    "hide panel": "Experiment panel",
    "classroom": "For teachers",
    "check": "Check: eight questions",
    "homework": "Worksheet of a lesson…",
    "exam": "Key of a lesson…",
    "homework solutions": "Key of a lesson…",
    "compare optimizers": "Race…",
    "learning rate too high": "Learning rate too large",
    "quiz": "A riddle: what was broken?",
}


def test_what_a_pupil_a_teacher_and_an_engineer_type_is_among_the_first_three(open_window):
    person = open_window()
    finds = everything(person.bench, person.window.menuBar().actions(), print, print)
    spellings = [find.spellings for find in finds]
    for typed, name in TYPED.items():
        first = [finds[place].name for place in found(typed, spellings)[:3]]
        assert name in first, typed
