"""MeshNet layer lists, as brainchop publishes them: `model.json` and weights in one folder.

They see FreeSurfer's conformed space and label the whole of it.
Source: brainchop 0.2.5 (conform, scaling between quantiles, one connected piece).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reader.core.errors import ModelUnavailableError
from reader.core.model import ModelSpec
from reader.core.text import Text, say
from reader.inference.adapters.adapter import DraftLabel, ModelDraft, OpenModel
from reader.inference.adapters.safe_pickle import load_tensors

if TYPE_CHECKING:
    from reader.inference.networks.meshnet import MeshNet

LIST_NAME: Final = "model.json"
COLORMAP_NAME: Final = "colormap.json"
WEIGHT_NAMES: Final = ("model.safetensors", "model.pth", "model.pt")
_LARGEST_TEXT_BYTES: Final = 1 << 20
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

_BETWEEN_EXTREMES: Final = frozenset({
    "09e80b88aac5069cf536114c9082a30e574c2ef12fbd396cd7c02e8ccb025622",
})  # fmt: skip
"""Networks of 104 classes, which brainchop's pages scale so; between quantiles they take twice
the white matter there is."""


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
        from reader.inference.packs.file_hashes import file_sha256

        network = _network(path, path.name)
        weights = _weights_in(path) or Path()
        sha256 = file_sha256(weights)
        names, notes = _names(path, network.classes - 1, sha256)
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
            options={"scaling": "extremes" if sha256 in _BETWEEN_EXTREMES else "quantiles"},
            notes=notes,
        )

    def open(self, spec: ModelSpec) -> OpenModel:
        """See `Adapter.open`."""
        from reader.inference.packs.registry import check_weights

        check_weights(spec)
        folder = spec.weights if spec.weights.is_dir() else spec.weights.parent
        network = _network(folder, spec.identity.name)
        if network.classes - 1 != len(spec.labels):
            raise _unfit(spec.identity.name, "the card names another number of labels")
        from reader.inference.adapters.meshnet_run import OpenMeshNet

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
        if not path.is_file() or path.stat().st_size > _LARGEST_TEXT_BYTES:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _names(folder: Path, count: int, sha256: str) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """Names of the labels from 1, and a note where nobody names them."""
    known = _KNOWN_LABELS.get(sha256, ())
    if len(known) == count:
        return tuple(known), ()
    listed = _json(folder / COLORMAP_NAME).get("labels")
    if isinstance(listed, list) and len(listed) == count + 1:
        return tuple(_readable(str(name)) for name in listed[1:]), ()
    names = tuple(f"Label {n}" for n in range(1, count + 1))
    return names, (say("Its files do not say what its labels mean."),)


def _readable(name: str) -> str:
    """FreeSurfer's names with spaces; `*` marks a newer segmentation of the same thing."""
    return name.strip().rstrip("*").replace("-", " ").replace("_", " ")[:64] or "?"


ADAPTER: Final = MeshNets()
