"""Programs exported by PyTorch, opened once they are trusted."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ModelUnavailableError
from reader.core.focus import Focus
from reader.inference.adapters.adapter import TRUST_OPTION
from reader.inference.adapters.known import adapter_of, recognise
from reader.inference.engine.place import Place
from tests.support.other_models import (
    Brightness,
    bright_volume,
    request_of,
    spec_of,
    write_torchscript,
)

ADAPTER = adapter_of("exported")


def trusted(path, **options):
    draft = ADAPTER.draft(path)
    sha256 = spec_of(draft, path, "exported").identity.sha256
    return spec_of(draft, path, "exported", options={TRUST_OPTION: sha256, **options})


@pytest.mark.slow
def test_a_pt2_program_runs_once_it_is_trusted(tmp_path):
    path = tmp_path / "program.pt2"
    program = torch.export.export(Brightness().eval(), (torch.zeros(1, 1, 8, 8, 8),))
    torch.export.save(program, path)
    described = {"labels": ["bright", "very bright"], "options": {"window": [8, 8, 8]}}
    path.with_suffix(".json").write_text(json.dumps(described))
    assert recognise(path) is ADAPTER
    volume, truth = bright_volume()
    spec = trusted(path)
    place = Place(torch.device("cpu"), beside_a_screen=False)
    result = ADAPTER.open(spec).run(
        request_of(spec, volume), place, ignore_progress, CancelToken(), Focus()
    )
    np.testing.assert_array_equal(result.labels, truth)


def test_without_words_beside_it_nothing_is_made_up(tmp_path):
    path = write_torchscript(tmp_path / "script.pt")
    path.with_suffix(".json").unlink()
    draft = ADAPTER.draft(path)
    assert [label.name for label in draft.labels] == ["Label 1"]
    assert any("Nothing is known" in str(note) for note in draft.notes)
    with pytest.raises(ModelUnavailableError, match="tells 3 things apart"):
        ADAPTER.open(trusted(path, window=[8, 8, 8]))


def test_plain_weights_are_no_program(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save(Brightness().state_dict(), tmp_path / "weights.pt")
    assert not ADAPTER.recognises(tmp_path / "weights.pt")


@pytest.mark.parametrize("kept", [0.2, 0.9])
def test_a_damaged_program_is_refused_in_words(kept, tmp_path):
    path = write_torchscript(tmp_path / "script.ts")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert not ADAPTER.recognises(path)
