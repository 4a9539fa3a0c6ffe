"""Why a run is so, in one short sentence, for which the foot of the window has room."""

import re

from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.training.trainer import Trainer
from tests.batteries.claims import situation
from tests.core.diagnosis.test_states import CASES, state_of
from tests.core.same_bits import advanced
from tests.for_each import for_each

LONGEST = 110
"""Letters: two lines beside a headline and a button, at 1024 pixels of width."""
KINDS = [(False, ""), (True, ""), (False, "classes"), (False, "targets")]
"""Whether there are hidden neurons, and an output for each of several what."""


def at_random(hidden, several):
    """Yield what is said of 15 random runs."""
    for number in range(15):
        settings, edits, steps = situation(number, hidden, several)
        trainer = Trainer(settings, edits)
        trainer.advance(steps)
        yield diagnose(evidence_of(trainer))


def check(said):
    """Check one sentence that is short, and that nothing of it or of the rest is left out."""
    assert len(said.headline.split()) <= 8, said
    assert len(said.why) <= LONGEST, said
    assert re.fullmatch(r"[^.!?]+(?:[.]\S[^.!?]*)*[.]", said.why), said
    assert not said.more or re.fullmatch(r"[A-Z0-9].*[.]", said.more), said
    whole = f"{said.why} {said.more}".strip()
    if said.headline == "Every sample is right":
        whole = f"Every sample is right; {whole[0].lower()}{whole[1:]}"
    assert said.sentence == whole


@for_each("case", CASES)
def test_each_state_says_why_in_one_short_sentence(case):
    """The rest comes after it, and begins anew."""
    choices, steps, _, _ = CASES[case]
    check(state_of(advanced(steps, **choices)))


@for_each(("hidden", "several"), KINDS)
def test_any_run_says_why_in_one_short_sentence(hidden, several):
    """Own data, edits, breaks, penalties, schedules and batches among them."""
    for said in at_random(hidden, several):
        check(said)
