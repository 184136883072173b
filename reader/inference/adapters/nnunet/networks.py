"""From what plans say about a network to the network.

Only what is in the tables here is ever built: a name in a model's files is looked up, never
imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from torch import nn

from reader.core.text import say
from reader.inference.adapters.nnunet.plans import damaged, unsupported
from reader.inference.adapters.nnunet.unet import Kit, Shape, Sizes, UNet

_NONLINEARITIES: Final[Mapping[str, type[nn.Module]]] = {
    "LeakyReLU": nn.LeakyReLU,
    "ReLU": nn.ReLU,
    "ELU": nn.ELU,
    "GELU": nn.GELU,
    "SiLU": nn.SiLU,
}
_NORMS: Final[Mapping[str, type[nn.Module]]] = {
    "InstanceNorm2d": nn.InstanceNorm2d,
    "InstanceNorm3d": nn.InstanceNorm3d,
    "BatchNorm2d": nn.BatchNorm2d,
    "BatchNorm3d": nn.BatchNorm3d,
}
_NORM_ARGUMENTS: Final = {"eps", "momentum", "affine", "track_running_stats"}
_NONLINEARITY_ARGUMENTS: Final = {"inplace", "negative_slope", "alpha", "approximate"}
_MOST_STAGES: Final = 12
_MOST_BLOCKS: Final = 64
_MOST_FEATURES: Final = 8192

_CLASSES: Final[Mapping[str, tuple[bool, bool]]] = {
    "PlainConvUNet": (False, False),
    "ResidualEncoderUNet": (True, False),
    "ResidualUNet": (True, True),
}
"""By the name of the class: whether the way down and the way up are residual."""

_MODULE: Final = "dynamic_network_architectures.architectures."

_ARGUMENTS: Final = {
    "n_stages", "features_per_stage", "conv_op", "kernel_sizes", "strides", "n_conv_per_stage",
    "n_blocks_per_stage", "n_conv_per_stage_decoder", "conv_bias", "norm_op", "norm_op_kwargs",
    "dropout_op", "dropout_op_kwargs", "nonlin", "nonlin_kwargs", "deep_supervision",
    "nonlin_first", "block", "bottleneck_channels", "stem_channels",
}  # fmt: skip


def build_unet(
    class_name: str, arguments: Mapping[str, Any], inputs: int, classes: int
) -> nn.Module:
    """The network that plans describe, without weights or memory (on the meta device).

    Raises: ModelUnavailableError: a class or argument that is not among those known here.
    """
    module, _, name = class_name.rpartition(".")
    known = name in _CLASSES and (not module or module.startswith(_MODULE))
    if not known:
        raise unsupported(
            say("This nnU-Net model has a network of another kind ({name}).", name=class_name[:80])
        )
    unknown = sorted(set(arguments) - _ARGUMENTS)
    if unknown:
        raise unsupported(
            say("The network of this nnU-Net model is built with {name}.", name=unknown[0][:80])
        )
    try:
        kit, shape = _kit(arguments), _shape(arguments, *_CLASSES[name])
        with torch.device("meta"):
            return UNet(kit, shape, inputs, classes)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise damaged("architecture") from error


def with_batch_norm(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as `nnUNetTrainerBN` changes them."""
    dimension = _dimension(arguments)
    norm = {"norm_op": f"BatchNorm{dimension}d", "norm_op_kwargs": {"eps": 1e-5, "affine": True}}
    return {**arguments, **norm}


def _kit(arguments: Mapping[str, Any]) -> Kit:
    return Kit(
        dimension=_dimension(arguments),
        bias=bool(arguments.get("conv_bias", False)),
        norm=_looked_up(arguments.get("norm_op"), _NORMS),
        norm_arguments=_plain(arguments.get("norm_op_kwargs"), _NORM_ARGUMENTS),
        nonlinearity=_looked_up(arguments.get("nonlin"), _NONLINEARITIES),
        nonlinearity_arguments=_plain(arguments.get("nonlin_kwargs"), _NONLINEARITY_ARGUMENTS),
        dropout=arguments.get("dropout_op") is not None,
        nonlinearity_first=bool(arguments.get("nonlin_first", False)),
    )


def _dimension(arguments: Mapping[str, Any]) -> int:
    name = str(arguments["conv_op"]).rpartition(".")[2]
    if name not in ("Conv2d", "Conv3d"):
        raise unsupported(
            say("The network of this nnU-Net model is built with {name}.", name=name[:80])
        )
    return int(name[4])


def _looked_up(told: str | None, table: Mapping[str, type[nn.Module]]) -> type[nn.Module] | None:
    if told is None:
        return None
    module, _, name = str(told).rpartition(".")
    if name not in table or not (module in ("", "torch.nn") or module.startswith("torch.nn.")):
        raise unsupported(
            say("The network of this nnU-Net model is built with {name}.", name=str(told)[:80])
        )
    return table[name]


def _plain(told: Mapping[str, Any] | None, allowed: set[str]) -> dict[str, Any]:
    found = dict(told or {})
    simple = all(isinstance(value, bool | int | float | str) for value in found.values())
    if not simple or not set(found) <= allowed:
        raise damaged("norm_op_kwargs")
    return found


def _shape(arguments: Mapping[str, Any], residual_down: bool, residual_up: bool) -> Shape:
    stages = int(arguments["n_stages"])
    if not 2 <= stages <= _MOST_STAGES:
        raise damaged("n_stages")
    dimension = _dimension(arguments)
    blocks = "n_blocks_per_stage" if residual_down else "n_conv_per_stage"
    narrow = _narrow(arguments, stages)
    stem = arguments.get("stem_channels")
    return Shape(
        features=_counts(arguments["features_per_stage"], stages, _MOST_FEATURES),
        kernels=_sizes(arguments["kernel_sizes"], stages, dimension),
        strides=_sizes(arguments["strides"], stages, dimension),
        down=_counts(arguments[blocks], stages, _MOST_BLOCKS),
        up=_counts(arguments["n_conv_per_stage_decoder"], stages - 1, _MOST_BLOCKS),
        narrow=narrow,
        stem=None if stem is None else _counts(stem, 1, _MOST_FEATURES)[0],
        residual_down=residual_down,
        residual_up=residual_up,
    )


def _narrow(arguments: Mapping[str, Any], stages: int) -> tuple[int | None, ...]:
    block = str(arguments.get("block", "BasicBlockD")).rpartition(".")[2]
    if block == "BasicBlockD":
        return (None,) * stages
    if block != "BottleneckD":
        raise unsupported(
            say("The network of this nnU-Net model is built with {name}.", name=block[:80])
        )
    return _counts(arguments["bottleneck_channels"], stages, _MOST_FEATURES)


def _counts(told: int | Sequence[int], stages: int, most: int) -> tuple[int, ...]:
    found = tuple([told] * stages if isinstance(told, int) else told)
    if len(found) != stages or not all(isinstance(n, int) and 1 <= n <= most for n in found):
        raise ValueError("counts")
    return found


def _sizes(
    told: int | Sequence[int | Sequence[int]], stages: int, dimension: int
) -> tuple[Sizes, ...]:
    listed = [told] * stages if isinstance(told, int) else list(told)
    if len(listed) != stages:
        raise ValueError("sizes")
    return tuple(_counts(one, dimension, 64) for one in listed)
