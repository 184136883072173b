"""Bundles through our reader give the labels that MONAI itself gives, voxel by voxel."""

from __future__ import annotations

import importlib.util
import json
import warnings

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.focus import Focus
from reader.core.geometry import VolumeGeometry
from reader.core.volume import Volume
from reader.formats.grids.nifti import write_nifti
from reader.inference.adapters.known import adapter_of
from reader.inference.engine.place import Place
from tests.support.other_models import request_of, spec_of

monai = pytest.importorskip("monai")

HAS_NIBABEL = importlib.util.find_spec("nibabel") is not None
TILTED = np.array(
    [[0.1, -0.05, 1.3, -20], [0.08, 1.1, 0.05, 11], [2.0, -0.09, -0.1, 5], [0, 0, 0, 1]]
)
TURNED = np.array([[0, -1.4, 0, 30], [0, 0, 1.2, -8], [-1.9, 0, 0, 44], [0, 0, 0, 1.0]])

UNET = {
    "_target_": "UNet", "spatial_dims": 3, "in_channels": 1, "out_channels": 3,
    "channels": [4, 8], "strides": [2], "norm": "batch",
}  # fmt: skip
SEGRESNET = {
    "_target_": "monai.networks.nets.SegResNet", "spatial_dims": 3, "in_channels": 1,
    "out_channels": "@classes", "init_filters": 4, "blocks_down": [1, 1], "blocks_up": [1],
    "norm": ["GROUP", {"num_groups": 2}],
}  # fmt: skip


def a_volume(affine: np.ndarray) -> Volume:
    """Smooth random values like soft tissue in HU, on a grid that lies as it likes."""
    rng = np.random.default_rng(5)
    coarse = rng.normal(size=(5, 6, 7)).astype(np.float32)
    values = torch.nn.functional.interpolate(
        torch.from_numpy(coarse)[None, None], size=(13, 21, 19), mode="trilinear"
    )[0, 0].numpy()
    return Volume("1.2.3", (values * 120 + 40).astype(np.float32),
                  VolumeGeometry((13, 21, 19), affine))  # fmt: skip


def transform(name: str, key: str = "image", **more: object) -> dict[str, object]:
    return {"_target_": name, "keys": key, **more}


def the_json_bundle() -> dict[str, object]:
    """One JSON file: spacing, a range, Gaussian windows, way back before the argmax."""
    config = {
        "image_key": "image",
        "network_def": UNET,
        "preprocessing": {"_target_": "Compose", "transforms": [
            {"_target_": "LoadImaged", "keys": "@image_key"},
            transform("EnsureChannelFirstd"),
            transform("Spacingd", pixdim=[1.5, 1.5, 1.5], mode="bilinear"),
            transform("ScaleIntensityRanged", a_min=-60, a_max=160, b_min=0.0, b_max=1.0,
                      clip=True),
            transform("EnsureTyped"),
        ]},
        "inferer": {"_target_": "SlidingWindowInferer", "roi_size": [16, 16, 16],
                    "sw_batch_size": 4, "overlap": 0.25, "mode": "gaussian"},
        "postprocessing": {"_target_": "Compose", "transforms": [
            transform("Activationsd", "pred", softmax=True),
            transform("Invertd", "pred", transform="@preprocessing", orig_keys="@image_key",
                      nearest_interp=False, to_tensor=True),
            transform("AsDiscreted", "pred", argmax=True),
        ]},
    }  # fmt: skip
    return {"configs/inference.json": json.dumps(config)}


YAML = """
image: "@nothing"
network_def:
  _target_: UNet
  spatial_dims: 3
  in_channels: 1
  out_channels: 3
  channels: [4, 8]
  strides: [2]
  norm: batch
preprocessing:
  _target_: monai.transforms.Compose
  transforms:
  - {_target_: LoadImaged, keys: image, ensure_channel_first: true}
  - {_target_: monai.transforms.Orientationd, keys: image, axcodes: RAS}
  - {_target_: Spacingd, keys: image, pixdim: [1.6, 1.6, 2.0], mode: bilinear}
  - {_target_: NormalizeIntensityd, keys: image, nonzero: true, channel_wise: true}
  - {_target_: ScaleIntensityRangeD, keys: image, a_min: -2, a_max: 2, b_min: 0.0, b_max: 1.0}
inferer:
  _target_: monai.inferers.SlidingWindowInferer
  roi_size: [16, 12, 8]
  overlap: 0.5
postprocessing:
  _target_: Compose
  transforms:
  - {_target_: Activationsd, keys: pred, sigmoid: true}
  - {_target_: AsDiscreted, keys: pred, threshold: 0.5}
"""


def the_yaml_bundle() -> dict[str, object]:
    """YAML: turned to RAS, sigmoid channels that overlap, no way back of its own."""
    return {"configs/inference.yaml": YAML}


def the_split_bundle() -> dict[str, object]:
    """Three files tied by macros and references; the whole image at once."""
    config = {
        "classes": 3,
        "network_def": "%network.json#net",
        "preprocessing": {"_target_": "Compose", "transforms": "%steps.yaml::before"},
        "inferer": {"_target_": "SimpleInferer"},
        "postprocessing": {"_target_": "Compose", "transforms": "%steps.yaml::after"},
    }
    steps = """
before:
- {_target_: LoadImaged, keys: image}
- {_target_: EnsureChannelFirstd, keys: image}
- {_target_: Orientationd, keys: image, axcodes: LPS}
- {_target_: CropForegroundd, keys: image, source_key: image, margin: 1}
- {_target_: ClipIntensityPercentilesd, keys: image, lower: 1, upper: 99}
- {_target_: ScaleIntensityd, keys: image}
- {_target_: DivisiblePadd, keys: image, k: 4}
- {_target_: Identityd, keys: image, _disabled_: true}
after:
- {_target_: Invertd, keys: pred, transform: "@preprocessing", orig_keys: image}
- {_target_: AsDiscreted, keys: pred, argmax: true}
- {_target_: FillHolesd, keys: pred, applied_labels: [1, 2]}
"""
    return {
        "configs/inference.json": json.dumps(config),
        "configs/network.json": json.dumps({"net": SEGRESNET}),
        "configs/steps.yaml": steps,
    }


