"""TotalSegmentator's folders: recognised by name, put together, resampled as it does."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.model import InferenceRequest
from reader.inference.adapters.nnunet.adapter import ADAPTER
from reader.inference.adapters.nnunet.totalsegmentator import (
    APACHE,
    BY_LICENCE,
    TASKS,
    back_to_shape,
    task_of,
    to_task_spacing,
)
from tests.support.nnunet_cases import PART_CASE, PARTS, case, tilted_volume
from tests.support.nnunet_folders import run_request, spec_of, write_folder, write_parts

GOLDEN = Path(__file__).with_name("golden") / "totalsegmentator.npz"


def test_both_parts_become_one_model(tmp_path):
    write_parts(tmp_path)
    draft = ADAPTER.draft(tmp_path)
    assert draft.id == "totalsegmentator-total-mr"
    assert draft.modality == "MR"
    assert draft.licence == APACHE
    assert [label.name for label in draft.labels] == [
        "spleen", "liver", "stomach", "heart", "aorta", "femur_left",
    ]  # fmt: skip
    assert draft.options["resample_mm"] == [1.5, 1.5, 1.5]
    assert draft.options["step"] == 0.8
    assert draft.options["mirror"] is False
    assert len(draft.weights) == 6


def test_a_single_part_is_run_alone_and_that_is_said(tmp_path):
    write_parts(tmp_path)
    shutil.rmtree(tmp_path / PARTS[1])
    draft = ADAPTER.draft(tmp_path)
    assert [label.name for label in draft.labels] == ["spleen", "liver", "stomach"]
    assert draft.id != "totalsegmentator-total-mr"
    assert "one of 2 parts" in str(draft.notes[0])


def test_labels_are_those_of_totalsegmentator_with_these_parts(tmp_path):
    write_parts(tmp_path)
    told = []
    request = InferenceRequest("run", "1.2.3", tilted_volume(), spec_of(tmp_path, exact=True))
    result = run_request(request, report=told.append)
    expected = np.load(GOLDEN)["labels"]
    assert np.count_nonzero(np.bincount(expected.ravel())) >= 5
    assert np.count_nonzero(result.labels != expected) <= 2
    covered = np.zeros(result.labels.shape, bool)
    for progress in told:
        if progress.region_kji is not None:
            covered[tuple(slice(*bounds) for bounds in progress.region_kji)] = True
    assert covered.all()


@pytest.mark.parametrize(
    ("dataset", "name", "licence", "spacing", "step"),
    [
        ("Dataset297_TotalSegmentator_total_3mm_1559subj_v204", "total_3mm", APACHE, 3.0, 0.8),
        ("Dataset299_body_1559subj", "body", APACHE, 1.5, 0.5),
        ("Dataset304_appendicular_bones_ext_1559subj", "appendicular_bones", BY_LICENCE, 1.5, 0.5),
    ],
)
def test_published_folders_are_known_by_their_dataset(dataset, name, licence, spacing, step):
    task = task_of([dataset])
    assert (task.name, task.licence, task.step) == (name, licence, step)
    assert task.spacing_mm == (spacing,) * 3


def test_other_datasets_are_no_task_of_it(tmp_path):
    assert task_of(["Dataset291_Mine"]) is None
    draft = ADAPTER.draft(write_folder(tmp_path, case("same_grid"), "Dataset291_Mine"))
    assert "resample_mm" not in draft.options


def test_every_folder_belongs_to_one_task():
    folders = [folder for task in TASKS for folder in task.folders]
    assert len(set(folders)) == len(folders)
    for task in TASKS:
        assert list(task.folders) == sorted(task.folders)
        assert task_of(list(reversed(task.folders))) is task


def test_a_model_that_wants_cut_images_says_so(tmp_path):
    one = replace(PART_CASE, channels=("CT",))
    draft = ADAPTER.draft(write_folder(tmp_path, one, "Dataset913_lung_nodules"))
    assert any("lungs" in str(note) for note in draft.notes)


def test_resampling_leaves_a_fitting_image_alone_and_keeps_corners():
    channels = np.arange(4 * 5 * 6, dtype=np.float32).reshape(1, 4, 5, 6) + 0.75
    assert to_task_spacing(channels, (3.0, 3.0, 3.0), (3.0, 3.0, 3.0)) is channels
    finer = to_task_spacing(channels, (3.0, 3.0, 3.0), (1.5, 1.5, 1.5))
    assert finer.shape == (1, 8, 10, 12)
    assert finer[0, 0, 0, 0] == 0
    assert finer[0, -1, -1, -1] == 119
    labels = np.arange(120, dtype=np.uint16).reshape(4, 5, 6)
    back = back_to_shape(back_to_shape(labels, (8, 10, 12)), labels.shape)
    assert back[0, 0, 0] == 0
    assert back[-1, -1, -1] == 119
