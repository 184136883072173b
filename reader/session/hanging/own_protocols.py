"""The reader's own hanging protocols, and which protocol was chosen for a kind of study.

One TOML file for each protocol in a folder beside the settings, and `choices.json` with
{kind of study: protocol id}. Both may be edited or deleted by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from reader.core.errors import StorageError
from reader.core.text import Text, say
from reader.session.hanging.protocol_files import load_protocols, text_of
from reader.session.hanging.protocols import Protocol
from reader.storage.small_file import write_text

CHOICES: Final = "choices.json"
_LONGEST_ID: Final = 60


class OwnProtocols:
    """Reads at the start, writes at every change. Raises: StorageError, in what writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.protocols, complaints = load_protocols(folder, is_own=True)
        self.complaints: list[Text] = complaints
        self._choices = self._read_choices()

    def save(self, protocol: Protocol) -> None:
        """Keep a protocol, in the place of an own one of the same id."""
        self._write(self._path(protocol.id), text_of(protocol))
        others = tuple(one for one in self.protocols if one.id != protocol.id)
        self.protocols = (*others, protocol)

    def delete(self, protocol_id: str) -> Protocol | None:
        """Remove an own protocol. Returns: it, so that it can be saved again."""
        gone = next((one for one in self.protocols if one.id == protocol_id), None)
        if gone is None:
            return None
        try:
            self._path(protocol_id).unlink(missing_ok=True)
        except OSError as error:
            raise _not_saved(error) from error
        self.protocols = tuple(one for one in self.protocols if one.id != protocol_id)
        return gone

    def chosen_for(self, kind_key: str) -> str | None:
        """The id of the protocol chosen for good for a kind of study."""
        return self._choices.get(kind_key)

    def choose(self, kind_key: str, protocol_id: str | None) -> None:
        """Always hang such a study by this protocol; None: by the best score again."""
        choices = {key: one for key, one in self._choices.items() if key != kind_key}
        if protocol_id is not None:
            choices[kind_key] = protocol_id
        text = json.dumps(choices, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        self._write(self._folder / CHOICES, text)
        self._choices = choices

    def _path(self, protocol_id: str) -> Path:
        """A file may have been named by hand; one is found by what it holds."""
        for path in sorted(self._folder.glob("*.toml")) if self._folder.is_dir() else ():
            with suppress(OSError, UnicodeDecodeError):
                if f'id = "{protocol_id}"' in path.read_text(encoding="utf-8"):
                    return path
        return self._folder / f"{protocol_id}.toml"

    def _write(self, path: Path, text: str) -> None:
        try:
            write_text(path, text)
        except OSError as error:
            raise _not_saved(error) from error

    def _read_choices(self) -> dict[str, str]:
        try:
            found = json.loads((self._folder / CHOICES).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            found = None
        if not isinstance(found, dict):
            self.complaints.append(
                say("The chosen hanging protocols could not be read. The best fit is used.")
            )
            return {}
        return {str(key): one for key, one in found.items() if isinstance(one, str)}


def fresh_id(name: str, taken: Collection[str]) -> str:
    """An id made of a name, different from those taken: `ct-chest-2`."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    base = "-".join(words)[:_LONGEST_ID] or "protocol"
    number, found = 1, f"own-{base}"
    while found in taken:
        number += 1
        found = f"own-{base}-{number}"
    return found


def _not_saved(error: OSError) -> StorageError:
    return StorageError(
        say("The hanging protocol was not saved: {why}.", why=error.strerror or "disk"),
        say("Check the disk, then save it again."),
    )
