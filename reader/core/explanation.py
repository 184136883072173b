"""Asking a model what a finding of its hung on: influence, not evidence of disease."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.codes import CodedConcept
from reader.core.heatmap import Heatmap
from reader.core.model import Device, ModelSpec
from reader.core.volume import Volume

MOST_ALIKE: Final = 0.5
"""Source: after Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018."""


class ExplainMethod(enum.Enum):
    """How it is found out. The value is the word written in files."""

    GRAD_CAM = "grad-cam"
    OCCLUSION = "occlusion"


@dataclass(frozen=True, slots=True, eq=False)
class ExplainRequest:
    """Everything one question needs; picklable.

    `volume` is the part of the series around the finding, `mask` bool on its grid what the
    finding is, `code` its class. `is_checked`: the model passed the check of weights before.
    """

    volume: Volume
    mask: NDArray[np.bool_]
    spec: ModelSpec
    code: CodedConcept
    method: ExplainMethod = ExplainMethod.GRAD_CAM
    device: Device = Device.AUTO
    is_checked: bool = False


@dataclass(frozen=True, slots=True)
class WeightCheck:
    """How alike a map stays when what the model learned is taken away, step by step.

    `alike` for each of three levels, from the output towards the input, the larger of rank
    correlation and structural similarity; 1 is the same map.
    """

    alike: tuple[float, ...]

    @property
    def is_passed(self) -> bool:
        """Whether the map depends on what was learned."""
        return all(one <= MOST_ALIKE for one in self.alike)


@dataclass(frozen=True, slots=True)
class DeletionTest:
    """How far the model's answer falls when places are covered: the map's own, and others.

    `others` is the mean over the same shape moved about at random.
    """

    at_map: float
    others: float

    @property
    def is_passed(self) -> bool:
        """Whether the map's places matter more than others."""
        return self.at_map > self.others


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """The map, 0 to 1, on the grid of the request's volume, and what speaks for it.

    `weights` is None where the model was checked before.
    """

    heatmap: Heatmap
    method: ExplainMethod
    deletion: DeletionTest
    weights: WeightCheck | None = None
