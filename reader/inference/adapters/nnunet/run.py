"""One run of a trained folder, or of several parts, on a series."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.focus import Focus
from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.model import InferenceRequest, InferenceResult
from reader.core.text import Text, say
from reader.inference.adapters.grids import ModelGrid
from reader.inference.adapters.nnunet.export import Labels, Logits, decided, labels_of
from reader.inference.adapters.nnunet.plans import Heads, Plans
from reader.inference.adapters.nnunet.preprocess import Prepared, prepare
from reader.inference.adapters.nnunet.series import (
    ReaderArray,
    read_series,
    rescaled,
    resampled_note,
    turned_and_cut,
)
from reader.inference.adapters.nnunet.settings import RunSettings
from reader.inference.adapters.nnunet.totalsegmentator import back_to_shape, to_task_spacing
from reader.inference.adapters.nnunet.trained import Trained
from reader.inference.adapters.result import segmentation_result
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import LookHere, WindowSettings, predict_logits

_STEPS_AROUND: Final = 2
"""Progress steps after the last window, so that the end is reached only with the result."""


@dataclass(slots=True, eq=False)
class NnunetModel:
    """Trained folders in memory. `names` are the labels of all parts, by number from 1."""

    parts: tuple[Trained, ...]
    settings: RunSettings
    names: tuple[str, ...]

    def run(
        self,
        request: InferenceRequest,
        place: Place,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult:
        """See `OpenModel.run`."""
        networks = [one.networks for one in self.parts]
        moved = [[network.to(place.device) for network in part] for part in networks]
        try:
            run = _Run(self, request, place, report, cancel, focus)
            return run.result(moved)
        finally:
            for part in networks:
                for network in part:
                    network.to("cpu")


@dataclass(slots=True, eq=False)
class _Run:
    """One run: its clock, its progress, what it has found so far."""

    model: NnunetModel
    request: InferenceRequest
    place: Place
    report: ReportProgress
    cancel: CancelToken
    focus: Focus
    seconds: dict[str, float] = field(default_factory=dict)
    steps: tuple[int, int] = (0, 0)

    def result(self, networks: Sequence[Sequence[nn.Module]]) -> InferenceResult:
        """All parts, one after the other, laid on top of each other."""
        model, settings = self.model, self.model.settings
        with self._stage("preprocess", say("Preparing the images")):
            turned = settings.resample_mm is not None
            series = read_series(self.request, model.parts[0].plans.reader, turned=turned)
            array, spacing, geometry = self._resampled_first(series)
        labels: Labels = np.zeros(array.shape[1:], np.uint16)
        probability: NDArray[np.float16] | None = None
        for number, (part, nets) in enumerate(zip(model.parts, networks, strict=True)):
            with self._stage("preprocess", say("Preparing the images")):
                prepared = prepare(array, spacing, part.plans)
                grid = self._network_grid(prepared, part.plans, geometry)
            with self._stage("network", say("Looking for structures")):
                logits = self._logits(part, nets, prepared, grid, number)
            with self._stage("to_source_grid", say("Fitting the result to the images")):
                found = labels_of(logits, prepared, part.plans, self.cancel.check)
                np.copyto(labels, self._numbers(part.plans.heads)[found], where=found > 0)
                probability = self._probability(probability, logits, part.plans.heads, grid)
        with self._stage("to_source_grid", say("Fitting the result to the images")):
            labels = series.to_source(back_to_shape(labels, series.channels.shape[1:]))
        return segmentation_result(
            self.request,
            labels,
            seconds={name: round(value, 3) for name, value in self.seconds.items()},
            device=self.place.device.type,
            notes=(*resampled_note(self.request), *self._flat_note()),
            probability=probability,
        )

    def _resampled_first(
        self, series: ReaderArray
    ) -> tuple[NDArray[np.float32], tuple[float, float, float], VolumeGeometry]:
        """The array nnU-Net gets: the reader's, or TotalSegmentator's resampled one."""
        wanted = self.model.settings.resample_mm
        if wanted is None or wanted == series.spacing:
            return series.channels, series.spacing, series.geometry
        array = to_task_spacing(series.channels, series.spacing, wanted)
        geometry = rescaled(series.geometry, array.shape[1:], corners=True)
        return array, wanted, geometry

    def _network_grid(
        self, prepared: Prepared, plans: Plans, geometry: VolumeGeometry
    ) -> ModelGrid:
        """Where the network's voxels lie in the patient: for looking at, never for the result."""
        cut = turned_and_cut(geometry, plans.transpose, prepared.box)
        return ModelGrid(
            self.request.volume.geometry,
            rescaled(cut, prepared.data.shape[1:], corners=False),
        )

    def _logits(
        self,
        part: Trained,
        networks: Sequence[nn.Module],
        prepared: Prepared,
        grid: ModelGrid,
        number: int,
    ) -> Logits:
        logits = predict_logits(
            list(networks),
            prepared.data,
            self._windows(part),
            part.plans.heads.count,
            self.place,
            cancel=self.cancel,
            focus_kji=lambda: grid.place_of(self.focus.place_lps_mm),
            on_window=self._on_window(part.plans.heads, grid, number),
        )
        return np.asarray(logits, np.float16)

    def _windows(self, part: Trained) -> WindowSettings:
        plans = part.plans
        size = (1, *plans.patch) if plans.is_2d else plans.patch
        shift = 1 if plans.is_2d else 0
        axes = part.mirror_axes if self.model.settings.mirror else ()
        return WindowSettings(
            size_kji=(size[0], size[1], size[2]),
            step=self.model.settings.step,
            mirror_axes=tuple(axis + shift for axis in axes),
            accumulate=np.float16,
        )

    def _on_window(
        self, heads: Heads, grid: ModelGrid, number: int
    ) -> Callable[[int, int, IndexBox, LookHere], None]:
        values = self._numbers(heads)

        def tell(done: int, total: int, box: IndexBox, look: LookHere) -> None:
            parts = len(self.model.parts)
            self.steps = (number * total + done, parts * total + _STEPS_AROUND)
            seen = decided(iter(look.scores()), heads) if heads.regions else look.labels()
            region, labels = grid.preview(values[seen], box)
            self.report(Progress(*self.steps, say("Looking for structures"), region, labels))

        return tell

    def _numbers(self, heads: Heads) -> NDArray[np.uint16]:
        """From what nnU-Net writes to the numbers of the card's labels."""
        numbers = np.zeros(max(heads.names, default=0) + 1, np.uint16)
        for value, name in heads.names.items():
            numbers[value] = self.model.names.index(name) + 1
        return numbers

    def _probability(
        self, before: NDArray[np.float16] | None, logits: Logits, heads: Heads, grid: ModelGrid
    ) -> NDArray[np.float16] | None:
        """How likely each source voxel is any finding; None where the model has none."""
        findings = {
            label_name
            for label_name, label in zip(self.model.names, self.request.spec.labels, strict=True)
            if label.is_finding
        }
        chosen = [n for n, name in _channels(heads) if name in findings]
        if not chosen:
            return before
        here = grid.values_to_source(finding_probability(logits, heads, chosen))
        said = np.clip(here, 0, 1).astype(np.float16)
        return said if before is None else np.maximum(before, said)

    def _flat_note(self) -> tuple[Text, ...]:
        flat = self.request.volume.geometry.shape_kji[0] == 1
        return (say("A single image was given to the model as a volume."),) if flat else ()

    @contextmanager
    def _stage(self, name: str, text: Text) -> Iterator[None]:
        """Check for cancelling, report the stage, add up its time."""
        self.cancel.check()
        self.report(Progress(*self.steps, text))
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def _channels(heads: Heads) -> list[tuple[int, str]]:
    """The network's output channels with their labels' names."""
    if heads.regions:
        return [(n, heads.names[value]) for n, value in enumerate(heads.values)]
    return list(heads.names.items())


def finding_probability(logits: Logits, heads: Heads, chosen: Sequence[int]) -> NDArray[np.float32]:
    """Softmax summed over some channels, or for regions the highest sigmoid, (k, j, i)."""
    out = np.empty(logits.shape[1:], np.float32)
    picked: list[Any] = list(chosen)
    for plane, result in zip(np.moveaxis(logits, 1, 0), out, strict=True):
        said = torch.from_numpy(plane.astype(np.float32))
        if heads.regions:
            result[...] = torch.sigmoid(said[picked]).amax(dim=0).numpy()
        else:
            result[...] = torch.softmax(said, dim=0)[picked].sum(dim=0).numpy()
    return out
