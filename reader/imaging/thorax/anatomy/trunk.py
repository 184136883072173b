"""Skin and subcutaneous fat, the table under the patient and the sheet over him."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reader.imaging.thorax.chest import ChestFrame
from reader.imaging.thorax.lattice import Field, Lattice, Values
from reader.imaging.thorax.solid import Layer, Solid
from reader.imaging.thorax.texture import smooth_noise

TABLE_TOP_MM = 126.5
"""LPS y of the table's surface in the middle."""

_SKIN = (Layer(0.0, 6.0), Layer(1.9, -107.0, mottle_hu=3.0, strand_hu=34.0))
_SHEET = (Layer(0.0, -880.0), Layer(0.8, -1000.0))


def table_solids(lattice: Lattice) -> Iterator[Solid]:
    """Mattress, then the carbon shell of a curved table with foam inside."""
    z, y, x = lattice.mesh
    surface = TABLE_TOP_MM - x**2 / 980.0
    top = (surface - y + 0 * z).astype(np.float32)
    lower = (y - (TABLE_TOP_MM + 26.0 - x**2 / 620.0) + 0 * z).astype(np.float32)
    inside = np.maximum(top, lower) + 1.0
    shell = (Layer(0.0, 40.0), Layer(2.0, -945.0))
    mattress = np.maximum(top - 5.0, -top).astype(np.float32)
    yield Solid("mattress", Field(lattice, mattress), (Layer(0.0, -905.0),))
    yield Solid("table", Field(lattice, inside.astype(np.float32)), shell)


def trunk_solids(frame: ChestFrame, skin: Values) -> Iterator[Solid]:
    """The sheet over the patient, then skin and fat."""
    lattice = frame.lattice
    z, y, _ = lattice.mesh
    folds = smooth_noise(frame.seed, "sheet", lattice, 34.0)
    creases = smooth_noise(frame.seed, "creases", lattice, 12.0)
    wrapped = skin - (10.0 + 5.5 * folds + 1.8 * creases * np.clip(folds, 0, 2))
    front = np.maximum(wrapped, y - 40 + 0 * z)
    yield Solid("sheet", Field(lattice, front.astype(np.float32)), _SHEET)
    yield Solid("trunk", Field(lattice, skin), _SKIN)
