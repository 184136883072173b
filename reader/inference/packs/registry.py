"""The model packs in `models/`: their cards, and whether the weights are the ones named.

A pack is a folder with `model.json` and a safetensors file. Reading the cards needs no
PyTorch. `models/README.md` describes the format.
"""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reader.core.codes import CodedConcept
from reader.core.errors import ModelUnavailableError
from reader.core.model import EligibilityRules, ModelLabel, ModelSpec
from reader.core.provenance import AlgorithmIdentity
from reader.core.text import say

CARD_NAME: Final = "model.json"

_log = logging.getLogger(__name__)

PlainName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Range = tuple[float, float]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardCode(_Part):
    """A coded concept as the card writes it."""

    value: str
    scheme: str
    meaning: str

    def concept(self) -> CodedConcept:
        """The same, as core knows it."""
        return CodedConcept(self.value, self.scheme, self.meaning)


class CardLabel(_Part):
    """One thing the model marks."""

    name: str
    code: CardCode
    category: CardCode
    color: Color
    is_finding: bool


class CardWeights(_Part):
    """The weights beside the card; `file` is a plain name, so it cannot lead elsewhere."""

    file: PlainName
    sha256: Sha256


class CardEligibility(_Part):
    """What a series must be; see `core.model.EligibilityRules`."""

    modality: str
    body_parts: tuple[str, ...] = ()
    allowed_slice_spacing_mm: Range | None = None
    tested_slice_spacing_mm: Range | None = None
    tested_pixel_spacing_mm: Range | None = None
    minimum_extent_mm: float | None = None
    minimum_age_years: float | None = None
    minimum_lung_ml: float | None = None


class CardMetric(_Part):
    """A measured figure with what it was measured on."""

    name: str
    value: float
    unit: str = ""
    interval_95: Range | None = None
    n: int | None = None
    data: str
    how: str


class CardSource(_Part):
    """Something the model was trained or tested on, and whom to credit."""

    name: str
    use: Literal["training", "testing"]
    licence: str
    attribution: str


class CardTraining(_Part):
    """How the weights came to be."""

    summary: str
    command: str
    seed: int
    commit: str
    steps: int
    minutes: float | None = None


class ModelCard(_Part):
    """`model.json`."""

    format: Literal[1]
    id: PlainName
    name: str
    version: str
    summary: str
    task: str
    architecture: str
    weights: CardWeights
    labels: tuple[CardLabel, ...] = Field(min_length=1)
    eligibility: CardEligibility
    threshold: float = Field(ge=0, le=1)
    calibrated: bool
    licence: str
    intended_use: str
    out_of_scope: tuple[str, ...] = Field(min_length=1)
    limitations: tuple[str, ...]
    how_it_works: tuple[str, ...]
    metrics: tuple[CardMetric, ...]
    training: CardTraining
    sources: tuple[CardSource, ...]


def load_specs(models_folder: Path) -> tuple[ModelSpec, ...]:
    """Every pack that can be used, by id. A broken one is left out with a logged reason."""
    specs = []
    for card_path in sorted(models_folder.glob(f"*/{CARD_NAME}")):
        try:
            specs.append(load_spec(card_path.parent))
        except ModelUnavailableError as error:
            _log.warning("Model pack %s left out: %s", card_path.parent.name, error)
    return tuple(specs)


def load_spec(folder: Path) -> ModelSpec:
    """Read one pack's card; the weights are only looked for.

    Raises: ModelUnavailableError: the card is missing or wrong, or the weights are.
    """
    try:
        raw = json.loads((folder / CARD_NAME).read_text(encoding="utf-8"))
        card = ModelCard.model_validate(raw)
    except (OSError, ValueError, ValidationError) as error:
        raise ModelUnavailableError(
            say("The card of the model {name} cannot be read.", name=folder.name),
            say("Restore model.json from where the model came from ({why}).", why=_first(error)),
        ) from error
    weights = folder / card.weights.file
    if not weights.is_file():
        raise ModelUnavailableError(
            say("The weights of the model {name} are missing.", name=folder.name),
            say("Put {file} back beside its card.", file=card.weights.file),
        )
    return _spec(card, raw, folder, weights)


def check_weights(spec: ModelSpec) -> None:
    """Compare the weights with the hash in the card.

    Raises: ModelUnavailableError: they are missing or not the ones the card names.
    """
    try:
        with spec.weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailableError(
            say("The weights of the model {name} cannot be read.", name=spec.identity.name),
            say("Restore the model's folder from where it came from."),
        ) from error
    if found != spec.identity.sha256:
        raise ModelUnavailableError(
            say("The weights of the model {name} are not the card's.", name=spec.identity.name),
            say("Restore the model's folder, or write a new card for new weights."),
        )


def _spec(card: ModelCard, raw: dict[str, object], folder: Path, weights: Path) -> ModelSpec:
    return ModelSpec(
        identity=AlgorithmIdentity(card.id, card.name, card.version, card.weights.sha256),
        task=card.task,
        architecture=card.architecture,
        labels=tuple(
            ModelLabel(
                label.name,
                label.code.concept(),
                label.category.concept(),
                label.color,
                label.is_finding,
            )
            for label in card.labels
        ),
        eligibility=EligibilityRules(**card.eligibility.model_dump()),
        threshold=card.threshold,
        calibrated=card.calibrated,
        licence=card.licence,
        folder=folder,
        weights=weights,
        card=raw,
    )


def _first(error: Exception) -> str:
    """The first thing that is wrong, without any path."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__
