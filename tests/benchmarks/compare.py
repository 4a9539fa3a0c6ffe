"""Two results side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Lines = Mapping[str, dict[str, Any]]
_HEAD = ("case", "figure", "old", "new", "new/old")


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Return the lines of a file by the names of their cases; of several of one name the last.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If a line is not JSON with a name.
    """
    lines = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            lines[line["name"]] = line
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(f"{path}, line {number}, is not a result of a benchmark.") from error
    return lines


def table(old: Lines, new: Lines) -> str:
    """Return the medians of what both have as a table, a row for each figure."""
    rows = [_HEAD, *_rows(old, new)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def _rows(old: Lines, new: Lines) -> Iterator[tuple[str, ...]]:
    for name in (name for name in new if name in old):
        before, after = (_medians(lines[name]) for lines in (old, new))
        for figure in (figure for figure in after if figure in before):
            change = f"{after[figure] / before[figure]:.3f}" if before[figure] else "—"
            yield name, figure, f"{before[figure]:,.5g}", f"{after[figure]:,.5g}", change


def _medians(line: dict[str, Any]) -> dict[str, float]:
    """Return figure -> median; none for a case that was skipped or failed."""
    return {name: figure["median"] for name, figure in line.get("figures", {}).items()}


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    words = [cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False)]
    numbers = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
    return "  ".join([*words, *numbers])
