"""Buttons that are actions: words and icon come from the spec, the key from the keymap."""

from __future__ import annotations

from reader.core.text import Text
from reader.ui.actions.action import ActionId
from reader.ui.actions.actions import Actions
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.key_cap import KeyCap
from reader.ui.icons import Icon
from reader.ui.theme import Theme
from reader.ui.translate import tr


class ActionButton(Button):
    """A button that does one action and is off while it cannot be done."""

    def __init__(
        self,
        theme: Theme,
        actions: Actions,
        action_id: ActionId,
        *,
        kind: ButtonKind = ButtonKind.NORMAL,
        compact: bool = False,
        with_icon: bool = True,
        key_first: bool = False,
        large: bool = False,
        wide: bool = False,
        text: Text | None = None,
    ) -> None:
        spec = actions.spec(action_id)
        super().__init__(
            theme,
            tr(text or spec.text),
            icon=spec.icon if with_icon else None,
            keys=actions.shown_key(action_id),
            kind=kind,
            compact=compact,
            key_first=key_first,
            large=large,
            wide=wide,
        )
        self.action_id = action_id
        self._actions = actions
        self.clicked.connect(lambda: actions.trigger(action_id))
        actions.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.setEnabled(self._actions.is_enabled(self.action_id))
        self.set_keys(self._actions.shown_key(self.action_id))


class ActionIconButton(IconButton):
    """An icon that does one action; the tooltip names it and its key."""

    def __init__(
        self,
        theme: Theme,
        actions: Actions,
        action_id: ActionId,
        *,
        side: int = 32,
        icon: Icon | None = None,
    ) -> None:
        spec = actions.spec(action_id)
        super().__init__(theme, icon or spec.icon, tr(spec.text), side=side)
        self.action_id = action_id
        self._actions = actions
        self.clicked.connect(lambda: actions.trigger(action_id))
        actions.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.setEnabled(self._actions.is_enabled(self.action_id))
        spec = self._actions.spec(self.action_id)
        self.set_name(tr(spec.text), self._actions.shown_key(self.action_id))


class ActionKeyCap(KeyCap):
    """The key of an action, printed where no button is."""

    def __init__(self, theme: Theme, actions: Actions, action_id: ActionId) -> None:
        super().__init__(theme, actions.shown_key(action_id))
        self.action_id = action_id
        self._actions = actions
        actions.keymap_changed.connect(self._follow)

    def _follow(self) -> None:
        self.show_keys(self._actions.shown_key(self.action_id))
