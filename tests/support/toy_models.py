"""Models by others in two toy formats, one of which can hold code, and libraries to add them to.

A toy is a folder with `toy.json` (what it says about itself) and `toy.weights` (any bytes);
a `.toycode` file is the same in one file. Opened, it labels what is bright.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from reader.core.cancel import Progress
from reader.core.errors import InferenceError, ModelUnavailableError
from reader.core.model import InferenceResult, ModelSpec
from reader.core.segmentation import Segment
from reader.core.text import say
from reader.inference.adapters import known
from reader.inference.adapters.adapter import DraftLabel, ModelDraft
from reader.inference.packs.library import PackLibrary, PackPlaces
from reader.inference.packs.registry import check_weights
from reader.inference.packs.self_test import self_test_with
from tests.support.sessions import RESOURCES


class ToyModel:
    def __init__(self, spec: ModelSpec) -> None:
        self._spec = spec

    def run(self, request, place, report, cancel, focus) -> InferenceResult:
        cancel.check()
        if b"crash" in weights_file(self._spec).read_bytes():
            raise InferenceError(say("The toy is broken."), say("Get another."))
        voxels = request.volume.voxels
        label = self._spec.labels[0]
        return InferenceResult(
            run_id=request.run_id,
            series_key=request.series_key,
            identity=self._spec.identity,
            labels=(voxels > np.median(voxels)).astype(np.uint16),
            segments=(Segment(1, label.name, label.code, label.category, label.color),),
            findings=(),
            heatmap=None,
            device="cpu",
            seconds={},
        )


class ToyRunner:
    """Runs toys in the calling thread, without PyTorch."""

    def __init__(self, specs: Callable[[], tuple[ModelSpec, ...]] = tuple) -> None:
        self.specs = specs

    def run(self, request, report, cancel, focus=None) -> InferenceResult:
        cancel.check()
        report(Progress(0, 1, say("Looking")))
        opened = known.adapter_of(request.spec.format).open(request.spec)
        return opened.run(request, None, report, cancel, focus)

    def warm(self) -> None:
        """There is nothing to get ready."""

    def close(self) -> None:
        """There is nothing to let go of."""


def weights_file(spec: ModelSpec) -> Path:
    return spec.weights / "toy.weights" if spec.weights.is_dir() else spec.weights


class ToyFormat:
    packages: tuple[str, ...] = ()
    runs_code = False
    format = "toy"

    def recognises(self, path: Path) -> bool:
        return (path / "toy.json").is_file()

    def draft(self, path: Path) -> ModelDraft:
        try:
            said = json.loads((path / "toy.json").read_text())
        except ValueError as error:
            raise ModelUnavailableError(say("Damaged toy."), say("Get another.")) from error
        return draft_of(said, (Path("toy.json"), Path("toy.weights")))

    def open(self, spec: ModelSpec) -> ToyModel:
        check_weights(spec)
        return ToyModel(spec)


class ToyCodeFormat(ToyFormat):
    format = "toy-code"
    runs_code = True

    def recognises(self, path: Path) -> bool:
        return path.suffix == ".toycode"

    def draft(self, path: Path) -> ModelDraft:
        return draft_of({"name": path.stem}, (Path(path.name),))


class NeedyFormat(ToyFormat):
    format = "needy"
    packages = ("a_package_nobody_has",)

    def recognises(self, path: Path) -> bool:
        return (path / "needy").is_file() and (path / "toy.json").is_file()


def draft_of(said: Mapping[str, object], weights: tuple[Path, ...]) -> ModelDraft:
    names = said.get("labels", ["liver", "gizmo_left"])
    assert isinstance(names, list)
    return ModelDraft(
        id=str(said.get("id", said.get("name", "toy"))),
        name=str(said.get("name", "Toy")),
        version=str(said.get("version", "2")),
        labels=tuple(DraftLabel(n, name) for n, name in enumerate(names, 1)),
        weights=weights,
        modality=str(said.get("modality", "CT")),
        licence=str(said.get("licence", "")),
        options={"step": 0.5},
    )


def register_toys(monkeypatch) -> None:
    """Have Reading Room know the toy formats for the length of a test."""
    import sys
    from types import ModuleType

    for adapter in (NeedyFormat(), ToyCodeFormat(), ToyFormat()):
        name = f"toy_module_{adapter.format}"
        module = ModuleType(name)
        module.ADAPTER = adapter
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setitem(known.MODULES, adapter.format, name)


def write_toy(folder: Path, weights: bytes = b"weights of a toy", **said: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "toy.json").write_text(json.dumps(said))
    (folder / "toy.weights").write_bytes(weights)
    return folder


def places_under(home: Path) -> PackPlaces:
    return PackPlaces(
        shipped=home / "shipped",
        own=home / "own",
        labels=RESOURCES / "labels",
        keys=home / "config" / "model-keys.json",
        trusted=home / "config" / "trusted-models.json",
    )


def toy_library(home: Path, **options: object) -> PackLibrary:
    """A library with its self-test in a thread of this process."""
    places = places_under(home)
    test = self_test_with(ToyRunner)
    return PackLibrary(places, options.pop("self_test", test), **options)


def everything_under(folder: Path) -> list[str]:
    """The names of what there is, however hidden."""
    with suppress(OSError):
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return []
