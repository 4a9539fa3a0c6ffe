"""The held-out rows in the loss view.

It says how well the neuron does on them, and how often that was looked at.
"""

from __future__ import annotations

import re

from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import counted
from neuroviz.core.training.held_out import held_out_at
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.card import PlotReading
from neuroviz.ui.theme import theme as themes

_LOOKS = re.compile(r"([0-9a-f]{16}) (\d{1,9}) ((?:\d{1,9},)*(?:\d{1,9})?)", re.ASCII)
_MOST_GONE = 100_000
_WHY = (
    "The neuron is not trained on these rows: its answers for them are a test. Each run that "
    "you choose by this number makes it less of one. No penalty on the weights is included."
)


class HeldOutLine(PlotReading):
    """Loss and accuracy on the held-out rows at the moment that is shown.

    The line is hidden where no rows are held out.
    """

    def __init__(self) -> None:
        super().__init__(themes.numeric_font())
        self.setObjectName("held_out_line")
        self.setToolTip(_WHY)
        self._looked_at: dict[str, set[int]] = {}
        """Digest of the held-out rows -> numbers of the runs that looked; those below 0 are
        gone."""
        self._present: set[int] = set()
        self.hide()

    def looks(self) -> list[str]:
        """Return for each set of held-out rows which runs have looked, and how many that are gone.

        An entry is a text such as "DIGEST 2 1,5".
        """
        kept = []
        for digest, runs in self._looked_at.items():
            here = sorted(runs & self._present)
            if runs:
                kept.append(f"{digest} {len(runs) - len(here)} {','.join(map(str, here))}")
        return kept

    def take_looks(self, kept: object) -> None:
        """Go on counting from the result of :meth:`looks`; entries of another form are ignored."""
        self._looked_at = {}
        for line in kept if isinstance(kept, list) else []:
            if found := _LOOKS.fullmatch(line):
                digest, gone, here = found.groups()
                former = range(-min(int(gone), _MOST_GONE), 0)
                self._looked_at[digest] = {
                    *former,
                    *(int(number) for number in here.split(",") if number),
                }

    def show_new(self, frame: Frame) -> None:
        """Show or hide the line for another experiment."""
        self.setVisible(frame.settings.held_out is not None)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment; if its run has begun, that counts as a look."""
        held = frame.settings.held_out
        if held is None or frame.parameters is None or frame.rows is None:
            self.setText("")
            return
        found = held_out_at(frame.settings, frame.parameters[None])
        assert found is not None
        losses, shares = found
        right = (
            "" if shares is None else f", {round(shares[0] * held.rows):,} of {held.rows:,} right"
        )
        self._present = {frame.number, *(run.number for run in frame.runs)}
        runs = self._looked_at.setdefault(held.digest, set())
        if frame.rows.newest.step > 0 and not frame.preview:
            runs.add(frame.number)
        looked = f" · looked at in {counted(len(runs), 'run')}" if runs else ""
        alone = " without penalty" if frame.settings.penalties else ""
        loss = loss_said(frame.settings, float(losses[0]))
        self.setText(f"○ held out {loss}{alone}{right}{looked}")
