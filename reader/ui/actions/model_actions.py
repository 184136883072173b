"""Running models and looking at what they drew."""

from __future__ import annotations

from typing import Final

from reader.core.text import say
from reader.ui.actions import conditions
from reader.ui.actions.action import (
    ON_IMAGES,
    READING,
    ActionContext,
    ActionId,
    ActionSpec,
    Group,
    Layer,
)
from reader.ui.icons import Icon


def _use_other_series(context: ActionContext) -> None:
    """Show the series that suits the model; the reader runs it from there."""
    series = conditions.suitable_series(context)
    if series is not None:
        context.workspace.inference.skip()
        context.workspace.show_series(series.key)


MODEL_ACTIONS: Final = (
    ActionSpec(
        ActionId.RUN_MODEL,
        say("Run AI"),
        Icon.CPU,
        Group.MODEL,
        lambda c: c.workspace.inference.run(),
        keys=("R",),
        modes=READING,
        enabled=conditions.can_run_model,
    ),
    ActionSpec(
        ActionId.RUN_ANYWAY,
        say("Run anyway, marked"),
        Icon.WARNING,
        Group.MODEL,
        lambda c: c.workspace.inference.insist(),
        keys=("Shift+R",),
        modes=READING,
        layer=Layer.MODEL,
        enabled=conditions.model_blocked,
    ),
    ActionSpec(
        ActionId.RUN_REFUSED,
        say("Run against the card, marked"),
        Icon.WARNING_OCTAGON,
        Group.MODEL,
        lambda c: c.workspace.inference.insist_again(),
        modes=READING,
        layer=Layer.MODEL,  # no key: nothing that is typed by habit runs a refused model
        enabled=conditions.model_insisted_on,
        short_text=say("Run, marked"),
    ),
    ActionSpec(
        ActionId.OTHER_SERIES,
        say("Show the series that suits"),
        Icon.STACK_SIMPLE,
        Group.MODEL,
        _use_other_series,
        keys=("U",),
        modes=READING,
        layer=Layer.MODEL,
        enabled=conditions.other_series_suits,
    ),
    ActionSpec(
        ActionId.SKIP_MODEL,
        say("Skip"),
        Icon.SKIP_FORWARD,
        Group.MODEL,
        lambda c: c.workspace.inference.skip(),
        same_key_as=ActionId.BACK,
        modes=READING,
        layer=Layer.MODEL,
        enabled=conditions.model_waits,
    ),
    ActionSpec(
        ActionId.STOP_MODEL,
        say("Stop the AI"),
        Icon.STOP,
        Group.MODEL,
        lambda c: c.workspace.inference.cancel(),
        keys=("Ctrl+.",),
        enabled=conditions.model_running,
    ),
    ActionSpec(
        ActionId.MODEL_CARD,
        say("Model card"),
        Icon.INFO,
        Group.MODEL,
        lambda c: c.shell.show_model_card(),
        keys=("Ctrl+I",),
        modes=ON_IMAGES,
        enabled=conditions.model_installed,
    ),
    ActionSpec(
        ActionId.MODELS,
        say("Models"),
        Icon.CPU,
        Group.MODEL,
        lambda c: c.shell.show_models(),
        keys=("Ctrl+Shift+I",),
    ),
    ActionSpec(
        ActionId.ADD_MODEL_FOLDER,
        say("Add a model's folder"),
        Icon.FOLDER_OPEN,
        Group.MODEL,
        lambda c: c.shell.choose_model(folder=True),
        enabled=conditions.models_managed,
        short_text=say("Folder"),
    ),
    ActionSpec(
        ActionId.ADD_MODEL_FILE,
        say("Add a model's file"),
        Icon.FILE,
        Group.MODEL,
        lambda c: c.shell.choose_model(folder=False),
        enabled=conditions.models_managed,
        short_text=say("File or ZIP"),
    ),
    ActionSpec(
        ActionId.HIDE_AI,
        say("Hide AI"),
        Icon.EYE_SLASH,
        Group.MODEL,
        lambda c: c.workspace.overlay.hold_hidden(True),
        keys=("`",),
        is_held=True,
        modes=ON_IMAGES,
    ),
    ActionSpec(
        ActionId.CYCLE_OVERLAY,
        say("AI marks: outline, heatmap, off"),
        Icon.FIRE,
        Group.MODEL,
        lambda c: c.workspace.overlay.next_mode(),
        keys=("Shift+`", "Shift+~", "~"),
        modes=ON_IMAGES,
        enabled=conditions.study_open,
    ),
)
