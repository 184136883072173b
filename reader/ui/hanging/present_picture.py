"""The viewports as they are, in small: what each shows, and a place to drop a series on."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.core.orientation import acquisition_plane
from reader.core.series_kind import SeriesKind
from reader.core.text import say
from reader.imaging.cut import Projection
from reader.session.viewing.presets import preset_name
from reader.session.viewing.viewport_state import PaneKind, ViewportState
from reader.ui import tokens
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_runs,
    painter_for,
    pixmap_of,
    whole,
)
from reader.ui.hanging.layout_picture import layout_cells
from reader.ui.hanging.series_drag import SeriesDrop
from reader.ui.kit import Kit
from reader.ui.pages.series_words import series_name
from reader.ui.quantities import millimetres, number
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr
from reader.ui.viewport.plane_words import PLANE_NAMES

_SIGNS = {Projection.MAXIMUM: "MIP", Projection.MINIMUM: "MinIP", Projection.MEAN: "Mean"}


class PresentPicture(QWidget):
    """Follows the session. A press makes a viewport the active one."""

    picked = Signal(str)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr(say("Viewports")))
        self.drop = SeriesDrop(self, self.viewport_at, kit.workspace.show_series)
        heard = Subscriptions(self)
        events = kit.workspace.events
        heard.add(events.viewports_changed, self._changed)
        heard.add(events.active_viewport_changed, self._changed)
        heard.add(events.volume_added, self._changed)
        heard.add(kit.workspace.pictures.changed, self._changed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as the page, in the proportions of a screen."""
        px = self._kit.theme.px
        return QSize(px(520), px(300))

    def viewport_at(self, at: QPoint) -> str | None:
        """The viewport whose box is at a point."""
        for state, cell in self._cells():
            if cell.contains(at):
                return state.id
        return None

    def words_of(self, state: ViewportState) -> tuple[str, ...]:
        """What is written into a viewport's box, the most telling first."""
        workspace, key = self._kit.workspace, state.series_key
        if key is None or not workspace.studies.has_series(key):
            return (tr(say("No series")),)
        series = workspace.studies.series(key)
        first = series_name((series,))
        if workspace.studies.is_companion(key):
            day = tr(say("Prior"))
            first = f"{day} · {first}"
        parts = [tr(PLANE_NAMES[state.plane]), self._window_words(state)]
        if not state.slab.is_thin:
            sign = _SIGNS[state.slab.projection]
            parts.append(f"{sign} {millimetres(state.slab.thickness_mm)}")
        if state.kind is PaneKind.OVERVIEW:
            parts[0] = tr(say("Overview"))
        fused = state.fused_key
        lines = [first, " · ".join(part for part in parts if part)]
        if fused is not None and workspace.studies.has_series(fused):
            lines.insert(1, f"+ {series_name((workspace.studies.series(fused),))}")
        return tuple(lines)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the boxes with their words; the active one has the active frame."""
        painter = painter_for(self)
        draw_box(painter, whole(self.rect()), self._kit.theme.px(tokens.RADIUS_BOX), tokens.BG)
        active = self._kit.workspace.viewports.active_id
        for state, cell in self._cells():
            edge = tokens.READER if state.id == active else tokens.BUTTON_EDGE
            draw_box(painter, cell, 3, tokens.IMAGE, edge)
            self._draw_picture(painter, state, cell)
            self._draw_words(painter, state, cell)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Make the viewport under the pointer the active one."""
        at = self.viewport_at(event.position().toPoint())
        if at is not None and event.button() is Qt.MouseButton.LeftButton:
            self._kit.workspace.viewports.activate(at)
            self.picked.emit(at)

    def _draw_picture(self, painter: QPainter, state: ViewportState, cell: QRectF) -> None:
        """The series' small picture under the words, where there is room for it."""
        px, workspace = self._kit.theme.px, self._kit.workspace
        top = px(8) + 3 * (px(tokens.SMALL.line_px) + px(2))
        side = min(cell.height() - top - px(8), cell.width() - px(16))
        if state.series_key is None or side < px(32):
            return
        if not workspace.studies.has_series(state.series_key):
            return
        series = workspace.studies.series(state.series_key)
        is_volume = series.kind is SeriesKind.VOLUME
        if is_volume and acquisition_plane(series.geometry) is not state.plane:
            return
        pixels = workspace.pictures.of(series)
        if pixels is None:
            return
        left = cell.center().x() - side / 2
        box = QRectF(left, cell.top() + top, side, side)
        painter.drawPixmap(box, pixmap_of(pixels), QRectF(0, 0, pixels.shape[1], pixels.shape[0]))

    def _draw_words(self, painter: QPainter, state: ViewportState, cell: QRectF) -> None:
        theme, px = self._kit.theme, self._kit.theme.px
        line = px(tokens.SMALL.line_px) + px(2)
        y = cell.top() + px(8)
        for n, words in enumerate(self.words_of(state)):
            if y + line > cell.bottom():
                return
            run = Run(words, tokens.TEXT if n == 0 else tokens.TEXT_2)
            room = QRectF(cell.left() + px(8), y, cell.width() - px(12), line)
            draw_runs(painter, theme, tokens.SMALL, (run,), room)
            y += line

    def _window_words(self, state: ViewportState) -> str:
        """A preset's name, or width and level."""
        workspace, key = self._kit.workspace, state.series_key
        volume = workspace.studies.volume(key)
        if key is None or volume is None or volume.is_color:
            return ""
        window = workspace.viewports.looks.window_of(key, state.look)
        if window is None:
            return ""
        named = [p for p in workspace.display.presets_for(key) if p.window == window]
        if named:
            return tr(preset_name(named[0]))
        shown = workspace.display.unit_of(key).shown(window)
        places = 0 if shown.width >= 10 else 2
        return f"W {number(shown.width, places)} L {number(shown.center, places)}"

    def _cells(self) -> list[tuple[ViewportState, QRectF]]:
        px = self._kit.theme.px
        area = whole(self.rect()).adjusted(px(6), px(6), -px(6), -px(6))
        viewports = self._kit.workspace.viewports
        cells = layout_cells(viewports.layout, area)
        return list(zip(viewports.states, cells, strict=True))

    def _changed(self, *_payload: object) -> None:
        self.update()
