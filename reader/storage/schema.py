"""The shape of the database, as the steps that lead to it.

A released step never changes; a change of shape is a new step at the end. What the
reader did (`ledger`) and what was measured (`finding_revision`) can only be added to:
triggers refuse anything else, whoever asks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from reader.core.study import Patient, StudySummary
from reader.storage.search_words import search_words

Execute = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]
Statement = str | Callable[[Execute], None]
"""SQL, or what SQL alone cannot do, with the means to run it."""

_MODALITIES: Final = re.compile(r"[A-Z]{2,3}(/[A-Z]{2,3})*")

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


def _recents_into_index(execute: Execute) -> None:
    """Keep the studies listed so far; the rest about them is learnt when they are opened."""
    rows = execute("SELECT study_uid, opened_at, recent, thumbnail FROM recent_study", ())
    for study_uid, opened_at, text, thumbnail in rows:
        recent = json.loads(text)
        who, found, description = _parts_of(recent["description"])
        # What was written first was the number or the name; as a name it ties no studies together.
        summary = StudySummary(study_uid, Patient(name=who), description, "", found, 0, 0)
        execute(
            "INSERT INTO study (study_uid, patient_name, description, modalities, places, words, "
            "found_at, opened_at, touched_at, findings, unreviewed, signed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                study_uid, who, description, "\\".join(("", *found, "")),
                json.dumps([recent["paths"]]), search_words(summary, ""), opened_at, opened_at,
                opened_at, recent["findings"], recent["unreviewed"], int(recent["signed"]),
            ),
        )  # fmt: skip
        if thumbnail:
            execute("INSERT INTO study_thumbnail VALUES (?, ?)", (study_uid, thumbnail))


def _parts_of(description: str) -> tuple[str, tuple[str, ...], str]:
    """Person, modalities and description out of a line that left out what was empty."""
    parts = description.split(" \u00b7 ")
    for place in (1, 0):
        if place < len(parts) and _MODALITIES.fullmatch(parts[place]):
            rest = " \u00b7 ".join(parts[place + 1 :])
            return parts[0] if place else "", tuple(parts[place].split("/")), rest
    return "", (), description


_STUDY_INDEX: Final[tuple[Statement, ...]] = (
    """
    CREATE TABLE study (
        study_uid TEXT PRIMARY KEY,
        patient_id TEXT NOT NULL DEFAULT '',
        patient_name TEXT NOT NULL DEFAULT '',
        birth_date TEXT NOT NULL DEFAULT '',
        sex TEXT NOT NULL DEFAULT '',
        age TEXT NOT NULL DEFAULT '',
        description TEXT NOT NULL DEFAULT '',
        study_date TEXT NOT NULL DEFAULT '',
        study_time TEXT NOT NULL DEFAULT '',
        accession TEXT NOT NULL DEFAULT '',
        modalities TEXT NOT NULL DEFAULT '',
        series_count INTEGER NOT NULL DEFAULT 0,
        image_count INTEGER NOT NULL DEFAULT 0,
        places TEXT NOT NULL,
        words TEXT NOT NULL,
        found_at TEXT NOT NULL,
        opened_at TEXT NOT NULL DEFAULT '',
        touched_at TEXT NOT NULL,
        is_new INTEGER NOT NULL DEFAULT 0,
        findings INTEGER NOT NULL DEFAULT 0,
        unreviewed INTEGER NOT NULL DEFAULT 0,
        signed INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE INDEX study_by_patient ON study (patient_id)",
    """
    CREATE TABLE series (
        study_uid TEXT NOT NULL REFERENCES study (study_uid) ON DELETE CASCADE,
        series_key TEXT NOT NULL,
        series_uid TEXT NOT NULL,
        number INTEGER,
        modality TEXT NOT NULL,
        category TEXT NOT NULL,
        description TEXT NOT NULL,
        image_count INTEGER NOT NULL,
        PRIMARY KEY (study_uid, series_key)
    )
    """,
    """
    CREATE TABLE study_thumbnail (
        study_uid TEXT PRIMARY KEY REFERENCES study (study_uid) ON DELETE CASCADE,
        png BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE watched_folder (
        path TEXT PRIMARY KEY,
        added_at TEXT NOT NULL,
        seen TEXT
    )
    """,
    _recents_into_index,
    "DROP TABLE recent_study",
)

_HEATMAPS_BY_KIND: Final = (
    "ALTER TABLE heatmap RENAME TO heatmap_before",
    """
    CREATE TABLE heatmap (
        study_uid TEXT NOT NULL,
        series_key TEXT NOT NULL,
        run_id TEXT NOT NULL REFERENCES model_run (run_id),
        kind TEXT NOT NULL,
        grid TEXT NOT NULL,
        scores BLOB NOT NULL,
        PRIMARY KEY (study_uid, series_key, kind)
    )
    """,
    "INSERT INTO heatmap SELECT * FROM heatmap_before",
    "DROP TABLE heatmap_before",
)

MIGRATIONS: Final[tuple[tuple[Statement, ...], ...]] = (
    _LEDGER_AND_RESULTS,
    _PLACES,
    _STUDY_INDEX,
    _HEATMAPS_BY_KIND,
)
"""Step n leads from schema version n to n + 1; each runs in one transaction."""
