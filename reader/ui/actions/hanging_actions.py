"""Hanging protocols, the second window, and each viewport by its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui.actions import conditions
from reader.ui.actions.action import ON_IMAGES, READING, ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon

LOOKING: Final = frozenset({Mode.READ, Mode.EDIT, Mode.COMPARE})
VIEWPORT_IDS: Final = (
    ActionId.VIEWPORT_1,
    ActionId.VIEWPORT_2,
    ActionId.VIEWPORT_3,
    ActionId.VIEWPORT_4,
    ActionId.VIEWPORT_5,
    ActionId.VIEWPORT_6,
    ActionId.VIEWPORT_7,
    ActionId.VIEWPORT_8,
    ActionId.VIEWPORT_9,
)


def _step(steps: int) -> Callable[[ActionContext], None]:
    return lambda context: context.workspace.hangings.step(steps)


def _always(context: ActionContext) -> None:
    """Keep the protocol on screen for such studies, and say so: nothing else is seen of it."""
    hangings = context.workspace.hangings
    protocol = hangings.protocol(hangings.current)
    if protocol is not None:
        hangings.prefer(protocol.id)
        context.workspace.notices.inform(
            say("Studies like this one are always hung so from now on."),
            say("The list of hanging protocols takes it back."),
        )


def _best_again(context: ActionContext) -> None:
    context.workspace.hangings.prefer(None)


def _has_protocol(context: ActionContext) -> bool:
    return conditions.study_open(context) and context.workspace.hangings.current is not None


def _has_choice(context: ActionContext) -> bool:
    return conditions.study_open(context) and context.workspace.hangings.chosen is not None


def _several_protocols(context: ActionContext) -> bool:
    return conditions.image_shown(context) and len(context.workspace.hangings.fitting) > 1


def _several_viewports(context: ActionContext) -> bool:
    return conditions.study_open(context) and len(context.workspace.viewports.states) > 1


def _to_other_window(context: ActionContext) -> None:
    context.workspace.apart.move(context.workspace.viewports.active_id)


def _viewport(number: int) -> ActionSpec:
    def act(context: ActionContext) -> None:
        viewports = context.workspace.viewports
        viewports.activate(viewports.states[number - 1].id)

    def is_there(context: ActionContext) -> bool:
        there = len(context.workspace.viewports.states) >= number
        return there and conditions.study_open(context)

    return ActionSpec(
        VIEWPORT_IDS[number - 1],
        say("Viewport {number}", number=number),
        Icon.RECTANGLE,
        Group.LOOK,
        act,
        keys=(f"Ctrl+Alt+{number}",),
        modes=LOOKING,
        enabled=is_there,
    )


HANGING_ACTIONS: Final = (
    ActionSpec(
        ActionId.HANGING,
        say("Hanging protocols"),
        Icon.SQUARES_FOUR,
        Group.LOOK,
        lambda c: c.shell.show_hanging(),
        keys=("Shift+H",),
        modes=ON_IMAGES,
        enabled=conditions.study_open,
    ),
    ActionSpec(
        ActionId.NEXT_PROTOCOL,
        say("Next hanging protocol"),
        Icon.CARET_RIGHT,
        Group.LOOK,
        _step(1),
        keys=(".",),
        modes=READING,
        enabled=_several_protocols,
    ),
    ActionSpec(
        ActionId.PREVIOUS_PROTOCOL,
        say("Previous hanging protocol"),
        Icon.CARET_LEFT,
        Group.LOOK,
        _step(-1),
        keys=(",",),
        modes=READING,
        enabled=_several_protocols,
    ),
    ActionSpec(
        ActionId.ALWAYS_HANG_SO,
        say("Always hang such studies so"),
        Icon.STAR,
        Group.LOOK,
        _always,
        modes=READING,
        enabled=_has_protocol,
    ),
    ActionSpec(
        ActionId.HANG_BY_BEST_FIT,
        say("Hang such studies by the best fit again"),
        Icon.ARROW_COUNTER_CLOCKWISE,
        Group.LOOK,
        _best_again,
        modes=READING,
        enabled=_has_choice,
    ),
    ActionSpec(
        ActionId.SECOND_WINDOW,
        say("Second window"),
        Icon.APP_WINDOW,
        Group.WINDOW,
        lambda c: c.workspace.apart.toggle(),
        keys=("Ctrl+Shift+W",),
        modes=LOOKING,
        enabled=conditions.study_open,
    ),
    ActionSpec(
        ActionId.TO_OTHER_WINDOW,
        say("Move the viewport to the other window"),
        Icon.SWAP,
        Group.WINDOW,
        _to_other_window,
        keys=("Ctrl+Shift+M",),
        modes=LOOKING,
        enabled=_several_viewports,
    ),
    *(_viewport(number) for number in range(1, len(VIEWPORT_IDS) + 1)),
)
