"""Radiotherapy structures by others (RTSTRUCT), filled into the slices they were drawn on.

Source: DICOM PS3.3 C.8.8.5 (Structure Set), C.8.8.6 (ROI Contour).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.codes import CodedConcept
from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.imported import ImportedSegment, ImportedSegmentation, ObjectOrigin
from reader.core.study import Series
from reader.core.text import Text, say
from reader.formats.objects.read_object import (
    OpenImages,
    code_in,
    decimals,
    first,
    has_positions,
    images_not_open,
    items,
    origin_of,
    read_dataset,
    reading_header,
    refusal,
    refusing_broken,
    uid_of,
    whole_number,
    words,
)
from reader.formats.objects.read_placement import Piece
from reader.formats.objects.read_sheets import SheetStack, imported_segment, segment_color
from reader.formats.objects.stack_places import true_places

if TYPE_CHECKING:
    from pydicom import Dataset

CLOSED: Final = frozenset({"CLOSED_PLANAR", "CLOSEDPLANAR_XOR", "CLOSED_PLANAR_XOR", ""})
_ON_SLICE: Final = 0.05
"""Of the slice spacing: nearer contours are on the slice, others are moved and said to be."""
_STEP: Final = 0.5
"""Of a voxel: how densely an open line is followed."""
_MOST_POINTS: Final = 20_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """One line of a structure: `points_lps_mm` (n, 3). `kind` is DICOM's geometric type."""

    kind: str
    points_lps_mm: FloatArray


@dataclass(frozen=True, slots=True)
class Structure:
    """A region of interest with its lines. `color` is empty where none is recommended."""

    number: int
    name: str
    color: str
    contours: tuple[Contour, ...]
    code: CodedConcept | None = None
    algorithm: str = ""


@dataclass(frozen=True, slots=True)
class StructureSet:
    """All of an RTSTRUCT."""

    origin: ObjectOrigin
    structures: tuple[Structure, ...]
    references: frozenset[str]
    frames_of_reference: frozenset[str]


def read_structures(
    path: Path, images: OpenImages, report: ReportProgress, cancel: CancelToken
) -> ImportedSegmentation:
    """Read an RTSTRUCT and fill its structures into the series it is about.

    A voxel belongs to a structure if its centre lies within an odd number of its contours,
    so that inner contours are holes.

    Raises:
        UnreadableError: damaged, empty, or about images that are not open.
        Cancelled, OSError.
    """
    with refusing_broken():
        with reading_header():
            drawn = read_structure_set(read_dataset(path))
        series = _target(drawn, images)
        return _Filling(drawn, series, report, cancel).all()


def read_structure_set(dataset: Dataset) -> StructureSet:
    """The structures of an RTSTRUCT. Raises: UnreadableError: it has none."""
    lines = {
        whole_number(item, "ReferencedROINumber"): item
        for item in items(dataset, "ROIContourSequence")
    }
    if not lines:
        raise refusal(say("The structure set has no contours."))
    meanings = {
        whole_number(item, "ReferencedROINumber"): item
        for item in items(dataset, "RTROIObservationsSequence")
    }
    named = {whole_number(i, "ROINumber"): i for i in items(dataset, "StructureSetROISequence")}
    structures = tuple(
        _structure(number or 0, named.get(number), item, meanings.get(number))
        for number, item in lines.items()
    )
    if sum(len(c.points_lps_mm) for s in structures for c in s.contours) > _MOST_POINTS:
        raise refusal(say("The structure set has too many points."))
    frames = {uid_of(item, "ReferencedFrameOfReferenceUID") for item in named.values()}
    return StructureSet(
        origin_of(dataset, words(dataset, "StructureSetLabel")),
        structures,
        frozenset(_references(dataset)),
        frozenset(frames | {uid_of(dataset, "FrameOfReferenceUID")}) - {""},
    )


def _structure(
    number: int, named: Dataset | None, lines: Dataset, meaning: Dataset | None
) -> Structure:
    color = decimals(lines, "ROIDisplayColor", 3)
    contours = []
    for item in items(lines, "ContourSequence"):
        data = item.get("ContourData")
        count = len(data) // 3 if data is not None and not isinstance(data, (str, bytes)) else 0
        if count:
            points = np.array([float(part) for part in data[: 3 * count]]).reshape(-1, 3)
            if np.abs(points).max() < 1e6:
                contours.append(Contour(words(item, "ContourGeometricType").upper(), points))
    label = words(meaning, "ROIObservationLabel")
    by_machine = words(named, "ROIGenerationAlgorithm") in ("AUTOMATIC", "SEMIAUTOMATIC")
    return Structure(
        number=number,
        name=words(named, "ROIName") or label or str(number),
        color="#" + "".join(f"{int(min(max(c, 0), 255)):02X}" for c in color) if color else "",
        contours=tuple(contours),
        code=code_in(meaning, "RTROIIdentificationCodeSequence"),
        algorithm=words(named, "ROIGenerationDescription") if by_machine else "",
    )


