"""What few files have and only a full parse can read: lookup tables, overlays, regions.

The quick walk notes that they are there; then this part of the header is read by pydicom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.intensity import VoiTable, WindowLevel
from reader.core.text import say
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.bounded_pydicom import read_part
from reader.formats.headers.dicom_slice import ModalityTable, OverlayPlane, Palette, PixelFormat
from reader.formats.headers.dicom_support import refused
from reader.formats.headers.dicom_values import printable
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from reader.formats.headers.raw_header import RawHeader

if TYPE_CHECKING:
    from pydicom import Dataset

_COLORS: Final = ("Red", "Green", "Blue")
_PALETTE: Final = "PALETTE COLOR"
_CENTIMETRES: Final = 3
_TWO_DIMENSIONS: Final = 1
_SAME_SCALE: Final = 1e-3
_LARGEST_TABLE: Final = 65_536
_DISCRETE: Final = 0
_LINEAR: Final = 1
_INDIRECT: Final = 2
_MOST_OVERLAY_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tables:
    """What a header holds beside its plain elements; `region_spacing_mm` is (row, column)."""

    table: ModalityTable | None = None
    palette: Palette | None = None
    overlays: tuple[OverlayPlane, ...] = ()
    windows: tuple[WindowLevel, ...] = ()
    region_spacing_mm: tuple[float, float] | None = None


NO_TABLES: Final = Tables()


def read_tables(header: RawHeader, pixels: PixelFormat, intercept: float) -> Tables:
    """The tables, overlays and regions of a file that has any.

    Raises: UnreadableError: the modality table or palette, without which pixels mean
        nothing, is damaged. Overlays and windows that are damaged are left out.
    """
    noted = tag.NOTED & header.elements.keys()
    if not noted:
        if pixels.photometric == _PALETTE:
            raise refused(say("The colour palette is missing from the header."))
        return NO_TABLES
    dataset = _read_part(header, noted)
    table = _modality_table(dataset, header, pixels)
    # A value below zero can come out of what precedes the window, so first values may be.
    signed = pixels.signed or intercept < 0
    return Tables(
        table=table,
        palette=_palette(dataset, header, pixels),
        overlays=_overlays(dataset, header, noted),
        windows=() if pixels.is_color else _windows(dataset, header, signed and table is None),
        region_spacing_mm=_region_spacing(dataset),
    )


def _read_part(header: RawHeader, noted: frozenset[int] | set[int]) -> Dataset:
    wanted: list[int | str] = [tag.PIXEL_REPRESENTATION, *noted]
    for color in _COLORS:
        name = f"{color}PaletteColorLookupTable"
        wanted += [f"{name}Descriptor", f"{name}Data", f"Segmented{name}Data"]
    for group in {this >> 16 for this in noted if this >= tag.OVERLAYS}:
        wanted += [group << 16 | element for element in _OVERLAY_ELEMENTS]
    dataset, _ = read_part(header.path, _at_pixels, wanted)
    return dataset


def _at_pixels(this: int, _vr: str | None, _length: int) -> bool:
    return this >= tag.FLOAT_PIXEL_DATA


def _modality_table(
    dataset: Dataset, header: RawHeader, pixels: PixelFormat
) -> ModalityTable | None:
    """Source: DICOM PS3.3 C.11.1."""
    if tag.MODALITY_LUT_SEQUENCE not in header.elements or pixels.is_color:
        return None
    try:
        with quiet_pydicom():
            item = next(iter(dataset.ModalityLUTSequence), None)
            if item is None or _is_blank(item):
                return None
            first, _, entries = _lookup(item, pixels.signed, header.big_endian)
            kind = str(item.get("ModalityLUTType") or "")
    except Exception as error:
        # Broken sequences make pydicom raise almost anything.
        raise refused(say("A lookup table in the header is damaged.")) from error
    return ModalityTable(first, entries.tobytes(), printable(kind))


def _windows(dataset: Dataset, header: RawHeader, signed: bool) -> tuple[WindowLevel, ...]:
    """Source: DICOM PS3.3 C.11.2."""
    if tag.VOI_LUT_SEQUENCE not in header.elements:
        return ()
    found: list[WindowLevel] = []
    try:
        with quiet_pydicom():
            for item in dataset.VOILUTSequence:
                first, bits, entries = _lookup(item, signed, header.big_endian)
                name = printable(str(item.get("LUTExplanation") or ""))
                table = VoiTable(float(first), entries.tobytes(), bits)
                found.append(WindowLevel.of_table(table, name))
    except Exception:  # noqa: BLE001 - a broken curve: the image has others
        return tuple(found)
    return tuple(found)


def _is_blank(item: Dataset) -> bool:
    """Whether a lookup table is a form nobody filled in: some write every element there is."""
    return not item.get("LUTDescriptor") and not item.get("LUTData")


def _lookup(item: Dataset, signed: bool, big_endian: bool) -> tuple[int, int, NDArray[np.uint16]]:
    """First value, bits and entries (little-endian uint16) of a lookup table.

    Raises: anything: when it is not one.
    """
    count, first, bits = (int(value) for value in item.LUTDescriptor)
    first = _as_signed(first) if signed else first & 0xFFFF
    entries = _entries(item.LUTData, count & 0xFFFF or _LARGEST_TABLE, big_endian)
    highest = int(entries.max())
    # The bits stated are often too few: none of the entries may be lost.
    return first, min(16, max(bits, highest.bit_length(), 1)), entries


def _as_signed(value: int) -> int:
    return value - 0x1_0000 if value >= 0x8000 else value


def _entries(data: Any, count: int, big_endian: bool) -> NDArray[np.uint16]:  # noqa: ANN401 - bytes or a list of numbers
    """Table entries as little-endian uint16, whether stored in 8 or 16 bits each."""
    if isinstance(data, bytes):
        wide = np.dtype(">u2" if big_endian else "<u2")
        if len(data) >= 2 * count:
            return np.frombuffer(data, wide, count).astype("<u2")
        return np.frombuffer(data, np.uint8, count).astype("<u2")
    found = np.asarray(data).ravel()[:count]
    if len(found) != count:
        raise ValueError
    return (found.astype(np.int64) & 0xFFFF).astype("<u2")


def _palette(dataset: Dataset, header: RawHeader, pixels: PixelFormat) -> Palette | None:
    """Source: DICOM PS3.3 C.7.6.3.1.5, C.7.9.2."""
    if pixels.photometric != _PALETTE:
        return None
    planes: list[NDArray[np.uint8]] = []
    first = 0
    try:
        with quiet_pydicom():
            for color in _COLORS:
                name = f"{color}PaletteColorLookupTable"
                count, first, bits = (int(v) for v in dataset[f"{name}Descriptor"].value)
                count = count & 0xFFFF or _LARGEST_TABLE
                entries = _palette_entries(dataset, name, count, bits, header.big_endian)
                planes.append(_high_byte(entries, bits))
            rgb = np.stack(planes, axis=1)
    except Exception as error:
        raise refused(say("The colour palette in the header is damaged.")) from error
    return Palette(_as_signed(first & 0xFFFF) if pixels.signed else first & 0xFFFF, rgb.tobytes())


def _palette_entries(
    dataset: Dataset, name: str, count: int, bits: int, big_endian: bool
) -> NDArray[np.uint16]:
    if f"{name}Data" in dataset:
        return _entries(dataset[f"{name}Data"].value, count, big_endian)
    data = dataset[f"Segmented{name}Data"].value
    return _expanded(data, bits, count, big_endian)


def _high_byte(entries: NDArray[np.uint16], bits: int) -> NDArray[np.uint8]:
    """Eight bits of each entry. A 16-bit palette may all the same be filled with bytes."""
    shift = 8 if bits > 8 and int(entries.max()) > 0xFF else 0
    return (entries >> shift).astype(np.uint8)


def _expanded(data: bytes, bits: int, count: int, big_endian: bool) -> NDArray[np.uint16]:
    """The entries of a segmented table. Source: DICOM PS3.3 C.7.9.2."""
    wide = np.dtype(">u2" if big_endian else "<u2")
    words = np.frombuffer(data, wide if bits > 8 else np.uint8).astype(np.int64).tolist()
    out: list[int] = []
    at = 0
    while len(out) < count and at + 1 < len(words):
        kind, length = words[at : at + 2]
        if kind != _INDIRECT:
            at = _segment(words, at, out, count)
            continue
        # Where the segments to repeat begin: two words, or four bytes, the lowest first.
        place = words[at + 2 : at + (4 if bits > 8 else 6)]
        copied = sum(word << n * (16 if bits > 8 else 8) for n, word in enumerate(place))
        for _ in range(length):
            copied = _segment(words, copied, out, count)
        at += 2 + len(place)
    if len(out) < count:
        raise ValueError
    return np.array(out[:count]).astype("<u2")


def _segment(words: list[int], at: int, out: list[int], count: int) -> int:
    """Append what the discrete or linear segment at `at` holds; where the next one begins.

    Raises: ValueError: it is neither. IndexError: it is cut short.
    """
    kind, length = words[at : at + 2]
    if len(out) > count or kind not in (_DISCRETE, _LINEAR):
        raise ValueError
    if kind == _DISCRETE:
        out += words[at + 2 : at + 2 + length]
        return at + 2 + length
    start, end = out[-1], words[at + 2]
    out += [round(start + (end - start) * (n + 1) / length) for n in range(length)]
    return at + 3


_OVERLAY_ELEMENTS: Final = (0x10, 0x11, 0x15, 0x50, 0x51, 0x100, 0x102, 0x3000)


def _overlays(
    dataset: Dataset, header: RawHeader, noted: frozenset[int] | set[int]
) -> tuple[OverlayPlane, ...]:
    """Source: DICOM PS3.3 C.9.2."""
    found: list[OverlayPlane] = []
    for this in sorted(this for this in noted if this >= tag.OVERLAYS):
        try:
            with quiet_pydicom():
                plane = _overlay(dataset, this >> 16, header.big_endian)
        except Exception:  # noqa: BLE001 - a broken overlay: the image opens without it
            continue
        if plane is not None:
            found.append(plane)
    return tuple(found)


def _overlay(dataset: Dataset, group: int, big_endian: bool) -> OverlayPlane | None:
    def value(element: int, default: int) -> int:
        found = dataset.get((group, element))
        return default if found is None or found.value in (None, "") else int(found.value)

    rows, columns, frames = value(0x10, 0), value(0x11, 0), value(0x15, 1)
    needed = (rows * columns * max(frames, 1) + 7) // 8
    if not 0 < needed <= _MOST_OVERLAY_BYTES:
        return None
    origin = dataset.get((group, 0x50))
    row, column = (int(v) for v in origin.value) if origin is not None else (1, 1)
    data = dataset.get((group, 0x3000))
    packed = b"" if data is None else bytes(data.value or b"")
    if big_endian and data is not None and data.VR == "OW":
        packed = np.frombuffer(packed, ">u2").astype("<u2").tobytes()
    if packed and len(packed) < needed:
        return None
    bit = None if packed else value(0x102, 0)
    if not packed and value(0x100, 1) == 1:
        return None
    return OverlayPlane(
        rows=rows,
        columns=columns,
        origin=(row - 1, column - 1),
        packed=packed[:needed],
        embedded_bit=bit,
        frames=frames,
        first_frame=value(0x51, 1) - 1,
    )


def _region_spacing(dataset: Dataset) -> tuple[float, float] | None:
    """Millimetres between rows and columns of an ultrasound image's tissue regions.

    None unless all two-dimensional regions agree: a length would hang on where it is drawn.
    Source: DICOM PS3.3 C.8.5.5.
    """
    found: set[tuple[float, float]] = set()
    try:
        with quiet_pydicom():
            for region in dataset.get("SequenceOfUltrasoundRegions") or ():
                if int(region.RegionSpatialFormat) != _TWO_DIMENSIONS:
                    continue
                units = int(region.PhysicalUnitsXDirection), int(region.PhysicalUnitsYDirection)
                deltas = abs(float(region.PhysicalDeltaY)), abs(float(region.PhysicalDeltaX))
                if units != (_CENTIMETRES, _CENTIMETRES) or not min(deltas) > 0:
                    return None
                found.add((10 * deltas[0], 10 * deltas[1]))
    except Exception:  # noqa: BLE001 - a broken calibration is none
        return None
    spacings = np.array(sorted(found))
    if not len(spacings) or not np.isfinite(spacings).all():
        return None
    if (np.abs(spacings - spacings[0]) > _SAME_SCALE * spacings[0]).any():
        return None
    return float(spacings[0][0]), float(spacings[0][1])
