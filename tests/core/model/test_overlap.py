"""The samples that show why no line parts two classes."""

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import LARGEST_IN_DATA, Dataset
from neuroviz.core.model.separability import overlap, separable


def classes(rng, samples, width):
    """Return samples on a coarse grid, of which many lie on one line or at one place."""
    inputs = rng.integers(-3, 4, (samples, width))
    shift = rng.integers(0, 5)
    targets = rng.integers(0, 2, samples)
    return Dataset(inputs + shift * targets[:, None], targets, classes=True)


@pytest.mark.parametrize("width", [1, 2])
def test_it_is_found_where_no_line_parts_the_classes_and_only_there(width):
    """Held against the iteration that finds a line or proves that there is none."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(60):
        dataset = classes(rng, int(rng.integers(1, 9)), width)
        parted = separable(dataset)
        if parted is None:
            continue
        why = overlap(dataset)
        assert (why is None) is parted
        found.append(why is not None)
        if why is not None:
            assert (
                len({*dataset.targets[list(why.one)]})
                == len({*dataset.targets[list(why.other)]})
                == 1
            )
            assert dataset.targets[why.one[0]] != dataset.targets[why.other[0]]
            assert not separable(Dataset(*_only(dataset, why.one + why.other), classes=True))
    assert {*found} == {True, False}


def _only(dataset, rows):
    return dataset.inputs[list(rows)], dataset.targets[list(rows)]


@pytest.mark.parametrize("size", [1.0, LARGEST_IN_DATA, 1e-100])
def test_the_diagonals_of_xor_cross(size):
    """Its four rows are the ends of two segments, however large or small it is."""
    xor = TASKS["xor"].data()
    data = replace(xor, inputs=size * xor.inputs)
    why = overlap(data)
    ends = {
        frozenset(map(tuple, xor.inputs[list(group)].tolist())) for group in (why.one, why.other)
    }
    assert ends == {frozenset({(0.0, 0.0), (1.0, 1.0)}), frozenset({(0.0, 1.0), (1.0, 0.0)})}


def test_a_sample_inside_a_ring_lies_in_a_triangle_of_it():
    """No edge of a single point crosses the ring."""
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = np.column_stack((np.cos(angles), np.sin(angles)))
    why = overlap(Dataset([[0.1, 0.2], *ring], [1.0, *np.zeros(12)], classes=True))
    assert {len(why.one), len(why.other)} == {1, 3}


@pytest.mark.parametrize("task", ["and", "line", "spam"])
def test_there_is_none_where_a_line_parts_them_or_there_are_numbers_or_many_inputs(
    task,
):
    assert overlap(TASKS[task].data()) is None
