"""Tricks with which a file may hurt whoever reads it: where it stands, and what is in it.

Each makes a file of its own for every seed. What is said beside them was seen on 0.7.1, or where
the limit that stops it now was taken away: ``python -m tests.batteries.hostile_files KIND --off``.
"""

from __future__ import annotations

import json
import os
import random
import socket
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.batteries import sessions
from tests.hostile import NAMES

Make = Callable[[Path, random.Random], None]
"""Puts a file at a path."""
Text = str | Callable[[random.Random], str | bytes]


def written(text: Text) -> Make:
    """Return what writes a text."""

    def make(path: Path, source: random.Random) -> None:
        said = text if isinstance(text, str) else text(source)
        path.write_bytes(said if isinstance(said, bytes) else said.encode(errors="surrogatepass"))

    return make


def parts(text: str, between: str | None = None) -> list[str]:
    """Return what stands between blanks, or another mark."""
    return text.split(between)


def one_of(template: str, *choices: Sequence[str]) -> Callable[[random.Random], str]:
    """Return a text whose first {} is one of the first choices, and so on."""

    def text(source: random.Random) -> str:
        said = template
        for each in choices:
            said = said.replace("{}", source.choice(each), 1)
        return said

    return text


# --- where it stands ------------------------------------------------------------------------------


def _link(target: str) -> Make:
    return lambda path, source: path.symlink_to(target)


def _socket(path: Path, source: random.Random) -> None:
    # Whose name is short.
    with socket.socket(socket.AF_UNIX) as made, tempfile.TemporaryDirectory() as folder:
        made.bind(f"{folder}/s")
        os.rename(f"{folder}/s", path)


def _sparse(path: Path, source: random.Random) -> None:
    with path.open("wb") as file:
        file.truncate(source.choice([2**21, 2**28, 2**33, 2**40]))


PLACES: Mapping[str, Make] = {
    "pipe": lambda path, source: os.mkfifo(path),  # waited for: a lesson for ever
    "endless device": _link("/dev/zero"),  # 1.5 GB within two seconds
    "random device": _link("/dev/urandom"),  # 1.5 GB within seven
    "terminal": _link("/dev/tty"),
    "empty device": _link("/dev/null"),
    "memory of the process": _link("/proc/self/mem"),
    # An ordinary file, they say: waited for, or an error of types.
    "log that waits": _link("/proc/kmsg"),
    "file of unknown size": _link("/proc/self/pagemap"),
    "folder": lambda path, source: path.mkdir(),
    "link to itself": lambda path, source: path.symlink_to(path),
    "link to nothing": _link("nothing"),
    "socket": _socket,
    "large and empty": _sparse,  # MemoryError
}


def _noise(source: random.Random) -> bytes:
    return source.randbytes(source.choice([1, 100, 10_000, 900_000]))


def _encoded(text: str) -> Text:
    return lambda source: text.encode(
        source.choice(["utf-16", "utf-32", "utf-7", "utf-16-be", "utf-8-sig"])
    )


_HUGE = "1" + "0" * 400
_ENDLESS = "9" * 5000

# --- lessons --------------------------------------------------------------------------------------

