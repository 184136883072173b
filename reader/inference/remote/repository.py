"""The folder that tells NVIDIA Triton or MLServer to answer with Reading Room's models.

Both read one folder for each model. What is in it is thin: it imports Reading Room, which
must be installed in the server's Python, and names the folder with the packs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from reader.core.model import ModelSpec
from reader.inference.remote.wire import INPUTS, OUTPUTS

GREATEST_MESSAGE: Final = 2**31 - 1
"""Bytes, gRPC's own limit; the servers' default of 4 MB is less than one CT."""

_TRITON_MODEL: Final = '''"""Reading Room's {model}, by `reader serve-repository`."""

import json

import numpy as np
import triton_python_backend_utils as pb_utils

from reader.inference.remote.served_model import ServedModel
from reader.inference.remote.wire import INPUTS, OUTPUTS


class TritonPythonModel:
    def initialize(self, args):
        parameters = json.loads(args["model_config"])["parameters"]
        folders = json.loads(parameters["models_folders"]["string_value"])
        self.served = ServedModel.of_folders(folders)

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        try:
            sent = {{
                name: pb_utils.get_input_tensor_by_name(request, name).as_numpy()[0]
                for name in INPUTS
            }}
            answer = self.served.answer(sent)
        except Exception as error:
            said = pb_utils.TritonError(str(error))
            return pb_utils.InferenceResponse(output_tensors=[], error=said)
        return pb_utils.InferenceResponse(
            output_tensors=[
                pb_utils.Tensor(name, np.array([answer[name]], dtype=object)) for name in OUTPUTS
            ]
        )
'''


def write_repository(
    out: Path, specs: Iterable[ModelSpec], models_folders: Sequence[Path]
) -> list[Path]:
    """Write the files for both servers. Returns: them. Raises: OSError."""
    folders = [folder.as_posix() for folder in models_folders]
    written = [_write(out / "settings.json", _json(_mlserver_settings()))]
    for spec in specs:
        name = spec.identity.id
        folder = out / name
        written += [
            _write(folder / "config.pbtxt", _triton_config(name, folders)),
            _write(folder / "1" / "model.py", _TRITON_MODEL.format(model=name)),
            _write(folder / "model-settings.json", _json(_mlserver_model(name, folders))),
        ]
    return written


def _triton_config(name: str, folders: Sequence[str]) -> str:
    def tensors(kind: str, names: Sequence[str]) -> str:
        rows = ",\n".join(
            f'  {{ name: "{tensor}" data_type: TYPE_STRING dims: [ 1 ] }}' for tensor in names
        )
        return f"{kind} [\n{rows}\n]\n"

    return (
        f'name: "{name}"\nbackend: "python"\nmax_batch_size: 0\n'
        + tensors("input", INPUTS)
        + tensors("output", OUTPUTS)
        + "instance_group [ { count: 1 } ]\n"
        + 'parameters { key: "models_folders" value { string_value: '
        + json.dumps(json.dumps(folders))
        + " } }\n"
    )


def _mlserver_settings() -> dict[str, object]:
    return {
        # The proxy that ends TLS and checks tokens is on the same machine.
        "host": "127.0.0.1",
        "grpc_max_message_length": GREATEST_MESSAGE,
        # Workers of its own would hand a CT through one more queue.
        "parallel_workers": 0,
        "metrics_endpoint": None,
    }


def _mlserver_model(name: str, folders: Sequence[str]) -> dict[str, object]:
    return {
        "name": name,
        "implementation": "reader.inference.remote.mlserver_runtime.ReadingRoomRuntime",
        "parameters": {"extra": {"models_folders": folders}},
    }


def _json(content: dict[str, object]) -> str:
    return json.dumps(content, indent=2) + "\n"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
