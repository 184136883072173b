"""Words that come with data and not from our code: clinical terms that we can translate.

Models, headers and codes bring their own names. Those listed here are in the translation;
any other is shown as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.core.codes import CodedConcept
from reader.core.review import RejectReason
from reader.core.series_kind import ContrastPhase, SeriesClass, SeriesKind, SpacingSource
from reader.core.study import GeometryWarning, Series, WarningCode
from reader.core.text import Text, say
from reader.ui.translate import tr

REASON_WORDS: Final = {
    RejectReason.VESSEL: say("vessel"),
    RejectReason.SCAR: say("scar or fibrosis"),
    RejectReason.ARTIFACT: say("artifact"),
    RejectReason.BENIGN: say("benign"),
    RejectReason.DUPLICATE: say("duplicate"),
    RejectReason.OTHER: say("other reason"),
}
"""As they stand inside a line; the buttons have them with a capital."""

SITE_WORDS: Final[dict[str, Text]] = {
    "44029006": say("left lung"),
    "3341006": say("right lung"),
    "39607008": say("lung"),
}
"""By SNOMED CT code."""

DATA_TERMS: Final[tuple[Text, ...]] = (
    say("Lung nodule"),
    say("Nodule"),
    say("Solid nodule"),
    say("Lesion"),
    say("Finding"),
    say("Left lung"),
    say("Right lung"),
    say("Lungs"),
    say("Chest CT: lungs and nodules"),
)
"""Names of labels and findings that our own models and tools give."""
_BY_NAME: Final = {term.template: term for term in DATA_TERMS}


def term(name: str) -> str:
    """A name that came with data, translated if it is one of ours."""
    known = _BY_NAME.get(name)
    return tr(known) if known is not None else name


def site_word(site: CodedConcept) -> str:
    """A body site as it stands inside a line."""
    known = SITE_WORDS.get(site.value)
    return tr(known) if known is not None else site.meaning.lower()


KIND_WORDS: Final = {
    SeriesKind.VOLUME: say("Volume"),
    SeriesKind.IMAGES: say("Single images"),
    SeriesKind.CINE: say("Cine"),
}

CLASS_WORDS: Final = {
    SeriesClass.LOCALIZER: say("Localizer"),
    SeriesClass.CT_SOFT_TISSUE: say("Soft-tissue kernel"),
    SeriesClass.CT_LUNG: say("Lung kernel"),
    SeriesClass.CT_BONE: say("Bone kernel"),
    SeriesClass.MR_T1: say("T1"),
    SeriesClass.MR_T2: say("T2"),
    SeriesClass.MR_FLAIR: say("FLAIR"),
    SeriesClass.MR_PD: say("PD"),
    SeriesClass.MR_DWI: say("DWI"),
    SeriesClass.MR_ADC: say("ADC"),
    SeriesClass.MR_SWI: say("SWI"),
    SeriesClass.MR_ANGIO: say("MR angiography"),
    SeriesClass.MR_PERFUSION: say("Perfusion"),
    SeriesClass.PET_CORRECTED: say("PET, attenuation corrected"),
    SeriesClass.PET_UNCORRECTED: say("PET, not attenuation corrected"),
    SeriesClass.NUCLEAR: say("Nuclear medicine"),
    SeriesClass.RADIOGRAPH: say("Radiograph"),
    SeriesClass.MAMMOGRAM: say("Mammogram"),
    SeriesClass.ANGIOGRAM: say("Angiogram"),
    SeriesClass.ULTRASOUND: say("Ultrasound"),
    SeriesClass.PHOTOGRAPH: say("Photograph"),
    SeriesClass.PARAMETRIC_MAP: say("Parametric map"),
    SeriesClass.DERIVED: say("Derived images"),
    SeriesClass.CAPTURE: say("Secondary capture"),
}
"""A class that the header does not tell has no word."""

CONTRAST_WORDS: Final = {
    ContrastPhase.NATIVE: say("no contrast agent"),
    ContrastPhase.ARTERIAL: say("arterial"),
    ContrastPhase.PORTAL_VENOUS: say("portal venous"),
    ContrastPhase.DELAYED: say("delayed"),
    ContrastPhase.GIVEN: say("contrast agent given"),
}

BADGE_WORDS: Final = {
    WarningCode.MISSING_SLICES: say("slices missing"),
    WarningCode.UNEVEN_SPACING: say("uneven spacing"),
    WarningCode.DUPLICATE_POSITION: say("duplicates"),
    WarningCode.GANTRY_TILT: say("tilted"),
    WarningCode.NO_SPACING: say("measured in pixels"),
    WarningCode.NO_POSITION: say("no position"),
    WarningCode.THICKNESS_OVERLAP: say("overlapping"),
    WarningCode.LOSSY: say("lossy"),
    WarningCode.SPLIT: say("split"),
    WarningCode.SINGLE_SLICE: say("single slice"),
    WarningCode.UNREADABLE_INSTANCES: say("slices not read"),
    WarningCode.SHEARED: say("sheared"),
    WarningCode.OBLIQUE: say("oblique"),
    WarningCode.LEFT_HANDED: say("left-handed"),
    WarningCode.DETECTOR_SPACING: say("spacing at detector"),
    WarningCode.RESAMPLED: say("resampled"),
    WarningCode.SIGN_MISMATCH: say("sign unclear"),
    WarningCode.REDUCED_COLOR: say("fewer colours"),
    WarningCode.NOT_A_VOLUME: say("not a volume"),
    WarningCode.OTHER_CLASS: say("unknown kind"),
    WarningCode.FEW_SLICES: say("few slices"),
    WarningCode.OFF_LINE: say("slices off line"),
    WarningCode.SPACING_DISAGREES: say("spacing disagrees"),
    WarningCode.MIXED_FRAMES: say("not linked"),
    WarningCode.MIXED_SCALING: say("mixed scaling"),
    WarningCode.COMPLEX: say("magnitude"),
    WarningCode.TWO_POSITIONS: say("two positions"),
}
"""What is odd about a series, in a word or two; the sentence is the warning's own."""

