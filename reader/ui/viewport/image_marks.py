"""Marks on a slice that have no extent: what presentation states draw, and findings at a point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from reader.core.finding import Finding
from reader.core.imported import ImageMark, MarkShape
from reader.core.review import ReviewStatus
from reader.imaging.placement import Placement
from reader.session.viewing.resolve import ResolvedViewport
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.theme import Theme
from reader.ui.viewport.finding_tags import FindingTag, draw_tag, finding_tag, state_color
from reader.ui.viewport.halo_text import HaloText, Lettering
from reader.ui.viewport.sheet import Sheet

POINT_PX: Final = 5
SPOT_PX: Final = 11
"""Radius of the ring around a finding that is a point."""
_LINE_PX: Final = 1.5
_HALO_PX: Final = 3.5
_DOT_PX: Final = 2.0
_LINE_POINTS: Final = 60
_NEAR_MM: Final = 5.0
"""A path's points are drawn on slices this near to them."""


@dataclass(frozen=True, slots=True)
class SliceMark:
    """A mark in the pixels of the slice as it is shown: points are (row, column).

    `tag` is set for a finding.
    """

    shape: MarkShape
    points: tuple[tuple[float, float], ...]
    color: str
    text: str = ""
    filled: bool = False
    tag: FindingTag | None = None
    dotted: bool = False
    """Drawn in dots: a place, and nothing that was seen there."""


def slice_marks(
    workspace: Workspace, resolved: ResolvedViewport, numbers: dict[str, int]
) -> tuple[SliceMark, ...]:
    """What to draw on the slice a viewport shows; `numbers` are those of the findings' tags."""
    marks: list[SliceMark] = []
    overlay, key = workspace.overlay, resolved.series.key
    if overlay.ai_hidden:
        return ()
    if resolved.axes.slice_axis == 0 and not resolved.is_oblique:
        for mark in workspace.imported.marks_on(key, resolved.index):
            marks.append(_of_image(mark, resolved))
    marks += _of_path(workspace, resolved)
    for finding in workspace.findings.shown():
        is_spot = finding.label is None and finding.measurement is None
        if finding.series_key == key and is_spot:
            spot = _of_finding(workspace, finding, resolved, numbers)
            if spot is not None:
                marks.append(spot)
    return tuple(marks)


