"""A run from its start to its end: at the last epoch, a loss, the last finite step, or earlier."""

from __future__ import annotations

import html
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neuroviz.api.checks import path_of, size_of, switches
from neuroviz.api.choices import Choices, choices_told, edits_of, experiment
from neuroviz.api.dataset import in_order
from neuroviz.core.catalogue import SettingsError, told, whole
from neuroviz.core.choices.command_line import command_line
from neuroviz.core.choices.edits import Edit, late
from neuroviz.core.choices.resolve import MAX_EPOCHS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import numbers_of
from neuroviz.core.diagnosis.limits import limit_column
from neuroviz.core.diagnosis.states import Diagnosis
from neuroviz.core.model.model import Prediction, output_of
from neuroviz.core.model.rounding import plain_loss
from neuroviz.core.numbers import counted
from neuroviz.core.script.script import script
from neuroviz.core.slices import finished
from neuroviz.core.training.held_out import Columns, held_out_at, history_columns
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats, Unique
from neuroviz.files.table import plain_columns
from neuroviz.files.writer import write_bytes
from neuroviz.pictures.marks import Figure
from neuroviz.session.figures import FigureOptions, figure_work, frame_of
from neuroviz.session.frame import Frame

if TYPE_CHECKING:
    from neuroviz.pictures.matplotlib.drawing import NotebookFigure

_SLICE = 0.02  # seconds between two looks at the clock


