"""`reader models`: what a person and a script get to see, and the exit codes."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from reader.app.cli import app
from reader.app.paths import find_paths
from reader.inference.runners import process_runner
from reader.inference.runners.thread_runner import TorchRunner
from tests.support.toy_models import register_toys, write_toy


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    register_toys(monkeypatch)
    monkeypatch.setattr(process_runner, "ProcessRunner", TorchRunner)


@pytest.fixture
def toy(tmp_path):
    return write_toy(tmp_path / "toy", name="Toy", licence="MIT")


def reader(*words, exit_code=0):
    """Run a command. Returns: what it prints on stdout and on stderr."""
    done = CliRunner().invoke(app, ["models", *map(str, words)])
    assert done.exit_code == exit_code, done.output
    return done.stdout, done.stderr


def listed() -> dict[str, dict[str, object]]:
    out, _ = reader("list", "--json")
    return {one["id"]: one for one in json.loads(out)["models"]}


def test_the_shipped_model_is_listed_for_people_and_for_scripts():
    out, _ = reader("list")
    assert "chest-ct" in out
    assert listed()["chest-ct"]["state"] == "ok"
    assert listed()["chest-ct"]["shipped"] is True


def test_a_model_is_added_listed_shown_checked_and_removed(toy):
    out, said = reader("add", toy, "--yes")
    assert "MIT" in out
    assert "not signed" in out
    assert "Added as Toy" in said
    assert listed()["Toy"]["format"] == "toy"
    card, _ = reader("card", "Toy")
    assert "not stated" in card
    assert "SCT 10200004" in card
    _, said = reader("check", "Toy")
    assert "all is well" in said
    reader("remove", "Toy", "--yes")
    assert "Toy" not in listed()
    assert list(find_paths().own_models.iterdir()) == []


def test_a_script_gets_what_was_added_and_under_the_id_it_asked_for(toy):
    out, _ = reader("add", toy, "--yes", "--json", "--id", "liver-toy")
    assert json.loads(out)["id"] == "liver-toy"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add", "/nowhere/at/all", "--yes"], "no model that Reading Room knows"),
        (["remove", "chest-ct", "--yes"], "came with Reading Room"),
        (["remove", "ghost"], "no model ghost"),
        (["check", "ghost"], "no model ghost"),
        (["card", "ghost"], "no model ghost"),
        (["trust", "ghost"], "no model ghost"),
        (["sign", "ghost", "--key", "/nowhere.pem"], "no model ghost"),
        (["keys", "remove", "ghost"], "no key of that name"),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(words, why):
    _, said = reader(*words, exit_code=1)
    assert why in said.replace("\n", " ")
    assert "Traceback" not in said


def test_tampered_weights_make_the_check_fail_for_all(toy):
    reader("add", toy, "--yes")
    weights = find_paths().own_models / "Toy" / "model" / "toy.weights"
    weights.write_bytes(b"others")
    out, _ = reader("check", "--json", exit_code=1)
    wrong = {one["id"]: one["wrong"] for one in json.loads(out)["models"]}
    assert wrong["Toy"]


def test_a_file_with_code_needs_the_word_trust(tmp_path):
    path = tmp_path / "net.toycode"
    path.write_bytes(b"program")
    _, said = reader("add", path, "--yes", exit_code=1)
    assert "can hold a program" in said
    reader("add", path, "--yes", "--trust")
    assert listed()["net"]["state"] == "ok"


def test_a_site_signs_a_model_and_only_signed_ones_run_there(toy, tmp_path):
    reader("add", toy, "--yes")
    settings = find_paths().settings_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"only_signed_models": True}))
    assert listed()["Toy"]["state"] == "not-signed"
    key = tmp_path / "site.pem"
    reader("keys", "new", "--out", key)
    assert key.stat().st_mode & 0o077 == 0
    reader("keys", "new", "--out", key, exit_code=1)
    reader("sign", "Toy", "--key", key)
    assert listed()["Toy"]["state"] == "not-signed", "the key is not in the list yet"
    reader("keys", "add", "Our site", f"{key}.pub")
    assert listed()["Toy"]["state"] == "ok"
    assert listed()["Toy"]["signed_by"] == "Our site"
    out, _ = reader("keys", "--json")
    assert [one["name"] for one in json.loads(out)["keys"]] == ["Our site"]
    reader("keys", "remove", "Our site")
    assert listed()["Toy"]["state"] == "not-signed"


def test_a_broken_pack_is_listed_with_its_reason():
    folder = find_paths().own_models / "broken"
    folder.mkdir(parents=True)
    (folder / "model.json").write_text("{")
    out, _ = reader("list")
    assert "broken" in out
    assert "cannot be read" in out
    assert listed()["broken"]["what_to_do"]


def test_predict_runs_an_added_model_by_its_id(toy, tmp_path):
    from tests.support.sessions import write_study

    reader("add", toy, "--yes")
    study = write_study(tmp_path / "study")
    words = ["predict", str(study), "--model", "Toy", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["model"]["id"] == "Toy"
