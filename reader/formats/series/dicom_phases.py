"""Volumes of one series that lie on one grid and differ by one mark: phases of a 4-D one.

Which marks run along an axis (time, heartbeat, b-value, echo) and which only tell kinds of
image apart (magnitude and phase, kernel, original and derived) is decided here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from reader.core.series_kind import PhaseAxis, PhasePlace, SeriesKind
from reader.core.study import Series
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_image import MARKS
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.dicom_values import numbers, plain, plain_list
from reader.formats.series.dicom_split import BY_NUMBER, Stack
from reader.formats.series.dicom_stack import OrderedStack

_AXES: Final = {
    tag.TEMPORAL_POSITION: PhaseAxis.TIME,
    tag.ACQUISITION_NUMBER: PhaseAxis.TIME,
    tag.ACQUISITION_TIME: PhaseAxis.TIME,
    tag.CONTENT_TIME: PhaseAxis.TIME,
    tag.FRAME_REFERENCE_TIME: PhaseAxis.TIME,
    tag.TRIGGER_TIME: PhaseAxis.CARDIAC,
    tag.DIFFUSION_B_VALUE: PhaseAxis.B_VALUE,
    tag.SIEMENS_B_VALUE: PhaseAxis.B_VALUE,
    tag.GE_B_VALUE: PhaseAxis.B_VALUE,
    tag.DIFFUSION_GRADIENT: PhaseAxis.DIRECTION,
    tag.ECHO_NUMBERS: PhaseAxis.ECHO,
    tag.ECHO_TIME: PhaseAxis.ECHO,
    tag.INVERSION_TIME: PhaseAxis.OTHER,
    tag.FLIP_ANGLE: PhaseAxis.OTHER,
}
_FIRST: Final = (
    # Of two marks that vary the first is the slider; the other tells groups apart.
    PhaseAxis.TIME,
    PhaseAxis.CARDIAC,
    PhaseAxis.B_VALUE,
    PhaseAxis.DIRECTION,
    PhaseAxis.ECHO,
    PhaseAxis.OTHER,
)
_DIFFUSION: Final = (PhaseAxis.B_VALUE, PhaseAxis.DIRECTION)
_B_IN_SEQUENCE: Final = re.compile(r"_b(\d+)")
_GE_B_OFFSET: Final = 1_000_000_000
"""GE adds this to b-values of some sequences."""
_TIME_SLOT: Final = MARKS.index(tag.ACQUISITION_TIME)
_ECHO_SLOT: Final = MARKS.index(tag.ECHO_TIME)
_TYPE_SLOTS: Final = tuple(
    MARKS.index(this)
    for this in (tag.IMAGE_TYPE, tag.COMPLEX_IMAGE_COMPONENT, tag.PHILIPS_IMAGE_TYPE)
)


@dataclass(frozen=True, slots=True)
class _Step:
    """One mark of a stack's path: the axis it runs along, or None for a kind of image."""

    index: int
    value: bytes
    axis: PhaseAxis | None


def phase_places(
    series_uid: str, stacks: Sequence[Stack], ordered: Sequence[OrderedStack]
) -> list[PhasePlace | None]:
    """For each stack of a series its place among those of its grid; None = it stands alone."""
    paths = [[_step(index, value) for index, value in stack.path] for stack in stacks]
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for n, (stack, path) in enumerate(zip(stacks, paths, strict=True)):
        if path and ordered[n].kind is SeriesKind.VOLUME:
            groups[_group_key(stack, path, ordered[n].slices[0])].append(n)
    places: list[PhasePlace | None] = [None] * len(stacks)
    for members in groups.values():
        for same in _on_one_grid(members, ordered):
            if len(same) < 2:
                continue
            axis = _axis_of(paths[same[0]]) or PhaseAxis.OTHER
            labels = _labels(same, axis, paths, ordered)
            group = f"{series_uid}#{same[0]}"
            for index, n in enumerate(same):
                places[n] = PhasePlace(group, index, len(same), axis, labels[index])
    return places


def across_series(series: Sequence[Series]) -> list[Series]:
    """Series of one study that are the time points of one acquisition, given their places.

    Some scanners, and most anonymisers, give each time point a series UID of its own. They
    are taken together only where number, name, kind, grid and frame of reference are the
    same and the times of acquisition all differ.
    """
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    parts = Counter(one.series_uid for one in series)
    for n, one in enumerate(series):
        alone = one.phase is None and parts[one.series_uid] == 1
        if alone and one.kind is SeriesKind.VOLUME and one.number is not None:
            frame = one.geometry.frame_of_reference_uid
            key = (one.number, one.modality, one.description, one.category, frame)
            groups[(*key, one.tags.image_type, one.tags.kernel)].append(n)
    found = list(series)
    for members in groups.values():
        timed = [(day_seconds(series[n].tags.acquired_at), n) for n in members]
        times = {time for time, _ in timed}
        first = series[members[0]].geometry
        same_grid = all(first.same_grid(series[n].geometry) for n in members)
        if len(members) < 2 or None in times or len(times) < len(members) or not same_grid:
            continue
        in_order = sorted((time, n) for time, n in timed if time is not None)
        group = min(series[n].series_uid for n in members) + "#study"
        for index, (time, n) in enumerate(in_order):
            label = f"t {time - in_order[0][0]:.4g} s"
            place = PhasePlace(group, index, len(members), PhaseAxis.TIME, label)
            found[n] = replace(series[n], phase=place)
    return found


def _step(index: int, value: bytes) -> _Step:
    if index == BY_NUMBER:
        return _Step(index, value, PhaseAxis.OTHER)
    if index >= len(MARKS):
        by_file = index == len(MARKS)
        return _Step(index, value, PhaseAxis.TIME if by_file else PhaseAxis.OTHER)
    if MARKS[index] == tag.SEQUENCE_NAME and b_of_sequence(plain(value)) is not None:
        return _Step(index, value, PhaseAxis.B_VALUE)
    return _Step(index, value, _AXES.get(MARKS[index]))


