"""nnU-Net's U-Nets under the names their weights carry.

The modules are nested, and some named twice, as in dynamic-network-architectures 0.4.4, so
that a checkpoint's weights fit one by one and nothing is left over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kit:
    """What all blocks of one network are made of."""

    dimension: int
    bias: bool
    norm: type[nn.Module] | None
    norm_arguments: Mapping[str, Any]
    nonlinearity: type[nn.Module] | None
    nonlinearity_arguments: Mapping[str, Any]
    dropout: bool = False
    nonlinearity_first: bool = False

    def conv(
        self, inputs: int, outputs: int, kernel: Sizes, stride: Sizes, bias: bool
    ) -> nn.Module:
        """A convolution that keeps the size but for its stride."""
        kind = nn.Conv2d if self.dimension == 2 else nn.Conv3d
        padding = tuple((n - 1) // 2 for n in kernel)
        made: nn.Module = kind(inputs, outputs, kernel, stride, padding, bias=bias)  # type: ignore[arg-type]
        return made

    def upward(self, inputs: int, outputs: int, stride: Sizes) -> nn.Module:
        """The transposed convolution that undoes a stride."""
        kind = nn.ConvTranspose2d if self.dimension == 2 else nn.ConvTranspose3d
        made: nn.Module = kind(inputs, outputs, stride, stride, bias=self.bias)  # type: ignore[arg-type]
        return made

    def pooling(self, stride: Sizes) -> nn.Module:
        """The average over a stride."""
        if self.dimension == 2:
            return nn.AvgPool2d((stride[0], stride[1]))
        return nn.AvgPool3d((stride[0], stride[1], stride[2]))

    def act(self) -> nn.Module:
        """The nonlinearity."""
        if self.nonlinearity is None:
            return nn.Identity()
        return self.nonlinearity(**self.nonlinearity_arguments)

    @property
    def ones(self) -> Sizes:
        """A kernel or stride of one voxel."""
        return (1,) * self.dimension

    def bare(self, *, bias: bool) -> Kit:
        """The same without nonlinearity and dropout."""
        return replace(self, nonlinearity=None, dropout=False, bias=bias)


class Block(nn.Module):
    """Convolution, dropout, norm, nonlinearity; `all_modules` names them once more."""

    def __init__(self, kit: Kit, inputs: int, outputs: int, kernel: Sizes, stride: Sizes) -> None:
        super().__init__()
        self.conv = kit.conv(inputs, outputs, kernel, stride, kit.bias)
        steps: list[nn.Module] = [self.conv]
        if kit.dropout:
            steps.append(nn.Identity())
        if kit.norm is not None:
            self.norm = kit.norm(outputs, **kit.norm_arguments)
            steps.append(self.norm)
        if kit.nonlinearity is not None:
            self.nonlin = kit.act()
            steps.append(self.nonlin)
            if kit.nonlinearity_first and kit.norm is not None:
                steps[-1], steps[-2] = steps[-2], steps[-1]
        self.all_modules = nn.Sequential(*steps)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Same size but for the stride."""
        out: torch.Tensor = self.all_modules(x)
        return out


class Blocks(nn.Module):
    """Several blocks; only the first has the stride."""

    def __init__(
        self, kit: Kit, count: int, inputs: int, outputs: int, kernel: Sizes, stride: Sizes
    ) -> None:
        super().__init__()
        first = Block(kit, inputs, outputs, kernel, stride)
        more = (Block(kit, outputs, outputs, kernel, kit.ones) for _ in range(1, count))
        self.convs = nn.Sequential(first, *more)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """All of them."""
        out: torch.Tensor = self.convs(x)
        return out


