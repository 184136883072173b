"""What a trained folder's `plans.json` and `dataset.json` say, checked, as plain values."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reader.core.errors import ModelUnavailableError
from reader.core.text import Text, say

_LARGEST_FILE_BYTES: Final = 16 << 20
_LARGEST_PATCH: Final = 2048
_MOST_CHANNELS: Final = 64
_MOST_LABELS: Final = 4096

READERS: Final = ("SimpleITKIO", "SimpleITKIOWithReorient", "NibabelIO", "NibabelIOWithReorient")
"""The image readers whose arrays can be given; others are for photographs and TIFF stacks."""

NORMALISATIONS: Final = (
    "CTNormalization",
    "ZScoreNormalization",
    "NoNormalization",
    "RescaleTo01Normalization",
    "RGBTo01Normalization",
)

_RESAMPLINGS: Final = {
    "resample_data_or_seg_to_shape": "spline",
    "resample_torch_fornnunet": "torch",
    "no_resampling_hack": "none",
}


@dataclass(frozen=True, slots=True)
class Normalisation:
    """How one channel is normalised; the figures are of the training data's foreground."""

    scheme: str
    in_mask: bool = False
    mean: float = 0.0
    std: float = 1.0
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Resampling:
    """How an array is brought to another spacing.

    `separate_axis`: True or False forces or forbids that the coarse axis is resampled by
    itself; None lets the spacing decide.
    """

    kind: str = "spline"
    order: int = 3
    order_apart: int = 0
    separate_axis: bool | None = None
    anisotropy: float = 3.0


@dataclass(frozen=True, slots=True)
class Heads:
    """What the network's output channels mean.

    Without regions, channel n is label n and the highest wins. With regions every channel
    is decided by itself and `values` are painted in order, later ones over earlier ones.
    `names` are the foreground's, by value; `foreground` all its label numbers.
    """

    count: int
    names: Mapping[int, str]
    foreground: tuple[int, ...] = ()
    regions: bool = False
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plans:
    """One configuration of a trained folder. Axes are nnU-Net's, after `transpose`.

    `previous`: in a cascade, the configuration whose labels are further channels of this one,
    brought to its grid by `labels`.
    """

    dataset_name: str
    plans_name: str
    configuration: str
    reader: str
    transpose: tuple[int, int, int]
    spacing: tuple[float, ...]
    patch: tuple[int, ...]
    normalisations: tuple[Normalisation, ...]
    data: Resampling
    logits: Resampling
    labels: Resampling
    network_class: str
    network_arguments: Mapping[str, Any]
    heads: Heads
    channels: tuple[str, ...]
    previous: str = ""

    @property
    def inputs(self) -> int:
        """How many channels the network takes."""
        return len(self.channels) + (len(self.heads.foreground) if self.previous else 0)

    @property
    def is_2d(self) -> bool:
        """Whether the network sees single slices."""
        return len(self.patch) == 2


def damaged(what: str) -> ModelUnavailableError:
    """The error for plans that cannot be; `what` names the entry."""
    return ModelUnavailableError(
        say("The plans of this nnU-Net model are damaged or incomplete ({what}).", what=what),
        say("Get the model again from where it came from."),
    )


def unsupported(what: Text) -> ModelUnavailableError:
    """The error for plans that are in order but need something that is not here."""
    return ModelUnavailableError(
        what, say("Run this model with nnU-Net itself, or choose another model.")
    )


