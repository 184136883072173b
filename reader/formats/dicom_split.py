"""Splits what one DICOM series holds into stacks that can each be one volume.

First by what can never share a grid (size, spacing, orientation, localizer); then, where
several images lie at one position, by the first element whose values separate them into
whole stacks (b-value, echo, phase, image type ...). The frame of reference is such an
element only: some anonymisers give every image its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeVar

import numpy as np

from reader.core.geometry import FloatArray
from reader.core.orientation import Plane
from reader.formats.dicom_image import mark_text
from reader.formats.dicom_slice import DicomSlice
from reader.formats.dicom_values import numbers

SAME_POSITION_MM: Final = 0.005
_SAME_COSINES: Final = 1e-3
_SAME_SPACING: Final = 1e-3
_WHOLE_STACK: Final = 0.9
"""A value separates stacks only if one of them covers this share of the positions."""


V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Stack:
    """Slices of one grid; `label` is what sets it apart from the other stacks."""

    slices: tuple[DicomSlice, ...]
    label: str = ""


def split_into_stacks(slices: Sequence[DicomSlice]) -> list[Stack]:
    """The stacks of one series in an order that does not hang on how many slices came.

    Localizers come last; the rest are ordered by the values that told them apart.
    """
    grids = _by_grid(sorted(slices, key=lambda s: (s.sop_instance_uid, s.frame)))
    stacks: list[Stack] = []
    for grid in grids:
        stacks += _by_marks(grid, "")
    if len(grids) > 1:
        stacks = [s if s.label else Stack(s.slices, _grid_label(s.slices[0])) for s in stacks]
    return stacks


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


def _by_grid(slices: Sequence[DicomSlice]) -> list[list[DicomSlice]]:
    """Groups that could share a grid, in a fixed order."""
    exact: dict[tuple[Hashable, ...], list[DicomSlice]] = defaultdict(list)
    for slice_ in slices:
        exact[_exact_key(slice_)].append(slice_)
    groups: list[list[DicomSlice]] = []
    for key in sorted(exact, key=repr):
        for group in _by_closeness(exact[key], lambda s: s.spacing_mm, _same_spacing):
            groups += _by_closeness(group, lambda s: s.orientation, _same_orientation)
    return groups


def _exact_key(slice_: DicomSlice) -> tuple[Hashable, ...]:
    return (
        slice_.localizer,
        not has_place(slice_),
        slice_.sop_class_uid,
        slice_.rows,
        slice_.columns,
    )


def _by_closeness(
    slices: Iterable[DicomSlice],
    value_of: Callable[[DicomSlice], V],
    same: Callable[[V, V], bool],
) -> list[list[DicomSlice]]:
    """Groups whose values are the same within a tolerance, in the order of the values."""
    groups: list[tuple[V, list[DicomSlice]]] = []
    for slice_ in slices:
        value = value_of(slice_)
        for known, group in groups:
            if known is value or same(known, value):
                group.append(slice_)
                break
        else:
            groups.append((value, [slice_]))
    return [group for _, group in sorted(groups, key=lambda pair: repr(pair[0]))]


def _same_spacing(a: tuple[float, float] | None, b: tuple[float, float] | None) -> bool:
    if a is None or b is None:
        return a is b
    return all(abs(x - y) <= _SAME_SPACING * x for x, y in zip(a, b, strict=True))


def _same_orientation(a: object, b: object) -> bool:
    if a is None or b is None:
        return a is b
    return bool(np.abs(np.array(a) - np.array(b)).max() <= _SAME_COSINES)


def _by_marks(slices: list[DicomSlice], label: str) -> list[Stack]:
    """Split images that share positions by the first mark that separates whole stacks."""
    if not has_place(slices[0]):
        return [Stack(tuple(slices), label)]
    places = _place_of_each(slices)
    most = max(Counter(places).values())
    if most == 1:
        return [Stack(tuple(slices), label)]
    distinct = len(set(places))
    for index in range(max(len(s.marks) for s in slices)):
        values = defaultdict(list)
        covered = defaultdict(set)
        for slice_, place in zip(slices, places, strict=True):
            mark = slice_.marks[index] if index < len(slice_.marks) else b""
            values[mark].append(slice_)
            covered[mark].add(place)
        whole = max(len(c) for c in covered.values()) >= _WHOLE_STACK * distinct
        if 1 < len(values) <= most and whole:
            stacks: list[Stack] = []
            for mark in sorted(values, key=_mark_order):
                inner = values[mark]
                named = f"{label} {mark_text(inner[0], index)}".strip()
                stacks += _by_marks(inner, named)
            return stacks
    if set(Counter(places).values()) == {most} and distinct > 1:
        return _by_number(slices, places, label)
    return [Stack(tuple(slices), label)]


def _by_number(slices: list[DicomSlice], places: list[int], label: str) -> list[Stack]:
    """Split when every position has equally many images and nothing tells them apart.

    The order of their numbers at each position is then the best sign of what belongs
    together, and nothing is left out.
    """
    at_place: dict[int, list[DicomSlice]] = defaultdict(list)
    for slice_, place in zip(slices, places, strict=True):
        at_place[place].append(slice_)
    for group in at_place.values():
        group.sort(key=instance_order)
    most = len(at_place[0])
    return [
        Stack(tuple(group[n] for group in at_place.values()), f"{label} {n + 1}/{most}".strip())
        for n in range(most)
    ]


def instance_order(slice_: DicomSlice) -> tuple[int, str, int]:
    """A fixed order for slices that geometry cannot order: number, UID, frame."""
    return slice_.instance_number or 0, slice_.sop_instance_uid, slice_.frame


def _place_of_each(slices: Sequence[DicomSlice]) -> list[int]:
    """A number per slice, equal for slices at one position."""
    positions = np.array([s.position_lps_mm for s in slices], dtype=np.float64)
    along = positions_along_normal(slices)
    order = np.argsort(along, kind="stable")
    places = [0] * len(slices)
    place = 0
    for before, after in pairwise(order):
        if np.abs(positions[after] - positions[before]).max() > SAME_POSITION_MM:
            place += 1
        places[after] = place
    return places


def _mark_order(mark: bytes) -> tuple[tuple[float, ...], bytes]:
    """Numbers by size, the rest by spelling."""
    return numbers(mark), mark


def _grid_label(slice_: DicomSlice) -> str:
    """Words for a stack that differs by its grid."""
    size = f"{slice_.rows} × {slice_.columns}"
    if slice_.orientation is None:
        return size
    normal = np.cross(*np.array(slice_.orientation))
    plane = next(p for p in Plane if p.world_axis == int(np.argmax(np.abs(normal))))
    return f"{plane.value} {size}"
