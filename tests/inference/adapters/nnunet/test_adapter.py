"""Trained folders: found, described, refused with a reason, run with progress and cancel."""

from __future__ import annotations

import json
import pickle
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled, InferenceError, ModelUnavailableError
from reader.core.focus import Focus
from reader.core.geometry import VolumeGeometry
from reader.core.model import InferenceRequest
from reader.core.volume import Volume
from reader.inference.adapters.known import recognise
from reader.inference.adapters.nnunet.adapter import ADAPTER
from tests.support.nnunet_cases import TUMOUR, case, volumes
from tests.support.nnunet_folders import run_case, run_request, spec_of, write_cascade, write_folder

ONE = case("no_mirroring")


@pytest.fixture
def trained(tmp_path):
    return write_folder(tmp_path, ONE)


def change(path: Path, **changes) -> None:
    content = json.loads(path.read_text())
    content.update(changes)
    path.write_text(json.dumps(content))


def change_base(trained: Path, **changes) -> None:
    plans = json.loads((trained / "plans.json").read_text())
    for configuration in plans["configurations"].values():
        configuration.update(changes)
    (trained / "plans.json").write_text(json.dumps(plans))


def request_of(trained: Path, **options) -> InferenceRequest:
    return InferenceRequest(
        "run", "1.2.3", volumes(ONE)[0], spec_of(trained, exact=True, **options)
    )


def test_a_trained_folder_is_recognised_wherever_it_is_chosen(trained):
    for chosen in (trained, trained.parent, trained.parent.parent):
        assert recognise(chosen) is ADAPTER
    shutil.rmtree(trained / "fold_0")
    assert not ADAPTER.recognises(trained.parent)


def test_the_draft_says_what_the_files_say(trained):
    draft = ADAPTER.draft(trained.parent)
    assert (draft.id, draft.name) == ("dataset999-test-3d-fullres", "Test (3d_fullres)")
    assert [(label.value, label.name) for label in draft.labels] == [
        (1, "spleen"), (2, "liver"), (3, "kidney_left"),
    ]  # fmt: skip
    assert draft.modality == "CT"
    assert draft.licence == "CC0-1.0"
    assert [path.as_posix() for path in draft.weights] == [
        f"{trained.name}/{name}"
        for name in ("dataset.json", "plans.json", "fold_0/checkpoint_final.pth")
    ]
    assert draft.options == {"parts": [trained.name], "step": 0.5, "mirror": True, "folds": ["0"]}


def test_the_best_configuration_of_a_dataset_is_taken(tmp_path):
    write_folder(tmp_path, ONE)
    write_folder(tmp_path / "more", case("two_d"))
    flat = next((tmp_path / "more" / "Dataset999_Test").iterdir())
    shutil.move(flat, tmp_path / "Dataset999_Test" / flat.name)
    draft = ADAPTER.draft(tmp_path / "Dataset999_Test")
    assert draft.options["parts"] == ["nnUNetTrainer__nnUNetPlans__3d_fullres"]


def test_a_cascade_needs_both_stages_in_what_was_chosen(tmp_path):
    first, second = write_cascade(tmp_path)
    draft = ADAPTER.draft(second.parent)
    assert draft.options["parts"] == [second.name]
    assert {path.parts[0] for path in draft.weights} == {first.name, second.name}
    with pytest.raises(ModelUnavailableError, match="choose the folder above"):
        ADAPTER.draft(second)
    change(first / "dataset.json", labels={"background": 0, "other": 1})
    with pytest.raises(ModelUnavailableError, match="do not fit"):
        ADAPTER.draft(second.parent)
    shutil.rmtree(first)
    with pytest.raises(ModelUnavailableError, match="first stage"):
        ADAPTER.draft(second.parent)


