"""Where the windows were on the screens, in a small file beside the settings."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from reader.storage.small_file import write_text


@dataclass(frozen=True, slots=True)
class WindowPlace:
    """A window's frame in the coordinates of all screens, and the screen it was on.

    The rectangle is that of the window when it is not maximised.
    """

    x: int
    y: int
    width: int
    height: int
    maximized: bool = False
    screen: str = ""


class WindowPlaces:
    """Read at the start, written when a window was moved. A disk that refuses is no harm."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places = _read(path)

    def of(self, window: str) -> WindowPlace | None:
        """Where a window was last."""
        return self._places.get(window)

    def keep(self, window: str, place: WindowPlace) -> None:
        """Write down where a window is, if that is somewhere else."""
        if self._places.get(window) == place:
            return
        self._places[window] = place
        places = {name: asdict(one) for name, one in self._places.items()}
        with suppress(OSError):
            write_text(self._path, json.dumps(places, indent=2) + "\n")


def _read(path: Path) -> dict[str, WindowPlace]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: _place(entry) for name, entry in found.items()}
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return {}


def _place(entry: dict[str, object]) -> WindowPlace:
    numbers = [entry[name] for name in ("x", "y", "width", "height")]
    if not all(type(n) is int and abs(n) < 100_000 for n in numbers):
        raise ValueError("A window's place is four whole numbers.")
    x, y, width, height = (int(str(n)) for n in numbers)
    return WindowPlace(
        x, y, width, height, entry.get("maximized") is True, str(entry.get("screen", ""))
    )
