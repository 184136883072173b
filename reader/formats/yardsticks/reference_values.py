"""What other people's decoders make of an image file: for `reader conformance` only.

Nothing here shares code with the product's own reading, so that a mistake there shows.
Decoders may crash on broken files: call `decode` in a process of its own.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.formats.headers.quiet_pydicom import quiet_pydicom

if TYPE_CHECKING:
    from pydicom import Dataset

_RLE: Final = "1.2.840.10008.1.2.5"
_JPEG_8: Final = "1.2.840.10008.1.2.4.50"
_OWN_LIBRARY: Final = {
    # What the product decodes with itself is no witness for it.
    _RLE: ("pylibjpeg",),
    "1.2.840.10008.1.2.4.80": ("pyjpegls",),
    "1.2.840.10008.1.2.4.81": ("pyjpegls",),
}
_JPEG: Final = ("4.50", "4.51", "4.53", "4.55", "4.57", "4.70")
_LOSSY: Final = ("4.50", "4.51", "4.53", "4.55", "4.81", "4.91", "4.203", "4.93")
_PROGRAMS: Final = {"4.80": "dcmdjpls", "4.81": "dcmdjpls", "2.5": "dcmdrle"} | dict.fromkeys(
    _JPEG, "dcmdjpeg"
)
_TIME_LIMIT_S: Final = 60.0
_CORNERS: Final = 3


@contextmanager
def hushed() -> Iterator[None]:
    """Run pydicom without its warnings and without its log, which speaks of broken files."""
    log = logging.getLogger("pydicom")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        with quiet_pydicom():
            yield
    finally:
        log.setLevel(before)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a header says of its file, read by pydicom. Empty = not said."""

    sop_class: str = ""
    syntax: str = ""
    syntax_uid: str = ""
    modality: str = ""
    size: str = ""
    lossy: bool = False
    image: tuple[str, ...] = ()
    """The same for the same image in other transfer syntaxes."""


def file_facts(path: Path) -> FileFacts | None:
    """The facts of a DICOM file; None where pydicom finds none."""
    from pydicom import dcmread
    from pydicom.uid import UID

    with hushed():
        try:
            ds = dcmread(path, stop_before_pixels=True, force=True)
            if not (len(ds) or len(ds.file_meta)):
                return None
            syntax = UID(str(ds.file_meta.get("TransferSyntaxUID", "")))
            sop_class = UID(str(ds.get("SOPClassUID", "")))
            size = [str(ds[word].value) for word in ("Rows", "Columns") if ds.get(word)]
            if ds.get("NumberOfFrames"):
                size.append(f"{ds.NumberOfFrames} frames")
            image = tuple(
                str(ds.get(word, ""))
                for word in ("StudyInstanceUID", "SeriesNumber", "InstanceNumber", "Rows")
            )
            image += ("palette" if ds.get("PhotometricInterpretation") == "PALETTE COLOR" else "",)
            return FileFacts(
                sop_class.name,
                syntax.name,
                str(syntax),
                str(ds.get("Modality", "")),
                " × ".join(size),
                str(ds.get("LossyImageCompression", "")) == "01" or _ends(str(syntax), _LOSSY),
                image if image[0] and len(size) > 1 else (),
            )
        except Exception:  # noqa: BLE001 - a broken header raises anything anywhere
            return None


def _ends(uid: str, endings: tuple[str, ...]) -> bool:
    return any(uid.endswith(f".{ending}") for ending in endings)


def witnesses(path: Path) -> tuple[str, ...]:
    """Names of the decoders that can be asked about a DICOM file, the product's own left out."""
    facts = file_facts(path)
    if facts is None:
        return ()
    uid = facts.syntax_uid
    if not uid.startswith("1.2.840.10008.1.2.4") and uid != _RLE:
        return ("gdcm", "pydicom")
    found = [name for name in _plugins(uid) if name not in _OWN_LIBRARY.get(uid, ())]
    if _ends(uid, ("4.90", "4.91", "4.92", "4.93")):
        found = [name for name in found if name != "pylibjpeg"]
    if _ends(uid, _JPEG) and uid != _JPEG_8:
        found = [name for name in found if name != "gdcm"]
    if _ends(uid, ("4.201", "4.202", "4.203")):
        found = ["SimpleITK"]
    program = next((p for ending, p in _PROGRAMS.items() if _ends(uid, (ending,))), "")
    if program and shutil.which(program):
        found.append(program)
    return tuple(found)


