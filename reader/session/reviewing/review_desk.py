"""The only road to a decision. Each is on disk, whole, before its method returns."""

from __future__ import annotations

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.geometry import Point
from reader.core.provenance import Provenance
from reader.core.review import (
    RecordKind,
    RejectReason,
    ReviewDecision,
    ReviewRecord,
    active_records,
)
from reader.core.segmentation import Segmentation
from reader.core.text import say
from reader.core.volume import Volume
from reader.session.jobs import Job, JobKind, JobQueue
from reader.session.reviewing.act_recorder import ActRecorder, VoxelEdit
from reader.session.reviewing.edits import (
    empty_segmentation,
    painted,
    require_volume,
    segment_for,
)
from reader.session.reviewing.finding_list import FindingList
from reader.session.reviewing.missed_finding import MissedFinding, measure_missed, tracking_uid_of
from reader.session.study_store import StudyStore
from reader.storage.result_store import ResultStore


class ReviewDesk:
    """Confirm, reject, give a reason, add, sign. Editing is `SegmentEditor`'s."""

    def __init__(
        self,
        recorder: ActRecorder,
        findings: FindingList,
        studies: StudyStore,
        results: ResultStore,
    ) -> None:
        self._recorder = recorder
        self._findings = findings
        self._studies = studies
        self._results = results

    def confirm(self, finding_id: str) -> ReviewRecord:
        """Say that a finding is one. May follow any other decision.

        Raises:
            NotAllowedError: the reading is signed, or there is no such finding.
            StorageError: not decided.
        """
        return self._decide(finding_id, ReviewDecision.CONFIRM)

    def reject(self, finding_id: str, reason: RejectReason | None = None) -> ReviewRecord:
        """Say that a finding is none; the reason may follow later. Raises: as `confirm`."""
        return self._decide(finding_id, ReviewDecision.REJECT, reason)

    def give_reason(self, finding_id: str, reason: RejectReason) -> ReviewRecord:
        """Say why a finding was rejected, or another reason than before.

        Raises: as `confirm`; NotAllowedError also when the last word on it is no rejection.
        """
        self._recorder.require_open()
        finding = self._recorder.finding(finding_id)
        rejection = self._last_decision(finding_id)
        if rejection is None or rejection.decision is not ReviewDecision.REJECT:
            raise NotAllowedError(
                say("Only a rejected finding has a reason."), say("Reject it first.")
            )
        row = self._recorder.row(
            RecordKind.REASON, finding, reason=reason, refers_to=rejection.record_id
        )
        self._recorder.record(row)
        return row

    def add(self, series_key: str, lps: Point) -> Finding:
        """Add a finding that was missed: its extent is grown and measured from the image.

        Growing takes tenths of a second, seconds at worst; `add_soon` leaves it to a worker.

        Raises:
            NotAllowedError: signed; the series is not in memory, or not all of it; the point
                lies outside it or in a finding already there.
            StorageError: not added.
        """
        volume = self._addable(series_key, lps)
        segmentation = self._studies.segmentation(series_key)
        return self._add(series_key, measure_missed(volume, segmentation, lps))

    def add_soon(self, series_key: str, lps: Point, jobs: JobQueue) -> Job:
        """Add a finding as `add` does, grown and measured on a worker.

        It is grown again when segments were changed meanwhile, and dropped when another
        study was opened.

        Raises: NotAllowedError: as `add`, but for a point in a finding: the job fails then.
        """
        volume = self._addable(series_key, lps)
        segmentation = self._studies.segmentation(series_key)
        revision = _revision(segmentation)

        def keep(missed: MissedFinding) -> None:
            if self._studies.volume(series_key) is not volume:
                return
            current = self._studies.segmentation(series_key)
            if current is segmentation and _revision(current) == revision:
                self._add(series_key, missed)
            else:
                self.add_soon(series_key, lps, jobs)

        return jobs.submit(
            JobKind.MEASURE,
            say("Measuring what was missed"),
            lambda _report, _cancel: measure_missed(volume, segmentation, lps),
            keep,
        )

    def _addable(self, series_key: str, lps: Point) -> Volume:
        """The volume in which a finding can be added here. Raises: NotAllowedError."""
        self._recorder.require_open()
        self._recorder.require_own(series_key)
        volume = self._studies.volume(series_key)
        if volume is None or not volume.geometry.contains(lps):
            raise NotAllowedError(
                say("There is no image at this point."), say("Click inside the image.")
            )
        require_volume(self._studies.series(series_key), volume.is_color)
        self._require_nothing_hidden(series_key, volume, lps)
        if not self._studies.is_whole(series_key):
            raise NotAllowedError(
                say("This series is still being read, so nothing can be measured in it yet."),
                say("Add the finding again when all slices are there."),
            )
        return volume

    def _require_nothing_hidden(self, series_key: str, volume: Volume, lps: Point) -> None:
        """Raises: NotAllowedError: a model reported the place, and the threshold hides it."""
        segmentation = self._studies.segmentation(series_key)
        if segmentation is None:
            return
        label = int(segmentation.labels[volume.geometry.nearest_voxel(lps)])
        for finding in self._findings.findings:
            is_there = finding.label == label and finding.series_key == series_key
            if label and is_there and not self._findings.is_shown(finding.finding_id):
                raise NotAllowedError(
                    say("The AI reported this place too, and the threshold hides it."),
                    say("Move the threshold down to see it, then confirm it."),
                )

    def _add(self, series_key: str, missed: MissedFinding) -> Finding:
        """Record what was measured. Raises: NotAllowedError: signed. StorageError."""
        self._recorder.require_open()
        segmentation = self._studies.segmentation(series_key) or empty_segmentation(
            self._recorder.new_id(), series_key, missed.geometry
        )
        measurable = self._studies.is_measurable(series_key)
        finding_id, sizes = self._recorder.new_id(), missed.sizes
        finding = Finding(
            finding_id=finding_id,
            revision_id=self._recorder.new_id(),
            tracking_uid=tracking_uid_of(finding_id),
            series_key=series_key,
            name=missed.name,
            code=missed.code,
            center_lps_mm=sizes.center_lps_mm,
            provenance=Provenance(self._recorder.now(), reviewer=self._recorder.reviewer()),
            long_axis_mm=sizes.long_axis_mm if measurable else None,
            short_axis_mm=sizes.short_axis_mm if measurable else None,
            volume_mm3=sizes.volume_mm3 if measurable else None,
            mean_value=sizes.mean_value,
            segmentation_id=segmentation.id,
            label=self._results.next_label(segmentation.id),
        )
        segment = segment_for(finding)
        edit = VoxelEdit(
            segmentation,
            painted(segmentation, *missed.extent, segment.label),
            (*segmentation.segments, segment),
        )
        row = self._recorder.row(RecordKind.DECISION, finding, decision=ReviewDecision.ADD)
        self._recorder.record(row, finding, edit, segment)
        self._findings.select(finding.finding_id)
        return finding

    def sign(self) -> ReviewRecord:
        """Sign the reading. Nothing can be changed until undo takes the signature back.

        Raises:
            NotAllowedError: a finding waits for a decision, or it is signed already.
            StorageError: not signed.
        """
        self._recorder.require_open()
        waiting = self._findings.unreviewed_count
        if waiting:
            by_others = any(f.provenance.imported for f in self._findings.findings)
            raise NotAllowedError(
                say("{count} findings wait for your decision.", count=waiting)
                if by_others
                else say("{count} AI findings wait for your decision.", count=waiting),
                say("Go to the next one; confirm, edit or reject it."),
            )
        row = self._recorder.row(RecordKind.SIGN)
        self._recorder.record(row)
        return row

    def _decide(
        self, finding_id: str, decision: ReviewDecision, reason: RejectReason | None = None
    ) -> ReviewRecord:
        self._recorder.require_open()
        finding = self._recorder.finding(finding_id)
        row = self._recorder.row(RecordKind.DECISION, finding, decision=decision, reason=reason)
        self._recorder.record(row)
        return row

    def _last_decision(self, finding_id: str) -> ReviewRecord | None:
        last = None
        for record in active_records(self._findings.records):
            if record.finding_id == finding_id and record.decision is not None:
                last = record
        return last


def _revision(segmentation: Segmentation | None) -> int:
    return segmentation.revision if segmentation is not None else 0
