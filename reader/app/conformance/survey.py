"""`reader conformance`: every file of a folder, opened and compared."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reader.app.conformance.compare import (
    by_positions,
    compare_geometry,
    compare_grid,
    compare_phases,
    compare_pixels,
)
from reader.app.conformance.families import Family, find_families
from reader.app.conformance.objects import FolderObjects
from reader.app.conformance.opened import Opened, opened, scanned
from reader.app.conformance.verdict import Row, Verdict, not_compared
from reader.app.conformance.witnesses import Witnesses
from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.study import Series, StudyObject
from reader.core.text import say
from reader.formats.yardsticks.reference_values import FileFacts, file_facts

_LEFT_OUT: Final = (".txt", ".tsv", ".md")
"""Notes that lie beside the files."""
_MOST_UNPACKED: Final = 1 << 30
_GRIDS: Final = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was compared."""

    rows: tuple[Row, ...]
    series: tuple[Row, ...]
    families: tuple[Family, ...]

    def as_json(self) -> dict[str, object]:
        """The shape that `--json` prints; stable."""
        return {
            "files": [row.as_json() for row in self.rows],
            "series": [row.as_json() for row in self.series],
            "families": [family.as_json() for family in self.families],
        }


def survey(folder: Path, report: ReportProgress, cancel: CancelToken) -> Survey:
    """Open and compare every file under `folder`, then every series of several files.

    Raises: Cancelled. OSError.
    """
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix.lower() not in _LEFT_OUT
    ]
    stage = say("Comparing with other programs")
    rows: list[Row] = []
    with Witnesses() as ask, scanned(folder) as everything:
        objects = FolderObjects(everything)
        for done, path in enumerate(files):
            cancel.check()
            report(Progress(done, len(files), stage))
            row, found = file_row(path, path.relative_to(folder).as_posix(), ask)
            rows.append(objects.completed(row, found))
        series = [row for place in _folders(files) for row in series_rows(place, folder, ask)]
        families = find_families(folder, files, cancel)
    return Survey(tuple(rows), tuple(series), tuple(families))


def file_row(path: Path, name: str, ask: Witnesses) -> tuple[Row, StudyObject | None]:
    """One file as the application opens it, beside its witnesses; and the object in it."""
    with opened(path) as found, plain_file(path) as inner:
        facts = file_facts(inner) if not _is_grid(path) else None
        pixels, geometry = _verdicts(inner, facts, found, ask)
        facts = facts or FileFacts()
        row = Row(
            file=name,
            what=facts.sop_class or _kind(path),
            syntax=facts.syntax,
            size=facts.size,
            made=found.made,
            pixels=pixels,
            geometry=geometry,
        )
        return row, next((item for study in found.scan.studies for item in study.objects), None)


@contextmanager
def plain_file(path: Path) -> Iterator[Path]:
    """The file itself, or what is in a gzip file of DICOM, for those who cannot look inside."""
    if _is_grid(path) or path.read_bytes()[:2] != b"\x1f\x8b":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="reading-room-") as folder:
        plain = Path(folder) / "plain.dcm"
        try:
            with gzip.open(path) as file:
                plain.write_bytes(file.read(_MOST_UNPACKED))
        except (OSError, EOFError, zlib.error):
            plain = path
        yield plain


def _verdicts(
    path: Path, facts: FileFacts | None, found: Opened, ask: Witnesses
) -> tuple[Verdict, Verdict]:
    if _is_grid(path):
        if len(found.series) == 1:
            return compare_grid([path], found.series[0], ask)
        if found.series:
            return compare_phases(path, found.series, ask)
        why = not_compared("no image is shown")
        return why, why
    if found.series and facts is not None and facts.size:
        return (
            compare_pixels(path, facts, found, ask),
            compare_geometry(path, found, ask),
        )
    if any(study.objects for study in found.scan.studies):
        why = not_compared("the images that it is about are not in this folder")
        return why, why
    why = not_compared("pydicom finds no image in it" if found.series else "no image is shown")
    return why, why


def _is_grid(path: Path) -> bool:
    return path.name.lower().endswith(_GRIDS)


def _kind(path: Path) -> str:
    """What a file that is no DICOM is, by its name."""
    return f"{path.suffix.lower().lstrip('.') or 'no'} file"


def _folders(files: Sequence[Path]) -> Iterator[Path]:
    """Folders that hold several files, each once."""
    seen: dict[Path, int] = {}
    for path in files:
        seen[path.parent] = seen.get(path.parent, 0) + 1
    yield from (place for place, count in seen.items() if count > 1)


def series_rows(place: Path, folder: Path, ask: Witnesses) -> Iterator[Row]:
    """The series of a folder that lie in several files, beside SimpleITK."""
    with opened(place) as found:
        for one in found.series:
            paths = list(dict.fromkeys(ref.path for ref in one.series.instances))
            if len(paths) < 2 or any(path.parent != place for path in paths):
                continue
            pixels, geometry = compare_grid(paths, one, ask, one.series.tags.lossy)
            geometry = by_positions(one, geometry)
            facts = file_facts(paths[0]) or FileFacts()
            yield Row(
                file=f"{place.relative_to(folder).as_posix()}: {_names(one.series, paths)}",
                what=facts.sop_class,
                syntax=facts.syntax,
                size=f"{len(paths)} files",
                made=Opened(found.scan, (one,)).made.partition("; ")[0],
                pixels=pixels,
                geometry=geometry,
            )


def _names(series: Series, paths: Sequence[Path]) -> str:
    names = sorted(path.name for path in paths)
    part = f", part {series.part}" if series.part else ""
    return f"{names[0]} … {names[-1]}{part}"
