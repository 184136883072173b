"""Slices with their headers become studies and series: the pure end of a scan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from reader.core.intensity import IntensityUnit
from reader.core.series_kind import PhasePlace, SeriesKind, SpacingSource
from reader.core.study import GeometryWarning, Series, SeriesTags, Study, WarningCode
from reader.core.text import say
from reader.formats.content_uid import derived_uid
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_facts import FactsReader, SeriesFacts
from reader.formats.headers.dicom_image import MARKS
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.dicom_support import CT_IMAGE, PET_IMAGE, other_class_warnings
from reader.formats.headers.dicom_values import number, plain, plain_list
from reader.formats.headers.sop_classes import ImageKind, kind_of
from reader.formats.series.dicom_phases import across_series, phase_places, value_of_b
from reader.formats.series.dicom_split import Stack, believable, split_into_stacks
from reader.formats.series.dicom_stack import OrderedStack, order_stack
from reader.formats.series.series_class import HeaderClues, contrast_phase, series_class

__all__ = ["FactsReader", "ScannedSlice", "build_studies"]

_B_MARKS: Final = (
    # Private elements mean a b-value in their own maker's files only.
    (MARKS.index(tag.DIFFUSION_B_VALUE), tag.DIFFUSION_B_VALUE, ""),
    (MARKS.index(tag.SIEMENS_B_VALUE), tag.SIEMENS_B_VALUE, "SIEMENS"),
    (MARKS.index(tag.GE_B_VALUE), tag.GE_B_VALUE, "GE"),
)
_ECHO_TIME: Final = MARKS.index(tag.ECHO_TIME)
_INVERSION_TIME: Final = MARKS.index(tag.INVERSION_TIME)
_IMAGE_TYPE: Final = MARKS.index(tag.IMAGE_TYPE)
_KERNEL: Final = MARKS.index(tag.CONVOLUTION_KERNEL)
_ACQUISITION_TIME: Final = MARKS.index(tag.ACQUISITION_TIME)
_MOST_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class ScannedSlice:
    """A slice with the facts about its series, which most slices share."""

    slice: DicomSlice
    facts: SeriesFacts


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
        whole = tuple(across_series(series))
        studies.append(replace(first.facts.study, study_uid=study_uid, series=whole))
    return tuple(sorted(studies, key=lambda s: (s.date, s.time, s.study_uid)))


def _reading_order(one: ScannedSlice) -> tuple[str, str, int]:
    return one.slice.series_uid, one.slice.sop_instance_uid, one.slice.frame


def _study_uid(slice_: DicomSlice) -> str:
    """The study a slice belongs to; the folder stands in where the header names none."""
    return slice_.study_uid or derived_uid("study", str(slice_.path.parent.resolve()))


def _series_uid(slice_: DicomSlice) -> str:
    return slice_.series_uid or derived_uid("series", str(slice_.path.parent.resolve()))


def _build_series(series_uid: str, scanned: Sequence[ScannedSlice]) -> list[Series]:
    """The volumes, cines and single images that one series' slices make."""
    copies = find_copies(scanned)
    kept = [one for one in scanned if one.slice.path not in copies]
    kept.sort(key=lambda one: str(one.slice.path))
    believed = [(believable(one.slice), one.facts) for one in kept]
    facts = {id(slice_): about for slice_, about in believed}
    stacks = split_into_stacks([slice_ for slice_, _ in believed])
    timed = [facts[id(stack.slices[0])].tags.frame_time_ms is not None for stack in stacks]
    ordered = [
        order_stack(stack.slices, has_frame_time=has_time)
        for stack, has_time in zip(stacks, timed, strict=True)
    ]
    phases = phase_places(series_uid, stacks, ordered)
    labels = [_label(stack, facts) for stack in stacks]
    counted = [f"{label}: {len(ordered[n].slices)}" for n, label in enumerate(labels)]
    return [
        _one_series(series_uid, part, (labels, counted), ordered[part], phases[part], facts)
        for part in range(len(stacks))
    ]


def find_copies(scanned: Iterable[ScannedSlice]) -> dict[Path, Path]:
    """Files whose images are shown from another file, and that file: the first by path."""
    files: dict[Path, list[DicomSlice]] = defaultdict(list)
    for one in scanned:
        files[one.slice.path].append(one.slice)
    first: dict[tuple[object, ...], Path] = {}
    copies: dict[Path, Path] = {}
    for path in sorted(files, key=str):
        kept = first.setdefault(_identity(files[path]), path)
        if kept != path:
            copies[path] = kept
    return copies


