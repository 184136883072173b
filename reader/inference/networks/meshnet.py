"""MeshNet: a stack of dilated convolutions, one resolution, few weights.

Run layer by layer over the whole image and in slabs within a layer, so that nothing is
computed twice: memory is one layer's activations, not two, whatever the depth. The result is
that of the whole volume at once, as the networks were trained.

Source: Fedorov et al., arXiv 1612.00940.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import torch
import torch.nn.functional as f

from reader.core.cancel import CancelToken

_MOST_LAYERS: Final = 64
_MOST_CHANNELS: Final = 512
_WIDEST_DILATION: Final = 64
_SLAB_BYTES: Final = 64 << 20
"""About what one slab's input takes: large enough for speed, small enough to cancel soon."""

_EPSILON: Final = 1e-5
_ACTIVATIONS: Final[Mapping[str, Callable[[torch.Tensor], torch.Tensor]]] = {
    "relu": f.relu,
    "elu": f.elu,
    "gelu": f.gelu,
}


@dataclass(frozen=True, slots=True)
class MeshLayer:
    """One entry of a layer list: a convolution of side 1 or 3 that keeps the size."""

    kernel: int
    dilation: int

    @property
    def reach(self) -> int:
        """How many voxels on each side an output depends on."""
        return self.dilation * (self.kernel // 2)


@dataclass(frozen=True, slots=True)
class MeshDesign:
    """A layer list as it is written, checked: what weights do not say by themselves."""

    layers: tuple[MeshLayer, ...]
    activation: str
    normalised: bool

    @classmethod
    def read(cls, listed: Mapping[str, Any]) -> MeshDesign:
        """From the JSON of a layer list. Raises: ValueError: what is not allowed, in English."""
        entries = listed.get("layers")
        if not isinstance(entries, list) or not 2 <= len(entries) <= _MOST_LAYERS:
            raise ValueError(f"`layers` must be a list of 2 to {_MOST_LAYERS}")
        named = [name for name in ("elu", "gelu") if listed.get(name)]
        return cls(
            tuple(_layer(entry) for entry in entries),
            named[0] if named else "relu",
            bool(listed.get("bnorm")),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Norm:
    """Fixed statistics (batch) or, where `mean` is None, those of the image (instance)."""

    weight: torch.Tensor | None
    bias: torch.Tensor | None
    mean: torch.Tensor | None = None
    variance: torch.Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    layer: MeshLayer
    weight: torch.Tensor
    bias: torch.Tensor | None
    norm: _Norm | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """The number format that activations are kept in between layers, and that of computing."""

    kept: torch.dtype
    computed: torch.dtype


OnSlab = Callable[[int, int], None]
"""Slabs done, slabs in all."""


class MeshNet:
    """A network built from a list and tensors. Holds no state between images."""

    def __init__(self, design: MeshDesign, tensors: Mapping[str, torch.Tensor]) -> None:
        """Put tensors into the list. Raises: ValueError: they do not fit."""
        self._activation = _ACTIVATIONS[design.activation]
        self._steps = tuple(_steps(design, tensors))

    @property
    def classes(self) -> int:
        """How many classes it tells apart, the background included."""
        return int(self._steps[-1].weight.shape[0])

    @property
    def sees_everything(self) -> bool:
        """Whether every output depends on the whole image, by statistics taken over it."""
        norms = (step.norm for step in self._steps)
        return any(norm is not None and norm.mean is None for norm in norms)

    @property
    def widest(self) -> int:
        """The most channels of any layer but the last."""
        return max(int(step.weight.shape[0]) for step in self._steps[:-1])

    def features(
        self,
        image: torch.Tensor,
        numbers: Numbers,
        device: torch.device,
        cancel: CancelToken,
        on_slab: OnSlab = lambda _done, _total: None,
    ) -> MeshFeatures:
        """All layers but the last over an image (k, j, i), on its device.

        Raises: Cancelled: before the next slab.
        """
        store = image.to(device=device, dtype=numbers.kept)[..., None].contiguous()
        pending: _Affine | None = None
        counts = [len(_slabs(store, step)) for step in self._steps[:-1]]
        done = 0
        for step in self._steps[:-1]:
            layer = _Running(step, store, pending, self._activation, numbers.computed)
            for k0, k1 in layer.slabs:
                cancel.check()
                layer.run(k0, k1)
                done += 1
                on_slab(done, sum(counts))
            store, pending = layer.out, layer.normalisation()
        return MeshFeatures(
            store, pending or _Affine(None, None), self._activation, self._steps[-1]
        )

    def __call__(self, windows: torch.Tensor) -> torch.Tensor:
        """Logits (n, classes, k, j, i) of windows (n, 1, k, j, i), each as an image of its own."""
        said = []
        for window in windows:
            same = Numbers(windows.dtype, windows.dtype)
            found = self.features(window[0], same, windows.device, CancelToken())
            said.append(found.logits(0, window.shape[1]))
        return torch.stack(said)


@dataclass(frozen=True, slots=True, eq=False)
class MeshFeatures:
    """What the last layer sees, (k, j, i, channels), before normalising and activation."""

    store: torch.Tensor
    pending: _Affine
    activation: Callable[[torch.Tensor], torch.Tensor]
    last: _Step

    def logits(self, k0: int, k1: int) -> torch.Tensor:
        """Logits (classes, k, j, i) of some slices, float32."""
        seen = self.pending.applied(self.store[k0:k1], self.activation)
        weight = self.last.weight.to(seen.device, seen.dtype)[:, :, 0, 0, 0]
        said = (seen @ weight.T).float()
        if self.last.bias is not None:
            said += self.last.bias.to(said.device, said.dtype)
        return said.permute(3, 0, 1, 2)


@dataclass(frozen=True, slots=True, eq=False)
class _Affine:
    """Normalising that is put off until its statistics, which need the whole image, are known."""

    scale: torch.Tensor | None
    shift: torch.Tensor | None

    def applied(
        self, values: torch.Tensor, activation: Callable[[torch.Tensor], torch.Tensor]
    ) -> torch.Tensor:
        if self.scale is None or self.shift is None:
            return activation(values)
        out = torch.empty_like(values)
        # Slice by slice, so that what is computed in full precision stays in the cache.
        for index, one in enumerate(values):
            out[index] = activation((one.float() * self.scale).add_(self.shift))
        return out


class _Running:
    """One layer over the image, writing over its input where the channels allow it."""

    def __init__(
        self,
        step: _Step,
        store: torch.Tensor,
        pending: _Affine | None,
        activation: Callable[[torch.Tensor], torch.Tensor],
        computed: torch.dtype,
    ) -> None:
        self._step, self._store = step, store
        self._pending, self._activation = pending, activation
        self._weight = step.weight.to(store.device, computed)
        bias = step.bias
        self._bias = None if bias is None else bias.to(store.device, computed)
        out, into = self._weight.shape[:2]
        same = out == into
        self.out = store if same else store.new_empty((*store.shape[:3], out))
        self._before = store.new_empty((0, *store.shape[1:]))
        self.slabs = _slabs(store, step)
        self._sums = torch.zeros(2, out, dtype=torch.float64, device=store.device)

    def run(self, k0: int, k1: int) -> None:
        """Compute slices k0 to k1; slabs come in order."""
        reach, depth = self._step.layer.reach, self._store.shape[0]
        seen = torch.cat([self._before, self._store[k0 : min(depth, k1 + reach)]])
        first = k0 - len(self._before)
        # Kept before it is written over; a slab may be thinner than the reach.
        kept = torch.cat([self._before, self._store[k0:k1]])
        self._before = kept[max(0, len(kept) - reach) :].clone()
        if self._pending is not None:
            seen = self._pending.applied(seen, self._activation)
        low, high = reach - (k0 - first), max(0, k1 + reach - depth)
        if low or high:
            seen = f.pad(seen, (0, 0, 0, 0, 0, 0, low, high))
        # A view in PyTorch's order of axes whose memory is channels-last.
        data = seen.to(self._weight.dtype).permute(3, 0, 1, 2)[None]
        said = f.conv3d(
            data,
            self._weight,
            self._bias,
            padding=(0, reach, reach),
            dilation=self._step.layer.dilation,
        )[0].permute(1, 2, 3, 0)
        if self._step.norm is not None and self._step.norm.mean is None:
            for one in said:
                numbers = one.float().flatten(0, 1)
                self._sums[0] += numbers.sum(dim=0)
                self._sums[1] += numbers.square().sum(dim=0)
        self.out[k0:k1] = said

    def normalisation(self) -> _Affine:
        """What is left to do to the output before the activation."""
        norm = self._step.norm
        if norm is None:
            return _Affine(None, None)
        if norm.mean is not None and norm.variance is not None:
            mean, variance = norm.mean.double(), norm.variance.double()
        else:
            count = self.out[..., 0].numel()
            mean = self._sums[0] / count
            variance = (self._sums[1] / count - mean.square()).clamp_(min=0)
        device = self.out.device
        scale = torch.rsqrt(variance.to(device) + _EPSILON)
        if norm.weight is not None:
            scale = scale * norm.weight.to(device).double()
        shift = -mean.to(device) * scale
        if norm.bias is not None:
            shift = shift + norm.bias.to(device).double()
        return _Affine(scale.float(), shift.float())


def _slabs(store: torch.Tensor, step: _Step) -> list[tuple[int, int]]:
    channels = max(step.weight.shape[:2])
    slice_bytes = store.shape[1] * store.shape[2] * channels * store.element_size()
    count = max(4, min(store.shape[0], _SLAB_BYTES // max(1, slice_bytes)))
    return [(k, min(k + count, store.shape[0])) for k in range(0, store.shape[0], count)]


def _layer(entry: object) -> MeshLayer:
    if not isinstance(entry, dict):
        raise ValueError("a layer is no object")
    kernel, stride = entry.get("kernel_size", 3), entry.get("stride", 1)
    dilation, padding = entry.get("dilation", 1), entry.get("padding", 0)
    whole = all(isinstance(n, int) for n in (kernel, stride, dilation, padding))
    if not whole or kernel not in (1, 3) or stride != 1 or not 1 <= dilation <= _WIDEST_DILATION:
        raise ValueError("layers have kernel_size 1 or 3, stride 1 and whole dilations up to 64")
    if padding != dilation * (kernel // 2):
        raise ValueError("a layer's padding does not keep the size of the image")
    return MeshLayer(kernel, dilation)


def _steps(design: MeshDesign, tensors: Mapping[str, torch.Tensor]) -> list[_Step]:
    """Convolutions in the order of their numbers, each with the norm that follows it."""
    groups: dict[str, dict[str, torch.Tensor]] = {}
    for key in sorted(tensors, key=_natural):
        owner, _, what = key.rpartition(".")
        groups.setdefault(owner, {})[what] = tensors[key].float()
    convolutions: list[tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]] = []
    for group in groups.values():
        if group.get("weight", torch.empty(0)).ndim == 5:
            convolutions.append((group, {}))
        elif convolutions and not convolutions[-1][1]:
            convolutions[-1][1].update(group)
        else:
            raise ValueError("there are weights that belong to no layer")
    if len(convolutions) != len(design.layers):
        raise ValueError(f"{len(design.layers)} layers listed, {len(convolutions)} in the weights")
    steps = [
        _step(design, layer, *found, last=layer is design.layers[-1])
        for layer, found in zip(design.layers, convolutions, strict=True)
    ]
    channels = 1
    for step in steps:
        if step.weight.shape[1] != channels or not 1 <= step.weight.shape[0] <= _MOST_CHANNELS:
            raise ValueError("the layers' channels do not follow from each other")
        channels = int(step.weight.shape[0])
    if design.layers[-1].kernel != 1:
        raise ValueError("the last layer must have kernel_size 1")
    return steps


def _step(
    design: MeshDesign,
    layer: MeshLayer,
    convolution: Mapping[str, torch.Tensor],
    after: Mapping[str, torch.Tensor],
    *,
    last: bool,
) -> _Step:
    weight = convolution["weight"]
    if tuple(weight.shape[2:]) != (layer.kernel,) * 3:
        raise ValueError("a kernel in the weights has another size than the list says")
    norm = None
    if after or (design.normalised and not last):
        norm = _Norm(
            after.get("weight"),
            after.get("bias"),
            after.get("running_mean"),
            after.get("running_var"),
        )
    return _Step(layer, weight, convolution.get("bias"), norm)


def _natural(key: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in key.split(".")]
