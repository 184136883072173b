"""What written DICOM objects take over from the images they are about, and nothing else.

The images' headers are read once and brought into one plain form, so that compressed,
multi-frame, incomplete and slightly wrong sources are all written in the same way.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pydicom import config, dcmread
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.valuerep import DSfloat

from reader.core.errors import ExportError, GeometryMismatchError
from reader.core.study import InstanceRef, Series, Study, WarningCode
from reader.core.text import say
from reader.formats.content_uid import derived_uid

MANUFACTURER: Final = "Reading Room"
UTF8: Final = "ISO_IR 192"
"""Written objects are always UTF-8, whatever the source was: names must survive, and
labels may be in another language than the patient's name."""

_IDENTITY: Final = (
    "PatientName", "PatientID", "IssuerOfPatientID", "TypeOfPatientID", "PatientBirthDate",
    "PatientBirthTime", "PatientSex", "OtherPatientIDs", "EthnicGroup",
    "QualityControlSubject", "PatientSpeciesDescription", "PatientSpeciesCodeSequence",
    "PatientBreedDescription", "PatientBreedCodeSequence", "BreedRegistrationSequence",
    "ResponsiblePerson", "ResponsiblePersonRole", "ResponsibleOrganization",
    "PatientIdentityRemoved", "DeidentificationMethod", "DeidentificationMethodCodeSequence",
    "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber",
    "ReferringPhysicianName", "StudyDescription", "PatientAge", "PatientSize", "PatientWeight",
    "ClinicalTrialSponsorName", "ClinicalTrialProtocolID", "ClinicalTrialProtocolName",
    "ClinicalTrialSiteID", "ClinicalTrialSiteName", "ClinicalTrialSubjectID",
    "ClinicalTrialSubjectReadingID", "ClinicalTrialTimePointID",
    "ClinicalTrialTimePointDescription",
)  # fmt: skip
"""Source: DICOM PS3.3 C.7.1.1, C.7.1.3, C.7.2.1, C.7.2.2 and C.7.2.3."""

_TYPE_2: Final = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime",
    "StudyID", "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip
"""Present even when empty."""

_TRIAL_TYPE_2: Final = (
    "ClinicalTrialProtocolName", "ClinicalTrialSiteID", "ClinicalTrialSiteName",
)  # fmt: skip
"""Present even when empty, once the clinical trial is described at all."""

_ANIMAL_TYPE_2: Final = (
    "PatientBreedDescription", "PatientBreedCodeSequence", "BreedRegistrationSequence",
    "ResponsiblePerson", "ResponsibleOrganization",
)  # fmt: skip
"""Kept even when empty."""

_IMAGE: Final = (
    "SpecificCharacterSet", "SOPInstanceUID", "SeriesInstanceUID",
    "FrameOfReferenceUID", "PositionReferenceIndicator", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "LossyImageCompression",
    "LossyImageCompressionRatio", "LossyImageCompressionMethod",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
)  # fmt: skip

_SHARED: Final = (
    "SeriesInstanceUID", "FrameOfReferenceUID", "ImageOrientationPatient", "PixelSpacing",
    "SliceThickness",
)  # fmt: skip

_VALID: Final = {
    "DA": re.compile(r"\d{8}"),
    "TM": re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"),
    "AS": re.compile(r"\d{3}[DWMY]"),
}
_SEXES: Final = ("M", "F", "O")


@dataclass(frozen=True, slots=True)
class SourceImages:
    """The images of a series in the form that highdicom asks for.

    `slices[k]` is a single-frame header (UIDs, geometry, size) of slice k, also where the
    file holds many frames; `frames[k]` is then the frame's number, counted from 1.
    `identity` holds patient and study.
    """

    slices: tuple[Dataset, ...]
    frames: tuple[int | None, ...]
    identity: Dataset

    def stamp(self, target: Dataset) -> None:
        """Make `target` belong to the same patient and study."""
        target.SpecificCharacterSet = UTF8
        for element in self.identity:
            target[element.tag] = element

    def position_of(self, k: int) -> tuple[float, float, float]:
        """Image Position (Patient) of slice k, in LPS mm."""
        x, y, z = self.slices[k].ImagePositionPatient
        return float(x), float(y), float(z)


