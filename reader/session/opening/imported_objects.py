"""What others made of the open study: which objects there are, and what is read of them."""

from __future__ import annotations

import enum
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import (
    Cancelled,
    NotAllowedError,
    ReaderError,
    StorageError,
    UnreadableError,
)
from reader.core.finding import Finding
from reader.core.heatmap import Heatmap
from reader.core.imported import (
    ImageMark,
    ImportedDocument,
    ImportedKeyImages,
    ImportedObject,
    ImportedPresentation,
    ImportedReport,
    ImportedSegment,
    ImportedSegmentation,
)
from reader.core.study import ObjectKind, Series, Study, StudyObject
from reader.core.text import Text, say
from reader.imaging.layers import LabelSheet, LabelStyle, OutlineStyle
from reader.session.events import SessionEvents
from reader.session.jobs import Job, JobKind, JobQueue, JobState
from reader.session.study_store import StudyStore
from reader.session.viewing.hanging import choose_series

SMALL_BYTES: Final = 32 << 20
"""Larger objects are read when they are asked for."""
FEW_SEGMENTS: Final = 12
"""An object with more is listed, and its segments are shown when they are asked for."""
PDF: Final = "application/pdf"
FEW_SHEETS: Final = 6
"""More over one series would make every frame slow: later objects wait to be asked for."""
_BY_THEMSELVES: Final = frozenset(set(ObjectKind) - {ObjectKind.DOCUMENT})


class ObjectState(enum.Enum):
    """What has become of an object so far."""

    FOUND = "found"
    READING = "reading"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, eq=False)
class ListedObject:
    """An object of the open study. `content` is set once read, `why` where that failed."""

    found: StudyObject
    state: ObjectState = ObjectState.FOUND
    content: ImportedObject | None = None
    why: ReaderError | None = None

    @property
    def uid(self) -> str:
        """The object's SOP Instance UID."""
        return self.found.sop_instance_uid


