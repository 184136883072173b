"""Where in the patient the coordinates of a structured report lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reader.core.geometry import FloatArray
from reader.core.study import Series
from reader.formats.objects.read_object import OpenImages, items, uid_of
from reader.formats.objects.read_sr_tree import ContentItem, Referenced
from reader.formats.objects.stack_places import true_places

if TYPE_CHECKING:
    from pydicom import Dataset

SegmentPlace = Callable[[str, int], tuple[str, tuple[float, float, float]] | None]
"""Series key and centre (LPS mm) of a segment of a segmentation, by SOP Instance UID."""

SEGMENTATIONS: Final = frozenset({"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"})
_CENTERED: Final = frozenset({"CIRCLE"})


@dataclass(frozen=True, slots=True, eq=False)
class SeriesPoints:
    """The coordinates of one item on a series: LPS mm, shape (n, 3), and their middle.

    `index` is the image they were given on; None where they were given in the patient.
    """

    series: Series
    points_lps_mm: FloatArray
    middle: FloatArray
    index: int | None = None


class ReportPlaces:
    """Finds places in the open series."""

    def __init__(
        self,
        images: OpenImages,
        segment_place: SegmentPlace,
        evidence: frozenset[str] = frozenset(),
    ) -> None:
        """`evidence`: the SOP Instance UIDs of the images that the report says it is about."""
        self._images = images
        self._segment_place = segment_place
        self._evidence = evidence

    def of(self, group: ContentItem) -> tuple[str, tuple[float, float, float]] | None:
        """The series and centre (LPS mm) of all regions of a group; None: nowhere open.

        Coordinates in the patient come before those in an image, and both before segments.
        """
        for regions in (self._in_patient(group), self._in_images(group)):
            found = list(regions)
            if found:
                # The regions on the series of the first; one finding lies on one series.
                key = found[0][0].key
                return key, _point(np.mean([at for one, at in found if one.key == key], axis=0))
        return self._in_segments(group)

    def points_of(self, item: ContentItem, group: ContentItem) -> SeriesPoints | None:
        """Where the coordinates of one item lie; None: not in the open series.

        `group`: what it stands in, whose images tell between series that share a frame of
        reference. The report's own evidence does where it names none.
        """
        if item.value_type == "SCOORD3D":
            return self._point_in_patient(item, group)
        return self._point_in_image(item)

    def _in_patient(self, group: ContentItem) -> Iterator[tuple[Series, FloatArray]]:
        for item in group.walk():
            found = self._point_in_patient(item, group) if item.value_type == "SCOORD3D" else None
            if found is not None:
                yield found.series, found.middle

    def _in_images(self, group: ContentItem) -> Iterator[tuple[Series, FloatArray]]:
        for item in group.walk():
            found = self._point_in_image(item) if item.value_type == "SCOORD" else None
            if found is not None:
                yield found.series, found.middle

    def _point_in_patient(self, item: ContentItem, group: ContentItem) -> SeriesPoints | None:
        count = len(item.coordinates)
        if not count or count % 3:
            return None
        points = np.reshape(item.coordinates, (-1, 3))
        at = centroid(points)
        named = self._images.referenced({r.sop_instance_uid for r in references(group)})
        evidence = self._images.referenced(self._evidence) if not named else []
        sharing = self._images.sharing(item.frame_of_reference_uid)
        ordered = [s for s in [*named, *evidence] if s in sharing] + sharing
        series = next((s for s in ordered if s.geometry.contains(at)), None)
        if series is None:
            return None
        # A finding lies where its image is shown.
        true, shown = true_places(series), series.geometry
        return SeriesPoints(
            series, shown.to_lps(true.to_index(points)), shown.to_lps(true.to_index(at))
        )

    def _point_in_image(self, item: ContentItem) -> SeriesPoints | None:
        count = len(item.coordinates)
        found = self._image_of(item) if count and not count % 2 else None
        if found is None:
            return None
        series, k = found
        # Source: DICOM PS3.3 C.18.6.1.2: (column, row), the first pixel's middle is 0.5.
        pixels = np.reshape(item.coordinates, (-1, 2)) - 0.5
        points = series.geometry.to_lps([(k, row, column) for column, row in pixels])
        at = centroid(points[:1] if item.graphic_type in _CENTERED else points)
        return SeriesPoints(series, points, at, k) if series.geometry.contains(at) else None

    def _image_of(self, item: ContentItem) -> tuple[Series, int] | None:
        for child in item.children:
            referenced = child.referenced
            if child.value_type == "IMAGE" and referenced is not None:
                frame = referenced.frames[0] if referenced.frames else None
                return self._images.find(referenced.sop_instance_uid, frame)
        return None

    def _in_segments(self, group: ContentItem) -> tuple[str, tuple[float, float, float]] | None:
        for referenced in references(group):
            if referenced.sop_class_uid not in SEGMENTATIONS:
                continue
            for number in referenced.segments:
                found = self._segment_place(referenced.sop_instance_uid, number)
                if found is not None:
                    return found
        return None


def references(item: ContentItem) -> list[Referenced]:
    """Every instance that an item or what is below it points to."""
    return [one.referenced for one in item.walk() if one.referenced is not None]


def evidence_of(dataset: Dataset) -> frozenset[str]:
    """The SOP Instance UIDs that a report names as what it is about. Raises: anything."""
    return frozenset(
        uid_of(instance, "ReferencedSOPInstanceUID")
        for keyword in (
            "CurrentRequestedProcedureEvidenceSequence",
            "PertinentOtherEvidenceSequence",
        )
        for study in items(dataset, keyword)
        for series in items(study, "ReferencedSeriesSequence")
        for instance in items(series, "ReferencedSOPSequence")
    )


def centroid(points: FloatArray) -> FloatArray:
    """Of the area where the points (n, 3) close a planar outline, else of the points."""
    if len(points) < 4 or not np.allclose(points[0], points[-1], atol=1e-6):
        return np.asarray(points.mean(axis=0))
    corners = points[:-1]
    arms = corners - corners[0]
    turns = np.cross(arms[1:-1], arms[2:])
    normal = turns.sum(axis=0)
    weights = turns @ normal
    if abs(weights.sum()) < 1e-12:
        return np.asarray(corners.mean(axis=0))
    middles = (arms[1:-1] + arms[2:]) / 3
    return np.asarray(corners[0] + weights @ middles / weights.sum())


def _point(at: FloatArray) -> tuple[float, float, float]:
    x, y, z = (float(mm) for mm in at)
    return x, y, z