# The source is as it is: its invalid values are no reason to warn, let alone to print them.
@config.disable_value_validation()
def read_source_images(study: Study, series: Series, needs_positions: bool = True) -> SourceImages:
    """Read the headers of a series' images, in slice order.

    `needs_positions`: what is written says where in the patient something lies, and not
    only where on an image.

    Raises:
        ExportError: the series is not DICOM, does not say where its images lie although
            that is needed, or its files cannot be read any more.
        GeometryMismatchError: not every slice has its image.
    """
    _refuse(series, needs_positions)
    slices: list[Dataset] = []
    identity = Dataset()
    for path, instances in groupby(series.instances, key=lambda instance: instance.path):
        header = _read_header(path)
        if not slices:
            identity = _identity(header, study)
        for instance in instances:
            slices.append(_plain_slice(header, instance, series, len(slices)))
    for plain in slices:
        # Said once for all: sources round these freely, and highdicom wants them equal.
        for keyword in _SHARED:
            plain[keyword] = slices[0][keyword]
        plain["StudyInstanceUID"] = identity["StudyInstanceUID"]
    return SourceImages(tuple(slices), _frame_numbers(series), identity)


def person_name(name: str) -> str:
    """A free-text name as a DICOM person name: `Dr. Ada Lovelace` → `Lovelace^Ada^^Dr.`.

    The last word is taken for the family name; a name that already has carets is kept.
    Source: DICOM PS3.5 6.2.1.
    """
    printable = (" " if unicodedata.category(c).startswith("C") else c for c in name)
    words = "".join(printable).replace("\\", " ").replace("=", " ").split()
    if any("^" in word for word in words):
        return " ".join(words)[:64]
    titles = [word for word in words if word.endswith(".") and len(word) > 2]
    *given, family = [word for word in words if word not in titles] or [""]
    prefix = f"^^{' '.join(titles)}" if titles else ""
    return f"{family}^{' '.join(given)}{prefix}"[:64]


def short_text(text: str, length: int = 64) -> str:
    """Text that fits a Long String: one line, no backslash, cut to `length` characters."""
    return " ".join(text.replace("\\", "/").split())[:length].strip()


def local_time(moment: datetime) -> datetime:
    """The wall-clock time of a moment: the time zone in which Study Time is written, too."""
    return moment.astimezone() if moment.tzinfo else moment


def _refuse(series: Series, needs_positions: bool) -> None:
    if series.format != "dicom":
        raise ExportError(
            say("DICOM results need a DICOM series, and this one is not."),
            say("Export NIfTI or JSON instead."),
        )
    is_placed = all(warning.code is not WarningCode.NO_POSITION for warning in series.warnings)
    if needs_positions and not is_placed:
        raise ExportError(
            say("The images do not say where in the patient they lie."),
            say("Export NIfTI or JSON instead: DICOM results would point to the wrong place."),
        )
    if len(series.instances) != series.geometry.shape_kji[0]:
        raise GeometryMismatchError(
            say("The series has another number of slices than its images."),
            say("Open the study again and export once more."),
        )


def _no_images() -> ExportError:
    return ExportError(
        say("The images that these results belong to cannot be read any more."),
        say("Put the study's files back where they were opened from, and export again."),
    )


def _read_header(path: Path) -> Dataset:
    keywords = [*_IDENTITY, *_IMAGE]
    try:
        return dcmread(path, stop_before_pixels=True, force=True, specific_tags=keywords)
    except (OSError, InvalidDicomError, EOFError) as error:
        raise _no_images() from error


def _identity(header: Dataset, study: Study) -> Dataset:
    """Patient and study attributes of a header, as text and free of values not allowed."""
    header.decode()
    identity = Dataset()
    for keyword in _IDENTITY:
        if keyword in header:
            element = _cleaned(keyword, header[keyword])
            if not element.is_empty or keyword in _ANIMAL_TYPE_2:
                identity.add(element)
    if identity.get("PatientIdentityRemoved") == "YES" and not (
        "DeidentificationMethod" in identity or "DeidentificationMethodCodeSequence" in identity
    ):  # PS3.3 C.7.1.1 asks for one of them
        identity.add(_element("DeidentificationMethod", "Not stated in the source images"))
    required = [*_TYPE_2]
    if _describes_trial(identity):
        required += _TRIAL_TYPE_2
    else:
        for keyword in identity.dir("ClinicalTrial"):
            delattr(identity, keyword)
    for keyword in required:
        if keyword not in identity:
            identity.add(_element(keyword, ""))
    if "StudyInstanceUID" not in identity:
        identity.add(_element("StudyInstanceUID", study.study_uid))
    return identity


def _describes_trial(identity: Dataset) -> bool:
    """Whether the clinical trial attributes are complete enough to be written.

    Source: DICOM PS3.3 C.7.1.3.
    """
    subject = identity.get("ClinicalTrialSubjectID") or identity.get(
        "ClinicalTrialSubjectReadingID"
    )
    sponsor, protocol = (
        identity.get(k) for k in ("ClinicalTrialSponsorName", "ClinicalTrialProtocolID")
    )
    return bool(subject and sponsor and protocol)


