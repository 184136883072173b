"""From a folder to files that others can read, by keys alone."""

from __future__ import annotations

from pathlib import Path

from reader.core.model import EligibilityRules
from reader.core.review import RejectReason
from reader.session.workspace import Mode
from tests.support.driver import ReaderDriver
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.small_chest import MISSED_LPS_MM, NODULES_LPS_MM


def _decide_on_everything(reader: ReaderDriver) -> None:
    """Confirm the first, reject the second as a vessel, edit the third, add a fourth."""
    reader.press("N", "Return")
    reader.press("X", "1", "N")
    reader.press("E")
    reader.workspace.editor.stroke([NODULES_LPS_MM[2]], radius_mm=12.0)
    reader.press("Return")
    reader.workspace.viewports.set_cursor(MISSED_LPS_MM)
    reader.press("M", "Return")
    reader.until_idle()


def test_a_study_is_read_with_the_ai_and_handed_over(opened: ReaderDriver, tmp_path: Path):
    opened.run_model()
    assert opened.statuses == ["unreviewed"] * 3
    _decide_on_everything(opened)
    assert sorted(opened.statuses) == ["added", "confirmed", "edited", "rejected"]
    rejected = opened.findings[opened.statuses.index("rejected")]
    reviewed = opened.workspace.findings.reviewed(rejected.finding_id)
    assert reviewed.reason is RejectReason.VESSEL

    opened.press("Ctrl+4")
    assert opened.mode is Mode.REPORT
    opened.press("Ctrl+Return")
    assert opened.workspace.findings.is_signed
    export = opened.window.frame.report.panel.export
    for box in export.boxes.values():
        box.setChecked(True)
    export.export(tmp_path / "out")
    opened.until_idle()
    assert export.outcome == "Saved 5 files, read back and compared."
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {
        "segmentation.dcm",
        "report.dcm",
        "findings.json",
        "segmentation.nii.gz",
    }


def test_a_reading_is_taken_up_again_where_it_stopped(make_reader, chest: Path):
    first = make_reader()
    first.open(chest)
    first.run_model()
    _decide_on_everything(first)
    first.press("PgUp")
    before = (first.statuses, first.slice_number, first.selected)
    first.workspace.place.tick()
    first.close()

    again = make_reader()
    again.open(chest)
    assert (again.statuses, again.slice_number, again.selected) == before


def test_every_step_can_be_taken_back_and_done_again(found: ReaderDriver):
    _decide_on_everything(found)
    decided = found.statuses
    while found.workspace.history.next_undo is not None:
        found.press("Ctrl+Z")
    assert found.statuses == ["unreviewed"] * 3
    while found.workspace.history.next_redo is not None:
        found.press("Ctrl+Shift+Z")
    assert found.statuses == decided


def test_a_report_with_an_open_finding_cannot_be_signed(found: ReaderDriver):
    found.press("N", "Return", "Return", "Ctrl+4", "Ctrl+Return")
    assert found.statuses.count("unreviewed") == 1
    panel = found.window.frame.report.panel
    assert not found.workspace.findings.is_signed
    assert not panel.sign.isEnabled()
    assert panel.waiting.title.text == "1 AI finding not reviewed"
    found.press("N")
    assert found.mode is Mode.READ
    assert found.statuses[found.selected] == "unreviewed"


def test_a_study_the_model_was_not_tested_on_waits_for_the_readers_word(make_reader, chest: Path):
    rules = EligibilityRules(modality="CT", tested_slice_spacing_mm=(0.5, 2.5))
    reader = make_reader(runner=FakeRunner(NODULES_LPS_MM, spec=fake_spec(rules)))
    reader.open(chest)
    reader.press("R")
    assert reader.bar == "ModelChoiceBar"
    assert reader.window.frame.reading.panel.shows_card
    reader.press("Esc")
    assert (reader.bar, reader.findings) == ("FindingBar", ())
    reader.press("R", "Shift+R")
    reader.until_idle()
    assert len(reader.findings) == 3
    assert all(f.provenance.eligibility_cautions for f in reader.findings)


def test_the_language_is_changed_in_the_middle_of_a_reading(found: ReaderDriver):
    found.press("N", "X")
    found.workspace.change_settings(language="zh_CN")
    found.settle()
    frame = found.window.frame
    assert frame.reading.decisions.reasons.words.first.text.startswith("已排除")
    assert "AI，已排除" in found.cards
    assert found.bar == "ReasonBar"
    found.press("2")
    assert found.bar == "FindingBar"
    found.workspace.change_settings(language="en")
    found.settle()
