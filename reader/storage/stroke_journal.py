"""Every change of a segmentation's voxels, in order, beside the ledger row that made it."""

from __future__ import annotations

import json

from reader.core.geometry import IndexBox
from reader.core.label_change import LabelChange
from reader.storage.database import Database
from reader.storage.packing import pack_change, unpack_change


class StrokeJournal:
    """Bounding-box changes. Played in order over a snapshot they give the label map."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, record_id: str, segmentation_id: str, change: LabelChange) -> None:
        """Add the change made by a ledger row, which must already be there.

        Raises: StorageError: nothing was written.
        """
        self._database.execute(
            "INSERT INTO label_change (segmentation_id, record_id, box, voxels) "
            "VALUES (?, ?, ?, ?)",
            (segmentation_id, record_id, json.dumps(change.box), pack_change(change)),
        )

    def change_of(self, record_id: str) -> LabelChange | None:
        """The voxels a ledger row changed; None if it changed none. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT box, voxels FROM label_change WHERE record_id = ?", (record_id,)
        )
        return unpack_change(rows[0][1], _box(rows[0][0])) if rows else None

    def changes_after(self, segmentation_id: str, sequence: int) -> list[LabelChange]:
        """The changes made after one of them, oldest first. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT box, voxels FROM label_change WHERE segmentation_id = ? AND sequence > ? "
            "ORDER BY sequence",
            (segmentation_id, sequence),
        )
        return [unpack_change(voxels, _box(box)) for box, voxels in rows]

    def changes_about(self, segmentation_id: str, finding_id: str) -> list[LabelChange]:
        """The changes made by rows about one finding, oldest first. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT box, voxels FROM label_change JOIN ledger USING (record_id) "
            "WHERE segmentation_id = ? AND finding_id = ? ORDER BY label_change.sequence",
            (segmentation_id, finding_id),
        )
        return [unpack_change(voxels, _box(box)) for box, voxels in rows]

    def last_sequence(self, segmentation_id: str) -> int:
        """The number of the newest change; 0 before the first. Raises: StorageError."""
        rows = self._database.execute(
            "SELECT max(sequence) FROM label_change WHERE segmentation_id = ?", (segmentation_id,)
        )
        return int(rows[0][0] or 0)


def _box(text: str) -> IndexBox:
    k, j, i = json.loads(text)
    return (k[0], k[1]), (j[0], j[1]), (i[0], i[1])
