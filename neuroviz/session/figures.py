"""The figure of every view of a run, by the view's name, for use without a window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from neuroviz.core.catalogue import SettingsError, known_names
from neuroviz.core.diagnosis.evidence import PastEvidence, evidence_of
from neuroviz.core.slices import Work, made
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Frozen
from neuroviz.pictures.caption import captioned
from neuroviz.pictures.data.figure import data_figure
from neuroviz.pictures.limit import limit_work
from neuroviz.pictures.loss import loss_figure
from neuroviz.pictures.marks import PAGE, Figure, room_on
from neuroviz.pictures.neuron.figure import neuron_figure
from neuroviz.pictures.neuron.network import NetworkMoment
from neuroviz.pictures.weights import weights_figure
from neuroviz.session.frame import Frame, Selection
from neuroviz.session.landscape.follower import landscape_figure

FigureMaker = Callable[[Frame], Work[Figure]]
"""Declares in slices the figure of a moment of a run that has begun."""


class FigureOptions(Frozen):
    """Options of the figures; each acts on the view that its description names."""

    log: bool = False
    """Loss: whether the axis is logarithmic."""
    two_colours: bool = False
    """Data: whether the classes are shown instead of the output."""
    gradients: bool = False
    """Weights: whether the gradient's components are shown instead of the parameters."""
    surface: bool = False
    """Landscape: whether a surface is shown instead of a map."""
    room: tuple[float, float] | None = None
    """Landscape: of the map in its file, mm; None for what the page leaves."""
    backward: bool = True
    """Neuron: whether the gradients and their way back are shown."""
    page: tuple[float, float] = PAGE
    """Width and height of the file, mm: a neuron or landscape is declared for it."""
    pair: tuple[int, int] | None = None
    """Data: the indices of two hidden neurons to show instead of the inputs."""


def frame_of(trainer: Trainer, sample: int | None = None) -> Frame:
    """Return the moment at which a run stands, with the most telling sample where none is given."""
    settings = trainer.settings
    return Frame(
        number=1,
        settings_now=settings.replace(**trainer.hyperparameters()),
        past=PastEvidence(settings, trainer.edits),
        rows=trainer.history.rows(),
        evidence_now=evidence_of(trainer),
        selection=Selection(sample=settings.first_sample if sample is None else sample),
    )


def figure_maker(view: str, shown: FigureOptions) -> FigureMaker:
    """Return the function that declares the figure of a view.

    Parameters
    ----------
    view
        A name in VIEWS.

    Raises
    ------
    SettingsError
        If there is no such view; the sentence lists the known names.
    """
    if view not in [*VIEWS]:  # a list, since the value may not be hashable
        raise SettingsError(f"There is no view named {view!r}; {known_names(view, VIEWS)}", "view")
    return partial(VIEWS[view], shown)


def figure_work(view: str, frame: Frame, shown: FigureOptions) -> Work[Figure]:
    """Declare the figure of a view with the experiment below its title, in slices.

    Raises
    ------
    SettingsError
        If there is no such view.
    """
    return captioned_work(figure_maker(view, shown)(frame), frame)


def captioned_work(work: Work[Figure], frame: Frame) -> Work[Figure]:
    """Declare a figure of a moment with the experiment below its title."""
    return captioned((yield from work), frame.settings_at_start, frame.edits_so_far)


def _neuron(shown: FigureOptions, frame: Frame) -> Work[Figure]:
    opened = frame.opened
    assert opened is not None  # the run has begun
    after = frame.opened_next if frame.phase == "update" else None
    network = None
    if not frame.settings.parameters.linear:
        network = NetworkMoment(
            frame.settings, frame.parameters, frame.sample, frame.unit, frame.phase
        )
    figure = neuron_figure(
        opened,
        frame.phase,
        frame.sample,
        after,
        backward=shown.backward,
        network=network,
        page=shown.page,
    )
    return made(figure)


def _data(shown: FigureOptions, frame: Frame) -> Work[Figure]:
    assert frame.parameters is not None
    said = shown.two_colours, shown.pair, frame.output
    return made(data_figure(frame.settings, frame.parameters, *said))


def _loss(shown: FigureOptions, frame: Frame) -> Work[Figure]:
    assert frame.rows is not None
    return made(loss_figure(frame.settings, frame.rows, shown.log))


def _weights(shown: FigureOptions, frame: Frame) -> Work[Figure]:
    assert frame.rows is not None
    return made(weights_figure(frame.settings, frame.rows, shown.gradients, frame.unit))


def _landscape(shown: FigureOptions, frame: Frame) -> Work[Figure]:
    return landscape_figure(frame, surface=shown.surface, room=shown.room or room_on(shown.page))


def _limit(shown: FigureOptions, frame: Frame) -> Work[Figure]:
    assert frame.rows is not None
    return limit_work(frame.settings_at_start, frame.edits_so_far, frame.rows)


VIEWS = {
    "neuron": _neuron,
    "data": _data,
    "landscape": _landscape,
    "loss": _loss,
    "weights": _weights,
    "limit": _limit,
}
"""The functions that declare the figures, by the view's name, in the order of the screen."""
