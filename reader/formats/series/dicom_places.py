"""Where the slices of one grid lie to each other: at one height, side by side, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import FloatArray
from reader.formats.headers.dicom_slice import DicomSlice

SAME_POSITION_MM: Final = 0.005
_SIDE_BY_SIDE_MM: Final = 1.0
_MOST_COLUMNS: Final = 2000
_OFF_LINE_MM: Final = 2.0
_SMALLEST_STACK: Final = 2


def positions_along_normal(slices: Sequence[DicomSlice]) -> FloatArray:
    """Each slice's place along the first one's normal (row x column) in mm."""
    first = slices[0]
    if first.orientation is None or first.position_lps_mm is None:
        raise ValueError("Slices without a position have no order in space.")
    normal = np.cross(*np.array(first.orientation))
    return np.array([s.position_lps_mm for s in slices], dtype=np.float64) @ normal


def has_place(slice_: DicomSlice) -> bool:
    """Whether the header says where the slice lies."""
    return slice_.position_lps_mm is not None and slice_.orientation is not None


def place_of_each(slices: Sequence[DicomSlice]) -> NDArray[np.int64]:
    """A number per slice, from 0 along the normal, equal for slices at one height."""
    along = positions_along_normal(slices)
    order = np.argsort(along, kind="stable")
    places = np.empty(len(slices), dtype=np.int64)
    places[order] = np.concatenate([[0], np.cumsum(np.diff(along[order]) > SAME_POSITION_MM)])
    return places


def by_column(slices: list[DicomSlice]) -> list[list[DicomSlice]]:
    """Stacks that lie side by side: images at one height whose corners are apart.

    Images belong to one column when a chain of them leads from one to the other in steps
    shorter than half the distance between neighbouring columns, so a tilted stack stays
    whole.
    """
    if len(slices) < 2 or not has_place(slices[0]):
        return [slices]
    places = place_of_each(slices)
    if len(set(places)) == len(slices):
        return [slices]
    along, down = np.array(slices[0].orientation)
    positions = np.array([s.position_lps_mm for s in slices], dtype=np.float64)
    corners = np.round(np.stack([positions @ along, positions @ down], axis=1), 1)
    apart = _nearest_at_one_place(corners, places)
    if apart is None:
        return [slices]
    unique, inverse = np.unique(corners, axis=0, return_inverse=True)
    if len(unique) > _MOST_COLUMNS:
        return [slices]
    labels = _connected(unique, apart / 2)[inverse.ravel()]
    return [
        [s for s, n in zip(slices, labels, strict=True) if n == one] for one in np.unique(labels)
    ]


def _nearest_at_one_place(corners: FloatArray, places: NDArray[np.int64]) -> float | None:
    """The smallest distance of corners apart at one place; None = nothing lies side by side."""
    apart: float | None = None
    order = np.argsort(places, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(places[order])) + 1):
        here = np.unique(corners[group], axis=0)
        if 1 < len(here) <= _MOST_COLUMNS:
            steps = np.linalg.norm(np.diff(here, axis=0), axis=1)
            wide = steps[steps > _SIDE_BY_SIDE_MM]
            if wide.size:
                apart = float(wide.min()) if apart is None else min(apart, float(wide.min()))
    return apart


def _connected(points: FloatArray, reach: float) -> NDArray[np.int64]:
    """A number for each point, equal where steps of at most `reach` lead from one to another.

    Numbered in the order of the points.
    """
    labels = np.full(len(points), -1, dtype=np.int64)
    for start in range(len(points)):
        if labels[start] >= 0:
            continue
        front = [start]
        labels[start] = start
        while front:
            near = np.linalg.norm(points - points[front.pop()], axis=1) <= reach
            fresh = np.flatnonzero(near & (labels < 0))
            labels[fresh] = start
            front += fresh.tolist()
    return labels


def by_line(slices: list[DicomSlice]) -> list[list[DicomSlice]]:
    """Stacks one above the other whose corners lie on lines of their own.

    So are the discs of a spine taken. A single slice beside the line of the others is no
    stack.
    """
    if len(slices) < 2 * _SMALLEST_STACK or not has_place(slices[0]):
        return [slices]
    along, down = np.array(slices[0].orientation)
    positions = np.array([s.position_lps_mm for s in slices], dtype=np.float64)
    height = positions_along_normal(slices)
    order = np.argsort(height, kind="stable")
    corners = np.stack([positions @ along, positions @ down], axis=1)[order]
    rise, drift = np.diff(height[order]), np.diff(corners, axis=0)
    usual = np.median(drift[rise > SAME_POSITION_MM], axis=0) if rise.any() else np.zeros(2)
    steps = rise / max(float(np.median(rise)), SAME_POSITION_MM)
    off = np.linalg.norm(drift - np.outer(steps, usual), axis=1)
    ends = np.flatnonzero((off > _OFF_LINE_MM) & (rise > SAME_POSITION_MM)) + 1
    lines = [[slices[n] for n in part] for part in np.split(order, ends)]
    places = place_of_each(slices)
    distinct = [len(np.unique(places[part])) for part in np.split(order, ends)]
    return lines if min(distinct) >= _SMALLEST_STACK else [slices]
