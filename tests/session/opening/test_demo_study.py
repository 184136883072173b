"""The demo study on disk: made once, whole or not at all, with its truth beside it."""

from __future__ import annotations

import json

import numpy as np
import pytest

import reader.session.opening.demo_study as demo_study
from reader.core.cancel import Cancelled, CancelToken, Progress, ignore_progress
from reader.core.errors import UnreadableError
from reader.formats.dicom_scan import scan_paths
from reader.formats.series_reader import read_series
from reader.session.opening.demo_study import DEMO_PATIENT, ensure_demo_study, truth_file
from tests.support.dicom_programs import dciodvfy_errors
from tests.support.thorax import SMALL_KJI, small_thorax


@pytest.fixture
def quick_thorax(monkeypatch):
    """The small thorax from the cache instead of a new one; counts how often it is asked for."""
    made: list[tuple[int, ...]] = []

    def make(seed, shape_kji, *, report, cancel):
        made.append(shape_kji)
        report(Progress(0, 2, demo_study.say("Building")))
        cancel.check()
        report(Progress(2, 2, demo_study.say("Building")))
        return small_thorax(seed)

    monkeypatch.setattr(demo_study, "make_thorax", make)
    return made


def ensure(folder, report=ignore_progress, cancel=None):
    return ensure_demo_study(folder, report, cancel or CancelToken(), shape_kji=SMALL_KJI)


def test_the_study_reads_back_as_it_was_made(quick_thorax, tmp_path) -> None:
    study = ensure(tmp_path / "cache")
    result = scan_paths([study], ignore_progress, CancelToken())
    assert not result.unreadable
    (found,) = result.studies
    assert found.patient.name == DEMO_PATIENT.name.replace("^", ", ")
    (series,) = found.series
    assert not series.warnings
    volume = read_series(series, ignore_progress, CancelToken())
    made = small_thorax().volume
    np.testing.assert_array_equal(volume.voxels, made.voxels)
    np.testing.assert_allclose(
        volume.geometry.affine_kji_to_lps, made.geometry.affine_kji_to_lps, atol=1e-3
    )


def test_the_files_are_valid_dicom(quick_thorax, tmp_path) -> None:
    study = ensure(tmp_path)
    for path in sorted(study.iterdir())[::20]:
        assert dciodvfy_errors(path) == []


def test_the_truth_lies_beside_the_study(quick_thorax, tmp_path) -> None:
    study = ensure(tmp_path)
    assert truth_file(study).parent == study.parent
    truth = json.loads(truth_file(study).read_text(encoding="utf-8"))
    assert len(truth["nodules"]) == 6
    for written, nodule in zip(truth["nodules"], small_thorax().nodules, strict=True):
        np.testing.assert_allclose(written["center_lps_mm"], nodule.center_lps_mm, atol=0.01)
        assert written["attachment"] == nodule.attachment.value
    assert {"pleura", "vessel"} <= {n["attachment"] for n in truth["nodules"]}


def test_it_is_made_once(quick_thorax, tmp_path) -> None:
    assert ensure(tmp_path) == ensure(tmp_path)
    assert len(quick_thorax) == 1


def test_one_with_files_missing_is_made_again(quick_thorax, tmp_path) -> None:
    study = ensure(tmp_path)
    sorted(study.iterdir())[3].unlink()
    assert ensure(tmp_path) == study
    assert len(list(study.iterdir())) == SMALL_KJI[0]
    truth_file(study).unlink()
    ensure(tmp_path)
    assert truth_file(study).is_file()
    assert len(quick_thorax) == 3


def test_a_new_generator_makes_a_new_study_and_removes_the_old(
    quick_thorax, tmp_path, monkeypatch
) -> None:
    old = ensure(tmp_path)
    left = tmp_path / ".unfinished-thorax-v0-1"
    left.mkdir()
    monkeypatch.setattr(demo_study, "GENERATOR_VERSION", demo_study.GENERATOR_VERSION + 1)
    new = ensure(tmp_path)
    assert new != old
    assert not old.exists()
    assert {p.name for p in tmp_path.iterdir()} == {new.name, truth_file(new).name}


def test_a_cancel_while_writing_leaves_nothing(quick_thorax, tmp_path) -> None:
    cancel = CancelToken()

    def stop_late(progress: Progress) -> None:
        if progress.done > 92:
            cancel.cancel()

    with pytest.raises(Cancelled):
        ensure(tmp_path, stop_late, cancel)
    assert list(tmp_path.iterdir()) == []


def test_progress_covers_making_and_writing(quick_thorax, tmp_path) -> None:
    seen: list[Progress] = []
    ensure(tmp_path, seen.append)
    done = [p.done for p in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 100)
    assert all(p.total == 100 for p in seen)


def test_a_folder_that_cannot_be_written_is_explained(quick_thorax, tmp_path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(UnreadableError, match="demo study could not be made"):
        ensure(blocked / "demo")
