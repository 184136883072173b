"""A small study under review: a box of lung with nodules, a model's result, a database."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from reader.core.codes import (
    ANATOMICAL_STRUCTURE,
    LEFT_LUNG,
    LUNG_NODULE,
    MORPHOLOGICALLY_ABNORMAL,
    RIGHT_LUNG,
)
from reader.core.finding import Finding
from reader.core.geometry import VolumeGeometry
from reader.core.heatmap import Heatmap
from reader.core.intensity import IntensityUnit
from reader.core.model import InferenceResult
from reader.core.provenance import AlgorithmIdentity, Provenance, Reviewer
from reader.core.segmentation import Segment
from reader.core.study import Patient, ScanResult, Series, Study
from reader.core.volume import Volume
from reader.session.events import SessionEvents
from reader.session.reviewing.review_room import ReviewRoom
from reader.session.study_store import StudyStore

SERIES = "1.2.3.4"
GEOMETRY = VolumeGeometry.from_spacing((16, 44, 48), (2.0, 1.0, 1.0), (-24.0, -22.0, -16.0), "1.9")
PLACES = ((-12.0, -8.0, -4.0), (10.0, 8.0, 4.0), (12.0, -12.0, 8.0))
"""LPS of the nodules the model proposes."""
MISSED = (-12.0, 12.0, 6.0)
"""LPS of one it does not."""
NODULE_RADIUS_MM = 4.0
START = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
MODEL = AlgorithmIdentity("chest-ct", "Chest CT", "1.0", "ab" * 32)

Point = tuple[float, float, float]


def ball(center: Point, radius_mm: float = NODULE_RADIUS_MM) -> np.ndarray:
    points = GEOMETRY.to_lps(np.moveaxis(np.indices(GEOMETRY.shape_kji), 0, -1))
    return np.linalg.norm(points - np.array(center), axis=-1) <= radius_mm


def small_volume() -> Volume:
    """Lung, with a nodule at each of `PLACES` and at `MISSED`."""
    voxels = np.full(GEOMETRY.shape_kji, -850, dtype=np.int16)
    for place in (*PLACES, MISSED):
        voxels[ball(place)] = 40
    return Volume(SERIES, voxels, GEOMETRY, IntensityUnit.HU)


def small_study(measurable: bool = True) -> Study:
    series = Series(SERIES, "CT", "Chest", 1, GEOMETRY, (), IntensityUnit.HU, measurable=measurable)
    return Study("1.2.3", "CT chest", Patient("Doe^Jane", "4711"), "20260102", (series,))


def small_result(
    run_id: str = "run-1",
    places: Sequence[Point] = PLACES,
    identity: AlgorithmIdentity = MODEL,
    heatmap: bool = True,
    radius_mm: float = NODULE_RADIUS_MM,
) -> InferenceResult:
    """Two lungs (all of the box, parted in the middle) and a nodule at each place."""
    labels = np.empty(GEOMETRY.shape_kji, dtype=np.uint16)
    labels[:, :, :24], labels[:, :, 24:] = 2, 1
    labels[:, :3] = 0
    segments = [
        Segment(1, "Left lung", LEFT_LUNG, ANATOMICAL_STRUCTURE, "#88F4F4"),
        Segment(2, "Right lung", RIGHT_LUNG, ANATOMICAL_STRUCTURE, "#D02828"),
    ]
    findings = []
    for n, place in enumerate(places):
        label = 3 + n
        labels[ball(place, radius_mm)] = label
        finding = Finding(
            finding_id=f"{run_id}-f{n}",
            revision_id=f"{run_id}-f{n}-r0",
            tracking_uid=f"2.25.{n}",
            series_key=SERIES,
            name="Lung nodule",
            code=LUNG_NODULE,
            center_lps_mm=place,
            provenance=Provenance(START, algorithm=identity, run_id=run_id),
            long_axis_mm=2 * radius_mm,
            short_axis_mm=2 * radius_mm,
            volume_mm3=4 / 3 * np.pi * radius_mm**3,
            score=0.9 - 0.2 * n,
            site=LEFT_LUNG if place[0] > 0 else RIGHT_LUNG,
            segmentation_id=run_id,
            label=label,
        )
        findings.append(finding)
        segments.append(
            Segment(
                label, "Lung nodule", LUNG_NODULE, MORPHOLOGICALLY_ABNORMAL,
                finding_id=finding.finding_id,
            )
        )  # fmt: skip
    scores = np.zeros(GEOMETRY.shape_kji, dtype=np.float16)
    scores[labels > 2] = 0.75
    return InferenceResult(
        run_id=run_id,
        series_key=SERIES,
        identity=identity,
        labels=labels,
        segments=tuple(segments),
        findings=tuple(findings),
        heatmap=Heatmap(scores, GEOMETRY) if heatmap else None,
        device="cpu",
        seconds={"network": 1.5},
    )


@dataclass
class Clock:
    """Every look is one second later."""

    now: datetime = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Heard:
    """What was announced, in order."""

    names: list[str] = field(default_factory=list)

    def listen(self, events: SessionEvents) -> None:
        for name in (
            "recorded", "segmentation_changed", "findings_changed", "selection_changed",
            "history_changed", "overlay_changed",
        ):  # fmt: skip
            getattr(events, name).connect(self._hear(name))

    def _hear(self, name: str):
        def hear(*_payload: object) -> None:
            self.names.append(name)

        return hear


class Reading:
    """The small study open in a review room over a database file."""

    def __init__(
        self,
        path: Path,
        study: Study | None = None,
        with_volume: bool = True,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self.events = SessionEvents()
        self.heard = Heard()
        self.clock = Clock()
        self.name = "Lin"
        self.studies = StudyStore(self.events, 10**9)
        self.room = ReviewRoom(
            path, self.events, self.studies, lambda: Reviewer(self.name), self.clock, new_id
        )
        self.study = study or small_study()
        self.studies.open_study(self.study, ScanResult((self.study,)), ())
        if with_volume:
            self.studies.add_volume(SERIES, small_volume())
        self.room.restore(*self.room.saved(self.study))
        self.heard.listen(self.events)
        self.findings = self.room.findings
        self.desk = self.room.desk
        self.editor = self.room.editor
        self.history = self.room.history
        self.database = self.room.database

    def close(self) -> None:
        self.room.close()

    def propose(self, run_id: str = "run-1", **options: object) -> list[str]:
        """Apply a model's result; the ids of its findings."""
        result = small_result(run_id, **options)
        self.room.apply(self.room.prepare(result))
        return [f.finding_id for f in result.findings]

    @property
    def segmentation(self):
        return self.studies.segmentation(SERIES)

    @property
    def labels(self) -> np.ndarray:
        return self.segmentation.labels

    def state(self) -> dict[str, object]:
        """All that must be the same after closing and opening again."""
        findings = self.findings
        segmentation = self.segmentation
        return {
            "findings": findings.findings,
            "status": {
                f.finding_id: (findings.status_of(f.finding_id), findings.reviewed(f.finding_id))
                for f in findings.findings
            },
            "records": findings.records,
            "signed": findings.is_signed,
            "voxels": voxels_hash(segmentation.labels) if segmentation else None,
            "segments": sorted(segmentation.segments, key=lambda s: s.label)
            if segmentation
            else None,
        }


def voxels_hash(labels: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(labels).tobytes()).hexdigest()
