"""Nodules with known truth: where they sit, their lobulated shapes, what they are made of."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.core.errors import ReaderError
from reader.core.geometry import FloatArray
from reader.core.text import say
from reader.imaging.thorax.anatomy.lungs import MIDLINE_X_MM, Lungs
from reader.imaging.thorax.bronchovascular import lobe_of
from reader.imaging.thorax.chest import ChestFrame
from reader.imaging.thorax.lattice import Box, Field, Lattice, Values
from reader.imaging.thorax.solid import SliceTextures
from reader.imaging.thorax.texture import generator
from reader.imaging.thorax.trees import Pieces, unit


class NoduleKind(enum.Enum):
    """How dense a nodule is. The value is the word written in the truth file."""

    SOLID = "solid"
    PART_SOLID = "part-solid"
    GROUND_GLASS = "ground-glass"


class Attachment(enum.Enum):
    """What a nodule touches. The value is the word written in the truth file."""

    NONE = "none"
    PLEURA = "pleura"
    VESSEL = "vessel"


@dataclass(frozen=True, slots=True)
class NodulePlan:
    """What to make: a lobe, a size, a density, a neighbour and how rough its edge is."""

    lobe: str
    side: int
    diameter_mm: float
    kind: NoduleKind
    attachment: Attachment
    spicules: int = 0


PLANS = (
    NodulePlan("upper", -1, 20.0, NoduleKind.SOLID, Attachment.NONE, spicules=16),
    NodulePlan("upper", 1, 16.0, NoduleKind.PART_SOLID, Attachment.NONE),
    NodulePlan("lower", -1, 12.0, NoduleKind.SOLID, Attachment.PLEURA),
    NodulePlan("lower", 1, 9.0, NoduleKind.SOLID, Attachment.VESSEL),
    NodulePlan("middle", -1, 7.0, NoduleKind.SOLID, Attachment.NONE),
    NodulePlan("lower", 1, 5.5, NoduleKind.SOLID, Attachment.NONE),
)
_CANDIDATES = 150_000
_COMPARED = 500
_APART_MM = 42.0
_FINE_MM = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Nodule:
    """A nodule on the image's lattice: cover 0 to 1 and densities over its box."""

    plan: NodulePlan
    box: Box
    cover: Values
    core: Values
    """How much the dense clumps of a part-solid nodule fill."""

    def paint(self, hu: Values, k: int, textures: SliceTextures) -> None:
        """Paint what lies in slice k into `hu`, in place."""
        if not self.box[0].start <= k < self.box[0].stop:
            return
        here = (self.box[1], self.box[2])
        n = k - self.box[0].start
        grain = textures.grain[here]
        dense = 34.0 + 9.0 * grain + 5.0 * textures.mottle[here]
        if self.plan.kind is not NoduleKind.SOLID:
            hazy = -590.0 + 42.0 * grain + 30.0 * textures.mottle[here]
            # Haze adds to what is there, so vessels still show through it.
            faint = hu[here] + self.cover[n] * np.maximum(hazy - hu[here], 0)
            hu[here] = faint + self.core[n] * (dense - faint)
            return
        hu[here] += self.cover[n] * (dense - hu[here])


