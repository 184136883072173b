"""Where the windows were."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.session.window_places import WindowPlace, WindowPlaces

PLACE = WindowPlace(-1200, 40, 1100, 900, maximized=True, screen="DP-2")


def test_a_place_outlives_the_session(tmp_path: Path):
    path = tmp_path / "new folder" / "windows.json"
    WindowPlaces(path).keep("second", PLACE)
    again = WindowPlaces(path)
    assert again.of("second") == PLACE
    assert again.of("first") is None


@pytest.mark.parametrize(
    "text", ["", "[", "[1]", '{"first": 3}', '{"first": {"x": 1}}',
             '{"first": {"x": 1, "y": 2, "width": "wide", "height": 4}}'],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_as_none(tmp_path: Path, text: str):
    path = tmp_path / "windows.json"
    path.write_text(text)
    assert WindowPlaces(path).of("first") is None


def test_a_disk_that_refuses_is_no_harm(tmp_path: Path):
    (tmp_path / "file").write_text("")
    places = WindowPlaces(tmp_path / "file" / "windows.json")
    places.keep("first", PLACE)
    assert places.of("first") == PLACE
