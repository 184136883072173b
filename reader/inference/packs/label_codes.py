"""From the names that models give their labels to coded concepts, colours and plain words.

`resources/labels/*.toml` lists SNOMED CT codes with the names used for them. A name that is
in none of them gets a private code: it is never guessed what a word means.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reader.core.codes import (
    ANATOMICAL_STRUCTURE,
    MORPHOLOGICALLY_ABNORMAL,
    CodedConcept,
)
from reader.core.segmentation import SEGMENT_COLORS
from reader.inference.adapters.adapter import DraftLabel
from reader.inference.packs.card import CardCode, CardLabel

PRIVATE_SCHEME: Final = "99READER"
"""Marks codes that mean something here only. Source: DICOM PS3.3 8.2, names that begin with 99."""

_SIDES: Final = {"left": "Left", "l": "Left", "lh": "Left", "right": "Right", "r": "Right",
                 "rh": "Right"}  # fmt: skip
_NO_MEANING: Final = frozenset({"proper", "area", "ctx"})
"""Words in the names of brain atlases that do not tell structures apart."""
_LONGEST_CODE: Final = 16
_LONGEST_MEANING: Final = 64


@dataclass(frozen=True, slots=True)
class _Known:
    concept: CodedConcept
    is_finding: bool


class LabelTable:
    """Every known name. Reads the files once, when it is made; a broken one raises."""

    def __init__(self, folder: Path) -> None:
        self._known: dict[str, _Known] = {}
        for path in sorted(folder.glob("*.toml")):
            content = tomllib.loads(path.read_text(encoding="utf-8"))
            is_finding = content["category"] == "finding"
            for value, names in content["SCT"].items():
                known = _Known(CodedConcept(value, "SCT", names[0]), is_finding)
                for name in names:
                    self._known[_key(name, sided=True)] = known

    def concepts(self) -> tuple[CodedConcept, ...]:
        """Every concept of the table, each once."""
        return tuple(dict.fromkeys(known.concept for known in self._known.values()))

    def card_labels(self, drafts: Iterable[DraftLabel]) -> tuple[CardLabel, ...]:
        """The labels of a card, in the order of their numbers.

        A label is a finding if its model says so, or if it is not anatomy by the table.
        """
        ordered = sorted(drafts, key=lambda draft: draft.value)
        return tuple(self._label(draft, place) for place, draft in enumerate(ordered))

    def _label(self, draft: DraftLabel, place: int) -> CardLabel:
        known = self._known.get(_key(draft.name, sided=True)) or self._known.get(_key(draft.name))
        concept = known.concept if known is not None else private_concept(draft.name)
        is_finding = draft.is_finding or (known is not None and known.is_finding)
        return CardLabel(
            name=plain_name(draft.name),
            code=_card_code(concept),
            category=_card_code(MORPHOLOGICALLY_ABNORMAL if is_finding else ANATOMICAL_STRUCTURE),
            color=SEGMENT_COLORS[place % len(SEGMENT_COLORS)],
            is_finding=is_finding,
        )


def private_concept(name: str) -> CodedConcept:
    """A code of our own for a name: the same for the same name, everywhere."""
    meaning = plain_name(name)[:_LONGEST_MEANING]
    number = hashlib.sha256(_key(name, sided=True).encode()).hexdigest()
    return CodedConcept(f"L-{number}"[:_LONGEST_CODE].upper(), PRIVATE_SCHEME, meaning)


def plain_name(name: str) -> str:
    """A model's name for a label as words: `kidney_left` is `Left kidney`."""
    words = [word for word in re.split(r"[\s_\-*]+", name) if word]
    side = next((_SIDES[word.lower()] for word in words if word.lower() in _SIDES), "")
    rest = [word for word in words if word.lower() not in _SIDES] or words
    said = " ".join(word if _is_abbreviation(word) else word.lower() for word in rest)
    if side and rest is not words:
        return f"{side} {said}"
    return said[:1].upper() + said[1:] if said else name


def _is_abbreviation(word: str) -> bool:
    """`CSF`, `L5`, `VentralDC`: written as they came."""
    return any(c.isupper() for c in word[1:]) or (word[0].isupper() and word[1:].isdigit())


def _key(name: str, *, sided: bool = False) -> str:
    """A name without marks and case, and without its side unless `sided`."""
    words = re.findall(r"[^\W_]+", name.lower())
    kept = [word for word in words if word not in _NO_MEANING]
    if sided:
        sides = [_SIDES[word].lower() for word in kept if word in _SIDES]
        return " ".join([*sides, *(word for word in kept if word not in _SIDES)])
    return " ".join(word for word in kept if word not in _SIDES) or " ".join(kept)


def _card_code(concept: CodedConcept) -> CardCode:
    return CardCode(value=concept.value, scheme=concept.scheme, meaning=concept.meaning)
