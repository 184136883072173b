"""From paths to a study on screen: the first slice first, all or nothing, the newest wish wins."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from reader.core.errors import NotAllowedError, StorageError, UnreadableError
from reader.core.intensity import WindowLevel
from reader.core.orientation import Plane
from reader.core.study import WarningCode
from reader.core.text import say
from reader.formats import series_reader
from reader.session.jobs import JobKind, JobState
from reader.session.notices import NoticeLevel
from reader.session.workspace import Mode
from tests.support.dicom_writer import write_ct
from tests.support.sessions import FIRST, GRID, SECOND, study_volume, write_nifti_study


def test_a_folder_comes_on_screen_in_three_planes(session, ct):
    job = session.open(ct)
    workspace = session.workspace
    assert job.state is JobState.DONE
    assert workspace.studies.paths == (ct,)
    assert session.series_keys == {FIRST}
    planes = [workspace.display.resolved(s.id).axes.plane for s in workspace.viewports.states]
    assert planes == [Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL]
    assert workspace.viewports.looks.window_of(FIRST) == WindowLevel(-600, 1500)
    assert np.array_equal(workspace.studies.volume(FIRST).voxels, study_volume().voxels)
    assert session.said == []


def test_the_first_slice_is_on_screen_before_the_rest_is_read(session, ct, hold_reading):
    gate, pictures = hold_reading(), []
    session.workspace.events.slice_ready.connect(pictures.append)
    session.workspace.open_paths([ct])
    session.wait_for(lambda: bool(pictures))
    gate.wait_until_reached()
    middle = GRID.shape_kji[0] // 2
    resolved = session.workspace.display.resolved("v0")
    assert resolved.index == middle
    assert np.array_equal(resolved.volume.voxels[middle], study_volume().voxels[middle])
    assert (resolved.volume.voxels[0] == -1000).all()
    assert not session.workspace.loading.is_complete(FIRST)

    seen = len(pictures)
    gate.open()
    session.settle()
    assert session.workspace.loading.is_complete(FIRST)
    assert any(p.request.axes.plane is Plane.CORONAL for p in pictures[seen:])
    assert np.array_equal(resolved.volume.voxels, study_volume().voxels)


def test_what_does_not_open_is_listed_and_said(session, ct, tmp_path):
    mixed = tmp_path / "mixed"
    paths = write_ct(mixed / "ct", study_volume(), series_uid=FIRST)
    (mixed / "notes.txt").write_text("no image")
    (mixed / "empty.dcm").touch()
    (mixed / "cut.dcm").write_bytes(paths[0].read_bytes()[:400])
    scans = []
    session.workspace.events.scan_finished.connect(scans.append)
    session.open(mixed)
    assert session.series_keys == {FIRST}
    assert {u.path.name for u in scans[0].unreadable} == {"notes.txt", "empty.dcm", "cut.dcm"}
    # A text beside images is listed, and nothing to warn about.
    assert session.said == ["2 files were not opened. The list says why, file by file."]


def test_texts_and_pictures_beside_images_are_listed_without_a_warning(session, ct, tmp_path):
    mixed = tmp_path / "mixed"
    write_ct(mixed / "ct", study_volume(), series_uid=FIRST)
    (mixed / "notes.txt").write_text("no image")
    (mixed / "cover.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    session.open(mixed)
    assert len(session.workspace.studies.scan.unreadable) == 2
    assert session.said == []


def test_a_folder_without_images_fails_in_words_and_opens_nothing(session, tmp_path):
    (tmp_path / "notes.txt").write_text("no image")
    job = session.open(tmp_path / "notes.txt")
    assert job.state is JobState.FAILED
    assert session.workspace.studies.study is None
    assert len(session.said) == 1
    assert session.said[0].startswith("The file could not be opened. A text file")
    empty = tmp_path / "empty"
    empty.mkdir()
    session.open(empty)
    assert session.said[1:] == ["There are no files here. Open a folder that holds images."]
    assert {n.level for n in session.workspace.notices.posted} == {NoticeLevel.ERROR}


def test_a_folder_that_holds_nothing_leaves_the_open_study_as_it_is(session, ct, tmp_path):
    session.open(ct)
    session.run_model()
    (tmp_path / "notes.txt").write_text("no image")
    session.open(tmp_path / "notes.txt")
    workspace = session.workspace
    assert workspace.studies.study is not None
    assert workspace.display.resolved("v0") is not None
    assert len(workspace.findings.findings) == 3
    workspace.desk.confirm(session.finding_ids[0])


def test_what_is_open_goes_on_being_read_while_the_next_folder_is_looked_through(
    session, ct, hold_reading, tmp_path
):
    gate = hold_reading()
    session.workspace.open_paths([ct])
    session.wait_for(lambda: bool(session.workspace.loading.reading))
    gate.wait_until_reached()
    (tmp_path / "notes.txt").write_text("no image")
    job = session.workspace.open_paths([tmp_path / "notes.txt"])
    session.wait_for(lambda: session.workspace.jobs.jobs[job.id].is_over)
    gate.open()
    session.settle()
    assert session.workspace.loading.is_complete(FIRST)


def test_the_second_folder_wins_over_the_first_that_is_still_read(
    session, ct, other_ct, hold_reading
):
    gate, workspace = hold_reading(), session.workspace
    workspace.open_paths([ct])
    session.wait_for(lambda: workspace.display.resolved("v0") is not None)
    gate.wait_until_reached()
    job = workspace.open_paths([other_ct])
    session.wait_for(lambda: workspace.jobs.jobs[job.id].is_over)
    gate.open()
    session.settle()
    assert session.series_keys == {"1.2.826.77.1"}
    assert workspace.studies.volume(FIRST) is None
    assert workspace.loading.is_complete("1.2.826.77.1")
    assert workspace.loading.reading == {}
    loads = [j.state for j in workspace.jobs.jobs.values() if j.kind is JobKind.LOAD]
    assert loads.count(JobState.CANCELLED) == 1


def test_a_scan_that_was_overtaken_opens_nothing(session, ct, other_ct):
    """Both scans are done before the main thread gets to the first one's result."""
    workspace, opened = session.workspace, []
    workspace.events.study_opened.connect(opened.append)
    first = workspace.open_paths([ct])
    assert workspace.jobs.wait_idle(20)
    workspace.open_paths([other_ct])
    session.settle()
    assert workspace.jobs.jobs[first.id].state is JobState.CANCELLED
    assert [s.study_uid for s in opened] == ["1.2.826.77"]


