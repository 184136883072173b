"""The figures: counted right, with intervals, on scans the same code prepared."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken, ignore_progress
from reader.training.chest_ct.detection_score import (
    Mark,
    Truth,
    dice,
    score_scans,
    wilson_interval,
)
from reader.training.chest_ct.measure import (
    Scan,
    laplacian_detector,
    measure_inserted,
    network_detector,
    with_nodules,
)
from reader.training.chest_ct.report import measure_operating_points
from tests.support.chest import NODULES_LPS_MM, BallNetwork, chest_volume


def test_hits_misses_and_false_marks_are_counted():
    truths = [Truth((0, 0, 0), 6.0), Truth((50, 0, 0), 30.0)]
    marks = [
        Mark((4.5, 0, 0), 0.9),
        Mark((0, 1, 0), 0.4),
        Mark((62, 0, 0), 0.3),
        Mark((100, 0, 0), 0.8),
    ]
    scored = score_scans([(truths, marks), ([], [Mark((9, 9, 9), 0.2)])])
    assert scored.best_scores.tolist() == [0.9, 0.3]
    assert sorted(scored.false_scores.tolist()) == [0.2, 0.8]
    assert scored.sensitivity(0.5) == (1, 2)
    assert scored.sensitivity(0.0, 10.0) == (1, 1)
    assert scored.threshold_at(1.0) == 0.0
    assert 0.2 < scored.threshold_at(0.5) < 0.8
    assert scored.threshold_at(0.0) > 0.8


def test_a_nodule_without_any_mark_is_missed_at_every_threshold():
    scored = score_scans([([Truth((0, 0, 0), 6.0)], [])])
    assert scored.sensitivity(0.0) == (0, 1)


@pytest.mark.parametrize(
    ("found", "total", "expected"), [(8, 10, (0.490, 0.943)), (0, 5, (0.0, 0.434))]
)
def test_wilson_intervals_match_published_values(found, total, expected):
    assert wilson_interval(found, total) == pytest.approx(expected, abs=1e-3)


def test_dice_of_masks():
    one = np.zeros((4, 4), bool)
    one[:2] = True
    assert dice(one, one) == 1.0
    assert dice(one, ~one) == 0.0
    assert dice(one & False, one & False) == 1.0


def test_inserted_nodules_are_in_the_measured_lung_and_apart():
    scan = Scan.of(chest_volume(), only_left=True)
    hu, truths = with_nodules(scan, np.random.default_rng(4), count=3)
    assert hu.shape == scan.hu.shape
    assert truths
    for truth in truths:
        assert truth.center_lps_mm[0] > 0
        index = np.rint(scan.grid.geometry.to_index(truth.center_lps_mm)).astype(int)
        assert scan.lungs[tuple(index // 2)] > 0
    _, again = with_nodules(scan, np.random.default_rng(4), count=3)
    assert again == truths


def test_detectors_see_the_same_copies():
    scan = Scan.of(chest_volume(nodules=()), only_left=True)
    cancel = CancelToken()
    detectors = [network_detector(BallNetwork(), scan, cancel), laplacian_detector(scan)]
    ours, baseline = measure_inserted(scan, detectors, 5, 2, ignore_progress, cancel)
    assert ours.diameters_mm.tolist() == baseline.diameters_mm.tolist()
    assert ours.scans == baseline.scans == 2


def test_the_baseline_finds_clear_nodules():
    scan = Scan.of(chest_volume())
    marks = laplacian_detector(scan)(scan.hu)
    best = sorted(marks, key=lambda m: -m.score)[:2]
    for place in NODULES_LPS_MM:
        assert min(np.linalg.norm(np.subtract(m.center_lps_mm, place)) for m in best) < 5.0


def test_without_the_held_out_scan_no_threshold_has_a_price(tmp_path):
    assert measure_operating_points(torch.nn.Identity(), tmp_path, CancelToken()) is None
