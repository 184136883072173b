"""Multi-frame files: one slice per frame, each at the place its header gives it, or none.

Enhanced and legacy converted CT, MR and PET, parametric maps, ultrasound volumes and
whatever else has functional groups; nuclear medicine by its slice vector, grids by their
frame offsets. Frames of any other file have no place, only an order.

Source: DICOM PS3.3 C.7.6.16 (functional groups), C.8.4.15 (NM reconstruction).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from reader.core.series_kind import SpacingSource
from reader.core.text import say
from reader.formats.headers import dicom_multiframe_groups as groups
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_fragments import frame_fragments
from reader.formats.headers.dicom_image import (
    MARKS,
    orientation,
    position,
    positive,
    read_slice,
    windows,
)
from reader.formats.headers.dicom_multiframe_groups import FrameHeader, Groups, read_frame_header
from reader.formats.headers.dicom_slice import DicomSlice, Vector
from reader.formats.headers.dicom_spacing import spacing
from reader.formats.headers.dicom_support import refused
from reader.formats.headers.dicom_values import integer, number, numbers, plain
from reader.formats.headers.raw_header import RawHeader
from reader.formats.headers.sop_classes import ImageKind, kind_of

_MOST_FRAMES: Final = 100_000

_CONVERTED: Final = groups.CONVERTED_ATTRIBUTES
_FRAME_MARKS: Final = (
    # (element the mark stands for, functional group, attribute in it), the best word last
    (tag.ECHO_TIME, _CONVERTED, tag.ECHO_TIME),
    (tag.TRIGGER_TIME, _CONVERTED, tag.TRIGGER_TIME),
    (tag.TEMPORAL_POSITION, _CONVERTED, tag.TEMPORAL_POSITION),
    (tag.ACQUISITION_NUMBER, _CONVERTED, tag.ACQUISITION_NUMBER),
    (tag.ACQUISITION_TIME, _CONVERTED, tag.ACQUISITION_TIME),
    (tag.IMAGE_TYPE, _CONVERTED, tag.IMAGE_TYPE),
    (tag.CONVOLUTION_KERNEL, _CONVERTED, tag.CONVOLUTION_KERNEL),
    (tag.DIFFUSION_B_VALUE, _CONVERTED, tag.DIFFUSION_B_VALUE),
    (tag.DIFFUSION_B_VALUE, groups.MR_DIFFUSION, tag.DIFFUSION_B_VALUE),
    (tag.DIFFUSION_GRADIENT, groups.MR_DIFFUSION, tag.DIFFUSION_GRADIENT),
    (tag.ECHO_TIME, groups.MR_ECHO, 0x0018_9082),
    (tag.INVERSION_TIME, groups.MR_MODIFIER, 0x0018_9079),
    (tag.FLIP_ANGLE, groups.MR_TIMING, tag.FLIP_ANGLE),
    (tag.TEMPORAL_POSITION, groups.FRAME_CONTENT, 0x0020_9128),
    (tag.TRIGGER_TIME, groups.CARDIAC, 0x0020_9153),
    (tag.TRIGGER_TIME, groups.RESPIRATORY, 0x0020_9257),
    (tag.STACK_ID, groups.FRAME_CONTENT, tag.STACK_ID),
    (tag.ACQUISITION_NUMBER, groups.FRAME_CONTENT, 0x0020_9156),
    (tag.ACQUISITION_TIME, groups.FRAME_CONTENT, 0x0018_9074),
    (tag.IMAGE_TYPE, groups.MR_FRAME_TYPE, 0x0008_9007),
    (tag.IMAGE_TYPE, groups.CT_FRAME_TYPE, 0x0008_9007),
    (tag.IMAGE_TYPE, groups.PET_FRAME_TYPE, 0x0008_9007),
    (tag.COMPLEX_IMAGE_COMPONENT, groups.MR_FRAME_TYPE, tag.COMPLEX_IMAGE_COMPONENT),
    (tag.CONVOLUTION_KERNEL, groups.CT_RECONSTRUCTION, tag.CONVOLUTION_KERNEL),
)
_SLOTS: Final = tuple(
    (MARKS.index(this), (group, attribute))
    for this, group, attribute in _FRAME_MARKS
    if this in MARKS
)


def read_frames(header: RawHeader) -> list[DicomSlice]:
    """The slices of a multi-frame file, in frame order.

    A frame whose place is not stated has no position and no orientation.

    Raises: UnreadableError: the file is damaged or cut short.
    """
    stated = header.elements.get(tag.NUMBER_OF_FRAMES, b"")
    frames = integer(stated) or 1
    if not 0 < frames <= _MOST_FRAMES:
        raise refused(say("The file claims to hold {frames} frames.", frames=frames))
    base = read_slice(header, frames)
    frame_bytes = base.rows * base.columns * base.pixels.frame_bits // 8
    fragments = frame_fragments(header, frame_bytes, frames)
    about = read_frame_header(header)
    base = replace(
        base,
        # Several such files may form one series (one per phase): the file tells them apart.
        marks=(*base.marks, base.sop_instance_uid.encode("ascii", "replace")),
        fragments=(),
    )
    whole = len(about.per_frame) == frames or (frames == 1 and bool(about.shared))
    if whole:
        each = about.per_frame or [{}]
        slices = [_enhanced(base, n, each[n], about.shared) for n in range(frames)]
    else:
        slices = _classic(base, frames, about)
    return [replace(one, fragments=fragments[one.frame]) for one in slices]


def _enhanced(base: DicomSlice, frame: int, own: Groups, shared: Groups) -> DicomSlice:
    """`base` with what the functional groups say of a frame."""

    def get(group: int, attribute: int) -> bytes:
        key = group, attribute
        return own.get(key) or shared.get(key, b"")

    marks = list(base.marks)
    for slot, key in _SLOTS:
        value = own.get(key) or shared.get(key)
        if value:
            marks[slot] = value
    measures = groups.PIXEL_MEASURES
    slope, intercept, unit = _scaling(base, get)
    place, cosines = _place(get)
    in_own_frame = place is not None and not get(groups.PLANE_POSITION, tag.IMAGE_POSITION)
    apart = spacing(get(measures, tag.PIXEL_SPACING))
    return replace(
        base,
        frame=frame,
        instance_number=frame + 1,
        position_lps_mm=place,
        orientation=cosines,
        # A volume's own frame is not the patient's: nothing may be linked by it.
        frame_of_reference_uid="" if in_own_frame else base.frame_of_reference_uid,
        spacing_mm=apart or base.spacing_mm,
        spacing_source=base.spacing_source if apart is None else _source(base),
        slice_thickness_mm=positive(get(measures, tag.SLICE_THICKNESS)) or base.slice_thickness_mm,
        slice_spacing_mm=positive(get(measures, tag.SPACING_BETWEEN_SLICES))
        or base.slice_spacing_mm,
        localizer=base.localizer or b"LOCALIZER" in marks[_IMAGE_TYPE],
        slope=base.slope if slope is None else slope,
        intercept=base.intercept if intercept is None else intercept,
        rescaled=base.rescaled or intercept is not None,
        unit_name=unit or base.unit_name,
        windows=windows(
            get(groups.FRAME_VOI_LUT, tag.WINDOW_CENTER),
            get(groups.FRAME_VOI_LUT, tag.WINDOW_WIDTH),
            get(groups.FRAME_VOI_LUT, tag.VOI_LUT_FUNCTION),
            get(groups.FRAME_VOI_LUT, tag.WINDOW_EXPLANATION),
        )
        or base.windows,
        marks=(*marks, *get(groups.FRAME_CONTENT, _DIMENSIONS).split(b"\\")[:_MOST_DIMENSIONS]),
    )


_DIMENSIONS: Final = 0x0020_9157
_MOST_DIMENSIONS: Final = 6
"""Dimension indices tell apart what no attribute known here does; they come last."""
_IMAGE_TYPE: Final = MARKS.index(tag.IMAGE_TYPE)


def _source(base: DicomSlice) -> SpacingSource:
    """Where the distances of Pixel Measures are true: projections state the detector's."""
    shadow = kind_of(base.sop_class_uid) in (ImageKind.PROJECTION, ImageKind.ANGIOGRAPHY)
    return SpacingSource.DETECTOR if shadow else SpacingSource.PATIENT


