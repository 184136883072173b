"""Key images as a DICOM Key Object Selection, and its check.

Source: DICOM PS3.16 TID 2010; PS3.3 A.35.4.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import highdicom
from highdicom.ko import KeyObjectSelection, KeyObjectSelectionDocument
from pydicom import config, dcmread
from pydicom.dataset import Dataset

from reader import __version__
from reader.core.codes import CodedConcept
from reader.core.errors import ExportError
from reader.core.handover import Handover
from reader.core.text import say
from reader.formats.export.dicom_codes import dicom_code
from reader.formats.export.dicom_header import (
    MANUFACTURER,
    SourceImages,
    local_time,
    read_source_images,
)
from reader.formats.export.dicom_sr import observers

SERIES_NUMBER: Final = 9803
_OF_INTEREST: Final = CodedConcept("113000", "DCM", "Of Interest")

Place = tuple[str, int | None]
"""An instance and its frame, counted from 1; None where the file holds one image."""


@config.disable_value_validation()  # of what is taken over from the source
def write_key_images(handover: Handover, path: Path) -> str:
    """Write which images were marked, in their order.

    Returns: the SOP Instance UID.

    Raises: ExportError: no DICOM series, its images are gone, or none is marked. OSError.
    """
    marked = handover.key_images
    if not marked:
        raise ExportError(
            say("Nothing was written: no image is marked as a key image."),
            say("Mark images while reading, or leave the key images out."),
        )
    source = read_source_images(handover.study, handover.series, needs_positions=False)
    images = [source.slices[k] for k in marked]
    person, device = observers(handover)
    made_at = local_time(handover.made_at)
    content = KeyObjectSelection(
        document_title=dicom_code(_OF_INTEREST),
        referenced_objects=images,
        observer_person_context=person,
        observer_device_context=device,
    )
    document = KeyObjectSelectionDocument(
        evidence=list({str(image.SOPInstanceUID): image for image in images}.values()),
        content=content,
        series_instance_uid=highdicom.UID(),
        series_number=SERIES_NUMBER,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MANUFACTURER,
        software_versions=__version__,
        device_serial_number=__version__,
        series_description="Reading Room key images",
        content_date=made_at.date(),
        content_time=made_at.time(),
    )
    _name_frames(document, [source.frames[k] for k in marked])
    source.stamp(document)
    document.save_as(path, enforce_file_format=True)
    return str(document.SOPInstanceUID)


def _name_frames(document: Dataset, frames: list[int | None]) -> None:
    """Say which frame is meant where a file holds many; highdicom cannot."""
    images = [item for item in document.ContentSequence if item.ValueType == "IMAGE"]
    for item, frame in zip(images, frames, strict=True):
        if frame is not None:
            item.ReferencedSOPSequence[0].ReferencedFrameNumber = frame


@config.disable_value_validation()
def check_key_images(path: Path, handover: Handover) -> None:
    """Compare a written selection with the handover. Raises: ExportError: it differs."""
    source: SourceImages = read_source_images(handover.study, handover.series, False)
    written = dcmread(path)
    found: list[Place] = []
    for item in written.ContentSequence:
        if item.ValueType == "IMAGE":
            reference = item.ReferencedSOPSequence[0]
            frame = reference.get("ReferencedFrameNumber")
            frame = int(frame) if frame is not None else None
            found.append((str(reference.ReferencedSOPInstanceUID), frame))
    meant = [(str(source.slices[k].SOPInstanceUID), source.frames[k]) for k in handover.key_images]
    same_study = written.StudyInstanceUID == source.identity.StudyInstanceUID
    if found != meant or not same_study:
        raise ExportError(
            say("The key images did not read back as they were written."),
            say("Nothing was saved. Export again; if it happens again, please report it."),
        )
