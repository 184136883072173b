"""Splits what one DICOM series holds into stacks that can each be one volume.

Radiographs and files of frames without places stand alone. The rest is told apart first
by what can never share a grid (size, spacing, orientation, localizer, lying side by
side); then, where several images lie at one place, by the first element whose values
separate them into whole stacks (b-value, echo, phase, image type ...). The frame of
reference is such an element only: some anonymisers give every image its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from reader.core.orientation import Plane
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_image import MARKS, mark_text
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.dicom_values import numbers
from reader.formats.headers.sop_classes import ImageKind, kind_of
from reader.formats.series.dicom_places import by_column, by_line, has_place, place_of_each

BY_NUMBER: Final = -1
"""Stands for a mark where the order of images at a place told them apart."""

_SAME_COSINES: Final = 1e-3
_SAME_SPACING: Final = 1e-3
_WHOLE_STACK: Final = 0.9
"""A value separates stacks only if one of them covers this share of the positions."""
_IMAGE_TYPE: Final = MARKS.index(tag.IMAGE_TYPE)
_FARTHEST_MM: Final = 1e6
_SMALLEST_MM: Final = 2e-4
_LARGEST_MM: Final = 1e4
_TIME_MARKS: Final = frozenset(
    {
        tag.TEMPORAL_POSITION,
        tag.TRIGGER_TIME,
        tag.ACQUISITION_NUMBER,
        tag.ACQUISITION_TIME,
        tag.CONTENT_TIME,
        tag.FRAME_REFERENCE_TIME,
        tag.NOMINAL_CARDIAC_PHASE,
        tag.FRAME_OF_REFERENCE_UID,
    }
)

V = TypeVar("V")
Path = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Slices of one grid; `label` is what sets it apart from the other stacks.

    `path` holds the (index into a slice's marks, value) that separated it from those of
    the same `grid`, in the order they were used.
    """

    slices: tuple[DicomSlice, ...]
    label: str = ""
    path: Path = ()
    grid: int = 0


def split_into_stacks(slices: Sequence[DicomSlice]) -> list[Stack]:
    """The stacks of one series in an order that does not hang on how many slices came.

    Localizers come last; the rest are ordered by the values that told them apart. Single
    pictures follow in the order of their numbers.
    """
    ordered = sorted(slices, key=lambda s: (s.sop_instance_uid, s.frame))
    frames = Counter(s.path for s in ordered)
    pictures: dict[Hashable, list[DicomSlice]] = defaultdict(list)
    rest: list[DicomSlice] = []
    for slice_ in ordered:
        if _stands_alone(slice_, frames[slice_.path]):
            pictures[slice_.path].append(slice_)
        else:
            rest.append(slice_)
    columns = [column for grid in _by_grid(rest) for column in by_column(grid)]
    grids = [line for column in columns for line in by_line(column)]
    stacks: list[Stack] = []
    for n, grid in enumerate(grids):
        stacks += _by_marks(grid, "", (), n)
    alone = sorted(pictures.values(), key=lambda files: instance_order(files[0]))
    stacks += [Stack(tuple(files), "", (), len(grids) + n) for n, files in enumerate(alone)]
    if len(grids) + len(alone) > 1:
        stacks = _labelled(stacks)
    return stacks


def _stands_alone(slice_: DicomSlice, frames: int) -> bool:
    """Whether a file is shown by itself: a radiograph, or frames that nothing places."""
    if has_place(slice_):
        return False
    return frames > 1 or kind_of(slice_.sop_class_uid) is ImageKind.PROJECTION


def _labelled(stacks: list[Stack]) -> list[Stack]:
    """Stacks with words for their grid where nothing else tells them apart, all different."""
    named = [s.label or _grid_label(s.slices[0]) for s in stacks]
    seen = Counter(named)
    counted: Counter[str] = Counter()
    labels = []
    for name in named:
        counted[name] += 1
        labels.append(f"{name} ({counted[name]})" if seen[name] > 1 and name else name)
    return [Stack(s.slices, label, s.path, s.grid) for s, label in zip(stacks, labels, strict=True)]