def _place(get: groups.Get) -> tuple[Vector | None, tuple[Vector, Vector] | None]:
    """Position and cosines of a frame; an ultrasound volume states them in its own frame."""
    place = position(get(groups.PLANE_POSITION, tag.IMAGE_POSITION))
    cosines = orientation(get(groups.PLANE_ORIENTATION, tag.IMAGE_ORIENTATION))
    if place is None:
        place = position(get(groups.PLANE_POSITION_VOLUME, 0x0020_9301))
        cosines = orientation(get(groups.PLANE_ORIENTATION_VOLUME, 0x0020_9302))
    return place, cosines


def _scaling(base: DicomSlice, get: groups.Get) -> tuple[float | None, float | None, str]:
    """Slope, intercept and unit of a frame's values.

    Real-world values are taken for parametric maps, where they are the only scaling.
    Source: DICOM PS3.3 C.7.6.16.2.9, C.7.6.16.2.11.
    """
    mapping = groups.REAL_WORLD_VALUE_MAPPING
    if kind_of(base.sop_class_uid) is ImageKind.PARAMETRIC_MAP:
        unit = get(mapping, 0x0008_0100) or get(mapping, 0x0008_0104)
        slope, intercept = number(get(mapping, 0x0040_9225)), number(get(mapping, 0x0040_9224))
        return slope or None, intercept, plain(unit)
    transformation = groups.PIXEL_VALUE_TRANSFORMATION
    slope = number(get(transformation, tag.RESCALE_SLOPE))
    intercept = number(get(transformation, tag.RESCALE_INTERCEPT))
    unit = get(transformation, tag.RESCALE_TYPE)
    # "US" is DICOM for unspecified.
    return slope or None, intercept, "" if unit == b"US" else plain(unit)


