"""What mouse and keys mean now, in one line for the status bar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reader.core.text import Text, say
from reader.session.viewing.presets import AUTOMATIC_KEY, preset_name
from reader.session.workspace import Mode, Workspace
from reader.ui.tools.tool import ToolId
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
}
_MOUSE: Final = (say("Middle pan"), say("Right zoom"), say("Wheel slice"))
_BRUSH_MOUSE: Final = (
    say("Ctrl left erase"), say("Shift wheel size"), say("Middle pan"), say("Wheel slice"),
)  # fmt: skip


def hints(workspace: Workspace, tool: ToolId, reason_asked: bool) -> str:
    """The map in force: of the mouse first, then of the keys."""
    study = workspace.studies.study
    if study is None or not study.series:
        return ""
    if workspace.mode is Mode.REPORT:
        return _joined(
            (say("N next open point"), say("Ctrl Enter sign"), say("Esc back to images"))
        )
    if workspace.mode is Mode.EDIT:
        mouse = _BRUSH_MOUSE if tool in (ToolId.BRUSH, ToolId.ERASER) else _MOUSE
        keys = _joined((say("Space last tool"), say("hold ` to hide labels"), say("Enter done")))
        return _joined((_LEFT_BUTTON[tool], *mouse)) + APART + keys
    if reason_asked:
        keys = _joined((say("N next"), say("Shift N back"), say("Ctrl Z undo"), _HOLD))
        return tr(say("1 to 6 reason, until you move on")) + APART + keys
    if tool is ToolId.ADD:
        return _joined(
            (_LEFT_BUTTON[tool], say("Enter adds at the crosshair"), say("Esc leaves it"))
        )
    special = (_joined(_special(workspace)),) if _special(workspace) else ()
    return APART.join((_joined((_LEFT_BUTTON[tool], *_MOUSE)), *special, _presets(workspace)))


def _special(workspace: Workspace) -> tuple[Text, ...]:
    """The keys that only some series have a use for."""
    series_key = workspace.viewports.active.series_key
    if workspace.straightening.is_possible(series_key):
        return (say("Shift S straighten"),)
    if series_key is not None and workspace.studies.has_series(series_key):
        uptake = workspace.studies.series(series_key).suv is not None
        return (say("Shift U unit"),) if uptake else ()
    return ()


_SHOWN: Final = 4
"""More keys than these the line has no room for."""
_HOLD: Final = say("hold ` to hide AI")


def _presets(workspace: Workspace) -> str:
    """`1 Lung · 2 Mediastinum · 3 Bone · 8 Auto`; the header's windows where there are none."""
    series_key = workspace.viewports.active.series_key
    if workspace.display.is_color(series_key):
        return tr(say("In colour: no window"))
    presets = workspace.display.presets_for(series_key)
    keyed = sorted((p for p in presets if p.key), key=lambda preset: preset.key or 0)
    parts = [f"{preset.key} {tr(preset_name(preset))}" for preset in keyed[:_SHOWN]]
    if not presets:
        for number, window in enumerate(workspace.display.header_windows(series_key)[:_SHOWN], 1):
            parts.append(f"{number} {window.name or tr(say('Header'))}")
    return BETWEEN.join([*parts, f"{AUTOMATIC_KEY} {tr(say('Auto'))}"])


def _joined(parts: Iterable[Text]) -> str:
    return BETWEEN.join(tr(part) for part in parts)
