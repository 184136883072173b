"""Going through series and key images, and playing through slices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.text import Text, say
from reader.ui.actions import conditions
from reader.ui.actions.action import ON_IMAGES, READING, ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon

FASTER: Final = 1.5


def _several_series(context: ActionContext) -> bool:
    study = context.workspace.studies.study
    return study is not None and len(study.series) > 1


def _step_series(steps: int) -> Callable[[ActionContext], None]:
    """Show the next series of the study in the active viewport, round and round."""

    def act(context: ActionContext) -> None:
        workspace = context.workspace
        study, state = workspace.studies.study, workspace.viewports.active
        if study is None:
            return
        keys = [series.key for series in study.series]
        now = keys.index(state.series_key) if state.series_key in keys else -1
        workspace.show_series(keys[(now + steps) % len(keys)], state.id)

    return act


def _is_playing(context: ActionContext) -> bool:
    return context.workspace.cine.is_playing


def _mark(context: ActionContext) -> None:
    context.workspace.key_images.toggle(context.workspace.viewports.active_id)


def _any_marked(context: ActionContext) -> bool:
    workspace = context.workspace
    series_key = workspace.viewports.active.series_key
    return series_key is not None and bool(workspace.key_images.of(series_key))


def _key_image_step(step: int) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        context.workspace.key_images.step(context.workspace.viewports.active_id, step)

    return act


def _series(action_id: ActionId, text: Text, icon: Icon, key: str, steps: int) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.LOOK,
        _step_series(steps),
        keys=(key,),
        modes=ON_IMAGES,
        enabled=_several_series,
        why_not=say("the study has one series"),
    )


def _playing(
    action_id: ActionId, text: Text, icon: Icon, key: str, act: Callable[[ActionContext], None]
) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.LOOK,
        act,
        keys=(key,),
        modes=ON_IMAGES,
        enabled=_is_playing,
        why_not=say("nothing is playing"),
    )


def _marked(action_id: ActionId, text: Text, icon: Icon, key: str, step: int) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.LOOK,
        _key_image_step(step),
        keys=(key,),
        modes=READING,
        enabled=_any_marked,
        why_not=say("the series has no key image"),
    )


BROWSING_ACTIONS: Final = (
    _series(ActionId.NEXT_SERIES, say("Next series"), Icon.CARET_RIGHT, "Ctrl+PgDown", 1),
    _series(ActionId.PREVIOUS_SERIES, say("Previous series"), Icon.CARET_LEFT, "Ctrl+PgUp", -1),
    _playing(
        ActionId.PLAY_FASTER,
        say("Play faster"),
        Icon.CARET_DOUBLE_UP,
        "Shift+.",
        lambda c: c.workspace.cine.change_speed(FASTER),
    ),
    _playing(
        ActionId.PLAY_SLOWER,
        say("Play slower"),
        Icon.CARET_DOUBLE_DOWN,
        "Shift+,",
        lambda c: c.workspace.cine.change_speed(1 / FASTER),
    ),
    _playing(
        ActionId.PLAY_TO_AND_FRO,
        say("Play to and fro, or round"),
        Icon.SWAP,
        "Shift+V",
        lambda c: c.workspace.cine.toggle_to_and_fro(),
    ),
    ActionSpec(
        ActionId.KEY_IMAGE,
        say("Key image, or no more"),
        Icon.STAR,
        Group.LOOK,
        _mark,
        keys=("K",),
        modes=READING,
        enabled=conditions.image_shown,
    ),
    _marked(ActionId.NEXT_KEY_IMAGE, say("Next key image"), Icon.STAR, "Shift+K", 1),
    _marked(ActionId.PREVIOUS_KEY_IMAGE, say("Previous key image"), Icon.STAR, "Alt+K", -1),
)