def believable(slice_: DicomSlice) -> DicomSlice:
    """A slice without the lengths and places that cannot be its own.

    Broken headers state what no body and no scanner has; nothing can be computed with it,
    so it counts as absent.
    """
    place, pixels = slice_.position_lps_mm, slice_.spacing_mm
    kept = slice_
    if is_mosaic(slice_) or not _within(place, 0, _FARTHEST_MM):
        kept = replace(slice_, position_lps_mm=None)
    if not _within(pixels, _SMALLEST_MM, _LARGEST_MM):
        kept = replace(kept, spacing_mm=None)
    if not (_is_length(slice_.slice_thickness_mm) and _is_length(slice_.slice_spacing_mm)):
        kept = replace(kept, slice_thickness_mm=None, slice_spacing_mm=None)
    return kept


def _is_length(value: float | None) -> bool:
    return value is None or _SMALLEST_MM <= value <= _LARGEST_MM


def is_mosaic(slice_: DicomSlice) -> bool:
    """Whether many slices are tiled in one image, whose place is then none of theirs."""
    return len(slice_.marks) > _IMAGE_TYPE and b"MOSAIC" in slice_.marks[_IMAGE_TYPE]


def _within(values: tuple[float, ...] | None, smallest: float, largest: float) -> bool:
    if values is not None:
        for value in values:
            if not smallest <= abs(value) <= largest:
                return False
    return True


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
        slice_.pixels.is_color,
        slice_.pixels.photometric == "MONOCHROME1",
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


def _by_marks(slices: list[DicomSlice], label: str, path: Path, grid: int) -> list[Stack]:
    """Split images that share positions by the first mark that separates whole stacks."""
    if not has_place(slices[0]):
        return [Stack(tuple(slices), label, path, grid)]
    places = place_of_each(slices)
    most = int(np.bincount(places).max())
    if most == 1:
        return [Stack(tuple(slices), label, path, grid)]
    distinct = int(places.max()) + 1
    values = _separating(slices, places, most, distinct)
    if values is not None:
        index, by_value = values
        stacks: list[Stack] = []
        for mark in sorted(by_value, key=_mark_order):
            inner = by_value[mark]
            named = f"{label} {mark_text(inner[0], index)}".strip()
            stacks += _by_marks(inner, named, (*path, (index, mark)), grid)
        return stacks
    if distinct > 1 and (np.bincount(places) == most).all():
        return _by_number(slices, places, label, path, grid)
    return [Stack(tuple(slices), label, path, grid)]


def _separating(
    slices: list[DicomSlice], places: NDArray[np.int64], most: int, distinct: int
) -> tuple[int, dict[bytes, list[DicomSlice]]] | None:
    """The first mark whose values separate whole stacks, and the slices of each value.

    Times do not separate images of a single place: those are one view over time.
    """
    for index in range(max(len(s.marks) for s in slices)):
        of_time = index >= len(MARKS) or MARKS[index] in _TIME_MARKS
        if distinct == 1 and of_time:
            continue
        values: dict[bytes, list[DicomSlice]] = defaultdict(list)
        covered: dict[bytes, set[int]] = defaultdict(set)
        for slice_, place in zip(slices, places.tolist(), strict=True):
            mark = slice_.marks[index] if index < len(slice_.marks) else b""
            values[mark].append(slice_)
            covered[mark].add(place)
        whole = max(len(c) for c in covered.values()) >= _WHOLE_STACK * distinct
        if 1 < len(values) <= most and whole:
            return index, values
    return None


def _by_number(
    slices: list[DicomSlice], places: NDArray[np.int64], label: str, path: Path, grid: int
) -> list[Stack]:
    """Split when every position has equally many images and nothing tells them apart.

    The order of their numbers at each position is then the best sign of what belongs
    together, and nothing is left out.
    """
    at_place: dict[int, list[DicomSlice]] = defaultdict(list)
    for slice_, place in zip(slices, places.tolist(), strict=True):
        at_place[place].append(slice_)
    for group in at_place.values():
        group.sort(key=instance_order)
    most = len(at_place[0])
    return [
        Stack(
            tuple(group[n] for group in at_place.values()),
            f"{label} {n + 1}/{most}".strip(),
            (*path, (BY_NUMBER, str(n + 1).encode())),
            grid,
        )
        for n in range(most)
    ]


def instance_order(slice_: DicomSlice) -> tuple[int, str, int]:
    """A fixed order for slices that geometry cannot order: number, UID, frame."""
    return slice_.instance_number or 0, slice_.sop_instance_uid, slice_.frame


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
