"""Safetensors whose network is named: which names, which arguments, where it is said."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ModelUnavailableError
from reader.core.focus import Focus
from reader.inference.adapters.known import adapter_of
from reader.inference.chest_ct.networks import ARCHITECTURES
from reader.inference.engine.place import Place
from reader.inference.networks.named import build
from tests.support.other_models import bright_volume, request_of, spec_of

ADAPTER = adapter_of("safetensors")
CPU = Place(torch.device("cpu"), beside_a_screen=False)
PLAIN = {
    "n_stages": 2, "features_per_stage": [4, 8], "conv_op": "torch.nn.modules.conv.Conv3d",
    "kernel_sizes": [[3, 3, 3], [3, 3, 3]], "strides": [[1, 1, 1], [2, 2, 2]],
    "n_conv_per_stage": [1, 1], "n_conv_per_stage_decoder": [1], "conv_bias": True,
    "norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d",
    "norm_op_kwargs": {"eps": 1e-05, "affine": True}, "dropout_op": None,
    "dropout_op_kwargs": None, "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True},
    "input_channels": 1, "num_classes": 3,
}  # fmt: skip


def written(folder, name, arguments, **more):
    """A file with random weights of a named network."""
    torch.manual_seed(6)
    network = build(name, arguments)
    inner = getattr(network, "network", network)
    made = inner.to_empty(device="cpu") if next(inner.parameters()).is_meta else inner
    state = {k: torch.randn(v.shape) * 0.2 for k, v in made.state_dict().items()
             if v.is_floating_point()}  # fmt: skip
    for key, value in made.state_dict().items():
        state.setdefault(key, torch.zeros_like(value))
        if key.endswith("running_var"):
            state[key] = torch.ones(value.shape)
    path = folder / "net.safetensors"
    described = {
        "architecture": {"name": name, "arguments": arguments}, "labels": ["a", "b"],
        "options": {"window": [16, 16, 16]}, **more,
    }  # fmt: skip
    path.with_suffix(".json").write_text(json.dumps(described))
    save_file(state, path)
    return path, state


@pytest.mark.parametrize(("name", "arguments", "more"), [
    ("PlainConvUNet", PLAIN, {}),
    ("half-resolution-unet-4-4-8-8", {},
     {"options": {"window": [16, 16, 16], "output": "labels", "scaling": [
         {"kind": "range", "low": -1000, "high": 400}]}}),
], ids=["nnunet", "ours"])  # fmt: skip
def test_networks_of_several_families_run_at_full_resolution(name, arguments, more, tmp_path):
    path, _ = written(tmp_path, name, arguments, **more)
    draft = ADAPTER.draft(path)
    assert {str(p) for p in draft.weights} == {"net.safetensors", "net.json"}
    spec = spec_of(draft, path, "safetensors")
    volume, _ = bright_volume()
    result = ADAPTER.open(spec).run(
        request_of(spec, volume), CPU, ignore_progress, CancelToken(), Focus()
    )
    assert result.labels.shape == volume.geometry.shape_kji
    assert len(np.unique(result.labels)) > 1


def test_weights_of_another_network_are_refused(tmp_path):
    path, state = written(tmp_path, "PlainConvUNet", PLAIN)
    state.popitem()
    save_file(state, path)
    with pytest.raises(ModelUnavailableError, match="do not fit"):
        ADAPTER.draft(path)


@pytest.mark.parametrize("wrong", [
    {"options": {"window": [0, 1, 1]}}, {"options": {"window": [2000, 2000, 2000]}},
    {"options": {"axes": "LLS"}}, {"options": {"scaling": [{"kind": "range", "low": 1}]}},
    {"options": {"spacing_mm": [-1, 1, 1]}}, {"labels": []}, {"channels": []},
], ids=str)  # fmt: skip
def test_settings_that_cannot_be_are_refused(wrong, tmp_path):
    path, _ = written(tmp_path, "half-resolution-unet-4-4-8-8", {}, **wrong)
    with pytest.raises(ModelUnavailableError):
        ADAPTER.draft(path)


def test_every_network_of_ours_can_be_named():
    for name in ARCHITECTURES:
        said = build(name, {}).eval()(torch.zeros(1, 1, 16, 16, 16))
        assert said.shape == (1, 2, 16, 16, 16)


def test_channels_that_the_network_does_not_have_are_refused(tmp_path):
    path, _ = written(tmp_path, "PlainConvUNet", PLAIN, channels=["T1", "T2"])
    spec = spec_of(ADAPTER.draft(path), path, "safetensors")
    with pytest.raises(ModelUnavailableError, match="does not take its windows"):
        ADAPTER.open(spec)
