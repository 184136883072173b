"""The codecs are tried, not believed."""

from __future__ import annotations

import pytest
from pydicom.pixels.decoders import base

from reader.formats import codec_check
from reader.formats.codec_check import check_codecs
from reader.formats.dicom_encode import TRANSFER_SYNTAXES


def test_every_codec_of_this_installation_works():
    checks = check_codecs()
    assert [c.name for c in checks if not c.decodes] == []
    tried = {c.transfer_syntax_uid for c in checks if c.tried}
    assert {TRANSFER_SYNTAXES[name] for name in ("rle", "jpegls", "j2k", "jpegll")} <= tried


def test_a_codec_that_does_not_decode_is_found(monkeypatch: pytest.MonkeyPatch):
    def broken(*_args: object) -> None:
        raise RuntimeError("library does not load")

    monkeypatch.setattr(base.Decoder, "as_array", broken)
    monkeypatch.setattr(codec_check, "_has_decoder", lambda _uid: False)
    assert [c.name for c in check_codecs() if c.decodes] == []
