"""`reader info`: what a folder holds, how it lies in space, and what does not open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import errors, plain_errors, print_json, progress_bar
from reader.core.cancel import CancelToken
from reader.core.study import ScanResult, Series, Study

if TYPE_CHECKING:
    from rich.table import Table


def info(
    paths: Annotated[list[Path], typer.Argument(help="Folders or files: DICOM or NIfTI.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """List the studies and series in files and folders, and what could not be opened.

    Reads headers only. The exit code is 1 when nothing could be opened.
    """
    from reader.formats.dicom_scan import scan_paths

    with plain_errors(), progress_bar(as_json) as report:
        found = scan_paths(paths, report, CancelToken())
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
    }


def _print_tables(found: ScanResult) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Words

    console = Console(highlight=False, markup=False)
    for study in found.studies:
        console.print(_series_table(study))
    warned = [(s, w) for study in found.studies for s in study.series for w in s.warnings]
    if warned:
        table = Table("Series", "To know before trusting it", box=SIMPLE_HEAD)
        for series, warning in warned:
            table.add_row(Words(_name(series)), Words(str(warning.text)))
        console.print(table)
    if found.unreadable:
        table = Table("Not opened", "Why", box=SIMPLE_HEAD)
        for one in found.unreadable:
            table.add_row(Words(_shown(one.path), overflow="fold"), Words(str(one.why)))
        console.print(table)


def _series_table(study: Study) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text as Words

    title = Words(study.description or "Study without a description", style="bold")
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for heading in ("Series", "Modality"):
        table.add_column(heading)
    for heading in ("Slices", "Matrix", "Spacing mm", "Unit"):
        table.add_column(heading, justify="right")
    for series in study.series:
        k, rows, columns = series.geometry.shape_kji
        spacing = " × ".join(f"{mm:.3g}" for mm in series.geometry.spacing_kji_mm)
        table.add_row(
            Words(_name(series), overflow="fold"),
            series.modality,
            str(k),
            f"{rows} × {columns}",
            spacing,
            series.unit.value,
        )
    return table


def _shown(path: Path) -> str:
    """A path that can be printed, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def _name(series: Series) -> str:
    """A series as a person calls it."""
    number = "" if series.number is None else f"{series.number} "
    return f"{number}{series.description or 'without a description'}"
