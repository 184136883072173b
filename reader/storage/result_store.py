"""What models proposed and what findings became: runs, revisions, segmentations, heatmaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from reader.core.errors import StorageError
from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.provenance import AlgorithmIdentity
from reader.core.segmentation import Segment, Segmentation
from reader.core.text import say
from reader.storage.database import Database
from reader.storage.packing import unpack_labels, unpack_scores
from reader.storage.stroke_journal import StrokeJournal

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ModelRun:
    """One model run whose result was applied."""

    run_id: str
    series_key: str
    identity: AlgorithmIdentity
    device: str
    seconds: Mapping[str, float]
    applied_at: datetime
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    """What the card said against the run."""
    asked_by: str = ""
    """Who had it run in spite of them."""


@dataclass(frozen=True, slots=True)
class SavedResults:
    """Everything kept about a study, as it was when last saved."""

    runs: tuple[ModelRun, ...] = ()
    revisions: tuple[Finding, ...] = ()
    """All revisions of all findings, in the order they were made."""
    segmentations: tuple[Segmentation, ...] = ()
    heatmaps: tuple[tuple[str, Heatmap], ...] = ()
    """Series keys with the heatmaps on them, at most one of each kind."""


@dataclass(frozen=True, slots=True)
class _Grid:
    shape_kji: tuple[int, int, int]
    affine_kji_to_lps: tuple[tuple[float, ...], ...]
    frame_of_reference_uid: str | None


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type[Value]) -> TypeAdapter[Value]:
    if kind not in _ADAPTERS:
        # The window opens without pydantic.
        from pydantic import TypeAdapter

        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


class ResultStore:
    """Adds results and gives back those of a study. Joins the transaction around it."""

    def __init__(self, database: Database, journal: StrokeJournal) -> None:
        self._database = database
        self._journal = journal

    def has_run(self, run_id: str) -> bool:
        """Whether the result of this run was applied before. Raises: StorageError."""
        return bool(self._database.execute("SELECT 1 FROM model_run WHERE run_id = ?", (run_id,)))

    def study_of_run(self, run_id: str) -> str | None:
        """The study that the result of a run is part of. Raises: StorageError."""
        rows = self._database.execute("SELECT study_uid FROM model_run WHERE run_id = ?", (run_id,))
        return str(rows[0][0]) if rows else None

    def add_run(self, study_uid: str, run: ModelRun) -> None:
        """Note that a run was applied. Raises: StorageError."""
        self._database.execute(
            "INSERT INTO model_run VALUES (?, ?, ?, ?)",
            (run.run_id, study_uid, run.series_key, _text(run)),
        )

    def add_revision(self, study_uid: str, finding: Finding) -> None:
        """Keep one revision of a finding. Raises: StorageError."""
        self._database.execute(
            "INSERT INTO finding_revision (revision_id, finding_id, study_uid, finding) "
            "VALUES (?, ?, ?, ?)",
            (finding.revision_id, finding.finding_id, study_uid, _text(finding)),
        )

    def add_segmentation(self, study_uid: str, segmentation: Segmentation) -> None:
        """Keep that a segmentation exists and on what grid.

        Raises: StorageError: also if the series has one, made on other images of it.
        """
        if self._database.execute(
            "SELECT 1 FROM segmentation WHERE study_uid = ? AND series_key = ?",
            (study_uid, segmentation.series_key),
        ):
            raise StorageError(
                say("Not saved: this series was read before with other images of it."),
                say("Open it with the images it had then."),
            )
        self._database.execute(
            "INSERT INTO segmentation VALUES (?, ?, ?, ?)",
            (segmentation.id, study_uid, segmentation.series_key, _grid(segmentation.geometry)),
        )

    def add_segment(self, segmentation_id: str, segment: Segment) -> None:
        """Keep the meaning of a label. Raises: StorageError: also if it has one already."""
        self._database.execute(
            "INSERT INTO segment VALUES (?, ?, ?)",
            (segmentation_id, segment.label, _text(segment)),
        )

    def segment(self, segmentation_id: str, label: int) -> Segment:
        """The meaning a label was given. Raises: KeyError, StorageError."""
        rows = self._database.execute(
            "SELECT segment FROM segment WHERE segmentation_id = ? AND label = ?",
            (segmentation_id, label),
        )
        if not rows:
            raise KeyError(label)
        return _adapter(Segment).validate_json(rows[0][0])

    def add_snapshot(self, segmentation_id: str, packed_labels: bytes) -> None:
        """Keep a whole label map, as of the newest change of the journal.

        Raises: StorageError.
        """
        self._database.execute(
            "INSERT INTO label_snapshot (segmentation_id, after_change, labels) VALUES (?, ?, ?)",
            (segmentation_id, self._journal.last_sequence(segmentation_id), packed_labels),
        )

    def set_heatmaps(
        self,
        study_uid: str,
        run: ModelRun,
        geometry: VolumeGeometry,
        packed_scores: Mapping[HeatmapKind, bytes],
    ) -> None:
        """Keep a run's heatmaps in the place of those of the run before. Raises: StorageError."""
        self._database.execute(
            "DELETE FROM heatmap WHERE study_uid = ? AND series_key = ?",
            (study_uid, run.series_key),
        )
        for kind, scores in packed_scores.items():
            self._database.execute(
                "INSERT INTO heatmap VALUES (?, ?, ?, ?, ?, ?)",
                (study_uid, run.series_key, run.run_id, kind.value, _grid(geometry), scores),
            )

    def next_label(self, segmentation_id: str) -> int:
        """A label that this segmentation never had, not even for a finding taken back.

        Raises: StorageError.
        """
        rows = self._database.execute(
            "SELECT max(label) FROM segment WHERE segmentation_id = ?", (segmentation_id,)
        )
        return int(rows[0][0] or 0) + 1

    def load(self, study_uid: str) -> SavedResults:
        """Everything of a study. Tenths of a second on a chest CT. Raises: StorageError."""
        runs = self._database.execute(
            "SELECT run FROM model_run WHERE study_uid = ? ORDER BY rowid", (study_uid,)
        )
        revisions = self._database.execute(
            "SELECT finding FROM finding_revision WHERE study_uid = ? ORDER BY sequence",
            (study_uid,),
        )
        segmentations = self._database.execute(
            "SELECT segmentation_id, series_key, grid FROM segmentation WHERE study_uid = ?",
            (study_uid,),
        )
        heatmaps = self._database.execute(
            "SELECT series_key, kind, grid, scores FROM heatmap WHERE study_uid = ?", (study_uid,)
        )
        return SavedResults(
            runs=tuple(_adapter(ModelRun).validate_json(run) for (run,) in runs),
            revisions=tuple(_adapter(Finding).validate_json(finding) for (finding,) in revisions),
            segmentations=tuple(self._segmentation(*row) for row in segmentations),
            heatmaps=tuple((key, _heatmap(*rest)) for key, *rest in heatmaps),
        )

    def _segmentation(self, segmentation_id: str, series_key: str, grid: str) -> Segmentation:
        """The newest snapshot with the later changes played over it."""
        geometry = _geometry(grid)
        snapshots = self._database.execute(
            "SELECT after_change, labels FROM label_snapshot WHERE segmentation_id = ? "
            "ORDER BY sequence DESC LIMIT 1",
            (segmentation_id,),
        )
        if snapshots:
            after, packed = snapshots[0]
            labels = unpack_labels(packed, geometry.shape_kji)
        else:
            after, labels = 0, np.zeros(geometry.shape_kji, dtype=np.uint16)
        for change in self._journal.changes_after(segmentation_id, after):
            change.put_into(labels)
        segments = self._database.execute(
            "SELECT segment FROM segment WHERE segmentation_id = ? ORDER BY label",
            (segmentation_id,),
        )
        meanings = tuple(_adapter(Segment).validate_json(segment) for (segment,) in segments)
        return Segmentation(segmentation_id, series_key, labels, geometry, meanings)


def _heatmap(kind: str, grid: str, scores: bytes) -> Heatmap:
    geometry = _geometry(grid)
    return Heatmap(unpack_scores(scores, geometry.shape_kji), geometry, HeatmapKind(kind))


def _grid(geometry: VolumeGeometry) -> str:
    rows = tuple(tuple(float(n) for n in row) for row in geometry.affine_kji_to_lps)
    return _text(_Grid(geometry.shape_kji, rows, geometry.frame_of_reference_uid))


def _geometry(text: str) -> VolumeGeometry:
    grid = _adapter(_Grid).validate_json(text)
    affine = np.array(grid.affine_kji_to_lps)
    return VolumeGeometry(grid.shape_kji, affine, grid.frame_of_reference_uid)


def _text(value: object) -> str:
    return _adapter(type(value)).dump_json(value).decode()
