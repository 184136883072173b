"""Where in the patient the coordinates of a structured report lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from reader.core.geometry import FloatArray
from reader.core.study import Series
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_sr_tree import ContentItem, Referenced
from reader.formats.objects.stack_places import true_places

SegmentPlace = Callable[[str, int], tuple[str, tuple[float, float, float]] | None]
"""Series key and centre (LPS mm) of a segment of a segmentation, by SOP Instance UID."""

SEGMENTATIONS: Final = frozenset({"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"})
_CENTERED: Final = frozenset({"CIRCLE"})


class ReportPlaces:
    """Finds places in the open series."""

    def __init__(self, images: OpenImages, segment_place: SegmentPlace) -> None:
        self._images = images
        self._segment_place = segment_place

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

    def _in_patient(self, group: ContentItem) -> Iterator[tuple[Series, FloatArray]]:
        named = self._images.referenced({r.sop_instance_uid for r in references(group)})
        for item in group.walk():
            count = len(item.coordinates)
            if item.value_type != "SCOORD3D" or not count or count % 3:
                continue
            at = centroid(np.reshape(item.coordinates, (-1, 3)))
            sharing = self._images.sharing(item.frame_of_reference_uid)
            ordered = [s for s in named if s in sharing] + sharing
            series = next((s for s in ordered if s.geometry.contains(at)), None)
            if series is not None:
                # A finding lies where its image is shown.
                yield series, series.geometry.to_lps(true_places(series).to_index(at))

    def _in_images(self, group: ContentItem) -> Iterator[tuple[Series, FloatArray]]:
        for item in group.walk():
            count = len(item.coordinates)
            if item.value_type != "SCOORD" or not count or count % 2:
                continue
            found = self._image_of(item)
            if found is None:
                continue
            series, k = found
            # Source: DICOM PS3.3 C.18.6.1.2: (column, row), the first pixel's middle is 0.5.
            pixels = np.reshape(item.coordinates, (-1, 2)) - 0.5
            if item.graphic_type in _CENTERED:
                pixels = pixels[:1]
            index = [(k, row, column) for column, row in pixels]
            at = centroid(series.geometry.to_lps(index))
            if series.geometry.contains(at):
                yield series, at

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
