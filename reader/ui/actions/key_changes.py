"""Giving an action another key, and what that takes from others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from reader.core.keymap import Keys
from reader.ui.actions.action import ActionId
from reader.ui.actions.keymap import Keymap, portable

_MODIFIERS = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown,
)  # fmt: skip
_THE_WINDOWS = (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
"""Keys that lead out of everything; whoever could take them away could not get back."""


def may_be_given(key: Qt.Key) -> bool:
    """Whether a key may mean an action of the person's choice."""
    return key not in _MODIFIERS and key not in _THE_WINDOWS


def pressed(combination: QKeyCombination) -> Keys:
    """The combinations that one press stands for, in Qt's notation; the printed one first.

    A sign typed with Shift arrives with or without it, and there are two Enter keys.
    """
    key = combination.key()
    modifiers = combination.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return tuple(_written(modifiers, k) for k in (Qt.Key.Key_Return, Qt.Key.Key_Enter))
    is_sign = Qt.Key.Key_Exclam.value <= key.value <= Qt.Key.Key_AsciiTilde.value and not (
        Qt.Key.Key_A.value <= key.value <= Qt.Key.Key_Z.value
        or Qt.Key.Key_0.value <= key.value <= Qt.Key.Key_9.value
    )
    if is_sign and modifiers == Qt.KeyboardModifier.ShiftModifier:
        return _written(Qt.KeyboardModifier.NoModifier, key), _written(modifiers, key)
    return (_written(modifiers, key),)


def _written(modifiers: Qt.KeyboardModifier, key: Qt.Key) -> str:
    return QKeySequence(QKeyCombination(modifiers, key)).toString(
        QKeySequence.SequenceFormat.PortableText
    )


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What a person wants: these keys for an action, in place of its own or beside them."""

    action_id: ActionId
    keys: Keys
    adds: bool = False


def rivals(keymap: Keymap, change: KeyChange) -> list[ActionId]:
    """The actions that would lose a key, each once."""
    found = [s.id for key in change.keys for s in keymap.rivals(change.action_id, key)]
    return list(dict.fromkeys(found))


def can_swap(keymap: Keymap, change: KeyChange) -> bool:
    """Whether the one rival there is may have the key that is given up."""
    losing = rivals(keymap, change)
    given_up = keymap.keys_of(change.action_id)
    if change.adds or len(losing) != 1 or not given_up:
        return False
    return all(
        other.id is change.action_id for key in given_up for other in keymap.rivals(losing[0], key)
    )


def changed_keys(keymap: Keymap, change: KeyChange, swap: bool = False) -> dict[str, Keys]:
    """The keys of every action that the change concerns, by the action's name.

    `swap`: the rival gets what is given up; without it only loses what is taken.
    """
    before = keymap.keys_of(change.action_id)
    wanted = _without_twins((*before, *change.keys) if change.adds else change.keys)
    taken = {portable(key) for key in change.keys}
    changes: dict[str, Keys] = {change.action_id.value: wanted}
    for rival in rivals(keymap, change):
        left = tuple(k for k in keymap.keys_of(rival) if portable(k) not in taken)
        changes[rival.value] = _without_twins((*before, *left)) if swap else left
    return changes


def _without_twins(keys: Sequence[str]) -> Keys:
    return tuple({portable(key): key for key in keys}.values())
