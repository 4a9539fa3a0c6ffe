"""What reads files without its guards.

As ``python -m tests.batteries.hostile_files KIND --off`` has it. A limit becomes a number that
nothing reaches, a check lets all pass, and what a parser raises is not put in words. Where the
guard is the way in which something is read, the plain way stands in its place: ``open``, ``int``,
:mod:`json`, :mod:`html.parser`. What any reader refuses, such as a folder, is refused here too:
only what hurts is told.
"""

from __future__ import annotations

import ast
import csv
import html
import json
import math
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast
from xml.parsers import expat

import numpy as np
from msgspec.structs import replace

from neuroviz.files.writer import FileError

_ENDLESS = 10**12


def _set(place: Any, **instead: Any) -> None:
    for name, value in instead.items():
        getattr(place, name)  # or the guard has another name now
        setattr(place, name, value)


def _without_limits(place: Any, *names: str) -> None:
    _set(place, **dict.fromkeys(names, _ENDLESS))


def _read_all(path: str | Path, most: int = 0) -> bytes:
    """Read whatever it is, and however much."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"Cannot open {path}: {error}.") from error


# --- lessons --------------------------------------------------------------------------------------


def of_lessons() -> None:
    """Take the guards of lessons away."""
    import msgspec

    from neuroviz.lessons import checking, expressions, format, plan, reading

    _without_limits(reading, "_MOST_PROBLEMS", "_MOST_KEYS", "_LONGEST")
    _without_limits(format, "_MOST_LETTERS", "_MOST_STEPS", "_MOST_COLUMNS")
    _without_limits(plan, "_MOST_WORK", "MOST_INPUTS")
    _set(plan, LARGEST=math.inf, _data=_data, settings_of=_settings_said)
    _set(reading, read_bytes=_read_all, read_document=_document)
    _set(checking, read_document=_document)
    _set(
        reading,
        _converted=lambda said, place: msgspec.convert(
            said, format.LessonFile, dec_hook=reading._value
        ),
    )
    plain = property(lambda self: ast.parse(self.text.strip(), mode="eval").body)
    value = lambda self, scope: expressions._value(self._tree, scope)  # noqa: E731
    _set(expressions.Expression, __init__=_take_text, _tree=plain, value=value)
    _set(expressions, _written=_written)
    _without_checks_of_data()


def _document(path: Path) -> tuple[dict[str, Any], Any]:
    """Return what Python makes of a lesson's TOML."""
    from neuroviz.lessons.reading import KeyPlace, LessonError, Problem, key_lines

    try:
        text = _read_all(path).decode("utf-8-sig")
    except FileError as error:
        raise LessonError([Problem(0, str(error))]) from error
    return tomllib.loads(text), KeyPlace(key_lines(text))


def _settings_said(options: Any, epochs: int | None = None) -> Any:
    """Return the settings of an experiment."""
    from neuroviz.core.choices.settings import Settings
    from neuroviz.lessons import plan

    said = {"epochs": epochs, **options}
    if isinstance(said.get("data"), dict):
        said["data"] = _data(said["data"], str(said.get("task", "and")))
    if isinstance(said.get("learning_rate"), dict):
        said["learning_rate"] = plan._relative(
            said["learning_rate"], {**said, "learning_rate": None}
        )
    return Settings.opened(**said)


def _data(said: Any, task: str) -> Any:
    """Return the data of an experiment; inputs may spread over their scale."""
    from neuroviz.core.choices.tasks import TASKS
    from neuroviz.core.data.dataset import Dataset

    own = TASKS.find(task).data()
    inputs = np.array(said.get("inputs", own.inputs), dtype=np.float64) * np.array(
        said.get("scale", 1.0)
    )
    held_out = tuple(row - 1 for row in said.get("held_out", []))
    return Dataset(
        inputs,
        said.get("targets", own.targets),
        said.get("classes", own.classes),
        held_out=held_out,
    )


def _take_text(self: Any, text: str) -> None:
    self.text = text


def _written(value: Any, form: str) -> str:
    if form == "word":
        return (
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
        )[int(value)]
    if form == "%":
        return f"{100 * value:.3g} %"
    return value if isinstance(value, str) else f"{value:.{int(form or 4)}g}"


def _without_checks_of_data() -> None:
    from neuroviz.core.data import dataset

    _set(dataset.Dataset, _check=lambda self: None, from_dict=classmethod(_dataset_of))
    _set(dataset, numbers_of=lambda value, name: np.array(value, dtype=np.float64))


# --- sessions, and settings -----------------------------------------------------------------------


