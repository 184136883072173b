"""A series as nnU-Net wants to see it: turned, cropped, normalised, resampled, in that order.

Source: nnunetv2 2.8.1, preprocessing/preprocessors/default_preprocessor.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox
from reader.inference.adapters.nnunet.plans import Normalisation, Plans
from reader.inference.adapters.nnunet.resample import (
    Shape,
    new_shape,
    resampled,
    resampled_labels,
    separate_axis,
)

_LEAST_STD: Final = 1e-8
_EMPTY: Final = -1
"""What nnU-Net calls the places where no channel has a value, beside its labels."""

Margins = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
"""Voxels before and after an array along each axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """The network's input (c, k, j, i), and how its grid came from the array's.

    `shape` and `spacing` are the array's after its axes were exchanged; `box` the part that
    was kept; `target` the spacing of `data`.
    """

    data: NDArray[np.float32]
    shape: Shape
    spacing: tuple[float, float, float]
    box: IndexBox
    target: tuple[float, float, float]

    @property
    def kept(self) -> Shape:
        """The shape of the part that was kept, before it was resampled."""
        k, j, i = (high - low for low, high in self.box)
        return k, j, i

    @property
    def cut_away(self) -> Margins:
        """How much was cut away around `data`, in voxels of its own size, rounded up."""
        k, j, i = (
            (math.ceil(low * n / (high - low)), math.ceil((whole - high) * n / (high - low)))
            for (low, high), whole, n in zip(self.box, self.shape, self.data.shape[1:], strict=True)
        )
        return k, j, i


def prepare(
    channels: NDArray[np.float32],
    spacing: tuple[float, float, float],
    plans: Plans,
    previous: NDArray[np.uint16] | None = None,
) -> Prepared:
    """Prepare channels (c, z, y, x) with their spacing in the same order, mm.

    `channels` is not changed. `previous` are the labels (z, y, x) of a cascade's first stage.
    """
    data = channels.transpose(0, *(axis + 1 for axis in plans.transpose))
    turned = tuple(spacing[axis] for axis in plans.transpose)
    whole = (data.shape[1], data.shape[2], data.shape[3])
    # Filling holes does not move the box, and takes seconds: done only for a mask.
    nonzero = np.logical_or.reduce([channel != 0 for channel in data])
    box = _box(nonzero)
    inside = tuple(slice(*bounds) for bounds in box)
    mask = None
    if previous is not None or any(one.in_mask for one in plans.normalisations):
        from scipy import ndimage

        mask = np.asarray(ndimage.binary_fill_holes(nonzero), np.bool_)[inside]
    kept = None
    if previous is not None and mask is not None:
        kept = previous.transpose(plans.transpose)[inside].astype(np.int16)
        kept[(kept == 0) & ~mask] = _EMPTY
        mask = kept != _EMPTY
    # A copy in the same memory order: NumPy's sums depend on it in the last bit.
    data = data.copy(order="K")[(slice(None), *inside)]
    for channel, scheme in zip(data, plans.normalisations, strict=True):
        normalise(channel, scheme, mask)
    target = plans.spacing if len(plans.spacing) == 3 else (turned[0], *plans.spacing)
    shape = new_shape(data.shape[1:], turned, target)
    ready = resampled(data, shape, plans.data, turned, target)
    if kept is not None:
        apart = separate_axis(plans.labels, turned, target)
        labels = resampled_labels(kept, shape, plans.labels.order, apart)
        said = [labels == value for value in plans.heads.foreground]
        ready = np.concatenate([ready, np.stack(said)], dtype=np.float32)
    return Prepared(
        data=ready,
        shape=whole,
        spacing=(turned[0], turned[1], turned[2]),
        box=box,
        target=(target[0], target[1], target[2]),
    )


def normalise(
    image: NDArray[np.float32], scheme: Normalisation, mask: NDArray[np.bool_] | None
) -> None:
    """Normalise one channel in place; `mask` is where it is not empty."""
    if scheme.scheme == "CTNormalization":
        np.clip(image, scheme.low, scheme.high, out=image)
        image -= scheme.mean
        image /= max(scheme.std, _LEAST_STD)
    elif scheme.scheme == "RescaleTo01Normalization":
        image -= image.min()
        image /= np.clip(image.max(), a_min=_LEAST_STD, a_max=None)
    elif scheme.scheme == "RGBTo01Normalization":
        image /= 255.0
    elif scheme.scheme == "ZScoreNormalization":
        _standardise(image, mask if scheme.in_mask else None)


def _standardise(image: NDArray[np.float32], mask: NDArray[np.bool_] | None) -> None:
    values = image if mask is None else image[mask]
    mean, std = values.mean(), max(values.std(), _LEAST_STD)
    if mask is None:
        image -= mean
        image /= std
    else:
        image[mask] = (values - mean) / std


def _box(nonzero: NDArray[np.bool_]) -> IndexBox:
    """The smallest box around what is True; everything where nothing is."""
    bounds = []
    for axis, length in enumerate(nonzero.shape):
        others = tuple(a for a in range(3) if a != axis)
        found = np.flatnonzero(nonzero.any(axis=others))
        bounds.append((int(found[0]), int(found[-1]) + 1) if len(found) else (0, length))
    return bounds[0], bounds[1], bounds[2]