class ResidualBlock(nn.Module):
    """Two convolutions beside a skip (ResNet-D); with `narrow` channels, three."""

    def __init__(
        self,
        kit: Kit,
        inputs: int,
        outputs: int,
        kernel: Sizes,
        stride: Sizes,
        narrow: int | None = None,
    ) -> None:
        super().__init__()
        last = kit.bare(bias=kit.bias)
        if narrow is None:
            self.conv1 = Block(kit, inputs, outputs, kernel, stride)
            self.conv2 = Block(last, outputs, outputs, kernel, kit.ones)
            self.nonlin2 = kit.act()
        else:
            plain = replace(kit, dropout=False)
            self.conv1 = Block(plain, inputs, narrow, kit.ones, kit.ones)
            self.conv2 = Block(kit, narrow, narrow, kernel, stride)
            self.conv3 = Block(last, narrow, outputs, kit.ones, kit.ones)
            self.nonlin3 = kit.act()
        skip: list[nn.Module] = []
        if any(n != 1 for n in stride):
            skip.append(kit.pooling(stride))
        if inputs != outputs:
            skip.append(Block(kit.bare(bias=False), inputs, outputs, kit.ones, kit.ones))
        self.skip = nn.Sequential(*skip)
        self._narrow = narrow is not None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The sum of both ways, through the nonlinearity."""
        out: torch.Tensor = self.conv2(self.conv1(x))
        if self._narrow:
            out = self.conv3(out)
        out += self.skip(x)
        act = self.nonlin3 if self._narrow else self.nonlin2
        said: torch.Tensor = act(out)
        return said


class ResidualBlocks(nn.Module):
    """Several residual blocks; only the first has the stride."""

    def __init__(
        self,
        kit: Kit,
        count: int,
        inputs: int,
        outputs: int,
        kernel: Sizes,
        stride: Sizes,
        narrow: int | None = None,
    ) -> None:
        super().__init__()
        first = ResidualBlock(kit, inputs, outputs, kernel, stride, narrow)
        more = (
            ResidualBlock(kit, outputs, outputs, kernel, kit.ones, narrow) for _ in range(1, count)
        )
        self.blocks = nn.Sequential(first, *more)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """All of them."""
        out: torch.Tensor = self.blocks(x)
        return out


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a U-Net, one entry per stage; `down` and `up` count convolutions."""

    features: tuple[int, ...]
    kernels: tuple[Sizes, ...]
    strides: tuple[Sizes, ...]
    down: tuple[int, ...]
    up: tuple[int, ...]
    narrow: tuple[int | None, ...] = ()
    stem: int | None = None
    residual_down: bool = False
    residual_up: bool = False


class Encoder(nn.Module):
    """The way down; gives what every stage says."""

    def __init__(self, kit: Kit, shape: Shape, inputs: int) -> None:
        super().__init__()
        if shape.residual_down:
            stem = shape.stem or shape.features[0]
            self.stem = Blocks(kit, 1, inputs, stem, shape.kernels[0], kit.ones)
            inputs = stem
        stages: list[nn.Module] = []
        for n, outputs in enumerate(shape.features):
            sizes = (shape.down[n], inputs, outputs, shape.kernels[n], shape.strides[n])
            if shape.residual_down:
                stages.append(ResidualBlocks(kit, *sizes, shape.narrow[n]))
            else:
                stages.append(nn.Sequential(Blocks(kit, *sizes)))
            inputs = outputs
        self.stages = nn.Sequential(*stages)
        self._has_stem = shape.residual_down

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        """From fine to coarse."""
        if self._has_stem:
            x = self.stem(x)
        said = []
        for stage in self.stages:
            x = stage(x)
            said.append(x)
        return said


class Decoder(nn.Module):
    """The way up. The encoder is named here once more, as the weights name it."""

    def __init__(self, kit: Kit, shape: Shape, encoder: Encoder, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        build = ResidualBlocks if shape.residual_up else Blocks
        stages: list[nn.Module] = []
        upward: list[nn.Module] = []
        heads: list[nn.Module] = []
        for n in range(1, len(shape.features)):
            below, beside = shape.features[-n], shape.features[-n - 1]
            upward.append(kit.upward(below, beside, shape.strides[-n]))
            kernel = shape.kernels[-n - 1]
            stages.append(build(kit, shape.up[n - 1], 2 * beside, beside, kernel, kit.ones))
            heads.append(kit.conv(beside, classes, kit.ones, kit.ones, True))
        self.stages = nn.ModuleList(stages)
        self.transpconvs = nn.ModuleList(upward)
        self.seg_layers = nn.ModuleList(heads)

    def forward(self, said: Sequence[torch.Tensor]) -> torch.Tensor:
        """Logits at the finest size; the coarser heads serve training only."""
        x = said[-1]
        for n, (upward, stage) in enumerate(zip(self.transpconvs, self.stages, strict=True)):
            x = stage(torch.cat((upward(x), said[-n - 2]), 1))
        out: torch.Tensor = self.seg_layers[-1](x)
        return out


class UNet(nn.Module):
    """Down, up and across."""

    def __init__(self, kit: Kit, shape: Shape, inputs: int, classes: int) -> None:
        super().__init__()
        self.encoder = Encoder(kit, shape, inputs)
        self.decoder = Decoder(kit, shape, self.encoder, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Windows (n, channels, ...) to logits (n, classes, ...)."""
        out: torch.Tensor = self.decoder(self.encoder(x))
        return out
