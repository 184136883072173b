"""Objects about images (segmentations, reports, structures …): what their headers say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, MutableSequence, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reader.core.study import ObjectKind, Study, StudyObject
from reader.core.text import say
from reader.formats.content_uid import derived_uid
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.bounded_pydicom import damaged, read_part
from reader.formats.headers.dicom_support import refused
from reader.formats.headers.dicom_text import text
from reader.formats.headers.dicom_values import integer, plain, printable
from reader.formats.headers.quiet_pydicom import quiet_pydicom
from reader.formats.headers.raw_header import RawHeader

_REFERENCED_SOP_INSTANCE: Final = 0x0008_1155
_FRAMES_OF_REFERENCE: Final = 0x3006_0010
_REFERENCES: Final = (
    0x0008_1115,  # Referenced Series Sequence
    0x0008_1140,  # Referenced Image Sequence
    0x0040_9094,  # Referenced Image Real World Value Mapping Sequence
    0x0040_A375,  # Current Requested Procedure Evidence Sequence
    0x0040_A385,  # Pertinent Other Evidence Sequence
)
_MOST_REFERENCES: Final = 100_000
_DEEPEST: Final = 8
_TITLES: Final = (
    tag.SERIES_DESCRIPTION,
    tag.CONTENT_DESCRIPTION,
    tag.CONTENT_LABEL,
    tag.STRUCTURE_SET_LABEL,
    tag.DOCUMENT_TITLE,
)


@dataclass(frozen=True, slots=True)
class ScannedObject:
    """An object with the study its header names (without series)."""

    object: StudyObject
    study: Study


def read_object_header(header: RawHeader, kind: ObjectKind) -> StudyObject:
    """What a scan says of an object of this kind; its content is read when it is asked for.

    Raises: UnreadableError: it is cut short or damaged. OSError.
    """
    get = header.elements.get
    if header.cut_short:
        raise refused(say("The DICOM file is cut short: part of its header is missing."))
    if kind is ObjectKind.SEGMENTATION and not header.has_pixels:
        raise refused(say("The segmentation holds no pixels."))
    character_set = get(tag.SPECIFIC_CHARACTER_SET, b"")
    titles = (text(get(this, b""), character_set) for this in _TITLES)
    references, frame_of_reference = _references(header, kind)
    return StudyObject(
        kind=kind,
        path=header.path,
        sop_class_uid=plain(get(tag.SOP_CLASS_UID, b"")),
        sop_instance_uid=plain(get(tag.SOP_INSTANCE_UID, b"")),
        series_uid=plain(get(tag.SERIES_INSTANCE_UID, b"")),
        modality=plain(get(tag.MODALITY, b"")),
        description=next((printable(title) for title in titles if title), ""),
        number=integer(get(tag.SERIES_NUMBER, b"")),
        references=references,
        frame_of_reference_uid=plain(get(tag.FRAME_OF_REFERENCE_UID, b"")) or frame_of_reference,
    )


def _references(header: RawHeader, kind: ObjectKind) -> tuple[frozenset[str], str]:
    """The images an object's header names, and the frame of reference of a structure set."""
    wanted = [*_REFERENCES]
    if kind is ObjectKind.STRUCTURES:
        wanted.append(_FRAMES_OF_REFERENCE)
    last = max(wanted)
    dataset, _ = read_part(header.path, lambda this, _vr, _length: this > last, wanted)
    found: set[str] = set()
    frame_of_reference = ""
    try:
        with quiet_pydicom():
            for this in wanted:
                for uid in _instances(dataset.get(this), _DEEPEST):
                    found.add(uid)
                    if len(found) >= _MOST_REFERENCES:
                        break
            for item in dataset.get("ReferencedFrameOfReferenceSequence") or ():
                frame_of_reference = frame_of_reference or str(
                    item.get("FrameOfReferenceUID") or ""
                )
    except Exception as error:
        # Broken sequences make pydicom raise almost anything.
        raise damaged() from error
    return frozenset(found), printable(frame_of_reference)


def _instances(element: object, deepest: int) -> Iterator[str]:
    """Every Referenced SOP Instance UID inside a sequence."""
    items: object = getattr(element, "value", None)
    if deepest == 0 or not isinstance(items, MutableSequence):
        return
    for item in items:
        for inner in item:
            if int(inner.tag) == _REFERENCED_SOP_INSTANCE:
                yield str(inner.value)
            elif inner.VR == "SQ":
                yield from _instances(inner, deepest - 1)


def find_object_copies(found: Sequence[ScannedObject]) -> dict[Path, Path]:
    """Files with the UID of an object in another file, and that file: the first by path."""
    first: dict[tuple[str, str], Path] = {}
    copies: dict[Path, Path] = {}
    for one in sorted(found, key=lambda one: str(one.object.path)):
        path = one.object.path
        kept = first.setdefault((_study_uid(one), one.object.sop_instance_uid or str(path)), path)
        if kept != path:
            copies[path] = kept
    return copies


def add_objects(studies: Sequence[Study], found: Sequence[ScannedObject]) -> tuple[Study, ...]:
    """Studies with the objects that belong to them; a study may consist of objects alone.

    Of copies of one object the first by path stays.
    """
    by_study: dict[str, list[ScannedObject]] = defaultdict(list)
    copies = find_object_copies(found)
    for one in sorted(found, key=lambda one: str(one.object.path)):
        if one.object.path not in copies:
            by_study[_study_uid(one)].append(one)
    known = {study.study_uid for study in studies}
    alone = [
        replace(objects[0].study, study_uid=uid, series=())
        for uid, objects in by_study.items()
        if uid not in known
    ]
    every = [
        replace(study, objects=_in_order(by_study.get(study.study_uid, [])))
        for study in (*studies, *alone)
    ]
    return tuple(sorted(every, key=lambda s: (s.date, s.time, s.study_uid)))


def _study_uid(one: ScannedObject) -> str:
    """The study an object belongs to; the folder stands in where the header names none."""
    return one.study.study_uid or derived_uid("study", str(one.object.path.parent.resolve()))


def _in_order(objects: Sequence[ScannedObject]) -> tuple[StudyObject, ...]:
    return tuple(
        sorted(
            (one.object for one in objects),
            key=lambda o: (o.number is None, o.number or 0, o.series_uid, o.sop_instance_uid),
        )
    )