class Run(Unique):
    """A run that has ended, as :func:`train` returns it.

    Parameters
    ----------
    trainer
        The run at its last step, with its history.
    seconds
        Wall time of the training, without loading torch.
    interrupted
        Whether it was ended early.
    """

    trainer: Trainer
    seconds: float
    interrupted: bool

    def __repr__(self) -> str:
        loss = f"loss {plain_loss(self.settings, self.loss)}"
        return f"<Run of {self.settings.task}: {self.epochs:,} epochs, {loss}, {self.state}>"

    @property
    def settings(self) -> Settings:
        """The settings that the run started with."""
        return self.trainer.settings

    @property
    def epochs(self) -> int:
        """Whole passes over the data that were done."""
        return self.trainer.history.newest.epoch

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters at the end, by name.

        They are w1 … wD and b; with hidden neurons w11 … wHD (neuron, input) and b1 … bH, then v1 …
        vH and c of the output. With K outputs they are w11 … wKD and b1 … bK, or v11 … vKH and c1 …
        cK.
        """
        values = self.trainer.history.newest.parameters.tolist()
        return dict(zip(self.settings.parameters.names, values, strict=True))

    @property
    def weights(self) -> Floats:
        """(D,): the weights of the only neuron at the end.

        Raises
        ------
        AttributeError
            Where there are several neurons.
        """
        return self._of_one_neuron("weights")[:-1].copy()

    @property
    def bias(self) -> float:
        """The bias of the only neuron at the end.

        Raises
        ------
        AttributeError
            Where there are several neurons.
        """
        return float(self._of_one_neuron("bias")[-1])

    def _of_one_neuron(self, what: str) -> Floats:
        if not self.settings.parameters.linear:
            raise AttributeError(
                f"{what} is for one neuron alone, and here there are several: "
                "run.parameters has all of them by name."
            )
        return self.trainer.history.newest.parameters

    @cached_property
    def frame(self) -> Frame:
        """The moment at which the run ended, from which views draw."""
        return frame_of(self.trainer)

    @property
    def diagnosis(self) -> Diagnosis:
        """The state in which the run ended, with reason and remedy in words."""
        diagnosis = self.frame.diagnosis
        assert diagnosis is not None  # the run has begun
        return diagnosis

    @property
    def state(self) -> str:
        """The name of the state in which it ended, such as "learning" or "diverging"."""
        return self.diagnosis.state

    @property
    def stopped(self) -> str:
        """How it ended: "done", "diverged" or "interrupted"."""
        if self.trainer.stopped:
            return "diverged"
        if self.interrupted:
            return "interrupted"
        return "diverged" if self.diagnosis.state == "diverging" else "done"

    @property
    def prediction(self) -> Prediction:
        """The prediction for the run's own data."""
        prediction = self.frame.prediction
        assert prediction is not None
        return prediction

    @property
    def loss(self) -> float:
        """The loss over all samples, with the penalties.

        It is the stored one or, inside an epoch where none is stored, computed.
        """
        return self.frame.current_loss or 0.0

    @property
    def penalty(self) -> float:
        """The part of the loss that is the penalty, λ₁·Σ|wᵢ| + λ₂·Σwᵢ²; 0 where there is none."""
        return self.frame.penalty or 0.0

    @property
    def right(self) -> list[bool] | None:
        """Whether each sample is on its side of the threshold; None for numbers.

        With several outputs, whether the output of its class is the largest; with several targets,
        whether all of them are right.
        """
        return None if self.frame.right is None else self.frame.right.tolist()

    @property
    def accuracy(self) -> float | None:
        """The share of samples that are right; None for numbers."""
        return None if self.right is None else sum(self.right) / len(self.right)

    @cached_property
    def held_out(self) -> tuple[float, float | None] | None:
        """Loss without penalty, and accuracy, of the rows held out; None without such rows.

        For numbers the accuracy is None.
        """
        found = held_out_at(self.settings, self.trainer.history.newest.parameters[None])
        if found is None:
            return None
        losses, accuracies = found
        return float(losses[0]), None if accuracies is None else float(accuracies[0])

    def predict(self, inputs: ArrayLike) -> Floats:
        """Return the trained neuron's outputs (M,) for inputs (M, D), or () for one row (D,).

        With K outputs they are (M, K), or (K,): the shares of the classes in the order of
        ``run.settings.dataset.class_names``, or one value for each of its ``target_names``.

        The inputs are in the data's own units if the data are scaled, else as the neuron gets them;
        inputs by formula are computed from the other D. Of a DataFrame the columns named like the
        inputs are taken, in whatever order they are.

        Raises
        ------
        SettingsError
            If the inputs have another width, only some of the names, or are not finite.
        """
        width = self.settings.dataset.own_width
        rows = numbers_of(in_order(inputs, self.settings.dataset.input_names[:width]), "inputs")
        if rows.ndim not in (1, 2) or rows.shape[-1] != width:
            raise SettingsError(
                f"The data have {counted(width, 'input')}: "
                f"give numbers of shape ({width},) or (M, {width}), not {rows.shape}."
            )
        if not np.isfinite(rows).all():
            raise SettingsError("The inputs must be finite numbers.", "inputs")
        parameters = self.trainer.history.newest.parameters
        scaled = self.settings.dataset.scaling.of_first(width).apply(np.atleast_2d(rows))
        output = output_of(self.settings, parameters, self.settings.inputs_at(scaled))
        return output if rows.ndim == 2 else output[0]

    def predicted(self, asked: Sequence[Sequence[float]]) -> list[Any]:
        """Return the outputs for other inputs as a list, with several outputs a list of lists."""
        if isinstance(asked, list | tuple) and not asked:
            return []
        return np.atleast_1d(self.predict(asked)).tolist()

    def history(self, *, limit: bool = False) -> dict[str, NDArray[Any]]:
        """Return every recorded row as columns (n,), ready for ``pandas.DataFrame`` or polars.

        step and epoch are whole numbers. loss, batch_loss, learning_rate, the parameters and their
        gradients are floats, as are loss and accuracy of rows held out, if there are any. loss,
        batch_loss and gradients belong to what is trained, with the penalties; the loss of rows
        held out is without them. A loss that was not computed, inside an epoch of mini-batches, is
        NaN.

        Parameters
        ----------
        limit
            Whether to add a column of that name: the limit of the learning rate by the curvature at
            the row, infinite where the loss bends nowhere.

        Raises
        ------
        SettingsError
            If there is no limit for the optimizer.
        """
        return plain_columns(self.columns(limit=limit))

    def columns(self, *, limit: bool) -> Columns:
        """Return the columns of the history, masked where nothing was computed."""
        rows = self.trainer.history.rows()
        columns = finished(history_columns(self.settings, rows))
        if limit:
            columns["limit"] = limit_column(self.settings, self.trainer.edits, rows)
        return columns

    def figure(
        self,
        view: str = "loss",
        *,
        log: bool = False,
        two_colours: bool = False,
        gradients: bool = False,
        surface: bool = False,
        sample: int | None = None,
        width: float = 160.0,
        height: float = 100.0,
    ) -> NotebookFigure:
        """Return a view of the run at its end as a matplotlib figure, which a notebook shows.

        Parameters
        ----------
        view
            "neuron", "data", "landscape", "loss", "weights" or "limit".
        log
            Loss: a logarithmic axis.
        two_colours
            Data: the classes instead of the output.
        gradients
            Weights: the gradient instead of the parameters.
        surface
            Landscape: a surface instead of a map.
        sample
            Neuron: the index of the sample to show.
        width, height
            Size in millimetres.

        Raises
        ------
        SettingsError
            If there is no such view or sample, or the size is out of range.
        """
        from neuroviz.pictures.matplotlib.drawing import notebook_figure  # loads matplotlib

        switches(log=log, two_colours=two_colours, gradients=gradients, surface=surface)
        page = size_of(width, height)
        shown = FigureOptions(log, two_colours, gradients, surface, page=page)
        return notebook_figure(self.declared(view, shown, sample), *page)

    def declared(self, view: str, shown: FigureOptions, sample: int | None = None) -> Figure:
        """Return a figure as :meth:`figure` draws it, but as a declaration, for a file.

        Raises
        ------
        SettingsError
            As for :meth:`figure`.
        """
        if sample is not None:
            sample = whole(sample, "sample", 0, self.settings.dataset.samples - 1)
        return finished(figure_work(view, frame_of(self.trainer, sample), shown))

    def animate(
        self,
        path: str | Path,
        view: str = "run",
        *,
        race: ArrayLike | None = None,
        shape: str = "wide",
        theme: str = "dark",
        seconds: float = 10.0,
    ) -> Path:
        """Write a film of the run, or of a race, from its start to its end; return the file.

        Parameters
        ----------
        path
            Ends in .mp4, which needs ffmpeg on the path or the extra ``video``, .gif or .webp.
        view
            "run" for data, landscape and loss together; "step" for the parts of the last step;
            "neuron", "data", "landscape", "loss" or "weights" for one view.
        race
            2 to 8 learning rates or names of optimizers, with which the run is trained anew.
        shape
            "wide" (1920 × 1080 pixels as MP4), "square" or "tall".
        theme
            "dark" or "light".
        seconds
            Length, from 1 to 30.

        Raises
        ------
        SettingsError
            If there is no such view, shape or theme, it is too long or too short, or the file
            cannot be made.
        FileError
            If the file cannot be written.
        """
        from neuroviz.api.film import animate

        return animate(self.trainer, path, race, view, shape, theme, seconds)

    def page(self, path: str | Path | None = None) -> str | Path:
        """Return the run as one HTML page with a slider through it, or write it to a file.

        The page needs no other file, and loads nothing.

        Parameters
        ----------
        path
            Where to write it, which is returned; None to return its text.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        from neuroviz.api.page import page_work

        text = finished(page_work(self.frame))
        return text if path is None else write_bytes(path_of(path), text.encode())

    def _repr_html_(self) -> str:
        # An iframe keeps its names apart from the notebook's.
        frame = "width: 100%; height: 900px; border: 0"
        page = html.escape(str(self.page()))
        return (
            f'<iframe style="{frame}" title="{html.escape(repr(self))}" srcdoc="{page}"></iframe>'
        )

    def script(self, style: str = "tensors", every: int | None = None) -> str:
        """Return the run as torch code that runs by itself and prints the losses.

        Data of more than 100,000 numbers are read from data.csv, as the code says.

        Parameters
        ----------
        style
            "tensors", which prints them to the last bit, or "module": nn.Module and torch.optim.
        every
            Epochs between two printed losses; chosen if not given.

        Raises
        ------
        SettingsError
            If there is no such style.
        """
        if not isinstance(style, str):
            raise SettingsError(f"style must be a name in quotes, not {told(style)}.", "style")
        printed = None if every is None else whole(every, "every", 1, MAX_EPOCHS)
        return script(self.settings, self.trainer.edits, style=style, every=printed).text

    def command(self) -> str:
        """Return the shell line that makes this run again."""
        return command_line(self.settings, self.trainer.edits)


def train(
    task: str | None = None,
    *,
    edits: Iterable[Edit | str] = (),
    progress: Callable[[float, int], object] | None = None,
    **choices: Unpack[Choices],
) -> Run:
    """Train a neuron to the end of the experiment.

    The same settings and edits give the same history to the last bit, with the same machine and
    torch.

    Parameters
    ----------
    task
        Name of an experiment, as ``neuroviz list`` shows them; AND if neither it nor ``data`` is
        given.
    edits
        Changes in mid-run, such as ``"500:learning_rate=0.5"``.
    progress
        Called about 50 times a second with the number of epochs done, and of all epochs; the run
        ends if it returns False.
    **choices
        The fields of :class:`neuroviz.Settings`, and the hyperparameters of optimizer and schedule:
        ``learning_rate=5, epochs=300, optimizer="momentum", momentum=0.8``. The task decides what
        is not given, but your own numbers begin below their limit; ``lr`` is ``learning_rate``.
        ``data`` can be a :class:`neuroviz.Dataset`, a path, a recipe such as
        ``"moons:noise=0.2"``, ``(inputs, targets)``, or a DataFrame of pandas or polars whose
        last column is the target.

    Raises
    ------
    SettingsError
        If the choices cannot work together; one sentence says why and what would work.
    """
    if not (progress is None or callable(progress)):
        raise SettingsError(f"progress must be a function, not {told(progress)}.", "progress")
    settings, later = edits_of(experiment(task, choices), edits)
    for sentence in late(settings, later):
        warnings.warn(f"The {sentence}", stacklevel=2)

    def goes_on(done: float) -> bool:
        answer = progress and progress(done, settings.epochs)
        return not isinstance(answer, bool | np.bool_) or bool(answer)

    run = trained(settings, later, goes_on)
    if not run.interrupted:
        goes_on(run.epochs)
    return run


train.__doc__ = f"{train.__doc__}\n{choices_told()}"


def trained(
    settings: Settings, edits: Sequence[Edit], goes_on: Callable[[float], bool] = lambda _: True
) -> Run:
    """Train to the end that the settings name, or until ``goes_on`` returns False.

    ``goes_on`` is called with the number of epochs done.

    Raises
    ------
    SettingsError
        If the start is not finite.
    """
    trainer = Trainer(settings, edits)
    began = time.perf_counter()
    while not _at_end(trainer) and goes_on(trainer.step / settings.steps_per_epoch):
        left = settings.epochs * settings.steps_per_epoch - trainer.step
        trainer.advance_for(_SLICE, left, settings.until_loss)
    return Run(trainer, time.perf_counter() - began, interrupted=not _at_end(trainer))


def _at_end(trainer: Trainer) -> bool:
    settings = trainer.settings
    newest = trainer.history.newest
    low_enough = (
        settings.until_loss is not None
        and newest.loss is not None
        and newest.loss <= settings.until_loss
    )
    return low_enough or trainer.stopped is not None or newest.epoch >= settings.epochs
