"""The open study, its volumes and what lies over them."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from reader.core.geometry import IndexBox
from reader.core.heatmap import Heatmap
from reader.core.segmentation import Segmentation
from reader.core.study import ScanResult, Series, Study
from reader.core.volume import Volume
from reader.session.events import SessionEvents


class StudyStore:
    """Keeps what is open. Volumes not used for longest leave first when memory is short."""

    def __init__(self, events: SessionEvents, memory_budget_bytes: int) -> None:
        self._events = events
        self._budget = memory_budget_bytes
        self._volumes: OrderedDict[str, Volume] = OrderedDict()
        self._segmentations: dict[str, Segmentation] = {}
        self._heatmaps: dict[str, Heatmap] = {}
        self.scan: ScanResult | None = None
        self.paths: tuple[Path, ...] = ()
        self.study: Study | None = None

    def open_study(self, study: Study, scan: ScanResult, paths: tuple[Path, ...]) -> None:
        """Make `study` the open one; everything of the one before is dropped."""
        self._volumes.clear()
        self._segmentations.clear()
        self._heatmaps.clear()
        self.study, self.scan, self.paths = study, scan, paths
        self._events.study_opened.emit(study)

    def close_study(self) -> None:
        """Have nothing open."""
        self._volumes.clear()
        self._segmentations.clear()
        self._heatmaps.clear()
        self.study, self.scan, self.paths = None, None, ()
        self._events.study_opened.emit(None)

    def series(self, series_key: str) -> Series:
        """A series of the open study. Raises: KeyError."""
        for series in self.study.series if self.study else ():
            if series.key == series_key:
                return series
        raise KeyError(series_key)

    def volume(self, series_key: str | None) -> Volume | None:
        """The volume of a series, if it is in memory."""
        if series_key is None or series_key not in self._volumes:
            return None
        self._volumes.move_to_end(series_key)
        return self._volumes[series_key]

    def add_volume(self, series_key: str, volume: Volume) -> None:
        """Keep a volume; those used longest ago leave if the budget is passed."""
        self._volumes[series_key] = volume
        self._volumes.move_to_end(series_key)
        while len(self._volumes) > 1 and self._used_bytes() > self._budget:
            self._volumes.popitem(last=False)
        self._events.volume_added.emit(series_key)

    def volume_grew(self, series_key: str, region: IndexBox) -> None:
        """Say that more of a volume has been read."""
        if series_key in self._volumes:
            self._events.volume_grew.emit(series_key, region)

    def drop_volume(self, series_key: str) -> None:
        """Forget a volume whose reading was stopped."""
        self._volumes.pop(series_key, None)

    def segmentation(self, series_key: str | None) -> Segmentation | None:
        """What is segmented on a series."""
        return self._segmentations.get(series_key) if series_key else None

    def set_segmentation(self, series_key: str, segmentation: Segmentation) -> None:
        """Keep the segmentation of a series. The caller announces the change."""
        self._segmentations[series_key] = segmentation

    def heatmap(self, series_key: str | None) -> Heatmap | None:
        """The model's scores over a series."""
        return self._heatmaps.get(series_key) if series_key else None

    def set_heatmap(self, series_key: str, heatmap: Heatmap) -> None:
        """Keep the heatmap of a series. The caller announces the change."""
        self._heatmaps[series_key] = heatmap

    def _used_bytes(self) -> int:
        return sum(v.voxels.nbytes for v in self._volumes.values())
