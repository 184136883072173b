"""Where the reader was in each study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from reader.storage.database import Database

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_Row = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class SavedViewport:
    """One pane as it was left; `plane`, `kind` and `projection` are values of their enums."""

    id: str
    plane: str
    series_key: str | None = None
    zoom: float = 1.0
    pan_mm: tuple[float, float] = (0.0, 0.0)
    kind: str = "slices"
    slab_mm: float = 0.0
    projection: str = "mip"
    fused_key: str | None = None
    fusion_opacity: float = 0.5
    look: str = ""
    quarter_turns: int = 0
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """What must be known to open a study again just as it was left.

    `windows` gives (center, width) by series key, followed by a tab and the look where a
    series is seen in several ways; `window_curves` (function, name) of those that are not
    LINEAR_EXACT; `inverted` whether black and white were swapped. `layout` is the value of a
    `Layout`, `protocol` the id of the hanging protocol in force.
    """

    study_uid: str
    paths: tuple[str, ...]
    series_key: str | None = None
    cursor_lps_mm: tuple[float, float, float] | None = None
    layout: str | None = None
    active_viewport: str | None = None
    maximized_viewport: str | None = None
    viewports: tuple[SavedViewport, ...] = ()
    windows: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    window_curves: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    selected_finding_id: str | None = None
    inverted: Mapping[str, bool] = field(default_factory=dict)
    protocol: str | None = None
    tilt_rows: tuple[_Row, _Row, _Row] | None = None
    """How the planes were turned: the rotation's rows, and the point they went through."""
    tilt_pivot_mm: _Row = (0.0, 0.0, 0.0)


@cache
def _places() -> TypeAdapter[ReadingPlace]:
    # The window opens without pydantic.
    from pydantic import TypeAdapter

    return TypeAdapter(ReadingPlace)


def _text_of(place: ReadingPlace) -> str:
    """JSON in ASCII: a file's name may hold bytes that are no text."""
    return json.dumps(_places().dump_python(place))


def _place_in(text: str) -> ReadingPlace:
    return _places().validate_python(json.loads(text))


class PlaceStore:
    """Saves and finds reading places."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_place(self, place: ReadingPlace, at: datetime) -> None:
        """Keep the place of a study instead of an earlier one. Raises: StorageError."""
        self._database.execute(
            "INSERT OR REPLACE INTO reading_place VALUES (?, ?, ?)",
            (place.study_uid, at.isoformat(), _text_of(place)),
        )

    def place(self, study_uid: str) -> ReadingPlace | None:
        """Where the reader was in a study. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT place FROM reading_place WHERE study_uid = ?", (study_uid,)
        )
        return _place_in(rows[0][0]) if rows else None

    def last_place(self) -> ReadingPlace | None:
        """Where the reader was last, in whatever study. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT place FROM reading_place ORDER BY saved_at DESC LIMIT 1"
        )
        return _place_in(rows[0][0]) if rows else None
