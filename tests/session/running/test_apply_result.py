"""Model results: all or nothing, once, never over what a reader has decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from reader.core.codes import LESION
from reader.core.errors import (
    GeometryMismatchError,
    InferenceError,
    NotAllowedError,
    StorageError,
)
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap
from reader.core.model import InferenceResult
from reader.core.orientation import Plane
from reader.core.provenance import AlgorithmIdentity, Reviewer
from reader.core.review import ReviewStatus
from reader.core.segmentation import Segment
from reader.core.study import ScanResult
from tests.support.readings import (
    GEOMETRY,
    MISSED,
    PLACES,
    SERIES,
    Reading,
    ball,
    small_result,
)


def apply(reading: Reading, result: InferenceResult) -> None:
    reading.room.apply(reading.room.prepare(result))


def test_a_first_result_appears_as_it_is_and_comes_back(
    open_reading: Callable[..., Reading],
) -> None:
    reading, result = open_reading(), small_result()
    apply(reading, result)
    assert [replace(f, segmentation_id="run-1") for f in reading.findings.findings] == sorted(
        result.findings, key=lambda f: -f.center_lps_mm[2]
    )
    assert np.array_equal(reading.labels, result.labels)
    assert reading.segmentation.segments == result.segments
    assert reading.findings.unreviewed_count == 3
    assert reading.studies.heatmap(SERIES) is result.heatmap
    assert {"segmentation_changed", "findings_changed", "overlay_changed"} <= set(
        reading.heard.names
    )
    before = reading.state()
    reading = open_reading()
    assert reading.state() == before
    scores = reading.studies.heatmap(SERIES).scores.astype(float)
    assert np.abs(scores - result.heatmap.scores).max() < 0.004
    (run,) = reading.room.saved(reading.study)[0].runs
    assert (run.identity, run.device, run.seconds) == (result.identity, "cpu", {"network": 1.5})


def test_the_result_itself_is_not_what_the_reader_edits(reading: Reading) -> None:
    result = small_result()
    result.labels.flags.writeable = False
    apply(reading, result)
    reading.editor.begin("run-1-f0")
    reading.editor.stroke([PLACES[0]], radius_mm=9.0, erase=True)
    assert not np.array_equal(reading.labels, result.labels)


def test_a_run_is_applied_once(open_reading: Callable[..., Reading]) -> None:
    reading = open_reading()
    reading.propose()
    before, heard = reading.state(), list(reading.heard.names)
    reading.propose()
    assert (reading.state(), reading.heard.names) == (before, heard)
    reading = open_reading()
    reading.propose()
    assert reading.state() == before


def test_the_same_findings_again_are_not_proposed_twice(reading: Reading) -> None:
    first, second, third = reading.propose()
    reading.desk.reject(first)
    reading.desk.confirm(second)
    before = reading.state()
    reading.propose("run-2", heatmap=False)
    assert reading.state() == before
    moved = tuple((x + 1.5, y - 1.0, z) for x, y, z in PLACES)
    reading.propose("run-3", places=moved)
    assert {f.finding_id for f in reading.findings.findings} == {first, second, third}


def test_a_finding_known_under_a_smaller_extent_is_recognised_from_the_other_side(
    reading: Reading,
) -> None:
    reading.propose(places=PLACES[:1], radius_mm=2.0)
    beside = (PLACES[0][0] + 3.0, PLACES[0][1], PLACES[0][2])
    reading.propose("run-2", places=(beside,), radius_mm=4.0)
    assert len(reading.findings.findings) == 1


def test_something_of_another_kind_in_the_same_place_is_proposed(reading: Reading) -> None:
    reading.propose(places=PLACES[:1], radius_mm=2.0)
    result = small_result("run-2", places=PLACES[:1])
    apply(reading, replace(result, findings=(replace(result.findings[0], code=LESION),)))
    assert len(reading.findings.findings) == 2


def test_new_findings_join_with_new_labels_and_leave_old_voxels_alone(
    open_reading: Callable[..., Reading],
) -> None:
    reading = open_reading()
    first, *_ = reading.propose(places=PLACES[:2])
    reading.editor.begin(first)
    x, y, z = PLACES[2]
    reading.editor.stroke([(x + 4.0, y, z)], radius_mm=2.0)  # reaches into what is proposed later
    drawn = reading.labels == 3
    reading.editor.finish()
    added = reading.desk.add(SERIES, MISSED)
    mine = reading.labels == added.label

    newer = AlgorithmIdentity("other", "Other", "2.0", "cd" * 32)
    reading.propose("run-2", identity=newer)
    assert len(reading.findings.findings) == 4
    proposed = next(f for f in reading.findings.findings if f.provenance.run_id == "run-2")
    assert proposed.label == added.label + 1
    assert proposed.segmentation_id == reading.segmentation.id
    assert np.array_equal(reading.labels == 3, drawn)
    assert np.array_equal(reading.labels == added.label, mine)
    assert np.array_equal(reading.labels == proposed.label, ball(PLACES[2]) & ~drawn)
    assert reading.segmentation.segment(proposed.label).finding_id == proposed.finding_id
    before = reading.state()
    reading = open_reading()
    assert reading.state() == before
    for _ in range(2):
        reading.history.undo()
    assert reading.findings.status_of(first) is ReviewStatus.UNREVIEWED


def test_structures_are_replaced_by_newer_ones_of_the_same_meaning(reading: Reading) -> None:
    reading.propose(places=PLACES[:1])
    before = reading.labels.copy()
    before.flags.writeable = False
    result = small_result("run-2", places=())
    result.labels[:, 20:] = 0
    trachea = Segment(9, "Trachea", LESION, result.segments[0].category)
    result.labels[0, 25, 25] = 9
    apply(reading, replace(result, segments=(*result.segments, trachea)))
    nodule = before == 3
    assert np.array_equal(reading.labels[:, :20], before[:, :20])
    assert np.array_equal(reading.labels == 3, nodule)
    beyond = ~nodule[:, 20:]
    beyond[0, 5, 25] = False
    assert not reading.labels[:, 20:][beyond].any()
    assert reading.labels[0, 25, 25] == 4
    assert [s.name for s in reading.segmentation.segments].count("Left lung") == 1


def test_a_point_without_an_extent_is_welcome_before_and_after(reading: Reading) -> None:
    for run_id in ("run-1", "run-2"):
        result = small_result(run_id, places=PLACES[:1])
        result.labels[result.labels == 3] = 2
        point = replace(result.findings[0], label=None)
        apply(reading, replace(result, findings=(point,), segments=result.segments[:2]))
    assert [f.label for f in reading.findings.findings] == [None, None]


def broken_results() -> dict[str, InferenceResult]:
    good = small_result()
    first = good.findings[0]
    other_grid = VolumeGeometry.from_spacing(GEOMETRY.shape_kji, (2.0, 1.0, 1.0))
    thinner = np.zeros((3, 3, 3), dtype=np.uint16)

    def first_as(**changes: object) -> InferenceResult:
        return replace(good, findings=(replace(first, **changes), *good.findings[1:]))

    return {
        "labels off the grid": replace(good, labels=thinner, heatmap=None),
        "heatmap off the grid": replace(good, heatmap=Heatmap(good.heatmap.scores, other_grid)),
        "a label without meaning": replace(good, segments=good.segments[:-1]),
        "a label with two meanings": replace(good, segments=(*good.segments, good.segments[0])),
        "two findings with one id": replace(good, findings=(*good.findings, first)),
        "a segment of no finding": replace(good, findings=good.findings[1:]),
        "a finding of another run": first_as(provenance=replace(first.provenance, run_id="other")),
        "a finding of a reader": first_as(
            provenance=replace(first.provenance, algorithm=None, reviewer=Reviewer("Lin"))
        ),
        "a finding of another series": first_as(series_key="other"),
        "a later revision": first_as(parent_revision_id="other"),
        "a finding with another's label": first_as(label=4),
    }


@pytest.mark.parametrize("wrong", list(broken_results()))
def test_a_result_that_does_not_fit_changes_nothing(reading: Reading, wrong: str) -> None:
    reading.propose("run-0", places=PLACES[2:])
    before, heard = reading.state(), list(reading.heard.names)
    with pytest.raises((GeometryMismatchError, InferenceError)) as caught:
        apply(reading, broken_results()[wrong])
    assert "not used" in f"{caught.value.what_happened} {caught.value.what_to_do}"
    assert (reading.state(), reading.heard.names) == (before, heard)
    assert not reading.room.saved(reading.study)[0].runs[1:]
    reading.propose()


def test_ids_that_are_taken_are_refused(reading: Reading) -> None:
    reading.propose()
    result = small_result("run-2")
    stolen = replace(result.findings[0], finding_id="run-1-f0")
    segments = tuple(
        replace(s, finding_id="run-1-f0") if s.label == 3 else s for s in result.segments
    )
    with pytest.raises(InferenceError):
        apply(
            reading,
            replace(result, findings=(stolen, *result.findings[1:]), segments=segments),
        )


@pytest.mark.parametrize("table", ["model_run", "segment", "label_snapshot", "heatmap"])
@pytest.mark.parametrize("is_first", [True, False])
def test_what_cannot_be_saved_whole_is_not_there_at_all(
    reading: Reading, table: str, is_first: bool
) -> None:
    if not is_first:
        reading.propose("run-0", places=PLACES[2:])
    before, heard = reading.state(), list(reading.heard.names)
    heatmap = reading.studies.heatmap(SERIES)
    reading.database.execute(f"CREATE TEMP TRIGGER full BEFORE INSERT ON {table} "
                             "BEGIN SELECT RAISE(FAIL, 'no'); END")  # fmt: skip
    with pytest.raises(StorageError):
        reading.propose()
    assert (reading.state(), reading.heard.names) == (before, heard)
    assert reading.studies.heatmap(SERIES) is heatmap
    assert not reading.room.saved(reading.study)[0].runs[(0 if is_first else 1) :]
    reading.database.execute("DROP TRIGGER full")
    reading.propose()
    assert len(reading.findings.findings) == 3


def test_a_result_for_another_study_is_refused(reading: Reading) -> None:
    with pytest.raises(NotAllowedError, match="no longer open"):
        reading.room.prepare(replace(small_result(), series_key="elsewhere"))
    prepared = reading.room.prepare(small_result())
    (series,) = reading.study.series
    other = replace(reading.study, series=(replace(series, series_uid="5.6"),))
    reading.studies.open_study(other, ScanResult((other,)), ())
    with pytest.raises(NotAllowedError, match="no longer open"):
        reading.room.apply(prepared)
    reading.studies.close_study()
    with pytest.raises(NotAllowedError, match="No study"):
        reading.room.apply(prepared)


def test_a_result_for_a_series_that_has_other_slices_now_is_refused(reading: Reading) -> None:
    prepared = reading.room.prepare(small_result())
    (series,) = reading.study.series
    fewer = VolumeGeometry((9, *GEOMETRY.shape_kji[1:]), GEOMETRY.affine_kji_to_lps)
    partly = replace(reading.study, series=(replace(series, geometry=fewer),))
    reading.studies.open_study(partly, ScanResult((partly,)), ())
    with pytest.raises(GeometryMismatchError):
        reading.room.apply(prepared)


def test_what_the_reader_does_while_a_result_is_prepared_is_kept(reading: Reading) -> None:
    first, *_ = reading.propose(places=PLACES[:1])
    prepared = reading.room.prepare(small_result("run-2", places=(PLACES[1], MISSED)))
    reading.editor.begin(first)
    reading.editor.stroke([PLACES[1]], radius_mm=2.0)
    drawn = reading.labels == 3
    added = reading.desk.add(SERIES, MISSED)
    mine = reading.labels == added.label
    reading.room.apply(prepared)
    assert np.array_equal(reading.labels == 3, drawn)
    assert np.array_equal(reading.labels == added.label, mine)
    assert {f.finding_id for f in reading.findings.findings} == {first, added.finding_id}
    assert {s.label for s in reading.segmentation.segments} == {1, 2, 3, added.label}


def test_a_first_result_joins_what_was_added_while_it_was_prepared(reading: Reading) -> None:
    prepared = reading.room.prepare(small_result())
    added = reading.desk.add(SERIES, MISSED)
    segmentation = reading.segmentation
    reading.room.apply(prepared)
    assert reading.segmentation is segmentation
    assert len(reading.findings.findings) == 4
    assert (reading.labels == added.label).any()


def test_a_result_in_the_middle_of_a_stroke_saves_the_stroke_so_far(
    open_reading: Callable[..., Reading],
) -> None:
    reading = open_reading()
    first, *_ = reading.propose(places=PLACES[:1])
    reading.editor.begin(first)
    reading.editor.press((0.0, 0.0, 0.0), Plane.AXIAL)
    reading.propose("run-2")
    assert len(reading.findings.records) == 1
    before = reading.state()
    reading.editor.cancel_stroke()
    assert open_reading().state() == before
