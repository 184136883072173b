"""Handing over: the one road from reviewed findings to files that others can read."""

from __future__ import annotations

import enum
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import ExportError
from reader.core.handover import Handover
from reader.core.text import say


class ExportFormat(enum.Enum):
    """What can be handed over. The value is the word on the command line."""

    SEG = "seg"
    SR = "sr"
    KO = "ko"
    NIFTI = "nifti"
    JSON = "json"

    @property
    def needs_dicom(self) -> bool:
        """Whether the source must be DICOM, because the file refers to it."""
        return self in (ExportFormat.SEG, ExportFormat.SR, ExportFormat.KO)


SEGMENTATION_FILE = "segmentation.dcm"
REPORT_FILE = "report.dcm"
KEY_IMAGES_FILE = "key-images.dcm"
LABELS_FILE = "segmentation.nii.gz"
HEATMAP_FILE = "heatmap.nii.gz"
FINDINGS_FILE = "findings.json"
IMAGE_AND_REPORT_FILES = frozenset(
    {SEGMENTATION_FILE, REPORT_FILE, KEY_IMAGES_FILE, LABELS_FILE, HEATMAP_FILE}
)


def export_handover(
    handover: Handover,
    out: Path,
    formats: Iterable[ExportFormat],
    report: ReportProgress,
    cancel: CancelToken,
) -> tuple[Path, ...]:
    """Write, read back and compare all files, and only then give them their names in `out`.

    Returns: the files written. An older file of the same name is replaced in one step.

    Raises:
        ExportError: a file could not be written or did not read back as meant. Older
            files are still there and nothing new is.
        Cancelled: likewise.
    """
    wanted = [f for f in ExportFormat if f in set(formats)]
    if handover.series.format != "dicom" or handover.series.variant:
        wanted = [f for f in wanted if not f.needs_dicom]
    elif len(wanted) > 1 and ExportFormat.SEG in wanted and not handover.filled_segments():
        wanted.remove(ExportFormat.SEG)  # nothing is marked, and the others say so
    if len(wanted) > 1 and ExportFormat.KO in wanted and not handover.key_images:
        wanted.remove(ExportFormat.KO)  # likewise
    if not wanted and handover.series.variant:
        raise ExportError(
            say("Nothing was written: DICOM results refer to images, and this series is computed."),
            say("Choose NIfTI or JSON, or mark the findings on the series it was made from."),
        )
    if not wanted:
        raise ExportError(
            say("Nothing was written: DICOM results need a DICOM series."),
            say("Choose NIfTI or JSON."),
        )
    staged: list[Path] = []
    with _staging(out) as staging:
        for done, kind in enumerate(wanted):
            cancel.check()
            report(Progress(done, len(wanted), say("Writing {what}", what=kind.value)))
            staged += _written(kind, handover, Path(staging), _segmentation_among(staged))
        cancel.check()
        return tuple(_move(path, out) for path in staged)


def _written(
    kind: ExportFormat, handover: Handover, staging: Path, segmentation: Path | None
) -> list[Path]:
    """One format's files, checked. Raises: ExportError."""
    try:
        return _WRITERS[kind](handover, staging, segmentation)
    except OSError as error:
        raise unwritable(error) from error


def _segmentation_among(staged: list[Path]) -> Path | None:
    """The segmentation of this very export, for the report to refer to."""
    return next((path for path in staged if path.name == SEGMENTATION_FILE), None)


def _staging(out: Path) -> tempfile.TemporaryDirectory[str]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=out, prefix=".writing-", ignore_cleanup_errors=True)
    except OSError as error:
        raise unwritable(error) from error


def _move(staged: Path, out: Path) -> Path:
    """Give a checked file its name. Both lie on one disk, so this is one step."""
    target = out / staged.name
    try:
        with staged.open("rb") as stream:
            os.fsync(stream.fileno())
        staged.replace(target)
    except OSError as error:
        raise unwritable(error) from error
    return target


def unwritable(error: OSError) -> ExportError:
    """The system's refusal to write, in words."""
    if isinstance(error, (FileExistsError, NotADirectoryError)):
        return ExportError(
            say("Not saved: a file is where the folder should be."),
            say("Choose another folder."),
        )
    return ExportError(
        say("Not saved: {why}.", why=error.strerror or type(error).__name__),
        say("Choose another folder, or free some space, and try again."),
    )


def _write_seg(handover: Handover, staging: Path, _segmentation: Path | None) -> list[Path]:
    # highdicom takes a third of a second to import: not before the first paint.
    from reader.formats.export.dicom_check import check_segmentation
    from reader.formats.export.dicom_seg import write_segmentation

    path = staging / SEGMENTATION_FILE
    write_segmentation(handover, path)
    check_segmentation(path, handover)
    return [path]


def _write_sr(handover: Handover, staging: Path, segmentation: Path | None) -> list[Path]:
    from reader.formats.export.dicom_check import check_report
    from reader.formats.export.dicom_sr import write_report

    path = staging / REPORT_FILE
    write_report(handover, path, segmentation)
    check_report(path, handover, segmentation)
    return [path]


def _write_ko(handover: Handover, staging: Path, _segmentation: Path | None) -> list[Path]:
    from reader.formats.export.dicom_ko import check_key_images, write_key_images

    path = staging / KEY_IMAGES_FILE
    write_key_images(handover, path)
    check_key_images(path, handover)
    return [path]


def _write_nifti(handover: Handover, staging: Path, _segmentation: Path | None) -> list[Path]:
    from reader.formats.export.nifti_check import check_nifti
    from reader.formats.grids.nifti import write_nifti

    geometry = handover.series.geometry
    arrays = {LABELS_FILE: handover.labels}
    if handover.heatmap is not None:
        arrays[HEATMAP_FILE] = handover.heatmap.scores.astype(np.float32)
    for name, array in arrays.items():
        write_nifti(staging / name, array, geometry)
        check_nifti(staging / name, array, geometry)
    return [staging / name for name in arrays]


def _write_json(handover: Handover, staging: Path, _segmentation: Path | None) -> list[Path]:
    from reader.formats.export.results_json import check_findings_json, write_findings_json

    path = staging / FINDINGS_FILE
    write_findings_json(handover, path)
    check_findings_json(path, handover)
    return [path]


_WRITERS: dict[ExportFormat, Callable[[Handover, Path, Path | None], list[Path]]] = {
    ExportFormat.SEG: _write_seg,
    ExportFormat.SR: _write_sr,
    ExportFormat.KO: _write_ko,
    ExportFormat.NIFTI: _write_nifti,
    ExportFormat.JSON: _write_json,
}
