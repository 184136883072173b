"""The window as a person meets it."""

from __future__ import annotations

from tests.support.driver import ReaderDriver


def test_welcome_offers_to_open_a_folder(reader: ReaderDriver):
    frame = reader.window.frame
    assert frame.page is frame.welcome
    assert frame.welcome.drop_zone.open_button.hasFocus()


def test_an_opened_study_takes_the_welcome_pages_place(opened: ReaderDriver):
    frame = opened.window.frame
    assert frame.page is frame.reading
    assert frame.top.title.text == "T-1 · Test study · 2024-01-02"


def test_found(found: ReaderDriver):
    assert found.statuses == ["unreviewed"] * 3
