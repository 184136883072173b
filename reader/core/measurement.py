"""What a reader drew on an image to measure or to point at something."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from reader.core.geometry import Point


class MeasurementKind(enum.Enum):
    """What was drawn. The value is written into files; `least_points` says how much makes one."""

    LENGTH = "length"
    """Two ends."""
    ANGLE = "angle"
    """An end, the corner, the other end."""
    COBB = "cobb"
    """Two lines: first two ends, then two ends."""
    BIDIRECTIONAL = "bidirectional"
    """The long axis' ends, then the short axis' ends, at right angles to it."""
    ELLIPSE = "ellipse"
    """The ends of one axis, then of the other."""
    RECTANGLE = "rectangle"
    """The four corners in turn."""
    FREEHAND = "freehand"
    """A closed line, the last point joined to the first."""
    PROBE = "probe"
    """One point."""
    SUV_PEAK = "suv-peak"
    """A region: like ELLIPSE; the sphere of 1 ml with the highest mean in it is reported."""
    ARROW = "arrow"
    """The tip, then the tail, beside which the text stands."""
    TEXT = "text"
    """Where the text begins."""
    KEY_IMAGE = "key-image"
    """The middle of an image that is marked as one to remember; nothing is drawn."""

    @property
    def least_points(self) -> int:
        """How many points a complete drawing has; FREEHAND may have more."""
        return _LEAST_POINTS[self]

    @property
    def is_region(self) -> bool:
        """Whether it encloses pixels whose values are counted."""
        return self in _REGIONS

    @property
    def is_note(self) -> bool:
        """Whether it says something and measures nothing."""
        return self in (MeasurementKind.ARROW, MeasurementKind.TEXT, MeasurementKind.KEY_IMAGE)


_LEAST_POINTS = {
    MeasurementKind.LENGTH: 2,
    MeasurementKind.ANGLE: 3,
    MeasurementKind.COBB: 4,
    MeasurementKind.BIDIRECTIONAL: 4,
    MeasurementKind.ELLIPSE: 4,
    MeasurementKind.RECTANGLE: 4,
    MeasurementKind.FREEHAND: 3,
    MeasurementKind.PROBE: 1,
    MeasurementKind.SUV_PEAK: 4,
    MeasurementKind.ARROW: 2,
    MeasurementKind.TEXT: 1,
    MeasurementKind.KEY_IMAGE: 1,
}
_REGIONS = (
    MeasurementKind.ELLIPSE,
    MeasurementKind.RECTANGLE,
    MeasurementKind.FREEHAND,
    MeasurementKind.SUV_PEAK,
)


class QuantityKind(enum.Enum):
    """What a number of a measurement says. The value is written into files."""

    LENGTH = "length"
    LONG_AXIS = "long-axis"
    SHORT_AXIS = "short-axis"
    ANGLE = "angle"
    AREA = "area"
    MEAN = "mean"
    SD = "sd"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    VALUE = "value"
    PEAK = "peak"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number with its unit: `mm`, `mm2`, `deg`, or the unit of the series' values.

    `unit` is a UCUM code for lengths, areas and angles; for values it is the word that the
    series is shown in (`HU`, `SUVbw`, `Bq/ml`, empty where it has none).
    """

    kind: QuantityKind
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """A drawing in the patient's space and what it measures.

    `points_lps_mm` are in the order that `kind` asks for and lie in one plane, whose unit
    normal is `normal_lps`. A drawing on images that are no volume is on image `index` of
    its series, which `points_lps_mm` alone does not tell. `text` is the reader's own.
    """

    kind: MeasurementKind
    points_lps_mm: tuple[Point, ...]
    normal_lps: Point
    quantities: tuple[Quantity, ...] = ()
    text: str = ""
    index: int | None = None
    source_label: int | None = None
    """The label of the segment whose axes these are; None for one drawn by hand."""

    def __post_init__(self) -> None:
        if len(self.points_lps_mm) < self.kind.least_points:
            raise ValueError(f"A {self.kind.value} needs {self.kind.least_points} points.")

    def quantity(self, kind: QuantityKind) -> Quantity | None:
        """One of its numbers; None if it does not have it."""
        return next((q for q in self.quantities if q.kind is kind), None)
