"""`reader batch`: models over many studies, overnight; killed at any moment, it goes on."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.app.commands.predict import find_spec, write_json
from reader.app.console import (
    errors,
    plain_errors,
    print_json,
    progress_bar,
    stopped_by_signals,
)
from reader.app.out_files import make_folder
from reader.core.model import Device

if TYPE_CHECKING:
    from reader.app.batch.ray_pool import PoolPlan
    from reader.app.batch.task_runner import MakeRunner
    from reader.session.batch.batch import Pool, Summary
    from reader.storage.batch_ledger import BatchLedger, BatchTask

SUMMARY_FILE = "summary.json"
CPUS_PER_WORKER = 4


def batch(
    worklist: Annotated[
        Path, typer.Argument(help="A folder of studies, or a .txt, .csv or .json list of them.")
    ],
    model: Annotated[list[str], typer.Option("--model", help="A model's id; may be repeated.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for results, ledger and summary.")],
    device: Annotated[Device, typer.Option("--device", help="Where to run.")] = Device.AUTO,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Default: one for each GPU, or for 4 CPU cores."),
    ] = None,
    timeout_min: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Minutes after which a case is given up.")
    ] = 60.0,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try what failed before once more.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Run although a model's card refuses a series.")
    ] = False,
    address: Annotated[
        str | None, typer.Option("--ray-address", help="A running Ray cluster to work on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json too.")] = False,
) -> None:
    """Run models on every study of a worklist and write what each says.

    With Ray (`pip install "reading-room[batch]"`) in worker processes, one for each device;
    without it one after another in this process. The ledger in the output folder knows what
    is done: started again, killed or not, the same command goes on where it was. The exit
    code is 1 while anything failed.
    """
    from reader.session.batch.batch import plan, work_off
    from reader.session.batch.worklist import read_worklist
    from reader.storage.batch_ledger import LEDGER_NAME, BatchLedger

    with plain_errors(), progress_bar(as_json) as report, stopped_by_signals() as cancel:
        cases = read_worklist(worklist.absolute())
        make_runner = runner_of_this_machine()
        runner = make_runner()
        specs = [find_spec(runner, name) for name in dict.fromkeys(model)]
        folder = out.absolute()
        make_folder(folder)
        ledger = BatchLedger(folder / LEDGER_NAME)
        try:
            ledger.add(plan(cases, specs))
            if retry_failed:
                ledger.retry_failed()
            pool_plan = _plan(workers, timeout_min * 60)
            pool = open_pool(make_runner, folder, device, pool_plan, force=force, address=address)
            try:
                summary = work_off(ledger, pool, report, cancel, _tell)
            finally:
                pool.close()
                written = _write_summary(ledger, folder)
        finally:
            ledger.close()
    if as_json:
        print_json(written)
    _tell_summary(summary)
    if not summary.is_complete:
        raise typer.Exit(1)


def runner_of_this_machine() -> MakeRunner:
    """Makes the runner of a worker."""
    from reader.app.models import build_command_runner
    from reader.app.paths import find_paths

    return partial(build_command_runner, find_paths())


def open_pool(
    make_runner: MakeRunner,
    out: Path,
    device: Device,
    plan: PoolPlan,
    *,
    force: bool,
    address: str | None,
) -> Pool:
    """Ray's actors where Ray is installed, else this process."""
    from importlib.util import find_spec as find_module

    from reader.app.batch.ray_pool import RayPool
    from reader.app.batch.task_runner import OneByOne, TaskRunner

    if find_module("ray") is None:
        errors.print('One by one in this process: `pip install "reading-room[batch]"` for more.')
        return OneByOne(TaskRunner(make_runner, out, device, force=force))
    return RayPool(make_runner, out, device, plan, force=force, address=address)


def _plan(workers: int | None, timeout_s: float) -> PoolPlan:
    import torch

    from reader.app.batch.ray_pool import PoolPlan

    cores = os.cpu_count() or 1
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    actors = workers or cards or max(1, cores // CPUS_PER_WORKER)
    return PoolPlan(actors, max(1, cores // actors), min(1.0, cards / actors), timeout_s)


def _tell(task: BatchTask) -> None:
    """One line for each task that ended; the case's number, never whom it is of."""
    number = task.folder.split("-")[0]
    what = f"{task.findings} findings, {task.seconds:.0f} s" if task.seconds else task.reason
    errors.print(f"  {number}  {task.model_id}  {task.state.value}  {what}", markup=False)


def _write_summary(ledger: BatchLedger, out: Path) -> dict[str, object]:
    from reader.session.batch.batch import summary

    stands = summary(ledger)
    written: dict[str, object] = {
        "states": {state.value: count for state, count in stands.states.items()},
        "tasks": [
            {
                "case": task.folder.split("/")[0],
                "model": task.model_id,
                "sha256": task.model_sha256,
                "state": task.state.value,
                "attempts": task.attempts,
                "findings": task.findings,
                "seconds": task.seconds,
                "reason": task.reason,
                "results": task.folder,
            }
            for task in stands.tasks
        ],
    }
    write_json(out / SUMMARY_FILE, written)
    return written


def _tell_summary(summary: Summary) -> None:
    words = ", ".join(f"{n} {state.value}" for state, n in summary.states.items() if n)
    errors.print(f"{words}. Every result is a proposal nobody has looked at.", markup=False)
