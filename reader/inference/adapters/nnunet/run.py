"""One run of a trained folder, or of several parts, on a series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.focus import Focus
from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.model import InferenceRequest, InferenceResult
from reader.core.text import Text, say
from reader.inference.adapters.grids import ModelGrid
from reader.inference.adapters.nnunet.export import Labels, Logits, decided, labels_of
from reader.inference.adapters.nnunet.plans import Heads, Plans
from reader.inference.adapters.nnunet.preprocess import Margins, Prepared, prepare
from reader.inference.adapters.nnunet.series import (
    ReaderArray,
    Spacing,
    read_series,
    resampled_note,
    rescaled,
    turned_and_cut,
)
from reader.inference.adapters.nnunet.settings import RunSettings
from reader.inference.adapters.nnunet.totalsegmentator import back_to_shape, to_task_spacing
from reader.inference.adapters.nnunet.trained import Trained
from reader.inference.adapters.result import segmentation_result
from reader.inference.adapters.stages import Stages
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import LookHere, OnWindow
from reader.inference.engine.windowed_model import Predicted, WindowedModel, threads_beside
from reader.inference.engine.windows import WindowSettings


class NnunetModel:
    """Trained folders in memory. `names` are the labels of all parts, by number from 1."""

    def __init__(
        self, parts: Sequence[Trained], settings: RunSettings, names: Sequence[str]
    ) -> None:
        self.settings = settings
        self.names = tuple(names)
        self.passes = tuple(_passes(parts, settings))

    def run(
        self,
        request: InferenceRequest,
        place: Place,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult:
        """See `OpenModel.run`."""
        return _Run(self, request, place, focus, Stages(report, cancel)).result()


@dataclass(frozen=True, slots=True, eq=False)
class _Pass:
    """One trained folder's turn; what the first stage of a cascade finds goes into the next."""

    plans: Plans
    engine: WindowedModel
    is_first_stage: bool


def _passes(parts: Sequence[Trained], settings: RunSettings) -> Iterator[_Pass]:
    for part in parts:
        if part.first_stage is not None:
            yield _Pass(part.first_stage.plans, _engine(part.first_stage, settings), True)
        yield _Pass(part.plans, _engine(part, settings), False)


def _engine(part: Trained, settings: RunSettings) -> WindowedModel:
    plans = part.plans
    shift = 1 if plans.is_2d else 0
    size = (1, *plans.patch) if plans.is_2d else plans.patch
    windows = WindowSettings(
        size_kji=(size[0], size[1], size[2]),
        step=settings.step,
        mirror_axes=tuple(n + shift for n in part.mirror_axes) if settings.mirror else (),
        accumulate=np.float16,
    )
    return WindowedModel(
        part.networks,
        windows,
        plans.heads.count,
        exact=settings.exact,
        overlapping=plans.heads.regions,
    )


