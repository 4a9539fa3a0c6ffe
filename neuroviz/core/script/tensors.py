"""The script with tensors only: neuron and optimizer are written out.

Its losses are those of the run to the last bit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.parts import (
    STOPPED,
    Line,
    Lines,
    code_lines,
    indented,
    loss_takes,
    nan_lines,
    number_lines,
    optimizer_code,
    penalty_code,
    prelude,
    search_lines,
    short,
)


def model(settings: Settings) -> Lines:
    """Return the lines that make the parameters ``theta`` (P,), bias last."""
    if not settings.parameters.linear:
        return _start_of_layers(settings)
    said, fill = "# The bias is one more weight: that of an input of 1", "ones"
    if settings.breaks_it("no_bias"):
        said, fill = "# On purpose no bias: its input is always 0", "zeros"
    column = f"x = torch.cat((x, torch.{fill}_like(x[:, :1])), dim=1)"
    return (*code_lines(said, column), *_start(settings))


def _start(settings: Settings) -> Lines:
    width = settings.dataset.width
    if settings.init not in ("uniform", "normal"):
        return _start_not_drawn(settings)
    lines = [f"torch.manual_seed({settings.seed})"]
    if settings.init == "normal":
        lines.append(f"theta = torch.cat((torch.randn({width}), torch.randn(1)))")
    else:
        lines += [
            f"linear = torch.nn.Linear({width}, 1)  # draws the start, in float32",
            "theta = torch.cat((linear.weight[0], linear.bias)).detach()",
        ]
    if settings.breaks_it("no_bias"):
        lines.append("theta[-1] = 0")
    return code_lines(*lines, f"theta = theta.to(torch.{settings.precision}).requires_grad_()")


def _start_not_drawn(settings: Settings) -> Lines:
    after = f", dtype=torch.{settings.precision}, requires_grad=True)"
    if settings.weights is not None and settings.bias is not None:
        return number_lines("theta = torch.tensor(", [*settings.weights, settings.bias], after)
    return code_lines(f"theta = torch.zeros({settings.parameters.count}{after}")


def _start_of_layers(settings: Settings) -> Lines:
    """Return the lines that make ``theta``: a hidden layer's parameters, then the outputs'."""
    if settings.init not in ("uniform", "normal"):
        return _start_not_drawn(settings)
    width = settings.dataset.width
    hidden = settings.hidden
    outputs = settings.outputs
    sizes = settings.parameters.sizes
    lines = [f"torch.manual_seed({settings.seed})"]
    if settings.init == "normal":
        lines.append(f"theta = torch.cat([torch.randn(size) for size in {sizes}])")
    else:
        shapes = ((width, hidden), (hidden, outputs)) if hidden else ((width, outputs),)
        lines += [
            f"layers = [{', '.join(f'torch.nn.Linear{shape}' for shape in shapes)}]",
            "drawn = [p.flatten() for layer in layers for p in layer.parameters()]",
            "theta = torch.cat(drawn).detach()  # in float32",
        ]
    if settings.breaks_it("equal_start"):
        first = sizes[0]
        last = sum(sizes[:2])
        end = sum(sizes[:3])
        lines += [
            "# On purpose: every hidden neuron as the first",
            f"theta[:{first}] = theta[:{width}].repeat({hidden})",
            f"theta[{first}:{last}] = theta[{first}].item()",
            f"theta[{last}:{end}] = theta[{last}:{end}:{hidden}].repeat_interleave({hidden})",
        ]
    if settings.breaks_it("no_bias"):
        parts = settings.parameters.parts("biases")
        biases = " = ".join(f"theta[{part.start}:{part.stop}]" for part in parts)
        lines.append(f"{biases} = 0  # on purpose: no biases")
    return code_lines(*lines, f"theta = theta.to(torch.{settings.precision}).requires_grad_()")


def forward(settings: Settings, *at_nan: str) -> Lines:
    """Return the lines from ``x`` to the loss of every sample, over all samples."""
    losses = code_lines(f"losses = {_sample_code(settings)}", phase="loss")
    return (*_outputs(settings), *nan_lines(settings, *(at_nan or STOPPED)), *losses)


def setting_up(settings: Settings, edits: Sequence[Edit]) -> Lines:
    """Return the lines before the loop.

    They are numbers, the optimizer's state, and the losses of mini-batches.
    """
    state = (Line(f"{name} = torch.zeros_like(theta)") for name in settings.optimizer_entry.state)
    lines = (*prelude(settings), *state)
    if settings.batch_size == "full":
        return (*lines, *search_lines(settings, _whole(settings, "return output.mean()")))
    losses = code_lines(f"return {_sample_code(settings)}", phase="loss")
    body = (*_outputs(settings), *nan_lines(settings, "return output"), *losses)
    lines = (*lines, *code_lines("", "", "def losses_of(x, target):"), *indented(body), Line(""))
    if not settings.penalties:
        return lines
    penalty = code_lines(_weights(settings), f"return {penalty_code(settings)}", phase="loss")
    return (*lines, *code_lines("", "def penalty():"), *indented(penalty), Line(""))


def evaluation(settings: Settings) -> Lines:
    """Return the lines from the samples of a step to ``loss``."""
    if settings.batch_size != "full":
        return code_lines(
            f"loss = losses_of(x[batch], target[batch]).mean(){_added(settings)}", phase="loss"
        )
    if settings.optimizer_entry.search:
        return (Line("loss = loss_of(theta)", "loss"),)
    return _whole(settings)


def _whole(settings: Settings, *at_nan: str) -> Lines:
    """Return the lines from ``theta`` to ``loss``, over all samples."""
    lines = ["loss = losses.mean()"]
    if settings.penalties:
        penalty = f"penalty = {penalty_code(settings)}"
        lines = [_weights(settings), penalty, "loss = losses.mean() + penalty"]
    if "reduction" in _sample_code(settings):
        lines.insert(0, "# The mean apart: inside F torch rounds in another order")
    return (*forward(settings, *at_nan), *code_lines(*lines, phase="loss"))


def whole_loss(settings: Settings) -> Lines:
    """Return the lines for the loss over all samples, where a step does not see them all."""
    return code_lines(
        "with torch.no_grad():  # all samples",
        f"    loss = losses_of(x, target).mean(){_added(settings)}",
    )


def update(settings: Settings, edits: Sequence[Edit]) -> Lines:
    """Return the lines from ``loss`` to new parameters."""
    if settings.breaks_it("no_zero_grad"):
        cleared = "# on purpose: theta.grad = None is forgotten, so gradients add up"
    else:
        cleared = "theta.grad = None  # or backward() would add to it"
    grad = (
        "grad = -theta.grad  # on purpose: up, not down"
        if settings.breaks_it("ascent")
        else "grad = theta.grad"
    )
    code = optimizer_code(settings, "lr" if settings.schedule == "constant" else "rate")
    return (
        *code_lines(cleared, phase="zero_grad"),
        *code_lines("loss.backward()", phase="backward"),
        *code_lines("with torch.no_grad():", phase="update"),
        *indented(code_lines(grad, *_note(code), *code, phase="update")),
    )


def numbers(settings: Settings) -> tuple[str, ...]:
    """Return the names of the tensors that a step changes."""
    return ("theta", *settings.optimizer_entry.state)


def result(settings: Settings) -> Lines:
    """Return the lines that print what was learned."""
    if not settings.parameters.linear:
        sizes, (out_weight, out_bias) = settings.parameters.sizes, _tensors(settings)[-2:]
        printed = []
        if settings.hidden:
            printed = [
                f'print("hidden weights", weight.view({settings.hidden}, -1).tolist())',
                'print("hidden biases", bias.tolist())',
            ]
        if settings.outputs == 1:
            printed += [
                f'print("output weights", {out_weight}.tolist())',
                f'print("output bias", {out_bias}.item())',
            ]
        else:
            printed += [
                f'print("output weights", {out_weight}.view({settings.outputs}, -1).tolist())',
                f'print("output biases", {out_bias}.tolist())',
            ]
        return code_lines(f"{', '.join(_tensors(settings))} = theta.split({[*sizes]})", *printed)
    return code_lines('print("weights", theta[:-1].tolist())', 'print("bias", theta[-1].item())')


def _weights(settings: Settings) -> str:
    """Return the line that makes ``weights`` of the parameters that are penalised."""
    if settings.parameters.linear:
        return "weights = theta[:-1]  # all but the bias, which is not penalised"
    parts = settings.parameters.parts("weights")
    taken = ", ".join(f"theta[{part.start or ''}:{part.stop}]" for part in parts)
    code = f"torch.cat(({taken}))" if settings.hidden else taken
    return f"weights = {code}  # the biases are not penalised"


def _added(settings: Settings) -> str:
    return " + penalty()" if settings.penalties else ""


def _outputs(settings: Settings) -> Lines:
    """Return the lines from ``x`` to ``output``, or to ``z`` where the loss takes that."""
    lines = ["z = x @ theta"] if settings.parameters.linear else _layers(settings)
    if loss_takes(settings) == "z":
        lines.append(f"# {settings.activation_label} is in the loss, which is exact from z")
    else:
        lines.append(f"output = {short(settings.activation_entry.torch_code)}")
    return code_lines(*lines, phase="forward")


def _layers(settings: Settings) -> list[str]:
    """Return the lines from ``x`` through the hidden neurons to ``z`` of the outputs."""
    biased = not settings.breaks_it("no_bias")
    outputs = settings.outputs
    tensors = _tensors(settings)
    read = "x"
    lines = [
        "# Each in memory of its own: its place there can decide the last bit",
        f"parts = theta.split({[*settings.parameters.sizes]})",
        f"{', '.join(tensors)} = (part.clone() for part in parts)",
    ]
    if settings.hidden_activation_entry is not None:
        read = "h"
        lines += [
            f"z = F.linear(x, weight.view({settings.hidden}, -1){', bias' * biased})",
            f"h = {short(settings.hidden_activation_entry.torch_code)}",
        ]
    weight, bias = tensors[-2:]
    weight = f"{weight}[None]" if outputs == 1 else f"{weight}.view({outputs}, -1)"
    last = f"z = F.linear({read}, {weight}{f', {bias}' * biased})"
    return [*lines, last if outputs > 1 else f"{last}[:, 0]"]


def _tensors(settings: Settings) -> tuple[str, ...]:
    """Return the names of the tensors of the layers, weights and biases in turn."""
    return ("weight", "bias", *(("out_weight", "out_bias") if settings.hidden else ()))


def _note(code: Sequence[str]) -> list[str]:
    """Return the comment on methods that round once where a product and a sum would round twice."""
    found = re.findall(r"\.(lerp_|addcmul_|add_?(?=\([^()]*alpha=))", "\n".join(code))
    if not found:
        return []
    *others, last = dict.fromkeys(found)
    if not others:
        return [f"# {last} multiplies and adds with one rounding"]
    return [f"# {', '.join(others)} and {last} multiply and add with one rounding"]


def _sample_code(settings: Settings) -> str:
    fused = settings.fused
    return short(fused.sample_code if fused else settings.loss_entry.sample_code)
