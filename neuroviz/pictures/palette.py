"""The colours of pictures.

Those of printed figures are for white paper, and can be told apart by readers who see few colours.
Two colours have one meaning everywhere: orange is the positive class or a positive weight, blue the
negative (both from Okabe and Ito). Curves of parameters use neither. Figures never rely on colour
alone: markers differ in shape, and lines have labels.

References
----------
Okabe, M. and Ito, K. (2008). Color Universal Design. https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

from msgspec.structs import replace

from neuroviz.core.lazy import np
from neuroviz.core.types import Floats, Frozen, Ints
from neuroviz.pictures.marks import Dash, Marker

POSITIVE = "#e69f00"
"""Areas, markers and lines of the positive class or a positive weight (orange)."""

NEGATIVE = "#0072b2"
"""Areas, markers and lines of the negative class or a negative weight (blue)."""

SERIES = (
    "#00806a",  # bluish green
    "#a3408c",  # purple
    "#7a6540",  # brown
    "#5f7d00",  # olive
    "#6b6b70",  # grey
    "#2b2b36",  # near black
    "#8c4a6b",  # dusky pink
    "#003d33",  # dark green
)
"""Curves of parameters, in the order of use: none is near orange or blue, and all have a contrast
of at least 4.5:1 on white. The screen has the same."""

NEURON_COLOURS = (
    "#0b6e2a",  # green
    "#b3006b",  # magenta
    "#6e2410",  # rust
    "#006570",  # petrol
    "#85009f",  # purple
    "#55531a",  # khaki
    "#4b2e60",  # aubergine
    "#a05050",  # dusty red
)
"""Hidden neurons, in their order: everything that belongs to one has its colour. None is near that
of a class, a parameter's curve, the accent or an error; names are written in them."""

CLASS_COLOURS = (
    "#0b7a75",  # teal
    "#a8781f",  # ochre
    "#9c3587",  # plum
    "#6a7a00",  # olive
    "#4a4f5c",  # slate
)
"""Classes with an output each, in their order: neither orange nor blue, which stand for the signs
of numbers and the two classes of a single output."""

CLASS_SHAPES: dict[Marker, str] = {"o": "●", "s": "■", "^": "▲", "D": "◆", "P": "✚"}
"""Their shapes, in the same order, with letters that look like them."""

ACCENT = "#5b45c9"
"""The one colour of emphasis, used for the loss curve and for no class."""

INK = "#1e2430"
"""Titles, and what must be read first."""

INK_MUTED = "#5b6472"
"""Subtitles, axis labels and numbers."""

GRID = "#e3e6eb"
"""Grid lines, faint."""

AXIS = "#a9b0bb"
"""The left and bottom line of a plot."""

ERROR = "#bf2a22"
"""Residuals, and crosses on what is wrong."""

BACKGROUND = "#ffffff"
"""The paper."""

DIVERGING = ("#4c9acb", "#f6f6f4", "#efbb4b")
"""Stops of a colour map from the negative class over undecided to the positive, light enough for
markers."""

SEQUENTIAL = ("#fbfafc", "#cdbfdc", "#8f73b3", "#4b2a7b", "#1e0f38")
"""Stops of a colour map from low to high for a quantity without a sign, such as the loss over a
plane."""

LOSS = (
    "#3f1f52",
    "#423f78",
    "#355f85",
    "#2c7b86",
    "#2f9781",
    "#54b26e",
    "#97c95a",
    "#dcd75c",
)
"""Stops of a colour map of losses, from low, dark, to high, light: even steps of lightness, as in
Viridis, but quieter; the same on the screen in both themes. Source: Smith and van der Walt 2015, A
Better Default Colormap for Matplotlib."""


def _paler(colour: str) -> str:
    """Return a colour mixed half with white, on which black lines and numbers are readable."""
    return "#" + "".join(
        f"{(int(colour[place : place + 2], 16) + 255) // 2:02x}" for place in (1, 3, 5)
    )


LOSS_ON_PAPER = tuple(map(_paler, LOSS))
"""The same, paler: dark colours of the screen look darker in a file."""


BACK = 0.6
"""Share of the ground in the colours of what steps back."""


