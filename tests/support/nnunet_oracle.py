"""What nnU-Net itself says to a case. Only where nnunetv2 is installed (the `oracles` extra)."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

import numpy as np

from reader.inference.engine.windowed_model import threads_beside
from tests.support.nnunet_cases import Case, volumes
from tests.support.nnunet_folders import PLACE


def nnunet_labels(trained: Path, one: Case) -> np.ndarray:
    """The label map (z, y, x) of nnUNetPredictor."""
    arrays = np.stack([volume.voxels for volume in volumes(one)]).astype(np.float32)
    return predicted(trained, one, arrays, one.spacing)


def cascade_labels(first: Path, second: Path, one: Case) -> np.ndarray:
    """The labels of the second stage, which gets those of the first."""
    arrays = np.stack([volume.voxels for volume in volumes(one)]).astype(np.float32)
    coarse = predicted(first, one, arrays, one.spacing)
    return predicted(second, one, arrays, one.spacing, coarse[None].astype(np.float32))


def predicted(
    trained: Path, one: Case, arrays: np.ndarray, spacing, previous: np.ndarray | None = None
) -> np.ndarray:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import torch

        let_torchvision_load()
        import tqdm
        from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor

        tqdm.tqdm.monitor_interval = 0  # else it leaves a thread
        torch.set_num_threads(threads_beside(PLACE))  # sums are rounded by their number
        predictor = nnUNetPredictor(
            tile_step_size=one.step,
            use_mirroring=one.mirror,
            device=torch.device("cpu"),
            allow_tqdm=False,
        )
        predictor.initialize_from_trained_model_folder(str(trained), None)
        properties = {"spacing": list(spacing)}
        return np.asarray(predictor.predict_single_npy_array(arrays, properties, previous))


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


def totalsegmentator_labels(
    trained: list[Path], one: Case, path: Path, spacing_mm: float, folder: Path
) -> np.ndarray:
    """Labels (k, j, i) of a NIfTI file as TotalSegmentator 2.18 makes them with these parts.

    Its steps written down once more, around nnU-Net's own reader, predictor and writer: the
    package itself brings too much with it. Part n's labels are numbered on from part n - 1's.
    """
    import nibabel
    from nibabel.orientations import axcodes2ornt, io_orientation, ornt_transform
    from nnunetv2.utilities.plans_handling.plans_handler import PlansManager
    from scipy import ndimage

    original = nibabel.load(path)
    canonical = nibabel.as_closest_canonical(original)
    zoom = np.array(canonical.header.get_zooms()) / np.array([spacing_mm] * 3)
    data = ndimage.zoom(canonical.get_fdata(), zoom, mode="nearest", order=1).astype(np.int32)
    affine = canonical.affine.copy()
    affine[:3, :3] /= zoom
    resampled = folder / "s01_0000.nii.gz"
    nibabel.save(nibabel.Nifti1Image(data, affine), resampled)
    combined = np.zeros(data.shape, np.uint8)
    for number, part in enumerate(trained):
        io_class = PlansManager(str(part / "plans.json")).image_reader_writer_class()
        arrays, properties = io_class.read_images([str(resampled)])
        said = predicted(part, one, arrays, properties["spacing"])
        io_class.write_seg(said, str(folder / "s01.nii.gz"), properties)
        labels = np.asarray(nibabel.load(folder / "s01.nii.gz").dataobj)
        combined[labels > 0] = labels[labels > 0] + 3 * number
    back = np.array(canonical.shape) / np.array(combined.shape)
    full = ndimage.zoom(combined, back, mode="nearest", order=0)
    turn = ornt_transform(axcodes2ornt("RAS"), io_orientation(original.affine))
    image = nibabel.Nifti1Image(full, canonical.affine).as_reoriented(turn)
    return np.asarray(image.dataobj).transpose(2, 1, 0)


def train_one_step(trained: Path, one: Case, results: Path) -> Path:
    """Replaces fold 0's checkpoint by one that nnUNetTrainer itself wrote after a step."""
    import json
    import os
    from unittest.mock import patch

    with (
        patch.dict(os.environ, nnUNet_results=str(results)),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        let_torchvision_load()
        import torch
        from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

        plans = json.loads((trained / "plans.json").read_text())
        dataset = json.loads((trained / "dataset.json").read_text())
        torch.manual_seed(5)
        trainer = nnUNetTrainer(
            {**plans, "continue_training": False}, "3d_fullres", 0, dataset, torch.device("cpu")
        )
        trainer.network = trainer.build_network_architecture(
            trainer.plans_manager, trainer.configuration_manager, 1, 4, True
        )
        trainer.optimizer, trainer.lr_scheduler = trainer.configure_optimizers()
        trainer.configure_rotation_dummyDA_mirroring_and_inital_patch_size()
        said = trainer.network(torch.rand(1, 1, *one.patch))
        sum(scale.square().mean() for scale in said).backward()
        trainer.optimizer.step()
        for key, value in (
            ("train_losses", np.float64(-0.4)),
            ("val_losses", np.float32(-0.3)),
            ("mean_fg_dice", np.float64(0.5)),
            ("dice_per_class_or_region", [np.float64(0.5)] * 3),
            ("lrs", 0.01),
        ):
            trainer.logger.log(key, value, 0)
        trainer._best_ema = np.float64(0.5)
        path = trained / "fold_0" / "checkpoint_final.pth"
        trainer.save_checkpoint(str(path))
        return path
