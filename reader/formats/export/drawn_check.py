"""Reading a written drawing back: its numbers under their codes, its lines in their place.

Independent of the writer, as `dicom_check` is: with its own idea of which number stands
under which code, and its own way from coordinates to the patient.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from reader.core.geometry import FloatArray
from reader.core.measurement import Measurement, MeasurementKind, QuantityKind
from reader.core.study import Series

_TOLERANCE_MM: Final = 0.01
"""Coordinates are stored in single precision."""
_SIZES: Final = {
    QuantityKind.LENGTH: ("410668003", "mm"),
    QuantityKind.LONG_AXIS: ("103339001", "mm"),
    QuantityKind.SHORT_AXIS: ("103340004", "mm"),
    QuantityKind.ANGLE: ("1483009", "deg"),
    QuantityKind.AREA: ("42798000", "mm2"),
}
_DERIVED: Final = {
    QuantityKind.MEAN: "373098007",
    QuantityKind.SD: "386136009",
    QuantityKind.MINIMUM: "255605001",
    QuantityKind.MAXIMUM: "56851009",
    QuantityKind.PEAK: "126031",
    QuantityKind.VALUE: "",
}
_UNITS: Final = {
    "HU": "[hnsf'U]",
    "SUVbw": "g/ml{SUVbw}",
    "SUVlbm": "g/ml{SUVlbm(Janma)}",
    "SUVbsa": "cm2/ml{SUVbsa}",
    "Bq/ml": "Bq/ml",
    "mm2/s": "mm2/s",
}
_COBB: Final = "285285000"
_COMMENT: Final = "121106"
_DERIVATION: Final = "121401"


def same_drawing(group: Dataset, drawn: Measurement, series: Series) -> bool:
    """Whether a measurement group says all of a drawing and nothing else."""
    return (
        _same_numbers(group, drawn)
        and _same_place(group, drawn, series)
        and _comment(group) == drawn.text
    )


def _same_numbers(group: Dataset, drawn: Measurement) -> bool:
    wanted: dict[tuple[str, str], float] = {}
    for quantity in drawn.quantities:
        code, unit = _SIZES.get(quantity.kind, ("", _UNITS.get(quantity.unit, "[arb'U]")))
        if drawn.kind is MeasurementKind.COBB:
            code = _COBB
        wanted[code or _DERIVED[quantity.kind], unit] = quantity.value
    found = {}
    for item in group.get("ContentSequence") or []:
        if item.ValueType != "NUM":
            continue
        measured = item.MeasuredValueSequence[0]
        unit = str(measured.MeasurementUnitsCodeSequence[0].CodeValue)
        code = str(item.ConceptNameCodeSequence[0].CodeValue)
        is_size = code == _COBB or code in {size for size, _ in _SIZES.values()}
        found[code if is_size else _derivation(item), unit] = float(measured.NumericValue)
    return found.keys() == wanted.keys() and all(
        math.isclose(found[key], wanted[key], rel_tol=1e-9, abs_tol=1e-9) for key in wanted
    )


def _derivation(number: Dataset) -> str:
    for item in number.get("ContentSequence") or []:
        if item.ConceptNameCodeSequence[0].CodeValue == _DERIVATION:
            return str(item.ConceptCodeSequence[0].CodeValue)
    return ""


def _comment(group: Dataset) -> str:
    for item in group.get("ContentSequence") or []:
        name = item.ConceptNameCodeSequence[0].CodeValue
        if item.ValueType == "TEXT" and name == _COMMENT:
            return str(item.TextValue)
    return ""


def _same_place(group: Dataset, drawn: Measurement, series: Series) -> bool:
    """Whether the coordinates are the drawing's points, in whatever order its lines stand."""
    found = [point for item in _graphics(group) for point in _places(item, series)]
    wanted = np.array(drawn.points_lps_mm)
    if not found:
        return False
    apart = np.linalg.norm(np.array(found)[:, None] - wanted[None], axis=-1)
    near = apart <= _TOLERANCE_MM + 1e-6 * np.abs(wanted).max()
    return bool(near.any(axis=0).all() and near.any(axis=1).all())


def _graphics(item: Dataset) -> Iterator[Dataset]:
    for child in item.get("ContentSequence") or []:
        if child.ValueType in ("SCOORD", "SCOORD3D"):
            yield child
        yield from _graphics(child)


def _places(item: Dataset, series: Series) -> Iterator[FloatArray]:
    """The points of a graphic in LPS mm; those on an image that is not the series' nowhere."""
    numbers = np.array([float(value) for value in item.GraphicData])
    if item.ValueType == "SCOORD3D":
        yield from numbers.reshape(-1, 3)
        return
    reference = item.ContentSequence[0].ReferencedSOPSequence[0]
    frame = int(reference.get("ReferencedFrameNumber") or 1) - 1
    for k, instance in enumerate(series.instances):
        if (instance.sop_instance_uid, instance.frame) == (
            reference.ReferencedSOPInstanceUID, frame,
        ):  # fmt: skip
            for column, row in numbers.reshape(-1, 2) - 0.5:
                yield series.geometry.to_lps((k, row, column))