@dataclass(slots=True, eq=False)
class _Run:
    """One run, and what it has found so far on the array that nnU-Net gets."""

    model: NnunetModel
    request: InferenceRequest
    place: Place
    focus: Focus
    stages: Stages
    probability: NDArray[np.float16] | None = None
    entropy: NDArray[np.float16] | None = None
    device: str = ""

    def result(self) -> InferenceResult:
        """All parts, one after the other, laid on top of each other."""
        with self.stages.stage("preprocess", say("Preparing the images")):
            turned = self.model.settings.resample_mm is not None
            reader = self.model.passes[0].plans.reader
            series = read_series(self.request, reader, turned=turned)
            array, spacing, geometry = self._resampled_first(series)
        self.stages.notes += resampled_note(self.request)
        labels: Labels = np.zeros(array.shape[1:], np.uint16)
        previous: Labels | None = None
        for number, one in enumerate(self.model.passes):
            with self.stages.stage("preprocess", say("Preparing the images")):
                prepared = prepare(array, spacing, one.plans, previous)
            found = self._pass(number, prepared, self._grid(prepared, one.plans, geometry))
            previous = found if one.is_first_stage else None
            if not one.is_first_stage:
                np.copyto(labels, self._numbers(one.plans.heads)[found], where=found > 0)
        self.stages.finishing()
        with self.stages.stage("to_source_grid", say("Fitting the result to the images")):
            labels = series.to_source(back_to_shape(labels, series.channels.shape[1:]))
        return segmentation_result(
            self.request,
            labels,
            seconds=self.stages.seconds,
            device=self.device,
            notes=self.stages.notes,
            probability=self.probability,
            uncertainty=self.entropy,
        )

    def _pass(self, number: int, prepared: Prepared, grid: ModelGrid) -> Labels:
        """One trained folder's labels, as nnU-Net numbers them."""
        one = self.model.passes[number]
        with self.stages.stage("network", say("Running the model")):
            said = self._said(number, prepared, grid)
        self.device = str(said.device)
        # Parts give up the same ways, only at other percentages: said once.
        told = {_gist(note) for note in self.stages.notes}
        self.stages.notes += [note for note in said.notes if _gist(note) not in told]
        with self.stages.stage("to_source_grid", say("Fitting the result to the images")):
            logits: Logits = np.asarray(said.logits, np.float16)
            workers = threads_beside(self.place)
            found = labels_of(logits, prepared, one.plans, self.stages.cancel.check, workers)
            if not one.is_first_stage:
                self._add_scores(said, logits, one.plans.heads, grid)
        return found

    def _said(self, number: int, prepared: Prepared, grid: ModelGrid) -> Predicted:
        return self.model.passes[number].engine.predict(
            prepared.data,
            self.place,
            cancel=self.stages.cancel,
            focus_kji=lambda: grid.place_of(self.focus.place_lps_mm),
            on_window=self._on_window(number, grid, prepared.cut_away),
            uncertainty=self.model.settings.uncertainty,
        )

    def _on_window(self, number: int, grid: ModelGrid, cut_away: Margins) -> OnWindow:
        """Windows at the rim also tell about what was cut away there: it holds nothing."""
        shape = grid.geometry.shape_kji
        heads = self.model.passes[number].plans.heads
        values, turns = self._numbers(heads), len(self.model.passes)

        def tell(done: int, total: int, box: IndexBox, look: LookHere) -> None:
            done, total = number * total + done, turns * total
            if any(low >= high for low, high in box):
                self.stages.window(done, total)
                return
            seen = decided(iter(look.scores()), heads) if heads.regions else look.labels()
            labels, box = with_rim(values[seen], box, shape, cut_away)
            self.stages.window(done, total, *grid.preview(labels, box))

        return tell

    def _resampled_first(
        self, series: ReaderArray
    ) -> tuple[NDArray[np.float32], Spacing, VolumeGeometry]:
        """The array nnU-Net gets: the reader's, or TotalSegmentator's resampled one."""
        wanted = self.model.settings.resample_mm
        if wanted is None or wanted == series.spacing:
            return series.channels, series.spacing, series.geometry
        array = to_task_spacing(series.channels, series.spacing, wanted)
        return array, wanted, rescaled(series.geometry, array.shape[1:], corners=True)

    def _grid(self, prepared: Prepared, plans: Plans, geometry: VolumeGeometry) -> ModelGrid:
        """Where the network's voxels lie in the patient: to look at and for scores."""
        cut = turned_and_cut(geometry, plans.transpose, prepared.box)
        here = rescaled(cut, prepared.data.shape[1:], corners=False)
        return ModelGrid(self.request.volume.geometry, here)

    def _numbers(self, heads: Heads) -> NDArray[np.uint16]:
        """From what nnU-Net writes to the numbers of the card's labels."""
        numbers = np.zeros(max(heads.names, default=0) + 1, np.uint16)
        for value, name in heads.names.items():
            numbers[value] = self.model.names.index(name) + 1
        return numbers

    def _add_scores(self, said: Predicted, logits: Logits, heads: Heads, grid: ModelGrid) -> None:
        """How likely any finding is, and how unsure the model: the highest of all parts."""
        kinds = zip(self.model.names, self.request.spec.labels, strict=True)
        findings = {name for name, kind in kinds if kind.is_finding}
        chosen = [n for n, name in _channels(heads) if name in findings]
        if chosen:
            here = finding_probability(logits, heads, chosen)
            self.probability = _highest(self.probability, grid.values_to_source(here))
        if said.entropy is not None:
            self.entropy = _highest(self.entropy, grid.values_to_source(said.entropy))


def with_rim(
    labels: Labels, box: IndexBox, shape: Sequence[int], cut_away: Margins
) -> tuple[Labels, IndexBox]:
    """Labels of a box, with zeros where it touches the rim, and the larger box."""
    widths = [
        (before if low == 0 else 0, after if high == n else 0)
        for (low, high), n, (before, after) in zip(box, shape, cut_away, strict=True)
    ]
    if not any(sum(width) for width in widths):
        return labels, box
    k, j, i = ((lo - b, hi + a) for (lo, hi), (b, a) in zip(box, widths, strict=True))
    return np.pad(labels, widths), (k, j, i)


def _gist(note: Text) -> tuple[str, object]:
    return note.template, note.values.get("way")


def _highest(
    before: NDArray[np.float16] | None, values: NDArray[np.float32]
) -> NDArray[np.float16]:
    now = np.clip(values, 0, 1).astype(np.float16)
    return now if before is None else np.maximum(before, now)


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
