"""One series as voxels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.study import GeometryWarning


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """Voxels with their place in the patient and the meaning of their values.

    `voxels` has shape `geometry.shape_kji`, is C-contiguous int16, int32, uint16 or
    float32 of modality values (HU for CT), and is kept as a read-only view, not copied:
    a chest CT is 150 MB. The maker must not change it afterwards, except through
    `slices_ready` growing while a series is still being read.

    A colour series has uint8 voxels of shape (k, j, i, 3), RGB, which no window, statistic
    or model applies to: ask `is_color` before looking at values.
    """

    series_uid: str
    voxels: NDArray[np.generic]
    geometry: VolumeGeometry
    unit: IntensityUnit = IntensityUnit.ARBITRARY
    windows: tuple[WindowLevel, ...] = ()
    padding: tuple[float, float] | None = None
    """Values from the first to the second mark pixels outside the image: they are in no
    statistic and no automatic window."""
    graphics: NDArray[np.uint8] | None = None
    """Overlay planes of the header (marks and text of the scanner), 1 where drawn."""
    warnings: tuple[GeometryWarning, ...] = field(default=())
    measurable: bool = True
    """False where lengths and volumes would be wrong (no spacing, tilt, gaps)."""

    def __post_init__(self) -> None:
        shape = self.geometry.shape_kji
        if self.voxels.shape not in (shape, (*shape, 3)):
            raise ValueError("Voxels and geometry differ in shape.")
        if self.voxels.ndim == 4 and self.voxels.dtype != np.uint8:
            raise ValueError("Colours are uint8.")
        if not self.voxels.flags.c_contiguous:
            raise ValueError("Voxels must be C-contiguous.")
        if self.graphics is not None and self.graphics.shape != shape:
            raise ValueError("Graphics and geometry differ in shape.")
        view = self.voxels.view()
        view.flags.writeable = False
        object.__setattr__(self, "voxels", view)

    @property
    def is_color(self) -> bool:
        """Whether voxels are RGB and not values."""
        return self.voxels.ndim == 4

    def is_padding(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Which of some of this volume's values mark pixels outside the image."""
        if self.padding is None:
            return np.zeros(values.shape, np.bool_)
        low, high = self.padding
        return np.asarray((values >= low) & (values <= high))
