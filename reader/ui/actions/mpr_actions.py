"""Tilted planes and slabs without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.text import Text, say
from reader.session.viewing.viewport_state import PaneKind
from reader.ui.actions.action import ON_IMAGES, ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon

TURN_DEGREES: Final = 5.0


def _shows_slices(context: ActionContext) -> bool:
    workspace = context.workspace
    active = workspace.viewports.active
    is_read = workspace.studies.volume(active.series_key) is not None
    return is_read and active.kind is PaneKind.SLICES


def _is_tilted(context: ActionContext) -> bool:
    viewports = context.workspace.viewports
    return not viewports.tilt_of(viewports.active.series_key).is_straight


def _turn(degrees: float) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        context.workspace.tilting.turn(context.workspace.viewports.active_id, degrees)

    return act


def _thicken(steps: int) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        context.workspace.tilting.thicken(context.workspace.viewports.active_id, steps)

    return act


def _on_slices(
    action_id: ActionId, text: Text, icon: Icon, key: str, act: Callable[[ActionContext], None],
    enabled: Callable[[ActionContext], bool] = _shows_slices, repeats: bool = False,
) -> ActionSpec:  # fmt: skip
    return ActionSpec(
        action_id, text, icon, Group.LOOK, act,
        keys=(key,), modes=ON_IMAGES, enabled=enabled, repeats=repeats,
    )  # fmt: skip


MPR_ACTIONS: Final = (
    _on_slices(
        ActionId.TURN_LEFT, say("Turn the other planes left"), Icon.ARROW_COUNTER_CLOCKWISE,
        "Ctrl+Alt+Left", _turn(-TURN_DEGREES), repeats=True,
    ),
    _on_slices(
        ActionId.TURN_RIGHT, say("Turn the other planes right"), Icon.ARROW_CLOCKWISE,
        "Ctrl+Alt+Right", _turn(TURN_DEGREES), repeats=True,
    ),
    _on_slices(
        ActionId.STRAIGHT_PLANES, say("Straight planes again"), Icon.CROSSHAIR,
        "Ctrl+Shift+R", lambda c: c.workspace.tilting.straighten(), _is_tilted,
    ),
    _on_slices(
        ActionId.NEXT_PROJECTION, say("Slab: maximum, minimum, mean or off"), Icon.STACK,
        "Ctrl+Alt+M",
        lambda c: c.workspace.tilting.next_projection(c.workspace.viewports.active_id),
    ),
    _on_slices(
        ActionId.SLAB_THICKER, say("Thicker slab"), Icon.STACK,
        "Ctrl+Alt+Up", _thicken(1), repeats=True,
    ),
    _on_slices(
        ActionId.SLAB_THINNER, say("Thinner slab"), Icon.STACK_SIMPLE,
        "Ctrl+Alt+Down", _thicken(-1), repeats=True,
    ),
)  # fmt: skip
