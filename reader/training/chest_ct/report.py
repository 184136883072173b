"""The figures of the card: what is measured, on what, in which words."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from torch import nn

from reader.core.cancel import CancelToken, ReportProgress
from reader.imaging.resample import resized
from reader.inference.chest_ct.candidates import LOWEST_SCORE, Candidate, find_candidates
from reader.inference.chest_ct.networks import HEAT_CHANNEL
from reader.inference.packs.card import CardCalibration, CardMetric, CardOperatingPoint
from reader.training.chest_ct.cases import (
    HELD_OUT_FOLDER,
    HELD_OUT_NODULE_LPS_MM,
    LUNG_REFERENCE_FOLDER,
    LUNG_REFERENCE_LABELS,
)
from reader.training.chest_ct.detection_score import Scored, dice, wilson_interval
from reader.training.chest_ct.gather import read_case
from reader.training.chest_ct.measure import (
    Scan,
    laplacian_detector,
    measure_inserted,
    network_detector,
    network_lungs,
    network_probability,
)

MEASURING_SEED: Final = 777
COPIES: Final = 16
FALSE_PER_LUNG: Final = (1.0, 2.0, 4.0)
POINTS: Final = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Thresholds at which false marks on the whole scan are counted."""
_NEAR_NODULE_MM: Final = 8.0

_HELD_OUT: Final = "LIDC-IDRI-0314, one low-noise chest CT that training never saw"
_LEFT: Final = f"{_HELD_OUT}; synthetic nodules of 4 to 30 mm in its left lung"
_BINS: Final = (("4 to 6 mm", 0.0, 6.0), ("6 to 10 mm", 6.0, 10.0), ("10 to 30 mm", 10.0, 99.0))


def measure_pack(
    network: nn.Module, threshold: float, data: Path, report: ReportProgress, cancel: CancelToken
) -> list[CardMetric]:
    """Everything that can be measured with what is in `data`; empty if nothing is."""
    metrics: list[CardMetric] = []
    if (data / HELD_OUT_FOLDER).exists():
        volume = read_case(data / HELD_OUT_FOLDER, cancel)
        whole = Scan.of(volume)
        metrics += _real_nodule(network, threshold, whole.as_in_product(network, cancel), cancel)
        left = Scan.of(volume, only_left=True).as_in_product(network, cancel)
        detectors = [network_detector(network, left, cancel), laplacian_detector(left)]
        ours, baseline = measure_inserted(left, detectors, MEASURING_SEED, COPIES, report, cancel)
        metrics += _inserted("Network", ours, threshold)
        metrics += _inserted("Laplacian of Gaussian", baseline, None)
        metrics.append(_lung_agreement(network, whole, cancel))
    if (data / LUNG_REFERENCE_FOLDER).exists():
        metrics.append(_lung_reference(network, data / LUNG_REFERENCE_FOLDER, cancel))
    return metrics


def measure_operating_points(
    network: nn.Module, data: Path, cancel: CancelToken
) -> CardCalibration | None:
    """False marks on the whole held-out scan at each threshold; None if it is not in `data`.

    No sensitivity: one nodule is no share of anything.
    """
    if not (data / HELD_OUT_FOLDER).exists():
        return None
    scan = Scan.of(read_case(data / HELD_OUT_FOLDER, cancel)).as_in_product(network, cancel)
    false = [c.score for c in _candidates(network, scan, cancel) if not _on_nodule(c)]
    return CardCalibration(
        operating_points=tuple(
            CardOperatingPoint(
                threshold=threshold,
                false_positives_per_scan=float(sum(score >= threshold for score in false)),
            )
            for threshold in POINTS
        ),
        n=1,
        data=f"{_HELD_OUT}; an example. Every mark but the annotated nodule counts as false, "
        "though some may be real lesions",
    )


def _candidates(network: nn.Module, scan: Scan, cancel: CancelToken) -> list[Candidate]:
    heat = network_probability(network, scan.hu, scan.whole(), cancel)[HEAT_CHANNEL]
    return find_candidates(heat, scan.lungs, scan.hu, scan.grid, LOWEST_SCORE)


