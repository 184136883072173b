"""What the header of a segmentation says of its segments and of where its frames lie.

Source: DICOM PS3.3 C.8.20 (Segmentation), C.7.6.16 (functional groups).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reader.core.codes import CodedConcept
from reader.core.imported import ObjectOrigin
from reader.core.text import say
from reader.formats.read_object import (
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
from reader.formats.read_placement import FramePlane
from reader.formats.read_sheets import color_of_lab

if TYPE_CHECKING:
    from pydicom import Dataset

BINARY: Final = "BINARY"
FRACTIONAL: Final = "FRACTIONAL"
LABELMAP: Final = "LABELMAP"
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


def read_seg_header(dataset: Dataset, frame_count: int) -> SegHeader:
    """The header of a SEG with `frame_count` frames.

    Raises: UnreadableError: it is of slide microscopy, or contradicts itself.
    """
    kind = words(dataset, "SegmentationType").upper()
    if kind not in (BINARY, FRACTIONAL, LABELMAP):
        raise refusal(say("It is not a segmentation of a kind that is known."))
    _refuse_slides(dataset)
    segments = tuple(_meaning(item) for item in items(dataset, "SegmentSequence"))
    if len(segments) > _MOST_SEGMENTS + 1:
        raise refusal(say("The segmentation has too many segments."))
    shared = first(dataset, "SharedFunctionalGroupsSequence")
    per_frame: Sequence[Dataset] = items(dataset, "PerFrameFunctionalGroupsSequence")
    if per_frame and len(per_frame) != frame_count:
        raise refusal(say("The segmentation has another number of frames than positions."))
    groups: Sequence[Dataset | None] = per_frame or [None] * frame_count
    frames = tuple(_frame(group, shared) for group in groups)
    measures = first(shared, "PixelMeasuresSequence") or first(groups[0], "PixelMeasuresSequence")
    sources = {frame.source[0] for frame in frames if frame.source is not None}
    return SegHeader(
        origin=origin_of(dataset),
        kind=kind,
        highest=whole_number(dataset, "MaximumFractionalValue") or 255,
        segments=segments,
        frames=frames,
        references=frozenset(sources or referenced_images(dataset)),
        frame_of_reference_uid=uid_of(dataset, "FrameOfReferenceUID"),
        spacing_mm=_positive(measures, "SpacingBetweenSlices"),
        thickness_mm=_positive(measures, "SliceThickness"),
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


def _frame(group: Dataset | None, shared: Dataset | None) -> FrameMeaning:
    identification = _group(group, shared, "SegmentIdentificationSequence")
    source = first(_group(group, shared, "DerivationImageSequence"), "SourceImageSequence")
    uid = uid_of(source, "ReferencedSOPInstanceUID")
    return FrameMeaning(
        segment=whole_number(identification, "ReferencedSegmentNumber"),
        plane=_plane(group, shared),
        source=(uid, _frame_number(source)) if uid else None,
    )


def _group(group: Dataset | None, shared: Dataset | None, keyword: str) -> Dataset | None:
    """A functional group of a frame, else the one shared by all."""
    return first(group, keyword) or first(shared, keyword)


def _frame_number(source: Dataset | None) -> int | None:
    value = source.get("ReferencedFrameNumber") if source is not None else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = value[0] if len(value) else None
    return int(value) if value is not None and str(value).strip() else None


def _plane(group: Dataset | None, shared: Dataset | None) -> FramePlane | None:
    position = decimals(_group(group, shared, "PlanePositionSequence"), "ImagePositionPatient", 3)
    orientation = decimals(
        _group(group, shared, "PlaneOrientationSequence"), "ImageOrientationPatient", 6
    )
    spacing = decimals(_group(group, shared, "PixelMeasuresSequence"), "PixelSpacing", 2)
    if position is None or orientation is None or spacing is None:
        return None
    return FramePlane.of_header(position, orientation, spacing)


def _positive(measures: Dataset | None, keyword: str) -> float | None:
    value = measures.get(keyword) if measures is not None else None
    try:
        number = abs(float(value)) if value is not None else 0.0
    except (TypeError, ValueError):
        return None
    return number if 0 < number < 1e6 else None


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
