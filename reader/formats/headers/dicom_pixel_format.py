"""How the samples of a DICOM image are stored, and which ways are understood.

Source: DICOM PS3.3 C.7.6.3.1, PS3.5 section 8.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from reader.core.text import say
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_slice import PixelFormat
from reader.formats.headers.dicom_support import check_decodes, refused
from reader.formats.headers.dicom_values import binary_integer, plain, printable
from reader.formats.headers.raw_header import RawHeader

_GREY: Final = ("MONOCHROME1", "MONOCHROME2")
_COLORS: Final = frozenset(
    ["RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420", "YBR_RCT", "YBR_ICT"]
)
_PALETTE: Final = "PALETTE COLOR"
_INTEGER_BITS: Final = (1, 8, 12, 16, 32, 64)
_COLOR_BITS: Final = (8, 16, 32)


def read_pixel_format(header: RawHeader) -> PixelFormat:
    """How the samples are stored.

    Raises: UnreadableError: for a pixel description that is damaged or unknown, by name.
    """
    elements, big_endian = header.elements, header.big_endian
    return _pixel_format(
        header.transfer_syntax_uid,
        header.pixel_tag,
        elements.get(tag.PHOTOMETRIC_INTERPRETATION, b""),
        *(binary_integer(elements.get(this, b""), big_endian) for this in _FORMAT_ELEMENTS),
    )


_FORMAT_ELEMENTS: Final = (
    tag.SAMPLES_PER_PIXEL,
    tag.BITS_ALLOCATED,
    tag.BITS_STORED,
    tag.HIGH_BIT,
    tag.PIXEL_REPRESENTATION,
    tag.PLANAR_CONFIGURATION,
)


@lru_cache(maxsize=256)
def _pixel_format(
    transfer_syntax_uid: str,
    pixel_tag: int,
    photometric_bytes: bytes,
    samples: int | None,
    allocated: int | None,
    stored: int | None,
    high_bit: int | None,
    representation: int | None,
    planar: int | None,
) -> PixelFormat:
    """One object for all slices stored alike."""
    samples = samples or 1
    photometric = plain(photometric_bytes) or ("MONOCHROME2" if samples == 1 else "RGB")
    _check_photometric(photometric, samples)
    real = pixel_tag in (tag.FLOAT_PIXEL_DATA, tag.DOUBLE_FLOAT_PIXEL_DATA)
    if real:
        allocated = stored = 32 if pixel_tag == tag.FLOAT_PIXEL_DATA else 64
    stored = stored or allocated
    if allocated not in _INTEGER_BITS or stored is None or not 1 <= stored <= allocated:
        raise refused(say("Pixels of {bits} bits are not supported.", bits=allocated or "?"))
    if samples > 1 and allocated not in _COLOR_BITS:
        raise refused(say("Colours of {bits} bits are not supported.", bits=allocated))
    check_decodes(transfer_syntax_uid)
    return PixelFormat(
        transfer_syntax_uid,
        allocated,
        stored,
        stored - 1 if high_bit is None or not stored - 1 <= high_bit < allocated else high_bit,
        representation == 1 or real,
        photometric,
        samples,
        planar == 1,
        real,
    )


def _check_photometric(photometric: str, samples: int) -> None:
    """Return when a colour space is known and has as many samples as the pixels.

    Raises: UnreadableError: naming it.
    """
    if samples == 1 and (photometric in _GREY or photometric == _PALETTE):
        return
    if samples == 3 and photometric in _COLORS:
        return
    name = printable(photometric)
    if photometric in _COLORS or photometric in _GREY or photometric == _PALETTE:
        raise refused(
            say(
                "The header contradicts itself: {name} with {samples} samples per pixel.",
                name=name,
                samples=samples,
            )
        )
    raise refused(say("Pixels of the kind {name} are not supported.", name=name or "?"))
