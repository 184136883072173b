"""What the session remembers of runs: while they are wanted, and when they are over."""

from __future__ import annotations

from dataclasses import dataclass

from reader.core.focus import Focus
from reader.core.model import InferenceResult, ModelSpec
from reader.core.text import Text


@dataclass(slots=True, eq=False)
class AskedRun:
    """A run from the moment it is asked for to its end."""

    series_key: str
    spec: ModelSpec
    focus: Focus
    shape_kji: tuple[int, int, int]
    has_begun: bool = False


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What there is to tell of a run that went well, beside its findings."""

    device: str
    notes: tuple[Text, ...]
    structures: int
    makes_findings: bool

    @classmethod
    def of(cls, spec: ModelSpec, result: InferenceResult) -> RunOutcome:
        """What a result has to tell."""
        present = sum(segment.finding_id is None for segment in result.segments)
        makes_findings = any(label.is_finding for label in spec.labels)
        return cls(result.device, result.notes, present, makes_findings)
