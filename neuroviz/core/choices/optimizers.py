"""OPTIMIZERS: how a gradient becomes a change of the parameters.

An update is written once, as the lines of tensor code that a script prints. The calls of a fast
step are compiled from them, and repeat torch.optim's arithmetic operation by operation without
importing torch.optim, whose first use takes a second. Next to the lines are the same steps for a
reader, in letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from neuroviz.core.catalogue import Catalogue, Entry
from neuroviz.core.choices.hyperparameters import LEARNING_RATE, Hyperparameter
from neuroviz.core.choices.optimizer_stages import (
    LINE_SEARCH,
    NEWTON,
    Rule,
    Update,
    UpdateStage,
    line_search_stages,
    newton_stages,
    worked_out,
)
from neuroviz.core.choices.quadratic_dynamics import HEAVY_BALL, NESTEROV, PLAIN, Method
from neuroviz.core.choices.update_code import UpdateCode
from neuroviz.core.types import Frozen


class Search(Frozen):
    """What an update asks of the loss itself; each step then needs all samples."""

    code: str
    """The functions that the update calls, as a script prints them: ``f(loss_of, theta, …)``."""
    stages: Callable[[Update], tuple[UpdateStage, ...]]
    """Gives the stages of what they find, for a reader, which come before the rules."""
    learning_rate: float
    """The usual learning rate, whatever the task."""
    rate_words: str
    """What the learning rate means here, in one sentence."""
    rate_in_short: str
    """The same for the narrow space under a slider."""
    parabola: bool = False
    """Whether it goes to the bottom of the local parabola, which a landscape can show."""
    finds_rate: str = ""
    """Why there are no learning rates to compare; empty where there are."""


class Optimizer(Entry, dict=True):
    """One way to update the parameters."""

    torch_code: str
    """The constructor that a reader of the notebook would write; ``{name}`` stands for a
    hyperparameter. Where torch has no such optimizer, the constructor is of a class that the script
    writes out."""
    tensor_code: tuple[str, ...]
    """The lines of the update, in the form that
    :class:`~neuroviz.core.choices.update_code.UpdateCode` describes."""
    rules: tuple[Rule, ...]
    """The same for a reader: every stage between gradient and new parameters."""
    state: Mapping[str, str] = {}
    """Names of its state tensors, each (P,) and 0 at the start, and their letters."""
    hyperparameters: tuple[Hyperparameter, ...] = ()
    """Its numbers besides the learning rate."""
    quadratic: Method | None = None
    """What it does on a quadratic loss; None where theory does not know."""
    search: Search | None = None
    """What it asks of the loss itself; None where the gradient is enough."""

    @cached_property
    def code(self) -> UpdateCode:
        """The update, to be bound to tensors."""
        return UpdateCode(self.tensor_code, self.state, self.search.code if self.search else "")

    def stages(self, update: Update) -> tuple[UpdateStage, ...]:
        """Return every number between gradient and new parameters, for a reader."""
        letters = self.state.values()
        found = self.search.stages(update) if self.search else ()
        before = {
            "θ": update.parameters,
            "g": update.grad,
            "t": float(update.count),
            LEARNING_RATE.symbol: update.rate,
            **{row.symbol: update.hyperparameters[row.name] for row in self.hyperparameters},
            **dict(zip(letters, update.state, strict=True)),
            **{stage.symbol: stage.values for stage in found},
        }
        after = {"θ": update.new_parameters, **dict(zip(letters, update.new_state, strict=True))}
        return (*found, *worked_out(self.rules, before, after))


_MOMENTUM = Hyperparameter(
    "momentum",
    "Momentum",
    0.0,
    1.0,
    0.9,
    "share of the velocity kept from step to step",
    below=1.0,
    symbol="μ",
)
_EPS = Hyperparameter(
    "eps", "Epsilon", 0.0, 1.0, 1e-8, "added to the divisor", logarithmic=True, symbol="ε"
)
_BETA1 = Hyperparameter(
    "beta1", "Beta 1", 0.0, 1.0, 0.9, "share kept of the mean gradient", below=1.0, symbol="β₁"
)
_BETA2 = Hyperparameter(
    "beta2", "Beta 2", 0.0, 1.0, 0.999, "share kept of the mean square", below=1.0, symbol="β₂"
)
_ALPHA = Hyperparameter(
    "alpha", "Alpha", 0.0, 1.0, 0.99, "share kept of the mean square", below=1.0, symbol="α"
)
_WEIGHT_DECAY = Hyperparameter(
    "weight_decay",
    "Weight decay",
    0.0,
    1e3,
    0.01,
    "share taken off each parameter, times the learning rate",
    symbol="λ",
)

_VELOCITY = Rule("v", "velocity", "μ·v + g")
_DIVISOR = Rule("d", "divisor", "√s + ε")
_MOVED = Rule("θ", "new parameters", "θ + Δθ")
_ADAM_CODE = (
    "mean.lerp_(grad, 1 - beta1)",
    "mean_square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)",
    "divisor = mean_square.sqrt() / math.sqrt(1 - beta2 ** (step + 1)) + eps",
    "theta -= rate / (1 - beta1 ** (step + 1)) * mean / divisor",
)
_ADAM_RULES = (
    Rule("m", "mean gradient", "β₁·m + (1 − β₁)·g"),
    Rule("s", "mean square of the gradient", "β₂·s + (1 − β₂)·g²"),
    Rule("c₁", "correction of the mean gradient", "1 − β₁ᵗ"),
    Rule("c₂", "correction of the mean square", "1 − β₂ᵗ"),
    Rule("ĝ", "corrected mean gradient", "m/c₁"),
    Rule("ŝ", "corrected mean square", "s/c₂"),
    Rule("d", "divisor", "√ŝ + ε"),
    Rule("Δθ", "step", "−η·ĝ/d"),
)

OPTIMIZERS: Catalogue[Optimizer] = Catalogue(
    "optimizer",
    (
        Optimizer(
            name="sgd",
            label="SGD",
            formula="θ ← θ − η·g",
            reference="Robbins and Monro 1951, A stochastic approximation method",
            torch_code="torch.optim.SGD(parameters, lr={learning_rate})",
            tensor_code=("theta.add_(grad, alpha=-rate)",),
            rules=(Rule("Δθ", "step", "−η·g"), _MOVED),
            quadratic=PLAIN,
        ),
        Optimizer(
            name="momentum",
            label="SGD with momentum",
            formula="v ← μ·v + g;  θ ← θ − η·v",
            reference="Polyak 1964, Some methods of speeding up the convergence of "
            "iteration methods",
            torch_code="torch.optim.SGD(parameters, lr={learning_rate}, momentum={momentum})",
            tensor_code=(
                "velocity = momentum * velocity + grad",
                "theta.add_(velocity, alpha=-rate)",
            ),
            rules=(_VELOCITY, Rule("Δθ", "step", "−η·v"), _MOVED),
            state={"velocity": "v"},
            hyperparameters=(_MOMENTUM,),
            quadratic=HEAVY_BALL,
        ),
        Optimizer(
            name="nesterov",
            label="SGD with Nesterov momentum",
            formula="v ← μ·v + g;  θ ← θ − η·(g + μ·v)",
            reference="Sutskever et al. "
            "2013, On the importance of initialization and momentum in deep learning",
            torch_code="torch.optim.SGD(parameters, lr={learning_rate}, "
            "momentum={momentum}, nesterov=True)",
            tensor_code=(
                "velocity = momentum * velocity + grad",
                "ahead = grad.add(velocity, alpha=momentum)",
                "theta.add_(ahead, alpha=-rate)",
            ),
            rules=(
                _VELOCITY,
                Rule("a", "gradient and velocity ahead", "g + μ·v"),
                Rule("Δθ", "step", "−η·a"),
                _MOVED,
            ),
            state={"velocity": "v"},
            hyperparameters=(_MOMENTUM,),
            quadratic=NESTEROV,
        ),
        Optimizer(
            name="adagrad",
            label="Adagrad",
            formula="s ← s + g²;  θ ← θ − η·g/(√s + ε)",
            reference="Duchi, Hazan and Singer 2011, "
            "Adaptive subgradient methods for online learning, JMLR",
            torch_code="torch.optim.Adagrad(parameters, lr={learning_rate}, eps={eps})",
            tensor_code=(
                "sum_of_squares.addcmul_(grad, grad)",
                "theta -= rate * grad / (sum_of_squares.sqrt() + eps)",
            ),
            rules=(
                Rule("s", "sum of squares", "s + g²"),
                _DIVISOR,
                Rule("Δθ", "step", "−η·g/d"),
                _MOVED,
            ),
            state={"sum_of_squares": "s"},
            hyperparameters=(_EPS,),
        ),
        Optimizer(
            name="rmsprop",
            label="RMSprop",
            formula="s ← α·s + (1 − α)·g²;  θ ← θ − η·g/(√s + ε)",
            reference="Tieleman and Hinton 2012, Neural networks for machine learning, lecture 6.5",
            torch_code="torch.optim.RMSprop(parameters, lr={learning_rate}, "
            "alpha={alpha}, eps={eps})",
            tensor_code=(
                "mean_square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)",
                "theta -= rate * grad / (mean_square.sqrt() + eps)",
            ),
            rules=(
                Rule("s", "mean square of the gradient", "α·s + (1 − α)·g²"),
                _DIVISOR,
                Rule("Δθ", "step", "−η·g/d"),
                _MOVED,
            ),
            state={"mean_square": "s"},
            hyperparameters=(_ALPHA, _EPS),
        ),
        Optimizer(
            name="adam",
            label="Adam",
            formula="m ← β₁·m + (1 − β₁)·g;  s ← β₂·s + (1 − β₂)·g²;  θ ← θ − η·ĝ/(√ŝ + ε)",
            reference="Kingma and Ba 2015, Adam: "
            "a method for stochastic optimization, arXiv:1412.6980",
            torch_code="torch.optim.Adam(parameters, lr={learning_rate}, "
            "betas=({beta1}, {beta2}), eps={eps})",
            tensor_code=_ADAM_CODE,
            rules=(*_ADAM_RULES, _MOVED),
            state={"mean": "m", "mean_square": "s"},
            hyperparameters=(_BETA1, _BETA2, _EPS),
        ),
        Optimizer(
            name="adamw",
            label="AdamW",
            formula="θ ← (1 − η·λ)·θ, then as Adam",
            reference="Loshchilov and Hutter 2019, Decoupled weight decay regularization, "
            "arXiv:1711.05101",
            torch_code="torch.optim.AdamW(parameters, lr={learning_rate}, "
            "betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay})",
            tensor_code=("theta *= 1 - rate * weight_decay", *_ADAM_CODE),
            rules=(
                Rule("θ′", "parameters after weight decay", "(1 − η·λ)·θ"),
                *_ADAM_RULES,
                Rule("θ", "new parameters", "θ′ + Δθ"),
            ),
            state={"mean": "m", "mean_square": "s"},
            hyperparameters=(_BETA1, _BETA2, _EPS, _WEIGHT_DECAY),
        ),
        Optimizer(
            name="newton",
            label="Newton's method",
            formula="θ ← θ − η·H⁻¹·g",
            reference="Nocedal and Wright 2006, Numerical Optimization, sections 2.2 and 3.4",
            torch_code="Newton(parameters, lr={learning_rate})",
            tensor_code=(
                "direction = newton_step(loss_of, theta, grad)",
                "theta.add_(direction, alpha=rate)",
            ),
            rules=(Rule("Δθ", "step", "η·p"), _MOVED),
            search=Search(
                NEWTON,
                newton_stages,
                1.0,
                "Newton's method divides by the curvatures itself: rate 1 goes to the bottom of "
                "the local parabola, a smaller one only part of the way.",
                "1 goes to the parabola's bottom.",
                parabola=True,
            ),
        ),
        Optimizer(
            name="line_search",
            label="Exact line search",
            formula="θ ← θ − α·g, with the α of the least loss",
            reference="Nocedal and Wright 2006, Numerical Optimization, section 3.1",
            torch_code="LineSearch(parameters, lr={learning_rate})",
            tensor_code=(
                "found = rate_along(loss_of, theta, grad, rate)",
                "theta -= found * grad",
            ),
            rules=(Rule("Δθ", "step", "−α·g"), _MOVED),
            search=Search(
                LINE_SEARCH,
                line_search_stages,
                1000.0,
                "Exact line search finds a rate at every step: "
                "this is the longest that it may use.",
                "Longest; each step finds its own.",
                finds_rate="Exact line search finds a rate at every step: "
                "there are none to compare.",
            ),
        ),
    ),
)
