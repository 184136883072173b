"""MeshNet layer lists, as brainchop publishes them: `model.json` and weights in one folder.

They see FreeSurfer's conformed space and label the whole of it.
Source: brainchop 0.2.5 (conform, scaling between quantiles, one connected piece).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import InferenceError, ModelUnavailableError
from reader.core.focus import Focus
from reader.core.geometry import IndexBox
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec
from reader.core.text import Text, say
from reader.imaging.components import grown_box, region_of
from reader.inference.adapters.adapter import DraftLabel, ModelDraft, OpenModel
from reader.inference.adapters.conform import (
    SIDE,
    between_extremes,
    between_quantiles,
    conformed,
    conformed_grid,
)
from reader.inference.adapters.grids import ModelGrid
from reader.inference.adapters.result import segmentation_result
from reader.inference.adapters.safe_pickle import load_tensors
from reader.inference.adapters.stages import Stages
from reader.inference.engine.place import Place

if TYPE_CHECKING:
    import torch

    from reader.inference.networks.meshnet import MeshFeatures, MeshNet, Numbers

LIST_NAME: Final = "model.json"
COLORMAP_NAME: Final = "colormap.json"
WEIGHT_NAMES: Final = ("model.safetensors", "model.pth", "model.pt")
_LARGEST_TEXT_BYTES: Final = 1 << 20
_CHUNK: Final = 8
_LOOK_CORE: Final = 32
_LOOK_HALO: Final = 24
"""The first look: so many voxels each way from where the reader looks, and around them."""

_TISSUE_FROM: Final = 0.08
_TISSUE_VOXELS: Final = 20
_AIR: Final = 18
"""The head: brighter than so much in so many voxels of a plane; and the air left around it."""

_MEMORY_SHARE: Final = 0.4
"""Of the free memory; above it activations are kept in half the bytes."""

_TISSUE: Final = ("White matter", "Grey matter")
_FREESURFER_18: Final = (
    "Cerebral white matter", "Cerebral cortex", "Lateral ventricle",
    "Inferior lateral ventricle", "Cerebellar white matter", "Cerebellar cortex", "Thalamus",
    "Caudate", "Putamen", "Pallidum", "Third ventricle", "Fourth ventricle", "Brain stem",
    "Hippocampus", "Amygdala", "Accumbens area", "Ventral diencephalon",
)  # fmt: skip
_KNOWN_LABELS: Final[Mapping[str, Sequence[str]]] = {
    "8b83b35b971305b9baeef9f927a5f0d4432c7beea60743f54e8d960031298ba3": _TISSUE,
    "aa5235ab3a034135277c47f8e7c32849895c6e31ee6c4e942d63a6aec5ff4ee4": _FREESURFER_18,
    "31f1bda17b8d3eee17a54cf3f199899763a6615a049f05ab2a05f18eb98ec23a": ("Brain",),
}
"""By the weights' SHA-256, where the folder does not say; from brainchop's own tables."""


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
                say("The graphics card ran out of memory; the run was done on the processor.")
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
        numbers = self._numbers(device)
        box = self._box()
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


class MeshNets:
    """Folders with a layer list and weights."""

    format = "meshnet"
    packages: tuple[str, ...] = ()
    runs_code = False

    def recognises(self, path: Path) -> bool:
        """Whether `model.json` lists layers and weights lie beside it."""
        return _weights_in(path) is not None and isinstance(_listed(path).get("layers"), list)

    def draft(self, path: Path) -> ModelDraft:
        """See `Adapter.draft`."""
        network = _network(path, path.name)
        weights = _weights_in(path) or Path()
        names, notes = _names(path, network.classes - 1)
        header = str(_listed(path).get("header", ""))[:300]
        also = [name for name in (LIST_NAME, COLORMAP_NAME) if (path / name).is_file()]
        return ModelDraft(
            id=path.name,
            name=path.name,
            version="1",
            labels=tuple(DraftLabel(n, name) for n, name in enumerate(names, start=1)),
            weights=(Path(weights.name), *(Path(name) for name in also)),
            modality="MR",
            body_parts=("BRAIN", "HEAD"),
            summary=header,
            options={"scaling": "quantiles"},
            notes=notes,
        )

    def open(self, spec: ModelSpec) -> OpenModel:
        """See `Adapter.open`."""
        folder = spec.weights if spec.weights.is_dir() else spec.weights.parent
        network = _network(folder, spec.identity.name)
        if network.classes - 1 != len(spec.labels):
            raise _unfit(spec.identity.name, "the card names another number of labels")
        return OpenMeshNet(network, str(spec.options.get("scaling", "quantiles")))


def _network(folder: Path, name: str) -> MeshNet:
    from reader.inference.networks.meshnet import MeshDesign, MeshNet

    weights = _weights_in(folder)
    if weights is None:
        raise _unfit(name, "there are no weights beside the layer list")
    tensors = load_tensors(weights, name)
    try:
        return MeshNet(MeshDesign.read(_listed(folder)), tensors)
    except ValueError as error:
        raise _unfit(name, str(error)) from error


def _unfit(name: str, why: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The layer list of the model {name} cannot be used ({why}).", name=name, why=why),
        say("Get the model again from where it came from."),
    )


def _weights_in(folder: Path) -> Path | None:
    found = (folder / name for name in WEIGHT_NAMES)
    return next((path for path in found if path.is_file()), None)


def _listed(folder: Path) -> Mapping[str, Any]:
    return _json(folder / LIST_NAME)


def _json(path: Path) -> Mapping[str, Any]:
    """The object in a small JSON file; empty where there is none."""
    try:
        if path.stat().st_size > _LARGEST_TEXT_BYTES:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _names(folder: Path, count: int) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """Names of the labels from 1, and a note where nobody names them."""
    from reader.inference.packs.file_hashes import file_sha256

    weights = _weights_in(folder)
    known = _KNOWN_LABELS.get(file_sha256(weights)) if weights is not None else None
    if known is not None and len(known) == count:
        return tuple(known), ()
    listed = _json(folder / COLORMAP_NAME).get("labels")
    if isinstance(listed, list) and len(listed) == count + 1:
        return tuple(_readable(str(name)) for name in listed[1:]), ()
    names = tuple(f"Label {n}" for n in range(1, count + 1))
    return names, (say("Its files do not say what its labels mean."),)


def _readable(name: str) -> str:
    """FreeSurfer's names with spaces; `*` marks a newer segmentation of the same thing."""
    return name.strip().rstrip("*").replace("-", " ").replace("_", " ")[:64] or "?"


def _one_piece(labels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The largest connected piece of all labels together, as brainchop keeps it."""
    import cc3d

    largest = cc3d.largest_k(labels > 0, k=1, connectivity=26)
    return np.where(largest > 0, labels, np.uint16(0))


def _voxels(box: IndexBox) -> int:
    return int(np.prod([hi - lo for lo, hi in box]))


ADAPTER: Final = MeshNets()
