"""Looks through files and folders and says what opens and what does not. Reads headers only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.study import ScanResult, Series, Study, StudySummary, Unreadable
from reader.core.text import Text, say
from reader.formats.dicom_image import is_multi_frame, read_slice
from reader.formats.dicom_multiframe import read_frames
from reader.formats.dicom_parse import looks_like_dicom, read_header
from reader.formats.dicom_series import FactsReader, ScannedSlice, build_studies
from reader.formats.file_kinds import HEAD_BYTES, not_opened
from reader.formats.nifti import is_nifti, scan_nifti
from reader.formats.nifti_study import group_nifti

_IGNORED_NAMES: Final = frozenset(
    {"dicomdir", "version", "thumbs.db", "desktop.ini", "lockfile", "__macosx"}
)
"""Index, media and desktop files that lie beside images; hidden files are ignored too."""

_REPORT_EVERY: Final = 25


def scan_paths(
    paths: Sequence[Path],
    report: ReportProgress,
    cancel: CancelToken,
    *,
    unpacked: Path | None = None,
    on_found: Callable[[tuple[StudySummary, ...]], None] | None = None,
) -> ScanResult:
    """Find every DICOM and NIfTI series in `paths` (files, and folders with all they hold).

    Reads no pixels, except that a little of a NIfTI file's voxels are looked at to tell
    CT from other images. Progress counts files.

    Raises: Cancelled: if `cancel` was set; nothing else, whatever the files hold.
    """
    stage = say("Looking through files")
    files = list(_files_in(paths, cancel))
    scanned: list[ScannedSlice] = []
    nifti: list[Series] = []
    unreadable: list[Unreadable] = []
    facts = FactsReader()
    for done, path in enumerate(files):
        cancel.check()
        if done % _REPORT_EVERY == 0:
            report(Progress(done, len(files), stage))
        try:
            found = _scan_file(path, facts)
        except UnreadableError as error:
            unreadable.append(Unreadable(path, error.what_happened))
        except OSError as error:
            unreadable.append(Unreadable(path, _system_reason(error)))
        else:
            if isinstance(found, Series):
                nifti.append(found)
            else:
                scanned += found
    report(Progress(len(files), len(files), stage))
    studies = build_studies(scanned) + _group(nifti, unreadable)
    return ScanResult(studies, tuple(sorted(unreadable, key=lambda u: str(u.path))))


def _group(nifti: list[Series], unreadable: list[Unreadable]) -> tuple[Study, ...]:
    """NIfTI series by folder; of equal files the first is opened, the others are listed."""
    once: dict[str, Series] = {}
    for series in nifti:
        if series.series_uid in once:
            why = say(
                "The same image as {name}, which is opened.",
                name=once[series.series_uid].instances[0].path.name,
            )
            unreadable.append(Unreadable(series.instances[0].path, why))
        else:
            once[series.series_uid] = series
    return group_nifti(list(once.values()))


def _scan_file(path: Path, facts: FactsReader) -> Series | list[ScannedSlice]:
    """The NIfTI series, or the DICOM slices, of one file.

    Raises: UnreadableError, OSError.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if looks_like_dicom(head):
        header = read_header(path)
        about = facts.read(header)
        if is_multi_frame(header):
            return [ScannedSlice(one, about) for one in read_frames(header)]
        return [ScannedSlice(read_slice(header), about)]
    if is_nifti(path, head):
        return scan_nifti(path)
    raise not_opened(head)


def _files_in(paths: Sequence[Path], cancel: CancelToken) -> Iterator[Path]:
    """Every file to look at, once, sorted within its folder."""
    seen: set[str] = set()
    for path in paths:
        if path.is_dir():
            yield from _walk(path, seen, cancel)
        elif (real := os.path.realpath(path)) not in seen:
            # A file asked for by name is looked at, or explained, whatever it is called.
            seen.add(real)
            yield path


def _walk(folder: Path, seen: set[str], cancel: CancelToken) -> Iterator[Path]:
    """The files under a folder; links are followed, nothing real is come upon twice."""
    cancel.check()
    here = os.path.realpath(folder)
    if here in seen:
        return
    seen.add(here)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        # Reading it as a file fails the same way, and so is listed with the reason.
        yield folder
        return
    folders = []
    for entry in entries:
        if _ignored(entry.name):
            continue
        if entry.is_dir():
            folders.append(folder / entry.name)
            continue
        real = os.path.join(here, entry.name)  # noqa: PTH118 - for every file: speed counts
        if entry.is_symlink():
            real = os.path.realpath(real)
        if entry.is_file() and real not in seen:
            seen.add(real)
            yield folder / entry.name
    for inner in folders:
        yield from _walk(inner, seen, cancel)


def _ignored(name: str) -> bool:
    return name.startswith(".") or name.lower() in _IGNORED_NAMES


def _system_reason(error: OSError) -> Text:
    """Why the system would not let a file be read."""
    if isinstance(error, FileNotFoundError):
        return say("There is no such file or folder.")
    if isinstance(error, PermissionError):
        return say("No permission to read the file.")
    return say("The system could not read the file ({reason}).", reason=error.strerror or "?")
