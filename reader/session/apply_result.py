"""The one door for model results: all or nothing, once, on disk before it is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import GeometryMismatchError, InferenceError, NotAllowedError
from reader.core.finding import Finding
from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.model import InferenceResult
from reader.core.segmentation import Segment, Segmentation
from reader.core.text import say
from reader.imaging.components import label_boxes
from reader.session.act_recorder import ActRecorder
from reader.session.edits import set_labels, set_segments
from reader.session.events import SessionEvents
from reader.session.finding_list import FindingList
from reader.session.merge_labels import merge_labels
from reader.session.study_store import StudyStore
from reader.storage.database import Database
from reader.storage.packing import pack_labels, pack_scores
from reader.storage.result_store import ModelRun, ResultStore


@dataclass(frozen=True, slots=True, eq=False)
class PreparedResult:
    """A result with what takes long done: which labels occur, and its arrays as bytes."""

    result: InferenceResult
    labels: NDArray[np.uint16]
    """A copy for the reader to edit; the result stays as the model made it."""
    boxes: Mapping[int, IndexBox]
    packed_labels: bytes
    packed_scores: bytes | None


def prepare_result(result: InferenceResult) -> PreparedResult:
    """Do what `apply_result` needs and takes long. Pure: call it on the worker."""
    return PreparedResult(
        result=result,
        labels=np.array(result.labels, dtype=np.uint16),
        boxes=label_boxes(result.labels),
        packed_labels=pack_labels(result.labels),
        packed_scores=pack_scores(result.heatmap.scores) if result.heatmap else None,
    )


@dataclass(frozen=True, slots=True, eq=False)
class ResultDestination:
    """What a result is applied to."""

    database: Database
    results: ResultStore
    findings: FindingList
    studies: StudyStore
    events: SessionEvents
    recorder: ActRecorder


def apply_result(prepared: PreparedResult, to: ResultDestination) -> bool:
    """Make a result's proposals part of the open study; on disk when this returns.

    A run is applied once: the second time nothing happens. Findings that are known
    already, decided or not, are not proposed again, and their voxels stay as they are.

    Returns: whether anything was new.

    Raises:
        NotAllowedError: its study is no longer open, or signed.
        GeometryMismatchError, InferenceError: the result does not fit the series or
            itself. StorageError: it could not be saved. In all cases nothing changed.
    """
    result = prepared.result
    study_uid = to.recorder.require_restored()
    series = to.studies.study.series if to.studies.study else ()
    if all(s.key != result.series_key for s in series):
        raise NotAllowedError(
            say("The study that the AI was run on is no longer open."),
            say("Open it and run the AI again."),
        )
    if to.results.has_run(result.run_id):
        return False
    if to.findings.is_signed:
        raise NotAllowedError(
            say("This reading is signed, so the AI's result was not added."),
            say("Take the signature back with undo, then run the AI again."),
        )
    geometry = to.studies.series(result.series_key).geometry
    _check(prepared, geometry, to.findings)
    existing = to.studies.segmentation(result.series_key)
    merged = _first(prepared, geometry, to) if existing is None else _added(prepared, existing, to)
    _save(study_uid, prepared, merged, existing is None, geometry, to)
    _show(result, merged, existing is None, to)
    return True


@dataclass(frozen=True, slots=True, eq=False)
class _Merged:
    """What a series' segmentation is to become."""

    segmentation: Segmentation
    labels: NDArray[np.uint16]
    packed_labels: bytes
    new_segments: tuple[Segment, ...]
    findings: tuple[Finding, ...]


def _first(prepared: PreparedResult, geometry: VolumeGeometry, to: ResultDestination) -> _Merged:
    """The result as it is, where nothing was segmented before."""
    result = prepared.result
    segmentation = Segmentation(
        to.recorder.new_id(), result.series_key, prepared.labels, geometry, result.segments
    )
    return _Merged(
        segmentation,
        prepared.labels,
        prepared.packed_labels,
        result.segments,
        tuple(replace(f, segmentation_id=segmentation.id) for f in result.findings),
    )


