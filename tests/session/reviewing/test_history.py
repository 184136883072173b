"""Undo and redo: every kind of act, any depth, across restarts, against a naive model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from reader.core.codes import LESION
from reader.core.errors import NotAllowedError
from reader.core.review import RecordKind, RejectReason, ReviewStatus
from reader.session.reviewing.history import stacks
from tests.support.readings import MISSED, PLACES, SERIES, Reading, small_result, voxels_hash

X, Y, Z = PLACES[0]


def everything(reading: Reading) -> list[dict[str, object]]:
    """One act of every kind; what the reading was like before, between and after."""
    first, second, third = reading.propose()
    acts = [
        lambda: reading.desk.confirm(first),
        lambda: reading.desk.reject(second),
        lambda: reading.desk.give_reason(second, RejectReason.VESSEL),
        lambda: reading.editor.begin(third) or reading.editor.stroke([PLACES[2]], radius_mm=6.0),
        lambda: reading.editor.stroke([PLACES[2]], radius_mm=3.0, erase=True, ball=True),
        lambda: reading.editor.finish() or reading.desk.add(SERIES, MISSED),
        lambda: reading.desk.sign(),
    ]
    states = [seen(reading)]
    for act in acts:
        act()
        states.append(seen(reading))
    return states


def seen(reading: Reading) -> dict[str, object]:
    """What the reader sees: everything but the rows themselves."""
    state = reading.state()
    del state["records"]
    return state


def test_everything_can_be_undone_and_done_again_step_by_step(reading: Reading) -> None:
    states = everything(reading)
    kinds = {r.kind for r in reading.findings.records}
    assert kinds == set(RecordKind) - {RecordKind.UNDO}
    for state in reversed(states[:-1]):
        reading.history.undo()
        assert seen(reading) == state
    assert not reading.history.can_undo
    for state in states[1:]:
        reading.history.redo()
        assert seen(reading) == state
    assert not reading.history.can_redo


def test_it_goes_on_after_a_restart_in_the_middle(open_reading: Callable[..., Reading]) -> None:
    reading = open_reading()
    states = everything(reading)
    for state in reversed(states[2:-1]):
        reading.history.undo()
        reading = open_reading()
        assert seen(reading) == state
    for state in states[3:]:
        reading.history.redo()
        reading = open_reading()
        assert seen(reading) == state


def test_rows_are_only_added(reading: Reading) -> None:
    everything(reading)
    before = reading.findings.records
    reading.history.undo()
    reading.history.redo()
    rows = reading.findings.records
    assert rows[: len(before)] == before
    sign, undo, redo = rows[-3:]
    assert (undo.kind, undo.undoes) == (RecordKind.UNDO, sign.record_id)
    assert (redo.kind, redo.undoes) == (RecordKind.UNDO, undo.record_id)


def test_what_would_be_undone_and_redone_is_named(reading: Reading) -> None:
    first, second, _ = reading.propose()
    assert (reading.history.next_undo, reading.history.next_redo) == (None, None)
    one, two = reading.desk.confirm(first), reading.desk.reject(second)
    assert reading.history.next_undo == two
    assert reading.history.undo() == two
    assert (reading.history.next_undo, reading.history.next_redo) == (one, two)
    assert reading.history.redo() == two


def test_a_new_act_ends_redo(reading: Reading) -> None:
    first, second, _ = reading.propose()
    reading.desk.confirm(first)
    reading.history.undo()
    reading.desk.confirm(second)
    with pytest.raises(NotAllowedError, match="nothing to redo"):
        reading.history.redo()
    assert reading.findings.status_of(first) is ReviewStatus.UNREVIEWED


def test_with_nothing_done_there_is_nothing_to_undo(reading: Reading) -> None:
    reading.propose()
    with pytest.raises(NotAllowedError, match="nothing to undo"):
        reading.history.undo()


def test_an_addition_taken_back_leaves_list_and_segments_but_not_the_ledger(
    reading: Reading,
) -> None:
    added = reading.desk.add(SERIES, MISSED)
    reading.history.undo()
    assert reading.findings.findings == ()
    assert reading.segmentation.segments == ()
    assert not reading.labels.any()
    assert [r.finding_id for r in reading.findings.records] == [added.finding_id] * 2
    assert reading.findings.selected is None


def test_a_label_is_never_used_for_two_findings(reading: Reading) -> None:
    first = reading.desk.add(SERIES, MISSED)
    reading.history.undo()
    second = reading.desk.add(SERIES, MISSED)
    assert first.label != second.label


def erased_and_taken_by_a_model(reading: Reading, radius_mm: float) -> None:
    """A finding is erased to nothing, then a model marks something else in its place."""
    added = reading.desk.add(SERIES, MISSED)
    reading.editor.begin(added.finding_id)
    reading.editor.stroke([MISSED], radius_mm=9.0, erase=True, ball=True)
    result = small_result(places=(MISSED,), radius_mm=radius_mm)
    other = replace(result.findings[0], code=LESION)
    reading.room.apply(reading.room.prepare(replace(result, findings=(other,))))
    assert len(reading.findings.findings) == 2


def test_voxels_changed_since_by_something_else_stay(reading: Reading) -> None:
    erased_and_taken_by_a_model(reading, radius_mm=3.0)
    label = reading.findings.finding("run-1-f0").label
    taken = reading.labels == label
    reading.history.undo()
    assert taken.sum() > 20
    assert np.array_equal(reading.labels == label, taken)
    added = next(f for f in reading.findings.findings if f.finding_id != "run-1-f0")
    assert (reading.labels == added.label).any()


def test_an_undo_of_which_nothing_is_left_is_still_an_undo(reading: Reading) -> None:
    erased_and_taken_by_a_model(reading, radius_mm=8.0)
    before = reading.labels.copy()
    reading.history.undo()
    assert np.array_equal(reading.labels, before)
    assert reading.history.can_redo
    reading.history.redo()
    assert np.array_equal(reading.labels, before)


def test_undo_without_the_series_at_hand_is_refused(reading: Reading) -> None:
    reading.desk.add(SERIES, MISSED)
    reading.studies._segmentations.clear()
    with pytest.raises(NotAllowedError, match="not open"):
        reading.history.undo()


def test_the_stacks_of_a_hand_written_history(reading: Reading) -> None:
    first, *_ = reading.propose()
    rows = [reading.desk.confirm(first), reading.desk.reject(first)]
    reading.history.undo()
    reading.history.undo()
    reading.history.redo()
    undoable, redoable = stacks(reading.findings.records)
    assert undoable == rows[:1]
    assert [r.undoes for r in redoable] == [rows[1].record_id]


@dataclass
class NaiveModel:
    """What should be seen, by remembering every state instead of deriving it."""

    present: dict[str, object]
    past: list[dict[str, object]] = field(default_factory=list)
    future: list[dict[str, object]] = field(default_factory=list)

    def did(self, now: dict[str, object]) -> None:
        self.past.append(self.present)
        self.present = now
        self.future.clear()

    def undo(self) -> None:
        self.future.append(self.present)
        self.present = self.past.pop()

    def redo(self) -> None:
        self.past.append(self.present)
        self.present = self.future.pop()


@pytest.mark.parametrize("seed", range(4))
def test_random_work_matches_a_naive_model(open_reading, seed: int) -> None:
    rng = np.random.default_rng(seed)
    reading = open_reading()
    reading.propose()
    model = NaiveModel(seen(reading))
    counts = dict.fromkeys(("act", "undo", "redo", "restart", "refused"), 0)
    for _ in range(70):
        choice = rng.random()
        if choice < 0.55:
            rows = len(reading.findings.records)
            try:
                random_act(reading, rng)
            except NotAllowedError:
                counts["refused"] += 1
            if len(reading.findings.records) > rows:
                model.did(seen(reading))
                counts["act"] += 1
        elif choice < 0.75 and model.past:
            reading.history.undo()
            model.undo()
            counts["undo"] += 1
        elif choice < 0.93 and model.future:
            reading.history.redo()
            model.redo()
            counts["redo"] += 1
        elif choice >= 0.93:
            reading = open_reading()
            counts["restart"] += 1
        assert seen(reading) == model.present
        assert reading.history.can_undo == bool(model.past)
        assert reading.history.can_redo == bool(model.future)
    reading = open_reading()
    assert seen(reading) == model.present
    assert counts["act"] > 10
    assert counts["undo"] > 3


def random_act(reading: Reading, rng: np.random.Generator) -> None:
    ids = [f.finding_id for f in reading.findings.findings]
    chosen = ids[rng.integers(len(ids))]
    point = tuple(float(v) for v in rng.uniform((-22, -20, -15), (22, 20, 13)))
    kind = rng.choice(["confirm", "reject", "reason", "stroke", "stroke", "stroke", "add", "sign"])
    if kind == "confirm":
        reading.desk.confirm(chosen)
    elif kind == "reject":
        reading.desk.reject(chosen)
    elif kind == "reason":
        reading.desk.give_reason(chosen, list(RejectReason)[rng.integers(6)])
    elif kind == "add":
        reading.desk.add(SERIES, point)
    elif kind == "sign":
        reading.desk.sign()
    else:
        if reading.editor.finding_id is None or rng.random() < 0.4:
            reading.editor.begin(chosen)
        end = tuple(np.array(point) + rng.uniform(-6, 6, 3))
        reading.editor.stroke(
            [point, end],
            radius_mm=float(rng.uniform(1, 6)),
            erase=bool(rng.random() < 0.4),
            ball=bool(rng.random() < 0.5),
        )


def test_the_hash_in_these_tests_sees_one_voxel(reading: Reading) -> None:
    reading.propose()
    before = voxels_hash(reading.labels)
    reading.labels[0, 0, 0] ^= 1
    assert voxels_hash(reading.labels) != before
