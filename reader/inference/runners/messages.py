"""What the application and a model's process tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.core.cancel import Progress
from reader.core.explanation import ExplainRequest, Explanation
from reader.core.geometry import Point
from reader.core.model import InferenceRequest, InferenceResult
from reader.core.text import Text

ABANDONED: Final = 70
OUT_OF_MEMORY: Final = 77
"""What the process returns when the application is gone, and when memory all but is."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Run this, or say why, as number `run` of this process."""

    run: int
    request: InferenceRequest | ExplainRequest
    focus_lps_mm: Point | None


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop a run at its next window; too late is no harm."""

    run: int


@dataclass(frozen=True, slots=True)
class Look:
    """The reader looks elsewhere now."""

    run: int
    focus_lps_mm: Point | None


@dataclass(frozen=True, slots=True)
class Ready:
    """The process is up, its priority is low and PyTorch is loaded."""


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """What a run reported since the last time, in order."""

    run: int
    reports: tuple[Progress, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A run's result."""

    run: int
    result: InferenceResult | Explanation


@dataclass(frozen=True, slots=True)
class Failed:
    """A run ended otherwise. `kind` names a class of `core.errors`."""

    run: int
    kind: str
    what_happened: Text | None = None
    what_to_do: Text | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A log record. An error is its type and the places in the code, never its words."""

    name: str
    level: int
    message: str


class WorkerLostError(Exception):
    """The process is gone. `code` is how it ended: minus a signal, or what it returned."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"The model's process ended with {code}.")
        self.code = code
