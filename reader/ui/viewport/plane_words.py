"""Which plane a viewport shows, how far it is turned and how thick it is, in words."""

from __future__ import annotations

from typing import Final

from reader.core.orientation import AS_ACQUIRED, Plane, SpatialTransform
from reader.core.text import say
from reader.imaging.cut import Projection, Slab
from reader.session.viewing.resolve import ResolvedViewport
from reader.ui import quantities
from reader.ui.translate import tr

PLANE_NAMES: Final = {
    Plane.AXIAL: say("Axial"),
    Plane.CORONAL: say("Coronal"),
    Plane.SAGITTAL: say("Sagittal"),
}
OBLIQUE_NAMES: Final = {
    Plane.AXIAL: say("Axial oblique"),
    Plane.CORONAL: say("Coronal oblique"),
    Plane.SAGITTAL: say("Sagittal oblique"),
}
_PROJECTION_NAMES: Final = {
    Projection.MAXIMUM: say("MIP"),
    Projection.MINIMUM: say("MinIP"),
    Projection.MEAN: say("Mean"),
}
_TURNED: Final = {
    1: say("Turned 90° right"),
    2: say("Turned 180°"),
    3: say("Turned 90° left"),
}


def plane_words(resolved: ResolvedViewport) -> str:
    """`Coronal 20° oblique`: what is cut off for lack of room matters least."""
    name = tr(PLANE_NAMES[resolved.axes.plane])
    if resolved.is_oblique:
        degrees = quantities.number(resolved.tilt_degrees, 0)
        return tr(say("{plane} {degrees}° oblique", plane=name, degrees=degrees))
    return tr(OBLIQUE_NAMES[resolved.axes.plane]) if resolved.axes.oblique else name


def transform_words(transform: SpatialTransform) -> str:
    """`Flipped left to right`, `Turned 90° right`; empty for a picture as acquired."""
    if transform == AS_ACQUIRED:
        return ""
    if not transform.mirrored:
        return tr(_TURNED[transform.quarter_turns])
    if transform.swaps_sides:
        return tr(say("Flipped and turned 90°"))
    upside_down = transform.quarter_turns == 2
    return tr(say("Flipped top to bottom") if upside_down else say("Flipped left to right"))


def slab_words(slab: Slab) -> str:
    """`MIP 20 mm`; it stands before the number of the slice, in small panes too."""
    thick = slab.thickness_mm
    words = quantities.number(thick, 0 if thick == round(thick) else 1)
    return f"{tr(_PROJECTION_NAMES[slab.projection])} {words}{quantities.THIN}mm"
