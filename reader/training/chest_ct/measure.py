"""Honest figures for the card: on a scan and with seeds that training never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.lungs import LEFT_LUNG_LABEL, LungField, find_lungs
from reader.imaging.resample import WorkingGrid, resized
from reader.inference.chest_ct.candidates import LOWEST_SCORE, find_candidates
from reader.inference.chest_ct.in_tiles import NOTHING, in_tiles, probability
from reader.inference.chest_ct.lungs_and_nodules import lungs_of
from reader.inference.chest_ct.networks import HEAT_CHANNEL, LUNG_CHANNEL, STRIDE
from reader.inference.chest_ct.preprocess import SPACING_MM, network_grid, normalise, resample_hu
from reader.inference.engine.place import Place
from reader.training.chest_ct.baseline import laplacian_response
from reader.training.chest_ct.detection_score import Mark, Scored, Truth, score_scans
from reader.training.chest_ct.imaging_chain import degrade
from reader.training.chest_ct.nodules import draw_diameter_mm, draw_kind, insert_nodule

NODULES_PER_COPY: Final = 6
_APART_MM: Final = 35.0
_LEAST_VISIBLE: Final = 0.5
_TRIES: Final = 400
_LOG_SCALE_HU: Final = 1000.0
"""Divides the baseline's response, so that its marks have scores below 1 too."""


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """A scan on the network's grid with the part of it that is measured."""

    hu: NDArray[np.float32]
    grid: WorkingGrid
    lungs: NDArray[np.uint8]
    field: LungField

    @classmethod
    def of(cls, volume: Volume, only_left: bool = False) -> Scan:
        """Prepare a volume; `only_left` measures the left lung alone."""
        grid = network_grid(volume.geometry)
        hu = resample_hu(volume.voxels, grid)
        field = find_lungs(volume)
        shape = (hu.shape[0] // STRIDE, hu.shape[1] // STRIDE, hu.shape[2] // STRIDE)
        left = resized(field.labels == LEFT_LUNG_LABEL, shape) >= 0.5
        lungs = left * np.uint8(LEFT_LUNG_LABEL)
        if not only_left:
            lungs[(resized(field.labels > 0, shape) >= 0.5) & ~left] = 3 - LEFT_LUNG_LABEL
        return cls(hu, grid, lungs, field)

    def as_in_product(self, network: nn.Module, cancel: CancelToken) -> Scan:
        """The same scan with lungs as the product outlines them, where marks are allowed."""
        values = network_probability(network, self.hu, self.whole(), cancel)
        lungs = lungs_of(values[LUNG_CHANNEL], self.field)
        if not np.any(self.lungs == 3 - LEFT_LUNG_LABEL):
            lungs[lungs != LEFT_LUNG_LABEL] = 0
        return replace(self, lungs=lungs)

    def whole(self) -> NDArray[np.bool_]:
        """Where the network looks in the product, on its grid."""
        shape = (self.hu.shape[0], self.hu.shape[1], self.hu.shape[2])
        return np.asarray(resized(self.field.labels > 0, shape) > 0)

    def wanted(self) -> NDArray[np.bool_]:
        """Where the network has to look for what is measured, on its grid."""
        shape = (self.hu.shape[0], self.hu.shape[1], self.hu.shape[2])
        return np.asarray(resized(self.lungs > 0, shape) > 0)


Detector = Callable[[NDArray[np.float32]], list[Mark]]


def network_detector(network: nn.Module, scan: Scan, cancel: CancelToken) -> Detector:
    """Marks of the network on another version of a scan's HU."""

    def detect(hu: NDArray[np.float32]) -> list[Mark]:
        heat = network_probability(network, hu, scan.wanted(), cancel)[HEAT_CHANNEL]
        found = find_candidates(heat, scan.lungs, hu, scan.grid, LOWEST_SCORE)
        return [_mark(c.center_lps_mm, c.score) for c in found]

    return detect


def network_probability(
    network: nn.Module, hu: NDArray[np.float32], wanted: NDArray[np.bool_], cancel: CancelToken
) -> NDArray[np.float32]:
    """What the network says, as in the product."""
    said = in_tiles(network).predict(
        normalise(hu)[None],
        Place(torch.device("cpu")),
        cancel=cancel,
        wanted=wanted,
        empty=NOTHING,
    )
    return probability(said.logits)


def laplacian_detector(scan: Scan) -> Detector:
    """Marks of the filter that has learnt nothing, through the same candidate rules."""
    wanted = scan.wanted()

    def detect(hu: NDArray[np.float32]) -> list[Mark]:
        response = laplacian_response(hu, wanted, SPACING_MM) / _LOG_SCALE_HU
        k, j, i = scan.lungs.shape
        blocks = response.reshape(k, STRIDE, j, STRIDE, i, STRIDE).max(axis=(1, 3, 5))
        found = find_candidates(blocks, scan.lungs, hu, scan.grid, LOWEST_SCORE)
        return [_mark(c.center_lps_mm, c.score) for c in found]

    return detect


def _mark(center: NDArray[np.float64], score: float) -> Mark:
    x, y, z = (float(c) for c in center)
    return Mark((x, y, z), score)


def with_nodules(
    scan: Scan, rng: np.random.Generator, count: int = NODULES_PER_COPY
) -> tuple[NDArray[np.float32], list[Truth]]:
    """A copy of the scan with visible nodules put into the measured lung, imaged anew."""
    hu = scan.hu.copy()
    places = np.argwhere(scan.lungs == LEFT_LUNG_LABEL)
    truths: list[Truth] = []
    for _ in range(_TRIES):
        if len(truths) == count:
            break
        half = places[int(rng.integers(len(places)))]
        center = half * STRIDE + rng.uniform(0, STRIDE, 3)
        lps = scan.grid.geometry.to_lps(center)
        if any(np.linalg.norm(lps - t.center_lps_mm) < _APART_MM for t in truths):
            continue
        before = hu.copy()
        diameter = draw_diameter_mm(rng)
        nodule = insert_nodule(rng, hu, center, diameter, draw_kind(rng), SPACING_MM)
        if nodule.visible_share < _LEAST_VISIBLE:
            hu = before
            continue
        x, y, z = (float(c) for c in lps)
        truths.append(Truth((x, y, z), diameter))
    return degrade(rng, hu), truths


def measure_inserted(
    scan: Scan,
    detectors: Sequence[Detector],
    seed: int,
    copies: int,
    report: ReportProgress,
    cancel: CancelToken,
    known: Sequence[Truth] = (),
) -> list[Scored]:
    """Put nodules into copies of a scan and let every detector look at the same copies.

    Marks on `known` lesions of the patient count neither way.
    """
    results: list[list[tuple[list[Truth], list[Mark]]]] = [[] for _ in detectors]
    for copy in range(copies):
        cancel.check()
        report(Progress(copy, copies, say("Measuring with inserted nodules")))
        hu, truths = with_nodules(scan, np.random.default_rng((seed, copy)))
        for detect, collected in zip(detectors, results, strict=True):
            marks = [m for m in detect(hu) if not _on_any(m, known)]
            collected.append((truths, marks))
    return [score_scans(collected) for collected in results]


def _on_any(mark: Mark, known: Sequence[Truth]) -> bool:
    return any(
        np.linalg.norm(np.subtract(mark.center_lps_mm, t.center_lps_mm)) <= t.diameter_mm / 2
        for t in known
    )


def network_lungs(network: nn.Module, scan: Scan, cancel: CancelToken) -> NDArray[np.bool_]:
    """Lung as the product would outline it, at half resolution."""
    return np.asarray(scan.as_in_product(network, cancel).lungs > 0)
