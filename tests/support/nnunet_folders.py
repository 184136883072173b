"""Trained folders as nnU-Net writes them, with tiny networks whose weights are only noise.

Everything is made from NumPy's seeded integers, so that it is the same on every machine.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reader.core.cancel import CancelToken, ReportProgress, ignore_progress
from reader.core.focus import Focus
from reader.core.model import (
    EligibilityRules,
    InferenceRequest,
    InferenceResult,
    ModelLabel,
    ModelSpec,
)
from reader.core.provenance import AlgorithmIdentity
from reader.inference.adapters.nnunet.adapter import ADAPTER
from reader.inference.adapters.nnunet.networks import build_unet, with_batch_norm
from reader.inference.adapters.nnunet.plans import read_plans
from reader.inference.engine.place import Place
from reader.inference.packs.file_hashes import file_sha256, joint_sha256
from reader.inference.packs.label_codes import LabelTable
from tests.support.nnunet_cases import (
    CASCADE,
    FIGURES,
    FIRST_STAGE,
    PART_CASE,
    PARTS,
    Case,
    volumes,
)

PLACE = Place(torch.device("cpu"), beside_a_screen=True)
LABELS_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "labels"


def write_folder(
    folder: Path,
    one: Case,
    dataset_name: str = "Dataset999_Test",
    *,
    configuration: str = "",
    previous: str | None = None,
) -> Path:
    """The trained folder `Trainer__nnUNetPlans__configuration` inside a folder of its dataset."""
    configuration = configuration or ("2d" if len(one.patch) == 2 else "3d_fullres")
    trained = folder / dataset_name / f"{one.trainer}__nnUNetPlans__{configuration}"
    trained.mkdir(parents=True)
    dataset = {
        "channel_names": {str(n): name for n, name in enumerate(one.channels)},
        "labels": dict(one.labels),
        "file_ending": ".nii.gz",
        "description": "Noise for tests.",
        "licence": "CC0-1.0",
    }
    if one.has_regions:
        dataset["regions_class_order"] = [1, 2, 3]
    plans = plans_of(one, configuration, dataset_name)
    plans["configurations"][configuration]["previous_stage"] = previous
    (trained / "dataset.json").write_text(json.dumps(dataset))
    (trained / "plans.json").write_text(json.dumps(plans))
    for fold in range(one.folds):
        write_checkpoint(trained, one, configuration, fold)
    return trained


def plans_of(one: Case, configuration: str, dataset_name: str) -> dict[str, Any]:
    if one.torch_resampling:
        resampling = {
            "is_seg": False,
            "force_separate_z": False,
            "memefficient_seg_resampling": False,
        }
        if len(set(one.spacing)) > 1 and max(one.spacing) / min(one.spacing) > 3:
            resampling["force_separate_z"] = None
        told = {
            key: value
            for kind in ("data", "probabilities", "seg")
            for key, value in (
                (f"resampling_fn_{kind}", "resample_torch_fornnunet"),
                (f"resampling_fn_{kind}_kwargs", {**resampling, "is_seg": kind == "seg"}),
            )
        }
    else:
        orders = {"data": 3, "probabilities": 1, "seg": 1}
        told = {
            key: value
            for kind, order in orders.items()
            for key, value in (
                (f"resampling_fn_{kind}", "resample_data_or_seg_to_shape"),
                (
                    f"resampling_fn_{kind}_kwargs",
                    {"is_seg": kind == "seg", "order": order, "order_z": 0,
                     "force_separate_z": None},
                ),
            )
        }  # fmt: skip
    base = {
        "preprocessor_name": "DefaultPreprocessor",
        "data_identifier": "x",
        "batch_size": 2,
        "patch_size": list(one.patch),
        "median_image_size_in_voxels": list(one.patch),
        "spacing": list(one.target),
        "normalization_schemes": list(one.schemes),
        "use_mask_for_norm": [one.mask] * len(one.channels),
        "batch_dice": False,
        **told,
        **(old_architecture(one) if one.old_plans else {"architecture": architecture(one)}),
    }
    return {
        "dataset_name": dataset_name,
        "plans_name": "nnUNetPlans",
        "image_reader_writer": one.reader,
        "transpose_forward": list(one.transpose),
        "transpose_backward": [int(n) for n in np.argsort(one.transpose)],
        "label_manager": "LabelManager",
        "foreground_intensity_properties_per_channel": {
            str(n): FIGURES for n in range(len(one.channels))
        },
        "configurations": {"base": base, configuration: {"inherits_from": "base"}},
    }


def architecture(one: Case) -> dict[str, Any]:
    dimension = len(one.patch)
    stages = 3
    name = "ResidualEncoderUNet" if one.residual else "PlainConvUNet"
    counts = "n_blocks_per_stage" if one.residual else "n_conv_per_stage"
    norm = None if one.without_norm else f"torch.nn.modules.instancenorm.InstanceNorm{dimension}d"
    return {
        "network_class_name": f"dynamic_network_architectures.architectures.unet.{name}",
        "arch_kwargs": {
            "n_stages": stages,
            "features_per_stage": [4, 6, 8],
            "conv_op": f"torch.nn.modules.conv.Conv{dimension}d",
            "kernel_sizes": [[1, *[3] * (dimension - 1)], *[[3] * dimension] * (stages - 1)],
            "strides": [[1] * dimension, [one.strides[0], *[2] * (dimension - 1)], [2] * dimension],
            counts: [1, 2, 1],
            "n_conv_per_stage_decoder": [1] * (stages - 1),
            "conv_bias": True,
            "norm_op": norm,
            "norm_op_kwargs": {"eps": 1e-05, "affine": True},
            "dropout_op": None,
            "dropout_op_kwargs": None,
            "nonlin": "torch.nn.LeakyReLU",
            "nonlin_kwargs": {"inplace": True},
        },
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
    }


def old_architecture(one: Case) -> dict[str, Any]:
    """As nnU-Net before 2.4 wrote it."""
    new = architecture(one)["arch_kwargs"]
    return {
        "UNet_class_name": "PlainConvUNet",
        "UNet_base_num_features": 4,
        "unet_max_num_features": 8,
        "n_conv_per_stage_encoder": new["n_conv_per_stage"],
        "n_conv_per_stage_decoder": new["n_conv_per_stage_decoder"],
        "num_pool_per_axis": [1, 2, 2],
        "pool_op_kernel_sizes": new["strides"],
        "conv_kernel_sizes": new["kernel_sizes"],
    }


def write_checkpoint(trained: Path, one: Case, configuration: str, fold: int) -> Path:
    """A checkpoint with everything that nnUNetTrainer puts in."""
    plans = read_plans(trained, configuration)
    arguments = plans.network_arguments
    if one.trainer == "nnUNetTrainerBN":
        arguments = with_batch_norm(arguments)
    network = build_unet(plans.network_class, arguments, plans.inputs, plans.heads.count).to_empty(
        device="cpu"
    )
    weights = noise_weights(network, 100 + fold + one.seed)
    path = trained / f"fold_{fold}" / "checkpoint_final.pth"
    path.parent.mkdir()
    torch.save(
        {
            "network_weights": weights,
            "optimizer_state": {"state": {0: {"momentum": torch.ones(3)}}, "param_groups": []},
            "grad_scaler_state": {"scale": 65536.0, "_growth_tracker": 3},
            "logging": {"train_losses": [np.float64(-0.5), np.float32(-0.6)], "lrs": [0.01]},
            "_best_ema": np.float64(0.8),
            "current_epoch": 1000,
            "init_args": {
                "plans": {},
                "configuration": configuration,
                "fold": fold,
                "dataset_json": {},
                "device": torch.device("cpu"),
            },
            "trainer_name": one.trainer,
            "inference_allowed_mirroring_axes": one.axes,
        },
        path,
    )
    return path


def noise_weights(network: torch.nn.Module, seed: int) -> dict[str, torch.Tensor]:
    """Whole numbers divided by powers of two; a module named twice gets the same twice."""
    random = np.random.default_rng(seed)
    done: set[int] = set()
    for owner, module in network.named_modules():
        if id(module) in done:
            continue
        done.add(id(module))
        for name, tensor in (
            *module.named_parameters(recurse=False),
            *module.named_buffers(recurse=False),
        ):
            fan = int(np.prod(tensor.shape[1:])) if tensor.ndim > 1 else 64
            values = random.integers(-128, 129, tensor.shape) / (64 * max(1, fan**0.5))
            if name in ("running_var", "weight") and tensor.ndim == 1:
                values = 1 + np.abs(values)
            if tensor.ndim == 0:
                values = np.zeros(())
            if "seg_layers" in owner and tensor.ndim > 1:
                values = 4 * (values - values.mean(axis=1, keepdims=True))
            tensor.data = (
                torch.from_numpy(np.asarray(values)).to(tensor.dtype).reshape(tensor.shape)
            )
    return network.state_dict()


def spec_of(folder: Path, **options: object) -> ModelSpec:
    """What the library would make of a folder's draft, without copying anything."""
    draft = ADAPTER.draft(folder)
    inside = {(Path(folder.name) / path).as_posix(): folder / path for path in draft.weights}
    hashes = {name: file_sha256(path) for name, path in inside.items()}
    whole = joint_sha256(hashes)
    files = [
        {"path": name, "sha256": value, "size_bytes": inside[name].stat().st_size}
        for name, value in hashes.items()
    ]
    labels = LabelTable(LABELS_FOLDER).card_labels(draft.labels)
    return ModelSpec(
        identity=AlgorithmIdentity(draft.id, draft.name, draft.version, whole),
        task=draft.task,
        architecture="",
        labels=tuple(
            ModelLabel(
                one.name, one.code.concept(), one.category.concept(), one.color, one.is_finding
            )
            for one in labels
        ),
        eligibility=EligibilityRules(draft.modality),
        threshold=0.5,
        calibrated=False,
        licence=draft.licence,
        folder=folder.parent,
        weights=folder,
        card={"weights": {"sha256": whole, "path": folder.name, "files": files}},
        format="nnunet",
        channels=draft.channels,
        options={**draft.options, **options},
    )


