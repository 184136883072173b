"""`reader train`: a few steps from nothing to a pack that loads, and back after a stop."""

from __future__ import annotations

import json
from functools import partial

from typer.testing import CliRunner

from reader.app.cli import app
from reader.app.commands import train as command
from reader.inference.packs.registry import load_specs
from reader.training.chest_ct import gather
from reader.training.chest_ct.training_loop import Recipe
from tests.support.chest import TINY


def test_a_short_run_writes_a_pack(tmp_path, monkeypatch):
    one_lung = partial(gather.gather_hosts, cases=(), procedural=1)
    monkeypatch.setattr(gather, "gather_hosts", one_lung)
    tiny = Recipe(architecture=TINY, steps=2, batch=1, threads=1)
    monkeypatch.setattr(command, "_recipe", lambda _steps, _threads: tiny)
    monkeypatch.setattr("reader.training.chest_ct.card.Recipe", lambda: tiny)
    (tmp_path / "data").mkdir()
    out = tmp_path / "models" / "chest-ct"
    words = ["train", "chest-ct", "--data", str(tmp_path / "data"), "--out", str(out)]
    done = CliRunner().invoke(app, [*words, "--work", str(tmp_path / "work")])
    assert done.exit_code == 0, done.output
    spec = load_specs(out.parent)[0]
    assert spec.architecture == TINY
    card = json.loads((out / "model.json").read_text())
    assert card["training"]["steps"] == 2
    assert card["metrics"] == []


def test_an_unknown_recipe_is_said_plainly(tmp_path):
    done = CliRunner().invoke(app, ["train", "brain", "--data", ".", "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert "There is no recipe brain" in done.output
