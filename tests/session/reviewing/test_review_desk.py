"""Decisions: on disk before they are announced, refused in words, never half."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from reader.core.codes import LESION, LUNG_NODULE
from reader.core.errors import NotAllowedError, StorageError
from reader.core.intensity import IntensityUnit
from reader.core.review import RecordKind, RejectReason, ReviewDecision, ReviewStatus
from reader.core.volume import Volume
from reader.session.jobs import JobQueue
from reader.session.reviewing import missed_finding
from tests.support.main_loop import PumpedLoop
from tests.support.readings import (
    GEOMETRY,
    MISSED,
    PLACES,
    SERIES,
    Reading,
    small_study,
    small_volume,
)


def test_confirm_reject_and_a_reason(reading: Reading) -> None:
    first, second, third = reading.propose()
    reading.desk.confirm(first)
    rejection = reading.desk.reject(second)
    reason = reading.desk.give_reason(second, RejectReason.VESSEL)
    reading.desk.reject(third, RejectReason.SCAR)

    assert reading.findings.status_of(first) is ReviewStatus.CONFIRMED
    assert reading.findings.reviewed(second).status is ReviewStatus.REJECTED
    assert reading.findings.reviewed(second).reason is RejectReason.VESSEL
    assert reading.findings.reviewed(third).reason is RejectReason.SCAR
    assert reason.refers_to == rejection.record_id
    assert reading.findings.unreviewed_count == 0


def test_a_row_says_who_when_and_about_which_revision(reading: Reading) -> None:
    first, *_ = reading.propose()
    row = reading.desk.confirm(first)
    assert (row.study_uid, row.finding_id, row.revision_id) == ("1.2.3", first, f"{first}-r0")
    assert (row.reviewer.name, row.at) == ("Lin", reading.clock.now)
    reading.name = "  "
    assert reading.desk.reject(first).reviewer.name == "Reader"


def test_a_row_is_on_disk_when_it_is_announced(reading: Reading) -> None:
    first, *_ = reading.propose()
    on_disk: list[int] = []

    def look(*_payload: object) -> None:
        on_disk.append(reading.database.execute("SELECT count(*) FROM ledger")[0][0])

    for event in ("recorded", "findings_changed", "history_changed"):
        getattr(reading.events, event).connect(look)
    reading.desk.confirm(first)
    assert on_disk == [1, 1, 1]


def test_deciding_again_adds_a_row_and_the_last_one_counts(reading: Reading) -> None:
    first, *_ = reading.propose()
    reading.desk.reject(first, RejectReason.OTHER)
    reading.desk.confirm(first)
    assert reading.findings.reviewed(first).reason is None
    assert reading.findings.status_of(first) is ReviewStatus.CONFIRMED
    reading.desk.reject(first)
    assert reading.findings.reviewed(first).reason is None
    decisions = [r.decision for r in reading.findings.records]
    assert decisions == [ReviewDecision.REJECT, ReviewDecision.CONFIRM, ReviewDecision.REJECT]


def test_a_reason_needs_a_rejection_and_may_be_changed(reading: Reading) -> None:
    first, second, _ = reading.propose()
    for wrong in (first, second):
        if wrong == second:
            reading.desk.confirm(second)
        with pytest.raises(NotAllowedError, match="rejected"):
            reading.desk.give_reason(wrong, RejectReason.VESSEL)
    reading.desk.reject(first)
    reading.desk.give_reason(first, RejectReason.VESSEL)
    reading.desk.give_reason(first, RejectReason.ARTIFACT)
    assert reading.findings.reviewed(first).reason is RejectReason.ARTIFACT


def test_a_missed_nodule_is_grown_measured_and_selected(reading: Reading) -> None:
    reading.propose()
    beside = (MISSED[0] + 1.5, MISSED[1] - 1.0, MISSED[2] + 1.0)
    added = reading.desk.add(SERIES, beside)

    assert (added.name, added.code, added.provenance.reviewer.name) == (
        "Lung nodule", LUNG_NODULE, "Lin",
    )  # fmt: skip
    assert np.linalg.norm(np.subtract(added.center_lps_mm, MISSED)) < 1.0
    assert added.long_axis_mm == pytest.approx(8.0, abs=1.2)
    assert added.short_axis_mm == pytest.approx(8.0, abs=1.2)
    assert added.volume_mm3 == pytest.approx(268, rel=0.35)
    assert added.mean_value is not None
    assert added.mean_value > -300
    assert added.score is None
    assert reading.findings.selected == added.finding_id
    assert reading.findings.status_of(added.finding_id) is ReviewStatus.ADDED
    assert added.label == 6
    segment = reading.segmentation.segment(6)
    assert (segment.finding_id, segment.code) == (added.finding_id, LUNG_NODULE)
    assert (reading.labels == 6).sum() * 2 == pytest.approx(added.volume_mm3)
    assert added.segmentation_id == reading.segmentation.id


def test_adding_before_any_model_ran_makes_a_segmentation(reading: Reading) -> None:
    added = reading.desk.add(SERIES, MISSED)
    assert added.label == 1
    assert (reading.labels == 1).any()
    assert reading.heard.names.count("segmentation_changed") == 1


def test_an_added_finding_is_an_added_one_until_it_is_rejected(reading: Reading) -> None:
    added = reading.desk.add(SERIES, MISSED).finding_id
    reading.desk.confirm(added)
    assert reading.findings.status_of(added) is ReviewStatus.ADDED
    reading.desk.reject(added, RejectReason.DUPLICATE)
    assert reading.findings.status_of(added) is ReviewStatus.REJECTED


def test_what_is_not_in_lung_or_not_ct_is_a_lesion(reading: Reading) -> None:
    soft = small_volume().voxels.copy()
    soft[soft < -500] = 90
    for values, unit in ((soft, IntensityUnit.HU), (soft, IntensityUnit.ARBITRARY)):
        volume = Volume(SERIES, values, reading.study.series[0].geometry, unit)
        reading.studies.add_volume(SERIES, volume)
        added = reading.desk.add(SERIES, MISSED if unit is IntensityUnit.HU else PLACES[0])
        assert (added.name, added.code) == ("Lesion", LESION)


def test_a_click_into_a_finding_or_outside_is_refused(reading: Reading) -> None:
    reading.propose()
    before = reading.state()
    with pytest.raises(NotAllowedError, match="already"):
        reading.desk.add(SERIES, PLACES[1])
    with pytest.raises(NotAllowedError, match="no image"):
        reading.desk.add(SERIES, (500.0, 0.0, 0.0))
    with pytest.raises(NotAllowedError, match="no image"):
        reading.desk.add("another", MISSED)
    assert reading.state() == before


def test_nothing_is_added_to_a_series_that_is_still_being_read(reading: Reading) -> None:
    reading.studies.add_volume(SERIES, small_volume(), is_whole=False)
    with pytest.raises(NotAllowedError, match="still being read"):
        reading.desk.add(SERIES, MISSED)
    reading.studies.add_volume(SERIES, small_volume())
    reading.desk.add(SERIES, MISSED)


def test_a_click_between_the_voxels_of_others_keeps_its_own_voxel(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.propose()
    box = tuple((n, n + 1) for n in GEOMETRY.nearest_voxel(PLACES[0]))
    monkeypatch.setattr(
        missed_finding, "grow_from_point", lambda *_: (box, np.ones((1, 1, 1), dtype=bool))
    )
    added = reading.desk.add(SERIES, MISSED)
    assert np.argwhere(reading.labels == added.label).tolist() == [
        list(GEOMETRY.nearest_voxel(MISSED))
    ]


def test_an_added_finding_never_takes_voxels_of_another(reading: Reading) -> None:
    reading.propose(radius_mm=2.0)
    first = reading.labels.copy()
    edge = (PLACES[0][0] + 3.2, PLACES[0][1], PLACES[0][2])
    reading.desk.add(SERIES, edge)
    assert np.array_equal(reading.labels[first > 2], first[first > 2])


def test_nothing_is_measured_in_a_series_that_cannot_be(open_reading) -> None:
    reading = open_reading(study=small_study(measurable=False))
    added = reading.desk.add(SERIES, MISSED)
    assert (added.long_axis_mm, added.short_axis_mm, added.volume_mm3) == (None, None, None)
    assert added.mean_value is not None


def test_signing_waits_for_every_finding_and_then_closes_the_reading(reading: Reading) -> None:
    first, second, third = reading.propose()
    reading.desk.confirm(first)
    with pytest.raises(NotAllowedError, match="2 AI findings wait"):
        reading.desk.sign()
    reading.desk.confirm(second)
    reading.desk.reject(third)
    assert reading.desk.sign().kind is RecordKind.SIGN
    assert reading.findings.is_signed
    for act in (
        lambda: reading.desk.confirm(first),
        lambda: reading.desk.reject(first),
        lambda: reading.desk.give_reason(third, RejectReason.SCAR),
        lambda: reading.desk.add(SERIES, MISSED),
        lambda: reading.editor.begin(first),
        lambda: reading.propose("run-2"),
        lambda: reading.desk.sign(),
    ):
        with pytest.raises(NotAllowedError, match="signed"):
            act()
    reading.history.undo()
    reading.desk.reject(first)


def test_a_finding_that_is_not_there_is_refused(reading: Reading) -> None:
    with pytest.raises(NotAllowedError, match="no longer there"):
        reading.desk.confirm("nobody")
    reading.studies.close_study()
    with pytest.raises(NotAllowedError, match="No study"):
        reading.desk.confirm("nobody")


def test_nothing_is_decided_before_earlier_decisions_are_read_back(reading: Reading) -> None:
    first, *_ = reading.propose()
    reading.room.forget_study()
    for act in (lambda: reading.desk.confirm(first), lambda: reading.propose("run-2")):
        with pytest.raises(NotAllowedError, match="read back"):
            act()
    reading.room.restore(*reading.room.saved(reading.study))
    reading.desk.confirm(first)


@pytest.mark.parametrize("act", ["confirm", "reject", "reason", "add", "sign", "undo"])
def test_what_cannot_be_saved_does_not_happen(reading: Reading, act: str) -> None:
    first, second, third = reading.propose()
    reading.desk.reject(first)
    if act == "sign":
        reading.desk.confirm(second)
        reading.desk.confirm(third)
    before, heard = reading.state(), len(reading.heard.names)
    reading.database.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON ledger "
                             "BEGIN SELECT RAISE(FAIL, 'no'); END")  # fmt: skip
    acts = {
        "confirm": lambda: reading.desk.confirm(second),
        "reject": lambda: reading.desk.reject(second),
        "reason": lambda: reading.desk.give_reason(first, RejectReason.SCAR),
        "add": lambda: reading.desk.add(SERIES, MISSED),
        "sign": lambda: reading.desk.sign(),
        "undo": lambda: reading.history.undo(),
    }
    with pytest.raises(StorageError, match="Not saved"):
        acts[act]()
    assert reading.state() == before
    assert len(reading.heard.names) == heard
    reading.database.execute("DROP TRIGGER full")
    acts[act]()
    assert reading.state() != before


@pytest.fixture
def queue(reading: Reading) -> Iterator[tuple[JobQueue, PumpedLoop]]:
    main = PumpedLoop()
    jobs = JobQueue(reading.events, main.deliver)
    yield jobs, main
    jobs.close()


def test_what_was_missed_may_be_measured_on_a_worker(reading: Reading, queue) -> None:
    jobs, main = queue
    job = reading.desk.add_soon(SERIES, MISSED, jobs)
    assert reading.findings.findings == ()
    assert main.run_until(lambda: jobs.jobs[job.id].is_over, 10)
    (added,) = reading.findings.findings
    reading.history.undo()
    again = reading.desk.add(SERIES, MISSED)
    sizes = ("center_lps_mm", "long_axis_mm", "short_axis_mm", "volume_mm3", "mean_value", "name")
    assert [getattr(added, size) for size in sizes] == [getattr(again, size) for size in sizes]


def test_it_is_measured_again_when_segments_changed_meanwhile(reading: Reading, queue) -> None:
    jobs, main = queue
    first = reading.desk.add_soon(SERIES, MISSED, jobs)
    assert jobs.wait_idle(10)
    reading.propose()
    assert main.run_until(lambda: jobs.jobs[first.id].is_over, 10)
    proposed = len(reading.findings.findings)
    assert len(jobs.jobs) == 2
    assert main.run_until(lambda: all(job.is_over for job in jobs.jobs.values()), 10)
    assert len(reading.findings.findings) == proposed + 1


def test_it_is_dropped_when_its_volume_has_gone_meanwhile(reading: Reading, queue) -> None:
    jobs, main = queue
    job = reading.desk.add_soon(SERIES, MISSED, jobs)
    assert jobs.wait_idle(10)
    reading.studies.add_volume(SERIES, small_volume())
    assert main.run_until(lambda: jobs.jobs[job.id].is_over, 10)
    assert reading.findings.findings == ()


def test_a_point_in_a_finding_fails_the_job_in_words(reading: Reading, queue) -> None:
    jobs, main = queue
    reading.propose()
    job = reading.desk.add_soon(SERIES, PLACES[1], jobs)
    assert main.run_until(lambda: jobs.jobs[job.id].is_over, 10)
    error = jobs.jobs[job.id].error
    assert isinstance(error, NotAllowedError)
    assert "a finding here already" in str(error)
