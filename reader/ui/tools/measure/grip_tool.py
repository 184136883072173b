"""Takes hold of what was measured: hover, drag a handle or the whole, select."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from reader.core.finding import Finding
from reader.core.geometry import Point
from reader.core.measurement import Measurement, MeasurementKind
from reader.session.workspace import Workspace
from reader.ui.tools.measure.measure_tool import CLICK_PX, require_one_slice
from reader.ui.tools.measure.measured_index import MeasuredIndex
from reader.ui.tools.measure.plane_frame import XY
from reader.ui.tools.measure.shapes import (
    Points,
    distance,
    handles,
    longer_first,
    moved,
    with_handle_at,
)
from reader.ui.tools.measure.sketch import Draft, Grip, Sketch, WordsWanted
from reader.ui.tools.measure.snapping import snapped
from reader.ui.tools.measure.surface import Surface, surface_of
from reader.ui.tools.tool import IdleTool, Pointer

HANDLE_PX: Final = 9.0
LINE_PX: Final = 6.0
LETTER_PX: Final = (7.0, 18.0)
"""About how wide and high a letter is."""


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    finding: Finding
    measurement: Measurement
    surface: Surface
    points: Points
    handle: int | None
    start: XY
    pressed_at: tuple[float, float]


class GripTool(IdleTool):
    """In nobody's hand: it takes the left button where a measurement lies under it.

    One drag is one change and one step of undo.
    """

    def __init__(self, workspace: Workspace, sketch: Sketch, index: MeasuredIndex) -> None:
        self._workspace = workspace
        self._sketch = sketch
        self._index = index
        self._held: _Held | None = None

    @property
    def is_held(self) -> bool:
        """Whether a measurement is in the hand."""
        return self._held is not None

    def found(self, at: Pointer) -> Grip | None:
        """What of the measurements of this slice lies under the pointer."""
        surface = self._surface(at.viewport_id)
        if surface is None:
            return None
        place = surface.frame.to_plane(at.lps_mm)
        selected = self._workspace.findings.selected
        nearest: tuple[float, Grip] | None = None
        for finding, measurement in self._index.on(surface):
            points = surface.to_plane(measurement.points_lps_mm)
            touched = _touched(measurement, points, place, at.px_per_mm)
            if touched is not None:
                # The selected one is on top, and handles are before lines.
                away = touched[0] + (0 if touched[1] is not None else HANDLE_PX)
                away -= 1000 if finding.finding_id == selected else 0
                if nearest is None or away < nearest[0]:
                    nearest = away, Grip(finding.finding_id, touched[1])
        return nearest[1] if nearest is not None else None

    def hover(self, at: Pointer) -> None:
        """Show what a press would take."""
        self._sketch.under_pointer = self.found(at)

    def press(self, at: Pointer) -> None:
        """Take it, and select it; nothing on the screen moves."""
        grip, surface = self.found(at), self._surface(at.viewport_id)
        finding = self._workspace.findings.finding(grip.finding_id) if grip else None
        if grip is None or surface is None or finding is None or finding.measurement is None:
            return
        self._sketch.under_pointer = grip
        self._held = _Held(
            finding,
            finding.measurement,
            surface,
            surface.to_plane(finding.measurement.points_lps_mm),
            grip.handle,
            surface.frame.to_plane(at.lps_mm),
            (at.x, at.y),
        )
        if self._workspace.findings.selected != finding.finding_id:
            self._workspace.findings.select(finding.finding_id, moves=False)

    def move(self, at: Pointer) -> None:
        """Show what it would measure here."""
        held = self._held
        if held is None or self._is_click(held, at):
            return
        place = held.surface.frame.to_plane(at.lps_mm)
        draft = self._draft(held, self._changed(held, place))
        if held.handle is not None:
            points = snapped(
                self._workspace, draft.series_key, draft.kind, draft.points, at.px_per_mm, at.ctrl
            )
            draft = replace(draft, points=points)
        self._sketch.draft = draft

    def release(self, at: Pointer) -> None:
        """Keep the change, or only the selection where nothing was dragged."""
        held, self._held = self._held, None
        draft = self._sketch.draft
        if held is None or draft is None or draft.finding_id is None:
            return
        kind = held.measurement.kind
        ends = longer_first(kind, held.surface.to_plane(draft.points))
        points = held.surface.to_lps(ends)
        self._sketch.drop()
        notices = self._workspace.notices
        if notices.attempt(lambda: require_one_slice(self._workspace, held.surface, kind)):
            self.keep(held.finding.finding_id, _on_its_plane(held, points))

    def leave(self) -> None:
        """Put it back where it was."""
        if self._held is not None:
            self._held = None
            self._sketch.drop()
        self._sketch.under_pointer = None

    def double_click(self, at: Pointer) -> bool:
        """Type other words. Returns: whether a measurement was under the pointer."""
        grip = self.found(at)
        if grip is None:
            return False
        self.leave()
        self.ask_for_words(grip.finding_id, at.viewport_id)
        return True

    def keep(self, finding_id: str, points: tuple[Point, ...]) -> None:
        """Record other points of a measurement, or say why they are refused."""
        measuring = self._workspace.review.measuring
        self._workspace.notices.attempt(lambda: measuring.change(finding_id, points_lps=points))

    def rename(self, finding_id: str) -> None:
        """Type its words in a pane that shows it, or else in the active one."""
        viewports = self._workspace.viewports
        ids = [viewports.active_id, *(state.id for state in viewports.states)]
        for viewport_id in ids:
            surface = self._surface(viewport_id)
            drawn = self._index.on(surface) if surface is not None else []
            if any(finding.finding_id == finding_id for finding, _ in drawn):
                self.ask_for_words(finding_id, viewport_id)
                return
        self.ask_for_words(finding_id, viewports.active_id)

    def ask_for_words(self, finding_id: str, viewport_id: str) -> None:
        """Let the reader type the words that stand beside a measurement."""
        finding = self._workspace.findings.finding(finding_id)
        if finding is None or finding.measurement is None:
            return
        measuring, notices = self._workspace.review.measuring, self._workspace.notices
        self._sketch.words_wanted.emit(
            WordsWanted(
                viewport_id,
                finding.measurement.points_lps_mm[-1],
                finding.measurement.text,
                lambda words: _ignore(
                    notices.attempt(lambda: measuring.change(finding_id, text=words.strip()))
                ),
                lambda: None,
            )
        )

    def _surface(self, viewport_id: str) -> Surface | None:
        """The slice, if there is anything measured on its series."""
        state = next((s for s in self._workspace.viewports.states if s.id == viewport_id), None)
        if state is None:
            return None
        if not self._index.has(state.series_key) and not self._index.has(state.fused_key):
            return None
        return surface_of(self._workspace, viewport_id)

    def _changed(self, held: _Held, place: XY) -> Points:
        if held.handle is None:
            by = place[0] - held.start[0], place[1] - held.start[1]
            return moved(held.points, by)
        return with_handle_at(held.measurement.kind, held.points, held.handle, place)

    @staticmethod
    def _draft(held: _Held, points: Points) -> Draft:
        return Draft(
            held.finding.series_key,
            held.surface.viewport_id,
            held.measurement.kind,
            held.surface.to_lps(points),
            held.measurement.normal_lps,
            held.measurement.index,
            is_whole=True,
            finding_id=held.finding.finding_id,
            text=held.measurement.text,
        )

    def _is_click(self, held: _Held, at: Pointer) -> bool:
        is_still = math.dist(held.pressed_at, (at.x, at.y)) < CLICK_PX
        return is_still and self._sketch.draft is None


def _touched(
    measurement: Measurement, points: Points, place: XY, px_per_mm: float
) -> tuple[float, int | None] | None:
    """How many pixels away it is, and the handle; None where it is out of reach."""
    kind = measurement.kind
    ends = [math.dist(handle, place) * px_per_mm for handle in handles(kind, points)]
    if min(ends) <= HANDLE_PX:
        return min(ends), ends.index(min(ends))
    if kind is MeasurementKind.TEXT:
        return _touched_words(measurement.text, points[0], place, px_per_mm)
    away = distance(kind, points, place) * px_per_mm
    return (away, None) if away <= LINE_PX else None


def _touched_words(
    words: str, start: XY, place: XY, px_per_mm: float
) -> tuple[float, int | None] | None:
    """The same for letters, whose size is about that on the screen."""
    lines = words.splitlines() or [""]
    right, down = (place[0] - start[0]) * px_per_mm, (place[1] - start[1]) * px_per_mm
    wide = LETTER_PX[0] * max(len(line) for line in lines)
    is_on = 0 <= right <= wide and 0 <= down <= LETTER_PX[1] * len(lines)
    return (0.0, None) if is_on else None


def _on_its_plane(held: _Held, points: tuple[Point, ...]) -> tuple[Point, ...]:
    """A drawing lies where it was drawn, which may be a little beside the slice shown."""
    frame = held.surface.frame
    away = frame.away_mm(held.measurement.points_lps_mm[0])
    nx, ny, nz = (float(n) * away for n in frame.normal)
    return tuple((x + nx, y + ny, z + nz) for x, y, z in points)


def _ignore(_result: object) -> None:
    """What is called back with words answers nothing."""
