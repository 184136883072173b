"""The magnifier over a pane: what is under the pointer, larger, with what was measured."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from reader.imaging.interpolation import Interpolation
from reader.imaging.placement import MAXIMUM_EDGE_PX, Placement
from reader.session.viewing.viewport import ViewportStore
from reader.ui import tokens
from reader.ui.tools.lens import LensState
from reader.ui.viewport.measurements import Measurements
from reader.ui.viewport.pane_drawing import PaneSight
from reader.ui.viewport.pane_image import PaneImage
from reader.ui.viewport.slice_view import SliceView

DIAMETER_PX: Final = 220
_EDGE_PX: Final = 1.5


class Lens:
    """A circle of the slice, drawn anew from its pixels and not from the screen's."""

    def __init__(
        self,
        state: LensState,
        view: SliceView,
        viewports: ViewportStore,
        measurements: Measurements,
    ) -> None:
        self._state = state
        self._view = view
        self._viewports = viewports
        self._measurements = measurements
        self._picture = PaneImage()
        self._at: QPointF | None = None

    def follow(self) -> None:
        """Move along with the pointer: only the two circles are painted again."""
        at, mine = self._view.pointer.at, self._view.viewport_id
        if at is not None:
            self._state.pointed_at = mine
        elif self._state.pointed_at == mine:
            self._state.pointed_at = None
        if self._state.is_up or self._at is not None:
            for place in (self._at, at):
                if place is not None:
                    self._view.redraw(_circle(place))

    def paint(self, painter: QPainter, sight: PaneSight) -> None:
        """Draw the lens, if it is up and over this pane."""
        self._at = None
        if not self._state.is_up:
            return
        image, at = self._view.shown, self._eye(sight)
        if image is None or at is None or not sight.area.contains(at):
            return
        self._at = at
        circle = _circle(at)
        clip = QPainterPath()
        clip.addEllipse(circle)
        within = self._sight(sight, circle)
        side = round(DIAMETER_PX * sight.ratio)
        self._picture.is_stale = True
        picture = self._picture.composed(
            image, within.placement, Interpolation.LINEAR, (side, side), sight.ratio
        )
        painter.save()
        painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
        painter.translate(circle.topLeft())
        painter.drawImage(QPointF(0, 0), picture)
        self._measurements.paint_lines(painter, within)
        painter.restore()
        for color, width in ((tokens.IMAGE, _EDGE_PX + 2), (tokens.ON_IMAGE, _EDGE_PX)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(circle)

    def _eye(self, sight: PaneSight) -> QPointF | None:
        """The pointer; with keys alone the crosshair of the active pane."""
        is_active = self._viewports.active_id == self._view.viewport_id
        if self._view.pointer.at is None and is_active and self._state.pointed_at is None:
            return sight.to_pane(sight.resolved.cursor_lps)
        return self._view.pointer.at

    def _sight(self, sight: PaneSight, circle: QRectF) -> PaneSight:
        """The pane as the lens shows it: what lies at its middle stays there."""
        factor, place, ratio = self._state.magnification, sight.placement, sight.ratio
        middle, half = circle.center() * ratio, DIAMETER_PX * ratio / 2
        longest = max(place.width, place.height)
        factor = min(factor, MAXIMUM_EDGE_PX / longest)
        placement = Placement(
            rows=place.rows,
            columns=place.columns,
            left=round(half - (middle.x() - place.left) * factor),
            top=round(half - (middle.y() - place.top) * factor),
            width=max(1, round(place.width * factor)),
            height=max(1, round(place.height * factor)),
            px_per_mm=place.px_per_mm * factor,
        )
        area = QRectF(0, 0, DIAMETER_PX, DIAMETER_PX)
        return PaneSight(sight.resolved, placement, ratio, area)


def _circle(at: QPointF) -> QRectF:
    radius = DIAMETER_PX / 2
    return QRectF(at.x() - radius, at.y() - radius, DIAMETER_PX, DIAMETER_PX)