def _of_path(workspace: Workspace, resolved: ResolvedViewport) -> list[SliceMark]:
    """Paths seen through all slices; of the one being drawn also the clicks near by."""
    paths, where = workspace.paths, resolved.geometry
    lines = [
        tuple(where.to_pixel(point) for point in line[:: max(1, len(line) // _LINE_POINTS)])
        for line in paths.lines_on(resolved.series.key)
    ]
    marks = []
    if paths.points and paths.series_key == resolved.series.key:
        drawn = tuple(where.to_pixel(point) for point in paths.points)
        lines += [drawn] if len(drawn) > 1 else []
        normal = np.cross(where.right_lps_mm, where.down_lps_mm)
        away = (np.array(paths.points) - where.origin_lps_mm) @ (normal / np.linalg.norm(normal))
        near = [point for point, mm in zip(drawn, away, strict=True) if abs(mm) <= _NEAR_MM]
        marks = [SliceMark(MarkShape.POINT, (point,), tokens.READER) for point in near]
    return [SliceMark(MarkShape.POLYLINE, line, tokens.READER) for line in lines] + marks


def _of_image(mark: ImageMark, resolved: ResolvedViewport) -> SliceMark:
    points = tuple(
        _shown(resolved, (float(mark.place.k), row, column)) for row, column in mark.points
    )
    return SliceMark(mark.shape, points, tokens.OTHERS, mark.text, mark.filled)


def _of_finding(
    workspace: Workspace, finding: Finding, resolved: ResolvedViewport, numbers: dict[str, int]
) -> SliceMark | None:
    """A finding without voxels, on the slice its centre lies in; a rejected one if selected."""
    if resolved.stack.index_at(finding.center_lps_mm) != resolved.index:
        return None
    status = workspace.findings.status_of(finding.finding_id)
    is_selected = workspace.findings.selected == finding.finding_id
    if status is ReviewStatus.REJECTED and not is_selected:
        return None
    return SliceMark(
        MarkShape.CIRCLE,
        (resolved.geometry.to_pixel(finding.center_lps_mm),),
        state_color(finding, status),
        tag=finding_tag(workspace, finding, numbers.get(finding.finding_id, 0)),
    )


def _shown(resolved: ResolvedViewport, index: tuple[float, float, float]) -> tuple[float, float]:
    """A voxel's place on the slice as it is laid on the screen."""
    axes, shape = resolved.axes, resolved.volume.geometry.shape_kji
    row, column = index[axes.row_axis], index[axes.column_axis]
    if axes.flip_rows:
        row = shape[axes.row_axis] - 1 - row
    if axes.flip_columns:
        column = shape[axes.column_axis] - 1 - column
    return row, column


def draw_marks(
    sheet: Sheet,
    text: HaloText,
    theme: Theme,
    marks: tuple[SliceMark, ...],
    placement: Placement,
    area: QRectF,
) -> None:
    """Lay the marks down: lines in one picture, then words and tags."""
    paths = [(mark, _path(mark, placement, sheet.ratio, theme)) for mark in marks]
    room = QRectF()
    for _, path in paths:
        room = room.united(path.boundingRect().adjusted(-4, -4, 4, 4))
    room = QRectF(room.intersected(area).toAlignedRect())
    if not room.isEmpty():
        sheet.lay(room.topLeft(), _picture(paths, room, sheet.ratio))
    for mark, path in paths:
        if mark.tag is not None and path.boundingRect().intersects(area):
            draw_tag(sheet, text, theme, mark.tag, path.boundingRect(), area)
        if mark.text:
            _write(sheet, text, mark, placement)


def _picture(paths: list[tuple[SliceMark, QPainterPath]], room: QRectF, ratio: float) -> QPixmap:
    picture = QPixmap((QSizeF(room.size()) * ratio).toSize())
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-room.topLeft())
    for color_of, width in ((lambda _mark: tokens.IMAGE, _HALO_PX), (_color, _LINE_PX)):
        for mark, path in paths:
            painter.setPen(_pen(color_of(mark), width, mark.dotted))
            painter.drawPath(path)
    for mark, path in paths:
        if mark.filled:
            fill = QColor(mark.color)
            fill.setAlphaF(0.3)
            painter.fillPath(path, fill)
    painter.end()
    return picture


def _pen(color: str, width: float, dotted: bool) -> QPen:
    pen = QPen(QColor(color), width)
    if dotted:  # in widths of the pen: the same dots for the line and for its halo
        pen.setDashPattern([_DOT_PX / width, 2 * _DOT_PX / width])
    return pen


def _color(mark: SliceMark) -> str:
    return mark.color


def _path(mark: SliceMark, placement: Placement, ratio: float, theme: Theme) -> QPainterPath:
    """The mark's line in logical pixels of the pane; empty for a text."""
    points = [_on_pane(point, placement, ratio) for point in mark.points]
    path = QPainterPath()
    match mark.shape:
        case MarkShape.TEXT:
            return path
        case MarkShape.POINT:
            path.addEllipse(points[0], theme.px(POINT_PX), theme.px(POINT_PX))
        case MarkShape.CIRCLE if mark.tag is not None:
            path.addEllipse(points[0], theme.px(SPOT_PX), theme.px(SPOT_PX))
        case MarkShape.CIRCLE:
            radius = math.dist(*mark.points[:2]) / ratio
            path.addEllipse(points[0], radius * placement.column_px, radius * placement.row_px)
        case MarkShape.ELLIPSE:
            path.addPolygon([*_ellipse(points), _ellipse(points)[0]])
        case _:
            path.addPolygon(points)
    return path


def _on_pane(point: tuple[float, float], placement: Placement, ratio: float) -> QPointF:
    x, y = placement.to_pane(*point)
    return QPointF(x / ratio, y / ratio)


def _ellipse(ends: list[QPointF]) -> list[QPointF]:
    """Points around an ellipse, given the ends of its two axes."""
    middle = (ends[0] + ends[1]) / 2
    along, across = (ends[1] - ends[0]) / 2, (ends[3] - ends[2]) / 2
    turns = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    return [middle + along * math.cos(turn) + across * math.sin(turn) for turn in turns]


def _write(sheet: Sheet, text: HaloText, mark: SliceMark, placement: Placement) -> None:
    lettering = Lettering(tokens.DETAIL, tokens.MEDIUM, mark.color)
    at = _on_pane(mark.points[0], placement, sheet.ratio)
    for number, line in enumerate(mark.text.splitlines()[:12]):
        text.draw(sheet, at.x(), at.y() + number * text.line_height(lettering), line, lettering)
