"""Everything that is written over a pane's picture, in pixels of the pane."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF

from reader.imaging.placement import Placement
from reader.imaging.slice_image import SliceImage
from reader.imaging.slice_overlay import Outline
from reader.session.viewing.resolve import ResolvedViewport, same_fusion
from reader.ui import tokens
from reader.ui.fusion.color_scale import draw_color_scale
from reader.ui.theme import Theme
from reader.ui.viewport import slice_track
from reader.ui.viewport.annotations import (
    draw_edge_letters,
    draw_heat_bar,
    draw_scale_bar,
    edge_letters,
)
from reader.ui.viewport.corner_drawing import draw_corners
from reader.ui.viewport.corner_text import (
    SMALL_PANE_PX,
    CornerLine,
    Corners,
    fitting,
    has_scale,
    scale_remark,
)
from reader.ui.viewport.finding_tags import FindingTag, draw_tag
from reader.ui.viewport.halo_text import HaloText
from reader.ui.viewport.image_marks import draw_marks
from reader.ui.viewport.pane_content import PaneContent
from reader.ui.viewport.pane_message import draw_message
from reader.ui.viewport.sheet import Sheet

_MOST_LINES_BELOW = 6


class Foreground:
    """Lays out corners, letters, tags and bars of one pane."""

    def __init__(self, theme: Theme, text: HaloText) -> None:
        self._theme = theme
        self._text = text
        self._parts: dict[str, tuple[tuple[object, ...], Sheet]] = {}
        self._letters: tuple[ResolvedViewport, tuple[str, str, str, str]] | None = None

    def sheet(
        self,
        content: PaneContent,
        image: SliceImage | None,
        placement: Placement | None,
        area: QRectF,
        ratio: float,
    ) -> Sheet:
        """All of it; `placement` is in device pixels, `area` in logical ones."""
        sheet = Sheet(ratio)
        if content.message is not None:
            draw_message(sheet, self._text, self._theme, content.message, area)
        resolved = content.resolved
        if resolved is None or placement is None:
            return sheet
        size, track = (area.width(), area.height()), self.track_rect(area)
        right = self._right_edge(area, track)
        if image is not None and content.tags:
            self._part(
                sheet, "tags", (image.overlay, content.tags, placement, size),
                partial(
                    self._lay_tags, tags=content.tags, outlines=image.outlines,
                    placement=placement, area=area, right=right,
                ),
            )  # fmt: skip
        if content.marks:
            self._part(
                sheet, "marks", (content.marks, placement, size),
                lambda part: draw_marks(
                    part, self._text, self._theme, content.marks, placement, area
                ),
            )  # fmt: skip
        self._lay_fixed(sheet, resolved, placement, area, right, small=track is None)
        corners = fitting(content.corners, int(area.width()), int(area.height()), self._theme)
        self._lay_corners(sheet, corners, area, right)
        self._lay_bars(sheet, content, area, right, track)
        return sheet

    def _part(
        self, sheet: Sheet, name: str, key: tuple[object, ...], lay: Callable[[Sheet], None]
    ) -> None:
        """Lay down a part, which is laid out again only when its `key` is another.

        With a turn of the wheel one line of some thirty changes. What is in a key is mostly
        the same object as before, so that comparing costs nothing.
        """
        kept = self._parts.get(name)
        if kept is None or kept[1].ratio != sheet.ratio or kept[0] != key:
            made = Sheet(sheet.ratio)
            lay(made)
            kept = self._parts[name] = key, made
        sheet.add(kept[1])

    def _lay_fixed(
        self,
        sheet: Sheet,
        resolved: ResolvedViewport,
        placement: Placement,
        area: QRectF,
        right: float,
        small: bool,
    ) -> None:
        """What stays while one scrolls: the letters at the edges and the scale."""
        size = area.width(), area.height()
        letters = self._edge_letters(resolved)
        self._part(
            sheet, "letters", (letters, size),
            lambda part: draw_edge_letters(part, self._text, self._theme, letters, area, right),
        )  # fmt: skip
        if has_scale(resolved):
            scale, remark = placement.px_per_mm / sheet.ratio, scale_remark(resolved)
            in_the_way = small and resolved.lean > 0  # the number of the slice is below then
            lift = self._theme.px(tokens.DETAIL.line_px) if in_the_way else 0
            self._part(
                sheet, "scale", (scale, size, remark, lift),
                lambda part: draw_scale_bar(
                    part, self._text, self._theme, scale, area.adjusted(0, 0, 0, -lift), small,
                    remark,
                ),
            )  # fmt: skip

    def _edge_letters(self, resolved: ResolvedViewport) -> tuple[str, str, str, str]:
        """Those of the stack: all its slices lie the same way."""
        known = self._letters
        if (
            known is None
            or known[0].stack is not resolved.stack
            or known[0].series is not resolved.series
        ):
            known = self._letters = resolved, edge_letters(resolved)
        return known[1]

    def _lay_corners(self, sheet: Sheet, corners: Corners, area: QRectF, right: float) -> None:
        size = area.width(), area.height()
        for name, lines in (
            ("top_left", corners.top_left),
            ("top_right", corners.top_right),
            ("bottom_left", corners.bottom_left),
            ("bottom_right", corners.bottom_right),
        ):
            if lines:
                self._part(
                    sheet, name, (lines, size), partial(self._lay_corner, name, lines, area, right)
                )

    def _lay_corner(
        self,
        name: str,
        lines: tuple[CornerLine, ...],
        area: QRectF,
        right: float,
        sheet: Sheet,
    ) -> None:
        corner: dict[str, Any] = {name: lines}
        draw_corners(sheet, self._text, self._theme, Corners(**corner), area, right)

    def track_rect(self, area: QRectF) -> QRectF | None:
        """Where the slice track lies; None in small panes, which have none."""
        if area.width() < self._theme.px(SMALL_PANE_PX):
            return None
        return slice_track.track_rect(area, self._theme)

    def hover_area(self, content: PaneContent, area: QRectF) -> QRectF:
        """The part of a pane that changes with what is under the pointer."""
        height = self._theme.px(8 + _MOST_LINES_BELOW * tokens.DETAIL.line_px)
        is_right = content.corners.lean < 0
        left = area.center().x() if is_right else area.left()
        return QRectF(left, area.bottom() - height, area.width() / 2, height)

    def warning_area(self, content: PaneContent, area: QRectF) -> QRectF:
        """Where the badges are; empty without any. Their sentences are told on hovering."""
        corners = fitting(content.corners, int(area.width()), int(area.height()), self._theme)
        lines = corners.top_left if corners.lean > 0 else corners.top_right
        places = [n for n, line in enumerate(lines) if line.is_warning]
        if not places:
            return QRectF()
        line = self._theme.px(tokens.DETAIL.line_px)
        top = area.top() + self._theme.px(8) + line * places[0]
        high = line * (places[-1] - places[0] + 1)
        left = area.left() if corners.lean > 0 else area.center().x()
        return QRectF(left, top, area.width() / 2, high)

    @staticmethod
    def looks_same(one: PaneContent, other: PaneContent) -> bool:
        """Whether two contents are written the same; the crosshair sees to itself."""
        if one.resolved is None or other.resolved is None:
            return one.resolved is other.resolved and one.message == other.message
        return (
            one.corners == other.corners
            and one.track == other.track
            and one.marks == other.marks
            and dict(one.tags) == dict(other.tags)
            and _heat(one) == _heat(other)
            and same_fusion(one.resolved.fusion, other.resolved.fusion)
        )

    def _right_edge(self, area: QRectF, track: QRectF | None) -> float:
        """Where text on the right ends: beside the track, or at the edge of a small pane."""
        if track is None:
            return area.right() - self._theme.px(10)
        return track.left() - self._theme.px(9)

    def _lay_tags(
        self,
        sheet: Sheet,
        tags: Mapping[str, FindingTag],
        outlines: Iterable[Outline],
        placement: Placement,
        area: QRectF,
        right: float,
    ) -> None:
        room = QRectF(area.left(), area.top(), right - area.left(), area.height())
        for outline in outlines:
            tag = tags.get(outline.style.finding_id or "")
            if tag is not None:
                bounds = _bounds(outline, placement, sheet.ratio)
                if bounds.intersects(area):
                    draw_tag(sheet, self._text, self._theme, tag, bounds, room)

    def _lay_bars(
        self,
        sheet: Sheet,
        content: PaneContent,
        area: QRectF,
        right: float,
        track: QRectF | None,
    ) -> None:
        if content.resolved is not None and content.resolved.fusion is not None:
            right -= self._theme.px(0 if track is None else 5)
            if _heat(content)[0] is not None:
                right -= self._theme.px(112)
            draw_color_scale(
                sheet, self._text, self._theme, content.resolved.fusion, area, right,
                small=track is None,
            )  # fmt: skip
        if track is None or content.resolved is None:
            return
        if content.track is not None and content.track.count > 1:
            shown, size = content.track, (area.width(), area.height())
            self._part(
                sheet, "track", (shown.count, shown.seen, shown.done, shown.ticks, size),
                lambda part: slice_track.draw_track(part, self._text, shown, track),
            )  # fmt: skip
            slice_track.draw_pointer(sheet, self._text, shown, track)
        layers = content.resolved.layers
        if layers is not None and layers.heatmap is not None:
            # Between the letter in the middle of the side and the text in the corner.
            top = area.center().y() + self._theme.px(28)
            kind, threshold = layers.heatmap.kind, layers.heat_threshold
            self._part(
                sheet, "heat", (kind, threshold, area.width(), area.height()),
                lambda part: draw_heat_bar(
                    part, self._text, self._theme, kind, threshold,
                    right=track.left() - self._theme.px(14), top=top,
                ),
            )  # fmt: skip


def _bounds(outline: Outline, placement: Placement, ratio: float) -> QRectF:
    """The box around an outline in logical pixels of the pane."""
    points = placement.line_to_pane(outline.closed.points) / ratio
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return QRectF(left, top, right - left, bottom - top)


def _heat(content: PaneContent) -> tuple[object, float]:
    layers = content.resolved.layers if content.resolved is not None else None
    return (None, 0.0) if layers is None else (layers.heatmap, layers.heat_threshold)
