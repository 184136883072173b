"""What a bundle says, checked: network, transforms, inferer, what its outputs mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reader.inference.adapters.monai_bundle import transforms
from reader.inference.adapters.monai_bundle.config import (
    BundleConfig,
    foreign_target,
    inference_name,
    refused,
)
from reader.inference.adapters.monai_bundle.inferer import Inferer
from reader.inference.networks.monai_networks import is_network, is_plain

WEIGHTS: Final = "models/model.pt"
_NETWORK_SECTIONS: Final = ("network_def", "network", "net")
_BACKGROUND: Final = frozenset({"background", "bg", "unknown", "other"})
_MOST_LABELS: Final = 1024


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the channels mean. `exclusive`: classes from a background on, else labels each."""

    names: tuple[str, ...]
    exclusive: bool
    named: bool


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A bundle that was read to its end without a word that is not allowed."""

    name: str
    network: str
    network_arguments: Mapping[str, Any]
    preprocessing: tuple[Mapping[str, Any], ...]
    postprocessing: tuple[Mapping[str, Any], ...]
    inferer: Inferer
    metadata: Mapping[str, Any]
    inputs: Mapping[str, Any]
    channels: tuple[str, ...]
    outputs: Outputs
    files: tuple[str, ...]

    @property
    def image_key(self) -> str:
        """Under which key the transforms look for the image."""
        return transforms.first_keys(self.preprocessing, "image")

    @property
    def answer_key(self) -> str:
        """Under which key they look for the network's answer."""
        return transforms.first_keys(self.postprocessing, "pred")


def looks_like_bundle(path: Path) -> bool:
    """By names only: configuration, metadata and weights are where MONAI puts them."""
    return path.is_dir() and inference_name(path) is not None and (path / WEIGHTS).is_file()


def read_bundle(path: Path) -> Bundle:
    """Read everything that is used. Nothing is imported, evaluated or built.

    Raises: ModelUnavailableError: expressions, names on no list, or a damaged file.
    """
    config = BundleConfig.read(path)
    metadata = config.metadata()
    network, arguments = _network(config)
    preprocessing = transforms.listed(config.section("preprocessing"), path.name, "preprocessing")
    postprocessing = transforms.listed(
        config.section("postprocessing", transforms.SHARED), path.name, "postprocessing"
    )
    transforms.check(preprocessing, path.name, "preprocessing")
    transforms.check(postprocessing, path.name, "postprocessing")
    formats = _mapping(metadata.get("network_data_format"))
    answer = transforms.first_keys(postprocessing, "pred")
    return Bundle(
        path.name,
        network,
        arguments,
        tuple(preprocessing),
        tuple(postprocessing),
        Inferer.read(config.section("inferer"), path.name),
        metadata,
        _only(formats.get("inputs")),
        _channels(_only(formats.get("inputs")), arguments),
        _outputs(_only(formats.get("outputs"), answer), arguments, postprocessing, path.name),
        tuple(sorted(config.used)),
    )


def _network(config: BundleConfig) -> tuple[str, dict[str, Any]]:
    name = next((one for one in _NETWORK_SECTIONS if config.has(one)), None)
    section = config.section(name) if name else None
    if not isinstance(section, dict) or not isinstance(section.get("_target_"), str):
        raise refused(config.name, "network_def")
    target = section["_target_"]
    if not is_network(target):
        raise foreign_target(config.name, target)
    arguments = {k: v for k, v in section.items() if k not in ("_target_", "_mode_")}
    for key, value in arguments.items():
        if not is_plain(value):
            raise refused(config.name, f"network_def::{key[:60]}")
        if "_target_" in str(value):
            raise foreign_target(config.name, str(value)[:80])
    return target, arguments


def _channels(inputs: Mapping[str, Any], arguments: Mapping[str, Any]) -> tuple[str, ...]:
    count = inputs.get("num_channels", arguments.get("in_channels", 1))
    count = count if isinstance(count, int) and 1 <= count <= 16 else 1
    said = _mapping(inputs.get("channel_def"))
    names = [str(said.get(str(n), "")).strip()[:40] for n in range(count)]
    return tuple("" if name.lower() == "image" else name for name in names)


def _outputs(
    outputs: Mapping[str, Any],
    arguments: Mapping[str, Any],
    postprocessing: list[dict[str, Any]],
    bundle: str,
) -> Outputs:
    said = _mapping(outputs.get("channel_def"))
    count = outputs.get("num_channels", arguments.get("out_channels", len(said)))
    if not isinstance(count, int) or not 1 <= count <= _MOST_LABELS:
        raise refused(bundle, "metadata.json: num_channels")
    names = [str(said.get(str(n), "")).strip()[:64] for n in range(count)]
    discrete = transforms.named(postprocessing, "AsDiscreted", bundle)
    argmax = any(_true(one.get("argmax")) for one in discrete)
    split = any(one.get("threshold") is not None for one in discrete) or any(
        _true(one.get("sigmoid"))
        for one in transforms.named(postprocessing, "Activationsd", bundle)
    )
    exclusive = count > 1 and (argmax or not split)
    kept = names[1:] if exclusive else names
    first = 1
    return Outputs(
        tuple(name or f"Label {n}" for n, name in enumerate(kept, start=first)),
        exclusive,
        all(kept) and bool(kept),
    )


def _only(formats: object, key: str = "") -> Mapping[str, Any]:
    """The format of a key, or of the only thing there is."""
    found = _mapping(formats)
    inner: object = found.get(key) or next(iter(found.values()), {})
    return _mapping(inner)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _true(value: object) -> bool:
    return value is True or (isinstance(value, list) and True in value)
