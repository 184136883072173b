"""Fused by a key, seen in the corners, the bar and under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import QPointF

from reader.core.intensity import WindowLevel
from reader.ui.tools.measure.surface import Surface
from tests.support.driver import ReaderDriver
from tests.support.sessions import FIRST, SECOND, write_study


@pytest.fixture
def two(make_reader: Callable[..., ReaderDriver], tmp_path: Path) -> ReaderDriver:
    """Two series in one frame of reference; the first is on screen."""
    write_study(tmp_path / "two", (FIRST, SECOND))
    for path in (tmp_path / "two").rglob("*"):
        if path.is_file():
            ds = pydicom.dcmread(path)
            ds.FrameOfReferenceUID = "1.2.826.99"
            ds.save_as(path)
    reader = make_reader()
    reader.open(tmp_path / "two")
    reader.workspace.show_series(FIRST)
    reader.until_idle()
    return reader


def words(reader: ReaderDriver) -> list[str]:
    corners = reader.window.frame.reading.viewports.view("v0").content.corners
    every = (corners.top_left, corners.top_right, corners.bottom_left)
    return [line.text for lines in every for line in lines]


def test_a_key_fuses_and_ends_it(two: ReaderDriver):
    bar = two.window.frame.reading.fusion_bar
    assert bar.isHidden()
    two.press("Shift+F")
    two.until_idle()
    assert not bar.isHidden()
    assert any(line.startswith("+ Phantom · 50") for line in words(two))
    assert words(two)[0].endswith("CT + CT")
    two.press("Shift+F")
    assert bar.isHidden()
    assert not any(line.startswith("+ ") for line in words(two))


def test_keys_and_slider_set_the_strength(two: ReaderDriver):
    two.press("Shift+F")
    two.until_idle()
    two.press("Ctrl+=", "Ctrl+=")
    two.settle()
    bar = two.window.frame.reading.fusion_bar
    assert bar.slider.value() == 70
    assert any("70" in line for line in words(two) if line.startswith("+ "))
    bar.slider.setValue(20)
    two.settle()
    assert two.workspace.viewports.state("v0").fusion_opacity == pytest.approx(0.2)


def test_the_pointer_reads_both(two: ReaderDriver):
    two.press("Shift+F")
    two.until_idle()
    view = two.window.frame.reading.viewports.view("v0")
    view.pointer.at = QPointF(view.width() / 2, view.height() / 2)
    view.pointer.look_now()
    two.settle()
    assert any(line.count("HU") == 2 and " · " in line for line in words(two))


def test_presets_go_to_the_series_whose_window_is_chosen(two: ReaderDriver):
    two.press("Shift+F")
    two.until_idle()
    looks = two.workspace.viewports.looks
    looks.set_window(SECOND, WindowLevel(1, 2))
    beneath = looks.window_of(FIRST)
    two.press("Alt+W", "2")
    assert looks.window_of(SECOND) != WindowLevel(1, 2)
    assert looks.window_of(FIRST) == beneath


def test_where_nothing_can_be_fused_the_reason_is_said(
    make_reader: Callable[..., ReaderDriver], tmp_path: Path
):
    reader = make_reader()
    reader.open(write_study(tmp_path / "one"))
    reader.press("Shift+F")
    assert any("frame of reference" in notice for notice in reader.notices)


def test_another_language_while_fused_flashes_no_window_up(two: ReaderDriver):
    """The driver fails at its end where a widget was shown before it had a parent."""
    two.press("Shift+F")
    two.until_idle()
    two.workspace.change_settings(language="zh_CN")
    two.settle()
    assert not two.window.frame.reading.fusion_bar.isHidden()


def test_uptake_is_measured_through_a_fusion_only_where_places_are_the_same(two: ReaderDriver):
    two.press("Shift+F")
    two.until_idle()
    resolved = two.workspace.display.resolved("v0")
    assert resolved is not None
    assert resolved.fusion is not None
    over = resolved.fusion.series
    assert Surface.of(resolved, over).fused_key == SECOND
    shifted = replace(resolved.fusion.fusion, shift_lps_mm=(0.0, 4.0, 0.0))
    linked = replace(resolved, fusion=replace(resolved.fusion, fusion=shifted))
    assert Surface.of(linked, over).fused_key is None