class NodulePlacer:
    """Finds places that fit the plans, in a fixed random order."""

    def __init__(
        self, frame: ChestFrame, lungs: Lungs, vessels: Pieces, image: Lattice, seed: int
    ) -> None:
        from scipy.spatial import cKDTree

        self._frame, self._lungs = frame, lungs
        first = np.array(image.origin_kji_mm)
        last = first + np.array(image.step_kji_mm) * (np.array(image.shape_kji) - 1)
        self._first_lps, self._last_lps = first[::-1], last[::-1]
        rng = generator(seed, "nodule places")
        lattice = lungs.outline.lattice
        low = np.array(lattice.origin_kji_mm)[::-1]
        size = (np.array(lattice.shape_kji) - 1)[::-1] * np.array(lattice.step_kji_mm)[::-1]
        points = low + size * rng.random((_CANDIDATES, 3))
        depth = lungs.depth_mm(points)
        self._points, self._depth = points[depth > 1.0], depth[depth > 1.0]
        thick = vessels.picked_at(vessels.radius_start > 0.6)
        self._vessels = thick
        self._middles = 0.5 * (thick.start + thick.end)
        self._tree = cKDTree(self._middles)
        self._rng = rng

    def place(self, plan: NodulePlan, taken: list[FloatArray]) -> FloatArray:
        """The centre (LPS mm) of a candidate that fits `plan`, among the first ones.

        Raises: ReaderError: when no candidate does (a grid that cuts the lungs off).
        """
        if plan.attachment is Attachment.VESSEL:
            points, depth = self._beside_vessels(plan)
        else:
            points, depth = self._points, self._depth
        fits = np.sign(points[:, 0] - MIDLINE_X_MM) == plan.side
        fits &= self._free_of_fissures(plan, points)
        fits &= np.abs(points[:, 2] - 10) < 105
        margin = 0.7 * plan.diameter_mm
        fits &= np.all(points > self._first_lps + margin, axis=1)
        fits &= np.all(points < self._last_lps - margin, axis=1)
        for other in taken:
            fits &= np.linalg.norm(points - other, axis=1) > _APART_MM
        radius = plan.diameter_mm / 2
        if plan.attachment is Attachment.PLEURA:
            wall = -Field(self._frame.lattice, self._frame.depth).at(points)
            fits &= (np.abs(wall - depth) < 0.6) & (depth > 0.3 * radius) & (depth < 0.62 * radius)
            # On the side, away from the ribs' necks and the domes.
            fits &= (points[:, 1] > -20) & (np.abs(points[:, 0]) > 80)
        else:
            fits &= (depth > 1.35 * radius + 3) & (depth < radius + 30)
        found = points[fits]
        if not len(found):
            raise ReaderError(
                say("The synthetic chest has no room for one of its nodules."),
                say("Make it with a grid that holds the whole chest."),
            )
        if plan.attachment is not Attachment.VESSEL:
            # The place among the first ones that is furthest from a visible vessel.
            far, which = self._tree.query(found[:_COMPARED], k=16)
            gap = np.min(far - self._vessels.radius_start[which], axis=1)
            return np.asarray(found[int(np.argmax(gap))])
        return np.asarray(found[0])

    def _beside_vessels(self, plan: NodulePlan) -> tuple[FloatArray, FloatArray]:
        """Places whose surface a vessel of 2 to 4 mm just enters."""
        thickness = self._vessels.radius_start
        chosen = (thickness > 0.85) & (thickness < 1.4)
        middles = self._middles[chosen]
        order = self._rng.permutation(len(middles))
        middles = middles[order]
        along = unit((self._vessels.end - self._vessels.start)[chosen][order])
        across = unit(np.cross(along, self._rng.normal(size=along.shape)))
        points = middles + across * (plan.diameter_mm / 2 * 0.86)
        return points, self._lungs.depth_mm(points)

    def _free_of_fissures(self, plan: NodulePlan, points: FloatArray) -> NDArray[np.bool_]:
        clear = plan.diameter_mm / 2 + 3.0
        fits = np.asarray(lobe_of(self._lungs, plan.side, points) == plan.lobe)
        fits &= np.abs(self._lungs.oblique_mm(plan.side, points)) > clear
        if plan.side < 0:
            fits &= np.abs(self._lungs.horizontal_mm(points)) > clear
        return fits


def clear_around(pieces: Pieces, plan: NodulePlan, center_lps_mm: FloatArray) -> Pieces:
    """Without the fine vessels or bronchi that would touch a nodule said to touch nothing."""
    if plan.attachment is not Attachment.NONE:
        return pieces
    middles = 0.5 * (pieces.start + pieces.end)
    thick = np.maximum(pieces.radius_start, pieces.radius_end)
    away = np.linalg.norm(middles - center_lps_mm, axis=1) - thick
    touching = (away < 1.25 * plan.diameter_mm / 2 + 3.0) & (thick < _FINE_MM)
    return pieces.picked_at(~touching)


