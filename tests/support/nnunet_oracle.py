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

        let_torchvision_load()
        from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

        import tqdm

        tqdm.tqdm.monitor_interval = 0  # else it leaves a thread
        torch.set_num_threads(1)
        predictor = nnUNetPredictor(
            tile_step_size=one.step,
            use_mirroring=one.mirror,
            device=torch.device("cpu"),
            allow_tqdm=False,
        )
        predictor.initialize_from_trained_model_folder(str(trained), None)
        return np.asarray(predictor.predict_single_npy_array(arrays, {"spacing": list(spacing)}))


def let_torchvision_load() -> None:
    """nnU-Net imports every trainer, one of them torchvision by way of timm.

    The torchvision on PyPI is built for CUDA: beside a CPU build of PyTorch it fails for the
    lack of two operators, which nothing here calls. It is enough that they are declared.
    """
    import torch

    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _KEPT.append(library)


_KEPT: list[object] = []
"""A declaration lives as long as the object that made it."""
