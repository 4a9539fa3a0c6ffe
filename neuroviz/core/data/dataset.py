"""Dataset: the one form of all data, whether drawn, typed, pasted, made up or read from a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from numbers import Real
from typing import Any

from msgspec import to_builtins
from msgspec.structs import asdict, astuple, force_setattr, replace

from neuroviz.core.catalogue import SettingsError, told
from neuroviz.core.data.formula import Formula
from neuroviz.core.data.preparation import SCALINGS, UNSCALED, Scaling, held_out_rows, scaling_of
from neuroviz.core.lazy import np
from neuroviz.core.numbers import elided, exact, printed, quoted, subscripted
from neuroviz.core.types import Floats, Unique

LARGEST_IN_DATA = 1e100
"""The largest number in data: products of three of them, which curvature and geometry need, do not
overflow."""
_WHAT_DATA_ARE = f"numbers up to {printed(LARGEST_IN_DATA)} in size"
_ARRAYS = ("inputs", "targets")
_LATER = ("features", "target_names")
"""Fields that were added; data without them have the same files as before."""
MOST_CLASSES = 5
"""Most classes."""
MOST_FEATURES = 6
"""Most inputs by formula."""


class Dataset(Unique):
    """Samples, the target of each, and where they come from.

    Two data sets are equal if all their fields are, with numbers compared to the last bit.

    Raises
    ------
    SettingsError
        If shapes or values are not as described.
    """

    inputs: Floats
    """(N, D), N and D at least 1, up to LARGEST_IN_DATA in size, in the data's own units. The last
    of them are computed from the others, one for each of ``features``, whatever was given."""
    targets: Floats
    """(N,), up to LARGEST_IN_DATA in size; for K classes 0 to K − 1, whatever their coding in a
    run. Or (N, K), 2 to 5 for each sample, with an output for each: all numbers, or all 0 and 1."""
    classes: bool
    """Whether the targets are classes rather than numbers."""
    input_names: tuple[str, ...] = ()
    """D different names; empty for x1 … xD."""
    target_name: str = "y"
    class_names: tuple[str, ...] = ()
    """The names of the K classes, 2 to 5; empty for 0 and 1."""
    origin: str = ""
    """Where the data come from, such as "iris.csv"; empty for a task's own."""
    scaling: Scaling = UNSCALED
    """How the neuron gets the inputs."""
    held_out: tuple[int, ...] = ()
    """Indices, ascending, of the rows held out; at least one row is not."""
    features: tuple[str, ...] = ()
    """Formulas of the last inputs, by the data's own inputs; see :func:`with_features`."""
    target_names: tuple[str, ...] = ()
    """Different names of several targets; empty for y1 … yK."""

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            array = numbers_of(getattr(self, name), name)
            force_setattr(self, name, array)
        for name in ("input_names", "class_names", "held_out", "features", "target_names"):
            force_setattr(self, name, _listed(getattr(self, name), name))
        self._check_shapes()
        if self.target_count > 1 and not self.target_names:
            named = tuple(f"y{index + 1}" for index in range(self.target_count))
            force_setattr(self, "target_names", named)
        names = self.input_names or tuple(f"x{i + 1}" for i in range(self.own_width))
        names = (*names[: self.own_width], *self.features) if self.features else names
        force_setattr(self, "input_names", names)
        for index, formula in enumerate(self.formulas, self.own_width):
            self.inputs[:, index] = _worked_out(formula, self.own_inputs)
        for name in _ARRAYS:
            getattr(self, name).setflags(write=False)
        if self.classes is True and not self.class_names:
            force_setattr(self, "class_names", _numbered(self.targets))
        self._check()
        self._check_scaling()
        self._check_words()

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy made so has read-only arrays too.
        return type(self), astuple(self)

    def __repr__(self) -> str:
        # Without the rows held out, since there may be thousands.
        said = (f"{name}={value!r}" for name, value in asdict(self).items() if name != "held_out")
        return f"{type(self).__name__}({', '.join(said)})"

    def _check_shapes(self) -> None:
        if (
            self.inputs.ndim != 2
            or 0 in self.inputs.shape
            or self.targets.shape[:1] != self.inputs.shape[:1]
            or self.targets.ndim > 2
            or not (self.targets.ndim == 1 or 2 <= self.targets.shape[1] <= MOST_CLASSES)
        ):
            raise SettingsError(
                f"Data need inputs (N, D) and targets (N,) or (N, 2 to {MOST_CLASSES}), "
                f"not {self.inputs.shape} and {self.targets.shape}.",
                "data",
            )
        if len(self.features) > MOST_FEATURES:
            raise SettingsError(
                f"There can be at most {MOST_FEATURES} inputs by formula.", "features"
            )
        if not all(isinstance(text, str) for text in self.features) or self.own_width < 1:
            raise SettingsError("Inputs by formula must be text, of inputs there are.", "features")

    def _check(self) -> None:
        largest = max(np.abs(self.inputs).max(), np.abs(self.targets).max())
        if not largest <= LARGEST_IN_DATA:  # also true for nan
            raise SettingsError(
                f"Data must be {_WHAT_DATA_ARE}; one is {_number_told(largest)}.", "data"
            )
        count = max(2, len(self.class_names)) if self.target_count == 1 else 2
        if self.classes and not np.isin(self.targets, np.arange(count)).all():
            upto = "0 and 1" if count == 2 else f"0 to {count - 1}"
            raise SettingsError(f"Classes must be given as {upto}.", "data")

    def _check_words(self) -> None:
        words = (*self.input_names, *self.class_names, *self.target_names)
        words = (*words, self.target_name, self.origin)
        if not all(isinstance(word, str) for word in words) or not isinstance(self.classes, bool):
            raise SettingsError("Names in data must be text, and classes true or false.", "data")
        if len(self.input_names) != self.width or len(set(self.input_names)) != self.width:
            raise SettingsError(
                f"Data of {self.width} inputs need {self.width} different names for them.", "data"
            )
        several = self.target_count if self.target_count > 1 else 0
        names = {*self.target_names} - {*self.input_names}
        if not len(self.target_names) == len(names) == several:
            needed = f"{several} different names in target_names, none of them an input's"
            one = "a single target has its name in target_name, not in target_names"
            raise SettingsError(
                f"Data of {several} targets need {needed}." if several else f"In data {one}.",
                "data",
            )
        named = len(self.class_names)
        most = 2 if several else MOST_CLASSES
        counts = "2" if several else f"2 to {MOST_CLASSES}"
        if not (2 <= named <= most if self.classes else named == 0):
            raise SettingsError(
                f"Data need a name for each of {counts} classes, and numbers none.",
                "data",
            )
        rows = self.held_out
        if not all(isinstance(row, int) for row in rows):
            raise SettingsError("Rows held out must be whole numbers.", "data")
        if rows and not (
            list(rows) == sorted(set(rows)) and 0 <= rows[0] <= rows[-1] < self.rows > len(rows)
        ):
            raise SettingsError(
                "Rows held out must be rows of the data, each once, and not all of them.", "data"
            )

    def _check_scaling(self) -> None:
        if not isinstance(self.scaling, Scaling):
            raise SettingsError(
                f"Data are scaled by data.scaled('standardise'), not by {told(self.scaling)}.",
                "data",
            )
        if self.scaling.name == "none":
            return
        SCALINGS.find(self.scaling.name)
        numbers = (*self.scaling.shift, *self.scaling.scale)
        if len(self.scaling.shift) != self.width or len(self.scaling.scale) != self.width:
            raise SettingsError(
                f"A scaling of {self.width} inputs needs two numbers for each.", "data"
            )
        if not np.isfinite(numbers).all() or min(self.scaling.scale) <= 0:
            raise SettingsError(
                "A scaling needs finite numbers, and divides by numbers above 0.", "data"
            )
        if not np.abs(self.scaled_inputs).max() <= LARGEST_IN_DATA:
            raise SettingsError(f"The scaled inputs must be {_WHAT_DATA_ARE}.", "data")

    # --- what is in it ----------------------------------------------------------------------------

    @property
    def rows(self) -> int:
        """Number of samples, including those held out."""
        return int(self.inputs.shape[0])

    @property
    def samples(self) -> int:
        """N, the number of samples of this very data set; see :attr:`training`."""
        return self.rows

    @property
    def width(self) -> int:
        """D, the number of inputs of the neuron."""
        return int(self.inputs.shape[1])

    @property
    def target_count(self) -> int:
        """Number of targets of each sample."""
        return 1 if self.targets.ndim == 1 else int(self.targets.shape[1])

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns in a table of inputs and targets."""
        return (*self.input_names, *(self.target_names or (self.target_name,)))

    @property
    def own_width(self) -> int:
        """The number of inputs that are not formulas of others."""
        return self.width - len(self.features)

    @property
    def own_inputs(self) -> Floats:
        """(N, own_width): the inputs that are not formulas of others."""
        return self.inputs[:, : self.own_width]

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas by which the last inputs are computed from the others."""
        own = self.input_names[: self.own_width]
        return tuple(Formula(text, own) for text in self.features)

    @cached_property
    def scaled_inputs(self) -> Floats:
        """(N, D): the inputs as the neuron gets them."""
        return self.scaling.apply(self.inputs)

    @cached_property
    def training(self) -> Dataset:
        """The rows that a run is trained on: all but those held out.

        It is this object itself where none are held out.
        """
        return self.picked(self.training_rows) if self.held_out else self

    @cached_property
    def held_back(self) -> Dataset | None:
        """The rows held out, as a data set; None where there are none."""
        return self.picked(self.held_out) if self.held_out else None

    @cached_property
    def training_rows(self) -> tuple[int, ...]:
        """Indices of the rows that a run is trained on."""
        return tuple(np.delete(np.arange(self.rows), self.held_out).tolist())

    def own_name(self, index: int, longest: int = 24) -> str:
        """Return the data's own name of an input, in at most ``longest`` letters.

        It is empty where the name is x, or x1 … xD.
        """
        if index >= self.own_width:
            return elided(self.formulas[index - self.own_width].label, longest)
        name = self.input_names[index]
        return "" if name in ("x", f"x{index + 1}") else elided(name, longest)

    def shown_name(self, index: int, longest: int = 60) -> str:
        """Return the name of an input on the screen: x, x₁ or its own name."""
        plain = "x" if self.width == 1 else subscripted(f"x{index + 1}")
        return self.own_name(index, longest) or plain

    def picked(self, rows: Sequence[int]) -> Dataset:
        """Return the data of these rows, none of them held out, with the same scaling."""
        wanted = np.array(rows, dtype=np.int64)
        return replace(self, inputs=self.inputs[wanted], targets=self.targets[wanted], held_out=())

    # --- the same data otherwise ------------------------------------------------------------------

    def of_target(self, index: int) -> Dataset:
        """Return the data with only one of several targets."""
        return replace(
            self,
            targets=self.targets[:, index],
            target_name=self.target_names[index],
            target_names=(),
        )

    def scaled(self, name: str) -> Dataset:
        """Return the data scaled in a way of SCALINGS, by the rows that are not held out.

        Raises
        ------
        SettingsError
            If there is no way of that name.
        """
        return replace(self, scaling=scaling_of(name, self.training.inputs))

    def holding_out(self, share: float, seed: int = 0) -> Dataset:
        """Return the data with a share of their rows held out, drawn by a seed.

        The scaling is found anew. Each class holds out its share, unless there are several targets.
        A share of 0 holds nothing out.

        Raises
        ------
        SettingsError
            If the share is not 0 … 0.9, or holds out no row.
        """
        aside = held_out_rows(self.targets, self.classes and self.target_count == 1, share, seed)
        return replace(self, held_out=aside).scaled(self.scaling.name)

    def keeping_aside(self, rows: Sequence[int]) -> Dataset:
        """Return the data with these rows held out, by their indices; the scaling is found anew.

        Raises
        ------
        SettingsError
            If there are no such rows, or no others.
        """
        kept_aside = _listed(rows, "rows")
        if not all(isinstance(row, int) for row in kept_aside):
            raise SettingsError("Rows held out must be whole numbers.", "data")
        return replace(self, held_out=tuple(sorted(set(kept_aside)))).scaled(self.scaling.name)

    # --- equality, and plain values ---------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Dataset):
            return self is other
        return self._words == other._words and all(
            _same_bits(getattr(self, name), getattr(other, name)) for name in _ARRAYS
        )

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self._words, self.inputs.tobytes(), self.targets.tobytes()))

    @property
    def _words(self) -> tuple[Any, ...]:
        words = [value for name, value in asdict(self).items() if name not in (*_ARRAYS, *_LATER)]
        return (*words, *self.features, *self.target_names)

    @cached_property
    def record(self) -> dict[str, Any]:
        """All fields in types that JSON has, always the same object.

        :meth:`from_dict` makes the same data of them, to the bit.
        """
        fields = _with_lists(to_builtins(self, enc_hook=lambda array: array.tolist()))
        return {name: value for name, value in fields.items() if value or name not in _LATER}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Dataset:
        """Return the data that :attr:`record` describes.

        Raises
        ------
        SettingsError
            If the values do not describe data.
        """
        try:
            return cls(**{**values, "scaling": _scaling_from(values.get("scaling", {}))})
        except SettingsError:
            raise
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise SettingsError(f"These are no data of NeuroViz: {error}.", "data") from None


