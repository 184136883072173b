"""Weights from files by others, without ever running what a pickle says.

Safetensors are told from pickles by their first bytes, whatever the name. A pickle is read
by PyTorch's restricted unpickler, which knows tensors and containers and calls nothing else.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.adapters.pickle_scan import UnsafePickleError, check_pickles

if TYPE_CHECKING:
    import torch

LARGEST_WEIGHTS_BYTES: Final = 16 << 30
"""More than any network that a hospital's machine could run."""

_LARGEST_HEADER_BYTES: Final = 8 << 20
"""A header is read as JSON, which takes tens of times as much memory."""

_PREFIXES: Final = ("state_dict", "model_state_dict", "model", "net", "network_weights", "network")
"""Under which key trainers put the network's own weights."""


def load_tensors(path: Path, name: str) -> dict[str, torch.Tensor]:
    """The named tensors of a file, on the CPU; a checkpoint's network where it has one.

    Args:
        path: a safetensors file or a PyTorch checkpoint.
        name: the model's, for messages.

    Raises: ModelUnavailableError: damaged, absurdly large, or it asks for code to be run.
    """
    content = load_checkpoint(path, name)
    found = _network_of(content)
    if not found:
        raise _damaged(name)
    return found


def load_checkpoint(
    path: Path, name: str, allowed: Iterable[type[Any] | tuple[Any, str]] = ()
) -> dict[str, Any]:
    """A whole checkpoint as plain containers and tensors.

    `allowed` are harmless classes that the checkpoint may name beside tensors.

    Raises: ModelUnavailableError: as `load_tensors`.
    """
    try:
        if is_safetensors(path):
            from safetensors.torch import load_file

            return dict(load_file(path))
        _refuse_bombs(path, name)
        check_pickles(path, frozenset(_dotted(one) for one in allowed))
        return _restricted(path, name, allowed)
    except ModelUnavailableError:
        raise
    except UnsafePickleError as error:
        raise _more_than_numbers(name) from error
    except MemoryError as error:
        raise ModelUnavailableError(
            say("The weights of the model {name} do not fit into memory.", name=name),
            say("Close other programs, or choose a smaller model."),
        ) from error
    except Exception as error:
        raise _damaged(name) from error


def is_safetensors(path: Path) -> bool:
    """Whether a file begins as safetensors do: the length of a JSON header, then the header."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            start = file.read(9)
    except OSError:
        return False
    length = int.from_bytes(start[:8], "little")
    return len(start) == 9 and start[8:] == b"{" and 2 <= length <= _LARGEST_HEADER_BYTES


def safetensors_metadata(path: Path) -> dict[str, str]:
    """The texts in a safetensors file's header, without reading tensors; empty where none."""
    if not is_safetensors(path):
        return {}
    try:
        with path.open("rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        found = header.get("__metadata__", {})
        return {str(key): str(text) for key, text in found.items()}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def _restricted(
    path: Path, name: str, allowed: Iterable[type[Any] | tuple[Any, str]]
) -> dict[str, Any]:
    import torch

    scope = torch.serialization.safe_globals(list(allowed))
    try:
        with scope if allowed else contextlib.nullcontext():
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise _more_than_numbers(name) from error
    if not isinstance(content, Mapping):
        raise _damaged(name)
    return dict(content)


def _refuse_bombs(path: Path, name: str) -> None:
    """PyTorch stores tensors uncompressed: what grows on reading was made to do so."""
    too_large = path.stat().st_size > LARGEST_WEIGHTS_BYTES
    if not too_large and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            whole = sum(entry.file_size for entry in archive.infolist())
        too_large = whole > LARGEST_WEIGHTS_BYTES or whole > 4 * path.stat().st_size + (1 << 20)
    if too_large:
        raise ModelUnavailableError(
            say("The weights of the model {name} would unpack to an absurd size.", name=name),
            say("Nothing was unpacked. Get the model again from where it came from."),
        )


def _network_of(content: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    import torch

    tensors = {str(k): v for k, v in content.items() if isinstance(v, torch.Tensor)}
    if any(_pretends(one) for one in tensors.values()):
        return {}
    if tensors:
        return tensors
    for key in _PREFIXES:
        inner = content.get(key)
        if isinstance(inner, Mapping):
            return _network_of(inner)
    return {}


def _pretends(tensor: torch.Tensor) -> bool:
    """Whether a tensor has more values than there are bytes for: one value in all places."""
    import torch

    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_meta:
        return True
    return tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes()


def _dotted(allowed: type[Any] | tuple[Any, str]) -> str:
    if isinstance(allowed, tuple):
        return allowed[1]
    return f"{allowed.__module__}.{allowed.__qualname__}"


def _more_than_numbers(name: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The weights of the model {name} hold more than numbers.", name=name),
        say("Nothing in them was run. Ask its makers for safetensors or a plain state_dict."),
    )


def _damaged(name: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The weights of the model {name} cannot be read.", name=name),
        say("Restore the model's folder from where it came from."),
    )
