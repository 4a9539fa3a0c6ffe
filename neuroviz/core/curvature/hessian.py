"""Curvature: the second derivatives of the loss, by direction.

The loss is the mean over the samples with the penalties.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Keyed, Settings
from neuroviz.core.lazy import torch
from neuroviz.core.model.model import floats, model_of, network_of
from neuroviz.core.model.penalty import penalty_bends, penalty_gradient, penalty_kinks, penalty_rows
from neuroviz.core.types import Bools, Floats, Tensor, Unique


class Curvature(Unique):
    """The eigenvalues and eigenvectors of the Hessian of the loss at some parameters."""

    curvatures: Floats
    """(r,): the eigenvalues that are not exactly 0, ascending."""
    directions: Floats
    """(P, r): their eigenvectors, in columns."""
    quadratic: bool
    """Whether the Hessian is the same at all parameters, or else only local."""

    @property
    def zeros(self) -> int:
        """Number of eigenvalues that are exactly 0; no sample's loss is curved along them."""
        return len(self.directions) - len(self.curvatures)

    @property
    def negatives(self) -> int:
        """Number of eigenvalues below 0."""
        return int((self.curvatures < 0).sum())

    @property
    def eigenvalues(self) -> Floats:
        """(P,): all eigenvalues, ascending."""
        return np.insert(self.curvatures, self.negatives, np.zeros(self.zeros))

    @property
    def least(self) -> float | None:
        """λmin: the least curvature above 0; None if there is none, or if one is below 0."""
        return None if self.negatives or not len(self.curvatures) else float(self.curvatures[0])

    @property
    def greatest(self) -> float | None:
        """λmax: the greatest curvature; None if none is above 0."""
        return float(self.curvatures[-1]) if (self.curvatures > 0).any() else None

    @property
    def condition_number(self) -> float | None:
        """λmax/λmin; None where a curvature is below 0 or none is above."""
        return None if self.least is None or self.greatest is None else self.greatest / self.least


def is_quadratic(settings: Settings) -> bool:
    """Return whether the loss is a quadratic function of the parameters, everywhere.

    With L1 it is not, since that has kinks.
    """
    return has_quadratic_errors(settings) and not penalty_kinks(settings).any()


def has_quadratic_errors(settings: Settings) -> bool:
    """Return whether the mean loss of the samples is quadratic, whatever the penalties."""
    return not settings.hidden and settings.activation == "identity" and settings.loss == "mse"


def sample_curvatures(settings: Settings, parameters: Floats) -> Floats:
    """Return ∂²loss/∂z² of every sample, (N,), or (N, K) with K targets, at parameters (P,).

    It is computed in closed form, in float64, and is 0 at a kink. Autograd would form σ' as ŷ·(1 −
    ŷ), which is exactly 0 from z = 37 on. For cross-entropy of the rounded ŷ it is that of the
    function it stands for.

    Raises
    ------
    SettingsError
        If one is not finite.
    """
    return _checked(sample_derivatives(settings, parameters)[1])


def sample_slopes(settings: Settings, parameters: Floats) -> Floats:
    """Return ∂loss/∂z of every sample, (N,), at parameters (P,), as exact as the curvatures.

    Autograd would form tanh' as 1 − ŷ², which is exactly 0 from z = 19 on, where the loss is still
    curved. Only a fused form is the same as autograd's.
    """
    return sample_derivatives(settings, parameters)[0]


def sample_derivatives(settings: Settings, parameters: Floats) -> tuple[Floats, Floats]:
    """Return first and second derivative of every sample's loss by its z, (…, N) each.

    They are those at parameters (…, P), and not finite where a float cannot hold them. With K
    targets they have the shape (…, N, K).
    """
    activation = settings.activation_entry
    loss = LOSSES[settings.loss]
    with torch.inference_mode():
        z, target = _values(settings, parameters)
        fused = loss.fused.get(settings.activation)
        if fused is not None:
            return fused.derivative(z, target).numpy(), fused.second_derivative(z, target).numpy()
        assert loss.slopes is not None  # else only the fused activation fits this loss
        by_output, bend = loss.slopes(activation.error(z, target), target)
        slope = activation.derivative(z)
        curvatures = bend * slope.square() + by_output * activation.second_derivative(z)
        return (by_output * slope).numpy(), curvatures.numpy()


