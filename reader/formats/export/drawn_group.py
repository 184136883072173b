"""A reader's drawing as a measurement group.

Source: DICOM PS3.16 TID 1410 (planar regions), 1501 (measurements with the lines they were
inferred from), 300 and 320.
"""

from __future__ import annotations

from typing import Any

from highdicom.sr import (
    CoordinatesForMeasurement,
    CoordinatesForMeasurement3D,
    ImageRegion,
    ImageRegion3D,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    RelationshipTypeValues,
    SourceImageForRegion,
    TextContentItem,
)

from reader.core import measurement as core
from reader.core.measurement import MeasurementKind
from reader.core.study import Series
from reader.formats.export.dicom_codes import COMMENT, CodedMeasurement, dicom_code
from reader.formats.export.dicom_header import SourceImages
from reader.formats.export.drawn_places import DrawnLine, drawn_lines
from reader.formats.export.measured_codes import coded_quantity

_LINES = (
    MeasurementKind.LENGTH,
    MeasurementKind.ANGLE,
    MeasurementKind.COBB,
    MeasurementKind.BIDIRECTIONAL,
)
_READ_OFF = (
    core.QuantityKind.LENGTH,
    core.QuantityKind.LONG_AXIS,
    core.QuantityKind.ANGLE,
)


def drawn_group(
    drawn: core.Measurement, series: Series, source: SourceImages, common: dict[str, Any]
) -> PlanarROIMeasurementsAndQualitativeEvaluations | MeasurementsAndQualitativeEvaluations:
    """The group of one drawing. `common` are the arguments that every group has.

    Lines stand under the numbers that were read off them, regions beside theirs; the
    reader's words are a comment.
    """
    lines = drawn_lines(drawn, series)
    numbers = [coded_quantity(drawn, quantity, series.modality) for quantity in drawn.quantities]
    group: PlanarROIMeasurementsAndQualitativeEvaluations | MeasurementsAndQualitativeEvaluations
    if drawn.kind in _LINES:
        measurements = [
            _number(
                number, [_inferred_from(line, source) for line in _read_off(drawn, quantity, lines)]
            )
            for number, quantity in zip(numbers, drawn.quantities, strict=True)
        ]
        group = MeasurementsAndQualitativeEvaluations(**{**common, "measurements": measurements})
    else:
        measurements = [_number(number) for number in numbers]
        group = PlanarROIMeasurementsAndQualitativeEvaluations(
            **{**common, "measurements": measurements},
            referenced_region=_region(lines[0], source),
        )
    if drawn.text:
        group[0].ContentSequence.append(
            TextContentItem(
                name=dicom_code(COMMENT),
                value=drawn.text,
                relationship_type=RelationshipTypeValues.CONTAINS,
            )
        )
    return group


def _read_off(
    drawn: core.Measurement, quantity: core.Quantity, lines: tuple[DrawnLine, ...]
) -> tuple[DrawnLine, ...]:
    """The lines that a number was read off; the longer one comes first."""
    if drawn.kind is not MeasurementKind.BIDIRECTIONAL:
        return lines if quantity.kind in _READ_OFF else ()
    of_axis = {core.QuantityKind.LONG_AXIS: lines[:1], core.QuantityKind.SHORT_AXIS: lines[1:]}
    return of_axis.get(quantity.kind, ())


def _number(
    number: CodedMeasurement,
    lines: list[CoordinatesForMeasurement | CoordinatesForMeasurement3D] | None = None,
) -> Measurement:
    return Measurement(
        name=dicom_code(number.name),
        value=number.value,
        unit=dicom_code(number.unit),
        method=dicom_code(number.method) if number.method else None,
        derivation=dicom_code(number.derivation) if number.derivation else None,
        referenced_coordinates=lines or None,
    )


def _inferred_from(
    line: DrawnLine, source: SourceImages
) -> CoordinatesForMeasurement | CoordinatesForMeasurement3D:
    if line.index is None:
        return CoordinatesForMeasurement3D(
            graphic_type=line.graphic_type,
            graphic_data=line.points,
            frame_of_reference_uid=source.slices[0].FrameOfReferenceUID,
        )
    return CoordinatesForMeasurement(
        graphic_type=line.graphic_type,
        graphic_data=line.points,
        source_image=_image(line.index, source),
    )


def _region(line: DrawnLine, source: SourceImages) -> ImageRegion | ImageRegion3D:
    if line.index is None:
        return ImageRegion3D(
            graphic_type=line.graphic_type,
            graphic_data=line.points,
            frame_of_reference_uid=source.slices[0].FrameOfReferenceUID,
        )
    return ImageRegion(
        graphic_type=line.graphic_type,
        graphic_data=line.points,
        source_image=_image(line.index, source),
    )


def _image(index: int, source: SourceImages) -> SourceImageForRegion:
    image, frame = source.slices[index], source.frames[index]
    return SourceImageForRegion(
        referenced_sop_class_uid=image.SOPClassUID,
        referenced_sop_instance_uid=image.SOPInstanceUID,
        referenced_frame_numbers=[frame] if frame is not None else None,
    )
