"""What the frame benchmark looks at: a volume with a mask of two lungs and a nodule on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.codes import (
    ANATOMICAL_STRUCTURE,
    LEFT_LUNG,
    LESION,
    LUNG_NODULE,
    RIGHT_LUNG,
    CodedConcept,
)
from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.provenance import AlgorithmIdentity, Provenance
from reader.core.segmentation import SEGMENT_COLORS, Segment, Segmentation
from reader.core.study import Patient, Series, SeriesTags, Study
from reader.core.volume import Volume

SHAPE_KJI: Final = (300, 512, 512)
SPACING_KJI_MM: Final = (1.25, 0.7, 0.7)
SERIES_UID: Final = "2.25.1"
FINDING_ID: Final = "bench-nodule"
_LUNGS: Final = ((0.5, 0.5, 0.31), (0.5, 0.5, 0.69))
_LUNG_RADII: Final = (0.42, 0.28, 0.15)
_NODULE: Final = ((0.5, 0.42, 0.31), (0.03, 0.018, 0.018))


@dataclass(frozen=True, slots=True, eq=False)
class BenchOverlay:
    """The mask and its one AI finding."""

    segmentation: Segmentation
    finding: Finding

    @property
    def lungs(self) -> tuple[Segment, ...]:
        """The structures, to be filled."""
        return tuple(s for s in self.segmentation.segments if s.finding_id is None)


def synthetic_study(seed: int = 1) -> tuple[Study, Series, Volume]:
    """A noisy chest-like CT in memory; always the same for a seed."""
    rng = np.random.default_rng(seed)
    geometry = VolumeGeometry.from_spacing(SHAPE_KJI, SPACING_KJI_MM, (-179.0, -179.0, -187.0))
    voxels = np.full(SHAPE_KJI, -1000, dtype=np.int16)
    noise = rng.normal(0, 25, (64, *SHAPE_KJI[1:])).astype(np.int16)
    body = _ellipsoid(SHAPE_KJI, (0.5, 0.5, 0.5), (9.0, 0.38, 0.46))
    lungs = _ellipsoid(SHAPE_KJI, _LUNGS[0], _LUNG_RADII)
    lungs |= _ellipsoid(SHAPE_KJI, _LUNGS[1], _LUNG_RADII)
    voxels[body] = 40
    voxels[lungs] = -860
    voxels[_ellipsoid(SHAPE_KJI, *_NODULE)] = 30
    for k in range(SHAPE_KJI[0]):
        voxels[k] += noise[k % len(noise)]
    volume = Volume(SERIES_UID, voxels, geometry, IntensityUnit.HU)
    series = Series(
        SERIES_UID, "CT", "Benchmark", 1, geometry, (), IntensityUnit.HU,
        tags=SeriesTags(body_part="CHEST", slice_thickness_mm=SPACING_KJI_MM[0]),
    )  # fmt: skip
    return Study("2.25.2", "Benchmark", Patient(), "", (series,)), series, volume


def overlay_for(series: Series) -> BenchOverlay:
    """Two large structures and a nodule in the middle of any grid."""
    geometry = series.geometry
    labels = np.zeros(geometry.shape_kji, dtype=np.uint16)
    for label, middle in enumerate(_LUNGS, start=1):
        labels[_ellipsoid(geometry.shape_kji, middle, _LUNG_RADII)] = label
    labels[_ellipsoid(geometry.shape_kji, *_NODULE)] = 3
    size = np.array(geometry.shape_kji) - 1
    x, y, z = (float(v) for v in geometry.to_lps(np.array(_NODULE[0]) * size))
    identity = AlgorithmIdentity("bench", "Benchmark", "1", "")
    finding = Finding(
        finding_id=FINDING_ID,
        revision_id="bench-revision",
        tracking_uid="2.25.3",
        series_key=series.key,
        name="Lung nodule",
        code=LUNG_NODULE,
        center_lps_mm=(x, y, z),
        provenance=Provenance(datetime.now(UTC), algorithm=identity),
        long_axis_mm=13.0,
        score=0.9,
        segmentation_id="bench",
        label=3,
    )
    segments = (
        _structure(1, "Right lung", RIGHT_LUNG),
        _structure(2, "Left lung", LEFT_LUNG),
        Segment(3, "Lung nodule", LUNG_NODULE, LESION, finding_id=FINDING_ID),
    )
    segmentation = Segmentation("bench", series.key, labels, geometry, segments)
    return BenchOverlay(segmentation, finding)


def _structure(label: int, name: str, code: CodedConcept) -> Segment:
    return Segment(label, name, code, ANATOMICAL_STRUCTURE, SEGMENT_COLORS[label - 1])


def _ellipsoid(
    shape: tuple[int, int, int],
    middle: tuple[float, float, float],
    radii: tuple[float, float, float],
) -> NDArray[np.bool_]:
    """Voxels of an ellipsoid given in parts of the grid's edges."""
    squared: NDArray[np.floating] = np.zeros((1, 1, 1), dtype=np.float32)
    for axis, (count, at, radius) in enumerate(zip(shape, middle, radii, strict=True)):
        along = ((np.arange(count, dtype=np.float32) / count - at) / radius) ** 2
        squared = squared + along.reshape([-1 if a == axis else 1 for a in range(3)])
    return np.asarray(squared <= 1)
