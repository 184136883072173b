"""Compares voxels and places of an opened file with those of a witness."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.app.conformance.opened import Opened, OpenedSeries, corners, frames_of
from reader.app.conformance.verdict import Outcome, Verdict, not_compared
from reader.app.conformance.witnesses import WitnessError, Witnesses
from reader.core.series_kind import SeriesKind, SpacingSource
from reader.formats.yardsticks.reference_values import (
    FileFacts,
    header_corners,
    header_spacing,
    witnesses,
)

TOLERANCE_MM: Final = 1e-3
_RELATIVE: Final = 1e-5
"""For values scaled in floating point, here in single and elsewhere in double precision."""


_IRREGULAR: Final = ("missing-slices", "uneven-spacing", "gantry-tilt")


def compare_pixels(path: Path, facts: FileFacts, found: Opened, ask: Witnesses) -> Verdict:
    """Every image that is shown, with the same frame as each witness decodes it."""
    shown = [one for one in found.series if one.volume is not None]
    if not shown:
        return not_compared("no image is shown")
    differences: dict[str, float] = {}
    silent: list[str] = []
    for name in witnesses(path):
        try:
            differences[name] = largest_difference(shown, ask.pixels(path, name))
        except WitnessError as error:
            silent.append(str(error))
    if not differences:
        return not_compared("; ".join(silent) or "no other decoder of this is at hand")
    agreeing = tuple(name for name, n in differences.items() if n == 0)
    apart = {name: n for name, n in differences.items() if n != 0}
    words = "; ".join(
        f"{name}: {f'by at most {n:g}' if np.isfinite(n) else 'another size'}"
        for name, n in apart.items()
    )
    if agreeing:
        return Verdict(Outcome.EQUAL, agreeing, words)
    lossy = facts.lossy and all(np.isfinite(n) for n in apart.values())
    return Verdict(Outcome.WITHIN if lossy else Outcome.DIFFERS, tuple(apart), words)


def largest_difference(shown: list[OpenedSeries], reference: NDArray[Any]) -> float:
    """Over all images shown; infinite where sizes differ or a frame is not shown."""
    seen: set[int] = set()
    largest = 0.0
    for one in shown:
        assert one.volume is not None
        for k, values in enumerate(frames_of(one.volume)):
            frame = one.series.instances[k].frame if k < len(one.series.instances) else k
            if frame >= len(reference) or reference[frame].shape != values.shape:
                return float("inf")
            seen.add(frame)
            largest = max(largest, _difference(values, reference[frame]))
    return largest if len(seen) == len(reference) else float("inf")


def _difference(values: NDArray[Any], reference: NDArray[Any]) -> float:
    """The largest; 0 where it is no more than the rounding of single precision."""
    ours, theirs = values.astype(np.float64), reference.astype(np.float64)
    difference = np.abs(ours - theirs)
    same_nothing = ~np.isfinite(ours) & ~np.isfinite(theirs)
    difference[same_nothing] = 0
    largest = float(np.max(difference, initial=0.0))
    if values.dtype.kind == "f":
        scale = float(np.max(np.abs(theirs[np.isfinite(theirs)]), initial=0.0))
        return 0.0 if largest <= _RELATIVE * scale else largest
    return largest


def compare_geometry(path: Path, found: Opened, ask: Witnesses) -> Verdict:
    """Where each image lies: by SimpleITK, and by the header's own positions."""
    shown = [one for one in found.series if one.volume is not None]
    if not shown:
        return not_compared("no image is shown")
    if any(one.series.kind is not SeriesKind.VOLUME for one in shown):
        return _compare_spacing(path, shown)
    stated = header_corners(path)
    if stated is None:
        return not_compared("the header does not say where the image lies")
    if _has_code(shown, "no-position") or _has_code(shown, "no-spacing"):
        return not_compared("shown as without a place")
    agreeing = []
    words = ""
    try:
        itk = _farthest(shown, ask.corners_by_simpleitk(path))
        if itk <= TOLERANCE_MM:
            agreeing.append("SimpleITK")
        else:
            words = _apart("SimpleITK", itk)
    except WitnessError as error:
        words = str(error)
    header = _farthest(shown, stated)
    if header <= TOLERANCE_MM:
        return Verdict(Outcome.EQUAL, (*agreeing, "positions in the header"), words)
    words = "; ".join(part for part in (words, _apart("positions in the header", header)) if part)
    if agreeing:
        return Verdict(Outcome.EQUAL, tuple(agreeing), words)
    return Verdict(Outcome.DIFFERS, ("positions in the header",), words)


def _compare_spacing(path: Path, shown: list[OpenedSeries]) -> Verdict:
    """Single images and cines lie nowhere: only the distance between pixels can be compared."""
    if any(one.series.spacing_source is SpacingSource.NONE for one in shown):
        return not_compared("shown without a place and without a length")
    stated = header_spacing(path)
    if stated is None:
        return not_compared("shown without a place; pydicom finds no distance between pixels")
    off = max(
        float(np.abs(np.subtract(one.series.geometry.spacing_kji_mm[1:], stated)).max())
        for one in shown
    )
    if off <= TOLERANCE_MM:
        return Verdict(Outcome.EQUAL, ("pydicom",), "distance between pixels; no place is shown")
    return Verdict(Outcome.DIFFERS, ("pydicom",), f"distance between pixels by {off:.3g} mm")


