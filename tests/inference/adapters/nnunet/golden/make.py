"""Writes what nnU-Net says to every case: `python -m tests.inference.adapters.nnunet.golden.make`.

Needs nnunetv2 (`pip install -e ".[oracles]"`, see CONTRIBUTING).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from reader.formats.grids.nifti import write_nifti
from tests.support.nnunet_cases import CASCADE, CASES, PART_CASE, tilted_volume
from tests.support.nnunet_folders import write_cascade, write_folder, write_parts
from tests.support.nnunet_oracle import cascade_labels, nnunet_labels, totalsegmentator_labels


def keep(name: str, labels: np.ndarray) -> None:
    path = Path(__file__).with_name(f"{name}.npz")
    np.savez_compressed(path, labels=labels.astype(np.uint8))
    print(name, labels.shape, np.bincount(labels.ravel()), path.stat().st_size)  # noqa: T201


def with_totalsegmentator(folder: Path) -> np.ndarray:
    volume, path = tilted_volume(), folder / "series.nii.gz"
    write_nifti(path, volume.voxels, volume.geometry)
    return totalsegmentator_labels(write_parts(folder), PART_CASE, path, 1.5, folder)


if __name__ == "__main__":
    for one in CASES:
        with tempfile.TemporaryDirectory() as place:
            keep(one.name, nnunet_labels(write_folder(Path(place), one), one))
    with tempfile.TemporaryDirectory() as place:
        keep(PART_CASE.name, with_totalsegmentator(Path(place)))
    with tempfile.TemporaryDirectory() as place:
        keep(CASCADE.name, cascade_labels(*write_cascade(Path(place)), CASCADE))
