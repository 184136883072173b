"""What a tool is, and the box that holds the one in hand."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from psygnal import Signal

from reader.core.geometry import Point
from reader.core.keymap import MouseMap
from reader.core.measurement import MeasurementKind
from reader.session.workspace import Mode
from reader.ui.tools.lens import LensState
from reader.ui.tools.measure.sketch import Grip, Sketch


class ToolId(enum.Enum):
    """Every tool. The value names it in tests and logs."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"
    SCROLL = "scroll"
    CROSSHAIR = "crosshair"
    BRUSH = "brush"
    ERASER = "eraser"
    ADD = "add"
    LENGTH = "length"
    ANGLE = "angle"
    COBB = "cobb"
    BIDIRECTIONAL = "bidirectional"
    ELLIPSE = "ellipse"
    RECTANGLE = "rectangle"
    FREEHAND = "freehand"
    PROBE = "probe"
    SUV_PEAK = "suv-peak"
    PATH = "path"
    ARROW = "arrow"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is over a viewport that shows a slice.

    `x`, `y` are pixels from the pane's upper left corner, `from_middle_px` is (right,
    down) from its middle; both in the units of `px_per_mm`. `lps_mm` is the point of the
    slice's plane, which may lie beside the slice.
    """

    viewport_id: str
    x: float
    y: float
    from_middle_px: tuple[float, float]
    lps_mm: Point
    px_per_mm: float
    shift: bool = False
    ctrl: bool = False
    alt: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """The circle that follows the pointer."""

    radius_mm: float
    erases: bool = False


class Tool(Protocol):
    """Told of everything one pointer does with it in hand. GUI thread."""

    def press(self, at: Pointer) -> None:
        """The button went down."""
        ...

    def move(self, at: Pointer) -> None:
        """The pointer moved with the button down."""
        ...

    def release(self, at: Pointer) -> None:
        """The button came up."""
        ...

    def wheel(self, at: Pointer, steps: int) -> bool:
        """The wheel turned, positive towards the reader. False: the viewport scrolls."""
        ...

    def hover(self, at: Pointer) -> None:
        """The pointer moved with no button down."""
        ...

    def double_click(self, at: Pointer) -> bool:
        """The button went down twice. False: the viewport is shown alone, or all again."""
        ...

    def leave(self) -> None:
        """The pointer left the viewport."""
        ...

    def put_down(self) -> None:
        """Another tool is taken, or what it worked on is gone."""
        ...

    @property
    def ring(self) -> Ring | None:
        """The circle to draw at the pointer; None for an arrow."""
        ...


class IdleTool:
    """A tool's answers to everything it does not care about."""

    def press(self, at: Pointer) -> None:
        """Do nothing."""

    def move(self, at: Pointer) -> None:
        """Do nothing."""

    def release(self, at: Pointer) -> None:
        """Do nothing."""

    def wheel(self, at: Pointer, steps: int) -> bool:
        """Leave the wheel to the viewport."""
        return False

    def hover(self, at: Pointer) -> None:
        """Do nothing."""

    def double_click(self, at: Pointer) -> bool:
        """Leave it to the viewport."""
        return False

    def leave(self) -> None:
        """Do nothing."""

    def put_down(self) -> None:
        """Give up what was begun."""
        self.leave()

    @property
    def ring(self) -> Ring | None:
        """No circle."""
        return None


class HandleTool(Tool, Protocol):
    """The tool that takes hold of what was measured."""

    def found(self, at: Pointer) -> Grip | None:
        """What of the measurements lies under the pointer."""
        ...

    def rename(self, finding_id: str) -> None:
        """Let the reader type the words beside a measurement."""
        ...


MEASURING_TOOLS: Final = {
    ToolId.LENGTH: MeasurementKind.LENGTH,
    ToolId.ANGLE: MeasurementKind.ANGLE,
    ToolId.COBB: MeasurementKind.COBB,
    ToolId.BIDIRECTIONAL: MeasurementKind.BIDIRECTIONAL,
    ToolId.ELLIPSE: MeasurementKind.ELLIPSE,
    ToolId.RECTANGLE: MeasurementKind.RECTANGLE,
    ToolId.FREEHAND: MeasurementKind.FREEHAND,
    ToolId.PROBE: MeasurementKind.PROBE,
    ToolId.SUV_PEAK: MeasurementKind.SUV_PEAK,
    ToolId.ARROW: MeasurementKind.ARROW,
    ToolId.TEXT: MeasurementKind.TEXT,
}
"""What each measuring tool draws."""
PASSING_TOOLS: Final = frozenset({ToolId.ADD, ToolId.PATH, *MEASURING_TOOLS})
"""Tools that are taken for one thing and then put down again."""
MEASURING_MODES: Final = (Mode.READ, Mode.COMPARE)
"""Where measurements are drawn and changed; in Edit the left button belongs to segments."""
SMALLEST_BRUSH_MM: Final = 0.5
LARGEST_BRUSH_MM: Final = 100.0
_BRUSH_STEP: Final = 1.15


@dataclass(frozen=True, slots=True)
class BrushShape:
    """The brush's and eraser's size, and whether they reach through slices."""

    diameter_mm: float = 6.0
    is_ball: bool = False

    def resized(self, steps: int) -> BrushShape:
        """Larger by some steps, or smaller, in tenths of a millimetre."""
        wanted = self.diameter_mm * _BRUSH_STEP**steps
        least = self.diameter_mm + 0.1 * (1 if steps > 0 else -1)
        grown = max(wanted, least) if steps > 0 else min(wanted, least)
        within = min(LARGEST_BRUSH_MM, max(SMALLEST_BRUSH_MM, round(grown, 1)))
        return BrushShape(within, self.is_ball)


