"""What the reader asked of one viewport."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from reader.core.orientation import AS_ACQUIRED, Plane, SpatialTransform
from reader.imaging.cut import THIN, Slab


class PaneKind(enum.Enum):
    """What a viewport shows of its series."""

    SLICES = "slices"
    OVERVIEW = "overview"
    """The whole volume at once, turned by hand."""


@dataclass(frozen=True, slots=True)
class ViewportState:
    """One pane and what the reader asked of it.

    `zoom` 1 fits the slice into the pane, or `fit_mm` (height, width) where panes are to have
    one scale; `pan_mm` moves the picture (down, right).
    `fused_key` is a second series laid over the first in colour, `fusion_opacity` how
    strongly, 0 to 1. `look` names one of several ways in which the series is seen at once
    (`looks.Looks`); "" is its first. `transform` flips and turns the picture; `fit_mm` is of
    the picture before, `pan_mm` of the one on the screen.
    """

    id: str
    plane: Plane
    series_key: str | None = None
    zoom: float = 1.0
    pan_mm: tuple[float, float] = (0.0, 0.0)
    kind: PaneKind = PaneKind.SLICES
    slab: Slab = THIN
    fused_key: str | None = None
    fusion_opacity: float = 0.5
    fit_mm: tuple[float, float] | None = None
    look: str = ""
    transform: SpatialTransform = AS_ACQUIRED
