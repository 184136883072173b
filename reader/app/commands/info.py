"""`reader info`: what a folder holds, how it lies in space, and what does not open."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from reader.app.console import errors, plain_errors, print_json, progress_bar
from reader.core.cancel import CancelToken
from reader.core.intensity import IntensityUnit
from reader.core.series_kind import (
    ContrastPhase,
    PhasePlace,
    SeriesClass,
    SeriesKind,
    SpacingSource,
)
from reader.core.study import ScanResult, Series, Study, StudyObject
from reader.core.suv import SuvScale

if TYPE_CHECKING:
    from rich.table import Table


def info(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Folders or files: DICOM, NIfTI, NRRD, MetaImage, ZIP, DICOMDIR."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """List the studies and series in files and folders, and what could not be opened.

    Reads headers only; archives are unpacked for as long as it takes. The exit code is 1
    when nothing could be opened.
    """
    from reader.formats.dicom_scan import scan_paths

    with (
        plain_errors(),
        progress_bar(as_json) as report,
        tempfile.TemporaryDirectory(prefix="reading-room-") as unpacked,
    ):
        found = scan_paths(paths, report, CancelToken(), unpacked=Path(unpacked))
    if as_json:
        print_json(scan_report(found))
    else:
        _print_tables(found)
    if not found.studies:
        errors.print("Nothing here could be opened.")
        raise typer.Exit(1)


def scan_report(found: ScanResult) -> dict[str, object]:
    """A scan as the JSON that `--json` prints; a stable format."""
    return {
        "studies": [
            {
                "study_uid": study.study_uid,
                "description": study.description,
                "series": [_series_report(series) for series in study.series],
                "objects": [_object_report(one) for one in study.objects],
            }
            for study in found.studies
        ],
        "unreadable": [{"path": _shown(u.path), "why": str(u.why)} for u in found.unreadable],
    }


def _series_report(series: Series) -> dict[str, object]:
    geometry = series.geometry
    return {
        "series_uid": series.series_uid,
        "key": series.key,
        "modality": series.modality,
        "description": series.description,
        "shape_kji": list(geometry.shape_kji),
        "spacing_kji_mm": list(geometry.spacing_kji_mm),
        "affine_kji_to_lps": (geometry.affine_kji_to_lps + 0.0).tolist(),
        "intensity_unit": series.unit.value,
        "transfer_syntax": series.transfer_syntax_uid,
        "instances": len(series.instances),
        "measurable": series.measurable,
        "warnings": [{"code": w.code.value, "text": str(w.text)} for w in series.warnings],
        "format": series.format,
        "kind": series.kind.value,
        "category": series.category.value,
        "contrast_phase": series.contrast_phase.value,
        "phase": _phase_report(series.phase),
        "is_color": series.is_color,
        "spacing_source": series.spacing_source.value,
        "unit_name": series.unit_name,
        "suv": _suv_report(series.suv),
    }


def _phase_report(phase: PhasePlace | None) -> dict[str, object] | None:
    if phase is None:
        return None
    return {
        "group": phase.group,
        "index": phase.index,
        "count": phase.count,
        "axis": phase.axis.value,
        "label": phase.label,
    }


def _suv_report(suv: SuvScale | None) -> dict[str, object] | None:
    if suv is None:
        return None
    return {
        "body_weight": suv.body_weight,
        "lean_body_mass": suv.lean_body_mass,
        "body_surface_area": suv.body_surface_area,
        "why_not": None if suv.why_not is None else str(suv.why_not),
    }


def _object_report(one: StudyObject) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "series_uid": one.series_uid,
        "sop_instance_uid": one.sop_instance_uid,
        "modality": one.modality,
        "description": one.description,
        "references": len(one.references),
    }


def _print_tables(found: ScanResult) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Words

    console = Console(highlight=False, markup=False)
    for study in found.studies:
        console.print(_series_table(study))
        if study.objects:
            table = Table("Objects", "Description", "Images named", box=SIMPLE_HEAD)
            for about in study.objects:
                named = str(len(about.references) or "")
                table.add_row(about.kind.value, Words(about.description, overflow="fold"), named)
            console.print(table)
    warned = [(s, w) for study in found.studies for s in study.series for w in s.warnings]
    if warned:
        table = Table("Series", "To know before trusting it", box=SIMPLE_HEAD)
        for series, warning in warned:
            table.add_row(Words(_name(series)), Words(str(warning.text)))
        console.print(table)
    if found.unreadable:
        table = Table("Not opened", "Why", box=SIMPLE_HEAD)
        for one in found.unreadable:
            table.add_row(Words(_printable(one.path), overflow="fold"), Words(str(one.why)))
        console.print(table)


def _series_table(study: Study) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text as Words

    title = Words(study.description or "Study without a description", style="bold")
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for heading in ("Series", "Modality", "What"):
        table.add_column(heading)
    for heading in ("Slices", "Matrix", "Spacing mm", "Unit"):
        table.add_column(heading, justify="right")
    for series in study.series:
        k, rows, columns = series.geometry.shape_kji
        table.add_row(
            Words(_name(series), overflow="fold"),
            series.modality,
            Words(_what(series), overflow="fold"),
            str(k),
            f"{rows} × {columns}",
            _spacing(series),
            _unit(series),
        )
    return table


_SPACING_NOTES: Final = {
    SpacingSource.PATIENT: "",
    SpacingSource.DETECTOR: " (at the detector)",
    SpacingSource.ULTRASOUND: " (of the region)",
}


def _spacing(series: Series) -> str:
    """Millimetres along k, j and i, and where they are true."""
    if series.spacing_source is SpacingSource.NONE:
        return "unknown"
    words = " × ".join(f"{mm:.3g}" for mm in series.geometry.spacing_kji_mm)
    return words + _SPACING_NOTES[series.spacing_source]


def _what(series: Series) -> str:
    """Kind, class, phases and colour, as far as they are known and not the usual."""
    words = []
    if series.category is not SeriesClass.UNKNOWN:
        words.append(series.category.value)
    if series.kind is not SeriesKind.VOLUME:
        words.append(series.kind.value)
    if series.contrast_phase is not ContrastPhase.UNKNOWN:
        words.append(series.contrast_phase.value)
    if series.phase is not None:
        words.append(f"{series.phase.label} ({series.phase.index + 1} of {series.phase.count})")
    if series.is_color:
        words.append("colour")
    return ", ".join(words)


def _unit(series: Series) -> str:
    """The unit of stored values, and whether SUV can be computed from them."""
    if series.unit is IntensityUnit.ARBITRARY and series.unit_name:
        return series.unit_name
    suv = series.suv is not None and series.suv.body_weight is not None
    return f"{series.unit.value} (SUV)" if suv else series.unit.value


def _shown(path: Path) -> str:
    """A path that can be printed, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def _printable(path: Path) -> str:
    """A path without what a terminal would obey, and what turns its letters round."""
    return "".join(c if c.isprintable() else "\ufffd" for c in _shown(path))


def _name(series: Series) -> str:
    """A series as a person calls it."""
    number = "" if series.number is None else f"{series.number} "
    return f"{number}{series.description or 'without a description'}"
