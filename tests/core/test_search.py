"""What a typed text finds among many things, and in which order."""

from neuroviz.core.catalogue import found

THINGS = [
    ("Copy loss", "Export"),
    ("Loss landscape", "View", "surface 3D map"),
    ("", "loss", "cost"),
    ("Loss", "View"),
    ("SGD with Nesterov momentum", "Optimizer"),
    ("Step one epoch", "Run"),
]
NAMES = [next(filter(None, each)) for each in THINGS]


def names(typed):
    """Return the names of what is found."""
    return [NAMES[place] for place in found(typed, THINGS)]


def test_the_best_comes_first():
    """The name itself, what begins so, where a word does, and last where it stands anywhere."""
    assert names("loss") == ["Loss", "Loss landscape", "loss", "Copy loss"]
    assert names("oss") == ["Copy loss", "Loss landscape", "Loss", "loss"]
    assert names("l")[0] == "Loss landscape"


def test_words_count_in_any_order_and_by_other_names():
    """Whatever their case, and in the path as in the name."""
    assert names("EPOCH step") == ["Step one epoch"]
    assert names("3d") == ["Loss landscape"]
    assert names("cost") == ["loss"]
    assert names("export loss") == ["Copy loss"]


def test_a_slip_finds_the_nearest_name():
    """Word by word; where a word is like none, nothing is found."""
    assert names("nesterof momentm") == ["SGD with Nesterov momentum"]
    assert names("landscpe") == ["Loss landscape"]
    assert names("qqqq") == []
    assert names("loss qqqq") == []


def test_nothing_typed_finds_all():
    """In their order."""
    assert names(" ") == NAMES
