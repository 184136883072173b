"""Slices, windows, zoom, layouts and planes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.core.orientation import Plane
from reader.core.text import Text, say
from reader.session.viewing.layout import Layout
from reader.ui.actions import conditions
from reader.ui.actions.action import ON_IMAGES, READING, ActionContext, ActionId, ActionSpec, Group
from reader.ui.icons import Icon

PAGE_STEP: Final = 10
ZOOM_STEP: Final = 1.25

PRESET_IDS: Final = (
    ActionId.PRESET_1,
    ActionId.PRESET_2,
    ActionId.PRESET_3,
    ActionId.PRESET_4,
    ActionId.PRESET_5,
    ActionId.PRESET_6,
    ActionId.PRESET_7,
)


def _scroll(steps: int) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        viewports = context.workspace.viewports
        viewports.scroll(viewports.active_id, steps)

    return act


def _activate(step: int) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        viewports = context.workspace.viewports
        ids = [state.id for state in viewports.states]
        viewports.activate(ids[(ids.index(viewports.active_id) + step) % len(ids)])

    return act


def _zoom(factor: float) -> Callable[[ActionContext], None]:
    def act(context: ActionContext) -> None:
        viewports = context.workspace.viewports
        viewports.zoom_by(viewports.active_id, factor)

    return act


def _show_layouts(context: ActionContext) -> None:
    context.shell.show_layouts()


def _scrolling(action_id: ActionId, text: Text, icon: Icon, key: str, steps: int) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.LOOK,
        _scroll(steps),
        keys=(key,),
        modes=ON_IMAGES,
        enabled=conditions.image_shown,
        repeats=True,
    )


def _preset(number: int) -> ActionSpec:
    return ActionSpec(
        PRESET_IDS[number - 1],
        say("Window preset {number}", number=number),
        Icon.CIRCLE_HALF,
        Group.LOOK,
        lambda c: c.workspace.display.apply_preset(number),
        keys=(str(number),),
        modes=READING,
        enabled=conditions.image_shown,
    )


def _layout(action_id: ActionId, text: Text, icon: Icon, layout: Layout, key: str) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.LOOK,
        lambda c: c.workspace.viewports.set_layout(layout),
        keys=(key,),
        modes=ON_IMAGES,
        enabled=conditions.study_open,
    )


def _plane(action_id: ActionId, text: Text, plane: Plane, key: str) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        Icon.CUBE,
        Group.LOOK,
        lambda c: c.workspace.viewports.set_plane(c.workspace.viewports.active_id, plane),
        keys=(key,),
        modes=ON_IMAGES,
        enabled=conditions.image_shown,
    )


def _looking(
    action_id: ActionId,
    text: Text,
    icon: Icon,
    keys: tuple[str, ...],
    act: Callable[[ActionContext], None],
) -> ActionSpec:
    return ActionSpec(
        action_id,
        text,
        icon,
        Group.LOOK,
        act,
        keys=keys,
        modes=ON_IMAGES,
        enabled=conditions.image_shown,
    )


VIEWING_ACTIONS: Final = (
    _scrolling(ActionId.SLICE_UP, say("One slice back"), Icon.ARROW_UP, "Up", -1),
    _scrolling(ActionId.SLICE_DOWN, say("One slice on"), Icon.ARROW_DOWN, "Down", 1),
    _scrolling(ActionId.PAGE_UP, say("Ten slices back"), Icon.CARET_DOUBLE_UP, "PgUp", -PAGE_STEP),
    _scrolling(
        ActionId.PAGE_DOWN, say("Ten slices on"), Icon.CARET_DOUBLE_DOWN, "PgDown", PAGE_STEP
    ),
    _scrolling(ActionId.FIRST_SLICE, say("First slice"), Icon.ARROW_LINE_UP, "Home", -100_000),
    _scrolling(ActionId.LAST_SLICE, say("Last slice"), Icon.ARROW_LINE_DOWN, "End", 100_000),
    _looking(
        ActionId.NEXT_VIEWPORT, say("Next viewport"), Icon.ARROW_RIGHT, ("Right",), _activate(1)
    ),
    _looking(
        ActionId.PREVIOUS_VIEWPORT,
        say("Previous viewport"),
        Icon.ARROW_LEFT,
        ("Left",),
        _activate(-1),
    ),
    *(_preset(number) for number in range(1, len(PRESET_IDS) + 1)),
    ActionSpec(
        ActionId.AUTO_WINDOW,
        say("Automatic window"),
        Icon.CIRCLE_HALF,
        Group.LOOK,
        lambda c: c.workspace.display.auto_window(),
        keys=("8",),
        modes=READING,
        enabled=conditions.image_shown,
    ),
    ActionSpec(
        ActionId.INVERT,
        say("Swap black and white"),
        Icon.SELECTION_INVERSE,
        Group.LOOK,
        lambda c: c.workspace.display.invert(),
        keys=("I",),
        modes=READING,
        enabled=conditions.image_shown,
    ),
    _looking(
        ActionId.ZOOM_IN,
        say("Enlarge"),
        Icon.MAGNIFYING_GLASS_PLUS,
        ("+", "=", "Shift++"),
        _zoom(ZOOM_STEP),
    ),
    _looking(
        ActionId.ZOOM_OUT,
        say("Reduce"),
        Icon.MAGNIFYING_GLASS_MINUS,
        ("-",),
        _zoom(1 / ZOOM_STEP),
    ),
    _looking(
        ActionId.FIT,
        say("Fit to viewport"),
        Icon.FRAME_CORNERS,
        ("0",),
        lambda c: c.workspace.viewports.reset_view(c.workspace.viewports.active_id),
    ),
    _looking(
        ActionId.MAXIMIZE,
        say("One viewport, or all again"),
        Icon.CORNERS_OUT,
        ("\\",),
        lambda c: c.workspace.viewports.toggle_maximized(c.workspace.viewports.active_id),
    ),
    ActionSpec(
        ActionId.NEXT_LAYOUT,
        say("Layout"),
        Icon.LAYOUT,
        Group.LOOK,
        _show_layouts,
        keys=("G",),
        modes=ON_IMAGES,
        enabled=conditions.study_open,
    ),
    _layout(ActionId.LAYOUT_ONE, say("One viewport"), Icon.RECTANGLE, Layout.ONE, "Ctrl+Shift+1"),
    _layout(
        ActionId.LAYOUT_ONE_PLUS_TWO,
        say("One large, two small"),
        Icon.LAYOUT,
        Layout.ONE_PLUS_TWO,
        "Ctrl+Shift+2",
    ),
    _layout(
        ActionId.LAYOUT_TWO_BY_TWO,
        say("Two by two"),
        Icon.SQUARES_FOUR,
        Layout.TWO_BY_TWO,
        "Ctrl+Shift+3",
    ),
    _plane(ActionId.PLANE_AXIAL, say("Axial"), Plane.AXIAL, "Alt+1"),
    _plane(ActionId.PLANE_CORONAL, say("Coronal"), Plane.CORONAL, "Alt+2"),
    _plane(ActionId.PLANE_SAGITTAL, say("Sagittal"), Plane.SAGITTAL, "Alt+3"),
)
