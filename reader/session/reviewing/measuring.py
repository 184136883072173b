"""What a reader draws to measure: values while it is drawn, and the finding it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.geometry import FloatArray, Point
from reader.core.measurement import Measurement, MeasurementKind, QuantityKind
from reader.core.provenance import Provenance
from reader.core.review import RecordKind, ReviewDecision, ReviewRecord
from reader.core.series_kind import SeriesKind
from reader.core.study import Series
from reader.core.text import say
from reader.imaging.components import label_box, region_of
from reader.imaging.measurement.axes import longest_axes
from reader.imaging.measurement.edges import edge_offset_mm
from reader.session.jobs import Job, JobKind, JobQueue
from reader.session.reviewing.act_recorder import ActRecorder
from reader.session.reviewing.finding_list import FindingList
from reader.session.reviewing.measured_values import Measured, measured_values
from reader.session.reviewing.measurement_words import code_of, name_of
from reader.session.reviewing.missed_finding import tracking_uid_of
from reader.session.study_store import StudyStore
from reader.session.viewing.units import ShownUnit, units_of

SNAP_REACH_MM: Final = 5.0


class Measuring:
    """Measures, and records what was measured as findings of the reader's own.

    Nothing here is proposed by anybody: a measurement is an addition the moment it is
    drawn, so none ever waits for a decision. An edit makes a new revision.
    """

    def __init__(self, recorder: ActRecorder, findings: FindingList, studies: StudyStore) -> None:
        self._recorder = recorder
        self._findings = findings
        self._studies = studies
        self.unit_of: Callable[[Series], ShownUnit] = lambda series: units_of(series)[0]
        """The unit a series is shown in, and so measured in."""

    def preview(
        self,
        series_key: str,
        kind: MeasurementKind,
        points_lps: Sequence[Point],
        normal_lps: Point,
        index: int | None = None,
        text: str = "",
    ) -> Measurement:
        """What a drawing measures now. Records nothing; fast enough for every mouse move.

        Args:
            series_key: the series drawn on.
            kind: what is drawn.
            points_lps: at least as many as it takes, in the order that `kind` asks for, in
                one plane.
            normal_lps: that plane's normal; any length.
            index: the image drawn on, for a series that is no volume.
            text: the reader's own words.

        Raises: NotAllowedError: it would be wrong, or cannot be known; the reason is said.
        """
        series = self._series(series_key)
        normal = _unit(np.asarray(normal_lps, dtype=np.float64))
        drawn = Measurement(kind, _points(points_lps), normal, text=text, index=index)
        return replace(drawn, quantities=measured_values(drawn, self._measured(series)))

    def snapped(
        self,
        series_key: str,
        points_lps: Sequence[Point],
        reach_mm: float = SNAP_REACH_MM,
        label: int | None = None,
    ) -> tuple[Point, ...]:
        """Callipers whose ends lie on the edge of what is segmented, where one is near.

        The points are pairs, each the ends of a line; an end moves along its line. `label`
        None means any segment. Under a millisecond.
        """
        points = _points(points_lps)
        segmentation = self._studies.segmentation(series_key)
        if segmentation is None:
            return points
        moved = list(points)
        for first in range(0, len(points) - 1, 2):
            one, other = np.array(points[first]), np.array(points[first + 1])
            length = float(np.linalg.norm(other - one))
            if length == 0:
                continue
            direction = (other - one) / length
            for at, end, outwards in ((first, one, -direction), (first + 1, other, direction)):
                offset = edge_offset_mm(
                    segmentation.labels, segmentation.geometry, end, outwards,
                    min(reach_mm, length / 2), label,
                )  # fmt: skip
                if offset is not None:
                    moved[at] = _point(end + offset * outwards)
        return tuple(moved)

    def segment_axes(self, series_key: str, label: int) -> Measurement:
        """The long and the short axis of a segment, as RECIST 1.1 wants them.

        Looks at every voxel: a tenth of a second on a chest CT. Any thread.

        Raises: NotAllowedError: nothing is marked with this label, or lengths would be wrong.
        """
        series = self._series(series_key)
        segmentation = self._studies.segmentation(series_key)
        box = label_box(segmentation.labels, label) if segmentation is not None else None
        if segmentation is None or box is None:
            raise NotAllowedError(
                say("Nothing is marked here."), say("Choose a segment that has voxels.")
            )
        mask = segmentation.labels[region_of(box)] == label
        geometry = segmentation.geometry
        axes = longest_axes(mask, geometry)
        origin = np.array([lo for lo, _ in box])
        ends = np.concatenate([axes.long_ends_kji, axes.short_ends_kji]) + origin
        down, right = geometry.directions[:, 1], geometry.directions[:, 2]
        drawn = Measurement(
            MeasurementKind.BIDIRECTIONAL,
            _points(geometry.to_lps(ends)),
            _unit(np.cross(right, down)),
            index=None if series.kind is SeriesKind.VOLUME else int(ends[0][0]),
            source_label=label,
        )
        return replace(drawn, quantities=measured_values(drawn, self._measured(series)))

    def add_segment_axes(self, series_key: str, label: int, jobs: JobQueue) -> Job:
        """Measure a segment on a worker and keep its axes as `add` does.

        What was measured is dropped when the segment was changed meanwhile.
        """
        segmentation = self._studies.segmentation(series_key)
        revision = segmentation.revision if segmentation is not None else 0

        def keep(axes: Measurement) -> None:
            current = self._studies.segmentation(series_key)
            if current is segmentation and current is not None and current.revision == revision:
                self.add(series_key, axes)

        return jobs.submit(
            JobKind.MEASURE,
            say("Measuring the segment"),
            lambda _report, _cancel: self.segment_axes(series_key, label),
            keep,
        )

    def require(self, series_key: str) -> None:
        """Whether a measurement can be kept on a series, before one is drawn.

        Raises: NotAllowedError: the reading is signed, the series is not one of its study,
            or lasts no longer than the study is open.
        """
        self._recorder.require_open()
        self._recorder.require_own(series_key)
        self._require_own(series_key)

    def add(self, series_key: str, measurement: Measurement) -> Finding:
        """Keep a measurement as a finding; it is selected.

        Raises:
            NotAllowedError: the reading is signed, the series is not one of its study, or a
                probe is where there is no value.
            StorageError: not added.
        """
        self._recorder.require_open()
        series = self._require_own(series_key)
        self._require_value(series, measurement)
        finding_id = self._recorder.new_id()
        finding = with_measurement(
            Finding(
                finding_id=finding_id,
                revision_id=self._recorder.new_id(),
                tracking_uid=tracking_uid_of(finding_id),
                series_key=series_key,
                name=name_of(measurement.kind),
                code=code_of(measurement.kind),
                center_lps_mm=measurement.points_lps_mm[0],
                provenance=Provenance(self._recorder.now(), reviewer=self._recorder.reviewer()),
            ),
            measurement,
            units_of(series)[-1].word,
        )
        row = self._recorder.row(RecordKind.DECISION, finding, decision=ReviewDecision.ADD)
        self._recorder.record(row, finding)
        self._findings.select(finding_id, moves=False)
        return finding

    def change(
        self,
        finding_id: str,
        points_lps: Sequence[Point] | None = None,
        text: str | None = None,
    ) -> Finding:
        """Move a measurement's points or change its words: one revision, one step of undo.

        Returns the finding as it is when nothing changes.

        Raises: NotAllowedError, StorageError: as `add` and `preview`; also for a finding that
            is no measurement.
        """
        self._recorder.require_open()
        finding = self._recorder.finding(finding_id)
        before = _measurement_of(finding)
        points = before.points_lps_mm if points_lps is None else _points(points_lps)
        words = before.text if text is None else text
        if points == before.points_lps_mm and words == before.text:
            return finding
        after = replace(before, text=words)
        stored_unit = units_of(self._series(finding.series_key))[-1].word
        if points != before.points_lps_mm:
            after = self.preview(
                finding.series_key, before.kind, points, before.normal_lps, before.index, words
            )
            self._require_value(self._series(finding.series_key), after)
        revision = replace(
            with_measurement(finding, after, stored_unit),
            revision_id=self._recorder.new_id(),
            parent_revision_id=finding.revision_id,
        )
        row = self._recorder.row(RecordKind.DECISION, revision, decision=ReviewDecision.EDIT)
        self._recorder.record(row, revision)
        return revision

    def remove(self, finding_id: str) -> ReviewRecord:
        """Reject a measurement; undo brings it back. Raises: as `change`."""
        self._recorder.require_open()
        finding = self._recorder.finding(finding_id)
        _measurement_of(finding)
        row = self._recorder.row(RecordKind.DECISION, finding, decision=ReviewDecision.REJECT)
        self._recorder.record(row)
        return row

    def _measured(self, series: Series) -> Measured:
        return Measured(
            series=series,
            volume=self._studies.volume(series.key),
            is_whole=self._studies.is_whole(series.key),
            is_measurable=self._studies.is_measurable(series.key),
            unit=self.unit_of(series),
        )

    def _require_own(self, series_key: str) -> Series:
        """A series of the open study.

        Raises: NotAllowedError: it is not open, or of a study beside the open one.
        """
        series = self._series(series_key)
        study, own = self._studies.study, self._studies.study_of(series_key)
        if study is not None and own is not None and own.study_uid != study.study_uid:
            raise NotAllowedError(
                say("These images are of another study, shown for comparison."),
                say("Open that study to keep measurements on it."),
            )
        return series

    def _require_value(self, series: Series, measurement: Measurement) -> None:
        """Raises: NotAllowedError: a probe that tells nothing, beyond the image or in padding."""
        is_empty = measurement.kind is MeasurementKind.PROBE and not measurement.quantities
        volume = self._studies.volume(series.key)
        if is_empty and not (series.is_color or (volume is not None and volume.is_color)):
            raise NotAllowedError(
                say("There is no value at this point."), say("Put the probe on the image.")
            )

    def _series(self, series_key: str) -> Series:
        if not self._studies.has_series(series_key):
            raise NotAllowedError(
                say("The images this was drawn on are not open."),
                say("Open the folder that holds them."),
            )
        return self._studies.series(series_key)


def with_measurement(finding: Finding, measurement: Measurement, stored_unit: str) -> Finding:
    """A finding with the place and sizes of a measurement.

    A single length counts as the long axis, so that lists and tables have its size. The mean
    is that of stored values, and left out where `stored_unit` is not what was measured in.
    """
    length = measurement.quantity(QuantityKind.LENGTH)
    long_axis = measurement.quantity(QuantityKind.LONG_AXIS) or length
    short_axis = measurement.quantity(QuantityKind.SHORT_AXIS)
    mean = measurement.quantity(QuantityKind.MEAN) or measurement.quantity(QuantityKind.VALUE)
    x, y, z = (float(mm) for mm in np.mean(_middle_of(measurement), axis=0))
    return replace(
        finding,
        center_lps_mm=(x, y, z),
        long_axis_mm=long_axis.value if long_axis else None,
        short_axis_mm=short_axis.value if short_axis else None,
        mean_value=mean.value if mean and mean.unit == stored_unit else None,
        measurement=measurement,
    )


def _middle_of(measurement: Measurement) -> tuple[Point, ...]:
    """The points whose mean is where it is: of an arrow its tip, of an angle its corner."""
    if measurement.kind is MeasurementKind.ARROW:
        return measurement.points_lps_mm[:1]
    if measurement.kind is MeasurementKind.ANGLE:
        return measurement.points_lps_mm[1:2]
    return measurement.points_lps_mm


def _measurement_of(finding: Finding) -> Measurement:
    if finding.measurement is None:
        raise NotAllowedError(
            say("This finding is no measurement."), say("Edit its outline instead.")
        )
    return finding.measurement


def _points(points_lps: Sequence[Point] | FloatArray) -> tuple[Point, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in points_lps)


def _point(at: FloatArray) -> Point:
    x, y, z = (float(mm) for mm in at)
    return x, y, z


def _unit(vector: FloatArray) -> Point:
    return _point(vector / np.linalg.norm(vector))
