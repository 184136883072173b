"""The place comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reader.storage.database import Database
from reader.storage.place_store import PlaceStore, ReadingPlace, SavedViewport

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PLACE = ReadingPlace(
    study_uid="1.2",
    paths=("/data/胸部 CT", "/data/b"),
    series_key="1.2.3#1",
    cursor_lps_mm=(-57.4, 131.20000000000002, -520.4),
    layout="1+2",
    active_viewport="v1",
    maximized_viewport=None,
    viewports=(SavedViewport("v0", "axial", "1.2.3#1", 1.75, (3.5, -2.0)),),
    windows={"1.2.3#1": (-600.0, 1500.0)},
    selected_finding_id="f",
)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[PlaceStore]:
    with closing(Database(tmp_path / "readings.sqlite")) as database:
        yield PlaceStore(database)


def test_a_place_comes_back_exactly_and_the_newest_counts(places: PlaceStore) -> None:
    assert places.place("1.2") is None
    assert places.last_place() is None
    places.save_place(replace(PLACE, layout="2x2"), NOW)
    places.save_place(PLACE, NOW + timedelta(seconds=1))
    other = ReadingPlace("9.9", ("/c",))
    places.save_place(other, NOW)
    assert places.place("1.2") == PLACE
    assert places.place("9.9") == other
    assert places.last_place() == PLACE
