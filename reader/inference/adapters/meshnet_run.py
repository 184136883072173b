"""A MeshNet over a head: conformed, layer by layer, in the fast number format where it is right.

Source: brainchop 0.2.5 (conform, scaling between quantiles, one connected piece).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import InferenceError
from reader.core.focus import Focus
from reader.core.geometry import IndexBox
from reader.core.model import InferenceRequest, InferenceResult
from reader.core.text import say
from reader.imaging.components import grown_box, region_of
from reader.inference.adapters.conform import (
    SIDE,
    between_extremes,
    between_quantiles,
    conformed,
    conformed_grid,
)
from reader.inference.adapters.grids import ModelGrid
from reader.inference.adapters.result import segmentation_result
from reader.inference.adapters.stages import Stages
from reader.inference.engine.place import Place

if TYPE_CHECKING:
    import torch

    from reader.inference.networks.meshnet import MeshFeatures, MeshNet, Numbers

_CHUNK: Final = 8
_LOOK_CORE: Final = 32
_LOOK_HALO: Final = 24
"""The first look: so many voxels each way from where the reader looks, and around them."""

_TISSUE_FROM: Final = 0.08
_TISSUE_VOXELS: Final = 20
_AIR: Final = 18
"""The head: brighter than so much in so many voxels of a plane; and the air left around it."""

_SPOT: Final = 28
"""Half the side of what is computed twice to compare number formats."""

_MEMORY_SHARE: Final = 0.4
"""Of the free memory; above it activations are kept in half the bytes."""


@dataclass(slots=True, eq=False)
class OpenMeshNet:
    """A MeshNet with its weights in memory."""

    network: MeshNet
    scaling: str = "quantiles"
    side: int = SIDE

    def run(
        self,
        request: InferenceRequest,
        place: Place,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult:
        """See `OpenModel.run`."""
        import torch

        from reader.inference.engine.windowed_model import threads_beside

        if request.volume.is_color:
            raise InferenceError(
                say("This series is in colour, which the model cannot read."),
                say("Choose a grey-scale series."),
            )
        stages = Stages(report, cancel)
        torch.set_num_threads(threads_beside(place))
        with stages.stage("preprocess", say("Preparing the images")):
            grid = conformed_grid(request.volume.geometry, self.side)
            image = torch.from_numpy(self._scaled(conformed(request.volume, grid)))
        with stages.stage("network", say("Running the model")), torch.inference_mode():
            device, found = self._labelled(image, grid, place, focus, stages)
        stages.finishing()
        with stages.stage("to_source_grid", say("Fitting the result to the images")):
            labels = grid.labels_to_source(_one_piece(found))
        return segmentation_result(
            request, labels, seconds=stages.seconds, device=device, notes=stages.notes
        )

    def _scaled(self, image: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.scaling == "extremes":
            return between_extremes(image)
        return between_quantiles(image, 0.02, 0.98)

    def _labelled(
        self, image: torch.Tensor, grid: ModelGrid, place: Place, focus: Focus, stages: Stages
    ) -> tuple[str, NDArray[np.uint16]]:
        """The device that managed it, and the labels on the conformed grid."""
        import torch

        from reader.inference.engine.device import is_out_of_memory, release_memory

        attempt = _Attempt(self.network, image, grid, focus, stages)
        try:
            return str(place.device), attempt.labels(place.device)
        except Exception as error:
            if place.device.type == "cpu" or not is_out_of_memory(error):
                raise
            release_memory(place.device)
            stages.notes.append(
                say("The graphics card ran out of memory; the run went on with less.")
            )
        return "cpu", attempt.labels(torch.device("cpu"))


@dataclass(slots=True, eq=False)
class _Attempt:
    """One way through the network."""

    network: MeshNet
    image: torch.Tensor
    grid: ModelGrid
    focus: Focus
    stages: Stages

    def labels(self, device: torch.device) -> NDArray[np.uint16]:
        """The label of every voxel of the conformed grid."""
        box = self._box()
        numbers = self._checked(self._numbers(device), box, device)
        chunks = list(range(0, box[0][1] - box[0][0], _CHUNK))
        self._first_look(numbers, device)
        total = len(chunks)

        def on_slab(done: int, slabs: int) -> None:
            nonlocal total
            total = slabs + len(chunks)
            self.stages.window(done, total)

        cancel = self.stages.cancel
        inside = self.image[region_of(box)]
        features = self.network.features(inside, numbers, device, cancel, on_slab)
        out = np.zeros(tuple(self.image.shape), np.uint16)
        done = total - len(chunks)
        while chunks:
            cancel.check()
            k0 = self._nearest(chunks, box[0][0])
            chunks.remove(k0)
            done += 1
            labels = self._classified(features, k0)
            part = ((box[0][0] + k0, box[0][0] + k0 + len(labels)), box[1], box[2])
            out[region_of(part)] = labels
            self.stages.window(done, total, *self.grid.preview(labels, part))
        return out

    def _checked(self, numbers: Numbers, box: IndexBox, device: torch.device) -> Numbers:
        """The same, or full precision where that says something else in the middle."""
        import torch

        from reader.inference.engine.spot_check import TooDifferentError, best_label, check_way
        from reader.inference.networks.meshnet import Numbers

        if numbers.computed == torch.float32:
            return numbers
        middle = [(low + high) // 2 for low, high in box]
        k, j, i = (slice(max(0, m - _SPOT), m + _SPOT) for m in middle)
        spot = self.image[k, j, i][None, None].to(device)
        try:
            check_way(
                lambda windows: self.network(windows.to(numbers.computed)),
                self.network,
                [spot],
                best_label,
                self.stages.cancel,
            )
        except TooDifferentError as error:
            self.stages.notes.append(
                say(
                    "With {way} {percent} % of the labels of a sample differed from full precision,"
                    " so it was not used.",
                    way="bfloat16",
                    percent=f"{100 * error.share:.1f}",
                )
            )
            return Numbers(torch.float32, torch.float32)
        return numbers

    def _box(self) -> IndexBox:
        """The part with something in it: the head and some air around, as brainchop crops it."""
        shape = (self.image.shape[0], self.image.shape[1], self.image.shape[2])
        whole: IndexBox = ((0, shape[0]), (0, shape[1]), (0, shape[2]))
        if self.network.sees_everything:
            return whole
        tissue = self.image > _TISSUE_FROM
        found = []
        for axis in range(3):
            others = [a for a in range(3) if a != axis]
            planes = np.flatnonzero((tissue.sum(dim=others) >= _TISSUE_VOXELS).numpy())
            if len(planes) == 0:
                return whole
            found.append((int(planes[0]), int(planes[-1]) + 1))
        return grown_box((found[0], found[1], found[2]), _AIR, shape)

    def _classified(self, features: MeshFeatures, k0: int) -> NDArray[np.uint16]:
        """The labels of some slices."""
        k1 = min(k0 + _CHUNK, len(features.store))
        out = np.zeros((k1 - k0, *features.store.shape[1:3]), np.uint16)
        # Two slices at a time: a hundred classes are 26 MB for each in single precision.
        for k in range(k0, k1, 2):
            end = min(k + 2, k1)
            out[k - k0 : end - k0] = features.logits(k, end).argmax(0).cpu().numpy()
        return out

    def _first_look(self, numbers: Numbers, device: torch.device) -> None:
        """What the network says around the reader's place, seen by itself: quick, not final."""
        at = self.grid.place_of(self.focus.place_lps_mm)
        shape = (self.image.shape[0], self.image.shape[1], self.image.shape[2])
        if at is None or any(not 0 <= x < n for x, n in zip(at, shape, strict=True)):
            return
        k, j, i = ((int(x), int(x) + 1) for x in at)
        core = grown_box((k, j, i), _LOOK_CORE, shape)
        around = grown_box(core, _LOOK_HALO, shape)
        if _voxels(around) > 0.5 * self.image.numel():
            return
        cancel = self.stages.cancel
        seen = self.network.features(self.image[region_of(around)], numbers, device, cancel)
        labels = np.concatenate(
            [
                seen.logits(k, k + 1).argmax(0).cpu().numpy().astype(np.uint16)
                for k in range(around[0][1] - around[0][0])
            ]
        )
        inner: IndexBox = tuple(  # type: ignore[assignment]
            (lo - a, hi - a) for (lo, hi), (a, _) in zip(core, around, strict=True)
        )
        region, preview = self.grid.preview(np.ascontiguousarray(labels[region_of(inner)]), core)
        self.stages.window(0, 1 + len(self.image), region, preview)

    def _nearest(self, chunks: Sequence[int], first: int) -> int:
        at = self.grid.place_of(self.focus.place_lps_mm)
        if at is None:
            return chunks[0]
        return min(chunks, key=lambda k: abs(first + k + _CHUNK / 2 - at[0]))

    def _numbers(self, device: torch.device) -> Numbers:
        """bfloat16 where it is fast; where memory is short also to keep activations in."""
        import psutil
        import torch

        from reader.inference.engine.device import fast_numbers
        from reader.inference.networks.meshnet import Numbers

        if fast_numbers(device):
            return Numbers(torch.bfloat16, torch.bfloat16)
        needed = 4 * self.network.widest * self.image.numel()
        short = device.type == "cpu" and (
            needed > _MEMORY_SHARE * psutil.virtual_memory().available
        )
        return Numbers(torch.bfloat16 if short else torch.float32, torch.float32)


def _one_piece(labels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The largest connected piece of all labels together, as brainchop keeps it."""
    import cc3d

    largest = cc3d.largest_k(labels > 0, k=1, connectivity=26)
    return np.where(largest > 0, labels, np.uint16(0))


def _voxels(box: IndexBox) -> int:
    return int(np.prod([hi - lo for lo, hi in box]))
