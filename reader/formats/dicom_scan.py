"""Looks through files and folders and says what opens and what does not. Reads headers only."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import NotAnImageError, UnreadableError
from reader.core.study import ScanResult, Series, Study, StudyObject, Unreadable
from reader.core.text import Text, say
from reader.formats.archives.archive import is_archive, unpack_archive
from reader.formats.archives.dicomdir import referenced_files
from reader.formats.file_kinds import not_opened
from reader.formats.file_walk import FileWalk
from reader.formats.grids.grid_files import scan_grid_file
from reader.formats.grids.nifti_study import group_nifti
from reader.formats.headers import dicom_tags as tag
from reader.formats.headers.dicom_image import SliceReader, is_multi_frame
from reader.formats.headers.dicom_multiframe import read_frames
from reader.formats.headers.dicom_parse import looks_like_dicom
from reader.formats.headers.dicom_slice import DicomSlice
from reader.formats.headers.dicom_support import MEDIA_STORAGE_DIRECTORY, refused
from reader.formats.headers.dicom_values import plain
from reader.formats.headers.dicom_walk import WINDOW_BYTES
from reader.formats.headers.header_pattern import HeaderReader
from reader.formats.headers.object_headers import (
    ScannedObject,
    add_objects,
    find_object_copies,
    read_object_header,
)
from reader.formats.headers.raw_header import RawHeader
from reader.formats.headers.sop_classes import object_of
from reader.formats.plain_file import OPEN_FLAGS, open_plain
from reader.formats.scan_findings import GrowingList, OnFound
from reader.formats.series.dicom_series import FactsReader, ScannedSlice, build_studies, find_copies
from reader.formats.series.dicom_suv import read_series_suv

_REPORT_EVERY: Final = 25
_COMPARED_BYTES: Final = 1 << 20


@dataclass(slots=True)
class _Findings:
    """Everything a scan has come upon."""

    slices: list[ScannedSlice] = field(default_factory=list)
    objects: list[ScannedObject] = field(default_factory=list)
    grids: list[Series] = field(default_factory=list)
    grid_objects: list[StudyObject] = field(default_factory=list)
    beside: set[Path] = field(default_factory=set)
    """Files that hold the voxels of another file's header."""
    unreadable: list[Unreadable] = field(default_factory=list)


def scan_paths(
    paths: Sequence[Path],
    report: ReportProgress,
    cancel: CancelToken,
    *,
    unpacked: Path | None = None,
    on_found: OnFound | None = None,
) -> ScanResult:
    """Find everything that opens in `paths`: files, and folders with all they hold.

    Reads no pixels, except that a little of a NIfTI file's voxels are looked at to tell
    CT from other images. Archives are unpacked into `unpacked`, or listed without one; a
    DICOMDIR named in `paths` stands for the files it lists. Progress counts files.
    `on_found` is called on this thread, at most four times a second, with what was found
    so far.

    Raises: Cancelled: if `cancel` was set; nothing else, whatever the files hold.
    """
    return _Scan(report, cancel, unpacked, on_found).run(paths)


