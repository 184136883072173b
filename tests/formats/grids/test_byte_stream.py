"""Bytes come out of a file as they went in, whatever packed them, and damage is told."""

from __future__ import annotations

import bz2
import gzip
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.formats.grids.byte_stream import ByteStream, PackedDataError, Packing, holds_bytes

DATA = os.urandom(3_000_000) + bytes(6_000_000) + b"end"
PACKERS: dict[Packing, Callable[[bytes], bytes]] = {
    Packing.NONE: bytes,
    Packing.GZIP: lambda data: gzip.compress(data, 1),
    Packing.ZLIB: lambda data: zlib.compress(data, 1),
    Packing.BZIP2: lambda data: bz2.compress(data, 1),
}


@pytest.mark.parametrize("packing", Packing)
def test_bytes_come_out_in_pieces_after_skips_and_from_a_start(tmp_path: Path, packing: Packing):
    path = tmp_path / "x"
    path.write_bytes(b"header\n" + PACKERS[packing](DATA))
    with ByteStream(path, packing, 7) as stream:
        assert stream.compressed == (packing is not Packing.NONE)
        assert stream.read(10) == DATA[:10]
        stream.skip(2_500_000)
        assert stream.read(1_000_000) == DATA[2_500_010:3_500_010]
        stream.skip(5_499_990)
        assert stream.read(100) == b"end"
        assert stream.read(100) == b""
    assert holds_bytes(path, packing, 7, len(DATA))


def test_gzip_is_known_by_its_beginning(tmp_path: Path):
    path = tmp_path / "x.nii"
    path.write_bytes(gzip.compress(b"inside"))
    with ByteStream(path) as stream:
        assert stream.read(100) == b"inside"
    path.write_bytes(b"plain")
    with ByteStream(path) as stream:
        stream.seek(1)
        assert stream.read(100) == b"lain"


@pytest.mark.parametrize("packing", [Packing.GZIP, Packing.BZIP2])
def test_several_streams_are_one(tmp_path: Path, packing: Packing):
    path = tmp_path / "x"
    pack = PACKERS[packing]
    path.write_bytes(pack(b"one ") + pack(b"two ") + pack(b"three"))
    with ByteStream(path, packing) as stream:
        assert stream.read(100) == b"one two three"
    assert holds_bytes(path, packing, 0, 13)
    assert not holds_bytes(path, packing, 0, 14)


@pytest.mark.parametrize("packing", [Packing.GZIP, Packing.ZLIB, Packing.BZIP2])
def test_damage_is_told(tmp_path: Path, packing: Packing):
    path = tmp_path / "x"
    packed = bytearray(PACKERS[packing](DATA))
    packed[len(packed) // 2 : len(packed) // 2 + 3000] = os.urandom(3000)
    path.write_bytes(packed)
    with ByteStream(path, packing) as stream, pytest.raises(PackedDataError):
        stream.skip(2 * len(DATA))


@pytest.mark.parametrize("packing", Packing)
def test_a_claim_that_cannot_be_true_is_known_without_reading(tmp_path: Path, packing: Packing):
    path = tmp_path / "x"
    path.write_bytes(PACKERS[packing](b"little"))
    assert not holds_bytes(path, packing, 0, 10**12)


@pytest.mark.parametrize("packing", [Packing.NONE, Packing.GZIP, Packing.BZIP2])
def test_a_file_cut_short_holds_too_little(tmp_path: Path, packing: Packing):
    path = tmp_path / "x"
    packed = PACKERS[packing](DATA)
    path.write_bytes(packed[: len(packed) * 9 // 10])
    assert not holds_bytes(path, packing, 0, len(DATA))
    path.write_bytes(b"")
    assert not holds_bytes(path, packing, 0, 1)
