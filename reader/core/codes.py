"""Coded concepts: a meaning with a code that other systems understand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class CodedConcept:
    """A code, the scheme it belongs to (`SCT`, `DCM`) and its English meaning.

    Source: DICOM PS3.3 section 8 (Coded Entry Data).
    """

    value: str
    scheme: str
    meaning: str

    def __post_init__(self) -> None:
        if not (self.value and self.scheme and self.meaning):
            raise ValueError("A coded concept needs value, scheme and meaning.")


LUNG_NODULE: Final = CodedConcept("427359005", "SCT", "Solitary nodule of lung")
LEFT_LUNG: Final = CodedConcept("44029006", "SCT", "Left lung")
RIGHT_LUNG: Final = CodedConcept("3341006", "SCT", "Right lung")
LUNG: Final = CodedConcept("39607008", "SCT", "Lung")
NODULE: Final = CodedConcept("27925004", "SCT", "Nodule")
LESION: Final = CodedConcept("52988006", "SCT", "Lesion")
ANATOMICAL_STRUCTURE: Final = CodedConcept("91723000", "SCT", "Anatomical structure")
MORPHOLOGICALLY_ABNORMAL: Final = CodedConcept(
    "49755003", "SCT", "Morphologically abnormal structure"
)
