"""Slices with their headers become studies and series: the pure end of a scan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reader.core.intensity import IntensityUnit
from reader.core.study import (
    GeometryWarning,
    Patient,
    Series,
    SeriesTags,
    Study,
    WarningCode,
)
from reader.core.text import say
from reader.formats import dicom_tags as tag
from reader.formats.content_uid import derived_uid
from reader.formats.dicom_parse import RawHeader
from reader.formats.dicom_slice import DicomSlice
from reader.formats.dicom_split import Stack, split_into_stacks
from reader.formats.dicom_stack import OrderedStack, order_stack
from reader.formats.dicom_support import CT_IMAGE, PET_IMAGE
from reader.formats.dicom_values import integer, number, plain, plain_list, text

_FACTS: Final = (
    tag.SPECIFIC_CHARACTER_SET, tag.STUDY_INSTANCE_UID, tag.SERIES_INSTANCE_UID,
    tag.STUDY_DATE, tag.STUDY_TIME, tag.ACCESSION_NUMBER, tag.INSTITUTION_NAME,
    tag.STUDY_DESCRIPTION, tag.PATIENT_NAME, tag.PATIENT_ID, tag.PATIENT_SEX,
    tag.PATIENT_BIRTH_DATE, tag.PATIENT_AGE, tag.MODALITY, tag.SERIES_DESCRIPTION,
    tag.SERIES_NUMBER, tag.MANUFACTURER, tag.BODY_PART_EXAMINED, tag.IMAGE_TYPE,
    tag.CONVOLUTION_KERNEL, tag.KVP, tag.CONTRAST_BOLUS_AGENT, tag.SEQUENCE_NAME,
    tag.LATERALITY, tag.RESCALE_TYPE, tag.UNITS, tag.PHOTOMETRIC_INTERPRETATION,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What the header of a slice says about its series and study."""

    study: Study
    modality: str
    description: str
    number: int | None
    tags: SeriesTags
    rescale_type: str
    units: str


@dataclass(frozen=True, slots=True)
class ScannedSlice:
    """A slice with the facts about its series, which most slices share."""

    slice: DicomSlice
    facts: SeriesFacts


class FactsReader:
    """Reads `SeriesFacts`, once for all headers that agree in them."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, ...], SeriesFacts] = {}

    def read(self, header: RawHeader) -> SeriesFacts:
        """The facts in one header."""
        key = tuple(header.elements.get(this, b"") for this in _FACTS)
        facts = self._known.get(key)
        if facts is None:
            facts = self._known[key] = _read_facts(dict(zip(_FACTS, key, strict=True)))
        return facts


def _read_facts(values: dict[int, bytes]) -> SeriesFacts:
    character_set = values[tag.SPECIFIC_CHARACTER_SET]

    def words(this: int) -> str:
        return text(values[this], character_set)

    patient = Patient(
        name=words(tag.PATIENT_NAME),
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
        sequence_name=plain(values[tag.SEQUENCE_NAME]),
        laterality=plain(values[tag.LATERALITY]),
        low_is_white=plain(values[tag.PHOTOMETRIC_INTERPRETATION]) == "MONOCHROME1",
    )
    return SeriesFacts(
        study=study,
        modality=plain(values[tag.MODALITY]),
        description=words(tag.SERIES_DESCRIPTION),
        number=integer(values[tag.SERIES_NUMBER]),
        tags=tags,
        rescale_type=plain(values[tag.RESCALE_TYPE]),
        units=plain(values[tag.UNITS]),
    )


def build_studies(scanned: Iterable[ScannedSlice]) -> tuple[Study, ...]:
    """Group slices by study and series, split, order and describe them.

    Studies come by date, series by number; neither hangs on file names.
    """
    by_study: dict[str, dict[str, list[ScannedSlice]]] = defaultdict(lambda: defaultdict(list))
    for one in scanned:
        by_study[_study_uid(one.slice)][_series_uid(one.slice)].append(one)
    studies: list[Study] = []
    for study_uid, by_series in by_study.items():
        series: list[Series] = []
        for series_uid, slices in by_series.items():
            series += _build_series(series_uid, slices)
        series.sort(key=lambda s: (s.number is None, s.number or 0, s.series_uid, s.part))
        first = min((s for group in by_series.values() for s in group), key=_reading_order)
        studies.append(replace(first.facts.study, study_uid=study_uid, series=tuple(series)))
    return tuple(sorted(studies, key=lambda s: (s.date, s.time, s.study_uid)))


def _reading_order(one: ScannedSlice) -> tuple[str, str, int]:
    return one.slice.series_uid, one.slice.sop_instance_uid, one.slice.frame


def _study_uid(slice_: DicomSlice) -> str:
    """The study a slice belongs to; the folder stands in where the header names none."""
    return slice_.study_uid or derived_uid("study", str(slice_.path.parent.resolve()))


def _series_uid(slice_: DicomSlice) -> str:
    return slice_.series_uid or derived_uid("series", str(slice_.path.parent.resolve()))


def _build_series(series_uid: str, scanned: Sequence[ScannedSlice]) -> list[Series]:
    """The volumes that one series' slices make."""
    once: dict[tuple[object, ...], ScannedSlice] = {}
    for one in sorted(scanned, key=lambda s: str(s.slice.path)):
        # A copy of an instance adds nothing; without a UID only the file itself is known.
        identity = one.slice.sop_instance_uid or one.slice.path
        once.setdefault((identity, one.slice.frame), one)
    facts = {id(one.slice): one.facts for one in once.values()}
    stacks = split_into_stacks([one.slice for one in once.values()])
    return [
        _one_series(series_uid, part, len(stacks), stack, facts)
        for part, stack in enumerate(stacks)
    ]


