"""Every study and series ever opened or found: the local library, one row each."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reader.core.study import Patient, Series, Study, StudySummary
from reader.storage.database import Database, Row
from reader.storage.search_words import names_agree, query_terms, search_words

Place = tuple[str, ...]
"""Paths that together hold a study."""

_MOST_PLACES = 4
_STUDIES_AT_ONCE = 20
"""Written in one transaction, so that nobody waits for the database longer than a frame."""
_NO_ID = frozenset(
    {"0", "anon", "anonymous", "anonymized", "anonymised", "none", "unknown", "n/a", "na", "test"}
)
"""Numbers that stand for no number: they tie nobody's studies together."""
_COLUMNS = (
    "study_uid, patient_id, patient_name, birth_date, sex, age, description, study_date, "
    "study_time, accession, modalities, series_count, image_count, places, found_at, opened_at, "
    "is_new, findings, unreviewed, signed"
)


class StudySort(enum.Enum):
    """In which order studies are listed."""

    RECENT = "recent"
    DATE = "date"
    NAME = "name"


_ORDER = {
    StudySort.RECENT: "touched_at DESC, study_date DESC, study_uid",
    StudySort.DATE: "study_date DESC, study_time DESC, touched_at DESC",
    StudySort.NAME: "patient_name = '', patient_name, patient_id, study_date DESC",
}


@dataclass(frozen=True, slots=True)
class StudyQuery:
    """What is looked for. Dates are DICOM's (`20240131`), both included; empty = any."""

    text: str = ""
    modality: str = ""
    first_date: str = ""
    last_date: str = ""
    sort: StudySort = StudySort.RECENT


@dataclass(frozen=True, slots=True)
class IndexedSeries:
    """A series as the index knows it. `category` is the value of a `SeriesClass`."""

    series_key: str
    series_uid: str
    number: int | None
    modality: str
    category: str
    description: str
    image_count: int


@dataclass(frozen=True, slots=True)
class IndexedStudy:
    """A study as the index knows it.

    `places` are where it was found, the best first. `opened_at` is None for one that was
    only found; `is_new`: a watched folder brought it and nobody has opened it.
    """

    summary: StudySummary
    time: str
    accession: str
    places: tuple[Place, ...]
    found_at: datetime
    opened_at: datetime | None
    is_new: bool = False
    findings: int = 0
    unreviewed: int = 0
    signed: bool = False

    @property
    def study_uid(self) -> str:
        """Its Study Instance UID."""
        return self.summary.study_uid