def run_case(folder: Path, one: Case, **more: Any) -> InferenceResult:
    """Our own result for a case."""
    first, *others = volumes(one)
    spec = spec_of(folder, step=one.step, mirror=one.mirror, exact=True)
    request = InferenceRequest("run", "1.2.3", first, spec, more_channels=tuple(others))
    return run_request(request, **more)


def run_request(
    request: InferenceRequest,
    report: ReportProgress = ignore_progress,
    cancel: CancelToken | None = None,
    focus: Focus | None = None,
) -> InferenceResult:
    model = ADAPTER.open(request.spec)
    return model.run(request, PLACE, report, cancel or CancelToken(), focus or Focus())


def write_parts(folder: Path) -> list[Path]:
    """Both parts of TotalSegmentator's `total_mr`, with three labels each and other weights."""
    names = (("spleen", "liver", "stomach"), ("heart", "aorta", "femur_left"))
    trained = []
    for number, (dataset, labels) in enumerate(zip(PARTS, names, strict=True)):
        one = replace(
            PART_CASE,
            labels={"background": 0, **{name: n for n, name in enumerate(labels, start=1)}},
            seed=500 * number,
        )
        trained.append(write_folder(folder, one, dataset))
    return trained


def write_bright_folder(folder: Path, middles: tuple[float, float]) -> Path:
    """A trained folder that tells nothing from bright from very bright, voxel by voxel.

    `middles` are the values between which the label changes.
    """
    one = Case(
        "bright",
        patch=(8, 16, 16),
        target=(1.0, 1.0, 1.0),
        labels={"background": 0, "bright": 1, "very_bright": 2},
        channels=("MRI",),
        schemes=("NoNormalization",),
        axes=None,
        without_norm=True,
    )
    trained = write_folder(folder, one)
    path = trained / "fold_0" / "checkpoint_final.pth"
    content = torch.load(path, weights_only=False)
    weights = content["network_weights"]
    for tensor in weights.values():
        tensor.zero_()
    # Beside what comes from below lie the four channels of the same size: the first is the image.
    for name, source in (("encoder.stages.0.0.convs.0", 0), ("decoder.stages.1.convs.0", 4)):
        weights[f"{name}.conv.weight"][0, source, 0, 1, 1] = 1.0
    low, high = middles
    slope = 40 / (high - low)
    head = "decoder.seg_layers.1"
    for value, (times, minus) in enumerate(((0, 0.0), (1, low), (2, low + high))):
        weights[f"{head}.weight"][value, 0] = times * slope
        weights[f"{head}.bias"][value] = -minus * slope
    torch.save(content, path)
    return trained


def write_cascade(folder: Path, **changes: Any) -> tuple[Path, Path]:
    """Both trained folders of a cascade, in one dataset: the first stage, then the second."""
    first = write_folder(folder, replace(FIRST_STAGE, **changes), configuration="3d_lowres")
    second = write_folder(
        folder,
        replace(CASCADE, **changes),
        configuration="3d_cascade_fullres",
        previous="3d_lowres",
    )
    return first, second
