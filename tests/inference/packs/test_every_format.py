"""Models of every format people have go through the library: looked at, added, tried, run."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.model_library import PackState
from reader.inference.adapters import meshnet_run
from reader.inference.packs import self_test
from reader.inference.packs.self_test import self_test_with
from reader.inference.runners.thread_runner import TorchRunner
from tests.support.nnunet_folders import write_bright_folder
from tests.support.other_models import (
    BRIGHT,
    VERY_BRIGHT,
    write_bundle,
    write_meshnet,
    write_onnx,
    write_safetensors,
    write_torchscript,
)
from tests.support.toy_models import toy_library

WRITERS = {
    "meshnet": lambda folder: write_meshnet(folder / "mesh"),
    "onnx": lambda folder: write_onnx(folder / "bright.onnx"),
    "safetensors": lambda folder: write_safetensors(folder / "named.safetensors"),
    "exported": lambda folder: write_torchscript(folder / "script.ts"),
    "monai-bundle": lambda folder: write_bundle(folder / "bundle"),
    "nnunet": lambda folder: write_bright_folder(
        folder / "nnunet", (BRIGHT / 2, (BRIGHT + VERY_BRIGHT) / 2)
    ),
}


@pytest.fixture(params=WRITERS)
def given(request, tmp_path, monkeypatch):
    """The format, and a tiny model of it."""
    if request.param == "onnx":
        pytest.importorskip("onnx")
    if request.param in ("safetensors", "monai-bundle"):
        pytest.importorskip("monai")
    small = partial(meshnet_run.OpenMeshNet, side=48)  # FreeSurfer's space takes a minute
    monkeypatch.setattr(meshnet_run, "OpenMeshNet", small)
    monkeypatch.setattr(self_test, "ENOUGH_S", float("inf"))
    return request.param, WRITERS[request.param](tmp_path / "given")


def test_a_model_is_recognised_added_tried_and_checked(given, tmp_path):
    name, path = given
    runs = []

    class Watched(TorchRunner):
        def run(self, *what):
            runs.append(super().run(*what))
            return runs[-1]

    library = toy_library(tmp_path / "home", self_test=self_test_with(lambda: Watched(tmp_path)))
    assert library.recognises(path)
    offer = library.look(path)
    assert offer.format == name
    assert offer.runs_code == (name == "exported")
    spec = library.add(offer, ignore_progress, CancelToken(), trust=True)
    assert [pack.state for pack in library.packs()] == [PackState.OK]
    assert [spec.identity for spec in library.specs()] == [spec.identity]
    (result,) = runs
    assert set(np.unique(result.labels)) <= {0, 1, 2}
    untried = toy_library(tmp_path / "home", self_test=None)
    assert untried.check(spec.identity.id, ignore_progress, CancelToken()) == ()


def test_one_changed_byte_of_the_weights_stops_it(given, tmp_path):
    _, path = given
    library = toy_library(tmp_path / "home", self_test=None)
    spec = library.add(library.look(path), ignore_progress, CancelToken(), trust=True)
    largest = max(
        (p for p in (tmp_path / "home" / "own").rglob("*") if p.is_file()),
        key=lambda p: p.stat().st_size,
    )
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    assert library.check(spec.identity.id, ignore_progress, CancelToken())
