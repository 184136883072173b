"""Where the windows over an image lie, and how much each voxel of one counts."""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.geometry import IndexBox

Shape = tuple[int, int, int]

_PEAK: Final = 10.0
"""nnU-Net's weight in the middle of a window; keeps the rim above 0 in half precision."""
_SIGMA: Final = 1 / 8
"""Of a window's size, in nnU-Net and in MONAI alike."""
_MONAI_LEAST: Final = 1e-3


class Convention(enum.Enum):
    """Whose windows: they differ in where windows start and in the form of the weights.

    Source: nnunetv2 2.8.1, inference/sliding_window_prediction.py; monai 1.6.1,
    inferers/utils.py and data/utils.py.
    """

    NNUNET = "nnunet"
    MONAI = "monai"


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """How a network is taken over an image.

    `size_kji[0] == 1` means a 2-D network, slice by slice. `step` is the distance between
    windows as a share of their size (1 - MONAI's overlap). `mirror_axes` are axes of (k, j,
    i); the logits of all their combinations are averaged. `accumulate` is the type of the
    result, in which overlapping windows are added up: nnU-Net takes float16. Images smaller
    than a window are padded with `pad_value`, half on each side.

    With a `rim` windows are tiles: only what lies inside the rim is kept, nothing overlaps
    and nothing is blended. That costs a fraction, and says the same for a network that sees
    no farther than the rim and does not normalise over its window. `stride` is how many
    voxels along each axis become one of the output; only tiles may have one.
    """

    size_kji: Shape
    step: float = 0.5
    mirror_axes: tuple[int, ...] = ()
    gaussian: bool = True
    accumulate: type[np.float16] | type[np.float32] = np.float32
    pad_value: float = 0.0
    convention: Convention = Convention.NNUNET
    rim: int = 0
    stride: int = 1

    def __post_init__(self) -> None:
        if len(self.size_kji) != 3 or min(self.size_kji) < 1:
            raise ValueError("A window needs three positive sizes.")
        if not 0 < self.step <= 1:
            raise ValueError("The step must lie between 0 and 1.")
        if len(set(self.mirror_axes)) != len(self.mirror_axes):
            raise ValueError("An axis can be mirrored only once.")
        if not set(self.mirror_axes) <= ({1, 2} if self.is_2d else {0, 1, 2}):
            raise ValueError("Mirroring an axis that the network does not have.")
        if self.stride > 1 and not self.rim:
            raise ValueError("A coarser output is possible only for tiles.")
        if (self.rim and min(self.core) < 1) or self.rim % self.stride:
            raise ValueError("The rim leaves nothing of a window, or does not fit the stride.")

    @property
    def is_2d(self) -> bool:
        """Whether the network sees single slices."""
        return self.size_kji[0] == 1

    @property
    def core(self) -> Shape:
        """What is kept of a window."""
        k, j, i = (n - 2 * self.rim for n in self.size_kji)
        return k, j, i

    @property
    def flips(self) -> tuple[tuple[int, ...], ...]:
        """Every combination of mirrored axes, none first, in nnU-Net's order."""
        axes = self.mirror_axes
        return tuple(
            c for count in range(len(axes) + 1) for c in itertools.combinations(axes, count)
        )


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """The windows over an image, in the order in which they are added up.

    `windows` are in voxels of the image and reach beyond it where it is padded. `kept` are
    the parts of the image that they say something about.
    """

    shape: Shape
    windows: tuple[IndexBox, ...]
    kept: tuple[IndexBox, ...]


def plan_windows(
    shape: Shape, settings: WindowSettings, wanted: NDArray[np.bool_] | None = None
) -> WindowPlan:
    """The windows over an image of `shape`. Tiles begin with the first voxel wanted."""
    size, rim = settings.size_kji, settings.rim
    if rim:
        firsts = _first_wanted(wanted, settings.stride)
        starts = [
            tuple(start - rim for start in range(first, n, core))
            for first, n, core in zip(firsts, shape, settings.core, strict=True)
        ]
    else:
        starts = [_starts(n, w, settings) for n, w in zip(shape, size, strict=True)]
        if settings.is_2d:
            starts[0] = tuple(range(shape[0]))
    corners = list(itertools.product(*starts))
    windows = tuple(_box(corner, size, 0) for corner in corners)
    kept = tuple(_clipped(_box(corner, size, rim), shape) for corner in corners)
    return WindowPlan(shape, windows, kept)


