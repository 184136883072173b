"""A person's own keys as a small JSON file that can be carried to another machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from reader.core.errors import StorageError, UnreadableError
from reader.core.keymap import Keys
from reader.core.text import say
from reader.storage.small_file import write_text

FORMAT = "reading-room-keys"
VERSION = 1


def read_keymap(path: Path) -> dict[str, Keys]:
    """The keys by action; empty where there is no file.

    Raises: UnreadableError: it is no file of keys. Whether the actions exist is not checked.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT or found["version"] != VERSION:
            raise ValueError("another kind of file")
        return {_text(action): tuple(map(_text, keys)) for action, keys in found["keys"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableError(
            say("The file {name} holds no keys of Reading Room.", name=path.name),
            say("Choose a file that was exported from the page where keys are changed."),
        ) from error


def write_keymap(path: Path, keys: Mapping[str, Keys]) -> None:
    """Write the keys in one step: the old file or the new one, never half of one.

    Raises: StorageError: they were not saved; the old file is untouched.
    """
    document = {"format": FORMAT, "version": VERSION, "keys": {a: list(k) for a, k in keys.items()}}
    text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    try:
        write_text(path, text)
    except OSError as error:
        raise StorageError(
            say("The keys were not saved: {why}.", why=error.strerror or type(error).__name__),
            say("They hold until you close Reading Room. Check the disk, then change them again."),
        ) from error


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError("keys and actions are text")
    return found