def _values(settings: Settings, parameters: Floats) -> tuple[Tensor, Tensor]:
    """Return z, (…, N) or (…, N, K), and the target (N,) of every sample, in float64."""
    if settings.parameters.linear:
        with np.errstate(over="ignore", invalid="ignore"):
            z = torch.tensor((settings.design @ parameters.T).T, dtype=torch.float64)
    else:
        z = model_of(settings).pre_activation(*_tensors(settings, parameters))
    return z, torch.tensor(settings.coded_targets, dtype=torch.float64)


def _tensors(settings: Settings, parameters: Floats) -> tuple[Tensor, Tensor]:
    """Return the parameters (…, P) and the inputs (N, D), in float64."""
    return torch.tensor(parameters), torch.tensor(settings.coded_inputs)


def slopes_of_z(settings: Settings, parameters: Floats) -> Floats:
    """Return ∂z/∂θ for every sample, (N, P) or (N, K, P), in float64, at parameters (P,)."""
    if settings.parameters.linear:
        return settings.design
    with torch.inference_mode():
        return floats(model_of(settings).slopes(*_tensors(settings, parameters)))


def flat_slopes(settings: Settings) -> Floats:
    """Return ∂z/∂θ, (N·K, P) with K outputs; without hidden neurons it is constant."""
    return _flat(slopes_of_z(settings, np.zeros(settings.parameters.count)))


def bending_rows(settings: Settings) -> Floats:
    """Return the only directions (N·K, P) along which the samples' losses may be curved.

    There must be no hidden neurons. With softmax, what is added to the sums of all classes changes
    no loss.
    """
    if settings.softmax:
        return _class_roots(settings, np.zeros(settings.parameters.count))
    return flat_slopes(settings)


def gradient_at(settings: Settings, parameters: Floats) -> Floats:
    """Return the gradient (P,) of the loss at parameters (P,).

    It is made from the slopes of :func:`sample_slopes`.
    """
    if settings.softmax:
        by_z, _ = _class_slopes(settings, parameters)
    else:
        by_z = sample_slopes(settings, parameters)
    own = by_z.ravel() @ _flat(slopes_of_z(settings, parameters)) / _losses(settings)
    return own + penalty_gradient(settings, parameters) if settings.penalties else own


def hessian_at(settings: Settings, parameters: Floats) -> Floats:
    """Return the Hessian (P, P) of the loss at parameters (P,), exactly symmetric.

    It is (1/N)·Σ hᵢ·x̃ᵢx̃ᵢᵀ, where hᵢ is ∂²loss/∂z² of a sample and x̃ᵢ is ∂z/∂θ, which for one
    neuron is its inputs and a 1. Hidden neurons add the curvature of z itself, and L2 adds 2·λ₂ for
    each weight.
    """
    count = _losses(settings)
    if settings.softmax:
        slopes, _ = _class_slopes(settings, parameters)
        roots = _checked(_class_roots(settings, parameters))
        hessian = roots.T @ roots
    else:
        rows = _flat(slopes_of_z(settings, parameters))
        slopes, samples = sample_derivatives(settings, parameters)
        hessian = (rows * _checked(samples).reshape(-1, 1)).T @ rows / count
    if settings.hidden:
        by_z = torch.tensor(slopes / count)
        bend = network_of(settings).bend(*_tensors(settings, parameters), by_z)
        hessian = _checked(hessian + floats(bend))
    return (hessian + hessian.T) / 2 + np.diag(penalty_bends(settings))


def _losses(settings: Settings) -> int:
    """Return how many losses the loss is the mean of: one for each target of each sample."""
    return settings.dataset.samples * settings.dataset.target_count


def _class_slopes(settings: Settings, parameters: Floats) -> tuple[Floats, Floats]:
    """Return ∂loss/∂z of every sample and class, and the classes' shares, (N, K) each."""
    with torch.inference_mode():
        z, target = _values(settings, parameters)
        by_z = settings.loss_entry.derivative(z, target)
        return floats(by_z), floats(z.softmax(-1))