class Palette(Frozen, dict=True):
    """The colours of a picture on its ground, as "#rrggbb"; each meaning has one colour."""

    ground: str
    """Colour of the paper or the card behind everything."""
    ink: str
    muted: str
    """What must be read first, and what is quieter."""
    accent: str
    """The active run."""
    positive: str
    negative: str
    """Class 1 and values above 0; class 0 and values below."""
    error: str
    """Residuals, and crosses on what is wrong."""
    series: tuple[str, ...]
    """Curves of parameters, in the order of use."""
    neuron_colours: tuple[str, ...]
    """Hidden neurons, in their order."""
    class_colours: tuple[str, ...]
    """Classes with an output each, in their order."""
    diverging: tuple[str, ...]
    """Stops of a map from the negative class over undecided to the positive."""
    sequential: tuple[str, ...]
    """Stops of a map from low to high for a quantity without a sign."""
    loss: tuple[str, ...]
    """Stops of a map of losses, from low to high."""
    on_loss: str
    rim: str
    """What is drawn on such a map, and its border, which makes it visible on all of these
    colours."""
    path: str
    """The only path on such a map: in the run's own colour where that is visible on all of it."""
    edge: str
    """A dark line around what is white there."""
    contour: str
    """Contour lines, as "#rrggbb", or as "#rrggbbaa" with opacity."""
    contour_width: float
    number_ground: str | None
    """The ground behind the number of such a line; None for none, where it is readable on the
    map."""
    line: str
    """The outline of a shape of a neuron, and what has no sign."""
    selected: str
    track: str
    """Behind what a part of a step has just computed, and behind a bar."""
    positive_line: str
    """The same as `positive`, for thin lines."""
    dark: bool = False
    """Whether the ground is dark."""
    back: float = BACK

    def run(self, slot: int) -> str:
        """Return the colour of the run in a slot."""
        style = run_style(slot)
        return style.colour_dark if self.dark else style.colour

    def of_sign(self, value: float | None) -> str:
        """Return the colour of a line or a bar."""
        if not value:
            return self.line
        return self.positive_line if value > 0 else self.negative

    @cached_property
    def paler(self) -> Palette:
        """The colours for what steps back in a neuron."""
        colours = {name: mixed(getattr(self, name), self.ground, self.back) for name in _OF_NEURON}
        of_classes = (mixed(colour, self.ground, self.back) for colour in self.class_colours)
        return replace(self, **colours, class_colours=tuple(of_classes))

    @cached_property
    def quiet(self) -> Palette:
        """The same with a quieter map of losses, for when the runs have the colours."""
        ground = _QUIET[self.dark]
        stops = (mixed(mixed(stop, _SLATE, 0.45), ground, 0.4) for stop in self.loss)
        return replace(self, loss=tuple(stops))

    @property
    def run_rim(self) -> str:
        """Colour of a border around a run's own colour, distinct from that and from the ground."""
        return self.rim if self.dark else BACKGROUND


PAPER = Palette(
    BACKGROUND,
    INK,
    INK_MUTED,
    ACCENT,
    POSITIVE,
    NEGATIVE,
    ERROR,
    SERIES,
    NEURON_COLOURS,
    CLASS_COLOURS,
    DIVERGING,
    SEQUENTIAL,
    LOSS_ON_PAPER,
    on_loss=INK,
    rim=BACKGROUND,
    path=ACCENT,
    edge=INK,
    contour=INK_MUTED,
    contour_width=0.6,
    number_ground=None,
    line=AXIS,
    selected="#e6e1fb",
    track=GRID,
    positive_line="#d08300",
)
"""The colours of printed figures: marks on a map of losses are dark, since the map is pale."""


_OF_NEURON = (
    *("ink", "muted", "accent", "positive", "positive_line", "negative", "error"),
    *("line", "selected", "track"),
)
_SLATE = "#7a8494"
_QUIET = ("#ffffff", "#12151c")
"""The colours that quiet colours are mixed with, on light and on dark ground."""


@lru_cache(maxsize=256)
def faded(colour: str, opacity: float) -> str:
    """Return a colour "#rrggbb" with an opacity, as "#rrggbbaa"."""
    return f"{colour}{round(255 * opacity):02x}"