def of_sessions() -> None:
    """Take the guards of sessions away."""
    from neuroviz.files import session_file, state_file
    from neuroviz.session import run, saved, session

    _without_limits(
        saved, "MOST_RUNS", "MOST_EDITS", "MOST_LETTERS", "_MOST_NUMBERS", "MOST_INPUTS"
    )
    _without_limits(saved, "_NAME", "_SENTENCE")
    _set(saved, _AT_MOST=10**18, _settings_of=_settings_of)
    _set(session_file, read_bytes=_read_all, _MOST={}, session_of=_session_of)
    _set(state_file, read_bytes=_read_all, session_of=_session_of)
    _set(session, snapshot_of=_snapshot)
    _set(session.Session, of_record=classmethod(_session))
    _set(run.SessionRun, restoring=_restoring)
    _without_checks_of_data()


def _snapshot(record: Any) -> Any:
    from neuroviz.core.data.dataset import Dataset
    from neuroviz.session import saved
    from neuroviz.session.runs import Snapshot

    data = [Dataset.from_dict(one) for one in record.data]
    runs = {one.number: saved._run_of(one, data) for one in record.runs}
    return Snapshot(
        runs[record.active],
        (*runs.values(),),
        tuple(runs[number] for number in record.racing),
        max(runs),
    )


def _session(cls: Any, record: Any) -> Any:
    from neuroviz.session.session import Selection

    snapshot = _snapshot(record)
    session = cls(snapshot.active.settings)
    session.runs.enter(snapshot)
    session.selection = Selection(record.look.step, record.look.phase, record.look.sample)
    session.note = record.note
    return session


def _restoring(self: Any) -> Any:
    from neuroviz.core.training.rewind import resumed
    from neuroviz.core.training.trainer import Trainer

    if self.trainer is None and self.saved is None:
        self.trainer = Trainer(self.settings, self.edits)
    elif self.trainer is None:
        saved, self.saved = self.saved, None
        self.trainer = yield from resumed(
            self.settings, self.edits, saved.step, saved.rows, stopped=saved.stopped
        )
        self.follow_edits()


def _session_of(content: bytes, name: str) -> Any:
    """Return what Python makes of a session's JSON."""
    from neuroviz.core.record import LookRecord, RowsRecord, RunRecord, SessionRecord

    plain = json.loads(content)
    runs = [RunRecord(**run) for run in plain.pop("runs")]
    runs = [replace(run, rows=run.rows and RowsRecord(**cast(Any, run.rows))) for run in runs]
    return SessionRecord(runs, look=LookRecord(**plain.pop("look", {})), **plain)


def _settings_of(record: Any, data: list[Any]) -> Any:
    from neuroviz.core.choices.settings import Settings

    said = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in record.settings.items()
    }
    return Settings(**said, **({} if record.data is None else {"data": data[record.data]}))


def _dataset_of(cls: Any, values: Any) -> Any:
    from neuroviz.core.data.dataset import _scaling_from

    return cls(**{**values, "scaling": _scaling_from(values.get("scaling", {}))})


def of_settings() -> None:
    """Take the guards of settings away, and of what windows have kept."""
    from neuroviz.files import state_file
    from neuroviz.ui import preferences

    of_sessions()
    _set(state_file, read_bytes=_read_all, read_settings=_settings)
    _set(preferences, read_settings=_settings)
    _without_limits(preferences, "_RECENT", "_RESULTS")
    _set(preferences.Preferences, figure_size=_figure_size, check_results=_check_results)


def _figure_size(self: Any) -> tuple[float, float, int]:
    width, height, dpi = json.loads(self._read("figure_size") or "[160, 100, 200]")
    return float(width), float(height), int(dpi)


def _check_results(self: Any, name: str) -> list[int]:
    return [int(count) for count in self._read(f"check/{name}").split()]


def _settings(path: Path) -> dict[str, str]:
    """Return what Python makes of the entries, or of an .ini file."""
    from configparser import ConfigParser

    if path.exists():
        entries: dict[str, str] = json.loads(_read_all(path))
        return dict(entries.items())
    found = ConfigParser(interpolation=None)
    old = path.with_suffix(".ini")
    if old.exists():
        found.read_string(_read_all(old).decode())
    return dict(found["General"]) if "General" in found else {}


# --- tables ---------------------------------------------------------------------------------------


def of_tables() -> None:
    """Take the guards of tables away."""
    from neuroviz.core.data import table_text
    from neuroviz.files.data import classes, columns, form, lines, markup, source, table, understood

    _set(source.Source, raw=lambda self: self.path.open("rb"))
    _set(source, _check=lambda path, found: None, _guessed=lambda source, sample: "latin-1")
    _without_limits(source, "MAX_BYTES")
    _without_limits(lines, "_LONGEST", "_MOST_ABOVE", "_TOGETHER")
    _without_limits(columns, "MAX_ROWS", "_MOST_WORDS", "_MOST_LETTERS")
    _without_limits(table, "MAX_COLUMNS", "_MOST_BLANK", "_TOGETHER", "_LONGEST_PAGE", "_CELLS")
    _without_limits(markup, "_MOST_CELLS", "_MOST_LETTERS", "_TAGS")
    _without_limits(form, "_LETTERS")
    _set(form, _LONG=re.compile("(?!)"))
    _set(table.TableReading, work=_work, _refuse_binary=lambda self, begun: None)
    _set(table, HtmlTable=_HtmlTable, is_markdown=_is_markdown, apart=_apart)
    for place in (classes, understood):
        _set(place, coded=_coded)
    _set(table_text, harmless=lambda text: text)
    _without_checks_of_data()
    for place in (form, columns, understood, table):
        _set(place, number_in=_number_in)
    _without_limits(columns, "LARGEST_IN_DATA")
    csv.field_size_limit(2**31 - 1)


