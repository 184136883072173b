"""Draws one kind of measurement: by dragging, by clicking, or by keys at the crosshair."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from reader.core.errors import NotAllowedError
from reader.core.geometry import Point
from reader.core.measurement import Measurement, MeasurementKind
from reader.core.text import say
from reader.session.workspace import Workspace
from reader.ui.tools.measure.plane_frame import XY
from reader.ui.tools.measure.shapes import begins_stroke, completed, is_degenerate, longer_first
from reader.ui.tools.measure.sketch import Draft, Sketch, WordsWanted
from reader.ui.tools.measure.snapping import snapped
from reader.ui.tools.measure.surface import Surface, surface_of
from reader.ui.tools.tool import IdleTool, Pointer

CLICK_PX: Final = 4.0
"""A press and release nearer than this are a click, and the next click goes on."""
CLOSE_PX: Final = 8.0
"""A click this near to the first point closes a line."""
STEP_PX: Final = 2.0
"""A freehand line gets a point this often."""
_SLIP_MM: Final = 1e-3
_NOMINAL_PX_PER_MM: Final = 1e6
"""Keys hit the place they mean exactly."""


class MeasureTool(IdleTool):
    """Press, drag and release; or click, move and click. A double click ends.

    What is being drawn is in the `Sketch`; when it is whole it becomes a finding.
    """

    def __init__(
        self,
        kind: MeasurementKind,
        workspace: Workspace,
        sketch: Sketch,
        put_down: Callable[[], None],
    ) -> None:
        self.kind = kind
        self._workspace = workspace
        self._sketch = sketch
        self._lay_aside = put_down
        self._drawn: list[XY] = []
        self._surface: Surface | None = None
        self._hand: Pointer | None = None
        self._pressed_at: tuple[float, float] | None = None
        self._began_stroke = False
        self._ended_here: tuple[float, float] | None = None

    # Told of gestures

    def press(self, at: Pointer) -> None:
        """Put down the first point of a line, or take the next one along."""
        self._ended_here = None
        place = self._place(at)
        if place is None:
            return
        self._pressed_at = (at.x, at.y)
        self._began_stroke = begins_stroke(self.kind, len(self._drawn))
        if self._began_stroke:
            self._drawn.append(place)
        self._show(place, at)

    def move(self, at: Pointer) -> None:
        """Carry the point along; a freehand line grows."""
        place = self._place(at, begins=False)
        if place is None or not self._drawn:
            return
        if self.kind is MeasurementKind.FREEHAND and self._has_moved(at):
            last = self._drawn[-1]
            if math.dist(last, place) * at.px_per_mm >= STEP_PX:
                self._drawn.append(place)
        self._show(place, at)

    def release(self, at: Pointer) -> None:
        """Let the point go, unless this was the click that began."""
        place = self._place(at, begins=False)
        is_click = not self._has_moved(at)
        self._pressed_at = None
        if place is None or not self._drawn:
            return
        if self.kind is MeasurementKind.FREEHAND:
            self._release_freehand(place, at, is_click)
        elif not (self._began_stroke and is_click) or self._is_point:
            if not self._is_point:
                self._drawn.append(place)
            if self._whole(self._drawn) is not None:
                self._ended_here = (at.x, at.y)
                self.finish()

    def hover(self, at: Pointer) -> None:
        """The next point follows the pointer between two clicks."""
        if self._ended_here is not None and math.dist(self._ended_here, (at.x, at.y)) > CLICK_PX:
            self._ended_here = None
        place = self._place(at, begins=False)
        if place is not None and self._drawn:
            self._show(place, at)

    def double_click(self, at: Pointer) -> bool:
        """End what is being drawn. Returns: whether it was about a drawing at all."""
        if self._ended_here is not None:
            return True
        if not self._drawn:
            return False
        self._hand = at
        self.finish()
        return True

    # Told of keys

    def put_point(self, viewport_id: str, lps: Point) -> None:
        """Set the next point at a place of a pane, as a click there does."""
        at = Pointer(viewport_id, 0.0, 0.0, (0.0, 0.0), lps, _NOMINAL_PX_PER_MM)
        self.press(at)
        self.release(at)
        self._ended_here = None

    def point_at(self, viewport_id: str, lps: Point) -> None:
        """Let the next point follow, as the pointer does between clicks."""
        self.hover(Pointer(viewport_id, 0.0, 0.0, (0.0, 0.0), lps, _NOMINAL_PX_PER_MM))

    def take_back(self) -> bool:
        """Take the last point back. Returns: whether there was one."""
        if not self._drawn:
            return False
        place = self._drawn.pop()
        if self._drawn:
            self._show(place, self._hand)
        else:
            self.cancel()
        return True

    def finish(self) -> None:
        """End with what is drawn so far, or drop it where that makes no measurement."""
        surface, points = self._surface, self._whole(self._drawn)
        drawn = completed(self.kind, self._drawn)
        is_slip = drawn is None or is_degenerate(self.kind, drawn, _SLIP_MM)
        if surface is None or points is None or is_slip:
            self.cancel()
            return
        draft = _draft(surface, self.kind, longer_first(self.kind, points), is_whole=True)
        self._drawn, self._surface = [], None
        self._sketch.draft = draft
        if self.kind.is_note:
            self._ask_for_words(draft)
        else:
            self._keep(draft)

    def cancel(self) -> bool:
        """Forget what is being drawn. Returns: whether there was anything."""
        had = bool(self._drawn)
        self._drawn, self._surface, self._pressed_at = [], None, None
        return self._sketch.drop() or had

    def put_down(self) -> None:
        """Forget what is being drawn."""
        self.cancel()

    @property
    def is_drawing(self) -> bool:
        """Whether something is begun."""
        return bool(self._drawn)

    # How it works

    @property
    def _is_point(self) -> bool:
        return self.kind in (MeasurementKind.PROBE, MeasurementKind.TEXT)

    def _place(self, at: Pointer, begins: bool = True) -> XY | None:
        """Where a pointer is on the slice that is drawn on; None on another one.

        A press on another slice begins anew there.
        """
        surface = self._seen(at.viewport_id)
        if surface is None:
            return None
        if self._surface is None or not _same(self._surface, surface):
            if not begins:
                return None
            self.cancel()
            if not self._may_draw(surface):
                return None
            self._surface = surface
        place = self._surface.frame.to_plane(at.lps_mm)
        return place

    def _seen(self, viewport_id: str) -> Surface | None:
        """The slice to draw on; uptake is measured on what is laid over it, if anything is."""
        surface = surface_of(self._workspace, viewport_id)
        if surface is None or surface.fused_key is None:
            return surface
        if self.kind is not MeasurementKind.SUV_PEAK:
            return surface
        return replace(surface, series_key=surface.fused_key)

    def _may_draw(self, surface: Surface) -> bool:
        """Refuse at the first press what could not be measured at the end."""
        points = surface.to_lps(_sample(self.kind, surface.size_mm))
        measuring = self._workspace.review.measuring

        def try_it() -> None:
            require_one_slice(self._workspace, surface, self.kind)
            measuring.preview(
                surface.series_key, self.kind, points, surface.frame.normal_lps, surface.index
            )

        return self._workspace.notices.attempt(try_it)

    def _has_moved(self, at: Pointer) -> bool:
        return self._pressed_at is not None and (
            math.dist(self._pressed_at, (at.x, at.y)) >= CLICK_PX
        )

    def _show(self, place: XY, at: Pointer | None) -> None:
        """Draw what there would be if the point were let go here."""
        self._hand = at
        surface = self._surface
        if surface is None:
            return
        drawn = self._drawn if self._is_point else [*self._drawn, place]
        whole = self._whole(drawn)
        points = whole if whole is not None else surface.to_lps(drawn)
        self._sketch.draft = _draft(surface, self.kind, points, whole is not None)

    def _whole(self, drawn: Sequence[XY]) -> tuple[Point, ...] | None:
        """The measurement that points make, on the edge of a segment near its ends."""
        surface, hand = self._surface, self._hand
        if surface is None or hand is None:
            return None
        points = completed(self.kind, drawn, hand.shift)
        if points is None:
            return None
        return snapped(
            self._workspace,
            surface.series_key,
            self.kind,
            surface.to_lps(points),
            hand.px_per_mm,
            hand.ctrl,
        )

    def _release_freehand(self, place: XY, at: Pointer, is_click: bool) -> None:
        first = self._drawn[0]
        closes = len(self._drawn) >= 3 and (
            math.dist(first, place) * at.px_per_mm <= CLOSE_PX
            or math.dist(self._drawn[-1], place) * at.px_per_mm < 1e-6
        )
        if not is_click or closes:
            if not closes:
                self._drawn.append(place)
            self._ended_here = (at.x, at.y)
            self.finish()
        elif not self._began_stroke:
            self._drawn.append(place)

    def _ask_for_words(self, draft: Draft) -> None:
        """A note is kept when its words are typed; a text without words is none.

        Where nothing can be kept, that is said before anything is typed.
        """
        measuring, series_key = self._workspace.review.measuring, draft.series_key
        if not self._workspace.notices.attempt(lambda: measuring.require(series_key)):
            self._sketch.drop()
            return
        self._sketch.words_wanted.emit(
            WordsWanted(
                draft.viewport_id,
                draft.points[-1],
                "",
                lambda words: self._keep_note(draft, words),
                lambda: self._cancel_note(draft),
                lambda: self._sketch.draft == draft,
            )
        )

    def _keep_note(self, draft: Draft, words: str) -> None:
        """Words that were typed are kept even when the tool was put down meanwhile."""
        is_there = self._sketch.draft == draft
        if words.strip() or (is_there and draft.kind is MeasurementKind.ARROW):
            self._keep(draft, words.strip())
        else:
            self._cancel_note(draft)

    def _cancel_note(self, draft: Draft) -> None:
        if self._sketch.draft == draft:
            self._sketch.drop()

    def _keep(self, draft: Draft, words: str = "") -> None:
        is_in_hand = self._sketch.draft == draft
        if is_in_hand:
            self._sketch.drop()
        draft = replace(draft, text=words)
        measuring = self._workspace.review.measuring
        if (
            self._workspace.notices.attempt(
                lambda: measuring.add(draft.series_key, measured(self._workspace, draft))
            )
            and is_in_hand
            and not self._workspace.settings.keep_measuring_tool
        ):
            self._lay_aside()


def measured(workspace: Workspace, draft: Draft) -> Measurement:
    """A draft with its numbers. Raises: NotAllowedError: they would be wrong."""
    return workspace.review.measuring.preview(
        draft.series_key, draft.kind, draft.points, draft.normal_lps, draft.index, draft.text
    )


def require_one_slice(workspace: Workspace, surface: Surface, kind: MeasurementKind) -> None:
    """Raises: NotAllowedError: values would be of one slice where a slab is seen."""
    counts_values = kind.is_region or kind is MeasurementKind.PROBE
    resolved = workspace.display.resolved(surface.viewport_id)
    if counts_values and resolved is not None and not resolved.slab.is_thin:
        raise NotAllowedError(
            say("This view shows a slab, and values are those of one slice."),
            say("Make the slab thin to measure values. Lengths and angles are possible here."),
        )


def _draft(
    surface: Surface, kind: MeasurementKind, points: tuple[Point, ...], is_whole: bool
) -> Draft:
    return Draft(
        surface.series_key,
        surface.viewport_id,
        kind,
        points,
        surface.frame.normal_lps,
        surface.index,
        is_whole,
    )


def _same(one: Surface, other: Surface) -> bool:
    """Whether two surfaces are one slice of one series."""
    return (
        one.series_key == other.series_key
        and one.index == other.index
        and one.viewport_id == other.viewport_id
        and abs(one.frame.away_mm(other.frame.origin_lps_mm)) <= one.half_mm
        and abs(float(one.frame.normal @ other.frame.normal)) > 1 - 1e-6
    )


def _sample(kind: MeasurementKind, size_mm: XY) -> tuple[XY, ...]:
    """A drawing of a kind in the middle of a slice, to ask whether one may be made."""
    x, y = size_mm[0] / 2, size_mm[1] / 2
    wide, high = max(abs(x) / 4, 1.0), max(abs(y) / 4, 1.0)
    if kind in (MeasurementKind.ELLIPSE, MeasurementKind.SUV_PEAK):
        return (x - wide, y), (x + wide, y), (x, y - high), (x, y + high)
    corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
    return corners[: max(kind.least_points, 1)]
