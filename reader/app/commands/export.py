"""`reader export`: hand over what was decided on a study."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import errors, nothing_opened, plain_errors, print_json, progress_bar
from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ExportError
from reader.core.study import ScanResult, Study
from reader.core.text import say

if TYPE_CHECKING:
    from reader.session.handing_over.export import ExportFormat
    from reader.session.reviewing.review_room import ReviewRoom
    from reader.session.study_store import StudyStore


def export(
    study: Annotated[
        str, typer.Argument(help="The study's folder or files, or the UID of one opened before.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    formats: Annotated[
        str, typer.Option("--format", help="Any of seg,sr,nifti,json, separated by commas.")
    ] = "seg,sr,nifti,json",
    as_json: Annotated[bool, typer.Option("--json", help="List what was written.")] = False,
) -> None:
    """Write the reviewed findings of a study; every file is read back and compared."""
    with plain_errors():
        wanted = _parsed(formats)
        with progress_bar(as_json) as report:
            written = _export(study, out.absolute(), wanted, report)
        if as_json:
            print_json({"written": [str(path) for path in written]})
        else:
            words = f"{len(written)} files written to {out}, read back and compared."
            errors.print(words, markup=False)


def _parsed(words: str) -> set[ExportFormat]:
    from reader.session.handing_over.export import ExportFormat

    try:
        return {ExportFormat(word.strip().lower()) for word in words.split(",")}
    except ValueError:
        known = ", ".join(kind.value for kind in ExportFormat)
        raise typer.BadParameter(f"choose from {known}", param_hint="--format") from None


def _export(
    given: str, out: Path, formats: set[ExportFormat], report: ReportProgress
) -> list[Path]:
    """Write every series that has results; reads headers and the database, no pixels.

    Raises: ReaderError: in words, also when there is nothing to export.
    """
    from reader.app.paths import find_paths
    from reader.session.events import SessionEvents
    from reader.session.handing_over.export import export_handover
    from reader.session.handing_over.exporter import handover_of, part_folders
    from reader.session.reviewing.review_room import ReviewRoom
    from reader.session.study_store import StudyStore
    from reader.storage.settings_file import load_settings

    paths = find_paths().created()
    settings, _ = load_settings(paths.settings_file)
    events = SessionEvents()
    studies = StudyStore(events, memory_budget_bytes=0)
    room = ReviewRoom(
        paths.database, events, studies, lambda: settings.reviewer, lambda: datetime.now(UTC)
    )
    with closing(room):
        found, study_uid = _scanned(given, room, report)
        if not found.studies:
            raise nothing_opened(found)
        parts = list(_with_results(found, study_uid, room))
        if not parts:
            raise ExportError(
                say("Nothing was decided on these images yet."),
                say("Open them, review the findings, then export."),
            )
        written: list[Path] = []
        for folder, (study, series_key) in zip(part_folders(out, len(parts)), parts, strict=True):
            _open(study, found, room, studies)
            gather = handover_of(
                study, series_key, studies, room, settings.reviewer, datetime.now(UTC)
            )
            written += export_handover(gather(), folder, formats, report, CancelToken())
        return written


def _scanned(given: str, room: ReviewRoom, report: ReportProgress) -> tuple[ScanResult, str | None]:
    """What a path holds; or a study opened before, by its UID, where it was opened from.

    Raises: ExportError: it is neither.
    """
    from reader.formats.dicom_scan import scan_paths
    from reader.storage.study_index import StudyIndex

    if Path(given).exists():
        return scan_paths([Path(given).absolute()], report, CancelToken()), None
    known = StudyIndex(room.database).study(given)
    places = known.places if known is not None else ()
    paths = next((p for p in map(_existing, places) if p), [])
    if not paths:
        raise ExportError(
            say("There is no such file, folder or study."),
            say("Give the study's folder, or the UID of a study opened before."),
        )
    return scan_paths(paths, report, CancelToken()), given


def _existing(place: tuple[str, ...]) -> list[Path]:
    return [Path(path) for path in place if Path(path).exists()]


def _with_results(
    found: ScanResult, study_uid: str | None, room: ReviewRoom
) -> Iterator[tuple[Study, str]]:
    """Each study with each of its series that has findings or a segmentation."""
    for study in found.studies:
        if study_uid not in (None, study.study_uid):
            continue
        saved, _ = room.saved(study)
        marked = {f.series_key for f in saved.revisions}
        marked |= {s.series_key for s in saved.segmentations}
        for series in study.series:
            if series.key in marked:
                yield study, series.key


def _open(study: Study, found: ScanResult, room: ReviewRoom, studies: StudyStore) -> None:
    """Have a study's results in memory, unless it is open already."""
    if studies.study is study:
        return
    room.forget_study()
    studies.open_study(study, found, ())
    for left_out in room.restore(*room.saved(study)):
        errors.print(str(left_out), markup=False)
