"""A fold's checkpoint, opened so that nothing in it can run and nothing in it can swell."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.adapters.pickle_scan import UnsafePickleError, check_pickles

_LARGEST_PICKLE_BYTES: Final = 16 << 20
_MOST_ENTRIES: Final = 100_000

_NUMBERS_BY_NAME: Final = frozenset({
    "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.dtype",
    *(f"numpy.dtypes.{kind}DType" for kind in
      ("Float16", "Float32", "Float64", "Int32", "Int64", "Bool")),
})  # fmt: skip

Weights = Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """What is used of a checkpoint. `weights` are on disk until they are copied from."""

    weights: Weights
    trainer: str
    configuration: str
    mirror_axes: tuple[int, ...]


def read_checkpoint(path: Path) -> Checkpoint:
    """One fold's checkpoint.

    The file is a zip archive of a pickle and the tensors' bytes. The pickle is read by
    PyTorch's restricted reader, which knows tensors, plain containers and NumPy numbers and
    calls nothing else.

    Raises: ModelUnavailableError: damaged, or it holds more than weights.
    """
    _check_archive(path)
    try:
        check_pickles(path, _NUMBERS_BY_NAME)
        with torch.serialization.safe_globals(_numbers()):
            found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        return _checked(found)
    except (pickle.UnpicklingError, UnsafePickleError) as error:
        raise ModelUnavailableError(
            say(
                "The checkpoint {name} holds more than weights and was not opened.", name=path.name
            ),
            say("It could run a program on this computer. Get the model from a source you trust."),
        ) from error
    except (
        RuntimeError, ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, OSError
    ) as error:  # fmt: skip
        raise _damaged(path) from error


def check_fits(network: torch.nn.Module, weights: Weights) -> None:
    """Compare names and shapes. Raises: ModelUnavailableError: they are not this network's."""
    wanted = network.state_dict()
    same = set(wanted) == set(weights) and all(
        weights[key].shape == value.shape for key, value in wanted.items()
    )
    if not same:
        raise ModelUnavailableError(
            say("The weights of this nnU-Net model do not fit the network of its plans."),
            say("It was trained with changes of its own: run it with the program that made it."),
        )


def fill(network: torch.nn.Module, weights: Weights) -> torch.nn.Module:
    """Give a network on the meta device memory and weights that fit, for inference."""
    filled = network.to_empty(device="cpu")
    filled.load_state_dict(dict(weights), strict=True)
    return filled.float().eval().requires_grad_(False)


def _check_archive(path: Path) -> None:
    """Refuse what is no plain archive: packed entries could unfold to any size."""
    try:
        size = path.stat().st_size
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise _damaged(path) from error
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    declared = sum(entry.file_size for entry in entries)
    pickles = [e.file_size for e in entries if e.filename.endswith(".pkl")]
    too_much = declared > size or len(entries) > _MOST_ENTRIES
    if packed or too_much or sum(pickles) > _LARGEST_PICKLE_BYTES:
        raise ModelUnavailableError(
            say("The checkpoint {name} would unfold to more than it is.", name=path.name),
            say("It was not opened. Get the model from a source you trust."),
        )


def _numbers() -> list[Any]:
    """What nnU-Net's log of a training holds besides tensors: NumPy's plain numbers."""
    # numpy.core is where older files say that the same function lives.
    scalar = np._core.multiarray.scalar  # type: ignore[attr-defined]
    kinds = ("Float16", "Float32", "Float64", "Int32", "Int64", "Bool")
    kinds_of_numbers = [getattr(np.dtypes, f"{kind}DType") for kind in kinds]
    return [scalar, (scalar, "numpy.core.multiarray.scalar"), np.dtype, *kinds_of_numbers]


def _checked(found: Mapping[str, Any]) -> Checkpoint:
    weights = found["network_weights"]
    if not isinstance(weights, dict) or not all(
        isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in weights.items()
    ):
        raise TypeError("network_weights")
    axes = found.get("inference_allowed_mirroring_axes") or ()
    return Checkpoint(
        weights={key.removeprefix("module."): value for key, value in weights.items()},
        trainer=str(found["trainer_name"]),
        configuration=str(found["init_args"]["configuration"]),
        mirror_axes=tuple(sorted({int(axis) for axis in axes})),
    )


def _damaged(path: Path) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The checkpoint {name} is damaged or incomplete.", name=path.name),
        say("Get the model again from where it came from."),
    )