def _plugins(uid: str) -> list[str]:
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    try:
        return list(get_decoder(UID(uid)).available_plugins)
    except NotImplementedError:
        return []


def decode(path: Path, witness: str) -> NDArray[Any]:
    """Modality values of all frames, (n, rows, columns), or 8-bit RGB (n, rows, columns, 3).

    Raises: what the witness raises; a broken file may end the process.
    """
    from pydicom import dcmread

    if witness == "SimpleITK":
        return _by_simpleitk(path)
    with hushed():
        ds = dcmread(path, force=True)
        stored = np.asarray(_stored(path, ds, witness))
        samples = int(ds.get("SamplesPerPixel", 1))
        wanted = 3 if samples == 1 else 4
        stored = stored[np.newaxis] if stored.ndim < wanted else stored
        return _modality_values(stored, ds)


def _stored(path: Path, ds: Dataset, witness: str) -> NDArray[Any]:
    from pydicom.pixels.utils import pixel_array

    if witness == "gdcm" and not ds.file_meta.get("TransferSyntaxUID", "").startswith(
        "1.2.840.10008.1.2.4"
    ):
        return _by_gdcm(path, ds)
    if witness in _PROGRAMS.values():
        with tempfile.TemporaryDirectory(prefix="reading-room-") as folder:
            plain = Path(folder) / "plain.dcm"
            subprocess.run(
                [witness, str(path), str(plain)],
                check=True,
                capture_output=True,
                timeout=_TIME_LIMIT_S,
            )
            return np.asarray(pixel_array(plain))
    if witness == "pydicom" and ds.file_meta.TransferSyntaxUID != _RLE:
        return np.asarray(ds.pixel_array)
    return np.asarray(pixel_array(ds, decoding_plugin=witness))


def _by_gdcm(path: Path, ds: Dataset) -> NDArray[Any]:
    """GDCM's own reader, from the file to the bytes."""
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    if not reader.Read():
        raise ValueError("GDCM refuses the file")
    image = reader.GetImage()
    # As text that holds bytes as surrogates.
    data = image.GetBuffer().encode("utf-8", "surrogateescape")
    form = image.GetPixelFormat()
    kind = "i" if form.GetPixelRepresentation() else "u"
    name = str(form.GetScalarTypeAsString())
    dtype = {"FLOAT32": "<f4", "FLOAT64": "<f8"}.get(name, f"<{kind}{form.GetBitsAllocated() // 8}")
    if name == "SINGLEBIT":
        raise ValueError("GDCM does not unpack bits")
    shape: tuple[int, ...] = (int(ds.get("NumberOfFrames") or 1), int(ds.Rows), int(ds.Columns))
    samples = form.GetSamplesPerPixel()
    values = np.frombuffer(data, np.dtype(dtype))
    if samples == 1:
        return values.reshape(shape)
    if image.GetPlanarConfiguration():
        return np.moveaxis(values.reshape(shape[0], samples, *shape[1:]), 1, -1)
    return _rgb(values.reshape(*shape, samples), str(ds.PhotometricInterpretation))


def _rgb(frames: NDArray[Any], photometric: str) -> NDArray[Any]:
    if photometric not in ("YBR_FULL", "YBR_FULL_422"):
        return frames
    from pydicom.pixels.processing import convert_color_space

    return np.asarray(convert_color_space(frames, photometric, "RGB"))


def _by_simpleitk(path: Path) -> NDArray[Any]:
    """All frames; SimpleITK applies the rescale itself."""
    import SimpleITK

    return np.asarray(SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path))))


