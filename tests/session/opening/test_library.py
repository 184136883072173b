"""What is opened or found is listed, pictured, found again, and tied to its priors."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest

from reader.session.jobs import JobState
from reader.session.opening.library import StudyQuery
from reader.session.viewing.study_picture import THUMBNAIL_PX
from tests.support.sessions import FIRST, SECOND, Session, write_nifti_study, write_study

STUDY = "1.2.826.0.1.3680043.9.9999.1"
OTHER = "1.2.826.77"


def listed(session: Session, text: str = "") -> list[str]:
    return [s.study_uid for s in session.workspace.library.search(StudyQuery(text)).studies]


def rewrite(folder: Path, **changes: str) -> Path:
    """Give every file under a folder other header values."""
    for path in folder.rglob("*"):
        if path.is_file():
            ds = pydicom.dcmread(path)
            for keyword, value in changes.items():
                setattr(ds, keyword, value)
            ds.save_as(path)
    return folder


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A folder with two studies of one patient."""
    write_study(tmp_path / "both" / "one")
    write_study(tmp_path / "both" / "two", (f"{OTHER}.1", f"{OTHER}.2"), OTHER)
    rewrite(tmp_path / "both" / "one", StudyDate="20200101")
    return tmp_path / "both"


def test_studies_say_what_they_are_and_how_far(session, ct, other_ct):
    session.open(ct)
    session.run_model()
    session.workspace.desk.confirm(session.finding_ids[0])
    session.open(other_ct)
    newest, older = session.workspace.library.search().studies
    assert (newest.study_uid, newest.findings) == (OTHER, 0)
    assert (older.findings, older.unreviewed, older.signed) == (3, 2, False)
    assert older.summary.patient.patient_id == "T-1"
    assert older.summary.description == "Test study"
    assert (older.summary.modalities, older.summary.image_count) == (("CT",), 12)
    assert session.workspace.library.paths_of(older.study_uid) == [ct / "series 0"]
    assert newest.opened_at >= older.opened_at


def test_every_study_of_a_scan_is_listed_not_only_the_one_shown(session, both):
    session.open(both)
    assert set(listed(session)) == {STUDY, OTHER}
    assert listed(session)[0] == OTHER, "the one that was opened comes first"
    library = session.workspace.library
    assert library.study(STUDY).opened_at is None
    assert library.paths_of(STUDY) == [both / "one" / "series 0"]
    assert library.paths_of(OTHER) == [both / "two"], "deep enough to hold both series"
    assert [s.series_key for s in library.series_of(OTHER)] == [f"{OTHER}.1", f"{OTHER}.2"]
    assert session.said[-1] == "2 studies were found. The largest is open. The list has them all."
    assert session.workspace.notices.posted[-1].offers == "studies"


def test_a_study_has_a_picture_of_the_middle_slice(session, ct, start):
    session.open(ct)
    library = session.workspace.library
    png = library.thumbnail(STUDY)
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture.shape == THUMBNAIL_PX[::-1]
    assert picture.max() == 236, "the nodules, 40 HU, in the lung window"
    session.close()
    again = start()
    assert again.workspace.library.thumbnail(STUDY) == png


def test_a_file_and_a_study_without_a_patient_are_listed_too(session, tmp_path):
    path = write_nifti_study(tmp_path / "chest")
    session.open(path)
    (study,) = session.workspace.library.search().studies
    assert study.places == ((str(path),),)
    assert session.workspace.library.priors == ()
    session.workspace.close_study()
    session.workspace.open_from_library(study.study_uid)
    session.settle()
    assert session.workspace.studies.study.study_uid == study.study_uid


def test_a_relative_path_is_remembered_as_where_it_is(session, ct, monkeypatch):
    monkeypatch.chdir(ct.parent)
    session.open(Path(ct.name))
    assert session.workspace.library.paths_of(STUDY) == [ct / "series 0"]


def test_several_paths_are_one_scan_and_several_places(session, tmp_path):
    folders = [write_study(tmp_path / name, (uid,)) for name, uid in (("a", FIRST), ("b", SECOND))]
    session.open(*folders)
    assert len(session.workspace.studies.study.series) == 2
    (study,) = session.workspace.library.search().studies
    assert study.places == (tuple(str(f / "series 0") for f in folders),)
    session.workspace.close_study()
    session.workspace.open_from_library(STUDY)
    session.settle()
    assert len(session.workspace.studies.study.series) == 2


def test_a_study_from_a_zip_is_opened_again_from_the_zip(session, ct, tmp_path, start):
    archive = Path(shutil.make_archive(str(tmp_path / "disc"), "zip", ct))
    session.open(archive)
    assert session.series_keys == {FIRST}
    (study,) = session.workspace.library.search().studies
    assert study.places == ((str(archive),),)
    session.close()
    unpacked = tmp_path / "home" / "cache" / "unpacked"
    assert any(unpacked.iterdir())
    again = start()
    again.settle()
    assert not any(unpacked.iterdir()), "what was unpacked before is removed at the start"
    again.workspace.open_from_library(STUDY)
    again.settle()
    assert again.series_keys == {FIRST}


