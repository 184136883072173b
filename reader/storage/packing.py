"""Arrays as bytes: label maps as runs, changes as bits and values, scores in 256 steps.

Everything is zlib-compressed at its fastest level, little-endian, and checked for
length when read. Packing a chest CT takes tenths of a second: do it on a worker.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox
from reader.core.label_change import LabelChange

_LEVEL = 1


def pack_labels(labels: NDArray[np.uint16]) -> bytes:
    """A label map as the lengths and values of its runs along rows."""
    flat = np.ascontiguousarray(labels).ravel()
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    lengths = np.diff(np.append(starts, flat.size)).astype("<u8")
    runs = len(starts).to_bytes(8, "little")
    values = flat[starts].astype("<u2")
    return zlib.compress(runs + lengths.tobytes() + values.tobytes(), _LEVEL)


def unpack_labels(packed: bytes, shape_kji: tuple[int, int, int]) -> NDArray[np.uint16]:
    """The label map again. Raises: ValueError: the bytes do not fit the shape."""
    raw = zlib.decompress(packed)
    runs = int.from_bytes(raw[:8], "little")
    lengths = np.frombuffer(raw, "<u8", runs, offset=8).astype(np.int64)
    values = np.frombuffer(raw, "<u2", runs, offset=8 + 8 * runs).astype(np.uint16)
    return np.repeat(values, lengths).reshape(shape_kji)


def pack_change(change: LabelChange) -> bytes:
    """Which voxels of the box changed, then their values before, then after."""
    bits = np.packbits(change.changed, axis=None).tobytes()
    before, after = change.before.astype("<u2").tobytes(), change.after.astype("<u2").tobytes()
    return zlib.compress(bits + before + after, _LEVEL)


def unpack_change(packed: bytes, box: IndexBox) -> LabelChange:
    """The change again. Raises: ValueError: the bytes do not fit the box."""
    raw = zlib.decompress(packed)
    shape = tuple(hi - lo for lo, hi in box)
    size = int(np.prod(shape))
    length = (size + 7) // 8
    bits = np.unpackbits(np.frombuffer(raw, np.uint8, length), count=size)
    values = np.frombuffer(raw, "<u2", offset=length).astype(np.uint16)
    half = len(values) // 2
    return LabelChange(box, bits.astype(bool).reshape(shape), values[:half], values[half:])


def pack_scores(scores: NDArray[np.floating]) -> bytes:
    """Scores from 0 to 1 in 256 steps: the heatmap is shown in fewer colours."""
    packer = zlib.compressobj(_LEVEL)
    parts = [packer.compress(_in_steps(plane).tobytes()) for plane in scores]
    return b"".join([*parts, packer.flush()])


def unpack_scores(packed: bytes, shape_kji: tuple[int, int, int]) -> NDArray[np.float16]:
    """The scores again, to 1/510. Raises: ValueError: the bytes do not fit the shape."""
    table = (np.arange(256) / 255).astype(np.float16)
    steps = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(shape_kji)
    return table[steps]


def _in_steps(plane: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.rint(np.clip(plane.astype(np.float32), 0, 1) * 255).astype(np.uint8)
