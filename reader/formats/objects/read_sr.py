"""Structured reports by others: measurement groups become findings, and all of it is text.

TID 1500 and what is near it (dcmqi, highdicom, dcmjs, PROSTATEx); in other reports whatever
carries coordinates. Source: DICOM PS3.16 TID 1410, 1411, 1500 and 1501.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reader.core.codes import CodedConcept
from reader.core.finding import Finding
from reader.core.imported import ImportedReport, ObjectOrigin
from reader.core.intensity import IntensityUnit
from reader.core.provenance import AlgorithmIdentity, Provenance, Reviewer
from reader.core.text import Text, say
from reader.formats.objects.read_object import OpenImages, origin_of, read_dataset, reading_header
from reader.formats.objects.read_sr_drawings import drawing_of
from reader.formats.objects.read_sr_places import (
    ReportPlaces,
    SegmentPlace,
    evidence_of,
    references,
)
from reader.formats.objects.read_sr_tree import ContentItem, read_tree, report_lines

_GROUP: Final = "125007"
_FINDING: Final = ("121071",)
_SITE: Final = ("363698007", "G-C0E3")
_TRACKING_NAME: Final = "112039"
_TRACKING_UID: Final = "112040"
_PERSON: Final = "121008"
_DEVICE: Final = ("121013", "121015", "121014")
_ALGORITHM: Final = "111001"
_ALGORITHM_VERSION: Final = "111003"
_LONG: Final = ("103339001", "G-A185", "81827009", "M-02550", "410668003", "G-D7FE")
"""Long axis, diameter, length; where several are given, in this order."""
_SHORT: Final = ("103340004", "G-A186")
_VOLUME: Final = ("118565006", "G-D705")
_MEAN: Final = ("373098007", "R-00317")
_DERIVATION: Final = "121401"
_MILLIMETERS: Final = {"mm": 1.0, "cm": 10.0, "um": 0.001, "m": 1000.0}
_CUBIC_MILLIMETERS: Final = {"mm3": 1.0, "cm3": 1000.0, "ml": 1000.0, "mL": 1000.0, "l": 1e6}
_UNITS: Final = {
    "[hnsf'U]": IntensityUnit.HU,
    "Bq/ml": IntensityUnit.BQ_PER_ML,
}
_UNNAMED: Final = CodedConcept("404684003", "SCT", "Clinical finding")
_MOST_FINDINGS: Final = 5000


def nowhere(_sop_instance_uid: str, _number: int) -> None:
    """A `SegmentPlace` where no segmentation is at hand."""


def read_report(
    path: Path, images: OpenImages, segment_place: SegmentPlace = nowhere
) -> ImportedReport:
    """Read a structured report.

    Its measurement groups that have a place in the open series become findings with
    `provenance.imported`; their identity follows from the object, so that reading it again
    gives the same ones.

    Raises: UnreadableError: damaged or no report. OSError.
    """
    with reading_header():
        dataset = read_dataset(path)
        root = read_tree(dataset)
        origin = _origin(origin_of(dataset), root)
        evidence = evidence_of(dataset)
    places = ReportPlaces(images, segment_place, evidence)
    units = {series.key: series.unit for series in images.series}
    findings: list[Finding] = []
    unplaced = 0
    for number, group in enumerate(_groups(root)):
        place = places.of(group)
        if place is None or len(findings) == _MOST_FINDINGS:
            unplaced += 1
        else:
            found = _finding(number, group, place, origin, units.get(place[0]))
            drawing = drawing_of(group, place[0], places)
            findings.append(replace(found, measurement=drawing) if drawing else found)
    warnings: tuple[Text, ...] = ()
    if unplaced:
        one = say("1 measurement has no place in the images that are open.")
        some = say(
            "{count} measurements have no place in the images that are open.", count=unplaced
        )
        warnings = (one if unplaced == 1 else some,)
    return ImportedReport(origin, report_lines(root), tuple(findings), unplaced, warnings)


def referenced_segments(path: Path) -> frozenset[str]:
    """The SOP Instance UIDs of the objects that a report points to. Raises: as `read_report`."""
    with reading_header():
        root = read_tree(read_dataset(path))
    return frozenset(one.sop_instance_uid for one in references(root) if one.segments)


def _groups(root: ContentItem) -> Iterator[ContentItem]:
    """The measurement groups; without any, the items that coordinates belong to."""
    groups = [item for item in root.walk() if item.is_named(_GROUP)]
    yield from groups or _with_coordinates(root)


def _with_coordinates(item: ContentItem) -> Iterator[ContentItem]:
    """The lowest items, numbers left out, that have coordinates of their own."""
    if any(_has_coordinates(child) for child in item.children):
        yield item
        return
    for child in item.children:
        yield from _with_coordinates(child)


def _has_coordinates(item: ContentItem) -> bool:
    if item.value_type == "NUM":
        return any(_has_coordinates(child) for child in item.children)
    return item.value_type in ("SCOORD", "SCOORD3D")


def _finding(
    number: int,
    group: ContentItem,
    place: tuple[str, tuple[float, float, float]],
    origin: ObjectOrigin,
    unit: IntensityUnit | None,
) -> Finding:
    finding_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{origin.sop_instance_uid}#{number}").hex
    found, site = group.named(*_FINDING), group.named(*_SITE)
    tracking = group.named(_TRACKING_UID)
    tracking_uid = tracking.text if tracking is not None else ""
    made = f"2.25.{uuid.UUID(finding_id).int}"
    named = _measured(group, _LONG, _MILLIMETERS)
    return Finding(
        finding_id=finding_id,
        revision_id=f"{finding_id}-1",
        tracking_uid=tracking_uid or made,
        series_key=place[0],
        name=_name(group, found),
        code=(found.code if found is not None else None) or _UNNAMED,
        center_lps_mm=place[1],
        provenance=_provenance(group, origin),
        long_axis_mm=named,
        short_axis_mm=_measured(group, _SHORT, _MILLIMETERS),
        volume_mm3=_measured(group, _VOLUME, _CUBIC_MILLIMETERS),
        mean_value=_mean(group, unit),
        site=site.code if site is not None else None,
    )


def _name(group: ContentItem, found: ContentItem | None) -> str:
    """What it is, else what its maker calls it, without the name of a tool's namespace."""
    if found is not None and (found.code is not None or found.text):
        return found.code.meaning if found.code is not None else found.text
    tracking = group.named(_TRACKING_NAME)
    if tracking is not None and tracking.text:
        return tracking.text.rsplit(":", 1)[-1].strip() or tracking.text
    if group.value_type == "CODE" and group.code is not None:
        return group.code.meaning
    return "Measurement" if group.name is None else group.name.meaning


