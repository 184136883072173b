"""Which key means which action, in the mode and layer that are in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from PySide6.QtGui import QKeySequence

from reader.core.keymap import KeyProfile, Keys
from reader.core.text import say
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
_OURS: Final = KeyProfile("", "")
_OWN, _PROFILE, _DEFAULT = 0, 1, 2


@cache
def portable(keys: str) -> str:
    """One way to write a key combination, so that two spellings compare equal."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def is_combination(keys: str) -> bool:
    """Whether Qt understands this as one combination of keys."""
    sequence = QKeySequence(keys)
    return sequence.count() == 1 and bool(portable(keys))


def key_label(keys: str) -> str:
    """A combination as it is printed on key caps: `Ctrl K`."""
    if keys.endswith("++"):
        parts = [*keys[:-2].split("+"), "+"]
    else:
        parts = keys.split("+") if keys != "+" else ["+"]
    return " ".join(_SIGNS.get(part, part) for part in parts if part)


def share_a_mode(one: ActionSpec, other: ActionSpec) -> bool:
    """Whether a key cannot mean both: it would mean two things in one mode and layer."""
    return one.layer is other.layer and bool(one.modes & other.modes)


class Keymap:
    """All key combinations with what they mean.

    A person's own keys come before the profile's and these before the actions' own: a
    combination that is given away is taken from every action that had it by less.
    """

    def __init__(
        self,
        specs: Iterable[ActionSpec],
        profile: KeyProfile = _OURS,
        own: Mapping[str, Keys] | None = None,
    ) -> None:
        self._specs = {spec.id: spec for spec in specs}
        self._keys: dict[ActionId, Keys] = {}
        self._meanings: dict[str, list[ActionSpec]] = {}
        given = [(*_given(spec, profile, own or {}), spec) for spec in self._specs.values()]
        for _, keys, spec in sorted(given, key=lambda entry: entry[0]):
            self._keys[spec.id] = tuple(k for k in keys if self._is_free(k, spec))
            for key in self._keys[spec.id]:
                self._meanings.setdefault(portable(key), []).append(spec)

    @property
    def meanings(self) -> Mapping[str, list[ActionSpec]]:
        """Every combination with the actions it may mean."""
        return self._meanings

    def keys_of(self, action_id: ActionId) -> Keys:
        """The combinations that mean an action."""
        return self._keys[action_id]

    def shown_key(self, action_id: ActionId) -> str:
        """What is printed beside an action; empty when it has no key."""
        spec = self._specs[action_id]
        keys = self._keys[spec.same_key_as or action_id]
        label = key_label(keys[0]) if keys else ""
        return tr(say("hold {key}", key=label)) if spec.is_held and label else label

    def repeats(self, keys: str) -> bool:
        """Whether holding a combination goes on doing one of the things it means.

        One that anywhere decides on a finding does so nowhere.
        """
        specs = self._meanings.get(portable(keys), ())
        return any(s.repeats for s in specs) and not any(s.decides for s in specs)

    def action_for(self, keys: str, mode: Mode, layer: Layer) -> ActionId | None:
        """What a combination means now: a choice's own keys come before the mode's."""
        in_mode = [s for s in self._meanings.get(portable(keys), ()) if mode in s.modes]
        for wanted in (layer, Layer.ALWAYS):
            for spec in in_mode:
                if spec.layer is wanted:
                    return spec.id
        return None

    def rivals(self, action_id: ActionId, keys: str) -> list[ActionSpec]:
        """The other actions that a combination could then no longer mean."""
        spec = self._specs[action_id]
        return [
            other
            for other in self._meanings.get(portable(keys), ())
            if other.id is not action_id and share_a_mode(spec, other)
        ]

    def _is_free(self, keys: str, spec: ActionSpec) -> bool:
        if not is_combination(keys):
            return False
        taken = self._meanings.get(portable(keys), ())
        return not any(share_a_mode(spec, other) for other in taken)


def _given(spec: ActionSpec, profile: KeyProfile, own: Mapping[str, Keys]) -> tuple[int, Keys]:
    name = spec.id.value
    if name in own:
        return _OWN, own[name]
    if name in profile.keys:
        return _PROFILE, profile.keys[name]
    return _DEFAULT, spec.keys
