"""What a scan has found so far, counted as it grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from reader.core.study import Patient, Series, Study, StudySummary
from reader.formats.content_uid import derived_uid

OnFound = Callable[[tuple[StudySummary, ...]], None]

_SECONDS_BETWEEN: Final = 0.25


@dataclass(slots=True)
class _Growing:
    """A study while its files come in."""

    about: Study
    modalities: dict[str, None] = field(default_factory=dict)
    series: set[str] = field(default_factory=set)
    images: int = 0

    def summary(self, study_uid: str) -> StudySummary:
        return StudySummary(
            study_uid=study_uid,
            patient=self.about.patient,
            description=self.about.description,
            date=self.about.date,
            modalities=tuple(self.modalities),
            series_count=len(self.series),
            image_count=self.images,
        )


class GrowingList:
    """Counts studies, series and images, and tells a listener now and then.

    Every file adds to one count; nothing is grouped again.
    """

    def __init__(self, on_found: OnFound | None) -> None:
        self._on_found = on_found
        self._studies: dict[str, _Growing] = {}
        self._folders: dict[Path, str] = {}
        self._told_at = time.monotonic()
        self._changed = False

    def add(self, study: Study, series_uid: str, modality: str, path: Path, images: int) -> None:
        """Count `images` (0 for an object that is none) of a series, from the file at `path`."""
        if self._on_found is None:
            return
        uid = study.study_uid or self._uid_of(path.parent)
        growing = self._studies.get(uid)
        if growing is None:
            growing = self._studies[uid] = _Growing(study)
        if modality:
            growing.modalities.setdefault(modality)
        growing.series.add(series_uid)
        growing.images += images
        self._changed = True

    def _uid_of(self, folder: Path) -> str:
        """The study that images without one belong to, as the finished scan will name it."""
        uid = self._folders.get(folder)
        if uid is None:
            uid = self._folders[folder] = derived_uid("study", str(folder.resolve()))
        return uid

    def add_grid(self, series: Series) -> None:
        """Count a series of a file that knows no studies: its folder stands for one."""
        path = series.instances[0].path
        folder = path.parent
        uid = derived_uid("nifti folder", folder.resolve().as_posix())
        about = Study(uid, folder.name, Patient(), "", ())
        self.add(about, series.key, series.modality, path, 1)

    def tell(self, *, now: bool = False) -> None:
        """Call the listener if something came in and it is time to; `now` makes it so."""
        if self._on_found is None or not self._changed:
            return
        if not now and time.monotonic() - self._told_at < _SECONDS_BETWEEN:
            return
        self._changed = False
        self._on_found(tuple(one.summary(uid) for uid, one in self._studies.items()))
        self._told_at = time.monotonic()
