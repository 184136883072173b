"""Where the reader was in each study, and which studies were open lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter

from reader.storage.database import Database


@dataclass(frozen=True, slots=True)
class SavedViewport:
    """One pane as it was left; `plane` is the value of a `Plane`."""

    id: str
    plane: str
    series_key: str | None = None
    zoom: float = 1.0
    pan_mm: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """What must be known to open a study again just as it was left.

    `windows` gives (center, width) by series key; `layout` is the value of a `Layout`.
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
    selected_finding_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecentStudy:
    """A study on the welcome page. `thumbnail_png` is a small picture, or empty."""

    study_uid: str
    paths: tuple[str, ...]
    description: str
    opened_at: datetime
    findings: int = 0
    unreviewed: int = 0
    signed: bool = False
    thumbnail_png: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class _Recent:
    """The part of a `RecentStudy` that has no column of its own."""

    paths: tuple[str, ...]
    description: str
    findings: int
    unreviewed: int
    signed: bool


_PLACE = TypeAdapter(ReadingPlace)
_RECENT = TypeAdapter(_Recent)


class PlaceStore:
    """Saves and finds reading places and recent studies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_place(self, place: ReadingPlace, at: datetime) -> None:
        """Keep the place of a study instead of an earlier one. Raises: StorageError."""
        self._database.execute(
            "INSERT OR REPLACE INTO reading_place VALUES (?, ?, ?)",
            (place.study_uid, at.isoformat(), _PLACE.dump_json(place).decode()),
        )

    def place(self, study_uid: str) -> ReadingPlace | None:
        """Where the reader was in a study. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT place FROM reading_place WHERE study_uid = ?", (study_uid,)
        )
        return _PLACE.validate_json(rows[0][0]) if rows else None

    def last_place(self) -> ReadingPlace | None:
        """Where the reader was last, in whatever study. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT place FROM reading_place ORDER BY saved_at DESC LIMIT 1"
        )
        return _PLACE.validate_json(rows[0][0]) if rows else None

    def save_recent(self, recent: RecentStudy) -> None:
        """Put a study at the top of the list. Raises: StorageError."""
        rest = _Recent(
            recent.paths, recent.description, recent.findings, recent.unreviewed, recent.signed
        )
        self._database.execute(
            "INSERT OR REPLACE INTO recent_study VALUES (?, ?, ?, ?)",
            (
                recent.study_uid,
                recent.opened_at.isoformat(),
                _RECENT.dump_json(rest).decode(),
                recent.thumbnail_png,
            ),
        )

    def recents(self, limit: int = 12) -> list[RecentStudy]:
        """The studies opened last, newest first. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT study_uid, opened_at, recent, thumbnail FROM recent_study "
            "ORDER BY opened_at DESC LIMIT ?",
            (limit,),
        )
        return [_recent(*row) for row in rows]

    def forget_recent(self, study_uid: str) -> None:
        """Take a study off the list; what was decided in it stays. Raises: StorageError."""
        self._database.execute("DELETE FROM recent_study WHERE study_uid = ?", (study_uid,))


def _recent(study_uid: str, opened_at: str, text: str, thumbnail: bytes | None) -> RecentStudy:
    rest = _RECENT.validate_json(text)
    return RecentStudy(
        study_uid=study_uid,
        paths=rest.paths,
        description=rest.description,
        opened_at=datetime.fromisoformat(opened_at),
        findings=rest.findings,
        unreviewed=rest.unreviewed,
        signed=rest.signed,
        thumbnail_png=thumbnail or b"",
    )
