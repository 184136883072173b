"""`reader predict`: what it writes, refuses and chooses."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from typer.testing import CliRunner

from reader.app.cli import app
from reader.app.commands.predict import Prediction, choose, find_spec
from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ExportError, ModelUnavailableError, NotEligibleError, UnreadableError
from reader.core.model import Device, EligibilityRules
from reader.core.study import ScanResult
from reader.formats.dicom_scan import scan_paths
from reader.formats.grids.nifti import write_nifti
from reader.formats.series_reader import read_series
from reader.inference.runners.thread_runner import TorchRunner
from tests.support.chest import NODULES_LPS_MM, chest_volume
from tests.support.dicom_writer import write_ct
from tests.support.fake_runner import FakeRunner, fake_spec

NODULE_LPS_MM = (-57.4, 131.2, -520.4)


@pytest.fixture
def dicom_chest(tmp_path):
    write_ct(tmp_path / "series", chest_volume())
    return tmp_path / "series"


def predict(path, out, runner=None, series=None, force=False):
    used = runner or FakeRunner(NODULES_LPS_MM)
    prediction = Prediction(used, used.specs()[0], out, ignore_progress)
    return prediction, prediction.run([path], series, Device.CPU, force=force)


def test_dicom_gets_every_file_and_all_the_keys(dicom_chest, tmp_path):
    out = tmp_path / "out"
    prediction, content = predict(dicom_chest, out)
    assert not prediction.refused
    assert json.loads((out / "result.json").read_text()) == content
    assert {
        "model", "device", "seconds", "eligibility", "labels", "findings"
    } <= content.keys()  # fmt: skip
    assert content["model"].keys() >= {"id", "version", "sha256"}
    assert content["eligibility"] == {"verdict": "ok", "reasons": []}
    assert content["seconds"].keys() >= {"read", "network", "write"}
    assert content["labels"]["1"]["name"] == "Left lung"
    finding = content["findings"][0]
    assert {"id", "label", "code", "score", "center_lps_mm"} <= finding.keys()
    assert {"long_axis_mm", "short_axis_mm", "volume_mm3"} <= finding.keys()
    names = {p.name for p in out.iterdir()}
    assert names == {
        "result.json", "segmentation.nii.gz", "heatmap.nii.gz", "segmentation.dcm", "report.dcm"
    }  # fmt: skip
    segmentation = pydicom.dcmread(out / "segmentation.dcm")
    identity = segmentation.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence[0]
    assert identity.AlgorithmName == "Fake chest model"


def test_nifti_results_lie_on_the_source_grid(tmp_path):
    volume = chest_volume()
    source = tmp_path / "chest.nii.gz"
    write_nifti(source, volume.voxels, volume.geometry)
    out = tmp_path / "out"
    _, content = predict(source, out)
    assert {p.name for p in out.iterdir()} == {
        "result.json", "segmentation.nii.gz", "heatmap.nii.gz"
    }  # fmt: skip
    scan = scan_paths([out / "segmentation.nii.gz"], ignore_progress, CancelToken())
    labels = read_series(scan.studies[0].series[0], ignore_progress, CancelToken())
    assert labels.geometry.shape_kji == volume.geometry.shape_kji
    for finding in content["findings"]:
        k, j, i = labels.geometry.nearest_voxel(finding["center_lps_mm"])
        assert labels.voxels[k, j, i] == finding["label"]


def test_a_refused_series_is_explained_and_older_results_go(dicom_chest, tmp_path):
    out = tmp_path / "out"
    predict(dicom_chest, out)
    strict = FakeRunner(spec=fake_spec(EligibilityRules(modality="MR")))
    prediction, content = predict(dicom_chest, out, strict)
    assert prediction.refused
    assert content["eligibility"]["verdict"] == "refused"
    assert "MR" in content["eligibility"]["reasons"][0]
    assert [p.name for p in out.iterdir()] == ["result.json"]
    assert strict.requests == []


def test_results_of_another_series_do_not_stay_beside_new_ones(dicom_chest, tmp_path):
    volume = chest_volume()
    source = tmp_path / "chest.nii.gz"
    write_nifti(source, volume.voxels, volume.geometry)
    out = tmp_path / "out"
    predict(dicom_chest, out)
    predict(source, out)
    assert {p.name for p in out.iterdir()} == {
        "result.json", "segmentation.nii.gz", "heatmap.nii.gz"
    }  # fmt: skip


@pytest.mark.parametrize("modality", ["CT", "MR"])
def test_a_file_in_place_of_the_folder_is_said_before_the_model_runs(
    dicom_chest, tmp_path, modality
):
    (tmp_path / "taken").write_text("mine")
    runner = FakeRunner(spec=fake_spec(EligibilityRules(modality=modality)))
    for out in (tmp_path / "taken", tmp_path / "taken" / "inner"):
        with pytest.raises(ExportError, match="a file is where the folder should be"):
            predict(dicom_chest, out, runner)
    assert runner.requests == []
    assert (tmp_path / "taken").read_text() == "mine"


def test_one_reason_why_nothing_opened_is_given(tmp_path):
    with pytest.raises(UnreadableError, match="no such file"):
        predict(tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_force_runs_and_keeps_the_verdict(dicom_chest, tmp_path):
    runner = FakeRunner(
        NODULES_LPS_MM,
        spec=fake_spec(EligibilityRules(modality="CT", allowed_slice_spacing_mm=(0.1, 1.0))),
    )
    prediction, content = predict(dicom_chest, tmp_path / "out", runner, force=True)
    assert not prediction.refused
    assert content["eligibility"]["verdict"] == "refused"
    assert len(content["findings"]) == 2


def test_a_scan_without_lungs_is_refused_by_its_pixels(tmp_path):
    volume = chest_volume()
    solid = np.where(volume.voxels > -900, 40, -1000).astype(np.int16)
    write_ct(tmp_path / "series", type(volume)("1.2.3", solid, volume.geometry, volume.unit))
    runner = FakeRunner(spec=fake_spec(EligibilityRules(modality="CT", minimum_lung_ml=400)))
    prediction, content = predict(tmp_path / "series", tmp_path / "out", runner)
    assert prediction.refused
    assert any("ml" in reason for reason in content["eligibility"]["reasons"])


def test_the_largest_suitable_series_is_chosen(dicom_chest):
    scan = scan_paths([dicom_chest], ignore_progress, CancelToken())
    study = scan.studies[0]
    series = study.series[0]
    larger_mr = replace(
        series,
        series_uid="1.9",
        modality="MR",
        geometry=type(series.geometry).from_spacing((900, 66, 84), (1, 1, 1)),
    )
    both = ScanResult((replace(study, series=(larger_mr, series)),))
    assert choose(both, fake_spec(), None)[1] is series
    assert choose(both, fake_spec(), "1.9")[1] is larger_mr
    with pytest.raises(NotEligibleError):
        choose(both, fake_spec(), "1.10")
    with pytest.raises(UnreadableError):
        choose(ScanResult(()), fake_spec(), None)


def test_an_unknown_model_is_named_with_those_there_are():
    with pytest.raises(ModelUnavailableError, match="fake"):
        find_spec(FakeRunner(), "other")


def test_the_command_reports_errors_without_a_traceback(tmp_path):
    done = CliRunner().invoke(
        app, ["predict", str(tmp_path), "--model", "none", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 1
    assert "There is no model none here" in done.output
    assert "Traceback" not in done.output


def test_the_shipped_model_finds_the_annotated_nodule(real_data, project_root, tmp_path):
    """The issue's third proof, on a scan the model was not trained on."""
    case = real_data("ct_chest_lidc0314")
    runner = TorchRunner(project_root / "models")
    prediction = Prediction(runner, find_spec(runner, "chest-ct"), tmp_path, ignore_progress)
    content = prediction.run([case], None, Device.AUTO, force=False)
    assert content["eligibility"]["verdict"] == "ok"
    findings = content["findings"]
    assert 1 <= len(findings) <= 20
    nearest = min(
        findings, key=lambda f: np.linalg.norm(np.subtract(f["center_lps_mm"], NODULE_LPS_MM))
    )
    assert np.linalg.norm(np.subtract(nearest["center_lps_mm"], NODULE_LPS_MM)) <= 8.0
    assert nearest["long_axis_mm"] == pytest.approx(15.5, abs=4.0)
    for name in ("segmentation.dcm", "report.dcm"):
        assert b"Chest CT: lungs and nodules" in (tmp_path / name).read_bytes()
