"""Solids: a shape with materials from its surface inwards, painted into image slices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reader.imaging.thorax.lattice import Field, Lattice, Numbers, SliceReader, Values


@dataclass(frozen=True, slots=True)
class Layer:
    """What a solid is made of from `inset_mm` below its surface inwards.

    A negative inset reaches outside, which is how fat parts neighbouring muscles.
    `mottle_hu` and `grain_hu` are the standard deviations of a coarse (several mm) and
    of a fine (about 1.5 mm) texture; `strand_hu` is added along thin curved strands, as
    septa run through fat and fat runs through muscle.
    """

    inset_mm: float
    hu: float
    mottle_hu: float = 0.0
    grain_hu: float = 0.0
    strand_hu: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """A field of signed distances and the layers painted in their order."""

    name: str
    field: Field
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SliceTextures:
    """Textures of one slice, shape (rows, columns).

    Mottle and grain have mean 0 and standard deviation 1, strands lie between 0 and 1.
    """

    mottle: Values
    grain: Values
    strands: Values

    def at(self, pixels: tuple[slice, slice]) -> SliceTextures:
        """The textures of some of the pixels."""
        return SliceTextures(self.mottle[pixels], self.grain[pixels], self.strands[pixels])


def bone(
    cortex_mm: float = 1.1, cortex_hu: float = 900.0, marrow_hu: float = 180.0
) -> tuple[Layer, ...]:
    """Cortex around trabecular marrow."""
    return (Layer(0.0, cortex_hu), Layer(cortex_mm, marrow_hu, mottle_hu=16.0, grain_hu=30.0))


def muscle(gap_mm: float = 1.2, hu: float = 54.0) -> tuple[Layer, ...]:
    """Striated muscle in its fat plane."""
    return (Layer(-gap_mm, -92.0), Layer(0.0, hu, mottle_hu=5.0, grain_hu=4.0, strand_hu=-26.0))


def vessel(gap_mm: float = 0.8, hu: float = 42.0) -> tuple[Layer, ...]:
    """Unenhanced blood, in fat; without contrast the wall cannot be told from it."""
    return (Layer(-gap_mm, -85.0), Layer(0.0, hu))


def paint_layer(
    hu: Values, distance: Values, layer: Layer, textures: SliceTextures, edge_mm: float
) -> None:
    """Blend one layer into `hu` (changed in place) where `distance` is inside it.

    All arrays are views of the same pixels of one slice.
    """
    cover = np.clip((-layer.inset_mm - distance) * np.float32(1 / edge_mm) + 0.5, 0, 1)
    target: Numbers = np.asarray(layer.hu, dtype=np.float32)
    if layer.mottle_hu:
        target = target + np.float32(layer.mottle_hu) * textures.mottle
    if layer.grain_hu:
        target = target + np.float32(layer.grain_hu) * textures.grain
    if layer.strand_hu:
        target = target + np.float32(layer.strand_hu) * textures.strands
    hu += cover * (target - hu)


class SolidPainter:
    """Paints one solid into the slices of an image lattice."""

    def __init__(self, solid: Solid, image: Lattice) -> None:
        self._layers = solid.layers
        self._edge_mm = 1.15 * image.step_kji_mm[1]
        self._outset_mm = max(-layer.inset_mm for layer in solid.layers)
        reach = self._outset_mm + self._edge_mm
        self._reader = SliceReader(solid.field.cropped(reach), image)

    def paint(self, hu: Values, k: int, textures: SliceTextures) -> None:
        """Paint what lies in slice k; `hu` has shape (rows, columns), changed in place."""
        distance = self._reader.read(k)
        if distance is None:
            return
        inside = distance < self._outset_mm + self._edge_mm
        rows = np.flatnonzero(inside.any(axis=1))
        if not len(rows):
            return
        columns = np.flatnonzero(inside.any(axis=0))
        near = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        pixels = (
            slice(self._reader.rows.start + rows[0], self._reader.rows.start + rows[-1] + 1),
            slice(
                self._reader.columns.start + columns[0],
                self._reader.columns.start + columns[-1] + 1,
            ),
        )
        local = textures.at(pixels)
        for layer in self._layers:
            paint_layer(hu[pixels], distance[near], layer, local, self._edge_mm)
