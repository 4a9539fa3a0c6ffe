"""A riddle in the window: what is wrong is seen nowhere but in the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ui.person import Person

Open = Callable[..., Person]


def test_a_riddle_keeps_to_itself_what_is_wrong(
    open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither foot nor timeline nor tabs nor form nor export name it, whatever steps are taken."""
    monkeypatch.setattr("neuroviz.lessons.riddles.random_seed", lambda: 2)
    person = open_window()
    person.settle()

    person.window.commands["riddle"].trigger()
    person.settle()

    assert person.text("lesson_title") == "What was broken? Riddle 2"
    tabs = person.bench.side.tabs
    for _ in range(5):
        assert person.text("state") == "Yours to find"
        assert (
            person.text("sentence")
            == "What goes on is what the lesson asks, so it is not told here."
        )
        assert not person.bench.form.isVisible()
        seen = [tabs.tabText(i) for i in range(tabs.count()) if tabs.isTabVisible(i)]
        assert "Numbers" in seen
        assert "Code" not in seen
        for name in ("copy_command", "page", "report", "film"):
            assert not person.action(name).isEnabled()
        person.click("step")
        person.settle()
        assert not person.bench.timeline.slider.facts
    assert person.frame.settings.breaks == ("ascent",)
    assert person.step == 5
    person.click("step_back")
    assert person.frame.step == 4
