"""Enhanced and legacy-converted multi-frame CT, MR and PET: one slice per frame.

Source: DICOM PS3.3 C.7.6.16 (functional groups).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from reader.core.text import say
from reader.formats import dicom_tags as tag
from reader.formats.dicom_image import (
    MARKS,
    frame_fragments,
    orientation,
    position,
    positive,
    read_slice,
    spacing,
    windows,
)
from reader.formats.dicom_parse import RawHeader
from reader.formats.dicom_slice import DicomSlice
from reader.formats.dicom_support import refused
from reader.formats.dicom_values import integer, number
from reader.formats.quiet_pydicom import quiet_pydicom

if TYPE_CHECKING:
    from pydicom import Dataset

_MOST_FRAMES: Final = 100_000

_FRAME_MARKS: Final = (
    # (element the mark stands for, functional group, attribute in it)
    (tag.DIFFUSION_B_VALUE, "MRDiffusionSequence", "DiffusionBValue"),
    (tag.ECHO_TIME, "MREchoSequence", "EffectiveEchoTime"),
    (tag.TEMPORAL_POSITION, "FrameContentSequence", "TemporalPositionIndex"),
    (tag.TRIGGER_TIME, "CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
    (tag.STACK_ID, "FrameContentSequence", "StackID"),
    (tag.ACQUISITION_TIME, "FrameContentSequence", "FrameAcquisitionDateTime"),
    (tag.IMAGE_TYPE, "MRImageFrameTypeSequence", "FrameType"),
    (tag.IMAGE_TYPE, "CTImageFrameTypeSequence", "FrameType"),
    (tag.COMPLEX_IMAGE_COMPONENT, "MRImageFrameTypeSequence", "ComplexImageComponent"),
)


def read_frames(header: RawHeader) -> list[DicomSlice]:
    """The slices of a multi-frame file, in frame order.

    Raises: UnreadableError: no functional groups for every frame, or the file is cut short.
    """
    frames = integer(header.elements.get(tag.NUMBER_OF_FRAMES, b"")) or 1
    if not 0 < frames <= _MOST_FRAMES:
        raise refused(say("The file claims to hold {frames} frames.", frames=frames))
    first = read_slice(header, frames)
    frame_bytes = first.rows * first.columns * first.pixels.bits_allocated // 8
    fragments = frame_fragments(header, frame_bytes, frames)
    shared, per_frame = _functional_groups(header)
    if len(per_frame) != frames:
        raise refused(say("The positions of the frames are missing from this multi-frame file."))
    return [
        _frame(replace(first, frame=n, fragments=fragments[n]), (per_frame[n], shared))
        for n in range(frames)
    ]


def _functional_groups(header: RawHeader) -> tuple[Dataset, Sequence[Dataset]]:
    """The groups shared by all frames, and those of each."""
    from pydicom import Dataset, dcmread

    with quiet_pydicom():
        try:
            dataset = dcmread(
                header.path,
                stop_before_pixels=True,
                force=True,
                specific_tags=[
                    "SharedFunctionalGroupsSequence",
                    "PerFrameFunctionalGroupsSequence",
                ],
            )
            shared = dataset.get("SharedFunctionalGroupsSequence") or [Dataset()]
            return shared[0], list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
        except Exception as error:
            # Broken sequences make pydicom raise almost anything.
            raise refused(say("The multi-frame header is damaged.")) from error


def _frame(base: DicomSlice, groups: tuple[Dataset, Dataset]) -> DicomSlice:
    """`base` with what the functional groups say of its frame."""

    def get(group: str, attribute: str) -> bytes:
        return _value(groups, group, attribute)

    marks = list(base.marks)
    for this, group, attribute in _FRAME_MARKS:
        marks[MARKS.index(this)] = get(group, attribute) or marks[MARKS.index(this)]
    transformation = "PixelValueTransformationSequence"
    slope = number(get(transformation, "RescaleSlope"))
    intercept = number(get(transformation, "RescaleIntercept"))
    measures = "PixelMeasuresSequence"
    voi = windows(
        get("FrameVOILUTSequence", "WindowCenter"), get("FrameVOILUTSequence", "WindowWidth")
    )
    return replace(
        base,
        instance_number=base.frame + 1,
        position_lps_mm=position(get("PlanePositionSequence", "ImagePositionPatient")),
        orientation=orientation(get("PlaneOrientationSequence", "ImageOrientationPatient")),
        spacing_mm=spacing(get(measures, "PixelSpacing")),
        slice_thickness_mm=positive(get(measures, "SliceThickness")),
        slice_spacing_mm=positive(get(measures, "SpacingBetweenSlices")),
        slope=slope or base.slope,
        intercept=base.intercept if intercept is None else intercept,
        rescaled=base.rescaled or intercept is not None,
        windows=voi or base.windows,
        # Several such files may form one series (one per phase): the file tells them apart.
        marks=(*marks, base.sop_instance_uid.encode("ascii", "replace")),
    )


def _value(groups: tuple[Dataset, Dataset], group: str, attribute: str) -> bytes:
    """An attribute of a functional group as the text a flat header would hold."""
    for source in groups:
        items: Any = source.get(group)
        if items:
            value = items[0].get(attribute)
            if value is not None:
                many = isinstance(value, Sequence) and not isinstance(value, str)
                parts = value if many else [value]
                words = (f"{p:.12g}" if isinstance(p, float) else str(p) for p in parts)
                return "\\".join(words).encode("ascii", "replace")
    return b""