def _identity(frames: Sequence[DicomSlice]) -> tuple[object, ...]:
    """What a copy of a file has in common with the first; `frames` are all of a file.

    Some anonymisers give all images one UID, so what differs in place, number or frames is
    no copy; without a UID only the file itself is known.
    """
    one = frames[0]
    uid = one.sop_instance_uid or one.path
    place = one.position_lps_mm, one.instance_number, one.frame, len(frames)
    return _study_uid(one), _series_uid(one), uid, *place


def _label(stack: Stack, facts: dict[int, SeriesFacts]) -> str:
    """What sets a stack apart; a radiograph is named by its side and view ("L CC")."""
    first = stack.slices[0]
    if kind_of(first.sop_class_uid) is ImageKind.PROJECTION:
        tags = facts[id(first)].tags
        view = f"{tags.laterality} {tags.view_position}".strip()
        return view or stack.label
    return stack.label


def _one_series(
    series_uid: str,
    part: int,
    names: tuple[Sequence[str], Sequence[str]],
    ordered: OrderedStack,
    phase: PhasePlace | None,
    facts: dict[int, SeriesFacts],
) -> Series:
    middle = ordered.slices[len(ordered.slices) // 2]
    about = facts[id(middle)]
    modality = about.modality or _modality_of(middle.sop_class_uid)
    warnings = list(ordered.warnings) + other_class_warnings(middle.sop_class_uid)
    warnings += _absent_warning(about, modality, ordered)
    description = about.description
    labels, counted = names
    if len(labels) > 1:
        label = labels[part]
        description = f"{description} · {label}" if description else label
        warnings.append(_split_warning(part, label, counted))
    clues = _clues(about, modality, ordered, middle)
    unit = _unit(about, modality, ordered)
    no_spacing = middle.spacing_mm is None
    return Series(
        series_uid=series_uid,
        modality=modality,
        description=description,
        number=about.number,
        geometry=ordered.geometry,
        instances=ordered.slices,
        unit=unit,
        transfer_syntax_uid=middle.pixels.transfer_syntax_uid,
        windows=middle.windows,
        tags=_tags(about, ordered, middle),
        warnings=tuple(warnings),
        measurable=ordered.measurable,
        part=part,
        kind=ordered.kind,
        is_color=any(s.pixels.is_color for s in ordered.slices),
        spacing_source=SpacingSource.NONE if no_spacing else middle.spacing_source,
        category=series_class(clues),
        contrast_phase=contrast_phase(clues),
        phase=phase,
        unit_name=_unit_name(about, unit, middle),
    )


def _tags(about: SeriesFacts, ordered: OrderedStack, middle: DicomSlice) -> SeriesTags:
    """The series' tags, with what frames and slices say themselves."""
    times = [plain(s.marks[_ACQUISITION_TIME]) for s in ordered.slices if s.marks]
    first = min((time for time in times if time), default="")
    is_cine = ordered.kind is SeriesKind.CINE
    return replace(
        about.tags,
        image_type=_image_type(about, middle),
        kernel=_kernel(about, middle),
        slice_thickness_mm=middle.slice_thickness_mm,
        lossy=any(s.lossy for s in ordered.slices),
        acquired_at=first if len(first.split(".")[0]) > 8 else about.acquisition_date + first,
        frame_time_ms=about.tags.frame_time_ms if is_cine else None,
    )


def _image_type(about: SeriesFacts, middle: DicomSlice) -> tuple[str, ...]:
    """Image Type: a frame's own where it has one."""
    return plain_list(_mark(middle, _IMAGE_TYPE)) or about.tags.image_type


def _kernel(about: SeriesFacts, middle: DicomSlice) -> str:
    return about.tags.kernel or "/".join(plain_list(_mark(middle, _KERNEL)))


def _mark(slice_: DicomSlice, index: int) -> bytes:
    return slice_.marks[index] if index < len(slice_.marks) else b""


def _clues(
    about: SeriesFacts, modality: str, ordered: OrderedStack, middle: DicomSlice
) -> HeaderClues:
    """What tells what a series shows, from its middle image."""
    image_kind = kind_of(middle.sop_class_uid)
    if image_kind is ImageKind.CAPTURE and ordered.kind is SeriesKind.VOLUME:
        # Slices with places that a workstation stored as captures are slices.
        image_kind = ImageKind.CROSS_SECTION
    maker = about.tags.manufacturer.upper()
    b_values = [
        value_of_b(this, _mark(middle, slot)) for slot, this, of in _B_MARKS if maker.startswith(of)
    ]
    return HeaderClues(
        modality=modality,
        image_kind=image_kind,
        image_type=_image_type(about, middle),
        description=about.description,
        protocol=about.protocol,
        localizer=middle.localizer,
        body_part=about.tags.body_part,
        kernel=_kernel(about, middle),
        contrast_agent=about.tags.contrast_agent,
        corrected_image=about.corrected_image,
        sequence_name=about.tags.sequence_name,
        scanning_sequence=about.scanning_sequence,
        acquisition_contrast=about.acquisition_contrast,
        b_value=next((value for value in b_values if value), None),
        repetition_time_ms=about.repetition_time_ms,
        echo_time_ms=number(_mark(middle, _ECHO_TIME)),
        inversion_time_ms=number(_mark(middle, _INVERSION_TIME)),
    )


def _absent_warning(
    about: SeriesFacts, modality: str, ordered: OrderedStack
) -> list[GeometryWarning]:
    """Slices missing at an end of a PET series, which no gap betrays. DICOM PS3.3 C.8.9.4."""
    gaps = any(w.code is WarningCode.MISSING_SLICES for w in ordered.warnings)
    stated, present = about.slice_count or 0, len(ordered.slices)
    if modality != "PT" or gaps or present >= stated or ordered.kind is not SeriesKind.VOLUME:
        return []
    text = say(
        "The header says that the series has {stated} slices; {present} are here.",
        stated=stated,
        present=present,
    )
    return [GeometryWarning(WarningCode.MISSING_SLICES, text)]


def _split_warning(part: int, label: str, counted: Sequence[str]) -> GeometryWarning:
    """Which part of a series this is; `counted` names all parts with their images."""
    others = [text for n, text in enumerate(counted) if n != part]
    named = ", ".join(others[:_MOST_NAMED]) + (" …" if len(others) > _MOST_NAMED else "")
    message = say(
        "The series holds {parts} stacks that are not one volume; this is number {number} "
        "({label}). Images in the others: {others}.",
        parts=len(counted),
        number=part + 1,
        label=label,
        others=named,
    )
    return GeometryWarning(WarningCode.SPLIT, message)


def _modality_of(sop_class_uid: str) -> str:
    """The modality an object must have when its header leaves it out."""
    fixed = {CT_IMAGE: "CT", PET_IMAGE: "PT"}.get(sop_class_uid)
    by_kind = {
        ImageKind.CROSS_SECTION: "MR",
        ImageKind.PROJECTION: "DX",
        ImageKind.ANGIOGRAPHY: "XA",
        ImageKind.ULTRASOUND: "US",
        ImageKind.NUCLEAR: "NM",
        ImageKind.PHOTOGRAPH: "XC",
    }
    return fixed or by_kind.get(kind_of(sop_class_uid), "OT")


def _unit(about: SeriesFacts, modality: str, ordered: OrderedStack) -> IntensityUnit:
    """What the values mean, where the header states it.

    CT numbers are HU unless Rescale Type says otherwise; localizers are not, and without
    a rescale intercept nothing is known. Source: DICOM PS3.3 C.8.2.1, C.8.9.1.
    """
    slices = ordered.slices
    if any(s.pixels.is_color for s in slices):
        return IntensityUnit.ARBITRARY
    if modality == "CT" and about.rescale_type in ("", "HU"):
        stated = all(_is_in_hu(s) for s in slices)
        return IntensityUnit.HU if stated else IntensityUnit.ARBITRARY
    if modality == "PT" and about.units == "BQML":
        return IntensityUnit.BQ_PER_ML
    return IntensityUnit.ARBITRARY


def _is_in_hu(slice_: DicomSlice) -> bool:
    """Whether a CT image's values are CT numbers."""
    if slice_.localizer or not slice_.rescaled or slice_.unit_name not in ("", "HU"):
        return False
    if slice_.table is not None and slice_.table.kind not in ("", "HU"):
        return False
    return _may_be_in_hu(_mark(slice_, _IMAGE_TYPE), slice_.sop_class_uid)


@lru_cache(maxsize=256)
def _may_be_in_hu(image_type: bytes, sop_class_uid: str) -> bool:
    """Whether images of a kind have CT numbers; captures only where they are originals."""
    types = plain_list(image_type)
    if any(word in types for word in ("PERFUSION", "SCREEN SAVE")):
        return False
    kind = kind_of(sop_class_uid)
    return kind is not ImageKind.CAPTURE or types[:1] == ("ORIGINAL",)


def _unit_name(about: SeriesFacts, unit: IntensityUnit, middle: DicomSlice) -> str:
    """The header's word for a unit that has no other name here."""
    if unit is not IntensityUnit.ARBITRARY or middle.pixels.is_color:
        return ""
    table = middle.table.kind if middle.table is not None else ""
    stated = middle.unit_name or about.units or table or about.rescale_type
    # "US" is DICOM for unspecified, "1" for no unit.
    return "" if stated in ("US", "1", "HU") else stated
