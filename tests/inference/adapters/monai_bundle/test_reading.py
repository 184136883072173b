"""What is read in bundles as they are written by others, and what its outputs mean."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import InferenceError, ModelUnavailableError
from reader.core.focus import Focus
from reader.core.geometry import VolumeGeometry
from reader.core.model import InferenceRequest
from reader.core.volume import Volume
from reader.inference.adapters.known import adapter_of
from reader.inference.adapters.monai_bundle.bundle import read_bundle
from reader.inference.engine.place import Place
from tests.support.other_models import UNET_ARGUMENTS, bright_volume, spec_of, write_bundle

pytest.importorskip("monai")

ADAPTER = adapter_of("monai-bundle")
CPU = Place(torch.device("cpu"), beside_a_screen=False)


def run(folder, volume, *more):
    spec = spec_of(ADAPTER.draft(folder), folder, "monai-bundle", options={"exact": True})
    request = InferenceRequest("run-1", "1.2.3", volume, spec, more_channels=more)
    return ADAPTER.open(spec).run(request, CPU, ignore_progress, CancelToken(), Focus())


def test_what_model_zoo_bundles_say_is_understood(tmp_path):
    folder = write_bundle(
        tmp_path / "zoo",
        highres=False,
        pixdim="$[1.5, 1.5, 1.5] if @highres else [3.0, 3.0, 3.0]",
        preprocessing={"_target_": "Compose", "transforms": [
            {"_target_": "LoadImaged", "keys": "image", "reader": "$monai.data.ITKReader()"},
            {"_target_": "EnsureChannelFirstd", "keys": "image"},
            {"_target_": "Spacingd", "keys": "image", "pixdim": "@pixdim"},
            {"_target_": "EnsureTyped", "keys": "image", "device": "@device"},
        ]},
        postprocessing={"_target_": "Compose", "transforms": [
            {"_target_": "Invertd", "keys": "pred", "transform": "$@preprocessing",
             "orig_keys": "image", "device": "@device"},
            {"_target_": "AsDiscreted", "keys": "pred", "argmax": True},
            {"_target_": "SaveImaged", "keys": "pred", "output_dir": "$@bundle_root + '/eval'"},
        ]},
    )  # fmt: skip
    bundle = read_bundle(folder)
    assert bundle.preprocessing[2]["pixdim"] == [3.0, 3.0, 3.0]
    assert bundle.outputs.exclusive
    assert bundle.outputs.names == ("bright", "very bright")
    assert (bundle.image_key, bundle.answer_key) == ("image", "pred")
    assert not list(folder.glob("eval*"))


def test_sigmoid_channels_are_labels_each_and_the_smaller_lie_on_top(tmp_path):
    folder = write_bundle(tmp_path / "bundle", postprocessing=[
        {"_target_": "Activationsd", "keys": "pred", "sigmoid": True},
        {"_target_": "AsDiscreted", "keys": "pred", "threshold": 0.5},
    ])  # fmt: skip
    described = json.loads((folder / "configs/metadata.json").read_text())
    said = described["network_data_format"]["outputs"]["pred"]
    said["channel_def"] = {"0": "never", "1": "bright", "2": "core"}
    (folder / "configs/metadata.json").write_text(json.dumps(described))
    draft = ADAPTER.draft(folder)
    assert [label.name for label in draft.labels] == ["never", "bright", "core"]
    assert any("overlap" in str(note) for note in draft.notes)
    whole, truth = bright_volume()
    # At 100, where the third channel begins, both answers would be right.
    volume = Volume("1.2.3", whole.voxels * np.float32(0.9), whole.geometry)
    labels = run(folder, volume).labels
    # Channel 1 is right from 50 on, channel 2 from 100 on: it lies inside the former.
    np.testing.assert_array_equal(labels == 3, truth == 2)
    np.testing.assert_array_equal(labels == 2, truth == 1)


SOFTMAX = {"_target_": "Activationsd", "keys": "pred", "softmax": True}
ARGMAX = {"_target_": "AsDiscreted", "keys": "pred", "argmax": True}
BACK = {"_target_": "Invertd", "keys": "pred", "transform": "@preprocessing",
        "orig_keys": "image"}  # fmt: skip


@pytest.mark.parametrize("steps", [
    [SOFTMAX, ARGMAX, BACK], [ARGMAX, BACK], [BACK, SOFTMAX, ARGMAX], [SOFTMAX], [],
    [SOFTMAX, {**ARGMAX, "to_onehot": 3}, BACK],
], ids=["usual", "argmax-back", "back-first", "softmax", "none", "onehot"])  # fmt: skip
def test_labels_are_the_same_whenever_they_are_decided(steps, tmp_path):
    folder = write_bundle(tmp_path / "bundle", postprocessing=steps)
    volume, truth = bright_volume()
    np.testing.assert_array_equal(run(folder, volume).labels, truth)


@pytest.mark.parametrize("inferer", [
    {"_target_": "SimpleInferer"},
    {"_target_": "SlidingWindowInferer", "roi_size": [8, -1, 12], "overlap": 0.25,
     "mode": "gaussian"},
    {"_target_": "SlidingWindowInferer", "roi_size": [8, 8, 8], "sigma_scale": 0.3,
     "mode": "gaussian"},
], ids=["simple", "whole-axis", "monais-own"])  # fmt: skip
def test_every_inferer_says_the_same_of_a_network_that_sees_single_voxels(inferer, tmp_path):
    folder = write_bundle(tmp_path / "bundle", inferer=inferer)
    volume, truth = bright_volume()
    np.testing.assert_array_equal(run(folder, volume).labels, truth)


def test_a_two_dimensional_network_runs_slice_by_slice(tmp_path):
    arguments = {**UNET_ARGUMENTS, "spatial_dims": 2}
    folder = write_bundle(
        tmp_path / "bundle",
        network_def={"_target_": "UNet", **arguments},
        inferer={"_target_": "SliceInferer", "roi_size": [16, 16], "spatial_dim": 2},
    )
    flat = torch.load(folder / "models/model.pt", weights_only=True)
    flat = {k: v[..., 0] if v.ndim == 5 else v for k, v in flat.items()}
    torch.save(flat, folder / "models/model.pt")
    volume, truth = bright_volume()
    np.testing.assert_array_equal(run(folder, volume).labels, truth)


def two_channels(folder):
    """The second channel decides; the first one is not looked at."""
    network = {"_target_": "UNet", **UNET_ARGUMENTS, "in_channels": 2}
    write_bundle(folder, network_def=network)
    weights = torch.load(folder / "models/model.pt", weights_only=True)
    first = weights["model.0.conv.weight"]
    weights["model.0.conv.weight"] = torch.cat([torch.zeros_like(first), first], dim=1)
    torch.save(weights, folder / "models/model.pt")
    described = json.loads((folder / "configs/metadata.json").read_text())
    described["network_data_format"]["inputs"]["image"] |= {
        "num_channels": 2, "channel_def": {"0": "T1", "1": "T2"},
    }  # fmt: skip
    (folder / "configs/metadata.json").write_text(json.dumps(described))
    return folder


def test_several_channels_are_brought_onto_the_first_ones_grid(tmp_path):
    folder = two_channels(tmp_path / "bundle")
    assert ADAPTER.draft(folder).channels == ("T1", "T2")
    second, truth = bright_volume()
    turned = np.ascontiguousarray(second.voxels[::-1, :, ::-1])
    affine = second.geometry.affine_kji_to_lps @ np.diag([-1.0, 1, -1, 1])
    affine[:3, 3] = second.geometry.to_lps([truth.shape[0] - 1, 0, truth.shape[2] - 1])
    other = Volume("9", turned, VolumeGeometry(truth.shape, affine))
    first = Volume("1", np.zeros_like(second.voxels), second.geometry)
    np.testing.assert_array_equal(run(folder, first, other).labels, truth)
    with pytest.raises(InferenceError, match="2 series"):
        run(folder, first)


@pytest.mark.parametrize("changes", [
    {"network_def": None}, {"network_def": {"_target_": "UNet", "channels": "$[1]"}},
    {"network_def": {"_target_": "UNet", "in_channels": 1}},
    {"inferer": {"_target_": "SlidingWindowInferer", "roi_size": [8, 8, 8], "device": "cpu",
                 "with_coord": True}},
    {"preprocessing": {"_target_": "Compose", "transforms": "@nowhere"}},
    {"preprocessing": [{"_target_": "Spacingd", "keys": "image", "pixdim": 1, "odd": 1}]},
], ids=str)  # fmt: skip
def test_what_cannot_be_built_is_refused_in_words(changes, tmp_path):
    folder = write_bundle(tmp_path / "bundle")
    spec = spec_of(ADAPTER.draft(folder), folder, "monai-bundle")
    write_bundle(tmp_path / "bundle", **changes)
    volume, _ = bright_volume()
    request = InferenceRequest("run-1", "1.2.3", volume, spec)
    with pytest.raises(ModelUnavailableError):
        ADAPTER.open(spec).run(request, CPU, ignore_progress, CancelToken(), Focus())


def test_a_result_that_lost_its_way_back_is_not_shown(tmp_path):
    folder = write_bundle(tmp_path / "bundle", postprocessing=[
        {"_target_": "Invertd", "keys": "pred", "transform": "@preprocessing",
         "orig_keys": "image"},
        {"_target_": "AsDiscreted", "keys": "pred", "argmax": True},
        {"_target_": "CenterSpatialCropd", "keys": "pred", "roi_size": [4, 4, 4]},
    ])  # fmt: skip
    volume, _ = bright_volume()
    with pytest.raises(InferenceError, match="fitted"):
        run(folder, volume)
