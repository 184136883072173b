"""A bundle's configuration as plain values: references followed, expressions refused.

MONAI would build objects by any name and evaluate every text that begins with `$`. Here
both are only text, and what is not plain stops the reading with its name.
Source: monai 1.6.1, bundle/reference_resolver.py and config_parser.py (syntax).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reader.core.errors import ModelUnavailableError
from reader.core.text import say

CONFIGS: Final = "configs"
INFERENCE_NAMES: Final = ("inference.json", "inference.yaml", "inference.yml")
METADATA_NAME: Final = "metadata.json"

_LARGEST_BYTES: Final = 2 << 20
_DEEPEST: Final = 40
_MOST_VALUES: Final = 100_000
_LONGEST_MARK: Final = 500
"""Of a reference, macro or expression; far longer ones only keep the patterns below busy."""

_YAML_MERGE: Final = "tag:yaml.org,2002:merge"
_PLAIN_FILE: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*\.(json|ya?ml)$")
_FILE_MACRO: Final = re.compile(r"^(?P<file>.*\.(?:json|ya?ml))(?:(?:#|::)(?P<id>.*))?$", re.I)
_REFERENCE: Final = re.compile(r"^@[A-Za-z0-9_]+(?:(?:#|::)[A-Za-z0-9_]+)*$")
_CHOICE: Final = re.compile(
    r"^\$(?P<yes>[^$@]{1,200}?) if (?P<flag>@[A-Za-z0-9_#:]{1,100}) else (?P<no>[^$@]{1,200})$"
)
"""One of two constants by a flag: the only form of expression that is read, as a text."""

_NOT_USED: Final = frozenset({"LoadImaged", "SaveImaged", "ToDeviced", "DataStatsd"})
_STILL_USED: Final = frozenset({"_target_", "keys", "ensure_channel_first", "_disabled_"})
"""Of transforms that are ours to do or are left out, only these arguments are looked at."""

_ALWAYS_DROPPED: Final = frozenset({"device", "sw_device", "_requires_", "_desc_"})
"""Arguments that only say on which device; that is ours to choose."""


@dataclass(slots=True, eq=False)
class BundleConfig:
    """The files of `configs/` that are in use. `used` are their names."""

    folder: Path
    name: str
    used: set[str] = field(default_factory=set)
    _files: dict[str, Any] = field(default_factory=dict)
    _count: int = 0

    @classmethod
    def read(cls, bundle: Path) -> BundleConfig:
        """The inference configuration of a bundle.

        Raises: ModelUnavailableError: there is none, or it cannot be read.
        """
        folder = bundle / CONFIGS
        name = inference_name(bundle)
        if name is None:
            raise refused(bundle.name, "configs/inference.json")
        config = cls(folder, bundle.name)
        config._files[""] = config._file(name)
        if not isinstance(config._files[""], dict):
            raise refused(bundle.name, name)
        return config

    def metadata(self) -> Mapping[str, Any]:
        """`metadata.json`; empty where there is none."""
        if not (self.folder / METADATA_NAME).is_file():
            return {}
        content = self._file(METADATA_NAME)
        return content if isinstance(content, dict) else {}

    def has(self, section: str) -> bool:
        """Whether there is such a section at the top."""
        return section in self._files[""]

    def section(self, section: str, stops: frozenset[str] = frozenset()) -> Any:  # noqa: ANN401
        """A section with all references followed: JSON values only.

        References to `stops` (sections that are built once and shared) stay as they are.

        Raises: ModelUnavailableError: an expression or something else that is not plain.
        """
        return self._plain(self._files[""].get(section), section, "", stops, (f"@{section}",))

    def _plain(
        self,
        value: object,
        place: str,
        file: str,
        stops: frozenset[str],
        trail: tuple[str, ...],
    ) -> object:
        self._count += 1
        if len(trail) > _DEEPEST or self._count > _MOST_VALUES:
            raise refused(self.name, place)
        if isinstance(value, dict):
            target = value.get("_target_", "")
            name = target.rpartition(".")[2] if isinstance(target, str) else ""
            if name in _NOT_USED:
                value = {key: one for key, one in value.items() if key in _STILL_USED}
            if value.get("_disabled_") in (True, "true", "True"):
                return None
            return {
                str(key): self._plain(one, f"{place}::{key}", file, stops, (*trail, ""))
                for key, one in value.items()
                if key not in _ALWAYS_DROPPED and key != "_disabled_"
            }
        if isinstance(value, list):
            kept = [
                self._plain(one, f"{place}::{n}", file, stops, (*trail, ""))
                for n, one in enumerate(value)
            ]
            gone = [isinstance(one, dict) and one.get("_disabled_") is True for one in value]
            return [one for one, dropped in zip(kept, gone, strict=True) if not dropped]
        if isinstance(value, str):
            return self._text(value, place, file, stops, trail)
        return value

    def _text(
        self, value: str, place: str, file: str, stops: frozenset[str], trail: tuple[str, ...]
    ) -> object:
        if value[:1] in ("$", "@", "%") and len(value) > _LONGEST_MARK:
            raise refused(self.name, place)
        # `$@name` is the thing itself, without anything to compute.
        if value.startswith("$@") and _REFERENCE.match(value[1:]):
            value = value[1:]
        choice = _CHOICE.match(value)
        if choice is not None:
            return self._chosen(choice, value, place, file, stops, trail)
        if value.startswith("$"):
            raise expression(self.name, place, value)
        if value.startswith("@"):
            if not _REFERENCE.match(value):
                raise refused(self.name, place)
            if value[1:] in stops:
                return value
            # What a macro brings becomes part of the main file; its references lead there.
            return self._followed(value, value[1:], place, "", stops, trail)
        if value.startswith("%"):
            return self._macro(value, place, file, stops, trail)
        return value

    def _chosen(
        self,
        choice: re.Match[str],
        text: str,
        place: str,
        file: str,
        stops: frozenset[str],
        trail: tuple[str, ...],
    ) -> object:
        flag = self._text(choice["flag"], place, file, stops, trail)
        try:
            # Constants only: a name or a call in them is an error here.
            yes, no = (ast.literal_eval(choice[side].strip()) for side in ("yes", "no"))
        except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
            raise expression(self.name, place, text) from error
        if not isinstance(flag, bool):
            raise expression(self.name, place, text)
        return self._plain(yes if flag else no, place, file, stops, (*trail, ""))

    def _macro(
        self, value: str, place: str, file: str, stops: frozenset[str], trail: tuple[str, ...]
    ) -> object:
        elsewhere = _FILE_MACRO.match(value[1:])
        if elsewhere is None:
            return self._followed(value, value[1:], place, file, stops, trail)
        name = elsewhere["file"]
        # Some bundles write the folder, others rely on where they are started.
        name = name.removeprefix("configs/").removeprefix("./")
        if not _PLAIN_FILE.match(name):
            raise refused(self.name, place)
        if name not in self._files:
            self._files[name] = self._file(name)
        return self._followed(value, elsewhere["id"] or "", place, name, stops, trail)

    def _followed(
        self,
        mark: str,
        inner: str,
        place: str,
        file: str,
        stops: frozenset[str],
        trail: tuple[str, ...],
    ) -> object:
        if mark in trail:
            raise refused(self.name, place)
        found: Any = self._files[file]
        for part in re.split(r"::|#", inner) if inner else ():
            try:
                found = found[int(part)] if isinstance(found, list) else found[part]
            except (KeyError, IndexError, ValueError, TypeError) as error:
                raise refused(self.name, f"{place} → {mark[:60]}") from error
        return self._plain(found, place, file, stops, (*trail, mark))

    def _file(self, name: str) -> Any:  # noqa: ANN401
        path = self.folder / name
        try:
            inside = path.resolve().is_relative_to(self.folder.resolve())
            if not (inside and path.is_file()) or path.stat().st_size > _LARGEST_BYTES:
                raise ValueError("not a small file of the bundle")
            text = path.read_text(encoding="utf-8")
            content = json.loads(text) if name.endswith(".json") else _yaml(text)
        except (OSError, ValueError, RecursionError, MemoryError) as error:
            raise refused(self.name, name) from error
        self.used.add(name)
        return content


def inference_name(bundle: Path) -> str | None:
    """The name of the inference configuration in `configs/`."""
    found = (name for name in INFERENCE_NAMES if (bundle / CONFIGS / name).is_file())
    return next(found, None)


def refused(name: str, place: str) -> ModelUnavailableError:
    """Something in the configuration cannot be read."""
    return ModelUnavailableError(
        say("The configuration of the bundle {name} cannot be read ({place}).",
            name=name, place=place[:120]),
        say("Get the bundle again from where it came from."),
    )  # fmt: skip


def expression(name: str, place: str, text: str) -> ModelUnavailableError:
    """A text that MONAI would evaluate as Python."""
    return ModelUnavailableError(
        say("The bundle {name} needs a program to be run: {text} at {place}.",
            name=name, text=text[:60], place=place[:120]),
        say("Nothing in it was run. Ask its makers for a bundle without expressions."),
    )  # fmt: skip


def foreign_target(name: str, target: str) -> ModelUnavailableError:
    """A `_target_` that is on no list."""
    return ModelUnavailableError(
        say("The bundle {name} asks for {target}, which Reading Room does not build.",
            name=name, target=target[:80]),
        say("Nothing in it was run. Only MONAI's own networks, transforms and inferers are."),
    )  # fmt: skip


def _yaml(text: str) -> Any:  # noqa: ANN401
    try:
        import yaml
    except ImportError as error:
        raise ModelUnavailableError(
            say("Bundles written in YAML need a package that is not installed."),
            say('Install it: pip install "reading-room[monai]"'),
        ) from error
    try:
        return yaml.load(text, _unmerged(yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise ValueError("no YAML") from error


def _unmerged(safe_loader: Any) -> Any:  # noqa: ANN401 - PyYAML's classes
    """A safe loader that merges no mappings: by reference they multiply with every level.

    A few hundred bytes never come to an end.
    """

    class Unmerged(safe_loader):  # type: ignore[misc]
        def flatten_mapping(self, node: Any) -> None:  # noqa: ANN401
            if any(key.tag == _YAML_MERGE for key, _ in node.value):
                raise ValueError("merged mappings")

    return Unmerged
