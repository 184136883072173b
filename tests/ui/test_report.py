"""The report page and what may be signed and handed over."""

from __future__ import annotations

from pathlib import Path

from reader.core.measurement import MeasurementKind
from reader.session.handing_over.export import ExportFormat
from reader.ui.controls.text import Line
from reader.ui.quantities import THIN
from reader.ui.report.findings_table import FindingsTable
from reader.ui.report.report_text import ai_line, checks, rejected_line, report_lines
from tests.support.driver import ReaderDriver


def test_the_report_lists_what_is_not_rejected(found: ReaderDriver):
    found.press("N", "Return", "X", "1", "Ctrl+4")
    lines = report_lines(found.workspace)
    assert [line.status for line in lines] == ["AI, confirmed", "AI, not reviewed"]
    assert [bool(line.time) for line in lines] == [True, False]
    assert lines[0].place.startswith("Left lung, slice ")
    assert rejected_line(found.workspace) == "1 rejected finding (vessel) stays in the record."
    assert ai_line(found.workspace).endswith(
        "Of its 3 findings: 1 confirmed, 0 edited, 1 rejected, 1 not reviewed."
    )


def test_checks_say_what_is_left(found: ReaderDriver):
    found.press("N", "Return", "Ctrl+4")
    by_text = {check.text: check.passed for check in checks(found.workspace)}
    assert by_text["1 of 3 findings decided"] is False
    assert by_text["Every finding has a size and a place"] is True
    assert by_text["Model inside its tested range"] is True
    assert any(text.endswith("slices viewed") for text in by_text)


def test_drawings_have_their_numbers_in_the_table_and_need_no_decision(found: ReaderDriver):
    workspace = found.workspace
    waiting = workspace.findings.unreviewed_count
    series_key = workspace.viewports.active.series_key
    x, y, z = workspace.studies.geometry(series_key).center_lps_mm
    kinds = {
        MeasurementKind.ELLIPSE: [(x - 10, y, z), (x + 10, y, z), (x, y - 5, z), (x, y + 5, z)],
        MeasurementKind.LENGTH: [(x, y, z), (x + 30, y, z)],
        MeasurementKind.TEXT: [(x, y, z)],
    }
    for kind, points in kinds.items():
        drawn = workspace.review.measuring.preview(
            series_key, kind, points, (0, 0, 1), text="mark" if kind.is_note else ""
        )
        workspace.review.measuring.add(series_key, drawn)
    lines = {line.name: line for line in report_lines(workspace)}
    assert lines["Ellipse"].size.startswith("Mean ")
    assert f"Area 157{THIN}mm²" in lines["Ellipse"].size_aside
    assert lines["Length"].size == f"30.0{THIN}mm"
    assert (lines["mark"].size, lines["mark"].size_aside) == ("", "")
    assert workspace.findings.unreviewed_count == waiting
    assert "Every finding has a size and a place" in {c.text for c in checks(workspace) if c.passed}
    removed = lines["Length"].finding.finding_id
    workspace.review.measuring.remove(removed)
    assert rejected_line(workspace) == ""
    assert "Length" not in {line.name for line in report_lines(workspace)}


def test_pressing_a_line_looks_at_the_finding(found: ReaderDriver):
    found.press("Ctrl+4")
    table = found.window.frame.report.table
    table.pressed.emit(found.findings[2].finding_id)
    assert found.window.frame.page is found.window.frame.reading
    assert found.selected == 2


def test_export_goes_to_the_report_first_and_then_writes(found: ReaderDriver, tmp_path: Path):
    found.press("Ctrl+E")
    export = found.window.frame.report.panel.export
    assert found.window.frame.page is found.window.frame.report
    assert export.export_button.hasFocus()
    export.boxes[ExportFormat.SR].setChecked(False)
    export._folder = tmp_path / "out"
    found.press("Ctrl+E")
    found.until_idle()
    assert export.outcome == "Saved 1 files, read back and compared."
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["segmentation.dcm"]


def test_an_export_that_fails_says_why(found: ReaderDriver, tmp_path: Path):
    blocked = tmp_path / "a file"
    blocked.write_text("in the way", encoding="utf-8")
    found.press("Ctrl+4")
    export = found.window.frame.report.panel.export
    export.export(blocked)
    found.until_idle()
    assert export.outcome.startswith("Not saved:")


def test_a_value_in_the_table_is_whole_or_left_out(found: ReaderDriver):
    found.press("Ctrl+4")
    table = found.window.frame.report.findChild(FindingsTable)
    words = "Mean 1.80 \u00b7 Min 1.01 \u00b7 Area 4213 mm\u00b2"
    assert table._whole_parts(words, 1000) == words
    for room in (60, 100, 140, 180):
        *kept, last = table._whole_parts(words, room).split(" \u00b7 ")
        assert last == "\u2026" or not kept
        assert all(part in words.split(" \u00b7 ") for part in kept)


def test_a_signed_reading_says_so_and_undo_takes_it_back(found: ReaderDriver):
    found.press("N", "Return", "Return", "Return", "Ctrl+4", "Ctrl+Return")
    page = found.window.frame.report
    assert page.state.text == "Signed"
    assert "Signed" in [line.text for line in page.panel.findChildren(Line)]
    assert not page.panel.sign.isEnabled()
    found.press("Ctrl+Z")
    assert page.state.text == "Draft, not signed"


def test_with_identity_hidden_neither_name_nor_folder_is_shown(found: ReaderDriver, tmp_path):
    found.press("Ctrl+4", "Ctrl+Shift+H")
    page = found.window.frame.report
    page.panel.export._folder = tmp_path
    page.panel.export.refresh()
    assert "T-1" not in page._head.text
    assert "Identity hidden" in found.window.windowTitle()
    assert page.panel.export._place.text == "Folder hidden"
