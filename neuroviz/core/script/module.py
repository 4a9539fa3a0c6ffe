"""The script with nn.Module, a loss function and torch.optim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.parts import Line, call_lines, code_lines, indented, literal, number_lines, prelude, short

__all__ = ["evaluation", "forward", "model", "result", "setting_up", "update", "whole_loss"]


def model(settings: Settings) -> tuple[Line, ...]:
    """Return the lines that make the class and the neuron with its start."""
    bias = ", bias=False" if settings.breaks_it("no_bias") else ""
    remark = "  # on purpose: no bias" if bias else ""
    made = f"self.linear = torch.nn.Linear({settings.dataset.width}, 1{bias}){remark}"
    if _fused(settings):
        returned = f"return z  # {settings.activation_entry.label} is in the loss"
    else:
        returned = f"return {short(settings.activation_entry.torch_code)}"
    through = code_lines("z = self.linear(x)[:, 0]", returned, phase="forward")
    body = (
        Line("def __init__(self):"),
        *indented(code_lines("super().__init__()", made)),
        Line(""),
        Line("def forward(self, x):"),
        *indented(through),
    )
    return (Line("class Neuron(torch.nn.Module):"), *indented(body), *code_lines("", ""), *_start(settings))


def _start(settings: Settings) -> tuple[Line, ...]:
    """Return the lines that make the neuron and set or draw its parameters."""
    to = f"neuron.to(torch.{settings.precision})"
    biased = not settings.breaks_it("no_bias")
    if settings.init == "uniform":
        return code_lines(f"torch.manual_seed({settings.seed})", "neuron = Neuron()", to)
    if settings.weights is None or settings.bias is None:
        name = f"torch.nn.init.{settings.init}_"
        seed = [f"torch.manual_seed({settings.seed})"] if settings.init == "normal" else []
        bias = [f"{name}(neuron.linear.bias)"] if biased else []
        return code_lines("neuron = Neuron()", *seed, f"{name}(neuron.linear.weight)", *bias, to)
    after = f", dtype=torch.{settings.precision})"
    copied = Line("neuron.linear.weight.copy_(weight)")
    filled = code_lines(f"neuron.linear.bias.fill_({literal(settings.bias)})") if biased else ()
    return (
        Line(f"neuron = Neuron().to(torch.{settings.precision})"),
        *number_lines("weight = torch.tensor(", settings.weights, after),
        Line("with torch.no_grad():"),
        *indented((copied, *filled)),
    )


def forward(settings: Settings) -> tuple[Line, ...]:
    """Return the lines from ``x`` to ``loss``, over all samples."""
    return _evaluated(settings, "x", "target")


def setting_up(settings: Settings, edits: Sequence[Edit]) -> tuple[Line, ...]:
    """Return what stands before the loop: numbers and the optimizer."""
    code = settings.optimizer_entry.torch_code.replace("(parameters", "(neuron.parameters()")
    code = code.format(
        learning_rate=_rate(settings, before=True), **{name: name for name in settings.hyperparameters}
    )
    purpose = ""
    if settings.breaks_it("ascent"):
        code, purpose = f"{code[:-1]}, maximize=True)", "  # on purpose: up, not down"
    return (*prelude(settings), *call_lines("optimizer = ", code, purpose))


def evaluation(settings: Settings) -> tuple[Line, ...]:
    """Return the lines from the samples of a step to ``loss``."""
    if settings.batch_size == "full":
        return forward(settings)
    return _evaluated(settings, "x[batch]", "target[batch]")


def whole_loss(settings: Settings) -> tuple[Line, ...]:
    """Return the lines of the loss over all samples, where a step does not see them all."""
    lines = tuple(Line(line.text) for line in forward(settings))
    return (Line("with torch.no_grad():  # all samples"), *indented(lines))


def update(settings: Settings, edits: Sequence[Edit]) -> tuple[Line, ...]:
    """Return the lines from ``loss`` to other parameters."""
    cleared = "optimizer.zero_grad()"
    if settings.breaks_it("no_zero_grad"):
        cleared = "# on purpose: optimizer.zero_grad() is forgotten, so gradients add up"
    return (
        *code_lines(*_told(settings, edits)),
        *code_lines(cleared, phase="zero_grad"),
        *code_lines("loss.backward()", phase="backward"),
        *code_lines("optimizer.step()", phase="update"),
    )


def result(settings: Settings) -> tuple[Line, ...]:
    """Return the lines that print what was learned."""
    bias = [] if settings.breaks_it("no_bias") else ['print("bias", neuron.linear.bias.item())']
    return code_lines('print("weights", neuron.linear.weight[0].tolist())', *bias)


def _told(settings: Settings, edits: Sequence[Edit]) -> list[str]:
    """Return the line that tells the optimizer numbers which change on the way."""
    edited = {edit.name for edit in edits}
    if settings.schedule == "constant" and not edited:
        return []
    named = re.findall(r"\w+=(?:\([^)]*\)|\{\w+\})", settings.optimizer_entry.torch_code)
    own = {row.name for row in settings.optimizer_entry.hyperparameters} & edited
    changing = [text for text in named if any(f"{{{name}}}" in text for name in ("learning_rate", *own))]
    names = {name: name for name in settings.hyperparameters}
    return [
        f"optimizer.param_groups[0].update({', '.join(changing)})".format(learning_rate=_rate(settings), **names)
    ]


def _rate(settings: Settings, *, before: bool = False) -> str:
    """Return the name of the learning rate; before the loop the schedule has not spoken yet."""
    return "lr" if before or settings.schedule == "constant" else "rate"


def _evaluated(settings: Settings, inputs: str, target: str) -> tuple[Line, ...]:
    fused = settings.loss_entry.fused.get(settings.activation)
    code = short(fused.torch_code if fused else settings.loss_entry.torch_code)
    name = "z" if fused else "output"
    loss = re.sub(r"\btarget\b", target, code)
    return (
        *code_lines(f"{name} = neuron({inputs})", phase="forward"),
        *code_lines(f"loss = {loss}", phase="loss"),
    )


def _fused(settings: Settings) -> bool:
    return settings.activation in settings.loss_entry.fused