def _class_roots(settings: Settings, parameters: Floats) -> Floats:
    """Return B (N·K, P) with BᵀB the Hessian of the mean loss, except the curvature of z.

    By z it is diag(p) − ppᵀ for shares p, so with gₖ = ∂zₖ/∂θ and their mean ḡ = Σ pₖgₖ it is Σ
    pₖ(gₖ − ḡ)(gₖ − ḡ)ᵀ. Reference: Böhning 1992, Annals of the Institute of Statistical Mathematics
    44.
    """
    rows = slopes_of_z(settings, parameters)
    _, shares = _class_slopes(settings, parameters)
    centred = rows - np.einsum("nk,nkp->np", shares, rows)[:, None, :]
    return _flat(np.sqrt(shares / len(rows))[:, :, None] * centred)


def _flat(rows: Floats) -> Floats:
    """Return rows (N, P) as they are, or (N, K, P) as (N·K, P)."""
    return rows.reshape(-1, rows.shape[-1])


def curvature_at(settings: Settings, parameters: Floats) -> Curvature:
    """Return the curvature of the loss over all samples at parameters (P,).

    The Hessian is BᵀSB, with rows √(|hᵢ|/N)·x̃ᵢ in B and the signs of hᵢ in S; L2 adds rows
    √(2·λ₂)·eᵢ, as if they were more samples. The eigenvalues come from the factors of B, not from
    the Hessian. So a zero that follows from the data is an exact zero, and a small curvature keeps
    its digits.

    Raises
    ------
    SettingsError
        If the curvature is not finite there.
    """
    if is_quadratic(settings):
        factors = quadratic_factors(settings)
        return Curvature(_checked(factors.scales**2), factors.right, quadratic=True)
    if settings.softmax and not settings.hidden:
        roots = _checked(_class_roots(settings, parameters))
        factors = factors_of(np.vstack((roots, penalty_rows(settings))))
        return Curvature(_checked(factors.scales**2), factors.right, quadratic=False)
    if settings.hidden:
        return _bent(_keyed(settings), np.asarray(parameters, dtype=np.float64).tobytes())
    return _local(_keyed(settings), sample_curvatures(settings, parameters).tobytes())


def quadratic_factors(settings: Settings) -> Factors:
    """Return the factors of B, where a quadratic loss is ½·‖Bθ − c‖².

    B is √(2/N)·(X, 1) and c is √(2/N)·y; with K targets there is a block for each, and N·K in place
    of N. L2 adds a row for each weight, √(2·λ₂)·eᵢ in B with a 0 in c: ridge regression as least
    squares. Reference: Hastie, Tibshirani and Friedman 2009, exercise 3.12.
    """
    return _cached_factors(_keyed(settings))


def stable_limit(settings: Settings, momentum: float = 0.0) -> float | None:
    """Return the learning rate above which the run must diverge; None where none is exact.

    There is one for SGD, momentum and Nesterov on a quadratic loss, with full batches, while they
    descend.
    """
    method = settings.optimizer_entry.quadratic
    descends = settings.batch_size == "full" and not_descending(settings) is None
    if method is None or not descends or not is_quadratic(settings):
        return None
    return method.limit(momentum) / float(quadratic_factors(settings).scales[-1]) ** 2


def _keyed(settings: Settings) -> Keyed:
    """Return what the factors depend on, besides the samples' curvatures or the parameters."""
    bends = tuple(penalty_bends(settings).tolist())
    own = (settings.dataset, settings.inputs, settings.breaks, bends)
    if settings.parameters.linear:
        return Keyed(own, settings)
    names = ("activation", "loss", "coding", "hidden", "hidden_activation", "outputs")
    return Keyed((*own, *(getattr(settings, name) for name in names)), settings)


# The ruler and the state's sentence ask for the same two: where a run is, and one step farther.
@lru_cache(maxsize=4)
def _local(keyed: Keyed, curvatures: bytes) -> Curvature:
    samples = np.frombuffer(curvatures)
    factors = _weighted_factors(keyed.settings, samples)
    signs = np.append(np.sign(samples), np.ones(len(factors.left) - len(samples)))
    if (signs >= 0).all():
        return Curvature(_checked(factors.scales**2), factors.right, quadratic=False)
    return _indefinite(factors, signs)


@lru_cache(maxsize=4)
def _bent(keyed: Keyed, parameters: bytes) -> Curvature:
    """Return the curvature with hidden neurons, where z is curved too, from the Hessian itself."""
    curvatures, directions = np.linalg.eigh(hessian_at(keyed.settings, np.frombuffer(parameters)))
    bent = _above_rounding(curvatures)
    return Curvature(curvatures[bent], directions[:, bent], quadratic=False)


