"""What may lie over a volume, and how it is drawn: labels, their styles, heat."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.heatmap import Heatmap


class OutlineStyle(enum.Enum):
    """How a segment's edge is drawn, which says who made it and where it stands."""

    DASHED = "dashed"
    """The AI's, to review."""
    SOLID = "solid"
    """Decided or drawn by the reader."""
    DOTTED = "dotted"
    """Rejected; drawn only while selected."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """How one label is shown. Colours are `#RRGGBB`, opacity goes from 0 to 1."""

    label: int
    color: str
    fill_opacity: float
    outline: OutlineStyle
    outline_color: str
    finding_id: str | None = None
    selected: bool = False

    @property
    def shows_outline(self) -> bool:
        """Whether its edge is drawn: a rejected one only while selected."""
        if self.outline is OutlineStyle.DOTTED:
            return self.selected
        return self.outline is not OutlineStyle.NONE


@dataclass(frozen=True, slots=True, eq=False)
class LabelSheet:
    """A label map of its own over the volume: what others segmented, which may overlap.

    `labels` is uint16 in (k, j, i) and does not change.
    """

    labels: NDArray[np.uint16]
    styles: tuple[LabelStyle, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OverlayLayers:
    """What lies over a volume, on that volume's grid. `labels` is uint16 in (k, j, i).

    A label without a style is not shown. `revision` changes whenever `labels` does.
    `sheets` are drawn beneath `labels`, the first lowest.
    """

    labels: NDArray[np.uint16] | None
    styles: tuple[LabelStyle, ...]
    heatmap: Heatmap | None
    heat_threshold: float
    heat_opacity: float
    revision: int
    sheets: tuple[LabelSheet, ...] = ()

    @property
    def all_sheets(self) -> tuple[LabelSheet, ...]:
        """Every label map in the order of drawing, the reader's own last."""
        if self.labels is None:
            return self.sheets
        return (*self.sheets, LabelSheet(self.labels, self.styles))


def same_layers(a: OverlayLayers | None, b: OverlayLayers | None) -> bool:
    """Whether two look the same: of one revision of the same arrays, in the same style."""
    if a is b or a is None or b is None:
        return a is b
    return (
        a.labels is b.labels
        and a.revision == b.revision
        and a.styles == b.styles
        and a.heatmap is b.heatmap
        and a.heat_threshold == b.heat_threshold
        and a.heat_opacity == b.heat_opacity
        and len(a.sheets) == len(b.sheets)
        and all(
            one.labels is other.labels and one.styles == other.styles
            for one, other in zip(a.sheets, b.sheets, strict=True)
        )
    )
