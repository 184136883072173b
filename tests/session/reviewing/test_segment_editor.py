"""Strokes: seen at once, on disk on release, never over another finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from reader.core.errors import NotAllowedError, StorageError
from reader.core.orientation import Plane
from reader.core.review import RecordKind, ReviewDecision, ReviewStatus
from tests.support.readings import (
    GEOMETRY,
    MISSED,
    NODULE_RADIUS_MM,
    PLACES,
    SERIES,
    Reading,
    ball,
    small_result,
    small_study,
)

X, Y, Z = PLACES[0]
BESIDE = (X + 5.0, Y, Z)
"""Just outside the first nodule, in lung."""


def at(index_lps) -> tuple[int, int, int]:
    return GEOMETRY.nearest_voxel(index_lps)


@pytest.fixture
def nodule(reading: Reading) -> str:
    """The first nodule, being edited."""
    first, *_ = reading.propose()
    reading.editor.begin(first)
    return first


def test_a_stroke_is_seen_while_it_is_drawn_and_on_disk_on_release(
    reading: Reading, nodule: str
) -> None:
    editor = reading.editor
    editor.set_tool(radius_mm=1.5)
    assert reading.labels[at(BESIDE)] == 2
    pressed = editor.press(BESIDE, Plane.AXIAL)
    assert pressed is not None
    assert reading.labels[at(BESIDE)] == 3
    assert (editor.is_drawing, editor.has_unsaved) == (True, True)
    moved = editor.move((X + 5.0, Y + 6.0, Z))
    assert moved is not None
    assert reading.findings.records == ()
    box = editor.release()
    assert box is not None
    assert all(b[0] <= m[0] and m[1] <= b[1] for b, m in zip(box, moved, strict=True))
    assert (editor.is_drawing, editor.has_unsaved) == (False, False)
    (row,) = reading.findings.records
    assert row.decision is ReviewDecision.EDIT
    assert reading.database.execute("SELECT count(*) FROM label_change") == [(1,)]
    assert reading.findings.status_of(nodule) is ReviewStatus.EDITED


def test_the_first_stroke_is_the_edit_decision_and_each_makes_a_revision(
    reading: Reading, nodule: str
) -> None:
    proposed = reading.findings.finding(nodule)
    for n in range(3):
        reading.editor.stroke([(X + 5.0, Y, Z + 2 * n)], Plane.AXIAL, radius_mm=2.0)
    first, *others = reading.findings.records
    assert first.decision is ReviewDecision.EDIT
    assert [r.kind for r in others] == [RecordKind.STROKE] * 2
    assert {r.refers_to for r in others} == {first.record_id}
    chain = [reading.findings.finding(nodule)]
    while chain[-1].parent_revision_id is not None:
        chain.append(reading.findings.revision(chain[-1].parent_revision_id))
    assert len(chain) == 4
    assert chain[-1] == proposed
    assert {f.tracking_uid for f in chain} == {proposed.tracking_uid}
    assert {f.provenance for f in chain} == {proposed.provenance}
    assert [r.revision_id for r in reading.findings.records] == [
        f.revision_id for f in chain[2::-1]
    ]


def test_a_revision_measures_the_mask(reading: Reading, nodule: str) -> None:
    reading.editor.stroke([(X + 4.0, Y, Z), (X + 10.0, Y, Z)], Plane.AXIAL, radius_mm=2.0)
    edited = reading.findings.finding(nodule)
    mask = reading.labels == 3
    assert edited.volume_mm3 == pytest.approx(mask.sum() * 2.0)
    assert edited.long_axis_mm == pytest.approx(NODULE_RADIUS_MM + 10 + 2, abs=1.0)
    assert edited.short_axis_mm == pytest.approx(8, abs=1.3)
    assert edited.center_lps_mm == pytest.approx(GEOMETRY.to_lps(np.argwhere(mask).mean(axis=0)))
    assert edited.mean_value == pytest.approx(reading.studies.volume(SERIES).voxels[mask].mean())


def test_beginning_again_is_another_edit_decision(reading: Reading, nodule: str) -> None:
    reading.editor.stroke([BESIDE], radius_mm=1.0)
    reading.editor.finish()
    reading.desk.reject(nodule)
    reading.editor.begin(nodule)
    reading.editor.stroke([(X, Y + 5.0, Z)], radius_mm=1.0)
    assert reading.findings.status_of(nodule) is ReviewStatus.EDITED
    decisions = [r.decision for r in reading.findings.records]
    assert decisions == [ReviewDecision.EDIT, ReviewDecision.REJECT, ReviewDecision.EDIT]


def test_a_stroke_after_a_decision_or_undo_in_between_is_an_edit_again(
    reading: Reading, nodule: str
) -> None:
    reading.editor.stroke([BESIDE], radius_mm=1.0)
    reading.desk.reject(nodule)
    reading.editor.stroke([(X, Y + 5.0, Z)], radius_mm=1.0)
    assert reading.findings.status_of(nodule) is ReviewStatus.EDITED
    for _ in range(3):
        reading.history.undo()
    assert reading.findings.status_of(nodule) is ReviewStatus.UNREVIEWED
    reading.editor.stroke([BESIDE], radius_mm=1.0)
    assert reading.findings.records[-1].decision is ReviewDecision.EDIT


def test_other_findings_are_never_painted_over(reading: Reading, nodule: str) -> None:
    others = reading.labels.copy()
    reading.editor.stroke([PLACES[1]], radius_mm=8.0, ball=True)
    assert np.array_equal(reading.labels[others > 3], others[others > 3])
    assert (reading.labels == 3).sum() > (others == 3).sum()


def test_a_stroke_wholly_in_another_finding_is_no_act(reading: Reading, nodule: str) -> None:
    before = reading.state()
    assert reading.editor.stroke([PLACES[1]], radius_mm=1.0) is None
    assert reading.editor.stroke([(900.0, 0.0, 0.0)]) is None
    assert reading.editor.stroke([(0.0, 0.0, 900.0)]) is None
    assert reading.editor.stroke([PLACES[1]], erase=True, radius_mm=1.0) is None
    assert reading.editor.stroke([(X, Y, Z + 900)], erase=True) is None
    assert reading.state() == before


def test_lung_painted_over_comes_back_when_erased(reading: Reading, nodule: str) -> None:
    # The lungs meet at x = 0, and there is no lung at all in front (small y).
    before = reading.labels.copy()
    way = [(-6.0, -22.0, 0.0), (8.0, -14.0, 0.0)]
    reading.editor.stroke(way, radius_mm=3.0, ball=True)
    painted = before[(reading.labels == 3) & (before != 3)]
    assert set(np.unique(painted)) == {0, 1, 2}
    reading.editor.stroke(way, radius_mm=3.5, ball=True, erase=True)
    assert np.array_equal(reading.labels, before)


def test_erasing_what_the_model_drew_leaves_the_lung_around_it(
    reading: Reading, nodule: str
) -> None:
    reading.editor.stroke([(X + 3.0, Y, Z)], radius_mm=2.0, erase=True, ball=True)
    erased = ball(PLACES[0]) & (reading.labels != 3)
    assert erased.sum() > 5
    assert set(reading.labels[erased]) == {2}


def test_what_was_painted_over_is_remembered_after_reopening(
    open_reading: Callable[..., Reading],
) -> None:
    reading = open_reading()
    first, *_ = reading.propose()
    before = reading.labels.copy()
    reading.editor.begin(first)
    way = [(-6.0, -22.0, 0.0), (8.0, -14.0, 0.0)]
    reading.editor.stroke(way, radius_mm=3.0, ball=True)
    reading = open_reading()
    reading.editor.begin(first)
    reading.editor.stroke(way, radius_mm=3.5, ball=True, erase=True)
    assert np.array_equal(reading.labels, before)


def test_erasing_everything_keeps_the_finding_in_its_place(reading: Reading, nodule: str) -> None:
    proposed = reading.findings.finding(nodule)
    reading.editor.stroke([PLACES[0]], radius_mm=9.0, erase=True, ball=True)
    empty = reading.findings.finding(nodule)
    assert not (reading.labels == 3).any()
    assert (empty.volume_mm3, empty.long_axis_mm, empty.short_axis_mm) == (0, 0, 0)
    assert empty.mean_value is None
    assert empty.center_lps_mm == proposed.center_lps_mm
    assert reading.editor.stroke([PLACES[0]], erase=True) is None
    reading.editor.stroke([PLACES[0]], radius_mm=3.0, ball=True)
    assert reading.findings.finding(nodule).volume_mm3 > 0
    reading.editor.finish()
    reading.editor.begin(nodule)
    reading.editor.stroke([PLACES[0]], radius_mm=9.0, erase=True, ball=True)
    reading.editor.begin(nodule)
    assert reading.editor.stroke([PLACES[0]], erase=True) is None


@pytest.mark.parametrize("plane", list(Plane))
def test_a_disc_stays_in_its_slice_and_a_ball_does_not(
    reading: Reading, nodule: str, plane: Plane
) -> None:
    axis = {Plane.AXIAL: 0, Plane.CORONAL: 1, Plane.SAGITTAL: 2}[plane]
    free = (10.0, -2.0, -6.0)
    flat = reading.editor.stroke([free], plane, radius_mm=3.0)
    assert flat[axis][1] - flat[axis][0] == 1
    deep = reading.editor.stroke([free], plane, radius_mm=3.0, ball=True)
    assert deep[axis][1] - deep[axis][0] > 1


def test_the_tool_stays_within_bounds_and_holds_for_one_stroke(
    reading: Reading, nodule: str
) -> None:
    editor = reading.editor
    editor.set_tool(radius_mm=1000.0, erase=True)
    assert (editor.tool.radius_mm, editor.tool.erase, editor.tool.ball) == (50.0, True, False)
    editor.set_tool(radius_mm=0.0, erase=False, ball=True)
    assert (editor.tool.radius_mm, editor.tool.erase, editor.tool.ball) == (0.25, False, True)
    tool = editor.tool
    editor.stroke([BESIDE], radius_mm=2.0, ball=False)
    assert editor.tool == tool
    editor.set_tool(radius_mm=1.0, ball=False)
    editor.press(BESIDE, Plane.AXIAL)
    editor.set_tool(erase=True)
    editor.move((X + 9.0, Y, Z))
    editor.release()
    assert reading.labels[at((X + 9.0, Y, Z))] == 3


def test_without_a_finding_in_editing_nothing_is_drawn(reading: Reading) -> None:
    editor = reading.editor
    with pytest.raises(NotAllowedError, match="being edited"):
        editor.press(BESIDE, Plane.AXIAL)
    with pytest.raises(NotAllowedError, match="no longer there"):
        editor.begin("nobody")
    assert (editor.move(BESIDE), editor.release(), editor.settle()) == (None, None, None)
    editor.cancel_stroke()
    editor.finish()
    assert (editor.finding_id, editor.label) == (None, None)


def test_a_stroke_can_be_dropped_before_release(reading: Reading, nodule: str) -> None:
    before = reading.state()
    reading.editor.press(BESIDE, Plane.AXIAL)
    reading.editor.move((X + 9.0, Y, Z))
    reading.editor.cancel_stroke()
    assert reading.state() == before
    reading.editor.press((900.0, 0.0, 0.0), Plane.AXIAL)
    reading.editor.cancel_stroke()
    assert reading.editor.release() is None
    assert reading.state() == before


def test_a_press_ends_a_stroke_that_was_never_released(reading: Reading, nodule: str) -> None:
    reading.editor.press(BESIDE, Plane.AXIAL)
    reading.editor.press((X, Y + 5.0, Z), Plane.AXIAL)
    assert len(reading.findings.records) == 1
    reading.editor.finish()
    assert len(reading.findings.records) == 2
    assert reading.editor.finding_id is None


def test_settling_saves_half_a_stroke_and_drawing_goes_on(reading: Reading, nodule: str) -> None:
    editor = reading.editor
    editor.press(BESIDE, Plane.AXIAL)
    assert editor.settle() is not None
    assert editor.settle() is None
    assert (len(reading.findings.records), editor.is_drawing) == (1, True)
    editor.move((X + 12.0, Y, Z))
    editor.release()
    assert [r.kind for r in reading.findings.records] == [RecordKind.DECISION, RecordKind.STROKE]


def test_a_stroke_that_cannot_be_saved_is_kept_and_tried_again(
    reading: Reading, nodule: str
) -> None:
    editor, proposed = reading.editor, reading.findings.finding(nodule)
    reading.database.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON label_change "
                             "BEGIN SELECT RAISE(FAIL, 'no'); END")  # fmt: skip
    with pytest.raises(StorageError, match="Not saved"):
        editor.stroke([BESIDE], radius_mm=2.0)
    drawn = reading.labels.copy()
    assert drawn[at(BESIDE)] == 3
    assert (editor.has_unsaved, editor.is_drawing) == (True, False)
    assert reading.findings.finding(nodule) == proposed
    assert reading.database.execute("SELECT count(*) FROM ledger") == [(0,)]
    for again in (
        lambda: editor.press((X, Y + 5.0, Z), Plane.AXIAL),
        editor.release,
        editor.finish,
        lambda: editor.begin(nodule),
    ):
        with pytest.raises(StorageError, match="Not saved"):
            again()
    assert editor.move((X + 9.0, Y, Z)) is None
    assert np.array_equal(reading.labels, drawn)
    reading.database.execute("DROP TRIGGER full")
    editor.stroke([(X, Y + 5.0, Z)], radius_mm=1.0)
    assert len(reading.findings.records) == 2
    assert not editor.has_unsaved


def test_a_finding_that_was_taken_back_cannot_be_drawn_on(reading: Reading) -> None:
    added = reading.desk.add(SERIES, MISSED).finding_id
    reading.editor.begin(added)
    reading.history.undo()
    with pytest.raises(NotAllowedError, match="no longer there"):
        reading.editor.press(MISSED, Plane.AXIAL)


def test_a_finding_without_an_extent_gets_one(open_reading: Callable[..., Reading]) -> None:
    reading = open_reading()
    made = small_result(places=())
    point = replace(small_result().findings[0], label=None)
    reading.room.apply(reading.room.prepare(replace(made, findings=(point,))))
    reading.editor.begin(point.finding_id)
    assert reading.editor.label == 3
    reading.editor.stroke([PLACES[0]], radius_mm=3.0, ball=True)
    drawn = reading.findings.finding(point.finding_id)
    assert (drawn.label, drawn.segmentation_id) == (3, reading.segmentation.id)
    assert reading.segmentation.segment(3).finding_id == point.finding_id
    before = reading.state()
    assert open_reading().state() == before


def test_sizes_stay_out_where_the_series_cannot_be_measured(
    open_reading: Callable[..., Reading],
) -> None:
    reading = open_reading(study=small_study(measurable=False), with_volume=False)
    first, *_ = reading.propose()
    reading.editor.begin(first)
    reading.editor.stroke([BESIDE])
    edited = reading.findings.finding(first)
    assert (edited.long_axis_mm, edited.volume_mm3, edited.mean_value) == (None, None, None)


def test_closing_the_study_forgets_the_editing(reading: Reading, nodule: str) -> None:
    reading.editor.press(BESIDE, Plane.AXIAL)
    reading.room.forget_study()
    assert reading.editor.finding_id is None
    assert reading.editor.release() is None


def test_a_point_on_a_series_without_any_segment_can_be_drawn(reading: Reading) -> None:
    """A finding without an extent, whose segmentation could not be brought back."""
    point = replace(small_result(places=PLACES[:1]).findings[0], label=None)
    reading.findings.take([point])
    reading.editor.begin(point.finding_id)
    reading.editor.stroke([PLACES[0]], radius_mm=3.0)
    assert reading.findings.finding(point.finding_id).label == 1
    assert [s.finding_id for s in reading.segmentation.segments] == [point.finding_id]
    reading.history.undo()
    assert reading.findings.finding(point.finding_id).label is None
    assert reading.segmentation.segments == ()
    reading.history.redo()
    assert [s.finding_id for s in reading.segmentation.segments] == [point.finding_id]


def test_a_finding_on_images_that_are_not_open_cannot_be_edited(reading: Reading) -> None:
    elsewhere = replace(small_result().findings[0], series_key="elsewhere")
    reading.findings.take([elsewhere])
    with pytest.raises(NotAllowedError, match="not open"):
        reading.editor.begin(elsewhere.finding_id)


def test_no_mean_value_while_the_series_is_still_being_read(reading: Reading, nodule: str) -> None:
    reading.studies.add_volume(SERIES, reading.studies.volume(SERIES), is_whole=False)
    reading.editor.stroke([BESIDE])
    assert reading.findings.finding(nodule).mean_value is None
