"""Search: which of many things a typed text means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from neuroviz.core.catalogue import fold, nearest

_UNLIKE = (4, True)


def found(typed: str, spellings: Sequence[Sequence[str]]) -> list[int]:
    """Return the indices of the things that a typed text finds, best first; empty finds all.

    Things whose name it is come first, then those with a spelling that begins with it, then those
    with a spelling in which all its words begin words, then those that contain its words anywhere.
    Where nothing is found, an unknown word is replaced by the nearest known one.

    Parameters
    ----------
    spellings
        The spellings of each thing: its name, empty for a thing that comes after others, then all
        other spellings.
    """
    if not typed.strip():
        return [*range(len(spellings))]
    known = [[fold(spelling) for spelling in each] for each in spellings]
    words = {word for each in known for spelling in each for word in spelling.split()}
    for wanted in (fold(typed), _spelled_right(fold(typed), sorted(words))):
        ranks = [_rank(wanted, each) for each in known]
        if places := [place for place, rank in enumerate(ranks) if rank < _UNLIKE]:
            return sorted(places, key=ranks.__getitem__)
    return []


def _spelled_right(typed: str, words: Sequence[str]) -> str:
    """Return a text with each unknown word replaced by the nearest known one, if there is one."""
    known = "\n".join(words)
    return " ".join(
        (nearest(word, words) or [word])[0] if word not in known else word for word in typed.split()
    )


def _rank(wanted: str, spellings: Sequence[str]) -> tuple[int, bool]:
    """Return how badly spellings fit a text, and whether another than the name fits best."""
    words = wanted.split()
    whole = " ".join(spellings)

    def misses(spelling: str) -> int:
        if spelling.startswith(wanted):
            return 1
        begun = all(re.search(rf"\b{re.escape(word)}", spelling) for word in words)
        return 2 if begun else 3

    if spellings[0] == wanted:
        return 0, False
    best = min((misses(each), place > 0) for place, each in enumerate(spellings) if each)
    return best if best[0] < 3 or all(word in whole for word in words) else _UNLIKE