_SPACING_WARNINGS: Final = {
    SpacingSource.NONE: GeometryWarning(
        WarningCode.NO_SPACING,
        say("The header does not say how large a pixel is: only pixels can be counted."),
    ),
    SpacingSource.DETECTOR: GeometryWarning(
        WarningCode.DETECTOR_SPACING,
        say("Lengths are those at the detector; in the patient they are shorter."),
    ),
}


def all_warnings(
    series: Series, of_volume: tuple[GeometryWarning, ...] = ()
) -> tuple[GeometryWarning, ...]:
    """What is odd about a series by its headers and by its pixels, each sentence once."""
    implied = _SPACING_WARNINGS.get(series.spacing_source)
    said = {w.code for w in series.warnings}
    more = (implied,) if implied is not None and implied.code not in said else ()
    every: list[GeometryWarning] = []
    for warning in (*series.warnings, *of_volume, *more):
        if warning not in every:
            every.append(warning)
    return tuple(every)


_CALM: Final = frozenset(
    {
        WarningCode.OBLIQUE,
        WarningCode.SPLIT,
        WarningCode.MIXED_FRAMES,
        WarningCode.DETECTOR_SPACING,
        WarningCode.THICKNESS_OVERLAP,
    }
)


@dataclass(frozen=True, slots=True)
class Badge:
    """What is odd in a word or two, and the sentence behind it.

    `is_calm`: worth knowing and no reason to beware, so not in amber.
    """

    word: str
    sentence: str
    is_calm: bool = False


def badges(series: Series, of_volume: tuple[GeometryWarning, ...] = ()) -> tuple[Badge, ...]:
    """Everything odd about a series, and why its uptake is not told as SUV."""
    warnings = all_warnings(series, of_volume)
    made = [Badge(_word(w), tr(w.text), w.code in _CALM) for w in warnings]
    suv = series.suv
    if suv is not None and suv.body_weight is None and suv.why_not is not None:
        made.append(Badge(tr(say("no SUV")), tr(suv.why_not)))
    return tuple(made)


def _word(warning: GeometryWarning) -> str:
    known = BADGE_WORDS.get(warning.code)
    return tr(known) if known is not None else warning.code.value.replace("-", " ")


def class_word(series: Series) -> str:
    """What a series shows, as far as its header tells; empty if it does not.

    A kernel or sequence of no known class goes by the maker's own name for it.
    """
    if series.category is SeriesClass.CT_OTHER:
        return series.tags.kernel
    if series.category is SeriesClass.MR_OTHER:
        return series.tags.sequence_name
    known = CLASS_WORDS.get(series.category)
    return tr(known) if known is not None else ""


def contrast_word(series: Series) -> str:
    """Contrast agent and its phase; empty where the header says nothing."""
    known = CONTRAST_WORDS.get(series.contrast_phase)
    return tr(known) if known is not None else ""
