"""The question to the renderer: everything one picture of a slice needs."""

from __future__ import annotations

from dataclasses import dataclass

from reader.core.intensity import WindowLevel
from reader.core.orientation import PlaneAxes
from reader.core.volume import Volume
from reader.imaging.layers import OverlayLayers


@dataclass(frozen=True, slots=True, eq=False)
class SliceRequest:
    """Everything one picture needs. A viewport draws only its highest `generation`."""

    viewport_id: str
    volume: Volume
    axes: PlaneAxes
    index: int
    window: WindowLevel
    invert: bool
    layers: OverlayLayers | None
    generation: int
    shows_graphics: bool = True

    def __post_init__(self) -> None:
        if self.layers is None:
            return
        shape = self.volume.geometry.shape_kji
        if any(sheet.labels.shape != shape for sheet in self.layers.all_sheets):
            raise ValueError("Labels and volume differ in shape.")
        if self.layers.heatmap is not None and self.layers.heatmap.scores.shape != shape:
            raise ValueError("Heatmap and volume differ in shape.")
