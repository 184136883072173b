"""ONNX files, run by ONNX Runtime in windows over the image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import ModelUnavailableError
from reader.core.model import ModelSpec
from reader.core.text import Text, say
from reader.inference.adapters.adapter import DraftLabel, ModelDraft, OpenModel
from reader.inference.adapters.onnx_file import (
    DOUBLE,
    FLOAT,
    FLOAT16,
    OnnxFacts,
    OnnxValue,
    inspect_onnx,
    label_names,
)
from reader.inference.adapters.windows import (
    MOST_CLASSES,
    NetworkModel,
    WindowOptions,
    check_labels,
    draft_options,
    read_options,
)

if TYPE_CHECKING:
    import torch

PACKAGE: Final = "onnxruntime"
_NUMBERS: Final = {FLOAT: np.float32, FLOAT16: np.float16, DOUBLE: np.float64}
_FEW_CHANNELS: Final = 16
_DYNAMIC_SIDE: Final = 96
_DYNAMIC_SIDE_2D: Final = 256


@dataclass(frozen=True, slots=True)
class Layout:
    """How the network's input lies: its channels, spatial sides, and their order."""

    channels: int
    sides: tuple[int | None, ...]
    channels_last: bool

    @property
    def window(self) -> tuple[int, int, int]:
        """Fixed sides as they are; free ones at a usual size. A 2-D network sees one slice."""
        usual = _DYNAMIC_SIDE if len(self.sides) == 3 else _DYNAMIC_SIDE_2D
        sides = [side or usual for side in self.sides]
        k, j, i = sides if len(sides) == 3 else [1, *sides]
        return k, j, i

    def fits(self, window: Sequence[int]) -> bool:
        """Whether a window may be given to it."""
        given = window if len(self.sides) == 3 else window[1:]
        flat = len(self.sides) == 3 or window[0] == 1
        return flat and all(
            side is None or side == n for side, n in zip(self.sides, given, strict=True)
        )


class Session(Protocol):
    """The part of ONNX Runtime's session that is used."""

    def run(
        self, outputs: Sequence[str], inputs: Mapping[str, NDArray[Any]]
    ) -> Sequence[NDArray[Any]]:
        """Values of some outputs for all inputs, by name."""
        ...


@dataclass(slots=True, eq=False)
class OnnxNetwork:
    """A session that looks like a network: tensors in, tensors out."""

    path: Path
    layout: Layout
    source: OnnxValue
    target: str
    name: str
    _session: tuple[str, Session] | None = None

    def __call__(self, windows: torch.Tensor) -> torch.Tensor:
        """Windows (n, c, [k,] j, i) to what the file returns, channels second."""
        import torch

        session = self.session(windows.device.type)
        array = windows.detach().cpu().numpy().astype(_NUMBERS[self.source.element], copy=False)
        if self.layout.channels_last:
            array = np.moveaxis(array, 1, -1)
        # One at a time: many files have a fixed batch of one.
        said = [
            session.run([self.target], {self.source.name: np.ascontiguousarray(one[None])})[0]
            for one in array
        ]
        out = np.concatenate(said).astype(np.float32, copy=False)
        if self.layout.channels_last:
            out = np.moveaxis(out, -1, 1)
        return torch.from_numpy(np.ascontiguousarray(out)).to(windows.device)

    def session(self, device: str) -> Session:
        """ONNX Runtime's session for "cpu" or "cuda", made once; the last one is kept.

        Raises: ModelUnavailableError: it cannot be made, or the package is missing.
        """
        if self._session is None or self._session[0] != device:
            self._session = None
            self._session = (device, _session(self.path, self.name, device))
        return self._session[1]

    def release(self) -> None:
        """Leave nothing on a graphics card."""
        if self._session is not None and self._session[0] != "cpu":
            self._session = None

    def channels_out(self, window: Sequence[int]) -> int:
        """How many channels a window brings, tried with zeros."""
        import torch

        sides = window if len(self.layout.sides) == 3 else window[1:]
        said = self(torch.zeros((1, self.layout.channels, *sides)))
        if said.ndim != 2 + len(sides) or tuple(said.shape[2:]) != tuple(sides):
            raise _unfit(self.name, "what it returns is not of its input's size")
        return int(said.shape[1])


class OnnxModels:
    """Single `.onnx` files, or folders with one and the weights beside it."""

    format = "onnx"
    packages: tuple[str, ...] = (PACKAGE,)
    runs_code = False

    def recognises(self, path: Path) -> bool:
        """Whether it is one ONNX file, or a folder with exactly one."""
        return _file_in(path) is not None

    def draft(self, path: Path) -> ModelDraft:
        """See `Adapter.draft`."""
        file = _found(path)
        facts = inspect_onnx(file)
        layout = layout_of(facts, file.stem)
        options = read_options({"window": layout.window}, file.stem)
        count = _channels_out(facts, layout)
        if count is None:
            count = _tried(file, layout)
        names, options, notes = _names(facts, count, options)
        return ModelDraft(
            id=file.stem,
            name=file.stem,
            version="1",
            labels=tuple(DraftLabel(n, name) for n, name in enumerate(names, start=1)),
            weights=(Path(file.name), *(Path(one) for one in sorted(facts.external))),
            channels=("",) * layout.channels,
            options=draft_options(options),
            notes=notes,
        )

    def open(self, spec: ModelSpec) -> OpenModel:
        """See `Adapter.open`."""
        from reader.inference.packs.registry import check_weights

        check_weights(spec)
        file = _found(spec.weights)
        name = spec.identity.name
        facts = inspect_onnx(file)
        _check_hashed(facts, file, spec)
        layout = layout_of(facts, name)
        options = read_options(spec.options, name)
        if layout.channels != len(spec.channels):
            raise _unfit(name, f"it wants {layout.channels} channels")
        if not layout.fits(options.window):
            raise _unfit(name, f"its windows must be {layout.window}")
        network = OnnxNetwork(file, layout, facts.inputs[0], facts.outputs[0].name, name)
        count = network.channels_out(_smallest(layout, options.window))
        check_labels(name, count, options, len(spec.labels))
        return NetworkModel(network, options, count)