def read_json(path: Path) -> dict[str, Any]:
    """A small JSON object. Raises: ModelUnavailableError: missing, too large, or no object."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_FILE_BYTES:
            raise damaged(path.name)
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path.name) from error
    if not isinstance(found, dict):
        raise damaged(path.name)
    return found


def read_plans(folder: Path, configuration: str) -> Plans:
    """One configuration of a trained folder.

    Raises: ModelUnavailableError: the files are damaged, or need what is not here.
    """
    plans, dataset = read_json(folder / "plans.json"), read_json(folder / "dataset.json")
    try:
        return _plans(plans, dataset, configuration)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise damaged(f"{configuration}: {_plain(error)}") from error


def _plans(plans: dict[str, Any], dataset: dict[str, Any], configuration: str) -> Plans:
    chosen = _inherited(plans["configurations"], configuration)
    reader = plans.get("image_reader_writer", "SimpleITKIO")
    if reader not in READERS:
        raise unsupported(
            say("This nnU-Net model reads its images with {name}, not from series.", name=reader)
        )
    manager = plans.get("label_manager", "LabelManager")
    if manager != "LabelManager":
        raise unsupported(
            say("This nnU-Net model has labels of its own kind ({name}).", name=manager)
        )
    preprocessor = chosen.get("preprocessor_name", "DefaultPreprocessor")
    if preprocessor != "DefaultPreprocessor":
        raise unsupported(
            say("This nnU-Net model prepares images in its own way ({name}).", name=preprocessor)
        )
    channels = _channels(dataset)
    name, arguments = _architecture(chosen)
    return Plans(
        dataset_name=str(plans.get("dataset_name", "")),
        plans_name=str(plans.get("plans_name", "")),
        configuration=configuration,
        reader=reader,
        transpose=_transpose(plans["transpose_forward"]),
        spacing=_numbers(chosen["spacing"], "spacing"),
        patch=_patch(chosen),
        normalisations=_normalisations(plans, chosen, len(channels)),
        data=_resampling(chosen, "resampling_fn_data", 3),
        logits=_resampling(chosen, "resampling_fn_probabilities", 1),
        labels=_resampling(chosen, "resampling_fn_seg", 1),
        network_class=name,
        network_arguments=arguments,
        heads=read_heads(dataset),
        channels=channels,
        previous=str(chosen.get("previous_stage") or ""),
    )


def _inherited(configurations: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A configuration with what it inherits from others."""
    chain: list[str] = []
    following: str | None = name
    while following is not None:
        if following in chain or following not in configurations:
            raise damaged(name)
        chain.append(following)
        following = configurations[following].get("inherits_from")
    merged: dict[str, Any] = {}
    for one in reversed(chain):
        merged.update(configurations[one])
    return merged


def read_heads(dataset: Mapping[str, Any]) -> Heads:
    """What the outputs mean, by `dataset.json`. Raises: ModelUnavailableError, ValueError."""
    labels: dict[str, Any] = dataset["labels"]
    if "background" not in labels or labels["background"] != 0:
        raise damaged("background")
    named = {str(k): v for k, v in labels.items() if k != "ignore"}
    if any(isinstance(v, list) and len(v) > 1 for v in named.values()):
        return _regions(named, dataset.get("regions_class_order"))
    numbers = {k: _whole(v[0] if isinstance(v, list) else v) for k, v in named.items()}
    ordered = sorted(set(numbers.values()))
    if len(ordered) > _MOST_LABELS or ordered[0] != 0:
        raise damaged("labels")
    # nnU-Net writes the channel's number, whatever the label's.
    names = {ordered.index(number): name for name, number in numbers.items() if number}
    return Heads(len(ordered), dict(sorted(names.items())), tuple(ordered[1:]))


def _regions(named: Mapping[str, Any], order: object) -> Heads:
    regions = [name for name, value in named.items() if value not in (0, [0])]
    if not isinstance(order, list) or len(order) != len(regions):
        raise damaged("regions_class_order")
    values = tuple(_whole(value) for value in order)
    names = dict(zip(values, regions, strict=True))
    listed = (one for v in named.values() for one in (v if isinstance(v, list) else [v]))
    foreground = tuple(sorted({_whole(one) for one in listed} - {0}))
    return Heads(len(regions), dict(sorted(names.items())), foreground, True, values)


def _channels(dataset: Mapping[str, Any]) -> tuple[str, ...]:
    named = dataset.get("channel_names", dataset.get("modality"))
    if not isinstance(named, dict) or not 1 <= len(named) <= _MOST_CHANNELS:
        raise damaged("channel_names")
    return tuple(str(named[key]) for key in sorted(named, key=int))


