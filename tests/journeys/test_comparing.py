"""A study is read beside its prior: found in the library, linked, moved against it, flickered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from reader.session.workspace import Mode
from tests.support.driver import ReaderDriver
from tests.support.sessions import FIRST, write_study

PRIOR = "1.2.826.77"
PRIOR_SERIES = f"{PRIOR}.1"


def dated(folder: Path, day: str, description: str) -> Path:
    for path in folder.rglob("*"):
        if path.is_file():
            ds = pydicom.dcmread(path)
            ds.StudyDate, ds.StudyDescription = day, description
            ds.save_as(path)
    return folder


@pytest.fixture
def comparing(make_reader: Callable[..., ReaderDriver], tmp_path: Path) -> ReaderDriver:
    """The current study on screen; its prior was opened once and is only in the library."""
    write_study(tmp_path / "old", (PRIOR_SERIES,), PRIOR)
    dated(tmp_path / "old", "20230115", "Chest before")
    dated(write_study(tmp_path / "new"), "20240301", "Chest now")
    reader = make_reader()
    reader.workspace.change_settings(hang_priors=False)
    reader.open(tmp_path / "old")
    reader.workspace.close_study()
    reader.open(tmp_path / "new")
    reader.press("Ctrl+3")
    reader.until_idle()
    return reader


def z_of(reader: ReaderDriver, series_key: str) -> float:
    at = reader.workspace.viewports.cursor_of(series_key)
    assert at is not None
    return at[2]


def plane_line(reader: ReaderDriver, viewport_id: str) -> str:
    corners = reader.window.frame.reading.viewports.view(viewport_id).content.corners
    return corners.top_left[0].text


def dates(reader: ReaderDriver, viewport_id: str) -> str:
    corners = reader.window.frame.reading.viewports.view(viewport_id).content.corners
    return "\n".join(line.text for line in (*corners.top_left, *corners.top_right))


def wheel(reader: ReaderDriver, viewport_id: str, steps: int, alt: bool = False) -> None:
    view = reader.window.frame.reading.viewports.view(viewport_id)
    held = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    turned = QPoint(0, -120 * steps)
    middle = QPointF(view.width() / 2, view.height() / 2)
    QApplication.sendEvent(
        view.viewport(),
        QWheelEvent(
            middle, view.mapToGlobal(middle.toPoint()).toPointF(), QPoint(), turned,
            Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip
    reader.settle()


def test_the_prior_comes_beside_and_each_pane_says_whose_it_is(comparing: ReaderDriver):
    assert comparing.mode is Mode.COMPARE
    assert plane_line(comparing, "v0").endswith("Prior")
    assert plane_line(comparing, "v1").endswith("Current")
    assert "2023-01-15" in dates(comparing, "v0")
    assert "2024-03-01" in dates(comparing, "v1")
    box = comparing.window.frame.reading.panel.compare
    assert "Chest before" in box.words
    assert "411 days" in box.words
    assert comparing.window.frame.top.chip.text == "Linked"


def test_the_wheel_moves_both_and_alt_one_side_which_is_kept(comparing: ReaderDriver):
    wheel(comparing, "v1", 2)
    assert z_of(comparing, PRIOR_SERIES) == pytest.approx(z_of(comparing, FIRST))
    wheel(comparing, "v0", -2, alt=True)
    apart = z_of(comparing, PRIOR_SERIES) - z_of(comparing, FIRST)
    assert apart == pytest.approx(6.0)
    wheel(comparing, "v1", 1)
    assert z_of(comparing, PRIOR_SERIES) - z_of(comparing, FIRST) == pytest.approx(apart)
    assert comparing.window.frame.top.chip.text == "Linked, moved 6.0\u202fmm"
    comparing.press("Shift+J")
    assert z_of(comparing, PRIOR_SERIES) == pytest.approx(z_of(comparing, FIRST))


def test_by_keys_alone_it_is_unlinked_moved_and_linked_again(comparing: ReaderDriver):
    comparing.press("J")
    assert comparing.window.frame.top.chip.text == "Not linked"
    before = z_of(comparing, PRIOR_SERIES)
    comparing.press("Down", "Down")
    assert z_of(comparing, PRIOR_SERIES) == before
    apart = before - z_of(comparing, FIRST)
    comparing.press("J", "Down")
    assert z_of(comparing, PRIOR_SERIES) - z_of(comparing, FIRST) == pytest.approx(apart)
    comparing.press("Ctrl+Down")
    assert z_of(comparing, PRIOR_SERIES) - z_of(comparing, FIRST) == pytest.approx(apart + 3.0)


def test_flicker_changes_the_study_in_its_place_and_back(comparing: ReaderDriver):
    comparing.press("+", "+", "F")
    viewports = comparing.workspace.viewports
    assert viewports.state("v1").series_key == PRIOR_SERIES
    assert plane_line(comparing, "v1").endswith("Prior")
    view = comparing.window.frame.reading.viewports
    assert view.view("v1").placement == view.view("v0").placement
    comparing.press("F")
    assert viewports.state("v1").series_key == FIRST
    assert view.view("v1").placement == view.view("v0").placement


def test_hidden_identity_takes_both_dates_away(comparing: ReaderDriver):
    comparing.press("Ctrl+Shift+H")
    for viewport_id in ("v0", "v1"):
        assert "20" not in dates(comparing, viewport_id).replace("20\u202f", "")
    words = comparing.window.frame.reading.panel.compare.words
    assert "2023" not in words
    assert "411" not in words


def test_nothing_can_be_added_to_the_prior(comparing: ReaderDriver):
    comparing.workspace.viewports.activate("v0")
    comparing.press("M", "Return")
    assert comparing.findings == ()
    assert any("another study" in notice for notice in comparing.notices)


def test_leaving_brings_back_what_was_on_screen(comparing: ReaderDriver):
    comparing.press("Escape")
    assert comparing.mode is Mode.READ
    assert {s.series_key for s in comparing.workspace.viewports.states} == {FIRST}
    comparing.press("Ctrl+3")
    comparing.until_idle()
    assert comparing.workspace.viewports.state("v0").series_key == PRIOR_SERIES
