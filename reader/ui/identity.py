"""Who and what is on screen, in words; and the same with the person left out."""

from __future__ import annotations

import re
from typing import Final

from reader.core.study import Patient, Study
from reader.core.text import say
from reader.ui.quantities import date
from reader.ui.translate import tr

_AGE = re.compile(r"0*(\d{1,3})([YMWD])")
_LONG: Final = 24
"""Letters; a longer name or title has its line to itself, or number and date are cut off."""


def hidden_words() -> str:
    """What stands in the place of everything that names a person."""
    return tr(say("Identity hidden"))


def person(patient: Patient) -> str:
    """The number if there is one, else the name as it is read aloud."""
    return patient.patient_id or patient.name.replace("^", " ").strip()


def age_text(dicom_age: str) -> str:
    """`61 y` from `061Y`."""
    match = _AGE.fullmatch(dicom_age.strip().upper())
    if match is None:
        return ""
    count = match[1]
    return {
        "Y": tr(say("{count} y", count=count)),
        "M": tr(say("{count} months", count=count)),
        "W": tr(say("{count} weeks", count=count)),
        "D": tr(say("{count} days", count=count)),
    }[match[2]]


def sex_letter(patient: Patient) -> str:
    """`F` or `M`; nothing where the header does not say."""
    words = {"F": say("F"), "M": say("M")}.get(patient.sex.strip().upper()[:1])
    return tr(words) if words is not None else ""


def sex_word(patient: Patient) -> str:
    """`Female` or `Male`; nothing where the header does not say."""
    words = {"F": say("Female"), "M": say("Male")}.get(patient.sex.strip().upper()[:1])
    return tr(words) if words is not None else ""


def study_kind(study: Study) -> str:
    """`CT chest`: what was done, by the description or by what the series are."""
    if study.description.strip():
        return study.description.strip()
    modalities = dict.fromkeys(series.modality for series in study.series if series.modality)
    return "/".join(modalities) or tr(say("Study"))


def study_line(study: Study, hidden: bool, with_date: bool = True) -> str:
    """`LIDC-0314 · F · 61 y · CT chest · 2000-01-01` for bars, titles and lists."""
    patient = study.patient
    parts = [
        hidden_words() if hidden else person(patient),
        sex_letter(patient),
        age_text(patient.age),
        study_kind(study),
    ]
    if with_date and not hidden:
        parts.append(date(study.date))
    return " · ".join(part for part in parts if part)


def patient_lines(patient: Patient, hide: bool) -> list[str]:
    """Name and number, then sex and age: what stands in the corner of an image."""
    is_other = patient.sex.strip().upper() == "O"
    sex = tr(say("Sex: other")) if is_other else sex_word(patient)
    age = _whole_age(patient.age)
    about = tr(say("{sex}, {age}", sex=sex, age=age)) if sex and age else sex or age
    who = list(dict.fromkeys(p for p in (patient.name, patient.patient_id) if p))
    lines = [hidden_words()] if hide else side_by_side(who)
    return [*lines, about] if about else lines


def side_by_side(words: list[str]) -> list[str]:
    """On one line, or each on its own if the first is long."""
    return words if words and len(words[0]) > _LONG else [" · ".join(words)] * bool(words)


def _whole_age(age: str) -> str:
    """`63 years`: a DICOM age string such as 063Y in words. Source: PS3.5 6.2 (AS)."""
    number, unit = age[:3], age[3:4].upper()
    if not number.isdigit():
        return ""
    count = int(number)
    words = {
        "Y": say("{count} years", count=count),
        "M": say("{count} months", count=count),
        "W": say("{count} weeks", count=count),
        "D": say("{count} days", count=count),
    }
    return tr(words[unit]) if unit in words else ""
