"""The views that are plots, one file or folder each, listed in the order of the screen."""

from neuroviz.ui.views.data.view import DataView
from neuroviz.ui.views.landscape.view import LandscapeView
from neuroviz.ui.views.limit import LimitView
from neuroviz.ui.views.loss import LossView
from neuroviz.ui.views.weights import WeightsView

__all__ = ["PLOT_VIEWS", "DataView", "LandscapeView", "LimitView", "LossView", "WeightsView"]

PLOT_VIEWS = (DataView, LandscapeView, LossView, WeightsView, LimitView)
