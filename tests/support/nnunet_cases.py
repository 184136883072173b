"""Tiny cases for nnU-Net: what is trained, the series it is run on, and how.

Everything is made from NumPy's seeded integers, so that it is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from reader.core.geometry import VolumeGeometry
from reader.core.volume import Volume

LABELS = {"background": 0, "spleen": 1, "liver": 2, "kidney_left": 3}
REGIONS = {"background": 0, "brain": [1, 2, 3], "putamen": [2, 3], "caudate": [3]}
TUMOUR = {"background": 0, "whole_tumor": [1, 2, 3], "tumor_core": [2, 3], "enhancing_tumor": [3]}
FIGURES = {"mean": 40.0, "std": 90.0, "percentile_00_5": -300.0, "percentile_99_5": 300.0}


@dataclass(frozen=True)
class Case:
    """A trained folder, a series for it, and how it is run."""

    name: str
    shape: tuple[int, int, int] = (18, 32, 36)
    spacing: tuple[float, float, float] = (1.5, 1.1, 1.1)
    target: tuple[float, ...] = (1.2, 1.2, 1.2)
    patch: tuple[int, ...] = (16, 24, 32)
    labels: Mapping[str, Any] = field(default_factory=lambda: LABELS)
    channels: tuple[str, ...] = ("CT",)
    schemes: tuple[str, ...] = ("CTNormalization",)
    mask: bool = False
    transpose: tuple[int, int, int] = (0, 1, 2)
    folds: int = 1
    axes: tuple[int, ...] | None = (0, 1, 2)
    mirror: bool = True
    step: float = 0.5
    residual: bool = False
    trainer: str = "nnUNetTrainer"
    old_plans: bool = False
    torch_resampling: bool = False
    reader: str = "SimpleITKIO"
    strides: tuple[int, int] = (1, 2)
    empty_border: int = 0
    seed: int = 0
    without_norm: bool = False

    @property
    def has_regions(self) -> bool:
        return any(isinstance(value, list) for value in self.labels.values())


CASES = (
    Case("isotropic"),
    Case("no_mirroring", mirror=False, step=0.8),
    Case(
        "anisotropic",
        shape=(8, 32, 36),
        spacing=(5.0, 0.9, 0.9),
        target=(4.0, 0.7, 0.7),
        patch=(8, 24, 32),
        axes=(1, 2),
        schemes=("ZScoreNormalization",),
        channels=("T2",),
    ),
    Case("two_d", target=(1.0, 1.0), patch=(24, 32), axes=(0, 1)),
    Case("regions", labels=REGIONS, axes=(0, 1)),
    Case(
        "two_channels",
        channels=("FLAIR", "T1"),
        schemes=("ZScoreNormalization", "RescaleTo01Normalization"),
        axes=(2,),
    ),
    Case("three_folds", folds=3, axes=None),
    Case("residual_encoder", residual=True, axes=(0,)),
    Case(
        "masked",
        schemes=("ZScoreNormalization",),
        channels=("T1",),
        mask=True,
        empty_border=4,
        axes=None,
    ),
    Case("transposed", shape=(40, 20, 36), spacing=(1.0, 4.5, 1.0), target=(3.6, 0.9, 0.9),
         transpose=(1, 0, 2), patch=(12, 24, 24), axes=(0, 2)),
    Case("batch_norm", trainer="nnUNetTrainerBN", old_plans=True, axes=None),
    Case("torch_resampling", torch_resampling=True, axes=None),
    Case("torch_anisotropic", shape=(9, 40, 44), spacing=(5.0, 0.9, 0.9), target=(4.0, 0.7, 0.7),
         patch=(6, 24, 24), torch_resampling=True, axes=None),
    Case("smaller_than_a_window", shape=(9, 20, 30), patch=(20, 32, 32), axes=(1,)),
    Case("same_grid", target=(1.5, 1.1, 1.1), axes=None),
    Case("coarser", spacing=(0.7, 0.6, 0.6), target=(1.4, 1.0, 1.0), shape=(28, 36, 40),
         axes=None, schemes=("NoNormalization",), channels=("PET",)),
)  # fmt: skip


def case(name: str) -> Case:
    return next(one for one in CASES if one.name == name)


def channel(one: Case, number: int) -> np.ndarray:
    """Blurred noise, whole numbers, with an empty border where the case asks for one."""
    random = np.random.default_rng(17 + number)
    noise = random.integers(-400, 401, [n + 6 for n in one.shape])
    for axis in range(3):
        total = np.cumsum(noise, axis=axis)
        noise = np.take(total, range(3, total.shape[axis]), axis) - np.take(
            total, range(total.shape[axis] - 3), axis
        )
        noise //= 2
        lost = noise.shape[axis] - one.shape[axis]
        noise = np.take(noise, range(lost, noise.shape[axis]), axis)
    values = noise // 4 + 20
    if one.empty_border:
        inside = np.zeros(one.shape, bool)
        inside[tuple([slice(one.empty_border, -one.empty_border)] * 3)] = True
        values = np.where(inside, values, 0)
    return np.clip(values, -1000, 2000).astype(np.int16)


def volumes(one: Case) -> tuple[Volume, ...]:
    geometry = VolumeGeometry.from_spacing(one.shape, one.spacing, (-30.0, 12.0, 5.0), "1.2.9")
    return tuple(Volume("1.2.3", channel(one, n), geometry) for n in range(len(one.channels)))


PARTS = (
    "Dataset850_TotalSegMRI_part1_organs_1088subj",
    "Dataset851_TotalSegMRI_part2_muscles_1088subj",
)
PART_CASE = Case(
    "totalsegmentator",
    shape=(20, 30, 26),
    spacing=(1.1, 2.0, 1.3),
    target=(1.5, 1.5, 1.5),
    channels=("MRI",),
    schemes=("ZScoreNormalization",),
    trainer="nnUNetTrainer_2000epochs_NoMirroring",
    mirror=False,
    step=0.8,
    axes=None,
)


def tilted_volume() -> Volume:
    """A series whose rows run to the feet and whose slices run to the right."""
    affine = np.zeros((4, 4))
    affine[0, 0], affine[2, 1], affine[1, 2] = -1.1, -2.0, 1.3
    affine[:, 3] = (40.0, -12.0, 33.0, 1.0)
    return Volume("1.2.3", channel(PART_CASE, 0), VolumeGeometry(PART_CASE.shape, affine))


CASCADE = Case("cascade", axes=(2,), labels=LABELS, seed=7)
FIRST_STAGE = replace(CASCADE, target=(2.1, 1.9, 1.9), patch=(8, 16, 16), seed=3)
