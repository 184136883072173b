"""Networks exported by PyTorch as programs: TorchScript and `.pt2`.

Such a file can run anything when it is opened. So nothing in it is opened, not even to look,
before the person has said that they trust it; and what they trust is a hash, so a file that
was changed afterwards is a file that nobody trusts.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reader.core.errors import ModelUnavailableError
from reader.core.model import ModelSpec
from reader.core.text import say
from reader.inference.adapters.adapter import TRUST_OPTION, DraftLabel, ModelDraft, OpenModel
from reader.inference.adapters.windows import (
    NetworkModel,
    WindowOptions,
    check_labels,
    draft_options,
    read_options,
)
from reader.inference.packs.registry import check_weights

if TYPE_CHECKING:
    import torch

_SUFFIXES: Final = frozenset({".ts", ".pt", ".pth", ".pt2"})
_LARGEST_TEXT_BYTES: Final = 1 << 20
_MOST_NAMES: Final = 1024


@dataclass(slots=True, eq=False)
class _Program:
    """An exported program as a network; the first output where there are several."""

    program: Any
    _device: str = "cpu"

    def __call__(self, windows: torch.Tensor) -> torch.Tensor:
        self._move(str(windows.device))
        said = self.program(windows)
        if isinstance(said, dict):
            said = next(iter(said.values()))
        found: torch.Tensor = said[0] if isinstance(said, list | tuple) else said
        return found

    def release(self) -> None:
        """Leave nothing on a graphics card."""
        self._move("cpu")

    def _move(self, device: str) -> None:
        if device != self._device:
            self.program = self.program.to(device)
            self._device = device


class ExportedPrograms:
    """Single files; a JSON file of the same name beside one may name labels and options."""

    format = "exported"
    packages: tuple[str, ...] = ()
    runs_code = True

    def recognises(self, path: Path) -> bool:
        """Whether it is an archive with a program in it, by the names of its entries."""
        file = _file_in(path)
        return file is not None and _kind(file) is not None

    def draft(self, path: Path) -> ModelDraft:
        """See `Adapter.draft`. From the JSON file alone: the program stays closed."""
        file = _found(path)
        said = _described(file)
        listed = said.get("labels")
        names = (
            [str(n)[:64] for n in listed] if isinstance(listed, list) and listed else ["Label 1"]
        )
        given = said.get("options")
        options = read_options(given if isinstance(given, dict) else {}, file.stem)
        count = said.get("channels", 1)
        many = isinstance(count, int) and 1 <= count <= 16
        beside = file.with_suffix(".json")
        note = say("Nothing is known of what it does; set labels and windows on its card.")
        return ModelDraft(
            id=file.stem,
            name=str(said.get("name", file.stem))[:80],
            version=str(said.get("version", "1"))[:40],
            labels=tuple(DraftLabel(n, name) for n, name in enumerate(names[:_MOST_NAMES], 1)),
            weights=(Path(file.name), *((Path(beside.name),) if beside.is_file() else ())),
            channels=("",) * (int(count) if many else 1),
            options=draft_options(options),
            notes=() if said else (note,),
        )

    def open(self, spec: ModelSpec) -> OpenModel:
        """See `Adapter.open`.

        Raises: ModelUnavailableError: also when the person has not said that they trust it.
        """
        name = spec.identity.name
        if spec.options.get(TRUST_OPTION) != spec.identity.sha256:
            raise ModelUnavailableError(
                say(
                    "The model {name} is a program, and you have not said you trust it.", name=name
                ),
                say(
                    "Nothing in it was run. Trust it in the model manager, if you know its makers."
                ),
            )
        check_weights(spec)
        file = _found(spec.weights)
        options = read_options(spec.options, name)
        network = _Program(_loaded(file, name))
        count = _channels_out(network, options, len(spec.channels), name)
        check_labels(name, count, options, len(spec.labels))
        return NetworkModel(network, options, count)


def _loaded(file: Path, name: str) -> Callable[..., Any]:
    import warnings

    import torch

    try:
        if _kind(file) == "export":
            program: Callable[..., Any] = torch.export.load(file).module()
            return program
        with warnings.catch_warnings():
            # PyTorch calls TorchScript deprecated; models of it are still about.
            warnings.simplefilter("ignore", DeprecationWarning)
            script: torch.jit.ScriptModule = torch.jit.load(  # type: ignore[no-untyped-call]
                str(file), map_location="cpu"
            )
            return script.eval()
    except Exception as error:
        raise ModelUnavailableError(
            say("The weights of the model {name} cannot be read.", name=name),
            say("Restore the model's folder from where it came from."),
        ) from error


def _channels_out(network: _Program, options: WindowOptions, channels: int, name: str) -> int:
    import torch

    sides = options.window[1:] if options.window[0] == 1 else options.window
    try:
        with torch.inference_mode():
            return int(network(torch.zeros((1, channels, *sides))).shape[1])
    except Exception as error:
        raise ModelUnavailableError(
            say("The network of the model {name} does not take its windows.", name=name),
            say("Correct `window` or `channels` on its card."),
        ) from error


def _kind(file: Path) -> str | None:
    """The word "script" or "export", by the names of the archive's entries."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return None
    inner = {name.partition("/")[2] for name in names}
    if any(name.startswith("code/") for name in inner) and "constants.pkl" in inner:
        return "script"
    exported = {"archive_format", "serialized_exported_program.json"}
    return "export" if exported & inner or exported & set(names) else None


def _described(file: Path) -> Mapping[str, Any]:
    beside = file.with_suffix(".json")
    try:
        if not beside.is_file() or beside.stat().st_size > _LARGEST_TEXT_BYTES:
            return {}
        content = json.loads(beside.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _file_in(path: Path) -> Path | None:
    try:
        found = [path] if path.is_file() else [
            one for one in sorted(path.iterdir())
            if one.suffix.lower() in _SUFFIXES and one.is_file()
        ]  # fmt: skip
    except OSError:
        return None
    return found[0] if len(found) == 1 and found[0].suffix.lower() in _SUFFIXES else None


def _found(path: Path) -> Path:
    file = _file_in(path)
    if file is None:
        raise ModelUnavailableError(
            say("The weights of the model {name} are missing.", name=path.stem),
            say("Restore the model's folder from where it came from."),
        )
    return file


ADAPTER: Final = ExportedPrograms()
