"""Objects by others in a session: listed, read, shown, reviewed once, and handed over."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pydicom
import pytest

from reader.core.errors import NotAllowedError
from reader.core.heatmap import HeatmapKind
from reader.core.imported import ImportedSegmentation, MarkShape
from reader.core.review import ReviewStatus
from reader.core.study import ObjectKind
from reader.formats.archives.archive import clean_unpacked
from reader.formats.objects import object_reader
from reader.session.handing_over.export import FINDINGS_FILE, REPORT_FILE, ExportFormat
from reader.session.jobs import JobKind
from reader.session.opening import imported_objects
from reader.session.opening.imported_objects import ImportedObjects, ListedObject, ObjectState
from tests.support.dicom_writer import only_series
from tests.support.object_writer import (
    finding_item,
    headers,
    item,
    number_item,
    region_item,
    write_key_images,
    write_object,
    write_presentation,
    write_report,
    write_seg,
)
from tests.support.sessions import FIRST, GRID, Gate, Session, write_study

LONG = ("103339001", "SCT", "Long Axis")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A chest CT with a segmentation, a report, key images, marks and a letter by others."""
    folder = write_study(tmp_path / "study")
    images = headers(only_series(folder))
    others = folder / "others"
    others.mkdir()
    masks = np.zeros((*GRID.shape_kji, 2), np.uint8)
    masks[3:6, 10:20, 10:18, 0] = 1
    masks[4:8, 15:25, 12:22, 1] = 1
    write_seg(others / "seg.dcm", images, masks)
    groups = [
        [finding_item(), region_item("POINT", [10.5, 20.5], images[4]),
         number_item(LONG, 12, "mm")],
        [finding_item("Mass"), region_item("POINT", [30.5, 8.5], images[9])],
    ]  # fmt: skip
    write_report(others / "sr.dcm", images[0], groups)
    write_key_images(others / "ko.dcm", [images[7], images[2]], "Best seen here")
    mark = item(
        GraphicObjectSequence=[
            item(
                GraphicAnnotationUnits="PIXEL",
                GraphicDimensions=2,
                NumberOfGraphicPoints=1,
                GraphicData=[3.5, 6.5],
                GraphicType="POINT",
            )
        ]
    )
    write_presentation(others / "pr.dcm", images[5:6], [mark])
    write_object(
        others / "doc.dcm",
        "DOC",
        images[0],
        DocumentTitle="Letter",
        MIMETypeOfEncapsulatedDocument="application/pdf",
        EncapsulatedDocument=b"%PDF-1.7",
    )
    return folder


def of_kind(session: Session, kind: ObjectKind) -> ListedObject:
    return next(o for o in session.workspace.imported.listed if o.found.kind is kind)


def test_small_objects_are_read_by_themselves_and_documents_wait(session: Session, study: Path):
    session.open(study)
    states = {o.found.kind: o.state for o in session.workspace.imported.listed}
    assert states == {
        ObjectKind.SEGMENTATION: ObjectState.READ,
        ObjectKind.REPORT: ObjectState.READ,
        ObjectKind.KEY_IMAGES: ObjectState.READ,
        ObjectKind.PRESENTATION: ObjectState.READ,
        ObjectKind.DOCUMENT: ObjectState.FOUND,
    }
    assert session.said == []


def test_large_objects_wait_until_they_are_asked_for(session: Session, study: Path, monkeypatch):
    monkeypatch.setattr(imported_objects, "SMALL_BYTES", 100)
    session.open(study)
    imported = session.workspace.imported
    assert {o.state for o in imported.listed} == {ObjectState.FOUND}
    seg = of_kind(session, ObjectKind.SEGMENTATION)
    imported.read(seg.uid)
    assert imported.of(seg.uid).state is ObjectState.READING
    assert imported.read(seg.uid) is None
    session.settle()
    assert imported.of(seg.uid).state is ObjectState.READ
    assert imported.read(seg.uid) is None


