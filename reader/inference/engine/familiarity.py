"""How far images lie from those a model learned from, in the network's own features.

The deepest features of a network, averaged over a place in the image, are a point in a
space of some dozens of numbers. Where the points of the training images lie is kept beside
the weights: their mean, the inverse of their covariance, and how far each of them is when
its own patient is left out. New points are compared with that.

Source: Lee et al., A simple unified framework for detecting out-of-distribution samples,
NeurIPS 2018; Gonzalez et al., Distance-based detection of out-of-distribution silent
failures for Covid-19 lung lesion segmentation, Med Image Anal 2022.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import ModelUnavailableError
from reader.core.model import Eligibility, EligibilityCheck, ModelSpec, Verdict
from reader.core.text import Text, say
from reader.inference.packs.card import CardFeatures

UNLIKE_FROM: Final = 0.99
"""From this share of nearer training places on, images are called unlike."""

_MEAN, _PRECISION, _DISTANCES = "mean", "precision", "distances"
_PATIENTS: Final = "patients"

Points = NDArray[np.float32]
"""(n, features)"""


@dataclass(frozen=True, slots=True, eq=False)
class Familiar:
    """Where the training images' features lie.

    `distances`, sorted, are those of the training places from the other patients' ones;
    `patients` is how many there were. Few patients make it say little: it is shown.
    """

    mean: NDArray[np.float64]
    precision: NDArray[np.float64]
    distances: NDArray[np.float64]
    patients: int

    def distance(self, points: Points) -> NDArray[np.float64]:
        """Mahalanobis distance of each point."""
        offset = np.asarray(points, np.float64) - self.mean
        squared = np.einsum("nd,de,ne->n", offset, self.precision, offset)
        return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float64)

    def share_nearer(self, points: Points) -> float | None:
        """Which share of training places lies nearer than the middle one of these points."""
        if not len(points):
            return None
        middle = float(np.median(self.distance(points)))
        return float(np.searchsorted(self.distances, middle)) / len(self.distances)


def fit_familiar(by_patient: Mapping[str, Points]) -> Familiar:
    """Describe the points of the training images, each patient's apart."""
    everything = np.concatenate(list(by_patient.values()))
    mean, precision = _described(everything)
    distances = []
    for patient, points in by_patient.items():
        others = [p for name, p in by_patient.items() if name != patient]
        held_out = _described(np.concatenate(others)) if others else (mean, precision)
        distances.append(Familiar(*held_out, np.zeros(1), len(others)).distance(points))
    return Familiar(mean, precision, np.sort(np.concatenate(distances)), len(by_patient))


def _described(points: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and inverse covariance, shrunk towards its diagonal as far as n makes it need.

    Source: Ledoit and Wolf, A well-conditioned estimator for large-dimensional covariance
    matrices, J Multivar Anal 2004, with the diagonal as the target.
    """
    exact = np.asarray(points, np.float64)
    mean, n = exact.mean(axis=0), len(exact)
    centred = exact - mean
    covariance = centred.T @ centred / n
    target = np.diag(np.diag(covariance) + 1e-6)
    spread = ((centred**2).T @ (centred**2) / n - covariance**2).sum() / n
    apart = ((covariance - target) ** 2).sum()
    weight = float(np.clip(spread / apart, 0.05, 1.0)) if apart > 0 else 1.0
    shrunk = (1 - weight) * covariance + weight * target
    return mean, np.linalg.inv(shrunk)


def unlike_check(share: float | None, familiar: Familiar) -> EligibilityCheck | None:
    """The comparison as a line of the eligibility; None where nothing can be said."""
    if share is None:
        return None
    return EligibilityCheck(
        say("Likeness to its training images"),
        say("further than {percent} % of them", percent=_percent(share)),
        say("{places} places in {n} patients", places=len(familiar.distances), n=familiar.patients),
        Verdict.CAUTION if share >= UNLIKE_FROM else Verdict.OK,
    )


def unlike_note(share: float) -> Text:
    """The sentence for the reader."""
    return say(
        "These images are unlike those the model learned from (further than {percent} % of them).",
        percent=_percent(share),
    )


def with_likeness(
    eligibility: Eligibility | None, share: float, familiar: Familiar
) -> Eligibility | None:
    """The verdict with what the network's features add, so that every finding carries it."""
    line = unlike_check(share, familiar)
    if line is None or share < UNLIKE_FROM:
        return eligibility
    known = eligibility or Eligibility(())
    return Eligibility((*known.checks, line), (*known.reasons, unlike_note(share)))


def _percent(share: float) -> int:
    """Never 100: that there is nothing farther is not known."""
    return min(99, int(100 * share))


def save_familiar(path: Path, familiar: Familiar) -> None:
    """Write it as safetensors, under a temporary name first."""
    from safetensors.numpy import save_file

    temporary = path.with_suffix(".part")
    tensors = {
        _MEAN: familiar.mean.astype(np.float32),
        _PRECISION: familiar.precision.astype(np.float32),
        _DISTANCES: familiar.distances.astype(np.float32),
        _PATIENTS: np.array([familiar.patients], np.int32),
    }
    save_file(tensors, temporary)
    temporary.replace(path)


def load_familiar(spec: ModelSpec) -> Familiar | None:
    """What a pack knows of its training images; None where its card names no features.

    `check_weights` compares the file with its hash.

    Raises: ModelUnavailableError: the file is not what it should be.
    """
    if not spec.card.get("features"):
        return None
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    named = CardFeatures.model_validate(spec.card["features"]).ood
    try:
        found = load_file(spec.folder / named.path)
        mean, precision, distances = (
            np.asarray(found[name], np.float64) for name in (_MEAN, _PRECISION, _DISTANCES)
        )
        if precision.shape != (mean.size, mean.size) or not distances.size:
            raise ValueError("shapes")
        return Familiar(mean, precision, distances, int(found[_PATIENTS][0]))
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise ModelUnavailableError(
            say("What the model {name} knows of its training images does not fit.",
                name=spec.identity.name),
            say("Restore the model's folder from where it came from."),
        ) from error  # fmt: skip
