"""`reader [PATH…]`: the application."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reader.app.console import plain_errors


def open_paths(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Folders or files to open.", show_default=False)
    ] = None,
) -> None:
    """Open the application on folders or files; the word `open` may be left out.

    Without any, it goes on where it was interrupted. A folder named like a command is
    given as ./info.
    """
    from reader.app.main import run

    with plain_errors():
        raise typer.Exit(run([path.absolute() for path in paths or []]))
