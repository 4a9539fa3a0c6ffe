"""A printed figure as a declaration: it says what is to be seen, `render` draws it."""

from dataclasses import dataclass

from neuroviz.pictures.marks import Mark

Ticks = tuple[tuple[float, str], ...]
"""Places on an axis, each with the text there."""


@dataclass(frozen=True, eq=False)
class Figure:
    """One plot with its title and axes. No text is read as markup."""

    title: str
    x_label: str
    y_label: str
    """What is to be read above, below and left of the plot; units belong to the labels."""
    marks: tuple[Mark, ...]
    """What is drawn, from back to front."""
    log_y: bool = False
    """A logarithmic axis, as :attr:`log_x`."""
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    """Ends of the axes; fitted to the marks where there are none."""
    subtitle: str | None = None
    """A quieter line below the title."""
    equal_aspect: bool = False
    """Whether one unit is as long on both axes."""
    frame: bool = True
    """Axes with their labels, numbers and grid; without them only texts above,
    marks and legend are seen."""
    x_ticks: Ticks | None = None
    y_ticks: Ticks | None = None
    """Where an axis has texts in place of numbers; None for numbers."""
    log_x: bool = False
    """A logarithmic axis: what is 0 or less on it cannot be drawn and leaves a gap. The cells of a
    colour map are as wide as each other on paper.
    """
    named: bool = True
    """Whether the labels of its marks are written: not where other texts in the plot say it."""

    @property
    def own_size(self) -> tuple[float, float] | None:
        """Width and height in its own units; None where the axes are fitted to the marks."""
        if self.x_limits is None or self.y_limits is None:
            return None
        return self.x_limits[1] - self.x_limits[0], self.y_limits[1] - self.y_limits[0]
