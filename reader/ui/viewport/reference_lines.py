"""The lines of the other planes as something to take hold of: move, turn, thickness of a slab.

Along each line of the crosshair there are two round grips, which turn the planes about the
crosshair. With the crosshair tool the lines themselves may be moved too. A viewport of
another plane that shows a slab has its faces drawn as dashed lines, which set its
thickness. Grips are seen only when they are of use, so that the image stays free.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap

from reader.core.geometry import FloatArray
from reader.core.orientation import Plane
from reader.core.tilt import Tilt
from reader.imaging.cut import Slab
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.tools.tool import ToolBox, ToolId
from reader.ui.viewport.pane_drawing import PaneSight
from reader.ui.viewport.plane_lines import line_directions

GRIP_PX: Final = 5.0
_RIM_PX: Final = 3.5
REACH_PX: Final = 9.0
"""So near the pointer has hold of a grip."""
NEAR_PX: Final = 30.0
"""So near a grip shows itself."""
_LINE_REACH_PX: Final = 4.0
_ALONG: Final = 0.36
"""Where the grips are: this share of the pane's shorter side away from the crosshair."""
_EDGE_PX: Final = 44.0
"""Letters and bars are at the edges."""
_TO_EDGE: Final = (24, 24, -24, -24)
_LEAST_MM: Final = 1.0
_MOST_MM: Final = 200.0
_TOOLS: Final = frozenset({ToolId.CROSSHAIR, ToolId.WINDOW, ToolId.PAN, ToolId.ZOOM, ToolId.SCROLL})
"""With others a press means what they do: a measurement may begin on a line."""


class Part(enum.Enum):
    """What of a line the pointer has hold of."""

    TURN = "turn"
    LINE = "line"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class Hold:
    """A part of the line of a plane; of a slab's face, the viewport that shows the slab."""

    part: Part
    plane: Plane
    viewport_id: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Drag:
    hold: Hold
    pressed_lps: FloatArray
    pressed_angle: float
    cursor_lps: FloatArray
    tilt: Tilt
    normal_lps: FloatArray