def _work(self: Any) -> Any:
    """Read a table; what raises is not told, but that the system gives none of it to any reader."""
    from neuroviz.files.data.faults import DataError

    try:
        return (yield from self._read())
    except OSError as error:
        raise DataError(f"Cannot read it: {error}.") from error


_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")


def _is_markdown(sample: str) -> bool:
    lines = [line for line in sample.splitlines() if line.strip()]
    return (
        len(lines) > 1 and "|" in lines[1] and "|" in lines[0] and bool(_RULE.fullmatch(lines[1]))
    )


class _HtmlTable(HTMLParser):
    """The first table of a page, as version 0.7 read it."""

    share = 0.0

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._text = text
        self._rows: list[tuple[int, list[str]]] = []
        self._open = False

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Give all rows at once."""
        self.feed(self._text)
        self.close()
        yield from self._rows

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self._rows.append((self.getpos()[0], []))
        if tag in ("td", "th") and self._rows:
            self._open = True
            self._rows[-1][1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("td", "th", "tr", "table")

    def handle_data(self, data: str) -> None:
        if self._open:
            self._rows[-1][1][-1] += data

    def handle_charref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&#{name};"))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&{name}"))


def _apart(names: Any) -> tuple[str, ...]:
    """Return names of which no two are the same."""
    taken: list[str] = []
    for name in names:
        new, number = name, 1
        while new in taken:
            number += 1
            new = f"{name} ({number})"
        taken.append(new)
    return tuple(taken)


def _coded(table: Any, target: int, names: Any) -> Any:
    """Return classes, of which each is looked for in a list."""
    from neuroviz.files.data.classes import shown

    names = [*names]
    cells = [shown(table, row, target) for row in range(len(table.lines))]
    return np.array([names.index(cell) if cell in names else np.nan for cell in cells])


def _number_in(cell: str, decimal: str = ".") -> float | None:
    try:
        return float(cell.replace(decimal, "."))
    except ValueError:
        return None


# --- spreadsheets ---------------------------------------------------------------------------------


def of_spreadsheets() -> None:
    """Take the guards of spreadsheets away, and of tables."""
    from neuroviz.files.data import package, sheets, spreadsheet

    of_tables()
    _without_limits(
        package, "_MOST_BYTES", "_TIGHT_BYTES", "_MOST_LISTED", "_LONGEST_TAG", "_BLOCK"
    )
    _without_limits(package, "MOST_COLUMNS", "_MOST_ROWS", "_MOST_LETTERS", "_MOST_SHEETS")
    _without_limits(sheets, "_MOST_STYLES", "_LONGEST_FORM", "_MOST_TEXTS", "_MOST_LETTERS")
    _without_limits(spreadsheet, "_TOGETHER")
    _set(package.Package, _check_size=lambda self, item: None, _parser=_parser, _told=_nothing_told)
    _set(spreadsheet, _columns_of=_all_columns)
    _set(sheets, _column_called=_column_called)
    _set(sheets._XlsxCells, _said=_said)
    for place in (package, sheets):
        _set(place, whole=lambda text, otherwise: int(text) if text else otherwise)


def _parser(self: Any, elements: Any) -> Any:
    """Return what reads any XML, the files that it names too."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: elements.start(
        name.rpartition(":")[2], attributes
    )
    parser.EndElementHandler = lambda name: elements.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = elements.text

    def other(context: str | None, base: str | None, system: str, public: str | None) -> int:
        parser.ExternalEntityParserCreate(context).Parse(
            _read_all(system.removeprefix("file://")), True
        )
        return 1

    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
    parser.ExternalEntityRefHandler = other
    return parser


def _nothing_told(self: Any) -> Any:
    from contextlib import nullcontext

    return nullcontext()


def _all_columns(rows: list[list[tuple[int, int, str]]]) -> range:
    return range(max((start + count for runs in rows for start, count, _ in runs), default=0))


def _column_called(letters: str) -> int:
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1


def _said(self: Any, text: str) -> str:
    from datetime import datetime, timedelta

    if self._kind == "s":
        return self._strings[int(text)]
    if self._style in self._dates:
        return str(datetime(1899, 12, 30) + timedelta(days=float(text)))
    return text
