"""One model's process by pipes alone, as on Windows, where nothing else can be passed to it."""

from __future__ import annotations

import psutil

from reader.core.model import Device, InferenceRequest
from reader.inference.packs.registry import load_specs
from reader.inference.runners.messages import Finished, Ready, Run
from reader.inference.runners.worker_process import WorkerProcess
from tests.support.chest import chest_volume, write_tiny_pack
from tests.support.model_worker import command

PATIENCE_S = 60.0


def test_a_run_goes_through_pipes_where_memory_cannot_be_shared(tmp_path):
    write_tiny_pack(tmp_path / "models" / "chest-ct")
    volume, (spec,) = chest_volume(), load_specs(tmp_path / "models")
    worker = WorkerProcess(command(), by_pipes=True)
    try:
        assert isinstance(worker.receive(PATIENCE_S), Ready)
        request = InferenceRequest("balls", "1.2.3", volume, spec, Device.CPU)
        worker.send(Run(1, request, None))
        message = worker.receive(PATIENCE_S)
        while message is not None and not isinstance(message, Finished):
            message = worker.receive(PATIENCE_S)
        assert message is not None, "it never finished"
        assert message.result.labels.shape == volume.geometry.shape_kji
        assert message.result.findings
    finally:
        worker.end()
    assert not psutil.pid_exists(worker.pid)
