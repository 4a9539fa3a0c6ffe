"""What was understood of a table.

Target, inputs, what the target's values mean, and what cannot be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from neuroviz.core.data.dataset import LARGEST_IN_DATA, MOST_CLASSES, Dataset
from neuroviz.core.numbers import capitalized, counted, exact, format_number, printed, quoted
from neuroviz.core.types import Floats, Frozen, Unique
from neuroviz.files.data.classes import (
    classes_told,
    coded,
    codes_of,
    different_values,
    filled,
    in_line,
    listed,
    meaning,
    shown,
)
from neuroviz.files.data.faults import DataError, Fault
from neuroviz.files.data.form import OTHER_DECIMAL, is_too_large, number_in
from neuroviz.files.data.table import ParsedTable

_NO_LARGER = f"up to {printed(LARGEST_IN_DATA)} in size"


class ImportChoice(Frozen):
    """What is to be so, whatever the table looks like; None for what is to be found."""

    target: str | None = None
    """Name of the column that the neuron should predict; else it is the last that can be one."""
    inputs: tuple[str, ...] | None = None
    """Names of the columns that it gets; else all others that hold numbers."""
    classes: bool | None = None
    """Whether the target's values are classes rather than numbers."""
    class_names: tuple[str, ...] | None = None
    """Class 0, class 1 and up to three more, as they stand in the table;
    case counts where they differ by nothing else."""
    leave_out: bool = False
    """Whether rows that cannot be used are left out, rather than refused."""
    beside: tuple[str, ...] = ()
    """Names of further targets, each with an output of its own; then the first is named too."""


