"""A second series in colour over what the active viewport shows."""

from __future__ import annotations

from typing import Final

from reader.core.text import say
from reader.ui.actions import conditions
from reader.ui.actions.action import ActionContext, ActionId, ActionSpec, Group
from reader.ui.actions.compare_actions import LOOKING
from reader.ui.icons import Icon


def _fused(context: ActionContext) -> bool:
    """Whether something lies over the active viewport's slice."""
    return context.workspace.viewports.active.fused_key is not None


def _step(context: ActionContext, steps: int) -> None:
    workspace = context.workspace
    workspace.fusing.step_opacity(workspace.viewports.active_id, steps)


def _other_window(context: ActionContext) -> None:
    fusing = context.workspace.fusing
    fusing.choose_window(not fusing.window_is_fused)


FUSION_ACTIONS: Final = (
    ActionSpec(
        ActionId.FUSE,
        say("Fuse with another series, or end it"),
        Icon.INTERSECT,
        Group.LOOK,
        lambda c: c.workspace.fusing.toggle(c.workspace.viewports.active_id),
        keys=("Shift+F",),
        modes=LOOKING,
        enabled=conditions.image_shown,
    ),
    ActionSpec(
        ActionId.FUSION_STRONGER,
        say("Stronger colour"),
        Icon.PLUS,
        Group.LOOK,
        lambda c: _step(c, 1),
        keys=("Ctrl+=", "Ctrl++", "Ctrl+Shift++"),
        modes=LOOKING,
        enabled=_fused,
        repeats=True,
    ),
    ActionSpec(
        ActionId.FUSION_WEAKER,
        say("Weaker colour"),
        Icon.MINUS,
        Group.LOOK,
        lambda c: _step(c, -1),
        keys=("Ctrl+-",),
        modes=LOOKING,
        enabled=_fused,
        repeats=True,
    ),
    ActionSpec(
        ActionId.FUSION_SWAP,
        say("Swap what is fused and what lies beneath"),
        Icon.SWAP,
        Group.LOOK,
        lambda c: c.workspace.fusing.swap(c.workspace.viewports.active_id),
        keys=("Shift+X",),
        modes=LOOKING,
        enabled=_fused,
    ),
    ActionSpec(
        ActionId.FUSION_WINDOW,
        say("Window of the other series"),
        Icon.CIRCLE_HALF,
        Group.LOOK,
        _other_window,
        keys=("Alt+W",),
        modes=LOOKING,
        enabled=_fused,
    ),
)
