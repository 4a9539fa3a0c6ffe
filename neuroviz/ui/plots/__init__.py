"""The views that are plots, one file each, listed in the order of the screen."""

from neuroviz.ui.plots.data import DataView
from neuroviz.ui.plots.landscape import LandscapeView
from neuroviz.ui.plots.loss import LossView
from neuroviz.ui.plots.weights import WeightsView

__all__ = ["PLOT_VIEWS", "DataView", "LandscapeView", "LossView", "WeightsView"]

PLOT_VIEWS = (DataView, LandscapeView, LossView, WeightsView)
