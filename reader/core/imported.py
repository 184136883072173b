"""What others said about the images: segmentations, structures, reports, marks, key images.

These values come from objects that another program wrote. They are never edited; what a
reader decides about them is in findings like any other.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap
from reader.core.intensity import WindowLevel
from reader.core.segmentation import Segment
from reader.core.text import Text


@dataclass(frozen=True, slots=True)
class ObjectOrigin:
    """Which object something came from, and who made it. Empty = not stated.

    `maker` is the device or program, `person` whoever worked it: shown, never logged.
    """

    sop_instance_uid: str
    title: str = ""
    maker: str = ""
    version: str = ""
    person: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportedSegment:
    """One segment or structure, on sheet `sheet` of its object as label `segment.label`.

    `number` is its own in the object. The centre is that of its voxels; None when it has
    none. `algorithm` names what made it; empty for a person.
    """

    segment: Segment
    number: int
    sheet: int
    voxel_count: int
    center_lps_mm: tuple[float, float, float] | None
    algorithm: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ImportedSegmentation:
    """A SEG or RTSTRUCT on the grid of one series.

    `sheets` are uint16 label maps of shape `geometry.shape_kji`; segments that overlap lie
    on different ones. `heatmap` holds what a FRACTIONAL segmentation says of each voxel,
    the most where several segments do. `warnings` say what was left out or moved.
    """

    origin: ObjectOrigin
    series_key: str
    geometry: VolumeGeometry
    sheets: tuple[NDArray[np.uint16], ...]
    segments: tuple[ImportedSegment, ...]
    heatmap: Heatmap | None = None
    warnings: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        for sheet in self.sheets:
            if sheet.shape != self.geometry.shape_kji or sheet.dtype != np.uint16:
                raise ValueError("Sheets must be uint16 on the geometry's grid.")
            sheet.flags.writeable = False


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a report as text. `depth` is how far it is indented.

    The value is the report's own word, or a sentence of ours about it. `is_identity`: it
    names a person, and is hidden where identity is.
    """

    depth: int
    name: str
    value: str | Text = ""
    is_identity: bool = False


@dataclass(frozen=True, slots=True)
class ImportedReport:
    """A structured report: all of it as text, and what of it has a place in the images.

    `unplaced` counts measurement groups without a place in the open series.
    """

    origin: ObjectOrigin
    lines: tuple[ReportLine, ...]
    findings: tuple[Finding, ...] = ()
    unplaced: int = 0
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ImagePlace:
    """One stored image of an open series: slice `k`."""

    series_key: str
    k: int


class MarkShape(enum.Enum):
    """What a presentation state draws. The value is DICOM's Graphic Type, or `TEXT`."""

    POINT = "POINT"
    POLYLINE = "POLYLINE"
    INTERPOLATED = "INTERPOLATED"
    CIRCLE = "CIRCLE"
    ELLIPSE = "ELLIPSE"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class ImageMark:
    """A mark drawn on one image.

    `points` are (row, column) of the stored image, whole numbers being pixel centres. A
    circle has its centre and a point on it, an ellipse the ends of its long, then its short
    axis, a text where it begins.
    """

    place: ImagePlace
    shape: MarkShape
    points: tuple[tuple[float, float], ...]
    text: str = ""
    filled: bool = False


@dataclass(frozen=True, slots=True)
class ImportedPresentation:
    """A presentation state: marks and windows for images of open series."""

    origin: ObjectOrigin
    marks: tuple[ImageMark, ...]
    windows: tuple[tuple[str, WindowLevel], ...] = ()
    """(series key, window) in the order of the object."""
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedKeyImages:
    """Images somebody selected, and why."""

    origin: ObjectOrigin
    places: tuple[ImagePlace, ...]
    note: str = ""
    missing: int = 0
    """How many of the images named are not open."""


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """A document in a DICOM envelope. `media_type` is such as `application/pdf`."""

    origin: ObjectOrigin
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ImportedText:
    """An object that says something in words only, such as a real-world value mapping."""

    origin: ObjectOrigin
    lines: tuple[ReportLine, ...]


ImportedObject = (
    ImportedSegmentation
    | ImportedReport
    | ImportedPresentation
    | ImportedKeyImages
    | ImportedDocument
    | ImportedText
)
