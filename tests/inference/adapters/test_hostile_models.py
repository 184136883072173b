"""Small files that were made to fill the memory, to never end, or to pass for others."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
import torch

from reader.core.errors import ModelUnavailableError
from reader.inference.adapters.known import adapter_of, recognise
from reader.inference.adapters.monai_bundle.bundle import read_bundle
from reader.inference.adapters.nnunet.checkpoint import read_checkpoint
from reader.inference.adapters.nnunet.settings import run_settings
from reader.inference.adapters.onnx_probe import channels_out_apart
from reader.inference.adapters.pickle_scan import UnsafePickleError, check_pickles
from reader.inference.adapters.safe_pickle import load_tensors
from reader.inference.networks.monai_networks import build_network
from reader.inference.packs.registry import has_card, load_spec, read_card
from tests.support.other_models import (
    spec_of,
    write_bundle,
    write_meshnet,
    write_onnx,
    write_safetensors,
)


def refused(action, words: str = "") -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        action()
    assert words in str(caught.value)


# Pickles


def named(module: str, name: str) -> bytes:
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


def archive_of(path: Path, pickled: bytes, **records: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", pickled)
        archive.writestr("a/version", "3\n")
        archive.writestr("a/byteorder", "little")
        for name, content in records.items():
            archive.writestr(f"a/data/{name.strip('_')}", content)
    return path


BYTES_WITHOUT_END = (
    b"\x80\x02" + named("builtins", "bytearray") + b"\x8a\x08" + (1 << 50).to_bytes(8, "little")
    + b"\x85R."
)  # fmt: skip


@pytest.mark.parametrize("legacy", [False, True])
def test_a_pickle_that_asks_for_endless_memory_is_refused_before_it_is_read(
    legacy, tmp_path, monkeypatch
):
    def read(*_args, **_more):
        raise AssertionError("it was read")

    monkeypatch.setattr(torch, "load", read)
    path = tmp_path / "model.pth"
    if legacy:
        path.write_bytes(BYTES_WITHOUT_END)
    else:
        archive_of(path, BYTES_WITHOUT_END)
        refused(lambda: read_checkpoint(path), "more than weights")
    refused(lambda: load_tensors(path, "m"), "more than numbers")


def test_every_pickle_of_an_archive_is_looked_through(tmp_path):
    path = tmp_path / "model.pth"
    torch.save({"w": torch.zeros(2)}, path)
    check_pickles(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("model/more/data.pkl", BYTES_WITHOUT_END)
    with pytest.raises(UnsafePickleError):
        check_pickles(path)


def test_checkpoints_of_both_ages_with_all_that_trainers_write_are_read(tmp_path):
    content = {
        "state_dict": {"w": torch.nn.Parameter(torch.ones(2)), "h": torch.ones(2).half()},
        "epoch": 3, "dtype": torch.float16, "size": torch.Size([2, 3]), "raw": b"bytes",
    }  # fmt: skip
    for archive in (True, False):
        path = tmp_path / f"{archive}.pth"
        torch.save(content, path, _use_new_zipfile_serialization=archive)
        assert set(load_tensors(path, "m")) == {"w", "h"}


def test_a_tensor_with_more_values_than_bytes_is_refused(tmp_path):
    path = tmp_path / "model.pth"
    torch.save({"w": torch.zeros(1).expand(1 << 40)}, path)
    refused(lambda: load_tensors(path, "m"))


# Files that pass for others


@pytest.mark.parametrize(
    ("name", "write"),
    [("monai-bundle", write_bundle), ("meshnet", write_meshnet),
     ("onnx", lambda p: write_onnx(p / "m.onnx")),
     ("safetensors", lambda p: write_safetensors(p / "m.safetensors"))],
)  # fmt: skip
def test_other_weights_than_the_card_names_are_not_opened(name, write, tmp_path):
    for package in adapter_of(name).packages:
        pytest.importorskip(package)
    path = write(tmp_path / "model")
    draft = adapter_of(name).draft(path)
    spec = spec_of(draft, path, name)
    adapter_of(name).open(spec)
    weights = (path if path.is_dir() else path.parent) / draft.weights[0]
    weights.write_bytes(weights.read_bytes() + b"\0")
    refused(lambda: adapter_of(name).open(spec), "are not the card's")


# Configurations


def test_mappings_merged_into_each_other_are_refused(tmp_path):
    pytest.importorskip("yaml")
    levels = [f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 9)]
    folder = bundle_with(tmp_path, "\n".join(["a0: &a0 {k: 1}", *levels, "network_def: *a8"]))
    refused(lambda: read_bundle(folder), "inference.yaml")
    folder = bundle_with(tmp_path, "a: &a {k: 1}\nnetwork_def: {!!merge x: [*a, *a]}")
    refused(lambda: read_bundle(folder), "inference.yaml")


def test_a_name_made_of_lists_of_lists_is_not_written_out(tmp_path):
    pytest.importorskip("yaml")
    levels = [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    text = "\n".join(["a0: &a0 [x]", *levels, "network_def: {_target_: *a11}"])
    refused(lambda: read_bundle(bundle_with(tmp_path, text)))


def test_marks_of_absurd_length_are_refused_at_once(tmp_path):
    folder = write_bundle(tmp_path / "bundle", network_def="%" + ".json#" * 300_000 + "\n\n")
    refused(lambda: read_bundle(folder), "network_def")


def bundle_with(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "bundle"
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    (folder / "configs/inference.yaml").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("network", "arguments"),
    [
        ("SegResNet", {"blocks_down": [1 << 20, 1]}),
        ("SwinUNETR", {"in_channels": 1, "out_channels": 2, "window_size": 24}),
        ("UNet", {"spatial_dims": 3, "in_channels": 1, "out_channels": 1,
                  "channels": [1 << 14, 1 << 14], "strides": [2]}),
    ],
)  # fmt: skip
def test_networks_without_end_are_not_built(network, arguments):
    pytest.importorskip("monai")
    refused(lambda: build_network(f"monai.networks.nets.{network}", arguments), "absurdly large")


# Cards


def test_a_card_cannot_open_what_it_does_not_hash(tmp_path):
    card = {
        "format": 2, "id": "m", "name": "M", "version": "1", "model_format": "exported",
        "weights": {"sha256": "0" * 64, "path": "model/evil.pt",
                    "files": [{"path": "model/good.pt", "sha256": "0" * 64, "size_bytes": 1}]},
        "labels": [{"name": "l", "code": {"value": "1", "scheme": "S", "meaning": "l"},
                    "category": {"value": "1", "scheme": "S", "meaning": "l"},
                    "color": "#000000", "is_finding": False}],
    }  # fmt: skip
    for path, right in (("model/evil.pt", False), ("model/good.pt", True), ("model", True),
                        ("mod", False)):  # fmt: skip
        card["weights"]["path"] = path
        (tmp_path / "model").mkdir(exist_ok=True)
        (tmp_path / "model/good.pt").write_bytes(b"x")
        (tmp_path / "model.json").write_text(json.dumps(card))
        if right:
            load_spec(tmp_path)
        else:
            refused(lambda: load_spec(tmp_path), "cannot be read")


# What is no file


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names on this system")
@pytest.mark.parametrize("name", [
    "model.json", "plans.json", "model.onnx", "model.safetensors", "model.pt", "model.ts",
])  # fmt: skip
def test_a_pipe_in_place_of_a_file_is_not_waited_for(name, tmp_path):
    os.mkfifo(tmp_path / name)
    for other in ("dataset.json", "model.pth", "model.json"):
        if other != name:
            (tmp_path / other).write_text("{}")
    (tmp_path / "fold_0").mkdir()
    (tmp_path / "fold_0/checkpoint_final.pth").write_bytes(b"")
    refused(lambda: _drafts(tmp_path))
    with pytest.raises(ModelUnavailableError):
        read_card(tmp_path)


def _drafts(folder: Path) -> None:
    recognise(folder).draft(folder)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device on this system")
def test_a_card_that_never_ends_is_not_read(tmp_path):
    (tmp_path / "model.json").symlink_to("/dev/zero")
    assert not has_card(tmp_path)
    refused(lambda: read_card(tmp_path), "cannot be read")


# ONNX


def test_an_onnx_file_that_does_not_say_what_it_returns_is_not_run_in_this_process(
    tmp_path, monkeypatch
):
    onnx = pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    path = write_onnx(tmp_path / "model.onnx")
    model = onnx.load(str(path))
    model.graph.output[0].type.tensor_type.ClearField("shape")
    path.write_bytes(model.SerializeToString())

    def no_session(*_args, **_more):
        raise AssertionError("a session was made")

    monkeypatch.setattr(onnxruntime, "InferenceSession", no_session)
    assert len(adapter_of("onnx").draft(path).labels) >= 1
    assert channels_out_apart(path, (8, 8, 8), limit_s=0.001) is None


def test_onnx_windows_of_absurd_size_are_refused_in_words(tmp_path):
    pytest.importorskip("onnx")
    path = write_onnx(tmp_path / "model.onnx", shape=(1, 1, 90000, 8, 8))
    refused(lambda: adapter_of("onnx").draft(path), "cannot be used")


def test_onnx_tensors_at_an_address_in_memory_are_refused(tmp_path):
    onnx = pytest.importorskip("onnx")
    path = write_onnx(tmp_path / "model.onnx")
    model = onnx.load(str(path))
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="*/_ORT_MEM_ADDR_/*")
    path.write_bytes(model.SerializeToString())
    refused(lambda: adapter_of("onnx").draft(path), "outside its own folder")


def test_folds_on_a_card_lead_nowhere_else():
    assert run_settings({"folds": ["0", "all"]}).folds == ("0", "all")
    refused(lambda: run_settings({"folds": ["0/../../../elsewhere"]}), "cannot be used")


@pytest.mark.parametrize("configurations", [None, 5, "a", [{}], {}])
def test_plans_with_odd_configurations_are_refused_in_words(configurations, tmp_path):
    (tmp_path / "fold_0").mkdir()
    (tmp_path / "fold_0/checkpoint_final.pth").write_bytes(b"")
    (tmp_path / "plans.json").write_text(json.dumps({"configurations": configurations}))
    (tmp_path / "dataset.json").write_text("{}")
    refused(lambda: _drafts(tmp_path))
