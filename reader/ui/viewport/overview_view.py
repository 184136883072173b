"""A viewport that shows the whole volume: turned by hand, and a click goes there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from reader.core.orientation import direction_letters
from reader.core.text import Text, say
from reader.session.viewing.overviews import OverviewImage, OverviewMode
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.theme import Theme
from reader.ui.translate import tr
from reader.ui.viewport.annotations import draw_edge_letters
from reader.ui.viewport.finding_tags import state_color
from reader.ui.viewport.gestures import CLICK_PX, WheelSteps
from reader.ui.viewport.halo_text import PLAIN, HaloText, Lettering
from reader.ui.viewport.pane_frame import came_by_key, draw_frame
from reader.ui.viewport.sheet import Sheet

DEGREES_PER_PX: Final = 0.5
WHEEL_DEGREES: Final = 10.0
ZOOM_STEP: Final = 1.15
SPIN_DEGREES: Final = 6.0
SPIN_MS: Final = 66
REST_MS: Final = 150
_PAPER: Final = "#FFFFFF"
_MARK_PX: Final = 6
_REACH_PX: Final = 12.0
_HEAD: Final = Lettering(tokens.DETAIL, tokens.SEMIBOLD)
_DETAIL: Final = Lettering(tokens.DETAIL, tokens.REGULAR, tokens.TEXT_3)
_MODE_WORDS: Final = {
    OverviewMode.MAXIMUM: say("Greatest values"),
    OverviewMode.SURFACES: say("Surfaces of the segments"),
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A finding in the picture, in logical pixels of the pane."""

    finding_id: str
    at: QPointF
    color: str
    selected: bool


def _ground(image: OverviewImage | None) -> str:
    """What nothing looks like, so that the pane shows no edge where the picture ends."""
    if image is None or image.pixels is None or not image.request.invert:
        return tokens.IMAGE
    return tokens.IMAGE if image.request.state.mode is OverviewMode.SURFACES else _PAPER


