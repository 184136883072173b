"""Whether a model runs here at all: once over a phantom, in whatever process a runner has."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import Cancelled, InferenceError
from reader.core.focus import Focus
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec, Runner
from reader.core.text import say
from reader.core.volume import Volume

SelfTest = Callable[[ModelSpec, ReportProgress, CancelToken], None]
"""Runs a model once. Raises: InferenceError, ModelUnavailableError, Cancelled."""

ENOUGH_S: Final = 20.0
"""A model that has computed so long without a fault need not go on to the end."""
_SHAPE_KJI: Final = (24, 32, 36)
_SPACING_MM: Final = 3.0


def self_test_with(make_runner: Callable[[], Runner]) -> SelfTest:
    """A self-test in a runner of its own, which is closed afterwards."""

    def test(spec: ModelSpec, report: ReportProgress, cancel: CancelToken) -> None:
        runner = make_runner()
        try:
            run_self_test(runner, spec, report, cancel)
        finally:
            runner.close()

    return test


class _EnoughSeen(CancelToken):
    """Stops a run when the person says so, or when it has gone well for long enough."""

    def __init__(self, asked: CancelToken) -> None:
        super().__init__()
        self._asked = asked

    @property
    def is_cancelled(self) -> bool:
        """Whether to stop, for either reason."""
        return self._asked.is_cancelled or super().is_cancelled

    def check(self) -> None:
        """Raises: Cancelled."""
        self._asked.check()
        super().check()


def run_self_test(
    runner: Runner,
    spec: ModelSpec,
    report: ReportProgress,
    cancel: CancelToken,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Run a model on the phantom and look at what comes out.

    A model that brings every volume to its own large grid takes minutes here, too; it is
    stopped when it has computed for a while without a fault.

    Raises: InferenceError: it fails, or what comes out is no result. ModelUnavailableError.
        Cancelled: by `cancel` only.
    """
    enough, began = _EnoughSeen(cancel), clock()

    def pass_on(progress: Progress) -> None:
        report(Progress(progress.done, progress.total, say("Trying it on a test volume")))
        if progress.done > 0 and clock() - began > ENOUGH_S:
            enough.cancel()

    volume = phantom(spec.eligibility.modality)
    request = InferenceRequest(
        run_id="self-test",
        series_key="self-test",
        volume=volume,
        spec=spec,
        more_channels=(volume,) * (len(spec.channels) - 1),
    )
    try:
        result = runner.run(request, pass_on, enough, Focus())
    except Cancelled:
        cancel.check()
        return
    if not _is_sound(result, volume):
        raise InferenceError(
            say("What the model {name} gives is no result.", name=spec.identity.name),
            say("Get the model from where it came from again."),
        )


def phantom(modality: str) -> Volume:
    """A head-sized ellipsoid with two dark ones in it; HU for a CT, else from 0 to 1000."""
    geometry = VolumeGeometry.from_spacing(_SHAPE_KJI, (_SPACING_MM,) * 3, (0.0, 0.0, 0.0))
    center = [(size - 1) / 2 for size in _SHAPE_KJI]
    inside = _ellipsoid(center, [size * 0.45 for size in _SHAPE_KJI])
    dark = np.zeros(_SHAPE_KJI, bool)
    for side in (-1, 1):
        place = [center[0], center[1], center[2] + side * _SHAPE_KJI[2] * 0.2]
        dark |= _ellipsoid(place, [size * 0.15 for size in _SHAPE_KJI])
    is_ct = modality == "CT"
    outer, tissue, cavity = (-1000, 40, -800) if is_ct else (0, 600, 150)
    voxels = np.full(_SHAPE_KJI, outer, np.int16)
    voxels[inside] = tissue
    voxels[dark] = cavity
    voxels += np.random.default_rng(0).integers(0, 20, _SHAPE_KJI, dtype=np.int16)
    unit = IntensityUnit.HU if is_ct else IntensityUnit.ARBITRARY
    return Volume("self-test", voxels, geometry, unit)


def _ellipsoid(center: Sequence[float], radii: Sequence[float]) -> NDArray[np.bool_]:
    """The voxels of the phantom in an ellipsoid, centre and radii in voxels."""
    index = np.moveaxis(np.indices(_SHAPE_KJI, dtype=np.float32), 0, -1)
    distance = ((index - np.asarray(center)) / np.asarray(radii)) ** 2
    return np.asarray(distance.sum(axis=-1) < 1)


def _is_sound(result: InferenceResult, volume: Volume) -> bool:
    """A label map on the grid, with labels that are listed; scores between 0 and 1."""
    labels = result.labels
    listed = {0, *(segment.label for segment in result.segments)}
    fits = labels.shape == volume.geometry.shape_kji and labels.dtype == np.uint16
    if not fits or not {int(label) for label in np.unique(labels)} <= listed:
        return False
    scores = result.heatmap.scores if result.heatmap is not None else np.zeros(1)
    return bool(np.isfinite(scores).all() and scores.min() >= 0 and scores.max() <= 1)
