"""What a row of the list of objects says, worked out without a widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.core.imported import (
    ImportedKeyImages,
    ImportedPresentation,
    ImportedReport,
    ImportedSegmentation,
    ObjectOrigin,
)
from reader.core.study import ObjectKind
from reader.core.text import Text, say
from reader.session.opening.imported_objects import ListedObject, ObjectState
from reader.ui.icons import Icon
from reader.ui.translate import tr

KIND_WORDS: Final[dict[ObjectKind, Text]] = {
    ObjectKind.SEGMENTATION: say("Segmentation"),
    ObjectKind.STRUCTURES: say("Structure set"),
    ObjectKind.REPORT: say("Report"),
    ObjectKind.PRESENTATION: say("Presentation state"),
    ObjectKind.KEY_IMAGES: say("Key images"),
    ObjectKind.DOCUMENT: say("Document"),
    ObjectKind.VALUE_MAPPING: say("Meaning of values"),
}
KIND_ICONS: Final[dict[ObjectKind, Icon]] = {
    ObjectKind.SEGMENTATION: Icon.SELECTION_PLUS,
    ObjectKind.STRUCTURES: Icon.SELECTION_INVERSE,
    ObjectKind.REPORT: Icon.FILE_TEXT,
    ObjectKind.PRESENTATION: Icon.NOTE_PENCIL,
    ObjectKind.KEY_IMAGES: Icon.IMAGE,
    ObjectKind.DOCUMENT: Icon.FILE,
    ObjectKind.VALUE_MAPPING: Icon.SLIDERS_HORIZONTAL,
}


@dataclass(frozen=True, slots=True)
class ObjectWords:
    """`title` and `detail` of a row, and `trouble`: why it is not shown, or not as it was."""

    title: str
    detail: str
    trouble: str


def object_words(listed: ListedObject, hidden: bool) -> ObjectWords:
    """What a row says of its object now; `hidden`: but for whom it names.

    A document's title is the title of a letter: it names people more often than not.
    """
    found = listed.found
    origin = listed.content.origin if listed.content is not None else None
    kind = tr(KIND_WORDS[found.kind])
    title = (origin.title if origin else "") or found.description or kind
    if hidden and found.kind is ObjectKind.DOCUMENT:
        title = kind
    note = listed.content.note if isinstance(listed.content, ImportedKeyImages) else ""
    parts = [
        kind if title != kind else "",
        maker(origin, hidden) if origin else "",
        _state(listed),
        " ".join(note.split()),
    ]
    return ObjectWords(title, " · ".join(part for part in parts if part), _trouble(listed))


def maker(origin: ObjectOrigin, hidden: bool) -> str:
    """Who made an object: a person, unless people are hidden, else the program."""
    name = origin.maker if hidden else origin.person or origin.maker
    return name.removeprefix("https://").removeprefix("http://")


def _state(listed: ListedObject) -> str:
    if listed.state is ObjectState.READING:
        return tr(say("being read"))
    if listed.state is ObjectState.FOUND:
        return tr(say("not read yet"))
    content = listed.content
    match content:
        case ImportedSegmentation():
            return _count(len(content.segments), say("1 segment"), "{count} segments")
        case ImportedReport():
            return _count(len(content.findings), say("1 finding"), "{count} findings")
        case ImportedKeyImages():
            return _count(len(content.places), say("1 image"), "{count} images")
        case ImportedPresentation():
            return _count(len(content.marks), say("1 mark"), "{count} marks")
        case _:
            return ""


_MANY: Final[dict[str, Text]] = {
    text.template: text
    for text in (
        say("{count} segments", count=0),
        say("{count} findings", count=0),
        say("{count} images", count=0),
        say("{count} marks", count=0),
    )
}


def _count(count: int, one: Text, many: str) -> str:
    return tr(one if count == 1 else Text(_MANY[many].template, {"count": count}))


def _trouble(listed: ListedObject) -> str:
    if listed.why is not None:
        return tr(listed.why.what_happened)
    warnings = getattr(listed.content, "warnings", ())
    if isinstance(listed.content, ImportedKeyImages) and listed.content.missing:
        count = listed.content.missing
        return tr(say("{count} of its images are not open.", count=count))
    return " ".join(tr(warning) for warning in warnings)
