"""`reader conformance`: files as Reading Room opens them, beside other people's programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reader.app.console import plain_errors, print_json, progress_bar
from reader.core.cancel import CancelToken


def conformance(
    folder: Annotated[
        Path, typer.Argument(help="A folder of files.", exists=True, file_okay=False)
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the table here as Markdown.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Open every file of a folder and compare values and places with independent decoders.

    Uses gdcm, pydicom's plugins and SimpleITK, and dcmtk's programs where they are installed;
    never the decoder that Reading Room itself used. The exit code is 1 when anything differs.
    """
    from reader.app.conformance.markdown import as_markdown
    from reader.app.conformance.survey import survey
    from reader.app.conformance.verdict import Outcome

    with plain_errors(), progress_bar(as_json) as report:
        found = survey(folder, report, CancelToken())
    if out is not None:
        out.write_text(as_markdown(found), "utf-8")
    if as_json:
        print_json(found.as_json())
    elif out is None:
        typer.echo(as_markdown(found))
    rows = (*found.rows, *found.series)
    if any(Outcome.DIFFERS in (row.pixels.outcome, row.geometry.outcome) for row in rows):
        raise typer.Exit(1)
