"""Windows and voxel values in words: the unit shown, as many places as it deserves."""

from __future__ import annotations

import math
from typing import Final

from reader.core.intensity import IntensityUnit, WindowFunction
from reader.core.text import say
from reader.session.viewing.display import VoxelValue
from reader.session.viewing.presets import preset_name
from reader.session.viewing.resolve import ResolvedViewport
from reader.ui import quantities
from reader.ui.translate import tr

_CURVE_WORDS: Final = {
    WindowFunction.SIGMOID: say("sigmoid"),
    WindowFunction.TABLE: say("header's curve"),
}
_COLOR_LETTERS: Final = ("R", "G", "B")


def window_text(resolved: ResolvedViewport) -> str:
    """`Lung  W 1500  L −600`: whose window it is, then the window in the unit shown."""
    window, unit = resolved.unit.shown(resolved.window), resolved.unit
    places = _places(window.width)
    preset = resolved.preset
    name = tr(preset_name(preset)) if preset is not None else window.name
    curve = _CURVE_WORDS.get(window.function)
    numbers = f"W {quantities.number(window.width, places)}  "
    numbers += f"L {quantities.number(window.center, places)}"
    word = unit.word if unit.is_suv else ""
    inverted = tr(say("inverted")) if resolved.says_inverted else ""
    parts = (name, numbers, word, tr(curve) if curve is not None else "", inverted)
    return "  ".join(part for part in parts if part)


def _places(width: float) -> int:
    """Decimals that tell a hundredth of a window's width."""
    return 0 if width >= 10 else min(8, 2 - math.floor(math.log10(max(width, 1e-9))))


def value_text(value: VoxelValue) -> str:
    """A voxel's value with as many places as its unit deserves, or its red, green and blue."""
    if len(value.numbers) == len(_COLOR_LETTERS):
        pairs = zip(_COLOR_LETTERS, value.numbers, strict=True)
        return "  ".join(f"{letter} {quantities.number(number)}" for letter, number in pairs)
    number, unit = value.numbers[0], value.unit
    if not math.isfinite(number):
        return quantities.NOT_MEASURED
    if unit.is_suv:
        shown = quantities.number(number, 2)
    elif unit.unit is IntensityUnit.ARBITRARY and number != round(number):
        shown = quantities.number(number, _value_places(abs(number)))
    else:
        shown = quantities.number(number)
    return f"{shown}{quantities.THIN}{unit.word}" if unit.word else shown


def _value_places(size: float) -> int:
    if size >= 10:
        return 1
    return 3 if size >= 0.01 else 6