def _measured(group: ContentItem, codes: tuple[str, ...], units: dict[str, float]) -> float | None:
    """The first positive number of a kind that has a unit of it, in that unit's base.

    Some programs give an area the code of a length: the unit decides.
    """
    for code in codes:
        for item in group.walk():
            if not item.is_named(code) or item.number is None or item.unit is None:
                continue
            factor = units.get(item.unit.value)
            if factor is not None and item.number > 0:
                return item.number * factor
    return None


def _mean(group: ContentItem, unit: IntensityUnit | None) -> float | None:
    """A mean of the voxels, where its unit is the series' own."""
    for item in group.walk():
        derivation = item.named(_DERIVATION)
        is_mean = derivation is not None and derivation.code is not None
        if is_mean and derivation is not None and derivation.code is not None:
            same = item.unit is not None and _UNITS.get(item.unit.value) is unit
            if derivation.code.value in _MEAN and same and unit is not None:
                return item.number
    return None


def _provenance(group: ContentItem, origin: ObjectOrigin) -> Provenance:
    made_at = origin.made_at or datetime.now(UTC)
    algorithm = next((item for item in group.walk() if item.is_named(_ALGORITHM)), None)
    version = next((item for item in group.walk() if item.is_named(_ALGORITHM_VERSION)), None)
    if algorithm is None and origin.person:
        reviewer = Reviewer(origin.person, origin.maker)
        return Provenance(made_at, reviewer=reviewer, imported=origin.sop_instance_uid)
    name = algorithm.text if algorithm is not None else origin.maker
    identity = AlgorithmIdentity(
        id=origin.maker or name or "?",
        name=name or origin.maker or "?",
        version=version.text if version is not None else origin.version,
        sha256="",
    )
    return Provenance(made_at, algorithm=identity, imported=origin.sop_instance_uid)


def _origin(origin: ObjectOrigin, root: ContentItem) -> ObjectOrigin:
    """With the observers of the report's own context."""
    observer = root.named(_PERSON)
    device = root.named(*_DEVICE)
    title = origin.title or (root.name.meaning if root.name is not None else "")
    return replace(
        origin,
        title=title,
        person=(observer.text if observer is not None else "") or origin.person,
        maker=(device.text if device is not None else "") or origin.maker,
    )
