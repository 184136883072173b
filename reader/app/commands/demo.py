"""`reader demo`: the demo study, on screen or as a tour without one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from reader.app.console import errors, plain_errors, progress_bar


def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="Do the whole loop without a screen.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where --headless leaves findings, DICOM and screenshots."),
    ] = None,
) -> None:
    """Open the synthetic demo study with the AI running; made on first use."""
    with plain_errors():
        if headless:
            if out is None:
                raise typer.BadParameter("--headless needs --out DIR", param_hint="--out")
            _tour(out.absolute())
            return
        from reader.app.main import run

        raise typer.Exit(run(demo=True))


def _tour(out: Path) -> None:
    """The tour reads and decides in folders of its own, so it never touches yours."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from dataclasses import replace

    from reader.app.demo_tour import DemoTour
    from reader.app.main import build_application
    from reader.app.paths import find_paths

    paths = find_paths().created()
    with tempfile.TemporaryDirectory(prefix="reading-room-tour-") as own:
        apart = replace(paths, user_data=Path(own), user_config=Path(own))
        application = build_application(apart)
        try:
            with progress_bar() as report:
                written = DemoTour(application, out, report).run()
        finally:
            application.workspace.close()
            application.window.close()
            application.window.deleteLater()
    errors.print(f"{len(written)} files written to {out}.", markup=False)