@lru_cache(maxsize=8)
def _cached_factors(keyed: Keyed) -> Factors:
    settings = keyed.settings
    samples = sample_curvatures(settings, np.zeros(settings.parameters.count))
    return _weighted_factors(settings, samples.ravel())


def _weighted_factors(settings: Settings, samples: Floats) -> Factors:
    rows = np.sqrt(np.abs(samples) / len(samples))[:, None] * flat_slopes(settings)
    return factors_of(np.vstack((rows, penalty_rows(settings))) if settings.penalties else rows)


def _indefinite(factors: Factors, signs: Floats) -> Curvature:
    """Return the curvature where samples are curved both up and down.

    It is computed within the directions in which any sample is curved.
    """
    inner = (
        factors.left.T @ (signs[:, None] * factors.left) * np.outer(factors.scales, factors.scales)
    )
    curvatures, turns = np.linalg.eigh((inner + inner.T) / 2)
    nonzero = _above_rounding(curvatures)
    return Curvature(
        _checked(curvatures[nonzero]), (factors.right @ turns)[:, nonzero], quadratic=False
    )


def _above_rounding(curvatures: Floats) -> Bools:
    """Return which eigenvalues (P,) of a Hessian exceed the rounding of the largest."""
    size = np.abs(curvatures)
    return size > len(size) * np.finfo(np.float64).eps * size.max(initial=0.0)


def _checked(numbers: Floats) -> Floats:
    if not np.isfinite(numbers).all():
        raise SettingsError(
            "The curvature at these parameters is not finite: use smaller weights or inputs.",
            "weights",
        )
    return numbers


def not_descending(settings: Settings) -> str | None:
    """Return why the theory of gradient descent does not apply to a run; None if it does."""
    if settings.breaks_it("ascent"):
        return "The theory is about descent, and these steps go up the gradient on purpose."
    if settings.breaks_it("no_zero_grad"):
        return (
            "The theory is about one gradient per step, "
            "and here each step uses the sum of all so far, on purpose."
        )
    return None


_GRAM_CONDITION = 1e7
"""Largest condition of a Gram matrix whose least squared scale still has eight digits."""


class Factors(Unique):
    """A matrix B (N, P) of rank r as U·diag(s)·Vᵀ."""

    left: Floats
    """U (N, r), with columns of length 1 at right angles to each other."""
    scales: Floats
    """s (r,), ascending, all above 0."""
    right: Floats
    """V (P, r), with columns like those of U."""


def factors_of(matrix: Floats) -> Factors:
    """Return the factors of a finite matrix (N, P).

    The rank is that of the matrix with its columns scaled to one length: the number of its scales
    above max(N, P)·ε·(the greatest); smaller ones are rounding. Reference: Golub and Van Loan,
    Matrix Computations, 5.5.8; numpy's ``matrix_rank``.
    """
    if matrix.shape[0] < matrix.shape[1]:
        turned = _by_gram_matrix(matrix.T)
        return Factors(turned.right, turned.scales, turned.left) if turned else _by_svd(matrix)
    return _by_gram_matrix(matrix) or _by_svd(matrix)


def _by_gram_matrix(matrix: Floats) -> Factors | None:
    """Return the factors from BᵀB, which is several times faster.

    It is None where small scales would be lost in rounding.
    """
    squares, right = np.linalg.eigh(matrix.T @ matrix)
    if squares[0] * _GRAM_CONDITION < squares[-1] or squares[-1] == 0:
        return None
    scales = np.sqrt(squares)
    return Factors(matrix @ right / scales, scales, right)


def _by_svd(matrix: Floats) -> Factors:
    # Inputs may be 1e-19 beside the bias's 1, like charges in coulombs. With the longest column
    # first, even their scales have all digits.
    lengths = np.linalg.norm(matrix, axis=0)
    order = np.argsort(-lengths, kind="stable")
    left, scales, right = np.linalg.svd(matrix[:, order], full_matrices=False)
    columns = matrix[:, lengths > 0] / lengths[lengths > 0]
    rank = int(np.linalg.matrix_rank(columns)) if columns.size else 0
    rank = min(rank, int((scales**2 > 0).sum()))  # the squares are what is asked for
    turned = np.empty_like(right)
    turned[:, order] = right
    return Factors(left[:, :rank][:, ::-1], scales[:rank][::-1], turned[:rank][::-1].T)
