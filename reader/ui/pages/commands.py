"""Everything that can be done by name: actions, and what they can be given."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from reader.core.settings import Settings
from reader.core.text import Text, say
from reader.session.viewing.layout import Layout
from reader.session.viewing.presets import preset_name
from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId, ActionSpec, Group
from reader.ui.actions.registry import ALL_ACTIONS
from reader.ui.actions.viewing_actions import PRESET_IDS
from reader.ui.actions.window_menu import header_words
from reader.ui.findings.card_content import place_text
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.models.model_menu import run
from reader.ui.pages.keys_sheet import GROUP_NAMES
from reader.ui.pages.series_words import series_name
from reader.ui.pages.settings_dialog import CHOICE_WORDS
from reader.ui.terms import term

NOT_LISTED: Final = (ActionId.COMMANDS, ActionId.BACK, ActionId.HIDE_AI, *PRESET_IDS)
"""What opens or leaves this page, what a key is held for, and what is listed by its name."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do. `name` is its own for ever; `why_not`: why it cannot be done now."""

    name: str
    text: Text | str
    group: Text
    icon: Icon
    act: Callable[[], object]
    keys: str = ""
    why_not: Text | None = None


def all_commands(kit: Kit) -> list[Command]:
    """Everything, in the order of the pages of keys and then of the study."""
    return [
        *(_action(kit, spec) for spec in ALL_ACTIONS if spec.id not in NOT_LISTED),
        *_windows(kit),
        *_layouts(kit),
        *_models(kit),
        *_series(kit),
        *_findings(kit),
        *_settings(kit),
    ]


def _action(kit: Kit, spec: ActionSpec) -> Command:
    actions, action_id = kit.actions, spec.id
    return Command(
        action_id.value,
        spec.text,
        GROUP_NAMES[spec.group],
        spec.icon,
        lambda: actions.trigger(action_id),
        actions.shown_key(action_id),
        actions.why_not(action_id),
    )


def _windows(kit: Kit) -> Iterator[Command]:
    """The presets and the header's windows of the series that is looked at."""
    workspace = kit.workspace
    if workspace.mode is Mode.REPORT:
        return
    display, series_key = workspace.display, workspace.viewports.active.series_key
    group, icon = say("Window and level"), Icon.CIRCLE_HALF
    for preset in display.presets_for(series_key):
        number, window = preset.key, preset.window
        keyed = number is not None and number <= len(PRESET_IDS)
        yield Command(
            f"window {preset.id}",
            say("Window: {name}", name=preset_name(preset)),
            group,
            icon,
            lambda window=window: display.apply_window(window),  # type: ignore[misc]
            kit.actions.shown_key(PRESET_IDS[(number or 1) - 1]) if keyed else "",
        )
    headers = display.header_windows(series_key)
    if series_key is None or not headers:
        return
    unit = display.unit_of(series_key)
    for number, window in enumerate(headers, 1):
        words = header_words(number, window, unit.shown(window))
        yield Command(
            f"window header {number}",
            say("Window: {name}", name=words),
            group,
            icon,
            lambda window=window: display.apply_window(window),  # type: ignore[misc]
        )


_HAS_ACTION: Final = (Layout.ONE, Layout.TWO_BY_TWO)


def _layouts(kit: Kit) -> Iterator[Command]:
    viewports = kit.workspace.viewports
    if kit.workspace.studies.study is None or kit.workspace.mode is Mode.REPORT:
        return
    for layout in Layout:
        rows, columns = layout.grid or (0, 0)
        if not rows or layout in _HAS_ACTION:
            continue
        yield Command(
            f"layout {layout.value}",
            say("Layout: {rows} by {columns}", rows=rows, columns=columns),
            say("Layout"),
            Icon.LAYOUT,
            lambda layout=layout: viewports.set_layout(layout),  # type: ignore[misc]
        )


def _models(kit: Kit) -> Iterator[Command]:
    """Running each model by its name."""
    workspace = kit.workspace
    for spec in workspace.inference.specs():
        yield Command(
            f"model {spec.identity.id}",
            say("Run AI: {name}", name=term(spec.identity.name)),
            GROUP_NAMES[Group.MODEL],
            Icon.CPU,
            lambda model_id=spec.identity.id: run(workspace, model_id),  # type: ignore[misc]
            why_not=kit.actions.why_not(ActionId.RUN_MODEL),
        )


def _series(kit: Kit) -> Iterator[Command]:
    workspace = kit.workspace
    study = workspace.studies.study
    for series in study.series if study is not None else ():
        yield Command(
            f"series {series.key}",
            say("Series: {name}", name=series_name((series,))),
            say("Series"),
            Icon.STACK_SIMPLE,
            lambda key=series.key: workspace.show_series(  # type: ignore[misc]
                key, workspace.viewports.active_id
            ),
        )


def _findings(kit: Kit) -> Iterator[Command]:
    workspace = kit.workspace

    def go_to(finding_id: str) -> None:
        workspace.set_mode(Mode.READ)
        workspace.findings.select(finding_id)

    for finding in workspace.findings.shown():
        words = " · ".join(p for p in (term(finding.name), place_text(workspace, finding)) if p)
        yield Command(
            f"finding {finding.finding_id}",
            say("Finding: {name}", name=words),
            say("Findings"),
            Icon.TARGET,
            lambda finding_id=finding.finding_id: go_to(finding_id),  # type: ignore[misc]
        )


def _settings(kit: Kit) -> Iterator[Command]:
    """Switches turn round; of choices each is one command."""
    change = kit.workspace.change_settings
    group = say("Settings")
    for option in dataclasses.fields(Settings):
        now, sentence = getattr(kit.workspace.settings, option.name), option.metadata["sentence"]
        if isinstance(now, bool):
            state = say("now on") if now else say("now off")
            yield Command(
                f"setting {option.name}",
                say("{setting} ({state})", setting=sentence, state=state),
                group,
                Icon.GEAR,
                lambda name=option.name, now=now: change(**{name: not now}),  # type: ignore[misc]
            )
        for choice in option.metadata["choices"]:
            if choice != now:
                yield Command(
                    f"setting {option.name} {choice}",
                    say(
                        "{setting} {choice}",
                        setting=sentence,
                        choice=CHOICE_WORDS.get(choice, Text(choice)),
                    ),
                    group,
                    Icon.GEAR,
                    lambda name=option.name, choice=choice: change(  # type: ignore[misc]
                        **{name: choice}
                    ),
                )
