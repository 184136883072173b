"""Key images: marked and unmarked as one act, gone through, kept, and handed over."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from reader.core.errors import ExportError, NotAllowedError
from reader.core.measurement import MeasurementKind
from reader.core.orientation import Plane
from reader.formats.export.dicom_ko import check_key_images, write_key_images
from reader.imaging.cut import Slab
from reader.session.handing_over.export import ExportFormat
from reader.session.handing_over.exporter import handover_of
from tests.support.sessions import FIRST


@pytest.fixture
def reading(session, ct):
    session.open(ct)
    return session


def marked(session) -> list[int]:
    return list(session.workspace.key_images.of(FIRST))


def at(session, index: int) -> None:
    session.workspace.viewports.set_index("v0", index)


def mark(session, *indices: int) -> None:
    for index in indices:
        at(session, index)
        assert session.workspace.key_images.toggle("v0")


def test_an_image_is_marked_and_the_mark_taken_away(reading):
    mark(reading, 7, 2)
    assert marked(reading) == [2, 7]
    (finding, _) = reading.workspace.findings.all()
    assert finding.measurement is not None
    assert finding.measurement.kind is MeasurementKind.KEY_IMAGE
    assert finding.measurement.quantities == ()
    at(reading, 7)
    assert not reading.workspace.key_images.toggle("v0")
    assert marked(reading) == [2]


def test_marks_are_undone_like_any_act(reading):
    mark(reading, 3)
    reading.workspace.history.undo()
    assert marked(reading) == []
    reading.workspace.history.redo()
    assert marked(reading) == [3]


def test_marks_are_there_when_the_study_is_opened_again(reading, ct):
    mark(reading, 3, 5)
    reading.workspace.close_study()
    reading.open(ct)
    assert marked(reading) == [3, 5]


def test_marks_are_gone_through_round_and_round(reading):
    mark(reading, 2, 5, 9)
    viewports, keys = reading.workspace.viewports, reading.workspace.key_images
    backwards = viewports.stack_of("v0").reads_backwards
    at(reading, 5)
    seen = []
    for _ in range(3):
        keys.step("v0", 1)
        seen.append(viewports.index_of("v0"))
    assert seen == ([2, 9, 5] if backwards else [9, 2, 5])
    at(reading, 4)
    keys.step("v0", 1)
    first_on = 2 if backwards else 5
    assert viewports.index_of("v0") == first_on
    keys.step("v0", -1)
    assert viewports.index_of("v0") == (5 if backwards else 2)


def test_a_plane_that_was_computed_is_refused(reading):
    workspace = reading.workspace
    shown = workspace.display.resolved("v0")
    other = next(p for p in Plane if p is not shown.axes.plane)
    workspace.viewports.set_plane("v0", other)
    with pytest.raises(NotAllowedError, match="computed"):
        workspace.key_images.toggle("v0")
    assert marked(reading) == []


def test_nothing_waits_for_a_decision_because_of_a_mark(reading):
    mark(reading, 3)
    assert reading.workspace.findings.unreviewed_count == 0


def test_a_slab_is_no_image_as_it_was_taken(reading):
    reading.workspace.tilting.set_slab("v0", Slab(10.0))
    with pytest.raises(NotAllowedError, match="slab"):
        reading.workspace.key_images.toggle("v0")
    assert marked(reading) == []


def selected(path: Path) -> list[str]:
    items = pydicom.dcmread(path).ContentSequence
    return [i.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for i in items
            if i.ValueType == "IMAGE"]  # fmt: skip


def test_marks_become_a_key_object_selection(reading, tmp_path: Path):
    mark(reading, 7, 2)
    out = tmp_path / "out"
    reading.workspace.exporter.export(FIRST, out, {ExportFormat.KO, ExportFormat.SR})
    reading.settle()
    series = reading.workspace.studies.series(FIRST)
    assert selected(out / "key-images.dcm") == [
        series.instances[k].sop_instance_uid for k in (2, 7)
    ]
    written = pydicom.dcmread(out / "key-images.dcm")
    assert written.Modality == "KO"
    assert written.ConceptNameCodeSequence[0].CodeMeaning == "Of Interest"
    assert written.StudyInstanceUID == pydicom.dcmread(series.instances[0].path).StudyInstanceUID
    report = pydicom.dcmread(out / "report.dcm")
    assert "Key image" not in str(report), "a mark is no finding of the report"


def test_without_marks_no_selection_is_written(reading, tmp_path: Path):
    mark(reading, 3)
    workspace = reading.workspace
    at(reading, 3)
    workspace.key_images.toggle("v0")
    workspace.exporter.export(FIRST, tmp_path / "out", {ExportFormat.KO, ExportFormat.JSON})
    reading.settle()
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"findings.json"}


def handed_over(session):
    workspace = session.workspace
    study = workspace.studies.study
    now = workspace.findings.all()[0].provenance.made_at
    return handover_of(
        study, FIRST, workspace.studies, workspace.review, workspace.reviewer(), now
    )()


def test_what_others_selected_is_what_we_read_back(reading, tmp_path: Path):
    mark(reading, 4, 6)
    handover = handed_over(reading)
    path = tmp_path / "ko.dcm"
    write_key_images(handover, path)
    check_key_images(path, handover)
    dataset = pydicom.dcmread(path)
    image = next(i for i in dataset.ContentSequence if i.ValueType == "IMAGE")
    image.ReferencedSOPSequence[0].ReferencedSOPInstanceUID = "1.2.3"
    dataset.save_as(path)
    with pytest.raises(ExportError, match="did not read back"):
        check_key_images(path, handover)
