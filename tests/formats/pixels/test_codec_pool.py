"""Codec processes: a codec that crashes, hangs or lies costs a frame and nothing else."""

from __future__ import annotations

import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import Cancelled, UnreadableError
from reader.formats.pixels import codec_frame, codec_pool, codec_worker, dicom_pixels
from reader.formats.pixels.codec_frame import CodecError, CodecStartError, FrameFormat
from reader.formats.pixels.codec_pool import CodecPool
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import codes, ct_volume, only_series, write_ct

FORMAT = FrameFormat("1.2.840.10008.1.2.5", "MONOCHROME2", 2, 64, 1, 8, 8, 7, False)
GOOD = bytes([1, 0, 0, 0, 64, *bytes(59)]) + bytes([0x81, 7])  # 128 pixels of 7, as RLE

BAD_CODEC = """
    import os, sys, time
    from reader.formats.pixels import codec_frame, codec_process

    codec_frame._SLOWEST_S = {limit_s}
    decode = codec_process.decode_frame

    def bad(frame, wanted):
        if {frame!r} in frame:
            {deed}
        return decode(frame, wanted)

    codec_process.decode_frame = bad
    codec_process.main()
"""

MakePool = Callable[..., CodecPool]


def bad_command(
    folder: Path, deed: str, frame: bytes = b"BAD", limit_s: float = 20
) -> Callable[[], list[str]]:
    """What starts a codec process that does `deed` when it comes upon `frame`."""
    program = folder / "bad_codec.py"
    text = textwrap.dedent(BAD_CODEC).format(deed=deed, frame=frame, limit_s=limit_s)
    program.write_text(text)
    return lambda: [sys.executable, str(program)]


@pytest.fixture
def make_pool() -> Iterator[MakePool]:
    pools: list[CodecPool] = []

    def make(*args: object, **options: object) -> CodecPool:
        pools.append(CodecPool(*args, **options))  # type: ignore[arg-type]
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def decode(pool: CodecPool, frame: bytes = GOOD) -> bytes:
    out = bytearray(FORMAT.decoded_bytes)
    pool.decode(frame, FORMAT, memoryview(out))
    return bytes(out)


def test_a_frame_is_decoded_and_the_process_kept(make_pool: MakePool):
    pool = make_pool(1)
    assert decode(pool) == bytes([7]) * 128
    (first,) = pool.process_ids()
    decode(pool)
    assert pool.process_ids() == (first,)


def test_many_threads_share_few_processes(make_pool: MakePool):
    pool = make_pool(2)
    with ThreadPoolExecutor(9) as threads:
        found = list(threads.map(lambda _: decode(pool), range(60)))
    assert set(found) == {bytes([7]) * 128}
    assert len(pool.process_ids()) <= 2


@pytest.mark.parametrize("through_pipe", [False, True])
def test_samples_come_back_whatever_their_size_and_way(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch, through_pipe: bool
):
    if through_pipe:
        monkeypatch.setattr(codec_worker, "_shared_memory", lambda: (None, ()))
    pool = make_pool(1)
    side = 3000  # more than a slot of shared memory holds
    run = b"\x81\x05" * (side * side // 128) + b"\x81\x05"
    frame = bytes([1, 0, 0, 0, 64, *bytes(59)]) + run
    wanted = FrameFormat("1.2.840.10008.1.2.5", "MONOCHROME2", side, side, 1, 8, 8, 7, False)
    out = bytearray(wanted.decoded_bytes)
    for _ in range(2):
        pool.decode(frame, wanted, memoryview(out))
        assert set(out) == {5}
        assert decode(pool) == bytes([7]) * 128


def test_a_damaged_frame_leaves_the_process_alone(make_pool: MakePool):
    pool = make_pool(1)
    decode(pool)
    before = pool.process_ids()
    with pytest.raises(CodecError):
        decode(pool, GOOD[:20])
    with pytest.raises(CodecError):
        decode(pool, b"")
    assert decode(pool) == bytes([7]) * 128
    assert pool.process_ids() == before


@pytest.mark.parametrize(
    "deed",
    [
        "os.abort()",
        "os._exit(0)",
        "os.write(1, b'X' * 100); raise KeyboardInterrupt",
        "raise SystemExit",
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1, 1)); bytearray(1 << 40)",
    ],
)
def test_a_codec_that_crashes_fails_one_frame_and_is_replaced(
    make_pool: MakePool, tmp_path: Path, deed: str
):
    pool = make_pool(1, bad_command(tmp_path, deed))
    assert decode(pool) == bytes([7]) * 128
    with pytest.raises(CodecError):
        decode(pool, GOOD + b"BAD")
    assert decode(pool) == bytes([7]) * 128


