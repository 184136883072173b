"""The demo study on disk: the synthetic thorax as a DICOM series, made once."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.study import Patient
from reader.core.text import say
from reader.formats.content_uid import derived_uid
from reader.formats.export.dicom_ct_writer import write_ct_series
from reader.imaging.thorax.build import GENERATOR_VERSION, SERIES_SHAPE_KJI, make_thorax
from reader.imaging.thorax.truth import Thorax

DEMO_PATIENT: Final = Patient(name="Demo^Thorax", patient_id="DEMO-THORAX", sex="O")
_SEED: Final = 7
_MAKING_PERCENT: Final = 85
_UNFINISHED: Final = ".unfinished-"


def ensure_demo_study(
    folder: Path,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    shape_kji: tuple[int, int, int] = SERIES_SHAPE_KJI,
) -> Path:
    """The folder of the demo study's DICOM files under `folder`, made if it is not there.

    Made under another name and renamed when complete, so what is found is whole; a
    study by an older version of the generator is made anew and the old one removed.
    `truth_file` says where the nodules' truth lies.

    Raises:
        UnreadableError: the folder cannot be written.
        Cancelled: nothing is left behind then.
    """
    name = _name(shape_kji)
    study = folder / name
    if _is_whole(study, shape_kji[0]):
        return study
    unfinished = folder / f"{_UNFINISHED}{name}-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder, keep=name)
        _make(unfinished, shape_kji, report, cancel)
        _put_in_place(unfinished, study, shape_kji[0])
    except OSError as error:
        raise UnreadableError(
            say("The demo study could not be made ({why}).", why=error.strerror or error),
            say("Free some disk space (about 130 MB is needed) and try again."),
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return study


def truth_file(study: Path) -> Path:
    """Where the truth of a demo study lies: beside its folder, so no scan meets it."""
    return study.with_name(f"{study.name}-truth.json")


def _name(shape_kji: tuple[int, int, int]) -> str:
    size = "" if shape_kji == SERIES_SHAPE_KJI else "-" + "x".join(map(str, shape_kji))
    return f"thorax-v{GENERATOR_VERSION}{size}"


def _is_whole(study: Path, count: int) -> bool:
    """Whether every slice and the truth are there; only deleting by hand can undo that."""
    return truth_file(study).is_file() and len(list(study.glob("*.dcm"))) == count


def _clear(folder: Path, keep: str) -> None:
    """Remove studies of other versions and what a killed process left unfinished."""
    for entry in folder.iterdir():
        stale = entry.name.startswith("thorax-v") and not entry.name.startswith(keep)
        if entry.is_dir() and (stale or entry.name.startswith(_UNFINISHED)):
            shutil.rmtree(entry, ignore_errors=True)
        elif stale:
            entry.unlink(missing_ok=True)


def _make(
    unfinished: Path,
    shape_kji: tuple[int, int, int],
    report: ReportProgress,
    cancel: CancelToken,
) -> None:
    """Make the thorax, write its series and its truth under `unfinished`."""

    def making(progress: Progress) -> None:
        done = int(_MAKING_PERCENT * progress.fraction)
        report(Progress(done, 100, progress.stage))

    def writing(progress: Progress) -> None:
        done = _MAKING_PERCENT + int((100 - _MAKING_PERCENT) * progress.fraction)
        report(Progress(done, 100, say("Writing the demo study")))

    thorax = make_thorax(_SEED, shape_kji, report=making, cancel=cancel)
    marks = ("Reading Room", "demo study", _name(shape_kji))
    write_ct_series(
        unfinished / "series",
        thorax.volume,
        study_uid=derived_uid(*marks, "study"),
        series_uid=derived_uid(*marks, "series"),
        patient=DEMO_PATIENT,
        description="Chest 1.25 mm, synthetic",
        study_description="Demo: synthetic thorax",
        date="20260105",
        time="090000",
        kernel="STANDARD",
        report=writing,
        cancel=cancel,
    )
    text = json.dumps(truth_dict(thorax), indent=2)
    (unfinished / "truth.json").write_text(text + "\n", encoding="utf-8")


def _put_in_place(unfinished: Path, study: Path, count: int) -> None:
    """Rename what was made; if another process was faster, its study stays."""
    if _is_whole(study, count):
        return
    shutil.rmtree(study, ignore_errors=True)
    (unfinished / "truth.json").replace(truth_file(study))
    (unfinished / "series").rename(study)


def truth_dict(thorax: Thorax) -> dict[str, object]:
    """The truth as it is written: the nodules with centre, size, kind, neighbour, place."""
    nodules = [
        {
            "center_lps_mm": [round(c, 2) for c in nodule.center_lps_mm],
            "diameter_mm": round(nodule.diameter_mm, 2),
            "kind": nodule.kind.value,
            "attachment": nodule.attachment.value,
            "side": nodule.side,
            "lobe": nodule.lobe,
        }
        for nodule in thorax.nodules
    ]
    return {"generator_version": GENERATOR_VERSION, "seed": _SEED, "nodules": nodules}
