"""Tiny models in the formats of others, made in the test, and the specs to open them with.

Every one of them says 1 where an image is bright and 2 where it is very bright, so that what
comes out can be foretold whatever the format.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from reader.core.codes import ANATOMICAL_STRUCTURE, CodedConcept
from reader.core.geometry import VolumeGeometry
from reader.core.model import EligibilityRules, InferenceRequest, ModelLabel, ModelSpec
from reader.core.provenance import AlgorithmIdentity
from reader.core.volume import Volume
from reader.inference.adapters.adapter import ModelDraft
from reader.inference.packs.file_hashes import files_sha256, joint_sha256

BRIGHT, VERY_BRIGHT = 100.0, 200.0
"""Values in the middle of what the models call 1 and 2; they begin at 50 and 150."""


class Brightness(nn.Module):
    """Three classes by value: below 50, to 150, above. One 1 x 1 x 1 convolution."""

    def __init__(self, dimensions: int = 3) -> None:
        super().__init__()
        self.head = (nn.Conv3d if dimensions == 3 else nn.Conv2d)(1, 3, 1)
        with torch.no_grad():
            slopes, offsets = self.head.weight, self.head.bias
            slopes.copy_(torch.tensor([0.0, 1.0, 2.0]).reshape(slopes.shape) / 10)
            offsets.copy_(torch.tensor([0.0, -50.0, -200.0]) / 10)

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Logits of the three classes."""
        return self.head(windows)


