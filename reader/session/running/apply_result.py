"""The one door for model results: all or nothing, once, on disk before it is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reader.core.errors import GeometryMismatchError, InferenceError, NotAllowedError
from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.model import InferenceResult
from reader.core.segmentation import Segmentation
from reader.core.text import say
from reader.imaging.components import label_boxes
from reader.session.events import SessionEvents
from reader.session.reviewing.act_recorder import ActRecorder
from reader.session.reviewing.edits import set_labels, set_segments
from reader.session.reviewing.finding_list import FindingList
from reader.session.reviewing.merge_labels import Merge, merge_labels
from reader.session.study_store import StudyStore
from reader.storage.database import Database
from reader.storage.packing import pack_labels, pack_scores
from reader.storage.result_store import ModelRun, ResultStore


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """A result beside what is segmented on its series, as of one revision of that."""

    segmentation: Segmentation
    revision: int
    known: tuple[Finding, ...]
    merge: Merge
    packed_labels: bytes


@dataclass(frozen=True, slots=True, eq=False)
class PreparedResult:
    """A result that fits, with what takes long done."""

    result: InferenceResult
    packed_scores: Mapping[HeatmapKind, bytes]
    joined: Joined


def prepare_result(
    result: InferenceResult,
    segmentation: Segmentation,
    known: tuple[Finding, ...],
    first_label: int,
) -> PreparedResult:
    """Do what `apply_result` needs and takes long: for the worker. Changes nothing.

    `segmentation` is what is segmented on the series, or an empty one, `known` are the
    study's findings, and labels from `first_label` on are free. The reader may go on
    editing meanwhile: `apply_result` sees that by the revision and joins the two again.

    Raises: GeometryMismatchError, InferenceError: the result does not fit the series, or
        itself.
    """
    _require_grid(result, segmentation.geometry)
    _require_consistent(result)
    return PreparedResult(
        result=result,
        packed_scores={one.kind: pack_scores(one.scores) for one in heatmaps_of(result)},
        joined=_join(result, segmentation, known, first_label),
    )


def heatmaps_of(result: InferenceResult) -> tuple[Heatmap, ...]:
    """The scores a result brings, at most one of each kind."""
    return tuple(one for one in (result.heatmap, result.uncertainty) if one is not None)


def _join(
    result: InferenceResult,
    segmentation: Segmentation,
    known: tuple[Finding, ...],
    first_label: int,
) -> Joined:
    revision = segmentation.revision  # read first: an edit during the copy must show
    merge = merge_labels(segmentation, result, known, first_label)
    return Joined(segmentation, revision, known, merge, pack_labels(merge.labels))


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
        GeometryMismatchError, InferenceError: it does not fit the series as it is now, or
            its findings have the names of others.
        StorageError: it could not be saved. In all cases nothing changed.
    """
    result = prepared.result
    study_uid = to.recorder.require_restored()
    series = to.studies.study.series if to.studies.study else ()
    if all(s.key != result.series_key for s in series):
        raise study_not_open()
    if to.results.has_run(result.run_id):
        return False
    if to.findings.is_signed:
        raise NotAllowedError(
            say("This reading is signed, so the AI's result was not added."),
            say("Take the signature back with undo, then run the AI again."),
        )
    _require_grid(result, to.studies.series(result.series_key).geometry)
    if any(to.findings.finding(f.finding_id) is not None for f in result.findings):
        raise _contradiction()
    joined = _still_joined(prepared, to)
    is_first = to.studies.segmentation(result.series_key) is None
    findings = tuple(
        replace(f, segmentation_id=joined.segmentation.id) for f in joined.merge.findings
    )
    _save(study_uid, prepared, joined, findings, is_first, to)
    _show(result, joined, findings, to)
    return True


def _still_joined(prepared: PreparedResult, to: ResultDestination) -> Joined:
    """What the worker made, unless the reader has edited since: then it is made anew.

    That takes tenths of a second on a chest CT, on the main thread, and is rare.
    """
    joined, known = prepared.joined, to.findings.findings
    present = to.studies.segmentation(prepared.result.series_key)
    target = present if present is not None else joined.segmentation
    is_same = target is joined.segmentation and target.revision == joined.revision
    if is_same and known == joined.known:
        return joined
    return _join(prepared.result, target, known, to.results.next_label(target.id))


def _save(
    study_uid: str,
    prepared: PreparedResult,
    joined: Joined,
    findings: tuple[Finding, ...],
    is_first: bool,
    to: ResultDestination,
) -> None:
    """Everything in one transaction."""
    result, segmentation = prepared.result, joined.segmentation
    run = ModelRun(
        run_id=result.run_id,
        series_key=result.series_key,
        identity=result.identity,
        device=result.device,
        seconds=dict(result.seconds),
        applied_at=to.recorder.now(),
        notes=tuple(str(note) for note in result.notes),
        cautions=result.cautions,
        asked_by=to.recorder.reviewer().name if result.cautions else "",
    )
    with to.database.transaction():
        to.results.add_run(study_uid, run)
        if is_first:
            to.results.add_segmentation(study_uid, segmentation)
        for segment in joined.merge.new_segments:
            to.results.add_segment(segmentation.id, segment)
        to.results.add_snapshot(segmentation.id, joined.packed_labels)
        for finding in findings:
            to.results.add_revision(study_uid, finding)
        to.results.set_heatmaps(study_uid, run, segmentation.geometry, prepared.packed_scores)


def _show(
    result: InferenceResult,
    joined: Joined,
    findings: tuple[Finding, ...],
    to: ResultDestination,
) -> None:
    segmentation = joined.segmentation
    set_labels(segmentation, joined.merge.labels)
    set_segments(segmentation, (*segmentation.segments, *joined.merge.new_segments))
    if to.studies.segmentation(result.series_key) is not segmentation:
        to.studies.set_segmentation(result.series_key, segmentation)
    to.studies.drop_heatmaps(result.series_key)
    for heatmap in heatmaps_of(result):
        to.studies.set_heatmap(result.series_key, heatmap)
    to.findings.take(findings)
    to.events.segmentation_changed.emit(result.series_key, None)
    to.events.overlay_changed.emit()


def _require_grid(result: InferenceResult, geometry: VolumeGeometry) -> None:
    """Refuse a result that does not lie on a grid."""
    fits = all(geometry.same_grid(one.geometry) for one in heatmaps_of(result))
    if result.labels.shape != geometry.shape_kji or not fits:
        raise GeometryMismatchError(
            say("The AI's result does not lie on the images it was made from."),
            say("It was not used. Run the AI again."),
        )


def _require_consistent(result: InferenceResult) -> None:
    """Refuse a result whose labels, segments and findings are not about one another."""
    meaning = {s.label: s.finding_id for s in result.segments}
    ids = [f.finding_id for f in result.findings]
    if not (
        len(meaning) == len(result.segments)
        and set(label_boxes(result.labels)) <= set(meaning)
        and len(set(ids)) == len(ids)
        and {finding_id for finding_id in meaning.values() if finding_id} <= set(ids)
        and all(_is_own(finding, result, meaning) for finding in result.findings)
    ):
        raise _contradiction()


def study_not_open() -> NotAllowedError:
    """The refusal of a result whose images are gone."""
    return NotAllowedError(
        say("The study that the AI was run on is no longer open."),
        say("Open it and run the AI again."),
    )


def _contradiction() -> InferenceError:
    return InferenceError(
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