def _farthest(shown: list[OpenedSeries], reference: NDArray[np.float64]) -> float:
    """How far a corner of any image shown lies from where the reference has it, in mm."""
    farthest = 0.0
    for one in shown:
        assert one.volume is not None
        for k, places in enumerate(corners(one.volume)):
            frame = one.series.instances[k].frame if k < len(one.series.instances) else k
            if frame >= len(reference):
                return float("inf")
            apart = np.linalg.norm(places - reference[frame], axis=1)
            farthest = max(farthest, float(apart.max()))
    return farthest


def _apart(who: str, mm: float) -> str:
    return f"{who}: {mm:.3g} mm away" if np.isfinite(mm) else f"{who}: another number of slices"


def _has_code(shown: list[OpenedSeries], code: str) -> bool:
    return any(w.code.value == code for one in shown for w in one.series.warnings)


def compare_grid(
    paths: list[Path], one: OpenedSeries, ask: Witnesses, lossy: bool = False
) -> tuple[Verdict, Verdict]:
    """Voxels and places of a whole series or file with SimpleITK's; (pixels, geometry)."""
    try:
        places, values = ask.image_by_simpleitk(paths)
    except WitnessError as error:
        return not_compared(str(error)), not_compared(str(error))
    return _beside_grid(one, places, values, lossy)


def compare_phases(
    path: Path, shown: tuple[OpenedSeries, ...], ask: Witnesses
) -> tuple[Verdict, Verdict]:
    """The volumes of one file, one after the other, with SimpleITK's; (pixels, geometry)."""
    try:
        places, values = ask.image_by_simpleitk([path])
    except WitnessError as error:
        return not_compared(str(error)), not_compared(str(error))
    if values.ndim != 4 or len(values) != len(shown):
        why = not_compared(f"{' × '.join(str(n) for n in values.shape)} there")
        return why, why
    pairs = [_beside_grid(one, places, its, False) for one, its in zip(shown, values, strict=True)]
    pixels, geometry = (
        next((one for one in verdicts if one.outcome is not Outcome.EQUAL), verdicts[0])
        for verdicts in zip(*pairs, strict=True)
    )
    return pixels, geometry


def _beside_grid(
    one: OpenedSeries, places: NDArray[np.float64], values: NDArray[Any], lossy: bool
) -> tuple[Verdict, Verdict]:
    volume = one.volume
    if volume is None:
        return not_compared("no image is shown"), not_compared("no image is shown")
    who = ("SimpleITK",)
    if values.shape != frames_of(volume).shape:
        words = f"{' × '.join(str(n) for n in values.shape)} there"
        return Verdict(Outcome.DIFFERS, who, words), Verdict(Outcome.DIFFERS, who, words)
    difference = _difference(frames_of(volume), values)
    pixels = (
        Verdict(Outcome.EQUAL, who)
        if difference == 0
        else Verdict(
            Outcome.WITHIN if lossy else Outcome.DIFFERS, who, f"by at most {difference:g}"
        )
    )
    if one.series.kind is not SeriesKind.VOLUME:
        return pixels, not_compared("not a volume: only the stored planes are shown")
    apart = float(np.linalg.norm(corners(volume) - places, axis=2).max())
    if apart <= TOLERANCE_MM:
        return pixels, Verdict(Outcome.EQUAL, who)
    codes = [warning.code.value for warning in volume.warnings]
    words = _apart("SimpleITK", apart)
    words += f"; Reading Room says {', '.join(sorted(codes))}" if codes else ""
    return pixels, Verdict(Outcome.DIFFERS, who, words)


def by_positions(one: OpenedSeries, verdict: Verdict) -> Verdict:
    """Where a whole-grid comparison fails (a tilt shears the grid), each slice by its header."""
    if one.volume is None or verdict.outcome is Outcome.EQUAL:
        return verdict
    stated = []
    for instance in one.series.instances:
        places = header_corners(instance.path)
        if places is None or instance.frame >= len(places):
            return verdict
        stated.append(places[instance.frame])
    if one.series.kind is not SeriesKind.VOLUME or len(stated) != len(one.volume.voxels):
        return verdict
    apart = float(np.linalg.norm(corners(one.volume) - np.stack(stated), axis=2).max())
    who, before = "positions in the header", verdict.words
    if apart <= TOLERANCE_MM:
        return Verdict(Outcome.EQUAL, (who,), before)
    is_told = any(warning.code.value in _IRREGULAR for warning in one.volume.warnings)
    outcome = Outcome.TOLD if is_told else Outcome.DIFFERS
    return Verdict(outcome, (who,), f"{_apart(who, apart)}; {before}")