_EXAMPLE = (Path(__file__).parents[1] / "lessons" / "example.toml").read_text(encoding="utf-8")
_HEAD = 'title = "a"\nminutes = 1\ngoal = "b"\ntake_home = "c"\n'
_LOOK = f'{_HEAD}[[step]]\ntitle = "one"\ntext = "Look."\n'
_STEP = f'{_LOOK}[step.experiment]\ntask = "and"\n'
_DO = (
    f'{_LOOK}hints = ["a", "b", "c"]\ncontrols = ["run"]\n[step.experiment]\n'
    'task = "and"\n[step.do]\n'
    'ask = "{{loss}} {}"\nuntil = """{}"""\n[[step.do.feedback]]\ntext = "b"\n'
)
_VALUES = (
    *parts(
        "-1 0 0.5 1e308 -1e308 5e-324 nan inf -inf 2147483647 true [] [[]] [0] {} [{}] "
        "[[nan]] 07:32:00"
    ),
    *(
        _HUGE,
        "9" * 4000,
        _ENDLESS,
        '""',
        '"and"',
        '"\\u0000"',
        '["a"]',
        "1979-05-27T07:32:00Z",
        "[1979-05-27]",
    ),
    *("{times_limit = 1}", "{times_best = -1}", '{a = {a = {a = "b"}}}'),
)
_CONDITIONS = (
    *parts(
        "x9_of(1) > 0|x1_of(9) > 0|x1_of(1e308) > 0|loss_at(1e308) > 0|"
        "loss_at(nan) > 0|w9 > 0|x0 > 0",
        "|",
    ),
    *parts(
        "9**9**9 > 0|round(loss, 1e308) > 0|round(1e308, -400) > 0|exp(9999) > 1|"
        "sqrt(-1) > 0|1/0 > 0",
        "|",
    ),
    *parts(
        "max() > 0|max(1) > 0|near(1) > 0|'a' > 1|'a' * 9 > 'b'|loss.loss.loss > 0|"
        "before.before.w1 > 0",
        "|",
    ),
    *parts(
        "__import__('os') > 0|().__class__ > 0|lambda: 0|loss if loss else loss|"
        "1 < 2 < 'a'|[1][0] > 0",
        "|",
    ),
    *parts(
        "'\\\\d' == 'a'|'\\\\N{x}' > 'a'|1if 1else 2|loss\n> 0|loss > 0 #|setting() > 0|"
        "setting('weights') > 0",
        "|",
    ),
    *parts(
        "setting('x') == 'a'|broken(1) > 0|right_since(1) > 0|regime == 1|state > 1|drawn(1) > 0",
        "|",
    ),
    *(
        "start." * 80 + "w1 > 0",
        "-" * 480 + "1 > 0",
        "(" * 240 + "1" + ")" * 240,
        "not " * 100 + "(1 > 0)",
    ),
    *("0x" + "f" * 400 + " > 0", "9" * 499),
)
_FORMS = (
    *parts(
        "{b:²} {b:١} {b:13} {b:-1} {b:1.5} {b:%%} {} {:} {b:} {b!r} {0} {{ {b}} "
        "{state:2} {loss:word}"
    ),
    *("{nan:word}", "{1e308:%}", "{sample}", "{name}", "{{{b}}}", "{" * 2000, "{b}" * 1000),
)
_SAMPLES = (
    *(
        "[[nan]], targets = [0]",
        "[[1e300]], targets = [1]",
        f"[[{_HUGE}]], targets = [1]",
        '[["a"]], targets = [1]',
    ),
    *(
        "[[1, 2], [3]], targets = [0, 1]",
        "[], targets = []",
        "[[]], targets = [0]",
        "[[1]], targets = [[1]]",
    ),
    *(
        "[[1]], targets = [1, 0]",
        "[[0], [1]], targets = [0, 7], classes = true",
        "[[1979-05-27]], targets = [1]",
    ),
    *(
        f"[[0], [1]], targets = [0, 1], {more}"
        for more in ("classes = 1", "held_out = [3]", "held_out = [1, 2]")
    ),
    *(
        f"[[0], [1]], targets = [0, 1], {more}"
        for more in ("held_out = [true]", "scale = [1, 2, 3]")
    ),
    f"{'[' * 200}1{']' * 200}, targets = [1]",
)


def _replaced(source: random.Random) -> str:
    """Return a lesson in which a few values are others."""
    lines = _EXAMPLE.split("\n")
    for _ in range(source.choice([1, 1, 2, 4])):
        index = source.choice([number for number, line in enumerate(lines) if " = " in line])
        value = (
            source.choice(_VALUES) if source.random() < 0.7 else json.dumps(source.choice(NAMES))
        )
        lines[index] = f"{lines[index].partition(' = ')[0]} = {value}"
    return "\n".join(lines)


def _moved(source: random.Random) -> str:
    """Return a lesson some of whose lines are elsewhere, twice, or gone."""
    lines = _EXAMPLE.split("\n")
    for _ in range(source.choice([1, 2, 5])):
        index = source.randrange(len(lines))
        lines.insert(
            source.randrange(len(lines)),
            lines.pop(index) if source.random() < 0.5 else lines[index],
        )
    return "\n".join(lines[: source.choice([len(lines), source.randrange(len(lines))])])


