"""What the pixels say, held against the card: the part that no header can be trusted for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from reader.core.cancel import CancelToken
from reader.core.intensity import IntensityUnit
from reader.core.model import Eligibility, EligibilityCheck, EligibilityRules, ModelSpec, Verdict
from reader.core.study import Series, Study, WarningCode
from reader.core.text import Text, say
from reader.core.volume import Volume
from reader.imaging.lungs import LungField, find_lungs
from reader.imaging.regions.ct_regions import BodyRegion, CtProfile, profile_of
from reader.imaging.regions.head_shape import Outline, outline_of
from reader.imaging.regions.hounsfield import metal_ml, peaks_of, shows_contrast
from reader.imaging.regions.organ_place import is_cut, looks_mirrored
from reader.session.running.eligibility.header import check_header, contrast_check, says_contrast
from reader.session.running.eligibility.verdict import check, joined, ok_or, verdict_over

AIR_HU: Final = (-1050, -950)
"""Where the air of a CT must be. Source: ai-facts, intended-use gate (-1000 +- 50)."""
_DARKEST_HU: Final = (-1200, -850)
"""Where the darkest hundredth must lie in a crop that shows no open air, but lung."""
_OPEN_AIR_HU: Final = -930
_TISSUE_HU: Final = (-150, 120)
"""Where the most frequent soft tissue must be: fat at -100 or muscle at 50."""

_LEAST_MM: Final = 24.0
"""What is seen of a region on less than that is not believed."""
_LEAST_SLICES: Final = 5
"""A stack of fewer is asked nothing about its shape: it may be a part of anything."""

_REGIONS_OF: Final[Mapping[str, frozenset[BodyRegion]]] = {
    word: frozenset(regions)
    for words, regions in (
        ("CHEST THORAX LUNG HEART BREAST RIB", {BodyRegion.CHEST}),
        ("TORSO TRUNK", {BodyRegion.CHEST, BodyRegion.ABDOMEN, BodyRegion.PELVIS}),
        ("ABDOMEN LIVER KIDNEY SPLEEN PANCREAS", {BodyRegion.ABDOMEN}),
        ("PELVIS PROSTATE BLADDER HIP UTERUS", {BodyRegion.PELVIS, BodyRegion.ABDOMEN}),
        ("HEAD BRAIN SKULL SINUS ORBIT FACE", {BodyRegion.HEAD}),
        ("NECK", {BodyRegion.NECK}),
        ("LEG ARM KNEE FEMUR FOOT HAND ANKLE WRIST EXTREMITY", {BodyRegion.LIMB}),
    )
    for word in words.split()
}
_WORDS: Final[Mapping[BodyRegion, Text]] = {
    BodyRegion.HEAD: say("head"),
    BodyRegion.NECK: say("neck"),
    BodyRegion.CHEST: say("chest"),
    BodyRegion.ABDOMEN: say("abdomen"),
    BodyRegion.PELVIS: say("pelvis"),
    BodyRegion.LIMB: say("arm or leg"),
}


def check_series(
    study: Study, series: Series, volume: Volume, spec: ModelSpec, cancel: CancelToken
) -> Eligibility:
    """Header and content held against the card. Seconds on a whole CT: for a job.

    Raises: Cancelled.
    """
    header = check_header(study, series, spec)
    if not header.may_be_overridden:
        return header
    cancel.check()
    rules = spec.eligibility
    # What was refused by its header costs no seconds, unless the reader insists.
    wants_lung = rules.minimum_lung_ml is not None and header.verdict is not Verdict.REFUSED
    lungs = find_lungs(volume) if wants_lung else None
    cancel.check()
    return joined(header, check_content(volume, spec, lungs, says_contrast(series)))


def check_content(
    volume: Volume, spec: ModelSpec, lungs: LungField | None, said_contrast: bool | None = None
) -> Eligibility:
    """Compare what the pixels say. `lungs` are those found in the image, if looked for.

    `said_contrast`: what the header says about contrast agent. Takes about a second on a
    whole CT: call it in a job.
    """
    rules = spec.eligibility
    checks: list[EligibilityCheck | None] = [_slices_read(volume)]
    if rules.modality == "CT":
        checks += _of_ct(volume, rules, said_contrast)
    if rules.modality == "MR":
        checks += _of_mr(volume, rules)
    if rules.minimum_lung_ml is not None and lungs is not None:
        checks.append(_lung(lungs.volume_ml, rules.minimum_lung_ml))
        if rules.whole and lungs.volume_ml >= rules.minimum_lung_ml:
            checks.append(_whole(is_cut(lungs)))
    return verdict_over(checks)


def _of_ct(
    volume: Volume, rules: EligibilityRules, said_contrast: bool | None
) -> Iterator[EligibilityCheck | None]:
    yield from _hounsfield(volume)
    if volume.unit is not IntensityUnit.HU or volume.is_color:
        return
    profile = profile_of(volume)
    yield _region(profile, rules)
    if rules.contrast and said_contrast is None:
        yield contrast_check(shows_contrast(profile), rules)
    if rules.maximum_metal_ml is not None:
        yield _metal(metal_ml(volume), rules.maximum_metal_ml)
    yield _sides(profile)


def _of_mr(volume: Volume, rules: EligibilityRules) -> Iterator[EligibilityCheck | None]:
    wanted = _wanted(rules)
    is_small = volume.is_color or min(volume.geometry.shape_kji) < _LEAST_SLICES
    if wanted != {BodyRegion.HEAD} or is_small:
        return
    outline = outline_of(volume)
    yield _head(outline)
    if rules.whole and outline is not None and outline.is_head:
        yield _whole(outline.cut_top)


def _slices_read(volume: Volume) -> EligibilityCheck | None:
    """A slice that could not be read is empty: nothing can be found in it."""
    if all(w.code is not WarningCode.UNREADABLE_INSTANCES for w in volume.warnings):
        return None
    return check(say("Slices"), say("some could not be read"), say("every slice"), Verdict.CAUTION)


def _hounsfield(volume: Volume) -> Iterator[EligibilityCheck]:
    """Air and soft tissue must be where Hounsfield units put them, or the rescale is wrong."""
    name = say("Darkest values")
    peaks = peaks_of(volume) if volume.unit is IntensityUnit.HU and not volume.is_color else None
    if peaks is None:
        found = say("not in HU")
        yield check(name, found, _hu(AIR_HU), Verdict.REFUSED)
        return
    is_open = peaks.air is not None and peaks.air <= _OPEN_AIR_HU
    value = peaks.air if is_open and peaks.air is not None else peaks.darkest
    bounds = AIR_HU if is_open else _DARKEST_HU
    fits = bounds[0] <= value <= bounds[1]
    yield check(name, say("{value:.0f} HU", value=value), _hu(bounds), ok_or(Verdict.CAUTION, fits))
    if peaks.tissue is not None:
        fits = _TISSUE_HU[0] <= peaks.tissue <= _TISSUE_HU[1]
        found = say("{value:.0f} HU", value=peaks.tissue)
        yield check(say("Soft tissue"), found, _hu(_TISSUE_HU), ok_or(Verdict.CAUTION, fits))


def _hu(bounds: tuple[int, int]) -> Text:
    return say("{low} to {high} HU", low=bounds[0], high=bounds[1])


def _wanted(rules: EligibilityRules) -> set[BodyRegion]:
    """The regions that the card's body parts are; empty where a part is of no region."""
    found: set[BodyRegion] = set()
    for part in rules.body_parts:
        regions = [r for word, r in _REGIONS_OF.items() if word in part.upper()]
        if not regions:
            return set()
        found |= set().union(*regions)
    return found