def _added(prepared: PreparedResult, existing: Segmentation, to: ResultDestination) -> _Merged:
    """The result beside what is there. Takes tenths of a second on a chest CT."""
    merge = merge_labels(
        existing, prepared.result, to.findings.findings, to.results.next_label(existing.id)
    )
    findings = tuple(replace(f, segmentation_id=existing.id) for f in merge.findings)
    packed = pack_labels(merge.labels)
    return _Merged(existing, merge.labels, packed, merge.new_segments, findings)


def _save(
    study_uid: str,
    prepared: PreparedResult,
    merged: _Merged,
    is_first: bool,
    geometry: VolumeGeometry,
    to: ResultDestination,
) -> None:
    """Everything in one transaction."""
    result = prepared.result
    run = ModelRun(
        run_id=result.run_id,
        series_key=result.series_key,
        identity=result.identity,
        device=result.device,
        seconds=dict(result.seconds),
        applied_at=to.recorder.now(),
        notes=tuple(str(note) for note in result.notes),
    )
    with to.database.transaction():
        to.results.add_run(study_uid, run)
        if is_first:
            to.results.add_segmentation(study_uid, merged.segmentation)
        for segment in merged.new_segments:
            to.results.add_segment(merged.segmentation.id, segment)
        to.results.add_snapshot(merged.segmentation.id, merged.packed_labels)
        for finding in merged.findings:
            to.results.add_revision(study_uid, finding)
        if result.heatmap is not None and prepared.packed_scores is not None:
            to.results.set_heatmap(
                study_uid, run, result.heatmap.kind, geometry, prepared.packed_scores
            )


def _show(result: InferenceResult, merged: _Merged, is_first: bool, to: ResultDestination) -> None:
    segmentation = merged.segmentation
    if is_first:
        to.studies.set_segmentation(result.series_key, segmentation)
    else:
        set_labels(segmentation, merged.labels)
        set_segments(segmentation, (*segmentation.segments, *merged.new_segments))
    if result.heatmap is not None:
        to.studies.set_heatmap(result.series_key, result.heatmap)
    to.findings.take(merged.findings)
    to.events.segmentation_changed.emit(result.series_key, None)
    to.events.overlay_changed.emit()


def _check(prepared: PreparedResult, geometry: VolumeGeometry, findings: FindingList) -> None:
    """Refuse what does not fit, before anything is touched."""
    result = prepared.result
    grids = [result.heatmap.geometry] if result.heatmap is not None else []
    on_grid = result.labels.shape == geometry.shape_kji and all(
        geometry.same_grid(grid) for grid in grids
    )
    if not on_grid:
        raise GeometryMismatchError(
            say("The AI's result does not lie on the images it was made from."),
            say("It was not used. Run the AI again."),
        )
    meaning = {s.label: s.finding_id for s in result.segments}
    ids = [f.finding_id for f in result.findings]
    consistent = (
        len(meaning) == len(result.segments)
        and set(prepared.boxes) <= set(meaning)
        and len(set(ids)) == len(ids)
        and {finding_id for finding_id in meaning.values() if finding_id} <= set(ids)
        and all(_is_own(finding, result, meaning) for finding in result.findings)
        and all(findings.finding(finding_id) is None for finding_id in ids)
    )
    if not consistent:
        raise InferenceError(
            say("The AI's result contradicts itself and was not used."),
            say("Run it again. If that does not help, tell whoever made the model."),
        )


def _is_own(finding: Finding, result: InferenceResult, meaning: Mapping[int, str | None]) -> bool:
    """Whether a finding is this run's, and its label means it."""
    return (
        finding.provenance.is_ai
        and finding.provenance.run_id == result.run_id
        and finding.series_key == result.series_key
        and finding.parent_revision_id is None
        and (finding.label is None or meaning.get(finding.label) == finding.finding_id)
    )
