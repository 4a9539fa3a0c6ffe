"""Separability: whether one neuron with a threshold can get every row right.

Where it cannot, a few samples show why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Keyed, Settings
from neuroviz.core.data.dataset import Dataset, with_features
from neuroviz.core.data.formula import word_for
from neuroviz.core.model.boundary import crossings, never_falls
from neuroviz.core.model.model import output_of, right, zero_errs
from neuroviz.core.numbers import elided
from neuroviz.core.types import Floats, Frozen, Ints

_ITERATIONS = 2_000
_MOST_WORK = 200_000_000
"""Products after which the question is left open, since somebody is waiting for the answer."""
_PART = 4_000
"""Rows that are judged together at first."""
_ROUNDS = 20
"""How often more rows may join them."""
_MOST_NUMBERS = 50_000
"""Numbers in the samples beyond which no margin is searched for."""
_GAP = 1e-8
"""Share of the margin by which its upper and lower bound may differ."""
_NO_LENGTH = 1e-14
"""Length below which a point in the hull of rows of length 1 is the origin, but for rounding."""


def separable(dataset: Dataset) -> bool | None:
    """Return whether a line (plane …) separates the two classes; None where it stays open.

    True is certified by a plane that was found, and False by the origin in the convex hull of the
    rows ±(x, 1), where no plane is possible. The point of the hull nearest the origin is searched
    for as in :func:`largest_margin` until one of the two is met. With several targets each needs a
    plane.
    """
    if not dataset.classes:
        return None
    if dataset.target_count > 1:
        return _all(separable(dataset.of_target(each)) for each in range(dataset.target_count))
    return _parted(dataset)[0]


@lru_cache(maxsize=8)
def _parted(dataset: Dataset) -> Side:
    sides = (2 * dataset.targets - 1)[:, None]
    return _one_sided(np.column_stack((dataset.inputs, np.ones(dataset.samples))) * sides)


@lru_cache(maxsize=8)
def told_apart(dataset: Dataset) -> bool:
    """Return whether no two rows with the same inputs have different targets."""
    first: dict[bytes, object] = {}
    rows = zip(dataset.inputs + 0.0, dataset.targets.tolist(), strict=True)  # −0 is 0
    return all(first.setdefault(row.tobytes(), target) == target for row, target in rows)


def _all(found: Iterable[bool | None]) -> bool | None:
    """Return whether all are true; None where that is not known."""
    known = [*found]
    return False if False in known else None if None in known else True


def separable_by(settings: Settings) -> bool | None:
    """Return whether an experiment can get every row right by a line; None where it is unknown.

    The question is that of :func:`separable`. The output must cross the threshold at only one z, or
    the rows of a class need not lie on one side of a plane: GELU falls before it rises. Without a
    bias the plane goes through the origin if that z is 0; otherwise the question stays open. There,
    a sample at the origin has z = 0 whatever the weights are, which is class 0. Hidden neurons can
    do without a line, unless :func:`is_one_line`. With several targets each output must be able to.
    """
    if settings.independent:
        return _all(map(separable_by, settings.each_output))
    if settings.threshold is None or not is_one_line(settings):
        return None
    crossed = crossings(settings.activation, settings.threshold)
    if not settings.breaks_it("no_bias"):
        return separable(settings.dataset) if len(crossed) == 1 else None
    if not settings.parameters.linear and settings.hidden_activation != "identity":
        return None  # its own activation can shift the line
    if crossed != (0.0,):
        return None
    return _separable_through_origin(settings)


def is_one_line(settings: Settings) -> bool:
    """Return whether z of the output depends on one direction of the inputs only, monotonically.

    That of one neuron does so. Hidden neurons with the identity add nothing, since a sum of sums is
    a sum, nor does a single hidden neuron whose activation never falls.
    """
    if settings.parameters.linear or settings.hidden_activation == "identity":
        return True
    return settings.hidden == 1 and never_falls(settings.hidden_activation or "")


def no_finite_best(settings: Settings, parting: Floats | None = None) -> bool | None:
    """Return whether no weights are best, since larger ones always lower the loss; None if unknown.

    That is so where a plane separates the classes and their targets are the two limits of the
    activation, which it nears and never reaches: weights twice as large lower the loss of every
    sample, except those at the origin, for which a neuron without a bias has no say. Reference:
    Albert and Anderson 1984, Biometrika 71, 1-10, on complete separation.

    A penalty rises with every weight, so some weights are best. With a single class, the bias,
    which is not penalised, may grow for ever; there it is left open.

    Parameters
    ----------
    parting
        (P,): parameters that may separate the classes, which proves it where the search for a plane
        finds none.
    """
    if settings.independent:
        # The loss is the mean over the targets: it has no best where one of them has none.
        each = _no_finite_bests(settings, parting)
        best = _all(None if found is None else not found for found in each)
        return None if best is None else not best
    if settings.softmax and not settings.hidden and not settings.penalties:
        # A factor on all weights moves the sums of the classes apart by the same factor.
        given = None if parting is None else output_of(settings, parting, settings.coded_inputs)
        return True if given is not None and np.all(right(settings, given)) else None
    if not settings.parameters.linear or settings.coding is None:
        return None
    if settings.activation_entry.output_range != CODINGS[settings.coding]:
        return None
    if not settings.activation_entry.trainable:  # a step is at its limits with any weights
        return False
    if settings.penalties:
        one_class = len(np.unique(settings.dataset.targets)) == 1
        return None if one_class and not settings.breaks_it("no_bias") else False
    found = (
        _separable_through_origin(settings)
        if settings.breaks_it("no_bias")
        else separable(settings.dataset)
    )
    return True if found is None and parting is not None and _part(settings, parting) else found


def _no_finite_bests(settings: Settings, parting: Floats | None) -> Iterable[bool | None]:
    """Return what :func:`no_finite_best` finds for each of several targets."""
    places = map(settings.parameters.of_output, range(settings.outputs))
    own = [None if parting is None else parting[place] for place in places]
    return map(no_finite_best, settings.each_output, own)


def endless_targets(settings: Settings, parting: Floats | None = None) -> str:
    """Return the names of the targets that have no finite best weights."""
    each = zip(settings.dataset.target_names, _no_finite_bests(settings, parting), strict=True)
    return ", ".join(elided(name) for name, endless in each if endless)


@lru_cache(maxsize=8)
def parting_features(dataset: Dataset) -> tuple[str, ...]:
    """Return the fewest products and squares of inputs with which a plane separates the classes.

    They are added to the data's inputs by formula. None are found for data with more than two
    inputs of their own, or where these do not help.
    """
    names = [word_for(name) for name in dataset.input_names[: dataset.own_width]]
    if len(names) > 2 or not dataset.classes:
        return ()
    squares = [f"{name}^2" for name in names]
    terms = ["*".join(names), *squares] if len(names) == 2 else squares
    for count in range(1, len(terms) + 1):
        for added in combinations(terms, count):
            try:
                wider = with_features(dataset, (*dataset.features, *added))
            except SettingsError:  # it is there already, or adds nothing, as 0² = 0 and 1² = 1
                continue
            if separable(wider):
                return added
    return ()


def is_perceptron_rule(settings: Settings) -> bool:
    """Return whether each step follows the perceptron's rule.

    A sample on the wrong side of z = 0, or on it, moves the parameters by rate · y · (x, 1), and
    any other sample does not move them; the rate is constant.
    """
    return (
        zero_errs(settings)
        and (settings.optimizer, settings.schedule) == ("sgd", "constant")
        and settings.samples_per_step == 1
        and not settings.penalties
        and not any(BREAKS[name].changes_step for name in settings.breaks)
    )


def starts_at_zero(settings: Settings) -> bool:
    """Return whether all parameters are 0 at the start, whether drawn or typed."""
    if settings.weights is None:
        return settings.init == "zeros"
    return not any((*settings.weights, settings.bias))


def most_mistakes(settings: Settings) -> int | None:
    """Return the most mistakes that the perceptron's rule can make from a start at 0.

    That is (R/γ)², where R is the length of the longest row (x, 1) and γ the largest margin of a
    plane through the origin of these rows. It holds for any order of the samples, and the rate only
    scales the parameters. It is None for another rule or start, where no plane separates the
    classes, and for data whose margin takes too long to find. Reference: Novikoff 1962.
    """
    if not (is_perceptron_rule(settings) and starts_at_zero(settings)):
        return None
    return _novikoff(Keyed((settings.dataset, settings.inputs, settings.breaks), settings))


@lru_cache(maxsize=8)
def _novikoff(keyed: Keyed) -> int | None:
    rows = keyed.settings.design * keyed.settings.coded_targets[:, None]
    if rows.size > _MOST_NUMBERS:
        return None
    _, power = np.frexp(np.abs(rows).max())
    rows = np.ldexp(rows, -power)  # exact; the squares of huge numbers would overflow
    plane = largest_margin(rows)
    if plane is None:
        return None
    # The bound holds with the margin of any plane, so the margin of this one is safe.
    margin = float((rows @ plane).min()) / float(np.linalg.norm(plane))
    return math.floor((1 + _GAP) * float(np.square(rows).sum(axis=1).max()) / margin**2)


def largest_margin(rows: Floats) -> Floats | None:
    """Return the normal (P,) of the plane through the origin with the largest margin γ.

    All rows (N, P) lie on one side of it, the nearest at γ. The result is None where no plane has
    them there, or where the digits do not tell. The normal points to the point of the rows' convex
    hull nearest the origin. That point's length bounds γ from above and the nearest row bounds it
    from below; both agree. Reference: Wolfe 1976, Finding the nearest point in a polytope,
    Mathematical Programming 11, 128-149.
    """
    for normal, point, _ in _planes(rows):
        above = float(np.linalg.norm(point) * np.linalg.norm(normal))
        if (rows @ normal).min() >= (1 - _GAP) * above > 0:
            return normal
    return None


def _planes(rows: Floats) -> Iterator[tuple[Floats, Floats, list[int]]]:
    """Yield planes with ever larger margins: a normal (P,), and a point (P,) of the hull.

    The point is the nearest to the origin so far; with it come the rows of which it is a mixture.
    """
    corners = [int(np.square(rows).sum(axis=1).argmin())]
    shares = np.ones(1)
    work = 0
    for _ in range(_ITERATIONS):
        work += rows.size + 2 * rows.shape[1] * len(corners) ** 2
        # The nearest point itself is not used, since large numbers may cancel in it.
        found = np.linalg.lstsq(rows[corners], np.ones(len(corners)), rcond=None)[0]
        normal = found.astype(np.float64)
        yield normal, shares @ rows[corners], corners
        products = rows @ normal
        closest = int(products.argmin())
        through_origin = products[corners].min() < 0.5  # where it is 1 for any other plane
        if through_origin or closest in corners:  # else it would go on in the last digits
            break
        if work > _MOST_WORK:
            break
        corners, shares = _nearest_within(rows, [*corners, closest], np.append(shares, 0.0))


def _nearest_within(rows: Floats, corners: list[int], shares: Floats) -> tuple[list[int], Floats]:
    """Return the corners and shares of the point nearest the origin, among mixtures of corners.

    The search goes towards the nearest point of the plane through the corners until a share is used
    up. That corner is then left out, and the search goes on.
    """
    while True:
        first, *others = rows[corners]
        edges = np.array(others).reshape(-1, len(first)) - first
        best = np.linalg.lstsq(edges.T, -first, rcond=None)[0]
        best = np.append(1 - best.sum(), best)
        falling = best <= 0
        if not falling.any():
            return corners, best
        ways = shares[falling] / (shares[falling] - best[falling])
        shares = shares + float(ways.min()) * (best - shares)
        kept = shares > _GAP
        kept[np.flatnonzero(falling)[ways.argmin()]] = False
        corners = [corner for corner, stays in zip(corners, kept, strict=True) if stays]
        shares = shares[kept] / shares[kept].sum()


def _part(settings: Settings, parameters: Floats) -> bool:
    """Return whether parameters (P,) put every row strictly on the side of its class."""
    with np.errstate(over="ignore", invalid="ignore"):
        sides = settings.design @ parameters * np.where(settings.dataset.targets == 1, 1.0, -1.0)
    return bool((sides[settings.design.any(axis=1)] > 0).all())


def _separable_through_origin(settings: Settings) -> bool | None:
    return _through_origin(Keyed((settings.dataset, settings.inputs, settings.breaks), settings))


@lru_cache(maxsize=8)
def _through_origin(keyed: Keyed) -> bool | None:
    values = keyed.settings.coded_inputs
    positive = keyed.settings.dataset.targets == 1
    at_origin = ~values.any(axis=1)
    if (at_origin & positive).any():
        return False
    rows = (values * np.where(positive, 1.0, -1.0)[:, None])[~at_origin]
    return _one_sided(rows)[0] if len(rows) else True


Side = tuple[bool | None, Ints]
"""Whether all rows lie on one side of a plane, and where none has them there, the few that show it:
the origin is a mixture of them."""


def _one_sided(rows: Floats) -> Side:
    """Return whether all rows (N, P) lie on one side of a plane through the origin.

    No row is 0. If there are many, a part of them decides: where no plane separates the part, none
    separates all; a plane that separates it is tried on all rows, and those on its wrong side join
    the part.
    """
    for axis in (0, 1):  # the unit of an input and the length of a row do not matter
        _, powers = np.frexp(np.abs(rows).max(axis=axis, keepdims=True))
        # Exact; the squares of huge numbers would overflow.
        rows = np.ldexp(rows, -powers)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    part = np.linspace(0, len(rows) - 1, min(len(rows), _PART)).astype(np.int64)
    for _ in range(_ROUNDS):
        found, normal, corners = _plane(rows[part])
        if not found or len(part) == len(rows):
            return found, part[corners]
        sides = rows @ normal
        wrong = np.flatnonzero(sides <= 0)
        if not len(wrong):
            return True, wrong
        part = np.concatenate((part, wrong[np.argsort(sides[wrong], kind="stable")[:_PART]]))
    return None, part[:0]


def _plane(rows: Floats) -> tuple[bool | None, Floats, list[int]]:
    """Return whether there is a plane for rows of length 1, and the last normal that was tried.

    With it come the rows that prove that there is none.
    """
    normal = rows[0]
    for normal, point, corners in _planes(rows):
        if (rows @ normal).min() > 0:
            return True, normal, []
        if np.linalg.norm(point) < _NO_LENGTH:
            return False, normal, corners
    return None, normal, []


class Overlap(Frozen):
    """Two groups of samples, one of each class, whose hulls share a point.

    Any line has that point on one side only.
    """

    one: tuple[int, ...]
    """Indices of samples of one class: a point, the ends of a segment or the corners of a
    triangle."""
    other: tuple[int, ...]
    """The same of the other class."""


def overlap(dataset: Dataset) -> Overlap | None:
    """Return up to four samples that no line separates by class; None where a line does.

    It is also None with more than two inputs, several targets, or formulas, and where it stays open
    whether a line does. The samples are the few of whose rows ±(x, 1) the origin is a mixture: the
    same mixture, by class, is a point of both hulls. Reference: Kirchberger 1903, Mathematische
    Annalen 57, 509-540: four samples are enough to show it.
    """
    many = dataset.width > 2 or dataset.target_count > 1
    if not dataset.classes or many or dataset.features:
        return None
    parted, rows = _parted(dataset)
    if parted is not False:
        return None
    ones = dataset.targets[rows] == 1
    return Overlap(tuple(rows[~ones].tolist()), tuple(rows[ones].tolist()))