def _region(profile: CtProfile, rules: EligibilityRules) -> EligibilityCheck | None:
    """A chest model asks for a chest, whatever the tag says; unclear images say nothing."""
    wanted, lengths = _core_regions(rules), profile.lengths_mm
    seen = [r for r in BodyRegion if lengths.get(r, 0.0) >= _LEAST_MM]
    if not wanted or not seen:
        return None
    return check(
        say("Body part by its image"),
        _enumerated(seen),
        _enumerated([r for r in BodyRegion if r in wanted]),
        ok_or(Verdict.REFUSED, bool(wanted & set(seen))),
    )


def _core_regions(rules: EligibilityRules) -> set[BodyRegion]:
    """What must be seen: lung is nowhere but in a chest, also in a card for the torso."""
    return {BodyRegion.CHEST} if rules.minimum_lung_ml is not None else _wanted(rules)


def _head(outline: Outline | None) -> EligibilityCheck | None:
    """By size and outline: a weaker sign than Hounsfield values, so no refusal."""
    if outline is None:
        return None
    found = say("head") if outline.is_head else say("not the shape of a head")
    fits = ok_or(Verdict.CAUTION, outline.is_head)
    return check(say("Body part by its image"), found, say("head"), fits)


def _enumerated(regions: list[BodyRegion]) -> Text:
    text = _WORDS[regions[0]]
    for region in regions[1:]:
        text = say("{one}, {other}", one=text, other=_WORDS[region])
    return text


def _metal(found_ml: float, most_ml: float) -> EligibilityCheck:
    return check(
        say("Metal"),
        say("{value:.1f} ml", value=found_ml),
        say("up to {value:.1f} ml", value=most_ml),
        ok_or(Verdict.CAUTION, found_ml <= most_ml),
    )


def _sides(profile: CtProfile) -> EligibilityCheck | None:
    """Said only when something is odd: most series show no liver, or where it belongs."""
    if not looks_mirrored(profile):
        return None
    return check(
        say("Left and right"),
        say("the liver seems to lie on the left"),
        say("not mirrored"),
        Verdict.CAUTION,
    )


def _lung(lung_ml: float, minimum_ml: float) -> EligibilityCheck:
    fraction = lung_ml / minimum_ml
    verdict = ok_or(Verdict.CAUTION, fraction >= 1)
    if fraction < 0.1:
        verdict = Verdict.REFUSED
    return check(
        say("Lung in the image"),
        say("{value:.0f} ml", value=lung_ml),
        say("{value:.0f} ml or more", value=minimum_ml),
        verdict,
    )


def _whole(is_cut_off: bool) -> EligibilityCheck:
    found = say("cut off by its edge") if is_cut_off else say("whole")
    return check(say("Field of view"), found, say("whole"), ok_or(Verdict.CAUTION, not is_cut_off))