def test_a_study_closed_while_it_is_scanned_does_not_come_back(session, ct, other_ct):
    session.open(ct)
    session.workspace.open_paths([other_ct])
    assert session.workspace.jobs.wait_idle(20)
    session.workspace.close_study()
    session.settle()
    assert session.workspace.studies.study is None


def test_a_reading_that_is_stopped_leaves_no_half_volume(session, ct, hold_reading):
    gate, workspace = hold_reading(), session.workspace
    workspace.open_paths([ct])
    session.wait_for(lambda: workspace.display.resolved("v0") is not None)
    gate.wait_until_reached()
    workspace.jobs.cancel(workspace.loading.reading[FIRST].id)
    gate.open()
    session.settle()
    assert workspace.studies.volume(FIRST) is None
    assert workspace.display.resolved("v0") is None
    assert workspace.loading.reading == {}

    workspace.show_series(FIRST)
    session.settle()
    assert workspace.loading.is_complete(FIRST)
    assert workspace.display.resolved("v0") is not None


def test_a_slice_of_a_reading_stopped_meanwhile_is_not_shown(session, ct, hold_reading):
    """The first slice waits for the main thread, which is busy closing the study."""
    gate, workspace = hold_reading(), session.workspace
    workspace.open_paths([ct])
    session.wait_for(lambda: bool(workspace.loading.reading))
    gate.wait_until_reached()
    workspace.jobs.cancel_kind(JobKind.LOAD)
    gate.open()
    session.settle()
    assert workspace.studies.volume(FIRST) is None


