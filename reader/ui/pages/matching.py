"""How well a name fits what somebody typed, in whatever language they typed it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SCATTERED: Final = 5
"""The rank of a name that only has the letters, somewhere; meant where nothing fits better."""


def match_rank(words: str, typed: str) -> int | None:
    """How well `typed` fits `words`; None where its letters do not occur in this order.

    0 starts it, 1 starts a word, 2 is made of the first letters of words, 3 is inside,
    4 is several words in any order, 5 is scattered over it.
    """
    name, wanted = words.casefold(), typed.casefold().strip()
    if name.startswith(wanted):
        return 0
    parts = name.replace("-", " ").replace(":", " ").split()
    if any(part.startswith(wanted) for part in parts):
        return 1
    if "".join(part[0] for part in parts).startswith(wanted):
        return 2
    if wanted in name:
        return 3
    if all(any(part.startswith(w) for part in parts) or w in name for w in wanted.split()):
        return 4
    if len(wanted) < 3:
        return None
    letters = iter(name)
    return SCATTERED if all(letter in letters for letter in wanted if letter != " ") else None


def best_rank(spellings: Iterable[str], typed: str) -> int | None:
    """The best rank of several names for one thing."""
    ranks = (match_rank(words, typed) for words in spellings)
    return min((rank for rank in ranks if rank is not None), default=None)
