"""What was understood of a table: target, inputs, what the target means, and what is unusable."""

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

_NAMES_OF_NUMBERS = frozenset(("#", "id", "index", "no", "no.", "nr", "nr.", "row", "unnamed: 0"))
"""Names of a column that probably only numbers the rows."""
_NO_LARGER = f"up to {printed(LARGEST_IN_DATA)} in size"


class ImportChoice(Frozen):
    """What a person prescribes about a table's columns; None for what is to be found out."""

    target: str | None = None
    """Name of the column to predict; None for the last that can be a target."""
    inputs: tuple[str, ...] | None = None
    """Names of the input columns; None for all others that hold numbers."""
    classes: bool | None = None
    """Whether the target's values are classes rather than numbers."""
    class_names: tuple[str, ...] | None = None
    """Class 0, class 1 and up to three more, as they stand in the table; case counts where they
    differ in nothing else."""
    leave_out: bool = False
    """Whether rows that cannot be used are left out instead of being refused."""
    beside: tuple[str, ...] = ()
    """Names of further targets, each with its own output; ``target`` must then be given too."""


class Understood(Unique):
    """A table, with what its columns are for."""

    table: ParsedTable
    choice: ImportChoice
    target: int
    """Index of the target's column."""
    inputs: tuple[int, ...]
    """Indices of the inputs' columns."""
    classes: bool
    """Whether the target's values are classes."""
    class_names: tuple[str, ...]
    """The classes as they stand in the table; empty for numbers. Where no data can be made, they
    may be more than five, or one."""
    objection: str | None
    """Why no data can be made from the table, in a sentence; None if they can."""
    passed_over: Understood | None = None
    """The table with its last column as the target, where another was taken because nothing can be
    learned of that one."""
    beside: tuple[Understood, ...] = ()
    """The table with each of the further targets; the inputs are the same."""

    @property
    def targets(self) -> tuple[int, ...]:
        """Indices of all targets' columns, the first target before the further ones."""
        return (self.target, *(each.target for each in self.beside))

    def _with_target(self, column: int) -> Understood:
        """Return the table with a further target, by its column; itself for any other column."""
        return next((each for each in self.beside if each.target == column), self)

    @property
    def too_many_classes(self) -> bool:
        """Whether the target has too many classes; the rows of two of them could be kept."""
        return len(self.class_names) > MOST_CLASSES

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """The rows that cannot be used, in order, each with the first thing wrong with it."""
        found = [self.fault_at(row, column) for row, column in self._bad.items()]
        return tuple(sorted((*self.table.ragged, *found), key=lambda fault: fault.row))

    @cached_property
    def _bad(self) -> dict[int, int]:
        """The first column at fault, inputs before targets, of each row that cannot be used."""
        return {
            row: column
            for column in (*reversed(self.targets), *reversed(self.inputs))
            for row in self._with_target(column)._bad_rows(column)
        }

    def is_fault(self, row: int, column: int) -> bool:
        """Return whether a cell makes its row unusable; it is then one of an input or a target."""
        if (own := self._with_target(column)) is not self:
            return own.is_fault(row, column)
        if column == self.target and self.classes:
            return bool(np.isnan(self._coded[row]))
        return (column == self.target or column in self.inputs) and row in self.table.words[column]

    @cached_property
    def otherwise_read(self) -> dict[tuple[int, int], str]:
        """Cells at fault that would be numbers with the other decimal mark, by row and column.

        The values are those numbers, written with the present decimal mark.
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
        """(N,): the targets as classes, nan where a cell is none of them."""
        return coded(self.table, self.target, self.class_names)

    @property
    def _otherwise_written(self) -> dict[str, str]:
        """Words of the target that differ from a class only in case, with that class."""
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
        """The rows that are left out, with their faults."""
        return self.faults if self.choice.leave_out else ()

    @cached_property
    def usable(self) -> tuple[int, ...]:
        """Indices of the rows that can be used."""
        return tuple(row for row in range(len(self.table.lines)) if row not in self._bad)

    @property
    def why_not(self) -> str | None:
        """Why no data set can be made, in a sentence; None if it can."""
        if self.objection is not None:
            return self.objection
        if self.faults and not self.choice.leave_out:
            return self.told(self.faults[0])
        if not self.usable:
            return "No row can be used: every one has a fault."
        said = (each._constant(self.usable) for each in (self, *self.beside))
        return next(filter(None, said), None)

    def told(self, fault: Fault) -> str:
        """Return in a sentence what is wrong with a row, how many others are, and what to do."""
        more = len(self.faults) - 1
        also = (
            f" ({counted(more, 'more row')} {'have faults' if more > 1 else 'has a fault'})"
            if more
            else ""
        )
        where = " where it comes from" if fault.column is None else ""  # the table has no such row
        ways = [f"mend it{where}", "leave out what cannot be used"]
        if self.all_classes and fault.column == self.table.names[self.target]:
            ways.append(f"take all {len(self.all_classes)} classes")
        return f"{capitalized(str(fault))}{also}: {', '.join(ways[:-1])}, or {ways[-1]}."

    @property
    def all_classes(self) -> tuple[str, ...]:
        """All values of the target, where some are taken for faults but could be classes too."""
        every = self.every_class if self.classes and not self.beside else ()
        return every if 2 <= len(self.class_names) < len(every) <= MOST_CLASSES else ()

    @cached_property
    def first_fault(self) -> tuple[int, int] | None:
        """Row and column of the first cell that cannot be used; None where every cell can."""
        return min(self._bad.items(), default=None)

    @cached_property
    def every_class(self) -> tuple[str, ...]:
        """The different values of the target, in their order."""
        return tuple(different_values(*filled(self.table, self.target)))

    def _constant(self, rows: Sequence[int]) -> str | None:
        """Return a sentence if the target is the same in all of some rows, else None."""
        targets = self._targets(rows)
        if len(targets) < 2 or (targets != targets[0]).any():
            return None
        value = (
            self.class_names[int(targets[0])] if self.classes else format_number(float(targets[0]))
        )
        name = quoted(self.table.names[self.target])
        return (
            f"The target {name} is {value} in every row, so there is nothing to learn: "
            "choose another column."
        )

    def why_no_target(self) -> str:
        """Return in a sentence why nothing can be learned of this target."""
        if self.too_many_classes:
            why = f"it has {classes_told(self.class_names)}, and there can be {MOST_CLASSES}"
        elif not self.inputs:
            why = "no other column holds numbers"
        elif 2 * len(self._bad_rows(self.target)) > len(self.table.lines):
            why = "most of its cells are empty or not numbers"
        else:
            why = "it is the same in every row"
        return (
            f"The last column, {quoted(in_line(self.table.names[self.target]))}, "
            f"cannot be the target: {why}."
        )

    def _targets(self, rows: Sequence[int]) -> Floats:
        values = self._coded if self.classes else self.table.values[:, self.target]
        return values[list(rows)]

    def dataset(self) -> Dataset:
        """Return the data set, neither scaled nor with rows held out.

        Raises
        ------
        DataError
            If none can be made; the message is a sentence, with row and column.
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
        """What the target means, as part of a sentence."""
        if self.too_many_classes:
            return f"{len(self.class_names):,} classes"
        if len(self.class_names) > 2:
            return (
                f"{classes_told(self.class_names)}: an output each, which softmax turns into shares"
            )
        if len(self.class_names) != 2:
            return "a number"
        zero, one = map(quoted, self.class_names)
        return f"class 0 is {zero}, class 1 is {one}"

    @property
    def unused(self) -> tuple[str, ...]:
        """Names of the columns that are neither inputs nor targets, unless a person chose so."""
        used = {*self.targets, *self.inputs}
        names = enumerate(self.table.names)
        return () if self.choice.inputs else tuple(name for i, name in names if i not in used)

    def _why_unused(self, name: str) -> str:
        """Return why a column is not used, as part of a sentence."""
        column = self.table.names.index(name)
        if column in self.table.unnamed and _numbers_rows(self.table, column):
            return "it only numbers the rows"
        large = any(map(is_too_large, self.table.words[column].values()))
        return "most cells are not numbers" + f" {_NO_LARGER}" * large

    def not_used(self) -> list[str]:
        """Return which columns are not used, and why, in a sentence for each reason."""
        reasons = {name: self._why_unused(name) for name in self.unused}
        return [
            f"Not used, since {reason}: {listed(n for n in reasons if reasons[n] == reason)}."
            for reason in dict.fromkeys(reasons.values())
        ]

    def sentences(self) -> tuple[str, ...]:
        """Return what was understood, in plain words: form, columns, coding, rows left out."""
        table = self.table
        names = [table.names[i] for i in self.inputs]
        came = "pasted" if table.origin == "pasted" else f"from {table.origin}"
        said = [f"{counted(len(table.lines), 'row')} {came}: {table.form}.", *table.notes]
        if table.mended:
            unit = table.form.unit
            mends = [
                f"{unit} {table.lines[row]:,}, {quoted(table.names[column])}, to {quoted(text)}"
                for (row, column), text in table.mended.items()
                if not self.is_fault(row, column)
            ]
            said += [f"{counted(len(mends), 'cell')} mended: {listed(mends, '; ')}."] * bool(mends)
        told = (
            f"target {in_line(table.names[each.target])}: {each._meaning}"
            for each in (self, *self.beside)
        )
        inputs = [f"input{'s' * (len(names) > 1)} {listed(names)}"] if names else []
        said.append(f"{capitalized('; '.join((*inputs, *told)))}.")
        same = (table.values == table.values[:1]).all(axis=0)
        constant = [table.names[i] for i in self.inputs if same[i] and len(table.lines) > 1]
        if constant:
            said.append(f"The same in every row, so only a second bias: {listed(constant)}.")
        for i in self.inputs:
            if table.names[i].lower() in _NAMES_OF_NUMBERS and _numbers_rows(table, i):
                said.append(f"{table.names[i]} only numbers the rows: is it meant as an input?")
        if self.passed_over is not None:
            said.append(self.passed_over.why_no_target())
        if self._otherwise_written:
            pairs = (
                f"{quoted(word)} is read as {quoted(name)}"
                for word, name in self._otherwise_written.items()
            )
            said.append(f"Capitals make no difference: {listed(pairs)}.")
        said += self.not_used()
        if table.blank_lines:
            said.append(f"{capitalized(counted(table.blank_lines, 'empty row'))} passed over.")
        if self.left_out:
            said.append(
                f"{counted(len(self.left_out), 'row')} left out: "
                f"{listed(map(str, self.left_out), '; ')}."
            )
        return tuple(said)


