"""The script with nn.Module, a loss function and torch.optim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import np
from neuroviz.core.script.parts import (
    STOPPED,
    Line,
    Lines,
    call_lines,
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

_LEAST_MOMENTUM = "1e-300"
"""As good as 0 in a sum."""


def model(settings: Settings) -> Lines:
    """Return the lines that make the class, and the neuron or the network with its start."""
    width = settings.dataset.width
    hidden = settings.hidden
    outputs = settings.outputs
    made = []
    through = []
    read = "x"
    if settings.hidden_activation_entry is not None:
        made.append(f"self.hidden = torch.nn.Linear({width}, {hidden})")
        phi = short(settings.hidden_activation_entry.torch_code)
        through = ["z = self.hidden(x)", f"h = {phi}"]
        read = "h"
    last = _last_layer(settings)
    made.append(f"self.{last} = torch.nn.Linear({hidden or width}, {outputs})")
    through.append(f"z = self.{last}({read}){'[:, 0]' * (outputs == 1)}")
    return (*_class(settings, made, through), *_start(settings))


def _last_layer(settings: Settings) -> str:
    """Return the name in the script for the layer of the outputs."""
    return "linear" if settings.parameters.linear else "output"


def _class(settings: Settings, made: Sequence[str], through: Sequence[str]) -> Lines:
    """Return the lines of the class, from those that make its layers and those from x to z."""
    if loss_takes(settings) == "z":
        returned = f"return z  # {settings.activation_label} is in the loss"
    else:
        returned = f"return {short(settings.activation_entry.torch_code)}"
    body = (
        Line("def __init__(self):"),
        *indented(code_lines("super().__init__()", *made)),
        Line(""),
        Line("def forward(self, x):"),
        *indented(code_lines(*through, returned, phase="forward")),
    )
    head = Line(f"class {_called(settings).capitalize()}(torch.nn.Module):")
    return (head, *indented(body), *code_lines("", ""))


def _called(settings: Settings) -> str:
    """Return the name in the script for what it trains."""
    return "neuron" if settings.parameters.linear else "network"


def _start(settings: Settings) -> Lines:
    """Return the lines that make the neuron or network, and set or draw its parameters."""
    name = _called(settings)
    made = code_lines(f"{name} = {name.capitalize()}()")
    drawn: Lines = ()
    seed = code_lines(f"torch.manual_seed({settings.seed})")
    if settings.init == "uniform":
        made = (*seed, *made)
    elif settings.init is not None:
        drawn = (
            *(seed if settings.init == "normal" else ()),
            *code_lines(
                f"for parameter in {name}.parameters():",
                f"    torch.nn.init.{settings.init}_(parameter)",
            ),
        )
    if settings.breaks_it("equal_start") and settings.init != "zeros":
        drawn += code_lines(
            "with torch.no_grad():  # on purpose: every hidden neuron as the first",
            "    network.hidden.weight[:] = network.hidden.weight[0].clone()",
            "    network.hidden.bias[:] = network.hidden.bias[0].item()",
            "    network.output.weight[:] = network.output.weight[:, :1].clone()",
        )
    if settings.breaks_it("no_bias"):
        left_out = "network.hidden.bias = " if settings.hidden else ""
        last = f"{name}.{_last_layer(settings)}.bias"
        drawn += code_lines(f"{left_out}{last} = None  # on purpose: no bias")
    to = Line(f"{name}.to(torch.{settings.precision})")
    return (*made, *drawn, to, *_typed(settings))


def _typed(settings: Settings) -> Lines:
    """Return the lines that set a typed start; none for a drawn one."""
    if settings.weights is None or settings.bias is None:
        return ()
    numbers = np.array([*settings.weights, settings.bias])
    if settings.breaks_it("no_bias"):
        numbers = numbers[settings.parameters.where("weights")]
    after = f", dtype=torch.{settings.precision})"
    setting = f"torch.nn.utils.vector_to_parameters(theta, {_called(settings)}.parameters())"
    return (*number_lines("theta = torch.tensor(", numbers.tolist(), after), Line(setting))


def forward(settings: Settings) -> Lines:
    """Return the lines from ``x`` to ``loss``, over all samples."""
    return _evaluated(settings, "x", "target", STOPPED)


def setting_up(settings: Settings, edits: Sequence[Edit]) -> Lines:
    """Return the lines before the loop, which are numbers and the optimizer."""
    given = f"({_called(settings)}.parameters()"
    code = settings.optimizer_entry.torch_code.replace("(parameters", given)
    code = code.format(learning_rate=_rate(settings, before=True), **_names(settings, edits))
    purpose = ""
    if settings.breaks_it("ascent"):
        code, purpose = f"{code[:-1]}, maximize=True)", "  # on purpose: up, not down"
    note = (
        code_lines("# At 0 torch.optim would keep no velocity")
        if _without_momentum(settings, edits)
        else ()
    )
    own = _optimizer_class(settings) if settings.optimizer_entry.search else ()
    return (*prelude(settings), *own, *note, *call_lines("optimizer = ", code, purpose))


def evaluation(settings: Settings) -> Lines:
    """Return the lines from the samples of a step to ``loss``."""
    if settings.batch_size == "full":
        return forward(settings)
    return _evaluated(settings, "x[batch]", "target[batch]", ("break",))


def whole_loss(settings: Settings) -> Lines:
    """Return the lines for the loss over all samples, where a step does not see them all."""
    lines = tuple(Line(line.text) for line in forward(settings))
    return (Line("with torch.no_grad():  # all samples"), *indented(lines))


def update(settings: Settings, edits: Sequence[Edit]) -> Lines:
    """Return the lines from ``loss`` to new parameters."""
    cleared = "optimizer.zero_grad()"
    if settings.breaks_it("no_zero_grad"):
        cleared = "# on purpose: optimizer.zero_grad() is forgotten, so gradients add up"
    return (
        *code_lines(*_told(settings, edits)),
        *code_lines(cleared, phase="zero_grad"),
        *code_lines("loss.backward()", phase="backward"),
        *code_lines("optimizer.step()", phase="update"),
    )


def _optimizer_class(settings: Settings) -> Lines:
    """Return the lines of an optimizer that torch.optim does not have."""
    name = settings.optimizer_entry.torch_code.partition("(")[0]
    vector = "torch.nn.utils.parameters_to_vector"
    return (
        *search_lines(settings, _loss_elsewhere(settings)),
        *code_lines(
            "",
            f"class {name}(torch.optim.Optimizer):",
            "    def __init__(self, parameters, lr):",
            '        super().__init__(parameters, {"lr": lr})',
            "",
            "    @torch.no_grad()",
            "    def step(self):",
            '        parameters, lr = (self.param_groups[0][name] for name in ("params", "lr"))',
            f"        theta = {vector}(parameters)",
            f"        grad = {vector}(p.grad for p in parameters)",
        ),
        *indented(indented(code_lines(*optimizer_code(settings, "lr")))),
        *code_lines("        torch.nn.utils.vector_to_parameters(theta, parameters)", "", ""),
    )


def _loss_elsewhere(settings: Settings) -> Lines:
    """Return the lines to ``loss`` at parameters ``theta`` that are not the neuron's own."""
    at = '{"linear.weight": theta[None, :-1], "linear.bias": theta[-1:]}'
    if settings.breaks_it("no_bias"):
        at = '{"linear.weight": theta[None]}'
    elsewhere = {
        "neuron(x)": "torch.func.functional_call(neuron, at, x)",
        "neuron.linear.weight": 'at["linear.weight"]',
    }
    lines = [Line(f"at = {at}", "forward")]
    for line in _evaluated(settings, "x", "target", ("return output.mean()",)):
        text = line.text
        for here, there in elsewhere.items():
            text = text.replace(here, there)
        lines.append(replace(line, text=text))
    return tuple(lines)


