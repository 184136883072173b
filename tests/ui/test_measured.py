"""What a measurement says in words and numbers, in the design's format."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath

from reader.core.measurement import Measurement, MeasurementKind, Quantity, QuantityKind
from reader.ui.measured import (
    KIND_ICONS,
    KIND_WORDS,
    measured_lines,
    measured_summary,
    measurement_name,
)
from reader.ui.viewport.label_places import label_place

K, Q = MeasurementKind, QuantityKind
THIN, MINUS = "\u202f", "\u2212"


def of(kind, *quantities, text=""):
    points = tuple((float(n), 0.0, 0.0) for n in range(max(kind.least_points, 1)))
    return Measurement(kind, points, (0.0, 0.0, 1.0), tuple(Quantity(*q) for q in quantities), text)


REGION = of(
    K.ELLIPSE,
    (Q.AREA, 123.4, "mm2"),
    (Q.MEAN, 42.4, "HU"),
    (Q.SD, 11.6, "HU"),
    (Q.MINIMUM, -20.0, "HU"),
    (Q.MAXIMUM, 90.0, "HU"),
)


def test_millimetres_have_one_decimal():
    assert measured_lines(of(K.LENGTH, (Q.LENGTH, 15.46, "mm"))) == (f"15.5{THIN}mm",)


def test_two_axes_are_one_line():
    axes = of(K.BIDIRECTIONAL, (Q.LONG_AXIS, 17.1, "mm"), (Q.SHORT_AXIS, 13.9, "mm"))
    assert measured_lines(axes) == (f"17.1 × 13.9{THIN}mm",)


@pytest.mark.parametrize("kind", [K.ANGLE, K.COBB])
def test_angles_are_in_degrees(kind):
    assert measured_lines(of(kind, (Q.ANGLE, 24.07, "deg"))) == ("24.1°",)


def test_a_region_says_mean_range_and_area_line_by_line():
    assert measured_lines(REGION) == (
        f"Mean 42 ± 12{THIN}HU",
        f"Min {MINUS}20  Max 90",
        f"Area 123{THIN}mm²",
    )
    assert measured_summary(REGION) == f"Mean 42 ± 12{THIN}HU"


def test_uptake_has_two_decimals_and_the_peak_comes_first():
    peak = of(
        K.SUV_PEAK,
        (Q.MEAN, 5.8457, "SUVbw"),
        (Q.SD, 1.0, "SUVbw"),
        (Q.PEAK, 21.3215, "SUVbw"),
    )
    assert measured_lines(peak)[0] == f"Peak 21.32{THIN}SUVbw"
    assert measured_summary(peak) == f"Peak 21.32{THIN}SUVbw"


@pytest.mark.parametrize(
    ("value", "shown"), [(405.0, "405"), (17.25, "17.2"), (0.12345, "0.123"), (1234.5, "1234")]
)
def test_values_without_a_unit_have_as_many_places_as_their_size_asks_for(value, shown):
    assert measured_lines(of(K.PROBE, (Q.VALUE, value, ""))) == (shown,)


def test_the_readers_words_come_first_and_name_it():
    said = of(K.LENGTH, (Q.LENGTH, 9.0, "mm"), text="Target\n1")
    assert measured_lines(said) == ("Target", "1", f"9.0{THIN}mm")
    assert measurement_name(said) == "Target 1"
    assert measurement_name(of(K.LENGTH)) == "Length"


@pytest.mark.parametrize("kind", MeasurementKind)
def test_every_kind_has_a_word_and_an_icon_of_its_own(kind):
    assert KIND_WORDS[kind]
    assert KIND_ICONS[kind]
    assert [k for k in KIND_WORDS if str(KIND_WORDS[k]) == str(KIND_WORDS[kind])] == [kind]


# Where the words stand

AREA = QRectF(0, 0, 600, 600)
SIZE = QSizeF(60, 18)


def line(*points):
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    return path


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((250, 300), (350, 300)),
        ((300, 250), (300, 350)),
        ((5, 5), (90, 60)),
        ((595, 590), (520, 560)),
    ],
)
def test_words_keep_off_the_structure_and_inside_the_pane(start, end):
    a, b = QPointF(*start), QPointF(*end)
    box = label_place(K.LENGTH, (a, b), line(a, b), SIZE, AREA, ())
    assert AREA.contains(box)
    assert not line(a, b).intersects(box)


def test_words_keep_off_other_words():
    a, b = QPointF(250, 300), QPointF(350, 300)
    first = label_place(K.LENGTH, (a, b), line(a, b), SIZE, AREA, ())
    second = label_place(K.LENGTH, (a, b), line(a, b), SIZE, AREA, (first,))
    assert not second.intersects(first)


def test_a_text_stands_where_it_was_put():
    at = QPointF(120, 80)
    box = label_place(K.TEXT, (at,), QPainterPath(), SIZE, AREA, ())
    assert box.topLeft() == at
