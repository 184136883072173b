"""The list of objects by others, what it does, and what is drawn of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QDesktopServices

from reader.core.imported import MarkShape
from reader.core.study import ObjectKind
from reader.session.opening.imported_objects import ObjectState
from reader.ui import tokens
from reader.ui.findings.card_content import CardState, card_content
from reader.ui.objects.object_list import ObjectList
from reader.ui.objects.object_rows import ObjectRow, PlaceLine, SegmentLine
from reader.ui.objects.object_sheet import ObjectSheet
from reader.ui.objects.object_text import KIND_ICONS, KIND_WORDS
from tests.support.dicom_writer import only_series
from tests.support.driver import ReaderDriver
from tests.support.object_writer import (
    finding_item,
    headers,
    item,
    region_item,
    write_key_images,
    write_object,
    write_presentation,
    write_report,
    write_seg,
)


@pytest.fixture
def chest_with_objects(chest: Path) -> Path:
    """The small chest with one object of each kind that is drawn or listed."""
    series = only_series(chest)
    images = headers(series)
    masks = np.zeros((*series.geometry.shape_kji, 2), np.uint8)
    masks[3:6, 10:20, 10:18, 0] = 1
    masks[4:8, 15:25, 12:22, 1] = 1
    write_seg(chest / "seg.dcm", images, masks)
    middle = images[len(images) // 2]
    group = [finding_item("Mass"), region_item("POINT", [20.5, 18.5], middle)]
    write_report(chest / "sr.dcm", images[0], [group])
    write_key_images(chest / "ko.dcm", [images[2], images[1]], "Best seen here")
    graphics = [
        _graphic("CIRCLE", [20.5, 18.5, 25.5, 18.5]),
        _graphic("ELLIPSE", [10, 20, 30, 20, 20, 15, 20, 25]),
        _graphic("POLYLINE", [1, 1, 8, 9, 12, 3]),
        _graphic("POINT", [5.5, 5.5]),
    ]
    said = item(
        UnformattedTextValue="Look\nhere", AnchorPoint=[8.5, 12.5],
        AnchorPointAnnotationUnits="PIXEL",
    )  # fmt: skip
    marks = item(GraphicObjectSequence=graphics, TextObjectSequence=[said])
    window = item(WindowCenter="-500", WindowWidth="1400", WindowCenterWidthExplanation="AIR")
    write_presentation(chest / "pr.dcm", [middle], [marks], SoftcopyVOILUTSequence=[window])
    write_object(
        chest / "doc.dcm",
        "DOC",
        images[0],
        DocumentTitle="Letter",
        MIMETypeOfEncapsulatedDocument="application/pdf",
        EncapsulatedDocument=b"%PDF-1.7",
    )
    return chest


def _graphic(kind: str, points: list[float]):
    return item(
        GraphicAnnotationUnits="PIXEL",
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(points) // 2,
        GraphicData=points,
        GraphicType=kind,
        GraphicFilled="Y",
    )


@pytest.fixture
def with_objects(reader: ReaderDriver, chest_with_objects: Path) -> ReaderDriver:
    reader.open(chest_with_objects)
    return reader


def objects(reader: ReaderDriver) -> ObjectList:
    return reader.window.frame.reading.panel.objects


def row_of(reader: ReaderDriver, kind: ObjectKind) -> ObjectRow:
    return next(r for r in objects(reader).rows if r.listed.found.kind is kind)


def test_every_kind_has_a_word_and_an_icon_of_its_own():
    assert set(KIND_WORDS) == set(KIND_ICONS) == set(ObjectKind)
    assert len(set(KIND_ICONS.values())) == len(ObjectKind)


def test_without_objects_there_is_no_list(opened: ReaderDriver):
    assert objects(opened).isHidden()
    assert objects(opened).rows == ()


def test_rows_say_what_who_and_how_many(with_objects: ReaderDriver):
    assert not objects(with_objects).isHidden()
    said = {row.listed.found.kind: row.words for row in objects(with_objects).rows}
    assert said[ObjectKind.SEGMENTATION][1].endswith("Drawing program · 2 segments")
    assert said[ObjectKind.REPORT][1] == "Report · Olga Other · 1 finding"
    assert said[ObjectKind.KEY_IMAGES][:2] == (
        "Of Interest",
        "Key images · Another maker · 2 images · Best seen here",
    )
    assert said[ObjectKind.PRESENTATION][1].endswith("5 marks")
    assert said[ObjectKind.DOCUMENT][1].endswith("not read yet")


def test_a_segmentation_unfolds_and_each_segment_can_be_hidden_and_gone_to(
    with_objects: ReaderDriver,
):
    workspace = with_objects.workspace
    row = row_of(with_objects, ObjectKind.SEGMENTATION)
    with_objects.click(row)
    lines = objects(with_objects).lines_of(row.listed.uid)
    assert len(lines) == 2
    first = lines[0]
    assert isinstance(first, SegmentLine)
    with_objects.click(first._eye)
    assert not workspace.imported.is_visible(row.listed.uid, first.one)
    with_objects.click(first)
    key = workspace.viewports.active.series_key
    assert workspace.viewports.cursor_of(key) == first.one.center_lps_mm
    with_objects.click(row)
    assert objects(with_objects).lines_of(row.listed.uid) == ()
    with_objects.click(row._act)
    assert not any(workspace.imported.is_visible(row.listed.uid, line.one) for line in lines)


def test_outlines_of_others_are_in_the_picture_and_go_with_the_key(with_objects: ReaderDriver):
    workspace = with_objects.workspace
    row = row_of(with_objects, ObjectKind.SEGMENTATION)
    drawn = row.listed.content
    workspace.look_at(drawn.series_key, drawn.segments[1].center_lps_mm)
    with_objects.settle()
    view = with_objects.window.frame.reading.viewports.view("v0")
    colors = {style.color for edges in view.shown.overlay.edges for style in edges.styles}
    assert drawn.segments[1].segment.color in colors
    workspace.overlay.hold_hidden(True)
    with_objects.settle()
    assert view.shown.overlay.is_empty


def test_key_images_lead_to_their_slices(with_objects: ReaderDriver):
    row = row_of(with_objects, ObjectKind.KEY_IMAGES)
    with_objects.click(row)
    line = objects(with_objects).lines_of(row.listed.uid)[0]
    assert isinstance(line, PlaceLine)
    with_objects.click(line)
    workspace = with_objects.workspace
    key = workspace.viewports.active.series_key
    cursor = workspace.viewports.cursor_of(key)
    assert workspace.studies.series(key).geometry.nearest_voxel(cursor)[0] == 2


def test_marks_are_drawn_on_their_slice_only(with_objects: ReaderDriver):
    workspace = with_objects.workspace
    workspace.findings.select(workspace.findings.findings[0].finding_id)
    with_objects.settle()
    view = with_objects.window.frame.reading.viewports.view("v0")
    marks = view.content.marks
    assert {mark.shape for mark in marks} == {
        MarkShape.CIRCLE, MarkShape.ELLIPSE, MarkShape.POLYLINE, MarkShape.POINT, MarkShape.TEXT
    }  # fmt: skip
    view.grab()  # all of it can be painted
    tagged = [mark for mark in marks if mark.tag is not None]
    assert [mark.tag.who for mark in tagged] == ["Imported 1"]
    assert tagged[0].color == tokens.OTHERS
    circle = next(m for m in marks if m.shape is MarkShape.CIRCLE and m.tag is None)
    # The finding and the circle are about the same place.
    assert tagged[0].points[0] == pytest.approx(circle.points[0], abs=1e-3)
    with_objects.click(row_of(with_objects, ObjectKind.PRESENTATION)._act)
    assert [m.tag is not None for m in view.content.marks] == [True]


def test_the_window_of_a_presentation_state_is_used_when_pressed(with_objects: ReaderDriver):
    row = row_of(with_objects, ObjectKind.PRESENTATION)
    with_objects.click(row)
    (line,) = objects(with_objects).lines_of(row.listed.uid)
    assert line.accessibleName() == "AIR, W 1400 L -500"
    with_objects.click(line)
    workspace = with_objects.workspace
    window = workspace.viewports.looks.window_of(workspace.viewports.active.series_key)
    assert (window.center, window.width) == (-500, 1400)


def test_a_card_says_imported_and_by_whom(with_objects: ReaderDriver):
    workspace = with_objects.workspace
    (finding,) = workspace.findings.findings
    content = card_content(workspace, finding)
    assert (content.status, content.state) == ("Imported, to review", CardState.IMPORTED)
    assert not content.by_ai
    workspace.desk.confirm(finding.finding_id)
    content = card_content(workspace, finding)
    assert (content.status, content.note) == ("Imported, confirmed", "Olga Other")


def test_a_report_is_read_as_text_and_names_hide_with_identity(with_objects: ReaderDriver):
    row = row_of(with_objects, ObjectKind.REPORT)
    with_objects.click(row._act)
    frame = with_objects.window.frame
    sheet = frame.sheets.current
    assert isinstance(sheet, ObjectSheet)
    with_objects.press("Esc")
    assert frame.sheets.current is None


def test_a_letter_is_read_when_asked_and_opened_when_asked_again(
    with_objects: ReaderDriver, monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) is None
    )
    row = row_of(with_objects, ObjectKind.DOCUMENT)
    with_objects.click(row._act)
    with_objects.until_idle()
    assert row.listed.state is ObjectState.READ
    assert opened == []
    with_objects.click(row._act)
    assert Path(opened[0]).read_bytes() == b"%PDF-1.7"


def test_a_study_without_images_says_what_is_there_and_what_it_is_about(
    reader: ReaderDriver, chest_with_objects: Path
):
    for image in only_series(chest_with_objects).instances:
        image.path.unlink()
    reader.workspace.open_paths([chest_with_objects])
    reader.until(lambda: bool(reader.workspace.imported.listed))
    reader.until_idle()
    (pane,) = reader.window.frame.reading.viewports.views
    message = pane.content.message
    said = [str(message.what), *map(str, message.more), str(message.then)]
    assert said[0] == "There are no images here"
    assert "Segmentation" in said[1]
    assert "Report" in said[1]
    assert any("images that are not among these files" in line for line in said)
    assert "open the folder" in said[-1]
    inbox = reader.window.frame.reading.panel.inbox
    assert inbox.cards == ()
    reader.click(row_of(reader, ObjectKind.REPORT))
    assert isinstance(reader.window.frame.sheets.current, ObjectSheet)
