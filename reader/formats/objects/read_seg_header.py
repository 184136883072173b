"""What the header of a segmentation says of its segments and of where its frames lie.

Source: DICOM PS3.3 C.8.20 (Segmentation), C.7.6.16 (functional groups).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reader.core.codes import CodedConcept
from reader.core.imported import ObjectOrigin
from reader.core.text import say
from reader.formats.headers import dicom_multiframe_groups as groups
from reader.formats.headers.dicom_multiframe_groups import FrameHeader, Groups
from reader.formats.headers.dicom_values import integer, number, numbers, plain
from reader.formats.objects.read_object import (
    code_in,
    decimals,
    first,
    items,
    origin_of,
    referenced_images,
    refusal,
    uid_of,
    whole_number,
    words,
)
from reader.formats.objects.read_placement import FramePlane
from reader.formats.objects.read_sheets import color_of_lab

if TYPE_CHECKING:
    from pydicom import Dataset

BINARY: Final = "BINARY"
FRACTIONAL: Final = "FRACTIONAL"
LABELMAP: Final = "LABELMAP"
_POSITION: Final = (groups.PLANE_POSITION, 0x0020_0032)
_ORIENTATION: Final = (groups.PLANE_ORIENTATION, 0x0020_0037)
_PIXELS: Final = (groups.PIXEL_MEASURES, 0x0028_0030)
_THICKNESS: Final = (groups.PIXEL_MEASURES, 0x0018_0050)
_SPACING: Final = (groups.PIXEL_MEASURES, 0x0018_0088)
_SEGMENT: Final = (groups.SEGMENT_IDENTIFICATION, 0x0062_000B)
_SOURCE_UID: Final = (groups.DERIVATION_IMAGE, 0x0008_1155)
_SOURCE_FRAME: Final = (groups.DERIVATION_IMAGE, 0x0008_1160)
_FARTHEST: Final = 1e6
_MOST_SEGMENTS: Final = 65535
_SLIDES: Final = "VL Whole Slide Microscopy Image Storage"
_SLIDES_UID: Final = "1.2.840.10008.5.1.4.1.1.77.1.6"


@dataclass(frozen=True, slots=True)
class SegmentMeaning:
    """One item of the Segment Sequence. `color` is empty where none is recommended."""

    number: int
    name: str
    code: CodedConcept | None = None
    category: CodedConcept | None = None
    color: str = ""
    algorithm: str = ""


@dataclass(frozen=True, slots=True)
class FrameMeaning:
    """One frame: whose it is, where it lies, and which stored image it was made from."""

    segment: int | None
    plane: FramePlane | None
    source: tuple[str, int | None] | None


@dataclass(frozen=True, slots=True)
class SegHeader:
    """Everything but the pixels. `highest` is what a FRACTIONAL pixel may be at most."""

    origin: ObjectOrigin
    kind: str
    highest: int
    segments: tuple[SegmentMeaning, ...]
    frames: tuple[FrameMeaning, ...]
    references: frozenset[str]
    frame_of_reference_uid: str
    spacing_mm: float | None
    thickness_mm: float | None
    padding: int | None
    palette: Mapping[int, str]

    def meaning(self, number: int) -> SegmentMeaning | None:
        """The segment of a number."""
        return next((s for s in self.segments if s.number == number), None)


def read_seg_header(dataset: Dataset, frame_count: int, functional: FrameHeader) -> SegHeader:
    """The header of a SEG with `frame_count` frames and these functional groups.

    Raises: UnreadableError: it is of slide microscopy, or contradicts itself.
    """
    kind = words(dataset, "SegmentationType").upper()
    if kind not in (BINARY, FRACTIONAL, LABELMAP):
        raise refusal(say("It is not a segmentation of a kind that is known."))
    _refuse_slides(dataset)
    segments = tuple(_meaning(item) for item in items(dataset, "SegmentSequence"))
    if len(segments) > _MOST_SEGMENTS + 1:
        raise refusal(say("The segmentation has too many segments."))
    per_frame = functional.per_frame
    if per_frame and len(per_frame) != frame_count:
        raise refusal(say("The segmentation has another number of frames than positions."))
    if not per_frame and frame_count > 1:
        raise refusal(say("It does not say where its frames lie."))
    frames = tuple(_frame(group, functional.shared) for group in per_frame or [{}])
    measures = {**(per_frame[0] if per_frame else {}), **functional.shared}
    sources = {frame.source[0] for frame in frames if frame.source is not None}
    return SegHeader(
        origin=origin_of(dataset),
        kind=kind,
        highest=whole_number(dataset, "MaximumFractionalValue") or 255,
        segments=segments,
        frames=frames,
        references=frozenset(sources or referenced_images(dataset)),
        frame_of_reference_uid=uid_of(dataset, "FrameOfReferenceUID"),
        spacing_mm=_positive(measures, _SPACING),
        thickness_mm=_positive(measures, _THICKNESS),
        padding=whole_number(dataset, "PixelPaddingValue") if kind == LABELMAP else None,
        palette=_palette(dataset),
    )


def _refuse_slides(dataset: Dataset | None) -> None:
    referenced = {
        uid_of(instance, "ReferencedSOPClassUID")
        for series in items(dataset, "ReferencedSeriesSequence")
        for instance in items(series, "ReferencedInstanceSequence")
    }
    if _SLIDES_UID in referenced or whole_number(dataset, "TotalPixelMatrixRows") is not None:
        raise refusal(
            say("It is about a kind of image that does not open here ({name}).", name=_SLIDES),
            say("Open it with a viewer for slides."),
        )


def _meaning(item: Dataset) -> SegmentMeaning:
    number = whole_number(item, "SegmentNumber")
    if number is None or not 0 <= number <= _MOST_SEGMENTS:
        raise refusal(say("A segment has no number."))
    code = code_in(item, "SegmentedPropertyTypeCodeSequence")
    name = words(item, "SegmentLabel") or words(item, "SegmentDescription")
    lab = decimals(item, "RecommendedDisplayCIELabValue", 3)
    identified = first(item, "SegmentationAlgorithmIdentificationSequence")
    by_machine = words(item, "SegmentAlgorithmType") in ("AUTOMATIC", "SEMIAUTOMATIC")
    algorithm = words(item, "SegmentAlgorithmName") or words(identified, "AlgorithmName")
    return SegmentMeaning(
        number=number,
        name=name or (code.meaning if code is not None else str(number)),
        code=code,
        category=code_in(item, "SegmentedPropertyCategoryCodeSequence"),
        color=color_of_lab([int(part) for part in lab]) if lab is not None else "",
        algorithm=algorithm if by_machine else "",
    )


def _frame(group: Groups, shared: Groups) -> FrameMeaning:
    def get(where: tuple[int, int]) -> bytes:
        """Said of the frame, else of all."""
        return group.get(where) or shared.get(where, b"")

    uid = plain(get(_SOURCE_UID))
    return FrameMeaning(
        segment=integer(get(_SEGMENT)),
        plane=_plane(numbers(get(_POSITION)), numbers(get(_ORIENTATION)), numbers(get(_PIXELS))),
        source=(uid, integer(get(_SOURCE_FRAME))) if uid else None,
    )


def _plane(
    position: tuple[float, ...], orientation: tuple[float, ...], spacing: tuple[float, ...]
) -> FramePlane | None:
    if (len(position), len(orientation), len(spacing)) != (3, 6, 2):
        return None
    if max(abs(mm) for mm in (*position, *orientation, *spacing)) > _FARTHEST:
        return None
    return FramePlane.of_header(position, orientation, spacing)


def _positive(measures: Groups, where: tuple[int, int]) -> float | None:
    value = abs(number(measures.get(where, b"")) or 0.0)
    return value if 0 < value < _FARTHEST else None


def _palette(dataset: Dataset) -> Mapping[int, str]:
    """The colour of each label of a LABELMAP with a palette. Source: DICOM PS3.3 C.7.6.3.1.6."""
    if words(dataset, "PhotometricInterpretation") != "PALETTE COLOR":
        return {}
    channels, start = [], 0
    for color in ("Red", "Green", "Blue"):
        about = decimals(dataset, f"{color}PaletteColorLookupTableDescriptor", 3)
        data = dataset.get(f"{color}PaletteColorLookupTableData")
        if about is None or not isinstance(data, bytes):
            return {}
        count, start = int(about[0]) or 65536, int(about[1])
        one_byte = len(data) < 2 * count
        table = np.frombuffer(data[: len(data) // 2 * 2], np.uint8 if one_byte else "<u2")
        channels.append((table if int(about[2]) == 8 else table >> 8)[:count])
    size = min(len(channel) for channel in channels)
    table = np.stack([channel[:size] for channel in channels], axis=1)
    return {
        start + n: "#{:02X}{:02X}{:02X}".format(*(int(c) for c in table[n])) for n in range(size)
    }
