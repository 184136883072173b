"""Who or what made a thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AlgorithmIdentity:
    """A model that produced something. `sha256` is of its weights."""

    id: str
    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Reviewer:
    """The person who decides."""

    name: str
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a finding or segment came from; exactly one of algorithm and reviewer is set.

    `run_id` names the model run, so that applying the same result twice adds nothing.
    """

    made_at: datetime
    algorithm: AlgorithmIdentity | None = None
    reviewer: Reviewer | None = None
    run_id: str = ""
    eligibility_cautions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.algorithm is None) == (self.reviewer is None):
            raise ValueError("Provenance is either an algorithm or a person.")
        if self.made_at.tzinfo is None:
            raise ValueError("Times carry their zone.")

    @property
    def is_ai(self) -> bool:
        """Whether a model made it."""
        return self.algorithm is not None
