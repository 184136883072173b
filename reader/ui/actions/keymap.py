"""Which key means which action, in the mode and layer that are in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtGui import QKeySequence

from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId, ActionSpec, Layer
from reader.ui.translate import tr

_SIGNS: Final = {
    "Return": "Enter",
    "Escape": "Esc",
    "Up": "↑",
    "Down": "↓",
    "Left": "←",
    "Right": "→",
    "PgDown": "PgDn",
}


def portable(keys: str) -> str:
    """One way to write a key combination, so that two spellings compare equal."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def key_label(keys: str) -> str:
    """A combination as it is printed on key caps: `Ctrl K`."""
    if keys.endswith("++"):
        parts = [*keys[:-2].split("+"), "+"]
    else:
        parts = keys.split("+") if keys != "+" else ["+"]
    return " ".join(_SIGNS.get(part, part) for part in parts if part)


def shown_key(spec: ActionSpec) -> str:
    """What is printed beside an action; empty when it has no key."""
    if spec.shown_key is not None:
        return tr(spec.shown_key)
    return key_label(spec.keys[0]) if spec.keys else ""


class Keymap:
    """All key combinations with what they mean."""

    def __init__(self, specs: Iterable[ActionSpec]) -> None:
        self._meanings: dict[str, list[ActionSpec]] = {}
        for spec in specs:
            for keys in spec.keys:
                self._meanings.setdefault(portable(keys), []).append(spec)

    @property
    def meanings(self) -> Mapping[str, list[ActionSpec]]:
        """Every combination with the actions it may mean."""
        return self._meanings

    def repeats(self, keys: str) -> bool:
        """Whether holding a combination goes on doing what it means."""
        return any(spec.repeats for spec in self._meanings.get(portable(keys), ()))

    def action_for(self, keys: str, mode: Mode, layer: Layer) -> ActionId | None:
        """What a combination means now: a choice's own keys come before the mode's."""
        in_mode = [s for s in self._meanings.get(portable(keys), ()) if mode in s.modes]
        for wanted in (layer, Layer.ALWAYS):
            for spec in in_mode:
                if spec.layer is wanted:
                    return spec.id
        return None