class Understood(Unique):
    """A table and what its columns are for."""

    table: ParsedTable
    choice: ImportChoice
    target: int
    """Index of the target's column."""
    inputs: tuple[int, ...]
    """Indices of the inputs' columns."""
    classes: bool
    """Whether the target's values are classes."""
    class_names: tuple[str, ...]
    """The classes as they stand in the table; more than five or one,
    where no data can be made; empty for numbers."""
    unused: tuple[str, ...]
    """Names of the columns that are neither, since most of their cells are not numbers."""
    objection: str | None
    """Why no data can be made of it, one sentence; None if they can."""
    passed_over: Understood | None = None
    """What the last column would be as the target, where another one is,
    since nothing can be learned of that."""
    beside: tuple[Understood, ...] = ()
    """What was understood of the table with each of the further targets; their inputs are these."""

    @property
    def targets(self) -> tuple[int, ...]:
        """Indices of the columns of all targets, the first before the further ones."""
        return (self.target, *(each.target for each in self.beside))

    def _with_target(self, column: int) -> Understood:
        """Return what was understood of a further target, by its column; itself for any other."""
        return next((each for each in self.beside if each.target == column), self)

    @property
    def too_many_classes(self) -> bool:
        """Whether the target has too many, of which the rows of two could be kept."""
        return len(self.class_names) > MOST_CLASSES

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """The rows that cannot be used.

        Each with the first thing that is wrong with it, in their order.
        """
        found = [self.fault_at(row, column) for row, column in self._bad.items()]
        return tuple(sorted((*self.table.ragged, *found), key=lambda fault: fault.row))

    @cached_property
    def _bad(self) -> dict[int, int]:
        """The first column, inputs before the target, at fault in each row that cannot be used."""
        return {
            row: column
            for column in (*reversed(self.targets), *reversed(self.inputs))
            for row in self._with_target(column)._bad_rows(column)
        }

    def is_fault(self, row: int, column: int) -> bool:
        """Return whether a cell is one that cannot be used: an input's or the target's."""
        if (own := self._with_target(column)) is not self:
            return own.is_fault(row, column)
        if column == self.target and self.classes:
            return bool(np.isnan(self._coded[row]))
        return (column == self.target or column in self.inputs) and row in self.table.words[column]

    @cached_property
    def otherwise_read(self) -> dict[tuple[int, int], str]:
        """What stands in cells at fault, by row and column.

        Only those that are numbers with the other decimal mark.
        """
        decimal = self.table.form.decimal
        found = {}
        for column in (*self.inputs, *(() if self.classes else self.targets)):
            for row, word in self.table.words[column].items():
                number = number_in(word, OTHER_DECIMAL[decimal])
                if number is not None:
                    found[row, column] = exact(number).replace(".", decimal)
        return found

    def _bad_rows(self, column: int) -> list[int]:
        if column == self.target and self.classes:
            return np.flatnonzero(np.isnan(self._coded)).tolist()
        return [*self.table.words[column]]

    def fault_at(self, row: int, column: int) -> Fault:
        """Return what is wrong with a cell that cannot be used."""
        if (own := self._with_target(column)) is not self:
            return own.fault_at(row, column)
        table = self.table
        cell = shown(table, row, column)
        expected = "a number"
        if column == self.target and self.classes:
            expected = " or ".join(quoted(name) for name in self.class_names)
        elif is_too_large(cell):
            expected = f"a number {_NO_LARGER}"
        elif table.form.decimal == "," and "." in cell:
            expected = "a number with a decimal comma"
        found = quoted(cell) if cell else "nothing"
        return Fault(table.lines[row], table.names[column], found, expected, table.form.unit)

    @cached_property
    def _coded(self) -> Floats:
        """(N,): the targets as classes, nan where a cell is neither."""
        return coded(self.table, self.target, self.class_names)

    @property
    def _otherwise_written(self) -> dict[str, str]:
        """Words of the target that are one of the classes but for their case, and which."""
        if not self.classes or self.too_many_classes:
            return {}
        codes = codes_of(self.class_names, self.table.words[self.target].values())
        return {
            word: self.class_names[int(code)]
            for word, code in codes.items()
            if word not in self.class_names
        }

    @property
    def left_out(self) -> tuple[Fault, ...]:
        """The rows that are left out, and why."""
        return self.faults if self.choice.leave_out else ()

    @cached_property
    def usable(self) -> tuple[int, ...]:
        """Indices of the rows that can be used."""
        return tuple(row for row in range(len(self.table.lines)) if row not in self._bad)

    @property
    def why_not(self) -> str | None:
        """Why no data set can be made, one sentence; None if it can."""
        if self.objection is not None:
            return self.objection
        if self.faults and not self.choice.leave_out:
            return self.told(self.faults[0])
        if not self.usable:
            return "No row can be used: every one has a fault."
        said = (each._constant(self.usable) for each in (self, *self.beside))
        return next(filter(None, said), None)

    def told(self, fault: Fault) -> str:
        """Return what is wrong with a row.

        How many others there are, and what would work, one sentence.
        """
        more = len(self.faults) - 1
        also = (
            f" ({counted(more, 'more row')} {'have faults' if more > 1 else 'has a fault'})"
            if more
            else ""
        )
        where = " where it comes from" if fault.column is None else ""  # such a row is in no table
        return f"{capitalized(str(fault))}{also}: mend it{where}, or leave out what cannot be used."

    @property
    def classes_told(self) -> str:
        """How many classes the target has, and which, a part of a sentence."""
        return (
            f"The target {quoted(in_line(self.table.names[self.target]))} has "
            f"{classes_told(self.class_names)}, and there can be {MOST_CLASSES}"
        )

    @cached_property
    def first_fault(self) -> tuple[int, int] | None:
        """Row and column of the first cell that cannot be used; None where every cell can."""
        return min(self._bad.items(), default=None)

    @cached_property
    def every_class(self) -> tuple[str, ...]:
        """The different values of the target, in their order."""
        return tuple(different_values(*filled(self.table, self.target)))

    def _constant(self, rows: Sequence[int]) -> str | None:
        """Return the sentence on a target that never changes in some rows."""
        targets = self._targets(rows)
        if len(targets) < 2 or (targets != targets[0]).any():
            return None
        value = (
            self.class_names[int(targets[0])] if self.classes else format_number(float(targets[0]))
        )
        name = quoted(self.table.names[self.target])
        return (
            f"The target {name} is {value} in every row, so there is nothing to learn: "
            "take another column."
        )

    def why_no_target(self) -> str:
        """Return why nothing can be learned of this target, one sentence."""
        if self.too_many_classes:
            why = f"it has {classes_told(self.class_names)}, and there can be {MOST_CLASSES}"
        elif not self.inputs:
            why = "no other column holds numbers"
        elif 2 * len(self._bad_rows(self.target)) > len(self.table.lines):
            why = "most of its cells are empty, or no numbers"
        else:
            why = "it is the same in every row"
        return (
            f"The last column, {quoted(in_line(self.table.names[self.target]))}, "
            f"is no target: {why}."
        )

    def _targets(self, rows: Sequence[int]) -> Floats:
        values = self._coded if self.classes else self.table.values[:, self.target]
        return values[list(rows)]

    def dataset(self) -> Dataset:
        """Return the data set, not scaled and nothing held out.

        Raises
        ------
        DataError
            If there is none; one sentence, with row and column.
        """
        if self.why_not is not None:
            raise DataError(self.why_not)
        table = self.table
        inputs = table.values[:, _slice(self.inputs)]
        whole = len(self.usable) == len(inputs)
        targets = self._targets(self.usable)
        several = bool(self.beside)
        if several:
            further = [each._targets(self.usable) for each in self.beside]
            targets = np.column_stack((targets, *further))
        return Dataset(
            inputs if whole else inputs[list(self.usable)],
            targets,
            self.classes,
            tuple(table.names[i] for i in self.inputs),
            "y" if several else table.names[self.target],
            self.class_names,
            table.origin,
            target_names=tuple(table.names[i] for i in self.targets) if several else (),
        )

    @property
    def _meaning(self) -> str:
        """What the target means, a part of a sentence."""
        if self.too_many_classes:
            return f"{len(self.class_names):,} classes"
        if len(self.class_names) > 2:
            return f"{classes_told(self.class_names)}: an output each, softmax makes shares of them"
        if len(self.class_names) != 2:
            return "a number"
        zero, one = map(quoted, self.class_names)
        return f"class 0 is {zero}, class 1 is {one}"

    def _has_too_large(self, name: str) -> bool:
        """Return whether a number that is too large stands in a column."""
        words = self.table.words[self.table.names.index(name)].values()
        return any(map(is_too_large, words))

    def sentences(self) -> tuple[str, ...]:
        """Return what was understood, in plain words.

        The form, the columns, the coding, what is left out.
        """
        table = self.table
        names = [table.names[i] for i in self.inputs]
        came = "pasted" if table.origin == "pasted" else f"from {table.origin}"
        said = [f"{counted(len(table.lines), 'row')} {came}: {table.form}.", *table.notes]
        if table.mended:
            unit = table.form.unit
            mends = (
                f"{unit} {table.lines[row]:,}, {quoted(table.names[column])}, to {quoted(text)}"
                for (row, column), text in table.mended.items()
            )
            said.append(f"{counted(len(table.mended), 'cell')} mended: {listed(mends, '; ')}.")
        told = (
            f"target {in_line(table.names[each.target])}: {each._meaning}"
            for each in (self, *self.beside)
        )
        inputs = [f"input{'s' * (len(names) > 1)} {listed(names)}"] if names else []
        said.append(f"{capitalized('; '.join((*inputs, *told)))}.")
        same = (table.values == table.values[:1]).all(axis=0)
        constant = [table.names[i] for i in self.inputs if same[i] and len(table.lines) > 1]
        if constant:
            said.append(
                f"The same in every row, so no more than a second bias: {listed(constant)}."
            )
        if self.passed_over is not None:
            said.append(self.passed_over.why_no_target())
        if self._otherwise_written:
            pairs = (
                f"{quoted(word)} is read as {quoted(name)}"
                for word, name in self._otherwise_written.items()
            )
            said.append(f"Capitals do not count: {listed(pairs)}.")
        if self.unused:
            large = [name for name in self.unused if self._has_too_large(name)]
            words = [name for name in self.unused if name not in large]
            if words:
                said.append(f"Not used, since most cells are not numbers: {listed(words)}.")
            if large:
                said.append(
                    f"Not used, since most cells are not numbers {_NO_LARGER}: {listed(large)}."
                )
        if table.blank_lines:
            said.append(
                f"{capitalized(counted(table.blank_lines, 'empty row'))} between the others."
            )
        if self.left_out:
            said.append(
                f"{counted(len(self.left_out), 'row')} left out: "
                f"{listed(map(str, self.left_out), '; ')}."
            )
        return tuple(said)


