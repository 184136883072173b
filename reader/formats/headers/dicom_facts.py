"""What the headers of a series' images say about it, its study and its patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.core.study import Patient, SeriesTags, Study
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_text import person_name, text
from reader.formats.headers.dicom_values import (
    binary_integer,
    integer,
    number,
    numbers,
    plain,
    plain_list,
)
from reader.formats.headers.raw_header import HeaderKind, RawHeader

_FACTS: Final = (
    tag.SPECIFIC_CHARACTER_SET, tag.STUDY_INSTANCE_UID, tag.SERIES_INSTANCE_UID,
    tag.STUDY_DATE, tag.STUDY_TIME, tag.ACCESSION_NUMBER, tag.INSTITUTION_NAME,
    tag.STUDY_DESCRIPTION, tag.PATIENT_NAME, tag.PATIENT_ID, tag.PATIENT_SEX,
    tag.PATIENT_BIRTH_DATE, tag.PATIENT_AGE, tag.MODALITY, tag.SERIES_DESCRIPTION,
    tag.SERIES_NUMBER, tag.MANUFACTURER, tag.BODY_PART_EXAMINED, tag.IMAGE_TYPE,
    tag.CONVOLUTION_KERNEL, tag.KVP, tag.CONTRAST_BOLUS_AGENT, tag.SEQUENCE_NAME,
    tag.LATERALITY, tag.RESCALE_TYPE, tag.UNITS, tag.PHOTOMETRIC_INTERPRETATION,
    tag.PROTOCOL_NAME, tag.SCANNING_SEQUENCE, tag.REPETITION_TIME, tag.ACQUISITION_CONTRAST,
    tag.CORRECTED_IMAGE, tag.VIEW_POSITION, tag.IMAGE_LATERALITY, tag.PATIENT_ORIENTATION,
    tag.ACQUISITION_DATE, tag.FRAME_TIME, tag.CINE_RATE, tag.RECOMMENDED_FRAME_RATE,
    tag.PULSE_SEQUENCE_NAME, tag.FRAME_TIME_VECTOR, tag.NUMBER_OF_SLICES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What the header of a slice says about its series and study."""

    study: Study
    modality: str
    description: str
    number: int | None
    tags: SeriesTags
    rescale_type: str = ""
    units: str = ""
    protocol: str = ""
    scanning_sequence: tuple[str, ...] = ()
    repetition_time_ms: float | None = None
    acquisition_contrast: str = ""
    corrected_image: tuple[str, ...] = ()
    acquisition_date: str = ""
    slice_count: int | None = None
    """How many slices the whole of a PET series has at one time."""


class FactsReader:
    """Reads `SeriesFacts`, once for all headers that agree in them."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[bytes, ...], bool], SeriesFacts] = {}
        self._by_kind: dict[HeaderKind, SeriesFacts] = {}

    def read(self, header: RawHeader) -> SeriesFacts:
        """The facts in one header."""
        kind = header.kind
        facts = self._by_kind.get(kind) if kind is not None else None
        if facts is not None:
            return facts
        values = tuple(header.elements.get(this, b"") for this in _FACTS)
        key = values, header.big_endian
        facts = self._known.get(key)
        if facts is None:
            by_tag = dict(zip(_FACTS, values, strict=True))
            facts = self._known[key] = _read_facts(by_tag, header.big_endian)
        if kind is not None and kind.varied.isdisjoint(_FACTS):
            self._by_kind[kind] = facts
        return facts


def _read_facts(values: dict[int, bytes], big_endian: bool) -> SeriesFacts:
    character_set = values[tag.SPECIFIC_CHARACTER_SET]

    def words(this: int) -> str:
        return text(values[this], character_set)

    patient = Patient(
        name=person_name(values[tag.PATIENT_NAME], character_set),
        patient_id=words(tag.PATIENT_ID),
        sex=plain(values[tag.PATIENT_SEX]),
        birth_date=plain(values[tag.PATIENT_BIRTH_DATE]),
        age=plain(values[tag.PATIENT_AGE]),
    )
    study = Study(
        study_uid=plain(values[tag.STUDY_INSTANCE_UID]),
        description=words(tag.STUDY_DESCRIPTION),
        patient=patient,
        date=plain(values[tag.STUDY_DATE]),
        series=(),
        time=plain(values[tag.STUDY_TIME]),
        accession=words(tag.ACCESSION_NUMBER),
        institution=words(tag.INSTITUTION_NAME),
    )
    tags = SeriesTags(
        body_part=plain(values[tag.BODY_PART_EXAMINED]),
        image_type=plain_list(values[tag.IMAGE_TYPE]),
        kernel="/".join(plain_list(values[tag.CONVOLUTION_KERNEL])),
        kvp=number(values[tag.KVP]),
        contrast_agent=words(tag.CONTRAST_BOLUS_AGENT),
        manufacturer=words(tag.MANUFACTURER),
        sequence_name=plain(values[tag.SEQUENCE_NAME]) or plain(values[tag.PULSE_SEQUENCE_NAME]),
        laterality=plain(values[tag.IMAGE_LATERALITY]) or plain(values[tag.LATERALITY]),
        low_is_white=plain(values[tag.PHOTOMETRIC_INTERPRETATION]) == "MONOCHROME1",
        view_position=plain(values[tag.VIEW_POSITION]),
        frame_time_ms=_frame_time_ms(values),
        patient_orientation=_orientation(values[tag.PATIENT_ORIENTATION]),
    )
    return SeriesFacts(
        study=study,
        modality=plain(values[tag.MODALITY]),
        description=words(tag.SERIES_DESCRIPTION),
        number=integer(values[tag.SERIES_NUMBER]),
        tags=tags,
        rescale_type=plain(values[tag.RESCALE_TYPE]),
        units=plain(values[tag.UNITS]),
        protocol=words(tag.PROTOCOL_NAME),
        scanning_sequence=plain_list(values[tag.SCANNING_SEQUENCE]),
        repetition_time_ms=number(values[tag.REPETITION_TIME]),
        acquisition_contrast=plain(values[tag.ACQUISITION_CONTRAST]),
        corrected_image=plain_list(values[tag.CORRECTED_IMAGE]),
        acquisition_date=plain(values[tag.ACQUISITION_DATE]),
        slice_count=binary_integer(values[tag.NUMBER_OF_SLICES], big_endian),
    )


def _frame_time_ms(values: dict[int, bytes]) -> float | None:
    """Time from frame to frame of a cine: as stated, or by one of its rates."""
    stated = number(values[tag.FRAME_TIME])
    if stated is not None and stated > 0:
        return stated
    for this in (tag.CINE_RATE, tag.RECOMMENDED_FRAME_RATE):
        rate = number(values[this])
        if rate is not None and rate > 0:
            return 1000.0 / rate
    # The vector holds the time since the frame before; the first one has none.
    apart = [ms for ms in numbers(values[tag.FRAME_TIME_VECTOR])[1:] if ms > 0]
    return sum(apart) / len(apart) if apart else None


def _orientation(value: bytes) -> tuple[str, str]:
    """Patient Orientation: where a row and a column lead; empty unless both are stated."""
    found = plain_list(value)
    return (found[0], found[1]) if len(found) == 2 else ("", "")
