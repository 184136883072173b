"""Brush and eraser on one finding: seen while drawn, on disk when the button is released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.geometry import IndexBox, Point
from reader.core.label_change import LabelChange
from reader.core.orientation import Plane, plane_axes
from reader.core.review import RecordKind, ReviewDecision, ReviewRecord, active_records
from reader.core.segmentation import Segment, Segmentation
from reader.core.text import say
from reader.imaging.brush import ball_stencil, disc_stencil
from reader.imaging.components import (
    box_within,
    common_box,
    label_box,
    region_of,
    shifted_box,
    tight_box,
    union_box,
)
from reader.session.events import SessionEvents
from reader.session.reviewing.act_recorder import ActRecorder, VoxelEdit
from reader.session.reviewing.beneath import beneath
from reader.session.reviewing.edits import (
    empty_segmentation,
    finding_labels,
    measured,
    merged,
    painted,
    put_change,
    require_volume,
    segment_for,
)
from reader.session.reviewing.finding_list import FindingList
from reader.session.study_store import StudyStore
from reader.storage.result_store import ResultStore
from reader.storage.stroke_journal import StrokeJournal

SMALLEST_RADIUS_MM: Final = 0.25
LARGEST_RADIUS_MM: Final = 50.0


@dataclass(frozen=True, slots=True)
class BrushTool:
    """What the pointer paints with; `ball` reaches into the neighbouring slices."""

    radius_mm: float = 4.0
    erase: bool = False
    ball: bool = False


@dataclass(slots=True, eq=False)
class _Stroke:
    """What was drawn and is not on disk yet. `dabs` are in the labels already."""

    tool: BrushTool
    plane: Plane
    at: Point
    locked: NDArray[np.bool_]
    under: tuple[IndexBox, NDArray[np.uint16]] | None
    dabs: list[LabelChange] = field(default_factory=list)
    is_down: bool = True


@dataclass(slots=True, eq=False)
class _Editing:
    """One finding being edited. `extent` holds all its voxels and may be too large."""

    finding_id: str
    segmentation: Segmentation
    label: int
    new_segment: Segment | None
    extent: IndexBox | None
    changes: list[LabelChange]
    decisions: list[str] = field(default_factory=list)


class SegmentEditor:
    """Edits one finding at a time. One stroke is one act: press, move, release.

    Other findings' voxels are never touched; structures such as lungs may be painted over
    and come back when erased. The first stroke of an editing session is an EDIT decision,
    the next ones are STROKE rows that refer to it; each makes a new revision of the
    finding, measured from its voxels.
    """

    def __init__(
        self,
        events: SessionEvents,
        studies: StudyStore,
        findings: FindingList,
        recorder: ActRecorder,
        journal: StrokeJournal,
        results: ResultStore,
    ) -> None:
        self._events = events
        self._studies = studies
        self._findings = findings
        self._recorder = recorder
        self._journal = journal
        self._results = results
        self._editing: _Editing | None = None
        self._stroke: _Stroke | None = None
        self.tool = BrushTool()

    @property
    def finding_id(self) -> str | None:
        """The finding being edited."""
        return self._editing.finding_id if self._editing else None

    @property
    def label(self) -> int | None:
        """The label being painted."""
        return self._editing.label if self._editing else None

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._stroke is not None and self._stroke.is_down

    @property
    def has_unsaved(self) -> bool:
        """Whether voxels are shown that are not on disk."""
        return self._stroke is not None and bool(self._stroke.dabs)

    def set_tool(
        self,
        radius_mm: float | None = None,
        erase: bool | None = None,
        ball: bool | None = None,
    ) -> None:
        """Change the brush, from the next stroke on; None leaves as it is."""
        radius = self.tool.radius_mm if radius_mm is None else radius_mm
        self.tool = BrushTool(
            radius_mm=min(LARGEST_RADIUS_MM, max(SMALLEST_RADIUS_MM, radius)),
            erase=self.tool.erase if erase is None else erase,
            ball=self.tool.ball if ball is None else ball,
        )

    # One editing session

    def begin(self, finding_id: str) -> None:
        """Edit a finding; the one before is finished first.

        Raises:
            NotAllowedError: the reading is signed, or there is no such finding, or its
                series is not among what was opened, or is no volume of values.
            StorageError: strokes of the finding before could not be saved.
        """
        self.finish()
        self._recorder.require_open()
        finding = self._recorder.finding(finding_id)
        if finding.measurement is not None:
            raise NotAllowedError(
                say("A measurement has no outline to paint."), say("Drag its points to change it.")
            )
        if not self._studies.has_series(finding.series_key):
            raise NotAllowedError(
                say("The images this was drawn on are not open."),
                say("Open the folder that holds them."),
            )
        series = self._studies.series(finding.series_key)
        require_volume(series, series.is_color)
        segmentation = self._studies.segmentation(finding.series_key)
        if segmentation is None:
            geometry = series.geometry
            segmentation = empty_segmentation(self._recorder.new_id(), finding.series_key, geometry)
        label, new_segment = finding.label, None
        if label is None:
            label = self._results.next_label(segmentation.id)
            new_segment = segment_for(replace(finding, label=label))
        self._editing = _Editing(
            finding_id=finding_id,
            segmentation=segmentation,
            label=label,
            new_segment=new_segment,
            extent=label_box(segmentation.labels, label),
            changes=self._journal.changes_about(segmentation.id, finding_id),
        )

    def finish(self) -> None:
        """Stop editing; what is not on disk yet is saved first.

        Raises: StorageError: it could not be saved; the finding stays in editing.
        """
        if self._stroke is not None and self._editing is not None:
            self.release()
        self._editing = None

    def forget(self) -> None:
        """Stop editing because the study is closed; an unfinished stroke is dropped."""
        self._editing, self._stroke = None, None

    # One stroke

    def press(self, lps: Point, plane: Plane) -> IndexBox | None:
        """Begin a stroke with a first dab. Returns: the box of voxels that changed, if any.

        Raises:
            NotAllowedError: nothing is being edited, or no longer may be.
            StorageError: an earlier stroke could still not be saved; it comes first.
        """
        if self._stroke is not None:
            self.release()
        editing = self._require_editing()
        self._recorder.require_open()
        self._recorder.finding(editing.finding_id)
        under = None
        if self.tool.erase and editing.extent is not None:
            values = beneath(editing.segmentation, editing.label, editing.extent, editing.changes)
            under = editing.extent, values
        locked = finding_labels(editing.segmentation, editing.label)
        self._stroke = _Stroke(self.tool, plane, lps, locked, under)
        return self._dab(editing, self._stroke, lps)

    def move(self, lps: Point) -> IndexBox | None:
        """Draw on to a position. Returns: the box of voxels that changed, if any."""
        if self._stroke is None or not self._stroke.is_down or self._editing is None:
            return None
        return self._dab(self._editing, self._stroke, lps)

    def release(self) -> IndexBox | None:
        """End the stroke: on disk, with its revision and decision, when this returns.

        Returns: the box of all voxels it changed; None if it changed none, which is no act.

        Raises: StorageError: not saved. The voxels stay as drawn, and the next release,
            press or finish tries again.
        """
        if self._stroke is None:
            return None
        self._stroke.is_down = False
        box = self.settle()
        self._stroke = None
        return box

    def settle(self) -> IndexBox | None:
        """Save what the stroke has drawn so far; drawing goes on as another stroke.

        Returns and raises: as `release`.
        """
        if self._stroke is None or self._editing is None:
            return None
        change = merged(self._editing.segmentation, self._stroke.dabs)
        if change is not None:
            self._commit(self._editing, change)
        self._stroke.dabs.clear()
        return change.box if change is not None else None

    def cancel_stroke(self) -> None:
        """Drop the stroke being drawn; its voxels are as before."""
        if self._stroke is None or self._editing is None:
            return
        change = merged(self._editing.segmentation, self._stroke.dabs)
        self._stroke = None
        if change is not None:
            self._show(self._editing.segmentation, change.reverse)

    def stroke(
        self,
        points: Sequence[Point],
        plane: Plane = Plane.AXIAL,
        radius_mm: float | None = None,
        erase: bool | None = None,
        ball: bool | None = None,
    ) -> IndexBox | None:
        """A whole stroke at once, with the tool changed for it only.

        Returns and raises: as `press` and `release`.
        """
        tool = self.tool
        self.set_tool(radius_mm, erase, ball)
        try:
            self.press(points[0], plane)
            for point in points[1:]:
                self.move(point)
            return self.release()
        finally:
            self.tool = tool

    # How

    def _require_editing(self) -> _Editing:
        if self._editing is None:
            raise NotAllowedError(
                say("No finding is being edited."), say("Select one, then edit it.")
            )
        return self._editing

    def _dab(self, editing: _Editing, stroke: _Stroke, lps: Point) -> IndexBox | None:
        """Paint from where the pointer was to where it is."""
        segmentation, geometry = editing.segmentation, editing.segmentation.geometry
        start, stroke.at = stroke.at, lps
        radius = stroke.tool.radius_mm
        if stroke.tool.ball:
            stencil = ball_stencil(geometry, start, lps, radius)
        else:
            axes = plane_axes(geometry, stroke.plane)
            stencil = disc_stencil(geometry, axes, start, lps, radius)
        if stencil is None:
            return None
        box, mask = stencil
        if stroke.tool.erase:
            change = self._erased(editing, stroke, box, mask)
        else:
            present = segmentation.labels[region_of(box)]
            change = painted(segmentation, box, mask & ~stroke.locked[present], editing.label)
        if change is None:
            return None
        stroke.dabs.append(change)
        self._show(segmentation, change)
        return change.box

    def _erased(
        self, editing: _Editing, stroke: _Stroke, box: IndexBox, mask: NDArray[np.bool_]
    ) -> LabelChange | None:
        if stroke.under is None:
            return None
        extent, under = stroke.under
        common = common_box(box, extent)
        if common is None:
            return None
        own = editing.segmentation.labels[region_of(common)] == editing.label
        voxels = own & mask[region_of(box_within(common, box))]
        values = under[region_of(box_within(common, extent))][voxels]
        return painted(editing.segmentation, common, voxels, values)

    def _show(self, segmentation: Segmentation, change: LabelChange) -> None:
        put_change(segmentation, change)
        self._events.segmentation_changed.emit(segmentation.series_key, change.box)

    def _commit(self, editing: _Editing, change: LabelChange) -> None:
        """Write the stroke as one act."""
        finding = self._recorder.finding(editing.finding_id)
        extent = union_box(editing.extent, change.box) if editing.extent else change.box
        revision = self._revision(editing, finding, extent)
        row = self._row(editing, revision)
        segments = None
        if editing.new_segment is not None:
            segments = (*editing.segmentation.segments, editing.new_segment)
        edit = VoxelEdit(editing.segmentation, change, segments, is_shown=True)
        self._recorder.record(row, revision, edit, editing.new_segment)
        editing.extent, editing.new_segment = extent, None
        editing.changes.append(change)
        if row.decision is not None:
            editing.decisions.append(row.record_id)

    def _revision(self, editing: _Editing, finding: Finding, extent: IndexBox) -> Finding:
        segmentation = editing.segmentation
        mask = segmentation.labels[region_of(extent)] == editing.label
        box = tight_box(mask)
        if box is not None:
            mask = mask[region_of(box)]
            box = shifted_box(box, extent)
        revision = replace(
            finding,
            revision_id=self._recorder.new_id(),
            parent_revision_id=finding.revision_id,
            segmentation_id=segmentation.id,
            label=editing.label,
        )
        whole = self._studies.is_whole(finding.series_key)
        volume = self._studies.volume(finding.series_key) if whole else None
        measurable = self._studies.is_measurable(finding.series_key)
        return measured(revision, mask, box or extent, segmentation, volume, measurable)

    def _row(self, editing: _Editing, revision: Finding) -> ReviewRecord:
        """An EDIT decision, unless one of this editing session is the finding's last word."""
        last = None
        for record in active_records(self._findings.records):
            if record.finding_id == editing.finding_id and record.decision is not None:
                last = record.record_id
        if last is not None and last in editing.decisions:
            return self._recorder.row(RecordKind.STROKE, revision, refers_to=last)
        return self._recorder.row(RecordKind.DECISION, revision, decision=ReviewDecision.EDIT)
