"""Measurements on an open study are findings of the reader's own; segments measure themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.errors import NotAllowedError
from reader.core.intensity import IntensityUnit
from reader.core.measurement import MeasurementKind
from reader.core.provenance import Provenance, Reviewer
from reader.core.review import ReviewDecision, ReviewStatus
from reader.core.suv import SuvScale
from reader.core.volume import Volume
from reader.session.jobs import Job, JobQueue
from reader.session.reviewing.key_images import key_image
from reader.session.viewing.curved_paths import laid_series
from reader.session.viewing.units import units_of
from tests.support.main_loop import PumpedLoop
from tests.support.measuring import AXIAL, LINE, NODULE, POINTS, kept, preview, reading_of
from tests.support.readings import (
    GEOMETRY,
    SERIES,
    START,
    Reading,
    small_study,
    small_volume,
)


@pytest.fixture
def reading(tmp_path: Path):
    made = Reading(tmp_path / "reading.db")
    yield made
    made.close()


def test_nothing_is_kept_on_a_study_shown_for_comparison(reading: Reading) -> None:
    (series,) = small_study().series
    prior = replace(small_study(), study_uid="1.2.9", series=(replace(series, series_uid="9.9"),))
    reading.studies.add_companion(prior)
    reading.studies.add_volume("9.9", small_volume())
    drawn = reading.room.measuring.preview("9.9", MeasurementKind.LENGTH, LINE, AXIAL)
    with pytest.raises(NotAllowedError, match="comparison"):
        reading.room.measuring.add("9.9", drawn)
    assert reading.findings.findings == ()


def test_along_a_drawn_path_sizes_are_read_but_not_kept(reading: Reading) -> None:
    (series,) = small_study().series
    laid = laid_series(series, GEOMETRY, 1)
    reading.studies.add_variant(laid)
    reading.studies.add_volume(laid.key, small_volume())
    drawn = reading.room.measuring.preview(laid.key, MeasurementKind.LENGTH, LINE, AXIAL, 2)
    assert drawn.quantities[0].value == pytest.approx(8)
    for measurement in (drawn, key_image(laid, 2)):
        with pytest.raises(NotAllowedError, match="drawn path"):
            reading.room.measuring.add(laid.key, measurement)
    assert reading.findings.findings == ()


def test_a_probe_is_not_kept_where_there_is_no_value(reading: Reading) -> None:
    measuring = reading.room.measuring
    beyond = measuring.preview(SERIES, MeasurementKind.PROBE, [(500, 0, 0)], AXIAL)
    with pytest.raises(NotAllowedError, match="no value"):
        measuring.add(SERIES, beyond)
    probe = kept(reading, MeasurementKind.PROBE)
    with pytest.raises(NotAllowedError, match="no value"):
        measuring.change(probe.finding_id, points_lps=[(500, 0, 0)])
    assert measuring.change(probe.finding_id, text="here").measurement.quantities


@pytest.mark.parametrize("kind", [k for k in POINTS if k is not MeasurementKind.SUV_PEAK])
def test_a_kept_measurement_is_the_readers_own_finding_and_waits_for_nothing(
    reading: Reading, kind: MeasurementKind
) -> None:
    finding = kept(reading, kind)
    assert finding.measurement is not None
    assert finding.measurement.kind is kind
    assert finding.provenance.is_own
    assert reading.findings.status_of(finding.finding_id) is ReviewStatus.ADDED
    assert reading.findings.unreviewed_count == 0
    assert reading.findings.selected == finding.finding_id
    reading.desk.sign()


def test_sizes_and_means_are_where_lists_and_tables_look_for_them(reading: Reading) -> None:
    assert kept(reading, MeasurementKind.LENGTH).long_axis_mm == pytest.approx(8)
    both = kept(reading, MeasurementKind.BIDIRECTIONAL)
    assert (both.long_axis_mm, both.short_axis_mm) == (pytest.approx(8), pytest.approx(4))
    assert kept(reading, MeasurementKind.ELLIPSE).mean_value == pytest.approx(40)
    assert kept(reading, MeasurementKind.PROBE).mean_value == pytest.approx(40)
    angle = kept(reading, MeasurementKind.ANGLE)
    assert (angle.long_axis_mm, angle.mean_value) == (None, None)
    assert kept(reading, MeasurementKind.LENGTH).center_lps_mm == pytest.approx(NODULE)
    assert kept(reading, MeasurementKind.ARROW).center_lps_mm == pytest.approx(LINE[0])


def test_a_drag_is_one_revision_and_one_step_of_undo_that_outlasts_a_restart(
    tmp_path: Path,
) -> None:
    first = Reading(tmp_path / "reading.db")
    finding = kept(first)
    longer = first.room.measuring.change(finding.finding_id, [LINE[0], (0.0, -8.0, -4.0)])
    assert longer.long_axis_mm == pytest.approx(16)
    assert longer.parent_revision_id == finding.revision_id
    assert longer.provenance == finding.provenance
    assert first.findings.records[-1].decision is ReviewDecision.EDIT
    first.close()

    second = Reading(tmp_path / "reading.db")
    assert second.findings.findings == (longer,)
    second.history.undo()
    assert second.findings.findings == (finding,)
    second.history.redo()
    assert second.findings.findings == (longer,)
    assert second.findings.status_of(finding.finding_id) is ReviewStatus.ADDED
    second.close()


def test_words_are_changed_without_measuring_again(reading: Reading) -> None:
    finding = kept(reading)
    reading.studies.drop_volume(SERIES)
    renamed = reading.room.measuring.change(finding.finding_id, text="spleen")
    assert renamed.measurement is not None
    assert finding.measurement is not None
    assert renamed.measurement.text == "spleen"
    assert renamed.measurement.quantities == finding.measurement.quantities


def test_a_change_that_changes_nothing_is_not_recorded(reading: Reading) -> None:
    finding = kept(reading)
    assert reading.room.measuring.change(finding.finding_id, LINE, "") is finding
    assert len(reading.findings.records) == 1


def test_a_removed_measurement_is_rejected_and_undo_brings_it_back(reading: Reading) -> None:
    finding = kept(reading)
    reading.room.measuring.remove(finding.finding_id)
    assert reading.findings.status_of(finding.finding_id) is ReviewStatus.REJECTED
    reading.history.undo()
    assert reading.findings.status_of(finding.finding_id) is ReviewStatus.ADDED


def test_a_signed_reading_takes_no_measurement_and_loses_none(reading: Reading) -> None:
    finding = kept(reading)
    drawn = preview(reading, MeasurementKind.LENGTH)
    reading.desk.sign()
    measuring = reading.room.measuring
    for act in (
        lambda: measuring.add(SERIES, drawn),
        lambda: measuring.change(finding.finding_id, text="x"),
        lambda: measuring.remove(finding.finding_id),
    ):
        with pytest.raises(NotAllowedError, match="signed"):
            act()


def test_a_finding_with_an_outline_is_changed_elsewhere(reading: Reading) -> None:
    finding_id, *_ = reading.propose()
    for act in (reading.room.measuring.remove, reading.room.measuring.change):
        with pytest.raises(NotAllowedError, match="no measurement"):
            act(finding_id)


# What is segmented


def test_a_segments_axes_are_those_of_its_finding_and_lie_in_one_slice(reading: Reading) -> None:
    finding_id, *_ = reading.propose()
    label = reading.findings.finding(finding_id).label
    found = reading.room.measuring.segment_axes(SERIES, label)
    assert found.kind is MeasurementKind.BIDIRECTIONAL
    assert found.source_label == label
    # Nine voxels whose outer centres are 8 mm apart.
    assert all(8 <= q.value <= 9 for q in found.quantities)
    assert {point[2] for point in found.points_lps_mm} == {NODULE[2]}
    assert np.mean(found.points_lps_mm, axis=0) == pytest.approx(NODULE, abs=0.6)


def test_a_label_without_voxels_has_no_axes(reading: Reading) -> None:
    with pytest.raises(NotAllowedError, match="Nothing is marked"):
        reading.room.measuring.segment_axes(SERIES, 3)
    reading.propose()
    with pytest.raises(NotAllowedError, match="Nothing is marked"):
        reading.room.measuring.segment_axes(SERIES, 99)


def test_axes_measured_on_a_worker_are_kept_unless_the_segment_changed_meanwhile(
    reading: Reading,
) -> None:
    first, *_ = reading.propose()
    label = reading.findings.finding(first).label
    main = PumpedLoop()
    jobs = JobQueue(reading.events, main.deliver)
    before = len(reading.findings.findings)

    def measure() -> Job:
        job = reading.room.measuring.add_segment_axes(SERIES, label, jobs)
        assert jobs.wait_idle(10)
        return job

    first_job = measure()
    assert main.run_until(lambda: jobs.jobs[first_job.id].is_over, 10)
    assert len(reading.findings.findings) == before + 1
    second_job = measure()
    reading.segmentation.revision += 1
    assert main.run_until(lambda: jobs.jobs[second_job.id].is_over, 10)
    assert len(reading.findings.findings) == before + 1
    jobs.close()


def test_callipers_snap_to_the_edge_of_a_segment_along_their_line(reading: Reading) -> None:
    points = [(-14.9, -8.0, -4.0), (-7.1, -8.0, -4.0)]
    assert reading.room.measuring.snapped(SERIES, points) == tuple(points)
    reading.propose()
    (left, *_), (right, *_) = reading.room.measuring.snapped(SERIES, points, label=3)
    assert left == pytest.approx(-16.5, abs=0.05)
    assert right == pytest.approx(-7.5, abs=0.05)


def test_a_mean_in_another_unit_than_the_stored_one_is_not_taken_for_a_mean_of_it(
    tmp_path: Path,
) -> None:
    voxels = np.full(GEOMETRY.shape_kji, 4000, dtype=np.float32)
    volume = Volume(SERIES, voxels, GEOMETRY, IntensityUnit.BQ_PER_ML)
    pet = reading_of(
        tmp_path, volume, modality="PT", unit=IntensityUnit.BQ_PER_ML, suv=SuvScale(0.001)
    )
    assert kept(pet, MeasurementKind.ELLIPSE).mean_value is None
    pet.room.measuring.unit_of = lambda series: units_of(series)[-1]
    assert kept(pet, MeasurementKind.ELLIPSE).mean_value == pytest.approx(4000)
    pet.close()


def test_a_measurement_has_no_outline_to_paint(reading: Reading) -> None:
    finding = kept(reading)
    with pytest.raises(NotAllowedError, match="no outline"):
        reading.editor.begin(finding.finding_id)


def test_what_others_drew_waits_and_moving_it_is_an_edit_of_theirs(reading: Reading) -> None:
    drawn = preview(reading, MeasurementKind.LENGTH)
    theirs = replace(
        kept(reading),
        finding_id="theirs",
        revision_id="theirs-1",
        tracking_uid="2.25.77",
        provenance=Provenance(START, reviewer=Reviewer("Other"), imported="1.2.3.9"),
        measurement=drawn,
    )
    assert reading.room.take_imported([theirs]) == 1
    assert reading.findings.status_of("theirs") is ReviewStatus.UNREVIEWED
    reading.room.measuring.change("theirs", [LINE[0], (0.0, -8.0, -4.0)])
    assert reading.findings.status_of("theirs") is ReviewStatus.EDITED
    moved = reading.findings.finding("theirs")
    assert moved is not None
    assert moved.provenance == theirs.provenance
    assert moved.long_axis_mm == pytest.approx(16)
