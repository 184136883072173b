"""Which plane a viewport shows, how far it is turned and how thick it is, in words."""

from __future__ import annotations

from typing import Final

from reader.core.orientation import Plane
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


def plane_words(resolved: ResolvedViewport) -> str:
    """`Coronal oblique 20°`."""
    is_oblique = resolved.axes.oblique or resolved.is_oblique
    words = tr((OBLIQUE_NAMES if is_oblique else PLANE_NAMES)[resolved.axes.plane])
    if resolved.is_oblique:
        words = f"{words} {quantities.number(resolved.tilt_degrees, 0)}°"
    return words


def slab_words(slab: Slab) -> str:
    """`MIP 20 mm`; it stands before the number of the slice, in small panes too."""
    thick = slab.thickness_mm
    words = quantities.number(thick, 0 if thick == round(thick) else 1)
    return f"{tr(_PROJECTION_NAMES[slab.projection])} {words}{quantities.THIN}mm"
