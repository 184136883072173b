"""Messages with arrays, by sockets with shared memory and by plain pipes."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from reader.core.text import say
from reader.inference.runners.channel import SHARED_FROM_BYTES, Channel, PipeWire, SocketWire


@pytest.fixture(params=["sockets", "pipes"])
def ends(request):
    """Two channels that lead to each other."""
    if request.param == "sockets":
        if sys.platform == "win32":
            pytest.skip("Windows passes no descriptors")
        both = [Channel(SocketWire(end)) for end in socket.socketpair()]
    else:
        a_in, b_out = (os.fdopen(n, m, 0) for n, m in zip(os.pipe(), ("rb", "wb"), strict=True))
        b_in, a_out = (os.fdopen(n, m, 0) for n, m in zip(os.pipe(), ("rb", "wb"), strict=True))
        both = [Channel(PipeWire(a_in, a_out)), Channel(PipeWire(b_in, b_out))]
    yield both
    for end in both:
        end.close()


def passed(ends, message):
    """The message as it arrives at the other end."""
    sender = threading.Thread(target=ends[0].send, args=(message,))
    sender.start()
    try:
        return ends[1].receive()
    finally:
        sender.join()


@pytest.mark.parametrize("count", [0, 5, SHARED_FROM_BYTES])
def test_arrays_arrive_as_they_were_sent(ends, count):
    numbers = np.arange(count, dtype=np.int16)
    flags = np.ones((3, 5, 7), bool)
    flags.flags.writeable = False
    arrived = passed(ends, {"numbers": numbers, "flags": flags, "words": say("{n} mm", n=3)})
    assert np.array_equal(arrived["numbers"], numbers)
    assert arrived["numbers"].dtype == np.int16
    assert arrived["numbers"].flags.writeable
    assert np.array_equal(arrived["flags"], flags)
    assert not arrived["flags"].flags.writeable
    assert str(arrived["words"]) == "3 mm"


def test_what_is_sent_may_change_at_once(ends):
    numbers = np.zeros(SHARED_FROM_BYTES, np.uint8)
    arrived = passed(ends, numbers)
    numbers[:] = 7
    assert not arrived.any()


def test_messages_keep_their_order(ends):
    large = np.ones(SHARED_FROM_BYTES, np.uint8)
    sender = threading.Thread(target=lambda: [ends[0].send((n, large)) for n in range(5)])
    sender.start()
    assert [ends[1].receive()[0] for _ in range(5)] == [0, 1, 2, 3, 4]
    sender.join()


def test_the_other_end_going_away_ends_the_waiting(ends):
    ends[0].close()
    with pytest.raises((EOFError, OSError)):
        ends[1].receive()


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_no_descriptor_stays_open():
    ours, theirs = (Channel(SocketWire(end)) for end in socket.socketpair())
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        passed((ours, theirs), np.zeros(SHARED_FROM_BYTES, np.uint8))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    ours.close()
    theirs.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only there are pages counted so")
def test_no_room_is_an_error_before_anything_is_sent(monkeypatch):
    def full(*_args: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "posix_fallocate", full)
    ours, theirs = (Channel(SocketWire(end)) for end in socket.socketpair())
    with pytest.raises(MemoryError):
        ours.send(np.zeros(SHARED_FROM_BYTES, np.uint8))
    ours.send("small")
    assert theirs.receive() == "small"
    ours.close()
    theirs.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_each_array_lets_go_of_its_memory_by_itself():
    """A heatmap that is kept must not keep a label map of the same message alive."""
    ours, theirs = (Channel(SocketWire(end)) for end in socket.socketpair())
    large = np.ones(8 * SHARED_FROM_BYTES, np.uint8)
    before = shared_pages()
    first, second = passed((ours, theirs), (large, large.copy()))
    assert shared_pages() - before == 2 * large.nbytes
    del second
    assert shared_pages() - before == large.nbytes
    assert first.all()
    ours.close()
    theirs.close()


def shared_pages() -> int:
    """Bytes of memory without a name that this process has mapped."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    spans = [line.split()[0].split("-") for line in lines if "memfd:model" in line]
    return sum(int(end, 16) - int(start, 16) for start, end in spans)