def _cleaned(keyword: str, element: DataElement) -> DataElement:
    """The element with its value as text, or empty where the standard knows no such value."""
    if element.VR == "SQ":
        return element
    return _element(keyword, _allowed(keyword, element.VR, element.value))


def _allowed(keyword: str, vr: str, value: Any) -> Any:  # noqa: ANN401 - any DICOM value
    if value is None:
        return ""
    if vr in _VALID:
        text = str(value).strip()
        text = text.replace(".", "", 2) if vr == "DA" else text.replace(":", "")
        return text if _VALID[vr].fullmatch(text) else ""
    if keyword == "PatientSex":
        sex = str(value).strip().upper()
        return sex if sex in _SEXES else ""
    return str(value) if vr == "PN" else value


def _element(keyword: str, value: Any) -> DataElement:  # noqa: ANN401 - any DICOM value
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return DataElement(tag, dictionary_VR(tag), value, validation_mode=config.IGNORE)


def _frame_numbers(series: Series) -> tuple[int | None, ...]:
    uses = Counter(instance.path for instance in series.instances)
    return tuple(
        instance.frame + 1 if instance.frame or uses[instance.path] > 1 else None
        for instance in series.instances
    )


def _plain_slice(header: Dataset, instance: InstanceRef, series: Series, k: int) -> Dataset:
    """One slice as if it were a file of its own.

    What the header leaves out comes from the volume's geometry, which intake has checked.
    """
    geometry = series.geometry
    directions = geometry.directions
    spacing_k, spacing_j, spacing_i = geometry.spacing_kji_mm
    _, rows, columns = geometry.shape_kji
    if header.get("SOPInstanceUID", instance.sop_instance_uid) != instance.sop_instance_uid:
        raise _no_images()  # another file has taken this one's place
    position, orientation, spacing, thickness = _stated_geometry(header, instance.frame)
    plain = Dataset()
    plain.SOPClassUID = instance.sop_class_uid
    plain.SOPInstanceUID = instance.sop_instance_uid
    plain.SeriesInstanceUID = header.get("SeriesInstanceUID") or series.series_uid
    plain.Modality = series.modality
    plain.Rows, plain.Columns = rows, columns
    plain.FrameOfReferenceUID = (
        header.get("FrameOfReferenceUID")
        or geometry.frame_of_reference_uid
        or derived_uid("frame of reference", series.series_uid)
    )
    plain.PositionReferenceIndicator = header.get("PositionReferenceIndicator") or ""
    plain.ImagePositionPatient = position or _decimals(geometry.to_lps((k, 0, 0)))
    plain.ImageOrientationPatient = orientation or _decimals(directions.T[[2, 1]].ravel())
    plain.PixelSpacing = spacing or _decimals([spacing_j, spacing_i])
    plain.SliceThickness = thickness or _decimals([spacing_k])[0]
    for keyword in _IMAGE:
        if keyword.startswith("LossyImageCompression") and header.get(keyword):
            plain[keyword] = header[keyword]
    for keyword in _TYPE_2:  # set from `identity` once the object is made
        plain.add(_element(keyword, ""))
    return plain


def _decimals(values: Iterable[float]) -> list[DSfloat]:
    """Numbers as Decimal Strings of at most 16 characters."""
    return [DSfloat(float(value), auto_format=True) for value in values]


def _stated_geometry(header: Dataset, frame: int) -> tuple[Any, Any, Any, Any]:
    """Position, orientation, pixel spacing and thickness of a frame; None if not stated."""
    groups = [header]
    per_frame = header.get("PerFrameFunctionalGroupsSequence") or []
    if frame < len(per_frame):
        groups.append(per_frame[frame])
    groups += list(header.get("SharedFunctionalGroupsSequence") or [])

    def stated(keyword: str, sequence: str) -> Any:  # noqa: ANN401 - any DICOM value
        for group in groups:
            item = group if group is header else next(iter(group.get(sequence) or []), None)
            value = item.get(keyword) if item is not None else None
            if value is not None and value != "":
                return value
        return None

    return (
        stated("ImagePositionPatient", "PlanePositionSequence"),
        stated("ImageOrientationPatient", "PlaneOrientationSequence"),
        stated("PixelSpacing", "PixelMeasuresSequence"),
        stated("SliceThickness", "PixelMeasuresSequence"),
    )
