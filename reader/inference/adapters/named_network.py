"""Safetensors with the name of a known network: nothing in them can run.

The header's metadata, or a JSON file of the same name beside it, say what the weights do not:

    {"architecture": {"name": "monai.networks.nets.SegResNet", "arguments": {…}},
     "labels": ["liver", …], "channels": ["CT"], "options": {…}, "name": …, "version": …}

`options` are those of `windows.WindowOptions`. In a header every value is JSON in a string.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.core.errors import ModelUnavailableError
from reader.core.model import ModelSpec
from reader.core.text import say
from reader.inference.adapters.adapter import DraftLabel, ModelDraft, OpenModel
from reader.inference.adapters.safe_pickle import (
    is_safetensors,
    load_tensors,
    safetensors_metadata,
)
from reader.inference.adapters.windows import (
    NetworkModel,
    check_labels,
    draft_options,
    read_options,
)

if TYPE_CHECKING:
    from torch import nn

_LARGEST_TEXT_BYTES: Final = 1 << 20
ARCHITECTURE_OPTION: Final = "architecture"
Word = Annotated[str, Field(min_length=1, max_length=120)]


class Architecture(BaseModel):
    """A network's name and arguments, as `networks.named.build` takes them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Word
    arguments: dict[str, Any] = Field(default_factory=dict)


class Description(BaseModel):
    """What stands in the header or beside the file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    architecture: Architecture
    labels: tuple[Word, ...] = Field(min_length=1, max_length=1024)
    findings: tuple[Word, ...] = ()
    channels: tuple[str, ...] = Field(default=("",), min_length=1, max_length=16)
    options: dict[str, Any] = Field(default_factory=dict)
    name: str = ""
    version: str = "1"
    licence: str = ""
    modality: str = ""
    summary: str = ""
    intended_use: str = ""


class NamedNetworks:
    """Safetensors files, alone or in a folder of their own."""

    format = "safetensors"
    packages: tuple[str, ...] = ()
    runs_code = False

    def recognises(self, path: Path) -> bool:
        """Whether it is one safetensors file that names its network."""
        file = _file_in(path)
        return file is not None and "architecture" in _described(file)

    def draft(self, path: Path) -> ModelDraft:
        """See `Adapter.draft`."""
        file = _found(path)
        said = _description(file)
        options = read_options(said.options, file.stem)
        beside = _beside(file)
        also = (Path(beside.name),) if beside.is_file() else ()
        # Tried here already, so that what cannot be opened is never added.
        _filled(file, said.architecture, file.stem)
        return ModelDraft(
            id=file.stem,
            name=said.name or file.stem,
            version=said.version,
            labels=tuple(
                DraftLabel(n, name, name in said.findings)
                for n, name in enumerate(said.labels, start=1)
            ),
            weights=(Path(file.name), *also),
            channels=said.channels,
            modality=said.modality,
            licence=said.licence,
            summary=said.summary,
            intended_use=said.intended_use,
            options={
                **draft_options(options),
                ARCHITECTURE_OPTION: said.architecture.model_dump(mode="json"),
            },
        )

    def open(self, spec: ModelSpec) -> OpenModel:
        """See `Adapter.open`."""
        from reader.inference.networks.named import FirstOutput
        from reader.inference.packs.registry import check_weights

        check_weights(spec)
        file, name = _found(spec.weights), spec.identity.name
        stated = spec.options.get(ARCHITECTURE_OPTION)
        try:
            architecture = (
                Architecture.model_validate(stated) if stated else _description(file).architecture
            )
        except ValidationError as error:
            raise _unclear(name) from error
        options = read_options(spec.options, name)
        network = _filled(file, architecture, name)
        count = _channels_out(network, options.window, len(spec.channels), name)
        check_labels(name, count, options, len(spec.labels))
        return NetworkModel(FirstOutput(network), options, count)


def _filled(file: Path, architecture: Architecture, name: str) -> nn.Module:
    from reader.inference.networks.named import build, fill, room_for

    tensors = load_tensors(file, name)
    network = build(architecture.name, architecture.arguments, room_for(tensors))
    return fill(network, tensors, name)


def _channels_out(
    network: nn.Module, window: tuple[int, int, int], channels: int, name: str
) -> int:
    """How many channels a window brings, computed without numbers (shapes only)."""
    import copy

    import torch

    sides = window[1:] if window[0] == 1 else window
    try:
        shapes = copy.deepcopy(network).to("meta")
        said = shapes(torch.zeros((1, channels, *sides), device="meta"))
    except Exception as error:
        raise ModelUnavailableError(
            say("The network of the model {name} does not take its windows.", name=name),
            say("Correct `window` or `channels` on its card."),
        ) from error
    said = said[0] if isinstance(said, list | tuple) else said
    return int(said.shape[1])


def _described(file: Path) -> Mapping[str, Any]:
    """From beside the file, else from its header."""
    beside = _beside(file)
    try:
        if beside.is_file() and beside.stat().st_size <= _LARGEST_TEXT_BYTES:
            content = json.loads(beside.read_text(encoding="utf-8"))
            if isinstance(content, dict) and "architecture" in content:
                return content
    except (OSError, ValueError, RecursionError):
        pass
    found: dict[str, Any] = {}
    for key, text in safetensors_metadata(file).items():
        try:
            found[key] = json.loads(text)
        except (ValueError, RecursionError):
            found[key] = text
    return found


def _description(file: Path) -> Description:
    try:
        return Description.model_validate(dict(_described(file)))
    except ValidationError as error:
        raise _unclear(file.stem) from error


def _beside(file: Path) -> Path:
    return file.with_suffix(".json")


def _file_in(path: Path) -> Path | None:
    try:
        found = [path] if path.is_file() else sorted(path.glob("*.safetensors"))
    except OSError:
        return None
    return found[0] if len(found) == 1 and is_safetensors(found[0]) else None


def _found(path: Path) -> Path:
    file = _file_in(path)
    if file is None:
        raise _unclear(path.stem)
    return file


def _unclear(name: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The model {name} does not say which network its weights belong to.", name=name),
        say("Put a JSON file beside it; models/README.md shows one."),
    )


ADAPTER: Final = NamedNetworks()
