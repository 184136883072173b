"""Reading beside another study, and which crosshairs move together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui.actions import conditions
from reader.ui.actions.action import ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon

LOOKING: Final = frozenset({Mode.READ, Mode.COMPARE})
COMPARING: Final = frozenset({Mode.COMPARE})


def _beside(context: ActionContext) -> bool:
    """Whether another study lies beside the open one."""
    return bool(context.workspace.studies.companions)


def _comparable(context: ActionContext) -> bool:
    """Whether the active viewport's series has a counterpart."""
    compare, viewports = context.workspace.compare, context.workspace.viewports
    shown = viewports.active
    if compare.is_flickered(shown.id):
        return True
    return _beside(context) and compare.counterpart(shown.series_key) is not None


def _several_frames(context: ActionContext) -> bool:
    """Whether viewports show series that share no crosshair."""
    viewports = context.workspace.viewports
    frames = {viewports.frame_of(s.series_key) for s in viewports.states if s.series_key}
    return len(frames - {None}) > 1


def _scroll_alone(steps: int) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        context.workspace.compare.ties.scroll_alone(context.workspace.viewports.active_id, steps)

    return act


def _put_away(context: ActionContext) -> None:
    compare = context.workspace.compare
    if compare.beside is not None:
        compare.close_prior(compare.beside.study_uid)


def _swap_sides(context: ActionContext) -> None:
    workspace = context.workspace
    workspace.change_settings(prior_on_right=not workspace.settings.prior_on_right)
    workspace.compare.hang_again()


COMPARE_ACTIONS: Final = (
    ActionSpec(
        ActionId.MODE_COMPARE,
        say("Compare"),
        Icon.COLUMNS,
        Group.WINDOW,
        lambda c: c.workspace.set_mode(Mode.COMPARE),
        keys=("Ctrl+3",),
        enabled=conditions.study_open,
    ),
    ActionSpec(
        ActionId.COMPARE_WITH,
        say("Compare with another study"),
        Icon.CLOCK_COUNTER_CLOCKWISE,
        Group.STUDY,
        lambda c: c.shell.show_compare(),
        keys=("Ctrl+B",),
        modes=LOOKING,
        enabled=conditions.study_open,
    ),
    ActionSpec(
        ActionId.COMPARE_FOLDER,
        say("Compare with a folder"),
        Icon.FOLDER_OPEN,
        Group.STUDY,
        lambda c: c.shell.choose_folder_to_compare(),
        modes=LOOKING,
        enabled=conditions.study_open,
    ),
    ActionSpec(
        ActionId.STOP_COMPARING,
        say("Put the other study away"),
        Icon.X,
        Group.STUDY,
        _put_away,
        modes=LOOKING,
        enabled=_beside,
    ),
    ActionSpec(
        ActionId.LINK,
        say("Link or unlink the crosshairs"),
        Icon.LINK,
        Group.LOOK,
        lambda c: c.workspace.compare.ties.toggle(),
        keys=("J",),
        modes=LOOKING,
        enabled=_several_frames,
    ),
    ActionSpec(
        ActionId.RESET_LINK,
        say("Link as at first"),
        Icon.ARROW_COUNTER_CLOCKWISE,
        Group.LOOK,
        lambda c: c.workspace.compare.ties.reset(),
        keys=("Shift+J",),
        modes=LOOKING,
        enabled=_several_frames,
    ),
    ActionSpec(
        ActionId.FLICKER,
        say("Flicker between prior and current"),
        Icon.LIGHTNING,
        Group.LOOK,
        lambda c: c.workspace.compare.flicker(c.workspace.viewports.active_id),
        keys=("F",),
        modes=LOOKING,
        enabled=_comparable,
        short_text=say("Flicker"),
    ),
    ActionSpec(
        ActionId.SLICE_UP_ALONE,
        say("One slice back, this side only"),
        Icon.ARROW_UP,
        Group.LOOK,
        _scroll_alone(-1),
        keys=("Ctrl+Up",),
        modes=LOOKING,
        enabled=conditions.image_shown,
        repeats=True,
    ),
    ActionSpec(
        ActionId.SLICE_DOWN_ALONE,
        say("One slice on, this side only"),
        Icon.ARROW_DOWN,
        Group.LOOK,
        _scroll_alone(1),
        keys=("Ctrl+Down",),
        modes=LOOKING,
        enabled=conditions.image_shown,
        repeats=True,
    ),
    ActionSpec(
        ActionId.SWAP_SIDES,
        say("Swap the sides of prior and current"),
        Icon.SWAP,
        Group.LOOK,
        _swap_sides,
        modes=COMPARING,
        enabled=_beside,
    ),
)
