"""``neuroviz explain``: what a term means, in the words of the window."""

from __future__ import annotations

import argparse
import textwrap

from neuroviz.cli.options import add_experiment, experiment_at_start
from neuroviz.cli.output import COLUMNS, UsageError, emit, hanging
from neuroviz.core.glossary import Glossary, Term
from neuroviz.files.glossary import load_glossary, reference
from neuroviz.session.frame import Frame
from neuroviz.session.live_values import sentences, sources
from neuroviz.session.session import Session

_INDENT = 10

EPILOG = """\
examples:
  neuroviz explain
  neuroviz explain momentum
  neuroviz explain condition number --task line

With options of an experiment it adds the numbers at its start.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``explain``."""
    parser.add_argument(
        "word", nargs="*", metavar="WORD", help="a term or its symbol; without one, all are listed"
    )
    add_experiment(parser)


def run(args: argparse.Namespace) -> int:
    """Explain the term, or list all."""
    glossary = load_glossary()
    if not args.word:
        emit("\n".join(glossary))
        return 0
    term = _found(" ".join(args.word), glossary)
    frame = _start(args)
    # Without an experiment, keep the sentences that need no numbers of it.
    now = " ".join(sentence for sentence in term.today if "{" not in sentence)
    keys: tuple[str, ...] = ()
    if frame is not None:
        now = sentences(term, frame) or (
            "It has no numbers in this experiment." if term.today else ""
        )
        keys = sources(term, frame)
    emit(_explained(term, now, [*map(reference, keys), *term.sources]))
    return 0


def _found(word: str, glossary: Glossary) -> Term:
    term = glossary.find(word)
    if term is not None:
        return term
    near = glossary.nearest(word)
    hint = "nothing is spelled like it"
    if near:
        hint = f"the nearest {'are' if len(near) > 1 else 'is'} {', '.join(map(repr, near))}"
    raise UsageError(f"there is no term {word!r}; {hint} (see 'neuroviz explain').")


def _start(args: argparse.Namespace) -> Frame | None:
    """Return the start of the experiment given by the options; None where none is given."""
    given = vars(args).items()
    if all(name in ("word", "quiet") or value in (None, []) for name, value in given):
        return None  # an explanation alone does not need torch
    session = Session(experiment_at_start(args, "explain"))
    session.prepare()
    return session.frame()


def _explained(term: Term, now: str, references: list[str]) -> str:
    lines = [
        ("formula", term.formula),
        ("here", now),
        *(
            ("source" if index == 0 else "", source)
            for index, source in enumerate(dict.fromkeys(references))
        ),
        ("see also", ", ".join(term.see)),
    ]
    rows = [hanging(name.ljust(_INDENT), text) for name, text in lines if text]
    return "\n".join([term.name, textwrap.fill(term.text, COLUMNS), "", *rows])
