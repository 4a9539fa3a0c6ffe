"""What is said of a run that would follow."""

import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from tests.session.fresh import ready


def test_nothing_is_said_of_a_loss_that_is_not_known_yet():
    """Inside an epoch of mini-batches, before the next one ends; then it is the run's."""
    session = ready(Settings("spam", epochs=40), 3)
    session.look_ahead(0.0)
    ghost = session.frame().ghost
    assert len(ghost.curve[1]) == 0
    assert (ghost.said, ghost.sentence) == ("", "")
    while session.ghosts.go_on(0.01):
        pass
    ghost = session.frame().ghost
    assert ghost.sentence.startswith("The run would end at loss")
    run = ready(Settings("spam", epochs=40), 400)
    assert ghost.ahead.parameters[-1].tolist() == run.frame().parameters.tolist()
    assert ghost.ahead.losses[-1] == run.frame().current_loss


@pytest.mark.parametrize("task", ["blobs3", "gates"])
def test_a_run_of_several_outputs_is_looked_ahead_of_to_the_bit(task):
    """Where it would end is where it ends."""
    settings = Settings(task, hidden=2, epochs=120)
    session = ready(settings, 5)
    session.look_ahead(0.0)
    while session.ghosts.go_on(0.01):
        pass
    ghost = session.frame().ghost
    run = ready(settings, 120).frame()
    assert ghost.ahead.parameters[-1].tolist() == run.parameters.tolist()
    assert ghost.ahead.losses[-1] == run.current_loss


def test_a_ghost_is_of_this_run_alone():
    """The run fills it; after an edit it is another's."""
    session = ready(Settings("and", learning_rate=1.0))
    session.look_ahead(0.0)
    assert session.frame().ghost is not None
    session.advance(5)
    assert session.frame().ghost is not None
    session.apply(session.settings.replace(learning_rate=2.0))
    assert session.run.edits == (Edit(5, "learning_rate", 2.0),)
    assert session.frame().ghost is None


def test_a_run_that_first_rises_says_so():
    """As high as the run itself comes, to the digits that are said."""
    session = ready(Settings("and", learning_rate=89.1, epochs=300))
    session.look_ahead(0.0)
    while session.ghosts.go_on(0.01):
        pass
    ghost = session.frame().ghost
    run = ready(Settings("and", learning_rate=89.1, epochs=300), 300).frame().rows
    highest = float(run.loss.max())
    assert highest > 5 * run.loss[0]
    assert f"would rise to {highest:.4g} on its way and end at loss" in ghost.sentence
    session = ready(Settings("and", learning_rate=1.0, epochs=300))
    session.look_ahead(0.0)
    ghost = session.frame().ghost
    assert "rise" not in ghost.sentence
