"""Messages between the application and a model's process, large arrays by shared memory.

A message is any picklable value. Its arrays travel beside it: small ones in the stream,
large ones each in anonymous shared memory whose descriptor goes along, so that nothing has
a name, nothing is copied twice, and the system frees it with its last user however either
side ends. Where descriptors cannot be passed (Windows), everything goes through the pipes.

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
_MOST_SHARED: Final = 16
_HEAD: Final = struct.Struct("<QI")
"""Bytes of the pickle, number of arrays."""
_ARRAY: Final = struct.Struct("<Q?")
"""Bytes of an array, and whether they are in shared memory; otherwise they follow."""


class Wire(Protocol):
    """Bytes one way and the other. `write` and `read` are each called by one thread at a time."""

    passes_memory: bool
    """Whether descriptors go along with bytes."""

    def write(self, data: memoryview, descriptors: Sequence[int] = ()) -> None:
        """Send all of it. Raises: OSError."""
        ...

    def read(self, out: memoryview) -> None:
        """Fill `out`. Raises: EOFError: the other side is gone. OSError."""
        ...

    def taken_descriptor(self) -> int:
        """The first descriptor that came with what was read; the caller closes it."""
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

    def write(self, data: memoryview, descriptors: Sequence[int] = ()) -> None:
        """See `Wire.write`."""
        if descriptors:
            data = data[socket.send_fds(self._socket, [data], list(descriptors)) :]
        self._socket.sendall(data)

    def read(self, out: memoryview) -> None:
        """See `Wire.read`."""
        while len(out):
            data, descriptors, _, _ = socket.recv_fds(
                self._socket, min(len(out), _HEAD.size), _MOST_SHARED
            )
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

    def write(self, data: memoryview, descriptors: Sequence[int] = ()) -> None:
        """See `Wire.write`."""
        assert not descriptors
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
        large = [n for n, array in enumerate(arrays) if len(array) >= SHARED_FROM_BYTES]
        shared = set(large[:_MOST_SHARED]) if self._wire.passes_memory else set()
        descriptors: list[int] = []
        try:
            for number in sorted(shared):
                descriptors.append(_shared_memory_with(arrays[number]))
            head = _HEAD.pack(len(packed), len(arrays))
            table = [_ARRAY.pack(len(array), n in shared) for n, array in enumerate(arrays)]
            with self._sending:
                self._wire.write(memoryview(head), descriptors)
                self._wire.write(memoryview(b"".join(table) + packed))
                for number, array in enumerate(arrays):
                    if number not in shared:
                        self._wire.write(array)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def receive(self) -> object:
        """The next message.

        Raises: EOFError, OSError: the other side is gone. MemoryError: no room for it.
        """
        head = bytearray(_HEAD.size)
        self._wire.read(memoryview(head))
        packed_bytes, count = _HEAD.unpack(head)
        rest = memoryview(bytearray(count * _ARRAY.size + packed_bytes))
        self._wire.read(rest)
        table, packed = rest[: count * _ARRAY.size], rest[count * _ARRAY.size :]
        arrays = [self._array(size, shared) for size, shared in _ARRAY.iter_unpack(table)]
        return pickle.loads(packed, buffers=arrays)

    def _array(self, size: int, is_shared: bool) -> memoryview:
        """Shared memory, which goes with the last view of it, or what follows in the stream."""
        if not is_shared:
            array = np.empty(size, np.uint8).data
            self._wire.read(array)
            return array
        descriptor = self._wire.taken_descriptor()
        try:
            return memoryview(mmap.mmap(descriptor, size))
        except OSError as error:
            raise MemoryError("no room for an array") from error
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Let go of the wire."""
        self._wire.close()


def _shared_memory_with(array: memoryview) -> int:
    """A descriptor of fresh memory that holds an array. Raises: MemoryError."""
    size = len(array)
    try:
        descriptor = _anonymous_memory(size)
    except OSError as error:
        raise MemoryError("no room to hand an array over") from error
    try:
        whole = np.frombuffer(mmap.mmap(descriptor, size), np.uint8)
        # Unlike a slice assignment this lets other threads run meanwhile.
        np.copyto(whole, np.frombuffer(array, np.uint8))
    except OSError as error:
        os.close(descriptor)
        raise MemoryError("no room to hand an array over") from error
    return descriptor


def _anonymous_memory(size: int) -> int:
    """Memory without a name, or where there is none a file that is deleted already."""
    try:
        descriptor = os.memfd_create("model") if sys.platform == "linux" else _deleted_file()
    except OSError:
        descriptor = _deleted_file()
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


def _deleted_file() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