def _axis_of(path: Sequence[_Step]) -> PhaseAxis | None:
    """The axis a stack lies on: the first in rank of those its path runs along."""
    axes = [step.axis for step in path if step.axis is not None]
    return min(axes, key=_FIRST.index) if axes else None


def _group_key(stack: Stack, path: Sequence[_Step], slice_: DicomSlice) -> tuple[object, ...]:
    """What stacks of one group have in common: their grid and every mark off the axis.

    A b-value and its directions are one axis: images without diffusion have no direction,
    and another image type. Elsewhere other types are other images, such as field maps.
    """
    axis = _axis_of(path)
    along = _DIFFUSION if axis in _DIFFUSION else (axis,)
    if axis is None:
        return (stack.grid, stack.path)
    off = tuple((step.index, step.value) for step in path if step.axis not in along)
    if axis in _DIFFUSION:
        return (stack.grid, PhaseAxis.B_VALUE, off)
    types = tuple(slice_.marks[slot] for slot in _TYPE_SLOTS if slot < len(slice_.marks))
    return (stack.grid, axis, off, types)


def _on_one_grid(members: list[int], ordered: Sequence[OrderedStack]) -> list[list[int]]:
    """Members by grid: a phase with a slice less is no member of the others' group."""
    found: list[list[int]] = []
    for n in members:
        for group in found:
            if ordered[group[0]].geometry.same_grid(ordered[n].geometry):
                group.append(n)
                break
        else:
            found.append([n])
    return found


def _labels(
    members: list[int],
    axis: PhaseAxis,
    paths: Sequence[Sequence[_Step]],
    ordered: Sequence[OrderedStack],
) -> list[str]:
    """Short words for each member, with units, all different."""
    if axis is PhaseAxis.TIME:
        seconds = [_seconds(ordered[n].slices) for n in members]
        known = [s for s in seconds if s is not None]
        if len(known) == len(members) and all(b > a for a, b in pairwise(known)):
            return [f"t {second - known[0]:.4g} s" for second in known]
    along = _DIFFUSION if axis in _DIFFUSION else (axis,)
    labels = [
        " ".join(_word(step, ordered[n].slices[0]) for step in paths[n] if step.axis in along)
        for n in members
    ]
    if len(set(labels)) == len(labels):
        return labels
    return [f"{label} ({n + 1})" for n, label in enumerate(labels)]


def _word(step: _Step, slice_: DicomSlice) -> str:
    """One mark in the field's words: "b 800", "TE 4.6 ms"."""
    if step.index == BY_NUMBER:
        return plain(step.value)
    if step.index >= len(MARKS):
        return "t" if step.index == len(MARKS) else plain(step.value)
    this, value = MARKS[step.index], numbers(step.value)
    if step.axis is PhaseAxis.B_VALUE:
        b_value = value_of_b(this, step.value)
        return "b ?" if b_value is None else f"b {b_value:g}"
    if this == tag.DIFFUSION_GRADIENT:
        return "(" + " ".join(f"{x:.2f}" for x in value) + ")" if value else ""
    if this == tag.ECHO_NUMBERS:
        echo = numbers(slice_.marks[_ECHO_SLOT])
        return f"TE {echo[0]:.4g} ms" if echo else f"echo {value[0]:g}" if value else "echo"
    name, unit = _NAMES.get(this, ("", ""))
    text = f"{value[0]:.4g}" if value else "/".join(plain_list(step.value))
    return f"{name} {text} {unit}".strip().replace(" °", "°")


_NAMES: Final = {
    tag.ECHO_TIME: ("TE", "ms"),
    tag.INVERSION_TIME: ("TI", "ms"),
    tag.FLIP_ANGLE: ("FA", "°"),
    tag.TEMPORAL_POSITION: ("t", ""),
    tag.TRIGGER_TIME: ("t", "ms"),
    tag.ACQUISITION_NUMBER: ("t", ""),
    tag.ACQUISITION_TIME: ("t", ""),
    tag.CONTENT_TIME: ("t", ""),
    tag.FRAME_REFERENCE_TIME: ("t", "ms"),
}


def b_of_sequence(name: str) -> float | None:
    """The b-value in a Siemens sequence name ("*ep_b800t"); None = there is none."""
    found = _B_IN_SEQUENCE.search(name.lower())
    return float(found[1]) if found and "ep" in name.lower() else None


def value_of_b(this: int, value: bytes) -> float | None:
    """The b-value in s/mm² that a mark states, whichever vendor wrote it."""
    if this == tag.SEQUENCE_NAME:
        return b_of_sequence(plain(value))
    found = numbers(value)
    if not found:
        return None
    return found[0] % _GE_B_OFFSET if this == tag.GE_B_VALUE else found[0]


def _seconds(slices: Sequence[DicomSlice]) -> float | None:
    """When the first of some slices was taken: seconds since the start of its day."""
    times = [day_seconds(plain(s.marks[_TIME_SLOT])) for s in slices if len(s.marks) > _TIME_SLOT]
    known = [time for time in times if time is not None]
    return min(known) if len(known) == len(slices) else None


def day_seconds(text: str) -> float | None:
    """A DICOM time, or the time in a DICOM date-time, in seconds since midnight."""
    digits = text.replace(":", "")
    whole = digits.split(".")[0]
    if len(whole) == 14:
        digits = digits[8:]
    if len(digits.split(".")[0]) != 6:
        return None
    try:
        hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), float(digits[4:13])
    except ValueError:
        return None
    return hours * 3600.0 + minutes * 60.0 + seconds
