"""What nnU-Net itself says to a case. Only where nnunetv2 is installed (the `oracles` extra)."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

import numpy as np

from tests.support.nnunet_folders import Case, volumes


def nnunet_labels(trained: Path, one: Case) -> np.ndarray:
    """The label map (z, y, x) of nnUNetPredictor."""
    arrays = np.stack([volume.voxels for volume in volumes(one)]).astype(np.float32)
    return predicted(trained, one, arrays, one.spacing)


def predicted(trained: Path, one: Case, arrays: np.ndarray, spacing) -> np.ndarray:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import torch
        from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

        torch.set_num_threads(1)
        predictor = nnUNetPredictor(
            tile_step_size=one.step,
            use_mirroring=one.mirror,
            device=torch.device("cpu"),
            allow_tqdm=False,
        )
        predictor.initialize_from_trained_model_folder(str(trained), None)
        return np.asarray(predictor.predict_single_npy_array(arrays, {"spacing": list(spacing)}))