def _tried(file: Path, layout: Layout) -> int:
    """How many channels it returns, by running it where it can do no harm."""
    import importlib.util

    from reader.inference.adapters.onnx_probe import channels_out_apart

    if importlib.util.find_spec(PACKAGE) is None:
        raise _not_installed()
    count = channels_out_apart(file, _smallest(layout, layout.window))
    if count is None:
        raise _unfit(file.stem, "it does not say what it returns, and fails when it is tried")
    return count


def _check_hashed(facts: OnnxFacts, file: Path, spec: ModelSpec) -> None:
    """Raises: ModelUnavailableError: it reads files beside it that the card does not name."""
    weights = spec.card.get("weights")
    listed = weights.get("files", ()) if isinstance(weights, dict) else ()
    named = {(spec.folder / str(one["path"])).resolve() for one in listed}
    if any((file.parent / one).resolve() not in named for one in facts.external):
        raise _unfit(spec.identity.name, "its card does not name all of its files")


def layout_of(facts: OnnxFacts, name: str) -> Layout:
    """How the one input lies. Raises: ModelUnavailableError: no image goes in there."""
    if len(facts.inputs) != 1 or not facts.outputs:
        raise _unfit(name, f"it has {len(facts.inputs)} inputs")
    source = facts.inputs[0]
    if source.element not in _NUMBERS:
        raise _unfit(name, "its input is no floating-point image")
    if len(source.shape) not in (4, 5):
        raise _unfit(name, f"its input has {len(source.shape)} axes instead of 4 or 5")
    batch, *rest = source.shape
    if batch not in (None, 1):
        raise _unfit(name, f"it wants {batch} images at once")
    first, last = rest[0], rest[-1]
    is_last = (
        (first is None or first > _FEW_CHANNELS) and last is not None and last <= _FEW_CHANNELS
    )
    channels = last if is_last else first
    if channels is None or channels > _FEW_CHANNELS:
        raise _unfit(name, "it does not say how many channels it wants")
    return Layout(channels, tuple(rest[:-1] if is_last else rest[1:]), is_last)


def _channels_out(facts: OnnxFacts, layout: Layout) -> int | None:
    shape = facts.outputs[0].shape
    if len(shape) != 2 + len(layout.sides):
        return None
    return shape[-1] if layout.channels_last else shape[1]


def _smallest(layout: Layout, window: Sequence[int]) -> tuple[int, ...]:
    """A window to try: the whole one where sides are fixed, else no larger than needed."""
    if all(layout.sides):
        return tuple(window)
    return tuple(n if n <= 64 else 64 for n in window)


def _names(
    facts: OnnxFacts, count: int, options: WindowOptions
) -> tuple[tuple[str, ...], WindowOptions, tuple[Text, ...]]:
    """Names of the labels; one channel alone is a label, several are classes from background."""
    if not 1 <= count <= MOST_CLASSES:
        raise _unfit("", f"it tells {count} things apart")
    given = label_names(facts.metadata)
    if count == 1 or (len(given) == count and given[0].lower() not in ("background", "bg", "0")):
        options = options.model_copy(update={"output": "labels"})
        names = given if len(given) == count else tuple(f"Label {n}" for n in range(1, count + 1))
    else:
        names = given[1:] if len(given) == count else given
        if len(names) != count - 1:
            names = tuple(f"Label {n}" for n in range(1, count))
    notes = (say("Its files say nothing of spacing and scaling; set them on its card."),)
    return names, options, notes if given else (
        *notes, say("Its files do not say what its labels mean.")
    )  # fmt: skip


def _session(path: Path, name: str, device: str) -> Session:
    try:
        import onnxruntime
    except ImportError as error:
        raise _not_installed() from error
    from reader.inference.engine.device import beside_a_screen_threads

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = beside_a_screen_threads()
    wanted = ("CUDAExecutionProvider",) * (device == "cuda") + ("CPUExecutionProvider",)
    providers = [one for one in wanted if one in onnxruntime.get_available_providers()]
    try:
        session: Session = onnxruntime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:
        raise _unfit(name, "ONNX Runtime refuses it") from error
    return session


def _not_installed() -> ModelUnavailableError:
    return ModelUnavailableError(
        say("ONNX models need a package that is not installed."),
        say('Install it: pip install "reading-room[onnx]"'),
    )


def _file_in(path: Path) -> Path | None:
    """The ONNX file that is, or lies in, a path; by its suffix and first byte."""
    try:
        found = [path] if path.is_file() else sorted(path.glob("*.onnx"))
        if len(found) != 1 or found[0].suffix.lower() != ".onnx" or not found[0].is_file():
            return None
        with found[0].open("rb") as file:
            return found[0] if file.read(1) == b"\x08" else None
    except OSError:
        return None


def _found(path: Path) -> Path:
    file = _file_in(path)
    if file is None:
        raise _unfit(path.stem, "there is no ONNX file")
    return file


def _unfit(name: str, why: str) -> ModelUnavailableError:
    return ModelUnavailableError(
        say("The ONNX model {name} cannot be used ({why}).", name=name, why=why),
        say("Ask its makers for a network from one image to labels of the same size."),
    )


ADAPTER: Final = OnnxModels()
