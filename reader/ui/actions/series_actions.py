"""What only some series have: phases, frames over time, units, tilt, the scanner's marks."""

from __future__ import annotations

from typing import Final

from reader.core.text import Text, say
from reader.session.viewing.units import units_of, why_no_suv
from reader.ui.actions import conditions
from reader.ui.actions.action import ON_IMAGES, READING, ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon


def _has_phases(context: ActionContext) -> bool:
    workspace = context.workspace
    return len(workspace.phases.of(workspace.viewports.active.series_key)) > 1


def _can_play(context: ActionContext) -> bool:
    workspace = context.workspace
    return workspace.cine.can_play(workspace.viewports.active.series_key)


def _has_graphics(context: ActionContext) -> bool:
    workspace = context.workspace
    volume = workspace.studies.volume(workspace.viewports.active.series_key)
    return volume is not None and volume.graphics is not None


def _is_pet(context: ActionContext) -> bool:
    workspace = context.workspace
    series_key = workspace.viewports.active.series_key
    if series_key is None or not conditions.image_shown(context):
        return False
    return workspace.studies.series(series_key).suv is not None


def _next_unit(context: ActionContext) -> None:
    """Show the next unit, or say why there is no other."""
    workspace = context.workspace
    series_key = workspace.viewports.active.series_key
    if series_key is None:
        return
    series = workspace.studies.series(series_key)
    why = why_no_suv(series)
    if why is not None:
        workspace.notices.inform(say("Not every SUV can be computed."), why)
    if len(units_of(series)) > 1:
        workspace.display.units.choose_next(series)


def _is_tilted(context: ActionContext) -> bool:
    workspace = context.workspace
    return workspace.straightening.is_possible(workspace.viewports.active.series_key)


def _straighten(context: ActionContext) -> None:
    series_key = context.workspace.viewports.active.series_key
    if series_key is not None:
        context.workspace.straightening.start(series_key)


def _phase(action_id: ActionId, text: Text, icon: Icon, key: str, steps: int) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.LOOK,
        lambda c: c.workspace.phases.step(steps),
        keys=(key,),
        modes=ON_IMAGES,
        enabled=_has_phases,
        repeats=True,
    )


SERIES_ACTIONS: Final = (
    _phase(ActionId.NEXT_PHASE, say("Next phase"), Icon.CARET_RIGHT, "Shift+Right", 1),
    _phase(ActionId.PREVIOUS_PHASE, say("Previous phase"), Icon.CARET_LEFT, "Shift+Left", -1),
    ActionSpec(
        ActionId.PLAY,
        say("Play or stop"),
        Icon.PLAY,
        Group.LOOK,
        lambda c: c.workspace.cine.toggle(),
        keys=("V",),
        modes=ON_IMAGES,
        enabled=_can_play,
    ),
    ActionSpec(
        ActionId.GRAPHICS,
        say("Marks of the scanner"),
        Icon.NOTE_PENCIL,
        Group.LOOK,
        lambda c: c.workspace.viewports.looks.toggle_graphics(),
        keys=("Shift+G",),
        modes=ON_IMAGES,
        enabled=_has_graphics,
    ),
    ActionSpec(
        ActionId.NEXT_UNIT,
        say("Next unit of uptake"),
        Icon.SWAP,
        Group.LOOK,
        _next_unit,
        keys=("Shift+U",),
        modes=READING,
        enabled=_is_pet,
    ),
    ActionSpec(
        ActionId.STRAIGHTEN,
        say("Straighten"),
        Icon.CUBE,
        Group.LOOK,
        _straighten,
        keys=("Shift+S",),
        modes=READING,
        enabled=_is_tilted,
    ),
)
