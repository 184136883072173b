"""Every series of a list has a small picture, whether it is in memory or not."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.cancel import CancelToken
from reader.core.errors import UnreadableError
from reader.core.geometry import VolumeGeometry
from reader.core.text import say
from reader.formats import series_reader
from reader.session.viewing.series_pictures import SIDE_PX, draw_series
from tests.support.odd_series import cine, film, made, ramp, serve, show


def test_a_picture_has_true_aspect_on_black():
    wide = VolumeGeometry.from_spacing((1, 10, 10), (1, 1, 4))
    picture = draw_series(*made("wide", np.full((1, 10, 10), 9, np.int16), wide), ())
    rows = np.flatnonzero(picture[:, SIDE_PX // 2, :3].any(axis=1))
    assert picture.shape == (SIDE_PX, SIDE_PX, 4)
    assert len(rows) == pytest.approx(SIDE_PX / 4, abs=1)


def test_colour_and_films_are_drawn_as_they_are_shown():
    red = draw_series(*cine(frames=3), ())
    assert red[SIDE_PX // 2, SIDE_PX // 2, :3].tolist() == [0, 0, 1]
    dark_below = draw_series(*film(), ())
    column = dark_below[:, SIDE_PX // 2, 0]
    assert column[5] > column[-5], "low values are white"


@pytest.fixture
def pictures(session, monkeypatch):
    pairs = [made("big", ramp((9, 8, 8))), made("small", ramp((5, 8, 8)))]
    serve(monkeypatch, pairs)
    show(session, pairs)
    return session.workspace.pictures, dict(zip(("big", "small"), pairs, strict=True))


def test_a_series_in_memory_has_its_picture_at_once(pictures):
    kept, pairs = pictures
    assert kept.of(pairs["big"][0]) is not None


def test_of_a_series_not_in_memory_one_slice_is_read(pictures, session, monkeypatch):
    kept, pairs = pictures
    went_on = []

    def read_series(_series, _report, cancel: CancelToken, on_first):
        on_first(pairs["small"][1])
        went_on.append(cancel)

    monkeypatch.setattr(series_reader, "read_series", read_series)
    told = []
    kept.changed.connect(lambda: told.append(1))
    small = pairs["small"][0]
    assert kept.of(small) is None
    session.wait_for(lambda: bool(told))
    assert kept.of(small) is not None
    assert went_on == []
    assert not session.workspace.studies.is_whole("small")


def test_a_series_that_cannot_be_read_has_no_picture_and_no_notice(pictures, session, monkeypatch):
    kept, pairs = pictures

    def refuse(*_args, **_more):
        raise UnreadableError(say("No."), say("Never."))

    monkeypatch.setattr(series_reader, "read_series", refuse)
    kept.of(pairs["small"][0])
    kept.close()
    session.deliver()
    assert kept.of(pairs["big"][0]) is not None
    assert session.said == []
