"""What a race shows of one moment: who is where, who leads and since when, and what comes next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import printed
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Floats, Ints
from neuroviz.pictures.race import Lead, RaceCurve
from neuroviz.session.runs import ListedRun, same_losses

_LEVELS = 60
"""Losses that are tried as the end of another race."""
_SLOWER = 10.0
"""By what the rates are divided, or the epochs, for another race."""
_SAME = 6
"""Digits in which the losses of two differ who are not level."""


@dataclass(frozen=True)
class Runner:
    """One run of a race at one moment."""

    number: int
    """Names it in the session."""
    name: str
    slot: int
    """Which colour and shape it has, from 0."""
    rank: str
    """Its place at the moment, from "1"; "–" where it has none."""
    loss: float
    """Over all samples, the last that is stored."""
    said: str
    """The loss as it is written, or at which step it blew up."""
    share: float
    """Where the logarithm of its loss stands between the least and the greatest of the race,
    0 … 1."""
    own: str
    """Its numbers that are not the usual ones; empty for none."""
    stopped: bool = False
    """Whether it has blown up, and stands where it was last."""


@dataclass(frozen=True)
class NextRace:
    """What to do after a race: a race of others, or the settings of one that goes on alone."""

    label: str
    """What its button says."""
    runs: tuple[tuple[str, Settings], ...]
    """Names and settings; one for the settings that are taken over."""


@dataclass(frozen=True, eq=False)
class RaceMoment:
    """A race at one step of all its runs.

    Parameters
    ----------
    runs
        Those that race, which have begun, in the order of the list.
    wanted
        The step that is looked at; None for the newest.
    """

    runs: tuple[ListedRun, ...]
    wanted: int | None = None

    @property
    def newest(self) -> int:
        """How far the race has come."""
        return max(_newest(run) for run in self.runs)

    @property
    def step(self) -> int:
        """The step that is shown of all."""
        return self.newest if self.wanted is None else min(max(self.wanted, 0), self.newest)

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one epoch of the first."""
        return _rows(self.runs[0]).steps_per_epoch

    @property
    def epoch(self) -> int:
        """Whole epochs done."""
        return self.step // self.steps_per_epoch

    @cached_property
    def comparable(self) -> bool:
        """Whether all have the same data and loss; else none can lead."""
        first = self.runs[0].settings
        return all(same_losses(first, run.settings) for run in self.runs[1:])

    @property
    def over(self) -> bool:
        """Whether it has come to its end, or nobody can go on."""
        return any(run.place for run in self.runs) or all(run.stopped for run in self.runs)

    # --- who is where -----------------------------------------------------------------------------

    @cached_property
    def runners(self) -> tuple[Runner, ...]:
        """All, the lowest loss first; who has blown up is last, and had the shortest way."""
        rows = [run.until(self.step).rows for run in self.runs]
        losses = [math.nan if each is None else each.last_loss[1] for each in rows]
        stopped = [self._has_stopped(run) for run in self.runs]
        order = [*range(len(self.runs))]
        if self.comparable:
            order = sorted(
                order,
                key=lambda i: (stopped[i], -_newest(self.runs[i]) * stopped[i], losses[i]),
            )
        written = {i: loss_said(self.settings, losses[i], _SAME) for i in order if not stopped[i]}
        ranks = {i: 1 + [*written.values()].index(said) for i, said in written.items()}
        ranked = self.comparable and self.step > 0
        return tuple(
            self._runner(
                self.runs[i],
                losses[i],
                stopped=stopped[i],
                rank=str(ranks[i]) if ranked and i in ranks else "–",
            )
            for i in order
        )

    def _runner(self, run: ListedRun, loss: float, *, stopped: bool, rank: str) -> Runner:
        said = f"blew up at step {_newest(run) + 1:,}" if stopped else loss_said(run.settings, loss)
        low, high = self._decades
        share = (_decade(loss) - low) / (high - low) if high > low else 1.0
        return Runner(
            run.number,
            run.name,
            run.slot,
            rank,
            loss,
            said,
            min(max(share, 0.0), 1.0) if loss > 0 else 0.0,
            own_numbers(run.name, run.settings),
            stopped,
        )

    def _has_stopped(self, run: ListedRun) -> bool:
        last = _newest(run)
        return run.stopped and (self.step > last or self.step == self.newest)

    @cached_property
    def _decades(self) -> tuple[float, float]:
        """The logarithms of the least loss so far and of the greatest start."""
        known = [losses[losses > 0] for _, losses in self._stored]
        low = min((_decade(float(each.min())) for each in known if len(each)), default=0.0)
        high = max((_decade(float(each[0])) for each in known if len(each)), default=0.0)
        return low, high

    @cached_property
    def _stored(self) -> list[tuple[Ints, Floats]]:
        """Steps and stored losses (m,) of each run."""
        curves = [(_rows(run), *_rows(run).loss_curve[:2]) for run in self.runs]
        return [
            ((epochs * rows.steps_per_epoch).round().astype(np.int64), losses)
            for rows, epochs, losses in curves
        ]

    # --- who leads --------------------------------------------------------------------------------

    @cached_property
    def leads(self) -> tuple[Lead, ...]:
        """Who led, from which epoch to which, as far as the race has come.

        Nobody before one is lower than all others; who is caught up with leads on.
        """
        if not self.comparable or self.newest == 0:
            return ()
        steps = np.unique(np.concatenate([each for each, _ in self._stored]))
        losses = np.array([self._losses_at(steps, index) for index in range(len(self.runs))])
        lowest = (losses == losses.min(axis=0)) & np.isfinite(losses)
        others = np.flatnonzero((lowest[:, 1:] != lowest[:, :-1]).any(axis=0)) + 1
        leader, found = -1, [(0, -1)]
        for at in (0, *others.tolist()):
            tied = np.flatnonzero(lowest[:, at]).tolist()
            if leader not in tied:
                leader = tied[0] if len(tied) == 1 else -1
                found.append((int(steps[at]), leader))
        each = self.steps_per_epoch
        return tuple(
            Lead(self.runs[leader].name, self.runs[leader].slot, begin / each, end / each)
            for (begin, leader), (end, _) in pairwise([*found, (self.newest, -1)])
            if leader >= 0
        )

    def _losses_at(self, steps: Ints, index: int) -> Floats:
        """Return the losses of a run at steps (k,), ∞ once it has blown up."""
        own, losses = self._stored[index]
        result = losses[np.searchsorted(own, steps, side="right") - 1]
        run = self.runs[index]
        gone = steps > _newest(run) if run.stopped else np.zeros(len(steps), dtype=bool)
        return np.where(gone, np.inf, result)

    @property
    def curves(self) -> tuple[RaceCurve, ...]:
        """The losses of all, who leads at the moment last, in front of the others."""
        numbers = [run.number for run in self.runs]
        stored = [self._stored[numbers.index(runner.number)] for runner in self.runners]
        return tuple(
            RaceCurve(
                one.name, one.slot, steps / self.steps_per_epoch, losses, one.loss, one.stopped
            )
            for one, (steps, losses) in zip(self.runners[::-1], stored[::-1], strict=True)
        )

    # --- in words ---------------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """Of the first that races: data, epochs and the loss to stop at are those of all."""
        return self.runs[0].settings

    @property
    def headline(self) -> str:
        """Who leads, or has won, in a few words."""
        first = self.runners[0]
        going = [runner for runner in self.runners if not runner.stopped]
        if not going:
            return "All blew up"
        if not self.comparable:
            return "Different losses"
        if self.step == 0:
            return "At the start"
        level = [runner.name for runner in going if runner.rank == "1"]
        if len(level) > 1:
            return f"{_joined(level)} {'end' if self._at_end else 'are'} level"
        return f"{first.name} {'wins' if self._at_end else 'leads'}"

    @property
    def sentence(self) -> str:
        """By how much, and since when."""
        going = [runner for runner in self.runners if not runner.stopped]
        gone = [runner.name for runner in self.runners if runner.stopped]
        said = [f"{_joined(gone)} blew up."] if gone and going else []
        if not going:
            return "Each left the finite numbers; smaller rates may stay."
        if not self.comparable:
            return "Losses of several kinds cannot be compared, so nobody leads."
        first = going[0]
        if self.step == 0:
            return f"All stand at one start, with loss {first.said}."
        told = f"Loss {first.said} at epoch {self.epoch:,}"
        second = next((runner for runner in going if runner.rank != "1"), None)
        if second is not None and first.loss > 0:
            told += f", {times(second.loss / first.loss)} below {second.name}"
        lead = next(
            (lead for lead in reversed(self.leads) if lead.begin < self.step_in_epochs), None
        )
        if lead is not None and lead.name == first.name and self._rank_is_clear(going):
            told += f"; ahead since epoch {printed(lead.begin)}"
        return " ".join([f"{told}.", *said])

    @property
    def step_in_epochs(self) -> float:
        """The moment on an axis of epochs."""
        return self.step / self.steps_per_epoch

    @property
    def _at_end(self) -> bool:
        return self.over and self.step == self.newest

    def _rank_is_clear(self, going: list[Runner]) -> bool:
        return sum(runner.rank == "1" for runner in going) == 1

    # --- what comes next --------------------------------------------------------------------------

    @cached_property
    def end(self) -> RaceMoment | None:
        """The same at its end; None before."""
        return RaceMoment(self.runs) if self.over else None

    @property
    def next(self) -> NextRace | None:
        """What to do after a race that is over; None before."""
        if self.end is None:
            return None
        runners = self.end.runners
        going = [runner for runner in runners if not runner.stopped]
        if not going:
            return NextRace("Race at a tenth of the rates", self._again(slower=True))
        level = [runner for runner in going if runner.rank == "1"]
        if not self.comparable or len(level) == 1:
            return NextRace(f"Use {going[0].name}", self._named(going[0].number))
        return self._parting({runner.number for runner in level})

    def _named(self, number: int) -> tuple[tuple[str, Settings], ...]:
        return tuple((run.name, run.settings) for run in self.runs if run.number == number)

    def _again(self, *, slower: bool = False, **limits: object) -> tuple[tuple[str, Settings], ...]:
        again = []
        for run in self.runs:
            rate = run.settings.learning_rate
            now = float(f"{rate / _SLOWER:.15g}") if slower else rate
            name = run.name.replace(printed(rate), printed(now))
            again.append((name, run.settings.replace(learning_rate=now, **limits)))
        return tuple(again)

    def _parting(self, level: set[int]) -> NextRace:
        """Return a race that tells those apart that ended level.

        To the loss that one of them came to long before the others; else over fewer epochs.
        """
        stored = [
            each for run, each in zip(self.runs, self._stored, strict=True) if run.number in level
        ]
        ends = max(float(losses[-1]) for _, losses in stored), float(stored[0][1][0])
        if 0 < ends[0] < ends[1]:
            tried = {float(f"{loss:.0e}") for loss in np.geomspace(*ends, _LEVELS)[1:-1].tolist()}
            ahead = {loss: _ahead(stored, loss) for loss in sorted(tried)}
            best = max(ahead, key=ahead.__getitem__)
            if ahead[best] > 1:
                runs = self._again(until_loss=best, epochs=self.settings.epochs)
                return NextRace(f"Race to loss {printed(best)}", runs)
        epochs = max(1, round(self.newest / self.steps_per_epoch / _SLOWER))
        return NextRace(f"Race over {epochs:,} epochs", self._again(epochs=epochs, until_loss=None))