class ToolBox:
    """The tools, which one is in hand, and what the brush is like.

    The mode decides which tools may be taken: brush and eraser only while editing.
    """

    changed = Signal()
    """Another tool is in hand, or the brush changed."""

    def __init__(self) -> None:
        self._tools: Mapping[ToolId, Tool] = {}
        self._grip: HandleTool | None = None
        self.sketch = Sketch()
        """What is being measured, for the panes to draw."""
        self.lens = LensState()
        self._mode = Mode.READ
        self._last = ToolId.WINDOW
        self.active_id = ToolId.WINDOW
        self.brush = BrushShape()
        self.mouse = MouseMap()
        """What each button and wheel does; the keymap in force puts its own here."""

    def fill(self, tools: Mapping[ToolId, Tool], grip: HandleTool | None = None) -> None:
        """Put the tools in; once, when the application is built."""
        self._tools, self._grip = tools, grip

    def tool(self, tool_id: ToolId) -> Tool:
        """A tool, in hand or not. Raises: KeyError."""
        return self._tools[tool_id]

    @property
    def active(self) -> Tool:
        """The tool in hand."""
        return self._tools[self.active_id]

    def available(self, tool_id: ToolId) -> bool:
        """Whether the mode allows a tool."""
        if tool_id in (ToolId.BRUSH, ToolId.ERASER):
            return self._mode is Mode.EDIT
        if tool_id in MEASURING_TOOLS or tool_id is ToolId.PATH:
            return self._mode in MEASURING_MODES
        return tool_id is not ToolId.ADD or self._mode in MEASURING_MODES

    def at(self, at: Pointer) -> Tool:
        """The tool that the left button uses here: what was measured is taken hold of first.

        With a measuring tool in hand only handles are, so that lines may be drawn close by.
        """
        grip = self._grip
        if grip is None or at.ctrl or self.sketch.draft is not None:
            return self.active
        if self._mode not in MEASURING_MODES or self.active_id is ToolId.ADD:
            return self.active
        found = grip.found(at)
        if found is None or (self.active_id in MEASURING_TOOLS and found.handle is None):
            return self.active
        return grip

    def hover(self, at: Pointer) -> None:
        """The pointer moved with no button down."""
        self.sketch.aim = None
        self.active.hover(at)
        if self._grip is not None and self.at(at) is self._grip:
            self._grip.hover(at)
        else:
            self.sketch.under_pointer = None

    def double_click(self, at: Pointer) -> bool:
        """The left button went down twice. False: nothing here cares."""
        if self.active.double_click(at):
            return True
        tool = self.at(at)
        return tool is not self.active and tool.double_click(at)

    def rename(self, finding_id: str) -> None:
        """Let the reader type the words beside a measurement."""
        if self._grip is not None:
            self._grip.rename(finding_id)

    def leave(self) -> None:
        """The pointer left a viewport."""
        if self._tools:
            self.active.leave()
        self.sketch.under_pointer = None

    def give_up(self) -> None:
        """Forget whatever is begun; the tool stays in hand."""
        if self._tools:
            self.active.put_down()
        if self._grip is not None:
            self._grip.put_down()
        self.sketch.drop()

    def put_down(self) -> None:
        """Forget whatever is begun: the study it was about is another one."""
        self.give_up()
        self.sketch.show_only(None)

    def choose(self, tool_id: ToolId) -> None:
        """Take a tool into the hand; nothing happens if the mode does not allow it."""
        if tool_id is self.active_id or not self.available(tool_id):
            return
        if self._tools:
            self.active.put_down()
        if self.active_id not in PASSING_TOOLS or tool_id not in PASSING_TOOLS:
            self._last = self.active_id  # after measuring the hand is as it was before
        self.active_id = tool_id
        self.changed.emit()

    def choose_last(self) -> None:
        """Go back to the tool that was in hand before."""
        self.choose(self._last if self.available(self._last) else self._first)

    def set_mode(self, mode: Mode) -> None:
        """Follow the session's mode: the brush on entering Edit, the window on leaving it."""
        was, self._mode = self._mode, mode
        if mode is Mode.EDIT and was is not Mode.EDIT:
            self.choose(ToolId.BRUSH)
        elif not self.available(self.active_id):
            self.choose(self._first)

    def resize_brush(self, steps: int) -> None:
        """Make brush and eraser larger by some steps, or smaller."""
        self._set_brush(self.brush.resized(steps))

    def set_brush_diameter(self, diameter_mm: float) -> None:
        """Give brush and eraser a size."""
        within = min(LARGEST_BRUSH_MM, max(SMALLEST_BRUSH_MM, diameter_mm))
        self._set_brush(BrushShape(within, self.brush.is_ball))

    def set_brush_ball(self, is_ball: bool) -> None:
        """Paint through slices, or only in the one that is shown."""
        self._set_brush(BrushShape(self.brush.diameter_mm, is_ball))

    @property
    def _first(self) -> ToolId:
        return ToolId.BRUSH if self._mode is Mode.EDIT else ToolId.WINDOW

    def _set_brush(self, brush: BrushShape) -> None:
        if brush != self.brush:
            self.brush = brush
            self.changed.emit()
