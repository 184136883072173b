"""Which DICOM objects open as an image, and by what name the others are refused."""

from __future__ import annotations

from typing import Final

from reader.core.errors import UnreadableError
from reader.core.study import GeometryWarning, WarningCode
from reader.core.text import Text, say
from reader.formats.headers.sop_classes import ImageKind, kind_of, opens_as_image

CT_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.2"
MR_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.4"
PET_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.128"
MEDIA_STORAGE_DIRECTORY: Final = "1.2.840.10008.1.3.10"

_READABLE_SYNTAXES: Final = frozenset(
    "1.2.840.10008.1.2" + ending
    for ending in (
        "", ".1", ".2", ".1.99", ".5",  # uncompressed, deflated, RLE
        ".4.50", ".4.51", ".4.53", ".4.55",  # JPEG baseline, extended, the retired ones
        ".4.57", ".4.70",  # JPEG lossless
        ".4.80", ".4.81",  # JPEG-LS
        ".4.90", ".4.91", ".4.201", ".4.202", ".4.203",  # JPEG 2000, HTJ2K
    )
)  # fmt: skip
_NAMES_PYDICOM_LACKS: Final = {
    # Added to PS3.6 in 2023 and later.
    "1.2.840.10008.1.2.4.110": "JPEG XL Lossless",
    "1.2.840.10008.1.2.4.111": "JPEG XL JPEG Recompression",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
    "1.2.840.10008.1.2.8.1": "Deflated Image Frame Compression",
    "1.2.840.10008.5.1.4.1.1.66.7": "Label Map Segmentation Storage",
    "1.2.840.10008.5.1.4.1.1.66.8": "Height Map Segmentation Storage",
}
_TRY_ELSEWHERE: Final = say("Other files in the folder are not affected.")


def check_opens(sop_class_uid: str, has_rows: bool, has_pixels: bool) -> None:
    """Return when an object of this class opens as an image.

    A class nobody knows opens when it holds an image: anonymisers and old scanners write
    such, and some files name no class at all.

    Raises: UnreadableError: naming the class.
    """
    if opens_as_image(sop_class_uid):
        if has_rows and has_pixels:
            return
        if has_rows:
            raise refused(say("The DICOM file describes an image but holds no pixels."))
        if has_pixels or kind_of(sop_class_uid) is not ImageKind.OTHER:
            raise refused(say("This DICOM file holds no image: it does not say how large it is."))
    if not sop_class_uid:
        raise refused(say("This DICOM file does not say what it holds."))
    raise refused(say("{name} is not supported yet.", name=sop_class_name(sop_class_uid)))


def other_class_warnings(sop_class_uid: str) -> list[GeometryWarning]:
    """What is said of images of a class that is not among those known; usually nothing."""
    if kind_of(sop_class_uid) is not ImageKind.OTHER:
        return []
    why = (
        say(
            "The class of the images is not one of those known ({name}): what their values and "
            "places mean is taken from their header alone.",
            name=sop_class_name(sop_class_uid),
        )
        if sop_class_uid
        else say(
            "The header does not name the class of the images: what their values and places "
            "mean is taken from its other elements alone."
        )
    )
    return [GeometryWarning(WarningCode.OTHER_CLASS, why)]


def check_decodes(transfer_syntax_uid: str) -> None:
    """Return when pixels in this transfer syntax can be decoded.

    Raises: UnreadableError: naming the transfer syntax.
    """
    if transfer_syntax_uid not in _READABLE_SYNTAXES:
        name = transfer_syntax_name(transfer_syntax_uid)
        raise refused(say("Pixels stored as {name} are not supported yet.", name=name))


def sop_class_name(uid: str) -> str:
    """The standard's name of a SOP class, or the UID where there is none."""
    return _name_of(uid)


def transfer_syntax_name(uid: str) -> str:
    """The standard's name of a transfer syntax, or the UID where there is none."""
    return _name_of(uid)


def _name_of(uid: str) -> str:
    """A damaged UID may hold the rest of the file, patient and all: that is shown to nobody."""
    from pydicom._uid_dict import UID_dictionary

    if uid in UID_dictionary or uid in _NAMES_PYDICOM_LACKS:
        return _NAMES_PYDICOM_LACKS.get(uid) or UID_dictionary[uid][0]
    return uid if uid.replace(".", "").isdecimal() and len(uid) <= 64 else "an unknown UID"


def refused(why: Text) -> UnreadableError:
    """The error for a file that is understood and not opened."""
    return UnreadableError(why, _TRY_ELSEWHERE)
