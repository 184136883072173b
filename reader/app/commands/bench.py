"""`reader bench`: how fast it is on this machine, beside a limit or a peer."""

from __future__ import annotations

import enum
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.console import plain_errors, print_json, progress_bar

if TYPE_CHECKING:
    from reader.app.bench.load_report import LoadReport
    from reader.app.bench.report import BenchReport


class BenchName(enum.Enum):
    """What can be measured."""

    FRAMES = "frames"
    LOAD = "load"


def bench(
    name: Annotated[BenchName, typer.Argument(help="What to measure.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="A folder or file; default: a synthetic CT.")
    ] = None,
    count: Annotated[int, typer.Option("--count", min=100, help="Frames for each row.")] = 300,
    on_screen: Annotated[
        bool, typer.Option("--on-screen", help="Open real windows on this screen.")
    ] = False,
    rounds: Annotated[
        int, typer.Option("--rounds", min=1, help="load: how often each way is taken.")
    ] = 15,
    many: Annotated[
        int, typer.Option("--many", min=0, help="load: files of 20 studies to look through.")
    ] = 10_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Measure this machine. Ratios within one run count; milliseconds depend on its load.

    frames: a turn of the wheel to the end of the paint, for three viewports of 900 x 900
    pixels with an overlay, idle and with the model running, beside the time to copy the
    same pixels in memory and beside stock pyqtgraph image items. It takes about a minute.

    load: a synthetic CT of 512 x 512 x 400 in 400 files, from the folder to values in HU,
    beside reading the bytes alone, SimpleITK, pydicom and a JPEG-LS decoder by itself;
    values are compared every time. It takes about two minutes and 1 GB of temporary files.
    """
    if name is BenchName.LOAD:
        _bench_load(rounds, many, as_json)
        return
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


def _bench_load(rounds: int, many: int, as_json: bool) -> None:
    from reader.app.bench.load import LoadBench
    from reader.app.bench.load_case import SHAPE_KJI

    with plain_errors(), progress_bar(as_json) as report:
        measured = LoadBench(rounds, many, report, SHAPE_KJI).run()
    if as_json:
        print_json(measured.as_json())
    else:
        _print_load(measured)


def _print_load(measured: LoadReport) -> None:
    from statistics import median

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from reader.app.bench.report import machine_text

    console = Console(highlight=False)
    console.print(machine_text(), markup=False)
    table = Table("What", box=SIMPLE_HEAD)
    for heading in ("Median ms", "Least", "Most", "n"):
        table.add_column(heading, justify="right")
    for what, seconds in measured.seconds.items():
        times = (f"{1000 * s:.1f}" for s in (median(seconds), min(seconds), max(seconds)))
        table.add_row(what, *times, str(len(seconds)))
    console.print(table)
    ratios = Table("Ratio", box=SIMPLE_HEAD)
    for heading in ("Value", "Single rounds", "Limit", ""):
        ratios.add_column(heading, justify="right")
    for name, ratio in measured.ratios.items():
        bound = "" if ratio.limit is None else str(ratio.limit)
        spread = f"{ratio.low:.2f} to {ratio.high:.2f}"
        ratios.add_row(
            name, f"{ratio.value:.2f}", spread, bound, "met" if ratio.is_met else "MISSED"
        )
    console.print(ratios)
    for name, value in measured.facts.items():
        console.print(f"{name}: {value:g}")


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
