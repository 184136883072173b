"""Which DICOM objects open as a volume, and by what name the others are refused."""

from __future__ import annotations

from typing import Final

from reader.core.errors import UnreadableError
from reader.core.text import Text, say

CT_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.2"
MR_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.4"
PET_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.128"
SINGLE_FRAME_CLASSES: Final = frozenset({CT_IMAGE, MR_IMAGE, PET_IMAGE})
MULTI_FRAME_CLASSES: Final = frozenset(
    {
        "1.2.840.10008.5.1.4.1.1.2.1",  # Enhanced CT
        "1.2.840.10008.5.1.4.1.1.2.2",  # Legacy Converted Enhanced CT
        "1.2.840.10008.5.1.4.1.1.4.1",  # Enhanced MR
        "1.2.840.10008.5.1.4.1.1.4.4",  # Legacy Converted Enhanced MR
        "1.2.840.10008.5.1.4.1.1.130",  # Enhanced PET
        "1.2.840.10008.5.1.4.1.1.128.1",  # Legacy Converted Enhanced PET
    }
)
MEDIA_STORAGE_DIRECTORY: Final = "1.2.840.10008.1.3.10"
VOLUME_MODALITIES: Final = frozenset({"CT", "MR", "PT"})

_READABLE_SYNTAXES: Final = frozenset(
    "1.2.840.10008.1.2" + ending
    for ending in (
        "", ".1", ".2", ".1.99", ".5",  # uncompressed, deflated, RLE
        ".4.50", ".4.57", ".4.70",  # JPEG baseline, lossless
        ".4.80", ".4.81",  # JPEG-LS
        ".4.90", ".4.91", ".4.201", ".4.202", ".4.203",  # JPEG 2000, HTJ2K
    )
)  # fmt: skip
_JPEG_EXTENDED: Final = "1.2.840.10008.1.2.4.51"

_STANDARD_ROOT: Final = "1.2.840.10008."
_NAMES_PYDICOM_LACKS: Final = {
    # Added to PS3.6 in 2024 and later.
    "1.2.840.10008.5.1.4.1.1.66.7": "Label Map Segmentation Storage",
    "1.2.840.10008.5.1.4.1.1.66.8": "Height Map Segmentation Storage",
}
_TRY_ELSEWHERE: Final = say("Other files in the folder are not affected.")


def check_opens(sop_class_uid: str, modality: str, has_rows: bool) -> None:
    """Return when an object of this class can be opened as a volume.

    A class that is neither standard nor known opens when its modality is CT, MR or PET:
    anonymisers and old scanners write such.

    Raises: UnreadableError: naming the class.
    """
    if sop_class_uid in SINGLE_FRAME_CLASSES or sop_class_uid in MULTI_FRAME_CLASSES:
        if not has_rows:
            raise refused(say("This DICOM file holds no image: it does not say how large it is."))
        return
    if not sop_class_uid.startswith(_STANDARD_ROOT) and modality in VOLUME_MODALITIES and has_rows:
        return
    if sop_class_uid == MEDIA_STORAGE_DIRECTORY:
        raise refused(say("A DICOMDIR index: open the folder it lies in."))
    if not sop_class_uid:
        raise refused(say("This DICOM file does not say what it holds."))
    raise refused(say("{name} is not supported yet.", name=sop_class_name(sop_class_uid)))


def check_decodes(transfer_syntax_uid: str, bits_stored: int) -> None:
    """Return when pixels in this transfer syntax can be decoded.

    Raises: UnreadableError: naming the transfer syntax.
    """
    extended_of_8_bits = transfer_syntax_uid == _JPEG_EXTENDED and bits_stored == 8
    if transfer_syntax_uid not in _READABLE_SYNTAXES and not extended_of_8_bits:
        name = transfer_syntax_name(transfer_syntax_uid)
        raise refused(say("Pixels stored as {name} are not supported yet.", name=name))


def sop_class_name(uid: str) -> str:
    """The standard's name of a SOP class, or the UID where there is none."""
    from pydicom.uid import UID

    return _NAMES_PYDICOM_LACKS.get(uid) or str(UID(uid).name)


def transfer_syntax_name(uid: str) -> str:
    """The standard's name of a transfer syntax, or the UID where there is none."""
    from pydicom.uid import UID

    return str(UID(uid).name)


def refused(why: Text) -> UnreadableError:
    """The error for a file that is understood and not opened."""
    return UnreadableError(why, _TRY_ELSEWHERE)
