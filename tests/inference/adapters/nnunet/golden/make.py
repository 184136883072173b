"""Writes what nnU-Net says to every case: `python -m tests.inference.adapters.nnunet.golden.make`.

Needs nnunetv2 (`pip install -e ".[oracles]"`, see CONTRIBUTING).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from tests.support.nnunet_folders import CASES, write_folder
from tests.support.nnunet_oracle import nnunet_labels

if __name__ == "__main__":
    for one in CASES:
        with tempfile.TemporaryDirectory() as folder:
            labels = nnunet_labels(write_folder(Path(folder), one), one)
        path = Path(__file__).with_name(f"{one.name}.npz")
        np.savez_compressed(path, labels=labels.astype(np.uint8))
        print(one.name, labels.shape, np.bincount(labels.ravel()), path.stat().st_size)  # noqa: T201
