"""Commands that are ended from outside: ``python -m tests.batteries.kills``.

``train``, ``sweep`` and ``script``, over the results of an earlier run, get kill -9, SIGTERM,
SIGHUP and Ctrl-C: every other time at any moment of their life, else while they write. Each file
must then be that of the earlier run or of this one, whole; where the command was asked to end, that
is up to where it had come. And after the next command that writes there, nothing else may stand in
the folder.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from neuroviz.cli.command import dispatch
from neuroviz.core.signals import ENDING
from tests.batteries.processes import before_the_program, environment, faults

KILLS = (*(number for number in signal.Signals if number.name == "SIGKILL"), *ENDING)
PATIENCE = 60.0
"""Seconds after which a command that has not ended hangs."""
WRITING = 0.01
"""Seconds within which it is killed once a temporary file stands there."""
NEXT = "next.py"


@dataclass(frozen=True)
class Command:
    """A command whose results are to survive."""

    words: str
    """The command line."""
    earlier: str
    """What the run before it had beside that."""
    outputs: tuple[str, ...]
    """The files it writes."""


COMMANDS = {
    "train": Command(
        "train --task and --epochs 30000 --json --history run.csv --plot run.png",
        "--seed 1 --epochs 500",
        ("run.csv", "run.png"),
    ),
    "sweep": Command(
        "sweep --task line --epochs 100 --points 5000 --json --csv rates.csv --plot rates.svg",
        "--seed 1 --epochs 5",
        ("rates.csv", "rates.svg"),
    ),
    "script": Command("script --task and --output and.ipynb", "--seed 1", ("and.ipynb",)),
}


@dataclass(frozen=True)
class Results:
    """What a command leaves when nothing comes between, and after how many seconds."""

    earlier: Mapping[str, bytes]
    whole: Mapping[str, bytes]
    """The files of the earlier run and of this one, by name."""
    seconds: float
    """How long this one took."""


@dataclass(frozen=True)
class Kill:
    """One command that was ended."""

    outcome: str
    """Which of the files are whose."""
    left: int
    """Temporary files that stood there after it."""
    objections: list[str] = field(default_factory=list)
    """What is wrong."""


def results(command: Command) -> Results:
    """Run the command twice, as it will stand there before and as it would end."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for words in (f"{command.words} {command.earlier}", command.words):
            began = time.perf_counter()
            subprocess.run(
                _line(words),
                cwd=folder,
                env=environment(folder),
                stdout=subprocess.DEVNULL,
                check=True,
            )
            seconds = time.perf_counter() - began
            found.append({output: (folder / output).read_bytes() for output in command.outputs})
    return Results(found[0], found[1], seconds)


