"""What is handed over: all formats or none, each read back, by whom and from what."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled, ExportError
from reader.core.model import EligibilityRules
from reader.core.review import RejectReason
from reader.core.text import say
from reader.formats.export import results_json
from reader.session.handing_over import exporter
from reader.session.handing_over.export import ExportFormat, export_handover
from reader.session.jobs import JobState
from reader.session.notices import NoticeLevel
from tests.support.dicom_source import source_series
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.handovers import handover
from tests.support.sessions import FIRST, SECOND, write_nifti_study, write_study

ALL = set(ExportFormat)
NAMES = {"segmentation.dcm", "report.dcm", "segmentation.nii.gz", "findings.json"}


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def full_disk(*_arguments, **_more):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def decided(session, ct):
    """A study with a finding confirmed, one rejected and one that waits."""
    session.open(ct)
    session.run_model()
    first, second, _ = session.finding_ids
    session.workspace.desk.confirm(first)
    session.workspace.desk.reject(second, RejectReason.VESSEL)
    return session


def exported(session, out: Path, formats=ALL):
    """Export the open study to the end; the job, or None where it was refused."""
    job = session.workspace.exporter.export(FIRST, out, formats)
    session.settle()
    return session.workspace.jobs.jobs[job.id] if job else None


# Through the session


def test_all_formats_are_written_and_said_to_be(decided, tmp_path):
    out = tmp_path / "results of today"
    job = exported(decided, out)
    assert job.state is JobState.DONE, job.error
    assert written(out) == NAMES | {"heatmap.nii.gz"}
    assert {path.name for path in decided.workspace.exporter.last_written} == written(out)
    assert decided.said == [
        "Saved 5 files, read back and compared. They are in the folder you chose."
    ]


def test_what_is_in_the_files_is_what_was_decided(decided, tmp_path):
    first, second, third = decided.finding_ids
    exported(decided, tmp_path)
    findings = json.loads((tmp_path / "findings.json").read_text())["findings"]
    assert {f["id"]: f["status"] for f in findings} == {
        first: "confirmed", second: "rejected", third: "unreviewed"
    }  # fmt: skip
    segmentation = decided.workspace.studies.segmentation(FIRST)
    kept = {s.label for s in segmentation.segments if s.finding_id in (None, first)}
    labels = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(tmp_path / "segmentation.nii.gz")))
    assert set(np.unique(labels)) == kept | {0}
    assert np.array_equal(labels[labels > 0], segmentation.labels[labels > 0])
    seg = pydicom.dcmread(tmp_path / "segmentation.dcm")
    assert len(seg.SegmentSequence) == len(kept)


def test_a_format_at_a_time(decided, tmp_path):
    for kind, name in zip(
        (ExportFormat.SEG, ExportFormat.SR, ExportFormat.JSON),
        ("segmentation.dcm", "report.dcm", "findings.json"),
        strict=True,
    ):
        exported(decided, tmp_path / kind.value, {kind})
        assert written(tmp_path / kind.value) == {name}


def test_the_model_that_drew_the_lungs_is_named_though_it_found_nothing(start, ct, tmp_path):
    session = start(FakeRunner())
    session.runner._places = [(40.0, 20.0, 120.0)]
    session.open(ct)
    session.run_model()
    (proposed,) = session.finding_ids
    session.workspace.desk.reject(proposed)
    exported(session, tmp_path, {ExportFormat.SEG})
    seg = pydicom.dcmread(tmp_path / "segmentation.dcm")
    for segment in seg.SegmentSequence:
        assert segment.SegmentAlgorithmType == "AUTOMATIC"
        assert segment.SegmentAlgorithmName == "Fake chest model"
    session.kill()
    again = start()
    again.open(ct)
    exported(again, tmp_path / "again", {ExportFormat.SEG})
    seg = pydicom.dcmread(tmp_path / "again" / "segmentation.dcm")
    assert {s.SegmentAlgorithmType for s in seg.SegmentSequence} == {"AUTOMATIC"}


def test_a_signed_reading_is_handed_over_by_whoever_signed_it(decided, tmp_path):
    workspace = decided.workspace
    workspace.change_settings(reviewer_name="Dr. Lin", reviewer_organization="St Elsewhere")
    workspace.desk.confirm(decided.finding_ids[2])
    workspace.desk.sign()
    workspace.change_settings(reviewer_name="Somebody Else")
    exported(decided, tmp_path, {ExportFormat.JSON, ExportFormat.SR})
    found = json.loads((tmp_path / "findings.json").read_text())
    assert found["signed"]
    assert found["reviewer"]["name"] == "Dr. Lin"
    report = pydicom.dcmread(tmp_path / "report.dcm")
    assert report.VerificationFlag == "VERIFIED"
    assert "Lin" in str(report.VerifyingObserverSequence[0].VerifyingObserverName)


def test_with_nothing_decided_there_is_nothing_to_export(session, ct, tmp_path):
    session.open(ct)
    job = exported(session, tmp_path / "out")
    assert job.state is JobState.FAILED
    assert session.said == ["There is nothing to export yet. Run the AI, or add a finding."]
    assert session.workspace.notices.posted[0].level is NoticeLevel.ERROR
    assert written(tmp_path / "out") == set()


def test_refusals_are_said(session, ct, tmp_path):
    assert session.workspace.exporter.export(FIRST, tmp_path, ALL) is None
    session.open(ct)
    assert session.workspace.exporter.export(FIRST, tmp_path, ()) is None
    assert session.workspace.exporter.export("1.2.3", tmp_path, ALL) is None
    choose = "Open a study and choose at least one format to export."
    assert session.said == [
        choose,
        choose,
        "The images of these findings are not open. Open the folder that holds them, then export.",
    ]


def test_a_study_is_handed_over_with_every_series_that_has_results(start, tmp_path):
    session = start(FakeRunner())
    session.open(write_study(tmp_path / "in", (FIRST, SECOND)))
    workspace = session.workspace
    for series_key in (FIRST, SECOND):
        workspace.show_series(series_key)
        session.settle()
        session.run_model()
    workspace.exporter.export_study(tmp_path / "out", {ExportFormat.JSON})
    session.settle()
    assert written(tmp_path / "out") == {"series-1", "series-2"}
    assert len(workspace.exporter.last_written) == 2


def test_a_study_without_results_has_nothing_to_export(session, ct, tmp_path):
    session.open(ct)
    assert session.workspace.exporter.export_study(tmp_path / "out", ALL) is None
    assert session.said == ["There is nothing to export yet. Run the AI, or add a finding."]


def test_a_nifti_source_gives_what_needs_no_dicom(start, tmp_path):
    session = start(FakeRunner(spec=fake_spec(EligibilityRules("OT"))))
    session.open(write_nifti_study(tmp_path / "in"))
    (key,) = session.series_keys
    session.run_model()
    workspace = session.workspace
    workspace.exporter.export(key, tmp_path / "out", ALL)
    session.settle()
    assert written(tmp_path / "out") == {
        "segmentation.nii.gz", "heatmap.nii.gz", "findings.json"
    }  # fmt: skip
    workspace.exporter.export(key, tmp_path / "none", {ExportFormat.SEG, ExportFormat.SR})
    session.settle()
    assert session.said[-1] == (
        "Nothing was written: DICOM results need a DICOM series. Choose NIfTI or JSON."
    )
    assert not (tmp_path / "none").exists()


def test_a_study_changed_while_it_is_gathered_is_not_exported(
    decided, tmp_path, monkeypatch, make_gate
):
    gate, workspace = make_gate(), decided.workspace
    reviewed_handover = exporter.reviewed_handover

    def held(**what):
        gate()
        return reviewed_handover(**what)

    monkeypatch.setattr(exporter, "reviewed_handover", held)
    job = workspace.exporter.export(FIRST, tmp_path / "out", ALL)
    gate.wait_until_reached()
    x, y, z = workspace.findings.findings[0].center_lps_mm
    workspace.desk.add(FIRST, (x, y + 15.0, z))
    gate.open()
    decided.settle()
    assert workspace.jobs.jobs[job.id].state is JobState.FAILED
    assert decided.said == [
        "The segmentation was changed while it was being exported. Export again."
    ]
    assert written(tmp_path / "out") == set()


# Files


@pytest.fixture
def source(tmp_path):
    return handover(*source_series(tmp_path / "source"))


def put(source, out, formats=ALL, report=ignore_progress, cancel=None):
    return export_handover(source, out, formats, report, cancel or CancelToken())


def test_files_come_in_one_order_whatever_was_asked_for(source, tmp_path):
    reported: list[Progress] = []
    formats = [ExportFormat.JSON, ExportFormat.SR, ExportFormat.SEG, ExportFormat.SEG]
    paths = put(source, tmp_path / "out", formats, reported.append)
    assert [p.name for p in paths] == ["segmentation.dcm", "report.dcm", "findings.json"]
    assert [(p.done, p.total) for p in reported] == [(0, 3), (1, 3), (2, 3)]


@pytest.mark.parametrize(
    "writer",
    [
        "reader.formats.export.dicom_seg.write_segmentation",
        "reader.formats.export.dicom_sr.write_report",
        "reader.formats.grids.nifti.write_nifti",
        "reader.formats.export.results_json.write_findings_json",
    ],
)
def test_a_full_disk_is_said_and_leaves_nothing(source, tmp_path, monkeypatch, writer):
    out = tmp_path / "out"
    monkeypatch.setattr(writer, full_disk)
    with pytest.raises(ExportError, match="Not saved: No space left on device"):
        put(source, out)
    assert written(out) == set()


@pytest.mark.parametrize(
    "check",
    [
        "reader.formats.export.dicom_check.check_segmentation",
        "reader.formats.export.dicom_check.check_report",
        "reader.formats.export.nifti_check.check_nifti",
    ],
)
def test_a_file_that_does_not_read_back_is_not_kept(source, tmp_path, monkeypatch, check):
    def differs(*_arguments):
        raise ExportError(say("It differs."), say("Again."))

    monkeypatch.setattr(check, differs)
    with pytest.raises(ExportError, match="It differs"):
        put(source, tmp_path / "out")
    assert written(tmp_path / "out") == set()


def test_findings_that_do_not_read_back_are_not_kept(source, tmp_path, monkeypatch):
    real = results_json.findings_dict
    calls = []

    def fewer(handed):
        calls.append(1)
        content = real(handed)
        return content if len(calls) > 1 else content | {"findings": []}

    monkeypatch.setattr(results_json, "findings_dict", fewer)
    with pytest.raises(ExportError, match="did not read back"):
        put(source, tmp_path / "out", {ExportFormat.JSON})
    assert written(tmp_path / "out") == set()


def test_older_files_stay_until_all_the_new_ones_are_checked(source, tmp_path, monkeypatch):
    out = tmp_path / "out"
    put(source, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(results_json, "write_findings_json", full_disk)
        with pytest.raises(ExportError):
            put(handover(source.study, source.series, lungs=False), out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    put(handover(source.study, source.series, lungs=False), out)
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)


def test_a_stopped_export_leaves_nothing(source, tmp_path):
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        put(source, tmp_path / "out", ALL, lambda p: p.done == 2 and cancel.cancel(), cancel)
    assert written(tmp_path / "out") == set()


def test_a_folder_that_cannot_be_written_is_said(source, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="Not saved"):
        put(source, tmp_path / "file")


def test_images_that_are_gone_are_said_and_leave_nothing(source, tmp_path):
    for instance in source.series.instances:
        instance.path.unlink()
    with pytest.raises(ExportError):
        put(source, tmp_path / "out")
    assert written(tmp_path / "out") == set()


def test_an_empty_segmentation_is_left_out_beside_others(tmp_path):
    study, series = source_series(tmp_path / "source")
    empty = handover(study, series, (), lungs=False)
    paths = put(empty, tmp_path / "out")
    assert {p.name for p in paths} == NAMES - {"segmentation.dcm"}
    with pytest.raises(ExportError):
        put(empty, tmp_path / "alone", {ExportFormat.SEG})
