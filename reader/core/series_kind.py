"""What sort of images a series holds: for hanging, for models, for what may be measured."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class SeriesKind(enum.Enum):
    """Whether a series' images are one volume. The value is the word `reader info` writes."""

    VOLUME = "volume"
    """Parallel slices of one grid: any plane can be cut through them."""
    IMAGES = "images"
    """Single images one after the other (radiographs, photographs, captures): k is a count."""
    CINE = "cine"
    """Frames of one view over time: k is time."""


class SeriesClass(enum.Enum):
    """What a series shows, as far as its header tells. The value is for files and rules."""

    UNKNOWN = "unknown"
    LOCALIZER = "localizer"
    CT_SOFT_TISSUE = "ct-soft-tissue"
    CT_LUNG = "ct-lung-kernel"
    CT_BONE = "ct-bone-kernel"
    CT_OTHER = "ct-other"
    MR_T1 = "mr-t1"
    MR_T2 = "mr-t2"
    MR_FLAIR = "mr-flair"
    MR_PD = "mr-pd"
    MR_DWI = "mr-dwi"
    MR_ADC = "mr-adc"
    MR_SWI = "mr-swi"
    MR_ANGIO = "mr-angiography"
    MR_PERFUSION = "mr-perfusion"
    MR_OTHER = "mr-other"
    PET_CORRECTED = "pet-attenuation-corrected"
    PET_UNCORRECTED = "pet-uncorrected"
    NUCLEAR = "nuclear-medicine"
    RADIOGRAPH = "radiograph"
    MAMMOGRAM = "mammogram"
    ANGIOGRAM = "angiogram"
    ULTRASOUND = "ultrasound"
    PHOTOGRAPH = "photograph"
    PARAMETRIC_MAP = "parametric-map"
    DERIVED = "derived"
    """Projections, reformats and other images computed from images."""
    CAPTURE = "secondary-capture"


class ContrastPhase(enum.Enum):
    """Contrast agent and its phase, as far as the header tells."""

    UNKNOWN = "unknown"
    NATIVE = "native"
    ARTERIAL = "arterial"
    PORTAL_VENOUS = "portal-venous"
    DELAYED = "delayed"
    GIVEN = "given"
    """Contrast was given; which phase this is the header does not tell."""


class SpacingSource(enum.Enum):
    """What the distance between pixels means, and so whether a length is true."""

    PATIENT = "patient"
    """In the patient: volumes, or radiographs with a calibrated Pixel Spacing."""
    DETECTOR = "detector"
    """At the detector: lengths in the patient are shorter by an unknown magnification."""
    ULTRASOUND = "ultrasound"
    """From the calibration of the image's ultrasound region."""
    NONE = "none"
    """Unknown: only pixels can be counted."""


class PhaseAxis(enum.Enum):
    """What tells the volumes of a 4-D series apart."""

    TIME = "time"
    CARDIAC = "cardiac"
    B_VALUE = "b-value"
    ECHO = "echo"
    DIRECTION = "direction"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PhasePlace:
    """Where a series stands among those of one acquisition that lie on the same grid.

    Members of a `group` are equal in it and run from `index` 0 to `count` - 1; `label` is
    what sets this one apart, in the field's short words: "b 800", "TE 4.6", "t 3".
    """

    group: str
    index: int
    count: int
    axis: PhaseAxis
    label: str
