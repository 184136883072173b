"""Revisions, segments, snapshots and heatmaps come back; revisions cannot be changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.errors import StorageError
from reader.core.heatmap import HeatmapKind
from reader.core.label_change import LabelChange
from reader.core.measurement import MeasurementKind
from reader.core.provenance import Provenance, Reviewer
from reader.core.review import RecordKind, ReviewDecision, ReviewRecord
from reader.core.segmentation import Segmentation
from reader.storage.database import Database
from reader.storage.packing import pack_labels, pack_scores
from reader.storage.result_store import ModelRun, ResultStore, SavedResults
from reader.storage.review_ledger import ReviewLedger
from reader.storage.stroke_journal import StrokeJournal
from tests.support.drawings import KINDS, drawn_finding, drawn_on
from tests.support.readings import GEOMETRY, SERIES, START, small_result, small_study


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "readings.sqlite")) as opened:
        yield opened


@pytest.fixture
def journal(database: Database) -> StrokeJournal:
    return StrokeJournal(database)


@pytest.fixture
def store(database: Database, journal: StrokeJournal) -> ResultStore:
    return ResultStore(database, journal)


@pytest.fixture
def segmentation(store: ResultStore) -> Segmentation:
    result = small_result()
    made = Segmentation("seg", SERIES, result.labels, GEOMETRY, result.segments)
    store.add_segmentation("study", made)
    for segment in result.segments:
        store.add_segment("seg", segment)
    return made


def change_at(k: int, before: int, after: int) -> LabelChange:
    old = np.full((1, 1, 2), before, dtype=np.uint16)
    new = np.full((1, 1, 2), after, dtype=np.uint16)
    change = LabelChange.between(((k, k + 1), (0, 1), (4, 6)), old, new)
    assert change is not None
    return change


def append_row(database: Database, record_id: str, finding_id: str = "f") -> None:
    ReviewLedger(database).append(
        ReviewRecord(
            record_id, "study", RecordKind.DECISION, Reviewer("Lin"), START, finding_id,
            decision=ReviewDecision.EDIT,
        )
    )  # fmt: skip


def test_nothing_is_known_of_an_unknown_study(store: ResultStore) -> None:
    assert store.load("study") == SavedResults()
    assert store.next_label("seg") == 1
    with pytest.raises(KeyError):
        store.segment("seg", 1)


def test_every_field_of_a_finding_comes_back(store: ResultStore) -> None:
    finding = small_result().findings[0]
    mine = replace(
        finding,
        revision_id="later",
        parent_revision_id=finding.revision_id,
        name="结节",
        provenance=Provenance(START, reviewer=Reviewer("林", "一院")),
        center_lps_mm=(0.1 + 0.2, -57.400000000000006, 1e-17),
        mean_value=None,
        score=None,
        label=None,
        site=None,
    )
    store.add_revision("study", finding)
    store.add_revision("study", mine)
    store.add_revision("other", replace(finding, revision_id="elsewhere"))
    assert store.load("study").revisions == (finding, mine)


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_comes_back_to_the_last_digit(store: ResultStore, kind: MeasurementKind) -> None:
    (series,) = small_study().series
    drawn = replace(
        drawn_on(series, kind, is_oblique=True, text="看这里 ↑"), index=3, source_label=7
    )
    finding = drawn_finding(series, 1, drawn).finding
    store.add_revision("study", finding)
    assert store.load("study").revisions == (finding,)


def test_findings_kept_before_there_were_drawings_are_still_read(
    store: ResultStore, database: Database
) -> None:
    finding = small_result().findings[0]
    store.add_revision("study", finding)
    ((text,),) = database.execute("SELECT finding FROM finding_revision")
    older = json.loads(text)
    del older["measurement"]
    database.execute(
        "INSERT INTO finding_revision (revision_id, finding_id, study_uid, finding) "
        "VALUES ('older', 'older', 'older', ?)",
        (json.dumps(older),),
    )
    assert store.load("older").revisions == (finding,)


@pytest.mark.parametrize(
    "tampering", ["UPDATE finding_revision SET finding = '{}'", "DELETE FROM finding_revision"]
)
def test_a_revision_cannot_be_changed(
    store: ResultStore, database: Database, tampering: str
) -> None:
    finding = small_result().findings[0]
    store.add_revision("study", finding)
    with pytest.raises(StorageError):
        database.execute(tampering)
    with pytest.raises(StorageError):
        store.add_revision("study", finding)
    assert store.load("study").revisions == (finding,)


def test_voxels_are_the_newest_snapshot_and_what_came_after(
    store: ResultStore, journal: StrokeJournal, database: Database, segmentation: Segmentation
) -> None:
    assert not store.load("study").segmentations[0].labels.any()
    append_row(database, "a")
    journal.append("a", "seg", change_at(0, 0, 9))
    store.add_snapshot("seg", pack_labels(segmentation.labels))
    (again,) = store.load("study").segmentations
    assert np.array_equal(again.labels, segmentation.labels)
    append_row(database, "b", "g")
    journal.append("b", "seg", change_at(1, 0, 9))
    (again,) = store.load("study").segmentations
    assert again.labels[1, 0, 4:6].tolist() == [9, 9]
    assert again.labels[0, 0, 4:6].tolist() == segmentation.labels[0, 0, 4:6].tolist()
    assert (again.id, again.series_key, again.geometry) == ("seg", SERIES, GEOMETRY)
    assert again.segments == segmentation.segments
    assert again.geometry.frame_of_reference_uid == "1.9"
    store.add_snapshot("seg", pack_labels(np.full_like(segmentation.labels, 7)))
    assert (store.load("study").segmentations[0].labels == 7).all()


def test_changes_are_found_by_row_and_by_finding(
    journal: StrokeJournal, database: Database, segmentation: Segmentation
) -> None:
    for record_id, finding_id, k in (("a", "f", 0), ("b", "g", 1), ("c", "f", 2)):
        append_row(database, record_id, finding_id)
        journal.append(record_id, "seg", change_at(k, 0, 9))
    assert journal.change_of("b").box[0] == (1, 2)
    assert journal.change_of("nobody") is None
    assert [c.box[0][0] for c in journal.changes_about("seg", "f")] == [0, 2]
    assert [c.box[0][0] for c in journal.changes_after("seg", 1)] == [1, 2]
    assert journal.last_sequence("seg") == 3
    assert journal.last_sequence("other") == 0
    with pytest.raises(StorageError):
        journal.append("no such row", "seg", change_at(0, 0, 9))


def test_a_label_means_one_thing(store: ResultStore, segmentation: Segmentation) -> None:
    assert store.next_label("seg") == 6
    assert store.segment("seg", 3) == segmentation.segment(3)
    with pytest.raises(StorageError):
        store.add_segment("seg", segmentation.segment(3))


def test_runs_and_the_newest_heatmap_come_back(store: ResultStore) -> None:
    result = small_result()
    runs = [
        ModelRun(f"run-{n}", SERIES, result.identity, "cpu", {"network": 1.5}, START, ("note",))
        for n in range(2)
    ]
    for n, run in enumerate(runs):
        assert not store.has_run(run.run_id)
        store.add_run("study", run)
        assert store.has_run(run.run_id)
        scores = np.full(GEOMETRY.shape_kji, n, dtype=np.float16)
        store.set_heatmaps("study", run, GEOMETRY, {HeatmapKind.UNCERTAINTY: pack_scores(scores)})
    saved = store.load("study")
    assert saved.runs == tuple(runs)
    heatmap = dict(saved.heatmaps)[SERIES]
    assert heatmap.kind is HeatmapKind.UNCERTAINTY
    assert (heatmap.scores == 1).all()
    with pytest.raises(StorageError):
        store.add_run("study", runs[0])


def test_a_series_read_before_with_other_images_is_said_to_be(
    store: ResultStore, segmentation: Segmentation
) -> None:
    with pytest.raises(StorageError, match="other images"):
        store.add_segmentation("study", replace(segmentation, id="another"))
    assert [kept.id for kept in store.load("study").segmentations] == ["seg"]


def test_a_series_keeps_a_map_of_each_kind_until_the_next_run(store: ResultStore) -> None:
    run = ModelRun("run", SERIES, small_result().identity, "cpu", {}, START)
    packed = pack_scores(np.ones(GEOMETRY.shape_kji, np.float16))
    store.add_run("study", run)
    both = {HeatmapKind.PROBABILITY: packed, HeatmapKind.UNCERTAINTY: packed}
    store.set_heatmaps("study", run, GEOMETRY, both)
    kinds = [heat.kind for key, heat in store.load("study").heatmaps if key == SERIES]
    assert set(kinds) == set(both)
    store.set_heatmaps("study", run, GEOMETRY, {HeatmapKind.PROBABILITY: packed})
    assert [heat.kind for _key, heat in store.load("study").heatmaps] == [HeatmapKind.PROBABILITY]
