"""Study, series and instance headers: what is known before any pixel is read."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.text import Text


class WarningCode(enum.Enum):
    """What is odd about a series. The value is the word written by `reader info`."""

    MISSING_SLICES = "missing-slices"
    UNEVEN_SPACING = "uneven-spacing"
    DUPLICATE_POSITION = "duplicate-position"
    GANTRY_TILT = "gantry-tilt"
    NO_SPACING = "no-spacing"
    NO_POSITION = "no-position"
    THICKNESS_OVERLAP = "overlapping-slices"
    LOSSY = "lossy-compressed"
    SPLIT = "split-series"
    SINGLE_SLICE = "single-slice"
    UNREADABLE_INSTANCES = "unreadable-instances"
    SHEARED = "sheared-grid"


@dataclass(frozen=True, slots=True)
class GeometryWarning:
    """One thing a reader must know before trusting a series."""

    code: WarningCode
    text: Text


@dataclass(frozen=True, slots=True)
class Patient:
    """Identity. Never logged, never part of an error."""

    name: str = ""
    patient_id: str = ""
    sex: str = ""
    birth_date: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class InstanceRef:
    """Where one slice is stored: a file and, in a multi-frame file, the frame in it."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    frame: int = 0


@dataclass(frozen=True, slots=True)
class SeriesTags:
    """Header values that hanging, eligibility and the corners of a viewport use.

    Empty or None = not stated in the header.
    """

    body_part: str = ""
    image_type: tuple[str, ...] = ()
    kernel: str = ""
    kvp: float | None = None
    slice_thickness_mm: float | None = None
    contrast_agent: str = ""
    manufacturer: str = ""
    sequence_name: str = ""
    laterality: str = ""
    lossy: bool = False
    low_is_white: bool = False
    """Photometric interpretation MONOCHROME1: the smallest value is shown white."""


@dataclass(frozen=True, slots=True)
class Series:
    """Instances that make one volume, in slice order (k = 0 first), with their geometry.

    One DICOM series that holds several stacks (localizers, echoes, b-values) becomes
    several of these, told apart by `part` (0 for the first).
    """

    series_uid: str
    modality: str
    description: str
    number: int | None
    geometry: VolumeGeometry
    instances: tuple[InstanceRef, ...]
    unit: IntensityUnit = IntensityUnit.ARBITRARY
    transfer_syntax_uid: str = ""
    windows: tuple[WindowLevel, ...] = ()
    tags: SeriesTags = field(default_factory=SeriesTags)
    warnings: tuple[GeometryWarning, ...] = ()
    measurable: bool = True
    part: int = 0
    format: str = "dicom"
    """`dicom` or `nifti`."""

    @property
    def key(self) -> str:
        """Unique among open series: the UID, with the part when there are several."""
        return self.series_uid if self.part == 0 else f"{self.series_uid}#{self.part}"


@dataclass(frozen=True, slots=True)
class Study:
    """What was done to one patient at one time, as far as the files given say."""

    study_uid: str
    description: str
    patient: Patient
    date: str
    series: tuple[Series, ...]
    time: str = ""
    accession: str = ""
    institution: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that was looked at and not opened, with the reason."""

    path: Path
    why: Text


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Everything a folder held: what opens and what does not."""

    studies: tuple[Study, ...]
    unreadable: tuple[Unreadable, ...] = ()