def _classic(base: DicomSlice, frames: int, about: FrameHeader) -> list[DicomSlice]:
    """Frames without groups of their own: placed by slice vector or offsets, or not at all."""
    offsets = _offsets_mm(base, frames, about)
    shared = _shared_only(base, about)
    if offsets is None:
        return [
            replace(shared, frame=n, instance_number=n + 1, position_lps_mm=None, orientation=None)
            for n in range(frames)
        ]
    sequence = groups.DETECTOR_INFORMATION
    first = position(about.top.get((sequence, tag.IMAGE_POSITION), b"")) or base.position_lps_mm
    cosines = orientation(about.top.get((sequence, tag.IMAGE_ORIENTATION), b"")) or base.orientation
    if first is None or cosines is None:
        return [replace(base, frame=n, instance_number=n + 1) for n in range(frames)]
    normal = np.cross(*np.array(cosines))
    slices = []
    for n, offset in enumerate(offsets):
        x, y, z = (float(value) for value in np.array(first) + offset * normal)
        slices.append(
            replace(
                base,
                frame=n,
                instance_number=n + 1,
                position_lps_mm=(x, y, z),
                orientation=cosines,
            )
        )
    return slices


def _shared_only(base: DicomSlice, about: FrameHeader) -> DicomSlice:
    """`base` with what holds for all frames where nothing is said of each."""
    return _enhanced(base, 0, {}, about.shared) if about.shared else base


def _offsets_mm(base: DicomSlice, frames: int, about: FrameHeader) -> list[float] | None:
    """How far each frame lies along the normal from the first; None = not stated.

    The sign of a reconstruction's Spacing Between Slices says which way it is stacked.
    """
    offsets = numbers(about.top.get((0, groups.FRAME_OFFSETS), b""))
    if len(offsets) == frames > 1:
        return [offset - offsets[0] for offset in offsets]
    if kind_of(base.sop_class_uid) is not ImageKind.NUCLEAR or frames < 2:
        return None
    image_type = base.marks[_IMAGE_TYPE].upper()
    slices = numbers(about.top.get((0, groups.SLICE_VECTOR), b""))
    apart = about.slice_spacing_mm
    if b"TOMO" not in image_type or b"RECON" not in image_type or not apart:
        return None
    if len(slices) != frames:
        return None
    return [(n - slices[0]) * apart for n in slices]
