"""A printed figure as a declaration: it says what is to be seen, `render` draws it."""

import math
from dataclasses import dataclass

from neuroviz.pictures.marks import Mark


@dataclass(frozen=True, eq=False)
class Figure:
    """One plot with its title and axes. No text is read as markup.

    Parameters
    ----------
    title, x_label, y_label : str
        What is to be read above, below and left of the plot; units belong to the labels.
    marks : tuple of Mark
        What is drawn, from back to front.
    log_x, log_y : bool
        Logarithmic axes: what is 0 or less on one cannot be drawn and leaves a gap. The cells of a colour map
        are as wide as each other on paper.
    x_limits, y_limits : tuple of two floats, optional
        Ends of the axes; fitted to the marks when not given.
    subtitle : str, optional
        A quieter line below the title.
    equal_aspect : bool
        One unit is as long on both axes.
    frame : bool
        Axes with their labels, numbers and grid; without them only texts above, marks and legend are seen.

    Raises
    ------
    ValueError
        Limits are not finite and ascending, or not greater than 0 on a logarithmic axis.
    """

    title: str
    x_label: str
    y_label: str
    marks: tuple[Mark, ...]
    log_y: bool = False
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    subtitle: str | None = None
    equal_aspect: bool = False
    frame: bool = True
    log_x: bool = False

    def __post_init__(self) -> None:
        for limits, log in ((self.x_limits, self.log_x), (self.y_limits, self.log_y)):
            if limits and not (all(map(math.isfinite, limits)) and limits[0] < limits[1]):
                raise ValueError(f"Limits must be finite and ascending, not {limits}.")
            if limits and log and limits[0] <= 0:
                raise ValueError(f"Limits of a logarithmic axis must be greater than 0, not {limits}.")
        if (self.log_x or self.log_y) and self.equal_aspect:
            raise ValueError("A figure has a logarithmic axis or equal units on both axes, not both.")
