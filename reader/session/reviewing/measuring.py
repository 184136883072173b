"""What a reader draws to measure: values while it is drawn, and the finding it becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from reader.core.errors import NotAllowedError
from reader.core.finding import Finding
from reader.core.measurement import Measurement, MeasurementKind, Point, QuantityKind
from reader.core.provenance import Provenance
from reader.core.review import RecordKind, ReviewDecision, ReviewRecord
from reader.core.study import Series
from reader.core.text import say
from reader.session.reviewing.act_recorder import ActRecorder
from reader.session.reviewing.finding_list import FindingList
from reader.session.reviewing.measured_values import Measured, measured_values
from reader.session.reviewing.measurement_words import code_of, name_of
from reader.session.reviewing.missed_finding import tracking_uid_of
from reader.session.study_store import StudyStore
from reader.session.viewing.units import ShownUnit, units_of


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
        normal = np.asarray(normal_lps, dtype=np.float64)
        x, y, z = (float(part) for part in normal / np.linalg.norm(normal))
        drawn = Measurement(kind, _points(points_lps), (x, y, z), text=text, index=index)
        volume = self._studies.volume(series_key)
        measured = Measured(
            series=series,
            volume=volume,
            is_whole=self._studies.is_whole(series_key),
            is_measurable=self._studies.is_measurable(series_key),
            unit=self.unit_of(series),
        )
        return replace(drawn, quantities=measured_values(drawn, measured))

    def add(self, series_key: str, measurement: Measurement) -> Finding:
        """Keep a measurement as a finding; it is selected.

        Raises:
            NotAllowedError: the reading is signed, or the series is not open.
            StorageError: not added.
        """
        self._recorder.require_open()
        self._series(series_key)
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
        )
        row = self._recorder.row(RecordKind.DECISION, finding, decision=ReviewDecision.ADD)
        self._recorder.record(row, finding)
        self._findings.select(finding_id)
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
        if points != before.points_lps_mm:
            after = self.preview(
                finding.series_key, before.kind, points, before.normal_lps, before.index, words
            )
        revision = replace(
            with_measurement(finding, after),
            revision_id=self._recorder.new_id(),
            parent_revision_id=finding.revision_id,
            provenance=Provenance(self._recorder.now(), reviewer=self._recorder.reviewer()),
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

    def _series(self, series_key: str) -> Series:
        if not self._studies.has_series(series_key):
            raise NotAllowedError(
                say("The images this was drawn on are not open."),
                say("Open the folder that holds them."),
            )
        return self._studies.series(series_key)


def with_measurement(finding: Finding, measurement: Measurement) -> Finding:
    """A finding with the place and sizes of a measurement.

    A single length counts as the long axis, so that lists and tables have its size.
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
        mean_value=mean.value if mean else None,
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
            say("This finding is no measurement."), say("Edit its outline with E.")
        )
    return finding.measurement


def _points(points_lps: Sequence[Point]) -> tuple[Point, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in points_lps)