def test_several_models_in_one_folder_are_refused(tmp_path):
    write_folder(tmp_path, ONE, "Dataset001_A")
    write_folder(tmp_path, ONE, "Dataset002_B")
    with pytest.raises(ModelUnavailableError, match="2 nnU-Net models"):
        ADAPTER.draft(tmp_path)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"previous_stage": "3d_lowres"}, "first stage of this nnU-Net cascade, 3d_lowres"),
        ({"normalization_schemes": ["MyNormalization"]}, "MyNormalization"),
        ({"resampling_fn_data": "my_resampling"}, "my_resampling"),
        ({"preprocessor_name": "MyPreprocessor"}, "MyPreprocessor"),
        ({"patch_size": [16, 24]}, "patch_size"),
        ({"patch_size": [16, 24, 1e9]}, "damaged or incomplete"),
        ({"spacing": [1.0, -1.0, 1.0]}, "spacing"),
        ({"use_mask_for_norm": []}, "normalization_schemes"),
    ],
)
def test_plans_that_need_something_else_are_refused_by_name(trained, changes, reason):
    change_base(trained, **changes)
    with pytest.raises(ModelUnavailableError, match=reason):
        ADAPTER.draft(trained)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"network_class_name": "os.system"}, "os.system"),
        ({"network_class_name": "evil.PlainConvUNet"}, "evil.PlainConvUNet"),
        (
            {"network_class_name": "dynamic_network_architectures.architectures.primus.Primus"},
            "Primus",
        ),
        ({"arch_kwargs": {"conv_op": "subprocess.Popen"}}, "Popen"),
        ({"arch_kwargs": {"nonlin": "builtins.eval"}}, "builtins.eval"),
        ({"arch_kwargs": {"norm_op": "torch.hub.load"}}, "torch.hub.load"),
        ({"arch_kwargs": {"hook": "x"}}, "hook"),
        ({"arch_kwargs": {"n_stages": 10**6}}, "n_stages"),
        ({"arch_kwargs": {"features_per_stage": [4, 6, 10**9]}}, "architecture"),
        ({"arch_kwargs": {"features_per_stage": [4, 6, 16]}}, "do not fit"),
    ],
)
def test_networks_are_looked_up_never_imported(trained, changes, reason):
    plans = json.loads((trained / "plans.json").read_text())
    described = plans["configurations"]["base"]["architecture"]
    described["arch_kwargs"].update(changes.pop("arch_kwargs", {}))
    described.update(changes)
    (trained / "plans.json").write_text(json.dumps(plans))
    with pytest.raises(ModelUnavailableError, match=reason):
        ADAPTER.draft(trained)


@pytest.mark.parametrize("name", ["plans.json", "dataset.json"])
@pytest.mark.parametrize("content", ["", "[]", "{}", '{"a": ' + "[" * 100_000, '"\\ud800"'])
def test_damaged_files_are_refused(trained, name, content):
    (trained / name).write_text(content)
    with pytest.raises(ModelUnavailableError, match="damaged or incomplete"):
        ADAPTER.draft(trained)


