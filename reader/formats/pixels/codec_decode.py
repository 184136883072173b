"""Decodes one compressed frame with the fastest codec that gives the right values.

Runs in a codec process: a codec may crash, hang or panic here. Every codec of a syntax
gives the same values (measured over every image we have); the next is tried where one fails.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.formats.pixels.codec_frame import CodecError, FrameFormat, container, keep_stored_bits
from reader.formats.pixels.codec_headers import (
    HTJ2K_SYNTAXES,
    JPEG_2000_SYNTAXES,
    JPEG_LS_SYNTAXES,
    JPEG_SYNTAXES,
    RLE,
    Codestream,
    read_codestream,
)
from reader.formats.pixels.dicom_color import ycbcr_to_rgb

Decoder = Callable[[bytes, FrameFormat, Codestream], NDArray[Any]]
"""Gives samples of any integer type and the frame's shape; colour as RGB or as stored."""

_DAMAGE: Final = (b"premature end", b"bad huffman", b"corrupt jpeg data: premature", b"unexpected")
"""libjpeg fills up damaged images with grey and only mutters."""
_ADOBE_RGB: Final = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"
_ADOBE_YCBCR: Final = _ADOBE_RGB[:-1] + b"\x01"
_INTERLEAVED_BY_PLANE: Final = 0
_BARE_CODESTREAM: Final = 0
_COMMENT: Final = b"\xff\x64"
_END: Final = b"\xff\xd9"
_LAST_LOSSY_MARKER: Final = 0xC2


def decode_frame(frame: bytes, wanted: FrameFormat) -> NDArray[Any]:
    """The samples of a frame: `wanted.shape`, `wanted.dtype`, C-contiguous; colour as RGB.

    Raises: CodecError: damaged, or not what the header announces.
    """
    stream = read_codestream(frame, wanted)
    failure: BaseException | None = None
    for decoder in _DECODERS[wanted.transfer_syntax_uid]:
        if not _knows(decoder, wanted, stream):
            continue
        try:
            with _Mutterings() as mutterings:
                samples = decoder(frame, wanted, stream)
            if mutterings.tell_of_damage():
                raise CodecError("damaged")
            return _as_wanted(samples, wanted, stream)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a panic in Rust is no Exception
            failure = error
    raise CodecError("no codec can") from failure


def _knows(decoder: Decoder, wanted: FrameFormat, stream: Codestream) -> bool:
    """Whether a codec can decode such a frame at all."""
    if decoder is _with_opencv:
        return stream.precision == 8 and stream.marker <= _LAST_LOSSY_MARKER
    # GDCM ends the process when it meets single bits, and calls 7 bits an error.
    jpeg_ls = wanted.transfer_syntax_uid in JPEG_LS_SYNTAXES
    fewest = 8 if jpeg_ls else 1
    return decoder is not _with_gdcm or (wanted.bits_allocated >= 8 and stream.precision >= fewest)


def _as_wanted(samples: NDArray[Any], wanted: FrameFormat, stream: Codestream) -> NDArray[Any]:
    """The samples in the type, sign and colours that the header announces."""
    if samples.shape != wanted.shape:
        raise CodecError("wrong shape")
    if samples.dtype.itemsize != wanted.dtype.itemsize:
        kind = container(wanted.bits_allocated, samples.dtype.kind == "i")
        samples = samples.astype(kind, casting="unsafe")
    samples = samples.view(wanted.dtype)
    bits = 8 * wanted.dtype.itemsize
    if wanted.transfer_syntax_uid == RLE or stream.precision > wanted.high_bit + 1:
        if wanted.bits_allocated > 1:
            samples = keep_stored_bits(
                _own(samples), wanted.bits_stored, wanted.high_bit, wanted.signed
            )
    elif stream.precision < bits:
        # JPEG-LS knows no sign, and JPEG 2000 may have been told another than the header's.
        samples = keep_stored_bits(
            _own(samples), stream.precision, stream.precision - 1, wanted.signed
        )
    if wanted.samples == 3 and _is_ycbcr(wanted, stream):
        samples = ycbcr_to_rgb(samples, wanted.photometric, wanted.bits_stored)
    return np.ascontiguousarray(samples)


