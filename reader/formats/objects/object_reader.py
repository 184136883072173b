"""The one door for objects by others: whatever it is, read and placed on the open series."""

from __future__ import annotations

from collections.abc import Sequence

from reader.core.cancel import CancelToken, ReportProgress, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.imported import ImportedObject, ImportedSegmentation
from reader.core.study import ObjectKind, Series, StudyObject
from reader.formats.objects.read_document import read_document, read_value_mapping
from reader.formats.objects.read_key_objects import read_key_images
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_presentation import read_presentation
from reader.formats.objects.read_rtstruct import read_structures
from reader.formats.objects.read_seg import read_segmentation
from reader.formats.objects.read_seg_nrrd import read_nrrd_segmentation
from reader.formats.objects.read_sr import read_report


def read_object(
    found: StudyObject,
    series: Sequence[Series],
    others: Sequence[StudyObject],
    report: ReportProgress,
    cancel: CancelToken,
) -> ImportedObject:
    """Read an object of a study and place it on `series`, those preferred first.

    `others` are the study's objects: a report may be about a segment of one of them.

    Raises:
        UnreadableError: damaged, of a kind that is not shown, or about images not open.
        Cancelled, OSError.
    """
    images = OpenImages(series)
    match found.kind:
        case ObjectKind.SEGMENTATION:
            return _segmentation(found, images, report, cancel)
        case ObjectKind.STRUCTURES:
            return read_structures(found.path, images, report, cancel)
        case ObjectKind.REPORT:
            segments = _Segments(images, others, cancel)
            return read_report(found.path, images, segments.place)
        case ObjectKind.PRESENTATION:
            return read_presentation(found.path, images)
        case ObjectKind.KEY_IMAGES:
            return read_key_images(found.path, images)
        case ObjectKind.DOCUMENT:
            return read_document(found.path)
        case ObjectKind.VALUE_MAPPING:
            return read_value_mapping(found.path)


def _segmentation(
    found: StudyObject, images: OpenImages, report: ReportProgress, cancel: CancelToken
) -> ImportedSegmentation:
    if not found.sop_class_uid:
        return read_nrrd_segmentation(found.path, images, found.sop_instance_uid, cancel)
    return read_segmentation(found.path, images, report, cancel)


class _Segments:
    """Where the segments that a report points to are; each segmentation is read once."""

    def __init__(
        self, images: OpenImages, others: Sequence[StudyObject], cancel: CancelToken
    ) -> None:
        self._images = images
        self._others = {o.sop_instance_uid: o for o in others if o.kind is ObjectKind.SEGMENTATION}
        self._cancel = cancel
        self._read: dict[str, dict[int, tuple[str, tuple[float, float, float]]]] = {}

    def place(
        self, sop_instance_uid: str, number: int
    ) -> tuple[str, tuple[float, float, float]] | None:
        """Series key and centre of a segment; None if it is not among the study's objects."""
        if sop_instance_uid not in self._read:
            self._read[sop_instance_uid] = self._centers(sop_instance_uid)
        return self._read[sop_instance_uid].get(number)

    def _centers(self, uid: str) -> dict[int, tuple[str, tuple[float, float, float]]]:
        found = self._others.get(uid)
        if found is None:
            return {}
        try:
            read = _segmentation(found, self._images, ignore_progress, self._cancel)
        except UnreadableError:
            return {}
        return {
            segment.number: (read.series_key, segment.center_lps_mm)
            for segment in read.segments
            if segment.center_lps_mm is not None
        }
