"""Trying an ONNX file in a process of its own: `python -m reader.inference.adapters.onnx_probe`.

Where a file does not say how many channels it returns, it has to be run. What it computes
can take any time and memory, so that is never done in the process of the window.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import reader

_LIMIT_S: Final = 120.0
_MEMORY_BYTES: Final = 8 << 30


def channels_out_apart(file: Path, window: Sequence[int], limit_s: float = _LIMIT_S) -> int | None:
    """How many channels a window of zeros brings; None where it fails or takes too long."""
    root = str(Path(reader.__file__).parents[1])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(file.resolve()), *map(str, window)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"},
            timeout=limit_s, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stdout.strip()
    return int(said) if done.returncode == 0 and said.isdigit() and len(said) < 9 else None


def main(arguments: Sequence[str]) -> int:
    """Print the number for a file and a window."""
    from reader.core.errors import ReaderError
    from reader.inference.adapters.onnx_file import inspect_onnx
    from reader.inference.adapters.onnx_model import OnnxNetwork, layout_of
    from reader.inference.runners.worker import lower_priority

    lower_priority()
    _limit_memory()
    file, window = Path(arguments[0]), [int(side) for side in arguments[1:]]
    try:
        facts = inspect_onnx(file)
        layout = layout_of(facts, file.stem)
        network = OnnxNetwork(file, layout, facts.inputs[0], facts.outputs[0].name, file.stem)
        sys.stdout.write(str(network.channels_out(window)))
    except ReaderError:
        return 1
    return 0


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = _MEMORY_BYTES if most == resource.RLIM_INFINITY else min(most, _MEMORY_BYTES)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
