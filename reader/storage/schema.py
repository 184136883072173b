"""The shape of the database, as the steps that lead to it.

A released step never changes; a change of shape is a new step at the end. What the
reader did (`ledger`) and what was measured (`finding_revision`) can only be added to:
triggers refuse anything else, whoever asks.
"""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x52524F4D
"""Marks the file as ours ("RROM"). Source: https://www.sqlite.org/pragma.html"""


def _append_only(table: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for act in ("UPDATE", "DELETE")
    )


_LEDGER_AND_RESULTS: Final = (
    """
    CREATE TABLE ledger (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        record_id TEXT NOT NULL UNIQUE,
        study_uid TEXT NOT NULL,
        kind TEXT NOT NULL,
        reviewer_name TEXT NOT NULL,
        reviewer_organization TEXT NOT NULL,
        at TEXT NOT NULL,
        finding_id TEXT,
        revision_id TEXT,
        decision TEXT,
        reason TEXT,
        undoes TEXT REFERENCES ledger (record_id),
        refers_to TEXT REFERENCES ledger (record_id)
    )
    """,
    "CREATE INDEX ledger_by_study ON ledger (study_uid, sequence)",
    *_append_only("ledger"),
    """
    CREATE TABLE finding_revision (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        revision_id TEXT NOT NULL UNIQUE,
        finding_id TEXT NOT NULL,
        study_uid TEXT NOT NULL,
        finding TEXT NOT NULL
    )
    """,
    "CREATE INDEX finding_revision_by_study ON finding_revision (study_uid, sequence)",
    *_append_only("finding_revision"),
    """
    CREATE TABLE model_run (
        run_id TEXT PRIMARY KEY,
        study_uid TEXT NOT NULL,
        series_key TEXT NOT NULL,
        run TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE segmentation (
        segmentation_id TEXT PRIMARY KEY,
        study_uid TEXT NOT NULL,
        series_key TEXT NOT NULL,
        grid TEXT NOT NULL,
        UNIQUE (study_uid, series_key)
    )
    """,
    """
    CREATE TABLE segment (
        segmentation_id TEXT NOT NULL REFERENCES segmentation (segmentation_id),
        label INTEGER NOT NULL,
        segment TEXT NOT NULL,
        PRIMARY KEY (segmentation_id, label)
    )
    """,
    """
    CREATE TABLE label_change (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        segmentation_id TEXT NOT NULL REFERENCES segmentation (segmentation_id),
        record_id TEXT NOT NULL UNIQUE REFERENCES ledger (record_id),
        box TEXT NOT NULL,
        voxels BLOB NOT NULL
    )
    """,
    "CREATE INDEX label_change_by_segmentation ON label_change (segmentation_id, sequence)",
    """
    CREATE TABLE label_snapshot (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        segmentation_id TEXT NOT NULL REFERENCES segmentation (segmentation_id),
        after_change INTEGER NOT NULL,
        labels BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE heatmap (
        study_uid TEXT NOT NULL,
        series_key TEXT NOT NULL,
        run_id TEXT NOT NULL REFERENCES model_run (run_id),
        kind TEXT NOT NULL,
        grid TEXT NOT NULL,
        scores BLOB NOT NULL,
        PRIMARY KEY (study_uid, series_key)
    )
    """,
)

_PLACES: Final = (
    """
    CREATE TABLE reading_place (
        study_uid TEXT PRIMARY KEY,
        saved_at TEXT NOT NULL,
        place TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE recent_study (
        study_uid TEXT PRIMARY KEY,
        opened_at TEXT NOT NULL,
        recent TEXT NOT NULL,
        thumbnail BLOB
    )
    """,
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (_LEDGER_AND_RESULTS, _PLACES)
"""Step n leads from schema version n to n + 1; each runs in one transaction."""
