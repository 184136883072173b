"""What a comparison came to. "Equal" is said only where something was compared."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Outcome(enum.Enum):
    """How a comparison ended. The value is the word in the JSON."""

    EQUAL = "equal"
    WITHIN = "within"
    """Lossy: as close as two decoders of such a stream come."""
    TOLD = "told"
    """The slices lie on no regular grid, and a warning says so."""
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, with whom it was compared, and what is to be said about it."""

    outcome: Outcome
    witnesses: tuple[str, ...] = ()
    words: str = ""

    def __post_init__(self) -> None:
        if self.outcome is not Outcome.NOT_COMPARED and not self.witnesses:
            raise ValueError("Nothing is equal or different that was not compared.")

    def __str__(self) -> str:
        by = f" ({', '.join(self.witnesses)})" if self.witnesses else ""
        words = f": {self.words}" if self.words else ""
        return f"{self.outcome.value}{by}{words}"

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` prints."""
        return {
            "outcome": self.outcome.value,
            "compared_with": list(self.witnesses),
            "words": self.words,
        }


def not_compared(why: str) -> Verdict:
    """Nothing to compare with, and why."""
    return Verdict(Outcome.NOT_COMPARED, words=why)


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what it is, what Reading Room made of it, and what others make of it."""

    file: str
    what: str
    syntax: str
    size: str
    made: str
    pixels: Verdict
    geometry: Verdict

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` prints; stable."""
        return {
            "file": self.file,
            "what": self.what,
            "syntax": self.syntax,
            "size": self.size,
            "made": self.made,
            "pixels": self.pixels.as_json(),
            "geometry": self.geometry.as_json(),
        }
