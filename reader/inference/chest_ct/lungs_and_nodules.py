"""The chest CT pipeline: lungs and nodules of one volume, on its own grid."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.focus import Focus
from reader.core.geometry import IndexBox
from reader.core.heatmap import Heatmap
from reader.core.model import InferenceRequest, InferenceResult, ModelLabel
from reader.core.segmentation import Segment
from reader.core.text import Text, say
from reader.imaging.lungs import (
    LungField,
    find_lungs,
    labels_on_source,
    middle_column,
    split_left_right,
)
from reader.imaging.resample import WorkingGrid, box_on_source, resized, to_source
from reader.inference.chest_ct.candidates import find_candidates, near_lungs
from reader.inference.chest_ct.in_tiles import NOTHING, probability
from reader.inference.chest_ct.likeness import Likeness
from reader.inference.chest_ct.networks import HEAT_CHANNEL, LUNG_CHANNEL
from reader.inference.chest_ct.preprocess import network_grid, normalise, resample_hu
from reader.inference.chest_ct.proposals import MOST_FINDINGS, propose_findings
from reader.inference.engine.familiarity import UNLIKE_FROM, unlike_note, with_likeness
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import LookHere
from reader.inference.engine.windowed_model import Predicted, WindowedModel

_LUNG_FROM: Final = 0.5
_SHOWN_FROM: Final = 0.01
"""Heat below a hundredth becomes 0: it says nothing and fills files."""
_SHOWN_STEPS: Final = 4
"""Heat is kept so many voxels (12 mm) around the lungs; farther out no finding can be, and
what the network says there was never judged."""

_AIRY_HU: Final = -400.0

_ADDED_STEPS: Final = 5
"""How far beyond airy lung the network may add: 15 mm."""

_STEPS_AFTER: Final = 5
"""Progress steps after the last tile, so that the end is reached only with the result."""


@dataclass(slots=True)
class _Run:
    """One run: its clock, its progress and what it has to tell."""

    request: InferenceRequest
    report: ReportProgress
    cancel: CancelToken
    done: int = 0
    total: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, text: Text) -> Iterator[None]:
        """Check for cancelling, report the stage, time it."""
        self.cancel.check()
        self.report(Progress(self.done, self.total, text))
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)
        self.done += 1

    def tile_done(
        self, done: int, total: int, box: IndexBox, seen: NDArray[np.uint16] | None = None
    ) -> None:
        """Report a tile; the number of tiles is known now."""
        self.cancel.check()
        self.done, self.total = done, total + _STEPS_AFTER
        self.report(Progress(done, self.total, say("Looking for nodules"), box, seen))


def run_lungs_and_nodules(
    request: InferenceRequest,
    model: WindowedModel,
    place: Place,
    report: ReportProgress,
    cancel: CancelToken,
    focus: Focus,
    likeness: Likeness | None = None,
) -> InferenceResult:
    """Run the whole pipeline on one volume of HU. Raises as `Runner.run` does.

    `likeness` compares the images with those the model learned from.
    """
    run = _Run(request, report, cancel)
    with run.stage("preprocess", say("Preparing the images")):
        grid = network_grid(request.volume.geometry)
        hu = resample_hu(request.volume.voxels, grid)
        _glimpse(run, model, place, hu, grid, focus)
    with run.stage("lungs", say("Finding the lungs")):
        airy = find_lungs(request.volume)
    with run.stage("network", say("Looking for nodules")):
        said = _run_network(run, model, place, hu, grid, airy, focus)
        values = probability(said.logits)
        run.notes += said.notes
    with run.stage("likeness", say("Comparing with the training images")):
        request, unlike = _compared(run, likeness, hu, airy)
        run.notes += unlike
    with run.stage("candidates", say("Sorting what was found")):
        lungs = lungs_of(values[LUNG_CHANNEL], airy)
        heat = values[HEAT_CHANNEL]
        candidates = find_candidates(heat, lungs, hu, grid, request.spec.reports_from)
    with run.stage("to_source_grid", say("Fitting the result to the images")):
        shown = (heat >= _SHOWN_FROM) & near_lungs(lungs, _SHOWN_STEPS)
        scores = to_source(np.where(shown, heat, 0), grid, np.float16)
        labels = labels_on_source(lungs, grid).astype(np.uint16)
    with run.stage("extents", say("Measuring the findings")):
        findings, segments, left_out = propose_findings(request, candidates, labels, cancel)
    if left_out:
        run.notes.append(say("Only the {count} highest scores are listed.", count=MOST_FINDINGS))
    return InferenceResult(
        run_id=request.run_id,
        series_key=request.series_key,
        identity=request.spec.identity,
        labels=labels,
        segments=(*_lung_segments(request.spec.labels), *segments),
        findings=findings,
        heatmap=Heatmap(scores, request.volume.geometry),
        device=said.device.type,
        seconds=run.seconds,
        notes=tuple(run.notes),
        cautions=tuple(str(note) for note in unlike),
    )


def _compared(
    run: _Run, likeness: Likeness | None, hu: NDArray[np.float32], airy: LungField
) -> tuple[InferenceRequest, list[Text]]:
    """The request with what its findings must carry, and what the reader is told."""
    if likeness is None:
        return run.request, []
    lung = resized(airy.labels > 0, (hu.shape[0], hu.shape[1], hu.shape[2])) >= 0.5
    share = likeness.share_nearer(normalise(hu), lung, run.cancel)
    if share is None or share < UNLIKE_FROM:
        return run.request, []
    told = with_likeness(run.request.eligibility, share, likeness.familiar)
    return replace(run.request, eligibility=told), [unlike_note(share)]


def _glimpse(
    run: _Run,
    model: WindowedModel,
    place: Place,
    hu: NDArray[np.float32],
    grid: WorkingGrid,
    focus: Focus,
) -> None:
    """Show what the network says where the reader looks, before the lungs are known.

    Near airy lung only, as a finding must be.
    """
    from scipy import ndimage

    at = _looked_at(focus, grid)
    seen = None if at is None else model.glimpse(normalise(hu)[None], place, at)
    if seen is None:
        return
    tile, logits = seen
    heat = probability(logits[HEAT_CHANNEL])
    airy = resized(hu[tuple(slice(*bounds) for bounds in tile)] < _AIRY_HU, heat.shape) > 0
    near = ndimage.binary_dilation(airy, iterations=_SHOWN_STEPS)
    box = grid.source_box(tile)
    labels = np.where((heat >= run.request.spec.threshold) & near, _finding_label(run), 0)
    shown = box_on_source(labels.astype(np.uint16), grid, box)
    run.report(Progress(run.done, 0, say("Looking for nodules"), box, shown))


def _looked_at(focus: Focus, grid: WorkingGrid) -> list[float] | None:
    """Where the reader looks, in voxels of the network's grid."""
    place_lps_mm = focus.place_lps_mm
    if place_lps_mm is None:
        return None
    return [float(x) for x in grid.geometry.to_index(place_lps_mm)]