def _one_series(
    series_uid: str, part: int, parts: int, stack: Stack, facts: dict[int, SeriesFacts]
) -> Series:
    ordered = order_stack(stack.slices)
    middle = ordered.slices[len(ordered.slices) // 2]
    about = facts[id(middle)]
    warnings = list(ordered.warnings)
    lossy = any(s.lossy for s in ordered.slices)
    description = about.description
    if parts > 1:
        description = f"{description} · {stack.label}" if description else stack.label
        warnings.append(_split_warning(part, parts, stack.label))
    return Series(
        series_uid=series_uid,
        modality=about.modality or _modality_of(middle.sop_class_uid),
        description=description,
        number=about.number,
        geometry=ordered.geometry,
        instances=ordered.slices,
        unit=_unit(about, ordered),
        transfer_syntax_uid=middle.pixels.transfer_syntax_uid,
        windows=middle.windows,
        tags=replace(about.tags, slice_thickness_mm=middle.slice_thickness_mm, lossy=lossy),
        warnings=tuple(warnings),
        measurable=ordered.measurable,
        part=part,
    )


def _split_warning(part: int, parts: int, label: str) -> GeometryWarning:
    message = say(
        "The series holds {parts} stacks that are not one volume; this is number {number} "
        "({label}).",
        parts=parts,
        number=part + 1,
        label=label,
    )
    return GeometryWarning(WarningCode.SPLIT, message)


def _modality_of(sop_class_uid: str) -> str:
    """The modality an object must have when its header leaves it out."""
    return {CT_IMAGE: "CT", PET_IMAGE: "PT"}.get(sop_class_uid, "MR")


def _unit(about: SeriesFacts, ordered: OrderedStack) -> IntensityUnit:
    """What the values mean, where the header states it.

    CT numbers are HU unless Rescale Type says otherwise; localizers are not, and without
    a rescale intercept nothing is known. Source: DICOM PS3.3 C.8.2.1, C.8.9.1.
    """
    slices = ordered.slices
    modality = about.modality or _modality_of(slices[0].sop_class_uid)
    if modality == "CT" and about.rescale_type in ("", "HU"):
        stated = all(s.rescaled and not s.localizer for s in slices)
        return IntensityUnit.HU if stated else IntensityUnit.ARBITRARY
    if modality == "PT" and about.units == "BQML":
        return IntensityUnit.BQ_PER_ML
    return IntensityUnit.ARBITRARY