def _architecture(chosen: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if "architecture" in chosen:
        described = chosen["architecture"]
        return str(described["network_class_name"]), dict(described["arch_kwargs"])
    stages = len(chosen["n_conv_per_stage_encoder"])
    dimension = len(chosen["patch_size"])
    residual = chosen["UNet_class_name"] == "ResidualEncoderUNet"
    base, most = chosen["UNet_base_num_features"], chosen["unet_max_num_features"]
    return str(chosen["UNet_class_name"]), {
        "n_stages": stages,
        "features_per_stage": [min(base * 2**n, most) for n in range(stages)],
        "conv_op": f"torch.nn.Conv{dimension}d",
        "kernel_sizes": chosen["conv_kernel_sizes"],
        "strides": chosen["pool_op_kernel_sizes"],
        "n_blocks_per_stage" if residual else "n_conv_per_stage": chosen[
            "n_conv_per_stage_encoder"
        ],
        "n_conv_per_stage_decoder": chosen["n_conv_per_stage_decoder"],
        "conv_bias": True,
        "norm_op": f"torch.nn.InstanceNorm{dimension}d",
        "norm_op_kwargs": {"eps": 1e-5, "affine": True},
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
    }


def _normalisations(
    plans: Mapping[str, Any], chosen: Mapping[str, Any], channels: int
) -> tuple[Normalisation, ...]:
    schemes, masks = chosen["normalization_schemes"], chosen["use_mask_for_norm"]
    if len(schemes) != channels or len(masks) != channels:
        raise damaged("normalization_schemes")
    properties = plans.get("foreground_intensity_properties_per_channel") or plans.get(
        "foreground_intensity_properties_by_modality", {}
    )
    return tuple(
        _normalisation(str(scheme), bool(mask), properties.get(str(channel), {}))
        for channel, (scheme, mask) in enumerate(zip(schemes, masks, strict=True))
    )


def _normalisation(scheme: str, mask: bool, figures: Mapping[str, Any]) -> Normalisation:
    if scheme not in NORMALISATIONS:
        raise unsupported(
            say("This nnU-Net model normalises images in its own way ({name}).", name=scheme)
        )
    if scheme != "CTNormalization":
        return Normalisation(scheme, mask and scheme == "ZScoreNormalization")
    keys = ("mean", "std", "percentile_00_5", "percentile_99_5")
    mean, std, low, high = (_number(figures[key]) for key in keys)
    return Normalisation(scheme, False, mean, std, low, high)


def _resampling(chosen: Mapping[str, Any], key: str, order: int) -> Resampling:
    name = chosen.get(key, "resample_data_or_seg_to_shape")
    if name not in _RESAMPLINGS:
        raise unsupported(
            say("This nnU-Net model resamples images in its own way ({name}).", name=name)
        )
    told = chosen.get(f"{key}_kwargs") or {}
    separate = told.get("force_separate_z", False if "spline" in _RESAMPLINGS[name] else None)
    found = Resampling(
        kind=_RESAMPLINGS[name],
        order=_whole(told.get("order", order if f"{key}_kwargs" not in chosen else 3)),
        order_apart=_whole(told.get("order_z", 0)),
        separate_axis=None if separate is None else bool(separate),
        anisotropy=_number(told.get("separate_z_anisotropy_threshold", 3.0)),
    )
    if not (0 <= found.order <= 5 and 0 <= found.order_apart <= 5):
        raise damaged(key)
    return found


def _transpose(told: Sequence[int]) -> tuple[int, int, int]:
    if sorted(told) != [0, 1, 2]:
        raise damaged("transpose_forward")
    return int(told[0]), int(told[1]), int(told[2])


def _patch(chosen: Mapping[str, Any]) -> tuple[int, ...]:
    patch = tuple(_whole(n) for n in chosen["patch_size"])
    right = len(patch) in (2, 3) and all(1 <= n <= _LARGEST_PATCH for n in patch)
    if not right or len(chosen["spacing"]) != len(patch):
        raise damaged("patch_size")
    return patch


def _numbers(told: Sequence[Any], what: str) -> tuple[float, ...]:
    found = tuple(_number(n) for n in told)
    if not all(n > 0 for n in found):
        raise damaged(what)
    return found


def _number(told: float | str) -> float:
    found = float(told)
    if not math.isfinite(found):
        raise ValueError("no number")
    return found


def _whole(told: float) -> int:
    if isinstance(told, bool) or int(told) != told or not 0 <= told < 65536:
        raise ValueError("no whole number")
    return int(told)


def _plain(error: Exception) -> str:
    """What was missing, or the kind of error: values of a damaged file are not repeated."""
    return str(error.args[0])[:80] if isinstance(error, KeyError) else type(error).__name__