def test_a_segmentation_lies_over_its_series_until_hidden(session: Session, study: Path):
    session.open(study)
    workspace = session.workspace
    seg = of_kind(session, ObjectKind.SEGMENTATION)
    assert isinstance(seg.content, ImportedSegmentation)
    layers = workspace.overlay.layers_for(FIRST)
    assert layers is not None
    assert len(layers.sheets) == 2  # they overlap
    first, second = seg.content.segments
    workspace.imported.set_visible(seg.uid, [first], False)
    layers = workspace.overlay.layers_for(FIRST)
    assert layers is not None
    assert [s.label for sheet in layers.sheets for s in sheet.styles] == [second.segment.label]
    workspace.overlay.hold_hidden(True)
    assert workspace.overlay.layers_for(FIRST) is None
    workspace.overlay.hold_hidden(False)
    assert not workspace.imported.is_visible(seg.uid, first)
    assert workspace.imported.is_visible(seg.uid, second)


@pytest.mark.parametrize("limit", ["FEW_SEGMENTS", "FEW_SHEETS"])
def test_of_many_segments_none_is_shown_at_first(
    session: Session, study: Path, monkeypatch, limit: str
):
    monkeypatch.setattr(imported_objects, limit, 1)
    session.open(study)
    assert session.workspace.imported.sheets_for(FIRST) == ()


def test_fractions_are_heat_where_no_model_made_any(session: Session, tmp_path: Path):
    folder = write_study(tmp_path / "study")
    images = headers(only_series(folder))
    fractions = np.zeros((*GRID.shape_kji, 1))
    fractions[3:6, 10:20, 10:18, 0] = 0.75
    write_seg(folder / "seg.dcm", images, fractions, "FRACTIONAL", fractional_type="PROBABILITY")
    session.open(folder)
    overlay = session.workspace.overlay
    layers = overlay.layers_for(FIRST)
    assert layers is not None
    assert layers.heatmap is None
    overlay.next_mode()
    layers = overlay.layers_for(FIRST)
    assert layers is not None
    assert layers.heatmap is not None
    assert layers.heatmap.kind is HeatmapKind.FRACTION
    assert layers.heatmap.scores[4, 15, 12] == pytest.approx(0.75, abs=0.01)


def test_marks_and_key_images_are_on_their_slices(session: Session, study: Path):
    session.open(study)
    imported = session.workspace.imported
    assert imported.key_slices(FIRST) == (2, 7)
    (mark,) = imported.marks_on(FIRST, 5)
    assert (mark.shape, mark.points) == (MarkShape.POINT, ((6.0, 3.0),))
    assert imported.marks_on(FIRST, 4) == ()
    imported.show_marks(False)
    assert imported.marks_on(FIRST, 5) == ()


def test_findings_by_others_wait_for_review_and_come_once(session: Session, study: Path):
    session.open(study)
    workspace = session.workspace
    findings = workspace.findings.findings
    assert {f.name for f in findings} == {"Nodule", "Mass"}
    assert {workspace.findings.status_of(f.finding_id) for f in findings} == {
        ReviewStatus.UNREVIEWED
    }
    with pytest.raises(NotAllowedError, match="2 findings wait"):
        workspace.desk.sign()
    nodule = next(f for f in findings if f.name == "Nodule")
    assert nodule.long_axis_mm == 12
    workspace.desk.confirm(nodule.finding_id)
    workspace.close_study()
    session.settle()
    assert workspace.imported.listed == ()
    session.open(study)
    assert len(workspace.findings.findings) == 2
    assert workspace.findings.status_of(nodule.finding_id) is ReviewStatus.CONFIRMED
    workspace.history.undo()
    assert workspace.findings.status_of(nodule.finding_id) is ReviewStatus.UNREVIEWED


def test_a_signed_reading_takes_in_nothing(session: Session, study: Path):
    report = study / "others" / "sr.dcm"
    aside = study.parent / "sr.dcm"
    report.rename(aside)
    session.open(study)
    session.workspace.desk.sign()
    session.workspace.close_study()
    session.settle()
    aside.rename(report)
    session.open(study)
    assert session.workspace.findings.findings == ()
    assert of_kind(session, ObjectKind.REPORT).state is ObjectState.READ


