"""Label maps for segments that may overlap: each goes to the first sheet with room for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.codes import ANATOMICAL_STRUCTURE, CodedConcept
from reader.core.geometry import FloatArray, VolumeGeometry
from reader.core.imported import ImportedSegment
from reader.core.segmentation import SEGMENT_COLORS, Segment
from reader.core.text import say
from reader.formats.objects.read_object import refusal
from reader.formats.objects.read_placement import Piece

_MOST_BYTES: Final = 4 << 30
"""Of all sheets of one object; they fill with use, so this bounds what may be used."""


class SheetStack:
    """Sheets that grow in number as segments are laid down. One thread."""

    def __init__(self, geometry: VolumeGeometry) -> None:
        self._geometry = geometry
        self._most = max(1, _MOST_BYTES // (2 * int(np.prod(geometry.shape_kji))))
        self.sheets: list[NDArray[np.uint16]] = []

    def lay(self, label: int, pieces: Sequence[Piece]) -> tuple[int, int, FloatArray | None]:
        """Put a segment down where its pieces are not 0.

        Returns: the sheet, how many voxels, and their centre in LPS mm.

        Raises: UnreadableError: too many segments overlap.
        """
        masks = [(piece.region, piece.values != 0) for piece in pieces]
        number = 0
        while number < len(self.sheets) and any(
            (self.sheets[number][region] != 0)[mask].any() for region, mask in masks
        ):
            number += 1
        sheet = self.sheet(number)
        count, total = 0, np.zeros(3)
        for region, mask in masks:
            # Two frames of one segment may lie on one slice: each voxel counts once.
            fresh = mask & (sheet[region] == 0)
            sheet[region][fresh] = label
            start = np.array([part.start for part in region])
            found = np.argwhere(fresh)
            count += len(found)
            total += found.sum(axis=0) + start * len(found)
        center = self._geometry.to_lps(total / count) if count else None
        return number, count, center

    def sheet(self, number: int) -> NDArray[np.uint16]:
        """A sheet, made if it is the next. Raises: UnreadableError: too many segments overlap."""
        if number == len(self.sheets):
            if number >= self._most:
                raise refusal(say("Too many segments lie over one another to show them all."))
            self.sheets.append(np.zeros(self._geometry.shape_kji, dtype=np.uint16))
        return self.sheets[number]


def segment_color(place: int) -> str:
    """The colour of the segment at a place of its list, where the object names none."""
    return SEGMENT_COLORS[place % len(SEGMENT_COLORS)]


def imported_segment(
    label: int,
    number: int,
    name: str,
    code: CodedConcept | None,
    category: CodedConcept | None,
    color: str,
    laid: tuple[int, int, FloatArray | None],
    algorithm: str = "",
) -> ImportedSegment:
    """A segment as it was laid down."""
    sheet, count, center = laid
    x, y, z = (float(mm) for mm in center) if center is not None else (0.0, 0.0, 0.0)
    return ImportedSegment(
        segment=Segment(
            label, name, code or ANATOMICAL_STRUCTURE, category or ANATOMICAL_STRUCTURE, color
        ),
        number=number,
        sheet=sheet,
        voxel_count=count,
        center_lps_mm=(x, y, z) if center is not None else None,
        algorithm=algorithm,
    )


def color_of_lab(value: Sequence[int]) -> str:
    """A Recommended Display CIELab Value as `#RRGGBB`.

    The white point is D65, as dcmqi, highdicom and 3D Slicer have it, though the standard's
    is D50: the colours meant are theirs. Source: DICOM PS3.3 C.10.7.1.1; IEC 61966-2-1.
    """
    lightness = value[0] / 65535 * 100
    a, b = (part / 65535 * 255 - 128 for part in value[1:3])
    middle = (lightness + 16) / 116
    ratios = np.array([middle + a / 500, middle, middle - b / 200])
    linear = np.where(ratios > 6 / 29, ratios**3, 3 * (6 / 29) ** 2 * (ratios - 4 / 29))
    xyz = linear * (0.95047, 1.0, 1.08883)
    matrix = (
        (3.2404542, -1.5371385, -0.4985314),
        (-0.9692660, 1.8760108, 0.0415560),
        (0.0556434, -0.2040259, 1.0572252),
    )
    rgb = np.clip(np.array(matrix) @ xyz, 0, 1)
    curved = np.where(rgb > 0.0031308, 1.055 * rgb ** (1 / 2.4) - 0.055, 12.92 * rgb)
    return "#" + "".join(f"{round(float(part) * 255):02X}" for part in curved)
