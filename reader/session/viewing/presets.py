"""Named windows: read from `resources/window_presets.toml`, chosen by what a series shows."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from reader.core.errors import UnreadableError
from reader.core.intensity import WindowLevel, WindowPreset
from reader.core.text import Text, say
from reader.session.viewing.units import ShownUnit

AUTOMATIC_KEY: Final = 8
"""The number key of the automatic window, which is computed and not a preset."""

_NAMES: Final[Mapping[str, Text]] = {
    "lung": say("Lung"),
    "mediastinum": say("Mediastinum"),
    "bone": say("Bone"),
    "abdomen": say("Abdomen"),
    "liver": say("Liver"),
    "brain": say("Brain"),
    "cta": say("CT angiography"),
    "pulmonary-embolism": say("Pulmonary embolism"),
    "neck": say("Neck"),
    "stroke": say("Stroke"),
    "subdural": say("Subdural"),
    "temporal-bone": say("Temporal bone"),
    "suv-5": say("SUV 0 to 5"),
    "suv-10": say("SUV 0 to 10"),
}


def load_presets(path: Path) -> tuple[WindowPreset, ...]:
    """All presets of a file, in its order. Raises: UnreadableError."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["preset"]
        return tuple(_preset(entry) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(
            say("The window presets could not be read."),
            say("Put back the file `window_presets.toml` that came with Reading Room."),
        ) from error


def _preset(entry: Mapping[str, Any]) -> WindowPreset:
    return WindowPreset(
        id=entry["id"],
        name=entry["name"],
        window=WindowLevel(float(entry["center"]), float(entry["width"])),
        modality=entry["modality"],
        body_parts=tuple(entry.get("body_parts", ())),
        key=entry.get("key"),
    )


def presets_for(
    presets: Sequence[WindowPreset], modality: str, body_part: str
) -> tuple[WindowPreset, ...]:
    """A modality's presets: those made for the body part, those for all, then the others.

    None is left out, because headers often name the wrong body part.
    """
    words = body_part.upper()

    def distance(preset: WindowPreset) -> int:
        if any(part in words for part in preset.body_parts):
            return 0
        return 2 if preset.body_parts else 1

    return tuple(sorted((p for p in presets if p.modality == modality), key=distance))


def stored_presets(
    presets: Sequence[WindowPreset], modality: str, body_part: str, factor: float | None
) -> tuple[WindowPreset, ...]:
    """The same with windows of stored values, of which one is `factor` in the preset's unit.

    None where the factor is not known: a window in SUV says nothing about other values.
    """
    if factor is None:
        return ()
    unit = ShownUnit(factor=factor)
    suited = presets_for(presets, modality, body_part)
    return tuple(replace(p, window=unit.stored(p.window)) for p in suited)


def preset_name(preset: WindowPreset) -> Text:
    """The name to show, translatable for the presets that come with the product."""
    return _NAMES.get(preset.id, Text(preset.name))