def _references(dataset: Dataset) -> Iterator[str]:
    """Every image that the set or one of its contours names."""
    for frame in items(dataset, "ReferencedFrameOfReferenceSequence"):
        for study in items(frame, "RTReferencedStudySequence"):
            for series in items(study, "RTReferencedSeriesSequence"):
                for listed in items(series, "ContourImageSequence"):
                    yield uid_of(listed, "ReferencedSOPInstanceUID")
    for structure in items(dataset, "ROIContourSequence"):
        for contour in items(structure, "ContourSequence"):
            image = first(contour, "ContourImageSequence")
            if image is not None:
                yield uid_of(image, "ReferencedSOPInstanceUID")


def _target(drawn: StructureSet, images: OpenImages) -> Series:
    """The series with the images named, else the one in the frame of reference that suits.

    Raises: UnreadableError: neither is open.
    """
    named = [s for s in images.referenced(drawn.references) if has_positions(s)]
    candidates = named or [s for uid in drawn.frames_of_reference for s in images.sharing(uid)]
    if not candidates:
        raise images_not_open()
    points = [contour.points_lps_mm[0] for s in drawn.structures for contour in s.contours]
    sample = np.array(points[:: max(1, len(points) // 200)]).reshape(-1, 3)
    fits = [_share_on_slices(true_places(series), sample) for series in candidates]
    best = candidates[fits.index(max(fits))]
    present = best.geometry.frame_of_reference_uid
    if present and drawn.frames_of_reference and present not in drawn.frames_of_reference:
        _require_on_slices(max(fits), len(sample))
    return best


def _require_on_slices(fit: float, count: int) -> None:
    """Points in another frame of reference are believed only where the images named lie."""
    if fit < 1.8 * count:
        raise refusal(say("Its positions are not in the same frame of reference as the images."))


def _share_on_slices(grid: VolumeGeometry, points: FloatArray) -> float:
    index = grid.to_index(points)
    inside = ((index > -0.6) & (index < np.array(grid.shape_kji) - 0.4)).all(axis=-1)
    near = np.abs(index[:, 0] - np.rint(index[:, 0])) < _ON_SLICE
    return float(inside.sum() + (inside & near).sum())


class _Filling:
    """One structure set on its way to the sheets."""

    def __init__(
        self, drawn: StructureSet, series: Series, report: ReportProgress, cancel: CancelToken
    ) -> None:
        self._drawn = drawn
        self._series = series
        self._grid = series.geometry
        self._places = true_places(series)
        self._report = report
        self._cancel = cancel
        self._moved = 0
        self._across = 0
        self._outside = 0

    def all(self) -> ImportedSegmentation:
        """Fill every structure. Raises: Cancelled; UnreadableError: all of it lies elsewhere."""
        sheets = SheetStack(self._grid)
        segments = []
        for done, structure in enumerate(self._drawn.structures):
            self._cancel.check()
            stage = say("Filling the structures")
            self._report(Progress(done, len(self._drawn.structures), stage))
            segments.append(self._segment(structure, done, sheets))
        if any(s.contours for s in self._drawn.structures) and not any(
            s.voxel_count for s in segments
        ):
            raise refusal(say("It lies elsewhere than the images that it could be about."))
        return ImportedSegmentation(
            origin=self._drawn.origin,
            series_key=self._series.key,
            geometry=self._grid,
            sheets=tuple(sheets.sheets),
            segments=tuple(segments),
            warnings=tuple(self._warnings()),
        )

    def _segment(self, structure: Structure, place: int, sheets: SheetStack) -> ImportedSegment:
        laid = sheets.lay(place + 1, list(self._pieces(structure)))
        return imported_segment(
            place + 1, structure.number, structure.name, structure.code, None,
            structure.color or segment_color(place), laid, structure.algorithm,
        )  # fmt: skip

    def _warnings(self) -> Iterator[Text]:
        if self._moved:
            yield say(
                "{count} contours lie between slices and are shown on the nearest.",
                count=self._moved,
            )
        if self._across:
            yield say("{count} contours run across slices and are not shown.", count=self._across)
        if self._outside:
            yield say("{count} contours lie outside the images.", count=self._outside)

    def _pieces(self, structure: Structure) -> Iterator[Piece]:
        """The voxels of a structure, slice by slice."""
        on_slice: dict[int, list[tuple[float, NDArray[np.float64]]]] = {}
        for contour in structure.contours:
            index = self._places.to_index(contour.points_lps_mm)
            if contour.kind not in CLOSED:
                yield from self._line(index)
                continue
            heights = index[:, 0]
            height, reach = float(heights.mean()), float(np.ptp(heights))
            k = round(height)
            if reach > 0.5:
                self._across += 1
            elif not 0 <= k < self._grid.shape_kji[0]:
                self._outside += 1
            else:
                on_slice.setdefault(k, []).append((height, index[:, 1:]))
        for k, contours in on_slice.items():
            piece = self._filled(k, contours)
            if piece is not None:
                yield piece

    def _filled(self, k: int, contours: list[tuple[float, FloatArray]]) -> Piece | None:
        """The nearest plane of contours to a slice: those of another would cut holes in it."""
        nearest = min((height for height, _ in contours), key=lambda height: abs(height - k))
        self._moved += abs(nearest - k) > _ON_SLICE
        together = [points for height, points in contours if abs(height - nearest) < 1e-3]
        box, mask = fill_even_odd(together, self._grid.shape_kji[1:])
        if not mask.any():
            return None
        return Piece(((k, k + 1), *box), mask[np.newaxis])

    def _line(self, index: FloatArray) -> Iterator[Piece]:
        """The voxels that an open line runs through, or a point lies in."""
        ends = range(len(index) - 1)
        parts = [
            np.linspace(index[n], index[n + 1], _steps(index[n], index[n + 1]), endpoint=False)
            for n in ends
        ]
        voxels = np.unique(np.rint(np.concatenate([*parts, index[-1:]])).astype(int), axis=0)
        inside = ((voxels >= 0) & (voxels < self._grid.shape_kji)).all(axis=1)
        if not inside.any():
            self._outside += 1
        for k, j, i in voxels[inside].tolist():
            yield Piece(((k, k + 1), (j, j + 1), (i, i + 1)), np.ones((1, 1, 1), bool))


def _steps(a: FloatArray, b: FloatArray) -> int:
    return min(10_000, max(1, int(np.ceil(np.abs(b - a).max() / _STEP))))


PlaneBox = tuple[tuple[int, int], tuple[int, int]]


def fill_even_odd(
    outlines: Sequence[FloatArray], shape: tuple[int, int]
) -> tuple[PlaneBox, NDArray[np.bool_]]:
    """The pixels whose centres lie within an odd number of closed outlines.

    `outlines` are (n, 2) of (row, column), whole numbers being pixel centres; `shape` is
    (rows, columns). A centre on an edge belongs to the area below and right of it, so that
    areas that share an edge share no pixel.

    Returns: the box that holds them, half open, and the mask in it.
    """
    points = np.concatenate(outlines)
    low = np.maximum(np.ceil(points.min(axis=0)), 0).astype(int)
    high = np.minimum(np.floor(points.max(axis=0)) + 1, shape).astype(int)
    rows, columns = (max(0, int(n)) for n in high - low)
    box = (int(low[0]), int(low[0]) + rows), (int(low[1]), int(low[1]) + columns)
    turns = np.zeros((rows, columns + 1), dtype=np.int32)
    if rows and columns:
        for outline in outlines:
            _count_crossings(turns, outline - low)
    return box, (np.cumsum(turns[:, :columns], axis=1) % 2).astype(bool)


def _count_crossings(turns: NDArray[np.int32], outline: FloatArray) -> None:
    """Note in every row where an edge is crossed, at the first pixel centre not before it."""
    rows, last = turns.shape[0], turns.shape[1] - 1
    for (row0, column0), (row1, column1) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        top, bottom = (row0, row1) if row0 < row1 else (row1, row0)
        begin, end = max(0, int(np.ceil(top))), min(rows, int(np.ceil(bottom)))
        if begin >= end:
            continue
        at = np.arange(begin, end)
        crossed = column0 + (at - row0) * (column1 - column0) / (row1 - row0)
        np.add.at(turns, (at, np.clip(np.ceil(crossed), 0, last).astype(int)), 1)
