"""Flipping the picture and turning it by quarters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.orientation import AS_ACQUIRED, SpatialTransform
from reader.core.text import Text, say
from reader.session.viewing.viewport_state import PaneKind
from reader.ui.actions import conditions
from reader.ui.actions.action import ON_IMAGES, ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon


def _shows_slices(context: ActionContext) -> bool:
    active = context.workspace.viewports.active
    return conditions.image_shown(context) and active.kind is PaneKind.SLICES


def _is_changed(context: ActionContext) -> bool:
    return context.workspace.viewports.active.transform != AS_ACQUIRED and _shows_slices(context)


def _changing(
    action_id: ActionId, text: Text, icon: Icon, key: str,
    change: Callable[[SpatialTransform], SpatialTransform],
    enabled: Callable[[ActionContext], bool] = _shows_slices,
) -> ActionSpec:  # fmt: skip
    def act(context: ActionContext) -> None:
        viewports = context.workspace.viewports
        viewports.set_transform(viewports.active_id, change(viewports.active.transform))

    return ActionSpec(
        action_id, text, icon, Group.LOOK, act, keys=(key,), modes=ON_IMAGES, enabled=enabled
    )


TRANSFORM_ACTIONS: Final = (
    _changing(
        ActionId.FLIP_ACROSS, say("Flip left to right"), Icon.FLIP_HORIZONTAL,
        "Alt+H", lambda now: now.flipped_across(),
    ),
    _changing(
        ActionId.FLIP_DOWN, say("Flip top to bottom"), Icon.FLIP_VERTICAL,
        "Alt+V", lambda now: now.flipped_down(),
    ),
    _changing(
        ActionId.QUARTER_LEFT, say("Turn picture 90° left"), Icon.ARROW_COUNTER_CLOCKWISE,
        "Alt+L", lambda now: now.turned(-1),
    ),
    _changing(
        ActionId.QUARTER_RIGHT, say("Turn picture 90° right"), Icon.ARROW_CLOCKWISE,
        "Alt+R", lambda now: now.turned(1),
    ),
    _changing(
        ActionId.AS_ACQUIRED, say("Picture not flipped, not turned"), Icon.ARROW_U_UP_LEFT,
        "Alt+0", lambda _now: AS_ACQUIRED, _is_changed,
    ),
)  # fmt: skip
