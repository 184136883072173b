"""The repository for servers: complete, thin and readable."""

from __future__ import annotations

import ast
import json
import re

from reader.inference.remote.repository import write_repository
from reader.inference.remote.wire import INPUTS, OUTPUTS
from tests.support.fake_runner import fake_spec


def test_both_servers_find_what_they_need(tmp_path):
    spec = fake_spec()
    models = tmp_path / "the models"
    files = write_repository(tmp_path / "out", [spec], [models])
    folder = tmp_path / "out" / spec.identity.id
    assert {f.name for f in files} == {
        "settings.json", "config.pbtxt", "model.py", "model-settings.json"
    }  # fmt: skip
    config = (folder / "config.pbtxt").read_text("utf-8")
    for name in (*INPUTS, *OUTPUTS):
        assert f'{{ name: "{name}" data_type: TYPE_STRING dims: [ 1 ] }}' in config
    stated = re.search(r'string_value: (".*") }', config)
    assert json.loads(json.loads(stated[1])) == [models.as_posix()]
    settings = json.loads((folder / "model-settings.json").read_text("utf-8"))
    assert settings["name"] == spec.identity.id
    assert settings["parameters"]["extra"] == {"models_folders": [models.as_posix()]}


def test_what_triton_runs_is_python_and_only_hands_on(tmp_path):
    write_repository(tmp_path, [fake_spec()], [tmp_path])
    source = (tmp_path / fake_spec().identity.id / "1" / "model.py").read_text("utf-8")
    tree = ast.parse(source)
    imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported == {
        "reader.inference.remote.served_model", "reader.inference.remote.wire"
    }  # fmt: skip
