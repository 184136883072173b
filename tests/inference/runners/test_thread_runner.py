"""What the PyTorch runner does beyond the contract: focus, memory, failure, any grid."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.codes import LEFT_LUNG, RIGHT_LUNG
from reader.core.errors import InferenceError, ModelUnavailableError
from reader.core.geometry import VolumeGeometry
from reader.core.model import Device, InferenceRequest
from reader.imaging.measure import measure_extent
from reader.inference.chest_ct.adapter import TaskPipeline
from reader.inference.chest_ct.proposals import extent_around
from reader.inference.runners.thread_runner import TorchRunner
from tests.support.chest import (
    AXIAL,
    NODULE_RADIUS_MM,
    NODULES_LPS_MM,
    BallNetwork,
    chest_volume,
    write_tiny_pack,
)


@pytest.fixture
def models(tmp_path):
    write_tiny_pack(tmp_path / "models" / "chest-ct")
    return tmp_path / "models"


def run(models, volume, network=None, report=ignore_progress, **more):
    runner = TorchRunner(models, open_with=lambda _spec: TaskPipeline(network or BallNetwork()))
    request = InferenceRequest("run", "1.2.3", volume, runner.specs()[0], Device.CPU, **more)
    return runner.run(request, report, CancelToken())


def turned_geometry(kind: str) -> VolumeGeometry:
    """The chest's box on a flipped, a permuted and a tilted grid, all anisotropic."""
    affine = AXIAL.affine_kji_to_lps.copy()
    shape = AXIAL.shape_kji
    if kind == "flipped":
        for axis in (0, 2):
            affine[:3, 3] += affine[:3, axis] * (shape[axis] - 1)
            affine[:3, axis] *= -1
    elif kind == "sagittal":
        affine = affine[:, [2, 0, 1, 3]]
        shape = (shape[2], shape[0], shape[1])
    elif kind == "oblique":
        angle = np.radians(12.0)
        turn = np.eye(4)
        turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        affine = turn @ affine
    return VolumeGeometry(shape, affine)


@pytest.mark.parametrize("kind", ["axial", "flipped", "sagittal", "oblique"])
def test_a_nodule_comes_back_where_it_is_on_any_grid(models, kind):
    geometry = turned_geometry(kind)
    result = run(models, chest_volume(geometry))
    for place, site in zip(NODULES_LPS_MM, (RIGHT_LUNG, LEFT_LUNG), strict=True):
        nearest = min(
            result.findings, key=lambda f: np.linalg.norm(np.subtract(f.center_lps_mm, place))
        )
        off = np.abs(geometry.to_index(nearest.center_lps_mm) - geometry.to_index(place))
        assert off.max() <= 1.0
        assert nearest.site == site
        assert nearest.long_axis_mm == pytest.approx(2 * NODULE_RADIUS_MM, abs=5.0)
        assert result.labels[geometry.nearest_voxel(place)] == nearest.label


def test_a_part_solid_nodule_is_measured_with_its_halo():
    geometry = VolumeGeometry.from_spacing((40, 60, 60), (1.25, 0.8, 0.8), (-24.0, -24.0, -25.0))
    index = np.stack(np.indices(geometry.shape_kji), axis=-1)
    distance = np.linalg.norm(geometry.to_lps(index), axis=-1)
    hu = np.full(geometry.shape_kji, -860.0)
    hu += np.clip(8.5 - distance, 0, 1) * 260
    hu += np.clip(3.5 - distance, 0, 1) * (40 - hu)
    hu += np.random.default_rng(0).normal(0, 15, hu.shape)
    volume = chest_volume()
    part_solid = type(volume)("1", hu.astype(np.int16), geometry, volume.unit)
    box, mask = extent_around(part_solid, np.zeros(3))
    extent = measure_extent(mask, box, geometry)
    assert extent.long_axis_mm == pytest.approx(16.0, abs=3.0)
    solid = np.where(distance < 5, 40, -860).astype(np.int16)
    box, mask = extent_around(type(volume)("1", solid, geometry, volume.unit), np.zeros(3))
    assert measure_extent(mask, box, geometry).long_axis_mm == pytest.approx(10.0, abs=1.5)


@pytest.mark.parametrize("kind", ["axial", "flipped", "oblique"])
def test_left_is_left_on_any_grid(models, kind):
    geometry = turned_geometry(kind)
    labels = run(models, chest_volume(geometry, nodules=())).labels
    assert labels[geometry.nearest_voxel((60.0, 5.0, 0.0))] == 1
    assert labels[geometry.nearest_voxel((-60.0, 5.0, 0.0))] == 2
    assert labels[geometry.nearest_voxel((0.0, 0.0, 0.0))] == 0


