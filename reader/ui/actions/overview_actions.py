"""The whole volume at once: shown, turned and played without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from reader.core.text import Text, say
from reader.imaging.overview.turn import FRONT
from reader.session.viewing.viewport_state import PaneKind
from reader.ui.actions.action import ON_IMAGES, ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon

TURN_DEGREES: Final = 15.0


def _is_overview(context: ActionContext) -> bool:
    return context.workspace.viewports.active.kind is PaneKind.OVERVIEW


def _can_toggle(context: ActionContext) -> bool:
    workspace = context.workspace
    return _is_overview(context) or workspace.overviews.can_show(
        workspace.viewports.active.series_key
    )


def _toggle(context: ActionContext) -> None:
    viewports = context.workspace.viewports
    kind = PaneKind.SLICES if _is_overview(context) else PaneKind.OVERVIEW
    viewports.put(replace(viewports.active, kind=kind))


def _turn(azimuth_deg: float, elevation_deg: float) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        overviews, viewport_id = context.workspace.overviews, context.workspace.viewports.active_id
        turn = overviews.state(viewport_id).turn.turned(azimuth_deg, elevation_deg)
        overviews.look_from(viewport_id, turn)

    return act


def _in_overview(
    action_id: ActionId,
    text: Text,
    icon: Icon,
    keys: tuple[str, ...],
    act: Callable[[ActionContext], None],
    repeats: bool = False,
) -> ActionSpec:
    return ActionSpec(
        action_id, text, icon, Group.LOOK, act,
        keys=keys, modes=ON_IMAGES, enabled=_is_overview, repeats=repeats,
    )  # fmt: skip


OVERVIEW_ACTIONS: Final = (
    ActionSpec(
        ActionId.OVERVIEW,
        say("3-D overview, or slices again"),
        Icon.CUBE,
        Group.LOOK,
        _toggle,
        keys=("Shift+O",),
        modes=ON_IMAGES,
        enabled=_can_toggle,
    ),
    _in_overview(
        ActionId.OVERVIEW_MODE,
        say("Overview: greatest values or surfaces"),
        Icon.SWAP,
        ("Ctrl+Alt+O",),
        lambda c: c.workspace.overviews.next_mode(c.workspace.viewports.active_id),
    ),
    _in_overview(
        ActionId.OVERVIEW_SPIN,
        say("Overview: go round by itself, or stop"),
        Icon.ARROWS_CLOCKWISE,
        ("Alt+O",),
        lambda c: c.workspace.overviews.toggle_spin(c.workspace.viewports.active_id),
    ),
    _in_overview(
        ActionId.OVERVIEW_FRONT,
        say("Overview: from the front"),
        Icon.USER,
        ("Alt+Home",),
        lambda c: c.workspace.overviews.look_from(c.workspace.viewports.active_id, FRONT),
    ),
    _in_overview(
        ActionId.OVERVIEW_LEFT, say("Overview: turn left"), Icon.CARET_LEFT,
        ("Alt+Left",), _turn(-TURN_DEGREES, 0), repeats=True,
    ),
    _in_overview(
        ActionId.OVERVIEW_RIGHT, say("Overview: turn right"), Icon.CARET_RIGHT,
        ("Alt+Right",), _turn(TURN_DEGREES, 0), repeats=True,
    ),
    _in_overview(
        ActionId.OVERVIEW_UP, say("Overview: from further up"), Icon.CARET_UP,
        ("Alt+Up",), _turn(0, TURN_DEGREES), repeats=True,
    ),
    _in_overview(
        ActionId.OVERVIEW_DOWN, say("Overview: from further down"), Icon.CARET_DOWN,
        ("Alt+Down",), _turn(0, -TURN_DEGREES), repeats=True,
    ),
)  # fmt: skip
