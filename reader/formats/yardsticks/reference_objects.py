"""Segmentations, structures and reports as pydicom alone reads them: for `reader conformance`.

Shares no code with the product's own readers of these objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reader.formats.yardsticks.reference_values import hushed

if TYPE_CHECKING:
    from pydicom import Dataset

_MEASUREMENT_GROUP = "125007"


@dataclass(frozen=True, slots=True)
class Part:
    """One segment or structure: its number and the middle of what it covers."""

    number: int
    center_lps_mm: tuple[float, float, float] | None
    voxel_mm: float
    """The longest edge of its voxels; two ways of drawing it may differ by about this."""


def segments(path: Path) -> list[Part]:
    """The segments of a SEG, each with its centre of mass.

    Raises: what pydicom raises for what it cannot decode.
    """
    from pydicom import dcmread

    with hushed():
        ds = dcmread(path)
        frames = np.atleast_3d(ds.pixel_array)
        if ds.pixel_array.ndim == 2:
            frames = np.asarray(ds.pixel_array)[np.newaxis]
        label_map = str(ds.get("SegmentationType", "")) == "LABELMAP"
        numbers = [int(item.SegmentNumber) for item in ds.SegmentSequence]
        # 0 describes what no segment covers.
        numbers = [number for number in numbers if number or not label_map]
        sums: dict[int, tuple[NDArray[np.float64], float]] = {}
        longest = 0.0
        for frame, pixels in enumerate(frames):
            matrix, edge = _pixel_to_lps(ds, frame)
            longest = max(longest, edge)
            for number in _numbers(ds, frame, pixels) if label_map else [_number(ds, frame)]:
                weight = (pixels == number).astype(float) if label_map else pixels.astype(float)
                if weight.any():
                    rows, columns = np.nonzero(weight)
                    mass = weight[rows, columns]
                    places = matrix @ np.stack([columns, rows, np.ones(len(rows))])
                    before, total = sums.get(number, (np.zeros(3), 0.0))
                    sums[number] = before + (places[:3] * mass).sum(axis=1), total + mass.sum()
        return [Part(n, _middle(*sums[n]) if n in sums else None, longest) for n in numbers]


def _numbers(_ds: Dataset, _frame: int, pixels: NDArray[Any]) -> list[int]:
    return [int(n) for n in np.unique(pixels) if n]


def _number(ds: Dataset, frame: int) -> int:
    item = _group(ds, frame, "SegmentIdentificationSequence")
    return int(item.ReferencedSegmentNumber)


def _middle(total: NDArray[np.float64], mass: float) -> tuple[float, float, float]:
    x, y, z = (float(v) for v in total / mass)
    return x, y, z


def _group(ds: Dataset, frame: int, sequence: str) -> Any:  # noqa: ANN401 - an item of pydicom
    per_frame = ds.get("PerFrameFunctionalGroupsSequence") or []
    holders = [per_frame[frame]] if frame < len(per_frame) else []
    holders += list(ds.get("SharedFunctionalGroupsSequence") or [])
    return next(holder[sequence].value[0] for holder in holders if sequence in holder)


def _pixel_to_lps(ds: Dataset, frame: int) -> tuple[NDArray[np.float64], float]:
    """(column, row, 1) to LPS mm, 4 x 3, and the longest edge of a voxel."""
    origin = _group(ds, frame, "PlanePositionSequence").ImagePositionPatient
    cosines = _group(ds, frame, "PlaneOrientationSequence").ImageOrientationPatient
    measures = _group(ds, frame, "PixelMeasuresSequence")
    down, right = (float(mm) for mm in measures.PixelSpacing)
    along = np.array(cosines, float)
    matrix = np.zeros((4, 3))
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = along[:3] * right, along[3:] * down, origin
    matrix[3, 2] = 1
    return matrix, max(down, right, float(measures.get("SliceThickness") or 0))


def structures(path: Path) -> list[Part]:
    """The structures of an RTSTRUCT, each with the centroid of its closed contours."""
    from pydicom import dcmread

    with hushed():
        ds = dcmread(path, force=True)
        found = []
        for item in ds.get("ROIContourSequence") or []:
            total, mass, heights = np.zeros(3), 0.0, set()
            for contour in item.get("ContourSequence") or []:
                points = np.array(contour.ContourData, float).reshape(-1, 3)
                if len(points) >= 3 and "CLOSED" in str(contour.ContourGeometricType):
                    center, area = _centroid(points)
                    total, mass = total + center * area, mass + area
                    heights.add(round(float(points[0, 2]), 2))
            apart = float(np.diff(sorted(heights)).min()) if len(heights) > 1 else 5.0
            center_mm = _middle(total, mass) if mass else None
            found.append(Part(int(item.ReferencedROINumber), center_mm, max(apart, 1.0)))
        return found


def _centroid(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Centroid and area of a flat polygon, as triangles about its first point."""
    first = points[0]
    one, two = points[1:-1] - first, points[2:] - first
    crosses = np.cross(one, two)
    whole = crosses.sum(axis=0)
    size = float(np.linalg.norm(whole))
    if size == 0:
        return points.mean(axis=0), 0.0
    areas = crosses @ (whole / size)
    return first + ((one + two) / 3 * areas[:, np.newaxis]).sum(axis=0) / areas.sum(), size / 2


def measurement_groups(path: Path) -> int:
    """How many measurement groups (TID 1500) a report holds."""
    from pydicom import dcmread

    with hushed():
        return sum(1 for item in _walk(dcmread(path, force=True)) if _is_group(item))


def _walk(item: Dataset) -> Iterator[Dataset]:
    for child in item.get("ContentSequence") or []:
        yield child
        yield from _walk(child)


def _is_group(item: Dataset) -> bool:
    names = item.get("ConceptNameCodeSequence") or []
    return any(str(name.get("CodeValue", "")) == _MEASUREMENT_GROUP for name in names)
