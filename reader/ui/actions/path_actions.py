"""Drawing a path through a volume without a mouse, and laying it out."""

from __future__ import annotations

from typing import Final

from reader.core.text import say
from reader.imaging.curved import LEAST_POINTS
from reader.ui.actions import conditions
from reader.ui.actions.action import READING, ActionContext, ActionId, ActionSpec, Group, Layer
from reader.ui.icons import Icon
from reader.ui.tools.path_tool import PathTool
from reader.ui.tools.tool import ToolId


def _can_draw(context: ActionContext) -> bool:
    workspace = context.workspace
    return workspace.paths.can_draw(workspace.viewports.active.series_key)


def _has_points(context: ActionContext) -> bool:
    return conditions.drawing_path(context) and bool(context.workspace.paths.points)


def _is_path(context: ActionContext) -> bool:
    points = context.workspace.paths.points
    return conditions.drawing_path(context) and len(points) >= LEAST_POINTS


def _add_here(context: ActionContext) -> None:
    """Go on to the crosshair: what a click does, for the keyboard."""
    workspace = context.workspace
    series_key, lps = workspace.viewports.active.series_key, workspace.viewports.cursor_lps
    if series_key is not None and lps is not None:
        workspace.paths.add_point(series_key, lps)


def _finish(context: ActionContext) -> None:
    tool = context.tools.tool(ToolId.PATH)
    if isinstance(tool, PathTool):
        tool.finish()


PATH_ACTIONS: Final = (
    ActionSpec(
        ActionId.TOOL_PATH,
        say("Follow a path (curved MPR)"),
        Icon.PATH,
        Group.TOOLS,
        lambda c: c.tools.choose(ToolId.PATH),
        keys=("Shift+P",),
        modes=READING,
        enabled=_can_draw,
    ),
    ActionSpec(
        ActionId.PATH_POINT,
        say("Path: on to the crosshair"),
        Icon.PLUS,
        Group.TOOLS,
        _add_here,
        keys=("Space",),
        modes=READING,
        layer=Layer.PATH,
        enabled=conditions.drawing_path,
    ),
    ActionSpec(
        ActionId.PATH_BACK,
        say("Path: take the last point away"),
        Icon.ARROW_U_UP_LEFT,
        Group.TOOLS,
        lambda c: c.workspace.paths.remove_last(),
        keys=("Backspace",),
        modes=READING,
        layer=Layer.PATH,
        enabled=_has_points,
    ),
    ActionSpec(
        ActionId.PATH_FINISH,
        say("Path: lay it out straight"),
        Icon.CHECK,
        Group.TOOLS,
        _finish,
        keys=("Return", "Enter"),
        modes=READING,
        layer=Layer.PATH,
        enabled=_is_path,
    ),
)
