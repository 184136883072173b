"""The protocol behind which every model format looks the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.explanation import ExplainRequest, Explanation
from reader.core.focus import Focus
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec
from reader.core.text import Text
from reader.inference.engine.place import Place

TRUST_OPTION: Final = "trusted_sha256"
"""In `ModelSpec.options` of a model that can run code: the hash of the files that the person
trusts. The library alone puts it there; a card that says it itself is not believed."""


@dataclass(frozen=True, slots=True)
class DraftLabel:
    """A label as the model's own files name it. `value` is its number in the label map."""

    value: int
    name: str
    is_finding: bool = False


@dataclass(frozen=True, slots=True)
class ModelDraft:
    """What a model's own files say about it; what they do not say stays empty.

    `weights` are the files it is made of, relative to the folder that was given (to the
    file's own folder where it was a file): all that is needed to run it is listed.
    `options` are what the adapter needs to run it, written into the card and given back in
    `ModelSpec.options`: plain JSON values.
    """

    id: str
    name: str
    version: str
    labels: tuple[DraftLabel, ...]
    weights: tuple[Path, ...]
    task: str = "segmentation"
    modality: str = ""
    body_parts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("",)
    licence: str = ""
    summary: str = ""
    intended_use: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


class OpenModel(Protocol):
    """A model with its weights in memory, kept warm between runs. Used by one thread."""

    def run(
        self,
        request: InferenceRequest,
        place: Place,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult:
        """As `core.model.Runner.run`, in the calling thread, on the given device."""
        ...


@runtime_checkable
class Explains(Protocol):
    """An `OpenModel` that can also say what a finding of its hung on."""

    def explain(
        self, request: ExplainRequest, place: Place, report: ReportProgress, cancel: CancelToken
    ) -> Explanation:
        """As `core.model.Runner.explain`, in the calling thread, on the given device."""
        ...


class Adapter(Protocol):
    """One model format. Nothing in it ever executes or imports what a model's files name."""

    format: str
    """The word in `ModelSpec.format` and on the card."""

    packages: tuple[str, ...]
    """Optional Python packages without which it cannot run."""

    runs_code: bool
    """Whether opening such a file can run a program in it: only with the person's trust."""

    def recognises(self, path: Path) -> bool:
        """Whether a file or folder is of this format, by names and small text files only."""
        ...

    def draft(self, path: Path) -> ModelDraft:
        """What its files say. Raises: ModelUnavailableError: damaged or refused, and why."""
        ...

    def open(self, spec: ModelSpec) -> OpenModel:
        """Load the weights.

        `spec.weights` is what `draft` was given: a copy of that file, or
        of the folder with the draft's `weights` and its small text files. The library has
        checked the hashes when the pack was added; `packs.registry.check_weights` does again.

        Raises: ModelUnavailableError: they do not fit, or are refused.
        """
        ...
