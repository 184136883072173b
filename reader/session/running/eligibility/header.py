"""What the headers say, held against the card. Instant; no pixel is looked at."""

from __future__ import annotations

import re
from typing import Final

from reader.core.model import Eligibility, EligibilityCheck, EligibilityRules, ModelSpec, Verdict
from reader.core.series_kind import ContrastPhase, SeriesClass, SeriesKind
from reader.core.study import Series, Study, WarningCode
from reader.core.text import Text, say
from reader.session.running.eligibility.verdict import (
    check,
    listed,
    ok_or,
    range_text,
    verdict_over,
)

_KERNELS: Final = {
    SeriesClass.CT_SOFT_TISSUE: ("soft", say("soft tissue")),
    SeriesClass.CT_LUNG: ("lung", say("sharp, for lung")),
    SeriesClass.CT_BONE: ("bone", say("sharp, for bone")),
}
_KERNEL_WORDS: Final = {"soft": say("soft tissue"), "lung": say("lung"), "bone": say("bone")}
_SEQUENCES: Final = {
    SeriesClass.MR_T1: "T1",
    SeriesClass.MR_T2: "T2",
    SeriesClass.MR_FLAIR: "FLAIR",
    SeriesClass.MR_PD: "PD",
    SeriesClass.MR_DWI: "DWI",
    SeriesClass.MR_ADC: "ADC",
}
_NAMED: Final = re.compile(r"(?<![A-Z0-9])(FLAIR|T1|T2|PD|DWI|ADC)(?![0-9])")
"""A sequence in the name of a file whose format says nothing about it."""
_UNSTATED: Final = ("", "OT")


def check_header(study: Study, series: Series, spec: ModelSpec) -> Eligibility:
    """Compare what the headers say with the card."""
    rules = spec.eligibility
    return verdict_over(
        [
            _modality(series, rules),
            _body_part(series, rules),
            _kind(series),
            _image_type(series),
            _geometry(series),
            _slice_count(series, rules),
            _slice_spacing(series, rules),
            _pixel_spacing(series, rules),
            _extent(series, rules),
            _kernel(series, rules),
            _sequence(series, rules),
            _contrast(series, rules),
            *_age(study, rules),
        ]
    )


def says_contrast(series: Series) -> bool | None:
    """Whether the header says that contrast agent was given; None: it does not say."""
    if series.contrast_phase is ContrastPhase.NATIVE:
        return False
    if series.contrast_phase is not ContrastPhase.UNKNOWN or series.tags.contrast_agent:
        return True
    return None


def _modality(series: Series, rules: EligibilityRules) -> EligibilityCheck:
    name, found = say("Modality"), say("{value}", value=series.modality or "?")
    if not rules.modality:
        # Once and for all that such a card leaves out: nothing else of it can be compared.
        return check(name, found, say("not said: what images it is for"), Verdict.CAUTION)
    fits = series.modality == rules.modality
    # A NIfTI of HU is known for a CT, so one that is not cannot be one.
    is_unstated = series.format != "dicom" and series.modality in _UNSTATED
    if is_unstated and not fits and rules.modality != "CT":
        return check(name, say("not stated"), listed([rules.modality]), Verdict.CAUTION)
    return check(name, found, listed([rules.modality]), ok_or(Verdict.REFUSED, fits))


