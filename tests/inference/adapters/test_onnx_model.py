"""ONNX files of several shapes run alike; what does not fit is refused before it is added."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ModelUnavailableError
from reader.core.focus import Focus
from reader.inference.adapters.known import adapter_of
from reader.inference.adapters.onnx_file import inspect_onnx
from reader.inference.engine.place import Place
from tests.support.other_models import Brightness, bright_volume, request_of, spec_of, write_onnx

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

ADAPTER = adapter_of("onnx")
CPU = Place(torch.device("cpu"), beside_a_screen=False)


def labels_of(path, **options):
    spec = spec_of(ADAPTER.draft(path), path, "onnx", options=options)
    volume, truth = bright_volume()
    request = request_of(spec, volume)
    result = ADAPTER.open(spec).run(request, CPU, ignore_progress, CancelToken(), Focus())
    return result.labels, truth


@pytest.mark.parametrize("shape", [
    (1, 1, "k", "j", "i"), ("n", 1, None, None, None), (1, 1, 8, 8, 8), (1, 1, 32, 32, 32),
    (1, 1, "j", "i"), (1, 1, 24, 24),
], ids=str)  # fmt: skip
def test_dynamic_and_fixed_shapes_in_two_and_three_dimensions(shape, tmp_path):
    labels, truth = labels_of(write_onnx(tmp_path / "m.onnx", shape))
    np.testing.assert_array_equal(labels, truth)


def test_fixed_sides_are_the_window_and_no_other_is_taken(tmp_path):
    path = write_onnx(tmp_path / "m.onnx", (1, 1, 8, 16, 24))
    draft = ADAPTER.draft(path)
    assert draft.options["window"] == [8, 16, 24]
    spec = spec_of(draft, path, "onnx", options={"window": [16, 16, 16]})
    with pytest.raises(ModelUnavailableError, match="windows must be"):
        ADAPTER.open(spec)


def test_channels_last_is_recognised(tmp_path):
    from onnx import TensorProto, helper

    path = write_onnx(tmp_path / "m.onnx", (1, 1, 8, 8, 8))
    model = onnx.load(str(path))
    graph = model.graph
    first = helper.make_node("Transpose", ["in"], ["x"], perm=[0, 4, 1, 2, 3])
    last = helper.make_node("Transpose", ["y"], ["out"], perm=[0, 2, 3, 4, 1])
    nodes = [first, *graph.node, last]
    sides = (32, 32, 32)
    made = helper.make_graph(
        nodes, "last",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, (1, *sides, 1))],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, (1, *sides, 3))],
        list(graph.initializer),
    )  # fmt: skip
    turned = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])
    turned.ir_version = 9
    onnx.save(turned, str(path))
    labels, truth = labels_of(path)
    np.testing.assert_array_equal(labels, truth)


def test_names_in_the_files_metadata_are_its_labels(tmp_path):
    given = ["background", "tumour", "oedema"]
    draft = ADAPTER.draft(write_onnx(tmp_path / "a.onnx", labels=given))
    assert [label.name for label in draft.labels] == given[1:]
    assert draft.options["output"] == "classes"
    draft = ADAPTER.draft(write_onnx(tmp_path / "b.onnx", labels=["a", "b", "c"]))
    assert [(label.value, label.name) for label in draft.labels] == [(1, "a"), (2, "b"), (3, "c")]
    assert draft.options["output"] == "labels"
    draft = ADAPTER.draft(write_onnx(tmp_path / "c.onnx"))
    assert any("do not say" in str(note) for note in draft.notes)


def test_labels_that_may_overlap_are_painted_in_their_order(tmp_path):
    path = write_onnx(tmp_path / "m.onnx", labels=["never", "bright", "very bright"])
    labels, truth = labels_of(path, window=[16, 16, 16])
    # Its logits are 0, (x - 50) / 10 and (x - 100) / 5.
    np.testing.assert_array_equal(labels == 3, truth == 2)
    assert (labels[truth == 1] == 2).all()


@pytest.mark.parametrize(("shape", "words"), [
    ((1, 1, 8), "axes"), ((4, 1, 8, 8, 8), "images at once"), ((1, 99, 64, 64, 64), "channels"),
], ids=str)  # fmt: skip
def test_inputs_that_are_no_image_are_refused(shape, words, tmp_path):
    path = write_onnx(tmp_path / "m.onnx", (1, 1, 8, 8, 8))
    model = onnx.load(str(path))
    from onnx import TensorProto, helper

    model.graph.input[0].CopyFrom(helper.make_tensor_value_info("x", TensorProto.FLOAT, shape))
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelUnavailableError, match=words):
        ADAPTER.draft(path)


def test_a_card_with_another_number_of_labels_is_refused(tmp_path):
    path = write_onnx(tmp_path / "m.onnx")
    spec = spec_of(ADAPTER.draft(path), path, "onnx", options={"output": "labels"})
    with pytest.raises(ModelUnavailableError, match="tells 3 things apart"):
        ADAPTER.open(spec)


@pytest.mark.slow
def test_a_network_exported_by_pytorch_is_read_as_onnx_reads_it(tmp_path, monkeypatch):
    pytest.importorskip("onnxscript")
    # Its progress bar would leave a thread behind.
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)
    import warnings

    path = tmp_path / "exported.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Brightness(), (torch.zeros(1, 1, 8, 9, 10),), str(path), dynamo=True, verbose=False,
            dynamic_shapes=({2: torch.export.Dim("k"), 3: torch.export.Dim("j"),
                             4: torch.export.Dim("i")},),
        )  # fmt: skip
    facts = inspect_onnx(path)
    model = onnx.load(str(path), load_external_data=False)
    assert [v.name for v in facts.inputs] == [v.name for v in model.graph.input]
    assert facts.inputs[0].shape == (1, 1, None, None, None)
    assert facts.initial >= {t.name for t in model.graph.initializer}
    labels, truth = labels_of(path, window=[16, 16, 16])
    np.testing.assert_array_equal(labels, truth)
