"""Which adapters there are; each is imported when a model of its format is met."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.adapters.adapter import Adapter

MODULES: Final[Mapping[str, str]] = {
    "reading-room": "reader.inference.chest_ct.adapter",
    "nnunet": "reader.inference.adapters.nnunet.adapter",
    "monai-bundle": "reader.inference.adapters.monai_bundle.adapter",
    "meshnet": "reader.inference.adapters.meshnet",
    "onnx": "reader.inference.adapters.onnx_model",
    "safetensors": "reader.inference.adapters.named_network",
    "exported": "reader.inference.adapters.exported",
}
"""By format, in the order in which `recognise` asks; each module has an `ADAPTER`."""


def adapter_of(format_name: str) -> Adapter:
    """The adapter of a format. Raises: ModelUnavailableError: this version has none."""
    if format_name not in MODULES:
        raise ModelUnavailableError(
            say("Models of the format {name} need a newer Reading Room.", name=format_name),
            say("Update Reading Room, or choose another model."),
        )
    adapter: Adapter = importlib.import_module(MODULES[format_name]).ADAPTER
    return adapter


def adapters() -> Iterator[Adapter]:
    """All of them, in order."""
    for name in MODULES:
        yield adapter_of(name)


def recognise(path: Path) -> Adapter:
    """The adapter for a file or folder.

    Raises: ModelUnavailableError: it is no model that is known here.
    """
    for adapter in adapters():
        if adapter.recognises(path):
            return adapter
    raise ModelUnavailableError(
        say("This is no model that Reading Room knows."),
        say("It reads its own packs, nnU-Net v2 folders, MONAI bundles, ONNX and MeshNet."),
    )
