"""Whether the theory of gradient descent speaks of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuroviz.core.choices.settings import Settings


def not_descending(settings: Settings) -> str | None:
    """Return why the theory of gradient descent says nothing of a run, None if it does."""
    if settings.breaks_it("ascent"):
        return "The theory is about descent, and these steps go up the gradient on purpose."
    if settings.breaks_it("no_zero_grad"):
        return "The theory is about one gradient a step, and here each step uses the sum of all so far, on purpose."
    return None
