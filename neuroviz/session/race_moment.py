"""What a race shows at one moment: the standings, who leads and since when, and what comes next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import largest_rounding, loss_said
from neuroviz.core.numbers import capitalized, counted, printed
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Frozen, Ints, Unique
from neuroviz.pictures.race import Lead, Runner, runner_name
from neuroviz.session.run import ListedRun

YOU = "You"
"""Name of the run whose steps a person takes."""
_NAMED = 2
"""Level runs that a headline names, at most; more are counted."""
_LEVELS = 60
"""Number of losses that are tried as the end of another race."""
_SLOWER = 10.0
"""Divisor of the rates, or of the epochs, for another race."""
_SAME = 6
"""Digits to which the losses of two runs agree that are level."""


class NextRace(Frozen):
    """What to do after a race: run another, or go on with the winner's settings."""

    label: str
    """Text of its button."""
    runs: tuple[tuple[str, Settings], ...] = ()
    """Names and settings of the runs of another race."""
    winner: int | None = None
    """Number of the run that has won; None where another race comes next."""


class RaceMoment(Unique):
    """A race at one step of all its runs.

    Parameters
    ----------
    runs
        The runs of the race, which have begun, in the order of the list.
    wanted
        The step that is looked at; None for the newest.
    """

    runs: tuple[ListedRun, ...]
    wanted: int | None = None

    @property
    def newest(self) -> int:
        """The step of the run that has come furthest."""
        return max(_newest(run) for run in self.runs)

    @property
    def step(self) -> int:
        """The step that is shown of all runs."""
        return self.newest if self.wanted is None else min(max(self.wanted, 0), self.newest)

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one epoch of the first run."""
        return _rows(self.runs[0]).steps_per_epoch

    @property
    def epoch(self) -> float:
        """The moment in epochs."""
        return self.step / self.steps_per_epoch

    @cached_property
    def comparable(self) -> bool:
        """Whether all runs measure the same kind of loss; else none can lead."""
        each = [run.settings for run in self.runs]
        return len({(one.loss, one.penalties, one.coding) for one in each}) == 1

    @property
    def over(self) -> bool:
        """Whether the epoch or the loss to stop at is reached, or no run can go on."""
        limits = next((run for run in self.runs if run.active), self.runs[0]).settings
        reached = self.newest >= limits.epochs * self.steps_per_epoch
        until = limits.until_loss
        lowest = min(_rows(run).last_loss[1] for run in self.runs)
        return (
            (reached and self.newest > 0)
            or (until is not None and lowest <= until)
            or all(run.stopped for run in self.runs)
        )

    # --- who is where -----------------------------------------------------------------------------

    @cached_property
    def runners(self) -> tuple[Runner, ...]:
        """All runs, the lowest loss first; blown-up ones last, the earliest of them at the end."""
        found = []
        for run in self.runs:
            last = _newest(run)
            stopped = run.stopped and (self.step > last or self.step == self.newest)
            loss = float(_told(run, run.rows_until(self.step).last_loss[1]))
            found.append((stopped, -last * stopped, loss, run))
        if self.comparable:
            found.sort(key=lambda one: one[:3])
        written = [loss_said(run.settings, loss, _SAME) for *_, loss, run in found]
        ranked = self.comparable and self.step > 0
        return tuple(
            self._runner(run, loss, str(written.index(said) + 1) if ranked else "–", stopped)
            for said, (stopped, _, loss, run) in zip(written, found, strict=True)
        )

    def _runner(self, run: ListedRun, loss: float, rank: str, stopped: bool) -> Runner:
        name = runner_name(run.name)
        return Runner(
            run.number,
            name,
            run.slot,
            "–" if stopped else rank,
            loss,
            f"blew up at step {_newest(run) + 1:,}" if stopped else loss_said(run.settings, loss),
            self._share(loss),
            "" if run.name == YOU else own_numbers(name, run.settings),
            stopped,
        )

    @property
    def leader(self) -> int | None:
        """Slot of the run that leads; None where none does, as at the start or in a tie."""
        first = [one.slot for one in self.runners if one.rank == "1"]
        return first[0] if len(first) == 1 else None

    @property
    def _all_gone(self) -> bool:
        return all(one.stopped for one in self.runners)

    @property
    def _all_higher(self) -> bool:
        """Whether the race is over, and has led every run above the start."""
        ended = self.over and self.step == self.newest
        return ended and self.comparable and self.runners[0].loss > self._ends[1]

    def _share(self, loss: float) -> float:
        """Return where a loss lies from the least so far, 0, to the start's, 1, in logarithms."""
        low, high = self._ends
        if not 0 < low < high:
            return float(loss > 0)
        low, high, at = np.log((low, high, max(loss, low)))
        return float(min((at - low) / (high - low), 1.0))

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """The least loss above 0 of all runs so far, and the loss of the start."""
        lowest = [losses.min(initial=math.inf, where=losses > 0) for _, losses in self.stored]
        return float(min(lowest)), float(self.stored[0][1][0])

    @cached_property
    def stored(self) -> list[tuple[Ints, Floats]]:
        """Steps and stored losses (m,) of each run."""
        curves = [(run, *_rows(run).loss_curve[:2]) for run in self.runs]
        return [
            ((epochs * _rows(run).steps_per_epoch).round().astype(np.int64), _told(run, losses))
            for run, epochs, losses in curves
        ]

    # --- who leads --------------------------------------------------------------------------------

    @cached_property
    def leads(self) -> tuple[Lead, ...]:
        """Who led, from which epoch to which, as far as the race has come.

        No run leads unless it is lower than all others.
        """
        if not self.comparable or self.newest == 0 or len(self.runs) < 2:
            return ()
        steps = max((each for each, _ in self.stored), key=len)
        losses = np.array([self._losses_at(steps, index) for index in range(len(self.runs))])
        lowest = (losses == losses.min(axis=0)) & np.isfinite(losses)
        others = np.flatnonzero((lowest[:, 1:] != lowest[:, :-1]).any(axis=0)) + 1
        leader = -1
        found = [(0, -1)]
        for at in (0, *others.tolist()):
            tied = np.flatnonzero(lowest[:, at]).tolist()
            first = tied[0] if len(tied) == 1 else -1
            if first != leader:
                leader = first
                found.append((int(steps[at]), leader))
        return tuple(
            self._lead(self.runs[leader], begin, end)
            for (begin, leader), (end, _) in pairwise([*found, (self.newest, -1)])
            if leader >= 0
        )

    def _lead(self, run: ListedRun, begin: int, end: int) -> Lead:
        each = self.steps_per_epoch
        return Lead(runner_name(run.name), run.slot, begin / each, end / each)

    def _losses_at(self, steps: Ints, index: int) -> Floats:
        """Return the losses of a run at steps (k,), ∞ after it has blown up."""
        own, losses = self.stored[index]
        if len(own) == len(steps):
            return losses
        result = losses[np.searchsorted(own, steps, side="right") - 1]
        run = self.runs[index]
        return np.where(run.stopped & (steps > _newest(run)), np.inf, result)

    # --- in words ---------------------------------------------------------------------------------

    @property
    def headline(self) -> str:
        """Who leads or has won, in a few words."""
        ended = self.over and self.step == self.newest
        if self._all_gone:
            return "All blew up"
        if not self.comparable:
            return "Different losses"
        if self._all_higher:
            return "No run came down"
        level = [one.name for one in self.runners if one.rank == "1"]
        if not level:
            return "At the start"
        if len(level) > 1:
            who = _joined(level) if len(level) <= _NAMED else f"{len(level)} runs"
            return f"{who} {'end' if ended else 'are'} level"
        verb = "win" if ended else "lead"
        return f"{level[0]} {verb}" if level[0] == YOU else f"{level[0]} {verb}s"

    @property
    def sentence(self) -> str:
        """How far the leader is ahead, and since when."""
        first = self.runners[0]
        if self._all_gone:
            return "No loss is finite any more; with smaller rates one may stay so."
        if not self.comparable:
            return "Losses of several kinds cannot be compared, so nobody leads."
        if self._all_higher:
            return f"The lowest loss, {first.said}, is above the start's; smaller rates may help."
        if self.step == 0:
            same = len({one.said for one in self.runners}) == 1
            return f"All are at one start{f', with loss {first.said}' if same else ''}."
        told = f"Loss {first.said} at epoch {math.floor(self.epoch):,}"
        second = next((one for one in self.runners if one.rank not in ("1", "–")), None)
        if second is not None and first.loss > 0:
            below = "you" if second.name == YOU else second.name
            told += f", {times(second.loss / first.loss)} below {below}"
        now = [lead for lead in self.leads if lead.begin < self.epoch][-1:]
        if now and now[0].name == first.name and self.runners[1].rank != "1":
            told += f"; ahead since epoch {printed(now[0].begin)}"
        gone = [one.name for one in self.runners if one.stopped]
        return f"{told}. {_joined(gone)} blew up." if gone else f"{told}."

    # --- what comes next --------------------------------------------------------------------------

    @cached_property
    def end(self) -> RaceMoment | None:
        """The race at its end; None before that."""
        if not self.over:
            return None
        return self if self.wanted is None else replace(self, wanted=None)

    @property
    def next(self) -> NextRace | None:
        """What to do after a race that is over; None before that, and where no run can lead."""
        if self.end is None or not self.comparable:
            return None
        runners = self.end.runners
        if self.end._all_gone or self.end._all_higher:
            return NextRace("A tenth of the rates", self._again(slower=True))
        level = {one.number for one in runners if one.rank == "1"}
        if len(level) > 1:
            return self._parting(level)
        return NextRace(f"Use {runners[0].name}", winner=runners[0].number)

    @property
    def replay(self) -> NextRace:
        """The same race from its start."""
        return NextRace("Race again", self._again())

    def _again(self, *, slower: bool = False, **limits: object) -> tuple[tuple[str, Settings], ...]:
        again: list[Settings] = []
        for run in self.runs:
            rate = run.settings.learning_rate
            other = float(f"{rate / _SLOWER:.15g}") if slower else rate
            again.append(run.settings.replace(learning_rate=other, **limits))
        names = []
        for run, now in zip(self.runs, again, strict=True):
            words = run.name.replace(",", " ").split()
            says = printed(run.settings.learning_rate) in words
            names.append(name_of(now, again) if slower and says else run.name)
        return tuple(zip(names, again, strict=True))

    def _parting(self, level: set[int]) -> NextRace | None:
        """Return a race that separates the runs that ended level; None where it would be the same.

        It goes to the loss that one of them reached longest before the next, or else over fewer
        epochs.
        """
        pairs = zip(self.runs, self.stored, strict=True)
        stored = [each for run, each in pairs if run.number in level]
        low = max(float(losses[-1]) for _, losses in stored)
        high = float(stored[0][1][0])
        if 0 < low < high:
            tried = {float(f"{loss:.0e}") for loss in np.geomspace(low, high, _LEVELS).tolist()}
            ahead = {loss: _ahead(stored, loss) for loss in sorted(tried)}
            best = max(ahead, key=ahead.__getitem__)
            if ahead[best] > 0:
                return NextRace(f"Race to loss {printed(best)}", self._again(until_loss=best))
        taken = self.newest / self.steps_per_epoch
        epochs = max(1, round(taken / _SLOWER))
        if epochs >= taken:
            return None
        again = self._again(epochs=epochs, until_loss=None)
        return NextRace(f"Race over {counted(epochs, 'epoch')}", again)


