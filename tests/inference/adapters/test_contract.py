"""What every adapter promises, asked of all of them with tiny models made here."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled, ModelUnavailableError
from reader.core.focus import Focus
from reader.core.geometry import VolumeGeometry
from reader.core.volume import Volume
from reader.inference.adapters.adapter import TRUST_OPTION
from reader.inference.adapters.known import adapter_of, recognise
from reader.inference.engine.place import Place
from tests.support.nnunet_folders import write_bright_folder
from tests.support.other_models import (
    BRIGHT,
    VERY_BRIGHT,
    bright_volume,
    request_of,
    spec_of,
    write_bundle,
    write_meshnet,
    write_onnx,
    write_safetensors,
    write_torchscript,
)

CPU = Place(torch.device("cpu"), beside_a_screen=False)
TURNED = VolumeGeometry(
    (20, 14, 18),
    np.array([[0, 0, -1.2, 40], [-1.1, 0, 0, 9], [0, 1.3, 0, -7], [0, 0, 0, 1.0]]),
)
"""A grid whose axes go to Anterior, Superior and Right."""


def _written(name, folder):
    """The model of a format, and its spec as the library makes it."""
    path = {
        "meshnet": lambda: write_meshnet(folder / "mesh"),
        "onnx": lambda: write_onnx(folder / "bright.onnx"),
        "safetensors": lambda: write_safetensors(folder / "named.safetensors"),
        "exported": lambda: write_torchscript(folder / "script.ts"),
        "monai-bundle": lambda: write_bundle(folder / "bundle"),
        "nnunet": lambda: write_bright_folder(
            folder / "nnunet", (BRIGHT / 2, (BRIGHT + VERY_BRIGHT) / 2)
        ),
    }[name]()
    adapter = adapter_of(name)
    options = {"onnx": {"window": [8, 16, 16]}, "meshnet": {"scaling": "extremes"}}.get(name, {})
    spec = spec_of(adapter.draft(path), path, name, options=options)
    if adapter.runs_code:
        spec = spec_of(
            adapter.draft(path), path, name, options={TRUST_OPTION: spec.identity.sha256}
        )
    return adapter, path, spec


@pytest.fixture(params=["meshnet", "onnx", "safetensors", "exported", "monai-bundle", "nnunet"])
def model(request, tmp_path):
    """An adapter, the path of a model of its format, and the model's spec."""
    pytest.importorskip({"onnx": "onnx"}.get(request.param, "torch"))
    if request.param in ("safetensors", "monai-bundle"):
        pytest.importorskip("monai")
    return _written(request.param, tmp_path)


@pytest.fixture
def opened(model):
    """The model in memory; a MeshNet over a space smaller than FreeSurfer's."""
    adapter, _, spec = model
    found = adapter.open(spec)
    if adapter.format == "meshnet":
        found.side = 48
    return found


def run(opened, spec, volume, report=ignore_progress, cancel=None, focus=None):
    return opened.run(
        request_of(spec, volume), CPU, report, cancel or CancelToken(), focus or Focus()
    )


def test_a_model_is_recognised_by_its_own_adapter_alone(model):
    adapter, path, _ = model
    assert recognise(path) is adapter


def test_its_draft_names_its_files_and_numbers_its_labels_from_one(model):
    adapter, path, _ = model
    draft = adapter.draft(path)
    folder = path if path.is_dir() else path.parent
    assert draft.weights
    assert all((folder / name).is_file() for name in draft.weights)
    assert [label.value for label in draft.labels] == [1, 2]
    assert all(label.name for label in draft.labels)
    assert draft.id


@pytest.mark.parametrize("geometry", [None, TURNED], ids=["upright", "turned"])
def test_labels_lie_on_the_source_grid_where_the_image_is_bright(model, opened, geometry):
    _, _, spec = model
    volume, truth = bright_volume(geometry)
    result = run(opened, spec, volume)
    assert result.labels.dtype == np.uint16
    assert result.labels.shape == volume.geometry.shape_kji
    assert np.mean(result.labels == truth) > 0.93
    for value in (1, 2):
        assert np.mean(truth[result.labels == value] == value) > 0.85