def make_nodule(
    plan: NodulePlan, center_lps_mm: FloatArray, lungs: Lungs, image: Lattice, seed: int
) -> Nodule:
    """Shape a nodule around its centre so that its volume is that of the planned sphere."""
    rng = generator(seed, "nodule shape", round(plan.diameter_mm * 10))
    reach = plan.diameter_mm * (1.35 if plan.spicules else 0.95) + 2
    box = image.box_around(center_lps_mm, center_lps_mm, reach)
    part = image.part(box)
    offset, distance = _polar(part, center_lps_mm)
    profile, spikes = _surface(plan, offset, distance, rng)
    z, y, x = part.mesh
    points = np.stack(np.broadcast_arrays(x, y, z), axis=-1)
    outside_lung = -lungs.depth_mm(points).astype(np.float32)
    # The pleura it touches is drawn in a little, so it sits on a broad base.
    room = outside_lung - (0.8 if plan.attachment is Attachment.PLEURA else 0.0)
    wanted = np.pi / 6 * plan.diameter_mm**3
    edge = 1.15 * image.step_kji_mm[1]
    low, high = 0.3 * plan.diameter_mm, 1.1 * plan.diameter_mm
    for _ in range(18):
        radius = 0.5 * (low + high)
        shape = np.maximum(np.minimum(distance - radius * profile, spikes), room)
        volume = float((shape < 0).sum()) * float(np.prod(image.step_kji_mm))
        low, high = (radius, high) if volume < wanted else (low, radius)
    # Haze ends less sharply than solid tissue does.
    soft = edge if plan.kind is NoduleKind.SOLID else 2.6 * edge
    cover = np.clip(0.5 - shape / soft, 0, 1).astype(np.float32)
    _drop_crumbs(cover)
    core = np.minimum(cover, _solid_part(plan, offset, radius, edge, rng))
    return Nodule(plan, box, cover, core)


def _drop_crumbs(cover: Values) -> None:
    """Remove what a coarse grid has cut off from a thin spicule, in place."""
    from scipy.ndimage import label

    pieces, count = label(cover >= 0.5)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    sizes[0] = 0
    cover[(pieces > 0) & (pieces != sizes.argmax())] = 0


def _solid_part(
    plan: NodulePlan, offset: FloatArray, radius: float, edge: float, rng: np.random.Generator
) -> Values:
    """The dense part of a part-solid nodule: a few clumps off its middle; else nothing."""
    nearest = np.full(offset.shape[:-1], 1e3)
    if plan.kind is NoduleKind.PART_SOLID:
        middle = radius * 0.22 * unit(rng.normal(size=3))
        for _ in range(4):
            place = middle + rng.normal(0, 0.17 * radius, 3)
            size = radius * rng.uniform(0.18, 0.34)
            nearest = np.minimum(nearest, np.linalg.norm(offset - place, axis=-1) - size)
    return np.asarray(np.clip(0.5 - nearest / (1.6 * edge), 0, 1), dtype=np.float32)


def _polar(part: Lattice, center: FloatArray) -> tuple[FloatArray, Values]:
    z, y, x = part.mesh
    offset = np.stack(
        np.broadcast_arrays(x - center[0], y - center[1], z - center[2]), axis=-1
    ).astype(np.float64)
    return offset, np.linalg.norm(offset, axis=-1).astype(np.float32)


def _surface(
    plan: NodulePlan, offset: FloatArray, distance: Values, rng: np.random.Generator
) -> tuple[Values, Values]:
    """Radius by direction relative to the mean, and the spicules around it."""
    direction = unit(offset)
    squash = 1 + rng.uniform(-0.14, 0.14, 3)
    profile = np.ones(distance.shape)
    # Lobulation: broad bumps and dents, then a finer unevenness.
    for number, low, high, breadth in (
        (5, -0.10, 0.22, 0.25),
        (14, -0.13, 0.22, 0.06),
        (30, -0.06, 0.08, 0.02),
    ):
        for bump in unit(rng.normal(size=(number, 3))):
            profile += rng.uniform(low, high) * np.exp((direction @ bump - 1) / breadth)
    profile /= np.linalg.norm(direction / squash, axis=-1).clip(0.5, 2)
    return profile.astype(np.float32), _spicules(plan, offset, rng)


def _spicules(plan: NodulePlan, offset: FloatArray, rng: np.random.Generator) -> Values:
    """Thin tapering strands from the surface outwards."""
    nearest = np.full(offset.shape[:-1], 1e3)
    for way in unit(rng.normal(size=(plan.spicules, 3))):
        tip = plan.diameter_mm / 2 * rng.uniform(1.3, 1.9)
        width = rng.uniform(1.3, 2.3)
        t = np.clip(offset @ way, 0, tip)
        away = np.linalg.norm(offset - t[..., None] * way, axis=-1)
        nearest = np.minimum(nearest, away - width * (1.18 - t / tip))
    return nearest.astype(np.float32)
