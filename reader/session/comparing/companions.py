"""Studies beside the open one: found in the library or the same folder, laid beside it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import NotAllowedError, UnreadableError
from reader.core.study import ScanResult, Study, StudySummary
from reader.core.text import say
from reader.session.jobs import Job, JobKind, JobQueue
from reader.session.opening.library import Library, summary_of
from reader.session.study_store import StudyStore
from reader.session.viewing.hanging import choose_study
from reader.session.viewing.relevance import StudyContent, content_of
from reader.session.viewing.study_kind import regions_in


class When(enum.Enum):
    """How another study stands in time to the open one."""

    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "unknown"
    """One of the two has no date, or both have the same."""


@dataclass(frozen=True, slots=True)
class OtherStudy:
    """A study that the open one can be compared with."""

    summary: StudySummary
    time: str
    when: When
    is_same_patient: bool
    is_open: bool
    """Whether it lies beside the open one already."""
    is_alike: bool = True
    """Whether it shows the same part in the same way, as far as is known."""

    @property
    def study_uid(self) -> str:
        """Its Study Instance UID."""
        return self.summary.study_uid


class Companions:
    """Lays studies beside the open one and puts them away again. Main thread.

    Headers are scanned in a job; series are read when they are shown. The job is one of
    reading, so opening another study ends it.
    """

    def __init__(
        self,
        jobs: JobQueue,
        studies: StudyStore,
        library: Library,
        unpacked: Path,
        on_laid: Callable[[Study], object],
    ) -> None:
        """`on_laid` is told when a study lies beside the open one, and on the main thread."""
        self._jobs = jobs
        self._studies = studies
        self._library = library
        self._unpacked = unpacked
        self._on_laid = on_laid
        self._asked_for: dict[str, Job] = {}
        self._contents: dict[str, StudyContent] = {}

    def priors(self) -> tuple[OtherStudy, ...]:
        """Other studies of the same patient that are older or undated, the newest first."""
        return tuple(o for o in self.others() if o.is_same_patient and o.when is not When.AFTER)

    def others(self) -> tuple[OtherStudy, ...]:
        """Every study at hand: of the same patient first, the newest first.

        From the library those of the patient; from the folder that was opened all.
        """
        opened = self._studies.study
        if opened is None:
            return ()
        laid = {study.study_uid for study in self._studies.companions}
        scan, content = self._studies.scan, content_of(opened)
        found: dict[str, OtherStudy] = {}
        for known in self._library.priors:
            when = _when((known.summary.date, known.time), opened)
            alike = content.is_like(self._content(known.summary))
            found[known.study_uid] = OtherStudy(
                known.summary, known.time, when, True, known.study_uid in laid, alike
            )
        for study in (*(scan.studies if scan is not None else ()), *self._studies.companions):
            if (
                study.study_uid != opened.study_uid
                and study.study_uid not in found
                and study.series
            ):
                when, uid = _when((study.date, study.time), opened), study.study_uid
                same = _is_same_patient(study, opened)
                summary = summary_of(study)
                alike = content.is_like(self._content(summary))
                found[uid] = OtherStudy(summary, study.time, when, same, uid in laid, alike)
        newest = sorted(found.values(), key=lambda o: (o.summary.date, o.time), reverse=True)
        return tuple(sorted(newest, key=lambda o: not o.is_same_patient))

    def _content(self, summary: StudySummary) -> StudyContent:
        """What a study shows: by its headers, or by the words the library lists it with."""
        uid, scan = summary.study_uid, self._studies.scan
        if uid not in self._contents:
            at_hand = scan.studies if scan is not None else ()
            study = next((one for one in at_hand if one.study_uid == uid), None)
            if study is not None:
                self._contents[uid] = content_of(study)
            else:
                words = " ".join((summary.description, *self._library.words_of(uid)))
                self._contents[uid] = StudyContent(frozenset(summary.modalities), regions_in(words))
        return self._contents[uid]

    def is_on_its_way(self, study_uid: str) -> bool:
        """Whether a study is being looked for to be laid beside the open one."""
        job = self._asked_for.get(study_uid)
        return job is not None and not self._jobs.is_over(job.id)

    def lay(self, study_uid: str) -> Job | None:
        """Lay a study beside the open one: at once, or by the job returned.

        Raises: NotAllowedError: no study is open, or this is the open one.
        """
        opened = self._studies.study
        if opened is None or study_uid == opened.study_uid:
            raise NotAllowedError(
                say("There is nothing to compare this study with."), say("Open another study.")
            )
        scan = self._studies.scan
        at_hand = (
            next((s for s in scan.studies if s.study_uid == study_uid), None) if scan else None
        )
        if at_hand is not None or self.is_on_its_way(study_uid):
            if at_hand is not None:
                self._laid(at_hand)
            return None
        paths = self._library.paths_of(study_uid)
        return self._scan(paths, study_uid)

    def lay_paths(self, paths: Sequence[Path]) -> Job:
        """Lay a study of some files or folders beside the open one: that with most images."""
        return self._scan([path.absolute() for path in paths], None)

    def put_away(self, study_uid: str) -> None:
        """Lay a study beside the open one no longer."""
        self._studies.remove_companion(study_uid)

    def _scan(self, paths: Sequence[Path], study_uid: str | None) -> Job:
        beside = self._studies.study

        def work(report: ReportProgress, cancel: CancelToken) -> ScanResult:
            from reader.formats.dicom_scan import scan_paths

            if not paths:
                raise _moved()
            result = scan_paths(tuple(paths), report, cancel, unpacked=self._unpacked)
            self._library.take_in(result.studies, paths)
            return result

        def done(result: ScanResult) -> None:
            if self._studies.study is None or beside is None:
                return
            if self._studies.study.study_uid == beside.study_uid:
                self._laid(_chosen(result, study_uid, beside))

        job = self._jobs.submit(JobKind.LOAD, say("Looking for the other study"), work, done)
        if study_uid is not None:
            self._asked_for[study_uid] = job
        return job

    def _laid(self, study: Study) -> None:
        self._contents[study.study_uid] = content_of(study)
        self._studies.add_companion(study)
        self._on_laid(study)


def _chosen(result: ScanResult, study_uid: str | None, beside: Study) -> Study:
    """The study asked for; where none was, the one with most images that is another one."""
    if study_uid is not None:
        named = next((s for s in result.studies if s.study_uid == study_uid), None)
        if named is None:
            raise _moved()
        return named
    others = [s for s in result.studies if s.study_uid != beside.study_uid and s.series]
    if not others:
        raise UnreadableError(
            say("There is no other study here."), say("Choose a folder that holds one.")
        )
    return choose_study(others)


def _moved() -> UnreadableError:
    return UnreadableError(
        say("The files of this study are no longer where they were."),
        say("Open the folder they are in now; what was decided comes back by itself."),
    )


def _when(moment: tuple[str, str], opened: Study) -> When:
    now = (opened.date, opened.time)
    if not moment[0] or not opened.date or moment == now:
        return When.UNKNOWN
    return When.BEFORE if moment < now else When.AFTER


def _is_same_patient(one: Study, other: Study) -> bool:
    """Whether two studies name the same number; files without headers name nobody."""
    number = one.patient.patient_id.strip()
    return bool(number) and number == other.patient.patient_id.strip()
