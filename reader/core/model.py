"""AI models as the rest of the product sees them: card, request, result, runner.

PyTorch is not needed to import this; `reader.app` plugs in a `Runner` that has it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from reader.core.calibration import Calibration
from reader.core.cancel import CancelToken, ReportProgress
from reader.core.codes import CodedConcept
from reader.core.finding import Finding
from reader.core.focus import Focus
from reader.core.heatmap import Heatmap
from reader.core.provenance import AlgorithmIdentity
from reader.core.segmentation import Segment
from reader.core.text import Text
from reader.core.volume import Volume

if TYPE_CHECKING:
    from reader.core.explanation import ExplainRequest, Explanation


class Device(enum.Enum):
    """Where a model may run; AUTO lets the runner choose, on this machine."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class ModelLabel:
    """A thing the model marks. `is_finding`: each connected piece is a finding to judge.

    `threshold` is its own where the card gives it one.
    """

    name: str
    code: CodedConcept
    category: CodedConcept
    color: str
    is_finding: bool
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class EligibilityRules:
    """What a series must be for the model to run; None = not restricted.

    `tested_*` ranges give a caution outside them; `allowed_*` ranges a refusal. An empty
    `modality`: the card does not say what images the model is for. `kernels` are "soft",
    "lung" and "bone", `sequences` "T1", "T2", "FLAIR", "PD", "DWI", "ADC"; `contrast` is
    "with" or "without". `whole`: what the model looks at must not be cut off by the edges.
    """

    modality: str
    body_parts: tuple[str, ...] = ()
    allowed_slice_spacing_mm: tuple[float, float] | None = None
    tested_slice_spacing_mm: tuple[float, float] | None = None
    tested_pixel_spacing_mm: tuple[float, float] | None = None
    minimum_extent_mm: float | None = None
    minimum_age_years: float | None = None
    minimum_lung_ml: float | None = None
    maximum_age_years: float | None = None
    minimum_slices: int | None = None
    kernels: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    contrast: str = ""
    maximum_metal_ml: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model's card, read from `models/<id>/model.json`.

    `format` names the adapter that opens it (`inference.adapters`), `channels` what each
    input channel is, the first one being the series it is run on. `card` holds the whole
    card as read, for the card page; `weights` is the file or folder that `identity.sha256`
    is of; `options` is what the adapter was told (step, mirroring, target spacing …).
    `threshold` is the score from which the model marks something; with a `floor` below it
    weaker marks are reported too, hidden until the reader asks for them.
    """

    identity: AlgorithmIdentity
    task: str
    architecture: str
    labels: tuple[ModelLabel, ...]
    eligibility: EligibilityRules
    threshold: float
    calibrated: bool
    licence: str
    folder: Path
    weights: Path
    card: Mapping[str, object] = field(default_factory=dict)
    format: str = "reading-room"
    channels: tuple[str, ...] = ("",)
    options: Mapping[str, object] = field(default_factory=dict)
    floor: float | None = None
    calibration: Calibration | None = None

    @property
    def reports_from(self) -> float:
        """The lowest score that a run gives back, on the model's own scale."""
        return self.threshold if self.floor is None else min(self.floor, self.threshold)

    def marks_from(self, code: CodedConcept) -> float:
        """From which score on a finding of a kind is the model's mark, as scores are shown.

        0 for a model that reports nothing but its marks.
        """
        own = next((one.threshold for one in self.labels if one.code == code), None)
        if own is None:
            own = 0.0 if self.floor is None else self.threshold
        return own if self.calibration is None or own == 0 else self.calibration.probability(own)


class Verdict(enum.Enum):
    """Whether a model may run on a series. The value is the word written in files."""

    OK = "ok"
    CAUTION = "caution"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class EligibilityCheck:
    """One line of the comparison between a study and a card.

    `is_final`: nobody can run the model in spite of it, because it could not compute
    anything that means something.
    """

    name: Text
    this_study: Text
    card: Text
    verdict: Verdict
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The verdict over all checks, worst one first."""

    checks: tuple[EligibilityCheck, ...]
    reasons: tuple[Text, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst verdict among the checks."""
        verdicts = {c.verdict for c in self.checks}
        for worst in (Verdict.REFUSED, Verdict.CAUTION):
            if worst in verdicts:
                return worst
        return Verdict.OK

    @property
    def may_be_overridden(self) -> bool:
        """Whether a reader who insists can have the model run."""
        return not any(c.is_final and c.verdict is Verdict.REFUSED for c in self.checks)


@dataclass(frozen=True, slots=True, eq=False)
class InferenceRequest:
    """Everything one run needs; the worker reads no shared state. Picklable.

    `more_channels`: the volumes of the model's further channels, in the card's order, on
    any grid of the same frame of reference. `focus_lps_mm`: where the reader is looking, so
    that this is computed first. The result does not depend on it.
    """

    run_id: str
    series_key: str
    volume: Volume
    spec: ModelSpec
    device: Device = Device.AUTO
    focus_lps_mm: tuple[float, float, float] | None = None
    eligibility: Eligibility | None = None
    more_channels: tuple[Volume, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class InferenceResult:
    """What a run proposes, on the source grid. Nothing is shown until it is applied.

    `labels` is uint16 on the volume's grid. Anatomical structures come first
    (`segments` without `finding_id`), then one label per finding (`finding_id` set), so
    that every finding can be edited, tracked and exported by itself. `cautions`: what the
    card said against the run, which was made in spite of it.
    """

    run_id: str
    series_key: str
    identity: AlgorithmIdentity
    labels: NDArray[np.uint16]
    segments: tuple[Segment, ...]
    findings: tuple[Finding, ...]
    heatmap: Heatmap | None
    device: str
    seconds: Mapping[str, float]
    notes: tuple[Text, ...] = ()
    uncertainty: Heatmap | None = None
    cautions: tuple[str, ...] = ()


class Runner(Protocol):
    """Runs models: a thread today, a process or a server tomorrow, one contract for all.

    `run` is called on a worker thread and blocks. It calls `report` at every window,
    checks `cancel` at every window, computes next what is nearest to `focus` (the request's
    `focus_lps_mm` when there is none), and leaves no GPU memory behind however it ends.
    """

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models that can be run, best first. Raises nothing: broken ones are left out."""
        ...

    def run(
        self,
        request: InferenceRequest,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus | None = None,
    ) -> InferenceResult:
        """Run to the end.

        Raises:
            Cancelled: within one window of `cancel.cancel()`.
            InferenceError: in words for the reader.
            ModelUnavailableError: weights missing, or not the ones the card names.
        """
        ...

    def explain(
        self, request: ExplainRequest, report: ReportProgress, cancel: CancelToken
    ) -> Explanation:
        """Say what a finding hung on. Blocks, like `run`; runs wait for it and it for them.

        Raises:
            Cancelled: within one pass through the network.
            InferenceError: this model cannot say, in words for the reader.
            ModelUnavailableError: a package is missing, or the weights are.
        """
        ...

    def warm(self) -> None:
        """Get ready, because a run may be asked for soon. Returns at once, raises nothing."""
        ...

    def close(self) -> None:
        """Let go of models and of whatever runs them; a later run begins anew."""
        ...
