"""Where the trained folders lie in what a person chose, by names alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.adapters.nnunet.plans import damaged, read_json, unsupported
from reader.inference.adapters.nnunet.totalsegmentator import Task, task_of

CHECKPOINTS: Final = ("checkpoint_final.pth", "checkpoint_best.pth")
"""nnU-Net's choice, and what is there when a training was stopped early."""

_CONFIGURATIONS: Final = ("3d_fullres", "3d_cascade", "3d_lowres", "2d")
"""Which one is taken when a dataset has several."""

_MOST_ENTRIES: Final = 500


@dataclass(frozen=True, slots=True)
class TrainedFolder:
    """One trained folder: `path` relative to what was chosen, and its dataset's name."""

    path: Path
    dataset_name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was chosen: one trained folder, or the parts of one TotalSegmentator task."""

    parts: tuple[TrainedFolder, ...]
    task: Task | None


def is_trained(folder: Path) -> bool:
    """Whether plans, dataset and at least one fold are there."""
    named = all((folder / name).is_file() for name in ("plans.json", "dataset.json"))
    return named and any(_folds(folder))


def looks_trained(path: Path) -> bool:
    """Whether a folder is trained, or holds trained folders one or two levels down."""
    return path.is_dir() and next(_trained_folders(path), None) is not None


def find_trained(path: Path) -> Found:
    """The model in a folder.

    Raises: ModelUnavailableError: several that do not belong together.
    """
    by_dataset: dict[str, list[Path]] = {}
    for folder in _trained_folders(path):
        name = str(read_json(folder / "plans.json").get("dataset_name", folder.parent.name))
        by_dataset.setdefault(name, []).append(folder)
    if not by_dataset:
        raise damaged("plans.json")
    names = sorted(by_dataset)
    task = task_of(names)
    if len(names) > 1 and task is None:
        raise unsupported(
            say("This folder holds {count} nnU-Net models. Choose one of them.", count=len(names))
        )
    parts = (TrainedFolder(_preferred(by_dataset[name]).relative_to(path), name) for name in names)
    return Found(tuple(parts), task)


def configuration_of(folder: Path) -> str:
    """The configuration a trained folder is of: by its name, or the only one of its plans."""
    named = folder.name.split("__")
    if len(named) == 3:
        return named[2]
    configurations = read_json(folder / "plans.json").get("configurations", {})
    one = isinstance(configurations, dict) and len(configurations) == 1
    return next(iter(configurations)) if one else ""


def first_stage(folder: Path, configuration: str) -> Path:
    """The trained folder of a cascade's first stage, which lies beside that of the second.

    Raises: ModelUnavailableError: it does not.
    """
    named = folder.name.split("__")
    beside = folder.parent / "__".join((*named[:2], configuration))
    if len(named) != 3 or not is_trained(beside):
        raise ModelUnavailableError(
            say("The first stage of this nnU-Net cascade, {name}, is missing.", name=configuration),
            say("Choose the dataset's folder with the trained folders of both stages in it."),
        )
    return beside


def fold_names(folder: Path) -> tuple[str, ...]:
    """The folds nnU-Net would take: all that are numbered, else the one of all data."""
    found = [fold.name.removeprefix("fold_") for fold in _folds(folder)]
    numbered = sorted((name for name in found if name.isdigit()), key=int)
    return tuple(numbered) or tuple(name for name in found if name == "all")


def checkpoint_path(folder: Path, fold: str) -> Path:
    """The checkpoint of a fold. Raises: ModelUnavailableError: it has none."""
    for name in CHECKPOINTS:
        path = folder / f"fold_{fold}" / name
        if path.is_file():
            return path
    raise damaged(f"fold_{fold}")


def _folds(folder: Path) -> Iterator[Path]:
    for fold in _folders(folder):
        if fold.name.startswith("fold_") and any((fold / name).is_file() for name in CHECKPOINTS):
            yield fold


def _trained_folders(path: Path) -> Iterator[Path]:
    if is_trained(path):
        yield path
        return
    for folder in _folders(path):
        if is_trained(folder):
            yield folder
        elif folder.name.startswith("Dataset"):
            yield from (inner for inner in _folders(folder) if is_trained(inner))


def _folders(path: Path) -> list[Path]:
    try:
        entries = sorted(path.iterdir())[:_MOST_ENTRIES]
    except OSError:
        return []
    return [entry for entry in entries if entry.is_dir() and not entry.name.startswith(".")]


def _preferred(folders: list[Path]) -> Path:
    """The configuration to take, nnU-Net's own order of preference."""

    def rank(folder: Path) -> int:
        name = configuration_of(folder)
        return next((n for n, known in enumerate(_CONFIGURATIONS) if name.startswith(known)), 5)

    return min(folders, key=rank)
