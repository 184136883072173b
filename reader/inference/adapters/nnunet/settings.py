"""What may be changed about a run without changing the model: a card's `options`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from reader.core.errors import ModelUnavailableError
from reader.core.text import say
from reader.inference.adapters.nnunet.totalsegmentator import Spacing, option_spacing


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a trained folder is run.

    `parts`: the trained folders below the model's own, whose labels are laid on top of each
    other. `exact`: only in full precision as nnU-Net computes it, not in the fastest way that
    gives nearly the same labels. `uncertainty`: tell where folds and mirrorings disagree, at
    the cost of memory. `step` between windows, as a share of their size. `mirror`: average over the
    mirrorings the model allows. `folds`: which ones, empty for all. `resample_mm` (z, y, x):
    TotalSegmentator's resampling beforehand.
    """

    parts: tuple[str, ...] = (".",)
    step: float = 0.5
    mirror: bool = True
    folds: tuple[str, ...] = ()
    exact: bool = False
    uncertainty: bool = False
    resample_mm: Spacing | None = None


def run_settings(options: Mapping[str, object]) -> RunSettings:
    """The settings in a card's options.

    Raises: ModelUnavailableError: one of them cannot be.
    """
    try:
        parts = _texts(options.get("parts", ["."]))
        step = float(str(options.get("step", 0.5)))
        folds = _texts(options.get("folds", []))
        plain = all(_is_inside(part) for part in parts) and all(one.isalnum() for one in folds)
        if not (parts and plain and 0 < step <= 1):
            raise ValueError("options")
        return RunSettings(
            parts=parts,
            step=step,
            mirror=_flag(options.get("mirror", True)),
            folds=folds,
            exact=_flag(options.get("exact", False)),
            uncertainty=_flag(options.get("uncertainty", False)),
            resample_mm=option_spacing(options),
        )
    except (TypeError, ValueError) as error:
        raise ModelUnavailableError(
            say("The options on this model's card cannot be used."),
            say("Correct step, mirror, folds or resample_mm in its model.json."),
        ) from error


def _texts(told: object) -> tuple[str, ...]:
    if not isinstance(told, list | tuple):
        raise TypeError("no list")
    return tuple(str(one) for one in told)


def _flag(told: object) -> bool:
    if not isinstance(told, bool):
        raise TypeError("neither true nor false")
    return told


def _is_inside(part: str) -> bool:
    path = PurePosixPath(part)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in part
