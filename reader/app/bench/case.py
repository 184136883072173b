"""What the frame benchmark looks at: a volume with segments, a finding and a heatmap on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final

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
from reader.core.heatmap import Heatmap
from reader.core.intensity import IntensityUnit
from reader.core.orientation import Plane, plane_axes
from reader.core.provenance import AlgorithmIdentity, Provenance
from reader.core.segmentation import SEGMENT_COLORS, Segment, Segmentation
from reader.core.study import Patient, Series, SeriesTags, Study
from reader.core.volume import Volume

SHAPE_KJI: Final = (300, 512, 512)
BIG_SHAPE_KJI: Final = (1000, 512, 512)
BIG_SEGMENTS: Final = 100
SPACING_KJI_MM: Final = (1.25, 0.7, 0.7)
SERIES_UID: Final = "2.25.1"
FINDING_ID: Final = "bench-nodule"
_BODY: Final = ((0.5, 0.5, 0.5), (9.0, 0.38, 0.46))
_LUNGS: Final = ((0.5, 0.5, 0.31), (0.5, 0.5, 0.69))
_LUNG_RADII: Final = (0.42, 0.28, 0.15)
_NODULE: Final = ((0.5, 0.42, 0.31), (0.03, 0.018, 0.018))
_ORGANS: Final = (4, 5, 5)
"""Many segments stand in so many rows along k, j and i."""
_ORGANS_FROM: Final = (0.03, 0.2, 0.12)
_ORGANS_TO: Final = (0.97, 0.8, 0.88)
_HOT: Final = (((0.5, 0.45, 0.33), 0.12), ((0.48, 0.55, 0.66), 0.09), ((0.6, 0.4, 0.6), 0.06))
_Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class BenchCase:
    """A series with what lies over it."""

    study: Study
    series: Series
    volume: Volume
    segmentation: Segmentation
    finding: Finding
    heatmap: Heatmap | None

    @property
    def structures(self) -> tuple[Segment, ...]:
        """The segments that are no findings, to be filled."""
        return tuple(s for s in self.segmentation.segments if s.finding_id is None)

    def slice_count(self, plane: Plane) -> int:
        """How many slices a plane has."""
        geometry = self.volume.geometry
        return geometry.shape_kji[plane_axes(geometry, plane).slice_axis]


def synthetic_case() -> BenchCase:
    """A chest with two lungs, a nodule and a heatmap."""
    study, series, volume = _synthetic_study(SHAPE_KJI)
    return case_over(study, series, volume)


def big_case() -> BenchCase:
    """A thousand slices with a hundred segments."""
    study, series, volume = _synthetic_study(BIG_SHAPE_KJI)
    # Written to, as one that was read is: zeros alone take no memory.
    labels = np.full(series.geometry.shape_kji, 0, dtype=np.uint16)
    segments = []
    low, high = np.array(_ORGANS_FROM), np.array(_ORGANS_TO)
    step = (high - low) / _ORGANS
    for label, place in enumerate(product(*map(range, _ORGANS)), start=1):
        middle = _vector(low + (np.array(place) + 0.5) * step)
        _fill_ellipsoid(labels, middle, _vector(0.45 * step), label)
        segments.append(_structure(label, f"Structure {label}", RIGHT_LUNG))
    finding = _put_nodule(labels, series, BIG_SEGMENTS)
    segments[-1] = _nodule_segment(BIG_SEGMENTS)
    segmentation = Segmentation("bench", series.key, labels, series.geometry, tuple(segments))
    return BenchCase(study, series, volume, segmentation, finding, None)


def case_over(study: Study, series: Series, volume: Volume) -> BenchCase:
    """Two large structures, a nodule in the middle of any grid, and scores around it."""
    labels = np.zeros(series.geometry.shape_kji, dtype=np.uint16)
    for label, middle in enumerate(_LUNGS, start=1):
        _fill_ellipsoid(labels, middle, _LUNG_RADII, label)
    finding = _put_nodule(labels, series, 3)
    segments = (
        _structure(1, "Right lung", RIGHT_LUNG),
        _structure(2, "Left lung", LEFT_LUNG),
        _nodule_segment(3),
    )
    segmentation = Segmentation("bench", series.key, labels, series.geometry, segments)
    return BenchCase(study, series, volume, segmentation, finding, _heatmap(series.geometry))


def _synthetic_study(shape: tuple[int, int, int]) -> tuple[Study, Series, Volume]:
    """A noisy chest-like CT in memory; always the same."""
    rng = np.random.default_rng(1)
    middle = (np.array(shape) - 1) * SPACING_KJI_MM / 2
    geometry = VolumeGeometry.from_spacing(shape, SPACING_KJI_MM, _vector(-middle[::-1]))
    voxels = np.full(shape, -1000, dtype=np.int16)
    noise = rng.normal(0, 25, (64, *shape[1:])).astype(np.int16)
    _fill_ellipsoid(voxels, *_BODY, 40)
    for lung in _LUNGS:
        _fill_ellipsoid(voxels, lung, _LUNG_RADII, -860)
    _fill_ellipsoid(voxels, *_NODULE, 30)
    for k in range(shape[0]):
        voxels[k] += noise[k % len(noise)]
    volume = Volume(SERIES_UID, voxels, geometry, IntensityUnit.HU)
    series = Series(
        SERIES_UID, "CT", "Benchmark", 1, geometry, (), IntensityUnit.HU,
        tags=SeriesTags(body_part="CHEST", slice_thickness_mm=SPACING_KJI_MM[0]),
    )  # fmt: skip
    return Study("2.25.2", "Benchmark", Patient(), "", (series,)), series, volume


def _put_nodule(labels: NDArray[np.uint16], series: Series, label: int) -> Finding:
    geometry = series.geometry
    _fill_ellipsoid(labels, *_NODULE, label)
    size = np.array(geometry.shape_kji) - 1
    identity = AlgorithmIdentity("bench", "Benchmark", "1", "")
    return Finding(
        finding_id=FINDING_ID,
        revision_id="bench-revision",
        tracking_uid="2.25.3",
        series_key=series.key,
        name="Lung nodule",
        code=LUNG_NODULE,
        center_lps_mm=_vector(geometry.to_lps(np.array(_NODULE[0]) * size)),
        provenance=Provenance(datetime.now(UTC), algorithm=identity),
        long_axis_mm=13.0,
        score=0.9,
        segmentation_id="bench",
        label=label,
    )


def _structure(label: int, name: str, code: CodedConcept) -> Segment:
    color = SEGMENT_COLORS[(label - 1) % len(SEGMENT_COLORS)]
    return Segment(label, name, code, ANATOMICAL_STRUCTURE, color)


def _nodule_segment(label: int) -> Segment:
    return Segment(label, "Lung nodule", LUNG_NODULE, LESION, finding_id=FINDING_ID)


def _heatmap(geometry: VolumeGeometry) -> Heatmap:
    """Soft spots, as a detector leaves them; no two slices are alike."""
    scores = np.empty(geometry.shape_kji, dtype=np.float16)
    places = [np.arange(n, dtype=np.float32) / n for n in geometry.shape_kji]
    for k, along in enumerate(places[0]):
        slab = np.zeros(geometry.shape_kji[1:], dtype=np.float32)
        for middle, radius in _HOT:
            at, down, across = (
                np.exp(-(((p - m) / radius) ** 2) / 2)
                for p, m in zip((along, *places[1:]), middle, strict=True)
            )
            slab += at * np.multiply.outer(down, across)
        np.minimum(slab, 1, out=scores[k], casting="unsafe")
    return Heatmap(scores, geometry)


def _fill_ellipsoid(array: NDArray[Any], middle: _Vector, radii: _Vector, value: int) -> None:
    """Give a value to an ellipsoid in parts of the grid's edges; no large array is made."""
    spans, squares = [], []
    for count, at, radius in zip(array.shape, middle, radii, strict=True):
        first, last = max(0, int((at - radius) * count)), min(count, int((at + radius) * count) + 2)
        places = np.arange(first, last, dtype=np.float32) / count
        spans.append(slice(first, last))
        squares.append(((places - at) / radius) ** 2)
    within = np.add.outer(squares[1], squares[2])
    for k, squared in zip(range(spans[0].start, spans[0].stop), squares[0], strict=True):
        array[k, spans[1], spans[2]][within <= 1 - squared] = value


def _vector(values: NDArray[np.floating]) -> _Vector:
    x, y, z = (float(v) for v in values)
    return x, y, z
