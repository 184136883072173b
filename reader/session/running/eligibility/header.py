"""Whether a model may run on a series: the study held against the model's card."""

from __future__ import annotations

import re

import numpy as np

from reader.core.intensity import IntensityUnit
from reader.core.model import (
    Eligibility,
    EligibilityCheck,
    EligibilityRules,
    ModelSpec,
    Verdict,
)
from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import Series, Study, WarningCode
from reader.core.text import Text, say
from reader.core.volume import Volume

AIR_HU = (-1200, -850)
"""Where the darkest hundredth of a CT that includes air must lie."""


def check_header(study: Study, series: Series, spec: ModelSpec) -> Eligibility:
    """Compare what the headers say. Instant; no pixel is looked at."""
    rules = spec.eligibility
    checks = [
        _modality(series, rules),
        _body_part(series, rules),
        _kind(series),
        _image_type(series),
        _geometry(series),
        _slice_spacing(series, rules),
        _pixel_spacing(series, rules),
        _extent(series, rules),
        _age(study, rules),
    ]
    return _verdict(checks)


def check_content(volume: Volume, spec: ModelSpec, lung_ml: float | None) -> Eligibility:
    """Compare what the pixels say. `lung_ml` is the volume of lung found in the image.

    Takes seconds on a whole CT: call it in a job.
    """
    checks: list[EligibilityCheck | None] = [_slices_read(volume)]
    if spec.eligibility.modality == "CT":
        checks.append(_hounsfield(volume))
    if spec.eligibility.minimum_lung_ml is not None and lung_ml is not None:
        checks.append(_lung(lung_ml, spec.eligibility.minimum_lung_ml))
    return _verdict(checks)


def joined(first: Eligibility, second: Eligibility) -> Eligibility:
    """Both comparisons as one."""
    return _verdict([*first.checks, *second.checks])


def _verdict(checks: list[EligibilityCheck | None]) -> Eligibility:
    made = tuple(c for c in checks if c is not None)
    order = (Verdict.REFUSED, Verdict.CAUTION)
    reasons = tuple(
        say(
            "{check}: {found}, the card asks for {wanted}.",
            check=c.name,
            found=c.this_study,
            wanted=c.card,
        )
        for verdict in order
        for c in made
        if c.verdict is verdict
    )
    return Eligibility(made, reasons)


def _check(name: Text, found: Text, card: Text, verdict: Verdict) -> EligibilityCheck:
    return EligibilityCheck(name, found, card, verdict)


def _modality(series: Series, rules: EligibilityRules) -> EligibilityCheck:
    fits = series.modality == rules.modality
    return _check(
        say("Modality"),
        say("{value}", value=series.modality or "?"),
        say("{value}", value=rules.modality),
        Verdict.OK if fits else Verdict.REFUSED,
    )


