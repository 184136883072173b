"""Writing results as a DICOM Segmentation object.

Source: DICOM PS3.3 A.51 (Segmentation IOD).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import highdicom
import numpy as np
from highdicom.color import CIELabColor
from highdicom.seg import Segmentation, SegmentationTypeValues, SegmentDescription
from highdicom.sr.coding import CodedConcept as DicomCode
from numpy.typing import NDArray
from pydicom import config
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage

from reader import __version__
from reader.core.codes import CodedConcept
from reader.core.errors import ExportError, GeometryMismatchError
from reader.core.finding import Finding
from reader.core.handover import AlgorithmType, Handover
from reader.core.provenance import AlgorithmIdentity
from reader.core.segmentation import Segment
from reader.core.text import say
from reader.formats.export.dicom_codes import (
    ARTIFICIAL_INTELLIGENCE,
    dicom_code,
    site_with_laterality,
)
from reader.formats.export.dicom_header import (
    MANUFACTURER,
    SourceImages,
    local_time,
    person_name,
    read_source_images,
    short_text,
)

SERIES_NUMBER: Final = 9801
CONTENT_LABEL: Final = "READING_ROOM"


@config.disable_value_validation()  # of what is taken over from the source
def write_segmentation(handover: Handover, path: Path) -> str:
    """Write a BINARY segmentation of the source images to `path`.

    One segment per segment of the handover, numbered from 1 in label order; frames
    without voxels are left out, as is a segment without any: a segment that has no frame
    can be neither shown nor referred to.

    Returns: the SOP Instance UID.

    Raises:
        ExportError: nothing to write, no DICOM series, or its images are gone.
        GeometryMismatchError: the labels do not lie on the series.
        OSError: `path` cannot be written.
    """
    if handover.labels.shape != handover.series.geometry.shape_kji:
        raise GeometryMismatchError(
            say("The marked voxels do not lie on the series they are to be exported with."),
            say("Open the study again and export once more."),
        )
    segments = handover.filled_segments()
    if not segments:
        raise ExportError(
            say("There is no marked voxel, so there is no segmentation to write."),
            say("Export the report or JSON instead."),
        )
    source = read_source_images(handover.study, handover.series)
    segmentation = _segmentation(handover, source, segments)
    source.stamp(segmentation)
    _name_sources(segmentation, source)
    segmentation.save_as(path, enforce_file_format=True)
    return str(segmentation.SOPInstanceUID)


def tracking_identifier(finding: Finding) -> str:
    """A finding's name in other systems; with the end of its UID, so that no two are alike."""
    return f"{short_text(finding.name, 40)} {finding.tracking_uid[-6:]}"


def algorithm_parameters(algorithm: AlgorithmIdentity) -> dict[str, str]:
    """What pins a model down beyond its name and version."""
    return {"id": algorithm.id, "sha256": algorithm.sha256}


def _segmentation(
    handover: Handover, source: SourceImages, segments: tuple[Segment, ...]
) -> Segmentation:
    made_at = local_time(handover.made_at)
    reviewer = handover.reviewer
    return Segmentation(
        source_images=[_stand_in(plain, k) for k, plain in enumerate(source.slices)],
        pixel_array=_numbered(handover.labels, segments),
        segmentation_type=SegmentationTypeValues.BINARY,
        segment_descriptions=[
            _description(handover, segment, number) for number, segment in enumerate(segments, 1)
        ],
        series_instance_uid=highdicom.UID(),
        series_number=SERIES_NUMBER,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MANUFACTURER,
        software_versions=__version__,
        device_serial_number=__version__,
        content_label=CONTENT_LABEL,
        content_description="Reading Room segmentation",
        content_creator_name=person_name(reviewer.name if reviewer else MANUFACTURER),
        series_description="Reading Room segmentation",
        content_date=made_at.date(),
        content_time=made_at.time(),
        series_date=made_at.date(),
        series_time=made_at.time(),
    )


