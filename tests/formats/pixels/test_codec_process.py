"""The codec process: light, bounded, and gone with the application."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import openjpeg
import psutil
import pytest

from reader.formats.pixels import codec_decode
from reader.formats.pixels.codec_decode import decode_frame
from reader.formats.pixels.codec_frame import CodecError, FrameFormat, keep_stored_bits
from reader.formats.pixels.codec_headers import read_codestream

HEAVY = {"PySide6", "torch", "scipy", "pydicom", "highdicom", "gdcm", "cv2", "SimpleITK", "psutil"}


def python(program: str, project_root: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project_root,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return done.stdout


def test_it_loads_nothing_it_may_not_need(project_root: Path):
    program = "import reader.formats.pixels.codec_process, sys; print(*sys.modules)"
    loaded = {name.split(".")[0] for name in python(program, project_root).split()}
    assert loaded & HEAVY == set()


def test_it_ends_with_the_application_that_started_it(project_root: Path):
    program = (
        "import os; from reader.formats.pixels.codec_pool import CodecPool; pool = CodecPool(2);"
        "pool.warm(); print(*pool.process_ids(), flush=True); os._exit(1)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=project_root, capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    workers = []
    for pid in done.stdout.split():
        try:
            workers.append(psutil.Process(int(pid)))
        except psutil.NoSuchProcess:
            continue
    running = [w for w in workers if w.is_running() and w.status() != psutil.STATUS_ZOMBIE]
    _, alive = psutil.wait_procs(running, timeout=30)
    assert [w for w in alive if w.status() != psutil.STATUS_ZOMBIE] == []


def test_a_panic_of_a_codec_is_a_damaged_frame(monkeypatch: pytest.MonkeyPatch):
    """The RLE codec is written in Rust; its panics are no Exception."""

    class PanicError(BaseException):
        pass

    def panic(*_: object) -> None:
        raise PanicError

    wanted = FrameFormat("1.2.840.10008.1.2.5", "MONOCHROME2", 2, 64, 1, 8, 8, 7, False)
    frame = bytes([1, 0, 0, 0, 64, *bytes(59)]) + bytes([0x81, 7])
    assert decode_frame(frame, wanted).tolist() == [[7] * 64] * 2
    monkeypatch.setitem(codec_decode._DECODERS, wanted.transfer_syntax_uid, (panic,))
    with pytest.raises(CodecError):
        decode_frame(frame, wanted)


def test_a_format_survives_the_pipe():
    wanted = FrameFormat("1.2.840.10008.1.2.4.201", "YBR_FULL_422", 7, 9, 3, 16, 12, 11, True)
    assert FrameFormat.unpack(wanted.pack()) == wanted


@pytest.mark.parametrize(
    ("stored", "bits_stored", "high_bit", "signed", "expected"),
    [
        (0xFABC, 12, 11, False, 0xABC),
        (0x0FFF, 12, 11, True, -1),
        (0xABCF, 12, 15, False, 0xABC),
        (0xFFF7, 12, 15, True, -1),
        (0x5FF4, 10, 11, False, 0x3FD),
        (0xABCD, 16, 15, False, 0xABCD),
    ],
)
def test_only_the_stored_bits_count(
    stored: int, bits_stored: int, high_bit: int, signed: bool, expected: int
):
    samples = np.array([stored], np.uint16).view(np.int16 if signed else np.uint16)
    assert keep_stored_bits(samples, bits_stored, high_bit, signed)[0] == expected


def test_a_header_of_another_size_is_refused_unseen():
    wanted = FrameFormat("1.2.840.10008.1.2.4.70", "MONOCHROME2", 2, 4, 1, 16, 16, 15, False)
    sizes = {(2, 4): True, (2, 5): False, (65535, 65535): False, (0, 4): False}
    for (rows, columns), fits in sizes.items():
        size = rows.to_bytes(2, "big") + columns.to_bytes(2, "big")
        frame = b"\xff\xd8\xff\xc3\x00\x0b\x10" + size + b"\x01\x01\x11\x00\xff\xd9"
        if fits:
            assert read_codestream(frame, wanted).precision == 16
        else:
            with pytest.raises(CodecError):
                read_codestream(frame, wanted)


def test_a_comment_after_the_last_tile_is_no_damage():
    """Some archives fill JPEG 2000 up to a round length with one."""
    truth = np.arange(32 * 40, dtype=np.uint16).reshape(32, 40)
    frame = openjpeg.encode(truth, bits_stored=12)
    assert frame.endswith(b"\xff\xd9")
    padded = frame[:-2] + b"\xff\x64\0\x0b\0\1PADDING" + frame[-2:]
    wanted = FrameFormat(
        "1.2.840.10008.1.2.4.90", "MONOCHROME2", 32, 40, 1, 16, 12, 11, signed=False
    )
    assert np.array_equal(decode_frame(padded, wanted), truth)