def _told(run: ListedRun, losses: Any) -> Floats:
    """Return losses (…) as they are written: 0 where they are nothing but rounding."""
    return np.where(losses <= largest_rounding(run.settings), 0.0, losses)


def _ahead(stored: list[tuple[Ints, Floats]], loss: float) -> float:
    """Return how many more steps the second run took to come down to a loss than the first."""
    first, second, *_ = sorted(
        int(steps[np.argmax(losses <= loss)]) if (losses <= loss).any() else math.inf
        for steps, losses in stored
    )
    return second - first if math.isfinite(second) else 0.0


def name_of(settings: Settings, racing: Sequence[Settings]) -> str:
    """Return a name of a run from what differs among those that race; short, to fit a curve."""
    optimizer = settings.optimizer_entry.label.removeprefix("SGD with ")
    rate = f"rate {printed(settings.learning_rate)}"
    rates = {run.learning_rate for run in racing if run.optimizer == settings.optimizer}
    parts = [
        *([optimizer] if len({run.optimizer for run in racing}) > 1 else []),
        *([rate] if len(rates) > 1 else []),
    ]
    return capitalized(", ".join(parts or [optimizer]))


def own_numbers(name: str, settings: Settings) -> str:
    """Return the learning rate and the optimizer's unusual numbers, as "rate 0.5 · momentum 0.95".

    The rate is left out where the name says it.
    """
    search = settings.optimizer_entry.search
    called = "rate ≤" if search and search.finds_rate else "rate"
    rate = f"{called} {printed(settings.learning_rate)}"
    numbers = numbers_of(settings, usual=False)
    return " · ".join(numbers if rate in name.lower() else [rate, *numbers])


def numbers_of(settings: Settings, *, usual: bool = True) -> list[str]:
    """Return the hyperparameters of an optimizer, as "momentum 0.9" or "β₁ 0.9".

    They are all of them, or, without ``usual``, those that are not at their defaults.
    """
    values = settings.hyperparameters
    return [
        f"{row.label.lower() if row.name == 'momentum' else row.symbol} "
        f"{printed(values[row.name], 6)}"
        for row in settings.optimizer_entry.hyperparameters
        if usual or values[row.name] != row.default
    ]


def times(ratio: float) -> str:
    """Return how far one loss is below another, by their ratio: "6 times", "1.3 times", "4 %"."""
    if ratio < 1.1:
        return f"{printed(100 * (1 - 1 / ratio), 1)} %"
    return f"{printed(ratio, 2 if ratio < 1e4 else 1)} times"


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _newest(run: ListedRun) -> int:
    return _rows(run).newest.step


def _rows(run: ListedRun) -> Rows:
    assert run.rows is not None  # runs without a history do not race
    return run.rows