def _own(samples: NDArray[Any]) -> NDArray[Any]:
    return samples if samples.flags.writeable else samples.copy()


def _is_ycbcr(wanted: FrameFormat, stream: Codestream) -> bool:
    """Whether decoded colours still are luminance and chrominance."""
    if wanted.transfer_syntax_uid in JPEG_SYNTAXES:
        return False
    return wanted.photometric.startswith(("YBR_FULL", "YBR_PARTIAL")) and not stream.mixed


def _is_stored_as_ycbcr(wanted: FrameFormat, stream: Codestream) -> bool:
    """Whether a colour JPEG holds luminance and chrominance; the stream knows best.

    Source: ITU-T T.871 (JFIF), T.872 (Adobe), and what libjpeg does.
    """
    if stream.adobe is not None:
        return stream.adobe != 0
    if stream.jfif:
        return True
    if bytes(stream.component_ids) in (b"RGB", b"rgb"):
        return False
    return wanted.photometric.startswith("YBR")


def _with_opencv(frame: bytes, wanted: FrameFormat, stream: Codestream) -> NDArray[Any]:
    """JPEG baseline, extended and progressive of 8 bits. Told the colours by an Adobe marker."""
    import cv2

    at = stream.start + 2
    marker = b""
    if wanted.samples == 3 and stream.adobe is None:
        marker = _ADOBE_YCBCR if _is_stored_as_ycbcr(wanted, stream) else _ADOBE_RGB
    data = np.frombuffer(b"".join((frame[stream.start : at], marker, frame[at:])), np.uint8)
    found = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if found is None:
        raise CodecError("no image")
    if wanted.samples == 3:
        found = cv2.cvtColor(found, cv2.COLOR_BGR2RGB)
    return np.asarray(found)


def _with_gdcm(frame: bytes, wanted: FrameFormat, stream: Codestream) -> NDArray[Any]:
    """Every kind of JPEG up to 16 bits, JPEG-LS, JPEG 2000 and RLE."""
    import gdcm

    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(frame[stream.start :])
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((wanted.columns, wanted.rows, 1))
    image.SetDataElement(element)
    photometric = gdcm.PhotometricInterpretation.GetPIType(wanted.photometric)
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(photometric))
    syntax = gdcm.TransferSyntax.GetTSType(wanted.transfer_syntax_uid)
    image.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    lossy_or_raw = wanted.transfer_syntax_uid == RLE
    stored = wanted.bits_stored if lossy_or_raw else stream.precision
    allocated = wanted.bits_allocated if lossy_or_raw else 8 if stored <= 8 else 16
    image.SetPixelFormat(
        gdcm.PixelFormat(wanted.samples, allocated, stored, stored - 1, int(wanted.signed))
    )
    buffer = image.GetBuffer()
    if buffer is None:
        raise CodecError("no image")
    # GDCM gives bytes as text that holds them as surrogates.
    samples = np.frombuffer(
        buffer.encode("utf-8", "surrogateescape"), container(allocated, wanted.signed)
    ).reshape(wanted.shape)
    if (
        wanted.transfer_syntax_uid in JPEG_SYNTAXES
        and wanted.photometric.startswith("YBR")
        and _is_stored_as_ycbcr(wanted, stream)
    ):
        return ycbcr_to_rgb(samples, wanted.photometric, stream.precision)
    return samples


def _with_charls(frame: bytes, wanted: FrameFormat, stream: Codestream) -> NDArray[Any]:
    from jpeg_ls import decode_pixel_data

    found, header = decode_pixel_data(frame[stream.start :])
    samples = np.frombuffer(found, f"u{1 if stream.precision <= 8 else 2}")
    if wanted.samples > 1 and header["interleave_mode"] == _INTERLEAVED_BY_PLANE:
        planes = samples.reshape(wanted.samples, wanted.rows, wanted.columns)
        return np.moveaxis(planes, 0, -1)
    return samples.reshape(wanted.shape)