def test_a_series_that_cannot_be_read_says_so(session, ct, monkeypatch):
    def broken(*_arguments, **_more):
        raise UnreadableError(say("The disk is gone."), say("Put it back."))

    monkeypatch.setattr(series_reader, "read_series", broken)
    session.open(ct)
    assert session.said == ["The disk is gone. Put it back."]
    assert session.workspace.studies.volume(FIRST) is None
    assert session.workspace.loading.reading == {}


def test_a_slice_that_is_gone_meanwhile_is_a_warning_on_the_volume(session, tmp_path):
    paths = write_ct(tmp_path / "ct", study_volume(), series_uid=FIRST)
    session.workspace.events.study_opened.connect(lambda _study: paths[3].unlink())
    session.open(tmp_path / "ct")
    volume = session.workspace.studies.volume(FIRST)
    assert session.workspace.loading.is_complete(FIRST)
    assert session.workspace.display.resolved("v0").volume is volume
    assert not volume.measurable
    assert [w.code for w in volume.warnings] == [WarningCode.UNREADABLE_INSTANCES]
    assert (volume.voxels[3] == -1000).all()


def test_the_largest_study_is_shown_and_another_with_what_was_decided_on_it(
    session, two_series, other_ct
):
    session.open(two_series, other_ct)
    workspace = session.workspace
    small = next(s for s in workspace.studies.scan.studies if s.study_uid == "1.2.826.77")
    large = workspace.studies.study
    assert large is not small
    assert len(large.series) == 2
    session.run_model()
    workspace.desk.confirm(session.finding_ids[0])
    decided = session.finding_ids

    workspace.show_study(small)
    session.settle()
    assert session.finding_ids == []
    assert session.series_keys == {"1.2.826.77.1"}

    workspace.show_study(large)
    session.settle()
    assert session.finding_ids == decided
    assert workspace.findings.unreviewed_count == 2


def test_a_named_study_is_shown_though_another_is_larger(session, two_series, other_ct):
    session.workspace.open_paths([two_series, other_ct], "1.2.826.77")
    session.settle()
    assert session.workspace.studies.study.study_uid == "1.2.826.77"


def test_a_second_series_is_read_when_it_is_asked_for(session, two_series):
    session.open(two_series)
    workspace = session.workspace
    (shown,) = session.series_keys
    (other,) = {FIRST, SECOND} - {shown}
    assert workspace.studies.volume(other) is None
    workspace.show_series(other, "v1")
    assert workspace.display.resolved("v1") is None
    session.settle()
    assert workspace.display.resolved("v1").series.key == other
    assert workspace.display.resolved("v0").series.key == shown
    before = len(workspace.jobs.jobs)
    workspace.show_series(other)
    assert len(workspace.jobs.jobs) == before, "it is in memory"


def test_a_nifti_file_with_spaces_in_its_name_opens(session, tmp_path):
    path = write_nifti_study(tmp_path / "a folder")
    session.open(path)
    (key,) = session.series_keys
    volume = session.workspace.studies.volume(key)
    assert np.array_equal(volume.voxels, study_volume().voxels)
    assert session.workspace.studies.series(key).format == "nifti"


def test_a_path_that_is_not_there_fails_in_words(session, tmp_path):
    session.open(tmp_path / "gone")
    assert session.said == ["The file could not be opened. There is no such file or folder."]


def test_a_stroke_being_drawn_is_saved_in_its_own_study_when_another_opens(session, ct, other_ct):
    session.open(ct)
    session.run_model()
    workspace = session.workspace
    finding = workspace.findings.findings[0]
    workspace.findings.select(finding.finding_id)
    workspace.set_mode(Mode.EDIT)
    x, y, z = finding.center_lps_mm
    workspace.editor.press((x + 6, y, z), Plane.AXIAL)
    assert workspace.editor.has_unsaved
    session.open(other_ct)
    assert workspace.mode is Mode.READ
    assert workspace.findings.findings == ()
    assert session.said == ["Another study of this patient is in the library."]

    session.open(ct)
    assert len(workspace.findings.records) == 1
    assert workspace.findings.finding(finding.finding_id).volume_mm3 > finding.volume_mm3