class OverviewView(QWidget):
    """Left drag turns, the wheel goes round, Ctrl and wheel or right drag enlarge."""

    def __init__(
        self,
        workspace: Workspace,
        viewport_id: str,
        theme: Theme,
        text: HaloText,
        open_menu: Callable[[str, QPoint], None],
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._theme = theme
        self._text = text
        self._open_menu = open_menu
        self.viewport_id = viewport_id
        self._image: OverviewImage | None = None
        self._button: Qt.MouseButton | None = None
        self._pressed_at = self._last_at = QPointF()
        self._has_dragged = False
        self._has_ring_focus = False
        self._wheel = WheelSteps()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(lambda: workspace.overviews.rest(viewport_id))
        self._spin = QTimer(self)
        self._spin.setInterval(SPIN_MS)
        self._spin.timeout.connect(self._spin_on)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(1, 1)
        self.setAccessibleName(tr(say("3-D overview")))
        self.setProperty("draws_own_ring", True)

    # What is shown

    @property
    def shown(self) -> OverviewImage | None:
        """The picture on screen."""
        return self._image

    def show_overview(self, image: OverviewImage) -> None:
        """Take a new picture."""
        self._image = image
        self.update()

    def follow(self) -> None:
        """Catch up with the session: picture, crosshair, marks."""
        overviews = self._workspace.overviews
        overviews.show(self.viewport_id, self._side_px)
        self._image = overviews.shown(self.viewport_id)
        spins = overviews.state(self.viewport_id).spins and self.isVisible()
        if spins is not self._spin.isActive():
            self._spin.start() if spins else self._spin.stop()
        self.update()

    def refresh(self) -> None:
        """The same."""
        self.follow()

    def show_ring(self) -> None:
        """Tools have no circle here."""

    def sizeHint(self) -> QSize:  # noqa: N802
        """As much as there is."""
        return QSize(300, 300)

    @property
    def _side_px(self) -> int:
        return round(min(self.width(), self.height()) * self.devicePixelRatioF())

    def _square(self) -> QRectF:
        """Where the picture lies in the pane."""
        side = min(self.width(), self.height())
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _to_picture(self, at: QPointF) -> tuple[float, float]:
        """From the pane to pixels of the picture, whole numbers being their centres."""
        image, square = self._image, self._square()
        scale = image.seen.side_px / square.width() if image is not None else 1.0
        return (at.x() - square.left()) * scale - 0.5, (at.y() - square.top()) * scale - 0.5

    def _on_pane(self, lps_mm: tuple[float, float, float]) -> QPointF | None:
        if self._image is None:
            return None
        seen, square = self._image.seen, self._square()
        x, y = seen.to_pixel(lps_mm)
        scale = square.width() / seen.side_px
        return QPointF(square.left() + (x + 0.5) * scale, square.top() + (y + 0.5) * scale)

    def _marks(self) -> list[_Mark]:
        """The findings of this series that are shown, the selected one last."""
        workspace = self._workspace
        if workspace.overlay.ai_hidden:
            return []
        key = workspace.viewports.state(self.viewport_id).series_key
        marks = []
        for finding in workspace.findings.shown():
            at = self._on_pane(finding.center_lps_mm) if finding.series_key == key else None
            if at is not None:
                color = state_color(finding, workspace.findings.status_of(finding.finding_id))
                chosen = workspace.findings.selected == finding.finding_id
                marks.append(_Mark(finding.finding_id, at, color, chosen))
        return sorted(marks, key=lambda mark: mark.selected)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The picture, the crosshair, the findings, letters and words."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        image = self._image
        painter.fillRect(self.rect(), QColor(_ground(image)))
        if image is not None and image.pixels is not None:
            height, width = image.pixels.shape[:2]
            picture = QImage(image.pixels.data, width, height, QImage.Format.Format_RGB32)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._square(), picture)
        self._draw_places(painter)
        sheet = Sheet(self.devicePixelRatioF())
        self._write(sheet, area)
        sheet.paint(painter, self.visibleRegion())
        is_active = self._workspace.viewports.active_id == self.viewport_id
        draw_frame(painter, self._theme, area, self._has_ring_focus, is_active)

    def _draw_places(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        key = self._workspace.viewports.state(self.viewport_id).series_key
        cursor = self._workspace.viewports.cursor_of(key)
        seen = self._image is not None and self._image.pixels is not None
        at = self._on_pane(cursor) if cursor is not None and seen else None
        reach = self._theme.px(_MARK_PX)
        for color, width in ((tokens.IMAGE, 3.5), (None, 1.5)):
            for mark in self._marks():
                painter.setPen(QPen(QColor(color or mark.color), width + mark.selected))
                painter.drawEllipse(mark.at, reach, reach)
            if at is not None:
                painter.setPen(QPen(QColor(color or tokens.ON_IMAGE), width))
                for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
                    painter.drawLine(at + way * reach, at + way * 2.5 * reach)

    def _write(self, sheet: Sheet, area: QRectF) -> None:
        text, px = self._text, self._theme.px
        left, top = px(10), px(8)
        line = text.line_height(PLAIN)
        text.draw(sheet, left, top, tr(say("3-D overview")), _HEAD)
        mode = self._workspace.overviews.state(self.viewport_id).mode
        text.draw(sheet, left, top + line, tr(_MODE_WORDS[mode]), PLAIN)
        lines = self._message()
        for place, what in enumerate(lines):
            words = text.elided(tr(what), _DETAIL, area.width() - px(16))
            middle = area.center().x() - text.width(words, _DETAIL) / 2
            high = area.center().y() + (place - len(lines) / 2) * line
            text.draw(sheet, middle, high, words, _DETAIL)
        if self._image is None:
            return
        right, down, _ = self._image.seen.turn.camera
        letters = (
            direction_letters(-right),
            direction_letters(right),
            direction_letters(-down),
            direction_letters(down),
        )
        draw_edge_letters(sheet, text, self._theme, letters, area, area.right() - left)

    def _message(self) -> tuple[Text, ...]:
        """Why there is nothing to see, and what to do about it."""
        workspace = self._workspace
        key = workspace.viewports.state(self.viewport_id).series_key
        if key is None:
            return (say("No series here"),)
        if not workspace.overviews.can_show(key):
            if workspace.studies.has_series(key) and not workspace.studies.is_whole(key):
                return (say("The overview appears when all slices are read."),)
            return (say("These images are no volume that could be seen from outside."),)
        if self._image is None:
            return (say("Making the overview"),)
        if self._image.pixels is None:
            return say("No segment is shown."), say("Run the AI, or show one that is hidden.")
        return ()

    # Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A picture of another size."""
        super().resizeEvent(event)
        self.follow()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold."""
        if self._button is None:
            self._workspace.viewports.activate(self.viewport_id)
            self._button = event.button()
            self._pressed_at = self._last_at = event.position()
            self._has_dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Turn with the left button, enlarge with the right."""
        away = event.position() - self._pressed_at
        if self._button is None or (
            not self._has_dragged and math.hypot(away.x(), away.y()) < CLICK_PX
        ):
            return
        self._has_dragged = True
        moved, self._last_at = event.position() - self._last_at, event.position()
        overviews = self._workspace.overviews
        if self._button is Qt.MouseButton.RightButton:
            overviews.zoom_by(self.viewport_id, math.exp(-moved.y() / 150))
        else:
            overviews.turn_by(
                self.viewport_id, -moved.x() * DEGREES_PER_PX, moved.y() * DEGREES_PER_PX
            )
        self._rest.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Where nothing was dragged: go there, or open the menu."""
        if event.button() is not self._button:
            return
        self._button = None
        if self._has_dragged:
            return
        if event.button() is Qt.MouseButton.RightButton:
            self._open_menu(self.viewport_id, event.globalPosition().toPoint())
        elif event.button() is Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """This viewport alone, or all again."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._workspace.viewports.toggle_maximized(self.viewport_id)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Go round; with Ctrl enlarge."""
        turned = event.angleDelta()
        steps = self._wheel.add(turned.y() or turned.x())
        event.accept()
        if not steps:
            return
        self._workspace.viewports.activate(self.viewport_id)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._workspace.overviews.zoom_by(self.viewport_id, ZOOM_STEP**steps)
        else:
            self._workspace.overviews.turn_by(self.viewport_id, steps * WHEEL_DEGREES, 0)
        self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys belong to the window's actions."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys belong to the window's actions."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Take the keyboard."""
        self._has_ring_focus = came_by_key(event)
        self._workspace.viewports.activate(self.viewport_id)
        self.update()

    def focusOutEvent(self, _event: QFocusEvent) -> None:  # noqa: N802
        """Give it up."""
        self._has_ring_focus = False
        self.update()

    def hideEvent(self, event: QEvent) -> None:  # noqa: N802
        """What nobody sees does not go round."""
        self._spin.stop()
        self._rest.stop()
        super().hideEvent(event)  # type: ignore[arg-type]

    def _spin_on(self) -> None:
        self._workspace.overviews.turn_by(self.viewport_id, SPIN_DEGREES, 0)

    def _go_to(self, at: QPointF) -> None:
        """Select the finding that was clicked, or move the crosshair to what is seen there."""
        for mark in reversed(self._marks()):
            away = at - mark.at
            if math.hypot(away.x(), away.y()) <= self._theme.px(_REACH_PX):
                self._workspace.findings.select(mark.finding_id)
                return
        self._workspace.overviews.go_to(self.viewport_id, *self._to_picture(at))
