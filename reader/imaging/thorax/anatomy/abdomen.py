"""Diaphragm and what lies under it: liver, stomach with its bubble, spleen, kidneys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reader.imaging.thorax.chest import ChestFrame, spine_y_mm
from reader.imaging.thorax.lattice import Field, Values, on_lattice
from reader.imaging.thorax.shapes import Path, Point, ellipsoid, smooth_max, smooth_min, tube
from reader.imaging.thorax.solid import Layer, Solid, muscle
from reader.imaging.thorax.texture import generator, smooth_noise

_TOP_RIGHT: Point = (-62.0, -12.0, -50.0)
_TOP_LEFT: Point = (64.0, -4.0, -63.0)
_LIVER = (Layer(-0.6, 20.0), Layer(0.0, 60.0, mottle_hu=3.0))
_SPLEEN = (Layer(-0.6, 0.0), Layer(0.0, 51.0, mottle_hu=3.0))
_KIDNEY = (Layer(0.0, 33.0, mottle_hu=3.0), Layer(13.0, 4.0), Layer(16.0, -70.0))
_STOMACH = (Layer(0.0, 42.0), Layer(3.4, 16.0, mottle_hu=5.0))
_HEPATIC_BLOOD = (Layer(0.0, 43.0),)
_ABDOMINAL_FAT = (Layer(0.0, -106.0, mottle_hu=3.0, strand_hu=34.0),)


def diaphragm_distance(frame: ChestFrame) -> Values:
    """Mm above the diaphragm's upper surface, negative in the abdomen."""
    lattice = frame.lattice
    z, y, x = lattice.mesh
    y2, x2 = y[0], x[0]
    right = _TOP_RIGHT[2] - 0.0060 * (x2 - _TOP_RIGHT[0]) ** 2 - 0.0046 * (y2 - _TOP_RIGHT[1]) ** 2
    left = _TOP_LEFT[2] - 0.0066 * (x2 - _TOP_LEFT[0]) ** 2 - 0.0050 * (y2 - _TOP_LEFT[1]) ** 2
    dome = smooth_max(right.astype(np.float32), left.astype(np.float32), 14.0)
    tendon = -66.0 - 0.004 * (x2 - 5) ** 2 - 0.004 * (y2 + 20) ** 2
    dome = smooth_max(dome, tendon.astype(np.float32), 12.0)
    level = int(np.argmin(np.abs(z.ravel() + 85)))
    inwards = np.maximum(-frame.depth[level], 0)
    back = np.clip((frame.angle[level] - 25) / 100, 0, 1)
    dome = dome - (14 + 46 * back) * np.exp(-inwards / 13)
    lowest = -88 - 48 * np.clip((frame.angle[level] - 20) / 90, 0, 1)
    # Beside the spine the recess ends higher.
    lowest = lowest + 34 * np.exp(-((x2 / 42) ** 2)) * back
    dome = smooth_max(dome.astype(np.float32), lowest.astype(np.float32), 10.0)
    surface = dome + 1.6 * frame.uneven[level]
    steep_y, steep_x = np.gradient(surface, y.ravel(), x.ravel())
    slope = np.sqrt(1 + np.minimum(steep_x**2 + steep_y**2, 9.0))
    return np.asarray((z - surface[None]) / slope[None], dtype=np.float32)


def abdomen_solids(frame: ChestFrame, diaphragm: Values) -> Iterator[Solid]:
    """Abdominal fat and organs in painting order; the muscle of the diaphragm first."""
    lattice = frame.lattice
    box = lattice.box_around((-1e4, -1e4, -1e4), (1e4, 1e4, _TOP_RIGHT[2] + 8))
    part = lattice.part(box)
    under, inside = diaphragm[box], frame.depth[box]
    room = np.maximum(under, inside)
    yield Solid("diaphragm", Field(part, room), (Layer(0.0, 52.0),))
    yield Solid("abdominal fat", Field(part, room + np.float32(3.2)), _ABDOMINAL_FAT)
    organ_room = room + 3.0
    mesh = part.mesh

    def organ(shape: Values, blend_mm: float = 9.0) -> Field:
        return Field(part, smooth_max(shape, organ_room, blend_mm))

    yield from _crura(frame)
    uneven = 2.6 * smooth_noise(frame.seed, "organs", part, 30.0)
    stomach = ellipsoid(mesh, (52, -14, -108), (40, 44, 40), (0.3, 0.2, 1)) + uneven
    yield Solid("stomach", organ(stomach), _STOMACH)
    lumen = smooth_max(stomach, organ_room, 9.0) + 3.4
    surface = mesh[1] + 24.0
    bubble = np.maximum(lumen, surface).astype(np.float32)
    yield Solid("stomach bubble", Field(part, bubble), (Layer(0.0, -975.0),))
    spleen = ellipsoid(mesh, (94, 44, -112), (27, 46, 40), (1, -0.7, 0.2)) + 0.6 * uneven
    yield Solid("spleen", organ(spleen), _SPLEEN)
    for x in (54.0, -54.0):
        kidney = ellipsoid(mesh, (x, 44, -164), (46, 23, 26), (-0.25 * np.sign(x), 0, 1))
        yield Solid("kidney", organ(kidney), _KIDNEY)
    right = ellipsoid(mesh, (-58, -4, -118), (84, 84, 84))
    liver = smooth_min(right, ellipsoid(mesh, (14, -44, -98), (62, 36, 34)), 20.0) + uneven
    # The stomach and the oesophagus leave their mark in the left lobe.
    liver = smooth_max(liver, -stomach + 2.0, 5.0)
    hepatic = organ(liver, 3.0)
    yield Solid("liver", hepatic, _LIVER)
    yield from _liver_vessels(frame, hepatic)


def _crura(frame: ChestFrame) -> Iterator[Solid]:
    for side in (1, -1):
        knots: list[Point] = [
            (side * 20.0 + 6, float(spine_y_mm(z)) - ahead, z)
            for z, ahead in ((-72.0, 24.0), (-100.0, 22.0), (-130.0, 17.0), (-166.0, 13.0))
        ]
        field = tube(frame.lattice, Path.through(knots, (3.5, 4.5, 5.5, 7.0)), 6.0, (1.2, 0.55, 1))
        yield Solid("crus", field, muscle(0.6))


def _liver_vessels(frame: ChestFrame, liver: Field) -> Iterator[Solid]:
    """Hepatic veins towards the vena cava and portal branches, darker than the liver."""
    rng = generator(frame.seed, "liver vessels")
    cava: Point = (-22.0, 12.0, -74.0)
    porta: Point = (-22.0, -12.0, -122.0)
    targets = [(-110, 12, -88), (-78, -50, -84), (-4, -52, -86), (-92, 40, -110),
               (-114, -10, -128), (-64, -62, -124), (24, -54, -104), (-78, 40, -140)]  # fmt: skip
    for n, target in enumerate(targets):
        root = cava if n < 4 else porta
        bend = np.array(root) * 0.5 + np.array(target) * 0.5 + rng.normal(0, 5, 3)
        tip = np.array(target) + rng.normal(0, 5, 3)
        knots: list[Point] = [root, tuple(bend.tolist()), tuple(tip.tolist())]
        path = Path.through(knots, (4.6, 3.2, 1.2))
        field = tube(frame.lattice, path, 5.0)
        inside = liver.lattice.part(liver.lattice.box_around(*path.bounds(), reach_mm=2.0))
        own = on_lattice(liver, inside)
        clipped = np.maximum(on_lattice(field, inside), own + 3.0)
        yield Solid("liver vessel", Field(inside, clipped), _HEPATIC_BLOOD)
