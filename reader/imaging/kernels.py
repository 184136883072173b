"""The compiled inner loops of `sampling` and `pane_overlay`, loaded when there is time.

Compiling takes most of a minute and loading half a second, so neither happens where
somebody waits. `compile_kernels` runs in a process of its own and fills a folder that
belongs to the application; `load_kernels` reads from it. Until then, and where numba does
not work, `compiled` says None and the plain form serves.

Run as a program with a folder, this compiles into it and notes that it did.
"""

from __future__ import annotations

import platform
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

COMPILED_TYPES: Final = ("int16", "uint16", "uint8", "float32", "int32")
"""What voxels, labels and scores are made of; the commonest first."""

_NOTE: Final = "compiled.txt"
_SOURCES: Final = ("sampling_kernels.py", "blending_kernels.py")


@dataclass(frozen=True, slots=True)
class Kernels:
    """The loops for one type of voxel. What they take is said in `sampling_kernels`."""

    slab: Callable[..., None]
    nearest: Callable[..., None]
    points: Callable[..., None]


class _Loaded:
    """What this process has loaded. It never changes back, so reading needs no lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_type: Mapping[str, Kernels] = {}
        self.blend: Callable[..., None] | None = None


_LOADED: Final = _Loaded()


def compiled(dtype: np.dtype[Any]) -> Kernels | None:
    """The loops for a type, if they are loaded. Any thread."""
    return _LOADED.by_type.get(dtype.name)


def compiled_blend() -> Callable[..., None] | None:
    """The loop of `blending_kernels`, if it is loaded. Any thread."""
    return _LOADED.blend


def load_kernels(folder: Path, types: tuple[str, ...] = COMPILED_TYPES) -> None:
    """Load blending and the loops for some types, compiling what `folder` does not hold yet.

    Takes half a second at best and most of a minute at worst; not for the GUI thread.

    Raises: ImportError: numba does not work on this machine. OSError: nor does the folder.
    """
    import numba

    config: Any = numba.config
    with _LOADED.lock:
        config.CACHE_DIR = str(folder)
        if _LOADED.blend is None:
            _LOADED.blend = _compiled_blend()
        for name in types:
            if name not in _LOADED.by_type:
                _LOADED.by_type = {**_LOADED.by_type, name: _kernels_of(name)}


def _compiled_blend() -> Callable[..., None]:
    import numba as nb

    from reader.imaging.blending_kernels import blend

    compile_for: Any = nb.njit
    grey = nb.types.Array(nb.uint8, 1, "C", readonly=True)
    over = nb.types.Array(nb.uint32, 2, "C", readonly=True)
    signature = nb.void(grey, nb.intp, over, nb.uint32[::1], nb.intp)
    made: Callable[..., None] = compile_for(signature, nogil=True, cache=True)(blend)
    return made


def _kernels_of(name: str) -> Kernels:
    import numba as nb

    from reader.imaging import sampling_kernels as loops

    compile_for: Any = nb.njit
    kind = getattr(nb.types, name)
    volume = nb.types.Array(kind, 3, "C", readonly=True)
    frame = nb.types.Array(nb.float64, 2, "C", readonly=True)
    line = nb.types.Array(nb.float64, 1, "C", readonly=True)
    number, whole, flag = nb.float64, nb.intp, nb.boolean
    plane, row = kind[:, ::1], kind[::1]
    signatures = (
        nb.void(volume, frame, line, line, whole, number, whole, plane, flag),
        nb.void(volume, frame, number, whole, plane),
        nb.void(volume, frame, number, flag, row, flag),
    )
    made = (
        compile_for(signature, nogil=True, cache=True)(loop)
        for signature, loop in zip(
            signatures, (loops.slab, loops.nearest, loops.points), strict=True
        )
    )
    return Kernels(*made)


def are_compiled(folder: Path) -> bool:
    """Whether all loops of this version are in a folder, made on this machine."""
    try:
        return (folder / _NOTE).read_text("utf-8") == _made_by()
    except (OSError, UnicodeDecodeError):
        return False


def compile_kernels(folder: Path) -> None:
    """Fill a folder with all loops, in a process that may be slow. Raises: as `load_kernels`."""
    load_kernels(folder)
    (folder / _NOTE).write_text(_made_by(), "utf-8")


def _made_by() -> str:
    """Whatever makes compiled loops useless elsewhere: the code, the compiler, the machine."""
    import hashlib

    beside = Path(__file__)
    sources = (hashlib.sha256(beside.with_name(name).read_bytes()) for name in _SOURCES)
    parts = (version("numba"), version("llvmlite"), sys.version, platform.machine(),
             platform.node(), *(source.hexdigest() for source in sources))  # fmt: skip
    return "\n".join(parts)


if __name__ == "__main__":
    from reader.imaging import kernels as _this  # what is loaded is kept under the real name

    _this.compile_kernels(Path(sys.argv[1]))
