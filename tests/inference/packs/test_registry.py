"""Model packs: read without PyTorch, checked before use, left out when broken."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from reader.core.errors import ModelUnavailableError
from reader.inference.chest_ct.loading import load_network
from reader.inference.packs.registry import check_weights, load_spec, load_specs
from tests.support.chest import write_tiny_pack


@pytest.fixture
def pack(tmp_path):
    return write_tiny_pack(tmp_path / "chest-ct")


def change(pack, **changes) -> None:
    card = pack / "model.json"
    content = json.loads(card.read_text())
    content.update(changes)
    card.write_text(json.dumps(content))


def test_a_card_becomes_a_spec(pack):
    spec = load_spec(pack)
    assert spec.identity.id == "chest-ct"
    assert [label.is_finding for label in spec.labels] == [False, False, True]
    assert spec.eligibility.modality == "CT"
    assert spec.card["licence"] == "Apache-2.0"
    check_weights(spec)


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 1.5},
        {"labels": []},
        {"weights": {"file": "../elsewhere.safetensors", "sha256": "0" * 64}},
        {"unknown_field": 1},
        {"format": 3},
        {"out_of_scope": []},
    ],
)
def test_a_wrong_card_is_left_out_with_a_reason(pack, caplog, changes):
    change(pack, **changes)
    with caplog.at_level(logging.WARNING):
        assert load_specs(pack.parent) == ()
    assert "chest-ct left out" in caplog.text
    assert str(pack.parent) not in caplog.text


def test_a_pack_without_weights_is_left_out(pack):
    (pack / "weights.safetensors").unlink()
    assert load_specs(pack.parent) == ()


def test_a_card_that_is_no_json_is_left_out(pack):
    (pack / "model.json").write_text("{")
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        load_spec(pack)


def test_good_packs_are_found_beside_broken_ones(pack):
    broken = pack.parent / "broken"
    broken.mkdir()
    (broken / "model.json").write_text("[]")
    assert [s.identity.id for s in load_specs(pack.parent)] == ["chest-ct"]


def test_an_unknown_architecture_or_task_asks_for_an_update(pack):
    change(pack, architecture="os.system")
    with pytest.raises(ModelUnavailableError, match="newer"):
        load_network(load_spec(pack))


def test_weights_that_are_no_safetensors_are_refused(pack):
    import hashlib

    (pack / "weights.safetensors").write_bytes(b"not weights")
    sha256 = hashlib.sha256(b"not weights").hexdigest()
    change(pack, weights={"file": "weights.safetensors", "sha256": sha256})
    with pytest.raises(ModelUnavailableError, match="do not fit"):
        load_network(load_spec(pack))


def test_listing_models_does_not_import_torch(pack):
    code = (
        "import sys; from pathlib import Path;"
        "from reader.inference.runners.thread_runner import TorchRunner;"
        "specs = TorchRunner(Path(sys.argv[1])).specs();"
        "assert len(specs) == 1;"
        "assert not {'torch', 'scipy'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(pack.parent)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("change_to", [
    {"threshold": float("nan")}, {"floor": float("inf")}, {"name": "x" * 201},
    {"eligibility": {"modality": "CT", "minimum_extent_mm": float("nan")}},
])  # fmt: skip
def test_a_card_with_figures_or_names_that_cannot_be_is_left_out(pack, change_to):
    load_spec(pack)
    change(pack, **change_to)
    with pytest.raises(ModelUnavailableError):
        load_spec(pack)
