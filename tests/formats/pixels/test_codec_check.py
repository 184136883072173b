"""The codecs are tried, not believed."""

from __future__ import annotations

import sys

import pytest

from reader.formats.pixels import codec_check
from reader.formats.pixels.codec_check import check_codecs
from reader.formats.pixels.codec_headers import DECODED_SYNTAXES
from reader.formats.pixels.codec_pool import CodecPool


def test_every_codec_of_this_installation_works():
    checks = check_codecs()
    assert [c.name for c in checks if not c.decodes] == []
    assert {c.transfer_syntax_uid for c in checks} == DECODED_SYNTAXES


def test_codecs_that_do_not_load_are_found(monkeypatch: pytest.MonkeyPatch):
    pool = CodecPool(1, lambda: [sys.executable, "-c", "import no_such_library"])
    monkeypatch.setattr(codec_check, "shared_pool", lambda: pool)
    try:
        assert [c.name for c in check_codecs() if c.decodes] == []
    finally:
        pool.close()


def test_a_codec_that_gives_other_values_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(codec_check, "_STEP", 61)
    decoding = {c.name for c in check_codecs() if c.decodes}
    assert "HTJ2K" not in decoding
    assert "JPEG-LS" in decoding