def _modality_values(stored: NDArray[Any], ds: Dataset) -> NDArray[Any]:
    """Colours as 8-bit RGB; everything else through the header's modality transform."""
    from pydicom.pixels.processing import apply_color_lut, apply_modality_lut

    if str(ds.get("PhotometricInterpretation", "")) == "PALETTE COLOR":
        _palettes_in_order(ds)
        colors = np.stack([np.asarray(apply_color_lut(frame, ds)) for frame in stored])
        return (colors >> (8 * (colors.dtype.itemsize - 1))).astype(np.uint8)
    if int(ds.get("SamplesPerPixel", 1)) == 3:
        above = int(ds.BitsStored) - 8
        return (stored >> above if above > 0 else stored).astype(np.uint8)
    if "ModalityLUTSequence" in ds or "RescaleSlope" in ds:
        return np.asarray(apply_modality_lut(stored, ds))
    scales = [_scale(ds, frame) for frame in range(len(stored))]
    if all(scale == (1.0, 0.0) for scale in scales):
        return stored
    pairs = zip(stored, scales, strict=True)
    return np.stack([frame * slope + intercept for frame, (slope, intercept) in pairs])


def _palettes_in_order(ds: Dataset) -> None:
    """Swap the words of big-endian palettes, which pydicom takes for little-endian ones."""
    if ds.original_encoding[1] is not False:
        return
    for color in ("Red", "Green", "Blue"):
        element = ds[f"{color}PaletteColorLookupTableData"]
        element.value = np.frombuffer(element.value, ">u2").astype("<u2").tobytes()


def _groups(ds: Dataset, frame: int) -> list[Dataset]:
    """The functional groups of a frame, its own first."""
    per_frame = ds.get("PerFrameFunctionalGroupsSequence") or []
    own = [per_frame[frame]] if frame < len(per_frame) else []
    return [*own, *(ds.get("SharedFunctionalGroupsSequence") or [])]


def _scale(ds: Dataset, frame: int) -> tuple[float, float]:
    for group in _groups(ds, frame):
        for item in group.get("PixelValueTransformationSequence") or []:
            return float(item.RescaleSlope), float(item.RescaleIntercept)
    return 1.0, 0.0


def header_corners(path: Path) -> NDArray[np.float64] | None:
    """LPS mm of each frame's first pixel, the end of its first row and of its first column.

    Shape (n, 3, 3); None where the header does not say where the image is.
    """
    from pydicom import dcmread

    with hushed():
        ds = dcmread(path, stop_before_pixels=True, force=True)
        places = [_place(ds, frame) for frame in range(int(ds.get("NumberOfFrames") or 1))]
        if any(place is None for place in places):
            return None
        return np.stack([place for place in places if place is not None])


def _place(ds: Dataset, frame: int) -> NDArray[np.float64] | None:
    """Source: DICOM PS3.3 C.7.6.2.1.1."""
    first: Callable[[str, str], Any] = lambda sequence, word: next(  # noqa: E731
        (
            item.get(word)
            for group in _groups(ds, frame)
            for item in group.get(sequence) or []
            if item.get(word)
        ),
        ds.get(word),
    )
    position = first("PlanePositionSequence", "ImagePositionPatient")
    cosines = first("PlaneOrientationSequence", "ImageOrientationPatient")
    spacing = first("PixelMeasuresSequence", "PixelSpacing")
    if not position or not cosines or not spacing:
        return None
    origin, along = np.array(position, float), np.array(cosines, float)
    row_end = origin + along[:3] * float(spacing[1]) * (int(ds.Columns) - 1)
    column_end = origin + along[3:] * float(spacing[0]) * (int(ds.Rows) - 1)
    return np.stack([origin, row_end, column_end])


def header_spacing(path: Path) -> tuple[float, float] | None:
    """Mm between rows and between columns of images that lie nowhere; None = not said."""
    from pydicom import dcmread

    with hushed():
        ds = dcmread(path, stop_before_pixels=True, force=True)
        for word in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
            if ds.get(word) and len(ds[word].value) == 2:
                return float(ds[word].value[0]), float(ds[word].value[1])
        centimetres = 3
        for region in ds.get("SequenceOfUltrasoundRegions") or []:
            if region.PhysicalUnitsXDirection == region.PhysicalUnitsYDirection == centimetres:
                return 10 * abs(region.PhysicalDeltaY), 10 * abs(region.PhysicalDeltaX)
        return None
