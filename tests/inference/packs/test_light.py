"""Which models there are is asked by the window, which never imports PyTorch."""

from __future__ import annotations

import json
import subprocess
import sys

CODE = """
import json, sys
from pathlib import Path
from reader.inference.adapters.known import MODULES, adapter_of
loaded = {}
for name in MODULES:
    adapter_of(name).recognises(Path(sys.argv[1]))
    heavy = {"torch", "monai", "onnxruntime", "scipy", "numba", "SimpleITK"} & set(sys.modules)
    loaded[name] = sorted(heavy)
print(json.dumps(loaded))
"""


def test_no_adapter_brings_anything_heavy_until_it_opens_a_model(tmp_path, project_root):
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path)],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {name for name, heavy in json.loads(done.stdout).items() if heavy} == set()
