"""The lines and regions of a measurement group, as a reader would have drawn them.

What kind of drawing it was follows from the graphics and from the numbers they stand under,
so that drawings by other programs (dcmjs, highdicom, Slicer) are understood like our own.
Source: DICOM PS3.16 TID 300, 320, 1410 and 1501; PS3.3 C.18.6 and C.18.9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reader.core.geometry import FloatArray, Point
from reader.core.intensity import IntensityUnit
from reader.core.measurement import Measurement, MeasurementKind, Quantity, QuantityKind
from reader.core.series_kind import SeriesKind
from reader.formats.objects.read_sr_places import ReportPlaces, SeriesPoints
from reader.formats.objects.read_sr_tree import ContentItem

_COMMENT: Final = ("121106",)
_DERIVATION: Final = ("121401",)
_LONG: Final = ("103339001", "G-A185")
_SHORT: Final = ("103340004", "G-A186")
_COBB: Final = ("285285000",)
_ANGLE: Final = ("1483009", "110859", "G-A193")
_LENGTH: Final = ("410668003", "G-D7FE", "81827009", "M-02550", *_LONG)
_AREA: Final = ("42798000", "G-A166", "131184002", "G-D7FE")
_SIZES: Final = (
    (QuantityKind.LONG_AXIS, _LONG, "mm"),
    (QuantityKind.SHORT_AXIS, _SHORT, "mm"),
    (QuantityKind.LENGTH, _LENGTH, "mm"),
    (QuantityKind.ANGLE, (*_ANGLE, *_COBB), "deg"),
    (QuantityKind.AREA, _AREA, "mm2"),
)
_OWN_UNITS: Final = {"cm": ("mm", 10.0), "cm2": ("mm2", 100.0)}
_NUMBERS_OF: Final = {
    MeasurementKind.LENGTH: (QuantityKind.LENGTH, QuantityKind.LONG_AXIS),
    MeasurementKind.BIDIRECTIONAL: (QuantityKind.LONG_AXIS,),
    MeasurementKind.ANGLE: (QuantityKind.ANGLE,),
    MeasurementKind.COBB: (QuantityKind.ANGLE,),
}
"""One of these must be there, or the lines would measure nothing."""
_DERIVATIONS: Final = {
    "373098007": QuantityKind.MEAN, "R-00317": QuantityKind.MEAN,
    "386136009": QuantityKind.SD, "R-10047": QuantityKind.SD, "113061": QuantityKind.SD,
    "255605001": QuantityKind.MINIMUM, "R-404FB": QuantityKind.MINIMUM,
    "56851009": QuantityKind.MAXIMUM, "G-A437": QuantityKind.MAXIMUM,
    "126031": QuantityKind.PEAK,
}  # fmt: skip
_UNITS: Final = {
    "[hnsf'U]": IntensityUnit.HU.value,
    "g/ml{SUVbw}": IntensityUnit.SUV_BW.value,
    "{SUVbw}g/ml": IntensityUnit.SUV_BW.value,
    "g/ml{SUVlbm(Janma)}": IntensityUnit.SUV_LBM.value,
    "{SUVlbm}g/ml": IntensityUnit.SUV_LBM.value,
    "cm2/ml{SUVbsa}": IntensityUnit.SUV_BSA.value,
    "{SUVbsa}cm2/ml": IntensityUnit.SUV_BSA.value,
    "Bq/ml": IntensityUnit.BQ_PER_ML.value,
    "mm2/s": "mm2/s",
    "[arb'U]": "",
}
_SAME_MM: Final = 1e-3
_SQUARE: Final = 1e-3
_MOST_POINTS: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """One graphic with the number it stands under, if it stands under one."""

    above: ContentItem | None
    graphic_type: str
    place: SeriesPoints

    @property
    def points(self) -> FloatArray:
        """Shape (n, 3), LPS mm; without the point that closes it."""
        points = self.place.points_lps_mm
        return points[:-1] if self.is_closed else points

    @property
    def is_closed(self) -> bool:
        """Whether it ends where it begins."""
        points = self.place.points_lps_mm
        return len(points) > 3 and bool(np.allclose(points[0], points[-1], atol=_SAME_MM))

    def is_under(self, *codes: str) -> bool:
        """Whether the number it stands under has one of these codes."""
        return self.above is not None and self.above.is_named(*codes)


def drawing_of(group: ContentItem, series_key: str, places: ReportPlaces) -> Measurement | None:
    """What a group draws on a series; None where that is no drawing that we know."""
    lines = [line for line in _lines(group, None, places) if line.place.series.key == series_key]
    if not lines or sum(len(line.points) for line in lines) > _MOST_POINTS:
        return None
    quantities, comment = _quantities(group), group.named(*_COMMENT)
    text = comment.text if comment is not None else ""
    found = _lines_measured(lines) or _marked(lines[0], quantities, text)
    if found is None:
        return None
    kind, points = found
    if kind in _NUMBERS_OF and not any(q.kind in _NUMBERS_OF[kind] for q in quantities):
        return None
    first = lines[0].place
    is_volume = first.series.kind is SeriesKind.VOLUME
    return Measurement(
        kind=kind,
        points_lps_mm=tuple(_point(at) for at in points),
        normal_lps=_normal(points, first),
        quantities=quantities,
        text=text,
        index=None if is_volume else first.index,
    )


def _lines(item: ContentItem, above: ContentItem | None, places: ReportPlaces) -> Iterator[_Line]:
    for child in item.children:
        if child.value_type in ("SCOORD", "SCOORD3D"):
            place = places.points_of(child, item)
            if place is not None:
                yield _Line(above, child.graphic_type, place)
        else:
            yield from _lines(child, child if child.value_type == "NUM" else above, places)


def _lines_measured(lines: Sequence[_Line]) -> tuple[MeasurementKind, FloatArray] | None:
    """Lines that numbers were read off."""
    pairs = [line for line in lines if len(line.points) == 2]
    long = next((line for line in pairs if line.is_under(*_LONG)), None)
    short = next((line for line in pairs if line.is_under(*_SHORT)), None)
    if long is not None and short is not None:
        return MeasurementKind.BIDIRECTIONAL, np.concatenate([long.points, short.points])
    first = lines[0]
    if first.is_under(*_COBB):
        points = np.concatenate([line.points for line in lines if line.is_under(*_COBB)])
        return (MeasurementKind.COBB, points) if len(points) == 4 else None
    if first.is_under(*_ANGLE):
        points = _without_repeats(first.points)  # dcmjs writes the corner twice
        return (MeasurementKind.ANGLE, points) if len(points) == 3 else None
    if len(first.points) == 2 and first.is_under(*_LENGTH):
        return MeasurementKind.LENGTH, first.points
    return None


def _without_repeats(points: FloatArray) -> FloatArray:
    apart = np.linalg.norm(np.diff(points, axis=0), axis=1) > _SAME_MM
    return np.asarray(points[np.concatenate([[True], apart])])


def _marked(
    line: _Line, quantities: tuple[Quantity, ...], text: str
) -> tuple[MeasurementKind, FloatArray] | None:
    """A region, a point or a note."""
    points = line.points
    kinds = {quantity.kind for quantity in quantities}
    if line.graphic_type == "ELLIPSE" and len(points) == 4:
        peaks = QuantityKind.PEAK in kinds
        return (MeasurementKind.SUV_PEAK if peaks else MeasurementKind.ELLIPSE), points
    if line.graphic_type == "CIRCLE" and len(points) == 2:
        return MeasurementKind.ELLIPSE, _round(points, line.place)
    if line.graphic_type == "POINT":
        if QuantityKind.VALUE in kinds:
            return MeasurementKind.PROBE, points
        return (MeasurementKind.TEXT, points) if text and not kinds else None
    if line.graphic_type == "POLYGON" or (line.graphic_type == "POLYLINE" and line.is_closed):
        if len(points) < 3:
            return None
        square = len(points) == 4 and _is_rectangle(points)
        return (MeasurementKind.RECTANGLE if square else MeasurementKind.FREEHAND), points
    is_line = line.graphic_type == "POLYLINE" and len(points) == 2
    if is_line and line.above is None and not kinds:
        return MeasurementKind.ARROW, points
    return None


def _round(points: FloatArray, place: SeriesPoints) -> FloatArray:
    """A circle, given by its centre and a point on it, as the ends of two axes."""
    arm = points[1] - points[0]
    other = np.cross(_plane_normal(place, 0), arm)
    return np.stack([points[0] - arm, points[0] + arm, points[0] - other, points[0] + other])


def _is_rectangle(points: FloatArray) -> bool:
    sides = np.roll(points, -1, axis=0) - points
    lengths = np.linalg.norm(sides, axis=1)
    if not lengths.all():
        return False
    units = sides / lengths[:, None]
    return bool(np.abs((units * np.roll(units, -1, axis=0)).sum(axis=1)).max() < _SQUARE)


def _quantities(group: ContentItem) -> tuple[Quantity, ...]:
    """The numbers of a group that we have words for, in the order of the report."""
    found = []
    for item in group.children:
        if item.value_type != "NUM" or item.number is None or item.unit is None:
            continue
        unit, factor = _OWN_UNITS.get(item.unit.value, (item.unit.value, 1.0))
        kind = _kind_of(item, unit)
        if kind is not None:
            found.append(Quantity(kind, item.number * factor, _UNITS.get(unit, unit)))
    return tuple(found)


def _kind_of(item: ContentItem, unit: str) -> QuantityKind | None:
    for kind, codes, own_unit in _SIZES:
        if item.is_named(*codes) and unit == own_unit:
            return kind
    derivation = item.named(*_DERIVATION)
    if derivation is not None and derivation.code is not None:
        return _DERIVATIONS.get(derivation.code.value)
    if item.name is not None and item.name.value in _DERIVATIONS:
        return _DERIVATIONS[item.name.value]  # some programs have no modifier and name it so
    return QuantityKind.VALUE if unit in _UNITS else None


def _normal(points: FloatArray, place: SeriesPoints) -> Point:
    """The normal of the plane the points lie in.

    Those on an image have its normal. A line has many: that of the series' own plane is
    taken that it leaves the least, at right angles to it.
    """
    stored = _plane_normal(place, 0)
    if place.index is not None:
        return _point(stored)
    arms = points - points.mean(axis=0)
    _, sizes, directions = np.linalg.svd(arms, full_matrices=True)
    if len(points) > 2 and len(sizes) > 1 and sizes[1] > 1e-3 * sizes[0]:
        normal = directions[2]
        return _point(normal if normal @ stored >= 0 else -normal)
    if not sizes[0]:
        return _point(stored)
    along = directions[0]
    own = [_plane_normal(place, axis) for axis in range(3)]
    nearest = min(own, key=lambda one: round(abs(float(one @ along)), 6))
    across = nearest - (nearest @ along) * along
    return _point(across / np.linalg.norm(across))


def _plane_normal(place: SeriesPoints, axis: int) -> FloatArray:
    directions = place.series.geometry.directions
    rows, columns = (other for other in range(3) if other != axis)
    normal = np.cross(directions[:, columns], directions[:, rows])
    return np.asarray(normal / np.linalg.norm(normal))


def _point(at: FloatArray) -> Point:
    x, y, z = (float(mm) for mm in at)
    return x, y, z
