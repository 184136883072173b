"""A .seg.nrrd segmentation (3D Slicer) on the grid of an open series.

Unlike DICOM it names no images: the series it lies on best is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken
from reader.core.geometry import VolumeGeometry
from reader.core.imported import ImportedSegmentation, ObjectOrigin
from reader.core.study import Series
from reader.core.text import Text, say
from reader.formats.grids.nrrd_segmentation import read_seg_nrrd
from reader.formats.objects.read_object import (
    OpenImages,
    has_positions,
    images_not_open,
    refusal,
    refusing_broken,
)
from reader.formats.objects.read_placement import FramePlane, FrameStack, Piece, index_map, mapped
from reader.formats.objects.read_sheets import SheetStack, imported_segment, segment_color


def read_nrrd_segmentation(
    path: Path, images: OpenImages, uid: str, cancel: CancelToken
) -> ImportedSegmentation:
    """Read a .seg.nrrd file and lay it on the series it fits. `uid` stands for the file.

    Raises: UnreadableError: damaged, or it lies on no open series. Cancelled, OSError.
    """
    with refusing_broken():
        drawn = read_seg_nrrd(path, cancel)
        series = _target(drawn.geometry, images)
        sheets = SheetStack(series.geometry)
        segments, warnings = [], list[Text]()
        drawn_count = 0
        for place, segment in enumerate(drawn.segments):
            cancel.check()
            mask = drawn.layers[segment.layer] == segment.label
            drawn_count += int(np.count_nonzero(mask))
            pieces = list(_pieces(mask, drawn.geometry, series.geometry))
            laid = sheets.lay(place + 1, pieces)
            segments.append(
                imported_segment(
                    place + 1,
                    place + 1,
                    segment.name,
                    segment.code,
                    segment.category,
                    segment.color or segment_color(place),
                    laid,
                )
            )
        shown = sum(segment.voxel_count for segment in segments)
        if drawn_count and not shown:
            raise refusal(say("It lies elsewhere than the images that it could be about."))
        if not _is_same(drawn.geometry, series.geometry):
            warnings.append(
                say("It was drawn on another grid: each voxel shows the nearest of its pixels.")
            )
        elif shown < drawn_count:
            warnings.append(say("Part of it lies outside the images and is not shown."))
        origin = ObjectOrigin(uid, title=path.name)
        return ImportedSegmentation(
            origin, series.key, series.geometry, tuple(sheets.sheets), tuple(segments),
            warnings=tuple(warnings),
        )  # fmt: skip


def _target(grid: VolumeGeometry, images: OpenImages) -> Series:
    """The series with the same voxels, else the one that holds the grid's middle."""
    able = [series for series in images.series if has_positions(series)]
    same = [series for series in able if _is_same(grid, series.geometry)]
    around = [series for series in able if series.geometry.contains(grid.center_lps_mm)]
    for series in (*same, *around):
        return series
    raise images_not_open()


def _plane(grid: VolumeGeometry, k: int) -> FramePlane:
    affine = grid.affine_kji_to_lps
    return FramePlane(grid.to_lps((k, 0, 0)), affine[:3, 1], affine[:3, 2])


def _is_same(grid: VolumeGeometry, to: VolumeGeometry) -> bool:
    """Whether the voxels of one grid are voxels of the other."""
    shape = grid.shape_kji[1:]
    ends = (0, grid.shape_kji[0] - 1)
    return all(index_map(_plane(grid, k), shape, to) is not None for k in ends)


def _pieces(mask: NDArray[Any], grid: VolumeGeometry, to: VolumeGeometry) -> Iterator[Piece]:
    filled = np.flatnonzero(mask.any(axis=(1, 2)))
    elsewhere = []
    for k in filled.tolist():
        plane = _plane(grid, k)
        here = index_map(plane, grid.shape_kji[1:], to)
        if here is None:
            elsewhere.append((plane, mask[k]))
            continue
        piece = mapped(mask[k], here, to.shape_kji)
        if piece is not None:
            yield piece
    if elsewhere:
        spacing = abs(float(grid.affine_kji_to_lps[:3, 0] @ elsewhere[0][0].normal))
        yield from FrameStack(elsewhere, spacing).pieces(to)
