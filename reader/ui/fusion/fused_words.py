"""What the corners of a pane say of a series that lies over another in colour."""

from __future__ import annotations

import math

from reader.session.viewing.display import VoxelValue
from reader.session.viewing.fusing import ShownFusion
from reader.ui import quantities
from reader.ui.viewport.readout import value_text


def fused_line(fused: ShownFusion) -> str:
    """`+ PET AC · 50 %`: what lies over the slice and how strongly."""
    name = fused.series.description or fused.series.modality
    return f"+ {name} · {quantities.percent(fused.fusion.opacity)}"


def fused_window(fused: ShownFusion) -> str:
    """`PT  0.00 to 5.00 SUVbw`, as its colour bar shows it."""
    window = fused.window
    places = places_of(window.width)
    low, high = quantities.number(window.lower, places), quantities.number(window.upper, places)
    word = f"{quantities.THIN}{fused.unit.word}" if fused.unit.word else ""
    return f"{fused.series.modality}  {low}\u2013{high}{word}"


def both_values(value: VoxelValue | None, fused: VoxelValue | None) -> str:
    """`42 HU · 3.10 SUVbw`: what lies under the pointer in both."""
    found = [value_text(one) for one in (value, fused) if one is not None]
    return " · ".join(found)


def places_of(width: float) -> int:
    """Decimals that tell a hundredth of a window's width."""
    return 0 if width >= 10 else min(8, 2 - math.floor(math.log10(max(width, 1e-9))))
