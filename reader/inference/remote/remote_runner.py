"""The `Runner` that asks a server, and computes here when the server is lost.

Speaks the Open Inference Protocol (KServe v2) over gRPC, so that NVIDIA Triton, MLServer
and OpenVINO Model Server can all be at the other end.
Source: https://github.com/kserve/open-inference-protocol
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import InferenceError, ModelUnavailableError
from reader.core.explanation import ExplainRequest, Explanation
from reader.core.focus import Focus
from reader.core.model import Device, InferenceRequest, InferenceResult, ModelSpec, Runner
from reader.core.text import Text, say

_LOOK_EVERY_S: Final = 0.05
_CONNECT_S: Final = 5.0
_GREATEST_MESSAGE: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is. `grpcs://` means TLS; the token is sent as a bearer token.

    `certificates` is a PEM file of the authority to trust; None = the system's.
    """

    host: str
    tls: bool
    token: str = ""
    certificates: str | None = None


def parse_address(text: str, token: str = "") -> ServerAddress:
    """`grpc://host:8001` or `grpcs://host:8001`.

    Raises: ModelUnavailableError: it is neither, or a token would travel in the clear to
        another machine.
    """
    scheme, found, host = text.strip().rstrip("/").partition("://")
    name, _, port = host.rpartition(":")
    if not found or scheme not in ("grpc", "grpcs") or not name or not port.isdigit():
        raise ModelUnavailableError(
            say("The address of the AI server cannot be used."),
            say("Write it as grpcs://host:8001, or grpc:// within a protected network."),
        )
    if token and scheme == "grpc" and name not in ("localhost", "127.0.0.1", "[::1]"):
        raise ModelUnavailableError(
            say("The server's token would travel unprotected."),
            say("Use a grpcs:// address, or remove the token."),
        )
    return ServerAddress(host, scheme == "grpcs", token)