class ImportedObjects:
    """Lists the open study's objects, reads them in jobs, and knows what of them is shown."""

    def __init__(
        self,
        events: SessionEvents,
        jobs: JobQueue,
        studies: StudyStore,
        fill_opacity: Callable[[], float],
        take_findings: Callable[[Sequence[Finding]], int],
        copies: Path,
    ) -> None:
        """`take_findings` puts findings by others into the study's list.

        `copies` is where copies of documents are kept; what a crash leaves there is removed
        with what was unpacked.
        """
        self._events = events
        self._jobs = jobs
        self._studies = studies
        self._fill_opacity = fill_opacity
        self._take_findings = take_findings
        self._listed: dict[str, ListedObject] = {}
        self._reading: dict[str, int] = {}
        self._hidden: set[tuple[str, int]] = set()
        self._sheets: dict[tuple[str, float], tuple[LabelSheet, ...]] = {}
        self._marks: dict[tuple[str, int], tuple[ImageMark, ...]] = {}
        self._keys: dict[str, tuple[int, ...]] = {}
        self._copies = copies
        self._copied: Path | None = None
        self.marks_shown = True
        self.text_of: str | None = None
        """The object whose text is being read."""
        events.study_opened.connect(self._forget)
        events.job_changed.connect(self._job_changed)

    @property
    def listed(self) -> tuple[ListedObject, ...]:
        """Every object of the open study, in the order it was found in."""
        return tuple(self._listed.values())

    def of(self, uid: str) -> ListedObject:
        """One object. Raises: KeyError."""
        return self._listed[uid]

    def study_restored(self) -> None:
        """List what the open study has, and read what is small.

        Called when what was decided before is in memory, so that no finding comes twice.
        """
        study = self._studies.study
        self._listed = {o.sop_instance_uid: ListedObject(o) for o in study.objects} if study else {}
        self._events.objects_changed.emit()
        for found in study.objects if study else ():
            if found.kind in _BY_THEMSELVES and _size(found) <= SMALL_BYTES:
                self.read(found.sop_instance_uid)

    def read(self, uid: str) -> Job | None:
        """Read an object in a job, again if it failed; None if that is under way or done.

        Raises: KeyError.
        """
        listed, study = self._listed[uid], self._studies.study
        if listed.state in (ObjectState.READING, ObjectState.READ) or study is None:
            return None
        series, others = _in_order(study), study.objects

        def work(report: ReportProgress, cancel: CancelToken) -> ListedObject:
            return _read(listed.found, series, others, report, cancel)

        self._change(ListedObject(listed.found, ObjectState.READING))
        name = listed.found.description or listed.found.modality
        job = self._jobs.submit(
            JobKind.IMPORT, say("Reading {description}", description=name), work, self._was_read
        )
        self._reading[uid] = job.id
        return job

    def stop(self, uid: str) -> None:
        """Stop reading an object."""
        if uid in self._reading:
            self._jobs.cancel(self._reading[uid])

    # What of them is shown

    def is_visible(self, uid: str, segment: ImportedSegment) -> bool:
        """Whether a segment of a segmentation or structure set is over the images."""
        return (uid, segment.segment.label) not in self._hidden

    def set_visible(self, uid: str, segments: Sequence[ImportedSegment], visible: bool) -> None:
        """Show or hide segments of one object."""
        keys = {(uid, segment.segment.label) for segment in segments}
        self._hidden = self._hidden - keys if visible else self._hidden | keys
        self._sheets.clear()
        self._events.objects_changed.emit()
        self._events.overlay_changed.emit()

    def show_marks(self, shown: bool) -> None:
        """Draw what presentation states draw, or nothing of it."""
        if shown != self.marks_shown:
            self.marks_shown = shown
            self._events.overlay_changed.emit()

    def sheets_for(self, series_key: str) -> tuple[LabelSheet, ...]:
        """The label maps to draw over a series, with the segments that are shown."""
        opacity = self._fill_opacity()
        if (series_key, opacity) not in self._sheets:
            self._sheets[series_key, opacity] = tuple(
                sheet
                for listed in self._listed.values()
                if isinstance(listed.content, ImportedSegmentation)
                and listed.content.series_key == series_key
                for sheet in self._made_sheets(listed.uid, listed.content, opacity)
            )
        return self._sheets[series_key, opacity]

    def heatmap_for(self, series_key: str) -> Heatmap | None:
        """What the first fractional segmentation of a series with segments shown says."""
        for listed in self._listed.values():
            content = listed.content
            if isinstance(content, ImportedSegmentation) and content.series_key == series_key:
                shown = any(self.is_visible(listed.uid, one) for one in content.segments)
                if content.heatmap is not None and shown:
                    return content.heatmap
        return None

    def marks_on(self, series_key: str, k: int) -> tuple[ImageMark, ...]:
        """What presentation states draw on stored image `k` of a series."""
        return self._marks.get((series_key, k), ()) if self.marks_shown else ()

    def key_slices(self, series_key: str) -> tuple[int, ...]:
        """The slices of a series that somebody selected, ascending."""
        return self._keys.get(series_key, ())

    def _made_sheets(
        self, uid: str, drawn: ImportedSegmentation, opacity: float
    ) -> list[LabelSheet]:
        opacity = opacity if drawn.heatmap is None else 0.0
        sheets = []
        for number, labels in enumerate(drawn.sheets):
            styles = tuple(
                _style(one, opacity)
                for one in drawn.segments
                if one.sheet == number and one.voxel_count and self.is_visible(uid, one)
            )
            if styles:
                sheets.append(LabelSheet(labels, styles))
        return sheets

    def copy_of(self, uid: str) -> Path:
        """A temporary copy of a document, for the desktop to open; gone with the study.

        Raises: NotAllowedError: it is no document that is opened. StorageError.
        """
        content = self._listed[uid].content
        if not isinstance(content, ImportedDocument) or content.media_type != PDF:
            raise NotAllowedError(
                say("This kind of document is not opened from here."),
                say("Open the file with a program made for it."),
            )
        try:
            path = self._made_copies() / f"document-{list(self._listed).index(uid) + 1}.pdf"
            path.write_bytes(content.content)
        except OSError as error:
            raise StorageError(
                say("The document could not be copied."), say("Free some space, then try again.")
            ) from error
        return path

    def close(self) -> None:
        """Remove the copies of documents."""
        if self._copied is not None:
            shutil.rmtree(self._copied, ignore_errors=True)
            self._copied = None

    def _made_copies(self) -> Path:
        """The folder for copies, which a later session removes if this one cannot."""
        from reader.formats.archives.archive import UNFINISHED

        self._copied = self._copies / f"documents.{os.getpid()}{UNFINISHED}"
        self._copies.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._copied.mkdir(mode=0o700, exist_ok=True)
        return self._copied

    # What becomes of the jobs

    def _was_read(self, listed: ListedObject) -> None:
        self._reading.pop(listed.uid, None)
        if listed.uid not in self._listed:
            return
        content = listed.content
        if isinstance(content, ImportedSegmentation) and self._is_crowded(content):
            self._hidden |= {(listed.uid, one.segment.label) for one in content.segments}
        self._change(listed)
        self._events.overlay_changed.emit()
        if isinstance(content, ImportedReport):
            self._take_findings(content.findings)

    def _is_crowded(self, drawn: ImportedSegmentation) -> bool:
        """Whether nothing of a segmentation is to be shown until it is asked for."""
        sheets = len(self.sheets_for(drawn.series_key)) + len(drawn.sheets)
        return len(drawn.segments) > FEW_SEGMENTS or sheets > FEW_SHEETS

    def _job_changed(self, job: Job) -> None:
        """A reading that was stopped or broke off leaves the object as it was found."""
        if job.state not in (JobState.CANCELLED, JobState.FAILED):
            return
        for uid in [uid for uid, job_id in self._reading.items() if job_id == job.id]:
            del self._reading[uid]
            self._change(replace(self._listed[uid], state=ObjectState.FOUND))

    def _change(self, listed: ListedObject) -> None:
        self._listed[listed.uid] = listed
        self._derive()
        self._events.objects_changed.emit()

    def _derive(self) -> None:
        """What every frame asks for, by where it is."""
        self._sheets.clear()
        marks: dict[tuple[str, int], list[ImageMark]] = {}
        keys: dict[str, set[int]] = {}
        for listed in self._listed.values():
            if isinstance(listed.content, ImportedPresentation):
                for mark in listed.content.marks:
                    marks.setdefault((mark.place.series_key, mark.place.k), []).append(mark)
            elif isinstance(listed.content, ImportedKeyImages):
                for place in listed.content.places:
                    keys.setdefault(place.series_key, set()).add(place.k)
        self._marks = {place: tuple(found) for place, found in marks.items()}
        self._keys = {key: tuple(sorted(found)) for key, found in keys.items()}

    def _forget(self, _study: Study | None) -> None:
        """Another study is open: nothing of the one before is wanted any more."""
        for job_id in self._reading.values():
            self._jobs.cancel(job_id)
        self._reading, self._listed, self._hidden = {}, {}, set()
        self._derive()
        self.text_of = None
        self.close()
        self._events.objects_changed.emit()


