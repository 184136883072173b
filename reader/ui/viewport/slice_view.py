"""One viewport: shows the newest picture it was given and passes gestures on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView

from reader.imaging.placement import Placement, place_slice
from reader.imaging.slice_image import SliceImage
from reader.session.viewing.resolve import ResolvedViewport
from reader.session.workspace import Workspace
from reader.ui.theme import Theme
from reader.ui.tools.tool import Pointer, ToolBox
from reader.ui.viewport.badge_hint import tell_warnings
from reader.ui.viewport.corner_text import Hover
from reader.ui.viewport.crosshair import Crosshair
from reader.ui.viewport.foreground import Foreground
from reader.ui.viewport.gestures import Gestures
from reader.ui.viewport.halo_text import HaloText
from reader.ui.viewport.pane_content import (
    PaneContent,
    moved_content,
    pane_content,
    size_at_crosshair,
)
from reader.ui.viewport.pane_drawing import PaneDrawing, paint_drawings
from reader.ui.viewport.pane_frame import came_by_key, draw_frame
from reader.ui.viewport.pane_image import PaneImage
from reader.ui.viewport.pinch import FINGERS
from reader.ui.viewport.plane_lines import crosshair_in
from reader.ui.viewport.plane_overlay import PlaneOverlay
from reader.ui.viewport.pointer_watch import PointerWatch, pointer_at
from reader.ui.viewport.sheet import Sheet
from reader.ui.viewport.track_grip import TrackGrip


class SliceView(pg.GraphicsView):
    """A pane of the viewport grid.

    The picture is composed by our own code and painted with one call, under a pyqtgraph
    view box in millimetres of the slice's plane, which holds what moves with the pointer
    in that plane. Crosshair, `drawings`, text and bars lie on top, in pixels of the pane.
    """

    def __init__(
        self,
        workspace: Workspace,
        viewport_id: str,
        tools: ToolBox,
        theme: Theme,
        text: HaloText,
        open_menu: Callable[[str, QPoint], None],
    ) -> None:
        super().__init__(background=None)
        self._workspace = workspace
        self._tools = tools
        self._theme = theme
        self.viewport_id = viewport_id
        self._image: SliceImage | None = None
        self._placement: Placement | None = None
        self._content = PaneContent()
        self._has_ring_focus = False
        self._foreground = Foreground(theme, text)
        self._grip = TrackGrip(
            viewport_id,
            workspace.viewports,
            theme,
            lambda: self._foreground.track_rect(QRectF(self.rect())),
        )
        self._picture = PaneImage(workspace.slices.composed)
        self._sheet: Sheet | None = None
        self._exposed = QRegion()
        self._crosshair: Crosshair | None = None
        self.drawings: list[PaneDrawing] = []
        self._plane = PlaneOverlay(self, theme)
        self.gestures = Gestures(
            viewport_id,
            workspace.viewports,
            tools,
            self._pointer_at,
            lambda at: open_menu(viewport_id, at),
            workspace.compare.ties.scroll_alone,
        )
        self.pointer = PointerWatch(self, self._lying_at)
        self.pointer.changed.connect(self._show_hover)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.gestures.listen(self.viewport())
        # A graphics view would take drops for its items; here they are the window's.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setProperty("draws_own_ring", True)

    # What is shown

    @property
    def shown(self) -> SliceImage | None:
        """The picture on screen."""
        return self._image

    @property
    def content(self) -> PaneContent:
        """What is written and drawn around the picture."""
        return self._content

    @property
    def placement(self) -> Placement | None:
        """Where the slice lies in the pane, in device pixels."""
        return self._placement

    def show_image(self, image: SliceImage) -> None:
        """Take a new picture, unless a newer one is on screen already."""
        if self._image is not None and image.request.generation < self._image.request.generation:
            return
        self._image = image
        self._picture.is_stale = True
        self._sheet = None
        self.viewport().update()

    def follow(self) -> None:
        """Catch up after a change of the viewports: often only the crosshair has moved."""
        resolved = self._workspace.slices.latest(self.viewport_id)
        known = self._content.resolved
        if resolved is None or known is None or not known.differs_by_cursor_only(resolved):
            self._bring_up_to_date(resolved, moved=True)
            return
        gap_mm = size_at_crosshair(self._workspace, resolved)
        self._content = replace(self._content, resolved=resolved, gap_mm=gap_mm)
        self._draw_crosshair()

    def refresh(self) -> None:
        """Bring everything beside the picture up to date with the session."""
        self._bring_up_to_date(self._workspace.display.resolved(self.viewport_id))

    def _bring_up_to_date(self, resolved: ResolvedViewport | None, moved: bool = False) -> None:
        """`moved`: nothing but what is asked of the viewports has changed."""
        placement = None
        if resolved is not None and self.width() > 1 and self.height() > 1:
            placement = place_slice(
                resolved.geometry, self._pane_px, resolved.zoom, resolved.pan_mm, resolved.lean,
                resolved.fit_mm,
            )  # fmt: skip
        if resolved is None or (
            self._image is not None
            and not self._image.is_of(resolved.volume, resolved.axes, resolved.geometry.shape)
        ):
            self._image = None
            self._picture.is_stale = True
        if placement != self._placement:
            self._placement = placement
            self._picture.is_stale = True
            self._sheet = None
            if resolved is not None and placement is not None:
                self._plane.place(resolved.geometry, placement, self._pane_px)
        self._take(self._gathered(resolved, moved))

    def _gathered(self, resolved: ResolvedViewport | None, moved: bool = False) -> PaneContent:
        hover, zoom = self.pointer.hover, self._zoom
        if moved and resolved is not None:
            content = moved_content(self._workspace, self._content, resolved, hover, zoom)
            if content is not None:
                return content
        return pane_content(self._workspace, self.viewport_id, resolved, hover, zoom)

    def _take(self, content: PaneContent) -> None:
        """Repaint as much as differs from the content before."""
        before, self._content = self._content, content
        if before.interpolation is not content.interpolation:
            self._picture.is_stale = True
        if not self._foreground.looks_same(before, content):
            self._sheet = None
        if self._picture.is_stale or self._sheet is None or before.is_active != content.is_active:
            self.viewport().update()
        self._draw_crosshair()
        self.show_ring()

    # Geometry

    @property
    def _ratio(self) -> float:
        return float(self.devicePixelRatioF())

    @property
    def _pane_px(self) -> tuple[int, int]:
        return round(self.width() * (ratio := self._ratio)), round(self.height() * ratio)

    @property
    def _zoom(self) -> float:
        """Screen pixels per pixel of the finer side of the image."""
        if self._placement is None:
            return 1.0
        return min(self._placement.column_px, self._placement.row_px) / self._ratio

    def _pointer_at(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer | None:
        resolved, placement = self._content.resolved, self._placement
        if resolved is None or placement is None:
            return None
        size = self.width(), self.height()
        return pointer_at(self.viewport_id, resolved, placement, self._ratio, size, at, modifiers)

    # What moves in the plane

    def redraw(self, area: QRectF | None = None) -> None:
        """Paint the `drawings` again in a part of the pane, in logical pixels, or all of it."""
        if area is None:
            self.viewport().update()
        else:
            self.viewport().update(area.adjusted(-2, -2, 2, 2).toAlignedRect())

    def _draw_crosshair(self) -> None:
        """Move the crosshair, and have painted again what it leaves and enters."""
        size, gap_mm = (self.width(), self.height()), self._content.gap_mm
        resolved, placement = self._content.resolved, self._placement
        crosshair = crosshair_in(resolved, placement, self._ratio, size, gap_mm)
        if crosshair != self._crosshair:
            before, self._crosshair = self._crosshair, crosshair
            moved = crosshair or before
            if moved is not None:
                self.viewport().update(moved.area_to_repaint(before if crosshair else None))

    def show_ring(self) -> None:
        """Draw the tool's circle under the pointer, or none."""
        ring, resolved = self._tools.active.ring, self._content.resolved
        here = self.pointer.at
        if ring is None or resolved is None or here is None or self._placement is None:
            self._plane.hide_ring()
            return
        ratio, placement = self._ratio, self._placement
        row, column = placement.to_slice(here.x() * ratio, here.y() * ratio)
        px_per_mm = placement.px_per_mm / ratio
        self._plane.show_ring(ring, resolved.geometry, row, column, px_per_mm)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint what is exposed; the scene is gone through only when there is something in it.

        Going through an empty scene takes as long as painting a pane.
        """
        self._exposed = event.region()
        if not self._plane.is_empty:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        painter.setClipRegion(self._exposed)
        self.drawBackground(painter, QRectF())
        self.drawForeground(painter, QRectF())
        painter.end()

    def drawBackground(self, painter: QPainter, _rect: QRectF) -> None:  # noqa: N802
        """The picture, one pixel of it to one of the screen."""
        painter.resetTransform()
        how = self._content.interpolation
        picture = self._picture.composed(
            self._image, self._placement, how, self._pane_px, self._ratio
        )
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(QPointF(0, 0), picture)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:  # noqa: N802
        """Crosshair, drawings, letters, text, tags, bars and the frame."""
        painter.resetTransform()
        area, ratio = QRectF(self.rect()), self._ratio
        if self._crosshair is not None:
            self._crosshair.paint(painter)
        if self.drawings:
            paint_drawings(
                painter, self.drawings, self._content.resolved, self._placement, ratio, area
            )
        if self._sheet is None or self._sheet.ratio != ratio:
            self._sheet = self._foreground.sheet(
                self._content, self._image, self._placement, area, ratio
            )
        self._sheet.paint(painter, self._exposed)
        draw_frame(painter, self._theme, area, self._has_ring_focus, self._content.is_active)

    # Qt's events

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Tell the sentences behind the badges that the pointer rests on."""
        kind = event.type()
        if kind is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            over = self._foreground.warning_area(self._content, QRectF(self.rect()))
            return tell_warnings(self, event, over, self._content)
        if kind in FINGERS and self.gestures.touch(event):
            return True
        return bool(super().viewportEvent(event))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        """Keep the slice's place in the pane."""
        super().resizeEvent(event)
        if event is not None and hasattr(self, "_plane"):
            self._sheet = None
            self.refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin a gesture, or take hold of the slice track."""
        if not self._grip.press(event, self._content):
            self.gestures.press(event)
            self._follow(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag, or look at what is under the pointer."""
        if self._grip.is_held:
            self._grip.drag(event.position(), self._content)
            return
        self.gestures.move(event)
        self._follow(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End a gesture."""
        if not self._grip.is_held:
            self.gestures.release(event)
            self._follow(event.position())
        self._grip.is_held = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Maximise, unless it was two quick clicks on the track."""
        if not self._grip.is_under(event, self._content):
            self.gestures.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Scroll, zoom or resize the brush."""
        self.gestures.wheel(event)
        self._follow(event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is under the pointer any more."""
        self.gestures.leave()
        self.pointer.leave()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys belong to the window's actions."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys belong to the window's actions."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Take the keyboard; a ring shows it when it came by a key."""
        self._has_ring_focus = came_by_key(event)
        self._workspace.viewports.activate(self.viewport_id)
        self.viewport().update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:  # noqa: N802
        """Give the keyboard up, and whatever drag was going on."""
        self._has_ring_focus = False
        self.viewport().update()

    # The pointer

    def _follow(self, at: QPointF) -> None:
        """Move the ring now and the numbers soon; the picture is not composed again."""
        self.pointer.move_to(at)
        self.show_ring()

    def _lying_at(self, at: QPointF) -> Hover | None:
        """Position and value at a place of the pane."""
        pointer = self._pointer_at(at, Qt.KeyboardModifier.NoModifier)
        resolved = self._content.resolved
        if pointer is None or resolved is None:
            return None
        found = self._workspace.display.value_seen(pointer.lps_mm, resolved)
        fused = self._workspace.display.fused_value_at(pointer.lps_mm, resolved)
        return Hover(pointer.lps_mm, found, fused)

    def _show_hover(self) -> None:
        """Write anew only what changes with the pointer."""
        resolved = self._content.resolved
        if resolved is not None:
            self._content = self._gathered(resolved, moved=True)
            self._sheet = None
            area = self._foreground.hover_area(self._content, QRectF(self.rect()))
            self.viewport().update(area.toRect())
