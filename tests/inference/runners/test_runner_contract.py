"""What every `Runner` promises, asked of those that run models and of the fake."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled
from reader.core.explanation import ExplainMethod, ExplainRequest
from reader.core.heatmap import HeatmapKind
from reader.core.model import Device, InferenceRequest, Runner
from reader.inference.chest_ct.adapter import TaskPipeline
from reader.inference.runners.process_runner import ProcessRunner
from reader.inference.runners.thread_runner import TorchRunner
from tests.support.chest import NODULES_LPS_MM, BallNetwork, chest_volume, write_tiny_pack
from tests.support.fake_runner import FakeRunner
from tests.support.model_worker import command


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    write_tiny_pack(folder / "chest-ct")
    return folder


@pytest.fixture(scope="module", params=["thread", "process", "fake"])
def runner(request, models) -> Iterator[Runner]:
    if request.param == "fake":
        yield FakeRunner(NODULES_LPS_MM)
    elif request.param == "thread":
        yield TorchRunner(models, open_with=lambda _spec: TaskPipeline(BallNetwork()))
    else:
        process = ProcessRunner(models, command)
        process.warm()
        yield process
        process.close()


@pytest.fixture(scope="module")
def volume():
    return chest_volume()


def request_for(runner, volume, run_id="run-1", **more) -> InferenceRequest:
    return InferenceRequest(run_id, "1.2.3", volume, runner.specs()[0], Device.CPU, **more)


def test_findings_are_where_the_nodules_are(runner, volume):
    result = runner.run(request_for(runner, volume), ignore_progress, CancelToken())
    for place in NODULES_LPS_MM:
        distances = [np.linalg.norm(np.subtract(f.center_lps_mm, place)) for f in result.findings]
        assert min(distances) < 4.0
    scores = [f.score for f in result.findings]
    assert scores == sorted(scores, reverse=True)


def test_every_finding_has_its_own_label_with_voxels(runner, volume):
    result = runner.run(request_for(runner, volume), ignore_progress, CancelToken())
    assert result.labels.shape == volume.geometry.shape_kji
    assert result.labels.dtype == np.uint16
    by_finding = {s.finding_id: s.label for s in result.segments if s.finding_id}
    for finding in result.findings:
        assert by_finding[finding.finding_id] == finding.label
        extent = np.count_nonzero(result.labels == finding.label)
        assert extent * volume.geometry.voxel_volume_mm3 == pytest.approx(finding.volume_mm3)
    assert [s.label for s in result.segments[:2]] == [1, 2]
    assert set(np.unique(result.labels)) <= {0, *(s.label for s in result.segments)}


def test_heat_lies_on_the_source_grid_and_peaks_at_a_finding(runner, volume):
    result = runner.run(request_for(runner, volume), ignore_progress, CancelToken())
    assert result.heatmap is not None
    assert result.heatmap.geometry == volume.geometry
    scores = result.heatmap.scores
    assert scores.min() >= 0
    assert scores.max() <= 1
    for finding in result.findings:
        k, j, i = volume.geometry.nearest_voxel(finding.center_lps_mm)
        assert scores[k, j, i] > 0.3


def test_progress_grows_and_its_regions_lie_in_the_volume(runner, volume):
    seen: list[Progress] = []
    runner.run(request_for(runner, volume), seen.append, CancelToken())
    fractions = [p.fraction for p in seen]
    assert fractions == sorted(fractions)
    regions = [p.region_kji for p in seen if p.region_kji is not None]
    assert regions
    covered = np.zeros(volume.geometry.shape_kji, bool)
    for region in regions:
        for (low, high), size in zip(region, volume.geometry.shape_kji, strict=True):
            assert 0 <= low < high <= size
        covered[tuple(slice(*bounds) for bounds in region)] = True
    for place in NODULES_LPS_MM:
        assert covered[volume.geometry.nearest_voxel(place)]


def test_what_is_seen_so_far_fits_its_region_and_the_card(runner, volume):
    seen: list[Progress] = []
    request = request_for(runner, volume)
    runner.run(request, seen.append, CancelToken())
    for progress in (p for p in seen if p.labels is not None):
        assert progress.labels.dtype == np.uint16
        assert progress.labels.shape == tuple(b - a for a, b in progress.region_kji)
        assert progress.labels.max(initial=0) <= len(request.spec.labels)


def test_a_cancelled_run_stops_within_one_window(runner, volume):
    cancel = CancelToken()
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if progress.region_kji is not None:
            cancel.cancel()

    with pytest.raises(Cancelled):
        runner.run(request_for(runner, volume), report, cancel)
    assert sum(p.region_kji is not None for p in seen) == 1


def test_a_run_cancelled_beforehand_does_nothing(runner, volume):
    cancel = CancelToken()
    cancel.cancel()
    seen: list[Progress] = []
    with pytest.raises(Cancelled):
        runner.run(request_for(runner, volume), seen.append, cancel)
    assert seen == []


def test_identifiers_follow_from_the_run(runner, volume):
    def identifiers(run_id: str) -> list[tuple[str, str]]:
        request = request_for(runner, volume, run_id)
        result = runner.run(request, ignore_progress, CancelToken())
        return [(f.finding_id, f.tracking_uid) for f in result.findings]

    first = identifiers("run-1")
    assert identifiers("run-1") == first
    assert set(identifiers("run-2")).isdisjoint(first)
    assert len(set(first)) == len(first)


def test_provenance_names_the_model_and_the_run(runner, volume):
    request = request_for(runner, volume)
    result = runner.run(request, ignore_progress, CancelToken())
    assert result.identity == request.spec.identity
    for finding in result.findings:
        assert finding.provenance.algorithm == request.spec.identity
        assert finding.provenance.run_id == "run-1"


def question_for(runner, volume, result, **more) -> ExplainRequest:
    finding = result.findings[0]
    mask = result.labels == finding.label
    return ExplainRequest(volume, mask, runner.specs()[0], finding.code, device=Device.CPU, **more)


def test_what_a_finding_hung_on_lies_on_the_grid_that_was_asked_about(runner, volume):
    pytest.importorskip("captum")
    result = runner.run(request_for(runner, volume), ignore_progress, CancelToken())
    question = question_for(runner, volume, result, is_checked=True)
    said = runner.explain(question, ignore_progress, CancelToken())
    assert said.heatmap.kind is HeatmapKind.SALIENCY
    assert said.heatmap.geometry == volume.geometry
    assert 0 <= said.heatmap.scores.min() <= said.heatmap.scores.max() <= 1
    assert said.method is ExplainMethod.GRAD_CAM
    assert said.weights is None


def test_a_question_that_was_taken_back_is_not_answered(runner, volume):
    result = runner.run(request_for(runner, volume), ignore_progress, CancelToken())
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        runner.explain(question_for(runner, volume, result), ignore_progress, cancel)
