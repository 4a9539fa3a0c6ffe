"""How a stranger reads what is said of a run.

Beside it what each sentence has to keep when the run goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.loss_grid import loss_at
from neuroviz.core.model.model import loss_of, predict, right
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats
from tests.core.shown import as_typed

_NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?|∞)"
_WEIGHTS = r"[wv][₀-₉]*(?:(?:, | and )[wv][₀-₉]*)*"
_ALIKE = {"float64": 1e-9, "float32": 1e-2}
"""Share of the largest by which numbers of twins may differ that rounding drives apart."""
_PHI: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "identity": lambda z: z,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "softplus": functional.softplus,
    "gelu": functional.gelu,
    "silu": functional.silu,
}
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_LATELY = r"in the last (?:([\d,]+) epochs|epoch)"


@dataclass(frozen=True, eq=False)
class Course:
    """What a run did, and what it did when it went on: the judge's own history of it."""

    settings: Settings
    """Those in force at the moment."""
    now: int
    """The step of the moment."""
    losses: Floats
    """(n,): at the ends of all epochs, the later ones too; epoch k is element k."""
    parameters: Floats
    grads: Floats
    """(m, P): at every step, the later ones too."""
    rates: Floats
    """(m,): the learning rate of the step that leaves each."""
    stopped: bool
    """Whether the later run left the finite numbers."""

    @property
    def epoch(self) -> int:
        """The last epoch that had ended at the moment."""
        return self.now // self.settings.steps_per_epoch

    @property
    def stands_still(self) -> bool:
        """Whether no later step changed a digit: then nothing that a rate does is seen."""
        return not np.diff(self.parameters[self.now :], axis=0).any()

    @property
    def later(self) -> Floats:
        """The losses from the moment's last epoch on."""
        return self.losses[self.epoch :]

    @cached_property
    def design(self) -> Floats:
        """(N, P): the inputs and what the bias is multiplied by."""
        column = np.full(
            self.settings.dataset.samples, 0.0 if "no_bias" in self.settings.breaks else 1.0
        )
        return np.column_stack((self.settings.coded_inputs, column))

    def sums(self, parameters: Floats) -> Floats:
        """Return z (n, N) of the output at parameters (n, P), by formulas of the judge's own.

        Of several targets (n, N·K).
        """
        shape = self.settings.parameters
        if shape.outputs > 1:
            each = (
                self._sums_of(parameters, shape.hidden + index) for index in range(shape.outputs)
            )
            return np.stack([*each], axis=-1).reshape(len(parameters), -1)
        return self._sums_of(parameters, None)

    def _sums_of(self, parameters: Floats, output: int | None) -> Floats:
        shape = self.settings.parameters
        if not shape.hidden:
            return np.asarray(parameters[:, shape.of_unit(output)] @ self.design.T)
        outputs = [
            _PHI[self.settings.hidden_activation or ""](
                torch.tensor(parameters[:, shape.of_unit(unit)] @ self.design.T)
            ).numpy()
            for unit in range(shape.hidden)
        ]
        rows = np.stack([*outputs, np.broadcast_to(self.design[:, -1], outputs[0].shape)], axis=-1)
        return np.einsum("nsk,nk->ns", rows, parameters[:, shape.of_unit(output)])

    @cached_property
    def least_squares(self) -> float:
        """The least mean square that lines leave, one for each target, with L2 and the penalty.

        Ridge regression.
        """
        targets = self.settings.coded_targets
        weights = np.eye(self.design.shape[1])[:-1] * np.sqrt(targets.size * self.settings.l2)
        rows = np.vstack((self.design, weights))
        columns = targets.reshape(len(targets), -1)
        columns = np.vstack((columns, np.zeros((len(weights), columns.shape[1]))))
        theta = np.linalg.lstsq(rows, columns, rcond=None)[0]
        return float(np.square(rows @ theta - columns).sum() / targets.size)

    @cached_property
    def separating(self) -> Floats | None:
        """A plane (P,) that parts the samples off the origin, by the perceptron.

        Or planes, one of each class, after Kesler: of a sample that of its class is the highest; of
        several targets one of each. None if none is found.
        """
        classes, targets = self.settings.outputs, self.settings.dataset.targets
        if targets.ndim > 1:
            planes = [_plane(_signed(self.design, column)) for column in targets.T]
            return None if any(plane is None for plane in planes) else np.concatenate(planes)
        if classes > 1:
            own = np.eye(classes)[targets.astype(int)]
            apart = own[:, None, :] - np.eye(classes)[None, :, :]  # (N, K, K), 0 for its own
            rows = np.einsum("nkc,nd->nkcd", apart, self.design)
            rows = rows.reshape(len(targets) * classes, -1)
            return _plane(rows[rows.any(axis=1)])
        return _plane(_signed(self.design, targets))


