"""Standardized uptake values of a PET series: the factors, or the reason why not.

Source: QIBA, "Standardized Uptake Value (SUV)", vendor-neutral pseudo-code; DICOM PS3.3
C.8.9.1 (PET) and C.8.22 (enhanced PET).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reader.core.suv import SuvScale
from reader.core.text import Text, say
from reader.formats.series.dicom_suv_header import SuvFacts, read_suv_facts

_WEIGHTS_KG: Final = (0.3, 600.0)
_HEIGHTS_M: Final = (0.2, 2.6)
_DOSES_BQ: Final = (1e5, 1e11)
_HALF_LIVES_S: Final = (30.0, 3e6)
_MOST_HALF_LIVES: Final = 10.0
_SURE_OF_THE_DAY_S: Final = 6 * 3600.0
"""With a shorter half-life, a time of day alone can only be of the scan's day or the one before."""
_EARLIEST_S: Final = -60.0
"""A dynamic scan starts with the injection, by clocks that may differ a little."""
_DAY: Final = dt.timedelta(days=1)
_SAME: Final = 0.01


class _NotKnownError(Exception):
    """A value that SUV needs is missing or cannot be right."""

    def __init__(self, why: Text) -> None:
        super().__init__(str(why))
        self.why = why


def read_series_suv(paths: Sequence[Path]) -> SuvScale:
    """The SUV factors of a series of these files, which must agree on them.

    Three files are looked at: the first, the one in the middle and the last.
    """
    looked_at = dict.fromkeys((paths[0], paths[len(paths) // 2], paths[-1]))
    scales = [read_suv_scale(path) for path in looked_at]
    first = scales[0]
    for other in scales[1:]:
        pairs = (
            (first.body_weight, other.body_weight),
            (first.lean_body_mass, other.lean_body_mass),
            (first.body_surface_area, other.body_surface_area),
        )
        if not all(_agree(one, two) for one, two in pairs):
            return SuvScale(
                why_not=say("No SUV: the images of the series contradict each other about it.")
            )
    return first


def read_suv_scale(path: Path) -> SuvScale:
    """The factors from modality values to SUV for a PET image, or the reason why not.

    Nothing is raised: a header that cannot be read is a reason too.
    """
    try:
        facts = read_suv_facts(path)
    except Exception:  # noqa: BLE001 - pydicom raises anything on damaged headers
        return SuvScale(why_not=say("No SUV: the header could not be read."))
    return suv_scale(facts)


def suv_scale(facts: SuvFacts) -> SuvScale:
    """The factors that follow from one header's facts."""
    try:
        if facts.units in ("GML", "CM2ML"):
            return _of_stored_suv(facts)
        if facts.units == "CNTS" and facts.maker_suv_factor is not None:
            return _with_body(facts, facts.maker_suv_factor)
        dose = _decayed_dose_bq(facts, _becquerel_factor(facts))
        return _with_body(facts, 1000 * _weight(facts) / dose)
    except _NotKnownError as error:
        return SuvScale(why_not=error.why)


def lean_body_mass_kg(weight_kg: float, height_m: float, sex: str) -> float:
    """Fat-free mass; `sex` is M or F. Source: Janmahasatian 2005, Clin Pharmacokinet 44:1051."""
    index = weight_kg / height_m**2
    if sex == "M":
        return 9270 * weight_kg / (6680 + 216 * index)
    return 9270 * weight_kg / (8780 + 244 * index)


def body_surface_cm2(weight_kg: float, height_m: float) -> float:
    """Body surface. Source: Du Bois 1916, Arch Intern Med 17:863."""
    return float(71.84 * weight_kg**0.425 * (100 * height_m) ** 0.725)


def _with_body(facts: SuvFacts, body_weight: float) -> SuvScale:
    """The three factors from the first, as far as the patient's body is known."""
    if not math.isfinite(body_weight) or body_weight <= 0:
        raise _NotKnownError(say("No SUV: the header's numbers do not make sense together."))
    try:
        weight, height = _weight(facts), _height(facts)
    except _NotKnownError as error:
        return SuvScale(body_weight=body_weight, why_not=error.why)
    surface = body_weight * body_surface_cm2(weight, height) / (1000 * weight)
    if facts.sex not in ("M", "F"):
        why = say("No SUV by lean body mass: the header does not say the patient's sex.")
        return SuvScale(body_weight, None, surface, why)
    lean = body_weight * lean_body_mass_kg(weight, height, facts.sex) / weight
    return SuvScale(body_weight, lean, surface)


def _of_stored_suv(facts: SuvFacts) -> SuvScale:
    """The scale of images whose values are SUV already. Source: DICOM PS3.3 C.8.9.1.1.3."""
    kind = facts.suv_type or ("BSA" if facts.units == "CM2ML" else "BW")
    why = say("The values are SUV already, of one kind; others cannot be computed from them.")
    if kind == "BW" and facts.units == "GML":
        return _with_body(facts, 1.0)
    if kind == "BSA" and facts.units == "CM2ML":
        return SuvScale(body_surface_area=1.0, why_not=why)
    if kind == "LBMJANMA" and facts.units == "GML":
        return SuvScale(lean_body_mass=1.0, why_not=why)
    raise _NotKnownError(
        say("The values are SUV by a formula ({kind}) that is shown as stored.", kind=kind)
    )


def _becquerel_factor(facts: SuvFacts) -> float:
    """What makes Bq/ml of modality values. Raises: _NotKnownError: nothing does."""
    if facts.units == "BQML":
        return 1.0
    if facts.units == "CNTS" and facts.maker_becquerel_factor is not None:
        return facts.maker_becquerel_factor
    if not facts.units:
        raise _NotKnownError(say("No SUV: the header does not say the unit of the values."))
    if facts.units in ("CNTS", "PROPCNTS", "PROPCPS", "CPS"):
        raise _NotKnownError(say("No SUV: the values are counts, not activity concentrations."))
    raise _NotKnownError(
        say("No SUV: the values' unit ({unit}) is not Bq/ml.", unit=facts.units[:16])
    )


def _decayed_dose_bq(facts: SuvFacts, becquerel: float) -> float:
    """The dose at the moment images are corrected to, per unit of the modality values."""
    if not facts.is_attenuation_corrected:
        raise _NotKnownError(say("No SUV: the images are not corrected for attenuation."))
    if not facts.is_decay_corrected or facts.decay_reference == "NONE":
        raise _NotKnownError(say("No SUV: the images are not corrected for decay."))
    dose = _within(
        facts.dose_bq,
        _DOSES_BQ,
        say("No SUV: the header does not say the injected dose."),
        say("No SUV: the injected dose cannot be right; it may be in another unit."),
    )
    if facts.decay_reference == "ADMIN":
        return dose / becquerel
    half_life = _within(
        facts.half_life_s,
        _HALF_LIVES_S,
        say("No SUV: the header does not say the half-life of the radionuclide."),
        say("No SUV: the half-life of the radionuclide cannot be right."),
    )
    reference = _corrected_to(facts, half_life)
    elapsed = _since_injection_s(facts, reference, half_life)
    return float(dose / becquerel * 2 ** (-elapsed / half_life))


def _corrected_to(facts: SuvFacts, half_life_s: float) -> dt.datetime:
    """The moment to which activities were corrected: the start of the scan.

    Series Date and Time are that, unless they are later than the acquisition: then the
    series was made anew, and the start is in GE's own attribute or follows from the
    acquisition of the frame and its distance from the start.
    """
    if facts.corrected_to is not None:
        return facts.corrected_to
    if facts.decay_reference != "START":
        raise _NotKnownError(
            say("No SUV: the header does not say to which time decay is corrected.")
        )
    series, acquired = facts.series_at, facts.acquired_at
    if series is None or acquired is None:
        raise _NotKnownError(say("No SUV: the date or time of the scan was removed or is missing."))
    if acquired - series > _DAY:
        raise _NotKnownError(say("No SUV: the dates of series and acquisition contradict."))
    if series <= acquired:
        return series
    if facts.maker_scan_at is not None:
        return _on_day_of(facts.maker_scan_at.time(), acquired)
    if facts.frame_reference_s is None or facts.frame_duration_s is None:
        raise _NotKnownError(say("No SUV: the header does not say when the scan began."))
    rate = math.log(2) / half_life_s
    during = rate * facts.frame_duration_s
    average_s = math.log(during / -math.expm1(-during)) / rate
    return acquired + dt.timedelta(seconds=average_s - facts.frame_reference_s)


def _on_day_of(time: dt.time, later: dt.datetime) -> dt.datetime:
    """That time on the other moment's day, or on the day before if it would come after it.

    A private date is not believed: where dates were shifted for privacy, it was not.
    """
    moment = dt.datetime.combine(later.date(), time)
    return moment if moment <= later else moment - _DAY


def _since_injection_s(facts: SuvFacts, reference: dt.datetime, half_life_s: float) -> float:
    """Seconds from the injection to a moment. Raises: _NotKnownError: no believable number."""
    if facts.injected_at is None and facts.injected_time is None:
        raise _NotKnownError(say("No SUV: the header does not say when the dose was injected."))
    if facts.injected_at is not None:
        elapsed = (reference - facts.injected_at).total_seconds()
        if _EARLIEST_S <= elapsed <= _MOST_HALF_LIVES * half_life_s:
            return elapsed
    if facts.injected_time is not None:
        if half_life_s > _SURE_OF_THE_DAY_S:
            raise _NotKnownError(
                say("No SUV: the header does not say on which day the dose was injected.")
            )
        same_day = dt.datetime.combine(reference.date(), facts.injected_time)
        elapsed = (reference - same_day).total_seconds()
        if elapsed < _EARLIEST_S:
            elapsed += _DAY.total_seconds()
        if elapsed <= _MOST_HALF_LIVES * half_life_s:
            return elapsed
    raise _NotKnownError(say("No SUV: the times of injection and scan do not fit together."))


def _weight(facts: SuvFacts) -> float:
    return _within(
        facts.weight_kg,
        _WEIGHTS_KG,
        say("No SUV: the header does not say the patient's weight."),
        say("No SUV: the patient's weight in the header cannot be right."),
    )


def _height(facts: SuvFacts) -> float:
    return _within(
        facts.height_m,
        _HEIGHTS_M,
        say("Only SUV by body weight: the header does not say the patient's height."),
        say("Only SUV by body weight: the patient's height in the header cannot be right."),
    )


def _within(value: float | None, limits: tuple[float, float], missing: Text, wrong: Text) -> float:
    if value is None:
        raise _NotKnownError(missing)
    if not limits[0] <= value <= limits[1]:
        raise _NotKnownError(wrong)
    return value


def _agree(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return abs(one - two) <= _SAME * one