LESSONS: Mapping[str, Make] = {
    **PLACES,
    "noise": written(_noise),
    "damaged bytes": written(
        lambda source: source.choice(sessions.BYTES)(_EXAMPLE.encode(), source)
    ),
    "other values": written(_replaced),
    "lines elsewhere": written(_moved),
    "other encodings": written(_encoded(_EXAMPLE)),
    "names": written(
        one_of(_EXAMPLE.replace("An example", "{}", 1), [json.dumps(name)[1:-1] for name in NAMES])
    ),
    "number of 5,000 digits": written(_STEP.replace("1", _ENDLESS, 1)),  # ValueError
    "number of 400 digits": written(  # OverflowError
        one_of(
            _STEP + "{} = " + _HUGE,
            ["bias", "weights", "seed", "epochs", "momentum", "learning_rate"],
        )
    ),
    # OverflowError.
    "factor of 400 digits": written(f"{_STEP}learning_rate = {{times_limit = {_HUGE}}}"),
    # Minutes.
    "key with many dots": written(one_of(_HEAD + "{}a = 1\n", ["a." * 1_000, "a." * 400_000])),
    # Minutes.
    "table with many dots": written(one_of(_HEAD + "[{}a]\n", ["a." * 1_000, "a." * 400_000])),
    "deep lists": written(one_of(_HEAD + f"a = {'[' * 100_000}{{}}\n", ["", "]" * 100_000])),
    "deep tables": written(f"{_HEAD}a = {'{a = ' * 100_000}\n"),
    "a line of spaces": written(f'{_HEAD}more = """\n[{" " * 900_000}\n"""\n'),
    # 15 s.
    "60,000 tables": written(_HEAD + "".join(f"[[a{number}]]\n" for number in range(60_000))),
    "60,000 empty steps": written(_HEAD + "[[step]]\n" * 60_000),
    "10,000 steps": written(_HEAD + _STEP.removeprefix(_HEAD) * 10_000),  # a minute
    # Minutes.
    "50,000 unknown keys": written("".join(f"a{number} = 1\n" for number in range(50_000)) + _HEAD),
    "a key of a megabyte": written(f"{'a' * 900_000} = 1\n{_STEP}"),  # a sentence as long
    "a text of a megabyte": written(
        one_of(_STEP.replace("Look.", "{}"), [mark * 900_000 for mark in "[*`<!{"])
    ),
    "a name of a megabyte": written(f'{_STEP}optimizer = "{"a" * 900_000}"'),  # a sentence as long
    "columns by the thousand": written(
        _EXAMPLE.replace("columns = [", "columns = [" + '{title = "a", value = "b"}, ' * 20_000)
    ),
    "conditions": written(
        one_of(_DO.replace("{}", "", 1), [one.replace('"', "'") for one in _CONDITIONS])
    ),
    "placeholders": written(one_of(_DO, _FORMS, ["loss < 0.1"])),  # ValueError
    "data": written(one_of(_STEP + "data = {inputs = {}}", _SAMPLES)),
    "data that spread": written(  # 60 GB
        f"{_STEP}data = {{inputs = [{'[1],' * 90_000}], targets = [0], scale = [{'1,' * 90_000}]}}"
    ),
    "data of many inputs": written(
        one_of(_STEP + "data = {inputs = [[{}]], targets = [0]}", ["1," * 3_000, "1," * 200_000])
    ),
    "data of many samples": written(
        f"{_STEP}data = {{inputs = [{'[1],' * 100_000}], "
        f"targets = [{'0,' * 100_000}]}}\nbatch_size = 1"
    ),
    "a run to the end of time": written(
        one_of(_STEP + "at = {{} = {}}", ["epoch", "step"], ["9" * 7, "9" * 18])
    ),
    "a question at the end of time": written(
        _EXAMPLE.replace("{steps = 1}", "{epochs = 999999999}")
    ),
    "a condition at the end of time": written(
        _EXAMPLE.replace("{epochs = 5}", '{epochs = 999999999, until = "loss < 0"}')
    ),
    "edits by the thousand": written(
        f"{_STEP}edits = [{'{step = 1, learning_rate = 0.1}, ' * 20_000}]\nat = {{step = 100}}"
    ),
    "a lesson of another folder": written(  # ValueError
        one_of(
            f'tell = "at the end"\nagain = "{{}}"\n{_STEP}',
            ["../../etc/passwd", "/dev/zero", "a/b", ".", ".."],
        )
    ),
}

# --- sessions -------------------------------------------------------------------------------------

