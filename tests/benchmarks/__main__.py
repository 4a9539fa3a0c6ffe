"""The benchmarks: ``python -m tests.benchmarks NAME …``.

Options: ``[--pairs 5] [--output FILE] [--compare FILE]``. Each prints a line of JSON for every
case: median, min and max over the pairs. ``--compare`` puts the lines of an earlier ``--output``
beside the new ones, or beside those of ``--output`` if nothing is measured.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks import (
    drag,
    exports,
    film,
    headless,
    idle,
    large,
    live,
    motion,
    scrub,
    start,
    sweep,
)
from tests.benchmarks.bare import default_threads
from tests.benchmarks.compare import read, table
from tests.benchmarks.measure import BenchmarkError, Case, Options, line_of

BENCHMARKS: dict[str, Callable[[Options], Iterator[Case]]] = {
    "headless": headless.cases,
    "live": live.cases,
    "scrub": scrub.cases,
    "drag": drag.cases,
    "motion": motion.cases,
    "large": large.cases,
    "start": start.cases,
    "idle": idle.cases,
    "sweep": sweep.cases,
    "exports": exports.cases,
    "film": film.cases,
}


def main() -> int:
    """Run the benchmarks that the command line names; exit 1 if one could not be run to its end."""
    parser = _parser()
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in (*BENCHMARKS, "all")]
    if unknown or not (chosen.names or (chosen.compare is not None and chosen.output)):
        parser.error(
            f"name a benchmark: {', '.join(BENCHMARKS)} or all; or give --compare and --output."
        )
    try:
        lines = _measured(chosen) if chosen.names else _lines(chosen.output)
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    if chosen.compare is not None:
        print(table(chosen.compare, lines))
    return int(any("failed" in line for line in lines.values()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)} or all")
    parser.add_argument(
        "--pairs", type=_whole, default=Options.pairs, metavar="N", help="ours and bare in turn"
    )
    parser.add_argument(
        "--seconds",
        type=_positive,
        metavar="S",
        help="length of a measurement, instead of each one's own",
    )
    parser.add_argument(
        "--quick", action="store_true", help="as small as can be, to see that all of it runs"
    )
    parser.add_argument(
        "--output", type=_place, metavar="FILE", help="append the lines to this file"
    )
    parser.add_argument(
        "--compare", type=_lines, metavar="FILE", help="lines of earlier to compare with"
    )
    return parser


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive number")
    return value


def _place(text: str) -> str:
    """Find out before anything is measured whether the file can be written."""
    try:
        Path(text).open("a").close()
    except OSError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _lines(text: str) -> dict[str, dict[str, Any]]:
    try:
        return read(Path(text))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _measured(chosen: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Run, print and keep; return the lines by name."""
    default_threads()  # while it is still torch's own
    options = Options(1 if chosen.quick else chosen.pairs, chosen.seconds, chosen.quick)
    lines = {}
    for name in BENCHMARKS if "all" in chosen.names else dict.fromkeys(chosen.names):
        for case in BENCHMARKS[name](options):
            lines[case.name] = _line(case, options)
            text = json.dumps(lines[case.name], ensure_ascii=False)
            print(text, flush=True)
            if chosen.output:
                with Path(chosen.output).open("a", encoding="utf-8") as file:
                    print(text, file=file)
    return lines


def _line(case: Case, options: Options) -> dict[str, Any]:
    """Return the line of a case; one that cannot be measured says why."""
    if case.skipped:
        return {"name": case.name, "skipped": case.skipped}
    try:
        line = line_of(case, [case.pair() for _ in range(options.pairs)])
        return {**line, "torch_threads": default_threads()}
    except BenchmarkError as error:
        return {"name": case.name, "failed": str(error)}


if __name__ == "__main__":
    sys.exit(main())
