"""Models in a process of their own: whatever happens to it, the application goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from reader.core.cancel import CancelToken, Progress, ignore_progress
from reader.core.errors import Cancelled, InferenceError, ModelUnavailableError
from reader.core.focus import Focus
from reader.core.model import Device, InferenceRequest
from reader.inference.runners.process_runner import ProcessRunner, worker_command
from tests.support.chest import NODULES_LPS_MM, chest_volume, write_tiny_pack
from tests.support.model_worker import STAGES, command

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals as on POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def volume():
    return chest_volume()


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    write_tiny_pack(folder / "chest-ct")
    return folder


@pytest.fixture(scope="module")
def kept(models):
    """A runner whose process no test ends."""
    runner = ProcessRunner(models, command)
    runner.warm()
    yield runner
    runner.close()


@pytest.fixture
def lost(models):
    """A runner whose process a test ends."""
    runner = ProcessRunner(models, command)
    yield runner
    runner.close()


def request_for(runner, volume, kind="balls") -> InferenceRequest:
    return InferenceRequest(kind, "1.2.3", volume, runner.specs()[0], Device.CPU)


def run(runner, volume, kind="balls", report=ignore_progress, cancel=None, focus=None):
    return runner.run(request_for(runner, volume, kind), report, cancel or CancelToken(), focus)


def test_the_process_is_kept_for_the_next_run(kept, volume):
    assert run(kept, volume).findings
    first = kept.process_id
    assert run(kept, volume).findings
    assert kept.process_id == first


def test_nothing_is_started_before_it_is_wanted_and_nothing_is_left(lost, volume):
    assert lost.process_id is None
    lost.warm()
    process = lost.process_id
    lost.close()
    assert lost.process_id is None
    assert not psutil.pid_exists(process)


@linux
def test_every_thread_that_computes_has_the_lowest_priority(kept, volume):
    run(kept, volume)
    threads = [int(t.name) for t in Path(f"/proc/{kept.process_id}/task").iterdir()]
    assert len(threads) > 1
    assert {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads} == {19}


@posix
@pytest.mark.parametrize(("kind", "words"), [("killed", "memory ran out"), ("crashes", "SIGSEGV")])
def test_a_process_that_goes_is_told_of_and_replaced(lost, volume, kind, words):
    with pytest.raises(InferenceError, match=words):
        run(lost, volume, kind)
    assert run(lost, volume).findings


@posix
@pytest.mark.slow
def test_a_process_killed_at_any_stage_ends_in_words(lost, volume):
    for stage in ("Loading the model", *map(str, STAGES)):
        told: list[str] = []

        def kill(progress: Progress, stage=stage, told=told) -> None:
            if lost.process_id is not None and str(progress.stage) == stage and not told:
                told.append(stage)
                psutil.Process(lost.process_id).kill()

        lost.warm()
        with pytest.raises(InferenceError, match=r"memory ran out|does not start"):
            run(lost, volume, "pauses", kill)
        assert told == [stage]
    assert run(lost, volume).findings


def test_a_model_that_raises_is_told_of_without_its_words(kept, volume, caplog):
    with pytest.raises(InferenceError, match="KeyError") as failed:
        run(kept, volume, "raises")
    assert "must not be told" not in str(failed.value)
    assert any("KeyError at" in r.getMessage() for r in caplog.records)
    assert "must not be told" not in caplog.text


@linux
def test_a_model_that_is_refused_memory_says_so_and_the_process_stays(lost, volume):
    with pytest.raises(InferenceError, match="memory"):
        run(lost, volume, "eats memory")
    assert lost.process_id is not None


def test_what_is_wrong_with_a_model_reaches_the_reader_in_its_own_kind(tmp_path, volume):
    write_tiny_pack(tmp_path / "models" / "chest-ct")
    weights = tmp_path / "models" / "chest-ct" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    runner = ProcessRunner(tmp_path / "models")
    try:
        with pytest.raises(ModelUnavailableError, match="not the card's"):
            run(runner, volume)
    finally:
        runner.close()


def test_a_process_that_goes_between_runs_is_replaced_unnoticed(lost, volume):
    lost.warm()
    first = lost.process_id
    psutil.Process(first).kill()
    psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], timeout=10)
    assert run(lost, volume).findings
    assert lost.process_id != first


def test_a_program_that_does_not_start_is_said_plainly(models, volume):
    nowhere = ProcessRunner(models, lambda: [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(InferenceError, match="does not start"):
        run(nowhere, volume)
    missing = ProcessRunner(models, lambda: [str(models / "no-such-program")])
    with pytest.raises(InferenceError, match="does not start"):
        run(missing, volume)


BABBLE = """
import socket, sys, time
socket.socket(fileno=int(sys.argv[-1])).sendall(bytes(range(12)) * 20)
time.sleep(60)
"""


@posix
def test_a_program_that_talks_nonsense_is_not_waited_for(models, volume):
    babbling = ProcessRunner(models, lambda: [sys.executable, "-c", BABBLE])
    with pytest.raises(InferenceError, match="does not start"):
        run(babbling, volume)
    assert babbling.process_id is None


def test_reports_do_not_flood_the_application(kept, volume):
    seen: list[Progress] = []
    run(kept, volume, "chatty", seen.append)
    regions = [p for p in seen if str(p.stage) == "Talking"]
    assert len(regions) == 500, "no finished region is lost"
    with_labels = [p for p in regions if p.labels is not None]
    assert 1 <= len(with_labels) < 500, "what is too much is left out"
    assert with_labels[-1].labels.all()


@posix
def test_a_process_that_does_not_stop_is_ended(lost, volume, tmp_path, monkeypatch):
    monkeypatch.setattr("reader.inference.runners.process_runner._STOP_LIMIT_S", 0.1)
    cancel = CancelToken()

    def report(progress: Progress) -> None:
        if progress.region_kji is not None:
            cancel.cancel()

    with pytest.raises(Cancelled):
        run(lost, volume, f"waits={tmp_path / 'pid'}", report, cancel)


def test_where_the_reader_looks_reaches_a_run_under_way(kept, volume):
    focus, seen = Focus(), []

    def report(progress: Progress) -> None:
        seen.append(str(progress.stage))
        if seen[-1] == "Waiting":
            focus.move(NODULES_LPS_MM[1])

    assert run(kept, volume, "follows", report, focus=focus).findings
    assert "Waiting" in seen


LIGHT = """
import sys
from pathlib import Path
import numpy as np
from reader.core.cancel import CancelToken, ignore_progress
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit
from reader.core.model import Device, InferenceRequest
from reader.core.volume import Volume
from reader.inference.runners.process_runner import ProcessRunner
from tests.support.model_worker import command
runner = ProcessRunner(Path(sys.argv[1]))
runner._command = command
grid = VolumeGeometry.from_spacing((12, 32, 32), (4.0, 4.0, 4.0))
volume = Volume("1", np.zeros(grid.shape_kji, np.int16), grid, IntensityUnit.HU)
request = InferenceRequest("balls", "1", volume, runner.specs()[0], Device.CPU)
runner.run(request, ignore_progress, CancelToken())
runner.close()
print([name for name in ("torch", "scipy") if name in sys.modules])
"""


def test_the_application_runs_a_model_without_importing_pytorch(models, project_root):
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, str(models)],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


PARENT = """
import sys
from pathlib import Path
from reader.core.cancel import CancelToken, ignore_progress
from reader.core.model import Device, InferenceRequest
from reader.inference.runners.process_runner import ProcessRunner
from tests.support.chest import chest_volume
from tests.support.model_worker import command
runner = ProcessRunner(Path(sys.argv[1]), command)
volume, spec = chest_volume(), runner.specs()[0]
request = InferenceRequest(f"waits={sys.argv[2]}", "1", volume, spec, Device.CPU)
runner.run(request, ignore_progress, CancelToken())
"""


@linux
def test_nothing_is_left_when_the_application_is_killed_amid_a_run(models, tmp_path, project_root):
    note = tmp_path / "pid"
    shared_before = set(Path("/dev/shm").iterdir())
    application = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(models), str(note)], cwd=project_root
    )
    try:
        worker = psutil.Process(_first_word(note, application))
    finally:
        application.send_signal(signal.SIGKILL)
        application.wait(10)
    gone, alive = psutil.wait_procs([worker], timeout=20)
    assert gone
    assert not alive
    assert set(Path("/dev/shm").iterdir()) <= shared_before


def _first_word(note, application) -> int:
    """The process id that the worker writes when its run is amid the windows."""
    never = threading.Event()
    while application.poll() is None:
        if note.exists() and note.read_text():
            return int(note.read_text())
        never.wait(0.02)
    raise AssertionError("the application ended by itself")


def test_the_command_does_not_import_from_the_current_folder():
    assert "-P" in worker_command()
