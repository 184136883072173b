"""Results of earlier runs: the same again for the same input, and for no other."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.intensity import IntensityUnit
from reader.core.model import Device, InferenceRequest, Verdict
from reader.core.text import say
from reader.core.volume import Volume
from reader.storage.run_cache import RunCache, run_key
from tests.support.fake_runner import FakeRunner, fake_spec

GRID = VolumeGeometry.from_spacing((12, 40, 48), (3.0, 1.5, 1.5))


def volume(value: int = -800, grid: VolumeGeometry = GRID) -> Volume:
    return Volume("1", np.full(grid.shape_kji, value, np.int16), grid, IntensityUnit.HU)


def request(**changes) -> InferenceRequest:
    return replace(InferenceRequest("run", "1.2.3", volume(), fake_spec()), **changes)


@pytest.fixture(scope="module")
def result():
    made = FakeRunner().run(request(), ignore_progress, CancelToken())
    doubt = np.linspace(0, 1, made.labels.size, dtype=np.float16).reshape(GRID.shape_kji)
    return replace(
        made,
        notes=(say("Memory ran short by {count} MB.", count=3),),
        uncertainty=Heatmap(doubt, GRID, HeatmapKind.UNCERTAINTY),
    )


@pytest.fixture
def cache(tmp_path):
    return RunCache(tmp_path / "runs")


def test_a_result_comes_back_as_it_was(cache, result):
    cache.keep("a", result)
    found = cache.find("a", GRID)
    assert np.array_equal(found.labels, result.labels)
    assert np.array_equal(found.heatmap.scores, result.heatmap.scores)
    assert found.heatmap.kind is HeatmapKind.PROBABILITY
    assert np.array_equal(found.uncertainty.scores, result.uncertainty.scores)
    assert found.uncertainty.kind is HeatmapKind.UNCERTAINTY
    plain = {"labels": None, "heatmap": None, "uncertainty": None, "notes": ()}
    assert replace(found, **plain).findings == result.findings
    assert found.segments == result.segments
    assert (found.run_id, found.series_key, found.identity, found.device, found.seconds) == (
        result.run_id, result.series_key, result.identity, result.device, result.seconds,
    )  # fmt: skip
    assert found.notes == result.notes
    assert cache.find("b", GRID) is None


def test_the_same_input_has_the_same_key():
    assert run_key(request()) == run_key(request(run_id="another", focus_lps_mm=(1.0, 2.0, 3.0)))


MOVED = VolumeGeometry.from_spacing((12, 40, 48), (3.0, 1.5, 1.5), (0.0, 0.0, 1.0))
OTHERS = {
    "pixels": request(volume=volume(-799)),
    "place": request(volume=volume(grid=MOVED)),
    "series": request(series_key="1.2.4"),
    "device": request(device=Device.CPU),
    "another channel": request(more_channels=(volume(),)),
    "weights": request(
        spec=replace(fake_spec(), identity=replace(fake_spec().identity, sha256="1" * 64))
    ),
    "options": request(spec=replace(fake_spec(), options={"step": 0.8})),
    "threshold": request(spec=replace(fake_spec(), threshold=0.31)),
}


@pytest.mark.parametrize("changed", OTHERS)
def test_anything_else_that_goes_in_gives_another_key(changed):
    assert run_key(OTHERS[changed]) != run_key(request())


def test_what_ran_in_spite_of_a_caution_has_a_key_of_its_own():
    assert run_key(request(), despite=Verdict.CAUTION) != run_key(request())


def test_the_version_is_part_of_the_key(monkeypatch):
    before = run_key(request())
    monkeypatch.setattr("reader.storage.run_cache.__version__", "99")
    assert run_key(request()) != before


def test_the_one_used_longest_ago_goes_first(tmp_path, result):
    cache = RunCache(tmp_path)
    for age, key in ((30, "old"), (20, "middle")):
        cache.keep(key, result)
        at = (tmp_path / f"{key}.run").stat().st_mtime - age
        os.utime(tmp_path / f"{key}.run", (at, at))
    assert cache.find("old", GRID) is not None  # and so it is not the oldest any more
    size = (tmp_path / "old.run").stat().st_size
    RunCache(tmp_path, int(2.5 * size)).keep("new", result)
    assert {path.stem for path in tmp_path.iterdir()} == {"old", "new"}


@pytest.mark.parametrize("damage", ["cut", "empty", "foreign"])
def test_a_damaged_file_is_no_result_and_goes(cache, result, tmp_path, damage):
    cache.keep("a", result)
    (path,) = (tmp_path / "runs").iterdir()
    content = path.read_bytes()
    path.write_bytes(
        {"cut": content[: len(content) // 2], "empty": b"", "foreign": b"PK" * 99}[damage]
    )
    assert cache.find("a", GRID) is None
    assert not path.exists()


def test_a_result_on_another_grid_is_none(cache, result):
    cache.keep("a", result)
    assert cache.find("a", VolumeGeometry.from_spacing((1, 2, 3), (1, 1, 1))) is None


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_cache(tmp_path, result, caplog):
    (tmp_path / "runs").write_text("in the way")
    RunCache(tmp_path / "runs").keep("a", result)
    assert "not kept" in caplog.text
