"""Documents and value mappings in DICOM envelopes.

Source: DICOM PS3.3 C.24.2 (Encapsulated Document), C.7.6.16.2.11 (Real World Value Mapping).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.core.imported import ImportedDocument, ImportedText, ReportLine
from reader.core.text import say
from reader.formats.objects.read_object import (
    code_in,
    items,
    origin_of,
    read_dataset,
    reading_header,
    refusal,
    words,
)

if TYPE_CHECKING:
    from pydicom import Dataset

_MOST_BYTES: Final = 512 << 20
_MAPPINGS: Final = "RealWorldValueMappingSequence"


def read_document(path: Path) -> ImportedDocument:
    """The document of an encapsulated PDF, CDA or STL.

    Raises: UnreadableError: damaged, empty, or too large to be a document. OSError.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise refusal(say("The document is too large."))
    with reading_header():
        dataset = read_dataset(path)
        content = dataset.get("EncapsulatedDocument")
        if not isinstance(content, bytes) or not content:
            raise refusal(say("There is no document in it."))
        length = dataset.get("EncapsulatedDocumentLength")
        exact = content[: int(length)] if length else content
        media_type = words(dataset, "MIMETypeOfEncapsulatedDocument").lower()
        return ImportedDocument(
            origin_of(dataset, words(dataset, "DocumentTitle")), media_type, exact
        )


def read_value_mapping(path: Path) -> ImportedText:
    """What stored values mean, one line for each mapping. Raises: UnreadableError, OSError."""
    with reading_header():
        dataset = read_dataset(path)
        lines = tuple(_mapping_lines(dataset))
        if not lines:
            raise refusal(say("It says nothing about values."))
        return ImportedText(origin_of(dataset), lines)


def _mapping_lines(dataset: Dataset) -> Iterator[ReportLine]:
    seen: set[ReportLine] = set()
    for referenced in items(dataset, "ReferencedImageRealWorldValueMappingSequence"):
        for mapping in items(referenced, _MAPPINGS):
            unit = code_in(mapping, "MeasurementUnitsCodeSequence")
            name = words(mapping, "LUTExplanation") or words(mapping, "LUTLabel")
            slope = words(mapping, "RealWorldValueSlope")
            intercept = words(mapping, "RealWorldValueIntercept")
            value = f"{slope} × n + {intercept}" if slope else ""
            line = ReportLine(0, name, f"{value} {unit.value if unit else ''}".strip())
            if line not in seen:
                seen.add(line)
                yield line
