"""Who and what is on screen, in words; and the same with the person left out."""

from __future__ import annotations

import re

from reader.core.study import Patient, Study
from reader.core.text import say
from reader.ui.quantities import date
from reader.ui.translate import tr

_AGE = re.compile(r"0*(\d{1,3})([YMWD])")


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
