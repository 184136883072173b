"""Segmentations by others (DICOM SEG), laid on the grid of the series they are about.

Frames are read one at a time and kept only as the part that is not empty, segment by
segment, so that an object of many segments needs little more than its label maps.
Source: DICOM PS3.3 A.51, C.8.20.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.imported import ImportedSegment, ImportedSegmentation
from reader.core.study import Series
from reader.core.text import Text, say
from reader.formats.headers.dicom_multiframe_groups import read_frame_header
from reader.formats.headers.dicom_parse import read_header
from reader.formats.objects.read_object import (
    OpenImages,
    has_positions,
    images_not_open,
    reading_header,
    refusal,
    refusing_broken,
)
from reader.formats.objects.read_placement import (
    FramePlane,
    FrameStack,
    IndexMap,
    Piece,
    frame_spacing,
    index_map,
    is_parallel,
    mapped,
    stored_map,
)
from reader.formats.objects.read_seg_frames import SegFrames
from reader.formats.objects.read_seg_header import (
    FRACTIONAL,
    LABELMAP,
    FrameMeaning,
    SegHeader,
    SegmentMeaning,
    read_seg_header,
)
from reader.formats.objects.read_sheets import SheetStack, imported_segment, segment_color
from reader.formats.objects.stack_places import true_places

_SAMPLED_FRAMES: Final = 64
"""Looked at to choose between series; the frames of one object lie on one grid."""


def read_segmentation(
    path: Path, images: OpenImages, report: ReportProgress, cancel: CancelToken
) -> ImportedSegmentation:
    """Read a SEG and lay it on the series it is about.

    That is the series with the images it names, else one in its frame of reference; of
    several the one its frames fit best.

    Raises:
        UnreadableError: damaged, of slide microscopy, or about images that are not open.
        Cancelled, OSError.
    """
    with refusing_broken():
        with reading_header():
            frames = SegFrames(path)
        with frames:
            functional = read_frame_header(read_header(path))
            with reading_header():
                header = read_seg_header(frames.dataset, frames.format.count, functional)
            shape = frames.format.rows, frames.format.columns
            target = choose_target(header, shape, images)
            return _Laying(frames, header, target, images, report, cancel).all()


def choose_target(header: SegHeader, shape: tuple[int, int], images: OpenImages) -> Series:
    """The series a segmentation is about.

    Raises: UnreadableError: none is open, or it lies elsewhere than all that could be meant.
    """
    named = images.referenced(header.references)
    candidates = named or images.sharing(header.frame_of_reference_uid)
    if not candidates:
        raise images_not_open()
    every = max(1, len(header.frames) // _SAMPLED_FRAMES)
    sample = header.frames[::every]
    places = [(series, true_places(series)) for series in candidates]
    scores = [sum(_fit(f, s, grid, shape, images) for f in sample) for s, grid in places]
    best = max(scores)
    if best == 0:
        raise refusal(say("It lies elsewhere than the images that it could be about."))
    return candidates[scores.index(best)]


def _fit(
    frame: FrameMeaning,
    series: Series,
    grid: VolumeGeometry,
    shape: tuple[int, int],
    images: OpenImages,
) -> int:
    """How well a frame suits a series: 4 on its pixels, 1 somewhere within it, else 0."""
    to = frame_map(frame, series, grid, shape, images)
    if to is not None:
        end = np.array(to.start) + (shape[0] - 1) * np.array(to.down)
        end += (shape[1] - 1) * np.array(to.right)
        low, high = np.minimum(to.start, end), np.maximum(to.start, end)
        return 4 if ((low < grid.shape_kji) & (high >= 0)).all() else 0
    if frame.plane is None or not has_positions(series):
        return 0
    rows = np.linspace(0, shape[0] - 1, 5)[:, np.newaxis, np.newaxis]
    columns = np.linspace(0, shape[1] - 1, 5)[np.newaxis, :, np.newaxis]
    plane = frame.plane
    points = plane.origin_lps_mm + rows * plane.down_lps_mm + columns * plane.right_lps_mm
    index = grid.to_index(points)
    inside = ((index > -1) & (index < np.array(grid.shape_kji))).all(axis=-1)
    return int(inside.any())


def frame_map(
    frame: FrameMeaning,
    series: Series,
    grid: VolumeGeometry,
    shape: tuple[int, int],
    images: OpenImages,
) -> IndexMap | None:
    """Index to index, where the frame has the pixels of the series; `grid` is its true places.

    By position; where frame or series has none, by the image it was made from.
    """
    if frame.plane is not None and has_positions(series):
        return index_map(frame.plane, shape, grid)
    if frame.source is None or shape != series.geometry.shape_kji[1:]:
        return None
    found = images.find(*frame.source)
    return stored_map(found[1]) if found is not None and found[0].key == series.key else None


class _Laying:
    """One segmentation on its way to the sheets."""

    def __init__(
        self,
        frames: SegFrames,
        header: SegHeader,
        series: Series,
        images: OpenImages,
        report: ReportProgress,
        cancel: CancelToken,
    ) -> None:
        self._frames = frames
        self._header = header
        self._series = series
        self._grid: VolumeGeometry = series.geometry
        self._places = true_places(series)
        self._images = images
        self._report = report
        self._cancel = cancel
        self._sheets = SheetStack(series.geometry)
        self._done = 0
        self._drawn = 0
        self._laid = 0
        self._resampled = False
        self._warnings: list[Text] = []
        self._scores: NDArray[np.float16] | None = None

    def all(self) -> ImportedSegmentation:
        """Lay every segment down. Raises: as `read_segmentation`."""
        is_labelmap = self._header.kind == LABELMAP
        segments = self._label_map() if is_labelmap else self._one_by_one()
        if self._drawn and not self._laid:
            raise refusal(say("It lies elsewhere than the images that it could be about."))
        if self._resampled:
            self._warnings.append(
                say("It was drawn on another grid: each voxel shows the nearest of its pixels.")
            )
        elif self._laid < self._drawn:
            self._warnings.append(say("Part of it lies outside the images and is not shown."))
        heatmap = None
        if self._scores is not None:
            heatmap = Heatmap(self._scores, self._grid, HeatmapKind.FRACTION)
        return ImportedSegmentation(
            origin=self._header.origin,
            series_key=self._series.key,
            geometry=self._grid,
            sheets=tuple(self._sheets.sheets),
            segments=tuple(segments),
            heatmap=heatmap,
            warnings=tuple(self._warnings),
        )

    def _one_by_one(self) -> list[ImportedSegment]:
        of_segment: dict[int, list[int]] = {s.number: [] for s in self._header.segments}
        for number, frame in enumerate(self._header.frames):
            segment = frame.segment
            if segment is None:
                segment = self._header.segments[0].number if len(of_segment) == 1 else -1
            of_segment.setdefault(segment, []).append(number)
        segments = []
        for label, (number, frames) in enumerate(of_segment.items(), start=1):
            pieces = list(self._pieces(frames))
            if self._header.kind == FRACTIONAL:
                pieces = [self._fractions(piece) for piece in pieces]
            laid = self._sheets.lay(label, pieces)
            self._laid += laid[1]
            segments.append(self._segment(label, number, laid))
        return segments

    def _fractions(self, piece: Piece) -> Piece:
        """Keep the scores of a piece, and give back where they reach a half."""
        if self._scores is None:
            self._scores = np.zeros(self._grid.shape_kji, dtype=np.float16)
        fractions = np.minimum(piece.values / self._header.highest, 1).astype(np.float16)
        there = self._scores[piece.region]
        np.maximum(there, fractions, out=there)
        return Piece(piece.box, 2 * piece.values.astype(np.int32) >= self._header.highest)

    def _label_map(self) -> list[ImportedSegment]:
        sheet = self._sheets.sheet(0)
        counts, sums = np.zeros(65536), np.zeros((3, 65536))
        for piece in self._pieces(range(len(self._header.frames))):
            there = sheet[piece.region]
            fresh = (piece.values != 0) & (there == 0)
            there[fresh] = piece.values[fresh]
            labels = piece.values[fresh].astype(np.int64)
            counts += np.bincount(labels, minlength=65536)
            for axis, index in enumerate(np.nonzero(fresh)):
                along = index + piece.box[axis][0]
                sums[axis] += np.bincount(labels, weights=along, minlength=65536)
        self._laid = int(counts.sum())
        used = {s.number for s in self._header.segments} | set(np.flatnonzero(counts).tolist())
        segments = []
        for number in sorted(used - {0, self._header.padding}):
            count = int(counts[number])
            center = self._grid.to_lps(sums[:, number] / count) if count else None
            segments.append(self._segment(number, number, (0, count, center)))
        return segments

    def _segment(self, label: int, number: int, laid: tuple[int, int, Any]) -> ImportedSegment:
        meaning = self._header.meaning(number)
        if meaning is None:
            meaning = SegmentMeaning(number, str(max(number, 0)))
            unnamed = say("Some of its segments have no name.")
            if unnamed not in self._warnings:
                self._warnings.append(unnamed)
        color = meaning.color or self._header.palette.get(number) or segment_color(label - 1)
        return imported_segment(
            label, number, meaning.name, meaning.code, meaning.category, color, laid,
            meaning.algorithm,
        )  # fmt: skip

    def _pieces(self, numbers: Sequence[int]) -> Iterator[Piece]:
        """What some frames hold, in the series' voxels."""
        elsewhere: list[tuple[FramePlane, NDArray[Any]]] = []
        shape = self._frames.format.rows, self._frames.format.columns
        for number in numbers:
            values = self._values(number)
            if not values.any():
                continue
            self._drawn += int(np.count_nonzero(self._counted(values)))
            frame = self._header.frames[number]
            to = frame_map(frame, self._series, self._places, shape, self._images)
            if to is not None:
                piece = mapped(values, to, self._grid.shape_kji)
                if piece is not None:
                    yield piece
            elif frame.plane is not None and has_positions(self._series):
                self._require_frame_of_reference()
                elsewhere.append((frame.plane, values))
            else:
                raise refusal(say("It does not say where its frames lie."))
        yield from self._resample(elsewhere)

    def _counted(self, values: NDArray[Any]) -> NDArray[Any]:
        """What of some values makes a segment."""
        if self._header.kind == FRACTIONAL:
            return np.asarray(2 * values.astype(np.int32) >= self._header.highest)
        return values

    def _values(self, number: int) -> NDArray[Any]:
        self._cancel.check()
        stage = say("Reading the segmentation")
        self._report(Progress(self._done, len(self._header.frames), stage))
        self._done += 1
        values = self._frames.frame(number)
        if self._header.padding is not None:
            values = np.where(values == self._header.padding, values.dtype.type(0), values)
        return values

    def _resample(self, frames: list[tuple[FramePlane, NDArray[Any]]]) -> Iterator[Piece]:
        """Frames that lie on another grid, by geometry."""
        self._resampled = self._resampled or bool(frames)
        while frames:
            together = [f for f in frames if is_parallel(f[0], frames[0][0])]
            spacing = frame_spacing(self._planes(frames[0][0]), self._header.spacing_mm)
            spacing = spacing or self._header.thickness_mm or self._grid.spacing_kji_mm[0]
            yield from FrameStack(together, spacing).pieces(self._places)
            frames = [f for f in frames if not is_parallel(f[0], frames[0][0])]

    def _planes(self, like: FramePlane) -> list[FramePlane]:
        """The planes of all frames parallel to one, of whatever segment."""
        planes = (frame.plane for frame in self._header.frames)
        return [plane for plane in planes if plane is not None and is_parallel(plane, like)]

    def _require_frame_of_reference(self) -> None:
        """Positions of different frames of reference cannot be compared."""
        stated = self._header.frame_of_reference_uid
        present = self._series.geometry.frame_of_reference_uid
        if stated and present and stated != present:
            raise refusal(
                say("Its positions are not in the same frame of reference as the images.")
            )
