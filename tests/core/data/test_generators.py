"""Data that are made up: what they are, and what a recipe may say."""

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.data.generators import GENERATORS, Recipe, parse_recipe
from neuroviz.core.model.separability import separable
from tests.for_each import for_each

SEPARABLE = {
    "blobs": True,
    "ring": False,
    "spiral": False,
    "xor_blobs": False,
    "moons": False,
    "above": False,
}
"""Without noise, a hundred samples."""


@for_each("name", GENERATORS)
def test_a_recipe_gives_the_same_data_and_its_text_gives_the_recipe(name):
    """So many samples as asked for; another seed gives others."""
    recipe = parse_recipe(f"{name}:count=51,noise=0.25,seed=3")
    data = recipe.dataset()
    assert data.rows == 51
    assert parse_recipe(data.origin) == recipe
    assert recipe.dataset() == data
    assert parse_recipe(f"{name}:count=51,noise=0.25,seed=4").dataset() != data


def test_of_every_kind_with_classes_it_is_known_whether_a_neuron_can_part_them():
    """A new row of the table needs its answer here."""
    assert {name for name, kind in GENERATORS.items() if kind.classes} == set(SEPARABLE)


@for_each("name", SEPARABLE)
def test_what_one_neuron_can_part(name):
    """Blobs it can; the others it cannot, as the proof finds."""
    assert separable(parse_recipe(f"{name}:noise=0").dataset()) is SEPARABLE[name]


def test_shapes_without_noise_are_what_they_are_called():
    """Corners of a square, circles, half circles, a line, a parabola.

    Points above a curve are class 1.
    """
    blobs, xor, ring, moons, line, parabola, above = (
        parse_recipe(f"{name}:noise=0").dataset()
        for name in ("blobs", "xor_blobs", "ring", "moons", "noisy_line", "parabola", "above")
    )
    assert {(*x, y) for x, y in zip(blobs.inputs.tolist(), blobs.targets, strict=True)} == {
        (-1, -1, 0),
        (1, 1, 1),
    }
    assert (np.sign(xor.inputs.prod(axis=1)) == 1 - 2 * xor.targets).all()
    radius = np.hypot(*ring.inputs.T)
    assert radius[ring.targets == 1].max() < radius[ring.targets == 0].min()
    upper = moons.inputs[moons.targets == 0]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    assert upper[:, 1].min() >= 0
    np.testing.assert_allclose(line.targets, 2 * line.inputs[:, 0] + 1)
    np.testing.assert_allclose(parabola.targets, parabola.inputs[:, 0] ** 2)
    assert ((above.inputs[:, 1] > np.sin(3 * above.inputs[:, 0])) == (above.targets == 1)).all()


def test_noise_is_the_standard_deviation_that_was_asked_for():
    """Of 20,000 samples, within four standard errors."""
    data = parse_recipe("noisy_line:noise=0.5,count=20000").dataset()
    rest = data.targets - 2 * data.inputs[:, 0] - 1
    assert rest.std() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * 20_000))


@for_each(
    ("text", "said"),
    [
        ("blobs:foo=1", "means nothing for blobs"),
        ("blobs:noise", "means nothing for blobs"),
        ("blobs:noise=abc", "noise"),
        ("blobs:noise=-1", "noise must be from 0"),
        ("blobs:count=1", "count must be from 2"),
        ("blobs:count=2.5", "whole number"),
        ("blobs:seed=-1", "seed must be from 0"),
        ("blobs:f=x", "no formula"),
        ("above:f=", "no formula of x"),
        ("above:f=1/x", "not a finite number"),
    ],
)
def test_a_recipe_that_cannot_be_says_why(text, said):
    """One sentence."""
    with pytest.raises(SettingsError, match=said):
        parse_recipe(text)
    assert parse_recipe("shop.csv") is None


def test_a_recipe_is_checked_where_it_is_made():
    """Also without any text."""
    with pytest.raises(SettingsError, match="count"):
        Recipe("blobs", 0.1, 10**9)