LAYOUTS = {
    "json": (the_json_bundle, "background", False),
    "yaml": (the_yaml_bundle, "core", True),
    "split": (the_split_bundle, "background", True),
}


@pytest.fixture(params=LAYOUTS)
def bundle(request, tmp_path, monkeypatch):
    """A bundle's folder, and what MONAI's own parser makes of it."""
    files, first_channel, needs_nibabel = LAYOUTS[request.param]
    if needs_nibabel and not HAS_NIBABEL:
        pytest.skip("MONAI's Orientationd needs nibabel")
    from monai.bundle import ConfigParser

    folder = tmp_path / request.param
    (folder / "models").mkdir(parents=True)
    (folder / "configs").mkdir()
    written = files()
    for name, text in written.items():
        (folder / name).write_text(str(text))
    channels = {"0": first_channel, "1": "one", "2": "two"}
    described = {"network_data_format": {
        "inputs": {"image": {"num_channels": 1, "modality": "CT"}},
        "outputs": {"pred": {"num_channels": 3, "channel_def": channels}},
    }}  # fmt: skip
    (folder / "configs/metadata.json").write_text(json.dumps(described))
    monkeypatch.chdir(folder / "configs")
    parser = ConfigParser()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser.read_config(str(folder / next(iter(written))))
        torch.manual_seed(11)
        network = parser.get_parsed_content("network_def").eval()
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.4)
    torch.save(network.state_dict(), folder / "models/model.pt")
    return folder, parser, network


def by_monai(bundle, volume: Volume, tmp_path) -> np.ndarray:
    """What MONAI's own transforms and inferer say, (channels, i, j, k) on the source grid."""
    _, parser, network = bundle
    from monai.transforms import Invertd

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        before = parser.get_parsed_content("preprocessing")
        after = parser.get_parsed_content("postprocessing")
        if HAS_NIBABEL:
            path = tmp_path / "image.nii"
            write_nifti(path, volume.voxels, volume.geometry)
            data = before({"image": str(path)})
        else:
            data = without_loading(before)({"image": as_monai_reads(volume)})
        image = data["image"]
        said = parser.get_parsed_content("inferer")(image[None], network)[0]
        pred = monai.data.MetaTensor(
            said.as_tensor() if hasattr(said, "as_tensor") else said,
            meta=image.meta, applied_operations=image.applied_operations,
        )  # fmt: skip
        out = after({**data, "pred": pred})
        if out["pred"].shape[1:] != volume.voxels.shape[::-1] or not any(
            isinstance(step, Invertd) for step in after.transforms
        ):
            undo = Invertd("pred", before, "image", nearest_interp=True)
            out = undo({**data, "pred": out["pred"]})
        return np.asarray(out["pred"])


def without_loading(compose):
    from monai.transforms import Compose, LoadImaged

    return Compose([step for step in compose.transforms if not isinstance(step, LoadImaged)])


def as_monai_reads(volume: Volume):
    flip = np.diag([-1.0, -1, 1, 1])
    affine = flip @ volume.geometry.affine_kji_to_lps[:, [2, 1, 0, 3]]
    return monai.data.MetaTensor(
        torch.from_numpy(np.ascontiguousarray(volume.voxels.transpose(2, 1, 0))),
        affine=torch.from_numpy(affine.copy()), meta={"original_channel_dim": "no_channel"},
    )  # fmt: skip


def painted(values: np.ndarray) -> np.ndarray:
    """MONAI's answer as one label map (k, j, i): of overlapping labels the smaller on top."""
    turned = values.transpose(0, 3, 2, 1)
    if len(turned) == 1:
        return np.rint(turned[0]).astype(np.uint16)
    labels = np.zeros(turned.shape[1:], np.uint16)
    for n in sorted(range(len(turned)), key=lambda n: -turned[n].sum()):
        labels[turned[n] > 0.5] = n + 1
    return labels


@pytest.mark.parametrize("affine", [TILTED, TURNED], ids=["tilted", "turned"])
def test_labels_are_monais_own(bundle, affine, tmp_path):
    folder, _, _ = bundle
    volume = a_volume(affine)
    adapter = adapter_of("monai-bundle")
    draft = adapter.draft(folder)
    spec = spec_of(draft, folder, "monai-bundle", options={"exact": True})
    place = Place(torch.device("cpu"), beside_a_screen=False)
    result = adapter.open(spec).run(
        request_of(spec, volume), place, ignore_progress, CancelToken(), Focus()
    )
    expected = painted(by_monai(bundle, volume, tmp_path))
    assert len(np.unique(expected)) > 1
    np.testing.assert_array_equal(result.labels, expected)


def test_files_in_use_are_in_the_draft(bundle):
    folder, _, _ = bundle
    draft = adapter_of("monai-bundle").draft(folder)
    named = {str(path) for path in draft.weights}
    written = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert named == written
    assert draft.modality == "CT"
