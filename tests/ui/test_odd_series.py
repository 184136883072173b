"""What only some series have is in the window when they are shown, and away otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.study import GeometryWarning, ScanResult, WarningCode
from reader.core.suv import SuvScale
from reader.core.text import say
from reader.ui.pages.series_sheet import SeriesSheet, rows_of
from reader.ui.pages.series_words import phases_words, series_class, series_facts, series_name
from reader.ui.terms import (
    BADGE_WORDS,
    CLASS_WORDS,
    CONTRAST_WORDS,
    KIND_WORDS,
    all_warnings,
    badges,
)
from tests.support.driver import ReaderDriver
from tests.support.odd_series import (
    cine,
    film,
    made,
    pet,
    phases,
    ramp,
    serve,
    study_of,
    tilted,
)


@pytest.fixture
def show(reader: ReaderDriver, monkeypatch):
    """Opens hand-made series in the window."""

    def show_them(*pairs) -> ReaderDriver:
        serve(monkeypatch, list(pairs))
        study = study_of(list(pairs))
        reader.workspace.loading.show_study(study, ScanResult((study,)), ())
        reader.until_idle()
        return reader

    return show_them


def bar(reader: ReaderDriver):
    return reader.window.frame.reading.series_bar


def test_an_ordinary_series_has_no_bar(show):
    assert bar(show(made("volume", ramp((6, 8, 10))))).isHidden()


def test_phases_have_a_slider_and_keys(show):
    reader = show(*phases())
    assert not bar(reader).isHidden()
    assert bar(reader)._words.text == "b 0 · 1 / 3"
    reader.press("Shift+Right")
    reader.until_idle()
    assert bar(reader)._words.text == "b 400 · 2 / 3"
    assert bar(reader).slider.value() == 1
    bar(reader).slider.setValue(2)
    reader.until_idle()
    assert reader.workspace.viewports.active.series_key == "b2"
    assert bar(reader).play.isHidden()


def test_a_cine_plays_at_a_key_and_stops_when_it_is_not_seen(show):
    reader = show(cine(), made("volume", ramp((6, 8, 10))))
    reader.workspace.show_series("cine")
    reader.until_idle()
    assert not bar(reader).isHidden()
    assert bar(reader).back.isHidden()
    assert "per second" in bar(reader)._words.text
    reader.press("V")
    assert reader.workspace.cine.is_playing
    assert bar(reader)._timer.isActive()
    reader.until(lambda: reader.workspace.viewports.index_of("v0") == 4)
    reader.workspace.show_series("volume")
    reader.settle()
    assert bar(reader).isHidden()
    assert not reader.workspace.cine.is_playing
    assert not bar(reader)._timer.isActive()


def test_colour_says_why_no_window_applies(show):
    reader = show(cine())
    reader.press("8")
    assert reader.notices == ["This series is in colour, and no window applies to it."]
    lines = reader.window.frame.reading.viewports.view("v0").content.corners.bottom_left
    assert not any("W " in line.text for line in lines)


def test_a_film_has_no_crosshair_and_other_panes_say_why_they_are_empty(show):
    reader = show(film())
    grid = reader.window.frame.reading.viewports
    assert len(grid.views) == 1
    assert grid.view("v0")._crosshair is None
    reader.press("Ctrl+Shift+2")
    assert str(grid.view("v1").content.message.what) == "One plane only"


def test_the_windows_of_the_header_are_in_the_menu(show):
    bone = WindowLevel(400, 2000, WindowFunction.SIGMOID, None, "BONE & MORE")
    reader = show(made("mr", ramp((6, 8, 10)), windows=(WindowLevel(40, 400), bone)))
    grid = reader.window.frame.reading.viewports
    menu = reader.window.frame.viewport_menu(grid)
    (windows,) = [e.menu() for e in menu.actions() if e.menu() and e.text() == "Windows"]
    entries = windows.actions()
    assert [e.text() for e in entries] == [
        "Header 1 · W 400  L 40\t1",
        "Header 2 · BONE && MORE · W 2000  L 400\t2",
    ]
    assert [e.isChecked() for e in entries] == [True, False]
    entries[1].trigger()
    assert reader.workspace.viewports.looks.window_of("mr") == bone
    menu.deleteLater()


def test_units_go_round_at_a_key_and_what_cannot_be_computed_is_said(show):
    scale = SuvScale(0.02, None, None, say("The header gives no height."))
    reader = show(pet(scale))
    reader.press("Shift+U")
    assert reader.notices == ["Not every SUV can be computed."]
    assert reader.workspace.display.unit_of("pet").word == "Bq/ml"


def test_straighten_is_offered_for_a_tilted_series_only(show):
    reader = show(tilted(), made("volume", ramp((3, 8, 10))))
    reader.workspace.show_series("tilted")
    reader.until_idle()
    assert "Shift S straighten" in reader.window.frame.status.hints_text
    reader.press("Shift+S")
    reader.until_idle()
    assert reader.workspace.viewports.active.series_key == "tilted~straight"
    reader.press("S")
    sheet = reader.window.frame.sheets.current
    assert isinstance(sheet, SeriesSheet)
    names = [row.accessibleName().split(",")[0] for row in sheet.list.rows]
    assert names == ["1 · tilted", "1 · tilted · straightened", "1 · volume"]


def test_phases_are_one_row_of_the_list(show):
    reader = show(*phases(), film())
    reader.press("S")
    folded, single = reader.window.frame.sheets.current.list.rows
    assert "3 phases: b 0, b 400, b 800" in folded.accessibleName()
    assert folded.series.key == "b0"
    assert single.series.key == "film"
    reader.until(lambda: single.picture._pixmap is not None)


def test_the_list_says_what_is_odd_and_the_whole_sentence_on_hovering(show):
    warnings = (
        GeometryWarning(WarningCode.UNEVEN_SPACING, say("Slices lie unevenly.")),
        GeometryWarning(WarningCode.SPLIT, say("The series was split.")),
    )
    reader = show(made("odd", ramp((6, 8, 10)), warnings=warnings))
    reader.press("S")
    (row,) = reader.window.frame.sheets.current.list.rows
    assert row.toolTip().splitlines() == ["Slices lie unevenly.", "The series was split."]
    assert "split" in row.accessibleName()


def test_a_series_in_words():
    series, _ = film()
    tags = replace(series.tags, laterality="L", view_position="MLO")
    series = replace(series, description="Breast", number=4, tags=tags)
    assert series_name((series,)) == "4 · Breast"
    assert series_class(series) == "DX · Radiograph · L MLO"
    assert series_facts(series) == "1 image · 20 × 30 · 1.0\u202fmm"
    assert series_facts(cine()[0]) == "5 frames · 16 × 12 · 1.0\u202fmm"
    many = [series for series, _ in phases(6)]
    assert phases_words(many) == "6 phases: b 0, b 400, b 800, b 1200, …"
    named = [replace(s, description=f"DWI · acq {n}") for n, s in enumerate(many)]
    assert series_name(named) == "1 · DWI"
    assert series_name([replace(s, description=f"DWI {s.phase.label}") for s in many]) == "1 · DWI"
    assert series_name(named[1:2]) == "1 · DWI · acq 1"


def test_rows_keep_the_order_of_series_and_phases_their_own():
    group = [series for series, _ in phases(3)]
    alone = made("x", np.zeros((2, 2, 2), np.int16))[0]
    rows = rows_of([group[2], alone, group[0], group[1]])
    assert [[s.key for s in row] for row in rows] == [["b0", "b1", "b2"], ["x"]]


def test_every_word_of_the_core_has_one_on_screen():
    assert set(BADGE_WORDS) == set(WarningCode)
    for words in (KIND_WORDS, CLASS_WORDS, CONTRAST_WORDS):
        missing = set(type(next(iter(words)))) - set(words)
        assert {value.value for value in missing} <= {"unknown", "ct-other", "mr-other"}


def test_what_spacing_means_is_a_warning_even_if_nobody_gave_it():
    at_detector = all_warnings(film()[0])
    assert [w.code for w in at_detector] == [WarningCode.DETECTOR_SPACING]
    assert all_warnings(film()[0], at_detector) == at_detector


def test_a_pane_may_go_while_the_pointer_is_over_it(show):
    reader = show(made("volume", ramp((6, 8, 10))), film())
    grid = reader.window.frame.reading.viewports
    pane = grid.view("v2")
    QTest.mouseMove(pane.viewport(), QPoint(pane.width() // 2, pane.height() // 2))
    reader.settle()
    pane.pointer.look_now()
    reader.workspace.show_series("film")
    QApplication.sendEvent(pane, QEvent(QEvent.Type.Leave))
    reader.until_idle()
    assert len(grid.views) == 1


def test_why_there_is_no_suv_is_a_badge():
    series, _ = pet(SuvScale(None, None, None, say("The header gives no weight.")))
    assert [(b.word, b.sentence) for b in badges(series)] == [
        ("no SUV", "The header gives no weight.")
    ]
    assert badges(pet(SuvScale(0.1, None, None, say("No height.")))[0]) == ()
