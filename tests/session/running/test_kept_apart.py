"""What a model reports below its own threshold, and its maps: kept, and kept apart."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reader.core.errors import NotAllowedError
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.review import ReviewStatus
from reader.session.handing_over.export import ExportFormat
from reader.session.handing_over.handover import reviewed_handover
from tests.support.fake_runner import FakeRunner, fake_spec
from tests.support.sessions import FIRST, Session

SPEC = replace(fake_spec(), threshold=0.86, floor=0.2)
"""Of the fake's findings, 0.90, 0.85 and 0.80, only the first is a mark."""


class UnsureRunner(FakeRunner):
    is_unsure = True

    def run(self, request, report, cancel, focus=None):
        result = super().run(request, report, cancel, focus)
        heat = result.heatmap
        unsure = Heatmap(heat.scores * 0.5, heat.geometry, HeatmapKind.UNCERTAINTY)
        return replace(result, uncertainty=unsure if self.is_unsure else None)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def reading(home, ct):
    started = Session(home, UnsureRunner(spec=SPEC))
    started.open(ct)
    started.run_model()
    yield started
    started.close()


def exported(reading, out) -> list[float]:
    reading.workspace.exporter.export(FIRST, out, [ExportFormat.JSON])
    reading.settle()
    findings = json.loads((out / "findings.json").read_text())["findings"]
    return sorted(finding["score"] for finding in findings)


def test_both_maps_come_back_with_the_study(reading, home, ct):
    reading.close()
    again = Session(home, UnsureRunner(spec=SPEC))
    again.open(ct)
    studies = again.workspace.studies
    try:
        assert again.workspace.overlay.heat_kinds(FIRST) == (
            HeatmapKind.PROBABILITY,
            HeatmapKind.UNCERTAINTY,
        )
        unsure = studies.heatmap(FIRST, HeatmapKind.UNCERTAINTY)
        assert float(unsure.scores.max()) == pytest.approx(0.45, abs=0.01)
        assert len(again.workspace.findings.shown()) == 1
    finally:
        again.close()


def test_a_later_run_takes_the_maps_of_the_one_before_away(reading):
    reading.runner.is_unsure = False
    reading.workspace.change_settings(device="cpu")  # otherwise it need not be run again
    reading.run_model()
    assert reading.workspace.studies.heatmap(FIRST, HeatmapKind.UNCERTAINTY) is None
    saved, _ = reading.workspace.review.saved(reading.workspace.studies.study)
    assert [heat.kind for _key, heat in saved.heatmaps] == [HeatmapKind.PROBABILITY]


def test_what_is_hidden_is_not_handed_over_unless_it_was_confirmed(reading, tmp_path):
    assert exported(reading, tmp_path / "one") == [0.9]
    findings = reading.workspace.findings
    hidden = next(f for f in findings.all() if f.score == 0.8)
    reading.workspace.desk.confirm(hidden.finding_id)
    assert findings.status_of(hidden.finding_id) is ReviewStatus.CONFIRMED
    assert exported(reading, tmp_path / "two") == [0.8, 0.9]


def test_what_is_hidden_does_not_stand_in_the_way_of_signing(reading):
    findings, desk = reading.workspace.findings, reading.workspace.desk
    (mark,) = findings.shown()
    desk.reject(mark.finding_id)
    desk.sign()
    assert findings.is_signed


def test_a_place_that_is_hidden_is_not_added_a_second_time(reading):
    findings, desk = reading.workspace.findings, reading.workspace.desk
    hidden = next(f for f in findings.all() if f.score == 0.8)
    with pytest.raises(NotAllowedError, match="threshold hides it"):
        desk.add(FIRST, hidden.center_lps_mm)


def test_what_is_hidden_leaves_no_hole_in_the_structure_around_it(reading):
    workspace = reading.workspace
    hidden = next(f for f in workspace.findings.all() if f.score == 0.8)
    (mark,) = workspace.findings.shown()
    study, series = workspace.studies.study, workspace.studies.series(FIRST)
    handover = reviewed_handover(
        study, series, workspace.studies.segmentation(FIRST),
        workspace.review.reviewed_findings(FIRST), None, None,
        workspace.reviewer(), signed=False, made_at=datetime(2026, 1, 2, tzinfo=UTC),
    )  # fmt: skip
    geometry = workspace.studies.volume(FIRST).geometry
    assert handover.labels[geometry.nearest_voxel(hidden.center_lps_mm)] in (1, 2)
    assert handover.labels[geometry.nearest_voxel(mark.center_lps_mm)] == 0
