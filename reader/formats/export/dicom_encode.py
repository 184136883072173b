"""Encodes one image's samples losslessly in any of the transfer syntaxes that are written."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pydicom import Dataset

_EXPLICIT: Final = "1.2.840.10008.1.2.1"
_JPEG_LOSSLESS: Final = "1.2.840.10008.1.2.4.70"

TRANSFER_SYNTAXES: Final = MappingProxyType(
    {
        "explicit": _EXPLICIT,
        "implicit": "1.2.840.10008.1.2",
        "deflated": "1.2.840.10008.1.2.1.99",
        "rle": "1.2.840.10008.1.2.5",
        "jpegll": _JPEG_LOSSLESS,
        "jpegls": "1.2.840.10008.1.2.4.80",
        "j2k": "1.2.840.10008.1.2.4.90",
    }
)


def set_pixels(ds: Dataset, stored: NDArray[Any], transfer_syntax_uid: str) -> None:
    """Put `stored` (rows x columns) into a data set whose Image Pixel module is filled.

    Sets the transfer syntax, Pixel Data and its VR.
    """
    from pydicom.encaps import encapsulate
    from pydicom.uid import UID

    syntax = UID(transfer_syntax_uid)
    ds.file_meta.TransferSyntaxUID = syntax if not syntax.is_compressed else UID(_EXPLICIT)
    ds.PixelData = np.ascontiguousarray(stored).tobytes()
    ds["PixelData"].VR = "OW" if ds.BitsAllocated > 8 or syntax.is_implicit_VR else "OB"
    if transfer_syntax_uid == _JPEG_LOSSLESS:
        ds.PixelData = encapsulate([_jpeg_lossless(ds)])
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
        ds.file_meta.TransferSyntaxUID = syntax
    elif syntax.is_encapsulated:
        ds.compress(syntax, generate_instance_uid=False)


def _jpeg_lossless(ds: Dataset) -> bytes:
    """One frame as JPEG lossless, first-order prediction (process 14, selection value 1).

    Goes through files: an image built in memory belongs both to Python and to GDCM's own
    counting, and aborts the process when the two disagree about its end.
    """
    import gdcm
    from pydicom import dcmread
    from pydicom.encaps import get_frame
    from pydicom.filewriter import dcmwrite

    with TemporaryDirectory(prefix="reading-room-") as folder:
        plain, packed = Path(folder, "plain.dcm"), Path(folder, "packed.dcm")
        dcmwrite(plain, ds, enforce_file_format=True)
        source = gdcm.ImageReader()
        source.SetFileName(str(plain))
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
        target = gdcm.ImageWriter()
        target.SetFileName(str(packed))
        if not source.Read():
            raise ValueError("The image could not be encoded as JPEG lossless.")
        change.SetInput(source.GetImage())
        if not change.Change():
            raise ValueError("The image could not be encoded as JPEG lossless.")
        target.SetFile(source.GetFile())
        target.SetImage(change.GetOutput())
        if not target.Write():
            raise ValueError("The image could not be encoded as JPEG lossless.")
        return get_frame(dcmread(packed).PixelData, 0, number_of_frames=1)
