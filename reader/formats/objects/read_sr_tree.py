"""A structured report as plain content items, and all of it as indented text.

Source: DICOM PS3.3 C.17.3 (SR Document Content), C.18 (content item macros).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reader.core.codes import CodedConcept
from reader.core.imported import ReportLine
from reader.core.text import say
from reader.formats.objects.read_object import (
    code_in,
    first,
    items,
    person,
    refusal,
    uid_of,
    words,
)

if TYPE_CHECKING:
    from pydicom import Dataset

_DEEPEST: Final = 60
_MOST_ITEMS: Final = 100_000
_MOST_COORDINATES: Final = 1_000_000
_TEXTS: Final = {
    "TEXT": "TextValue",
    "DATETIME": "DateTime",
    "DATE": "Date",
    "TIME": "Time",
    "UIDREF": "UID",
}


@dataclass(frozen=True, slots=True)
class Referenced:
    """An instance a content item points to. `frames` and `segments` count from 1."""

    sop_class_uid: str
    sop_instance_uid: str
    frames: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One item of the tree. Only what belongs to its value type is set."""

    relationship: str
    value_type: str
    name: CodedConcept | None
    text: str = ""
    code: CodedConcept | None = None
    number: float | None = None
    unit: CodedConcept | None = None
    graphic_type: str = ""
    coordinates: tuple[float, ...] = ()
    frame_of_reference_uid: str = ""
    referenced: Referenced | None = None
    children: tuple[ContentItem, ...] = field(default=())

    def is_named(self, *values: str) -> bool:
        """Whether its concept name has one of these codes."""
        return self.name is not None and self.name.value in values

    def named(self, *values: str) -> ContentItem | None:
        """Its first child whose concept name has one of these codes."""
        return next((child for child in self.children if child.is_named(*values)), None)

    def walk(self) -> Iterator[ContentItem]:
        """This item and all below it, in the order of the report."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_tree(dataset: Dataset) -> ContentItem:
    """The whole tree. Raises: UnreadableError: not a report, too deep or too large."""
    if "ContentSequence" not in dataset and "ValueType" not in dataset:
        raise refusal(say("The report has no content."))
    return _item(dataset, 0, [0])


def _item(dataset: Dataset, depth: int, count: list[int]) -> ContentItem:
    count[0] += 1
    if depth > _DEEPEST or count[0] > _MOST_ITEMS:
        raise refusal(say("The report is too deep or too long to be one."))
    kind = words(dataset, "ValueType")
    measured = first(dataset, "MeasuredValueSequence")
    return ContentItem(
        relationship=words(dataset, "RelationshipType"),
        value_type=kind,
        name=code_in(dataset, "ConceptNameCodeSequence"),
        text=_text(dataset, kind),
        code=code_in(dataset, "ConceptCodeSequence"),
        number=_number(measured),
        unit=code_in(measured, "MeasurementUnitsCodeSequence"),
        graphic_type=words(dataset, "GraphicType"),
        coordinates=_coordinates(dataset),
        frame_of_reference_uid=uid_of(dataset, "ReferencedFrameOfReferenceUID"),
        referenced=_referenced(first(dataset, "ReferencedSOPSequence")),
        children=tuple(
            _item(child, depth + 1, count) for child in items(dataset, "ContentSequence")
        ),
    )


def _text(dataset: Dataset, kind: str) -> str:
    if kind == "PNAME":
        return person(words(dataset, "PersonName"))
    return words(dataset, _TEXTS[kind]) if kind in _TEXTS else ""


def _number(measured: Dataset | None) -> float | None:
    exact = measured.get("FloatingPointValue") if measured is not None else None
    value = exact if exact is not None else words(measured, "NumericValue")
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < 1e300 else None


def _coordinates(dataset: Dataset) -> tuple[float, ...]:
    value = dataset.get("GraphicData")
    if value is None or isinstance(value, (str, bytes)) or len(value) > _MOST_COORDINATES:
        return ()
    found = tuple(float(part) for part in value)
    return found if all(abs(number) < 1e9 for number in found) else ()


def _referenced(item: Dataset | None) -> Referenced | None:
    uid = uid_of(item, "ReferencedSOPInstanceUID")
    if not uid:
        return None
    return Referenced(
        uid_of(item, "ReferencedSOPClassUID"),
        uid,
        _whole_numbers(item, "ReferencedFrameNumber"),
        _whole_numbers(item, "ReferencedSegmentNumber"),
    )


def _whole_numbers(item: Dataset | None, keyword: str) -> tuple[int, ...]:
    parts = words(item, keyword).split(",")
    return tuple(int(part) for part in parts if part.strip().isdigit())


def report_lines(root: ContentItem) -> tuple[ReportLine, ...]:
    """The report as text: what is under something is indented below it.

    Images that stand one after the other are counted, not listed.
    """
    return tuple(_lines(root, 0))


def _lines(item: ContentItem, depth: int) -> Iterator[ReportLine]:
    name = item.name.meaning if item.name else ""
    yield ReportLine(depth, name, value_text(item), item.value_type == "PNAME")
    images = 0
    for child in item.children:
        if child.value_type in ("IMAGE", "COMPOSITE") and not child.children:
            images += 1
            continue
        yield from _images(images, depth + 1)
        images = 0
        yield from _lines(child, depth + 1)
    yield from _images(images, depth + 1)


def _images(count: int, depth: int) -> Iterator[ReportLine]:
    if count:
        one, many = say("1 image or object"), say("{count} images or objects", count=count)
        yield ReportLine(depth, "", one if count == 1 else many)


def value_text(item: ContentItem) -> str:
    """What an item says, without its name."""
    if item.value_type == "CODE":
        return item.code.meaning if item.code else ""
    if item.value_type == "NUM":
        if item.number is None:
            return ""
        unit = item.unit.value if item.unit and item.unit.value not in ("1", "{ratio}") else ""
        return f"{item.number:.6g} {unit}".strip()
    if item.graphic_type:
        return item.graphic_type.lower()
    return item.text
