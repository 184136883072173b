"""The question to the renderer: everything one picture of a slice needs."""

from __future__ import annotations

from dataclasses import dataclass

from reader.core.intensity import WindowLevel
from reader.core.orientation import PlaneAxes
from reader.core.volume import Volume
from reader.imaging.cut import THIN, Slab
from reader.imaging.fusion import Fusion
from reader.imaging.layers import OverlayLayers
from reader.imaging.plane_stack import GridStack, ObliqueStack
from reader.imaging.slicing import SliceGeometry


@dataclass(frozen=True, slots=True, eq=False)
class SliceRequest:
    """Everything one picture needs. A viewport draws only its highest `generation`.

    `oblique` is the tilted stack that `index` counts in; None: slices of the array.
    """

    viewport_id: str
    volume: Volume
    axes: PlaneAxes
    index: int
    window: WindowLevel
    invert: bool
    layers: OverlayLayers | None
    generation: int
    shows_graphics: bool = True
    oblique: ObliqueStack | None = None
    slab: Slab = THIN
    fusion: Fusion | None = None
    """What is laid over the slice in colour."""
    coarseness: int = 1
    """Pixels of a tilted plane are sampled this many times further apart, each way."""

    def __post_init__(self) -> None:
        if self.layers is None:
            return
        shape = self.volume.geometry.shape_kji
        if any(sheet.labels.shape != shape for sheet in self.layers.all_sheets):
            raise ValueError("Labels and volume differ in shape.")
        if self.layers.heatmap is not None and self.layers.heatmap.scores.shape != shape:
            raise ValueError("Heatmap and volume differ in shape.")

    @property
    def stack(self) -> GridStack | ObliqueStack:
        """The slices that this is one of."""
        return self.oblique or GridStack(self.volume.geometry, self.axes)

    @property
    def is_oblique(self) -> bool:
        """Whether pixels are interpolated from the voxels around them."""
        return self.oblique is not None

    @property
    def is_stored(self) -> bool:
        """Whether pixels are voxels of one slice of the array."""
        return self.oblique is None and self.slab.is_thin

    @property
    def geometry(self) -> SliceGeometry:
        """Where the pixels are; of a slab, those of its middle plane."""
        return self.stack.geometry_of(self.index)
