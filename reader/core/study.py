"""Study, series and instance headers: what is known before any pixel is read."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowLevel
from reader.core.series_kind import (
    ContrastPhase,
    PhasePlace,
    SeriesClass,
    SeriesKind,
    SpacingSource,
)
from reader.core.suv import SuvScale
from reader.core.text import Text

CURVED: Final = "curved"
"""How `Series.variant` begins where a series shows another along a drawn path."""


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
    OBLIQUE = "oblique"
    LEFT_HANDED = "left-handed"
    DETECTOR_SPACING = "spacing-at-detector"
    RESAMPLED = "resampled"
    SIGN_MISMATCH = "sign-mismatch"
    REDUCED_COLOR = "reduced-color"
    NOT_A_VOLUME = "not-a-volume"
    OTHER_CLASS = "unknown-sop-class"
    FEW_SLICES = "few-slices"
    OFF_LINE = "slices-off-line"
    SPACING_DISAGREES = "spacing-disagrees"
    MIXED_FRAMES = "mixed-frames-of-reference"
    MIXED_SCALING = "mixed-scaling"
    COMPLEX = "complex-magnitude"
    TWO_POSITIONS = "two-positions"


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
    view_position: str = ""
    acquired_at: str = ""
    """Date and time of acquisition as the header writes them, for telling phases apart."""
    frame_time_ms: float | None = None
    """Time from frame to frame of a cine, for playing it."""
    patient_orientation: tuple[str, str] = ("", "")
    """Where a row and a column of a radiograph lead ("L", "F"); empty = not stated."""


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
    """`dicom`, `nifti`, `nrrd` or `metaimage`."""
    kind: SeriesKind = SeriesKind.VOLUME
    is_color: bool = False
    spacing_source: SpacingSource = SpacingSource.PATIENT
    category: SeriesClass = SeriesClass.UNKNOWN
    contrast_phase: ContrastPhase = ContrastPhase.UNKNOWN
    phase: PhasePlace | None = None
    """Its place among the volumes of a 4-D acquisition; None = it stands alone."""
    suv: SuvScale | None = None
    """For PET in Bq/ml (or what the maker scales to it); None for everything else."""
    unit_name: str = ""
    """The header's own word for the unit, where `unit` is ARBITRARY ("mm2/s"); or empty."""
    variant: str = ""
    """Names a volume computed from this series and shown beside it ("straight", CURVED)."""

    @property
    def key(self) -> str:
        """Unique among open series: the UID, with the part when there are several."""
        part = self.series_uid if self.part == 0 else f"{self.series_uid}#{self.part}"
        return f"{part}~{self.variant}" if self.variant else part

    @property
    def is_curved(self) -> bool:
        """Whether it shows another along a drawn path: it is gone when the study is closed."""
        return self.variant.startswith(CURVED)

    @property
    def measures_in_plane(self) -> bool:
        """Whether lengths within a stored image are true; `measurable` is about all three axes."""
        return self.spacing_source is not SpacingSource.NONE


class ObjectKind(enum.Enum):
    """What a DICOM object that is not an image says about images."""

    SEGMENTATION = "segmentation"
    STRUCTURES = "structure-set"
    REPORT = "report"
    PRESENTATION = "presentation-state"
    KEY_IMAGES = "key-images"
    DOCUMENT = "document"
    VALUE_MAPPING = "real-world-values"


@dataclass(frozen=True, slots=True)
class StudyObject:
    """A DICOM object of a study made by others: found by a scan, read when it is asked for.

    `references` are the SOP Instance UIDs of the images it is about, as far as a look at
    its header tells; empty = they are found when it is read. `frame_of_reference_uid`
    ties it to series where no image is named.
    """

    kind: ObjectKind
    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    series_uid: str
    modality: str
    description: str
    number: int | None = None
    references: frozenset[str] = frozenset()
    frame_of_reference_uid: str = ""


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
    objects: tuple[StudyObject, ...] = ()


@dataclass(frozen=True, slots=True)
class StudySummary:
    """A study in a line: while a folder is being looked through, and in the library."""

    study_uid: str
    patient: Patient
    description: str
    date: str
    modalities: tuple[str, ...]
    series_count: int
    image_count: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that was looked at and not opened, with the reason.

    `is_image` is False for one that nobody would take for a medical image, such as a text
    beside them: it is listed, and no cause for a warning.
    """

    path: Path
    why: Text
    is_image: bool = True


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Everything a folder held: what opens and what does not."""

    studies: tuple[Study, ...]
    unreadable: tuple[Unreadable, ...] = ()
