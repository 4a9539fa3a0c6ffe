"""Session: whatever a person does is what a fresh run of the same recipe would show.

In whatever order.
"""

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from tests.session.fresh import assert_as_fresh, ready, state

ACTIONS = 60
EXPERIMENTS = (
    {"task": "and"},
    {"task": "xor", "optimizer": "adam", "batch_size": 3, "shuffle": True},
    {"task": "or", "optimizer": "momentum", "batch_size": 1},
    {"task": "line", "learning_rate": 1.0},
    {
        "task": "and",
        "optimizer": "rmsprop",
        "schedule": "cosine",
        "period": 40,
        "precision": "float32",
    },
    {"task": "and", "breaks": ("no_zero_grad",), "batch_size": 2},
)


class Walk:
    """A person at random, and what undo and redo must bring back by plain bookkeeping."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.session = ready(Settings(**EXPERIMENTS[seed % len(EXPERIMENTS)]))
        self.done = []
        self.undone = []
        self.seen = set()

    def number(self, low, high):
        return int(self.random.integers(low, high))

    def one_of(self, values):
        return values[self.number(0, len(values))]

    @property
    def looks_back(self):
        look = self.session.selection.step
        return look is not None and look < self.session.frame().newest_step

    def act(self):
        """Do one thing, and take down what undo must bring back."""
        before = state(self.session)
        undoes = self.one_of(self.WAYS)(self)
        if undoes:
            self.done.append((undoes, before))
            self.undone.clear()

    # --- what can be done -------------------------------------------------------------------------
    # Each returns how its undo leaves the run: "edit" winds it back to where it was made, "replace"
    # brings back another as it stands, "keep" leaves it where it is; "" is no change.

    def advance(self):
        looked_back = self.looks_back
        self.session.advance(self.number(1, 30))
        return "replace" if looked_back else ""

    def run(self):
        looked_back = self.looks_back
        self.session.advance_for(10.0, self.number(1, 30), to_limit=False)
        return "replace" if looked_back else ""

    def scrub(self):
        self.session.look_at(self.number(0, self.session.frame().newest_step + 10))
        return ""

    def look_around(self):
        self.one_of((self.session.next_part, self.session.previous_part))()
        self.session.hover(self.one_of((None, self.number(0, 50))))
        self.session.pick(self.one_of((None, 0)))
        return ""

    def edit(self):
        old, frame = self.session.settings, self.session.frame()
        name = self.one_of(("learning_rate", *old.hyperparameters))
        value = float(getattr(old, name)) * self.one_of((0.5, 0.9)) + 1e-9
        changes = {name: value} if name != "period" else {name: float(self.number(5, 80))}
        if old.replace(**changes) == old:
            return ""
        begun, looked_back = frame.newest_step > 0, self.looks_back
        self.session.apply(old.replace(**changes))
        return "edit" if begun and not looked_back else "replace"

    def restart(self):
        old = self.session.settings
        changes = self.one_of(
            (
                {"seed": self.number(0, 2**31)},
                {"batch_size": 2},
                {"optimizer": "nesterov"},
                {"init": "normal"},
            )
        )
        new = old.replace(**changes) if self.number(0, 4) else Settings(**self.one_of(EXPERIMENTS))
        if new.defining == old.defining:
            return ""
        self.session.apply(new)
        return "replace"

    def refuse(self):
        before = state(self.session)
        width = self.session.settings.dataset.width
        with pytest.raises(SettingsError):
            self.session.apply(self.session.settings.replace(weights=(1e308,) * width, bias=1e308))
        assert state(self.session) == before
        return ""

    def stop_elsewhere(self):
        old = self.session.settings
        new = old.replace(epochs=self.number(1, 10**6))
        self.session.apply(new)
        return "keep" if new != old else ""

    def reset(self):
        frame = self.session.frame()
        racing_others = [run for run in frame.runs if run.racing]
        begun = (
            any(run.rows.newest.step or run.edits for run in racing_others)
            or frame.newest_step
            or frame.edits
        )
        self.session.reset()
        return "replace" if begun else ""

    def branch(self):
        return "replace" if self.session.branch() else ""

    def pin(self):
        self.session.pin()
        return ""

    def use_list(self):
        runs = self.session.frame().runs
        if not runs:
            return ""
        number = self.one_of(runs).number
        if self.number(0, 3):
            self.session.delete(number)
            return "keep"
        self.session.bring_back(number)
        return "replace"

    def race(self):
        here = self.session.settings
        if self.session.racing:
            self.session.end_race()
            return "keep"
        race_runs = [(name, here.replace(optimizer=name)) for name in ("sgd", "adam", "momentum")]
        self.session.race(race_runs[: self.number(2, 4)])
        return "replace"

    def undo(self):
        if self.done:
            undoes, expected = self.done.pop()
            before = state(self.session)
            self.session.undo()
            self.expect(undoes, expected)
            self.undone.append((undoes, (before, expected)))
        return ""

    def redo(self):
        if self.undone:
            undoes, (expected, before) = self.undone.pop()
            now = state(self.session)
            self.session.redo()
            self.expect(undoes, expected)
            self.done.append((undoes, now if undoes == "replace" else before))
        return ""

    def expect(self, undoes, expected):
        run, start, edits, now, step = state(self.session)
        assert run == expected[0]
        if undoes != "keep":  # the run may have gone on since, and met edits on its way
            assert (start, edits, now, step) == expected[1:]

    WAYS = (
        *(
            advance,
            advance,
            run,
            scrub,
            scrub,
            look_around,
            edit,
            edit,
            restart,
            refuse,
            stop_elsewhere,
            reset,
        ),
        *(branch, pin, use_list, race, undo, undo, undo, redo, redo),
    )


@pytest.mark.parametrize("seed", range(len(EXPERIMENTS)))
def test_whatever_is_done_the_frame_is_that_of_a_fresh_run(seed):
    """After every action; and all of it can be undone and done again."""
    walk = Walk(seed)
    for _ in range(ACTIONS):
        walk.act()
        assert (walk.session.frame().undo_label is None) == (not walk.done)
        assert_as_fresh(walk.session, walk.seen)
    depth = len(walk.done)
    for way, count in ((walk.undo, depth), (walk.redo, len(walk.undone) + depth)):
        for _ in range(count):
            way()
        assert_as_fresh(walk.session)
    assert walk.session.frame().redo_label is None
