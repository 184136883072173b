"""From where a volume is looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from reader.core.geometry import FloatArray

_STEEPEST: Final = 90.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A direction of view: round the patient, then up or down.

    `azimuth_deg` 0 looks from the front, 90 from the patient's left side. `elevation_deg`
    90 looks down from the head, -90 up from the feet. Azimuth goes round, elevation stops.
    """

    azimuth_deg: float = 0.0
    elevation_deg: float = 0.0

    def __post_init__(self) -> None:
        if abs(self.elevation_deg) > _STEEPEST:
            raise ValueError("An elevation lies between -90 and 90 degrees.")

    def turned(self, azimuth_deg: float, elevation_deg: float) -> Turn:
        """Further round and further up; elevation stops at the poles."""
        raised = min(_STEEPEST, max(-_STEEPEST, self.elevation_deg + elevation_deg))
        return Turn((self.azimuth_deg + azimuth_deg) % 360.0, raised)

    @property
    def camera(self) -> FloatArray:
        """3 x 3; rows are the unit LPS vectors right across, down, and into the screen."""
        a, e = math.radians(self.azimuth_deg), math.radians(self.elevation_deg)
        right = np.array([math.cos(a), math.sin(a), 0.0])
        level = np.array([-math.sin(a), math.cos(a), 0.0])
        up = np.array([0.0, 0.0, 1.0])
        into = math.cos(e) * level - math.sin(e) * up
        down = -math.cos(e) * up - math.sin(e) * level
        return np.stack([right, down, into])


FRONT: Final = Turn()
