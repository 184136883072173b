"""The settings as a small JSON file that a person may edit, and may break."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from reader.core.errors import StorageError
from reader.core.settings import Settings
from reader.core.text import Text, say
from reader.storage.small_file import write_text


def load_settings(path: Path) -> tuple[Settings, list[Text]]:
    """The settings in a file, and a sentence for each thing in it that was not understood.

    A missing file gives the defaults, a wrong value its own default, and a file that is
    no JSON object at all is kept beside as `<name>.damaged`. Raises nothing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(), []
    except (OSError, UnicodeDecodeError):
        return Settings(), [say("The settings could not be read. The defaults are used.")]
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return Settings(), [_kept_aside(path)]
    _bring_up_to_date(found)
    values: dict[str, Any] = {}
    notices = []
    for option in dataclasses.fields(Settings):
        if option.name not in found:
            continue
        if _fits(option, found[option.name]):
            values[option.name] = found[option.name]
        else:
            notices.append(
                say(
                    "The setting {name} had no usable value. Its default is used.", name=option.name
                )
            )
    return Settings(**values), notices


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings in one step: the old file or the new one, never half of one.

    Raises: StorageError: they were not saved; the old file is untouched.
    """
    text = json.dumps(dataclasses.asdict(settings), indent=2, ensure_ascii=False) + "\n"
    try:
        write_text(path, text)
    except OSError as error:
        raise StorageError(
            say("The settings were not saved: {why}.", why=error.strerror or type(error).__name__),
            say("They hold until you close Reading Room. Check the disk, then change them again."),
        ) from error


def _bring_up_to_date(found: dict[str, Any]) -> None:
    """What earlier versions wrote under another name."""
    if found.get("smooth_images") is False:
        found.setdefault("image_interpolation", "nearest")


def _fits(option: dataclasses.Field[Any], value: object) -> bool:
    """Whether a value read has the option's type and lies within its bounds."""
    expected = type(option.default)
    if type(value) is not expected and not (expected is float and type(value) is int):
        return False
    limits = option.metadata
    if limits["choices"] and value not in limits["choices"]:
        return False
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    low, high = limits["minimum"], limits["maximum"]
    return (low is None or value >= low) and (high is None or value <= high)


def _kept_aside(path: Path) -> Text:
    aside = path.with_name(path.name + ".damaged")
    try:
        path.replace(aside)
    except OSError:
        return say("The settings could not be read. The defaults are used.")
    return say(
        "The settings could not be understood. The defaults are used; the file was kept as {name}.",
        name=aside.name,
    )
