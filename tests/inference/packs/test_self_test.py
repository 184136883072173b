"""What comes out of a model on the phantom is looked at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import Cancelled, InferenceError
from reader.core.heatmap import Heatmap
from reader.core.intensity import IntensityUnit
from reader.inference.packs.self_test import ENOUGH_S, phantom, run_self_test
from tests.support.fake_runner import FakeRunner, fake_spec


class Spoiled(FakeRunner):
    def __init__(self, spoil):
        super().__init__([(30.0, 40.0, 30.0)])
        self._spoil = spoil

    def run(self, *what):
        return self._spoil(super().run(*what))


def unlisted(result):
    labels = result.labels.copy()
    labels[0, 0, 0] = 99
    return replace(result, labels=labels)


def small(result):
    return replace(result, labels=result.labels[1:])


def signed_labels(result):
    return replace(result, labels=result.labels.astype(np.int32))


@pytest.mark.parametrize("spoil", [unlisted, small, signed_labels])
def test_a_result_that_is_none_is_found(spoil):
    with pytest.raises(InferenceError, match="is no result"):
        run_self_test(Spoiled(spoil), fake_spec(), ignore_progress, CancelToken())


def test_scores_that_are_no_numbers_are_found(monkeypatch):
    def spoil(result):
        scores = result.heatmap.scores.copy()
        scores[0, 0, 0] = np.nan
        heat = object.__new__(Heatmap)
        object.__setattr__(heat, "scores", scores)
        return replace(result, heatmap=heat)

    with pytest.raises(InferenceError, match="is no result"):
        run_self_test(Spoiled(spoil), fake_spec(), ignore_progress, CancelToken())


def test_every_channel_gets_a_volume_and_a_good_result_passes():
    runner = FakeRunner([(30.0, 40.0, 30.0)])
    spec = replace(fake_spec(), channels=("T1", "T2", "FLAIR"))
    run_self_test(runner, spec, ignore_progress, CancelToken())
    assert len(runner.requests[0].more_channels) == 2


def test_a_slow_model_is_stopped_when_it_has_gone_well_for_long_enough():
    now = [0.0]

    def pass_time(_window: int) -> None:
        now[0] += 0.4 * ENOUGH_S

    slow = FakeRunner([(30.0, 40.0, 30.0)], windows=8, before_window=pass_time)
    seen = []
    run_self_test(slow, fake_spec(), seen.append, CancelToken(), clock=lambda: now[0])
    assert len(seen) == 3, "two windows within the time, one after it"


def test_a_person_who_stops_it_ends_it_as_such():
    cancel = CancelToken()
    runner = FakeRunner([(30.0, 40.0, 30.0)], before_window=lambda _window: cancel.cancel())
    with pytest.raises(Cancelled):
        run_self_test(runner, fake_spec(), ignore_progress, cancel)


def test_the_phantom_has_the_values_of_its_modality():
    ct, mr = phantom("CT"), phantom("MR")
    assert ct.unit is IntensityUnit.HU
    assert ct.voxels.min() <= -980
    assert mr.voxels.min() >= 0
    assert len(np.unique(mr.voxels)) > 20
