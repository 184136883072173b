"""Runs on a server over loopback: the same result, nothing private sent, and a way on."""

from __future__ import annotations

import threading
import zlib
from dataclasses import replace

import numpy as np
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import Cancelled, InferenceError, ModelUnavailableError
from reader.core.model import Device, Eligibility, InferenceRequest
from reader.core.text import say
from reader.inference.chest_ct.adapter import TaskPipeline
from reader.inference.remote.remote_runner import RemoteRunner, ServerAddress, parse_address
from reader.inference.remote.served_model import ServedModel
from reader.inference.runners.thread_runner import TorchRunner
from tests.support.chest import BallNetwork, chest_volume, write_tiny_pack

pytest.importorskip("tritonclient.grpc", reason='needs pip install "reading-room[server]"')

from tests.support.loopback_server import LoopbackServer

PRIVATE = "1.2.840.99999.SECRET"


@pytest.fixture
def local(tmp_path):
    write_tiny_pack(tmp_path / "models" / "chest-ct")
    return TorchRunner(
        tmp_path / "models",
        beside_a_screen=False,
        open_with=lambda _spec: TaskPipeline(BallNetwork()),
    )


@pytest.fixture(scope="module")
def volume():
    return replace(chest_volume(), series_uid=PRIVATE)


@pytest.fixture
def serve():
    """Starts servers, and ends them."""
    servers = []

    def start(answer, **more):
        servers.append(LoopbackServer(answer, **more))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def request_for(runner, volume, device=Device.SERVER) -> InferenceRequest:
    cautions = Eligibility((), (say("Age: 12 years."),))
    return InferenceRequest(
        "run-7", PRIVATE, volume, runner.specs()[0], device, eligibility=cautions
    )


def remote(local, server, token="") -> RemoteRunner:
    return RemoteRunner(local, lambda: parse_address(server.address, token))


def run(runner, volume, device=Device.SERVER, cancel=None):
    request = request_for(runner, volume, device)
    return runner.run(request, ignore_progress, cancel or CancelToken())


def test_the_server_says_byte_for_byte_what_this_machine_says(local, volume, serve):
    server = serve(ServedModel(local).answer)
    there = run(remote(local, server), volume)
    here = run(local, volume, Device.CPU)
    assert there.labels.tobytes() == here.labels.tobytes()
    assert there.labels.dtype == here.labels.dtype
    assert len(here.findings) == 2
    for one, other in zip(there.findings, here.findings, strict=True):
        later = replace(one.provenance, made_at=other.provenance.made_at)
        assert replace(one, provenance=later) == other
        assert one.provenance.eligibility_cautions == ("Age: 12 years.",)
    assert there.segments == here.segments
    np.testing.assert_allclose(there.heatmap.scores, here.heatmap.scores, atol=0.5 / 255 + 1e-3)
    assert there.device == "server cpu"


def test_nothing_that_names_anybody_is_sent(local, volume, serve):
    server = serve(ServedModel(local).answer)
    run(remote(local, server), volume)
    (asked,) = server.asked
    assert b"chest-ct" in asked  # what is not deflated can be read
    for private in (PRIVATE, "Age"):
        assert private.encode() not in asked


def test_values_that_int16_cannot_hold_arrive_as_they_are(local, volume, serve):
    seen = []

    def answer(tensors):
        from reader.inference.remote.wire import unpack_request

        seen.append(unpack_request(tensors, local.specs()).volume.voxels)
        raise RuntimeError("enough")

    server = serve(answer)
    fine = volume.voxels.astype(np.float32) + np.float32(0.25)
    with pytest.raises(InferenceError):
        run(remote(local, server), replace(volume, voxels=fine))
    assert seen[0].dtype == np.float32
    np.testing.assert_array_equal(seen[0], fine)


def test_a_server_lost_in_the_middle_is_replaced_by_this_machine(local, volume, serve):
    never = threading.Event()
    server = serve(lambda _tensors: never.wait())
    killer = threading.Thread(target=lambda: (server.entered.wait(), server.stop()))
    killer.start()
    result = run(remote(local, server), volume)
    killer.join()
    never.set()
    assert len(result.findings) == 2
    assert str(result.notes[-1]) == "The server was lost, so the run was done here."
    assert result.device == "cpu"


def test_a_server_that_is_not_there_is_no_failure(local, volume):
    runner = RemoteRunner(local, lambda: ServerAddress("127.0.0.1:9", tls=False))
    result = run(runner, volume)
    assert len(result.findings) == 2
    assert "could not be reached" in str(result.notes[-1])


def test_other_weights_on_the_server_are_not_used(local, volume, serve, tmp_path):
    write_tiny_pack(tmp_path / "other" / "chest-ct", seed=1)
    other = TorchRunner(tmp_path / "other", open_with=lambda _spec: TaskPipeline(BallNetwork()))
    result = run(remote(local, serve(ServedModel(other).answer)), volume)
    assert "does not have this version" in str(result.notes[-1])


def test_a_failure_of_the_model_itself_is_said_and_not_repeated_here(local, volume, serve):
    def fails(_tensors):
        raise RuntimeError("the model failed")

    with pytest.raises(InferenceError, match="failed on the server"):
        run(remote(local, serve(fails)), volume)


def test_an_answer_of_the_wrong_size_is_never_shown(local, volume, serve):
    def short(tensors):
        answer = ServedModel(local).answer(tensors)
        answer["LABELS"] = zlib.compress(zlib.decompress(answer["LABELS"])[:-1])
        return answer

    result = run(remote(local, serve(short)), volume)
    assert "could not be used" in str(result.notes[-1])


def test_cancelling_does_not_wait_for_the_server(local, volume, serve):
    never, cancel = threading.Event(), CancelToken()
    server = serve(lambda _tensors: never.wait())
    canceller = threading.Thread(target=lambda: (server.entered.wait(), cancel.cancel()))
    canceller.start()
    with pytest.raises(Cancelled):
        run(remote(local, server), volume, cancel=cancel)
    canceller.join()
    never.set()


def test_a_token_opens_the_server_and_a_wrong_one_is_said(local, volume, serve):
    server = serve(ServedModel(local).answer, token="open")
    assert run(remote(local, server, "open"), volume).device == "server cpu"
    assert "could not be reached" in str(run(remote(local, server, "shut"), volume).notes[-1])


def test_without_the_wish_for_a_server_none_is_asked(local, volume):
    def asked():
        raise AssertionError("the server was looked for")

    assert run(RemoteRunner(local, asked), volume, Device.CPU).device == "cpu"


def test_without_an_address_the_reader_is_told_to_set_one(local, volume):
    with pytest.raises(ModelUnavailableError, match="No AI server is set"):
        run(RemoteRunner(local, lambda: None), volume)


@pytest.mark.parametrize("text", ["", "host:8001", "http://host:8001", "grpc://host", "grpc://:1"])
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(ModelUnavailableError, match="address"):
        parse_address(text)


def test_a_token_never_leaves_the_machine_unprotected():
    with pytest.raises(ModelUnavailableError, match="unprotected"):
        parse_address("grpc://gpu.hospital:8001", token="t")
    assert parse_address("grpcs://gpu.hospital:8001", token="t").tls
    assert parse_address("grpc://localhost:8001", token="t").token == "t"
