"""What one line of the library says."""

from __future__ import annotations

from dataclasses import dataclass

from reader.core.study import StudySummary
from reader.core.text import Text, say
from reader.session.opening.library import IndexedStudy
from reader.ui import tokens
from reader.ui.identity import age_text, hidden_words, sex_letter
from reader.ui.quantities import date
from reader.ui.translate import listed, tr


@dataclass(frozen=True, slots=True)
class StudyRow:
    """A study in words. `faint`: it cannot be opened from here now."""

    study_uid: str
    who: str
    about: str
    what: str
    facts: str
    modalities: str
    day: str
    state: str
    state_color: str
    state_detail: str = ""
    faint: bool = False
    has_picture: bool = False

    @property
    def spoken(self) -> str:
        """All of it in one line."""
        said = (self.who, self.about, self.what, self.facts, self.modalities, self.day, self.state)
        return listed(said)


def row_of(study: IndexedStudy, hidden: bool, missing: bool) -> StudyRow:
    """A study of the library."""
    state, color = state_of(study)
    detail = ""
    if missing:
        state, color = say("Not where it was"), tokens.TEXT_3
        detail = tr(say("Open its new folder"))
    return _row(study.summary, hidden, tr(state), color, detail, faint=missing, has_picture=True)


def row_of_found(study: StudySummary, hidden: bool, wished: bool) -> StudyRow:
    """A study that a scan has come upon; it can be opened when the scan has ended."""
    if wished:
        detail = tr(say("When all is looked through"))
        return _row(study, hidden, tr(say("Opens next")), tokens.READER, detail)
    return _row(study, hidden, tr(say("Choose it to open it next")), tokens.TEXT_2)


def state_of(study: IndexedStudy) -> tuple[Text, str]:
    """What is left to do in it, and in which colour."""
    if study.signed:
        return say("Signed"), tokens.TEXT_2
    if study.unreviewed:
        waiting, total = study.unreviewed, study.findings
        return say("{waiting} of {total} to review", waiting=waiting, total=total), tokens.AI
    if study.findings:
        return say("Every finding is decided"), tokens.READER
    if study.is_new:
        return say("New"), tokens.TEXT
    if study.opened_at is None:
        return say("Not opened yet"), tokens.TEXT_2
    return say("No findings yet"), tokens.TEXT_2


def counted(series: int, images: int) -> str:
    """`3 series · 412 images`; nothing where the index does not know."""
    if not series:
        return ""
    how_many = say("1 image") if images == 1 else say("{count} images", count=images)
    parts = say("1 series") if series == 1 else say("{count} series", count=series)
    return f"{tr(parts)} · {tr(how_many)}"


def _row(
    study: StudySummary,
    hidden: bool,
    state: str,
    color: str,
    detail: str = "",
    *,
    faint: bool = False,
    has_picture: bool = False,
) -> StudyRow:
    patient = study.patient
    name, number = patient.name.strip(), patient.patient_id.strip()
    description = study.description.strip()
    if hidden and not (name or number):
        description = ""  # of a file without a header it is a folder's name
    who = hidden_words() if hidden else name or number or description
    second = number if name != number and not hidden else ""
    about = (second, sex_letter(patient), age_text(patient.age))
    return StudyRow(
        study_uid=study.study_uid,
        who=who or tr(say("Study without a name")),
        about=" · ".join(part for part in about if part),
        what=description if description != who else "",
        facts=counted(study.series_count, study.image_count),
        modalities=" / ".join(study.modalities),
        day="" if hidden else date(study.date),
        state=state,
        state_color=color,
        state_detail=detail,
        faint=faint,
        has_picture=has_picture,
    )
