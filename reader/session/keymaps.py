"""Which keys are in force: a profile, and on top of it what the person changed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from reader.core.errors import UnreadableError
from reader.core.keymap import PROFILE_IDS, KeyProfile, Keys, MouseAct, MouseInput, MouseMap
from reader.core.text import say
from reader.session.events import SessionEvents
from reader.session.notices import Notices
from reader.storage.keymap_file import read_keymap, write_keymap


def load_profile(path: Path) -> KeyProfile:
    """A profile of `resources/keymaps`. Raises: UnreadableError."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return KeyProfile(
            id=path.stem,
            name=found["name"],
            keys={action: _keys(keys) for action, keys in found.get("keys", {}).items()},
            mouse=MouseMap({MouseInput(k): MouseAct(v) for k, v in found.get("mouse", {}).items()}),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(
            say("The keys of {name} could not be read.", name=path.stem),
            say("Put back the folder `keymaps` that came with Reading Room."),
        ) from error


def _keys(found: Any) -> Keys:  # noqa: ANN401 - a file may hold anything
    return (found,) if isinstance(found, str) else tuple(str(key) for key in found)


class Keymaps:
    """The profile in force and the person's own keys. Main thread.

    A profile or a file that cannot be read is told of and stands in nobody's way: the
    actions' own keys hold then.
    """

    def __init__(
        self,
        folder: Path,
        own_file: Path,
        events: SessionEvents,
        notices: Notices,
        wanted: Callable[[], str],
    ) -> None:
        self._folder = folder
        self._own_file = own_file
        self._events = events
        self._notices = notices
        self._wanted = wanted
        self._own: dict[str, Keys] = {}
        if not notices.attempt(lambda: self._own.update(read_keymap(own_file))):
            with suppress(OSError):
                own_file.replace(own_file.with_name(own_file.name + ".damaged"))
        self.profile = self._load(wanted())
        events.settings_changed.connect(self._follow_settings)

    @property
    def own(self) -> Mapping[str, Keys]:
        """What the person changed, by action."""
        return MappingProxyType(self._own)

    def change(self, changes: Mapping[str, Keys]) -> None:
        """Give actions other keys, an empty tuple for none. They hold even if not saved."""
        self._keep({**self._own, **changes})

    def reset(self, *actions: str) -> None:
        """Give actions the profile's keys again; all actions where none is named."""
        gone = actions or tuple(self._own)
        self._keep({a: keys for a, keys in self._own.items() if a not in gone})

    def export(self, path: Path) -> None:
        """Write the person's own keys elsewhere. Raises: StorageError."""
        write_keymap(path, self._own)

    def take_in(self, path: Path) -> None:
        """Use the keys of a file in place of the person's own. Raises: UnreadableError."""
        if not path.is_file():
            raise UnreadableError(
                say("The file {name} is not there.", name=path.name), say("Choose another file.")
            )
        self._keep(read_keymap(path))

    def _keep(self, own: dict[str, Keys]) -> None:
        self._own = own
        self._notices.attempt(lambda: write_keymap(self._own_file, own))
        self._events.keymap_changed.emit()

    def _follow_settings(self, _settings: object) -> None:
        if self._wanted() != self.profile.id:
            self.profile = self._load(self._wanted())
            self._events.keymap_changed.emit()

    def _load(self, profile_id: str) -> KeyProfile:
        loaded: list[KeyProfile] = []
        path = self._folder / f"{profile_id}.toml"
        self._notices.attempt(lambda: loaded.append(load_profile(path)))
        return loaded[0] if loaded else KeyProfile(profile_id, PROFILE_NAMES[profile_id])


PROFILE_NAMES: Final = dict(
    zip(PROFILE_IDS, ("Reading Room", "OHIF", "Weasis", "3D Slicer"), strict=True)
)
"""Products' names, for lists that are shown before a file is read."""
