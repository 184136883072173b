"""Numbers as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reader.ui import quantities as q


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (q.number(-600), "\u2212600"),
        (q.number(-0.04, 1), "0.0"),
        (q.number(0.94, 2), "0.94"),
        (q.millimetres(15.46), "15.5\u202fmm"),
        (q.millimetres(None), "\u2013"),
        (q.axes_mm(17.1, 13.94), "17.1 × 13.9\u202fmm"),
        (q.axes_mm(17.1, None), "17.1\u202fmm"),
        (q.cubic_millimetres(1949.6), "1950\u202fmm³"),
        (q.millilitres(11_800), "11.8\u202fml"),
        (q.percent(0.944), "94\u202f%"),
        (q.date("20000101"), "2000-01-01"),
        (q.date("about 1990"), "about 1990"),
        (q.date(""), ""),
    ],
)
def test_numbers_have_their_places_and_units(made: str, text: str):
    assert made == text


def test_duration_is_whole_minutes_and_seconds():
    assert q.duration(129.4) == (2, 9)
    assert q.duration(59.6) == (1, 0)


def test_the_clock_is_this_machines():
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert q.clock(moment) == moment.astimezone().strftime("%H:%M:%S")
    assert q.clock(moment, seconds=False).count(":") == 1


def test_numbers_of_one_size_have_one_width():
    assert len(q.millimetres(9.94)) == len(q.millimetres(1.06))
