"""Files that would run a program, read or write elsewhere, or swell: refused, nothing done.

Each of them would create one file, the canary, if anything in it were executed.
"""

from __future__ import annotations

import json
import os
import pickle
import zipfile
from itertools import pairwise

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ModelUnavailableError
from reader.inference.adapters.adapter import TRUST_OPTION
from reader.inference.adapters.known import adapter_of
from reader.inference.adapters.onnx_file import inspect_onnx
from reader.inference.adapters.safe_pickle import load_tensors
from reader.inference.packs.registry import load_spec
from reader.inference.packs.unpacking import unpack
from tests.support.other_models import (
    as_added,
    spec_of,
    write_bundle,
    write_meshnet,
    write_onnx,
    write_safetensors,
    write_torchscript,
)


@pytest.fixture
def canary(tmp_path):
    """A file that must not exist afterwards."""
    path = tmp_path / "canary"
    yield path
    assert not path.exists()


class Running:
    """A pickle that runs a command when it is read."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def refused(call, *words: str) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        call()
    text = str(caught.value)
    for word in words:
        assert word in text
    assert "Traceback" not in text


BUNDLE = adapter_of("monai-bundle")


@pytest.mark.parametrize("section", ["network_def", "preprocessing", "inferer", "postprocessing"])
def test_a_target_on_no_list_is_refused_by_its_name(section, canary, tmp_path):
    pytest.importorskip("monai")
    target = {"_target_": "os.system", "command": f"touch {canary}"}
    inner = {"_target_": "Compose", "transforms": [target]}
    changed = inner if section.endswith("processing") else target
    folder = write_bundle(tmp_path / "bundle", **{section: changed})
    refused(lambda: BUNDLE.draft(folder), "os.system", "Nothing in it was run")


@pytest.mark.parametrize(
    "text",
    [
        "$__import__('os').system('touch {canary}')",
        "$@image.to(1)",
        "$[1, 2]",
        "$@a::b['c']",
        "$open('{canary}', 'w') if @bundle_root else 1",
        "$1 if @bundle_root else 2",
        "$().__class__ if @bundle_root else 2",
    ],
)
def test_an_expression_is_refused_with_its_place(text, canary, tmp_path):
    pytest.importorskip("monai")
    steps = [{"_target_": "EnsureTyped", "keys": text.format(canary=canary)}]
    folder = write_bundle(
        tmp_path / "bundle", preprocessing={"_target_": "Compose", "transforms": steps}
    )
    refused(lambda: BUNDLE.draft(folder), "preprocessing::transforms::0::keys", "$")


@pytest.mark.parametrize(
    "steps",
    [
        [{"_target_": "Lambdad", "keys": "image", "func": "x"}],
        [{"_target_": "scripts.transforms.Mine", "keys": "image"}],
        [{"_target_": "monai.transforms.compose.os.system", "keys": "image"}],
        [{"_target_": "builtins.exec", "keys": "image"}],
        [{"_target_": "EnsureTyped", "keys": {"_target_": "os.getcwd"}}],
        [{"_target_": "Invertd", "keys": "pred", "transform": {"_target_": "os.getcwd"}}],
        "@postprocessing",
    ],
    ids=["lambda", "script", "through-monai", "builtin", "nested", "nested-transform", "circle"],
)
def test_other_ways_to_code_are_refused(steps, canary, tmp_path):
    pytest.importorskip("monai")
    folder = write_bundle(tmp_path / "bundle", postprocessing=steps)
    refused(lambda: BUNDLE.draft(folder))


def test_what_is_not_used_may_say_what_it_likes(canary, tmp_path):
    pytest.importorskip("monai")
    touch = f"$__import__('os').system('touch {canary}')"
    folder = write_bundle(
        tmp_path / "bundle", imports=[touch], initialize=touch, run=touch, handlers=[touch],
        evaluator={"_target_": "os.system", "command": f"touch {canary}"},
    )  # fmt: skip
    (folder / "scripts").mkdir()
    (folder / "scripts/__init__.py").write_text(f"open({str(canary)!r}, 'w')")
    draft = BUNDLE.draft(folder)
    added = as_added(draft, folder, tmp_path / "added")
    BUNDLE.open(spec_of(draft, added, "monai-bundle"))


def test_a_configuration_outside_the_bundle_is_refused(canary, tmp_path):
    pytest.importorskip("monai")
    (tmp_path / "secret.json").write_text(json.dumps({"a": {"_target_": "SimpleInferer"}}))
    for path in ("../../secret.json", str(tmp_path / "secret.json")):
        folder = write_bundle(tmp_path / "bundle", inferer=f"%{path}::a")
        refused(lambda f=folder: BUNDLE.draft(f), "inferer")


def test_yaml_that_builds_objects_or_swells_is_refused(canary, tmp_path):
    pytest.importorskip("monai")
    pytest.importorskip("yaml")
    laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    laughs += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefghi")]
    texts = [
        f"network_def: !!python/object/apply:os.system ['touch {canary}']",
        "\n".join([*laughs, "network_def: *i"]),
    ]
    for text in texts:
        folder = write_bundle(tmp_path / "bundle")
        (folder / "configs/inference.json").unlink(missing_ok=True)
        (folder / "configs/inference.yaml").write_text(text)
        refused(lambda f=folder: BUNDLE.draft(f))


@pytest.mark.parametrize("name", ["monai-bundle", "meshnet"])
def test_a_pickle_with_a_program_in_it_is_not_opened(name, canary, tmp_path):
    if name == "monai-bundle":
        pytest.importorskip("monai")
    folder = (write_bundle if name == "monai-bundle" else write_meshnet)(tmp_path / "model")
    draft = adapter_of(name).draft(folder)
    weights = folder / ("models/model.pt" if name == "monai-bundle" else "model.pth")
    command = f"touch {canary}"
    torch.save({"state_dict": Running(command)}, weights)
    spec = spec_of(draft, folder, name)
    refused(lambda: adapter_of(name).open(spec), "hold more than numbers")
    weights.write_bytes(pickle.dumps(Running(command)))
    refused(lambda: adapter_of(name).open(spec_of(draft, folder, name)))


def test_weights_that_would_swell_are_not_unpacked(tmp_path):
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb/data.pkl", b"\0" * (8 << 20))
    refused(lambda: load_tensors(path, "bomb"), "absurd size")


def test_a_zipped_bundle_that_would_swell_is_not_unpacked(tmp_path):
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("bundle/configs/inference.json", "{}")
        with archive.open("bundle/models/model.pt", "w") as file:
            for _ in range(300):
                file.write(b"\0" * (1 << 20))
    into = tmp_path / "unpacked"
    into.mkdir()
    refused(lambda: unpack(path, into, ignore_progress, CancelToken()))
    written = sum(p.stat().st_size for p in into.rglob("*") if p.is_file())
    assert written < 260 << 20


# ONNX


@pytest.fixture
def onnx_file(tmp_path):
    pytest.importorskip("onnx")
    return lambda **more: write_onnx(tmp_path / "pack/model.onnx", **more)


def test_onnx_tensors_outside_its_folder_are_refused_before_a_session_is_made(
    onnx_file, tmp_path, monkeypatch
):
    import onnx

    def no_session(*_args, **_more):
        raise AssertionError("a session was made")

    onnxruntime = pytest.importorskip("onnxruntime")
    monkeypatch.setattr(onnxruntime, "InferenceSession", no_session)
    (tmp_path / "secret.bin").write_bytes(np.ones(64, np.float32).tobytes())
    path = onnx_file()
    model = onnx.load(str(path))
    places = ["../secret.bin", str(tmp_path / "secret.bin"), "inside/../../secret.bin", "c:\\x.bin"]
    link = path.parent / "link.bin"
    link.symlink_to(tmp_path / "secret.bin")
    for place in [*places, "link.bin"]:
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        del tensor.external_data[:]
        tensor.external_data.add(key="location", value=place)
        path.write_bytes(model.SerializeToString())
        refused(lambda: adapter_of("onnx").draft(path), "outside its own folder")


def test_onnx_weights_beside_it_are_part_of_the_model(onnx_file):
    path = onnx_file(save={"save_as_external_data": True, "location": "weights.bin",
                           "size_threshold": 0})  # fmt: skip
    facts = inspect_onnx(path)
    assert facts.external == {"weights.bin"}
    names = {p.name for p in adapter_of("onnx").draft(path).weights}
    assert names == {"model.onnx", "weights.bin"}
    (path.parent / "weights.bin").unlink()
    refused(lambda: inspect_onnx(path), "missing")


def test_onnx_operators_of_others_are_refused_by_name(onnx_file):
    path = onnx_file(operator="Evil", domain="com.example.evil")
    refused(lambda: inspect_onnx(path), "com.example.evil")


def test_onnx_sizes_beyond_reason_are_refused(onnx_file):
    import onnx
    from onnx import helper, numpy_helper

    path = onnx_file()
    model = onnx.load(str(path))
    model.graph.initializer[0].dims[0] = 1 << 40
    path.write_bytes(model.SerializeToString())
    refused(lambda: inspect_onnx(path), "absurd")
    model = onnx.load(str(onnx_file()))
    shape = numpy_helper.from_array(np.array([1 << 20, 1 << 20, 64]), "s")
    for tensor in (None, shape):
        node = helper.make_node("Constant", [], ["s"], value=shape)
        made = [helper.make_node("ConstantOfShape", ["s"], ["big"])]
        del model.graph.node[:]
        model.graph.node.extend(made if tensor is not None else [node, *made])
        if tensor is not None:
            model.graph.initializer.append(tensor)
        path.write_bytes(model.SerializeToString())
        refused(lambda: inspect_onnx(path), "absurd")


def test_onnx_files_cut_or_scrambled_anywhere_are_refused_or_read(onnx_file):
    path = onnx_file()
    whole = path.read_bytes()
    rng = np.random.default_rng(3)
    for _ in range(150):
        data = bytearray(whole[: int(rng.integers(1, len(whole) + 1))])
        for place in rng.integers(0, len(data), 3):
            data[place] = int(rng.integers(0, 256))
        path.write_bytes(bytes(data))
        try:
            inspect_onnx(path)
        except ModelUnavailableError:
            continue


# Programs


def test_a_program_is_not_opened_without_trust_bound_to_its_hash(tmp_path, monkeypatch):
    path = write_torchscript(tmp_path / "script.ts")
    adapter = adapter_of("exported")
    draft = adapter.draft(path)
    spec = spec_of(draft, path, "exported")

    def opened(*_args, **_more):
        raise AssertionError("it was opened")

    monkeypatch.setattr(torch.jit, "load", opened)
    monkeypatch.setattr(torch.export, "load", opened)
    refused(lambda: adapter.open(spec), "Nothing in it was run")
    trusted = spec_of(draft, path, "exported", options={TRUST_OPTION: spec.identity.sha256})
    path.write_bytes(path.read_bytes() + b" ")
    refused(lambda: adapter.open(trusted), "not the card's")


def test_a_card_cannot_say_itself_that_it_is_trusted(tmp_path):
    path = write_torchscript(tmp_path / "pack" / "script.ts")
    spec = spec_of(adapter_of("exported").draft(path), path, "exported")
    card = {
        "format": 2, "id": "x", "name": "x", "version": "1", "model_format": "exported",
        "weights": {**spec.card["weights"]},
        "labels": [{
            "name": "a", "color": "#88F4F4", "is_finding": False,
            "code": {"value": "1", "scheme": "99X", "meaning": "a"},
            "category": {"value": "1", "scheme": "99X", "meaning": "a"},
        }],
        "options": {TRUST_OPTION: spec.identity.sha256, "step": 0.5},
    }  # fmt: skip
    (path.parent / "model.json").write_text(json.dumps(card))
    assert load_spec(path.parent).options == {"step": 0.5}


def test_a_name_that_is_no_known_network_is_refused(tmp_path):
    from safetensors.torch import load_file, save_file

    pytest.importorskip("monai")
    path = write_safetensors(tmp_path / "named.safetensors")
    tensors = load_file(path)
    for name in ("os.system", "monai.networks.nets.x.y.UNet", "torch.nn.Linear", "monai.apps.UNet"):
        architecture = json.dumps({"name": name, "arguments": {}})
        save_file(tensors, path, {"architecture": architecture, "labels": '["a"]'})
        refused(lambda: adapter_of("safetensors").draft(path), name)
    huge = {"spatial_dims": 3, "in_channels": 1, "out_channels": 3, "channels": [1 << 19, 1 << 19],
            "strides": [1]}  # fmt: skip
    architecture = json.dumps({"name": "monai.networks.nets.UNet", "arguments": huge})
    save_file(tensors, path, {"architecture": architecture, "labels": '["a"]'})
    refused(lambda: adapter_of("safetensors").draft(path), "absurdly large")
