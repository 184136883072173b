"""Where a run computes, and beside what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class Place:
    """A device, and whether somebody looks at a screen of the same machine meanwhile."""

    device: torch.device
    beside_a_screen: bool = True