def numbers(settings: Settings) -> tuple[str, ...]:
    """Return the tensors that a step changes."""
    return (f"*{_called(settings)}.parameters()",)


def result(settings: Settings) -> Lines:
    """Return the lines that print what was learned."""
    if not settings.parameters.linear:
        return code_lines(
            "for name, parameter in network.named_parameters():",
            "    print(name, parameter.tolist())",
        )
    bias = [] if settings.breaks_it("no_bias") else ['print("bias", neuron.linear.bias.item())']
    return code_lines('print("weights", neuron.linear.weight[0].tolist())', *bias)


def _told(settings: Settings, edits: Sequence[Edit]) -> list[str]:
    """Return the line that gives the optimizer numbers that change during the run."""
    edited = {edit.name for edit in edits}
    if settings.schedule == "constant" and not edited:
        return []
    named = re.findall(r"\w+=(?:\([^)]*\)|\{\w+\})", settings.optimizer_entry.torch_code)
    own = {row.name for row in settings.optimizer_entry.hyperparameters} & edited
    changing = [
        text for text in named if any(f"{{{name}}}" in text for name in ("learning_rate", *own))
    ]
    names = _names(settings, edits)
    return [
        f"optimizer.param_groups[0].update({', '.join(changing)})".format(
            learning_rate=_rate(settings), **names
        )
    ]


def _names(settings: Settings, edits: Sequence[Edit]) -> dict[str, str]:
    """Return the text for each hyperparameter in a call of torch.optim."""
    names = {name: name for name in settings.hyperparameters}
    if _without_momentum(settings, edits):
        names["momentum"] = f"momentum or {_LEAST_MOMENTUM}"
    return names


def _without_momentum(settings: Settings, edits: Sequence[Edit]) -> bool:
    """Return whether the momentum is 0 at some time, though the run keeps its velocity."""
    values = (
        settings.hyperparameters.get("momentum"),
        *(e.value for e in edits if e.name == "momentum"),
    )
    return 0 in values


def _rate(settings: Settings, *, before: bool = False) -> str:
    """Return the name of the learning rate; before the loop the schedule does not apply yet."""
    return "lr" if before or settings.schedule == "constant" else "rate"


def _evaluated(settings: Settings, inputs: str, target: str, at_nan: tuple[str, ...]) -> Lines:
    fused = settings.fused
    code = short(fused.torch_code if fused else settings.loss_entry.torch_code)
    name = loss_takes(settings)
    loss = re.sub(r"\btarget\b", target, code)
    lines = [f"loss = {loss}"]
    if settings.penalties:
        lines += _weights(settings)
        lines.append(f"loss = loss + {penalty_code(settings)}")
    return (
        *code_lines(f"{name} = {_called(settings)}({inputs})", phase="forward"),
        *nan_lines(settings, *at_nan),
        *code_lines(*lines, phase="loss"),
    )


def _weights(settings: Settings) -> list[str]:
    """Return the lines that make ``weights`` of the parameters that are penalised."""
    if settings.parameters.linear:
        return ["weights = neuron.linear.weight  # the bias is not penalised"]
    if not settings.hidden:
        return ["weights = network.output.weight  # the biases are not penalised"]
    return [
        "layers = network.hidden, network.output  # their biases are not penalised",
        "weights = torch.cat([layer.weight.flatten() for layer in layers])",
    ]