_RUN = '"number": 1, "name": "a", "settings": {"task": "and"}'
_SESSION = f'{{"format": "NeuroViz session", "version": 1, "runs": [{{{_RUN}}}], "active": 1}}'
_OWN = '"inputs": [[0], [1]], "targets": [0, 1], "classes": true'
_NUMBERS = (
    *parts("-1 1e308 1e999 NaN -Infinity null 9223372036854775808 true 0.5 []"),
    *(_HUGE, _ENDLESS, '"1"'),
)
_FIELDS = (
    *(
        '"step": {}',
        '"parameters": [{}]',
        '"slot": {}',
        '"data": {}',
        '"stopped": {}',
        '"edits": ["{}:lr=1"]',
    ),
    *(
        '"edits": ["1:lr={}"]',
        '"settings": {"task": "and", "seed": {}}',
        '"settings": {"task": "and", "bias": {}}',
    ),
    *(
        '"settings": {"task": "and", "batch_size": {}}',
        '"settings": {"task": "and", "learning_rate": {}}',
    ),
    '"step": 9, "rows": {"every": {}, "kept": [[1]], "gap": [1, 2], "recent": [], "losses": [1]}',
    '"step": 9, "rows": {"every": 1, "kept": [[{}]], "gap": null, "recent": [], "losses": []}',
)


def _run(more: str) -> str:
    """Return a session whose run has more."""
    return _SESSION.replace(_RUN, f"{_RUN}, {more}")


def _also(more: str) -> str:
    """Return a session that has more."""
    return f"{_SESSION[:-1]}, {more}}}"


def _with_data(data: str) -> str:
    """Return a session with data of the user's own."""
    return _also(f'"data": [{{{data}}}]').replace(
        '"a", "settings": {"task": "and"}', '"a", "data": 0, "settings": {"task": "own"}'
    )


def _bulk(count: int, before: str, each: Callable[[int], str], after: str) -> Text:
    """Return a text of many parts, made when it is written."""
    return lambda source: before + ",".join(each(number) for number in range(count)) + after


def _filled(session: str, each: Callable[[int], str], count: int) -> Text:
    before, _, after = session.partition("@")
    return _bulk(count, before, each, after)


_ROWS = '"step": 9, "rows": {"every": 1, "kept": [@], "gap": null, "recent": [], "losses": []}'