class _Scan:
    """One look through files."""

    def __init__(
        self,
        report: ReportProgress,
        cancel: CancelToken,
        unpacked: Path | None,
        on_found: OnFound | None,
    ) -> None:
        self._report = report
        self._cancel = cancel
        self._unpacked = unpacked
        self._walk = FileWalk(cancel)
        self._waiting: deque[Path] = deque()
        self._found = _Findings()
        self._growing = GrowingList(on_found)
        self._headers = HeaderReader()
        self._facts = FactsReader()
        self._slices = SliceReader()

    def run(self, paths: Sequence[Path]) -> ScanResult:
        """Look at every file, then make studies of what was found."""
        stage = say("Looking through files")
        for path in paths:
            self._waiting += self._walk.files(path)
        done = 0
        while self._waiting:
            self._cancel.check()
            if done % _REPORT_EVERY == 0:
                self._report(Progress(done, done + len(self._waiting), stage))
            self._look_at(self._waiting.popleft())
            self._growing.tell()
            done += 1
        self._report(Progress(done, done, stage))
        self._growing.tell(now=True)
        return self._result()

    def _result(self) -> ScanResult:
        found = self._found
        studies = tuple(self._with_suv(study) for study in build_studies(found.slices))
        copies = find_copies(found.slices) | find_object_copies(found.objects)
        for path, kept in copies.items():
            self._cancel.check()
            if not _is_copy(path, kept):
                found.unreadable.append(Unreadable(path, _same_as(kept)))
        studies = add_objects(studies, found.objects)
        studies += group_nifti(_once(found.grids, found.unreadable), found.grid_objects)
        unreadable = (u for u in found.unreadable if u.path not in found.beside)
        return ScanResult(studies, tuple(sorted(unreadable, key=lambda u: str(u.path))))

    def _with_suv(self, study: Study) -> Study:
        """A study whose PET series know their SUV factors, or why they have none."""
        self._cancel.check()
        if not any(series.modality == "PT" for series in study.series):
            return study
        series = tuple(
            replace(one, suv=read_series_suv([ref.path for ref in one.instances]))
            if one.modality == "PT"
            else one
            for one in study.series
        )
        return replace(study, series=series)

    def _look_at(self, path: Path) -> None:
        """Add what one file holds, or the reason why it does not open."""
        try:
            self._open(path)
        except UnreadableError as error:
            is_image = not isinstance(error, NotAnImageError)
            self._found.unreadable.append(Unreadable(path, error.what_happened, is_image))
        except OSError as error:
            self._found.unreadable.append(Unreadable(path, _system_reason(error)))

    def _open(self, path: Path) -> None:
        """Raises: UnreadableError, OSError."""
        descriptor = os.open(path, OPEN_FLAGS)
        try:
            head = os.read(descriptor, WINDOW_BYTES)
            is_dicom = looks_like_dicom(head)
            header = self._headers.read(path, descriptor, head) if is_dicom else None
        finally:
            os.close(descriptor)
        if header is not None:
            self._add_dicom(header)
        else:
            self._add_other(path, head)

    def _add_dicom(self, header: RawHeader) -> None:
        if self._slices.repeats(header):
            self._add_slices(header, [self._slices.read(header)])
            return
        sop_class_uid = plain(header.elements.get(tag.SOP_CLASS_UID, b""))
        kind = object_of(sop_class_uid)
        if sop_class_uid == MEDIA_STORAGE_DIRECTORY:
            self._add_directory(header.path)
            return
        if kind is not None:
            study = self._facts.read(header).study
            found = read_object_header(header, kind)
            self._found.objects.append(ScannedObject(found, study))
            self._growing.add(study, found.series_uid, found.modality, header.path, 0)
            return
        many = is_multi_frame(header)
        self._add_slices(header, read_frames(header) if many else [self._slices.read(header)])

    def _add_slices(self, header: RawHeader, slices: list[DicomSlice]) -> None:
        about = self._facts.read(header)
        self._found.slices += [ScannedSlice(one, about) for one in slices]
        self._growing.add(
            about.study, slices[0].series_uid, about.modality, header.path, len(slices)
        )

    def _add_directory(self, path: Path) -> None:
        """Look at the files a DICOMDIR lists instead."""
        for listed in referenced_files(path):
            self._waiting += self._walk.files(listed)

    def _add_archive(self, path: Path) -> None:
        """Look at what an archive holds instead."""
        if self._unpacked is None:
            raise refused(say("An archive: unpack it and open the folder."))
        if path.is_relative_to(self._unpacked):
            raise refused(say("An archive inside an archive is not opened."))
        folder = unpack_archive(path, self._unpacked, self._report, self._cancel)
        self._waiting += self._walk.files(folder)

    def _add_other(self, path: Path, head: bytes) -> None:
        grid = scan_grid_file(path, head)
        if grid is None:
            if is_archive(head):
                self._add_archive(path)
                return
            raise not_opened(head)
        self._found.grids += grid.series
        self._found.grid_objects += grid.objects
        if grid.data_path is not None:
            self._found.beside.add(grid.data_path)
        for series in grid.series:
            self._growing.add_grid(series)


def _once(grids: list[Series], unreadable: list[Unreadable]) -> list[Series]:
    """Of equal files the first; the others are listed."""
    first: dict[str, Path] = {}
    kept: list[Series] = []
    for series in grids:
        path = series.instances[0].path
        if first.setdefault(series.series_uid, path) == path:
            kept.append(series)
            continue
        if not any(one.path == path for one in unreadable):
            unreadable.append(Unreadable(path, _same_as(first[series.series_uid])))
    return kept


def _is_copy(path: Path, kept: Path) -> bool:
    """Whether two files hold the same bytes.

    If not, the one that is left out is listed: it may hold other pixels.
    """
    try:
        if path.stat().st_size != kept.stat().st_size:
            return False
        with open_plain(path) as one, open_plain(kept) as two:
            while part := one.read(_COMPARED_BYTES):
                if part != two.read(_COMPARED_BYTES):
                    return False
    except OSError:
        return False
    return True


def _same_as(kept: Path) -> Text:
    """Why a file is not opened beside another of the same image."""
    return say("The same image as {name}, which is opened.", name=kept.name)


def _system_reason(error: OSError) -> Text:
    """Why the system would not let a file be read."""
    if isinstance(error, FileNotFoundError):
        return say("There is no such file or folder.")
    if isinstance(error, PermissionError):
        return say("No permission to read the file.")
    if isinstance(error, IsADirectoryError):
        return say("The folder lies in too many other folders.")
    return say("The system could not read the file ({reason}).", reason=error.strerror or "?")
