"""A riddle in the window: what is wrong is seen nowhere but in the run."""

from neuroviz.ui.lesson.lab import Spotlight
from tests.ui.lesson.test_lesson import push


def test_a_riddle_keeps_to_itself_what_is_wrong(open_window, monkeypatch):
    """Neither foot nor timeline nor tabs nor form nor export name it, whatever steps are taken."""
    monkeypatch.setattr("neuroviz.lessons.riddles.random_seed", lambda: 2)
    person = open_window()
    person.settle()

    person.window.commands["riddle"].trigger()
    person.settle()

    assert person.text("lesson_title") == "What was broken? Riddle 2"
    lit = person.bench.findChild(Spotlight).lit
    assert person.button("step") in lit  # as the page asks for three steps
    tabs = person.bench.side.tabs
    for _ in range(5):
        assert person.text("state") == "Yours to find"
        assert (
            person.text("sentence")
            == "What goes on is what the lesson asks, so it is not said here."
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
    person.click("part_update")
    assert person.frame.phase == "update"
    assert "up the loss, on purpose" in person.frame.phase_in_words
    assert person.bench.neuron.parts.said.text().startswith("Update: move the weights")
    # Whoever has answered is told, also what was right; and the next riddle follows at the end.
    push(person, "lesson_next")
    assert person.text("state") == "Yours to find"
    person.window.lessons.control.panel.question.choices[0].click()
    push(person, "lesson_go")
    assert person.text("lesson_told").startswith("✗")
    assert person.text("lesson_feedback").endswith(
        "the loss rises from the first step on, at any rate."
    )
    assert person.text("state").startswith("Diverging")
    push(person, "lesson_next")
    assert person.text("state") == "Yours to find"
    for _ in range(4):
        push(person, "lesson_next")
    assert "Next: What was broken? Riddle 3." in person.text("lesson_text")
    push(person, "lesson_next")
    assert person.text("lesson_title") == "What was broken? Riddle 3"
