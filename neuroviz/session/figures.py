"""The figure of every view of a run, by the view's name, for whoever has no window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.diagnosis.evidence import Past, evidence_of
from neuroviz.core.slices import Work, made
from neuroviz.core.training.rewind import Rewinder
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.caption import captioned
from neuroviz.pictures.data import data_figure
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.landscape import landscape_work
from neuroviz.pictures.loss import loss_figure
from neuroviz.pictures.neuron.figure import neuron_figure
from neuroviz.pictures.surface import FROM, surface_work
from neuroviz.pictures.weights import weights_figure
from neuroviz.session.frame import Frame, Look
from neuroviz.session.landscape_scene import scene_for_file

__all__ = ["VIEWS", "Shown", "captioned_work", "check_view", "figure_work", "frame_of"]

_AXES = (0, 1)
"""The parameters of a landscape, where nothing is said."""


@dataclass(frozen=True)
class Shown:
    """What of a view is chosen beside the run; each choice is of the view that is named.

    Parameters
    ----------
    log
        Loss: a logarithmic axis.
    two_colours
        Data: the classes in place of the output.
    gradients
        Weights: the components of the gradient in place of the parameters.
    surface
        Landscape: a surface in place of a map.
    """

    log: bool = False
    two_colours: bool = False
    gradients: bool = False
    surface: bool = False


def frame_of(trainer: Trainer, sample: int | None = None) -> Frame:
    """Return the moment at which a run stands; the neuron shows a sample, the most telling where none is said."""
    settings = trainer.settings
    first = 0 if settings.data is not None else settings.task_entry.sample
    return Frame(
        number=1,
        settings_now=settings.replace(**trainer.hyperparameters()),
        past=Past(Rewinder(settings, trainer.edits)),
        rows=trainer.history.rows(),
        evidence_now=evidence_of(trainer),
        look=Look(sample=first if sample is None else sample),
    )


def figure_work(view: str, frame: Frame, shown: Shown) -> Work[Figure]:
    """Declare the figure of a view in slices.

    Parameters
    ----------
    view
        A name in VIEWS.
    frame
        The moment; its run has begun.
    shown
        The choices of the view.

    Raises
    ------
    SettingsError
        If there is no such view.
    """
    check_view(view)
    return captioned_work(_VIEWS[view](frame, shown), frame)


def captioned_work(figure: Work[Figure], frame: Frame) -> Work[Figure]:
    """Declare the figure of a view with the experiment below its title."""
    return captioned((yield from figure), frame.settings_at_start, frame.edits_so_far)


def check_view(view: str) -> None:
    """Refuse a name that no view has.

    Raises
    ------
    SettingsError
        If there is no such view; the sentence lists the known names.
    """
    if view not in _VIEWS:
        raise SettingsError(f"There is no view named {view!r}; known are: {', '.join(_VIEWS)}.", "view")


def _neuron(frame: Frame, shown: Shown) -> Work[Figure]:
    assert frame.anatomy is not None  # the run has begun
    return made(neuron_figure(frame.settings, frame.anatomy, frame.phase, frame.sample))


def _data(frame: Frame, shown: Shown) -> Work[Figure]:
    assert frame.parameters is not None
    return made(data_figure(frame.settings, frame.parameters, shown.two_colours))


def _landscape(frame: Frame, shown: Shown) -> Work[Figure]:
    assert frame.rows_here is not None
    scene = yield from scene_for_file(frame, frame.rows_here, _AXES, None, None)
    return (yield from surface_work(scene, *FROM) if shown.surface else landscape_work(scene))


def _loss(frame: Frame, shown: Shown) -> Work[Figure]:
    assert frame.rows_here is not None
    return made(loss_figure(frame.settings, frame.rows_here, shown.log))


def _weights(frame: Frame, shown: Shown) -> Work[Figure]:
    assert frame.rows_here is not None
    return made(weights_figure(frame.settings, frame.rows_here, shown.gradients))


_VIEWS: dict[str, Callable[[Frame, Shown], Work[Figure]]] = {
    "neuron": _neuron,
    "data": _data,
    "landscape": _landscape,
    "loss": _loss,
    "weights": _weights,
}
VIEWS = tuple(_VIEWS)
"""Names of the views, in the order of the screen."""