def test_a_frame_behind_a_crash_is_decoded_all_the_same(make_pool: MakePool, tmp_path: Path):
    pool = make_pool(1, bad_command(tmp_path, "time.sleep(0.2); os.abort()"))
    decode(pool)
    with ThreadPoolExecutor(2) as threads:
        bad = threads.submit(decode, pool, GOOD + b"BAD")
        good = [threads.submit(decode, pool) for _ in range(6)]
        with pytest.raises(CodecError):
            bad.result()
        assert {one.result() for one in good} == {bytes([7]) * 128}


@pytest.mark.parametrize("ends_itself", [True, False])
def test_a_codec_that_hangs_is_ended(
    make_pool: MakePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends_itself: bool
):
    """By its own clock, and by the application's where it has stopped altogether."""
    if not ends_itself:
        monkeypatch.setattr(codec_frame, "_SLOWEST_S", 0.3)
        monkeypatch.setattr(codec_worker, "_GRACE_S", 0.2)
    pool = make_pool(
        1, bad_command(tmp_path, "time.sleep(600)", limit_s=0.3 if ends_itself else 600)
    )
    decode(pool)
    (hung,) = pool.process_ids()
    with pytest.raises(CodecError):
        decode(pool, GOOD + b"BAD")
    assert decode(pool) == bytes([7]) * 128
    assert not psutil.pid_exists(hung)


def test_a_process_killed_between_frames_is_replaced_unnoticed(make_pool: MakePool):
    pool = make_pool(1)
    decode(pool)
    victim = psutil.Process(pool.process_ids()[0])
    victim.kill()
    psutil.wait_procs([victim], timeout=10)
    assert decode(pool) == bytes([7]) * 128


def test_a_program_that_does_not_start_is_an_error_not_a_hang(make_pool: MakePool):
    pool = make_pool(1, lambda: [sys.executable, "-c", "raise ImportError"])
    with pytest.raises(CodecStartError):
        decode(pool)
    pool = make_pool(1, lambda: ["/nowhere/codec"])
    with pytest.raises(CodecStartError):
        decode(pool)


def test_after_programs_did_not_start_none_is_tried_for_a_while(
    make_pool: MakePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    tries: list[int] = []

    def command() -> list[str]:
        tries.append(1)
        return [sys.executable, "-c", "print('not a codec')"]

    pool = make_pool(1, command)
    for _ in range(50):
        with pytest.raises(CodecStartError):
            decode(pool)
    assert len(tries) < 9
    monkeypatch.setattr(codec_pool, "_START_AGAIN_S", 0.0)
    pool = make_pool(1, lambda: [sys.executable, str(tmp_path / "not_there_yet.py")])
    with pytest.raises(CodecStartError):
        decode(pool)
    (tmp_path / "not_there_yet.py").write_text(
        "from reader.formats.pixels.codec_process import main; main()"
    )
    assert decode(pool) == bytes([7]) * 128


def test_where_no_more_processes_may_start_fewer_do_the_work(make_pool: MakePool):
    commands = iter([codec_pool.worker_command()])
    pool = make_pool(4, lambda: next(commands, ["/nowhere/codec"]))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: decode(pool), range(40)))
    assert set(found) == {bytes([7]) * 128}
    assert len(pool.process_ids()) == 1