def _slice(columns: tuple[int, ...]) -> slice | tuple[int, ...]:
    """Return columns as a slice where they are adjacent, so that they need not be copied."""
    first = columns[0]
    last = columns[-1]
    return slice(first, last + 1) if columns == tuple(range(first, last + 1)) else columns


def understood(table: ParsedTable, choice: ImportChoice | None = None) -> Understood:
    """Find out what the columns of a table are for.

    The target is the last column that can be one, the inputs are all others that hold at least as
    many numbers as words, but not one without a name that only numbers the rows. Two to five words,
    or 0 and 1, or −1 and 1, are classes: a no before a yes, else in alphabetical order or by size.
    Other numbers are numbers. Words that differ only in case are one class, in the most common
    spelling.

    Raises
    ------
    DataError
        If the table has one column, or the choice names columns that do not exist.
    """
    choice = choice or ImportChoice()
    if len(table.names) < 2:
        raise DataError(
            "The table has one column, and an input and a target need two: "
            "is the separator a different one?",
            "separator",
        )
    if choice.beside:
        return _of_several(table, choice)
    if choice.target is not None:
        return _of_target(table, _index(table, choice.target, "target"), choice)
    last = len(table.names) - 1
    found = _of_target(table, last, choice)
    chosen = (
        [_index(table, name, "inputs") for name in choice.inputs]
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
    """Find out the same for several targets, none of which is an input."""
    assert choice.target is not None
    names = (choice.target, *choice.beside)
    if len(set(names)) < len(names):
        raise DataError("A column can be a target only once.", "target")
    if len(names) > MOST_CLASSES:
        raise DataError(f"There can be up to {MOST_CLASSES} targets, not {len(names)}.", "target")
    if len(names) == len(table.names):
        raise DataError("No column is left for an input: choose fewer targets.", "target")
    places = [_index(table, name, "target") for name in names]
    inputs = choice.inputs
    if inputs is None:
        inputs = tuple(table.names[i] for i in _inputs_of(table, places))
    first, *rest = (_of_target(table, place, replace(choice, inputs=inputs)) for place in places)
    objection = next(filter(None, (_objection(first, each) for each in (first, *rest))), None)
    # Beside targets that are numbers, zeros and ones are numbers too.
    some = not all(each.classes for each in (first, *rest))
    if objection and some and choice.classes is None:
        numbers = _of_several(table, replace(choice, classes=False))
        if numbers.why_not is None:
            return numbers
    return replace(first, choice=choice, objection=objection, beside=tuple(rest))


def _objection(first: Understood, other: Understood) -> str | None:
    """Return why a target cannot stand beside the first, None if it can."""
    if own := other.objection or other._constant(other.usable):
        return own
    one, two = (quoted(in_line(each.table.names[each.target])) for each in (first, other))
    if len(other.class_names) > 2:
        told = classes_told(other.class_names)
        return f"The target {two} has {told}: use it alone, since one of several can have only two."
    if (first.classes, first.class_names) != (other.classes, other.class_names):
        return (
            f"The targets {one} and {two} are of different kinds: several must all be numbers, or "
            "all have the same two classes."
        )
    return None


def _can_be_learned(
    table: ParsedTable, target: int, choice: ImportChoice, inputs: Sequence[int]
) -> bool:
    """Return whether a column changes from row to row, and one of the inputs does too."""
    if inputs in ([], [target]):
        return False
    classes, names, objection = meaning(table, target, choice.classes, choice.class_names)
    return objection is None and _differs(
        coded(table, target, names) if classes else table.values[:, target]
    )


def _differs(values: Floats) -> bool:
    """Return whether at least half of the rows hold numbers that are not all the same."""
    there = values[~np.isnan(values)]
    return 2 * len(there) >= len(values) and bool((there != there[:1]).any())


def _of_target(table: ParsedTable, target: int, choice: ImportChoice) -> Understood:
    if choice.inputs is None:
        inputs = tuple(_inputs_of(table, [target]))
    else:
        inputs = tuple(_index(table, name, "inputs") for name in choice.inputs)
    if target in inputs or len(set(inputs)) < len(inputs):
        name = quoted(table.names[target])
        raise DataError(
            f"The inputs must be different columns, and not the target {name}.", "inputs"
        )
    classes, names, objection = meaning(table, target, choice.classes, choice.class_names)
    if not inputs:
        words = [word for column in table.words for word in column.values()]
        remedy = "write numbers in place of words, or choose another separator or decimal mark"
        if any(map(is_too_large, words)):
            remedy = f"write numbers {_NO_LARGER}, as in another unit"
        objection = f"No column holds numbers for an input: {remedy}."
    if not table.lines:
        comma = table.form.separator == ","
        also = ", or is a comma both separator and decimal mark" if comma else ""
        cells = (
            f"No row has as many cells as the first, {len(table.names):,}: "
            f"is the separator a different one{also}?"
        )
        none = "The table has no row below its names: add one for each sample."
        objection = cells if table.ragged else none
    return Understood(table, choice, target, inputs, classes, names, objection)


def _inputs_of(table: ParsedTable, targets: Sequence[int]) -> list[int]:
    """Return the columns that are inputs where a person names none.

    At least half of their cells are numbers. One without a name that only numbers the rows is none,
    unless there is no other.
    """
    found = [
        i
        for i, words in enumerate(table.words)
        if 2 * len(words) <= len(table.lines) and i not in targets
    ]
    return [i for i in found if i not in table.unnamed or not _numbers_rows(table, i)] or found


def _numbers_rows(table: ParsedTable, column: int) -> bool:
    """Return whether a column holds whole numbers, each larger than the one above."""
    numbers = table.values[:, column]
    return len(numbers) > 1 and bool((numbers % 1 == 0).all() and (np.diff(numbers) > 0).all())


def _index(table: ParsedTable, name: str, field: str) -> int:
    """Return the column of a name, which may be without its unit where only one has it."""
    if name in table.names:
        return table.names.index(name)
    begun = [i for i, each in enumerate(table.names) if each.startswith((f"{name} (", f"{name} ["))]
    if len(begun) != 1:
        raise DataError(
            f"There is no column {quoted(name)}; there are {listed(table.names)}.", field
        )
    return begun[0]
