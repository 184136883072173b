"""Builds the tools for a session."""

from __future__ import annotations

from functools import partial

from reader.session.workspace import Workspace
from reader.ui.tools.add_tool import AddTool
from reader.ui.tools.brush_tool import BrushTool
from reader.ui.tools.crosshair_tool import CrosshairTool
from reader.ui.tools.measure.grip_tool import GripTool
from reader.ui.tools.measure.measure_tool import MeasureTool, measured
from reader.ui.tools.measure.measured_index import MeasuredIndex
from reader.ui.tools.pan_zoom import PanTool, ZoomTool
from reader.ui.tools.path_tool import PathTool
from reader.ui.tools.scroll_tool import ScrollTool
from reader.ui.tools.tool import MEASURING_TOOLS, ToolBox, ToolId
from reader.ui.tools.window_tool import WindowTool


def make_tools(workspace: Workspace) -> ToolBox:
    """A box with every tool, which follows the session's mode."""
    box = ToolBox()
    viewports = workspace.viewports

    def brush(erases: bool) -> BrushTool:
        return BrushTool(workspace, lambda: box.brush, box.resize_brush, erases)

    def upside_down() -> bool:
        return workspace.settings.invert_vertical_window_drag

    index = MeasuredIndex(workspace, box.sketch)
    box.fill(
        {
            ToolId.WINDOW: WindowTool(workspace, upside_down, box.sketch),
            ToolId.PAN: PanTool(viewports),
            ToolId.ZOOM: ZoomTool(viewports),
            ToolId.SCROLL: ScrollTool(viewports),
            ToolId.CROSSHAIR: CrosshairTool(viewports),
            ToolId.BRUSH: brush(erases=False),
            ToolId.ERASER: brush(erases=True),
            ToolId.ADD: AddTool(workspace, box.choose_last),
            ToolId.PATH: PathTool(workspace, box.choose_last),
            **{
                tool_id: MeasureTool(kind, workspace, box.sketch, box.choose_last)
                for tool_id, kind in MEASURING_TOOLS.items()
            },
        },
        GripTool(workspace, box.sketch, index),
    )
    box.sketch.drawn_on, box.sketch.has_drawn = index.on, index.has
    box.sketch.measure = partial(measured, workspace)
    workspace.events.study_opened.connect(box.put_down)
    workspace.events.mode_changed.connect(box.set_mode)
    return box
