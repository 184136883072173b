"""How far a model's findings can be trusted: thresholds, and the maps over the images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.heatmap import HeatmapKind
from reader.core.text import Text, say
from reader.ui.actions import conditions
from reader.ui.actions.action import (
    ON_IMAGES,
    READING,
    ActionContext,
    ActionId,
    ActionSpec,
    Group,
)
from reader.ui.icons import Icon


def _heat_there(context: ActionContext) -> bool:
    """Whether a model left a map over the series in the active viewport."""
    workspace = context.workspace
    return bool(workspace.overlay.heat_kinds(workspace.viewports.active.series_key))


def _has(kind: HeatmapKind) -> Callable[[ActionContext], bool]:
    def there(context: ActionContext) -> bool:
        workspace = context.workspace
        return kind in workspace.overlay.heat_kinds(workspace.viewports.active.series_key)

    return there


def _next_heat(context: ActionContext) -> None:
    context.workspace.overlay.next_heat(context.workspace.viewports.active.series_key)


def _show(action_id: ActionId, text: Text, kind: HeatmapKind, why_not: Text) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        Icon.FIRE,
        Group.MODEL,
        lambda c: c.workspace.overlay.show_heat(kind),
        modes=ON_IMAGES,
        enabled=_has(kind),
        why_not=why_not,
    )


def _why_here(context: ActionContext) -> None:
    workspace = context.workspace
    if workspace.findings.selected is not None:
        workspace.explaining.ask(workspace.findings.selected)


def _may_ask_why(context: ActionContext) -> bool:
    """Whether the selected finding is by a model that can be asked about it."""
    workspace = context.workspace
    return workspace.explaining.why_not(workspace.findings.selected) is None


TRUST_ACTIONS: Final = (
    ActionSpec(
        ActionId.WHY_HERE,
        say("Why here?"),
        Icon.QUESTION,
        Group.MODEL,
        _why_here,
        keys=("Shift+Y",),
        modes=ON_IMAGES,
        enabled=_may_ask_why,
        why_not=say("no finding by a model that can be asked is selected"),
    ),
    ActionSpec(
        ActionId.THRESHOLDS,
        say("Which AI findings are shown"),
        Icon.SLIDERS_HORIZONTAL,
        Group.MODEL,
        lambda c: c.shell.show_thresholds(),
        keys=("Ctrl+T",),
        modes=READING,
        enabled=conditions.model_installed,
    ),
    ActionSpec(
        ActionId.NEXT_HEAT,
        say("Map over the image: probability, uncertainty, influence, none"),
        Icon.FIRE,
        Group.MODEL,
        _next_heat,
        keys=("Ctrl+H",),
        modes=ON_IMAGES,
        enabled=_heat_there,
        why_not=say("no AI left a map over this series"),
    ),
    _show(
        ActionId.HEAT_PROBABILITY,
        say("AI score over the image"),
        HeatmapKind.PROBABILITY,
        say("no AI left a map over this series"),
    ),
    _show(
        ActionId.HEAT_UNCERTAINTY,
        say("AI uncertainty over the image"),
        HeatmapKind.UNCERTAINTY,
        say("the AI did not say where it is uncertain"),
    ),
    _show(
        ActionId.HEAT_INFLUENCE,
        say("AI influence over the image"),
        HeatmapKind.SALIENCY,
        say("ask for it with Why here?"),
    ),
)