def _finding_label(run: _Run) -> int:
    """The number of the label that is a finding, on the card."""
    return 1 + next(n for n, label in enumerate(run.request.spec.labels) if label.is_finding)


def _run_network(
    run: _Run,
    model: WindowedModel,
    place: Place,
    hu: NDArray[np.float32],
    grid: WorkingGrid,
    airy: LungField,
    focus: Focus,
) -> Predicted:
    wanted = resized(airy.labels > 0, (hu.shape[0], hu.shape[1], hu.shape[2])) > 0
    if not wanted.any():
        run.notes.append(say("No lung was found in this series, so nothing was looked for."))
    finding = _finding_label(run)
    left = wanted.copy()

    def on_tile(done: int, total: int, tile: IndexBox, look: LookHere) -> None:
        """Report the tile, and with the last one of its slices these slices whole."""
        (first, end), rows, columns = tile
        heat = probability(look.scores()[HEAT_CHANNEL])
        seen = np.where(heat >= run.request.spec.threshold, finding, 0)
        box = grid.source_box(tile)
        run.tile_done(done, total, box, box_on_source(seen.astype(np.uint16), grid, box))
        left[first:end, slice(*rows), slice(*columns)] = False
        if not left[first:end].any():
            whole = ((first, end), (0, left.shape[1]), (0, left.shape[2]))
            run.tile_done(done, total, grid.source_box(whole))

    return model.predict(
        normalise(hu)[None],
        place,
        cancel=run.cancel,
        wanted=wanted,
        focus_kji=lambda: _looked_at(focus, grid),
        on_window=on_tile,
        empty=NOTHING,
    )


def lungs_of(probability: NDArray[np.float32], airy: LungField) -> NDArray[np.uint8]:
    """Airy lung and what the network adds to it nearby, told apart as left and right.

    The network adds dense lung and the hilum, which thresholds miss. It may not take airy
    lung away: on thin bases at the edge of a scan it lost half of it.
    """
    from scipy import ndimage

    shape = (probability.shape[0], probability.shape[1], probability.shape[2])
    found = resized(airy.labels > 0, shape) >= 0.5
    body = resized(airy.body, shape) >= 0.5
    near = ndimage.binary_dilation(found, iterations=_ADDED_STEPS) & body
    added = (probability > _LUNG_FROM) & near
    return split_left_right(found | added, middle_column(body))


def _lung_segments(labels: tuple[ModelLabel, ...]) -> list[Segment]:
    lungs = [label for label in labels if not label.is_finding]
    return [
        Segment(number, label.name, label.code, label.category, label.color)
        for number, label in enumerate(lungs, start=1)
    ]
