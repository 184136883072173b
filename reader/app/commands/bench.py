"""`reader bench`: how fast it is on this machine, beside a limit or a peer."""

from __future__ import annotations

import enum
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import plain_errors, print_json, progress_bar

if TYPE_CHECKING:
    from reader.app.bench.report import BenchReport


class BenchName(enum.Enum):
    """What can be measured."""

    FRAMES = "frames"


def bench(
    name: Annotated[BenchName, typer.Argument(help="What to measure.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="A folder or file; default: a synthetic CT.")
    ] = None,
    count: Annotated[int, typer.Option("--count", min=100, help="Frames for each row.")] = 300,
    on_screen: Annotated[
        bool, typer.Option("--on-screen", help="Open real windows on this screen.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Measure this machine. Ratios within one run count; milliseconds depend on its load.

    frames: a turn of the wheel to the end of the paint, for three viewports of 900 x 900
    pixels with an overlay, idle and with the model running, beside the time to copy the
    same pixels in memory and beside stock pyqtgraph image items. It takes about a minute.
    """
    if not on_screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from reader.app.bench.frames import FramesBench
    from reader.app.main import build_runner, put_the_screen_first
    from reader.app.paths import find_paths

    put_the_screen_first()
    with plain_errors(), progress_bar(as_json) as report:
        paths = find_paths().created()
        runner = build_runner(paths.models)
        measured = FramesBench(paths, runner, data, count, report).run()
    if as_json:
        print_json(measured.as_json())
    else:
        _print_table(measured)


def _print_table(measured: BenchReport) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(measured.machine, markup=False)
    table = Table(box=SIMPLE_HEAD)
    table.add_column("What")
    for heading in ("Median ms", "p99 ms", "n"):
        table.add_column(heading, justify="right")
    for row in measured.rows:
        table.add_row(row.what, f"{row.median_ms:.3f}", f"{row.p99_ms:.3f}", str(row.n))
    console.print(table)
    ratios = Table("Ratio", box=SIMPLE_HEAD)
    ratios.add_column("Value", justify="right")
    for key, value in measured.ratios.items():
        ratios.add_row(key, f"{value:.2f}")
    console.print(ratios)
