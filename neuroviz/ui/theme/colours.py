"""The colours of the program, light and dark, and those of the pictures in it."""

from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from typing import Any, Literal

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from neuroviz.core.types import Floats, Frozen
from neuroviz.pictures import palette
from neuroviz.pictures.palette import LOSS, SEQUENTIAL, Palette, mixed, rgb_along, rgb_of


class Chip(Frozen):
    """The two colours of a label that names a state.

    The text is readable on the background and on a card.
    """

    background: str
    text: str


class Theme(Frozen, dict=True):
    """The colours of the program, as "#rrggbb".

    Two colours mean one thing everywhere: `positive` the positive class or a positive weight,
    `negative` the other. `positive_text` and `negative_text` are the same for small text,
    `positive_line` for what is thin. `series` are for curves of parameters and resemble neither,
    nor `error`, which is also the backward pass. `neuron_colours` are those of
    hidden neurons. An `edge` is seen round whatever can be used; a `border` only parts cards.
    """

    name: Literal["light", "dark"]
    background: str
    card: str
    border: str
    edge: str
    ink: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    selected: str
    field: str
    hover: str
    track: str
    positive: str
    negative: str
    positive_line: str
    positive_text: str
    negative_text: str
    series: tuple[str, ...]
    neuron_colours: tuple[str, ...]
    class_colours: tuple[str, ...]
    error: str
    grid: str
    good: Chip
    warn: Chip
    bad: Chip
    neutral: Chip
    back: float = palette.BACK

    @cached_property
    def palette(self) -> Palette:
        """The colours of what is drawn on its cards."""
        dark = self.name == "dark"
        low, high = (mixed(self.card, end, _SHARE) for end in (self.negative, self.positive))
        return Palette(
            ground=self.card,
            ink=self.ink,
            muted=self.muted,
            accent=self.accent,
            positive=self.positive,
            negative=self.negative,
            error=self.error,
            series=self.series,
            neuron_colours=self.neuron_colours,
            class_colours=self.class_colours,
            back=self.back,
            diverging=(low, self.card, high),
            sequential=_SEQUENTIAL_DARK if dark else SEQUENTIAL,
            loss=LOSS,
            on_loss=LIGHT_INK.name(),
            rim=DARK_INK.name(),
            path=LIGHT_INK.name(),
            edge=DARK_INK.name(),
            contour=f"{LIGHT_INK.name()}78",
            contour_width=1.0,
            number_ground=f"{DARK_INK.name()}6e",
            line=self.edge,
            selected=self.selected,
            track=self.track,
            positive_line=self.positive_line,
            dark=dark,
        )


LIGHT = Theme(
    name="light",
    background="#f4f5f7",
    card="#ffffff",
    border="#e1e4e9",
    edge="#838b99",
    ink="#1b2230",
    muted="#5c6675",
    disabled="#848c9a",
    accent=palette.ACCENT,
    accent_hover="#4c38b0",
    on_accent="#ffffff",
    selected="#e6e1fb",
    field="#f7f8fa",
    hover="#eceef2",
    track="#dfe3e8",
    # Okabe and Ito's orange and blue.
    positive=palette.POSITIVE,
    negative=palette.NEGATIVE,
    positive_line="#d08300",  # is seen on white, as areas need not be
    positive_text="#8a5600",
    negative_text="#00639c",
    series=palette.SERIES,
    neuron_colours=palette.NEURON_COLOURS,
    class_colours=palette.CLASS_COLOURS,
    error=palette.ERROR,
    grid="#e9ebef",
    good=Chip("#e2f3e5", "#17652d"),
    warn=Chip("#fcf0d2", "#7a4d00"),
    bad=Chip("#fbe4e2", "#a3221b"),
    neutral=Chip("#eceef2", "#4a5463"),
)