def _signed(design: Floats, targets: Floats) -> Floats:
    """Return the rows off the origin, those of class 0 turned round."""
    signs = np.where(targets == 1, 1.0, -1.0)
    return np.asarray((design * signs[:, None])[design.any(axis=1)])


def _plane(rows: Floats) -> Floats | None:
    """Return a normal that all rows have a positive product with, by the perceptron.

    None if none is found.
    """
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    theta = np.zeros(rows.shape[1])
    for _ in range(20_000):
        margins = rows @ theta
        if margins.min() > 0:
            return theta
        theta = theta + rows[margins.argmin()]
    return None


def _shown(text: str, value: float) -> bool:
    """Return whether a number is what was written, to half a unit of its last digit and a hair."""
    if text == "∞":
        return bool(np.isinf(value))
    digits, _, exponent = text.partition("e")
    decimals = len(digits.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - decimals)
    return abs(float(text) - value) <= 0.51 * unit + 1e-12 * abs(value)


def _shown_below(text: str, value: float) -> bool:
    """Return whether a bound is what was written, rounded down.

    Who takes it is on the safe side.
    """
    digits, _, exponent = text.partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
    return -1e-9 * value <= value - float(text) < unit


def _shown_or_rounding(text: str, value: float) -> bool:
    """Return whether a loss is what was written, where what is only rounding reads 0."""
    return value < 1e-6 if text == "0" else _shown(text, value)


def _epochs(count: str | None) -> int:
    return int(count.replace(",", "")) if count else 1


def _fell(course: Course, first: str, last: str, count: str | None) -> bool:
    before, after = course.losses[course.epoch - _epochs(count)], course.losses[course.epoch]
    return _shown(first, before) and _shown(last, after) and after < before


def _stopped_falling(course: Course, count: str | None, first: str, last: str) -> bool:
    window = course.losses[course.epoch - _epochs(count) : course.epoch + 1]
    third = len(window) // 3
    little = window[-third - 1] - window[-third:].min() < 0.01 * (window[0] - window[-1])
    return bool(little) and _fell(course, first, last, count)


def _faded_out(course: Course, share: str, count: str | None) -> bool:
    window = course.losses[course.epoch - _epochs(count) : course.epoch + 1]
    third = len(window) // 3
    falls = -np.diff(window[[0, third, -third - 1, -1]])
    little = 0 < window[0] - window[-1] < float(share) / 100 * window[0]
    return bool(little and falls[0] > falls[1] > falls[2])


def _rose(course: Course, first: str, last: str, count: str | None) -> bool:
    before, after = course.losses[course.epoch - _epochs(count)], course.losses[course.epoch]
    return _shown(first, before) and _shown(last, after) and after > before


def _rose_since(course: Course, first: str, last: str, epoch: str) -> bool:
    before, after = course.losses[_epochs(epoch)], course.losses[course.epoch]
    return _shown(first, before) and _shown(last, after) and after > before


def _swung(course: Course, low: str, high: str, count: str | None) -> bool:
    window = course.losses[course.epoch - _epochs(count) : course.epoch + 1]
    half = len(window) // 2
    turned = np.diff(np.sign(np.diff(window))).any()
    return bool(
        _shown_or_rounding(low, window.min())
        and _shown(high, window.max())
        and turned
        and (
            window[half:].min() >= window[:half].min()
            or (low == "0" and window.min() < 1e-6 * window.max())
        )
    )


