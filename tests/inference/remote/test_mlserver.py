"""A real MLServer on loopback, where it is installed (the extra `oracles`)."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.model import Device, InferenceRequest
from reader.inference.remote.remote_runner import RemoteRunner, parse_address
from reader.inference.remote.repository import write_repository
from reader.inference.runners.thread_runner import TorchRunner
from tests.support.chest import chest_volume

# Looked for only: in one process its messages and those of the client are in each other's way.
if importlib.util.find_spec("mlserver") is None:
    pytest.skip('needs pip install "reading-room[oracles]"', allow_module_level=True)
pytest.importorskip("tritonclient.grpc", reason='needs pip install "reading-room[server]"')

START_S = 120


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def served(tmp_path, project_root: Path):
    """A server with the shipped model, its process and its address."""
    local = TorchRunner(project_root / "models", beside_a_screen=False)
    write_repository(tmp_path, local.specs(), [project_root / "models"])
    settings = json.loads((tmp_path / "settings.json").read_text("utf-8"))
    ports = {name: free_port() for name in ("http_port", "grpc_port")}
    (tmp_path / "settings.json").write_text(json.dumps(settings | ports), "utf-8")
    environment = os.environ | {"PYTHONPATH": str(project_root)}
    with (tmp_path / "log").open("w") as log:
        command = [str(Path(sys.executable).with_name("mlserver")), "start", str(tmp_path)]
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=tmp_path)
        try:
            wait_for(ports["grpc_port"], process)
            yield local, process, f"grpc://127.0.0.1:{ports['grpc_port']}"
        finally:
            process.kill()
            process.wait()


def wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail("MLServer did not start")


def test_mlserver_gives_the_same_bytes_and_may_be_killed(served):
    local, process, address = served
    runner = RemoteRunner(local, lambda: parse_address(address))
    volume = chest_volume()

    def run(device, report=ignore_progress):
        request = InferenceRequest("run", "1.2.3", volume, local.specs()[0], device)
        return runner.run(request, report, CancelToken())

    there, here = run(Device.SERVER), run(Device.CPU)
    assert there.device == "server cpu"
    assert there.labels.tobytes() == here.labels.tobytes()
    assert [f.score for f in there.findings] == [f.score for f in here.findings]

    def kill_while_it_computes(progress) -> None:
        if "Computing on the server" in str(progress.stage):
            threading.Timer(0.3, process.kill).start()

    after = run(Device.SERVER, kill_while_it_computes)
    assert after.device == "cpu"
    assert after.labels.tobytes() == here.labels.tobytes()
    assert "the run was done here" in str(after.notes[-1])
