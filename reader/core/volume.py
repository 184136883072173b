"""One series as voxels."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    """

    series_uid: str
    voxels: NDArray[np.generic]
    geometry: VolumeGeometry
    unit: IntensityUnit = IntensityUnit.ARBITRARY
    windows: tuple[WindowLevel, ...] = ()
    padding_value: float | None = None
    warnings: tuple[GeometryWarning, ...] = field(default=())
    measurable: bool = True
    """False where lengths and volumes would be wrong (no spacing, tilt, gaps)."""

    def __post_init__(self) -> None:
        if self.voxels.shape != self.geometry.shape_kji:
            raise ValueError("Voxels and geometry differ in shape.")
        if not self.voxels.flags.c_contiguous:
            raise ValueError("Voxels must be C-contiguous.")
        view = self.voxels.view()
        view.flags.writeable = False
        object.__setattr__(self, "voxels", view)