class ReferenceLines:
    """The handles of one pane; they are among its drawings and asked before its tools.

    `sight` says what the pane shows now, `redraw` paints its drawings again.
    """

    def __init__(
        self,
        workspace: Workspace,
        viewport_id: str,
        tools: ToolBox,
        sight: Callable[[], PaneSight | None],
        redraw: Callable[[QRectF | None], None],
    ) -> None:
        self._workspace = workspace
        self._viewport_id = viewport_id
        self._tools = tools
        self._sight = sight
        self._redraw = redraw
        self._drag: _Drag | None = None
        self._under: Hold | None = None
        self._is_near = False
        self._painted: tuple[object, ...] = ()
        self._stamps: dict[tuple[Plane, bool, float], QPixmap] = {}

    def follow(self) -> None:
        """Paint anew what has moved with the viewports; call it after every change of them."""
        sight = self._sight()
        shown = self._looks(sight) if sight is not None else ()
        if shown != self._painted:
            self._painted = shown
            self._redraw(None)

    def _looks(self, sight: PaneSight) -> tuple[object, ...]:
        grips = self._grips(sight) if self._shows_grips(sight) else []
        points = tuple((plane, at.x(), at.y()) for plane, at in grips)
        faces = ((line.x1(), line.y1(), line.x2(), line.y2()) for _, line in self._faces(sight))
        return (*points, *faces)

    @property
    def is_held(self) -> bool:
        """Whether a drag is going on."""
        return self._drag is not None

    # The pointer

    def hover(self, at: QPointF) -> QCursor | None:
        """The pointer is here. Returns: the shape it has there; None: no other than usual."""
        sight = self._usable()
        under = self._found(sight, at) if sight is not None else None
        near = sight is not None and any(
            _distance(at, grip) < NEAR_PX for _, grip in self._grips(sight)
        )
        if (under, near) != (self._under, self._is_near):
            self._under, self._is_near = under, near
            self._redraw(None)
        return self._shape(sight, under) if sight is not None and under is not None else None

    def leave(self) -> None:
        """The pointer left the pane."""
        if self._under is not None or self._is_near:
            self._under, self._is_near = None, False
            self._redraw(None)

    def press(self, at: QPointF) -> bool:
        """The left button went down. Returns: whether that took hold of something."""
        sight = self._usable()
        hold = self._found(sight, at) if sight is not None else None
        if sight is None or hold is None:
            return False
        resolved = sight.resolved
        cursor = np.asarray(resolved.cursor_lps)
        self._workspace.viewports.activate(self._viewport_id)
        self._drag = _Drag(
            hold, sight.to_lps(at), self._angle(sight, at), cursor, resolved.tilt,
            resolved.normal_of(hold.plane),
        )  # fmt: skip
        return True

    def drag(self, at: QPointF) -> None:
        """Follow the pointer."""
        drag, sight = self._drag, self._sight()
        if drag is None or sight is None:
            return
        series_key = sight.resolved.series.key
        if drag.hold.part is Part.TURN:
            degrees = math.degrees(self._angle(sight, at) - drag.pressed_angle)
            tilting = self._workspace.tilting
            turned = self._workspace.notices.attempt(
                lambda: tilting.turn_from(self._viewport_id, drag.tilt, degrees)
            )
            self._drag = drag if turned else None
        elif drag.hold.part is Part.LINE:
            along = float((sight.to_lps(at) - drag.pressed_lps) @ drag.normal_lps)
            x, y, z = (float(v) for v in drag.cursor_lps + along * drag.normal_lps)
            self._workspace.viewports.set_cursor((x, y, z), series_key)
        else:
            self._set_thickness(drag, sight.to_lps(at))

    def release(self) -> None:
        """The button came up."""
        self._drag = None

    def double_click(self, at: QPointF) -> bool:
        """Straight planes again, on a grip. Returns: whether it was one."""
        sight = self._usable()
        hold = self._found(sight, at) if sight is not None else None
        if sight is None or hold is None or hold.part is not Part.TURN:
            return False
        self._workspace.tilting.straighten(sight.resolved.series.key)
        return True

    def _set_thickness(self, drag: _Drag, at_lps: FloatArray) -> None:
        away = abs(float((at_lps - drag.cursor_lps) @ drag.normal_lps))
        thickness = min(max(float(round(2 * away)), _LEAST_MM), _MOST_MM)
        before = self._workspace.viewports.state(drag.hold.viewport_id).slab
        slab = Slab(thickness, before.projection)
        if slab != before:
            viewport_id = drag.hold.viewport_id
            self._workspace.notices.attempt(
                lambda: self._workspace.tilting.set_slab(viewport_id, slab)
            )

    # What is where

    def _usable(self) -> PaneSight | None:
        """What the pane shows, where its planes may be turned with the tool in hand."""
        sight = self._sight()
        if sight is None or self._tools.active_id not in _TOOLS:
            return None
        allowed = self._workspace.tilting.refusal(sight.resolved.series.key) is None
        return sight if allowed else None

    def _found(self, sight: PaneSight, at: QPointF) -> Hold | None:
        if self._tools.sketch.under_pointer is not None:
            return None
        for plane, grip in self._grips(sight):
            if _distance(at, grip) <= REACH_PX:
                return Hold(Part.TURN, plane)
        if not sight.area.adjusted(*_TO_EDGE).contains(at):
            return None
        for hold, line in self._faces(sight):
            if _distance_to_line(at, line) <= _LINE_REACH_PX:
                return hold
        if self._tools.active_id is not ToolId.CROSSHAIR:
            return None
        cross = sight.to_pane(sight.resolved.cursor_lps)
        for plane, (dx, dy) in line_directions(sight.resolved).items():
            line = QLineF(cross, cross + QPointF(dx, dy))
            if _distance_to_line(at, line) <= _LINE_REACH_PX < _distance(at, cross) - REACH_PX:
                return Hold(Part.LINE, plane)
        return None

    def _grips(self, sight: PaneSight) -> list[tuple[Plane, QPointF]]:
        cross = sight.to_pane(sight.resolved.cursor_lps)
        reach = _ALONG * min(sight.area.width(), sight.area.height())
        free = sight.area.adjusted(_EDGE_PX, _EDGE_PX, -_EDGE_PX, -_EDGE_PX)
        places = [
            (plane, cross + QPointF(dx, dy) * (side * reach))
            for plane, (dx, dy) in line_directions(sight.resolved).items()
            for side in (-1, 1)
        ]
        return [(plane, at) for plane, at in places if free.contains(at)]

    def _faces(self, sight: PaneSight) -> list[tuple[Hold, QLineF]]:
        """The faces of slabs that other viewports show of the same frame of reference."""
        resolved, viewports = sight.resolved, self._workspace.viewports
        thick = [state for state in viewports.states if not state.slab.is_thin]
        if not thick:
            return []
        frame = viewports.frame_of(resolved.series.key)
        cross = sight.to_pane(resolved.cursor_lps)
        directions = line_directions(resolved)
        found = []
        for state in thick:
            if state.plane not in directions or viewports.frame_of(state.series_key) != frame:
                continue
            dx, dy = directions[state.plane]
            away = state.slab.thickness_mm / 2 * sight.px_per_mm
            for side in (-1, 1):
                start = cross + QPointF(-dy, dx) * (side * away)
                reach = sight.area.width() + sight.area.height()
                along = QPointF(dx, dy) * reach
                ends = start - along, start + along
                found.append((Hold(Part.FACE, state.plane, state.id), QLineF(*ends)))
        return found

    def _angle(self, sight: PaneSight, at: QPointF) -> float:
        """Of the pointer about the crosshair, clockwise."""
        away = at - sight.to_pane(sight.resolved.cursor_lps)
        return math.atan2(away.y(), away.x())

    def _shape(self, sight: PaneSight, hold: Hold) -> QCursor:
        if hold.part is Part.TURN:
            return QCursor(Qt.CursorShape.PointingHandCursor)
        dx, dy = line_directions(sight.resolved)[hold.plane]
        degrees = math.degrees(math.atan2(dy, dx)) % 180
        shapes = (
            Qt.CursorShape.SizeVerCursor,
            Qt.CursorShape.SizeBDiagCursor,
            Qt.CursorShape.SizeHorCursor,
            Qt.CursorShape.SizeFDiagCursor,
        )
        return QCursor(shapes[round(degrees / 45) % 4])

    # Drawing

    def paint(self, painter: QPainter, sight: PaneSight) -> None:
        """The faces of slabs, and the grips where they are of use."""
        if sight.resolved.axes.stored:
            return
        for hold, line in self._faces(sight):
            pen = QPen(_color(hold.plane, 0.9 if self._is_on(hold) else 0.55), 1)
            pen.setDashPattern([6, 5])
            painter.setPen(pen)
            painter.drawLine(line)
        if not self._shows_grips(sight):
            return
        ratio = sight.ratio
        for plane, at in self._grips(sight):
            look = plane, self._is_on(Hold(Part.TURN, plane)), ratio
            if look not in self._stamps:
                self._stamps[look] = _grip(*look)
            stamp = self._stamps[look]
            half = stamp.deviceIndependentSize().width() / 2
            left, top = ((place - half) * ratio for place in (at.x(), at.y()))
            painter.drawPixmap(QPointF(round(left) / ratio, round(top) / ratio), stamp)

    def _shows_grips(self, sight: PaneSight) -> bool:
        if self._drag is not None:
            return self._drag.hold.part is Part.TURN
        if self._is_near:
            return True
        wanted = self._tools.active_id is ToolId.CROSSHAIR or not sight.resolved.tilt.is_straight
        return wanted and self._usable() is not None

    def _is_on(self, hold: Hold) -> bool:
        return hold == (self._drag.hold if self._drag is not None else self._under)


def _grip(plane: Plane, is_on: bool, ratio: float) -> QPixmap:
    """A grip to be painted as a picture: a drag paints a dozen, and smooth circles are slow."""
    side = 2 * math.ceil(GRIP_PX + _RIM_PX)
    pixmap = QPixmap(math.ceil(side * ratio), math.ceil(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(side / 2, side / 2)
    painter.setPen(QPen(QColor(0, 0, 0, 170), _RIM_PX))
    painter.drawEllipse(middle, GRIP_PX, GRIP_PX)
    painter.setPen(QPen(_color(plane, 1.0), 1.75))
    painter.setBrush(_color(plane, 0.9) if is_on else QColor(0, 0, 0, 110))
    painter.drawEllipse(middle, GRIP_PX, GRIP_PX)
    painter.end()
    return pixmap


def _color(plane: Plane, opacity: float) -> QColor:
    color = QColor(tokens.PLANE_COLORS[plane])
    color.setAlphaF(opacity)
    return color


def _distance(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())


def _distance_to_line(at: QPointF, line: QLineF) -> float:
    """From a point to a line without ends."""
    dx, dy = line.dx() / line.length(), line.dy() / line.length()
    away = at - line.p1()
    return abs(away.x() * dy - away.y() * dx)
