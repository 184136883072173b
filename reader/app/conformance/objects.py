"""Objects about images, read over the images of the same folder, beside pydicom's reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from reader.app.conformance.verdict import Outcome, Row, Verdict, not_compared
from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import ReaderError
from reader.core.imported import ImportedReport, ImportedSegmentation
from reader.core.study import ObjectKind, ScanResult, Series, StudyObject
from reader.formats.objects.object_reader import read_object
from reader.formats.yardsticks.reference_objects import (
    Part,
    measurement_groups,
    segments,
    structures,
)

_WITNESS = ("pydicom",)
_Counted = tuple[str, Verdict, Verdict]


class FolderObjects:
    """Reads objects over all images of a folder."""

    def __init__(self, scan: ScanResult) -> None:
        self._series: tuple[Series, ...] = tuple(s for study in scan.studies for s in study.series)
        self._objects = [item for study in scan.studies for item in study.objects]

    def completed(self, row: Row, found: StudyObject | None) -> Row:
        """The row of an object's file with what reading it over the folder's images gave."""
        if found is None:
            return row
        made, pixels, geometry = self._compared(found)
        return replace(row, made=f"{found.kind.value}: {made}", pixels=pixels, geometry=geometry)

    def _compared(self, found: StudyObject) -> _Counted:
        try:
            content = read_object(
                found, self._series, self._objects, ignore_progress, CancelToken()
            )
        except ReaderError as error:
            why = not_compared("it is not shown")
            return f"not shown: {error.what_happened}", why, why
        if isinstance(content, ImportedSegmentation):
            read = segments if found.kind is ObjectKind.SEGMENTATION else structures
            return _parts(found.path, content, read)
        if isinstance(content, ImportedReport):
            return _report(found.path, content)
        return "shown as text", not_compared("text"), not_compared("text")


def _parts(
    path: Path, content: ImportedSegmentation, read: Callable[[Path], Sequence[Part]]
) -> _Counted:
    """How many parts there are, and how far apart their centres of mass are."""
    said = "".join(f"; {warning}" for warning in content.warnings)
    made = f"{len(content.segments)} segments{said}"
    try:
        theirs = {part.number: part for part in read(path)}
    except Exception as error:  # noqa: BLE001 - pydicom raises anything for what it lacks
        why = not_compared(f"pydicom cannot read it ({type(error).__name__})")
        return made, why, why
    ours = {segment.number: segment for segment in content.segments}
    same = ours.keys() == theirs.keys()
    count = Verdict(
        Outcome.EQUAL if same else Outcome.DIFFERS,
        _WITNESS,
        f"{len(theirs)} segments" if same else f"{sorted(theirs)} there",
    )
    apart = []
    for number in ours.keys() & theirs.keys():
        center, other = ours[number].center_lps_mm, theirs[number]
        if center is not None and other.center_lps_mm is not None:
            mm = float(np.linalg.norm(np.subtract(center, other.center_lps_mm)))
            apart.append((mm, other.voxel_mm))
    if not apart:
        return made, count, not_compared("no segment has voxels within these images")
    farthest = max(mm for mm, _ in apart)
    if content.warnings and farthest > 1e-3:
        return made, count, not_compared("parts of it lie outside the images of this folder")
    words = f"centres of mass at most {farthest:.1g} mm apart"
    near = all(mm <= voxel_mm for mm, voxel_mm in apart)
    exact = farthest <= 1e-3
    outcome = Outcome.EQUAL if exact else Outcome.WITHIN if near else Outcome.DIFFERS
    return made, count, Verdict(outcome, _WITNESS, words)


def _report(path: Path, content: ImportedReport) -> _Counted:
    """How many measurement groups became findings, of how many."""
    made = f"{len(content.lines)} lines, {len(content.findings)} findings in the open images"
    if content.unplaced:
        made += f", {content.unplaced} without a place in them"
    groups = measurement_groups(path)
    if not groups:
        why = not_compared("no measurement groups")
        return made, why, why
    count = len(content.findings) + content.unplaced
    verdict = Verdict(
        Outcome.EQUAL if count == groups else Outcome.DIFFERS, _WITNESS, f"{groups} groups"
    )
    return made, verdict, not_compared("places are compared in the tests of its reader")
