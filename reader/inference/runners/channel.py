"""Messages between the application and a model's process, large arrays by shared memory.

A message is any picklable value. Its arrays travel beside it: small ones in the stream,
large ones in anonymous shared memory whose descriptor goes along, so that nothing has a
name, nothing is copied twice, and the system frees it however either side ends. Where
descriptors cannot be passed (Windows), everything goes through the pipes.

Both ends are the same program of the same person on the same machine: a pickle from there
is no more of a risk than the code itself. It never carries anything from a model's file.
"""

from __future__ import annotations

import mmap
import os
import pickle
import socket
import struct
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final, Protocol

import numpy as np

SHARED_FROM_BYTES: Final = 1 << 20
"""Below that, mapping memory costs more than sending it."""
_ALIGNED: Final = 64
_HEAD: Final = struct.Struct("<QIQ")
"""Bytes of the pickle, number of arrays, bytes of shared memory (0: they follow)."""
_SIZE: Final = struct.Struct("<Q")


class Wire(Protocol):
    """Bytes one way and the other. `write` and `read` are each called by one thread at a time."""

    passes_memory: bool
    """Whether descriptors go along with bytes."""

    def write(self, data: memoryview, descriptor: int | None = None) -> None:
        """Send all of it. Raises: OSError."""
        ...

    def read(self, out: memoryview) -> None:
        """Fill `out`. Raises: EOFError: the other side is gone. OSError."""
        ...

    def taken_descriptor(self) -> int:
        """The descriptor that came with what was read last; the caller closes it."""
        ...

    def close(self) -> None:
        """Let go; a `read` that waits ends."""
        ...


class SocketWire:
    """A pair of local sockets, which pass descriptors. Not on Windows."""

    passes_memory = True

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._descriptors: list[int] = []

    def write(self, data: memoryview, descriptor: int | None = None) -> None:
        """See `Wire.write`."""
        if descriptor is not None:
            data = data[socket.send_fds(self._socket, [data], [descriptor]) :]
        self._socket.sendall(data)

    def read(self, out: memoryview) -> None:
        """See `Wire.read`."""
        while len(out):
            data, descriptors, _, _ = socket.recv_fds(self._socket, min(len(out), _HEAD.size), 1)
            self._descriptors += descriptors
            if not data:
                raise EOFError
            out[: len(data)] = data
            out = out[len(data) :]
            while len(out):
                count = self._socket.recv_into(out)
                if not count:
                    raise EOFError
                out = out[count:]

    def taken_descriptor(self) -> int:
        """See `Wire.taken_descriptor`."""
        return self._descriptors.pop(0)

    def close(self) -> None:
        """See `Wire.close`."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class PipeWire:
    """Two pipes. Memory is not shared: twice the copying, on any system."""

    passes_memory = False

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        """Both unbuffered."""
        self._incoming, self._outgoing = incoming, outgoing

    def write(self, data: memoryview, descriptor: int | None = None) -> None:
        """See `Wire.write`."""
        assert descriptor is None
        while len(data):
            data = data[self._outgoing.write(data) or 0 :]

    def read(self, out: memoryview) -> None:
        """See `Wire.read`."""
        while len(out):
            count = self._incoming.readinto(out)  # type: ignore[attr-defined]
            if not count:
                raise EOFError
            out = out[count:]

    def taken_descriptor(self) -> int:
        """See `Wire.taken_descriptor`."""
        raise EOFError

    def close(self) -> None:
        """See `Wire.close`."""
        for pipe in (self._outgoing, self._incoming):
            with suppress(OSError):
                pipe.close()


class Channel:
    """Whole messages over a wire. Any thread may send; one thread receives."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._sending = threading.Lock()

    def send(self, message: object) -> None:
        """Send a message; arrays may change as soon as this returns.

        Raises: OSError: the other side is gone. MemoryError: no room for the arrays.
        """
        beside: list[pickle.PickleBuffer] = []
        packed = pickle.dumps(message, protocol=5, buffer_callback=beside.append)
        arrays = [buffer.raw() for buffer in beside]
        total = sum(len(array) for array in arrays)
        shares = self._wire.passes_memory and total >= SHARED_FROM_BYTES
        descriptor = _shared_memory_with(arrays) if shares else None
        try:
            block = _offsets([len(array) for array in arrays])[-1] if shares else 0
            head = _HEAD.pack(len(packed), len(arrays), block)
            sizes = b"".join(_SIZE.pack(len(array)) for array in arrays)
            with self._sending:
                self._wire.write(memoryview(head), descriptor)
                self._wire.write(memoryview(sizes + packed))
                if not shares:
                    for array in arrays:
                        self._wire.write(array)
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def receive(self) -> object:
        """The next message. Raises: EOFError, OSError: the other side is gone."""
        head = bytearray(_HEAD.size)
        self._wire.read(memoryview(head))
        packed_bytes, count, block = _HEAD.unpack(head)
        rest = bytearray(count * _SIZE.size + packed_bytes)
        self._wire.read(memoryview(rest))
        sizes = [size for (size,) in _SIZE.iter_unpack(rest[: count * _SIZE.size])]
        arrays = self._mapped(sizes, block) if block else self._read_arrays(sizes)
        return pickle.loads(memoryview(rest)[count * _SIZE.size :], buffers=arrays)

    def close(self) -> None:
        """Let go of the wire."""
        self._wire.close()

    def _mapped(self, sizes: Sequence[int], block: int) -> list[memoryview]:
        """Views of shared memory, which goes with the last of them."""
        descriptor = self._wire.taken_descriptor()
        try:
            whole = memoryview(mmap.mmap(descriptor, block))
        finally:
            os.close(descriptor)
        starts = _offsets(sizes)
        return [whole[at : at + size] for at, size in zip(starts, sizes, strict=False)]

    def _read_arrays(self, sizes: Sequence[int]) -> list[memoryview]:
        arrays = [np.empty(size, np.uint8).data for size in sizes]
        for array in arrays:
            self._wire.read(array)
        return arrays


def _offsets(sizes: Sequence[int]) -> list[int]:
    """Where each array starts, and where all of them end."""
    starts = [0]
    for size in sizes:
        starts.append(-(-(starts[-1] + size) // _ALIGNED) * _ALIGNED)
    return starts


def _shared_memory_with(arrays: Sequence[memoryview]) -> int:
    """A descriptor of fresh memory that holds the arrays. Raises: MemoryError."""
    sizes = [len(array) for array in arrays]
    starts = _offsets(sizes)
    try:
        descriptor = _anonymous_memory(starts[-1])
    except OSError as error:
        raise MemoryError("no room to hand arrays over") from error
    try:
        whole = np.frombuffer(mmap.mmap(descriptor, starts[-1]), np.uint8)
        for at, array in zip(starts, arrays, strict=False):
            # Unlike a slice assignment this lets other threads run meanwhile.
            np.copyto(whole[at : at + len(array)], np.frombuffer(array, np.uint8))
    except OSError as error:
        os.close(descriptor)
        raise MemoryError("no room to hand arrays over") from error
    return descriptor


def _anonymous_memory(size: int) -> int:
    """Memory without a name; where the system has none, a file that is deleted already."""
    if sys.platform == "linux":
        descriptor = os.memfd_create("model")
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    try:
        if hasattr(os, "posix_fallocate"):
            # Too little memory is an error here; later it would be the end of the process.
            os.posix_fallocate(descriptor, 0, size)
        else:
            os.ftruncate(descriptor, size)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
