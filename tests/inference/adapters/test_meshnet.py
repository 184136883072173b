"""MeshNet: layer by layer it says what PyTorch says of the whole volume, also on real heads."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ModelUnavailableError
from reader.core.focus import Focus
from reader.core.geometry import VolumeGeometry
from reader.core.model import ModelSpec
from reader.core.volume import Volume
from reader.formats.grids.grid_files import read_grid_series, scan_grid_file
from reader.inference.adapters.conform import brightness_range, conformed, conformed_grid
from reader.inference.adapters.meshnet import ADAPTER
from reader.inference.engine.place import Place
from reader.inference.networks import meshnet
from reader.inference.networks.meshnet import MeshDesign, MeshNet, Numbers
from tests.support.other_models import as_added, request_of, spec_of, write_meshnet

CPU = torch.device("cpu")
FULL = Numbers(torch.float32, torch.float32)


def layers(*dilations: int) -> list[dict[str, int]]:
    found = [{"kernel_size": 3, "padding": d, "stride": 1, "dilation": d} for d in dilations]
    return [*found, {"kernel_size": 1, "padding": 0, "stride": 1, "dilation": 1}]


def stacked(norm: Callable[[int], nn.Module] | None, activation: nn.Module, *dilations: int):
    modules: list[nn.Module] = []
    channels = 1
    for dilation in dilations:
        modules.append(nn.Conv3d(channels, 5, 3, padding=dilation, dilation=dilation))
        modules += [norm(5)] if norm else []
        modules.append(activation)
        channels = 5
    return nn.Sequential(*modules, nn.Conv3d(channels, 4, 1)).eval()


@pytest.mark.parametrize(("norm", "activation", "words"), [
    (None, nn.ReLU(), {}),
    (None, nn.ELU(), {"elu": True}),
    (lambda n: nn.GroupNorm(n, n, affine=False), nn.GELU(), {"bnorm": True, "gelu": True}),
    (lambda n: nn.GroupNorm(n, n), nn.GELU(), {"bnorm": True, "gelu": True}),
    (nn.BatchNorm3d, nn.ReLU(), {"bnorm": True}),
], ids=["relu", "elu", "instance", "affine", "batch"])  # fmt: skip
def test_layer_by_layer_it_is_pytorchs_result(norm, activation, words, monkeypatch):
    torch.manual_seed(2)
    network = stacked(norm, activation, 1, 6, 2)
    for module in network:
        if isinstance(module, nn.BatchNorm3d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    # Slabs thinner than the widest dilation reaches.
    monkeypatch.setattr(meshnet, "_SLAB_BYTES", 5 * 20 * 18 * 5 * 4)
    image = torch.randn(1, 1, 23, 20, 18)
    design = MeshDesign.read({"layers": layers(1, 6, 2), **words})
    with torch.inference_mode():
        said = MeshNet(design, network.state_dict())(image)
        torch.testing.assert_close(said, network(image), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("change", [
    {"kernel_size": 5}, {"stride": 2}, {"dilation": 900}, {"padding": 0}, {"dilation": "2"},
], ids=str)  # fmt: skip
def test_layers_that_are_not_allowed_are_refused(change, tmp_path):
    folder = write_meshnet(tmp_path / "mesh")
    listed = json.loads((folder / "model.json").read_text())
    listed["layers"][0] |= change
    (folder / "model.json").write_text(json.dumps(listed))
    with pytest.raises(ModelUnavailableError, match="layer list"):
        ADAPTER.draft(folder)


def test_labels_nobody_names_are_numbered_with_a_note(tmp_path):
    folder = write_meshnet(tmp_path / "mesh")
    (folder / "colormap.json").write_text('{"labels": ["background", "brain"]}')
    draft = ADAPTER.draft(folder)
    assert [label.name for label in draft.labels] == ["Label 1", "Label 2"]
    assert any("do not say" in str(note) for note in draft.notes)


def test_conforming_keeps_places_and_cuts_the_brightest_tenth_of_a_percent():
    grid = VolumeGeometry.from_spacing((20, 20, 20), (1, 1, 1), (-30, 12, 7))
    values = np.random.default_rng(4).uniform(10, 500, (20, 20, 20)).astype(np.float32)
    values[3, 4, 5] = 60000
    volume = Volume("1", values, grid)
    low, high = brightness_range(values)
    assert low == pytest.approx(values.min())
    assert high < 1000
    space = conformed_grid(grid, 32)
    found = conformed(volume, space)
    assert found.min() == 0
    assert found.max() == 255
    index = np.rint(space.geometry.to_index(grid.to_lps((3, 4, 5)))).astype(int)
    assert found[tuple(index)] > 100


# Real heads

MODELS = "models/brain_meshnet"


def real_t1(real_data) -> Volume:
    path = real_data("mr_ms_longitudinal_patient01") / "study1_T1W.nii.gz"
    with path.open("rb") as file:
        found = scan_grid_file(path, file.read(4096))
    return read_grid_series(found.series[0], ignore_progress, CancelToken())


@pytest.mark.parametrize(("name", "count"), [
    ("mindgrab", 1), ("model18cls", 17), ("model21_104class", 103), ("model30chan50cls", 49),
    ("model5_gw_ae", 2), ("subcortical", 17),
])  # fmt: skip
def test_published_layer_lists_are_read_with_all_their_labels(name, count, real_data, tmp_path):
    folder = real_data(MODELS) / name
    draft = ADAPTER.draft(folder)
    assert len(draft.labels) == count
    assert draft.notes == ()
    added = as_added(draft, folder, tmp_path)
    network = ADAPTER.open(spec_of(draft, added, "meshnet")).network
    assert network.classes == count + 1


def volumes_ml(result, volume: Volume) -> dict[str, float]:
    counts = np.bincount(result.labels.ravel(), minlength=256)
    scale = volume.geometry.voxel_volume_mm3 / 1000
    return {s.name: float(counts[s.label]) * scale for s in result.segments}


def run_on(folder: Path, volume: Volume):
    draft = ADAPTER.draft(folder)
    with tempfile.TemporaryDirectory() as into:
        return _run_added(spec_of(draft, as_added(draft, folder, Path(into)), "meshnet"), volume)


def _run_added(spec: ModelSpec, volume: Volume):
    place = Place(CPU, beside_a_screen=True)
    return ADAPTER.open(spec).run(
        request_of(spec, volume), place, ignore_progress, CancelToken(), Focus()
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_tissue_of_a_real_head_has_the_volume_of_a_brain(real_data):
    volume = real_t1(real_data)
    found = volumes_ml(run_on(real_data(MODELS) / "model5_gw_ae", volume), volume)
    white, grey = found["White matter"], found["Grey matter"]
    assert 900 < white + grey < 1700
    assert grey > white > 250


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_structures_of_a_real_head_have_their_volumes_and_places(real_data):
    volume = real_t1(real_data)
    result = run_on(real_data(MODELS) / "model18cls", volume)
    found = volumes_ml(result, volume)
    assert 900 < sum(found.values()) < 1700
    for name, low, high in [
        ("Cerebral White Matter", 300, 600), ("Cerebral Cortex", 350, 700),
        ("Thalamus", 8, 20), ("Putamen", 5, 15), ("Hippocampus", 4, 11), ("Brain Stem", 10, 30),
    ]:  # fmt: skip
        assert low < found[name] < high, name
    thalamus = next(s.label for s in result.segments if s.name == "Thalamus")
    sides = volume.geometry.to_lps(np.argwhere(result.labels == thalamus))[:, 0]
    middle = volume.geometry.center_lps_mm[0]
    left = np.count_nonzero(sides > np.median(sides)) / len(sides)
    assert abs(np.median(sides) - middle) < 20
    assert 0.4 < left < 0.6
