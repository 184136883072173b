"""Measuring on an open study: values while drawing, findings of the reader's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.intensity import IntensityUnit
from reader.core.measurement import Measurement, MeasurementKind, QuantityKind
from reader.core.provenance import Provenance, Reviewer
from reader.core.review import ReviewDecision, ReviewStatus
from reader.core.series_kind import SeriesKind, SpacingSource
from reader.core.suv import SuvScale
from reader.core.text import say
from reader.core.volume import Volume
from reader.session.jobs import Job, JobQueue
from reader.session.viewing.units import units_of
from tests.support.main_loop import PumpedLoop
from tests.support.readings import (
    GEOMETRY,
    PLACES,
    SERIES,
    START,
    Reading,
    small_study,
    small_volume,
)

AXIAL = (0.0, 0.0, 1.0)
CORONAL = (0.0, 1.0, 0.0)
NODULE = PLACES[0]
LINE = [(-16.0, -8.0, -4.0), (-8.0, -8.0, -4.0)]
CIRCLE = [
    (NODULE[0] - 3, NODULE[1], NODULE[2]), (NODULE[0] + 3, NODULE[1], NODULE[2]),
    (NODULE[0], NODULE[1] - 3, NODULE[2]), (NODULE[0], NODULE[1] + 3, NODULE[2]),
]  # fmt: skip
POINTS = {
    MeasurementKind.LENGTH: LINE,
    MeasurementKind.ANGLE: [*LINE, (-8.0, 0.0, -4.0)],
    MeasurementKind.COBB: [*LINE, (-16.0, 0.0, -4.0), (-8.0, 4.0, -4.0)],
    MeasurementKind.BIDIRECTIONAL: [*LINE, (-12.0, -10.0, -4.0), (-12.0, -6.0, -4.0)],
    MeasurementKind.ELLIPSE: CIRCLE,
    MeasurementKind.RECTANGLE: [(-14, -10, -4), (-10, -10, -4), (-10, -6, -4), (-14, -6, -4)],
    MeasurementKind.FREEHAND: [(-14, -10, -4), (-10, -10, -4), (-12, -5, -4)],
    MeasurementKind.PROBE: [NODULE],
    MeasurementKind.SUV_PEAK: CIRCLE,
    MeasurementKind.ARROW: LINE,
    MeasurementKind.TEXT: [NODULE],
}
VALUES = (QuantityKind.MEAN, QuantityKind.SD, QuantityKind.MINIMUM, QuantityKind.MAXIMUM)


@pytest.fixture
def reading(tmp_path: Path):
    made = Reading(tmp_path / "reading.db")
    yield made
    made.close()


def reading_of(path: Path, volume: Volume | None = None, **changes: object) -> Reading:
    """The small study with another header."""
    study = small_study()
    (series,) = study.series
    study = replace(study, series=(replace(series, **changes),))
    made = Reading(path / "reading.db", study, with_volume=volume is None)
    if volume is not None:
        made.studies.add_volume(SERIES, volume)
    return made


def preview(reading: Reading, kind: MeasurementKind, normal=AXIAL, **more: object) -> Measurement:
    return reading.room.measuring.preview(SERIES, kind, POINTS[kind], normal, **more)


def kept(reading: Reading, kind: MeasurementKind = MeasurementKind.LENGTH) -> Finding:
    return reading.room.measuring.add(SERIES, preview(reading, kind))


# Values


def test_a_region_has_its_area_and_the_values_in_the_unit_shown(reading: Reading) -> None:
    found = preview(reading, MeasurementKind.ELLIPSE)
    area = found.quantity(QuantityKind.AREA)
    assert area is not None
    assert (area.unit, area.value) == ("mm2", pytest.approx(np.pi * 9))
    assert [(q.kind, q.value, q.unit) for q in found.quantities[1:]] == [
        (kind, {QuantityKind.SD: 0}.get(kind, 40), "HU") for kind in VALUES
    ]


def test_a_probe_tells_the_value_and_beyond_the_image_nothing(reading: Reading) -> None:
    (value,) = preview(reading, MeasurementKind.PROBE).quantities
    assert (value.kind, value.value, value.unit) == (QuantityKind.VALUE, 40, "HU")
    beyond = reading.room.measuring.preview(SERIES, MeasurementKind.PROBE, [(500, 0, 0)], AXIAL)
    assert beyond.quantities == ()


@pytest.mark.parametrize("kind", [k for k in POINTS if k is not MeasurementKind.SUV_PEAK])
@pytest.mark.parametrize("normal", [AXIAL, CORONAL, (0.6, 0.0, 0.8)])
def test_everything_can_be_drawn_on_every_plane_of_an_even_volume(
    reading: Reading, kind: MeasurementKind, normal
) -> None:
    found = preview(reading, kind, normal, text="see here")
    assert found.text == "see here"
    assert bool(found.quantities) is not kind.is_note


def test_pet_is_measured_in_suv_with_peak_and_in_the_other_unit_when_that_is_shown(
    tmp_path: Path,
) -> None:
    voxels = np.full(GEOMETRY.shape_kji, 4000, dtype=np.float32)
    volume = Volume(SERIES, voxels, GEOMETRY, IntensityUnit.BQ_PER_ML)
    pet = reading_of(
        tmp_path, volume, modality="PT", unit=IntensityUnit.BQ_PER_ML, suv=SuvScale(0.001)
    )
    found = preview(pet, MeasurementKind.SUV_PEAK)
    peak, most = found.quantity(QuantityKind.PEAK), found.quantity(QuantityKind.MAXIMUM)
    assert peak is not None
    assert most is not None
    assert (peak.value, peak.unit) == (pytest.approx(4), "SUVbw")
    assert (most.value, most.unit) == (pytest.approx(4), "SUVbw")
    pet.room.measuring.unit_of = lambda series: units_of(series)[-1]
    mean = preview(pet, MeasurementKind.ELLIPSE).quantity(QuantityKind.MEAN)
    assert mean is not None
    assert (mean.value, mean.unit) == (pytest.approx(4000), "Bq/ml")
    still_suv = preview(pet, MeasurementKind.SUV_PEAK).quantity(QuantityKind.PEAK)
    assert still_suv == peak
    pet.close()


# Refusals


def refused(reading: Reading, kind: MeasurementKind, normal=AXIAL) -> str:
    with pytest.raises(NotAllowedError) as refusal:
        preview(reading, kind, normal)
    assert str(refusal.value.what_to_do)
    return str(refusal.value.what_happened)


LENGTHS = [
    MeasurementKind.LENGTH, MeasurementKind.ANGLE, MeasurementKind.COBB,
    MeasurementKind.BIDIRECTIONAL,
]  # fmt: skip


@pytest.mark.parametrize("kind", LENGTHS)
def test_lengths_and_angles_are_refused_where_spacing_is_unknown(
    tmp_path: Path, kind: MeasurementKind
) -> None:
    images = reading_of(tmp_path, kind=SeriesKind.IMAGES, spacing_source=SpacingSource.NONE)
    assert "distance between the pixels" in refused(images, kind)
    images.close()


def test_where_spacing_is_unknown_regions_have_values_and_no_area(tmp_path: Path) -> None:
    images = reading_of(tmp_path, kind=SeriesKind.IMAGES, spacing_source=SpacingSource.NONE)
    found = preview(images, MeasurementKind.ELLIPSE, index=6)
    assert tuple(q.kind for q in found.quantities) == VALUES
    assert preview(images, MeasurementKind.TEXT).quantities == ()
    images.close()


@pytest.mark.parametrize("kind", [*LENGTHS, MeasurementKind.ELLIPSE])
def test_an_uneven_series_is_measured_in_its_own_slices_and_not_across_them(
    tmp_path: Path, kind: MeasurementKind
) -> None:
    uneven = reading_of(tmp_path, measurable=False)
    assert preview(uneven, kind).quantities
    assert "distance between the slices" in refused(uneven, kind, CORONAL)
    assert "distance between the slices" in refused(uneven, kind, (0.6, 0.0, 0.8))
    assert preview(uneven, MeasurementKind.ARROW, CORONAL).quantities == ()
    uneven.close()


def test_colours_have_an_area_and_lengths_but_no_values(tmp_path: Path) -> None:
    voxels = np.zeros((*GEOMETRY.shape_kji, 3), dtype=np.uint8)
    color = reading_of(tmp_path, Volume(SERIES, voxels, GEOMETRY), is_color=True)
    assert [q.kind for q in preview(color, MeasurementKind.ELLIPSE).quantities] == [
        QuantityKind.AREA
    ]
    assert preview(color, MeasurementKind.LENGTH).quantities
    assert preview(color, MeasurementKind.PROBE).quantities == ()
    assert "colour" in refused(color, MeasurementKind.SUV_PEAK)
    color.close()


def test_the_peak_is_refused_with_the_reason_why_there_is_no_suv(tmp_path: Path) -> None:
    why = say("No SUV: the patient's weight is not known.")
    pet = reading_of(
        tmp_path, modality="PT", unit=IntensityUnit.BQ_PER_ML, suv=SuvScale(why_not=why)
    )
    assert refused(pet, MeasurementKind.SUV_PEAK) == str(why)
    pet.close()


def test_a_series_still_being_read_has_no_values_yet(reading: Reading) -> None:
    reading.studies.add_volume(SERIES, small_volume(), is_whole=False)
    assert "still being read" in refused(reading, MeasurementKind.ELLIPSE)
    assert preview(reading, MeasurementKind.LENGTH).quantities


def test_nothing_is_kept_on_a_study_shown_for_comparison(reading: Reading) -> None:
    (series,) = small_study().series
    prior = replace(small_study(), study_uid="1.2.9", series=(replace(series, series_uid="9.9"),))
    reading.studies.add_companion(prior)
    reading.studies.add_volume("9.9", small_volume())
    drawn = reading.room.measuring.preview("9.9", MeasurementKind.LENGTH, LINE, AXIAL)
    with pytest.raises(NotAllowedError, match="comparison"):
        reading.room.measuring.add("9.9", drawn)
    assert reading.findings.findings == ()


# What is recorded


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