def test_without_shared_memory_the_pipe_does(make_pool: MakePool, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> int:
        raise OSError

    monkeypatch.setattr(codec_worker.os, "memfd_create", refuse, raising=False)
    assert decode(make_pool(1)) == bytes([7]) * 128


def test_no_module_is_taken_from_the_current_folder(
    make_pool: MakePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A person may start the application in the very folder somebody sent."""
    for name in ("struct", "numpy", "mmap", "tempfile", "reader"):
        (tmp_path / f"{name}.py").write_text("open('taken', 'w')\nraise SystemExit")
    monkeypatch.chdir(tmp_path)
    assert decode(make_pool(1)) == bytes([7]) * 128
    assert not (tmp_path / "taken").exists()


def test_what_is_cancelled_amid_a_frame_ends_soon(make_pool: MakePool, tmp_path: Path):
    pool = make_pool(1, bad_command(tmp_path, "time.sleep(600)"))
    decode(pool)
    cancel = CancelToken()
    with ThreadPoolExecutor(2) as threads:
        out = memoryview(bytearray(FORMAT.decoded_bytes))
        slow = threads.submit(pool.decode, GOOD + b"BAD", FORMAT, out, cancel)
        other = threads.submit(decode, pool)
        began = time.monotonic()
        cancel.cancel()
        with pytest.raises(Cancelled):
            slow.result()
        assert other.result() == bytes([7]) * 128
        assert time.monotonic() - began < 5


def test_closing_ends_every_process_even_a_busy_one(make_pool: MakePool, tmp_path: Path):
    pool = make_pool(1, bad_command(tmp_path, "time.sleep(600)"))
    decode(pool)
    (process,) = [psutil.Process(pid) for pid in pool.process_ids()]
    failed = threading.Event()

    def wait() -> None:
        try:
            decode(pool, GOOD + b"BAD")
        except CodecError:
            failed.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    pool.close()
    waiting.join(20)
    assert failed.is_set()
    assert psutil.wait_procs([process], timeout=10)[1] == []
    with pytest.raises(CodecError):
        decode(pool)


@pytest.mark.parametrize("deed", ["os.abort()", "time.sleep(600)"])
def test_a_series_opens_around_a_frame_that_takes_its_codec_down(
    make_pool: MakePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str
):
    paths = write_ct(tmp_path / "series", transfer_syntax="jpegls")
    series = only_series(tmp_path / "series")
    offset, _ = series.instances[4].fragments[0]  # type: ignore[attr-defined]
    mark = next(p for p in paths if p == series.instances[4].path).read_bytes()[offset:][:120]
    pool = make_pool(2, bad_command(tmp_path, deed, mark, limit_s=0.5))
    monkeypatch.setattr(dicom_pixels, "shared_pool", lambda: pool)
    volume = read_series(series, ignore_progress, CancelToken())
    assert codes(volume) == ["unreadable-instances"]
    assert "could not be read: 1 (5)" in str(volume.warnings[0].text)
    assert (volume.voxels[4] == -1000).all()
    assert np.array_equal(np.delete(volume.voxels, 4, 0), np.delete(ct_volume().voxels, 4, 0))


def test_a_series_says_when_it_is_not_its_fault(
    make_pool: MakePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_ct(tmp_path / "series", transfer_syntax="jpegls")
    series = only_series(tmp_path / "series")
    pool = make_pool(2, lambda: ["/nowhere/codec"])
    monkeypatch.setattr(dicom_pixels, "shared_pool", lambda: pool)
    with pytest.raises(UnreadableError, match="does not start"):
        read_series(series, ignore_progress, CancelToken())


def test_a_series_is_left_amid_a_frame(
    make_pool: MakePool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_ct(tmp_path / "series", transfer_syntax="rle")
    series = only_series(tmp_path / "series")
    pool = make_pool(2, bad_command(tmp_path, "time.sleep(600)", b""))
    monkeypatch.setattr(dicom_pixels, "shared_pool", lambda: pool)
    cancel = CancelToken()
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(read_series, series, ignore_progress, cancel)
        while not pool.process_ids():
            assert not reading.done()
        began = time.monotonic()
        cancel.cancel()
        with pytest.raises(Cancelled):
            reading.result()
    assert time.monotonic() - began < 5
