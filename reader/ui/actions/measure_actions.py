"""Measuring: tools, points set by keys, what can be done with a measurement, the magnifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.text import Text, say
from reader.session.viewing.windowing import switch_curve
from reader.session.workspace import Mode
from reader.ui.actions import conditions
from reader.ui.actions.action import (
    ON_IMAGES,
    READING,
    ActionContext,
    ActionId,
    ActionSpec,
    Group,
    Layer,
)
from reader.ui.icons import Icon
from reader.ui.tools.measure.measure_tool import MeasureTool
from reader.ui.tools.tool import ToolId

MEASURE_TOOL_IDS: Final = {
    ActionId.TOOL_LENGTH: ToolId.LENGTH,
    ActionId.TOOL_ANGLE: ToolId.ANGLE,
    ActionId.TOOL_COBB: ToolId.COBB,
    ActionId.TOOL_BIDIRECTIONAL: ToolId.BIDIRECTIONAL,
    ActionId.TOOL_ELLIPSE: ToolId.ELLIPSE,
    ActionId.TOOL_RECTANGLE: ToolId.RECTANGLE,
    ActionId.TOOL_FREEHAND: ToolId.FREEHAND,
    ActionId.TOOL_PROBE: ToolId.PROBE,
    ActionId.TOOL_SUV_PEAK: ToolId.SUV_PEAK,
    ActionId.TOOL_ARROW: ToolId.ARROW,
    ActionId.TOOL_TEXT: ToolId.TEXT,
}
FAR_STEP: Final = 10


def _tool_in_hand(context: ActionContext) -> MeasureTool | None:
    tool = context.tools.active
    return tool if isinstance(tool, MeasureTool) else None


def _put_point(context: ActionContext) -> None:
    """Set a point at the crosshair: what a click does, for the keyboard."""
    viewports, tool = context.workspace.viewports, _tool_in_hand(context)
    if tool is not None and viewports.cursor_lps is not None:
        tool.put_point(viewports.active_id, viewports.cursor_lps)


def _finish(context: ActionContext) -> None:
    tool = _tool_in_hand(context)
    if tool is not None:
        tool.finish()


def _aim(right: int, down: int) -> Callable[[ActionContext], None]:
    """Move the crosshair by pixels of the slice; what is being drawn follows it."""

    def act(context: ActionContext) -> None:
        workspace = context.workspace
        viewports = workspace.viewports
        resolved = workspace.display.resolved(viewports.active_id)
        if resolved is None:
            return
        row, column = resolved.geometry.to_pixel(resolved.cursor_lps)
        rows, columns = resolved.geometry.shape
        row = min(max(round(row) + down, 0), rows - 1)
        column = min(max(round(column) + right, 0), columns - 1)
        x, y, z = (float(v) for v in resolved.geometry.to_lps(row, column))
        viewports.set_cursor((x, y, z), resolved.series.key)
        context.tools.sketch.aim = (viewports.active_id, (x, y, z))
        tool = _tool_in_hand(context)
        if tool is not None:
            tool.point_at(viewports.active_id, (x, y, z))

    return act


def _remove(context: ActionContext) -> None:
    """Take back the last point of what is being drawn, or else remove what is selected."""
    tool = _tool_in_hand(context)
    if tool is not None and tool.take_back():
        return
    remove_selected(context)


def remove_selected(context: ActionContext) -> bool:
    """Remove the selected measurement of the reader's own. Returns: whether it was one."""
    findings = context.workspace.findings
    finding = findings.finding(findings.selected)
    if finding is None or finding.measurement is None or not finding.provenance.is_own:
        return False
    context.workspace.review.measuring.remove(finding.finding_id)
    findings.select(None)
    return True


def rename_selected(context: ActionContext) -> bool:
    """Type other words beside the selected measurement. Returns: whether it was one."""
    findings = context.workspace.findings
    finding = findings.finding(findings.selected)
    if finding is None or finding.measurement is None:
        return False
    context.tools.rename(finding.finding_id)
    return True


