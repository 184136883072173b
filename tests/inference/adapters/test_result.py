"""Label maps become structures and findings."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from reader.core.codes import (
    ANATOMICAL_STRUCTURE,
    LEFT_LUNG,
    LUNG_NODULE,
    MORPHOLOGICALLY_ABNORMAL,
    RIGHT_LUNG,
)
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import HeatmapKind
from reader.core.model import EligibilityRules, InferenceRequest, ModelLabel, ModelSpec
from reader.core.provenance import AlgorithmIdentity
from reader.core.volume import Volume
from reader.inference.adapters import result
from reader.inference.adapters.result import segmentation_result

GRID = VolumeGeometry.from_spacing((12, 16, 20), (2.0, 1.0, 1.0), (5.0, 6.0, 7.0))


def label(code, is_finding=False):
    category = MORPHOLOGICALLY_ABNORMAL if is_finding else ANATOMICAL_STRUCTURE
    return ModelLabel(code.meaning, code, category, "#112233", is_finding)


LABELS = (label(LEFT_LUNG), label(LUNG_NODULE, is_finding=True), label(RIGHT_LUNG))


def request(tmp_path, measurable=True, labels=LABELS):
    spec = ModelSpec(
        AlgorithmIdentity("m", "M", "1", "0" * 64), "segmentation", "", labels,
        EligibilityRules("CT"), 0.5, False, "", tmp_path, tmp_path,
    )  # fmt: skip
    volume = Volume("1.2.3", np.zeros(GRID.shape_kji, np.int16), GRID, measurable=measurable)
    return InferenceRequest("run-1", "1.2.3", volume, spec)


@pytest.fixture
def labels():
    """Left lung from column 10 on with two nodules in it, right lung before it with none."""
    found = np.zeros(GRID.shape_kji, np.uint16)
    found[2:10, 2:14, 2:9] = 3
    found[2:10, 2:14, 11:18] = 1
    found[4:6, 4:7, 13:16] = 2
    found[8, 10, 12] = 2
    return found


def test_structures_come_first_and_every_piece_of_a_finding_has_its_own_label(labels, tmp_path):
    found = segmentation_result(request(tmp_path), labels, seconds={}, device="cpu")
    assert [(s.label, s.code, s.finding_id is None) for s in found.segments] == [
        (1, LEFT_LUNG, True), (2, RIGHT_LUNG, True),
        (3, LUNG_NODULE, False), (4, LUNG_NODULE, False),
    ]  # fmt: skip
    np.testing.assert_array_equal(found.labels == 3, cut(labels == 2, (4, 4, 13), (6, 7, 16)))
    assert np.count_nonzero(found.labels == 4) == 1
    np.testing.assert_array_equal(found.labels == 1, labels == 1)
    np.testing.assert_array_equal(found.labels == 2, labels == 3)


def cut(mask, low, high):
    inside = np.zeros_like(mask)
    region = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    inside[region] = mask[region]
    return inside


def test_a_finding_has_score_size_and_the_structure_it_lies_in(labels, tmp_path):
    heat = np.zeros(GRID.shape_kji, np.float16)
    heat[labels == 2] = 0.75
    heat[8, 10, 12] = 0.9
    found = segmentation_result(
        request(tmp_path), labels, seconds={}, device="cpu", probability=heat
    )
    small, large = found.findings
    assert (small.score, large.score) == (pytest.approx(0.9, abs=1e-3), pytest.approx(0.75))
    assert large.volume_mm3 == pytest.approx(2 * 3 * 3 * 2.0)
    assert large.site == LEFT_LUNG
    np.testing.assert_allclose(large.center_lps_mm, GRID.to_lps((4.5, 5, 14)))
    assert large.provenance.run_id == "run-1"
    assert found.heatmap.kind is HeatmapKind.PROBABILITY


def test_the_same_run_gives_the_same_identifiers(labels, tmp_path):
    def made(run):
        asked = dataclasses.replace(request(tmp_path), run_id=run)
        found = segmentation_result(asked, labels, seconds={}, device="cpu")
        return [(f.finding_id, f.tracking_uid) for f in found.findings]

    assert made("a") == made("a")
    assert not set(made("a")) & set(made("b"))


def test_where_lengths_cannot_be_trusted_no_size_is_given(labels, tmp_path):
    asked = request(tmp_path, measurable=False)
    found = segmentation_result(asked, labels, seconds={}, device="cpu")
    assert all(f.volume_mm3 is None and f.long_axis_mm is None for f in found.findings)


def test_more_findings_than_a_person_can_judge_are_cut_with_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(result, "MOST_FINDINGS", 3)
    labels = np.zeros(GRID.shape_kji, np.uint16)
    labels[::2, ::3, 5] = 2
    labels[0, 0, 5:8] = 2
    found = segmentation_result(request(tmp_path), labels, seconds={}, device="cpu")
    assert len(found.findings) == 3
    assert set(np.unique(found.labels)) == {0, 3, 4, 5}
    assert np.count_nonzero(found.labels == 3) == 3
    assert any("3 highest" in str(note) for note in found.notes)