def test_the_place_in_focus_is_done_first_and_changes_nothing(models):
    volume = chest_volume()
    firsts = []
    results = []
    for focus in NODULES_LPS_MM:
        seen: list[Progress] = []
        results.append(run(models, volume, report=seen.append, focus_lps_mm=focus))
        firsts.append(next(p.region_kji for p in seen if p.region_kji is not None))
    for region, place in zip(firsts, NODULES_LPS_MM, strict=True):
        index = volume.geometry.nearest_voxel(place)
        assert all(low <= n < high for n, (low, high) in zip(index, region, strict=True))
    assert np.array_equal(results[0].labels, results[1].labels)
    assert np.array_equal(results[0].heatmap.scores, results[1].heatmap.scores)


def test_what_is_seen_so_far_shows_the_nodules(models):
    volume = chest_volume()
    seen = np.zeros(volume.geometry.shape_kji, np.uint16)

    def look(progress: Progress) -> None:
        if progress.labels is not None:
            seen[tuple(slice(*bounds) for bounds in progress.region_kji)] = progress.labels

    run(models, volume, report=look)
    assert set(np.unique(seen)) == {0, 3}
    for place in NODULES_LPS_MM:
        assert seen[volume.geometry.nearest_voxel(place)] == 3


class OutOfMemory(BallNetwork):
    """Fails on windows above a size."""

    def __init__(self, largest: int) -> None:
        super().__init__()
        self.largest = largest

    def forward(self, image):
        if image.shape[-1] > self.largest:
            raise torch.OutOfMemoryError("out of memory")
        return super().forward(image)


def test_out_of_memory_leads_to_smaller_windows_and_a_note(models):
    network = OutOfMemory(largest=48)
    result = run(models, chest_volume(), network)
    assert set(network.windows) == {48}
    assert [str(n) for n in result.notes] == ["Memory ran short; the run was repeated with less."]
    assert len(result.findings) == 2


def test_out_of_memory_everywhere_is_said_plainly(models):
    with pytest.raises(InferenceError, match="memory"):
        run(models, chest_volume(), OutOfMemory(largest=0))


class NotNumbers(BallNetwork):
    def forward(self, image):
        return super().forward(image) * float("nan")


def test_a_network_that_returns_no_numbers_is_refused(models):
    with pytest.raises(InferenceError):
        run(models, chest_volume(), NotNumbers())


def test_a_defect_becomes_an_inference_error(models):
    class Broken(BallNetwork):
        def forward(self, image):
            raise KeyError("gone")

    with pytest.raises(InferenceError, match="KeyError"):
        run(models, chest_volume(), Broken())


def test_a_scan_without_lungs_has_no_findings_and_says_so(models):
    volume = chest_volume(AXIAL, nodules=())
    solid = np.where(volume.voxels > -900, 40, -1000).astype(np.int16)
    result = run(models, type(volume)("1.2.3", solid, AXIAL, volume.unit))
    assert result.findings == ()
    assert "No lung" in str(result.notes[0])


def test_changed_weights_are_refused(models):
    weights = models / "chest-ct" / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    runner = TorchRunner(models)
    request = InferenceRequest("run", "1", chest_volume(), runner.specs()[0], Device.CPU)
    with pytest.raises(ModelUnavailableError, match="not the card's"):
        runner.run(request, ignore_progress, CancelToken())


def test_the_real_network_loads_and_stays_in_memory(models):
    runner = TorchRunner(models)
    request = InferenceRequest("run", "1", chest_volume(), runner.specs()[0], Device.CPU)
    first = runner.run(request, ignore_progress, CancelToken())
    (models / "chest-ct" / "weights.safetensors").unlink()
    again = runner.run(request, ignore_progress, CancelToken())
    assert np.array_equal(first.heatmap.scores, again.heatmap.scores)


def test_too_many_marks_are_cut_to_twenty_with_a_note(models, monkeypatch):
    grid = [(x, y, z) for x in (-70, -45, 45, 70) for y in (-30, 0, 30) for z in (-45, 0, 45)]
    result = run(models, chest_volume(AXIAL, nodules=grid))
    assert len(result.findings) == 20
    assert any("20" in str(note) for note in result.notes)


def test_cuda_without_a_card_is_said_plainly(models, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    runner = TorchRunner(models, open_with=lambda _spec: TaskPipeline(BallNetwork()))
    request = InferenceRequest("run", "1", chest_volume(), runner.specs()[0], Device.CUDA)
    with pytest.raises(InferenceError, match="graphics card"):
        runner.run(request, ignore_progress, CancelToken())
