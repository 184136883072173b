"""Colour over grey: fills, heat and how they are blended.

Tints are BGRA bytes premultiplied with their opacity, so that laying one over another
or over grey is one multiplication and one addition.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.core.heatmap import HeatmapKind
from reader.imaging.window import look_up_colors

Bytes = NDArray[np.uint8]

LEAST_SHOWN_SCORE: Final = 0.08
"""Scores below this are never coloured, whatever the threshold."""
MAXIMUM_HEAT_OPACITY: Final = 0.45
FULL_FROM_SCORE: Final = 0.4
"""From this score on heat has its full opacity; below it fades, because the dark end of the
colour scale over bright tissue looks like a shadow in the image."""

_INFERNO_ANCHORS: Final = (
    (0, 0, 4), (12, 8, 38), (36, 12, 79), (66, 10, 104), (93, 18, 110), (120, 28, 109),
    (147, 38, 103), (174, 48, 92), (199, 62, 76), (221, 81, 58), (237, 105, 37),
    (248, 133, 15), (252, 165, 10), (250, 198, 45), (242, 230, 97), (252, 255, 164),
)  # fmt: skip
"""Sixteen evenly spaced RGB samples of the perceptually uniform map "inferno".

Source: S. van der Walt and N. Smith, matplotlib colour maps (CC0). Between them the
colours are interpolated; no channel differs by more than 6 of 255 from the original.
"""


_VIRIDIS_ANCHORS: Final = (
    (68, 1, 84), (72, 23, 105), (71, 42, 122), (67, 61, 132), (61, 78, 138), (53, 94, 141),
    (46, 109, 142), (39, 124, 142), (33, 139, 141), (31, 154, 138), (37, 171, 130),
    (60, 187, 117), (94, 201, 98), (138, 213, 71), (186, 222, 40), (253, 231, 37),
)  # fmt: skip
"""Uncertainty: green where a probability would be orange. Source as of "inferno"."""

_BLUE_ANCHORS: Final = (
    (0, 4, 24), (0, 14, 44), (0, 24, 66), (0, 36, 90), (0, 50, 114), (0, 64, 138),
    (0, 80, 160), (0, 97, 180), (0, 114, 197), (0, 132, 212), (0, 150, 224), (0, 168, 234),
    (0, 186, 242), (0, 204, 248), (0, 222, 252), (0, 240, 255),
)  # fmt: skip
"""Influence: from black to cyan, which nobody takes for heat and which shows on white tissue."""

_ANCHORS: Final = {
    HeatmapKind.UNCERTAINTY: _VIRIDIS_ANCHORS,
    HeatmapKind.SALIENCY: _BLUE_ANCHORS,
}


def inferno() -> Bytes:
    """(256, 3) RGB of scores 0 to 1."""
    return heat_colors(HeatmapKind.PROBABILITY)


@lru_cache(maxsize=len(HeatmapKind))
def heat_colors(kind: HeatmapKind) -> Bytes:
    """(256, 3) RGB of scores 0 to 1 of one kind; each kind has colours of its own."""
    anchors = np.array(_ANCHORS.get(kind, _INFERNO_ANCHORS), dtype=np.float64)
    places = np.linspace(0, 255, len(anchors))
    levels = np.arange(256)
    channels = [np.interp(levels, places, anchors[:, c]) for c in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


def rgb_of(color: str) -> tuple[int, int, int]:
    """Red, green and blue of `#RRGGBB`."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def least_heat(threshold: float) -> np.float16:
    """The least score that is coloured at a threshold."""
    floor = round(max(threshold, LEAST_SHOWN_SCORE), 4)
    least = np.float16(floor)
    return least if float(least) >= floor else np.nextafter(least, np.float16(np.inf))


def heat_tint(
    scores: NDArray[np.floating],
    threshold: float,
    opacity: float,
    kind: HeatmapKind = HeatmapKind.PROBABILITY,
) -> Bytes | None:
    """Tint of a slice of scores from 0 to 1; None where no score reaches the threshold.

    Colours follow those of the kind from `LEAST_SHOWN_SCORE` to 1, as the colour bar shows them.
    The opacity is the same for every score that is shown.
    """
    halves = np.ascontiguousarray(scores, dtype=np.float16)
    floor = round(max(threshold, LEAST_SHOWN_SCORE), 4)
    tint = look_up_colors(halves, _heat_table(floor, round(opacity, 4), kind))
    return tint if tint.any() else None


@lru_cache(maxsize=8)
def _heat_table(floor: float, opacity: float, kind: HeatmapKind) -> Bytes:
    """Tint of each float16, by its bits: exact for any curve and one look-up per pixel."""
    scores = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float64)
    # Numbers that are not scores (negative, above 1, not a number) have bit patterns too.
    shown = np.nan_to_num(scores, nan=-1.0) >= floor
    clipped = np.where(shown, np.minimum(np.where(shown, scores, 0), 1), 0)
    along = (clipped - LEAST_SHOWN_SCORE) / (1 - LEAST_SHOWN_SCORE)
    colors = heat_colors(kind)[np.clip(np.rint(along * 255), 0, 255).astype(int)]
    opacities = opacity * np.minimum(clipped / FULL_FROM_SCORE, 1)
    tint = np.zeros((65536, 4), np.uint8)
    tint[:, :3] = np.rint(colors[:, ::-1] * opacities[:, None])
    tint[:, 3] = np.rint(opacities * 255)
    tint[~shown] = 0
    return tint


def fill_tint(labels: NDArray[np.uint16], fills: Sequence[tuple[int, str, float]]) -> Bytes | None:
    """Tint of a contiguous slice of labels, given (label, colour, opacity) of the filled ones."""
    tint = look_up_colors(labels, _fill_table(tuple(fills)))
    return tint if tint.any() else None


@lru_cache(maxsize=8)
def _fill_table(fills: tuple[tuple[int, str, float], ...]) -> Bytes:
    table = np.zeros((65536, 4), np.uint8)
    for label, color, opacity in fills:
        red, green, blue = rgb_of(color)
        table[label] = [round(c * opacity) for c in (blue, green, red, 255)]
    return table


def lay_over(below: Bytes | None, above: Bytes | None) -> Bytes | None:
    """One tint over another; None is nothing at all."""
    if below is None or above is None:
        return above if below is None else below
    through = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(above, 3)), cv2.COLOR_GRAY2BGRA)
    through[..., 3] = through[..., 0]
    return np.asarray(cv2.add(above, cv2.multiply(below, through, scale=1 / 255)))


def blend(base: Bytes, tint: Bytes | None, out: Bytes | None = None) -> Bytes:
    """Grey or RGB with a tint over it as BGRX bytes, in `out` if given, else in a new array."""
    if tint is None:
        return to_bgrx(base, out)
    through = cv2.bitwise_not(cv2.extractChannel(tint, 3))
    if base.ndim == 3:
        through = cv2.cvtColor(through, cv2.COLOR_GRAY2BGR)
    dimmed = to_bgrx(np.asarray(cv2.multiply(base, through, scale=1 / 255), dtype=np.uint8))
    return np.asarray(cv2.add(dimmed, tint, dst=out), dtype=np.uint8)


def to_bgrx(base: Bytes, out: Bytes | None = None) -> Bytes:
    """Grey (rows, columns) or RGB (rows, columns, 3) as BGRX bytes, in `out` if given."""
    how = cv2.COLOR_GRAY2BGRA if base.ndim == 2 else cv2.COLOR_RGB2BGRA
    return np.asarray(cv2.cvtColor(base, how, dst=out), dtype=np.uint8)