DARK = Theme(
    name="dark",
    background="#12151b",
    card="#1b2028",
    border="#2b323d",
    edge="#66717f",
    ink="#e8ebf0",
    muted="#9aa5b4",
    disabled="#697483",
    accent="#a992ff",
    accent_hover="#bdaaff",
    on_accent="#171126",
    selected="#352e56",
    field="#14181f",
    hover="#262d38",
    track="#353e4b",
    # A lighter orange, and Okabe and Ito's sky blue.
    positive="#f2ae3d",
    negative="#56b4e9",
    positive_line="#f2ae3d",
    positive_text="#f5bb5c",
    negative_text="#74c2ee",
    series=(
        *("#4fd1ae", "#e493ce", "#d6c9b4", "#a9cf62"),
        *("#a6a2a0", "#f1f1f4", "#b07aa0", "#8a9a4a"),
    ),
    neuron_colours=(
        *("#2fd06a", "#ff7fe0", "#ffb59a", "#2fd9d9"),
        *("#e0c4ff", "#e6f08a", "#caff3a", "#ff9fb8"),
    ),
    class_colours=("#35c2b5", "#d9ae55", "#e07fc8", "#b5c34a", "#b8bec9"),
    error="#ff7f76",
    grid="#262d37",
    good=Chip("#183824", "#86d99b"),
    warn=Chip("#3b2f12", "#f0c46c"),
    bad=Chip("#44211f", "#ff9d95"),
    neutral=Chip("#2a313c", "#b7c0cc"),
)


_TEXTS = (
    *("muted", "accent", "accent_hover", "positive_text", "negative_text"),
    *("error", "series", "neuron_colours"),
)
"""What words are written in; names stand at curves and neurons in their colours."""
_MARKS = ("border", "edge", "disabled", "positive", "negative", "positive_line")
_READ, _SEEN = 7.0, 4.5
"""Contrast of either on every ground, at least."""
_STEPS = 100


@cache
def stronger(theme: Theme) -> Theme:
    """Return a theme of high contrast: each colour as much nearer to the ink as it takes.

    References
    ----------
    W3C (2023). Web Content Accessibility Guidelines 2.2, 1.4.6 and 1.4.11.
    """
    ink = "#000000" if theme.name == "light" else "#ffffff"
    grounds = (theme.card, theme.background, theme.field)

    def nearer(colour: str, ratio: float, *others: str) -> str:
        shades = palette.blended((colour, ink), np.linspace(0, 1, _STEPS))
        shade = _lightness(shades)[:, None]
        ground = _lightness((*grounds, *others))
        reached = np.maximum(shade, ground) >= ratio * np.minimum(shade, ground)
        return shades[int(reached.all(axis=1).argmax())]

    changed: dict[str, Any] = {"ink": ink}
    for names, ratio in ((_TEXTS, _READ), (_MARKS, _SEEN)):
        for name in names:
            value = getattr(theme, name)
            one = isinstance(value, str)
            changed[name] = nearer(value, ratio) if one else tuple(nearer(c, ratio) for c in value)
    for name in ("good", "warn", "bad", "neutral"):
        chip = getattr(theme, name)
        changed[name] = replace(chip, text=nearer(chip.text, _READ, chip.background))
    return replace(theme, **changed, back=0.0)  # what steps back is to be read, too


def _lightness(colours: Sequence[str]) -> Floats:
    """Return (N,) what contrast is the ratio of: relative luminance and 0.05."""
    rgb = rgb_of(colours) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722] + 0.05


LIGHT_INK, DARK_INK = QColor("#ffffff"), QColor("#15121f")
"""What is drawn on the colours of losses is drawn in both, one round the other,
and so is seen on any of them."""
_OPAQUE = 0xFF000000
_TABLE_STEPS = 256
_SHARE = 0.6  # of the full colour at the ends, so that points of the same class stand out
_SEQUENTIAL_DARK = ("#232936", "#433a63", "#6f5aa6", "#a992ff", "#ded6ff")


@lru_cache(maxsize=16)
def colour_table(stops: tuple[str, ...], steps: int = _TABLE_STEPS) -> NDArray[np.uint8]:
    """Return (steps, 3): the colours at even distances along evenly spaced stops."""
    return rgb_along(stops, np.linspace(0, 1, steps)).astype(np.uint8)


def packed(colours: NDArray[Any]) -> NDArray[np.uint32]:
    """Return colours (…, 3) from 0 to 255 as Qt has them, (…)."""
    red, green, blue = np.moveaxis(colours.astype(np.uint32), -1, 0)
    return np.asarray(_OPAQUE | red << 16 | green << 8 | blue)


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Return an image of packed colours (rows, columns); what is not opaque is premultiplied."""
    rows, columns = pixels.shape
    kinds = QImage.Format
    clear = (pixels < _OPAQUE).any()
    kind = kinds.Format_ARGB32_Premultiplied if clear else kinds.Format_RGB32
    # Copied: an image does not hold its pixels.
    return QImage(np.ascontiguousarray(pixels).data, columns, rows, 4 * columns, kind).copy()
