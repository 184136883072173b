"""Doing actions: by key, by button or by name; refused while they make no sense."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from reader.core.text import Text
from reader.ui.actions import conditions
from reader.ui.actions.action import ActionContext, ActionId, ActionSpec, Group, Layer
from reader.ui.actions.keymap import Keymap
from reader.ui.actions.registry import ALL_ACTIONS, SPECS
from reader.ui.actions.why_not import why_not
from reader.ui.subscriptions import Subscriptions

SETTLING_S: Final = 0.150
"""A key pressed sooner after the selection changed was meant for the finding before."""
BOUNCE_S: Final = 0.020
"""A key pressed again sooner than this after it came up was held, whatever the system says."""


class Actions(QObject):
    """Every action on one window.

    `changed`: some may have become possible or impossible. `keymap_changed`: other keys
    are printed beside some.
    """

    changed = Signal()
    keymap_changed = Signal()

    def __init__(
        self,
        context: ActionContext,
        window: QWidget,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._clock = clock
        self._selected_at = float("-inf")
        self._came_up: tuple[Qt.Key, float] | None = None
        self._is_repeat = False
        window.installEventFilter(self)
        self._windows = [window]
        self._shortcuts: list[QShortcut] = []
        self.recent: list[str] = []
        """The names of what was looked for and done, newest first; for the next search."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.changed)
        self.keymap = self._made_keymap()
        self._listen()

    def spec(self, action_id: ActionId) -> ActionSpec:
        """What an action is."""
        return SPECS[action_id]

    def shown_key(self, action_id: ActionId) -> str:
        """The key that is printed beside an action; empty where it has none."""
        return self.keymap.shown_key(action_id)

    def is_enabled(self, action_id: ActionId) -> bool:
        """Whether an action can be done now, in this mode."""
        spec = SPECS[action_id]
        return self._context.workspace.mode in spec.modes and spec.enabled(self._context)

    def why_not(self, action_id: ActionId) -> Text | None:
        """Why an action cannot be done now; None where it can."""
        return why_not(SPECS[action_id], self._context)

    def trigger(self, action_id: ActionId) -> bool:
        """Do an action, or do nothing if it cannot be done now. Returns: whether it was done."""
        if not self.is_enabled(action_id):
            return False
        spec, context = SPECS[action_id], self._context
        if _moves_on(spec):
            context.question.ask(None)
        context.workspace.notices.attempt(lambda: spec.act(context))
        self.refresh_soon()
        return True

    def press(self, keys: str) -> bool:
        """Do what a key means now. Returns: whether something was done."""
        mode = self._context.workspace.mode
        action_id = self.keymap.action_for(keys, mode, self._layer())
        is_free = action_id is None or not self.is_enabled(action_id)
        if (keys == "Space" or is_free) and _pressed_button(keys):
            return True
        if action_id is None:
            return False
        spec = SPECS[action_id]
        if self._is_repeat and not spec.repeats:
            return False
        if spec.decides and (self._is_too_soon() or self._is_held(keys)):
            return False
        return self.trigger(action_id)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Note whether the key that may be a shortcut is held; the shortcut does not say so."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._is_repeat = event.isAutoRepeat()
        return False

    def key_came_up(self, key: Qt.Key) -> None:
        """Note that a key was let go, or that the system says so of one that is held.

        X11 sends a release before each repeat. Qt looks ahead for the press to know a repeat,
        and misses it when it has not arrived yet.
        """
        self._came_up = (key, self._clock())

    def is_key_of(self, key: Qt.Key, action_id: ActionId) -> bool:
        """Whether a key, with whatever modifiers, is among an action's."""
        combinations = self.keymap.keys_of(action_id)
        return any(QKeySequence(keys)[0].key() == key for keys in combinations)  # type: ignore[index]

    def refresh_soon(self) -> None:
        """Announce `changed` once, when what is going on now is over."""
        self._soon.start()

    def _is_too_soon(self) -> bool:
        return self._clock() - self._selected_at < SETTLING_S

    def _is_held(self, keys: str) -> bool:
        if self._came_up is None:
            return False
        key, at = self._came_up
        first = QKeySequence(keys)[0]  # type: ignore[index]  # PySide6's stubs forget it
        return bool(first.key() == key and self._clock() - at < BOUNCE_S)

    def _layer(self) -> Layer:
        if conditions.reason_asked(self._context):
            return Layer.REASONS
        if conditions.adding(self._context):
            return Layer.ADDING
        if conditions.measuring(self._context):
            return Layer.MEASURING
        if conditions.drawing_path(self._context):
            return Layer.PATH
        blocked = self._context.workspace.inference.blocked is not None
        return Layer.MODEL if blocked else Layer.ALWAYS

    def _made_keymap(self) -> Keymap:
        """The keymap in force, with a shortcut for each combination."""
        keymaps = self._context.workspace.keymaps
        keymap = Keymap(ALL_ACTIONS, keymaps.profile, keymaps.own)
        self._context.tools.mouse = keymaps.profile.mouse
        for old in self._shortcuts:
            old.setEnabled(False)
            old.deleteLater()
        self._shortcuts = [
            self._shortcut(keys, keymap, window)
            for window in self._windows
            for keys in keymap.meanings
        ]
        return keymap

    def serve(self, window: QWidget) -> None:
        """Have the keys mean the same in another window."""
        self._windows.append(window)
        keys = self.keymap.meanings
        self._shortcuts += [self._shortcut(one, self.keymap, window) for one in keys]

    def leave(self, window: QWidget) -> None:
        """A window that was served is being closed."""
        self._windows.remove(window)
        self._shortcuts = [s for s in self._shortcuts if s.parent() is not window]

    def _change_keymap(self) -> None:
        self.keymap = self._made_keymap()
        self.keymap_changed.emit()
        self.refresh_soon()

    def _shortcut(self, keys: str, keymap: Keymap, window: QWidget) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), window)
        shortcut.setAutoRepeat(keymap.repeats(keys))
        shortcut.activated.connect(lambda: self.press(keys))
        # One press of Shift and / is "?", "Shift+?" and "Shift+/": Qt calls that ambiguous.
        shortcut.activatedAmbiguously.connect(lambda: self.press(keys))
        return shortcut

    def _listen(self) -> None:
        events = self._context.workspace.events
        subscriptions = Subscriptions(self)
        subscriptions.add(events.selection_changed, self._selection_changed)
        subscriptions.add(self._context.tools.changed, self._something_changed)
        subscriptions.add(events.keymap_changed, self._change_keymap)
        self._context.question.changed.connect(self.refresh_soon)
        for signal in (
            events.study_opened, events.volume_added, events.findings_changed,
            events.selection_changed, events.history_changed, events.job_changed,
            events.mode_changed, events.active_viewport_changed, events.overlay_changed,
            events.settings_changed,
        ):  # fmt: skip
            subscriptions.add(signal, self._something_changed)

    def _selection_changed(self, _finding_id: object) -> None:
        self._selected_at = self._clock()

    def _something_changed(self, *_payload: object) -> None:
        self.refresh_soon()


def _moves_on(spec: ActionSpec) -> bool:
    """Whether doing this ends a choice that is open. Looking at the image does not."""
    looks = spec.group in (Group.LOOK, Group.TOOLS, Group.MEASURE) or spec.id is ActionId.HIDE_AI
    return not looks and spec.layer is Layer.ALWAYS


def _pressed_button(keys: str) -> bool:
    """Press the button that has the keyboard, for a key that means nothing else now.

    A shortcut takes a key before the button sees it. Returns: whether there was one.
    """
    button = QApplication.focusWidget()
    if keys not in ("Space", "Return", "Enter") or not isinstance(button, QAbstractButton):
        return False
    button.click()
    return True
