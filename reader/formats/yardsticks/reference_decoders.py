"""Other people's readers, as yardsticks: `reader bench load` and `reader conformance` only.

Nothing the application shows a reader comes through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from reader.formats.headers.quiet_pydicom import quiet_pydicom

_FRAMES_PER_STEP: Final = 8


def scan_headers_with_pydicom(paths: Sequence[Path]) -> list[int]:
    """Read every header as most Python programs do; the instance numbers.

    Raises: OSError, and what pydicom raises for a file that is not DICOM.
    """
    from pydicom import dcmread

    with quiet_pydicom():
        return [int(dcmread(path, stop_before_pixels=True).InstanceNumber) for path in paths]


def pixel_offset(path: Path) -> int:
    """Where the value of Pixel Data begins in an uncompressed file.

    Raises: OSError, and what pydicom raises for a file that is not DICOM.
    """
    from pydicom import dcmread

    with quiet_pydicom():
        return int(dcmread(path)["PixelData"].file_tell or 0)


def single_frame(path: Path) -> bytes:
    """The compressed frame of a single-frame file."""
    from pydicom import dcmread
    from pydicom.encaps import get_frame

    with quiet_pydicom():
        return bytes(get_frame(dcmread(path).PixelData, 0, number_of_frames=1))


class JpegLsDecoders:
    """CharLS alone, in one process per core: frames wait there, results go to shared memory.

    pyjpegls keeps the GIL, so processes are the fastest way there is. Use as a context.
    """

    def __init__(self, frames: Sequence[bytes], shape: tuple[int, int], processes: int) -> None:
        self._count = len(frames)
        self._shape = (len(frames), *shape)
        self._memory = SharedMemory(create=True, size=2 * int(np.prod(self._shape)))
        self._pool = ProcessPoolExecutor(
            processes,
            get_context("spawn"),
            _take_frames,
            (self._memory.name, frames, self._shape),
        )
        self.decode()

    def decode(self) -> None:
        """Decode all frames once; whichever process is free takes the next few.

        Raises: what the decoder raises.
        """
        steps = range(0, self._count, _FRAMES_PER_STEP)
        running = [self._pool.submit(_decode, first) for first in steps]
        for one in running:
            one.result()

    def values(self) -> NDArray[np.uint16]:
        """A copy of what was decoded last, (k, j, i)."""
        view: NDArray[np.uint16] = np.ndarray(self._shape, np.uint16, self._memory.buf)
        return view.copy()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown()
        self._memory.close()
        self._memory.unlink()


_here: dict[str, Any] = {}
"""What a decoding process holds. Filled once, there."""


def _take_frames(name: str, frames: Sequence[bytes], shape: tuple[int, int, int]) -> None:
    memory = SharedMemory(name=name)
    _here.update(memory=memory, frames=frames, out=np.ndarray(shape, np.uint16, memory.buf))


def _decode(first: int) -> None:
    from jpeg_ls import decode_from_buffer

    rows_columns = _here["out"].shape[1:]
    for k in range(first, min(first + _FRAMES_PER_STEP, len(_here["frames"]))):
        decoded = decode_from_buffer(_here["frames"][k])
        _here["out"][k] = np.frombuffer(decoded, np.uint16).reshape(rows_columns)