def _numbered(labels: NDArray[np.uint16], segments: tuple[Segment, ...]) -> NDArray[Any]:
    """The labels as segment numbers; labels that are not written become 0."""
    small = len(segments) <= np.iinfo(np.uint8).max
    number_of_label = np.zeros(int(labels.max()) + 1, dtype=np.uint8 if small else np.uint16)
    for number, segment in enumerate(segments, 1):
        number_of_label[segment.label] = number
    numbers = np.empty(labels.shape, dtype=number_of_label.dtype)
    for k, plane in enumerate(labels):  # by slice, because indexing works on an 8-byte copy
        numbers[k] = number_of_label[plane]
    return numbers


def _description(handover: Handover, segment: Segment, number: int) -> SegmentDescription:
    reviewed = handover.finding_of(segment)
    finding = reviewed.finding if reviewed else None
    algorithm = handover.algorithm_of(segment)
    kind = handover.algorithm_type_of(segment)
    description = SegmentDescription(
        segment_number=number,
        segment_label=short_text(segment.name) or segment.code.meaning[:64],
        segmented_property_category=dicom_code(segment.category),
        segmented_property_type=dicom_code(segment.code),
        algorithm_type=kind.value,
        algorithm_identification=(
            _algorithm_identification(algorithm)
            if algorithm is not None and kind is not AlgorithmType.MANUAL
            else None
        ),
        tracking_uid=finding.tracking_uid if finding else None,
        tracking_id=tracking_identifier(finding) if finding else None,
        display_color=CIELabColor.from_string(segment.color),
    )
    if finding is not None and finding.site is not None:
        description.AnatomicRegionSequence = [_anatomic_region(finding.site)]
    return description


def _anatomic_region(site_of_finding: CodedConcept) -> DicomCode:
    """Where a finding is. Source: DICOM PS3.3 10.5 (General Anatomy Macro)."""
    site, side = site_with_laterality(site_of_finding)
    region = dicom_code(site)
    if side is not None:
        region.AnatomicRegionModifierSequence = [dicom_code(side)]
    return region


def _algorithm_identification(
    algorithm: AlgorithmIdentity,
) -> highdicom.AlgorithmIdentificationSequence:
    return highdicom.AlgorithmIdentificationSequence(
        name=short_text(algorithm.name),
        family=dicom_code(ARTIFICIAL_INTELLIGENCE),
        version=short_text(algorithm.version),
        source=MANUFACTURER,
        parameters=algorithm_parameters(algorithm),
    )


def _stand_in(plain: Dataset, k: int) -> Dataset:
    """Slice k as a CT image of its own, which highdicom is sure to take.

    It would refuse frames of one file and classes it does not know. `_name_sources` puts
    the true names back.
    """
    stand_in = Dataset()
    stand_in.update(plain)
    # New elements: setting a value would change the one that both now share.
    stand_in.add_new("SOPClassUID", "UI", CTImageStorage)
    stand_in.add_new("SOPInstanceUID", "UI", _stand_in_uid(k))
    return stand_in


def _stand_in_uid(k: int) -> str:
    return f"2.25.{k + 1}"


def _name_sources(segmentation: Dataset, source: SourceImages) -> None:
    """Refer to the true images: by frame where they have many, and to each file once."""
    slice_of = {_stand_in_uid(k): k for k in range(len(source.slices))}
    derived_from = [
        groups.DerivationImageSequence[0].SourceImageSequence[0]
        for groups in segmentation.PerFrameFunctionalGroupsSequence
    ]
    for image in {id(image): image for image in derived_from}.values():  # frames share them
        k = slice_of[image.ReferencedSOPInstanceUID]
        image.ReferencedSOPClassUID = source.slices[k].SOPClassUID
        image.ReferencedSOPInstanceUID = source.slices[k].SOPInstanceUID
        if source.frames[k] is not None:
            image.ReferencedFrameNumber = source.frames[k]
    images: dict[str, Dataset] = {}
    for plain in source.slices:
        reference = Dataset()
        reference.ReferencedSOPClassUID = plain.SOPClassUID
        reference.ReferencedSOPInstanceUID = plain.SOPInstanceUID
        images[plain.SOPInstanceUID] = reference
    (series,) = segmentation.ReferencedSeriesSequence
    segmentation.SourceImageSequence = list(images.values())
    series.ReferencedInstanceSequence = list(images.values())
