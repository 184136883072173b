"""The place of the open study's findings is dotted in the study it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reader.ui.viewport.image_marks import SliceMark
from tests.support.driver import ReaderDriver
from tests.support.fake_runner import FakeRunner
from tests.support.sessions import write_study

PRIOR = "1.2.826.77"


@pytest.fixture
def comparing(make_reader: Callable[..., ReaderDriver], tmp_path: Path) -> ReaderDriver:
    """A study with findings by the AI beside an earlier one."""
    write_study(tmp_path / "old", (f"{PRIOR}.1",), PRIOR)
    write_study(tmp_path / "new")
    reader = make_reader(runner=FakeRunner())
    reader.workspace.change_settings(hang_priors=False)
    reader.open(tmp_path / "old")
    reader.workspace.close_study()
    reader.open(tmp_path / "new")
    reader.run_model()
    reader.until_idle()
    reader.press("Ctrl+3")
    reader.until_idle()
    reader.workspace.findings.select(reader.findings[0].finding_id)
    reader.settle()
    return reader


def dotted(reader: ReaderDriver, viewport_id: str) -> list[SliceMark]:
    marks = reader.window.frame.reading.viewports.view(viewport_id).content.marks
    return [mark for mark in marks if mark.dotted]


def test_the_prior_has_the_places_and_the_open_study_none(comparing: ReaderDriver):
    assert comparing.findings
    assert dotted(comparing, "v0")
    assert not dotted(comparing, "v1")


def test_the_place_is_where_the_link_says(comparing: ReaderDriver):
    finding = comparing.findings[0]
    view = comparing.window.frame.reading.viewports.view("v0")
    places = [view.content.resolved.geometry.to_lps(*m.points[0]) for m in dotted(comparing, "v0")]
    away = [abs(place - finding.center_lps_mm)[:2].max() for place in places]
    assert min(away) == pytest.approx(0, abs=1e-3)


def test_what_is_hidden_or_rejected_has_no_place(comparing: ReaderDriver):
    comparing.workspace.overlay.hold_hidden(True)
    comparing.settle()
    assert not dotted(comparing, "v0")
    comparing.workspace.overlay.hold_hidden(False)
    for finding in comparing.findings:
        comparing.workspace.desk.reject(finding.finding_id)
    comparing.settle()
    assert not dotted(comparing, "v0")


def test_tied_otherwise_the_place_is_another(comparing: ReaderDriver):
    before = [mark.points for mark in dotted(comparing, "v2")]
    comparing.press("J")
    at = comparing.workspace.viewports.cursor_of(f"{PRIOR}.1")
    assert at is not None
    comparing.workspace.viewports.set_cursor((at[0] + 3, at[1], at[2]), f"{PRIOR}.1")
    assert [mark.points for mark in dotted(comparing, "v2")] == before
    comparing.press("J")
    comparing.settle()
    after = [mark.points for mark in dotted(comparing, "v2")]
    assert after
    assert after != before
