"""From which score on each kind of finding of each model is shown: a small file of a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reader.core.calibration import Calibration
from reader.core.errors import StorageError
from reader.core.finding import Finding
from reader.core.model import ModelSpec
from reader.core.text import say
from reader.storage.small_file import write_text


@dataclass(frozen=True, slots=True)
class MarkKind:
    """One class of one model's findings: what a threshold is for."""

    model_id: str
    code: str
    """`SCHEME:value`."""


def kind_of(finding: Finding) -> MarkKind | None:
    """The kind of a finding that a model gave a score; None for all others."""
    maker = finding.provenance.algorithm
    if finding.score is None or maker is None or finding.provenance.imported:
        return None
    return MarkKind(maker.id, f"{finding.code.scheme}:{finding.code.value}")


class Thresholds:
    """Reads when it is first asked; `keep` writes what was changed since.

    Where nothing was chosen, a kind is shown from the score on that its model calls a mark.
    """

    def __init__(
        self,
        path: Path | None = None,
        specs: Callable[[], Sequence[ModelSpec]] = tuple,
    ) -> None:
        """`path` None: nothing outlasts the session."""
        self._path = path
        self._specs = specs
        self._chosen: dict[MarkKind, float] | None = None
        self._own: dict[MarkKind, float] = {}
        self._is_kept = True

    def of(self, kind: MarkKind) -> float:
        """From which score on this kind is shown now."""
        chosen = self._read().get(kind)
        return self.own(kind) if chosen is None else chosen

    def own(self, kind: MarkKind) -> float:
        """From which score on the model itself marks this kind; 0 if it is not here."""
        if kind not in self._own:
            spec = self._spec(kind)
            codes = [one.code for one in spec.labels] if spec is not None else []
            code = next((c for c in codes if f"{c.scheme}:{c.value}" == kind.code), None)
            self._own[kind] = 0.0 if spec is None or code is None else spec.marks_from(code)
        return self._own[kind]

    def floor(self, kind: MarkKind) -> float:
        """Below which score the model reports nothing of this kind."""
        spec = self._spec(kind)
        if spec is None or spec.floor is None:
            return 0.0
        fitted = spec.calibration
        return spec.reports_from if fitted is None else fitted.probability(spec.reports_from)

    def calibration(self, kind: MarkKind) -> Calibration | None:
        """What the model's card says about its scores."""
        spec = self._spec(kind)
        return spec.calibration if spec is not None else None

    def choose(self, kind: MarkKind, threshold: float) -> bool:
        """Show a kind from another score on; whether that is another one. Not yet on disk."""
        threshold = round(min(1.0, max(0.0, threshold)), 4)
        if threshold == self.of(kind):
            return False
        chosen = self._read()
        chosen[kind] = threshold
        if threshold == round(self.own(kind), 4):
            del chosen[kind]
        self._is_kept = False
        return True

    def keep(self) -> None:
        """Write down what was chosen. Raises: StorageError: it is not on disk."""
        if self._is_kept or self._path is None:
            return
        models: dict[str, dict[str, float]] = {}
        for kind, threshold in sorted(self._read().items(), key=lambda item: str(item[0])):
            models.setdefault(kind.model_id, {})[kind.code] = threshold
        try:
            write_text(self._path, json.dumps(models, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            raise StorageError(
                say("The choice of thresholds was not saved: {why}.", why=error.strerror or "disk"),
                say("Check the disk, then move the slider again."),
            ) from error
        self._is_kept = True

    def models_changed(self) -> None:
        """Ask the cards again."""
        self._own.clear()

    def _spec(self, kind: MarkKind) -> ModelSpec | None:
        return next((s for s in self._specs() if s.identity.id == kind.model_id), None)

    def _read(self) -> dict[MarkKind, float]:
        """What cannot be understood chooses nothing."""
        if self._chosen is None:
            found: object = {}
            if self._path is not None:
                try:
                    found = json.loads(self._path.read_text(encoding="utf-8"))
                except (OSError, ValueError):
                    found = {}
            self._chosen = _chosen(found)
        return self._chosen


def _chosen(found: object) -> dict[MarkKind, float]:
    models = found.items() if isinstance(found, dict) else ()
    return {
        MarkKind(str(model_id), str(code)): float(threshold)
        for model_id, codes in models
        if isinstance(codes, dict)
        for code, threshold in codes.items()
        if isinstance(threshold, int | float) and 0 <= threshold <= 1
    }
