"""OpenVINO: asked for nothing it cannot do, and tells nobody that it was used."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import nn

from reader.inference.engine.openvino_network import (
    CannotCompileError,
    OpenVinoNetwork,
    is_installed,
)

pytestmark = pytest.mark.skipif(not is_installed(), reason="openvino is not installed")

_IMPORT_IT = """
import socket, sys
def refused(*_args, **_kwargs):
    raise AssertionError("something went to the network")
socket.socket.connect = socket.getaddrinfo = refused
from reader.inference.engine.openvino_network import import_openvino
openvino = import_openvino()
openvino.Core()
telemetry = [m for m in sys.modules if m.startswith("openvino_telemetry") and sys.modules[m]]
from openvino.tools.ovc import telemetry_utils
print(telemetry, telemetry_utils.tm.__name__)
"""


def test_nothing_is_sent_to_its_maker():
    """Its telemetry, which is on unless somebody opted out, is never imported."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_IT], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["[]", "openvino.tools.ovc.telemetry_stub"]


class Branching(nn.Module):
    def forward(self, x):
        raise KeyError("nothing that can be traced")


def test_what_cannot_be_traced_is_said_to_be_so():
    with pytest.raises(CannotCompileError):
        OpenVinoNetwork(Branching(), (1, 1, 4, 4, 4), bfloat16=False, threads=1)


@pytest.mark.parametrize("shape", [(1, 2, 8, 12, 8), (1, 2, 12, 8)])
def test_it_computes_what_pytorch_does_and_the_same_every_time(shape):
    torch.manual_seed(0)
    conv = nn.Conv3d if len(shape) == 5 else nn.Conv2d
    norm = nn.InstanceNorm3d if len(shape) == 5 else nn.InstanceNorm2d
    network = nn.Sequential(conv(2, 4, 3, padding=1), norm(4), nn.LeakyReLU(), conv(4, 2, 1))
    x, other = torch.randn(2, *shape)
    ready = OpenVinoNetwork(network.eval(), shape, bfloat16=False, threads=1)
    said = ready(x).clone()
    ready(other)
    assert torch.equal(said, ready(x))
    with torch.inference_mode():
        assert torch.allclose(said, network(x), atol=1e-5)
