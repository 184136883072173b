"""Opening a study again, whole or in part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reader.core.geometry import VolumeGeometry
from reader.core.orientation import Plane
from tests.support.readings import GEOMETRY, MISSED, SERIES, Reading, small_study


def test_a_study_comes_back_as_it_was(open_reading: Callable[..., Reading]) -> None:
    reading = open_reading()
    first, second, third = reading.propose()
    reading.desk.confirm(first)
    reading.desk.reject(second)
    reading.editor.begin(third)
    reading.editor.stroke([(0.0, 0.0, 0.0)], radius_mm=3.0)
    reading.desk.add(SERIES, MISSED)
    before = reading.state()
    assert open_reading().state() == before


def test_a_study_nobody_touched_is_empty(reading: Reading) -> None:
    assert reading.findings.findings == ()
    assert reading.segmentation is None
    assert not reading.history.can_undo


def test_what_was_drawn_on_other_images_is_left_out_and_said(
    open_reading: Callable[..., Reading],
) -> None:
    reading = open_reading()
    reading.propose()
    (series,) = small_study().series
    fewer = VolumeGeometry((9, *GEOMETRY.shape_kji[1:]), GEOMETRY.affine_kji_to_lps)
    partly = replace(small_study(), series=(replace(series, geometry=fewer),))
    saved, records = reading.room.saved(reading.study)
    reading = open_reading(study=partly, with_volume=False)
    assert reading.segmentation is None
    assert reading.studies.heatmap(SERIES) is None
    assert len(reading.findings.findings) == 3
    (said,) = reading.room.restore(saved, records)
    assert "missing" in str(said)
    without = open_reading(study=replace(small_study(), series=()), with_volume=False)
    assert without.segmentation is None


def test_nothing_is_restored_into_no_study(reading: Reading) -> None:
    reading.propose()
    saved, records = reading.room.saved(reading.study)
    reading.studies.close_study()
    reading.room.forget_study()
    assert reading.room.restore(saved, records) == ()
    assert reading.findings.findings == ()


def test_reviewed_findings_are_those_of_a_series(reading: Reading) -> None:
    first, *_ = reading.propose()
    reading.desk.confirm(first)
    reviewed = reading.room.reviewed_findings(SERIES)
    assert len(reviewed) == 3
    assert reading.room.reviewed_findings("other") == ()


def test_closing_saves_a_stroke_being_drawn(open_reading: Callable[..., Reading]) -> None:
    reading = open_reading()
    first, *_ = reading.propose()
    reading.editor.begin(first)
    reading.editor.press((0.0, 0.0, 0.0), Plane.AXIAL)
    drawn = reading.labels.copy()
    reading = open_reading()
    assert (reading.labels == drawn).all()
