"""A network through Intel's OpenVINO, two to six times as fast on a processor as PyTorch.

It takes memory of its own that it keeps while the network is kept.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reader.inference.engine.device import is_out_of_memory

if TYPE_CHECKING:
    import torch
    from torch import nn

_TELEMETRY: Final = "openvino_telemetry"


class CannotCompileError(Exception):
    """A network does something that OpenVINO does not know, or that cannot be traced."""


def is_installed() -> bool:
    """Whether OpenVINO is here. Imports nothing."""
    return importlib.util.find_spec("openvino") is not None


def import_openvino() -> ModuleType:
    """The package, kept from telling its maker that it is used.

    On import it sends an event to Google Analytics unless somebody has opted out, if the
    package `openvino_telemetry`, which comes along with it, can be imported. Nothing leaves
    this machine: without that package OpenVINO takes a stub. Source: openvino 2026.4.1,
    tools/ovc/__init__.py and tools/ovc/telemetry_utils.py.
    """
    if _TELEMETRY not in sys.modules:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    import openvino

    return openvino  # type: ignore[no-any-return]


class OpenVinoNetwork:
    """A compiled network for windows of one shape. Used by one thread at a time.

    What it returns is overwritten by the next call.
    """

    def __init__(
        self, network: nn.Module, shape: Sequence[int], *, bfloat16: bool, threads: int
    ) -> None:
        """Compile for an input of `shape`; takes about as long as one window in PyTorch.

        Raises: CannotCompileError.
        """
        openvino = import_openvino()
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,
        }
        try:
            model = _converted(network, shape)
            model.reshape(list(shape))
            compiled = openvino.Core().compile_model(model, "CPU", settings)
        except Exception as error:
            if is_out_of_memory(error):
                raise
            # Whatever a network does that cannot be traced may raise anything.
            raise CannotCompileError(type(error).__name__) from error
        self._request: Any = compiled.create_infer_request()

    def __call__(self, windows: torch.Tensor) -> torch.Tensor:
        """The logits of windows."""
        import torch

        data = np.ascontiguousarray(windows.numpy(), np.float32)
        self._request.infer({0: data}, share_inputs=True, share_outputs=True)
        return torch.from_numpy(self._request.get_output_tensor(0).data)


def _converted(network: nn.Module, shape: Sequence[int]) -> Any:  # noqa: ANN401 - openvino.Model
    """The network as OpenVINO's graph, by way of one pass over zeros."""
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    with warnings.catch_warnings(), torch.no_grad():
        # Tracing is deprecated in favour of torch.export, which takes longer here and whose
        # graphs this version of OpenVINO does not read.
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(  # type: ignore[no-untyped-call]
            network, torch.zeros(*shape), check_trace=False
        )
        frontend = FrontEndManager().load_by_framework("pytorch")
        # The front end keeps no reference to it.
        decoder = TorchScriptPythonDecoder(traced)
        return frontend.convert(frontend.load(decoder))
