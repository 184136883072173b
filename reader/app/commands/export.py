"""`reader export`: hand over what was decided on a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import errors, plain_errors, print_json
from reader.core.errors import ExportError, ReaderError
from reader.core.text import say

if TYPE_CHECKING:
    from reader.session.export import ExportFormat
    from reader.session.jobs import Job
    from reader.session.main_loop import PumpedLoop
    from reader.session.workspace import Workspace

LONGEST_S = 3600.0


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
        written = _Exporting(study, out.absolute()).run(wanted)
        if as_json:
            print_json({"written": [str(path) for path in written]})
        else:
            errors.print(f"{len(written)} files written to {out}, read back and compared.")


def _parsed(words: str) -> set[ExportFormat]:
    from reader.session.export import ExportFormat

    try:
        return {ExportFormat(word.strip().lower()) for word in words.split(",")}
    except ValueError:
        known = ", ".join(kind.value for kind in ExportFormat)
        raise typer.BadParameter(f"choose from {known}", param_hint="--format") from None


class _Exporting:
    """Opens a study without a window, waits for it, exports each series with results."""

    def __init__(self, study: str, out: Path) -> None:
        self._study = study
        self._out = out

    def run(self, formats: set[ExportFormat]) -> list[Path]:
        from reader.app.main import build_workspace
        from reader.app.paths import find_paths
        from reader.session.main_loop import PumpedLoop

        loop = PumpedLoop()
        workspace = build_workspace(find_paths().created(), loop.deliver)
        try:
            return self._export(workspace, loop, formats)
        finally:
            workspace.close()

    def _export(
        self, workspace: Workspace, loop: PumpedLoop, formats: set[ExportFormat]
    ) -> list[Path]:
        self._open(workspace, loop)
        reviewed = sorted({f.series_key for f in workspace.findings.findings})
        if not reviewed:
            raise ExportError(
                say("Nothing was decided on this study yet."),
                say("Open it, review its findings, then export."),
            )
        written: list[Path] = []
        for number, series_key in enumerate(reviewed):
            out = self._out if len(reviewed) == 1 else self._out / f"series-{number + 1}"
            job = workspace.exporter.export(series_key, out, formats)
            if job is None:
                notice = workspace.notices.posted[-1]
                raise ExportError(notice.what_happened, notice.what_to_do or say("Try again."))
            _finish(workspace, loop, job)
            written += workspace.exporter.last_written
        return written

    def _open(self, workspace: Workspace, loop: PumpedLoop) -> None:
        path = Path(self._study)
        paths = [path.absolute()] if path.exists() else workspace.place.paths_of(self._study)
        if not paths:
            raise ExportError(
                say("There is no such file, folder or study."),
                say("Give the study's folder, or the UID of a study opened before."),
            )
        _finish(workspace, loop, workspace.open_paths(paths))


def _finish(workspace: Workspace, loop: PumpedLoop, job: Job) -> None:
    """Wait for a job and whatever it started; its failure becomes this command's."""
    done: Callable[[], bool] = lambda: all(j.is_over for j in workspace.jobs.jobs.values())  # noqa: E731
    loop.run_until(done, LONGEST_S)
    error = workspace.jobs.jobs[job.id].error
    if isinstance(error, ReaderError):
        raise error
