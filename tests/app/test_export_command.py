"""`reader export`: what was decided in the application, written by a script."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reader.app.cli import app
from reader.app.paths import find_paths
from tests.support.sessions import FIRST, SECOND, Session, write_study

OTHER_UID = "1.2.826.77"
UID = "1.2.826.0.1.3680043.9.9999.1"
FILES = {
    "segmentation.dcm", "report.dcm", "segmentation.nii.gz", "heatmap.nii.gz", "findings.json"
}  # fmt: skip


def home() -> Session:
    """The application of the person at this machine."""
    return Session(Path(os.environ["READER_HOME"]))


def decide(folder: Path) -> list[str]:
    """Open a folder, run the model, confirm all it found; the findings."""
    with closing(home()) as session:
        session.open(folder)
        session.run_model()
        for finding_id in session.finding_ids:
            session.workspace.desk.confirm(finding_id)
        return session.finding_ids


def run(*words: str):
    return CliRunner().invoke(app, ["export", *words])


@pytest.fixture
def study(tmp_path):
    return write_study(tmp_path / "a study")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_folder_is_exported_with_what_was_decided(study, tmp_path):
    findings = decide(study)
    out = tmp_path / "results [today]"
    told = run(str(study), "--out", str(out))
    assert told.exit_code == 0, told.output
    assert names(out) == FILES
    assert "results [today]" in told.output.replace("\n", "")
    found = json.loads((out / "findings.json").read_text())["findings"]
    assert {f["id"] for f in found} == set(findings)
    assert {f["status"] for f in found} == {"confirmed"}


def test_json_lists_what_was_written(study, tmp_path):
    decide(study)
    told = run(str(study), "--out", str(tmp_path / "out"), "--format", "json, SR", "--json")
    assert told.exit_code == 0
    written = json.loads(told.stdout)["written"]
    assert {Path(p).name for p in written} == {"report.dcm", "findings.json"}
    assert all(Path(p).is_file() for p in written)


def test_a_study_opened_before_is_found_by_its_uid(tmp_path):
    folder = tmp_path / "both"
    write_study(folder / "large", (FIRST, SECOND))
    write_study(folder / "small", ("1.2.826.77.1",), OTHER_UID)
    decide(folder)
    with closing(home()) as session:
        session.workspace.open_paths([folder], OTHER_UID)
        session.settle()
        session.run_model()
        small = session.finding_ids
    told = run(OTHER_UID, "--out", str(tmp_path / "out"), "--format", "json")
    assert told.exit_code == 0, told.output
    content = json.loads((tmp_path / "out" / "findings.json").read_text())
    assert content["study_uid"] == OTHER_UID
    assert {f["id"] for f in content["findings"]} == set(small)


def test_every_series_with_results_gets_a_folder(tmp_path):
    folder = write_study(tmp_path / "two", (FIRST, SECOND))
    with closing(home()) as session:
        session.open(folder)
        for key in (FIRST, SECOND):
            session.workspace.show_series(key)
            session.settle()
            session.run_model()
    told = run(str(folder), "--out", str(tmp_path / "out"), "--format", "json")
    assert told.exit_code == 0, told.output
    assert names(tmp_path / "out") == {"series-1", "series-2"}
    series = {
        json.loads(path.read_text())["series_uid"]
        for path in (tmp_path / "out").rglob("findings.json")
    }
    assert series == {FIRST, SECOND}


def test_exporting_changes_nothing_of_where_the_reader_was(study, tmp_path):
    session = home()
    session.open(study)
    session.run_model()
    session.kill()
    told = run(str(study), "--out", str(tmp_path / "out"), "--format", "json")
    assert told.exit_code == 0, told.output
    with closing(home()) as again:
        assert again.workspace.place.was_interrupted
        assert again.workspace.place.last().study_uid == UID


def test_with_nothing_decided_it_says_so(study, tmp_path):
    told = run(str(study), "--out", str(tmp_path / "out"))
    assert told.exit_code == 1
    assert "Nothing was decided" in told.output
    assert not (tmp_path / "out").exists()


def test_what_is_not_there_is_said(tmp_path):
    told = run("1.2.3.4", "--out", str(tmp_path / "out"))
    assert told.exit_code == 1
    assert "no such file, folder or study" in told.output
    assert "Traceback" not in told.output


def test_a_study_that_was_moved_away_is_not_found_by_its_uid(study, tmp_path):
    decide(study)
    study.rename(tmp_path / "elsewhere")
    assert run(UID, "--out", str(tmp_path / "out")).exit_code == 1
    assert run(str(tmp_path / "elsewhere"), "--out", str(tmp_path / "out")).exit_code == 0


def test_an_unknown_format_is_wrong_usage(study, tmp_path):
    told = run(str(study), "--out", str(tmp_path / "out"), "--format", "seg,pdf")
    assert told.exit_code == 2
    assert "sr, ko, nifti, json" in told.output


def test_while_the_application_is_open_it_says_so(study, tmp_path):
    decide(study)
    with closing(home()):
        told = run(str(study), "--out", str(tmp_path / "out"))
    assert told.exit_code == 1
    assert "open in another window" in told.output


def test_the_person_is_the_one_of_the_settings(study, tmp_path):
    with closing(home()) as session:
        session.workspace.change_settings(reviewer_name="Dr. Lin")
        assert session.workspace.review.database.path == find_paths().database
    decide(study)
    run(str(study), "--out", str(tmp_path / "out"), "--format", "json")
    content = json.loads((tmp_path / "out" / "findings.json").read_text())
    assert content["reviewer"]["name"] == "Dr. Lin"


def test_a_folder_without_images_is_said_to_be_one(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing to see")
    result = run(str(tmp_path), "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "No images that can be opened" in " ".join(result.stderr.split())
