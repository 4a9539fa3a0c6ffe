"""Five steps by hand: a sheet with numbers that a seed draws, another one for each pupil."""

from __future__ import annotations

import random

from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import np
from neuroviz.core.numbers import format_number, with_real_minus
from neuroviz.core.training.trainer import Trainer
from neuroviz.paper.blocks import (
    PaperDocument,
    Paragraphs,
    SectionHeading,
    TextTable,
    WritingLines,
)

_STEPS = 5
_RATES = (
    (0.1, "A small rate"),
    (0.5, "Half of the limit"),
    (1.1, "A rate above the limit"),
)
"""In limits, and what they are called."""
_TITLES = ("step", "w", "b", "ŷ", "loss", "∂ℓ/∂w", "∂ℓ/∂b", "rate · ∂ℓ/∂w", "rate · ∂ℓ/∂b")


def five_steps(seed: int, *, is_key: bool) -> PaperDocument:
    """Return the sheet of a seed, from 0 on, or its key, whose numbers are those of the runs.

    One sample and one input, so that everything can be worked out with a pencil: at three rates
    from one start.
    """
    source = random.Random(f"five steps {seed}")
    x, y = source.randint(1, 3), source.randint(5, 9)  # from 5: no start is right by chance
    weight, bias = source.randint(-10, 10) / 10, source.randint(-10, 10) / 10
    limit = 1 / (x * x + 1)
    title = f"Five steps by hand: sheet {seed}{', key' if is_key else ''}"
    given = (
        f"One sample: x = {x}, and the target is y = {y}. The neuron says ŷ = w·x + b; it begins "
        f"with w = {_said(weight)} and b = {_said(bias)}."
    )
    rules = (
        "The loss is ℓ = (ŷ − y)², so ∂ℓ/∂w = 2·(ŷ − y)·x and ∂ℓ/∂b = 2·(ŷ − y). A step takes "
        "rate · gradient off w and off b. Write four digits."
    )
    head = () if is_key else (TextTable(("Name", "Date"), ()),)
    first = (*head, Paragraphs(given), Paragraphs(rules))
    blocks = []
    for times, name in _RATES:
        rate = float(f"{times * limit:.3g}")
        run = Trainer(
            Settings(
                data=Dataset(np.array([[x]]), np.array([y]), classes=False),
                weights=[weight],
                bias=bias,
                learning_rate=rate,
            )
        )
        run.advance(_STEPS)
        heading = SectionHeading(f"{name}: {_said(rate)}")
        blocks.append((heading, TextTable(_TITLES, _rows(run, x, is_key=is_key), small=is_key)))
    ask = "What do the three rates do, and why? Compare the signs of ŷ − y from step to step."
    answer = (
        "Each step multiplies ŷ − y by 1 − 2·rate·(x² + 1). With the small rate that is near 1, "
        "and the error shrinks slowly; at half of the limit it is 0, and one step is enough; above "
        "the limit it is below −1: the sign changes at every step, and the error grows."
    )
    last = (Paragraphs(answer),) if is_key else (WritingLines(ask, 3),)
    return PaperDocument(title, (first, *blocks, last), f"NeuroViz · {title}")


def _rows(run: Trainer, x: int, *, is_key: bool) -> tuple[tuple[str, ...], ...]:
    """Return the lines of a table: filled in, or with the first two numbers and room to write."""
    rows = run.history.rows()
    w, b = rows.parameter(0), rows.parameter(1)
    gw, gb = rows.grad(0), rows.grad(1)
    rate = run.settings.learning_rate
    found = []
    for step in range(_STEPS + 1):
        numbers = [w[step], b[step], w[step] * x + b[step], rows.loss[step]]
        if step < _STEPS:
            numbers += [gw[step], gb[step], rate * gw[step], rate * gb[step]]
        told = [_said(float(number)) for number in numbers]
        known = len(told) if is_key else 2 if step == 0 else 0
        last = ["—"] * (8 - len(told))
        found.append((str(step), *told[:known], *[""] * (len(told) - known), *last))
    return tuple(found)


def _said(number: float) -> str:
    # Nothing on a sheet is nearer to 0: what is left there is rounding.
    return with_real_minus(format_number(round(number, 12)))