def numbers_of(value: Any, name: str) -> Floats:
    """Return a copy of numbers as an array of float64, row by row.

    Parameters
    ----------
    value
        Numbers, or lists of lists of them.
    name
        Their name in a message, in the plural.

    Raises
    ------
    SettingsError
        If there is anything else that would silently become a number: a mask, a date, a text.
    """
    # By the name of its type, since importing numpy.ma takes a while; whoever has such an array has
    # imported it.
    if type(value).__module__.startswith("numpy.ma") and np.ma.is_masked(value):
        raise SettingsError(
            f"The {name} have masked cells, which are no numbers: leave their rows out.", "data"
        )
    try:
        array = array_of(value)
        if array.dtype.kind == "O" and all(isinstance(each, Real) for each in array.flat):
            array = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        classes = "; of classes 0 and 1, whose names are class_names" if name == "targets" else ""
        raise SettingsError(
            f"The {name} must be numbers, in rows of one length, not {told(value)}{classes}.",
            "data",
        )
    # Row by row, since torch adds up in another order where memory goes by columns.
    return np.array(array, dtype=np.float64, order="C")


def array_of(value: Any) -> Any:
    """Return what numpy makes of a value: a mask stays, and a tensor leaves its graph.

    Raises
    ------
    TypeError, ValueError, RuntimeError
        If there is no array of it.
    """
    return np.asanyarray(value.detach() if hasattr(value, "detach") else value)