def _body_part(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    """The tag is unreliable, so another part is a caution, and none says nothing."""
    stated = series.tags.body_part.upper()
    if not rules.body_parts or not stated:
        return None
    fits = any(part.upper() in stated or stated in part.upper() for part in rules.body_parts)
    return _check(
        say("Body part"),
        say("{value}", value=stated),
        say("{value}", value=", ".join(rules.body_parts)),
        Verdict.OK if fits else Verdict.CAUTION,
    )


def _kind(series: Series) -> EligibilityCheck | None:
    """Models here read volumes of values: no radiographs, films or colour pictures."""
    if series.kind is SeriesKind.VOLUME and not series.is_color:
        return None
    found = say("colour pictures") if series.is_color else say("single images")
    return _check(say("Kind of images"), found, say("slices of one volume"), Verdict.REFUSED)


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
    return _check(say("Image type"), found, say("original slices"), verdict)


def _geometry(series: Series) -> EligibilityCheck:
    gaps = {WarningCode.MISSING_SLICES, WarningCode.UNEVEN_SPACING}
    if not series.measurable and not any(w.code in gaps for w in series.warnings):
        found, verdict = say("cannot be measured"), Verdict.REFUSED
    elif any(w.code in gaps for w in series.warnings):
        found, verdict = say("slices missing or uneven"), Verdict.CAUTION
    elif series.variant:
        found, verdict = say("resampled"), Verdict.CAUTION
    else:
        found, verdict = say("even"), Verdict.OK
    return _check(say("Geometry"), found, say("even"), verdict)


def _range_text(bounds: tuple[float, float]) -> Text:
    if bounds[0] <= 0:
        return say("up to {high:.1f} mm", high=bounds[1])
    return say("{low:.1f} to {high:.1f} mm", low=bounds[0], high=bounds[1])


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
    return _check(
        say("Slice spacing"),
        say("{value:.1f} mm", value=spacing),
        _range_text(shown or (0.0, 0.0)),
        verdict,
    )


def _pixel_spacing(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    tested = rules.tested_pixel_spacing_mm
    if tested is None:
        return None
    spacing = max(series.geometry.spacing_kji_mm[1:])
    fits = tested[0] <= spacing <= tested[1]
    return _check(
        say("Pixel spacing"),
        say("{value:.2f} mm", value=spacing),
        _range_text(tested),
        Verdict.OK if fits else Verdict.CAUTION,
    )


def _extent(series: Series, rules: EligibilityRules) -> EligibilityCheck | None:
    if rules.minimum_extent_mm is None:
        return None
    shape, spacing = series.geometry.shape_kji, series.geometry.spacing_kji_mm
    extent = shape[0] * spacing[0]
    return _check(
        say("Length covered"),
        say("{value:.0f} mm", value=extent),
        say("{value:.0f} mm or more", value=rules.minimum_extent_mm),
        Verdict.OK if extent >= rules.minimum_extent_mm else Verdict.CAUTION,
    )


def _age(study: Study, rules: EligibilityRules) -> EligibilityCheck | None:
    """DICOM ages are `nnnY`, `nnnM`, `nnnW` or `nnnD`. Source: PS3.5 6.2 (AS)."""
    match = re.fullmatch(r"(\d{1,3})([YMWD])", study.patient.age.strip().upper())
    if rules.minimum_age_years is None or match is None:
        return None
    years = int(match[1]) / {"Y": 1, "M": 12, "W": 52.18, "D": 365.25}[match[2]]
    return _check(
        say("Age"),
        say("{value:.0f} years", value=years),
        say("{value:.0f} years or more", value=rules.minimum_age_years),
        Verdict.OK if years >= rules.minimum_age_years else Verdict.CAUTION,
    )


def _slices_read(volume: Volume) -> EligibilityCheck | None:
    """A slice that could not be read is empty: nothing can be found in it."""
    if all(w.code is not WarningCode.UNREADABLE_INSTANCES for w in volume.warnings):
        return None
    return _check(say("Slices"), say("some could not be read"), say("every slice"), Verdict.CAUTION)


def _hounsfield(volume: Volume) -> EligibilityCheck:
    """Air must be where Hounsfield units put it, or the rescale values are wrong."""
    step = max(1, volume.voxels.shape[0] // 16)
    sample = volume.voxels[::step, ::8, ::8].ravel().astype(np.float32)
    sample = sample[~volume.is_padding(sample)]
    sample = sample[sample > -1500]
    if volume.unit is not IntensityUnit.HU or not sample.size:
        darkest, verdict = say("not in HU"), Verdict.REFUSED
    else:
        air = float(np.percentile(sample, 1))
        fits = AIR_HU[0] <= air <= AIR_HU[1]
        darkest = say("{value:.0f} HU", value=air)
        verdict = Verdict.OK if fits else Verdict.CAUTION
    return _check(
        say("Darkest values"),
        darkest,
        say("{low} to {high} HU", low=AIR_HU[0], high=AIR_HU[1]),
        verdict,
    )


def _lung(lung_ml: float, minimum_ml: float) -> EligibilityCheck:
    fraction = lung_ml / minimum_ml
    verdict = Verdict.OK if fraction >= 1 else Verdict.CAUTION
    if fraction < 0.1:
        verdict = Verdict.REFUSED
    return _check(
        say("Lung in the image"),
        say("{value:.0f} ml", value=lung_ml),
        say("{value:.0f} ml or more", value=minimum_ml),
        verdict,
    )
