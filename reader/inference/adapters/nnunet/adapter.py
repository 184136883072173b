"""nnU-Net v2 trained folders as models of Reading Room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reader.core.errors import ModelUnavailableError
from reader.core.model import ModelSpec
from reader.core.text import Text, say
from reader.inference.adapters.adapter import DraftLabel, ModelDraft, OpenModel
from reader.inference.adapters.nnunet.folder import (
    CHECKPOINTS,
    Found,
    checkpoint_path,
    find_trained,
    first_stage,
    fold_names,
    looks_trained,
)
from reader.inference.adapters.nnunet.plans import Plans, damaged, read_json, unsupported
from reader.inference.adapters.nnunet.settings import run_settings
from reader.inference.adapters.nnunet.totalsegmentator import Task

if TYPE_CHECKING:
    from reader.inference.adapters.nnunet.trained import Trained

_DEFAULT_PLANS: Final = "nnUNetPlans"
_MODALITIES: Final = {
    "CT": ("ct", "cta", "ncct", "cect"),
    "MR": ("mr", "mri", "t1", "t1w", "t1c", "t1ce", "t1gd", "t2", "t2w", "flair", "adc", "dwi"),
    "PT": ("pt", "pet", "suv"),
}


class NnunetFolders:
    """Trained folders, datasets of them, and TotalSegmentator's sets of parts."""

    format = "nnunet"
    packages: tuple[str, ...] = ()
    runs_code = False

    def recognises(self, path: Path) -> bool:
        """Whether plans, dataset and folds are where nnU-Net puts them."""
        return looks_trained(path)

    def draft(self, path: Path) -> ModelDraft:
        """See `Adapter.draft`. Opens the checkpoints, so that what is wrong is said early."""
        from reader.inference.adapters.nnunet.trained import open_trained

        found = find_trained(path)
        trained = []
        for part in found.parts:
            folder = path / part.path
            trained.append(open_trained(folder, fold_names(folder)[:1], filled=False))
        first = trained[0].plans
        if any(one.plans.channels != first.channels for one in trained):
            raise damaged("channel_names")
        names = merged_names([one.plans for one in trained])
        dataset = read_json(path / found.parts[0].path / "dataset.json")
        return ModelDraft(
            id=_identifier(found, first),
            name=_name(found, first),
            version=_text(dataset.get("release")) or "1",
            labels=tuple(DraftLabel(n, name) for n, name in enumerate(names, start=1)),
            weights=tuple(_weights(path, found, trained)),
            modality=found.task.modality if found.task else _modality(first.channels),
            channels=first.channels,
            licence=_licence(found.task, dataset),
            summary=_text(dataset.get("description")),
            options=_options(found, path, trained),
            notes=tuple(_notes(found, path, trained)),
        )

    def open(self, spec: ModelSpec) -> OpenModel:
        """See `Adapter.open`."""
        from reader.inference.adapters.nnunet.run import NnunetModel
        from reader.inference.adapters.nnunet.trained import open_trained
        from reader.inference.packs.registry import check_weights

        check_weights(spec)
        settings = run_settings(spec.options)
        root = spec.weights if spec.weights.is_dir() else spec.folder
        trained = []
        for part in settings.parts:
            folder = root / part
            trained.append(open_trained(folder, settings.folds or fold_names(folder), filled=True))
        names = merged_names([one.plans for one in trained])
        if len(names) != len(spec.labels):
            raise ModelUnavailableError(
                say("The card of the model {name} lists other labels than its files.",
                    name=spec.identity.name),
                say("Add the model again, so that its card is written anew."),
            )  # fmt: skip
        return NnunetModel(tuple(trained), settings, names)


def merged_names(parts: Sequence[Plans]) -> tuple[str, ...]:
    """The names of all parts' labels, each once, in order; a label's number is its place."""
    return tuple(dict.fromkeys(name for part in parts for name in part.heads.names.values()))


def _weights(path: Path, found: Found, trained: Sequence[Trained]) -> Iterator[Path]:
    for part, one in zip(found.parts, trained, strict=True):
        folders = [path / part.path]
        if one.first_stage is not None:
            folders.append(first_stage(folders[0], one.plans.previous))
        for folder in folders:
            if not folder.is_relative_to(path):
                raise unsupported(
                    say("This is the second stage of an nnU-Net cascade: choose the folder above.")
                )
            files = (folder / "dataset.json", folder / "plans.json")
            checkpoints = (checkpoint_path(folder, fold) for fold in fold_names(folder))
            yield from (file.relative_to(path) for file in (*files, *checkpoints))


def _options(found: Found, path: Path, trained: Sequence[Trained]) -> dict[str, Any]:
    first = path / found.parts[0].path
    options: dict[str, Any] = {
        "parts": [part.path.as_posix() for part in found.parts],
        "step": found.task.step if found.task else 0.5,
        "mirror": found.task is None and any(one.mirror_axes for one in trained),
        "folds": list(fold_names(first)),
    }
    if found.task is not None and found.task.spacing_mm is not None:
        options["resample_mm"] = list(found.task.spacing_mm)
    return options


def _notes(found: Found, path: Path, trained: Sequence[Trained]) -> Iterator[Text]:
    if any(checkpoint_path(path / p.path, fold_names(path / p.path)[0]).name != CHECKPOINTS[0]
           for p in found.parts):  # fmt: skip
        yield say("Its training was not finished: the best checkpoint so far is used.")
    unknown = sorted({one.trainer for one in trained if not one.known_trainer})
    if unknown:
        yield say(
            "Its trainer {name} is not part of nnU-Net. The weights fit the plans and are run so.",
            name=unknown[0],
        )
    if any(one.plans.heads.regions for one in trained):
        yield say("Its regions lie inside one another; every voxel carries the innermost.")
    task = found.task
    if task is not None and len(task.folders) > len(found.parts):
        yield say(
            "This is one of {count} parts of TotalSegmentator's {name}.",
            count=len(task.folders),
            name=task.name,
        )
    if task is not None and task.first_cropped_to:
        yield say(
            "TotalSegmentator cuts the images to the {place} first; here all of them is searched.",
            place=task.first_cropped_to,
        )


def _identifier(found: Found, plans: Plans) -> str:
    if found.task is not None and len(found.parts) == len(found.task.folders):
        return f"totalsegmentator-{found.task.name.replace('_', '-')}"
    variant = "" if plans.plans_name == _DEFAULT_PLANS else f"-{plans.plans_name}"
    named = f"{plans.dataset_name}-{plans.configuration}{variant}"
    plain = re.sub(r"[^A-Za-z0-9]+", "-", named)
    return plain.strip("-").lower() or "nnunet"


def _name(found: Found, plans: Plans) -> str:
    if found.task is not None and len(found.parts) == len(found.task.folders):
        return f"TotalSegmentator {found.task.name.replace('_', ' ')}"
    plain = re.sub(r"^(Dataset|Task)\d+_", "", plans.dataset_name).replace("_", " ").strip()
    return f"{plain or 'nnU-Net'} ({plans.configuration})"


def _modality(channels: Sequence[str]) -> str:
    words = set(re.findall(r"[a-z0-9]+", channels[0].lower()))
    return next((key for key, known in _MODALITIES.items() if words & set(known)), "")


def _licence(task: Task | None, dataset: dict[str, Any]) -> str:
    if task is not None:
        return task.licence
    return _text(dataset.get("licence")) or _text(dataset.get("license"))


def _text(told: object) -> str:
    return told.strip()[:2000] if isinstance(told, str) else ""


ADAPTER: Final = NnunetFolders()
