"""`reader bench`: how fast it is on this machine, beside a limit or a peer."""

from __future__ import annotations

import enum
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from reader.app.console import plain_errors, print_json, progress_bar

if TYPE_CHECKING:
    from rich.console import Console

    from reader.app.bench.frames_report import FramesReport
    from reader.app.bench.infer_report import InferReport
    from reader.app.bench.load_report import LoadReport
    from reader.app.bench.ratio import Ratio
    from reader.app.bench.window_start import StartReport


_ROUNDS: Final = 15
_INFER_ROUNDS: Final = 3


class BenchName(enum.Enum):
    """What can be measured."""

    FRAMES = "frames"
    INFER = "infer"
    LOAD = "load"
    START = "start"


def bench(
    name: Annotated[BenchName, typer.Argument(help="What to measure.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="A folder or file; default: a synthetic CT.")
    ] = None,
    big: Annotated[
        bool, typer.Option("--big", help="frames: 1000 slices with 100 segments, and the memory.")
    ] = False,
    count: Annotated[int, typer.Option("--count", min=100, help="Frames for each row.")] = 300,
    on_screen: Annotated[
        bool, typer.Option("--on-screen", help="Open real windows on this screen.")
    ] = False,
    rounds: Annotated[
        int | None,
        typer.Option("--rounds", min=1, help="load, start (15), infer (3): how often each way."),
    ] = None,
    many: Annotated[
        int, typer.Option("--many", min=0, help="load: files of 20 studies to look through.")
    ] = 10_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Measure this machine. Ratios within one run count; milliseconds depend on its load.

    frames: a turn of the wheel, a drag of the crosshair and of the window to the end of the
    paint, for three viewports of 900 x 900 pixels with mask, heatmap and crosshair, idle and
    with the model running, beside the time to copy the same pixels in memory, beside stock
    pyqtgraph image items and, where it is installed, beside napari; and an oblique plane and
    slab beside SimpleITK. It takes about three minutes.

    load: a synthetic CT of 512 x 512 x 400 in 400 files, from the folder to values in HU,
    beside reading the bytes alone, SimpleITK, pydicom and a JPEG-LS decoder by itself;
    values are compared every time. It takes about two minutes and 1 GB of temporary files.

    infer: the shipped network at full resolution over a synthetic chest, in the same windows
    by ours and, where they are installed, by MONAI's SlidingWindowInferer and by nnU-Net's
    predictor; how soon something is seen, and the slowest frames beside a running model. It
    takes about three minutes.

    start: a fresh process with an empty home until its window is painted and can be used,
    beside a bare PySide6 window and, where it is installed, an empty napari. Half a minute.
    """
    if name is BenchName.LOAD:
        _bench_load(rounds or _ROUNDS, many, as_json)
        return
    if not on_screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if name is BenchName.INFER:
        _bench_infer(data, rounds or _INFER_ROUNDS, as_json)
    elif name is BenchName.START:
        _bench_start(rounds or _ROUNDS, as_json)
    else:
        _bench_frames(data, count, big, as_json)


def _bench_frames(data: Path | None, count: int, big: bool, as_json: bool) -> None:
    from reader.app.bench.frames import FramesBench
    from reader.app.main import put_the_screen_first
    from reader.app.models import build_runner
    from reader.app.paths import find_paths

    put_the_screen_first()
    with plain_errors(), progress_bar(as_json) as report:
        paths = find_paths().created()
        runner = build_runner(paths)
        measured = FramesBench(paths, runner, data, count, report, big).run()
    if as_json:
        print_json(measured.as_json())
    else:
        _print_frames(measured)


def _bench_infer(data: Path | None, rounds: int, as_json: bool) -> None:
    from reader.app.bench.infer import InferBench
    from reader.app.main import put_the_screen_first
    from reader.app.models import build_runner
    from reader.app.paths import find_paths

    put_the_screen_first()
    with plain_errors(), progress_bar(as_json) as report:
        paths = find_paths().created()
        measured = InferBench(paths, build_runner(paths), rounds, data, report).run()
    if as_json:
        print_json(measured.as_json())
    else:
        _print_infer(measured)


def _print_infer(measured: InferReport) -> None:
    from rich.console import Console

    from reader.app.bench.report import machine_text

    console = Console(highlight=False)
    console.print(machine_text(), markup=False)
    _print_seconds(console, measured.seconds)
    _print_ratios(console, measured.ratios, measured.reasons)
    _print_facts(console, measured.facts)
    for note in measured.notes:
        console.print(note, markup=False)


def _bench_load(rounds: int, many: int, as_json: bool) -> None:
    from reader.app.bench.load import LoadBench
    from reader.app.bench.load_case import SHAPE_KJI

    with plain_errors(), progress_bar(as_json) as report:
        measured = LoadBench(rounds, many, report, SHAPE_KJI).run()
    if as_json:
        print_json(measured.as_json())
    else:
        _print_load(measured)


def _bench_start(rounds: int, as_json: bool) -> None:
    from reader.app.bench.window_start import StartBench

    with plain_errors(), progress_bar(as_json) as report:
        measured = StartBench(rounds, report).run()
    if as_json:
        print_json(measured.as_json())
    else:
        _print_start(measured)


def _print_start(measured: StartReport) -> None:
    from rich.console import Console

    from reader.app.bench.report import machine_text
    from reader.app.bench.window_start import ROWS

    console = Console(highlight=False)
    console.print(machine_text(measured.screen), markup=False)
    named = {ROWS[kind]: seconds for kind, seconds in measured.seconds.items()}
    _print_seconds(console, named)
    _print_ratios(console, measured.ratios, measured.reasons)


def _print_load(measured: LoadReport) -> None:
    from rich.console import Console

    from reader.app.bench.report import machine_text

    console = Console(highlight=False)
    console.print(machine_text(), markup=False)
    _print_seconds(console, measured.seconds)
    _print_ratios(console, measured.ratios, {})
    _print_facts(console, measured.facts)


def _print_seconds(console: Console, seconds_of: Mapping[str, Sequence[float]]) -> None:
    from statistics import median

    rows = []
    for what, seconds in seconds_of.items():
        times = (f"{1000 * s:.1f}" for s in (median(seconds), min(seconds), max(seconds)))
        rows.append((what, *times, str(len(seconds))))
    _print_table(console, ("What", "Median ms", "Least", "Most", "n"), rows)


def _print_frames(measured: FramesReport) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    console.print(measured.machine, markup=False)
    rows = [(r.what, f"{r.median_ms:.3f}", f"{r.p99_ms:.3f}", str(r.n)) for r in measured.rows]
    _print_table(console, ("What", "Median ms", "p99 ms", "n"), rows)
    _print_ratios(console, measured.ratios, measured.reasons)
    _print_facts(console, measured.facts)
    for note in measured.notes:
        console.print(note, markup=False)


def _print_ratios(
    console: Console, ratios: Mapping[str, Ratio | None], reasons: Mapping[str, str]
) -> None:
    rows = []
    for name, ratio in ratios.items():
        if ratio is None:
            continue
        bound = "" if ratio.limit is None else str(ratio.limit)
        spread = f"{ratio.low:.2f} to {ratio.high:.2f}"
        rows.append(
            (name, f"{ratio.value:.2f}", spread, bound, "met" if ratio.is_met else "MISSED")
        )
    _print_table(console, ("Ratio", "Value", "Single rounds", "Limit", ""), rows)
    for name, reason in reasons.items():
        console.print(f"{name} was not measured: {reason}", markup=False)


def _print_facts(console: Console, facts: Mapping[str, float]) -> None:
    for name, value in facts.items():
        console.print(f"{name}: {value:g}")


def _print_table(console: Console, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(headings[0], box=SIMPLE_HEAD)
    table.columns[0].overflow = "fold"
    for heading in headings[1:]:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*row)
    console.print(table)