def _slice(columns: tuple[int, ...]) -> slice | tuple[int, ...]:
    """Return columns as a slice where they stand side by side: then they need not be copied."""
    first = columns[0]
    last = columns[-1]
    return slice(first, last + 1) if columns == tuple(range(first, last + 1)) else columns


def understood(table: ParsedTable, choice: ImportChoice | None = None) -> Understood:
    """Return what the columns of a table are for.

    The target is the last column that can be one, the inputs are all others that hold more numbers
    than words. Two to five words, or 0 and 1, or −1 and 1, make classes, a no before a yes, else in
    the order of the alphabet or of their size; other numbers are numbers. Words that differ by
    nothing but case are one class, written as most often.

    Raises
    ------
    DataError
        If the choice names columns that are not there.
    """
    choice = choice or ImportChoice()
    if len(table.names) < 2:
        raise DataError(
            "The table has one column, and an input and a target need two: "
            "is the separator another one?",
            "separator",
        )
    if choice.beside:
        return _of_several(table, choice)
    if choice.target is not None:
        return _of_target(table, _index(table, choice.target, "target"), choice)
    last = len(table.names) - 1
    found = _of_target(table, last, choice)
    chosen = (
        [table.names.index(name) for name in choice.inputs]
        if choice.inputs is not None
        else range(last + 1)
    )
    inputs = [column for column in chosen if _differs(table.values[:, column])]
    free = [each for each in range(last) if choice.inputs is None or each not in chosen]
    targets = (last, *reversed(free))
    target = next((each for each in targets if _can_be_learned(table, each, choice, inputs)), last)
    if target == last:
        return found
    return replace(_of_target(table, target, choice), passed_over=found)


