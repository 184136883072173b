"""The models of this machine as the rest of the product manages them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from reader.core.cancel import CancelToken, ReportProgress, ignore_progress
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


class PackState(enum.Enum):
    """Whether a pack can be run, and if not, why not. The value is the word in files."""

    OK = "ok"
    NEEDS_PACKAGE = "needs-package"
    NOT_SIGNED = "not-signed"
    NOT_TRUSTED = "not-trusted"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack of the library, whatever its state.

    `spec` is None where the card cannot be read; `reason` and `what_to_do` are then and in
    every state but OK given. `needs` are Python packages that are missing here. `shipped`
    packs came with the product. `signed_by` as in `PackOffer`.
    """

    id: str
    state: PackState
    shipped: bool
    spec: ModelSpec | None = None
    reason: Text | None = None
    what_to_do: Text | None = None
    needs: tuple[str, ...] = ()
    runs_code: bool = False
    signed_by: str | None = None
    size_bytes: int = 0


class ModelLibrary(Protocol):
    """Keeps model packs. `look`, `add` and `check` may take minutes: call them in a job."""

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models that can be run. Raises nothing: broken ones are left out."""
        ...

    def packs(self) -> tuple[Pack, ...]:
        """Every pack there is, by id, those that cannot be run too. Raises nothing."""
        ...

    def recognises(self, path: Path) -> bool:
        """Whether a folder or file looks like a model, by names and small texts. Raises nothing.

        A ZIP does not: it may as well hold a study.
        """
        ...

    def look(
        self,
        path: Path,
        report: ReportProgress = ignore_progress,
        cancel: CancelToken | None = None,
    ) -> PackOffer:
        """Say what a folder, file or ZIP is, without running or adding anything.

        Raises: ModelUnavailableError: no format known here, damaged, or refused, and why.
            Cancelled.
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

        It can be had back with `restore` until `forget_removed`.

        Raises: ModelUnavailableError: there is none, or it is shipped.
        """
        ...

    def restore(self, model_id: str) -> None:
        """Put back the pack that was removed last under an id.

        Raises: ModelUnavailableError: there is none, or its place is taken.
        """
        ...

    def forget_offers(self) -> None:
        """Delete what was unpacked to be looked at; nobody wants it."""
        ...

    def forget_removed(self) -> None:
        """Delete for good what was removed, and what interrupted additions left behind."""
        ...

    def trust(self, model_id: str) -> None:
        """Remember that the person trusts this pack's file, which can hold a program.

        Raises: ModelUnavailableError: there is none.
        """
        ...

    def check(self, model_id: str, report: ReportProgress, cancel: CancelToken) -> tuple[Text, ...]:
        """Hash the weights, check card and signature, run the self-test. Returns what is wrong."""
        ...