class StudyIndex:
    """Finds and keeps studies. May be used from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Keeping

    def add(
        self, found: Sequence[tuple[Study, Place]], at: datetime, *, as_new: bool = False
    ) -> int:
        """Take in what a scan found, each study wholly or not at all.

        Returns: how many studies were not known before. Raises: StorageError.
        """
        unknown = 0
        for start in range(0, len(found), _STUDIES_AT_ONCE):
            with self._database.transaction():
                for study, place in found[start : start + _STUDIES_AT_ONCE]:
                    unknown += self._add_one(study, place, at, as_new)
        return unknown

    def note_opened(self, study_uid: str, at: datetime) -> None:
        """It is on screen now, and no longer new. Raises: StorageError."""
        self._database.execute(
            "UPDATE study SET opened_at = ?, touched_at = ?, is_new = 0 WHERE study_uid = ?",
            (at.isoformat(), at.isoformat(), study_uid),
        )

    def note_findings(self, study_uid: str, findings: int, unreviewed: int, signed: bool) -> None:
        """How far the reading of a study is. Raises: StorageError."""
        self._database.execute(
            "UPDATE study SET findings = ?, unreviewed = ?, signed = ? WHERE study_uid = ?",
            (findings, unreviewed, int(signed), study_uid),
        )

    def keep_thumbnail(self, study_uid: str, png: bytes) -> None:
        """Keep a small picture of a study instead of an earlier one. Raises: StorageError."""
        self._database.execute(
            "INSERT OR REPLACE INTO study_thumbnail "
            "SELECT study_uid, ? FROM study WHERE study_uid = ?",
            (png, study_uid),
        )

    def remove(self, study_uid: str) -> None:
        """Forget where a study is; its images and what was decided stay. Raises: StorageError."""
        self._database.execute("DELETE FROM study WHERE study_uid = ?", (study_uid,))

    # Finding

    def search(self, query: StudyQuery, limit: int = 200) -> tuple[list[IndexedStudy], int]:
        """The first studies that fit, and how many fit in all. Raises: StorageError."""
        conditions, values = _conditions(query)
        where = " AND ".join(conditions) or "1"
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM study WHERE {where} ORDER BY {_ORDER[query.sort]} LIMIT ?",
            (*values, limit),
        )
        if len(rows) < limit:
            return [_study(row) for row in rows], len(rows)
        (count,) = self._database.execute(f"SELECT count(*) FROM study WHERE {where}", values)
        return [_study(row) for row in rows], int(count[0])

    def study(self, study_uid: str) -> IndexedStudy | None:
        """One study. Raises: StorageError."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM study WHERE study_uid = ?", (study_uid,)
        )
        return _study(rows[0]) if rows else None

    def series(self, study_uid: str) -> tuple[IndexedSeries, ...]:
        """The series of a study, by their numbers. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT series_key, series_uid, number, modality, category, description, image_count "
            "FROM series WHERE study_uid = ? ORDER BY number IS NULL, number, series_key",
            (study_uid,),
        )
        return tuple(IndexedSeries(*row) for row in rows)

    def thumbnail(self, study_uid: str) -> bytes:
        """PNG of a study, or nothing. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT png FROM study_thumbnail WHERE study_uid = ?", (study_uid,)
        )
        return bytes(rows[0][0]) if rows else b""

    def modalities(self) -> tuple[str, ...]:
        """Every modality in the index, sorted. Raises: StorageError."""
        rows = self._database.execute("SELECT DISTINCT modalities FROM study")
        return tuple(sorted({m for (text,) in rows for m in _split(text)}))

    def priors(self, study_uid: str, patient: Patient) -> list[IndexedStudy]:
        """Other studies of one patient, newest first, undated ones last.

        One patient has one number, and neither name nor birth date may speak against it.
        Where there is no number nobody is known to be the same. Raises: StorageError.
        """
        patient_id = patient.patient_id.strip()
        if not patient_id or patient_id.casefold() in _NO_ID:
            return []
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM study WHERE patient_id = ? AND study_uid <> ? "
            "ORDER BY study_date DESC, study_time DESC",
            (patient_id, study_uid),
        )
        return [s for s in map(_study, rows) if _same_person(patient, s.summary.patient)]

    # Watched folders

    def watch(self, folder: str, at: datetime) -> None:
        """Watch a folder from now on. Raises: StorageError."""
        self._database.execute(
            "INSERT OR IGNORE INTO watched_folder VALUES (?, ?, NULL)",
            (json.dumps(folder), at.isoformat()),
        )

    def unwatch(self, folder: str) -> None:
        """Watch a folder no longer; what it brought stays. Raises: StorageError."""
        self._database.execute("DELETE FROM watched_folder WHERE path = ?", (json.dumps(folder),))

    def watched(self) -> dict[str, dict[str, int] | None]:
        """Watched folders with the directories seen in them and when each had changed, in ns.

        None: the folder was not looked through yet. Raises: StorageError.
        """
        rows = self._database.execute("SELECT path, seen FROM watched_folder ORDER BY added_at")
        return {json.loads(path): json.loads(seen) if seen else None for path, seen in rows}

    def note_seen(self, folder: str, seen: dict[str, int]) -> None:
        """What a watched folder held is in the index. Raises: StorageError."""
        self._database.execute(
            "UPDATE watched_folder SET seen = ? WHERE path = ?",
            (json.dumps(seen), json.dumps(folder)),
        )

    def _add_one(self, study: Study, place: Place, at: datetime, as_new: bool) -> bool:
        """Inside a transaction. Returns: whether the study was not known before."""
        known = self.study(study.study_uid)
        fresh = [_indexed(series) for series in study.series]
        before = self.series(study.study_uid) if known else ()
        keys, keys_before = {s.series_key for s in fresh}, {s.series_key for s in before}
        kept = () if keys >= keys_before else tuple(s for s in before if s.series_key not in keys)
        places = merged_places(known.places if known else (), keys_before, place, keys)
        summary = summary_of(study, (*kept, *fresh))
        if known is not None and not study.description:
            summary = replace(summary, description=known.summary.description)
        self._write(study, summary, places, at, as_new)
        self._database.execute("DELETE FROM series WHERE study_uid = ?", (study.study_uid,))
        for s in (*kept, *fresh):
            self._database.execute(
                "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    study.study_uid, s.series_key, s.series_uid, s.number, s.modality,
                    s.category, _storable(s.description), s.image_count,
                ),
            )  # fmt: skip
        return known is None

    def _write(
        self,
        study: Study,
        summary: StudySummary,
        places: tuple[Place, ...],
        at: datetime,
        as_new: bool,
    ) -> None:
        """One row, its own state kept if it is there already."""
        patient = study.patient
        values = {
            "patient_id": patient.patient_id.strip(),
            "patient_name": patient.name.strip(),
            "birth_date": patient.birth_date,
            "sex": patient.sex,
            "age": patient.age,
            "description": summary.description,
            "study_date": study.date,
            "study_time": study.time,
            "accession": study.accession,
            "modalities": "\\".join(("", *summary.modalities, "")),
            "series_count": summary.series_count,
            "image_count": summary.image_count,
            "places": json.dumps(places),
            "words": search_words(summary, study.accession),
        }
        values = {name: _storable(value) for name, value in values.items()}
        first = {"found_at": at.isoformat(), "touched_at": at.isoformat(), "is_new": int(as_new)}
        columns = ("study_uid", *values, *first)
        self._database.execute(
            f"INSERT INTO study ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)}) "
            f"ON CONFLICT (study_uid) DO UPDATE SET {', '.join(f'{c} = ?' for c in values)}",
            (study.study_uid, *values.values(), *first.values(), *values.values()),
        )


