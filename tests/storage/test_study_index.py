"""The library on disk: found, merged, searched, and who is whose prior."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reader.core.errors import StorageError
from reader.core.geometry import VolumeGeometry
from reader.core.study import Patient, Series, Study
from reader.storage.database import Database
from reader.storage.schema import MIGRATIONS
from reader.storage.study_index import StudyIndex, StudyQuery, StudySort

NOW = datetime(2026, 1, 2, tzinfo=UTC)
JANE = Patient(name="Doe^Jane", patient_id="P-1", sex="F", birth_date="19510203", age="061Y")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "readings.sqlite")) as opened:
        yield opened


@pytest.fixture
def index(database: Database) -> StudyIndex:
    return StudyIndex(database)


def series(uid: str, modality: str = "CT", images: int = 3) -> Series:
    geometry = VolumeGeometry.from_spacing((images, 4, 4), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    return Series(uid, modality, "thin", 1, geometry, ())


def study(uid: str = "1.2", date: str = "20240131", **changes: object) -> Study:
    made = Study(uid, "CT Chest", JANE, date, (series(f"{uid}.1"),), "101112", "ACC-9")
    return replace(made, **changes)


def uids(index: StudyIndex, **query: object) -> list[str]:
    return [s.study_uid for s in index.search(StudyQuery(**query))[0]]


def test_what_was_found_comes_back_whole(index: StudyIndex) -> None:
    two = study(series=(series("1.2.1", "CT", 40), series("1.2.2", "PT", 2)))
    assert index.add([(two, ("/data/胸部", "/data/b"))], NOW) == 1
    (found,), total = index.search(StudyQuery())
    assert total == 1
    assert found.summary.patient == JANE
    assert found.summary.modalities == ("CT", "PT")
    assert (found.summary.series_count, found.summary.image_count) == (2, 42)
    assert (found.accession, found.time, found.summary.date) == ("ACC-9", "101112", "20240131")
    assert found.places == (("/data/胸部", "/data/b"),)
    assert (found.opened_at, found.is_new, found.found_at) == (None, False, NOW)
    assert [(s.modality, s.category) for s in index.series("1.2")] == [
        ("CT", "unknown"),
        ("PT", "unknown"),
    ]
    assert index.study("9.9") is None


def test_opening_moves_a_study_to_the_top_and_it_is_no_longer_new(index: StudyIndex) -> None:
    index.add([(study("1"), ("/a",)), (study("2"), ("/b",))], NOW, as_new=True)
    index.note_opened("1", NOW + timedelta(hours=1))
    index.note_findings("1", 3, 2, False)
    index.keep_thumbnail("1", b"png")
    index.keep_thumbnail("unknown", b"png")
    assert uids(index) == ["1", "2"]
    one, two = index.search(StudyQuery())[0]
    assert (one.is_new, two.is_new) == (False, True)
    assert (one.findings, one.unreviewed, one.signed) == (3, 2, False)
    assert (index.thumbnail("1"), index.thumbnail("2")) == (b"png", b"")
    assert index.add([(study("1"), ("/a",))], NOW + timedelta(days=1)) == 0
    assert index.study("1") == one, "finding it again changes nothing of this"
    assert index.thumbnail("1") == b"png"
    index.remove("1")
    assert uids(index) == ["2"]
    assert index.series("1") == ()
    assert index.thumbnail("1") == b""


def test_all_of_a_scan_is_kept_or_nothing(index: StudyIndex, database: Database) -> None:
    broken = study("2", description=None)
    with pytest.raises((StorageError, TypeError, AttributeError)):
        index.add([(study("1"), ("/a",)), (broken, ("/b",))], NOW)
    assert uids(index) == []


def test_a_part_found_elsewhere_is_added_and_a_copy_is_another_place(index: StudyIndex) -> None:
    first, second = series("1.1"), series("1.2")
    index.add([(study("1", series=(first,)), ("/a",))], NOW)
    index.add([(study("1", series=(second,)), ("/b",))], NOW)
    assert index.study("1").places == (("/a", "/b"),)
    assert index.study("1").summary.series_count == 2
    whole = study("1", series=(first, second))
    index.add([(whole, ("/copy",))], NOW)
    assert index.study("1").places == (("/copy",), ("/a", "/b"))
    index.add([(study("1", series=(first,)), ("/usb",))], NOW)
    found = index.study("1")
    assert found.places == (("/copy",), ("/a", "/b"), ("/usb",)), "less than all comes last"
    assert found.summary.series_count == 2
    more = study("1", series=(first, second, series("1.3")))
    index.add([(more, ("/usb",))], NOW)
    assert index.study("1").places[0] == ("/usb",)
    assert index.study("1").summary.series_count == 3


def test_studies_are_filtered_and_sorted(index: StudyIndex) -> None:
    ann, zoe = replace(JANE, name="Ann^A"), replace(JANE, name="Zoe^Z", patient_id="P-2")
    index.add(
        [
            (study("1", "20200101", patient=zoe), ("/1",)),
            (study("2", "20240505", patient=ann, series=(series("2.1", "MR"),)), ("/2",)),
            (study("3", "", patient=Patient()), ("/3",)),
        ],
        NOW,
    )
    assert uids(index, sort=StudySort.DATE) == ["2", "1", "3"]
    assert uids(index, sort=StudySort.NAME) == ["2", "1", "3"]
    assert uids(index, modality="MR") == ["2"]
    assert uids(index, modality="M") == []
    assert uids(index, first_date="20240101") == ["2"]
    assert uids(index, last_date="20231231") == ["1"]
    assert uids(index, text="zoe", modality="MR") == []
    assert uids(index, text="% _ '") == []
    assert index.modalities() == ("CT", "MR")
    assert index.search(StudyQuery(), limit=1)[1] == 3


@pytest.mark.parametrize(
    ("other", "is_prior"),
    [
        (JANE, True),
        (replace(JANE, name="DOE^J", birth_date=""), True),
        (replace(JANE, name="Doe-Roe^Jane"), True),  # the birth date speaks for it
        (replace(JANE, birth_date="19990101"), False),
        (replace(JANE, name="Roe^Richard", birth_date=""), False),
        (replace(JANE, patient_id="P-2"), False),
        (replace(JANE, patient_id=""), False),
    ],
)
def test_a_prior_has_the_same_number_and_nothing_against_it(
    index: StudyIndex, other: Patient, is_prior: bool
) -> None:
    index.add([(study("1"), ("/1",)), (study("2", "20200101", patient=other), ("/2",))], NOW)
    assert [s.study_uid for s in index.priors("1", JANE)] == (["2"] if is_prior else [])


@pytest.mark.parametrize("number", ["", "  ", "anonymous", "ANON", "0"])
def test_what_is_no_number_ties_nobody_together(index: StudyIndex, number: str) -> None:
    nobody = replace(JANE, patient_id=number)
    index.add([(study(uid, patient=nobody), (f"/{uid}",)) for uid in ("1", "2")], NOW)
    assert index.priors("1", nobody) == []


def test_priors_come_newest_first(index: StudyIndex) -> None:
    dates = {"1": "20200101", "2": "20230101", "3": "", "4": "20210101"}
    index.add([(study(uid, day), (f"/{uid}",)) for uid, day in dates.items()], NOW)
    assert [s.study_uid for s in index.priors("1", JANE)] == ["2", "4", "3"]


def test_watched_folders_are_remembered_with_what_was_seen(index: StudyIndex) -> None:
    index.watch("/in", NOW)
    index.watch("/in", NOW + timedelta(days=1))
    assert index.watched() == {"/in": None}
    index.note_seen("/in", {"/in/a": 1_700_000_000_123_456_789})
    assert index.watched() == {"/in": {"/in/a": 1_700_000_000_123_456_789}}
    index.unwatch("/in")
    assert index.watched() == {}


@pytest.mark.parametrize(
    ("line", "who", "modalities", "description"),
    [
        ("T-1 · CT · Test study", "T-1", ("CT",), "Test study"),
        ("CT/PT · Chest · low dose", "", ("CT", "PT"), "Chest · low dose"),
        ("P-2 · MR", "P-2", ("MR",), ""),
        ("CT", "", ("CT",), ""),
        ("a folder", "", (), "a folder"),
        ("", "", (), ""),
    ],
)
def test_an_older_file_keeps_its_recent_studies(
    tmp_path: Path, line: str, who: str, modalities: tuple[str, ...], description: str
) -> None:
    recent = {"paths": ["/a"], "description": line, "findings": 3, "unreviewed": 1, "signed": True}
    with closing(Database(tmp_path / "old.sqlite", MIGRATIONS[:2])) as old:
        old.execute(
            "INSERT INTO recent_study VALUES (?, ?, ?, ?)",
            ("1.2", NOW.isoformat(), json.dumps(recent), b"png"),
        )
    with closing(Database(tmp_path / "old.sqlite")) as new:
        index = StudyIndex(new)
        (kept,) = index.search(StudyQuery(text=who))[0]
        assert (kept.summary.patient.name, kept.summary.patient.patient_id) == (who, "")
        assert (kept.summary.modalities, kept.summary.description) == (modalities, description)
        assert (kept.opened_at, kept.places) == (NOW, (("/a",),))
        assert (kept.findings, kept.unreviewed, kept.signed) == (3, 1, True)
        assert index.thumbnail("1.2") == b"png"
        index.add([(study("1.2"), ("/b",))], NOW)
        assert index.study("1.2").summary.patient == JANE