def _body_part(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    """The tag is unreliable, so another part is a caution, and none says nothing."""
    stated = series.tags.body_part.upper()
    if not rules.body_parts or not stated:
        return None
    fits = any(part.upper() in stated or stated in part.upper() for part in rules.body_parts)
    return check(
        say("Body part"), listed([stated]), listed(rules.body_parts), ok_or(Verdict.CAUTION, fits)
    )


def _kind(series: Series) -> EligibilityCheck | None:
    """Models here read volumes of values: no radiographs, films or colour pictures."""
    if series.kind is SeriesKind.VOLUME and not series.is_color:
        return None
    found = say("colour pictures") if series.is_color else say("single images")
    wanted = say("slices of one volume")
    return check(say("Kind of images"), found, wanted, Verdict.REFUSED, is_final=True)


def _image_type(series: Series) -> EligibilityCheck | None:
    kinds = {kind.upper() for kind in series.tags.image_type}
    if "LOCALIZER" in kinds or series.category is SeriesClass.LOCALIZER:
        verdict, found = Verdict.REFUSED, say("localizer")
    elif series.category is SeriesClass.CAPTURE:
        verdict, found = Verdict.REFUSED, say("screen capture")
    elif "DERIVED" in kinds and kinds & {"MIP", "PROJECTION IMAGE", "MINIP"}:
        verdict, found = Verdict.REFUSED, say("projection")
    elif kinds:
        verdict, found = Verdict.OK, say("original slices")
    else:
        return None
    return check(say("Image type"), found, say("original slices"), verdict)


def _geometry(series: Series) -> EligibilityCheck:
    gaps = {WarningCode.MISSING_SLICES, WarningCode.UNEVEN_SPACING}
    has_gaps = any(w.code in gaps for w in series.warnings)
    is_final = False
    if not series.measurable and not has_gaps:
        found, verdict, is_final = say("cannot be measured"), Verdict.REFUSED, True
    elif has_gaps:
        found, verdict = say("slices missing or uneven"), Verdict.CAUTION
    elif series.variant:
        found, verdict = say("resampled"), Verdict.CAUTION
    else:
        found, verdict = say("even"), Verdict.OK
    return check(say("Geometry"), found, say("even"), verdict, is_final=is_final)


def _slice_count(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    if rules.minimum_slices is None:
        return None
    count = series.geometry.shape_kji[0]
    return check(
        say("Number of slices"),
        say("{count}", count=count),
        say("{count} or more", count=rules.minimum_slices),
        ok_or(Verdict.CAUTION, count >= rules.minimum_slices),
    )


def _slice_spacing(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    spacing = series.geometry.spacing_kji_mm[0]
    allowed, tested = rules.allowed_slice_spacing_mm, rules.tested_slice_spacing_mm
    if allowed is None and tested is None:
        return None
    verdict = Verdict.OK
    if tested is not None and not tested[0] <= spacing <= tested[1]:
        verdict = Verdict.CAUTION
    if allowed is not None and not allowed[0] <= spacing <= allowed[1]:
        verdict = Verdict.REFUSED
    shown = allowed if verdict is Verdict.REFUSED else (tested or allowed)
    return check(
        say("Slice spacing"),
        say("{value:.1f} mm", value=spacing),
        range_text(shown or (0.0, 0.0)),
        verdict,
    )


def _pixel_spacing(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    tested = rules.tested_pixel_spacing_mm
    if tested is None:
        return None
    spacing = max(series.geometry.spacing_kji_mm[1:])
    return check(
        say("Pixel spacing"),
        say("{value:.2f} mm", value=spacing),
        range_text(tested),
        ok_or(Verdict.CAUTION, tested[0] <= spacing <= tested[1]),
    )


def _extent(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    if rules.minimum_extent_mm is None:
        return None
    extent = series.geometry.shape_kji[0] * series.geometry.spacing_kji_mm[0]
    return check(
        say("Length covered"),
        say("{value:.0f} mm", value=extent),
        say("{value:.0f} mm or more", value=rules.minimum_extent_mm),
        ok_or(Verdict.CAUTION, extent >= rules.minimum_extent_mm),
    )


def _kernel(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    """Only where the header tells what the reconstruction is for."""
    if not rules.kernels or series.category not in _KERNELS:
        return None
    family, found = _KERNELS[series.category]
    return check(
        say("Reconstruction"),
        found,
        _either([_KERNEL_WORDS[kernel] for kernel in rules.kernels]),
        ok_or(Verdict.CAUTION, family in rules.kernels),
    )


def _sequence(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    """The sequence by the header, or by the file's name where the format has no header."""
    if not rules.sequences or series.modality not in ("MR", *_UNSTATED):
        return None
    sequence = _SEQUENCES.get(series.category, "")
    if not sequence and series.format != "dicom":
        named = _NAMED.search(series.description.upper().replace("_", " "))
        sequence = named[1] if named is not None else ""
    if not sequence and series.category not in (SeriesClass.UNKNOWN, SeriesClass.MR_OTHER):
        found = say("another one")
    else:
        found = listed([sequence]) if sequence else say("not stated")
    return check(
        say("Sequence"),
        found,
        listed(rules.sequences),
        ok_or(Verdict.CAUTION, sequence in rules.sequences),
    )


def _contrast(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    """What the header does not say the pixels are asked for."""
    given = says_contrast(series)
    if not rules.contrast or given is None:
        return None
    return contrast_check(given, rules)


def contrast_check(given: bool, rules: EligibilityRules) -> EligibilityCheck:
    """Contrast agent, by header or by pixels."""
    words = {True: say("given"), False: say("none")}
    return check(
        say("Contrast agent"),
        words[given],
        words[rules.contrast == "with"],
        ok_or(Verdict.CAUTION, given is (rules.contrast == "with")),
    )


def _age(study: Study, rules: EligibilityRules) -> tuple[EligibilityCheck, ...]:
    """DICOM ages are `nnnY`, `nnnM`, `nnnW` or `nnnD`. Source: PS3.5 6.2 (AS)."""
    match = re.fullmatch(r"(\d{1,3})([YMWD])", study.patient.age.strip().upper())
    if match is None:
        return ()
    years = int(match[1]) / {"Y": 1, "M": 12, "W": 52.18, "D": 365.25}[match[2]]
    name, found = say("Age"), say("{value:.0f} years", value=years)
    low, high = rules.minimum_age_years, rules.maximum_age_years
    checks = []
    if low is not None:
        least = say("{value:.0f} years or more", value=low)
        checks.append(check(name, found, least, ok_or(Verdict.CAUTION, years >= low)))
    if high is not None:
        most = say("{value:.0f} years or less", value=high)
        checks.append(check(name, found, most, ok_or(Verdict.CAUTION, years <= high)))
    return tuple(checks)


def _either(words: list[Text]) -> Text:
    """`a` or `a or b` or `a or b or c`."""
    text = words[0]
    for word in words[1:]:
        text = say("{one} or {other}", one=text, other=word)
    return text
