"""Text made comparable, so that what is typed finds what is stored in any script.

Case, accents and width are folded (NFKD). A typed word in Latin letters is found where a
stored word begins; digits and other scripts, which have no such beginnings, anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from reader.core.study import StudySummary

_PIECES = re.compile(r"\w+")
_TWO_SCRIPTS = re.compile(r"(\S+) \((.+)\)")
"""A name as it is read from headers: `山田太郎 (Yamada, Tarou)`."""


def folded(text: str) -> str:
    """Text without case, accents and width."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def search_words(study: StudySummary, accession: str) -> str:
    """Everything a study is found by: whole words and their parts."""
    patient, day = study.patient, study.date
    parts = [patient.patient_id, study.description, accession, *study.modalities, day]
    if len(day) == 8 and day.isdigit():
        parts.append(f"{day[:4]}-{day[4:6]}-{day[6:]}")
    parts.append(re.sub(r"[\^=]", " ", patient.name))
    words: list[str] = []
    for part in parts:
        plain = folded(part)
        words += plain.split() + _PIECES.findall(plain)
    return f" {' '.join(dict.fromkeys(words))} "


def query_terms(typed: str) -> tuple[str, ...]:
    """What must all be in a study's words for it to be found."""
    terms = folded(re.sub(r"[\^=]", " ", typed)).split()
    return tuple(t if t.isdigit() or not t.isascii() else f" {t}" for t in terms)


def name_groups(name: str) -> tuple[frozenset[str], ...]:
    """The words of a person's name, for each script it is written in."""
    both = _TWO_SCRIPTS.fullmatch(name.strip())
    groups = (frozenset(_PIECES.findall(folded(g))) for g in (both.groups() if both else (name,)))
    return tuple(group for group in groups if group)


def names_agree(name: str, other: str) -> bool:
    """Whether two names may be one person's: alike but for parts left out or shortened.

    Names in two scripts cannot be compared, so neither speaks against the other.
    """
    pairs = [
        (a, b)
        for a in name_groups(name)
        for b in name_groups(other)
        if _is_latin(a) is _is_latin(b)
    ]
    return not pairs or any(_within(*sorted(pair, key=len)) for pair in pairs)


def _is_latin(words: frozenset[str]) -> bool:
    return all(word.isascii() for word in words)


def _within(shorter: Iterable[str], longer: Iterable[str]) -> bool:
    """Whether each word of one is in the other, be it as an initial on either side."""
    return all(
        any(w.startswith(word) or (len(w) == 1 and word.startswith(w)) for w in longer)
        for word in shorter
    )