def _on_nodule(candidate: Candidate) -> bool:
    away = np.linalg.norm(candidate.center_lps_mm - HELD_OUT_NODULE_LPS_MM)
    return bool(away <= _NEAR_NODULE_MM)


def _real_nodule(
    network: nn.Module, threshold: float, scan: Scan, cancel: CancelToken
) -> list[CardMetric]:
    """The one annotated nodule: its rank among all marks, and how many marks there are."""
    found = _candidates(network, scan, cancel)
    near = [rank for rank, candidate in enumerate(found, start=1) if _on_nodule(candidate)]
    marks = sum(candidate.score >= threshold for candidate in found)
    how = "n = 1: an example, not a measurement. 15.5 mm, annotated by LIDC and LUNA16."
    rank = float(near[0]) if near else float(len(found) + 1)
    score = found[near[0] - 1].score if near else 0.0
    return [
        _metric("Real nodule: rank among all marks", rank, _HELD_OUT, how, n=1),
        _metric("Real nodule: score", score, _HELD_OUT, how, n=1),
        _metric("Marks at the threshold on the whole scan", marks, _HELD_OUT, how, n=1),
    ]


def _inserted(who: str, scored: Scored, threshold: float | None) -> list[CardMetric]:
    """Sensitivities at fixed numbers of false marks, and by size at the shipped threshold."""
    metrics = []
    for allowed in FALSE_PER_LUNG:
        found, there = scored.sensitivity(scored.threshold_at(allowed))
        name = f"{who}: sensitivity at {allowed:g} false marks per lung"
        metrics.append(_share(name, found, there))
    if threshold is None:
        return metrics
    false = np.count_nonzero(scored.false_scores >= threshold) / scored.scans
    how = f"{scored.scans} copies of the lung, 6 nodules each."
    name = f"{who}: false marks per lung at the threshold"
    metrics.append(_metric(name, float(false), _LEFT, how, n=scored.scans))
    for size, low, high in _BINS:
        found, there = scored.sensitivity(threshold, low, high)
        metrics.append(_share(f"{who}: sensitivity at the threshold, {size}", found, there))
    return metrics


def _lung_agreement(network: nn.Module, scan: Scan, cancel: CancelToken) -> CardMetric:
    overlap = dice(network_lungs(network, scan, cancel), scan.lungs > 0)
    how = "Against our own threshold method, which also made the training outlines: agreement."
    return _metric("Lung: Dice with the threshold method", overlap, _HELD_OUT, how, n=1)


def _lung_reference(network: nn.Module, folder: Path, cancel: CancelToken) -> CardMetric:
    """Lung bases against another model's outlines."""
    scan = Scan.of(read_case(folder / "example_ct_sm.nii.gz", cancel))
    reference = read_case(folder / "example_seg.nii.gz", cancel)
    lobes = np.isin(reference.voxels, LUNG_REFERENCE_LABELS)
    ours = network_lungs(network, scan, cancel)
    turned = _on_half_grid(lobes, scan)
    data = "Lung bases of one torso CT at 3 mm (30 slices), not used for training"
    how = "Against TotalSegmentator's lobes, themselves a model's output."
    return _metric("Lung: Dice with TotalSegmentator", dice(ours, turned), data, how, n=1)


def _on_half_grid(mask: np.ndarray, scan: Scan) -> np.ndarray:
    from reader.imaging.resample import to_working

    fine = to_working(mask, scan.grid)
    k, j, i = scan.lungs.shape
    return np.asarray(resized(fine, (k, j, i)) >= 0.5)


def _share(name: str, found: int, there: int) -> CardMetric:
    how = f"{found} of {there}; Wilson interval. Same generator as in training: optimistic."
    return _metric(
        name, found / max(1, there), _LEFT, how, n=there, interval=wilson_interval(found, there)
    )


def _metric(
    name: str,
    value: float,
    data: str,
    how: str,
    *,
    n: int,
    interval: tuple[float, float] | None = None,
) -> CardMetric:
    rounded = None if interval is None else (round(interval[0], 3), round(interval[1], 3))
    return CardMetric(
        name=name, value=round(float(value), 3), interval_95=rounded, n=n, data=data, how=how
    )
