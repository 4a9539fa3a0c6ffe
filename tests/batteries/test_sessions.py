"""A sample of the damaged sessions, and that the battery finds what is wrong."""

import json

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from tests.batteries import sessions


@pytest.fixture(scope="module")
def there():
    session = Session(Settings("or"))
    session.prepare()
    session.advance(10)
    return session


def test_a_sample_of_damaged_sessions_opens_or_is_refused_in_words(there):
    """50 of the thousand."""
    outcomes = [sessions.open_one(sessions.mutant(seed), there) for seed in range(50)]
    result = sessions.summary(outcomes, 0.0)
    assert result["the first wrong"] == []
    assert result["opened"] >= 6
    assert result["refused"] >= 20


@pytest.mark.parametrize("number", range(12))
def test_what_is_whole_is_opened(there, number):
    outcome = sessions.open_one(sessions.whole(number), there, patient=True)
    assert (outcome.kind, outcome.wrong) == ("opened", None)


def test_ten_thousand_runs_and_a_run_of_a_billion_epochs_are_refused(there):
    plain = json.loads(sessions.whole(0))
    plain["runs"] = plain["runs"][:1] * 10_000
    outcome = sessions.open_one(json.dumps(plain).encode(), there)
    assert (outcome.kind, outcome.wrong) == ("refused", None)
    assert outcome.sentence == "It has 10,000 runs, and a session has 1 to 1,000."
    plain["runs"] = [plain["runs"][0] | {"step": 10**9}]
    plain["active"] = plain["runs"][0]["number"]
    plain["racing"] = []
    outcome = sessions.open_one(json.dumps(plain).encode(), there)
    assert "no rows of its 1,000,000,000 steps were kept" in outcome.sentence


def test_the_battery_finds_what_is_wrong(there, monkeypatch):
    """What the monkey must tell.

    An exception, a slice that takes too long, a sentence that is none, a changed session.
    """
    monkeypatch.setattr(sessions, "session_of", lambda *_: 1 / 0)
    assert "ZeroDivisionError" in sessions.open_one(b"", there).wrong
    monkeypatch.undo()
    monkeypatch.setattr(sessions, "PATIENCE", -1.0)
    assert sessions.open_one(sessions.whole(0), there).wrong == "a slice took too long"
    monkeypatch.undo()
    assert "no clear sentence" in sessions._refused("two\nlines, which nobody reads").wrong
    monkeypatch.setattr(sessions, "session_of", lambda *_: there.pin())
    assert "another" in sessions.open_one(b"", there).wrong
