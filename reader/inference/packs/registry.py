"""The model packs of a folder: their cards, and whether the weights are the ones named.

A pack is a folder with `model.json` and what the card says are its weights. Reading the
cards needs no PyTorch. `models/README.md` describes the format.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from reader.core.calibration import calibration_of
from reader.core.cancel import CancelToken, ReportProgress, ignore_progress
from reader.core.errors import ModelUnavailableError
from reader.core.model import EligibilityRules, ModelLabel, ModelSpec
from reader.core.provenance import AlgorithmIdentity
from reader.core.text import say
from reader.inference.adapters.adapter import TRUST_OPTION
from reader.inference.packs.card import CARD_NAME, CardFeatures, CardWeights, ModelCard
from reader.inference.packs.file_hashes import file_sha256, files_sha256, joint_sha256

_LARGEST_CARD_BYTES = 4 << 20

_log = logging.getLogger(__name__)


def pack_folders(models_folder: Path) -> Iterator[Path]:
    """The folders with a card in a folder of models, by name; hidden ones are none."""
    try:
        found = sorted(models_folder.glob(f"*/{CARD_NAME}"))
    except OSError:
        return
    for card_path in found:
        if not card_path.parent.name.startswith("."):
            yield card_path.parent


def load_specs(*models_folders: Path) -> tuple[ModelSpec, ...]:
    """Every pack that can be read, by folder and id; of two with one id the first.

    A broken one is left out with a logged reason.
    """
    specs: dict[str, ModelSpec] = {}
    for models_folder in models_folders:
        for folder in pack_folders(models_folder):
            try:
                spec = load_spec(folder)
            except ModelUnavailableError as error:
                _log.warning("Model pack %s left out: %s", folder.name, error)
                continue
            specs.setdefault(spec.identity.id, spec)
    return tuple(specs.values())


def load_spec(folder: Path) -> ModelSpec:
    """Read one pack's card; the weights are only looked for.

    Raises: ModelUnavailableError: the card is missing or wrong, or the weights are.
    """
    card, raw = read_card(folder)
    check_present(folder, card)
    return spec_of_card(folder, card, raw)


def check_present(folder: Path, card: ModelCard) -> None:
    """Whether every file of the weights is there. Raises: ModelUnavailableError: one is not."""
    missing = next((name for name in _names(card.weights) if not _is_file(folder, name)), None)
    if missing is not None:
        raise ModelUnavailableError(
            say("The weights of the model {name} are missing.", name=folder.name),
            say("Put {file} back beside its card.", file=missing),
        )


def read_card(folder: Path) -> tuple[ModelCard, dict[str, object]]:
    """A pack's card, and the same as it was written.

    Raises: ModelUnavailableError: it is missing or wrong.
    """
    try:
        path = folder / CARD_NAME
        if not path.is_file() or path.stat().st_size > _LARGEST_CARD_BYTES:
            raise ValueError("no file, or too large")
        raw = json.loads(path.read_text(encoding="utf-8"))
        return ModelCard.model_validate(raw), raw
    except (OSError, ValueError, RecursionError, ValidationError) as error:
        raise ModelUnavailableError(
            say("The card of the model {name} cannot be read.", name=folder.name),
            say("Restore model.json from where the model came from ({why}).", why=_first(error)),
        ) from error


def has_card(path: Path) -> bool:
    """Whether a folder has a card of ours; other programs call files `model.json`, too."""
    try:
        card = path / CARD_NAME
        # A pipe or a device of that name would be read for ever.
        if not card.is_file() or card.stat().st_size > _LARGEST_CARD_BYTES:
            return False
        raw = json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and {"format", "id", "labels", "weights"} <= raw.keys()


def card_files(card: ModelCard) -> dict[str, str]:
    """Every file a card names, with its hash, by the path below the card's folder."""
    weights = card.weights
    files = {one.path: one.sha256 for one in weights.files}
    if weights.file is not None:
        files[weights.file] = weights.sha256
    if card.features is not None:
        files[card.features.ood.path] = card.features.ood.sha256
    return files


def check_weights(
    spec: ModelSpec,
    report: ReportProgress = ignore_progress,
    cancel: CancelToken | None = None,
) -> None:
    """Compare every file of the weights with its hash in the card. Seconds for gigabytes.

    Raises: ModelUnavailableError: they are missing or not the ones the card names. Cancelled.
    """
    stated = spec.card.get("weights", {"file": spec.weights.name, "sha256": spec.identity.sha256})
    weights = CardWeights.model_validate(stated)
    try:
        if weights.file is not None:
            named = {weights.file: weights.sha256}
            files = {weights.file: spec.weights}
        else:
            named = {one.path: one.sha256 for one in weights.files}
            files = {path: spec.folder / path for path in _present(spec, named)}
        found = files_sha256(files, report, cancel)
        others = _features_differ(spec)
    except OSError as error:
        raise ModelUnavailableError(
            say("The weights of the model {name} cannot be read.", name=spec.identity.name),
            say("Restore the model's folder from where it came from."),
        ) from error
    if others or found != named or joint_sha256(found) != spec.identity.sha256:
        raise ModelUnavailableError(
            say("The weights of the model {name} are not the card's.", name=spec.identity.name),
            say("Restore the model's folder, or write a new card for new weights."),
        )


def _features_differ(spec: ModelSpec) -> bool:
    """Whether the features of the training images are others than the card names."""
    if not spec.card.get("features"):
        return False
    named = CardFeatures.model_validate(spec.card["features"]).ood
    return file_sha256(spec.folder / named.path) != named.sha256


def _present(spec: ModelSpec, named: Mapping[str, str]) -> list[str]:
    """The files there are where an adapter looks: one that nobody named must not be read."""
    if not spec.weights.is_dir():
        return list(named)
    return [
        path.relative_to(spec.folder).as_posix()
        for path in sorted(spec.weights.rglob("*"))
        if not path.is_dir() or path.is_symlink()
    ]


def trusting(spec: ModelSpec) -> ModelSpec:
    """The spec of a pack whose files the person trusts, which its adapter asks for."""
    return replace(spec, options={**spec.options, TRUST_OPTION: spec.identity.sha256})


def _names(weights: CardWeights) -> list[str]:
    return [weights.file] if weights.file is not None else [one.path for one in weights.files]


def _is_file(folder: Path, name: str) -> bool:
    """Whether there is a file of its own: no link, which could lead anywhere."""
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        return inside and path.is_file() and not path.is_symlink()
    except OSError:
        return False


def spec_of_card(folder: Path, card: ModelCard, raw: dict[str, object]) -> ModelSpec:
    """A pack's card as the rest of the product knows it."""
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
                label.threshold,
            )
            for label in card.labels
        ),
        eligibility=EligibilityRules(**card.eligibility.model_dump()),
        threshold=card.threshold,
        calibrated=card.calibrated,
        licence=card.licence,
        folder=folder,
        weights=folder / (card.weights.file or card.weights.path or ""),
        card=raw,
        format=card.model_format,
        channels=card.channels,
        options={k: v for k, v in card.options.items() if k != TRUST_OPTION},
        floor=card.floor,
        calibration=calibration_of(raw),
    )


def _first(error: Exception) -> str:
    """The first thing that is wrong, without any path."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__