def _of_several(table: ParsedTable, choice: ImportChoice) -> Understood:
    """Return the same of several targets, none of which is an input."""
    assert choice.target is not None
    names = (choice.target, *choice.beside)
    if len(set(names)) < len(names):
        raise DataError("A column can be a target once.", "target")
    if len(names) > MOST_CLASSES:
        raise DataError(f"There can be up to {MOST_CLASSES} targets, not {len(names)}.", "target")
    if len(names) == len(table.names):
        raise DataError("No column is left for an input: take fewer targets.", "target")
    places = [_index(table, name, "target") for name in names]
    inputs = choice.inputs
    if inputs is None:
        inputs = tuple(table.names[i] for i in _of_numbers(table) if i not in places)
    first, *rest = (_of_target(table, place, replace(choice, inputs=inputs)) for place in places)
    used = {*names, *inputs}
    unused = () if choice.inputs else tuple(name for name in table.names if name not in used)
    objection = next(filter(None, (_objection(first, each) for each in (first, *rest))), None)
    # Zeros and ones are numbers beside a target of others.
    some = not all(each.classes for each in (first, *rest))
    if objection and some and choice.classes is None:
        numbers = _of_several(table, replace(choice, classes=False))
        if numbers.why_not is None:
            return numbers
    return replace(first, choice=choice, unused=unused, objection=objection, beside=tuple(rest))


def _objection(first: Understood, other: Understood) -> str | None:
    """Return why a target cannot stand beside the first, None if it can."""
    if own := other.objection or other._constant(other.usable):
        return own
    one, two = (quoted(in_line(each.table.names[each.target])) for each in (first, other))
    if len(other.class_names) > 2:
        told = classes_told(other.class_names)
        return f"The target {two} has {told}: take it alone, since one of several can have two."
    if (first.classes, first.class_names) != (other.classes, other.class_names):
        return (
            f"The targets {one} and {two} are not of one kind: several must all be numbers, or "
            "all have the same two classes."
        )
    return None


def _can_be_learned(
    table: ParsedTable, target: int, choice: ImportChoice, inputs: Sequence[int]
) -> bool:
    """Return whether a column differs from row to row, as one of the inputs does."""
    if inputs in ([], [target]):
        return False
    classes, names, objection = meaning(table, target, choice.classes, choice.class_names)
    return objection is None and _differs(
        coded(table, target, names) if classes else table.values[:, target]
    )


def _differs(values: Floats) -> bool:
    """Return whether numbers are there in half of the rows at least, and not all the same."""
    there = values[~np.isnan(values)]
    return 2 * len(there) >= len(values) and bool((there != there[:1]).any())


def _of_target(table: ParsedTable, target: int, choice: ImportChoice) -> Understood:
    unused: tuple[str, ...] = ()
    if choice.inputs is None:
        inputs = tuple(i for i in _of_numbers(table) if i != target)
        used = {target, *inputs}
        unused = tuple(name for i, name in enumerate(table.names) if i not in used)
    else:
        inputs = tuple(_index(table, name, "inputs") for name in choice.inputs)
    if target in inputs or len(set(inputs)) < len(inputs):
        name = quoted(table.names[target])
        raise DataError(
            f"The inputs must be different columns, and not the target {name}.", "inputs"
        )
    classes, names, objection = meaning(table, target, choice.classes, choice.class_names)
    if not inputs:
        objection = (
            "No column holds numbers for an input: write numbers in place of words, or take "
            "another separator or decimal mark."
        )
    if not table.lines:
        also = ", or a comma both that and the decimal mark" if table.form.separator == "," else ""
        cells = (
            f"No row has as many cells as the first, {len(table.names):,}: "
            f"is the separator another one{also}?"
        )
        none = "The table has no row below its names: add one for each sample."
        objection = cells if table.ragged else none
    return Understood(table, choice, target, inputs, classes, names, unused, objection)


def _of_numbers(table: ParsedTable) -> list[int]:
    """Return the columns in which half of the cells at least are numbers."""
    return [i for i, words in enumerate(table.words) if 2 * len(words) <= len(table.lines)]


def _index(table: ParsedTable, name: str, field: str) -> int:
    try:
        return table.names.index(name)
    except ValueError:
        raise DataError(
            f"There is no column {quoted(name)}; there are {listed(table.names)}.", field
        ) from None
