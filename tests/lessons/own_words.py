"""What the texts of a lesson must say, worked out from a run that the tests train themselves.

Of the program this takes the experiment alone: data, start, rate, and what is chosen. Parameters,
losses, gradients and all else that a text names come from the loop below, which `test_own_words`
holds against autograd.
"""

from __future__ import annotations

import re

import numpy as np

from neuroviz.core.training.batches import epoch_order
from tests.core.shown import as_typed
from tests.core.their_functions import widest_margin
from tests.lessons.own_loop import (
    Unknown,
    answered,
    curvatures,
    gradient,
    hidden_of,
    losses_of,
    pull_of,
    shares,
    sums_of,
)

WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


ANYTHING = "…"


class OwnRun:
    """A run from its start on, as far as it is asked for.

    Parameters
    ----------
    settings
        The experiment.
    start
        (P,), bias last.
    """

    def __init__(self, settings, start):
        if settings.schedule != "constant" or settings.optimizer not in ("sgd", "momentum"):
            raise Unknown(f"{settings.optimizer} with {settings.schedule}")
        self.settings = settings
        self.x, self.y = np.array(settings.coded_inputs), np.array(settings.coded_targets)
        aside = settings.held_out
        self.hidden = None if aside is None else (aside.inputs, aside.targets)
        self.kind, self.outputs = (settings.activation, settings.loss), settings.outputs
        self.layer = (settings.hidden, settings.hidden_activation) if settings.hidden else ()
        self.has_bias = "no_bias" not in settings.breaks
        self.design = np.column_stack((self.x, np.full(len(self.x), float(self.has_bias))))
        self._theta = [np.array(start, dtype=float)]
        self._velocity = np.zeros(len(start))
        self._total = np.zeros(len(start))
        self._grads = []

    @property
    def batch(self):
        size = self.settings.batch_size
        return len(self.x) if size == "full" else min(int(size), len(self.x))

    @property
    def steps_per_epoch(self):
        return -(-len(self.x) // self.batch)

    def theta(self, step):
        """Return the parameters (P,) after so many steps."""
        while len(self._theta) <= step:
            self._step()
        return self._theta[step]

    def grad(self, step):
        """Return the gradient (P,) of the step that leaves this row.

        With what was never emptied.
        """
        self.theta(step + 1)
        return self._grads[step]

    def _rows(self, step):
        if self.batch == len(self.x):
            return slice(None)
        epoch, inside = divmod(step, self.steps_per_epoch)
        order = np.arange(len(self.x))
        if self.settings.shuffle:
            import torch

            order = epoch_order(torch.Generator(), self.settings.seed, epoch, len(self.x)).numpy()
        return order[inside * self.batch : (inside + 1) * self.batch]

    def _step(self):
        theta = self._theta[-1]
        rows = self._rows(len(self._theta) - 1)
        with np.errstate(all="ignore"):
            pull = pull_of(self.kind, self.z(len(self._theta) - 1, self.x[rows]), self.y[rows])
            grad = gradient(self.x[rows], theta, pull, self.layer, self.outputs)
            grad[-self.outputs :] *= self.has_bias
            breaks = self.settings.breaks
            self._total = self._total + grad if "no_zero_grad" in breaks else grad
            memory = 0.9 if self.settings.optimizer == "momentum" else 0.0
            self._velocity = memory * self._velocity + self._total
            sign = 1.0 if "ascent" in breaks else -1.0
            self._theta.append(theta + sign * self.settings.learning_rate * self._velocity)
        self._grads.append(self._total)

    def z(self, step, inputs=None):
        """Return z (N,) of the samples, or of other inputs (N, D); (N, K) for K outputs."""
        inputs = self.x if inputs is None else inputs
        return sums_of(inputs, self.theta(step), self.layer, self.outputs)

    def h(self, step):
        """Return what the hidden neurons give (N, H)."""
        return hidden_of(self.x, self.theta(step), self.layer)

    def losses(self, step, data=None):
        """Return the loss (N,) of each sample, of other data if they are given."""
        inputs, targets = data or (self.x, self.y)
        return losses_of(self.kind, self.z(step, inputs), targets)

    def loss(self, step, data=None):
        """Return the mean over the samples, or over other data."""
        return float(self.losses(step, data).mean())

    def right(self, step, data=None):
        """Return (N,) which classes are right, of the samples or of other data."""
        inputs, targets = data or (self.x, self.y)
        z = self.z(step, inputs)
        return z.argmax(axis=1) == targets if self.outputs > 1 else (z > 0) == (targets == 1)

    def curvatures(self, step):
        """Return the eigenvalues of the Hessian of the loss, ascending."""
        if self.layer:
            loss = "bce" if self.kind == ("sigmoid", "bce") else "mse"
            return curvatures(self.x, self.y, self.theta(step), loss, self.layer)
        weight = np.full(len(self.x), 2.0)
        if self.kind == ("sigmoid", "bce"):
            output = answered("sigmoid", self.z(step))
            weight = output * (1 - output)
        elif self.kind != ("identity", "mse"):
            raise Unknown("curvature")
        design = self.design if self.has_bias else self.design[:, :-1]
        return np.linalg.eigvalsh(design.T @ (weight[:, None] * design) / len(design))


class OwnMoment:
    """A run at a step, as the texts of a lesson name what there is to see."""

    def __init__(self, run, step, sample=None, name=""):
        self.run, self.at, self.picked, self.run_name = run, step, sample, name

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name in _NAMES:
            return _NAMES[name](self)
        if name in _FUNCTIONS:
            return lambda number: _FUNCTIONS[name](self, int(number))
        if found := re.fullmatch(r"x(\d+)_of", name):
            return lambda number: float(self.run.x[int(number) - 1, int(found[1]) - 1])
        if found := re.fullmatch(r"([hzp])(\d+)_of", name):
            values = self._columns(found[1])
            return lambda number: float(values[int(number) - 1, int(found[2]) - 1])
        if found := re.fullmatch(r"([xhzp])(\d+)", name):
            return float(self._columns(found[1])[self.sample_row, int(found[2]) - 1])
        if found := re.fullmatch(r"g?([wbvc]?\d*)", name):
            values = self.run.grad(self.at) if name[0] == "g" else self.run.theta(self.at)
            called = found[1] if found[1][:1].isalpha() else f"w{found[1]}"
            return float(values[parameter_names(self.run).index(called)])
        raise Unknown(name)

    def _columns(self, letter):
        """Return (N, …): inputs, what hidden neurons give, sums, or their shares."""
        if letter == "x":
            return self.run.x
        if letter == "h":
            return self.run.h(self.at)
        return self.run.z(self.at) if letter == "z" else shares(self.run.z(self.at))

    @property
    def sample_row(self):
        if self.picked is None:
            raise Unknown("no sample")
        return self.picked

    def __getitem__(self, name):
        return getattr(self, name)


def parameter_names(run):
    """Return what the parameters (P,) are called, in their order."""
    layers = [(run.x.shape[1], run.outputs, "wb")]
    if run.layer:
        layers = [(run.x.shape[1], run.layer[0], "wb"), (run.layer[0], run.outputs, "vc")]
    names = []
    for number, (inputs, neurons, (weight, bias)) in enumerate(layers, 1):
        one = neurons == 1 and number == len(layers)
        places = [""] if one else range(1, neurons + 1)
        names += [f"{weight}{j}{i}" for j in places for i in range(1, inputs + 1)]
        names += [f"{bias}{j}" for j in places]
    return names


def _most_mistakes(moment):
    rows = moment.run.design * moment.run.y[:, None]
    longest = np.linalg.norm(rows, axis=1).max()
    return int(np.floor((longest / widest_margin(rows)) ** 2 + 1e-9))


def _right_since(moment, number):
    run = moment.run
    wrong = [step for step in range(moment.at + 1) if not run.right(step)[number - 1]]
    return -(-(max(wrong, default=-1) + 1) // run.steps_per_epoch)


_NAMES = {
    "gradient": lambda m: float(np.linalg.norm(m.run.grad(m.at))),
    "loss": lambda m: m.run.loss(m.at),
    "step": lambda m: m.at,
    "epoch": lambda m: m.at // m.run.steps_per_epoch,
    "samples": lambda m: len(m.run.x),
    "parameters": lambda m: len(m.run.theta(0)),
    "inputs": lambda m: m.run.x.shape[1],
    "rate": lambda m: m.run.settings.learning_rate,
    "mistakes": lambda m: sum(m.run.grad(step).any() for step in range(m.at)),
    "most_mistakes": _most_mistakes,
    "limit": lambda m: 2 / m.run.curvatures(m.at)[-1],
    "safe": lambda m: 1 / m.run.curvatures(m.at)[-1],
    "curvature_max": lambda m: m.run.curvatures(m.at)[-1],
    "right": lambda m: int(m.run.right(m.at).sum()),
    "wrong": lambda m: int((~m.run.right(m.at)).sum()),
    "accuracy": lambda m: float(m.run.right(m.at).mean()),
    "held_out_loss": lambda m: m.run.loss(m.at, m.run.hidden),
    "held_out_accuracy": lambda m: float(m.run.right(m.at, m.run.hidden).mean()),
    "z": lambda m: float(m.run.z(m.at)[m.sample_row]),
    "output": lambda m: float(answered(m.run.kind[0], m.run.z(m.at))[m.sample_row]),
    "target": lambda m: float(m.run.y[m.sample_row]),
    "sample": lambda m: f"({', '.join(f'{value:g}' for value in m.run.x[m.sample_row])})",
    "name": lambda m: m.run_name,
    "line_x1": lambda m: float(-m.run.theta(m.at)[-1] / m.run.theta(m.at)[0]),
    "start": lambda m: OwnMoment(m.run, 0, m.picked),
}
_FUNCTIONS = {
    "loss_at": lambda m, epoch: m.run.loss(epoch * m.run.steps_per_epoch),
    "held_out_loss_at": lambda m, epoch: m.run.loss(epoch * m.run.steps_per_epoch, m.run.hidden),
    "output_of": lambda m, number: float(answered(m.run.kind[0], m.run.z(m.at))[number - 1]),
    "target_of": lambda m, number: float(m.run.y[number - 1]),
    "z_of": lambda m, number: float(m.run.z(m.at)[number - 1]),
    "loss_of": lambda m, number: float(m.run.losses(m.at)[number - 1]),
    "right_since": _right_since,
}


class Names(dict):
    """What a placeholder may name: the moment now, the one before, runs by their keys."""

    def __init__(self, now, before, runs):
        super().__init__(before=before, **runs)
        self.now = now

    def __missing__(self, name):
        if name in _PYTHON:
            return _PYTHON[name]
        return self.now[name]


_PYTHON = {"max": max, "min": min, "abs": abs, "exp": np.exp, "round": round, "sqrt": np.sqrt}


def untrue(template, shown, names):
    """Return what is untrue in a text that is shown, or cannot be worked out.

    Nothing where all is true.

    Parameters
    ----------
    template
        As it stands in the file of the lesson.
    shown
        As it stands on the screen.
    names
        What its placeholders mean, but for ANYTHING.
    """
    template, shown = (
        template.replace("`", ""),
        shown.replace("`", ""),
    )  # labels of plain text have no marks of code
    pieces = re.split(r"\{([^{}]*)\}", " ".join(template.split()))
    pattern = "".join(
        "(.+?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)
    )
    shown = " ".join(shown.split())
    found = re.fullmatch(pattern.replace(re.escape("−"), "[−-]"), shown)
    if found is None:
        return [f"{shown!r} is not {template!r}"]
    wrong = []
    for placeholder, said in zip(pieces[1::2], found.groups(), strict=True):
        if placeholder == ANYTHING:
            continue
        expression, _, form = placeholder.partition(":")
        value = eval(expression.strip(), {"__builtins__": {}}, names)
        if not says(said, value, form.strip()):
            wrong.append(f"{placeholder} is {value}, not {said}")
    return wrong


def says(said, value, form):
    """Return whether a text says a value, to the digits that it has."""
    if isinstance(value, str):
        return said == value
    if said.lower() in WORDS:
        return form == "word" and WORDS.index(said.lower()) == value
    number = float(as_typed(said.removesuffix(" %")))
    digits = int(form) if form.isdigit() else 3 if form == "%" else 4
    value = 100 * value if form == "%" else value
    if value == 0 or abs(value) < 1e-12:
        return abs(number) < 1e-9
    return abs(number - value) <= 0.51 * 10 ** (np.floor(np.log10(abs(value))) + 1 - digits)


_RUNS = {}
"""Runs by what they are: three passes of a lesson have the same ones."""


class OwnTelling:
    """Tells a step of a lesson by the tests' own runs, from the moment at which it is shown.

    Parameters
    ----------
    frame
        Of the session as the step is shown.
    keys
        Those of its runs, in order; empty for one run.
    """

    def __init__(self, frame, keys=()):
        self._keys = tuple(keys)
        self._runs = _RUNS
        self.shown = self._moment(frame)
        self.before = self.shown

    def ask(self, frame):
        """Take the moment at which an answer is given."""
        self.before = self._moment(frame)

    def names(self, frame=None, *, ahead=0):
        """Return what placeholders mean at a moment.

        By default as the step is shown, or steps ahead of it.
        """
        now = self.shown if frame is None else self._moment(frame)
        now = OwnMoment(now.run, now.at + ahead, now.picked)
        raced = [run for run in self._frame.runs if run.racing]
        runs = {
            key: self._own(
                run.settings,
                run.row_at(0),
                run.rows.newest.step + ahead,
                self._frame.selection.sample,
                run.name,
            )
            for key, run in zip(self._keys, raced, strict=True)
        }
        return Names(now, self.before, runs)

    def _moment(self, frame):
        self._frame = frame
        if frame.edits:
            raise Unknown("changes in mid-run")
        settings, start = frame.settings_at_start, frame.rows.kept_before(0)
        return self._own(settings, start, frame.newest_step, frame.selection.sample, "")

    def _own(self, settings, start, step, sample, name):
        dataset = settings.dataset
        what = (
            settings.as_dict() | {"epochs": 0, "until_loss": 0},
            dataset.inputs.tolist(),
            start.parameters,
        )
        key = repr(what)
        if key not in self._runs:
            self._runs[key] = OwnRun(settings, start.parameters)
        return OwnMoment(self._runs[key], step, sample, name)