SESSIONS: Mapping[str, Make] = {
    **PLACES,
    "noise": written(_noise),
    "damaged bytes": written(
        lambda source: source.choice(sessions.BYTES)(sessions.whole(source.randrange(12)), source)
    ),
    "other values": written(lambda source: sessions.mutant(source.randrange(10**6))),
    "other encodings": written(_encoded(_SESSION)),
    "numbers that are none": written(
        lambda source: one_of(_run(source.choice(_FIELDS)), _NUMBERS)(source)
    ),
    # 14 s.
    "a million edits": written(_filled(_run('"edits": [@]'), lambda i: f'"{i + 1}:lr=0.1"', 10**6)),
    "100,000 runs": written(
        _filled(
            _SESSION.replace(f"{{{_RUN}}}", "@"),
            lambda i: f"{{{_RUN.replace('1', str(i + 1), 1)}}}",
            100_000,
        )
    ),
    "a run of a billion steps": written(one_of(_run('"step": {}'), ["9" * 7, "9" * 9, "9" * 15])),
    "rows of nothing": written(_filled(_run(_ROWS), lambda i: "[]", 40_000_000)),  # 1.5 GB
    "few rows of nothing": written(_filled(_run(_ROWS), lambda i: "[]", 10)),
    "data of empty lists": written(
        _filled(_with_data('"inputs": [@], "targets": []'), lambda i: "[]", 40_000_000)
    ),
    "data of empty tables": written(
        _filled(_with_data('"inputs": [@], "targets": []'), lambda i: "{}", 40_000_000)
    ),
    "settings by the million": written(  # 9 s to read, 26 s to refuse
        _filled(_run('"settings": {@}'), lambda i: f'"{i:x}":1', 8_000_000)
    ),
    "views by the million": written(
        _filled(_also('"views": {"plots": [@]}'), lambda i: '""', 5_000_000)
    ),
    "data of many inputs": written(  # 1.5 GB at the first step
        _filled(
            _with_data('"inputs": [[@]], "targets": [1], "classes": true'), lambda i: "1", 1_000_000
        )
    ),
    "data of many samples": written(  # opened, and never to be saved
        _filled(
            _with_data(f'"inputs": [@], "targets": [{"0," * 2_000_000}0], "classes": false'),
            lambda i: "[1]",
            2_000_001,
        )
    ),
    "data that do not fit": written(
        one_of(
            _with_data('"inputs": {}, "targets": {}, "classes": {}'),
            ["[[0], [1]]", "[[0], 1]", '"ab"', "[[null], [1]]", "[[1e300], [1]]", "[[], []]"],
            ["[0, 1]", "[0]", "[0, 2]", "[[0], [1]]"],
            ["true", "2", "false"],
        )
    ),
    "names of data": written(
        lambda source: one_of(
            _with_data(f'{_OWN}, "input_names": [{{}}], "target_name": {{}}, "origin": {{}}'),
            *[[json.dumps(name) for name in NAMES]] * 3,
        )(source)
    ),
    "scaling of data": written(
        one_of(
            _with_data(f'{_OWN}, "scaling": {{"name": "unit", "shift": [{{}}], "scale": [{{}}]}}'),
            *[_NUMBERS] * 2,
        )
    ),
    "rows held out": written(one_of(_with_data(f'{_OWN}, "held_out": [{{}}]'), _NUMBERS)),
    "a name of 50 megabytes": written(
        lambda source: _SESSION.replace('"a"', f'"{"a" * 50_000_000}"')
    ),
    "a column of 50 megabytes": written(
        lambda source: _with_data(
            f'{_OWN}, "input_names": ["{"a " * 25_000_000}"], "origin": "{"b " * 9_000_000}"'
        )
    ),
    "a note of 50 megabytes": written(lambda source: _also(f'"note": "{"a" * 50_000_000}"')),
    "deep": written(
        lambda source: _with_data('"a":' + "[" * source.choice([1_000, 10**6, 60 * 10**6]))
    ),
    "deep settings": written(_run(f'"settings": {{"task": {"[" * 100_000}{"]" * 100_000}}}')),
    "another form": written(one_of(_SESSION.replace('"version": 1', '"version": {}'), _NUMBERS)),
    "one thing twice": written(
        one_of(_also("{}"), ['"runs": []', '"active": 2', '"format": "x"', '"version": 99'])
    ),
    "a race of nobody": written(
        one_of(_also('"racing": [{}]'), ["1", "1,1", "2,3", "1,2", "-1", "0"])
    ),
    "a look at nothing": written(
        one_of(
            _also('"look": {"step": {}, "phase": "x", "sample": {}}'),
            *[["-5", str(2**62), "1"]] * 2,
        )
    ),
    "half a letter": written(one_of(_SESSION.replace('"a"', "{}"), [r'"\ud800"', r'"a\udcff"'])),
    "nothing in it": written(
        one_of("{}", ["{}", "[]", "null", '{"format": "NeuroViz session", "version": 1}'])
    ),
    "names": written(one_of(_SESSION.replace('"a"', "{}"), [json.dumps(name) for name in NAMES])),
}

# --- settings, and what windows have kept ---------------------------------------------------------

_JSON = "NeuroViz/NeuroViz.json"
_INI = "NeuroViz/NeuroViz.ini"
_KEPT = "NeuroViz/sessions/20260101-000000-00000000.neuroviz"
_KEYS = (
    *parts(
        "theme figure_size recent geometry folder plots code_style pace lesson/check "
        "check/check switch/side"
    ),
    *parts("switch/log switch/projector switch/welcomed switch/auto"),
)
_SAID = (
    *(
        "",
        _ENDLESS,
        "-1",
        "true",
        "nan",
        "a, b, c",
        '"a',
        "[1,2,3]",
        "[1e999, 2, 3]",
        "[" * 50_000,
        "speed/²",
    ),
    *(
        "@ByteArray()",
        "@ByteArray(\\0\\x1\\xd9\\xd0\\xcb)",
        "@Variant(\\0)",
        "@@x",
        "@Invalid()",
        '"[1e400, NaN, 1]"',
    ),
    *(
        "%00",
        "%ff%fe",
        "/dev/zero",
        "../../../etc/passwd",
        "\\xd800",
        "\\x0",
        "\\777777777",
        "\\x" + "f" * 5000,
    ),
    *(
        "data,loss,landscape,weights",
        "," * 5000,
        "data," * 5000,
        "x" * 100_000,
        " ".join(["/tmp/a"] * 5000),
    ),
    *("1 " * 50_000, f"speed/{_ENDLESS}", "speed/41"),
)
_TYPES = (
    "null",
    "1",
    "1e999",
    "NaN",
    "true",
    "[]",
    "{}",
    "[[1]]",
    '["a"]',
    _ENDLESS,
    r'"\ud800"',
    r'"\u0000"',
)


