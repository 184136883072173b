"""What a measurement says, in words and numbers: beside its drawing and in lists."""

from __future__ import annotations

from typing import Final

from reader.core.measurement import Measurement, MeasurementKind, Quantity, QuantityKind
from reader.core.text import Text, say
from reader.ui import quantities
from reader.ui.icons import Icon
from reader.ui.translate import tr

KIND_ICONS: Final = {
    MeasurementKind.LENGTH: Icon.RULER,
    MeasurementKind.ANGLE: Icon.ANGLE,
    MeasurementKind.COBB: Icon.LINE_SEGMENTS,
    MeasurementKind.BIDIRECTIONAL: Icon.ARROWS_OUT_CARDINAL,
    MeasurementKind.ELLIPSE: Icon.CIRCLE,
    MeasurementKind.RECTANGLE: Icon.RECTANGLE,
    MeasurementKind.FREEHAND: Icon.SCRIBBLE_LOOP,
    MeasurementKind.PROBE: Icon.EYEDROPPER,
    MeasurementKind.SUV_PEAK: Icon.TARGET,
    MeasurementKind.ARROW: Icon.ARROW_UP_LEFT,
    MeasurementKind.TEXT: Icon.TEXT_T,
    MeasurementKind.KEY_IMAGE: Icon.STAR,
}
KIND_WORDS: Final[dict[MeasurementKind, Text]] = {
    MeasurementKind.LENGTH: say("Length"),
    MeasurementKind.ANGLE: say("Angle"),
    MeasurementKind.COBB: say("Cobb angle"),
    MeasurementKind.BIDIRECTIONAL: say("Long and short axis"),
    MeasurementKind.ELLIPSE: say("Ellipse"),
    MeasurementKind.RECTANGLE: say("Rectangle"),
    MeasurementKind.FREEHAND: say("Freehand region"),
    MeasurementKind.PROBE: say("Point value"),
    MeasurementKind.SUV_PEAK: say("SUV peak"),
    MeasurementKind.ARROW: say("Arrow"),
    MeasurementKind.TEXT: say("Text"),
    MeasurementKind.KEY_IMAGE: say("Key image"),
}
DEGREE: Final = "\u00b0"
_GAP: Final = "  "


def measured_lines(measurement: Measurement) -> tuple[str, ...]:
    """What stands beside the drawing: the reader's words, then the numbers, line by line."""
    words = tuple(measurement.text.splitlines())
    size = _size(measurement)
    if size:
        return (*words, size)
    lines = (
        _peak(measurement),
        _mean(measurement),
        _range(measurement),
        _area(measurement),
        _value(measurement),
    )
    return (*words, *(line for line in lines if line))


def measured_summary(measurement: Measurement) -> str:
    """The one number that a list has room for; of a note, what kind of one it is."""
    said = (
        _size(measurement),
        _peak(measurement),
        _mean(measurement),
        _value(measurement),
        _area(measurement),
        tr(KIND_WORDS[measurement.kind]) if measurement.kind.is_note else "",
    )
    return next((text for text in said if text), "")


def measurement_name(measurement: Measurement) -> str:
    """What it is called in a list: the reader's words, or its kind."""
    words = " ".join(measurement.text.split())
    return words or tr(KIND_WORDS[measurement.kind])


def _size(measurement: Measurement) -> str:
    long_axis = measurement.quantity(QuantityKind.LONG_AXIS)
    short_axis = measurement.quantity(QuantityKind.SHORT_AXIS)
    if long_axis is not None and not measurement.kind.is_region:
        return quantities.axes_mm(long_axis.value, short_axis.value if short_axis else None)
    length = measurement.quantity(QuantityKind.LENGTH)
    if length is not None and not measurement.kind.is_region:
        return quantities.millimetres(length.value)
    angle = measurement.quantity(QuantityKind.ANGLE)
    return f"{quantities.number(angle.value, 1)}{DEGREE}" if angle is not None else ""


def _peak(measurement: Measurement) -> str:
    peak = measurement.quantity(QuantityKind.PEAK)
    return tr(say("Peak {value}", value=_with_unit(peak))) if peak is not None else ""


def _mean(measurement: Measurement) -> str:
    mean, sd = measurement.quantity(QuantityKind.MEAN), measurement.quantity(QuantityKind.SD)
    if mean is None:
        return ""
    if sd is None:
        return tr(say("Mean {value}", value=_with_unit(mean)))
    places = _places(mean)
    both = f"{quantities.number(mean.value, places)} ± {quantities.number(sd.value, places)}"
    return tr(say("Mean {value}", value=_unit_after(both, mean.unit)))


def _range(measurement: Measurement) -> str:
    least = measurement.quantity(QuantityKind.MINIMUM)
    most = measurement.quantity(QuantityKind.MAXIMUM)
    if least is None or most is None:
        return ""
    places = min(_places(least), _places(most))
    return _GAP.join(
        (
            tr(say("Min {value}", value=quantities.number(least.value, places))),
            tr(say("Max {value}", value=quantities.number(most.value, places))),
        )
    )


def _area(measurement: Measurement) -> str:
    area = measurement.quantity(QuantityKind.AREA)
    if area is None:
        return ""
    places = 0 if area.value >= 10 else 1
    shown = _unit_after(quantities.number(area.value, places), "mm²")
    return tr(say("Area {value}", value=shown))


def _value(measurement: Measurement) -> str:
    value = measurement.quantity(QuantityKind.VALUE)
    return _with_unit(value) if value is not None else ""


def _with_unit(quantity: Quantity) -> str:
    return _unit_after(quantities.number(quantity.value, _places(quantity)), quantity.unit)


def _unit_after(number: str, unit: str) -> str:
    return f"{number}{quantities.THIN}{unit}" if unit else number


def _places(quantity: Quantity) -> int:
    """HU and counts whole, SUV two; what has no unit as many as its size asks for."""
    if quantity.unit.startswith("SUV"):
        return 2
    if quantity.unit:
        return 0
    size = abs(quantity.value)
    if size >= 100 or quantity.value == round(quantity.value):
        return 0
    return 1 if size >= 10 else 3