def test_a_study_whose_stroke_cannot_be_saved_stays_open(session, ct, other_ct, monkeypatch):
    session.open(ct)
    session.run_model()
    workspace = session.workspace
    study = workspace.studies.study
    workspace.findings.select(session.finding_ids[0])
    workspace.set_mode(Mode.EDIT)

    def full():
        raise StorageError(say("Not saved: the disk is full."), say("Free some space."))

    monkeypatch.setattr(workspace.editor, "finish", full)
    job = session.open(other_ct)
    assert job.state is JobState.FAILED
    assert session.said == ["Not saved: the disk is full. Free some space."]
    assert workspace.studies.study is study
    assert workspace.mode is Mode.EDIT
    assert len(workspace.findings.findings) == 3
    assert workspace.display.resolved("v0") is not None


def test_stopping_to_bring_back_decisions_closes_the_study(session, ct, make_gate, monkeypatch):
    gate, workspace = make_gate(), session.workspace
    saved = workspace.review.saved
    monkeypatch.setattr(workspace.review, "saved", lambda study: (gate(), saved(study))[1])
    workspace.open_paths([ct])
    session.wait_for(lambda: workspace.studies.study is not None)
    gate.wait_until_reached()
    workspace.jobs.cancel_kind(JobKind.LOAD)
    gate.open()
    session.settle()
    assert workspace.studies.study is None
    assert session.said == []


def test_without_its_decisions_a_study_can_be_seen_but_not_decided_on(session, ct, monkeypatch):
    def damaged(_study):
        raise StorageError(say("The file is damaged."), say("Start again."))

    monkeypatch.setattr(session.workspace.review, "saved", damaged)
    session.open(ct)
    assert session.workspace.display.resolved("v0") is not None
    assert len(session.said) == 2
    assert session.said[0] == "The file is damaged. Start again."
    assert "nothing can be decided now" in session.said[1]
    with pytest.raises(NotAllowedError):
        session.workspace.desk.add(FIRST, tuple(GRID.center_lps_mm))


def test_after_closing_nothing_that_was_delivered_late_is_done(session, ct, hold_reading):
    gate, pictures = hold_reading(), []
    session.workspace.open_paths([ct])
    session.wait_for(lambda: bool(session.workspace.loading.reading))
    gate.wait_until_reached()
    session.workspace.events.slice_ready.connect(pictures.append)
    gate.open()
    session.close()
    session.deliver()
    assert pictures == []


def test_recent_studies_of_a_full_disk_stop_nobody_from_reading(session, ct, monkeypatch):
    def full(*_arguments, **_more):
        raise StorageError(say("Not saved: the disk is full."), say("Free some space."))

    place, index = session.workspace.place._store, session.workspace.library.index
    for name in ("save_place", "place"):
        monkeypatch.setattr(place, name, full)
    for name in ("add", "study", "note_opened", "note_findings", "keep_thumbnail", "priors"):
        monkeypatch.setattr(index, name, full)
    session.open(ct)
    assert session.workspace.loading.is_complete(FIRST)
    assert session.said == []
    session.workspace.close_study()


def test_slices_that_vanish_while_a_series_is_read_are_told_about(
    session, ct, hold_reading, tmp_path
):
    folder = tmp_path / "ct"
    shutil.copytree(ct, folder)
    gate = hold_reading()
    session.workspace.open_paths([folder])
    session.wait_for(lambda: bool(session.workspace.loading.reading))
    gate.wait_until_reached()
    last = session.workspace.studies.series(FIRST).instances[-1].path
    last.unlink()
    gate.open()
    session.wait_for(lambda: session.workspace.loading.is_complete(FIRST))
    session.settle()
    (said,) = session.said
    assert said.startswith("Slices that could not be read: 1")
