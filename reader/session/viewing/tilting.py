"""Turning the planes away from a volume's axes, and giving slices a thickness."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from reader.core.errors import NotAllowedError
from reader.core.geometry import FloatArray
from reader.core.orientation import Plane, plane_axes
from reader.core.text import Text, say
from reader.core.tilt import STRAIGHT, Tilt
from reader.imaging.cut import THIN, Projection, Slab
from reader.imaging.plane_stack import tilt_degrees
from reader.imaging.slicing import SliceGeometry
from reader.session.study_store import StudyStore
from reader.session.viewing.cutting_rules import slab_refusal, tilt_refusal
from reader.session.viewing.viewport import ViewportStore

THICKNESSES_MM: Final = (2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 40.0, 60.0, 80.0, 100.0)
"""What thicker and thinner step through."""
FIRST_THICKNESS_MM: Final = 10.0
STRAIGHT_ENOUGH_DEGREES: Final = 0.75
"""A plane turned back to less than this falls into place."""
_PROJECTIONS: Final = (Projection.MAXIMUM, Projection.MINIMUM, Projection.MEAN)


class Tilting:
    """Asks whether a series allows it, then changes the viewports. Main thread.

    All that changes something raises NotAllowedError where the images do not allow it.
    """

    def __init__(self, studies: StudyStore, viewports: ViewportStore) -> None:
        self._studies = studies
        self._viewports = viewports
        self._last_slab = Slab(FIRST_THICKNESS_MM)

    def refusal(self, series_key: str | None) -> Text | None:
        """Why a series cannot be cut as one likes; None if it can."""
        volume = self._studies.volume(series_key)
        if series_key is None or volume is None:
            return say("There is no volume in this viewport.")
        return tilt_refusal(self._studies.series(series_key), volume)

    def require(self, series_key: str | None) -> None:
        """Raises: NotAllowedError: see `refusal`."""
        why = self.refusal(series_key)
        if why is not None:
            raise NotAllowedError(why, say("Only its own slices can be shown as they are."))

    def require_drawing(self, viewport_id: str, is_ball: bool) -> None:
        """Whether voxels may be painted where a viewport's picture is.

        A ball is round in space and right on any plane; a flat brush paints one stored
        slice. Through a slab nobody sees in which depth they paint.

        Raises: NotAllowedError: they may not.
        """
        stack = self._viewports.stack_of(viewport_id)
        if self._shows_slab(viewport_id):
            raise NotAllowedError(
                say("Through a slab it is not clear in which depth you draw."),
                say("Make it thin again."),
            )
        if stack is not None and stack.is_oblique and not is_ball:
            raise NotAllowedError(
                say("A flat brush paints one stored slice, and this plane lies across them."),
                say("Take the ball, or make the planes straight again."),
            )

    def _shows_slab(self, viewport_id: str) -> bool:
        """Whether the picture is of more than one slice; some series only have their own."""
        state = self._viewports.state(viewport_id)
        volume = self._studies.volume(state.series_key)
        if state.slab.is_thin or state.series_key is None or volume is None:
            return False
        return slab_refusal(self._studies.series(state.series_key), volume) is None

    def _require_thickness(self, series_key: str | None) -> None:
        self.require(series_key)
        volume = self._studies.volume(series_key)
        if series_key is not None and volume is not None:
            why = slab_refusal(self._studies.series(series_key), volume)
            if why is not None:
                raise NotAllowedError(why, say("Show its slices one by one."))

    # Turning

    def turn(self, viewport_id: str, degrees: float) -> None:
        """Turn the two other planes about the crosshair, clockwise as this viewport sees it."""
        series_key = self._viewports.state(viewport_id).series_key
        self.turn_from(viewport_id, self._viewports.tilt_of(series_key), degrees)

    def turn_from(self, viewport_id: str, start: Tilt, degrees: float) -> None:
        """The same, away from where the planes were when a drag began."""
        series_key = self._viewports.state(viewport_id).series_key
        self.require(series_key)
        stack, cursor = self._viewports.stack_of(viewport_id), self._viewports.cursor_of(series_key)
        if stack is None or cursor is None:
            return
        index = stack.index_at(cursor)
        axis = inward(stack.geometry_of(index), stack.normal_lps)
        # Planes that fall between two slices are turned about the point on the slice shown.
        x, y, z = (float(v) for v in stack.moved_to(cursor, index))
        tilt = start.turned(axis, degrees, (x, y, z))
        self._viewports.set_tilt(self._settled(series_key, tilt), series_key)

    def straighten(self, series_key: str | None = None) -> None:
        """Planes along the volume's axes again."""
        self._viewports.set_tilt(STRAIGHT, series_key)

    def degrees_of(self, viewport_id: str) -> float:
        """How far a viewport's plane is turned away from the volume's own."""
        series_key = self._viewports.state(viewport_id).series_key
        stack, volume = self._viewports.stack_of(viewport_id), self._studies.volume(series_key)
        if stack is None or volume is None or not stack.is_oblique:
            return 0.0
        return tilt_degrees(volume.geometry, stack.axes, self._viewports.tilt_of(series_key))

    def _settled(self, series_key: str | None, tilt: Tilt) -> Tilt:
        """Straight where all three planes nearly are."""
        volume = self._studies.volume(series_key)
        if volume is None:
            return tilt
        turned = (
            tilt_degrees(volume.geometry, plane_axes(volume.geometry, plane), tilt)
            for plane in Plane
        )
        return STRAIGHT if max(turned) < STRAIGHT_ENOUGH_DEGREES else tilt

    # Slabs

    def set_slab(self, viewport_id: str, slab: Slab) -> None:
        """Show a viewport's slices with a thickness, or thin again."""
        if not slab.is_thin:
            self._require_thickness(self._viewports.state(viewport_id).series_key)
            self._last_slab = slab
        self._viewports.set_slab(viewport_id, slab)

    def thicken(self, viewport_id: str, steps: int) -> None:
        """The next thickness up or down; below the least the slice is thin again."""
        now = self._viewports.state(viewport_id).slab
        places = [0.0, *THICKNESSES_MM]
        at = max(n for n, mm in enumerate(places) if mm <= now.thickness_mm)
        if steps < 0 and places[at] < now.thickness_mm:
            at += 1
        wanted = places[min(max(at + steps, 0), len(places) - 1)]
        projection = self._last_slab.projection if now.is_thin else now.projection
        self.set_slab(viewport_id, Slab(wanted, projection) if wanted else THIN)

    def next_projection(self, viewport_id: str) -> None:
        """Maximum, minimum, mean, and thin again."""
        now = self._viewports.state(viewport_id).slab
        if now.is_thin:
            self.set_slab(viewport_id, replace(self._last_slab, projection=_PROJECTIONS[0]))
        elif now.projection is _PROJECTIONS[-1]:
            self.set_slab(viewport_id, THIN)
        else:
            after = _PROJECTIONS[_PROJECTIONS.index(now.projection) + 1]
            self.set_slab(viewport_id, replace(now, projection=after))


def inward(where: SliceGeometry, normal_lps: FloatArray) -> FloatArray:
    """A plane's normal as it leads away from the reader, so that turns about it are clockwise."""
    away = float(np.cross(where.right_lps_mm, where.down_lps_mm) @ normal_lps)
    return normal_lps if away > 0 else -normal_lps
