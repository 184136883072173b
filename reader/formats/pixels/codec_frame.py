"""What a codec is told about one compressed frame, and how its samples come back.

Imported by the codec processes: nothing here may be slow to load.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_PACKED: Final = struct.Struct("<64s16sIIBBBBB")
_SLOWEST_S: Final = 10.0
"""A frame gets this long whatever its size: the machine may be busy."""
_SLOWEST_S_PER_SAMPLE: Final = 4e-6
"""JPEG 2000, the slowest, takes a fiftieth of it."""
_SLOWEST_OF_ALL_S: Final = 600.0


class CodecError(Exception):
    """A frame that cannot be decoded, or not into what its header announces."""


class CodecStartError(CodecError):
    """There is no process to decode in: not the frame's fault."""


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """A compressed frame as its header describes it. Source: DICOM PS3.5 section 8."""

    transfer_syntax_uid: str
    photometric: str
    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of a decoded sample: the smallest that holds the bits allocated."""
        return container(self.bits_allocated, self.signed)

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, columns), and (rows, columns, samples) for colour."""
        size = (self.rows, self.columns)
        return size if self.samples == 1 else (*size, self.samples)

    @property
    def decoded_bytes(self) -> int:
        """How much a decoded frame takes."""
        return self.rows * self.columns * self.samples * self.dtype.itemsize

    @property
    def limit_s(self) -> float:
        """After how many seconds decoding has hung."""
        samples = self.rows * self.columns * self.samples
        return min(_SLOWEST_S + _SLOWEST_S_PER_SAMPLE * samples, _SLOWEST_OF_ALL_S)

    def pack(self) -> bytes:
        """For the pipe to a codec process."""
        return _PACKED.pack(
            self.transfer_syntax_uid.encode("ascii", "replace"),
            self.photometric.encode("ascii", "replace"),
            self.rows,
            self.columns,
            self.samples,
            self.bits_allocated,
            self.bits_stored,
            self.high_bit,
            self.signed,
        )

    @classmethod
    def unpack(cls, packed: bytes) -> FrameFormat:
        """What `pack` packed."""
        uid, photometric, *numbers, high_bit, signed = _PACKED.unpack(packed)
        rows, columns, samples, allocated, stored = numbers
        return cls(
            uid.rstrip(b"\0").decode(),
            photometric.rstrip(b"\0").decode(),
            rows,
            columns,
            samples,
            allocated,
            stored,
            high_bit,
            bool(signed),
        )


PACKED_BYTES: Final = _PACKED.size


def container(bits_allocated: int, signed: bool) -> np.dtype[Any]:
    """The type that holds a sample of so many bits (1 and 12 included)."""
    size = next((size for size in (1, 2, 4) if bits_allocated <= 8 * size), 8)
    return np.dtype(f"{'i' if signed else 'u'}{size}")


def keep_stored_bits(
    samples: NDArray[Any], bits_stored: int, high_bit: int, signed: bool
) -> NDArray[Any]:
    """Drop what lies beside the stored bits (overlays, rubbish), and extend the sign.

    In place; `samples` has the sign it should have. Source: DICOM PS3.5 8.1.1.
    """
    bits = 8 * samples.dtype.itemsize
    if bits_stored >= bits:
        return samples
    above = bits - 1 - high_bit if bits_stored - 1 <= high_bit < bits else bits - bits_stored
    below = bits - bits_stored - above
    if not signed and below == 0:
        highest = samples.dtype.type((1 << bits_stored) - 1)
        # To look takes half as long as to write, and there is seldom anything to drop.
        if samples.max(initial=0) > highest:
            np.bitwise_and(samples, highest, out=samples)
        return samples
    np.left_shift(samples, above, out=samples)
    np.right_shift(samples, above + below, out=samples)
    return samples
