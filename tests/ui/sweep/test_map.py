"""What is drawn of a sweep over two axes."""

from collections.abc import Callable

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.sweep.grid import start_grid
from neuroviz.core.sweep.sweep import Sweep
from neuroviz.pictures.sweep.scene import map_scene
from neuroviz.ui.canvas.mark_items import ColourMapItem, CurveItem, PointsItem
from neuroviz.ui.sweep.map import MapLegend
from tests.ui.sweep.conftest import Sweeper

Open = Callable[..., Sweeper]


def test_cells_limit_and_crosses(open_sweep: Open) -> None:
    """Shares of the scale in the order of the losses, (2 + 2μ)/λmax over μ, and a cross in each lost cell."""
    person = open_sweep(Settings("line", optimizer="momentum", epochs=50))
    person.choose("momenta")
    person.fill(rates=7, momenta=5)
    person.run()
    result, items = person.result, person.window.view.plot.drawn
    (cells,) = [item for item in items if isinstance(item, ColourMapItem)]
    fine = ~result.diverged.reshape(5, 7)
    losses = result.losses.reshape(5, 7)[fine]
    span = np.log10(losses / losses.min()).clip(
        None, np.log10(losses[losses <= 1e3 * result.first_losses[0]].max() / losses.min())
    )
    assert cells.image[fine] / cells.image[fine].max() == pytest.approx(span / span.max())
    limit = next(item for item in items if isinstance(item, CurveItem))
    high = np.linalg.eigvalsh(np.array([[91 / 6, 3.5], [3.5, 1]]) * 2)[1]
    assert 10**limit.xData == pytest.approx((2 + 2 * limit.yData) / high)
    (crosses,) = [item for item in items if isinstance(item, PointsItem) and item.opts["symbol"] == "x"]
    assert len(crosses.getData()[0]) == result.diverged.sum()
    assert person.window.view.legend.isVisible()


def test_the_keyboard_goes_over_rows_and_columns(open_sweep: Open) -> None:
    """Up is another row, right another column, and none beyond the edge."""
    person = open_sweep(Settings("line", optimizer="momentum", epochs=5))
    person.choose("momenta")
    person.fill(rates=3, momenta=4)
    person.run()
    layer = person.window.view._layer
    assert layer is not None
    assert layer.moved(0, 1, 2) == 7
    assert layer.moved(11, 1, 1) == 11
    assert layer.moved(0, -1, -1) == 0


def test_the_ends_of_the_scale_and_the_letters(qtbot):
    """The least and the greatest loss of the map, and a line for each minimum."""
    sweep = Sweep(start_grid(Settings("and", loss="mse", learning_rate=5.0, epochs=400), 8.0, 9))
    sweep.advance_for(60.0)
    result, legend = sweep.result(), MapLegend()
    qtbot.addWidget(legend)
    scene = map_scene(result)
    legend.show_scene(scene, diverged=False)
    assert float(legend._low.text().split()[-1]) == float(f"{result.losses.min():.3g}")
    assert float(legend._high.text()) == float(f"{result.losses.max():.3g}")
    assert len(legend._rest.text().splitlines()) == len(scene.basins) > 1
    legend.show_scene(scene, diverged=True)
    assert "× diverged" in legend._high.text()