def test_what_others_found_and_a_reader_confirmed_is_handed_over_as_theirs(
    session: Session, study: Path, tmp_path: Path
):
    session.open(study)
    workspace = session.workspace
    for finding in workspace.findings.findings:
        workspace.desk.confirm(finding.finding_id)
    out = tmp_path / "out"
    workspace.exporter.export(FIRST, out, [ExportFormat.JSON, ExportFormat.SR])
    session.settle()
    written = json.loads((out / FINDINGS_FILE).read_text(encoding="utf-8"))
    sr = of_kind(session, ObjectKind.REPORT)
    for finding in written["findings"]:
        assert finding["reviewer"]["name"] == "Olga Other"
        assert finding["algorithm"] is None
        assert finding["imported"] == sr.uid
    names = {
        str(element.value)
        for element in pydicom.dcmread(out / REPORT_FILE).iterall()
        if element.keyword == "TextValue"
    }
    assert not any("chest" in name.lower() for name in names)


def test_our_own_report_does_not_come_back_as_anothers(session: Session, tmp_path: Path):
    folder = write_study(tmp_path / "study")
    session.open(folder)
    session.run_model()
    for finding_id in session.finding_ids:
        session.workspace.desk.confirm(finding_id)
    session.workspace.exporter.export(FIRST, folder / "results", [ExportFormat.SR])
    session.settle()
    session.workspace.close_study()
    session.open(folder)
    assert of_kind(session, ObjectKind.REPORT).state is ObjectState.READ
    assert len(session.workspace.findings.findings) == 3
    assert all(f.provenance.is_ai for f in session.workspace.findings.findings)


def test_what_cannot_be_read_says_why_in_the_list_and_raises_no_alarm(
    session: Session, study: Path
):
    path = study / "others" / "seg.dcm"
    ds = pydicom.dcmread(path)
    ds.SegmentationType = "SOMETHING"
    ds.save_as(path)
    session.open(study)
    seg = of_kind(session, ObjectKind.SEGMENTATION)
    assert seg.state is ObjectState.FAILED
    assert "not a segmentation of a kind that is known" in str(seg.why)
    assert session.said == []
    assert session.workspace.imported.read(seg.uid) is not None  # it may be tried again
    session.settle()


def test_reading_can_be_stopped_and_ends_with_the_study(session: Session, study: Path, monkeypatch):
    gate = Gate()
    read = object_reader.read_object

    def held(*what):
        gate()
        return read(*what)

    monkeypatch.setattr(object_reader, "read_object", held)
    workspace = session.workspace
    workspace.open_paths([study])
    session.wait_for(lambda: bool(workspace.imported.listed))
    gate.wait_until_reached()
    uids = [o.uid for o in workspace.imported.listed if o.state is ObjectState.READING]
    for uid in uids:
        workspace.imported.stop(uid)
    gate.open()
    session.settle()
    states = {workspace.imported.of(uid).state for uid in uids}
    assert ObjectState.READING not in states
    assert ObjectState.FOUND in states
    workspace.close_study()
    assert not workspace.jobs.is_under_way(JobKind.IMPORT)


def test_a_document_is_copied_only_when_asked_for_and_leaves_with_the_study(
    session: Session, study: Path
):
    session.open(study)
    imported: ImportedObjects = session.workspace.imported
    letter = of_kind(session, ObjectKind.DOCUMENT)
    with pytest.raises(NotAllowedError):
        imported.copy_of(letter.uid)
    imported.read(letter.uid)
    session.settle()
    copy = imported.copy_of(letter.uid)
    assert copy.read_bytes() == b"%PDF-1.7"
    assert copy.parent.stat().st_mode & 0o077 == 0
    clean_unpacked(copy.parents[1], ())
    assert not copy.exists(), "what a crash left is removed at the next start"
    assert imported.copy_of(letter.uid) == copy
    session.workspace.close_study()
    assert not copy.exists()


def test_looking_at_a_place_shows_its_series_there(session: Session, study: Path):
    session.open(study)
    workspace = session.workspace
    place = (3.0, 4.0, 5.0)
    workspace.look_at(FIRST, place)
    assert workspace.viewports.cursor_of(FIRST) == place
    workspace.look_at("nothing", place)
