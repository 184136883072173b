"""Draws one slice of the anatomy, from the table to the nodules, before any blur or noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reader.imaging.thorax.anatomy.ribs import WallPainter
from reader.imaging.thorax.chest import wall_angle, wall_outline
from reader.imaging.thorax.lattice import Field, Lattice, SliceReader, Values
from reader.imaging.thorax.nodules import Nodule
from reader.imaging.thorax.parenchyma import Fillings, LungPainter
from reader.imaging.thorax.patient import Patient
from reader.imaging.thorax.solid import SliceTextures, Solid, SolidPainter
from reader.imaging.thorax.texture import band_noise, generator, smooth_noise

_AIR_HU = -1000.0
_MOTTLE_MM = 7.0
_GRAIN_SIGMA_MM = 0.75
_GRAIN_TILE = (40, 192, 192)


class SlicePainter:
    """Paints any slice of the image, in any order and from several threads."""

    def __init__(
        self,
        patient: Patient,
        fillings: Fillings,
        nodules: Sequence[Nodule],
        image: Lattice,
        seed: int,
    ) -> None:
        def painters(solids: Sequence[Solid]) -> list[SolidPainter]:
            return [SolidPainter(solid, image) for solid in solids]

        self._image = image
        self._outside, self._inside = painters(patient.outside), painters(patient.inside)
        self._airways, self._bones = painters(patient.airways), painters(patient.bones)
        self._depth = SliceReader(patient.frame.depth_field.cropped(24.0), image)
        jitter = generator(seed, "ribs").normal(0, 1.6, (2, 12))
        self._wall = WallPainter(1.15 * image.step_kji_mm[1], jitter)
        self._lungs = LungPainter(patient.lungs, patient.hila, fillings, image, seed)
        self._nodules = nodules
        lattice = patient.frame.lattice
        self._mottle = SliceReader(
            Field(lattice, smooth_noise(seed, "mottle", lattice, _MOTTLE_MM)), image
        )
        sigma_px = np.array([_GRAIN_SIGMA_MM / s for s in image.step_kji_mm], dtype=np.float32)
        self._grain = band_noise(seed, "grain", _GRAIN_TILE, sigma_px)

    def paint(self, k: int, labels: NDArray[np.uint8]) -> Values:
        """HU of slice k, sharp and without noise; marks the lungs in `labels`, in place."""
        shape = self._image.shape_kji[1:]
        hu = np.full(shape, _AIR_HU, dtype=np.float32)
        textures = self._textures(k)
        for solid in self._outside:
            solid.paint(hu, k, textures)
        depth = np.full(shape, 99.0, dtype=np.float32)
        found = self._depth.read(k)
        if found is not None:
            depth[self._depth.rows, self._depth.columns] = found
        self._wall.paint_soft(hu, float(self._image.axis(0)[k]), depth, textures)
        for solid in self._inside:
            solid.paint(hu, k, textures)
        self._lungs.paint(hu, labels, k, textures)
        for solid in self._airways:
            solid.paint(hu, k, textures)
        self._paint_wall_bones(hu, k, depth, textures)
        for solid in self._bones:
            solid.paint(hu, k, textures)
        for nodule in self._nodules:
            nodule.paint(hu, k, textures)
        return hu

    def _paint_wall_bones(self, hu: Values, k: int, depth: Values, textures: SliceTextures) -> None:
        z = self._image.axis(0)[k : k + 1]
        outline = wall_outline(z)
        y, x = self._image.axis(1), self._image.axis(2)
        mesh = (z[:, None, None], y[None, :, None], x[None, None, :])
        radius = float(0.5 * (outline.half_width[0] + outline.back[0]))
        angle = wall_angle(mesh, outline)[0]
        self._wall.paint_bones(hu, float(z[0]), x, depth, angle, radius, textures)

    def _textures(self, k: int) -> SliceTextures:
        _, rows, columns = self._image.shape_kji
        mottle = self._mottle.read(k)
        whole = np.zeros((rows, columns), dtype=np.float32)
        if mottle is not None:
            whole[self._mottle.rows, self._mottle.columns] = mottle
        depth, height, width = self._grain.shape
        # Each repetition along z starts elsewhere in the tile, so that none is seen.
        turn = 37 * (k // depth)
        tile = np.roll(self._grain[k % depth], (turn, 2 * turn), axis=(0, 1))
        grain = np.tile(tile, (-(-rows // height), -(-columns // width)))[:rows, :columns]
        strands = np.exp(-((whole / np.float32(0.10)) ** 2))
        return SliceTextures(whole, grain, strands)
