"""What the left button does: taking tools into the hand, and the brush's size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.text import Text, say
from reader.session.workspace import Mode, Workspace
from reader.ui.actions import conditions
from reader.ui.actions.action import (
    EDITING,
    ON_IMAGES,
    READING,
    ActionContext,
    ActionId,
    ActionSpec,
    Group,
    Layer,
)
from reader.ui.icons import Icon
from reader.ui.tools.tool import ToolId

TOOL_IDS: Final = {
    ActionId.TOOL_WINDOW: ToolId.WINDOW,
    ActionId.TOOL_PAN: ToolId.PAN,
    ActionId.TOOL_ZOOM: ToolId.ZOOM,
    ActionId.TOOL_CROSSHAIR: ToolId.CROSSHAIR,
    ActionId.TOOL_SCROLL: ToolId.SCROLL,
    ActionId.TOOL_BRUSH: ToolId.BRUSH,
    ActionId.TOOL_ERASER: ToolId.ERASER,
    ActionId.ADD_MISSED: ToolId.ADD,
    ActionId.TOOL_PATH: ToolId.PATH,
}
"""The tool that an action takes into the hand, so that the rail can show which it is."""


SEGMENT_IDS: Final = (
    ActionId.SEGMENT_1,
    ActionId.SEGMENT_2,
    ActionId.SEGMENT_3,
    ActionId.SEGMENT_4,
    ActionId.SEGMENT_5,
    ActionId.SEGMENT_6,
    ActionId.SEGMENT_7,
    ActionId.SEGMENT_8,
)


def edit_finding(workspace: Workspace, finding_id: str) -> None:
    """Edit another finding than the one being edited."""
    workspace.set_mode(Mode.READ)
    workspace.findings.select(finding_id)
    workspace.set_mode(Mode.EDIT)


def _edit_segment(number: int) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        findings = context.workspace.findings.shown()
        if number <= len(findings):
            edit_finding(context.workspace, findings[number - 1].finding_id)

    return act


def _segment(number: int) -> ActionSpec:
    return ActionSpec(
        SEGMENT_IDS[number - 1],
        say("Edit segment {number}", number=number),
        Icon.SQUARE,
        Group.TOOLS,
        _edit_segment(number),
        keys=(str(number),),
        modes=EDITING,
    )


def _add_here(context: ActionContext) -> None:
    """Add a finding at the crosshair: what a click does, for the keyboard."""
    workspace = context.workspace
    series_key, lps = workspace.viewports.active.series_key, workspace.viewports.cursor_lps
    if series_key is not None and lps is not None:
        context.tools.choose_last()
        workspace.desk.add_soon(series_key, lps, workspace.jobs)


def _tool(
    action_id: ActionId,
    text: Text,
    icon: Icon,
    key: str,
    modes: frozenset[Mode] = ON_IMAGES,
) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.TOOLS,
        lambda c: c.tools.choose(TOOL_IDS[action_id]),
        keys=(key,) if key else (),
        modes=modes,
        enabled=conditions.image_shown,
    )


TOOL_ACTIONS: Final = (
    _tool(ActionId.TOOL_WINDOW, say("Window and level"), Icon.CIRCLE_HALF, "W"),
    _tool(ActionId.TOOL_PAN, say("Pan"), Icon.HAND, "H"),
    _tool(ActionId.TOOL_ZOOM, say("Zoom"), Icon.MAGNIFYING_GLASS, "Z"),
    _tool(ActionId.TOOL_CROSSHAIR, say("Crosshair"), Icon.CROSSHAIR, "C"),
    _tool(ActionId.TOOL_SCROLL, say("Drag through slices"), Icon.STACK, ""),
    _tool(ActionId.TOOL_BRUSH, say("Brush"), Icon.PAINT_BRUSH, "B", EDITING),
    _tool(ActionId.TOOL_ERASER, say("Eraser"), Icon.ERASER, "E", EDITING),
    ActionSpec(
        ActionId.ADD_MISSED,
        say("Add missed"),
        Icon.SELECTION_PLUS,
        Group.DECIDE,
        lambda c: c.tools.choose(ToolId.ADD),
        keys=("M",),
        modes=READING,
        enabled=conditions.image_shown,
        short_text=say("Add"),
    ),
    ActionSpec(
        ActionId.ADD_HERE,
        say("Add at the crosshair"),
        Icon.SELECTION_PLUS,
        Group.DECIDE,
        _add_here,
        keys=("Return", "Enter"),
        modes=READING,
        layer=Layer.ADDING,
        enabled=conditions.adding,
    ),
    ActionSpec(
        ActionId.LAST_TOOL,
        say("The tool before"),
        Icon.SWAP,
        Group.TOOLS,
        lambda c: c.tools.choose_last(),
        keys=("Space",),
        modes=EDITING,
    ),
    ActionSpec(
        ActionId.BRUSH_SMALLER,
        say("Smaller brush"),
        Icon.MINUS,
        Group.TOOLS,
        lambda c: c.tools.resize_brush(-1),
        keys=(",",),
        modes=EDITING,
        repeats=True,
    ),
    ActionSpec(
        ActionId.BRUSH_LARGER,
        say("Larger brush"),
        Icon.PLUS,
        Group.TOOLS,
        lambda c: c.tools.resize_brush(1),
        keys=(".",),
        modes=EDITING,
        repeats=True,
    ),
    ActionSpec(
        ActionId.BRUSH_SHAPE,
        say("2D or 3D brush"),
        Icon.CIRCLE,
        Group.TOOLS,
        lambda c: c.tools.set_brush_ball(not c.tools.brush.is_ball),
        keys=("D",),
        modes=EDITING,
    ),
    *(_segment(number) for number in range(1, len(SEGMENT_IDS) + 1)),
    ActionSpec(
        ActionId.FINISH_EDIT,
        say("Done"),
        Icon.CHECK,
        Group.TOOLS,
        lambda c: c.workspace.set_mode(Mode.READ),
        keys=("Return", "Enter"),
        modes=EDITING,
    ),
)