class RemoteRunner:
    """Runs on the server what is asked for on `Device.SERVER`, everything else here.

    A server that cannot be reached, is lost during the run, or has other weights is no
    failure: the run is done here and a note says why. `address` is asked at every run.
    """

    def __init__(self, local: Runner, address: Callable[[], ServerAddress | None]) -> None:
        self._local = local
        self._address = address

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models of this machine: their cards decide here, wherever they run."""
        return self._local.specs()

    def run(
        self,
        request: InferenceRequest,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus | None = None,
    ) -> InferenceResult:
        """See `core.model.Runner.run`."""
        if request.device is not Device.SERVER:
            return self._local.run(request, report, cancel, focus)
        try:
            return self._on_server(request, report, cancel)
        except _ServerLost as lost:
            report(Progress(0, 0, say("Running on this computer instead")))
            here = replace(request, device=Device.AUTO)
            result = self._local.run(here, report, cancel, focus)
            return replace(result, notes=(*result.notes, lost.why))

    def explain(
        self, request: ExplainRequest, report: ReportProgress, cancel: CancelToken
    ) -> Explanation:
        """See `core.model.Runner.explain`. A small part of a series: always done here."""
        here = Device.AUTO if request.device is Device.SERVER else request.device
        return self._local.explain(replace(request, device=here), report, cancel)

    def warm(self) -> None:
        """See `core.model.Runner.warm`; a server is always warm."""
        self._local.warm()

    def close(self) -> None:
        """See `core.model.Runner.close`. No connection outlives its run."""
        self._local.close()

    def _on_server(
        self, request: InferenceRequest, report: ReportProgress, cancel: CancelToken
    ) -> InferenceResult:
        from reader.inference.remote.wire import WireError, pack_request, unpack_result

        cancel.check()
        address = self._address()
        if address is None:
            raise ModelUnavailableError(
                say("No AI server is set."), say("Write its address into the settings.")
            )
        report(Progress(0, 3, say("Sending the images to the server")))
        messages = pack_request(request)
        report(Progress(1, 3, say("Computing on the server")))
        answer = _asked(address, request.spec.identity.id, messages, cancel)
        report(Progress(2, 3, say("Reading the server's answer")))
        try:
            result = unpack_result(answer, request)
        except WireError as error:
            raise _ServerLost(
                say("The server's answer could not be used, so the run was done here.")
            ) from error
        return replace(result, device=f"server {result.device}")


@dataclass(slots=True)
class _Held:
    result: Any = None
    error: Exception | None = None


class _ServerLost(Exception):  # noqa: N818 - a way on, no failure
    def __init__(self, why: Text) -> None:
        super().__init__(str(why))
        self.why = why


def _asked(
    address: ServerAddress, model: str, messages: dict[str, bytes], cancel: CancelToken
) -> dict[str, bytes]:
    """Send one request over a connection of its own and wait. Raises: _ServerLost, Cancelled."""
    grpc = _client_library()
    from tritonclient.utils import InferenceServerException

    done, held = threading.Event(), _Held()

    def arrived(result: object, error: Exception | None) -> None:
        held.result, held.error = result, error
        done.set()

    client = _client(grpc, address)
    headers = {"authorization": f"Bearer {address.token}"} if address.token else {}
    try:
        if not client.is_server_live(headers=headers, client_timeout=_CONNECT_S):
            raise _unreachable()
        call = client.async_infer(
            model, _inputs(grpc, messages), arrived, outputs=_outputs(grpc), headers=headers
        )
        while not done.wait(_LOOK_EVERY_S):
            if cancel.is_cancelled:
                call.cancel()
                cancel.check()
    except InferenceServerException as error:
        raise _unreachable() from error
    finally:
        client.close()
    if held.error is not None:
        raise _meant(held.error) from held.error
    return _messages(held.result)


def _client(grpc: Any, address: ServerAddress) -> Any:  # noqa: ANN401 - the library's own
    try:
        return grpc.InferenceServerClient(
            address.host,
            ssl=address.tls,
            root_certificates=address.certificates,
            channel_args=[
                ("grpc.max_send_message_length", _GREATEST_MESSAGE),
                ("grpc.max_receive_message_length", _GREATEST_MESSAGE),
                ("grpc.enable_http_proxy", 0),
            ],
        )
    except Exception as error:
        raise _unreachable() from error


def _unreachable() -> _ServerLost:
    return _ServerLost(say("The server could not be reached, so the run was done here."))


def _meant(error: Exception) -> Exception:
    """What an error of the server means: gone, unable, or the model's own failure."""
    status = getattr(error, "status", lambda: "")() or ""
    message = getattr(error, "message", lambda: "")() or ""
    if "UNAVAILABLE" in status or "CANCELLED" in status or "DEADLINE" in status:
        return _ServerLost(say("The server was lost, so the run was done here."))
    if "NOT_FOUND" in status or "no such model" in message or "nknown model" in message:
        return _ServerLost(
            say("The server does not have this version of the model, so the run was done here.")
        )
    if "UNAUTHENTICATED" in status or "PERMISSION" in status:
        return _ServerLost(say("The server refused the token, so the run was done here."))
    return InferenceError(
        say("The model failed on the server."),
        say("Choose this computer in the settings, or ask whoever runs the server."),
    )


def _client_library() -> Any:  # noqa: ANN401 - an optional package without types
    try:
        import tritonclient.grpc as grpc
    except ImportError as error:
        raise ModelUnavailableError(
            say("The part that talks to AI servers is not installed."),
            say('Install it with `pip install "reading-room[server]"`.'),
        ) from error
    return grpc


def _inputs(grpc: Any, messages: dict[str, bytes]) -> list[Any]:  # noqa: ANN401
    import numpy as np

    from reader.inference.remote.wire import INPUTS

    sent = []
    for name in INPUTS:
        tensor = grpc.InferInput(name, [1], "BYTES")
        tensor.set_data_from_numpy(np.array([messages[name]], dtype=object))
        sent.append(tensor)
    return sent


def _outputs(grpc: Any) -> list[Any]:  # noqa: ANN401
    from reader.inference.remote.wire import OUTPUTS

    return [grpc.InferRequestedOutput(name) for name in OUTPUTS]


def _messages(result: Any) -> dict[str, bytes]:  # noqa: ANN401
    from reader.inference.remote.wire import OUTPUTS

    found = {name: result.as_numpy(name) for name in OUTPUTS}
    return {name: bytes(array[0]) for name, array in found.items() if array is not None}
