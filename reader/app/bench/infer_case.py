"""What the inference benchmark runs: the shipped chest network, on a chest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ModelUnavailableError, UnreadableError
from reader.core.text import say
from reader.core.volume import Volume
from reader.imaging.thorax.build import make_thorax
from reader.inference.chest_ct.adapter import OwnPacks
from reader.inference.chest_ct.loading import load_network
from reader.inference.chest_ct.preprocess import network_grid, normalise, resample_hu
from reader.inference.packs.registry import load_specs

CLASSES: Final = 3
"""Nothing, nodule, lung."""

SLICES: Final = 96
"""Of 1.5 mm: enough windows to measure, few enough to wait for."""

_THORAX_KJI: Final = (150, 200, 200)


@dataclass(frozen=True, slots=True, eq=False)
class InferCase:
    """A trained network at full resolution and an image (1, k, j, i) for it.

    `focus_kji` is the place that a reader looks at.
    """

    network: nn.Module
    image: NDArray[np.float32]
    focus_kji: tuple[float, float, float]


class FullResolution(nn.Module):
    """The shipped network with logits of its input's size, one channel per class.

    Its own are at half the resolution and made for two independent questions; this is what
    MONAI and nnU-Net expect of a network.
    """

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Logits: 0 for nothing, then the network's two."""
        said = self.inner(windows)
        said = nn.functional.interpolate(said, scale_factor=2.0, mode="trilinear")
        return torch.cat((torch.zeros_like(said[:, :1]), said), dim=1)


def make_case(models: Path, data: Path | None, report: ReportProgress) -> InferCase:
    """The case, in memory. Raises: UnreadableError; ModelUnavailableError."""
    specs = [s for s in load_specs(models) if s.format == OwnPacks.format]
    if not specs:
        raise ModelUnavailableError(
            say("No model is installed to measure with."),
            say("The folder `models` lists what is there; its README says how to add one."),
        )
    network = load_network(specs[0])
    network = network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    volume = make_thorax(shape_kji=_THORAX_KJI).volume if data is None else _read(data, report)
    grid = network_grid(volume.geometry)
    image = normalise(resample_hu(volume.voxels, grid))
    first = max(0, (len(image) - SLICES) // 2)
    image = np.ascontiguousarray(image[first : first + SLICES])[None]
    k, j, i = (n / 2 for n in image.shape[1:])
    return InferCase(FullResolution(network).eval(), image, (k, j, i * 0.6))


def _read(data: Path, report: ReportProgress) -> Volume:
    from reader.formats.dicom_scan import scan_paths
    from reader.formats.series_reader import read_series

    cancel = CancelToken()
    scan = scan_paths([data], report, cancel)
    every = [series for study in scan.studies for series in study.series]
    if not every:
        raise UnreadableError(
            say("No images that can be opened were found."),
            say("Give a folder with a series in --data, or leave it out."),
        )
    series = max(every, key=lambda series: series.geometry.shape_kji[0])
    return read_series(series, report, cancel)