def _show_only(context: ActionContext) -> None:
    sketch, selected = context.tools.sketch, context.workspace.findings.selected
    sketch.show_only(None if sketch.only == selected else selected)


def _measure_segment(context: ActionContext) -> None:
    workspace = context.workspace
    finding = workspace.findings.finding(workspace.findings.selected)
    if finding is not None and finding.label is not None:
        workspace.review.measuring.add_segment_axes(
            finding.series_key, finding.label, workspace.jobs
        )


def _tool(
    action_id: ActionId,
    text: Text,
    icon: Icon,
    key: str,
    enabled: Callable[[ActionContext], bool] = conditions.image_shown,
) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.MEASURE,
        lambda c: c.tools.choose(MEASURE_TOOL_IDS[action_id]),
        keys=(key,),
        modes=READING,
        enabled=enabled,
    )


def _aiming(
    action_id: ActionId, text: Text, icon: Icon, key: str, right: int, down: int
) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.MEASURE,
        _aim(right, down),
        keys=(key,),
        modes=READING,
        layer=Layer.MEASURING,
        enabled=conditions.measuring,
        repeats=True,
    )


MEASURE_ACTIONS: Final = (
    _tool(ActionId.TOOL_LENGTH, say("Length"), Icon.RULER, "D"),
    _tool(ActionId.TOOL_ANGLE, say("Angle"), Icon.ANGLE, "A"),
    _tool(ActionId.TOOL_COBB, say("Cobb angle"), Icon.LINE_SEGMENTS, "Shift+A"),
    _tool(ActionId.TOOL_BIDIRECTIONAL, say("Long and short axis"), Icon.ARROWS_OUT_CARDINAL, "B"),
    _tool(ActionId.TOOL_ELLIPSE, say("Ellipse"), Icon.CIRCLE, "O"),
    _tool(ActionId.TOOL_RECTANGLE, say("Rectangle"), Icon.RECTANGLE, "Q"),
    _tool(ActionId.TOOL_FREEHAND, say("Freehand region"), Icon.SCRIBBLE_LOOP, "Y"),
    _tool(ActionId.TOOL_PROBE, say("Point value"), Icon.EYEDROPPER, "P"),
    _tool(ActionId.TOOL_SUV_PEAK, say("SUV peak"), Icon.TARGET, "Alt+P", conditions.has_suv),
    _tool(ActionId.TOOL_ARROW, say("Arrow"), Icon.ARROW_UP_LEFT, "Shift+T"),
    _tool(ActionId.TOOL_TEXT, say("Text"), Icon.TEXT_T, "T"),
    ActionSpec(
        ActionId.MORE_MEASURING,
        say("More measuring tools"),
        Icon.DOTS_THREE,
        Group.MEASURE,
        lambda c: c.shell.show_measuring_tools(),
        modes=READING,
        enabled=conditions.image_shown,
    ),
    ActionSpec(
        ActionId.PUT_POINT,
        say("Set a point at the crosshair"),
        Icon.CROSSHAIR,
        Group.MEASURE,
        _put_point,
        keys=("Return", "Enter"),
        modes=READING,
        layer=Layer.MEASURING,
        enabled=conditions.measuring,
    ),
    ActionSpec(
        ActionId.FINISH_MEASURING,
        say("End the line"),
        Icon.CHECK,
        Group.MEASURE,
        _finish,
        keys=("Shift+Return", "Shift+Enter"),
        modes=READING,
        layer=Layer.MEASURING,
        enabled=conditions.drawing,
    ),
    _aiming(ActionId.AIM_LEFT, say("Crosshair left"), Icon.ARROW_LEFT, "Left", -1, 0),
    _aiming(ActionId.AIM_RIGHT, say("Crosshair right"), Icon.ARROW_RIGHT, "Right", 1, 0),
    _aiming(ActionId.AIM_UP, say("Crosshair up"), Icon.ARROW_UP, "Up", 0, -1),
    _aiming(ActionId.AIM_DOWN, say("Crosshair down"), Icon.ARROW_DOWN, "Down", 0, 1),
    _aiming(
        ActionId.AIM_FAR_LEFT,
        say("Crosshair ten pixels left"),
        Icon.ARROW_LEFT,
        "Shift+Left",
        -FAR_STEP,
        0,
    ),
    _aiming(
        ActionId.AIM_FAR_RIGHT,
        say("Crosshair ten pixels right"),
        Icon.ARROW_RIGHT,
        "Shift+Right",
        FAR_STEP,
        0,
    ),
    _aiming(
        ActionId.AIM_FAR_UP, say("Crosshair ten pixels up"), Icon.ARROW_UP, "Shift+Up", 0, -FAR_STEP
    ),
    _aiming(
        ActionId.AIM_FAR_DOWN,
        say("Crosshair ten pixels down"),
        Icon.ARROW_DOWN,
        "Shift+Down",
        0,
        FAR_STEP,
    ),
    ActionSpec(
        ActionId.REMOVE_MEASUREMENT,
        say("Remove the measurement"),
        Icon.TRASH,
        Group.MEASURE,
        _remove,
        keys=("Delete", "Backspace"),
        modes=READING,
        enabled=conditions.removable,
    ),
    ActionSpec(
        ActionId.RENAME_MEASUREMENT,
        say("Words beside the measurement"),
        Icon.NOTE_PENCIL,
        Group.MEASURE,
        rename_selected,
        keys=("F2",),
        modes=READING,
        enabled=conditions.measurement_selected,
    ),
    ActionSpec(
        ActionId.ONLY_MEASUREMENT,
        say("Show only this measurement, or all"),
        Icon.EYE,
        Group.MEASURE,
        _show_only,
        modes=READING,
        enabled=conditions.measurement_selected,
    ),
    ActionSpec(
        ActionId.HIDE_MEASUREMENTS,
        say("Hide measurements, or show all"),
        Icon.EYE_SLASH,
        Group.MEASURE,
        lambda c: c.tools.sketch.toggle_hidden(),
        keys=("Shift+M",),
        modes=ON_IMAGES,
        enabled=conditions.image_shown,
    ),
    ActionSpec(
        ActionId.MEASURE_SEGMENT,
        say("Measure this finding's axes"),
        Icon.PENCIL_RULER,
        Group.MEASURE,
        _measure_segment,
        keys=("Shift+D",),
        modes=frozenset({Mode.READ}),
        enabled=conditions.segment_selected,
    ),
    ActionSpec(
        ActionId.SNAP,
        say("Measuring sticks to segments, or not"),
        Icon.MAGNET,
        Group.MEASURE,
        lambda c: c.workspace.change_settings(
            snap_to_segments=not c.workspace.settings.snap_to_segments
        ),
        modes=READING,
        enabled=conditions.study_open,
    ),
    ActionSpec(
        ActionId.SIGMOID,
        say("Soft or straight window"),
        Icon.WAVE_SINE,
        Group.LOOK,
        lambda c: switch_curve(c.workspace.display, c.workspace.viewports),
        keys=("Shift+W",),
        modes=ON_IMAGES,
        enabled=conditions.image_shown,
    ),
    ActionSpec(
        ActionId.LENS,
        say("Magnifier"),
        Icon.BINOCULARS,
        Group.LOOK,
        lambda c: c.tools.lens.lift(),
        keys=("L",),
        modes=ON_IMAGES,
        enabled=conditions.image_shown,
        is_held=True,
    ),
    ActionSpec(
        ActionId.LENS_POWER,
        say("Magnifier: 2, 3 or 4 times"),
        Icon.MAGNIFYING_GLASS_PLUS,
        Group.LOOK,
        lambda c: c.tools.lens.next_magnification(),
        keys=("Shift+L",),
        modes=ON_IMAGES,
        enabled=conditions.image_shown,
    ),
)
