"""Messages that were made to fill the memory or to be misunderstood: all are a `WireError`."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.model import EligibilityRules, InferenceRequest, InferenceResult, ModelSpec
from reader.core.provenance import AlgorithmIdentity
from reader.core.volume import Volume
from reader.inference.remote import wire

SHAPE = (2, 3, 4)
GEOMETRY = VolumeGeometry.from_spacing(SHAPE, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
IDENTITY = AlgorithmIdentity("m", "M", "1", "0" * 64)
SPEC = ModelSpec(
    IDENTITY, "segmentation", "", (), EligibilityRules("CT"), 0.5, False, "", Path(), Path(),
    card={},
)  # fmt: skip
REQUEST = InferenceRequest(
    "r", "s", Volume("s", np.zeros(SHAPE, np.int16), GEOMETRY, IntensityUnit.HU), SPEC
)
RESULT = InferenceResult(
    run_id="r", series_key="s", identity=IDENTITY, labels=np.zeros(SHAPE, np.uint16),
    segments=(), findings=(), heatmap=None, device="cpu", seconds={}, notes=(),
)  # fmt: skip
CODE = {"value": "1", "scheme": "S", "meaning": "m"}


def changed(text: bytes, change: dict[str, object], grid: dict[str, object] | None = None) -> bytes:
    content = {**json.loads(text), **change}
    if grid:
        content["grids"] = [{**content["grids"][0], **grid}]
    return json.dumps(content).encode()


@pytest.mark.parametrize(("change", "grid"), [
    ({}, {"shape_kji": [1 << 32, 1 << 32, 1]}),
    ({}, {"shape_kji": [-2, -3, 4]}),
    ({}, {"shape_kji": [0, 3, 4]}),
    ({}, {"shape_kji": [1 << 20, 1 << 20, 1 << 20]}),
    ({}, {"affine_kji_to_lps": [[0, 0, 0, 0]] * 4}),
    ({}, {"affine_kji_to_lps": [[1, 2, 3, 4]]}),
    ({"dtypes": ["nonsense"]}, None),
    ({"dtypes": []}, None),
    ({"dtypes": ["O"]}, None),
    ({"grids": [], "dtypes": []}, None),
    ({"wire": 99}, None),
])  # fmt: skip
def test_a_request_that_cannot_be_is_refused(change, grid):
    sent = wire.pack_request(REQUEST)
    assert wire.unpack_request(sent, (SPEC,)).volume.geometry.shape_kji == SHAPE
    with pytest.raises(wire.WireError):
        wire.unpack_request({**sent, wire.ASKED: changed(sent[wire.ASKED], change, grid)}, (SPEC,))


@pytest.mark.parametrize("packed", [
    b"", b"x", zlib.compress(b"abc"), zlib.compress(bytes(64 << 20)),
    wire.pack_request(REQUEST)[wire.VOXELS][:-3],
])  # fmt: skip
def test_voxels_that_do_not_fill_their_grid_are_refused(packed):
    with pytest.raises(wire.WireError):
        wire.unpack_request({**wire.pack_request(REQUEST), wire.VOXELS: packed}, (SPEC,))


@pytest.mark.parametrize("change", [
    {"notes": [{"template": "{x:>500000000}", "values": {"x": 1}}]},
    {"notes": [{"template": "{x.__class__}", "values": {"x": 1}}]},
    {"notes": [{"template": "{y}", "values": {}}]},
    {"notes": [{"template": "{", "values": {}}]},
    {"notes": [{"template": "x" * 5000, "values": {}}]},
    {"segments": [{"label": 1, "name": "n", "code": CODE, "category": CODE, "color": "red;"}]},
    {"segments": [{"label": 70000, "name": "n", "code": CODE, "category": CODE}]},
])  # fmt: skip
def test_an_answer_that_does_not_hold_together_is_refused(change):
    sent = wire.pack_result(RESULT)
    assert wire.unpack_result(sent, REQUEST).notes == ()
    with pytest.raises(wire.WireError):
        wire.unpack_result({**sent, wire.ANSWERED: changed(sent[wire.ANSWERED], change)}, REQUEST)


def test_labels_that_nobody_names_are_refused():
    sent = wire.pack_result(RESULT)
    packed = zlib.compress(np.full(SHAPE, 9, np.uint8).tobytes())
    with pytest.raises(wire.WireError):
        wire.unpack_result({**sent, wire.LABELS: packed}, REQUEST)


def test_a_sentence_with_its_own_values_arrives():
    sent = wire.pack_result(RESULT)
    note = {"notes": [{"template": "{n} left out", "values": {"n": 3}}]}
    answer = wire.unpack_result(
        {**sent, wire.ANSWERED: changed(sent[wire.ANSWERED], note)}, REQUEST
    )
    assert str(answer.notes[0]) == "3 left out"
