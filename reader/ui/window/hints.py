"""What mouse and keys mean now, in one line for the status bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from reader.core.keymap import MouseAct, MouseInput, MouseMap
from reader.core.text import Text, say
from reader.session.viewing.presets import preset_name
from reader.session.viewing.viewport_state import PaneKind
from reader.session.workspace import Mode, Workspace
from reader.ui.actions.action import ActionId
from reader.ui.actions.viewing_actions import PRESET_IDS
from reader.ui.tools.tool import MEASURING_TOOLS, ToolId
from reader.ui.translate import tr

BETWEEN: Final = " · "
APART: Final = "   |   "

_LEFT_BUTTON: Final = {
    ToolId.WINDOW: say("Left drag window"),
    ToolId.PAN: say("Left drag pan"),
    ToolId.ZOOM: say("Left drag zoom"),
    ToolId.SCROLL: say("Left drag slices"),
    ToolId.CROSSHAIR: say("Left click crosshair"),
    ToolId.BRUSH: say("Left draw"),
    ToolId.ERASER: say("Left erase"),
    ToolId.ADD: say("Click the finding"),
    ToolId.PATH: say("Click along the path"),
    ToolId.LENGTH: say("Drag from end to end"),
    ToolId.ANGLE: say("Click an end, the corner, the other end"),
    ToolId.COBB: say("Drag one line, then the other"),
    ToolId.BIDIRECTIONAL: say("Drag the long axis"),
    ToolId.ELLIPSE: say("Drag across, Shift circle"),
    ToolId.RECTANGLE: say("Drag across, Shift square"),
    ToolId.FREEHAND: say("Draw around, or click corners and double-click"),
    ToolId.PROBE: say("Click a point"),
    ToolId.SUV_PEAK: say("Drag across, Shift circle"),
    ToolId.ARROW: say("Drag from the tip, then type"),
    ToolId.TEXT: say("Click, then type"),
}
_OVERVIEW_MOUSE: Final = (
    say("Left drag turn"),
    say("Wheel turn"),
    say("Right zoom"),
    say("Click goes there"),
)
_BRUSH_MOUSE: Final = (say("Ctrl left erase"), say("Shift wheel size"))
_MOUSE: Final = {
    (MouseInput.MIDDLE, MouseAct.PAN): say("Middle pan"),
    (MouseInput.MIDDLE, MouseAct.ZOOM): say("Middle zoom"),
    (MouseInput.MIDDLE, MouseAct.WINDOW): say("Middle window"),
    (MouseInput.MIDDLE, MouseAct.SCROLL): say("Middle slices"),
    (MouseInput.RIGHT, MouseAct.ZOOM): say("Right zoom"),
    (MouseInput.RIGHT, MouseAct.PAN): say("Right pan"),
    (MouseInput.RIGHT, MouseAct.WINDOW): say("Right window"),
    (MouseInput.RIGHT, MouseAct.NOTHING): say("Right menu"),
    (MouseInput.WHEEL, MouseAct.IN_HAND): say("Wheel slice"),
    (MouseInput.WHEEL, MouseAct.SCROLL): say("Wheel slice"),
    (MouseInput.WHEEL, MouseAct.ZOOM): say("Wheel zoom"),
}

_MEASURING_KEYS: Final = (
    (ActionId.PUT_POINT, say("sets a point at the crosshair")),
    (ActionId.REMOVE_MEASUREMENT, say("one point back")),
    (ActionId.BACK, say("leaves it")),
)
_TOOL_KEYS: Final = {
    **dict.fromkeys(MEASURING_TOOLS, _MEASURING_KEYS),
    ToolId.ADD: (
        (ActionId.ADD_HERE, say("adds at the crosshair")),
        (ActionId.BACK, say("leaves it")),
    ),
    ToolId.PATH: (
        (ActionId.PATH_POINT, say("on to the crosshair")),
        (ActionId.PATH_BACK, say("one point back")),
        (ActionId.PATH_FINISH, say("lays it out")),
    ),
}
"""What may be pressed while a tool waits for a click."""
Key = Callable[[ActionId], str]


def hints(workspace: Workspace, tool: ToolId, reason_asked: bool, mouse: MouseMap, key: Key) -> str:
    """The map in force: of the mouse first, then of the keys.

    `key`: what is printed beside an action now.
    """
    study = workspace.studies.study
    if study is None or not study.series:
        return ""
    if workspace.mode is Mode.REPORT:
        return _keyed(
            key,
            (ActionId.NEXT_FINDING, say("next open point")),
            (ActionId.SIGN, say("sign")),
            (ActionId.BACK, say("back to images")),
        )
    if workspace.mode is Mode.EDIT:
        brush = _BRUSH_MOUSE if tool in (ToolId.BRUSH, ToolId.ERASER) else ()
        keys = _keyed(
            key,
            (ActionId.LAST_TOOL, say("last tool")),
            (ActionId.HIDE_AI, say("to hide labels")),
            (ActionId.FINISH_EDIT, say("done")),
        )
        return _joined((_LEFT_BUTTON[tool], *brush, *_mouse(mouse))) + APART + keys
    if reason_asked:
        keys = _keyed(
            key,
            (ActionId.NEXT_FINDING, say("next")),
            (ActionId.PREVIOUS_FINDING, say("back")),
            (ActionId.UNDO, say("undo")),
            (ActionId.HIDE_AI, say("to hide AI")),
        )
        return tr(say("1 to 6 reason, until you move on")) + APART + keys
    if tool in _TOOL_KEYS:
        return tr(_LEFT_BUTTON[tool]) + BETWEEN + _keyed(key, *_TOOL_KEYS[tool])
    if workspace.viewports.active.kind is PaneKind.OVERVIEW:
        return _joined(_OVERVIEW_MOUSE)
    special = _special(workspace, key)
    if workspace.mode is Mode.COMPARE:
        special = _comparing(workspace, key)
    parts = (_joined((_LEFT_BUTTON[tool], *_mouse(mouse))), special, _presets(workspace, key))
    return APART.join(part for part in parts if part)


def _comparing(workspace: Workspace, key: Key) -> str:
    """What moves both sides, and what one."""
    linked = workspace.viewports.linking.is_on
    keys = _keyed(key, (ActionId.LINK, say("link")), (ActionId.FLICKER, say("flicker")))
    return _joined((say("Alt wheel one side"),) if linked else ()) + BETWEEN * linked + keys


def _mouse(mouse: MouseMap) -> tuple[Text, ...]:
    inputs = (MouseInput.MIDDLE, MouseInput.RIGHT, MouseInput.WHEEL)
    return tuple(
        _MOUSE[given, mouse.act(given)] for given in inputs if (given, mouse.act(given)) in _MOUSE
    )


def _keyed(key: Key, *entries: tuple[ActionId, Text]) -> str:
    """`N next · Ctrl Z undo`; an action without a key is left out."""
    return _joined(
        say("{key} {act}", key=key(action_id), act=act) for action_id, act in entries
        if key(action_id)
    )  # fmt: skip


def _special(workspace: Workspace, key: Key) -> str:
    """The keys that only some series have a use for."""
    series_key = workspace.viewports.active.series_key
    if workspace.straightening.is_possible(series_key):
        return _keyed(key, (ActionId.STRAIGHTEN, say("straighten")))
    if series_key is not None and workspace.studies.has_series(series_key):
        uptake = workspace.studies.series(series_key).suv is not None
        return _keyed(key, (ActionId.NEXT_UNIT, say("unit"))) if uptake else ""
    return ""


_SHOWN: Final = 4
"""More keys than these the line has no room for."""


def _presets(workspace: Workspace, key: Key) -> str:
    """`1 Lung · 2 Mediastinum · 3 Bone · 8 Auto`; the header's windows where there are none."""

    def named(number: int, name: str) -> str:
        return f"{key(PRESET_IDS[number - 1])} {name}".strip()

    series_key = workspace.viewports.active.series_key
    if workspace.display.is_color(series_key):
        return tr(say("In colour: no window"))
    presets = workspace.display.presets_for(series_key)
    keyed = sorted((p for p in presets if p.key), key=lambda preset: preset.key or 0)
    parts = [named(preset.key or 0, tr(preset_name(preset))) for preset in keyed[:_SHOWN]]
    if not presets:
        for number, window in enumerate(workspace.display.header_windows(series_key)[:_SHOWN], 1):
            parts.append(named(number, window.name or tr(say("Header"))))
    automatic = f"{key(ActionId.AUTO_WINDOW)} {tr(say('Auto'))}".strip()
    return BETWEEN.join([*parts, automatic])


def _joined(parts: Iterable[Text]) -> str:
    return BETWEEN.join(tr(part) for part in parts)
