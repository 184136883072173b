"""The studies this person has opened or found: searched, pictured, tied to their priors."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import StorageError
from reader.core.study import Series, Study
from reader.core.text import say
from reader.session.events import SessionEvents
from reader.session.jobs import JobKind, JobQueue
from reader.session.notices import Notices
from reader.session.reviewing.finding_list import FindingList
from reader.session.study_store import StudyStore
from reader.session.viewing.study_picture import study_picture
from reader.session.viewing.viewport import ViewportStore
from reader.storage.database import Database
from reader.storage.study_index import (
    IndexedSeries,
    IndexedStudy,
    Place,
    StudyIndex,
    StudyQuery,
    StudySort,
    summary_of,
)

__all__ = [
    "IndexedSeries", "IndexedStudy", "Library", "Listing", "StudyQuery", "StudySort", "summary_of",
]  # fmt: skip

EVERYTHING: Final = StudyQuery()
LOOK_AGAIN_S: Final = 30.0
"""A study that was where it should be is looked for again after this long."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The first studies that were looked for, and how many there are in all."""

    studies: tuple[IndexedStudy, ...]
    total: int


class Library:
    """Lists, finds and forgets studies. Main thread, except `take_in`.

    A disk that refuses is reported by the acts that matter: keeping the list up to date
    stops no reader.
    """

    def __init__(
        self,
        database: Database,
        events: SessionEvents,
        jobs: JobQueue,
        studies: StudyStore,
        viewports: ViewportStore,
        findings: FindingList,
        notices: Notices,
        clock: Callable[[], datetime],
    ) -> None:
        self.index = StudyIndex(database)
        self._events = events
        self._jobs = jobs
        self._studies = studies
        self._viewports = viewports
        self._findings = findings
        self._notices = notices
        self._clock = clock
        self._missing: frozenset[str] = frozenset()
        self._looked_at: dict[str, float] = {}
        self._state_known = False
        self._state_noted: tuple[int, int, bool] | None = None
        self.priors: tuple[IndexedStudy, ...] = ()
        """Other studies of the patient whose study is open, newest first."""
        events.findings_changed.connect(self._findings_changed)
        events.place_saved.connect(lambda _at: self._note_state())

    # Finding

    def search(self, query: StudyQuery = EVERYTHING, limit: int = 100) -> Listing:
        """The studies that fit a query; none where the database refuses."""
        with suppress(StorageError):
            studies, total = self.index.search(query, limit)
            return Listing(tuple(studies), total)
        return Listing((), 0)

    def modalities(self) -> tuple[str, ...]:
        """Every modality there is to filter by."""
        with suppress(StorageError):
            return self.index.modalities()
        return ()

    def study(self, study_uid: str) -> IndexedStudy | None:
        """A study of the library."""
        with suppress(StorageError):
            return self.index.study(study_uid)
        return None

    def series_of(self, study_uid: str) -> tuple[IndexedSeries, ...]:
        """What is known of a study's series."""
        with suppress(StorageError):
            return self.index.series(study_uid)
        return ()

    def thumbnail(self, study_uid: str) -> bytes:
        """PNG of a study that was open once; empty for others."""
        with suppress(StorageError):
            return self.index.thumbnail(study_uid)
        return b""

    def priors_of(self, study: Study) -> tuple[IndexedStudy, ...]:
        """Other studies of the same patient, newest first; see `StudyIndex.priors`."""
        with suppress(StorageError):
            return tuple(self.index.priors(study.study_uid, study.patient))
        return ()

    def words_of(self, study_uid: str) -> tuple[str, ...]:
        """What the series of a study are called."""
        with suppress(StorageError):
            return tuple(one.description for one in self.index.series(study_uid))
        return ()

    def paths_of(self, study_uid: str) -> list[Path]:
        """Where a study can be opened from; empty if it is nowhere to be found."""
        study = self.study(study_uid)
        if study is None:
            return []
        for place in study.places:
            if all(Path(path).exists() for path in place):
                return [Path(path) for path in place]
        self._looked_at.pop(study_uid, None)
        return [Path(p) for place in study.places[:1] for p in place if Path(p).exists()]

    # Studies that were moved

    def is_missing(self, study_uid: str) -> bool:
        """Whether a study was not where it should be when it was last looked for."""
        return study_uid in self._missing

    def look_for(self, studies: Iterable[IndexedStudy]) -> None:
        """See on a worker whether studies are where they should be; tells if that changed."""
        now = time.monotonic()
        due = [
            s for s in studies
            if now - self._looked_at.get(s.study_uid, -LOOK_AGAIN_S) >= LOOK_AGAIN_S
        ]  # fmt: skip
        if not due:
            return
        self._looked_at.update({s.study_uid: now for s in due})
        places = {s.study_uid: s.places for s in due}

        def look(_report: ReportProgress, cancel: CancelToken) -> set[str]:
            gone = set()
            for study_uid, its_places in places.items():
                cancel.check()
                if not any(Path(path).exists() for place in its_places for path in place):
                    gone.add(study_uid)
            return gone

        self._jobs.submit(
            JobKind.LIBRARY, say("Looking where studies are"), look,
            lambda gone: self._looked(set(places), gone),
        )  # fmt: skip

    def look_again(self) -> None:
        """Forget when studies were looked for: a disk may have come or gone."""
        self._looked_at.clear()

    # Keeping

    def take_in(
        self, studies: Sequence[Study], given: Sequence[Path], *, as_new: bool = False
    ) -> int:
        """Put what a scan of `given` found into the index. Any thread; a disk may refuse.

        Returns: how many studies were not known before.
        """
        found = [(study, place_of(study, given)) for study in studies]
        with suppress(StorageError):
            return self.index.add(found, self._clock(), as_new=as_new)
        return 0

    def opened(self, study: Study) -> None:
        """A study is on screen now."""
        self._state_known, self._state_noted = False, None
        self._looked_at.pop(study.study_uid, None)
        self._missing -= {study.study_uid}
        with suppress(StorageError):
            if self.index.study(study.study_uid) is None:  # the disk refused after the scan
                place = place_of(study, self._studies.paths)
                self.index.add([(study, place)], self._clock())
            self.index.note_opened(study.study_uid, self._clock())
        self.priors = self.priors_of(study)
        self._tell_of_priors()
        self._events.library_changed.emit()

    def left(self) -> None:
        """The open study is being put away."""
        if self._studies.study is None:
            return
        self._note_state()
        self.priors = ()
        self._events.library_changed.emit()

    def keep_picture(self, series: Series) -> None:
        """Make the open study's picture from a series that was read, if it is looked at."""
        study, volume = self._studies.study, self._studies.volume(series.key)
        window = self._viewports.looks.window_of(series.key)
        shown = self._viewports.active.series_key in (None, series.key)
        if study is None or volume is None or window is None or not shown:
            return
        with suppress(StorageError):
            self.index.keep_thumbnail(study.study_uid, study_picture(series, volume, window))
        self._events.library_changed.emit()

    def remove(self, study_uid: str) -> None:
        """Take a study off the list. Its images and what was decided stay.

        Raises: StorageError.
        """
        self.index.remove(study_uid)
        self._events.library_changed.emit()

    def _looked(self, looked_at: set[str], gone: set[str]) -> None:
        missing = (self._missing - looked_at) | gone
        if missing != self._missing:
            self._missing = missing
            self._events.library_changed.emit()

    def _findings_changed(self) -> None:
        self._state_known = True

    def _tell_of_priors(self) -> None:
        """Of those that were not just opened with it, which the reader is told of anyway."""
        scan = self._studies.scan
        at_hand = {study.study_uid for study in scan.studies} if scan is not None else set()
        count = sum(prior.study_uid not in at_hand for prior in self.priors)
        if count:
            words = (
                say("Another study of this patient is in the library.")
                if count == 1
                else say("{count} other studies of this patient are in the library.", count=count)
            )
            self._notices.inform(words, offers="studies")

    def _note_state(self) -> None:
        """Write down how far the reading is, once what was decided before has come back."""
        study, findings = self._studies.study, self._findings
        state = (len(findings.claimed()), findings.unreviewed_count, findings.is_signed)
        if study is None or not self._state_known or state == self._state_noted:
            return
        with suppress(StorageError):
            self.index.note_findings(study.study_uid, *state)
            self._state_noted = state


def place_of(study: Study, given: Sequence[Path]) -> Place:
    """The fewest and deepest paths that hold a study, of those that were opened.

    A file stands for itself. What came out of an archive is not under any path that was
    opened; it is opened again from those that are files, or from all of them.
    """
    given = [path.absolute() for path in given]
    files = {i.path for series in study.series for i in series.instances}
    files |= {found.path for found in study.objects}
    alone = {path for path in given if path in files}
    folders = {path.parent for path in files - alone}
    roots = frozenset(given)
    below: dict[Path, list[str]] = {}
    outside = False
    for folder in folders:
        root = next((path for path in (folder, *folder.parents) if path in roots), None)
        if root is None:
            outside = True
        else:
            below.setdefault(root, []).append(str(folder))
    place = {str(path) for path in alone} | {os.path.commonpath(f) for f in below.values()}
    if outside:
        archives = [path for path in given if path not in alone and path.is_file()]
        place |= {str(path) for path in archives or given}
    return tuple(sorted(place)) or tuple(str(path) for path in given)
