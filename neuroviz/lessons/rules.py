"""The formulas that the steps of a lesson use, for the top of its worksheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from neuroviz.core.anatomy.formula_text import as_factor, summed
from neuroviz.core.anatomy.unit import SOFTMAX_OF_ONE
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import printed, subscripted
from neuroviz.paper.blocks import Blocks, Paragraphs
from neuroviz.pictures.input_names import input_name

_WRITTEN = 3
"""Hidden neurons whose products are all written out, at most."""
_SUM = re.compile(r"[+−-]")
"""Signs that make an input a sum, such as x₁+x₂, which is put in brackets."""


def rules_of(used: Sequence[Sequence[Settings]], *, trained: bool) -> Blocks:
    """Return the formulas that the steps use, each with its steps, if not all."""
    steps: dict[tuple[str, str], list[str]] = {}
    for number, runs in enumerate(used, 1):
        rules = (rule for settings in runs for rule in _rules_of_run(settings, trained=trained))
        for each in dict.fromkeys(rules):
            steps.setdefault(each, []).append(str(number))
    if any(set(settings.breaks) - {"no_bias"} for runs in used for settings in runs):
        # Where the step is broken on purpose, its rule would give the answer away.
        steps = {rule: numbers for rule, numbers in steps.items() if rule[0] != "Step"}
    names = list(dict.fromkeys(name for name, _ in steps))
    lines = ["**What you need**"]
    for name, rule in sorted(steps, key=lambda each: names.index(each[0])):
        numbers = steps[name, rule]
        where = "" if len(numbers) == len(used) else f" in {', '.join(numbers)}"
        lines.append(f"{name}{where}: {rule}")
    return (Paragraphs("\\\n".join(lines)),)


def _rules_of_run(settings: Settings, *, trained: bool) -> Iterator[tuple[str, str]]:
    names = [input_name(settings, n) for n in range(settings.dataset.width)]
    has_bias = not settings.breaks_it("no_bias")
    hidden = settings.hidden_activation_entry
    k = "ₖ" * (settings.outputs > 1)
    output = "output k" if k else "the output"
    if hidden is None:
        sums = f"z = {_weighted(f'w{k}', names, f'b{k}' * has_bias)}"
        yield f"Sum of {output}" if k else "Sum", sums
    else:
        sums = f"z = {_weighted('wⱼ', names, 'bⱼ' * has_bias)}"
        gives = hidden.formula.replace("ŷ", "hⱼ")
        yield "Hidden neuron j", f"{sums}, and it gives {gives}"
        units = [subscripted(f"h{n + 1}") for n in range(settings.hidden)]
        total = _weighted(f"v{k}", units, f"c{k}" * has_bias)
        if len(units) > _WRITTEN:
            first = _weighted(f"v{k}", units[:2], f"… + c{k}" if has_bias else "…")
            total = f"{first}, with a product for each hidden neuron"
        yield f"Sum of {output}", f"z = {total}"
    activation = settings.activation_entry
    loss = settings.loss_entry
    yield "Output", SOFTMAX_OF_ONE.formula if settings.softmax else activation.formula
    if activation.trainable and settings.threshold is not None and settings.coding is not None:
        low, high = map(printed, CODINGS[settings.coding])
        level = printed(settings.threshold)
        yield "Class", f"ŷ above {level} counts as {high}, ŷ of {level} or less as {low}"
    if not trained:
        return
    # On a calculator, log has another base.
    formula = settings.loss_formula.removesuffix(", in nats").replace("log", "ln")
    over = "samples and outputs" if settings.independent else "samples"
    yield "Loss", formula.replace("mean", f"over the {over}, the mean of", 1)
    if settings.penalties:
        return
    fused = settings.fused
    slope = as_factor(fused.derivative_formula if fused else loss.derivative_formula)
    if not fused and activation.derivative_formula != "1":
        slope += f" · {as_factor(activation.derivative_formula)}"
    if settings.independent:
        slope += f"/{settings.outputs}"
    bias, weight = (f"b{k}", "a weight") if hidden is None else (f"c{k}", f"v{k}ⱼ")
    of_bias = f", of {bias} the mean of {slope}" * has_bias
    fed = "its input" if hidden is None else "hⱼ"
    yield "Gradient", f"of {weight} the mean of {slope} · {fed}{of_bias}"
    if hidden is not None:
        bent = hidden.derivative_formula.replace("ŷ", "hⱼ")
        back = f"{slope} · {weight}"
        if k:
            back = f"(over the outputs, the sum of {back})"
        back += f" · {as_factor(bent)}" * (bent != "1")
        own = f", of bⱼ the mean of {back}" * has_bias
        yield "Gradient before it", f"of a weight wⱼᵢ the mean of {back} · its input{own}"
    if settings.optimizer == "sgd":
        yield "Step", "new value = old value − rate · gradient"


def _weighted(letter: str, names: Sequence[str], bias: str) -> str:
    """Return the weighted sum of a neuron's inputs, and its bias if it has one."""
    factors = (f"({name})" if _SUM.search(name) else name for name in names)
    terms = (f"{letter}{subscripted(str(n))}·{each}" for n, each in enumerate(factors, 1))
    return summed([*terms, *filter(None, [bias])])
