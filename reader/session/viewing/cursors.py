"""Where the crosshair is and how its planes are turned, once per frame of reference."""

from __future__ import annotations

from reader.core.geometry import Point
from reader.core.tilt import STRAIGHT, Tilt


class Cursors:
    """One point and one tilt for every frame of reference, so that its series are linked."""

    def __init__(self) -> None:
        self._points: dict[str, Point] = {}
        self._tilts: dict[str, Tilt] = {}

    def point(self, frame: str | None) -> Point | None:
        """The crosshair in LPS mm; None while nothing of the frame was shown."""
        return None if frame is None else self._points.get(frame)

    def move(self, frame: str, point: Point) -> bool:
        """Put the crosshair somewhere. Returns: whether that changed anything."""
        x, y, z = (float(v) for v in point)
        changed = self._points.get(frame) != (x, y, z)
        self._points[frame] = (x, y, z)
        return changed

    def tilt(self, frame: str | None) -> Tilt:
        """How the planes are turned."""
        return STRAIGHT if frame is None else self._tilts.get(frame, STRAIGHT)

    def turn(self, frame: str, tilt: Tilt) -> bool:
        """Turn the planes. Returns: whether that changed anything."""
        changed = self.tilt(frame) != tilt
        self._tilts[frame] = tilt
        return changed

    def clear(self) -> None:
        """Forget everything, as for another study."""
        self._points.clear()
        self._tilts.clear()
