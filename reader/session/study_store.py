"""The open study, the studies it is compared with, their volumes and what lies over them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Final

from reader.core.geometry import IndexBox, VolumeGeometry
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.segmentation import Segmentation
from reader.core.study import ScanResult, Series, Study
from reader.core.volume import Volume
from reader.session.events import SessionEvents

MEMORY_SHARE: Final = 0.4
"""Part of the machine's memory that volumes may fill before the oldest are dropped."""


class StudyStore:
    """Keeps what is open. Volumes not used for longest leave first when memory is short.

    Beside the open study may lie companions: others, mostly priors, that it is compared
    with. They are looked at and nothing else: whatever is decided, run, exported or
    remembered is of the open study, which alone is `study`.
    """

    def __init__(self, events: SessionEvents, memory_budget_bytes: int | None = None) -> None:
        """Without a budget it is a share of this computer's memory."""
        self._events = events
        self._budget = memory_budget_bytes
        self._volumes: OrderedDict[str, Volume] = OrderedDict()
        self._growing: set[str] = set()
        self._segmentations: dict[str, Segmentation] = {}
        self._heatmaps: dict[tuple[str, HeatmapKind], Heatmap] = {}
        self._by_key: dict[str, Series] = {}
        self.scan: ScanResult | None = None
        self.paths: tuple[Path, ...] = ()
        self.study: Study | None = None
        self._companions: dict[str, Study] = {}

    def open_study(self, study: Study, scan: ScanResult, paths: tuple[Path, ...]) -> None:
        """Make `study` the open one; everything of the one before is dropped."""
        self._drop_all()
        self.study, self.scan, self.paths = study, scan, paths
        self._by_key = {series.key: series for series in study.series}
        self._events.study_opened.emit(study)

    def close_study(self) -> None:
        """Have nothing open."""
        self._drop_all()
        self.study, self.scan, self.paths = None, None, ()
        self._events.study_opened.emit(None)

    @property
    def companions(self) -> tuple[Study, ...]:
        """The studies that the open one is compared with, the newest first."""
        return tuple(sorted(self._companions.values(), key=_moment, reverse=True))

    def add_companion(self, study: Study) -> None:
        """Lay a study beside the open one. Series that are open already are not listed twice."""
        if self.study is None or study.study_uid in (self.study.study_uid, *self._companions):
            return
        fresh = tuple(series for series in study.series if series.key not in self._by_key)
        self._companions[study.study_uid] = replace(study, series=fresh)
        self._by_key.update({series.key: series for series in fresh})
        self._events.companions_changed.emit()

    def remove_companion(self, study_uid: str) -> None:
        """Put a companion away, with its volumes; nothing happens if it is none."""
        gone = self._companions.pop(study_uid, None)
        if gone is None:
            return
        for series in gone.series:
            self._by_key.pop(series.key, None)
            self.drop_volume(series.key)
        self._events.companions_changed.emit()

    def study_of(self, series_key: str | None) -> Study | None:
        """The study a series belongs to, the open one or a companion; None if of neither."""
        if series_key not in self._by_key:
            return None
        for companion in self._companions.values():
            if any(series.key == series_key for series in companion.series):
                return companion
        return self.study

    def is_companion(self, series_key: str | None) -> bool:
        """Whether a series is of a study that is only compared with."""
        study = self.study_of(series_key)
        return study is not None and study is not self.study

    def is_prior(self, series_key: str | None) -> bool:
        """Whether a series is of a companion that is known to be older than the open study."""
        study = self.study_of(series_key)
        if study is None or self.study is None or study is self.study:
            return False
        return bool(study.date) and _moment(study) < _moment(self.study)

    def series(self, series_key: str) -> Series:
        """A series of the open study or of a companion. Raises: KeyError."""
        return self._by_key[series_key]

    def has_series(self, series_key: str | None) -> bool:
        """Whether a series is open or compared with; findings may lie on one that is neither."""
        return series_key in self._by_key

    def add_variant(self, series: Series) -> None:
        """List a series computed from another after it, or in the place of an earlier one."""
        if self.study is None:
            return
        for study_uid, companion in self._companions.items():
            if any(_same_source(one, series) for one in companion.series):
                self._companions[study_uid] = _with_variant(companion, series)
                break
        else:
            self.study = _with_variant(self.study, series)
        self._by_key[series.key] = series
        self._events.series_added.emit(series.key)

    def geometry(self, series_key: str | None) -> VolumeGeometry | None:
        """Where the voxels of a series are, whether they are in memory or not."""
        if series_key is not None and series_key in self._volumes:
            return self._volumes[series_key].geometry
        series = self._by_key.get(series_key or "")
        return series.geometry if series is not None else None

    def is_measurable(self, series_key: str) -> bool:
        """Whether lengths and volumes are right: even spacing, no slice missing or empty."""
        volume = self._volumes.get(series_key)
        return self.series(series_key).measurable and (volume is None or volume.measurable)

    def volume(self, series_key: str | None) -> Volume | None:
        """The volume of a series, if it is in memory."""
        if series_key is None or series_key not in self._volumes:
            return None
        self._volumes.move_to_end(series_key)
        return self._volumes[series_key]

    def is_whole(self, series_key: str | None) -> bool:
        """Whether every voxel of a series is in memory, none still to be read."""
        return series_key in self._volumes and series_key not in self._growing

    def add_volume(self, series_key: str, volume: Volume, is_whole: bool = True) -> None:
        """Keep a volume; those used longest ago leave if the budget is passed.

        One that is not whole is still being read; it is added again when it is.
        """
        self._volumes[series_key] = volume
        self._volumes.move_to_end(series_key)
        (self._growing.discard if is_whole else self._growing.add)(series_key)
        while len(self._volumes) > 1 and self._used_bytes() > self._most_bytes():
            self._volumes.popitem(last=False)
        self._events.volume_added.emit(series_key)

    def volume_grew(self, series_key: str, region: IndexBox) -> None:
        """Say that more of a volume can be seen."""
        if series_key in self._volumes:
            self._events.volume_grew.emit(series_key, region)

    def drop_volume(self, series_key: str) -> None:
        """Forget a volume whose reading was stopped."""
        self._volumes.pop(series_key, None)
        self._growing.discard(series_key)

    def segmentation(self, series_key: str | None) -> Segmentation | None:
        """What is segmented on a series."""
        return self._segmentations.get(series_key) if series_key else None

    def set_segmentation(self, series_key: str, segmentation: Segmentation) -> None:
        """Keep the segmentation of a series. The caller announces the change."""
        self._segmentations[series_key] = segmentation

    def heatmap(
        self, series_key: str | None, kind: HeatmapKind = HeatmapKind.PROBABILITY
    ) -> Heatmap | None:
        """The model's scores over a series."""
        return self._heatmaps.get((series_key, kind)) if series_key else None

    def set_heatmap(self, series_key: str, heatmap: Heatmap) -> None:
        """Keep the heatmap of a series, one of each kind. The caller announces the change."""
        self._heatmaps[series_key, heatmap.kind] = heatmap

    def drop_heatmaps(self, series_key: str) -> None:
        """Forget what earlier runs and questions left. The caller announces the change."""
        self._heatmaps = {key: one for key, one in self._heatmaps.items() if key[0] != series_key}

    def _drop_all(self) -> None:
        self._by_key = {}
        self._companions.clear()
        self._volumes.clear()
        self._growing.clear()
        self._segmentations.clear()
        self._heatmaps.clear()

    def _most_bytes(self) -> int:
        if self._budget is None:
            # Asked for with the second volume: the window opens without psutil.
            import psutil

            self._budget = int(psutil.virtual_memory().total * MEMORY_SHARE)
        return self._budget

    def _used_bytes(self) -> int:
        return sum(v.voxels.nbytes for v in self._volumes.values())


def _same_source(one: Series, other: Series) -> bool:
    return (one.series_uid, one.part) == (other.series_uid, other.part)


def _with_variant(study: Study, series: Series) -> Study:
    others = [s for s in study.series if s.key != series.key]
    place = max((n for n, s in enumerate(others) if _same_source(s, series)), default=-1)
    others.insert(place + 1 if place >= 0 else len(others), series)
    return replace(study, series=tuple(others))


def _moment(study: Study) -> tuple[str, str]:
    """When a study was made, for ordering; those without a date are the oldest."""
    return study.date, study.time
