"""What was measured on the slice of a pane, and what is being measured there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter, QPainterPath, QRegion

from reader.core.finding import Finding
from reader.core.measurement import Measurement, MeasurementKind, QuantityKind
from reader.core.review import ReviewStatus
from reader.core.text import say
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.measured import measured_lines
from reader.ui.tools.measure.plane_frame import XY
from reader.ui.tools.measure.sketch import Draft, Sketch
from reader.ui.tools.measure.surface import Surface, fused_series
from reader.ui.translate import tr
from reader.ui.viewport.corner_text import SMALL_PANE_PX, scale_remark
from reader.ui.viewport.finding_tags import state_color
from reader.ui.viewport.halo_text import HaloText, Lettering
from reader.ui.viewport.label_places import label_place
from reader.ui.viewport.measurement_figures import (
    Figure,
    Look,
    draw_aim,
    draw_figure,
    draw_leader,
    draw_region,
    figure_of,
)
from reader.ui.viewport.pane_drawing import PaneSight
from reader.ui.viewport.sheet import Sheet

_MOST_LINES: Final = 8
_MM: Final = ("mm", "mm2")
_VALUES: Final = (QuantityKind.MEAN, QuantityKind.VALUE)
_SPAN: Final = 100.0
_LEAST_WIDE_PX: Final = 120.0
_CORNER_PX, _LINE_PX, _TRACK_PX = 220.0, 18.0, 16.0


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    figure: Figure
    words: tuple[str, ...]
    own: frozenset[str] = frozenset()
    """Those of the words that the reader wrote; numbers are never cut."""


class Measurements:
    """Drawn over the picture of one pane. Nothing on the slice costs next to nothing."""

    def __init__(self, workspace: Workspace, sketch: Sketch, text: HaloText) -> None:
        self._workspace = workspace
        self._sketch = sketch
        self._text = text
        self.sight: PaneSight | None = None
        """The slice painted last."""
        self._has_drawn = False
        self._remark = ""
        self._slab_remark = ""
        self.figures: tuple[Figure, ...] = ()
        """What was drawn on it."""
        self.labels: tuple[tuple[QRectF, tuple[str, ...]], ...] = ()
        """What was written beside them, box by box, the one in hand first."""

    def concerns(self, viewport_id: str) -> bool:
        """Whether a change of the sketch changes what this pane shows."""
        sketch = self._sketch
        begun = {item.viewport_id for item in (sketch.draft, sketch.region) if item is not None}
        if sketch.aim is not None:
            begun.add(sketch.aim[0])
        has_drawn, self._has_drawn = self._has_drawn, viewport_id in begun
        return has_drawn or bool(self.figures) or viewport_id in begun

    def paint(self, painter: QPainter, sight: PaneSight) -> None:
        """Draw everything that lies on the slice, the one in hand last."""
        sketch, key = self._sketch, sight.resolved.series.key
        begun = bool(sketch.draft or sketch.region or sketch.aim)
        self.sight, self.labels, self.figures = sight, (), ()
        fused = fused_series(self._workspace, sight.resolved.viewport_id)
        has_drawn = sketch.has_drawn(key) or (fused is not None and sketch.has_drawn(fused.key))
        if not begun and not has_drawn:
            return
        surface = Surface.of(sight.resolved, fused)
        self._remark = scale_remark(sight.resolved)
        is_slab = not sight.resolved.slab.is_thin
        self._slab_remark = tr(say("values of one slice")) if is_slab else ""
        shown = self._shown(surface, sight)
        self.figures = tuple(item.figure for item in shown)
        for item in shown:
            draw_figure(painter, item.figure)
        region = sketch.region
        if region is not None and region.viewport_id == surface.viewport_id:
            draw_region(painter, [sight.to_pane(corner) for corner in region.corners])
        if sketch.aim is not None and sketch.aim[0] == surface.viewport_id:
            draw_aim(painter, sight.to_pane(sketch.aim[1]))
        self._write(painter, shown, sight)

    def paint_lines(self, painter: QPainter, sight: PaneSight) -> None:
        """The lines alone, as through a lens."""
        if self.figures:
            fused = fused_series(self._workspace, sight.resolved.viewport_id)
            for item in self._shown(Surface.of(sight.resolved, fused), sight):
                draw_figure(painter, item.figure)

    def _shown(self, surface: Surface, sight: PaneSight) -> list[_Shown]:
        sketch = self._sketch
        to_pane = _to_pane(surface, sight)
        draft = sketch.draft
        items = [
            self._of_finding(finding, measurement, surface, to_pane)
            for finding, measurement in sketch.drawn_on(surface)
            if draft is None or finding.finding_id != draft.finding_id
        ]
        items.sort(key=lambda item: item.figure.look.has_handles)
        if draft is not None and _is_here(draft, surface):
            items.append(self._of_draft(draft, surface, to_pane))
        return items

    def _of_finding(
        self,
        finding: Finding,
        measurement: Measurement,
        surface: Surface,
        to_pane: Callable[[XY], QPointF],
    ) -> _Shown:
        workspace, grip = self._workspace, self._sketch.under_pointer
        status = workspace.findings.status_of(finding.finding_id)
        is_selected = workspace.findings.selected == finding.finding_id
        is_pointed_at = grip is not None and grip.finding_id == finding.finding_id
        look = Look(
            state_color(finding, status),
            is_dashed=status is ReviewStatus.UNREVIEWED,
            is_bold=is_selected,
            has_handles=is_selected or is_pointed_at,
            handle=grip.handle if is_pointed_at and grip is not None else None,
        )
        points = surface.to_plane(measurement.points_lps_mm)
        figure = figure_of(measurement.kind, points, to_pane, look)
        own = frozenset(measurement.text.splitlines())
        return _Shown(figure, self._words(measurement), own)

    def _of_draft(self, draft: Draft, surface: Surface, to_pane: Callable[[XY], QPointF]) -> _Shown:
        grip = self._sketch.under_pointer
        held = grip.handle if draft.finding_id is not None and grip is not None else None
        look = Look(tokens.READER, is_bold=draft.is_whole, has_handles=True, handle=held)
        points = surface.to_plane(draft.points)
        figure = figure_of(draft.kind, points, to_pane, look, draft.is_whole)
        measured = self._sketch.measured
        return _Shown(figure, self._words(measured) if measured else ())

    def _words(self, measurement: Measurement) -> tuple[str, ...]:
        """The numbers, and what they are where it is not what it seems.

        Millimetres may not be the patient's own, and no values are those seen through a slab.
        """
        words = measured_lines(measurement)[:_MOST_LINES]
        has_mm = any(quantity.unit in _MM for quantity in measurement.quantities)
        has_values = any(quantity.kind in _VALUES for quantity in measurement.quantities)
        remarks = (self._remark if has_mm else "", self._slab_remark if has_values else "")
        return (*words, *(remark for remark in remarks if remark))

    def _write(self, painter: QPainter, shown: list[_Shown], sight: PaneSight) -> None:
        """The words beside each; those of the one in hand find their place first."""
        sheet, kept_free = Sheet(sight.ratio), _kept_free(sight.area)
        labels: list[tuple[QRectF, tuple[str, ...]]] = []
        covered = [(item, item.figure.bounds) for item in shown]
        for item in reversed(shown):
            if not item.words or not item.figure.bounds.intersects(sight.area):
                continue
            lettering = Lettering(tokens.DETAIL, tokens.MEDIUM, item.figure.look.color)
            said = self._said(item, sight.area, lettering)
            size = self._size(said, lettering)
            taken = [box for box, _ in labels]
            box = label_place(
                item.figure.kind,
                item.figure.points,
                _all_lines(item.figure),
                size,
                _room(sight.area),
                taken,
                [*(bounds for other, bounds in covered if other is not item), *kept_free],
            )
            labels.append((box, said))
            if item.figure.kind is not MeasurementKind.TEXT:
                draw_leader(painter, item.figure, box)
            high = self._text.line_height(lettering)
            for number, line in enumerate(said):
                self._text.draw(sheet, box.left(), box.top() + number * high, line, lettering)
        self.labels = tuple(labels)
        sheet.paint(painter, QRegion(sight.area.toAlignedRect()))

    def _said(self, item: _Shown, area: QRectF, lettering: Lettering) -> tuple[str, ...]:
        """Own words no wider than half the pane; in a small one the first line if not in hand.

        Remarks must be told everywhere.
        """
        words = item.words
        if area.width() < SMALL_PANE_PX and not item.figure.look.has_handles:
            remarks = {self._remark, self._slab_remark} - {""}
            words = (words[0], *(line for line in words[1:] if line in remarks))
        widest = max(_LEAST_WIDE_PX, area.width() / 2)
        return tuple(
            self._text.elided(line, lettering, widest) if line in item.own else line
            for line in words
        )

    def _size(self, words: tuple[str, ...], lettering: Lettering) -> QSizeF:
        wide = max(self._text.width(line, lettering) for line in words)
        return QSizeF(wide + 2, len(words) * self._text.line_height(lettering))


def _room(area: QRectF) -> QRectF:
    """Where words may stand: within the pane, and beside the slice track of a large one."""
    track = 0 if area.width() < SMALL_PANE_PX else _TRACK_PX
    return area.adjusted(4, 4, -4 - track, -4)


def _kept_free(area: QRectF) -> tuple[QRectF, ...]:
    """Where the corners of a pane write, and the scale: always as much, so nothing jumps."""
    if area.width() < SMALL_PANE_PX:
        wide, heads, feet = area.width() / 2 - 12, 1, 1
    else:
        wide, heads, feet = min(_CORNER_PX, area.width() / 2 - 24), 5, 3
    return tuple(
        QRectF(left, top, wide, 8 + lines * _LINE_PX)
        for left in (area.left(), area.right() - wide)
        for top, lines in (
            (area.top(), heads),
            (area.bottom() - 8 - feet * _LINE_PX, feet),
        )
    )


def _is_here(draft: Draft, surface: Surface) -> bool:
    """Whether what is being drawn lies on the slice of this pane."""
    shown = (surface.series_key, surface.fused_key)
    if draft.viewport_id != surface.viewport_id or draft.series_key not in shown:
        return False
    if surface.index is not None:
        return draft.index == surface.index
    return abs(surface.frame.away_mm(draft.points[0])) <= surface.half_mm


def _to_pane(surface: Surface, sight: PaneSight) -> Callable[[XY], QPointF]:
    """From mm of the slice's plane to logical pixels of the pane: one linear map."""
    corner, right, down = (
        sight.to_pane(surface.frame.to_lps(at)) for at in ((0.0, 0.0), (_SPAN, 0.0), (0.0, _SPAN))
    )
    right, down = (right - corner) / _SPAN, (down - corner) / _SPAN
    x0, y0, xr, yr, xd, yd = corner.x(), corner.y(), right.x(), right.y(), down.x(), down.y()

    def to_pane(at: XY) -> QPointF:
        return QPointF(x0 + at[0] * xr + at[1] * xd, y0 + at[0] * yr + at[1] * yd)

    return to_pane


def _all_lines(figure: Figure) -> QPainterPath:
    path = QPainterPath(figure.lines)
    path.addPath(figure.faint)
    return path