def _ahead(stored: list[tuple[Ints, Floats]], loss: float) -> float:
    """Return how many times as many steps the second took down to a loss as the first."""
    first, second, *_ = sorted(
        int(steps[np.argmax(losses <= loss)]) + 1 if (losses <= loss).any() else math.inf
        for steps, losses in stored
    )
    return second / first if math.isfinite(second) else 1.0


def own_numbers(name: str, settings: Settings) -> str:
    """Return the learning rate, unless a name says it, and what is not an optimizer's usual number.

    As in "rate 0.5 · momentum 0.95".
    """
    rate = f"rate {printed(settings.learning_rate)}"
    numbers = settings.hyperparameters
    others = [
        f"{row.label.lower()} {printed(numbers[row.name])}"
        for row in settings.optimizer_entry.hyperparameters
        if numbers[row.name] != row.default
    ]
    return " · ".join([*([] if rate in name.lower() else [rate]), *others])


def times(ratio: float) -> str:
    """Return a ratio, 1 or more, as it is said: "6 times", "1.3 times", "4 %"."""
    if ratio < 1.1:
        return f"{printed(100 * (ratio - 1), 1)} %"
    return f"{printed(ratio, 2 if ratio < 1e4 else 1)} times"


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _newest(run: ListedRun) -> int:
    return _rows(run).newest.step


def _rows(run: ListedRun) -> Rows:
    assert run.rows is not None  # only such race
    return run.rows


def _decade(loss: float) -> float:
    return math.log10(loss) if loss > 0 else -math.inf
