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
    `imported` is the SOP Instance UID of the object by others that it was read from;
    algorithm or reviewer are then theirs.
    """

    made_at: datetime
    algorithm: AlgorithmIdentity | None = None
    reviewer: Reviewer | None = None
    run_id: str = ""
    eligibility_cautions: tuple[str, ...] = ()
    imported: str = ""

    def __post_init__(self) -> None:
        if (self.algorithm is None) == (self.reviewer is None):
            raise ValueError("Provenance is either an algorithm or a person.")
        if self.made_at.tzinfo is None:
            raise ValueError("Times carry their zone.")

    @property
    def is_ai(self) -> bool:
        """Whether a model that ran here made it."""
        return self.algorithm is not None and not self.imported

    @property
    def is_own(self) -> bool:
        """Whether a reader here made it."""
        return self.reviewer is not None and not self.imported

    @property
    def maker(self) -> str:
        """The name of who or what made it."""
        return (
            self.algorithm.name if self.algorithm else self.reviewer.name if self.reviewer else ""
        )
