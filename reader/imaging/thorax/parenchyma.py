"""What lungs are filled with: density that grows backwards, texture, fissures, vessels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.imaging.thorax.anatomy.lungs import (
    MIDLINE_X_MM,
    Lungs,
    horizontal_fissure,
    oblique_fissure,
)
from reader.imaging.thorax.lattice import Field, Lattice, Numbers, SliceReader, Values
from reader.imaging.thorax.solid import SliceTextures
from reader.imaging.thorax.texture import smooth_noise

_AIRY_HU = -866.0
_GRAVITY_HU_PER_MM = 0.30
_DEPENDENT_HU = 42.0
_FISSURE_HU = -600.0
_BLOOD_HU = 44.0
_WALL_HU = 0.0
_LUMEN_HU = -975.0


@dataclass(frozen=True, slots=True, eq=False)
class Fillings:
    """How much of every voxel vessels, bronchial walls and lumens fill (0 to 255)."""

    vessels: NDArray[np.uint8]
    walls: NDArray[np.uint8]
    lumens: NDArray[np.uint8]


class LungPainter:
    """Paints both lungs with their vessels and bronchi into slices."""

    def __init__(
        self, lungs: Lungs, hila: Field, fillings: Fillings, image: Lattice, seed: int
    ) -> None:
        lattice = lungs.outline.lattice
        self._image = image
        self._edge_mm = 1.15 * image.step_kji_mm[1]
        self._outline = SliceReader(lungs.outline.cropped(6.0), image)
        self._hila = SliceReader(hila, image)
        self._ripple = SliceReader(lungs.ripple, image)
        self._cloud = SliceReader(
            Field(lattice, smooth_noise(seed, "aeration", lattice, 26.0)), image
        )
        self._fillings = fillings

    def paint(self, hu: Values, labels: NDArray[np.uint8], k: int, textures: SliceTextures) -> None:
        """Paint slice k into `hu` and mark it in `labels` (1 left, 2 right), both in place."""
        distance = _whole(self._outline, k, hu.shape, 6.0)
        cover = np.clip(0.5 - distance / self._edge_mm, 0, 1)
        inside = distance < self._edge_mm
        rows = np.flatnonzero(inside.any(axis=1))
        if len(rows):
            columns = np.flatnonzero(inside.any(axis=0))
            near = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
            local = textures.at(near)
            air = self._parenchyma(k, near, distance[near], local)
            hu[near] += cover[near] * (air - hu[near])
            x = self._image.axis(2)[near[1]]
            side = np.where(x > MIDLINE_X_MM, 1, 2).astype(np.uint8)
            labels[near][distance[near] < 0] = np.broadcast_to(side, distance[near].shape)[
                distance[near] < 0
            ]
        self._paint_trees(hu, distance, k)

    def _parenchyma(
        self, k: int, near: tuple[slice, slice], distance: Values, textures: SliceTextures
    ) -> Values:
        y = self._image.axis(1)[near[0]][:, None]
        x = self._image.axis(2)[near[1]][None, :]
        z = self._image.axis(0)[k : k + 1]
        shape = (self._image.shape_kji[1], self._image.shape_kji[2])
        cloud = _whole(self._cloud, k, shape, 0.0)[near]
        hu = _AIRY_HU + _GRAVITY_HU_PER_MM * (y - 20) + 9.0 * cloud
        # Grain leans to the bright side: vessels too small to be drawn one by one.
        specks = np.maximum(textures.grain - 1.1, 0)
        hu = hu + 8.0 * textures.mottle + 11.0 * textures.grain + 55.0 * specks
        # Dependent lung is denser in a thin band along the back of the pleura.
        hu = hu + _DEPENDENT_HU * np.exp(distance / 7) * np.clip((y - 45) / 45, 0, 1)
        ripple = _whole(self._ripple, k, shape, 0.0)[near]
        hu = hu.astype(np.float32)
        for fissure in self._fissures(x, y, z, ripple):
            sheet = np.clip((0.36 - np.abs(fissure)) / self._edge_mm + 0.5, 0, 1)
            hu += sheet.astype(np.float32) * (_FISSURE_HU - hu)
        return np.asarray(hu)

    @staticmethod
    def _fissures(x: Values, y: Values, z: Values, ripple: Values) -> tuple[Numbers, ...]:
        right = x <= MIDLINE_X_MM
        left_sheet = oblique_fissure(1, x, y, z, ripple)
        right_sheet = oblique_fissure(-1, x, y, z, ripple)
        flat = horizontal_fissure(x, y, z, ripple)
        return (
            np.where(right, right_sheet, left_sheet),
            np.where(right & (right_sheet > 0), flat, 99.0),
        )

    def _paint_trees(self, hu: Values, distance: Values, k: int) -> None:
        """Vessels and bronchi, in the lungs and in the hila's fat."""
        room = np.minimum(distance, _whole(self._hila, k, hu.shape, 6.0))
        allowed = np.clip(1.0 - room / 1.5, 0, 1) * np.float32(1 / 255)
        for filled, target in (
            (self._fillings.vessels, _BLOOD_HU),
            (self._fillings.walls, _WALL_HU),
            (self._fillings.lumens, _LUMEN_HU),
        ):
            hu += allowed * filled[k] * (np.float32(target) - hu)


def _whole(reader: SliceReader, k: int, shape: tuple[int, ...], outside: float) -> Values:
    """What a reader finds in slice k, over the whole slice."""
    found = reader.read(k)
    whole = np.full(shape, outside, dtype=np.float32)
    if found is not None:
        whole[reader.rows, reader.columns] = found
    return whole
