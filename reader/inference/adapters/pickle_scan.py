"""What a checkpoint's pickle asks for, read before anything of it is done.

PyTorch's restricted unpickler runs no program, but it may be told to make a container of any
size: a few hundred bytes that fill the memory. So a pickle may name only what weights need.
"""

from __future__ import annotations

import io
import pickletools
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

LARGEST_PICKLE_BYTES: Final = 16 << 20
"""Containers in memory take up to two hundred times their bytes in a pickle."""

_LEGACY_PICKLES: Final = 5
"""One after the other in files older than the archives: mark, version, system, content, keys."""

_NAMES: Final = frozenset({
    "_codecs.encode", "builtins.complex", "builtins.set", "collections.Counter",
    "collections.OrderedDict", "torch.Size", "torch.device", "torch.nn.parameter.Parameter",
    "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
    "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor_v3", "torch.storage.TypedStorage",
    "torch.storage.UntypedStorage",
})  # fmt: skip
_TYPES: Final = ("bfloat", "bits", "bool", "complex", "float", "int", "uint")


class UnsafePickleError(ValueError):
    """A pickle that asks for more than weights; its text names what."""


def check_pickles(path: Path, allowed: frozenset[str] = frozenset()) -> None:
    """Look through every pickle of a checkpoint. `allowed` are further dotted names.

    Raises: UnsafePickleError: it names something else, or is absurdly large. ValueError,
        OSError, zipfile.BadZipFile: damaged.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            for _ in range(_LEGACY_PICKLES):
                _check(file, allowed)
        return
    for content in _archived(path):
        _check(content, allowed)


def _archived(path: Path) -> Iterator[IO[bytes]]:
    """The pickles of an archive, and last the very one that PyTorch is going to read."""
    import torch

    with zipfile.ZipFile(path) as archive:
        pickles = [entry for entry in archive.infolist() if entry.filename.endswith(".pkl")]
        if sum(entry.file_size for entry in pickles) > LARGEST_PICKLE_BYTES:
            raise UnsafePickleError("a pickle of absurd size")
        for entry in pickles:
            yield io.BytesIO(archive.read(entry))
    reader = torch._C.PyTorchFileReader(str(path))
    yield io.BytesIO(reader.get_record("data.pkl"))


def _check(content: IO[bytes], allowed: frozenset[str]) -> None:
    start = content.tell()
    with _plain_errors():
        for opcode, argument, _ in pickletools.genops(content):
            if opcode.name in ("GLOBAL", "INST"):
                _check_name(str(argument).replace(" ", "."), allowed)
            elif opcode.name in ("STACK_GLOBAL", "EXT1", "EXT2", "EXT4"):
                raise UnsafePickleError(opcode.name)
            if content.tell() - start > LARGEST_PICKLE_BYTES:
                raise UnsafePickleError("a pickle of absurd size")


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except (UnicodeDecodeError, IndexError, OverflowError) as error:
        raise ValueError("damaged") from error


def _check_name(name: str, allowed: frozenset[str]) -> None:
    module, _, last = name.rpartition(".")
    is_storage = module in ("torch", "torch.cuda") and last.endswith("Storage")
    is_type = module == "torch" and last.startswith(_TYPES)
    if not (name in _NAMES or name in allowed or is_storage or is_type):
        raise UnsafePickleError(name)
