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


def folded(text: str) -> str:
    """Text without case, accents and width."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def search_words(study: StudySummary, accession: str) -> str:
    """Everything a study is found by: whole words, their parts, and names without a gap."""
    patient, day = study.patient, study.date
    parts = [patient.patient_id, study.description, accession, *study.modalities, day]
    if len(day) == 8 and day.isdigit():
        parts.append(f"{day[:4]}-{day[4:6]}-{day[6:]}")
    groups = patient.name.split("=")
    parts += [group.replace("^", " ") for group in groups]
    parts += [re.sub(r"[\^\s]", "", group) for group in groups if not group.isascii()]
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
    groups = (frozenset(_PIECES.findall(folded(group))) for group in name.split("="))
    return tuple(group for group in groups if group)


def names_agree(name: str, other: str) -> bool:
    """Whether two names may be one person's: alike but for parts left out or shortened."""
    ours, theirs = name_groups(name), name_groups(other)
    if not ours or not theirs:
        return True
    return any(_within(*sorted((a, b), key=len)) for a in ours for b in theirs)


def _within(shorter: Iterable[str], longer: Iterable[str]) -> bool:
    """Whether each word of one is in the other, be it as an initial on either side."""
    return all(
        any(w.startswith(word) or (len(w) == 1 and word.startswith(w)) for w in longer)
        for word in shorter
    )
