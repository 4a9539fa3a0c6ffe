"""What cannot be is said in one sentence: of every call in a long list, at the door."""

import datetime
import io
import warnings

import numpy as np
import pytest

import neuroviz as nv
from tests.api.bad_calls import BAD_CALLS
from tests.for_each import for_each


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """Return what the calls name."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "table.csv").write_text("a,b,y\n1,2,0\n2,1,1\n3,5,0\n", encoding="utf-8")
    return {
        "nv": nv,
        "np": np,
        "io": io,
        "datetime": datetime,
        "folder": str(folder),
        "csv": str(folder / "table.csv"),
        "data": nv.Dataset([[1.0], [2.0]], [1.0, 2.0], classes=False),
        "run": nv.train("and", epochs=3),
        "swept": nv.sweep("line", points=3, epochs=2),
    }


def test_there_are_many():
    assert len(set(BAD_CALLS)) == len(BAD_CALLS) > 300


@for_each("call", BAD_CALLS)
def test_a_call_that_cannot_be_is_one_settings_error(call, names):
    """None is an error from deep inside, and none goes well with something else than was meant."""
    with pytest.raises(nv.SettingsError) as error:
        eval(call, dict(names))
    sentence = str(error.value)
    assert sentence.endswith((".", "?"))
    assert sentence.isprintable()
    assert len(sentence) < 300


def test_what_is_meant_the_same_is_taken():
    """numpy's numbers, fractions and truth values, rows held out by their indices.

    A mask that hides nothing.
    """
    plain = nv.Dataset([[1.0], [0.5], [3.0]], [0, 1, 1], classes=True, held_out=(1,))
    from fractions import Fraction

    assert (
        nv.Dataset([[1], [Fraction(1, 2)], [3]], [False, True, True], True, held_out=np.array([1]))
        == plain
    )
    masked = np.ma.array([[1.0], [0.5], [3.0]], mask=False)
    assert nv.Dataset(masked, np.float32([0, 1, 1]), True, held_out=[1]) == plain
    assert (
        nv.train(epochs=2, edits=[nv.Edit(np.int64(1), "learning_rate", np.float64(0.5))]).epochs
        == 2
    )
    assert nv.train(epochs=2).figure("loss", width=np.int64(100)).get_size_inches()[
        0
    ] == pytest.approx(100 / 25.4)


@pytest.mark.parametrize("size", [(10, 10), (10, 2_000), (30, 20)])
def test_a_figure_of_any_size_that_is_taken_is_drawn(size):
    """Small ones too, without a word from matplotlib."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert nv.train(epochs=2).figure("loss", width=size[0], height=size[1])._repr_png_()
