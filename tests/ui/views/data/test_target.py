"""Three inputs and more: prediction against target."""

import numpy as np

from neuroviz.core.choices.settings import Settings
from tests.ui.person import KEY


def test_points_stand_at_target_and_prediction(open_window):
    """Each sample stands at its target and at what the neuron says now."""
    person = open_window(Settings("sum"))
    person.press(KEY.Key_F8)
    frame = person.frame
    expected = set(
        zip(frame.settings.coded_targets.tolist(), frame.prediction.output.tolist(), strict=True)
    )
    assert person.points("data", "circles") == expected
    # Where prediction equals target there is a line through the whole plot.
    for task in ("sum", "weather"):
        person.begin(Settings(task))
        person.settle()
        ((x, y),) = person.curves("data")
        assert np.array_equal(x, y)
        left, right = person.plot("data").box.viewRange()[0]
        assert x[0] <= left + 1e-9
        assert x[-1] >= right - 1e-9
    # Two hundred mails do not lie on two lines of points, but spread within their class.
    person.begin(Settings("spam"))
    person.settle()
    spam, ham = person.points("data", "circles"), person.points("data", "squares")
    assert len(spam) == len(ham) == 100
    assert all(abs(x - 1) < 0.151 for x, _ in spam)
    assert all(abs(x) < 0.151 for x, _ in ham)
    axis = person.plot("data").getAxis("bottom")
    assert axis.labelText == "class"
    assert axis._tickLevels[0] == ((0.0, "class 0"), (1.0, "class 1"))
    ((_, threshold),) = person.dashes("data")
    assert set(threshold) == {0.5}
    # As many red outlines as the accuracy says are wrong, each round a point.
    wrong = int((~person.frame.right).sum())
    outlined = person.points("data", "wrong")
    assert len(outlined) == wrong > 0
    assert outlined <= person.points("data", "circles") | person.points("data", "squares")
    assert person.text("accuracy").startswith(f"{200 - wrong} of 200 right")