def _with_openjpeg(frame: bytes, wanted: FrameFormat, stream: Codestream) -> NDArray[Any]:
    """JPEG 2000 and HTJ2K; any JP2 header before the codestream is left out."""
    from openjpeg.utils import decode

    found = decode(frame[stream.start :], _BARE_CODESTREAM, reshape=False)
    return np.asarray(found).view(container(stream.precision, stream.signed)).reshape(wanted.shape)


def _with_openjpeg_uncommented(
    frame: bytes, wanted: FrameFormat, stream: Codestream
) -> NDArray[Any]:
    """JPEG 2000 that some archives fill up with a comment, where openjpeg awaits a tile.

    Source: ISO/IEC 15444-1 A.9.2 (COM), A.4.4 (EOC).
    """
    whole = frame.rstrip(b"\0")
    at = whole.rfind(_COMMENT, stream.start)
    length = int.from_bytes(whole[at + 2 : at + 4], "big")
    if at < 0 or whole[at + 2 + length :] != _END:
        raise CodecError("no comment")
    return _with_openjpeg(whole[:at] + _END, wanted, stream)


def _with_rle(frame: bytes, wanted: FrameFormat, _stream: Codestream) -> NDArray[Any]:
    from rle.rle import decode_frame as decode

    pixels = wanted.rows * wanted.columns
    if wanted.bits_allocated == 1:
        packed = np.frombuffer(decode(frame, -(-pixels // 8), 8, "<"), np.uint8)
        return np.unpackbits(packed, count=pixels, bitorder="little").reshape(wanted.shape)
    raw = decode(frame, pixels, wanted.bits_allocated, "<")
    samples = np.frombuffer(raw, f"u{wanted.dtype.itemsize}")
    if wanted.samples == 1:
        return samples.reshape(wanted.shape)
    planes = samples.reshape(wanted.samples, wanted.rows, wanted.columns)
    return np.moveaxis(planes, 0, -1)


_DECODERS: Final[dict[str, tuple[Decoder, ...]]] = {
    RLE: (_with_rle, _with_gdcm),
    **dict.fromkeys(JPEG_SYNTAXES, (_with_opencv, _with_gdcm)),
    **dict.fromkeys(JPEG_LS_SYNTAXES, (_with_charls, _with_gdcm)),
    **dict.fromkeys(JPEG_2000_SYNTAXES, (_with_openjpeg, _with_openjpeg_uncommented, _with_gdcm)),
    **dict.fromkeys(HTJ2K_SYNTAXES, (_with_openjpeg,)),
}


class _Mutterings:
    """What codecs write to standard error meanwhile, where that is a file (`listen`)."""

    def __enter__(self) -> _Mutterings:
        if _listening:
            os.ftruncate(_STDERR, 0)
            os.lseek(_STDERR, 0, os.SEEK_SET)
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell_of_damage(self) -> bool:
        """Whether one of them was about damage, not about the weather."""
        if not _listening or os.fstat(_STDERR).st_size == 0:
            return False
        os.lseek(_STDERR, 0, os.SEEK_SET)
        words = os.read(_STDERR, 4096).lower()
        return any(word in words for word in _DAMAGE)


_STDERR: Final = 2
_listening = False


def listen() -> None:
    """Have standard error go to a nameless file, so that codecs' complaints are heard.

    For a codec process only: the application's own standard error stays as it is.

    Raises: OSError: there is no place for such a file.
    """
    global _listening
    if sys.platform == "linux":
        # In memory: the disk may be full, or not be written to at all.
        descriptor = os.memfd_create("mutterings")
        os.dup2(descriptor, _STDERR)
        os.close(descriptor)
    else:
        from tempfile import TemporaryFile

        with TemporaryFile() as file:
            os.dup2(file.fileno(), _STDERR)
    sys.stderr = None
    _listening = True