def bright_volume(geometry: VolumeGeometry | None = None) -> tuple[Volume, np.ndarray]:
    """A small volume with a bright and a very bright box, off centre, and its true labels."""
    grid = geometry or VolumeGeometry.from_spacing((14, 18, 20), (1.0, 1.0, 1.0))
    truth = np.zeros(grid.shape_kji, np.uint16)
    k, j, i = grid.shape_kji
    truth[k // 4 : k // 2, j // 4 : j // 2, i // 3 : i - 2] = 1
    truth[k // 2 : k - 2, 2 : j // 2, 2 : i // 2] = 2
    values = np.choose(truth, (0.0, BRIGHT, VERY_BRIGHT)).astype(np.float32)
    return Volume("1.2.3", values, grid), truth


def spec_of(
    draft: ModelDraft,
    path: Path,
    format_name: str,
    *,
    findings: tuple[int, ...] = (),
    options: Mapping[str, object] | None = None,
) -> ModelSpec:
    """As the library makes it from a draft, the files staying where they are."""
    folder = path if path.is_dir() else path.parent
    names = [str(name) for name in draft.weights]
    hashes = files_sha256({name: folder / name for name in names})
    labels = tuple(
        ModelLabel(
            label.name,
            CodedConcept(f"L{label.value}", "99TEST", label.name),
            ANATOMICAL_STRUCTURE,
            "#88F4F4",
            label.value in findings or label.is_finding,
        )
        for label in draft.labels
    )
    listed = [{"path": n, "sha256": h, "size_bytes": 0} for n, h in hashes.items()]
    sha256 = joint_sha256(hashes)
    return ModelSpec(
        AlgorithmIdentity(draft.id, draft.name, draft.version, sha256),
        draft.task, "", labels, EligibilityRules(draft.modality), 0.5, False, "",
        folder, path,
        card={"weights": {"path": "all" if path.is_dir() else path.name, "files": listed,
                          "sha256": sha256}},
        format=format_name,
        channels=draft.channels,
        options={**draft.options, **(options or {})},
    )  # fmt: skip


def as_added(draft: ModelDraft, folder: Path, into: Path) -> Path:
    """A folder as the library keeps it: only the files that the draft lists."""
    for name in draft.weights:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, into / name)
    return into


def request_of(spec: ModelSpec, volume: Volume, run_id: str = "run-1") -> InferenceRequest:
    """A run of a model on a volume."""
    return InferenceRequest(run_id, "1.2.3", volume, spec)


def write_meshnet(folder: Path) -> Path:
    """Two layers; normalised between quantiles it sees values from 0 to 1."""
    folder.mkdir(parents=True, exist_ok=True)
    first, last = nn.Conv3d(1, 2, 3, padding=2, dilation=2), nn.Conv3d(2, 3, 1)
    with torch.no_grad():
        first.weight.zero_()
        first.weight[:, 0, 1, 1, 1] = 1.0
        first.bias.zero_()
        last.weight.copy_(torch.tensor([[0, 0], [1, 0], [1, 1]]).reshape(3, 2, 1, 1, 1))
        last.bias.copy_(torch.tensor([0, -0.25, -1.0]))
    layers = [
        {"kernel_size": 3, "padding": 2, "stride": 1, "dilation": 2},
        {"kernel_size": 1, "padding": 0, "stride": 1, "dilation": 1},
    ]
    listed = {"bnorm": False, "header": "a test", "layers": layers}
    (folder / "model.json").write_text(json.dumps(listed))
    names = {"labels": ["background", "bright", "very-bright"]}
    (folder / "colormap.json").write_text(json.dumps(names))
    torch.save(nn.Sequential(first, nn.ReLU(), last).state_dict(), folder / "model.pth")
    return folder


def write_onnx(path: Path, shape: tuple[object, ...] = (1, 1, "k", "j", "i"), **more) -> Path:
    """The brightness network as an ONNX graph of one convolution."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    dimensions = len(shape) - 2
    network = Brightness(dimensions)
    weights = [
        numpy_helper.from_array(network.head.weight.detach().numpy(), "w"),
        numpy_helper.from_array(network.head.bias.detach().numpy(), "b"),
    ]
    nodes = [helper.make_node(more.get("operator", "Conv"), ["x", "w", "b"], ["y"],
                              domain=more.get("domain", ""))]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 3, *shape[2:]))],
        weights,
    )
    opsets = [helper.make_opsetid("", 17)]
    if more.get("domain"):
        opsets.append(helper.make_opsetid(more["domain"], 1))
    model = helper.make_model(graph, opset_imports=opsets)
    model.ir_version = 9
    if "labels" in more:
        helper.set_model_props(model, {"labels": json.dumps(more["labels"])})
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path), **more.get("save", {}))
    return path


UNET_ARGUMENTS = {
    "spatial_dims": 3, "in_channels": 1, "out_channels": 3, "channels": [3, 3],
    "strides": [1], "norm": None, "kernel_size": 1, "up_kernel_size": 1,
}  # fmt: skip
"""MONAI's UNet that does not go down: every voxel is seen by itself."""


def brightness_unet() -> nn.Module:
    """MONAI's UNet with weights that make it tell brightness apart."""
    from monai.networks.nets import UNet

    network = UNet(**UNET_ARGUMENTS)
    brightness = Brightness().head
    with torch.no_grad():
        first, last = network.model[0].conv, network.model[2].conv
        for layer in (first, network.model[1].submodule.conv, last):
            layer.weight.zero_()
            layer.bias.zero_()
        first.weight[0] = 1.0
        last.weight[0] = brightness.weight[:, 0]
        last.bias.copy_(brightness.bias)
    return network.eval()


def write_safetensors(path: Path) -> Path:
    """MONAI's UNet that tells brightness apart, named in the header."""
    from safetensors.torch import save_file

    architecture = {"name": "monai.networks.nets.UNet", "arguments": UNET_ARGUMENTS}
    metadata = {
        "architecture": json.dumps(architecture),
        "labels": json.dumps(["bright", "very bright"]),
        "options": json.dumps({"window": [8, 16, 16]}),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(brightness_unet().state_dict(), path, metadata)
    return path


def write_torchscript(path: Path) -> Path:
    """The brightness network, traced."""
    import warnings

    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(Brightness(), torch.zeros(1, 1, 8, 8, 8))
        traced.save(str(path))
    described = {"labels": ["bright", "very bright"], "options": {"window": [8, 8, 8]}}
    path.with_suffix(".json").write_text(json.dumps(described))
    return path


def write_bundle(folder: Path, **changes: object) -> Path:
    """A bundle of a MONAI UNet that does not go down, set to tell brightness apart.

    `changes` replace sections of the inference configuration; None takes one out.
    """
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    (folder / "models").mkdir(exist_ok=True)
    config = {
        "imports": ["$import glob"],
        "bundle_root": "/nowhere",
        "device": "$torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')",
        "network_def": {"_target_": "UNet", **UNET_ARGUMENTS},
        "network": "$@network_def.to(@device)",
        "preprocessing": {
            "_target_": "Compose",
            "transforms": [
                {"_target_": "LoadImaged", "keys": "image"},
                {"_target_": "EnsureChannelFirstd", "keys": "image"},
                {"_target_": "EnsureTyped", "keys": "image"},
            ],
        },
        "inferer": {
            "_target_": "SlidingWindowInferer", "roi_size": [16, 16, 16],
            "sw_batch_size": 2, "overlap": 0.5,
        },
        "postprocessing": {
            "_target_": "Compose",
            "transforms": [
                {"_target_": "Activationsd", "keys": "pred", "softmax": True},
                {"_target_": "Invertd", "keys": "pred", "transform": "@preprocessing",
                 "orig_keys": "image", "nearest_interp": True, "to_tensor": True},
                {"_target_": "AsDiscreted", "keys": "pred", "argmax": True},
            ],
        },
        "evaluator": {"_target_": "SupervisedEvaluator", "device": "@device"},
    }  # fmt: skip
    for key, section in changes.items():
        config.pop(key, None)
        if section is not None:
            config[key] = section
    (folder / "configs" / "inference.json").write_text(json.dumps(config))
    described = {
        "version": "0.1.0", "name": "Brightness",
        "network_data_format": {
            "inputs": {"image": {
                "modality": "CT", "num_channels": 1, "channel_def": {"0": "image"}}},
            "outputs": {"pred": {"num_channels": 3, "channel_def": {
                "0": "background", "1": "bright", "2": "very bright"}}},
        },
    }  # fmt: skip
    (folder / "configs" / "metadata.json").write_text(json.dumps(described))
    torch.save(brightness_unet().state_dict(), folder / "models" / "model.pt")
    return folder
