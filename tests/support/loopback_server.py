"""A server of the Open Inference Protocol in this process, for tests of the client."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from concurrent import futures

import grpc
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc

from reader.inference.remote.wire import OUTPUTS

_LIMITS = [
    ("grpc.max_send_message_length", 2**31 - 1),
    ("grpc.max_receive_message_length", 2**31 - 1),
]


class LoopbackServer(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers with `answer`; keeps what was asked, so that tests can look at all of it."""

    def __init__(self, answer: Callable[[dict[str, bytes]], dict[str, bytes]], token="") -> None:
        self._answer = answer
        self._token = token
        self.asked: list[bytes] = []
        self.entered = threading.Event()
        self._threads = futures.ThreadPoolExecutor(2)
        self._server = grpc.server(self._threads, options=_LIMITS)
        service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(self, self._server)
        self.address = f"grpc://127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def stop(self) -> None:
        """End at once; calls under way fail as when a machine is switched off."""
        self._server.stop(grace=0).wait()

    def close(self) -> None:
        """End, and wait for what was still being answered."""
        self.stop()
        self._threads.shutdown()

    def ServerLive(self, _request, context):  # noqa: N802 - the protocol's name
        self._check(context)
        return pb.ServerLiveResponse(live=True)

    def ModelInfer(self, request, context):  # noqa: N802 - the protocol's name
        self._check(context)
        self.asked.append(request.SerializeToString())
        self.entered.set()
        # An element of type BYTES is its length in four bytes, then itself.
        sent = {
            tensor.name: raw[4:]
            for tensor, raw in zip(request.inputs, request.raw_input_contents, strict=True)
        }
        try:
            answer = self._answer(sent)
        except Exception as error:  # noqa: BLE001 - handed to the client
            context.abort(grpc.StatusCode.INTERNAL, str(error))
        response = pb.ModelInferResponse(model_name=request.model_name)
        for name in OUTPUTS:
            response.outputs.add(name=name, datatype="BYTES", shape=[1])
            response.raw_output_contents.append(struct.pack("<I", len(answer[name])) + answer[name])
        return response

    def _check(self, context) -> None:
        said = dict(context.invocation_metadata()).get("authorization", "")
        if self._token and said != f"Bearer {self._token}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "no")
