"""One patient: every organ's shape on coarse lattices, fitted to one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reader.imaging.thorax.anatomy.abdomen import abdomen_solids, diaphragm_distance
from reader.imaging.thorax.anatomy.great_vessels import great_vessels
from reader.imaging.thorax.anatomy.heart import heart_solids
from reader.imaging.thorax.anatomy.lungs import Lungs, make_lungs
from reader.imaging.thorax.anatomy.mediastinum import (
    central_airways,
    glands_and_nodes,
    oesophagus,
    swallowed_air,
)
from reader.imaging.thorax.anatomy.muscles import (
    back_and_neck_muscles,
    muscle_distance,
    wall_muscles,
)
from reader.imaging.thorax.anatomy.shoulder import shoulder_bones
from reader.imaging.thorax.anatomy.spine import spine_solids
from reader.imaging.thorax.anatomy.trunk import table_solids, trunk_solids
from reader.imaging.thorax.chest import ChestFrame, make_frame, trunk_distance
from reader.imaging.thorax.lattice import Field, Lattice
from reader.imaging.thorax.shapes import FAR_MM, Point, ellipsoid, smooth_min
from reader.imaging.thorax.solid import Layer, Solid

_HALF_SIZE_MM = (186.0, 186.0, 160.0)
_COARSE_STEP_MM = (2.5, 2.8, 2.8)
_BONE_STEP_MM = (1.3, 1.4, 1.4)
_CAVITY_FAT = (Layer(0.0, -102.0, mottle_hu=5.0, strand_hu=40.0),)
_HILA: tuple[tuple[Point, Point], ...] = (
    ((46, 14, 14), (20, 26, 36)),
    ((-42, 14, 12), (18, 24, 36)),
)


@dataclass(frozen=True, slots=True, eq=False)
class Patient:
    """Solids in painting order around the chest wall, the lungs and their hila."""

    frame: ChestFrame
    outside: tuple[Solid, ...]
    """Table, trunk and the muscles outside the ribs, painted before the chest wall."""
    inside: tuple[Solid, ...]
    """Muscles of the back, cavity, abdomen, mediastinum, painted before the lungs."""
    lungs: Lungs
    hila: Field
    airways: tuple[Solid, ...]
    """Trachea and main bronchi, painted after the lungs."""
    bones: tuple[Solid, ...]
    """Spine and shoulders; ribs and sternum belong to the chest wall."""


def make_patient(seed: int, image: Lattice, step: Callable[[int, int], None]) -> Patient:
    """Build all shapes; `step(done, of)` is called in between and may raise to stop."""
    half = np.array(_HALF_SIZE_MM)
    coarse, bone_step = (_at_least(s, image) for s in (_COARSE_STEP_MM, _BONE_STEP_MM))
    lattice = image.coarsened(-half, half, coarse)
    frame = make_frame(seed, lattice)
    step(1, 7)
    outer, back = wall_muscles(frame), back_and_neck_muscles(frame)
    skin = trunk_distance(frame, muscle_distance(frame, [*outer, *back]))
    step(2, 7)
    diaphragm = diaphragm_distance(frame)
    sac, heart = heart_solids(lattice, diaphragm)
    step(3, 7)
    vessels = great_vessels(lattice)
    gullet, airways = oesophagus(lattice), central_airways(lattice)
    lungs = make_lungs(frame, diaphragm, sac, [*vessels, gullet, airways])
    step(4, 7)
    abdomen = tuple(abdomen_solids(frame, diaphragm))
    step(5, 7)
    bones = (*spine_solids(image, bone_step), *shoulder_bones(image, seed, bone_step))
    step(6, 7)
    cavity = Solid("mediastinal fat", frame.depth_field, _CAVITY_FAT)
    return Patient(
        frame=frame,
        outside=(*table_solids(lattice), *trunk_solids(frame, skin), *outer),
        inside=(cavity, *back, *abdomen, *glands_and_nodes(lattice), gullet,
                swallowed_air(lattice), *vessels[:2], *heart, *vessels[2:]),
        lungs=lungs,
        hila=_hila(lattice),
        airways=(airways,),
        bones=bones,
    )  # fmt: skip


def _at_least(
    step_kji_mm: tuple[float, float, float], image: Lattice
) -> tuple[float, float, float]:
    """Steps no finer along z than the slices of the image."""
    return (max(step_kji_mm[0], image.step_kji_mm[0]), step_kji_mm[1], step_kji_mm[2])


def _hila(lattice: Lattice) -> Field:
    """Where vessels and bronchi may be outside the lungs: on their way in."""
    joined = lattice.full(FAR_MM)
    for center, semi in _HILA:
        joined = smooth_min(joined, ellipsoid(lattice.mesh, center, semi), 2.0)
    return Field(lattice, joined)
