"""The models of this machine as the rest of the product manages them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.model import ModelSpec
from reader.core.text import Text


@dataclass(frozen=True, slots=True)
class PackOffer:
    """What a folder or file would bring, before anything is copied or run.

    `card` is shown to the person who decides: identity, intended use, licence, metrics.
    `needs` are Python packages that are missing here. `runs_code` means that the file can
    hold a program, so it needs the person's explicit, remembered trust in its `sha256`.
    `signed_by` is a known key's name; None when the pack carries no signature by one.
    """

    path: Path
    format: str
    id: str
    name: str
    version: str
    licence: str
    size_bytes: int
    sha256: str
    runs_code: bool = False
    needs: tuple[str, ...] = ()
    signed_by: str | None = None
    notes: tuple[Text, ...] = ()
    card: Mapping[str, object] = field(default_factory=dict)


class ModelLibrary(Protocol):
    """Keeps model packs. Every method but `specs` may take seconds: call it in a job."""

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models that can be run. Raises nothing: broken ones are left out."""
        ...

    def look(self, path: Path) -> PackOffer:
        """Say what a folder or file is, without running or copying anything.

        Raises: ModelUnavailableError: no format known here, damaged, or refused, and why.
        """
        ...

    def add(
        self, offer: PackOffer, report: ReportProgress, cancel: CancelToken, *, trust: bool = False
    ) -> ModelSpec:
        """Copy the pack into the library, check it, run its self-test; all or nothing.

        Raises: ModelUnavailableError, Cancelled: the library is as it was.
        """
        ...

    def remove(self, model_id: str) -> None:
        """Take a pack that was added out of the library; shipped ones stay.

        Raises: ModelUnavailableError: there is none, or it is shipped.
        """
        ...

    def check(self, model_id: str, report: ReportProgress, cancel: CancelToken) -> tuple[Text, ...]:
        """Hash the weights, check card and signature, run the self-test. Returns what is wrong."""
        ...