def tile_around(
    at_kji: Sequence[float], shape: Shape, settings: WindowSettings
) -> tuple[IndexBox, IndexBox, tuple[slice, slice, slice]]:
    """The tile with a place in its middle, as far as the image allows.

    Its window, the part of the image that it says something about, and where that lies in
    the window's output.
    """
    stride, rim = settings.stride, settings.rim
    corner = [
        min(max(0, round(c) - core // 2), max(0, n - core)) // stride * stride - rim
        for c, n, core in zip(at_kji, shape, settings.core, strict=True)
    ]
    kept = _clipped(_box(corner, settings.size_kji, rim), shape)
    k, j, i = (slice(rim // stride, rim // stride + -(-(b - a) // stride)) for a, b in kept)
    return _box(corner, settings.size_kji, 0), kept, (k, j, i)


def _first_wanted(wanted: NDArray[np.bool_] | None, stride: int) -> Shape:
    if wanted is None or not wanted.any():
        return 0, 0, 0
    # Whole output voxels.
    k, j, i = (
        int(wanted.any(axis=others).argmax()) // stride * stride
        for others in ((1, 2), (0, 2), (0, 1))
    )
    return k, j, i


def _box(corner: Sequence[int], size: Shape, rim: int) -> IndexBox:
    k, j, i = ((a + rim, a + n - rim) for a, n in zip(corner, size, strict=True))
    return k, j, i


def _clipped(box: IndexBox, shape: Shape) -> IndexBox:
    k, j, i = ((max(0, a), min(n, b)) for (a, b), n in zip(box, shape, strict=True))
    return k, j, i


def _starts(length: int, size: int, settings: WindowSettings) -> tuple[int, ...]:
    """Along one axis, in voxels of the image, which is padded where it is too short."""
    if length < size:
        return (-((size - length) // 2),)
    find = _spread if settings.convention is Convention.NNUNET else _strided
    return find(length, size, settings.step)


def _spread(length: int, size: int, step: float) -> tuple[int, ...]:
    """As few starts as `step` allows, spread evenly."""
    count = math.ceil((length - size) / (size * step)) + 1
    if count == 1:
        return (0,)
    distance = (length - size) / (count - 1)
    return tuple(int(np.round(distance * n)) for n in range(count))


def _strided(length: int, size: int, step: float) -> tuple[int, ...]:
    """Starts at whole multiples of the step, the last one moved back to the edge."""
    # 1 - step is the overlap as it was given; MONAI multiplies by 1 - overlap again.
    stride = size if size == length else max(1, int(size * (1.0 - (1.0 - step))))
    starts = [0]
    while starts[-1] + size < length:
        starts.append(min(starts[-1] + stride, length - size))
    return tuple(starts)


@lru_cache(maxsize=4)
def window_weights(settings: WindowSettings) -> NDArray[Any]:
    """The weight of each voxel of a window's output, in its convention's number format."""
    size = settings.size_kji[1:] if settings.is_2d else settings.size_kji
    if settings.rim or not settings.gaussian:
        return np.ones(tuple(n // settings.stride for n in settings.size_kji), settings.accumulate)
    if settings.convention is Convention.NNUNET:
        weights = _nnunet_gaussian(size)
    else:
        weights = _monai_gaussian(size)
    weights = weights.reshape(settings.size_kji)
    weights.flags.writeable = False
    return weights


def _nnunet_gaussian(size: Sequence[int]) -> NDArray[Any]:
    """Half precision in any case: the rounding belongs to its definition."""
    from scipy import ndimage

    point = np.zeros(size)
    point[tuple(n // 2 for n in size)] = 1
    spread = ndimage.gaussian_filter(point, [n * _SIGMA for n in size], 0, mode="constant")
    weights = np.asarray(spread / (spread.max() / _PEAK), np.float16)
    weights[weights == 0] = weights[weights != 0].min()
    return weights


def _monai_gaussian(size: Sequence[int]) -> NDArray[Any]:
    weights: NDArray[Any] = np.ones(1, np.float32)
    for n in size:
        x = np.arange(n, dtype=np.float32) - np.float32((n - 1) / 2)
        line = np.exp(x**2 / np.float32(-2 * (n * _SIGMA) ** 2)).astype(np.float32)
        weights = weights[..., None] * line
    weights = weights[0]
    return np.asarray(np.maximum(weights, max(float(weights.min()), _MONAI_LEAST)))