def summary_of(study: Study, series: Iterable[IndexedSeries] | None = None) -> StudySummary:
    """A study in a line; with other series than its own where the index knows more.

    Its modalities are those of its images; of a study without any, those of what it has.
    """
    counted = [_indexed(s) for s in study.series] if series is None else list(series)
    shown = {s.modality for s in counted} or {found.modality for found in study.objects}
    return StudySummary(
        study_uid=study.study_uid,
        patient=study.patient,
        description=study.description,
        date=study.date,
        modalities=tuple(sorted(shown - {""})),
        series_count=len(counted),
        image_count=sum(s.image_count for s in counted),
    )


def merged_places(
    before: tuple[Place, ...], keys_before: set[str], place: Place, keys: set[str]
) -> tuple[Place, ...]:
    """Where a study is, the best place first, after it was found at `place` with series `keys`.

    Series nobody had seen make a place part of the first one; fewer series than are known
    make it the last resort; otherwise it is the newest copy and comes first.
    """
    if not before:
        return (place,)
    first, *others = before
    if keys_before and not keys & keys_before:
        together = (*first, *(path for path in place if path not in first))
        return (together, *others)
    rest = [p for p in before if p != place]
    places = [*rest, place] if keys < keys_before and rest else [place, *rest]
    return tuple(places[:_MOST_PLACES])


def _indexed(series: Series) -> IndexedSeries:
    return IndexedSeries(
        series_key=series.key,
        series_uid=series.series_uid,
        number=series.number,
        modality=series.modality,
        category=series.category.value,
        description=series.description,
        image_count=series.geometry.shape_kji[0],
    )


def _conditions(query: StudyQuery) -> tuple[list[str], list[object]]:
    terms = query_terms(query.text)
    conditions = ["instr(words, ?) > 0"] * len(terms)
    values: list[object] = [*terms]
    if query.modality:
        conditions.append("instr(modalities, ?) > 0")
        values.append(f"\\{query.modality}\\")
    if query.first_date:
        conditions.append("study_date >= ?")
        values.append(query.first_date)
    if query.last_date:
        conditions.append("study_date <= ? AND study_date <> ''")
        values.append(query.last_date)
    return conditions, values


def _storable(value: object) -> object:
    """Text that came from a file's name may hold bytes that are no text."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _split(modalities: str) -> tuple[str, ...]:
    return tuple(m for m in modalities.split("\\") if m)


def _study(row: Row) -> IndexedStudy:
    (study_uid, patient_id, name, birth_date, sex, age, description, date, time, accession,
     modalities, series, images, places, found, opened, is_new, findings, unreviewed,
     signed) = row  # fmt: skip
    patient = Patient(name, patient_id, sex, birth_date, age)
    return IndexedStudy(
        StudySummary(study_uid, patient, description, date, _split(modalities), series, images),
        time=time,
        accession=accession,
        places=tuple(tuple(place) for place in json.loads(places)),
        found_at=datetime.fromisoformat(found),
        opened_at=datetime.fromisoformat(opened) if opened else None,
        is_new=bool(is_new),
        findings=findings,
        unreviewed=unreviewed,
        signed=bool(signed),
    )


def _same_person(one: Patient, other: Patient) -> bool:
    """Whether two patients with one number are one person, for all that is known."""
    births = {one.birth_date.strip(), other.birth_date.strip()} - {""}
    if len(births) > 1:
        return False
    both_born = bool(one.birth_date.strip() and other.birth_date.strip())
    return both_born or names_agree(one.name, other.name)