@lru_cache(maxsize=256)
def mixed(first: str, second: str, share: float) -> str:
    """Return the colour at a share, 0 … 1, of the way from one colour to another."""
    return blended((first, second), np.array([share]))[0]


def blended(stops: Sequence[str], shares: Floats) -> list[str]:
    """Return the colours at shares (N,), 0 … 1, of the way along evenly spaced colours.

    NaN counts as 1.
    """
    colours = rgb_along(stops, np.nan_to_num(shares, nan=1.0)).tolist()
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colours]


_UNSURE, _SURE = 0.10, 0.56
"""Opacity of the classes' colours where all have the same share, and where one has all."""


def rgb_mixed(colours: Sequence[str], shares: Floats, ground: str) -> Floats:
    """Return red, green and blue (…, 3), 0 … 255, of colours mixed by shares (…, K).

    The larger the largest share, the more they cover the ground.
    """
    least = 1 / shares.shape[-1]
    largest = np.maximum.reduce([*np.moveaxis(shares, -1, 0)])[..., np.newaxis]
    sure = np.clip((largest - least) / (1 - least), 0.0, 1.0)
    behind = rgb_of((ground,))[0]
    mixture = shares @ rgb_of(colours[: shares.shape[-1]])
    return behind + (_UNSURE + (_SURE - _UNSURE) * sure) * (mixture - behind)


def rgb_of(colours: Sequence[str]) -> Ints:
    """Return red, green and blue (N, 3), 0 … 255, of colours."""
    return np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours])


def rgb_along(stops: Sequence[str], shares: Floats) -> Ints:
    """Return red, green and blue (N, 3), 0 … 255, at shares (N,) along stops; without NaN."""
    rgb = rgb_of(stops)
    places = np.linspace(0, 1, len(stops))
    channels = [np.interp(shares, places, channel) for channel in rgb.T]
    return np.column_stack(channels).round().astype(np.int64)


# How runs are drawn, by their slots: the same on screen, light or dark, and on paper. No colour is
# near those of the two classes, the accent, or the red of errors.
SHAPES: tuple[Marker, ...] = ("o", "s", "^", "D", "p", "*")
"""Shapes of what is compared, in the order of use."""
_BALLS: tuple[Marker, ...] = (*SHAPES, "P", "v")
"""Shapes of balls: one for each colour of a run."""

# Eight, so that even the largest race repeats none.
_COLOURS = (
    "#a3408c",
    "#007a64",
    "#2b2b36",
    "#587500",
    "#7a6540",
    "#6b6b70",
    "#00606e",
    "#701c38",
)
_COLOURS_DARK = (
    "#e493ce",
    "#4fd1ae",
    "#f1f1f4",
    "#a9cf62",
    "#d6c9b4",
    "#a6a2a0",
    "#8ff0ff",
    "#ffb8b0",
)
# Solid lines come first, since plain dashes mean what theory predicts.
_DASHES: tuple[Dash, ...] = ((), (7.0, 2.0), (1.5, 2.0), (7.0, 2.0, 1.5, 2.0))


class RunStyle(Frozen):
    """How a run is drawn."""

    colour: str
    colour_dark: str
    """Hex colours on light and on dark ground, with a contrast of at least 4.5:1 there, so that
    names can be written in them."""
    dash: Dash
    """The dashes of its curve."""
    shape: Marker
    """The shape of its ball."""


def run_style(slot: int) -> RunStyle:
    """Return how the run in a slot, 0, 1 …, is drawn.

    From the ninth slot on, colours repeat with other dashes, and with another shape, since a ball
    has no dashes.
    """
    cycle, place = divmod(slot, len(_COLOURS))
    return RunStyle(
        colour=_COLOURS[place],
        colour_dark=_COLOURS_DARK[place],
        dash=_DASHES[cycle % len(_DASHES)],
        shape=_BALLS[(place + cycle) % len(_BALLS)],
    )


def shape_of(slot: int | None) -> Marker:
    """Return the shape of a run's ball; a circle for a run that is not listed."""
    return "o" if slot is None else run_style(slot).shape


def undrawn(count: int) -> str:
    """Return in words that so many runs, above 0, are not drawn."""
    return f"{count:,} more {'runs are' if count > 1 else 'run is'} not drawn"