def _read(
    found: StudyObject,
    series: Sequence[Series],
    others: Sequence[StudyObject],
    report: ReportProgress,
    cancel: CancelToken,
) -> ListedObject:
    """On the worker. A failure is part of the list, not an alarm: nobody asked for most."""
    from reader.formats.objects.object_reader import read_object

    try:
        content = read_object(found, series, others, report, cancel)
    except Cancelled:
        raise
    except ReaderError as error:
        return ListedObject(found, ObjectState.FAILED, why=error)
    except OSError:
        gone = UnreadableError(_gone(), say("Open the folder again."))
        return ListedObject(found, ObjectState.FAILED, why=gone)
    return ListedObject(found, ObjectState.READ, content)


def _gone() -> Text:
    return say("The file can no longer be read.")


def _in_order(study: Study) -> tuple[Series, ...]:
    """The series shown first is preferred where an object names none; computed ones never."""
    stored = [series for series in study.series if not series.variant]
    chosen = choose_series(study)
    return tuple(sorted(stored, key=lambda series: series is not chosen))


def _size(found: StudyObject) -> int:
    try:
        return found.path.stat().st_size
    except OSError:
        return 0


def _style(one: ImportedSegment, opacity: float) -> LabelStyle:
    color = one.segment.color
    return LabelStyle(
        label=one.segment.label,
        color=color,
        fill_opacity=opacity,
        outline=OutlineStyle.SOLID,
        outline_color=color,
    )