def kill(
    command: Command,
    known: Results,
    number: signal.Signals,
    source: random.Random,
    *,
    writing: bool,
) -> Kill:
    """Run the command over its earlier results and end it, while it writes or at any moment."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as settings:
        folder = Path(name)
        for output, content in known.earlier.items():
            (folder / output).write_bytes(content)
        process = subprocess.Popen(
            _line(command.words),
            cwd=folder,
            env=environment(Path(settings)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if writing:
            _wait_for_a_temporary_file(folder, process)
        time.sleep(source.uniform(0, WRITING if writing else 1.1 * known.seconds))
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Kill("hung", 0, ["it did not end"])
        left = len(_temporary_files(folder))
        files = {output: (folder / output).read_bytes() for output in command.outputs}
        early = files == known.earlier and before_the_program(process.returncode, number, err)
        objections = [] if early else _of_process(process.returncode, number, err)
        objections += _next_command(folder, command)
    objections += [
        f"{output}: {wrong}"
        for output, content in files.items()
        if (wrong := objection(output, content, known, ended=number in ENDING))
    ]
    if _steps(out) == 0 and files != known.earlier:
        objections.append("it took no step, and wrote")
    whose = Counter(_whose(output, content, known) for output, content in files.items())
    return Kill(
        " and ".join(f"{count} {name}" for name, count in sorted(whose.items())), left, objections
    )


def objection(name: str, content: bytes, known: Results, *, ended: bool) -> str | None:
    """Return what is wrong with a file, None if it is one of those it may be."""
    if content in (known.earlier[name], known.whole[name]):
        return None
    if not ended:
        return "neither the old one nor the new one"
    try:
        _check(name, content)
    except (ValueError, SyntaxError) as error:  # ElementTree's are SyntaxErrors
        return str(error)
    return None


def summary(kills: Mapping[str, Iterable[Kill]], seconds: float) -> dict[str, Any]:
    """Return counts for each command and signal, and what was wrong."""
    said = {}
    wrong = []
    for name, each in kills.items():
        known = list(each)
        said[name] = {
            "kills": len(known),
            "files": dict(Counter(one.outcome for one in known)),
            "left temporary files": sum(one.left > 0 for one in known),
        }
        wrong += [f"{name}: {sentence}" for one in known for sentence in one.objections]
    return {
        "seconds": round(seconds, 1),
        **said,
        "wrong": len(wrong),
        "the first wrong": wrong[:10],
    }


def _line(words: str) -> list[str]:
    return [sys.executable, "-m", "neuroviz", *words.split()]


def _temporary_files(folder: Path) -> list[Path]:
    return list(folder.glob(".*"))


def _wait_for_a_temporary_file(folder: Path, process: subprocess.Popen[str]) -> None:
    while process.poll() is None and not _temporary_files(folder):
        time.sleep(0.0002)


def _of_process(code: int, number: signal.Signals, err: str) -> list[str]:
    known = (0, 128 + number if number in ENDING else -number)
    said = "\n".join(line for line in faults(err).splitlines() if not line.startswith("Written: "))
    return [f"code {code}"] * (code not in known) + [said] * bool(said)


def _next_command(folder: Path, command: Command) -> list[str]:
    """Write another file there; return what stands in the folder and should not."""
    dispatch(["script", "--task", "double", "--output", str(folder / NEXT)])
    there = sorted(path.name for path in folder.iterdir())
    return [] if there == sorted([*command.outputs, NEXT]) else [f"left: {', '.join(there)}"]


def _steps(out: str) -> int | None:
    """Return how many steps or epochs a command says it took, None if it does not say."""
    with contextlib.suppress(ValueError):
        said = json.loads(out)
        return int(said.get("steps", said["epochs"]))
    return None


def _whose(name: str, content: bytes, known: Results) -> str:
    return {known.earlier[name]: "old", known.whole[name]: "new"}.get(content, "up to the signal")


def _check(name: str, content: bytes) -> None:
    """Raise a ValueError or a SyntaxError where a file is not whole."""
    ending = Path(name).suffix
    if ending == ".csv":
        _check_table(content.decode())
    elif ending == ".svg":
        ElementTree.fromstring(content)
    elif ending == ".ipynb":
        json.loads(content)
    elif not (content.startswith(b"\x89PNG") and content.endswith(b"IEND\xaeB`\x82")):
        raise ValueError("no whole PNG")


def _check_table(text: str) -> None:
    lines = text.split("\n")
    if lines.pop() or len({line.count(",") for line in lines}) != 1:
        raise ValueError("no whole table")
    for line in lines[1:]:
        for cell in filter(None, line.split(",")):
            float(cell)


def main() -> int:
    """Make the kills and print the summary; exit 1 if any file was cut or left over."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.kills", description=__doc__)
    parser.add_argument(
        "--tries", type=int, default=60, help="kills of each command by each signal"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--command", action="append", choices=list(COMMANDS), help="only this one; may be repeated"
    )
    chosen = parser.parse_args()
    source = random.Random(chosen.seed)
    began = time.perf_counter()
    kills = {}
    for name in chosen.command or COMMANDS:
        command = COMMANDS[name]
        known = results(command)
        for number in KILLS:
            kills[f"{name}, {number.name}"] = [
                kill(command, known, number, source, writing=bool(turn % 2))
                for turn in range(chosen.tries)
            ]
    result = summary(kills, time.perf_counter() - began)
    print(json.dumps(result, indent=2))
    return int(result["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
