"""Crosshairs of different frames of reference that move together, each with its own offset.

Within one frame of reference a point is a point and there is one crosshair. Between two
(another study, files without a frame) nothing says which points belong together: a tie
says so by an offset, made from where the volumes lie and corrected by hand.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

import numpy as np

from reader.core.geometry import FloatArray, Point, VolumeGeometry
from reader.session.events import SessionEvents

ENOUGH_OVERLAP: Final = 0.5
"""Of the shorter of two volumes, along each axis: below this they were placed differently."""
STILL_MM: Final = 0.05
"""A shift that is smaller is none."""


class TieBasis(enum.Enum):
    """What two crosshairs are tied by."""

    POSITION = "position"
    """The same coordinates: as scanners have them, or one frame of reference."""
    MIDDLE = "middle"
    """The middles of the volumes, whose coordinates have too little in common."""
    HAND = "hand"
    """The reader set one against the other."""


class Linking:
    """Ties frames of reference; whoever moves one crosshair moves all that are tied to it.

    A tied frame's crosshair is one point common to all, and the frame's own offset.
    """

    def __init__(self, events: SessionEvents) -> None:
        self._events = events
        self._offsets: dict[str, Point] = {}
        self._automatic: dict[str, Point] = {}
        self._bases: dict[str, TieBasis] = {}
        self._first_bases: dict[str, TieBasis] = {}
        self.is_on = False
        self._is_paused = False

    @property
    def frames(self) -> frozenset[str]:
        """The frames that are tied, or were when the ties were last on."""
        return frozenset(self._offsets)

    def moved(self, frame: str, at: Point) -> Mapping[str, Point]:
        """Where the other crosshairs go when one frame's goes to `at`."""
        if not self.is_on or self._is_paused or frame not in self._offsets:
            return {}
        common = _minus(at, self._offsets[frame])
        return {f: _plus(common, o) for f, o in self._offsets.items() if f != frame}

    def counterpart(self, at: Point, frame: str, other: str) -> Point | None:
        """The point of another frame that belongs to a point of one; None if they are not tied."""
        if frame == other:
            return at
        if frame not in self._offsets or other not in self._offsets:
            return None
        return _plus(_minus(at, self._offsets[frame]), self._offsets[other])

    def basis(self, frame: str) -> TieBasis | None:
        """What a frame is tied by; None if it is not."""
        return self._bases.get(frame)

    def by_hand_mm(self, frame: str) -> float:
        """How far a frame was moved by hand against where it was tied at first."""
        if frame not in self._offsets:
            return 0.0
        return float(np.linalg.norm(_minus(self._offsets[frame], self._automatic[frame])))

    def tie(self, frame: str, geometry: VolumeGeometry, to: str, other: VolumeGeometry) -> None:
        """Tie a frame to another by where their volumes lie; what is tied already stays.

        `to` is the frame that others are already tied to, or the first.
        """
        if to not in self._offsets:
            self._set(to, (0.0, 0.0, 0.0), TieBasis.POSITION)
        if frame in self._offsets:
            return
        shift, basis = first_shift(other, geometry)
        self._set(frame, _plus(self._offsets[to], shift), basis)
        self._events.linking_changed.emit()

    def keep(self, cursors: Mapping[str, Point]) -> None:
        """Tie frames as their crosshairs stand now."""
        known = [frame for frame in cursors if frame in self._offsets]
        if not known:
            return
        common = _minus(cursors[known[0]], self._offsets[known[0]])
        for frame in known[1:]:
            offset = _minus(cursors[frame], common)
            if float(np.linalg.norm(_minus(offset, self._offsets[frame]))) > STILL_MM:
                self._offsets[frame] = offset
                self._bases[frame] = TieBasis.HAND
        self._events.linking_changed.emit()

    def reset(self) -> None:
        """Tie every frame again as it was at first."""
        for frame, offset in self._automatic.items():
            self._offsets[frame] = offset
            if self._bases[frame] is TieBasis.HAND:
                self._bases[frame] = self._first_bases[frame]
        self._events.linking_changed.emit()

    def turn(self, on: bool) -> None:
        """Let tied crosshairs move together, or each by itself."""
        if on != self.is_on:
            self.is_on = on
            self._events.linking_changed.emit()

    def pause(self, paused: bool) -> None:
        """Let one crosshair move by itself for as long as one act takes."""
        self._is_paused = paused

    def forget(self) -> None:
        """Untie everything: another study is open."""
        self._offsets.clear()
        self._automatic.clear()
        self._bases.clear()
        self._first_bases.clear()
        self.is_on = False

    def _set(self, frame: str, offset: Point, basis: TieBasis) -> None:
        self._offsets[frame] = self._automatic[frame] = offset
        self._bases[frame] = self._first_bases[frame] = basis


def first_shift(one: VolumeGeometry, other: VolumeGeometry) -> tuple[Point, TieBasis]:
    """What to add to a point of `one` to have that of `other`, before anybody looked.

    Scanners put the middle of the examined part near the same place, so equal coordinates
    are the better guess wherever the volumes cover much of the same of them.
    """
    (low_a, high_a), (low_b, high_b) = _bounds(one), _bounds(other)
    common = np.minimum(high_a, high_b) - np.maximum(low_a, low_b)
    shorter = np.minimum(high_a - low_a, high_b - low_b)
    if bool((common >= ENOUGH_OVERLAP * shorter).all()):
        return (0.0, 0.0, 0.0), TieBasis.POSITION
    x, y, z = other.center_lps_mm - one.center_lps_mm
    return (float(x), float(y), float(z)), TieBasis.MIDDLE


def _bounds(geometry: VolumeGeometry) -> tuple[FloatArray, FloatArray]:
    """The least and greatest LPS coordinates of a grid, to the outer faces of its voxels."""
    corners = np.stack(np.meshgrid((0, 1), (0, 1), (0, 1)), axis=-1).reshape(-1, 3)
    at = geometry.to_lps(corners * np.array(geometry.shape_kji) - 0.5)
    return at.min(axis=0), at.max(axis=0)


def _plus(a: Point, b: Point) -> Point:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def _minus(a: Point, b: Point) -> Point:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]