class _Touches:
    """Makes a file when it is unpickled by a reader that runs what it reads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self):
        return (Path.touch, (self._path,))


def test_a_malicious_checkpoint_runs_nothing(trained, tmp_path):
    touched = tmp_path / "touched"
    path = trained / "fold_0" / "checkpoint_final.pth"
    good = torch.load(path, weights_only=False)
    torch.save({**good, "logging": _Touches(touched)}, path)
    with pytest.raises(ModelUnavailableError, match="holds more than weights"):
        ADAPTER.draft(trained)
    assert not touched.exists()
    torch.load(path, weights_only=False)
    assert touched.exists()


def test_a_bare_pickle_is_refused(trained, tmp_path):
    touched = tmp_path / "touched"
    path = trained / "fold_0" / "checkpoint_final.pth"
    path.write_bytes(pickle.dumps(_Touches(touched)))
    with pytest.raises(ModelUnavailableError, match="damaged"):
        ADAPTER.draft(trained)
    assert not touched.exists()


def test_a_checkpoint_that_would_swell_is_refused(trained):
    path = trained / "fold_0" / "checkpoint_final.pth"
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
        archive.writestr("archive/data/999", bytes(50 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ModelUnavailableError, match="would unfold"):
        ADAPTER.draft(trained)


@pytest.mark.parametrize(
    "changes",
    [
        {"network_weights": [1, 2]},
        {"inference_allowed_mirroring_axes": (0, 7)},
        {"init_args": {"configuration": "unknown"}},
        {"init_args": {}},
    ],
)
def test_checkpoints_with_other_contents_are_refused(trained, changes):
    path = trained / "fold_0" / "checkpoint_final.pth"
    torch.save({**torch.load(path, weights_only=False), **changes}, path)
    with pytest.raises(ModelUnavailableError, match="damaged"):
        ADAPTER.draft(trained)


def test_a_trainer_with_a_network_of_its_own_is_refused_by_name(trained):
    path = trained / "fold_0" / "checkpoint_final.pth"
    content = torch.load(path, weights_only=False)
    torch.save({**content, "trainer_name": "nnUNet_Primus_M_Trainer"}, path)
    with pytest.raises(ModelUnavailableError, match="nnUNet_Primus_M_Trainer"):
        ADAPTER.draft(trained)


def test_an_unknown_trainer_is_mentioned(trained):
    path = trained / "fold_0" / "checkpoint_final.pth"
    content = torch.load(path, weights_only=False)
    for name, mentioned in (
        ("nnUNetTrainer_4000epochs_NoMirroring", False),
        ("nnUNetTrainerNoMirroring", False),
        ("nnUNetTrainerOfMine", True),
    ):
        torch.save({**content, "trainer_name": name}, path)
        notes = [str(note) for note in ADAPTER.draft(trained).notes]
        assert any(name in note for note in notes) == mentioned


def test_weights_that_changed_after_they_were_added_are_not_run(trained):
    spec = spec_of(trained)
    with (trained / "plans.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelUnavailableError, match="not the card's"):
        ADAPTER.open(spec)


@pytest.mark.parametrize(
    "options", [{"step": 0}, {"step": "far"}, {"mirror": 3}, {"parts": ["../.."]}, {"folds": 1}]
)
def test_options_that_cannot_be_are_refused(trained, options):
    with pytest.raises(ModelUnavailableError, match="options"):
        ADAPTER.open(spec_of(trained, **options))


def test_a_card_may_choose_folds(tmp_path):
    one = replace(case("three_folds"), shape=(9, 20, 30))
    trained = write_folder(tmp_path, one)
    first, whole = (
        run_request(
            InferenceRequest("run", "1", volumes(one)[0], spec_of(trained, exact=True, **options))
        ).labels
        for options in ({"folds": ["0"]}, {})
    )
    single = write_folder(tmp_path / "single", replace(one, folds=1))
    assert np.array_equal(first, run_case(single, one).labels)
    assert not np.array_equal(first, whole)
    with pytest.raises(ModelUnavailableError, match="fold_7"):
        ADAPTER.open(spec_of(trained, folds=["7"]))


def test_progress_grows_over_the_source_and_previews_labels(trained):
    told = []
    request = request_of(trained)
    result = run_request(request, report=told.append)
    windows = [p for p in told if p.region_kji is not None]
    assert [p.done for p in windows] == list(range(1, len(windows) + 1))
    assert all(p.fraction < 1 for p in told)
    covered = np.zeros(result.labels.shape, bool)
    right = seen = 0
    for progress in windows:
        box = tuple(slice(*bounds) for bounds in progress.region_kji)
        assert progress.labels.shape == covered[box].shape
        assert progress.labels.dtype == np.uint16
        covered[box] = True
        right += np.count_nonzero(progress.labels == result.labels[box])
        seen += progress.labels.size
    assert covered.all()
    assert right / seen > 0.7


def test_the_place_looked_at_comes_first_and_changes_nothing(trained):
    request = request_of(trained)
    grid = request.volume.geometry
    plain = run_request(request).labels
    for corner in (grid.to_lps((0, 0, 0)), grid.to_lps(np.array(grid.shape_kji) - 1)):
        told = []
        result = run_request(request, report=told.append, focus=Focus(tuple(corner)))
        first = next(p for p in told if p.region_kji is not None)
        at = grid.nearest_voxel(corner)
        assert all(low <= n < high for n, (low, high) in zip(at, first.region_kji, strict=True))
        assert np.array_equal(result.labels, plain)


def test_cancel_ends_before_the_next_window(trained):
    cancel, windows = CancelToken(), []

    def report(progress):
        if progress.region_kji is not None:
            windows.append(progress)
            cancel.cancel()

    with pytest.raises(Cancelled):
        run_request(request_of(trained), report=report, cancel=cancel)
    assert len(windows) == 1


def test_channels_are_asked_for_by_name(tmp_path):
    one = case("two_channels")
    trained = write_folder(tmp_path, one)
    request = InferenceRequest("run", "1.2.3", volumes(one)[0], spec_of(trained))
    with pytest.raises(InferenceError, match="2 series: FLAIR, T1"):
        run_request(request)


def test_a_channel_on_another_grid_is_resampled_and_that_is_said(tmp_path):
    one = case("two_channels")
    trained = write_folder(tmp_path, one)
    first, second = volumes(one)
    shifted = VolumeGeometry(
        second.geometry.shape_kji, second.geometry.affine_kji_to_lps + np.eye(4, k=3), "1.2.9"
    )
    spec = spec_of(trained, exact=True)
    moved = Volume("1.2.4", second.voxels, shifted)
    result = run_request(InferenceRequest("r", "1", first, spec, more_channels=(moved,)))
    assert "resampled" in str(result.notes[0])
    elsewhere = VolumeGeometry(shifted.shape_kji, shifted.affine_kji_to_lps, "9.9")
    other = Volume("1.2.5", second.voxels, elsewhere)
    with pytest.raises(InferenceError, match="frame of reference"):
        run_request(InferenceRequest("r", "1", first, spec, more_channels=(other,)))


def test_colours_are_refused(trained):
    grey = volumes(ONE)[0]
    color = Volume("1", np.zeros((*grey.geometry.shape_kji, 3), np.uint8), grey.geometry)
    with pytest.raises(InferenceError, match="colour"):
        run_request(InferenceRequest("run", "1", color, spec_of(trained)))


@pytest.mark.parametrize("labels", [TUMOUR, {"background": 0, "liver": 1, "liver_tumor": 2}])
def test_lesions_become_findings_with_a_score(labels, tmp_path):
    one = replace(case("regions"), labels=labels, axes=None)
    result = run_case(write_folder(tmp_path, one), one)
    assert result.findings
    assert result.heatmap.scores.shape == result.labels.shape
    assert all(0 < finding.score <= 1 for finding in result.findings)


def test_an_empty_image_has_no_box_and_still_a_result(trained):
    zero = Volume("1", np.zeros(ONE.shape, np.int16), volumes(ONE)[0].geometry)
    result = run_request(InferenceRequest("run", "1", zero, spec_of(trained, exact=True)))
    assert result.labels.shape == ONE.shape
