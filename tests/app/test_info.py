"""`reader info`: stable JSON for scripts, tables for people, exit codes for both."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.uid import KeyObjectSelectionDocumentStorage
from typer.testing import CliRunner, Result

from reader.app.cli import app
from tests.support.dicom_writer import SERIES_UID, STUDY_UID, edit_file, grid, write_ct


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["info", *words])


def test_json_holds_what_the_issue_names(tmp_path: Path):
    write_ct(tmp_path, keep=lambda k: k != 2)
    (tmp_path / "notes.txt").write_text("notes", "utf-8")
    result = run(str(tmp_path), "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert set(report) == {"studies", "unreadable"}
    (study,) = report["studies"]
    assert study["study_uid"] == STUDY_UID
    assert study["description"] == "Test study"
    (series,) = study["series"]
    assert series["series_uid"] == SERIES_UID
    assert series["modality"] == "CT"
    assert series["description"] == "Phantom"
    assert series["shape_kji"] == [6, 40, 36]
    assert series["spacing_kji_mm"] == pytest.approx([3.0, 0.7, 0.8])
    affine = np.array(series["affine_kji_to_lps"])
    assert affine[:, 1:] == pytest.approx(grid().affine_kji_to_lps[:, 1:])
    assert affine[:3, 0] == pytest.approx([0, 0, 3.0])
    assert series["intensity_unit"] == "HU"
    assert series["transfer_syntax"] == "1.2.840.10008.1.2.1"
    assert series["instances"] == 6
    assert series["measurable"] is False
    (warning,) = series["warnings"]
    assert warning["code"] == "missing-slices"
    assert "between slices 2–3" in warning["text"]
    assert (series["kind"], series["format"], series["is_color"]) == ("volume", "dicom", False)
    assert (series["spacing_source"], series["suv"], series["phase"]) == ("patient", None, None)
    assert series["category"].startswith("ct-")
    assert {"contrast_phase", "unit_name"} <= set(series)
    assert study["objects"] == []
    (unreadable,) = report["unreadable"]
    assert unreadable == {
        "path": str(tmp_path / "notes.txt"),
        "why": "A text file, not an image file.",
    }


def test_tables_say_the_same_to_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")
    write_ct(tmp_path, keep=lambda k: k != 2)
    (tmp_path / "notes [draft].txt").write_text("notes", "utf-8")
    result = run(str(tmp_path))
    assert result.exit_code == 0
    for words in ("Test study", "Phantom", "40 × 36", "3 × 0.7 × 0.8", "Missing slices: 1"):
        assert words in result.stdout
    assert "notes [draft].txt" in result.stdout
    assert "A text file, not an image file." in result.stdout


def test_several_paths_are_one_report(tmp_path: Path):
    write_ct(tmp_path / "a", series_uid="1.2.1")
    write_ct(tmp_path / "b", series_uid="1.2.2")
    report = json.loads(run(str(tmp_path / "a"), str(tmp_path / "b"), "--json").stdout)
    assert [s["series_uid"] for s in report["studies"][0]["series"]] == ["1.2.1", "1.2.2"]


@pytest.mark.parametrize("as_json", [True, False])
def test_nothing_opened_is_exit_code_1(tmp_path: Path, as_json: bool):
    (tmp_path / "notes.txt").write_text("notes", "utf-8")
    result = run(str(tmp_path), *(["--json"] if as_json else []))
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    if as_json:
        assert json.loads(result.stdout)["studies"] == []


def test_a_path_that_is_not_there_is_explained():
    result = run("no-such-folder")
    assert result.exit_code == 1
    assert "There is no such file or folder." in result.output


def test_objects_about_images_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")
    write_ct(tmp_path)

    def edit(ds: Dataset) -> None:
        ds.SOPClassUID = KeyObjectSelectionDocumentStorage
        ds.SOPInstanceUID = "1.2.99"
        ds.Modality, ds.SeriesDescription = "KO", "For the conference"
        del ds.PixelData

    path = tmp_path / "key"
    path.write_bytes((tmp_path / "IM0000").read_bytes())
    edit_file(path, edit)
    (study,) = json.loads(run(str(tmp_path), "--json").stdout)["studies"]
    (one,) = study["objects"]
    assert (one["kind"], one["description"], one["references"]) == (
        "key-images",
        "For the conference",
        0,
    )
    assert "For the conference" in run(str(tmp_path)).stdout


def test_a_zip_is_unpacked_for_the_report_and_removed(tmp_path: Path):
    paths = write_ct(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as file:
        for path in paths:
            file.write(path, path.name)
    report = json.loads(run(str(tmp_path / "study.zip"), "--json").stdout)
    assert report["studies"][0]["series"][0]["instances"] == 7