def _leapt(course: Course, low: str, high: str, count: str | None) -> bool:
    """Return whether a loss that came lower in the later half also rose as high there."""
    window = course.losses[course.epoch - _epochs(count) : course.epoch + 1]
    earlier, later = np.split(window, [len(window) // 2])
    came_lower = later.min() < earlier.min() and later.max() >= earlier.max()
    return bool(_shown_or_rounding(low, window.min()) and _shown(high, window.max()) and came_lower)


def _swings_about_0(course: Course, names: str, low: str, high: str, count: str | None) -> bool:
    """Losses go up and down, and weights change their signs, now and when the run goes on."""
    typed = [name.translate(_DIGITS) for name in re.findall(r"[wv][₀-₉]*", names)]
    known = course.settings.parameters.names
    indices = [known.index(name if name in known else f"{name}1") for name in typed]
    window = course.losses[course.epoch - _epochs(count) : course.epoch + 1]
    begin = course.now - _epochs(count) * course.settings.steps_per_epoch
    weights = course.parameters[begin:, indices]
    crossed = weights[1:] * weights[:-1] < 0
    now = course.now - begin
    farthest = np.abs(weights[now // 2 :]).max()
    plain = (course.settings.optimizer, course.settings.batch_size) == ("sgd", "full")
    return bool(
        _shown(low, window.min())
        and _shown(high, window.max())
        and crossed[:now].any(axis=0).all()
        and (crossed[now:].any(axis=0).all() or course.rates[-1] < course.rates[course.now])
        and (farthest < 2 * course.settings.l1 * course.rates[begin:].max() or not plain)
    )


def _l1_part(course: Course, part: str) -> bool:
    return course.settings.optimizer == "sgd" and _shown(
        part, course.settings.l1 * course.rates[course.now]
    )


def _l1_jump(course: Course, jump: str) -> bool:
    return _shown(jump, 2 * course.settings.l1)


def _falls(course: Course, rate: str) -> bool:
    """Not above the bound of theory for cross-entropy.

    It is seen to fall from the start, but for the last bits.
    """
    bends = np.diag([*[2 * course.settings.l2] * course.settings.dataset.width, 0.0])
    design = course.design
    greatest = float(np.linalg.eigvalsh(design.T @ design / (4 * len(design)) + bends)[-1])
    trainer = Trainer(course.settings.replace(learning_rate=float(rate)))
    trainer.advance(100)
    losses = trainer.history.rows().columns()["loss"]
    rounding = 8 * float(np.finfo(course.settings.precision).eps) * losses[0]
    return 0.9 < float(rate) * greatest / 2 <= 1 and bool((np.diff(losses) <= rounding).all())


def _least_of_convex(course: Course, loss: str) -> bool:
    """No lower loss in any of many directions, near and far.

    Of a convex loss that is so of the least alone.
    """
    there = course.parameters[course.now]
    draws = np.random.default_rng(7).normal(size=(400, len(there)))
    around = there + draws * np.geomspace(1e-4, 3, 400)[:, None]
    here = loss_at(course.settings, there)
    least = min(loss_at(course.settings, point) for point in around)
    return _shown(loss, course.losses[course.epoch]) and here <= least * (1 + 1e-6) + 1e-12


def _level(course: Course, loss: str, count: str | None) -> bool:
    window = course.losses[course.epoch - _epochs(count) : course.epoch + 1]
    return _shown_or_rounding(loss, window[-1]) and abs(window[-1] - window[0]) <= 1e-9 * window[0]


def _neither(course: Course, loss: str) -> bool:
    """Return whether it is the loss, and amid those of the last epochs.

    Neither lowest nor highest by much.
    """
    window = course.losses[max(0, course.epoch - 63) : course.epoch + 1]
    return _shown_or_rounding(loss, window[-1]) and abs(window[-1] - window[0]) <= np.ptp(window)


def _crept(course: Course, bound: str, share: str, count: str | None) -> bool:
    before, after = course.losses[course.epoch - _epochs(count)], course.losses[course.epoch]
    fell = 100 * (1 - after / before)
    return 0 < fell < float(share) if bound == "less than" else _shown(share, fell)


def _crept_above(course: Course, least: str, bound: str, share: str, count: str | None) -> bool:
    before, after = course.losses[course.epoch - _epochs(count)], course.losses[course.epoch]
    floor = course.least_squares
    fell = 100 * (1 - (after - floor) / (before - floor))
    return _shown(least, floor) and (
        0 < fell < float(share) if bound == "less than" else _shown(share, fell)
    )


def _swings_less(course: Course, first: str, count: str, last: str) -> bool:
    """Return whether the highest of each half of these epochs is as said, the later one lower."""
    window = course.losses[course.epoch - _epochs(count) : course.epoch + 1]
    half = len(window) // 2
    return (
        _shown(first, window[:half].max())
        and _shown(last, window[half:].max())
        and float(last) < float(first)
    )


def _swings_die_away(course: Course, limit: str) -> bool:
    """Return whether the later half of what is to come stays below the highest that it was here."""
    highest = course.losses[max(0, course.epoch - 63) : course.epoch + 1].max()
    later = course.later[len(course.later) // 2 :]
    return (
        not course.stopped
        and later.max() < highest
        and float(course.rates[course.now]) < float(limit)
    )


def _peaked(course: Course, count: str | None, peak: str, epoch: str) -> bool:
    window = course.losses[course.epoch - _epochs(count) : course.epoch + 1]
    there = course.losses[_epochs(epoch)]
    return bool(_shown(peak, there) and there == window.max() and there >= 2 * window[0])


def _turned(course: Course, count: str, steps: str) -> bool:
    grads = course.grads[: course.now + 1][-int(steps) - 1 :]
    grads = grads / np.abs(grads).max()
    return int(((grads[1:] * grads[:-1]).sum(axis=1) < 0).sum()) == int(count)


def _overflows(course: Course) -> bool:
    return course.stopped or course.later[-1] > course.later[0]


def _climbs(course: Course) -> bool:
    return bool(
        (np.diff(course.later) >= -1e-12 * course.later[1:]).all()
        and course.later[-1] > course.later[0]
    )


def _is_blind(course: Course, wrong: str, samples: str) -> bool:
    told = right(course.settings, predict(course.settings, course.parameters[course.now]).output)
    assert told is not None
    counted = _epochs(wrong), _epochs(samples)
    no_loss = course.losses[course.epoch] == 0 and not course.grads[course.now].any()
    return bool(no_loss and counted == ((~told).sum(), len(told)))


def _stays_dead(course: Course) -> bool:
    later = course.parameters[course.now :]
    moved = course.grads[course.now :].any() and not course.settings.penalties
    return bool((course.sums(later) <= 0).all()) and not moved


def _silent(course: Course) -> bool:
    return bool((course.sums(course.parameters[[course.now]]) <= 0).all())


def _twins(course: Course, names: str, equal: str, loss: str) -> bool:
    """Return whether so many are alike now, to the bit if that is said, and for some steps more."""
    shape = course.settings.parameters
    outputs = [shape.of_unit(shape.hidden + output) for output in range(shape.outputs)]
    own = [
        [*shape.of_unit(unit), *(weights[unit] for weights in outputs)]
        for unit in range(shape.hidden)
    ]
    count = _count_of(names)
    alike = []
    for ahead in range(0, 4):
        theta = course.parameters[course.now + ahead]
        near = _ALIKE[course.settings.precision] * np.abs(theta).max()
        alike.append(max(sum(np.abs(theta[a] - theta[b]).max() <= near for b in own) for a in own))
    now = course.parameters[course.now], course.grads[course.now]
    to_a_bit = max(sum(all((each[a] == each[b]).all() for each in now) for b in own) for a in own)
    exact = to_a_bit >= count if equal == "to the last bit" else to_a_bit < count
    shown = _shown_or_rounding(loss, course.losses[course.epoch])
    return shown and min(alike) >= count and exact


def _count_of(names: str) -> int:
    """Return how many hidden neurons are named, or counted."""
    found = re.search(r"(\d+)(?: of \d+)? hidden neurons", names)
    return int(found[1]) if found else len(re.findall(r"h[₁-₉]", names))


def _stay_dead(course: Course, names: str, loss: str) -> bool:
    """Return whether as many as said, and those that are named, give 0 for every sample to come."""
    shape = course.settings.parameters
    later = course.parameters[course.now :]
    silent = [
        unit
        for unit in range(shape.hidden)
        if (later[:, shape.of_unit(unit)] @ course.design.T <= 0).all()
    ]
    named = [int(digit.translate(_DIGITS)) - 1 for digit in re.findall(r"h([₁-₉])", names)]
    counted = len(silent) >= _count_of(names) and set(named) <= set(silent)
    return counted and _shown_or_rounding(loss, course.losses[course.epoch])


def _outputs_stay_dead(course: Course, names: str, loss: str) -> bool:
    """Return whether each output that is named, and none else, says 0 to every sample to come.

    Of one that a sum of gradients pushes, nothing is known before.
    """
    later = course.parameters[course.now :]
    outputs, wanted = course.settings.outputs, set(re.split(", | or ", names))
    with torch.inference_mode():
        z = np.array([course.sums(later)]).reshape(len(later), -1, outputs)
    silent = (z <= 0).all(axis=(0, 1)) & course.settings.coded_targets.any(axis=0)
    units = map(course.settings.parameters.of_output, range(outputs))
    pushed = "no_zero_grad" in course.settings.breaks and [
        course.grads[course.now, own].any() for own in units
    ]
    names = np.array(course.settings.dataset.target_names)
    said, surely = set(names[silent]), set(names[silent & ~np.array(pushed)])
    return surely <= wanted <= said and _shown_or_rounding(loss, course.losses[course.epoch])


def _at_saddle(course: Course, below: str, width: str, loss: str) -> bool:
    """Return whether autograd's Hessian has so many below 0, and along each some step leads down.

    The smallest curvatures have no sign but that of rounding.
    """
    settings, here = course.settings, course.parameters[course.now]
    double = settings.replace(precision="float64")
    hessian = torch.autograd.functional.hessian(loss_of(double), torch.tensor(here))
    sizes, ways = np.linalg.eigh(hessian.numpy())
    digit = 1e-9 * np.abs(sizes).max()
    counted = (sizes < -digit).sum() <= int(below) <= (sizes < digit).sum()
    level = loss_at(double, here)
    falls = all(
        min(loss_at(double, here + step * way) for step in (1e-3, -1e-3, 0.03, -0.03)) < level
        for way, size in zip(ways.T, sizes, strict=True)
        if size < -1e-3 * np.abs(sizes).max()
    )
    shown = _shown_or_rounding(loss, course.losses[course.epoch])
    left_out = settings.breaks_it("no_bias") * (settings.hidden + settings.outputs)
    return bool(counted and falls and shown and int(width) == len(here) - left_out)


def _on_plateau(
    course: Course,
    some: str | None,
    samples: str,
    level: str,
    first: str,
    last: str,
    count: str | None,
) -> bool:
    """Return whether so many outputs are about ½, or all, and the loss near what these cost."""
    rows = some or samples
    z = course.sums(course.parameters[[course.now]])[0]
    halves = int((np.abs(1 / (1 + np.exp(-z)) - 0.5) < 0.03).sum())
    share = int(rows) / int(samples)
    window = course.losses[course.epoch - _epochs(count)], course.losses[course.epoch]
    return (
        halves == int(rows)
        and len(z) == int(samples)
        and _shown(level, share * np.log(2))
        and abs(window[1] / (share * np.log(2)) - 1) < 0.15
        and _shown(first, window[0])
        and _shown(last, window[1])
    )


def _never_all_right(course: Course, loss: str, wrong: str) -> bool:
    at_origin = ~course.design.any(axis=1)  # z is 0 there, which is class 0
    at_threshold = course.settings.dataset.targets[at_origin]
    one = course.settings.outputs == 1 or course.settings.independent
    unsayable = at_threshold == 1 if one else np.isfinite(at_threshold)
    hopeless = course.separating is None or bool(unsayable.any())
    if course.settings.hidden:  # no row is right that a line would have to part
        last = predict(course.settings, course.parameters[-1]).output
        hopeless &= not np.all(right(course.settings, last))
    return hopeless and _shown(loss, course.losses[course.epoch])


_LEAST = {
    "sigmoid": 0.0,
    "tanh": -1.0,
    "elu": -1.0,
    "relu": 0.0,
    "softplus": 0.0,
    "gelu": -0.17,
    "silu": -0.2785,
}
_GREATEST = {"sigmoid": 1.0, "tanh": 1.0}


def _beyond(course: Course, count: str | None, loss: str, stays: str | None) -> bool:
    """Return whether so many targets are out of reach, at that cost.

    It stays, whatever the run does.
    """
    name = course.settings.activation
    targets = course.settings.coded_targets
    beyond = (targets < _LEAST[name]) | (targets > _GREATEST.get(name, np.inf))
    error = np.abs(targets - np.clip(targets, _LEAST[name], _GREATEST.get(name, np.inf)))
    huber = np.where(error < 1, error**2 / 2, error - 0.5)
    least = float({"mse": error**2, "mae": error, "huber": huber}[course.settings.loss].mean())
    said = (
        _shown(loss, course.losses[course.epoch])
        and abs(float(stays or loss) - least) <= 2e-3 * least
    )
    slack = 1e-9 if course.settings.precision == "float64" else 1e-6
    stays_above = course.later.min() >= least * (1 - slack)
    return said and int(beyond.sum()) == int(count or 1) and stays_above


def _as_good_as_least(course: Course, loss: str, least: str) -> bool:
    """Return whether no point around is lower, but for rounding.

    A millionth of it, or a billionth of the start's.
    """
    here = course.losses[course.epoch]
    slack = max(2e-6 * here, 2e-9 * course.losses[0])
    there = course.parameters[course.now]
    draws = np.random.default_rng(7).normal(size=(400, len(there)))
    around = there + draws * np.geomspace(1e-4, 3, 400)[:, None]
    lower = min(loss_at(course.settings, point) for point in around)
    return (
        _shown_or_rounding(loss, here)
        and here - lower <= slack
        and abs(float(least) - here) <= slack * 1e3
    )


def _nothing_changes(course: Course) -> bool:
    later = course.parameters[course.now :]
    return bool((later == later[0]).all())


def _at_rest(course: Course) -> bool:
    """As good as 0: no loss to come differs by a thousandth of the first."""
    scale = max(course.losses[0], course.later[0])
    return not course.stopped and bool(np.abs(course.later - course.later[0]).max() <= 1e-3 * scale)


def _rounding(course: Course) -> bool:
    """Return whether the errors are some last digits of the targets, and stay so."""
    digit = (
        float(np.finfo(course.settings.precision).eps) * np.abs(course.settings.coded_targets).max()
    )
    errors = (
        course.design @ course.parameters[[course.now, -1]].T
        - course.settings.coded_targets[:, None]
    )
    return bool(np.abs(errors).max() <= 64 * digit)


def _below(course: Course, limit: str) -> bool:
    return float(limit) < 1e-4 and bool((course.losses[course.epoch :] < float(limit)).all())


def _zero_for_good(course: Course) -> bool:
    return not course.later.any()


def _least(course: Course, loss: str) -> bool:
    if (
        course.settings.loss != "mse"
        or course.settings.activation != "identity"
        or course.settings.l1
    ):
        return _least_of_convex(course, loss)
    there = course.losses[course.epoch]
    digit = (
        64
        * float(np.finfo(course.settings.precision).eps)
        * np.abs(course.settings.coded_targets).max()
    )
    return _shown_or_rounding(loss, there) and there <= max(
        course.least_squares * (1 + 1e-5), digit**2
    )


def _least_is(course: Course, loss: str, least: str) -> bool:
    error = abs(float(least) - course.least_squares)
    return _shown_or_rounding(loss, course.losses[course.epoch]) and error <= max(
        1e-3 * course.least_squares, 1e-12
    )


def _flat_slope(course: Course) -> bool:
    z = course.sums(course.parameters[[course.now]])[0]
    wide = course.settings.activation == "tanh"  # tanh z is 2σ(2z) − 1
    share = np.exp(-np.logaddexp(0, -2 * z if wide else -z))
    slope = 4 * share * (1 - share)
    targets = course.settings.coded_targets.ravel()
    errors = np.abs((2 * share - 1 if wide else share) - targets)
    return bool((errors * slope).sum() <= 0.05 * errors.sum() * (1 + 1e-4))


def _lower_for_ever(course: Course) -> bool:
    return course.separating is not None and not course.settings.penalties


def _limit(course: Course, rate: str, limit: str) -> bool:
    """Return whether it is the rate in force, and above the textbook's limit.

    Also as the two are written.
    """
    return (
        _shown(rate, float(course.rates[course.now]))
        and _is_limit(course, limit)
        and float(rate) > float(limit)
    )


def _is_limit(course: Course, limit: str) -> bool:
    """Return whether it is the textbook's.

    (2 + 2μ)/λmax, and Nesterov's (2 + 2μ)/((1 + 2μ)·λmax). Of several targets that of any one.
    """
    momentum = course.settings.hyperparameters.get("momentum", 0.0)
    bends = np.diag([*[2 * course.settings.l2] * course.settings.dataset.width, 0.0])
    losses = len(course.design) * course.settings.outputs
    greatest = float(np.linalg.eigvalsh(2 * course.design.T @ course.design / losses + bends)[-1])
    theirs = (2 + 2 * momentum) / greatest
    if course.settings.optimizer == "nesterov":
        theirs /= 1 + 2 * momentum
    return _shown_below(limit, theirs) and float(course.rates[course.now]) >= theirs


def _l2_enlarges(course: Course, product: str) -> bool:
    return (
        _shown(product, 2 * course.settings.l2 * float(course.rates[course.now]))
        and float(product) > 2
    )


def _no_mistake_to_come(course: Course) -> bool:
    return _nothing_changes(course) and not course.grads[course.now :].any()


def _mistakes_now(course: Course, count: str, samples: str) -> bool:
    sides = course.design @ course.parameters[course.now] * course.settings.coded_targets
    digit = 64 * float(np.finfo(course.settings.precision).eps)
    sizes = np.abs(course.design) @ np.abs(course.parameters[course.now])
    least, most = (sides < -digit * sizes).sum(), (sides <= digit * sizes).sum()
    return least <= _epochs(count) <= most and _epochs(samples) == len(sides)


def _mistakes_so_far(course: Course, count: str) -> bool:
    return int(course.grads[: course.now].any(axis=1).sum()) == _epochs(count)


def _mistakes_at_most(course: Course, most: str) -> bool:
    """Return whether no more come, by a bound that any plane gives with its own margin.

    That of the best is no larger than that of the plane by which the judge parts the samples.
    """
    plane = course.separating
    rows = course.design * course.settings.coded_targets[:, None]
    longest = np.linalg.norm(rows, axis=1).max()
    theirs = np.inf if plane is None else (longest * np.linalg.norm(plane) / min(rows @ plane)) ** 2
    made = int(course.grads[:-1].any(axis=1).sum())
    return made <= _epochs(most) <= theirs * (1 + 1e-6)


def _never_ends(course: Course) -> bool:
    """Return whether each whole pass of samples to come has a mistake."""
    moved = course.grads[course.now :].any(axis=1)
    per_epoch = course.settings.steps_per_epoch
    whole = moved[: len(moved) // per_epoch * per_epoch].reshape(-1, per_epoch)
    return course.separating is None and bool(whole.any(axis=1).all())


def _come_back(course: Course, step: str, every: str) -> bool:
    places = course.parameters[_epochs(step) :: _epochs(every)]
    return len(places) > 2 and bool((places == places[0]).all())


def _always(course: Course, *groups: Any) -> bool:
    return True


READINGS: tuple[tuple[str, Callable[..., bool]], ...] = (
    (rf"loss fell from {_NUMBER} to {_NUMBER} {_LATELY}", _fell),
    (
        (
            rf"fall of the loss {_LATELY}, less than 1 % came in the last third\. It fell from "
            rf"{_NUMBER} to {_NUMBER}\."
        ),
        _stopped_falling,
    ),
    (rf"loss rose from {_NUMBER} to {_NUMBER} {_LATELY}", _rose),
    (rf"loss rose from {_NUMBER} to {_NUMBER} since epoch ([\d,]+)", _rose_since),
    (r"No rate blows up here", lambda course: not course.stopped),
    (rf"up and down between {_NUMBER} and {_NUMBER} {_LATELY}\. It fell no lower", _swung),
    (
        rf"up and down between {_NUMBER} and {_NUMBER} {_LATELY}\. Later it fell lower, and rose",
        _leapt,
    ),
    (rf"{_LATELY}\. On the way it had a peak of {_NUMBER} at epoch ([\d,]+)", _peaked),
    (rf"loss has been {_NUMBER} {_LATELY}", _level),
    (rf"loss is {_NUMBER}, neither falling nor rising overall", _neither),
    (rf"loss fell by less than {_NUMBER} % {_LATELY}, and less and less", _faded_out),
    (rf"loss fell by (only|less than) {_NUMBER} % {_LATELY}", _crept),
    (
        (
            rf"least possible loss is {_NUMBER}; what is above it shrank by (only"
            rf"|less than) {_NUMBER} % {_LATELY}"
        ),
        _crept_above,
    ),
    (
        (
            rf"reached {_NUMBER} in the earlier half of the last ([\d,]+) epochs, and at most "
            rf"{_NUMBER} since"
        ),
        _swings_less,
    ),
    (rf"Below {_NUMBER}, the limit, such swings die away", _swings_die_away),
    (r"turned round in (\d+) of the last (\d+) steps", _turned),
    (r"will grow until it overflows", _overflows),
    (r"grows without end: every step goes up", _climbs),
    (
        r"of every sample is 0, and so is the gradient, though ([\d,]+) of the ([\d,]+) lies? on",
        _is_blind,
    ),
    (r"gradient are exactly 0\. Nothing can bring it back", _stays_dead),
    (r"z is 0 or less for every sample", _silent),
    (
        rf"sample right: the loss is {_NUMBER}, (?:with|and an output errs in) (\d+) samples?",
        _never_all_right,
    ),
    (
        r"(?:(?:all )?(\d+)(?: of the \d+)? targets lies?|only target lies) beyond\. .*: the loss, "
        rf"{_NUMBER}, (?:can fall no lower than {_NUMBER}|is practically the least possible)",
        _beyond,
    ),
    (r"nothing changes any more|No step changes a digit", _nothing_changes),
    (r"The gradient is practically 0(?!.*though)", _at_rest),
    (rf"The loss is practically 0: below {_NUMBER} it may be no more than rounding", _below),
    (r"The loss is practically 0: what is left of it is hardly more than rounding", _rounding),
    (r"The loss is 0 as far as float(?:32|64) can tell", _zero_for_good),
    (rf"he loss, {_NUMBER}, is the least possible", _least),
    (rf"he loss, {_NUMBER}, is practically the least possible, {_NUMBER}", _as_good_as_least),
    (
        (
            rf"({_WEIGHTS}) swings? about 0, across the kink .* between {_NUMBER} and "
            rf"{_NUMBER} {_LATELY}"
        ),
        _swings_about_0,
    ),
    (rf"Its part of each step is learning rate times λ₁, {_NUMBER};", _l1_part),
    (rf"There the gradient jumps by 2·λ₁, {_NUMBER};", _l1_jump),
    (rf"up to {_NUMBER} no step can raise the loss", _falls),
    (rf"The loss is {_NUMBER}, and the least possible {_NUMBER}", _least_is),
    (r"slope there is below a twentieth", _flat_slope),
    (
        rf"^(.*?) are equal (to the last bit|but for rounding), and so are their gradients.*"
        rf"The loss is {_NUMBER}\.",
        _twins,
    ),
    (
        rf"No sample reaches the outputs? of (.*?): .* back\. The loss is {_NUMBER}\.",
        _outputs_stay_dead,
    ),
    (rf"No sample reaches (.*?): .* back(?:; .*)?\. The loss is {_NUMBER}\.", _stay_dead),
    (
        (
            r"gradient is (?:small, .* at most|0), and (\d+) of (\d+) curvatures (?:is|are) below "
            rf"0\. .* lowers the loss, {_NUMBER}\."
        ),
        _at_saddle,
    ),
    (
        rf"(?:All|(\d+) of the) (\d+) samples have an output of about ½ .* = {_NUMBER}, and "
        rf"went from {_NUMBER} to {_NUMBER} {_LATELY}",
        _on_plateau,
    ),
    (r"There are no best weights", _lower_for_ever),
    (rf"earning rate {_NUMBER} is above the limit {_NUMBER}", _limit),
    (rf"2·λ₂ times learning rate, {_NUMBER}, is above 2", _l2_enlarges),
    (r"Every (?:training )?sample is right", _always),
    (r"sum of the gradients carries|n epoch multiplies the error", _always),
    (
        (
            r"is flat at these z|No step has been taken|does not show in the loss|"
            r"no loss shows|no longer finite|cannot be trained"
        ),
        _always,
    ),
    (r"Cross-entropy over a single output", _always),
    (r"No sample is a mistake any more, so no step changes anything", _no_mistake_to_come),
    (r"([\d,]+) of the ([\d,]+) samples (?:is still a mistake|are still mistakes)", _mistakes_now),
    (r"([\d,]+) mistakes? (?:so far|in all)", _mistakes_so_far),
    (r"Novikoff's bound, \(R/γ\)², at most ([\d,]+)", _mistakes_at_most),
    (r"each pass has a mistake, for ever", _never_ends),
    (r"those of step ([\d,]+) come back every ([\d,]+) steps", _come_back),
)


def broken_promises(course: Course, words: str) -> Iterator[str]:
    """Yield what of the words is not so, or not understood; nothing if all holds."""
    understood = False
    plain = as_typed(words)
    for pattern, holds in READINGS:
        found = re.search(pattern, plain)
        if found:
            understood = True
            if not holds(course, *found.groups()):
                yield f"{holds.__name__}: {found[0]}"
    if not understood:
        yield f"not understood: {words}"