def _numbered(targets: Floats) -> tuple[str, ...]:
    """Return names for unnamed classes, as many as there are different targets (N,)."""
    count = min(max(len(set(targets.ravel().tolist())), 2), MOST_CLASSES)
    return tuple(map(str, range(count)))


def _with_lists(value: Any) -> Any:
    """Return plain data with lists in place of tuples, as JSON gives them back."""
    if isinstance(value, dict):
        return {name: _with_lists(each) for name, each in value.items()}
    return [*map(_with_lists, value)] if isinstance(value, tuple) else value


def _listed(value: Any, name: str) -> tuple[Any, ...]:
    """Return the items of a list, with numpy's whole numbers as Python's."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        field = name if name == "features" else "data"
        raise SettingsError(f"{name} must be a list, not {told(value)}.", field)
    return tuple(int(each) if isinstance(each, np.integer) else each for each in value)


def _same_bits(one: Floats, other: Floats) -> bool:
    return one.shape == other.shape and bool((one.view(np.int64) == other.view(np.int64)).all())


def _scaling_from(values: Mapping[str, Any]) -> Scaling:
    numbers = {name: tuple(map(float, values.get(name, ()))) for name in ("shift", "scale")}
    return Scaling(str(values.get("name", "none")), **numbers)


def with_features(data: Dataset, features: Sequence[str]) -> Dataset:
    """Return the data with these inputs by formula, in place of those they have.

    The scaling is found anew. An empty list leaves only the data's own inputs.

    Raises
    ------
    SettingsError
        If one is not a formula of the data's own inputs, not finite for a row, the same for every
        row, or the same as another input except for its sign.
    """
    listed = _listed(features, "features")
    texts = tuple(text.strip() if isinstance(text, str) else text for text in listed)
    own = data.own_width
    names = (*data.input_names[:own], *texts)
    for index, text in enumerate(texts, own):
        if text in names[:index]:
            raise SettingsError(_adds_nothing(text, f"the same as {text}"), "features")
    room = np.zeros((data.rows, len(texts)))
    result = replace(
        data,
        inputs=np.column_stack((data.own_inputs, room)),
        input_names=data.input_names[:own],
        features=texts,
        scaling=UNSCALED,
    ).scaled(data.scaling.name)
    columns = result.training.inputs.T
    for index, text in enumerate(texts, own):
        same = [i for i in range(index) if np.array_equal(columns[i], columns[index])]
        if same:
            raise SettingsError(_adds_nothing(text, f"the same as {names[same[0]]}"), "features")
        if turned := [i for i in range(index) if np.array_equal(columns[i], -columns[index])]:
            other = f"{names[turned[0]]} with the other sign"
            raise SettingsError(_adds_nothing(text, other), "features")
        if np.ptp(columns[index]) == 0:
            raise SettingsError(_adds_nothing(text, exact(columns[index][0])), "features")
    return result


def _adds_nothing(text: str, what: str) -> str:
    return f"{quoted(text)} is {what} for every row, so it adds nothing: use another formula."


def _number_told(value: float) -> str:
    """Return a number that data cannot have, in words."""
    return "no number" if np.isnan(value) else printed(value, 3)


def _worked_out(formula: Formula, own_inputs: Floats) -> Floats:
    values = formula.value(own_inputs)
    wrong = np.flatnonzero(~(np.abs(values) <= LARGEST_IN_DATA))
    if len(wrong):
        row = int(wrong[0])
        raise SettingsError(
            f"{quoted(formula.text)} is {_number_told(values[row])} in row {row + 1}: it must "
            f"give a number, up to {printed(LARGEST_IN_DATA)} in size, for every row.",
            "features",
        )
    return values


def with_rows(data: Dataset, inputs: Floats, targets: Floats) -> Dataset:
    """Return the data with more rows at the end, none of them held out.

    The scaling keeps its numbers.

    Parameters
    ----------
    inputs
        (n, D): the inputs of the new rows, in the data's own units.
    targets
        (n,), or (n, K): the targets of the new rows.

    Raises
    ------
    SettingsError
        If they do not fit these data.
    """
    return replace(
        data,
        inputs=np.vstack((data.inputs, inputs)),
        targets=np.concatenate((data.targets, targets)),
    )


def without_rows(data: Dataset, rows: Iterable[int]) -> Dataset:
    """Return the data without some rows, given by their indices; the scaling keeps its numbers.

    Raises
    ------
    SettingsError
        If no row that is not held out would remain.
    """
    gone = set(rows)
    kept = [row for row in range(data.rows) if row not in gone]
    aside = set(data.held_out)
    if all(row in aside for row in kept):
        raise SettingsError(
            "One row has to stay: a neuron needs at least one to learn from.", "data"
        )
    held_out = tuple(index for index, row in enumerate(kept) if row in aside)
    return replace(data, inputs=data.inputs[kept], targets=data.targets[kept], held_out=held_out)