def test_a_study_taken_off_the_list_keeps_what_was_decided(session, ct):
    session.open(ct)
    session.run_model()
    session.workspace.desk.confirm(session.finding_ids[0])
    session.workspace.close_study()
    told = []
    session.workspace.events.library_changed.connect(lambda: told.append(1))
    session.workspace.library.remove(STUDY)
    assert listed(session) == []
    assert told == [1]
    assert session.workspace.library.paths_of(STUDY) == []
    assert ct.is_dir()
    session.open(ct)
    assert session.workspace.findings.unreviewed_count == 2
    assert listed(session) == [STUDY]


def test_a_study_that_was_moved_is_marked_and_found_again_where_it_is(session, tmp_path):
    folder = write_study(tmp_path / "here")
    session.open(folder)
    session.workspace.close_study()
    library = session.workspace.library
    library.look_again()
    library.look_for(library.search().studies)
    session.settle()
    assert not library.is_missing(STUDY)
    there = folder.rename(tmp_path / "there")
    session.workspace.open_from_library(STUDY)
    session.settle()
    assert session.workspace.studies.study is None
    assert session.said[-1].startswith("The files of this study are no longer where they were.")
    told = []
    session.workspace.events.library_changed.connect(lambda: told.append(1))
    library.look_for(library.search().studies)
    session.settle()
    assert library.is_missing(STUDY)
    assert told == [1]
    assert listed(session) == [STUDY], "it stays on the list"
    session.open(there)
    assert not library.is_missing(STUDY)
    assert library.paths_of(STUDY) == [there / "series 0"]


def test_no_other_study_is_opened_in_the_place_of_one_that_is_gone(session, both):
    session.open(both)
    session.workspace.close_study()
    shutil.rmtree(both / "one" / "series 0")
    (both / "two" / "series 0").rename(both / "one" / "series 0")
    job = session.workspace.open_from_library(STUDY)
    session.settle()
    assert session.workspace.jobs.jobs[job.id].state is JobState.FAILED
    assert session.workspace.studies.study is None
    assert session.said[-1].startswith("The files of this study are no longer where they were.")


# Priors


def test_an_earlier_study_of_the_patient_is_found_and_said(session, ct, other_ct):
    session.open(ct)
    assert session.workspace.library.priors == ()
    session.open(other_ct)
    assert [p.study_uid for p in session.workspace.library.priors] == [STUDY]
    assert session.said == ["Another study of this patient is in the library."]
    session.workspace.open_from_library(STUDY)
    session.settle()
    assert session.workspace.studies.study.study_uid == STUDY
    session.workspace.close_study()
    assert session.workspace.library.priors == ()


def test_a_name_alone_makes_no_prior(session, ct, tmp_path):
    session.open(ct)
    other = rewrite(write_study(tmp_path / "x", (f"{OTHER}.1",), OTHER), PatientID="T-2")
    session.open(other)
    assert session.workspace.library.priors == ()
    assert session.said == []


# While a folder is looked through


def test_the_list_grows_and_the_study_wished_for_opens_at_the_end(session, both):
    workspace, seen = session.workspace, []

    def wish(found):
        seen.append(found)
        if len(found) == 2 and workspace.loading.wished is None:
            workspace.loading.wish(STUDY)

    workspace.events.scan_grew.connect(wish)
    session.open(both)
    assert [len(found) for found in seen][-1] == 0, "the scan is over"
    assert max(len(found) for found in seen) == 2
    assert {s.study_uid for s in max(seen, key=len)} == {STUDY, OTHER}
    assert workspace.studies.study.study_uid == STUDY, "though the other one is larger"


def test_a_scan_that_is_stopped_leaves_nothing_growing(session, both):
    workspace = session.workspace
    workspace.open_paths([both])
    workspace.jobs.cancel_kind()
    session.settle()
    assert workspace.loading.found == ()
    assert workspace.studies.study is None


def test_the_series_asked_for_does_not_wait_for_one_nobody_sees(session, two_series, hold_reading):
    gate, workspace = hold_reading(), session.workspace
    workspace.open_paths([two_series])
    session.wait_for(lambda: bool(workspace.loading.reading))
    (first,) = workspace.loading.reading
    gate.wait_until_reached()
    second = ({FIRST, SECOND} - {first}).pop()
    workspace.show_series(second)
    assert set(workspace.loading.reading) == {second}
    gate.open()
    session.settle()
    assert workspace.loading.is_complete(second)
    assert workspace.studies.volume(first) is None
    workspace.show_series(first)
    session.settle()
    assert workspace.loading.is_complete(first)


def test_upkeep_leaves_no_jobs_behind(session, ct):
    session.open(ct)
    library = session.workspace.library
    for _ in range(3):
        library.look_again()
        library.look_for(library.search().studies)
        session.settle()
    assert all(job.kind.value != "library" for job in session.workspace.jobs.jobs.values())


@pytest.mark.skipif(os.name != "posix", reason="names are bytes only on POSIX")
def test_a_name_that_is_no_text_can_be_opened_listed_and_watched(session, tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this disk takes only names that are text")
    session.open(write_study(folder))
    assert session.series_keys == {FIRST}
    workspace = session.workspace
    assert workspace.library.paths_of(STUDY) == [folder / "series 0"]
    workspace.watching.add(folder)
    session.settle()
    assert list(workspace.library.index.watched()) == [str(folder)]
    workspace.close_study()
    workspace.open_from_library(STUDY)
    session.settle()
    assert session.series_keys == {FIRST}
    assert session.said == []
    workspace.close_study()
    session.open(write_nifti_study(folder))
    assert len(workspace.library.search().studies) == 2
    assert session.said == []