def _at(place: str, make: Make, beside: Make | None = None) -> Make:
    """Return what puts it at a place in the folder of the settings.

    Beside it may be its lock, as after a crash.
    """

    def put(path: Path, source: random.Random) -> None:
        (path / place).parent.mkdir(parents=True, exist_ok=True)
        make(path / place, source)
        if beside is not None:
            beside((path / place).with_name(f"{(path / place).name}.lock"), source)

    return put


def _touch(path: Path, source: random.Random) -> None:
    path.touch()


def _said(text: Text) -> Make:
    return _at(_JSON, written(text))


def _said_before(text: Text) -> Make:
    """Return what puts it into the file of version 0.7, which is read where there is no other."""
    return _at(_INI, written(text))


def _many(path: Path, source: random.Random) -> None:
    for number in range(3_000):
        _at(f"NeuroViz/sessions/{number}.neuroviz", _touch)(path, source)


_HARD = (
    "pipe",
    "endless device",
    "folder",
    "link to itself",
    "socket",
    "large and empty",
    "log that waits",
)
_OF_CRASH = (
    "other values",
    "a million edits",
    "data of empty lists",
    "a column of 50 megabytes",
    "names of data",
)
_VIEWS = '"views": {"file": "{}", "pace": "{}", "plots": ["{}"], "modified": true}'

SETTINGS: Mapping[str, Make] = {
    **{f"settings: {name}": _at(_JSON, make) for name, make in PLACES.items()},
    **{f"settings of 0.7: {name}": _at(_INI, PLACES[name]) for name in _HARD},
    **{f"their folder: {name}": _at("NeuroViz", PLACES[name]) for name in _HARD},
    **{f"folder of sessions: {name}": _at("NeuroViz/sessions", PLACES[name]) for name in _HARD},
    **{f"kept session: {name}": _at(_KEPT, PLACES[name]) for name in _HARD},
    **{f"session of a crash: {name}": _at(_KEPT, PLACES[name], _touch) for name in _HARD},
    **{f"lock: {name}": _at(_KEPT, written(_SESSION), PLACES[name]) for name in _HARD},
    **{f"session of a crash: {name}": _at(_KEPT, SESSIONS[name], _touch) for name in _OF_CRASH},
    "kept session: other values": _at(_KEPT, SESSIONS["other values"]),
    "kept session: views": _at(  # ValueError at every start
        _KEPT,
        written(
            one_of(
                _also(_VIEWS),
                ["%00", "%ff", "/dev/zero", "", "a" * 10**6],
                _SAID,
                [_ENDLESS, "-1", "a"],
            )
        ),
    ),
    "sessions by the thousand": _many,
    "noise": _said(_noise),
    "other entries": _said(
        one_of('{"{}": {}, "{}": {}, "{}": {}}', *[_KEYS, tuple(map(json.dumps, _SAID))] * 3)
    ),
    "other types": _said(one_of('{"{}": {}, "{}": {}}', *[_KEYS, _TYPES] * 2)),
    "no object": _said(one_of("{}", _TYPES)),
    "60,000 entries": _said(json.dumps({f"a{number}": "1" for number in range(60_000)})),
    # More than 10 s at the menu.
    "90,000 recent files": _said(json.dumps({"recent": "/tmp/a " * 90_000})),
    "400,000 results of a check": _said(json.dumps({"check/check": "1 " * 400_000})),
    # ValueError at every start.
    "a pace of 5,000 digits": _said(json.dumps({"pace": f"speed/{_ENDLESS}"})),
    "deep": _said(one_of("{}", ["[" * 900_000, '{"a":' * 150_000])),
    "noise of 0.7": _said_before(_noise),
    "other entries of 0.7": _said_before(
        one_of("[General]\n{}={}\n{}={}\n{}={}\n", *[_KEYS, _SAID] * 3)
    ),
    "100,000 entries of 0.7": _said_before(
        "[General]\n" + "".join(f"a{number}=1\n" for number in range(100_000))
    ),
    "a line of a megabyte of 0.7": _said_before(
        one_of(
            "[General]\n{}{}", ['a="', "a=", "[", "\\x", "a"], [mark * 900_000 for mark in '\\a=" ']
        )
    ),
}
