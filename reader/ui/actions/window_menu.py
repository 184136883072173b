"""The windows a series can be shown with: presets, the header's own, the automatic one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from reader.core.intensity import WindowLevel
from reader.core.text import say
from reader.session.viewing.presets import AUTOMATIC_KEY, preset_name
from reader.session.workspace import Workspace
from reader.ui import quantities
from reader.ui.actions.action import ActionId
from reader.ui.actions.viewing_actions import PRESET_IDS
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.translate import tr


def add_windows(
    menu: QMenu, theme: Theme, workspace: Workspace, key: Callable[[ActionId], str]
) -> None:
    """Put a list of windows before the automatic one of a viewport's menu, if there are any."""
    series_key = workspace.viewports.active.series_key
    presets = workspace.display.presets_for(series_key)
    headers = workspace.display.header_windows(series_key)
    if series_key is None or not (presets or headers):
        return
    now = workspace.viewports.looks.window_of(series_key, workspace.viewports.active.look)
    windows = QMenu(tr(say("Windows")), menu)
    windows.setIcon(theme.icons.for_menu(Icon.CIRCLE_HALF, menu.devicePixelRatioF()))

    def number_key(number: int | None) -> str:
        return key(PRESET_IDS[number - 1]) if number and number <= len(PRESET_IDS) else ""

    def add(words: str, keys: str, window: WindowLevel) -> None:
        entry = QAction(f"{words.replace('&', '&&')}\t{keys}", windows)
        entry.setCheckable(True)
        entry.setChecked(window == now)
        entry.triggered.connect(lambda: workspace.display.apply_window(window))
        windows.addAction(entry)

    for preset in sorted(presets, key=lambda p: p.key or AUTOMATIC_KEY):
        add(tr(preset_name(preset)), number_key(preset.key), preset.window)
    if presets and headers:
        windows.addSeparator()
    unit = workspace.display.unit_of(series_key)
    for number, window in enumerate(headers, 1):
        keys = "" if presets else number_key(number)
        add(header_words(number, window, unit.shown(window)), keys, window)
    for entry in menu.actions():
        if entry.data() is ActionId.AUTO_WINDOW:
            menu.insertMenu(entry, windows)


def header_words(number: int, window: WindowLevel, shown: WindowLevel) -> str:
    """`Header 1 · BONE · W 2000 L 400`."""
    places = 0 if shown.width >= 10 else 3
    width, center = (quantities.number(v, places) for v in (shown.width, shown.center))
    numbers = f"W {width}  L {center}"
    first = tr(say("Header {number}", number=number))
    return " · ".join(part for part in (first, window.name, numbers) if part)