def test_segments_are_those_of_the_card(model, opened):
    _, _, spec = model
    volume, _ = bright_volume()
    result = run(opened, spec, volume)
    assert [s.name for s in result.segments] == [label.name for label in spec.labels]
    assert [s.label for s in result.segments] == [1, 2]
    assert result.findings == ()
    assert result.identity == spec.identity
    assert set(result.seconds) >= {"preprocess", "network", "to_source_grid"}


def test_progress_never_goes_back_and_shows_labels_in_boxes_of_the_volume(model, opened):
    _, _, spec = model
    volume, _ = bright_volume()
    seen: list[Progress] = []
    run(opened, spec, volume, seen.append)
    fractions = [p.fraction for p in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] < 1
    shown = [p for p in seen if p.region_kji is not None]
    assert shown
    covered = np.zeros(volume.geometry.shape_kji, bool)
    for progress in shown:
        region = progress.region_kji
        assert all(0 <= a < b <= n for (a, b), n in zip(region, covered.shape, strict=True))
        assert progress.labels.dtype == np.uint16
        assert progress.labels.shape == tuple(b - a for a, b in region)
        covered[tuple(slice(*pair) for pair in region)] = True
    assert covered.all()


def test_what_is_looked_at_comes_first_and_changes_nothing(model, opened):
    _, _, spec = model
    volume, _ = bright_volume(VolumeGeometry.from_spacing((14, 18, 40), (1.0, 1.0, 1.0)))
    plain = run(opened, spec, volume).labels
    for place in ((1.0, 9.0, 7.0), (38.0, 9.0, 7.0)):
        seen: list[Progress] = []
        labels = run(opened, spec, volume, seen.append, focus=Focus(place)).labels
        np.testing.assert_array_equal(labels, plain)
        first = next(p.region_kji for p in seen if p.region_kji is not None)
        assert first[2][0] <= place[0] <= first[2][1]


def test_a_cancelled_run_stops_at_the_next_window(model, opened):
    _, _, spec = model
    volume, _ = bright_volume()
    cancel = CancelToken()
    windows = []

    def report(progress: Progress) -> None:
        if progress.total:
            windows.append(progress)
            cancel.cancel()

    with pytest.raises(Cancelled):
        run(opened, spec, volume, report, cancel)
    assert len(windows) == 1


def test_a_colour_picture_is_refused_in_words(model, opened):
    _, _, spec = model
    from reader.core.errors import InferenceError

    voxels = np.zeros((4, 5, 6, 3), np.uint8)
    volume = Volume("1.2.3", voxels, VolumeGeometry.from_spacing((4, 5, 6), (1, 1, 1)))
    with pytest.raises(InferenceError, match="colour"):
        run(opened, spec, volume)


def test_labels_that_are_findings_become_findings_with_their_own_labels(model):
    adapter, path, spec = model
    trust = {TRUST_OPTION: spec.identity.sha256} if adapter.runs_code else {}
    spec = spec_of(
        adapter.draft(path), path, adapter.format, findings=(2,),
        options={**spec.options, **trust},
    )  # fmt: skip
    opened = adapter.open(spec)
    if adapter.format == "meshnet":
        opened.side = 48
    volume, truth = bright_volume()
    result = run(opened, spec, volume)
    (finding,) = result.findings
    assert finding.label == 2
    assert finding.name == spec.labels[1].name
    place = volume.geometry.nearest_voxel(finding.center_lps_mm)
    assert truth[place] == 2
    if adapter.format != "meshnet":
        assert finding.score == pytest.approx(1.0, abs=0.1)
        assert result.heatmap.scores.shape == truth.shape


def test_weights_that_are_damaged_are_refused_in_words(model):
    adapter, path, spec = model
    weights = (path if path.is_dir() else path.parent) / adapter.draft(path).weights[0]
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelUnavailableError):
        adapter.open(spec)
