"""Reading written DICOM results back and comparing them with what was meant.

Independent of the writers: it decodes the bytes with pydicom alone, and has its own idea of
which number stands under which code. Nothing is called saved before this agrees.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom import config, dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from reader.core.errors import ExportError
from reader.core.finding import Finding
from reader.core.geometry import FloatArray
from reader.core.handover import AlgorithmType, Handover, ReviewedFinding
from reader.core.intensity import IntensityUnit
from reader.core.segmentation import Segment
from reader.core.study import Series, WarningCode
from reader.core.text import Text, say
from reader.formats.export.dicom_codes import site_with_laterality
from reader.formats.export.drawn_check import same_drawing

_POSITION_TOLERANCE_MM: Final = 1e-3
_DIRECTION_TOLERANCE: Final = 1e-3
_IRREGULAR: Final = {WarningCode.UNEVEN_SPACING, WarningCode.MISSING_SLICES}

_UNIT_OF_MEAN: Final = {
    IntensityUnit.HU: "[hnsf'U]",
    IntensityUnit.SUV_BW: "g/ml{SUVbw}",
    IntensityUnit.BQ_PER_ML: "Bq/ml",
    IntensityUnit.ARBITRARY: "[arb'U]",
}
_MEAN_CODES: Final = ("112031", "126401", "110821", "110852", "signal")


def _differs(what_happened: Text) -> ExportError:
    return ExportError(
        what_happened,
        say("Nothing was saved. Export again; if it happens again, please report it."),
    )


@contextmanager
def _unreadable_is_different() -> Iterator[None]:
    """What is missing or of another kind in a file just written is a difference, too."""
    try:
        yield
    except (
        OSError, InvalidDicomError, AttributeError, LookupError, TypeError, ValueError,
    ) as error:  # fmt: skip
        raise _differs(say("The file just written cannot be read back.")) from error


@config.disable_value_validation()
@_unreadable_is_different()
def check_segmentation(path: Path, handover: Handover) -> None:
    """Compare a segmentation file with the handover it was written from.

    Raises: ExportError: at the first difference.
    """
    written = dcmread(path)
    _check_identity(written, handover)
    segments = handover.filled_segments()
    _check_segments(written, handover, segments)
    _check_grid(written, handover.series)
    frames = _frames_by_slice(written, handover.series)
    number_of_label = np.zeros(int(handover.labels.max()) + 1, dtype=np.uint16)
    for number, segment in enumerate(segments, 1):
        number_of_label[segment.label] = number
    for k, plane in enumerate(handover.labels):
        _check_voxels(written, frames.get(k, ()), number_of_label[plane])


@config.disable_value_validation()
@_unreadable_is_different()
def check_report(path: Path, handover: Handover, segmentation_path: Path | None = None) -> None:
    """Compare a report file with the handover and the segmentation it refers to.

    Raises: ExportError: at the first difference.
    """
    written = dcmread(path)
    _check_identity(written, handover)
    _check_flags(written, handover)
    segmentation = dcmread(segmentation_path) if segmentation_path is not None else None
    groups = {_text(group, "112040"): group for group in _groups(written)}
    findings = {f.finding.tracking_uid: f for f in handover.written_findings}
    if len(_groups(written)) != len(findings) or groups.keys() != findings.keys():
        raise _differs(say("The report does not hold the findings it should."))
    with_segment = {s.finding_id for s in handover.filled_segments()} if segmentation else set()
    for tracking_uid, reviewed in findings.items():
        group = groups[tracking_uid]
        _check_statement(group, reviewed)
        drawn = reviewed.finding.measurement
        if drawn is not None:
            if not same_drawing(group, drawn, handover.series):
                raise _differs(say("A drawing in the report differs from the one on screen."))
            continue
        _check_numbers(group, reviewed.finding, handover.series.unit)
        if segmentation is not None and reviewed.finding.finding_id in with_segment:
            _check_reference(group, reviewed.finding, segmentation)
        else:
            _check_point(group, reviewed.finding)


def _read_source(path: Path) -> Dataset:
    keywords = [
        "PatientName", "PatientID", "StudyInstanceUID", "ImagePositionPatient",
        "PerFrameFunctionalGroupsSequence",
    ]  # fmt: skip
    return dcmread(path, stop_before_pixels=True, force=True, specific_tags=keywords)


def _check_identity(written: Dataset, handover: Handover) -> None:
    """Same patient and study as the first source image, letter by letter."""
    source = _read_source(handover.series.instances[0].path)
    for keyword in ("PatientName", "PatientID", "StudyInstanceUID"):
        wanted = str(source.get(keyword) or "")
        if keyword == "StudyInstanceUID":
            wanted = wanted or handover.study.study_uid
        if str(written.get(keyword) or "").rstrip() != wanted.rstrip():
            raise _differs(say("The result names another patient or study than its images."))


def _check_segments(written: Dataset, handover: Handover, segments: Sequence[Segment]) -> None:
    if [int(s.SegmentNumber) for s in written.SegmentSequence] != [*range(1, len(segments) + 1)]:
        raise _differs(say("The segmentation does not hold the segments it should."))
    for item, segment in zip(written.SegmentSequence, segments, strict=True):
        reviewed = handover.finding_of(segment)
        kind = handover.algorithm_type_of(segment)
        algorithm = handover.algorithm_of(segment)
        named = next(iter(item.get("SegmentationAlgorithmIdentificationSequence") or []), None)
        same = (
            _code(item.SegmentedPropertyTypeCodeSequence)
            == (segment.code.value, segment.code.scheme),
            _code(item.SegmentedPropertyCategoryCodeSequence)
            == (segment.category.value, segment.category.scheme),
            item.SegmentAlgorithmType == kind.value,
            item.get("TrackingUID") == (reviewed.finding.tracking_uid if reviewed else None),
            (named is None) == (kind is AlgorithmType.MANUAL or algorithm is None),
            named is None
            or algorithm is None
            or f"sha256={algorithm.sha256}" in str(named.AlgorithmParameters),
        )
        if not all(same):
            raise _differs(
                say(
                    "Segment {number} is described otherwise than meant.", number=item.SegmentNumber
                )
            )


def _check_grid(written: Dataset, series: Series) -> None:
    """Size, orientation and pixel spacing of the frames are those of the volume."""
    geometry = series.geometry
    shared = written.SharedFunctionalGroupsSequence[0]
    orientation = shared.PlaneOrientationSequence[0].ImageOrientationPatient
    spacing = shared.PixelMeasuresSequence[0].PixelSpacing
    wanted = geometry.directions.T[[2, 1]].ravel()
    same = (
        (int(written.Rows), int(written.Columns)) == geometry.shape_kji[1:],
        np.allclose(_floats(orientation), wanted, rtol=0, atol=_DIRECTION_TOLERANCE),
        np.allclose(_floats(spacing), geometry.spacing_kji_mm[1:], rtol=1e-3),
    )
    if not all(same):
        raise _differs(say("The segmentation lies on another grid than its images."))


def _frames_by_slice(written: Dataset, series: Series) -> Mapping[int, list[tuple[int, int]]]:
    """For each slice k the (frame index, segment number) that lie on it."""
    positions = _source_positions(series)
    regular = not _IRREGULAR & {warning.code for warning in series.warnings}
    shared = written.SharedFunctionalGroupsSequence[0]
    frames: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, groups in enumerate(written.PerFrameFunctionalGroupsSequence):
        position = _floats(groups.PlanePositionSequence[0].ImagePositionPatient)
        distances = np.linalg.norm(positions - position, axis=1)
        k = int(np.argmin(distances))
        offset = np.abs(series.geometry.to_index(position) - (k, 0, 0))
        image = groups.DerivationImageSequence[0].SourceImageSequence[0]
        if (
            distances[k] > _POSITION_TOLERANCE_MM
            or (regular and offset.max() > 0.5)
            or image.ReferencedSOPInstanceUID != series.instances[k].sop_instance_uid
        ):
            raise _differs(
                say("Frame {number} lies in another place than its image.", number=index + 1)
            )
        holder = groups if "SegmentIdentificationSequence" in groups else shared
        number = int(holder.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        frames[k].append((index, number))
    return frames


def _source_positions(series: Series) -> FloatArray:
    """Image Position (Patient) of every slice, as the source files state it; shape (k, 3)."""
    positions: list[FloatArray] = []
    for path, instances in groupby(series.instances, key=lambda instance: instance.path):
        header = _read_source(path)
        per_frame = header.get("PerFrameFunctionalGroupsSequence") or []
        for instance in instances:
            stated = header.get("ImagePositionPatient")
            if stated is None and instance.frame < len(per_frame):
                item = per_frame[instance.frame].get("PlanePositionSequence")
                stated = item[0].ImagePositionPatient if item else None
            if stated is None:
                stated = series.geometry.to_lps((len(positions), 0, 0))
            positions.append(_floats(stated))
    return np.array(positions)


def _check_voxels(
    written: Dataset, frames: Iterable[tuple[int, int]], wanted: NDArray[np.uint16]
) -> None:
    """The frames of one slice, put together, equal the slice of segment numbers."""
    found = np.zeros_like(wanted)
    for index, number in frames:
        mask = _frame(written, index)
        if found[mask].any():
            raise _differs(say("Segments lie over each other in the written segmentation."))
        found[mask] = number
    if not np.array_equal(found, wanted):
        raise _differs(say("The segmentation did not read back with the voxels that were marked."))


def _frame(written: Dataset, index: int) -> NDArray[np.bool_]:
    """One frame of a bit-packed image. Source: DICOM PS3.5 8.1.1 and D.1."""
    rows, columns = int(written.Rows), int(written.Columns)
    first = index * rows * columns
    packed = np.frombuffer(written.PixelData, dtype=np.uint8)
    part = packed[first // 8 : (first + rows * columns + 7) // 8]
    bits = np.unpackbits(part, bitorder="little")[first % 8 :][: rows * columns]
    return bits.reshape(rows, columns).astype(bool)


def _check_flags(written: Dataset, handover: Handover) -> None:
    verified = written.VerificationFlag == "VERIFIED"
    if verified != handover.is_verified or verified != ("VerifyingObserverSequence" in written):
        raise _differs(say("The report says otherwise than meant who answers for it."))


def _groups(written: Dataset) -> list[Dataset]:
    return [
        group for container in _items(written, "126010") for group in _items(container, "125007")
    ]


def _items(container: Dataset, code: str) -> Iterator[Dataset]:
    """The content items directly under `container` whose name has this code."""
    for item in container.get("ContentSequence") or []:
        if _code(item.get("ConceptNameCodeSequence"))[0] == code:
            yield item


def _text(container: Dataset, code: str) -> str:
    item = next(_items(container, code), None)
    if item is None:
        return ""
    return str(item.get("UID") or item.get("TextValue") or "")


def _code(sequence: Sequence[Dataset] | None) -> tuple[str, str]:
    """Value and scheme of a code sequence."""
    if not sequence:
        return "", ""
    item = sequence[0]
    value = item.get("CodeValue") or item.get("LongCodeValue") or ""
    return str(value), str(item.get("CodingSchemeDesignator", ""))


def _coded_value(container: Dataset, code: str) -> tuple[str, str]:
    item = next(_items(container, code), None)
    return _code(item.get("ConceptCodeSequence")) if item is not None else ("", "")


def _floats(values: Any) -> FloatArray:  # noqa: ANN401 - any DICOM number list
    return np.array([float(value) for value in values])


def _check_statement(group: Dataset, reviewed: ReviewedFinding) -> None:
    """What the finding is, where, by whom, and what the reader said."""
    finding = reviewed.finding
    algorithm = finding.provenance.algorithm
    site = site_with_laterality(finding.site)[0].value if finding.site is not None else ""
    same = (
        _coded_value(group, "121071") == (finding.code.value, finding.code.scheme),
        _coded_value(group, "review-status")[0] == reviewed.status.value,
        _coded_value(group, "363698007")[0] == site,
        _text(group, "111001") == (algorithm.name if algorithm else ""),
        _text(group, "111003") == (algorithm.version if algorithm else ""),
    )
    if not all(same):
        raise _differs(say("The report describes a finding otherwise than meant."))


def _check_numbers(group: Dataset, finding: Finding, unit: IntensityUnit) -> None:
    wanted = {
        "103339001": (finding.long_axis_mm, "mm"),
        "103340004": (finding.short_axis_mm, "mm"),
        "118565006": (finding.volume_mm3, "mm3"),
        "111012": (None if finding.score is None else 100 * finding.score, "%"),
        "mean": (finding.mean_value, _UNIT_OF_MEAN[unit]),
    }
    expected = {code: pair for code, pair in wanted.items() if pair[0] is not None}
    found = dict(_numbers(group))
    if found.keys() != expected.keys() or not all(
        math.isclose(found[code][0], value or 0.0, rel_tol=1e-9, abs_tol=1e-9)
        and found[code][1] == unit_code
        for code, (value, unit_code) in expected.items()
    ):
        raise _differs(say("A measurement in the report differs from the one on screen."))


def _numbers(group: Dataset) -> Iterator[tuple[str, tuple[float, str]]]:
    """Code of the measurement ("mean" for any mean), its value and unit."""
    for item in group.get("ContentSequence") or []:
        if item.ValueType == "NUM":
            code = _code(item.ConceptNameCodeSequence)[0]
            measured = item.MeasuredValueSequence[0]
            unit = _code(measured.MeasurementUnitsCodeSequence)[0]
            yield "mean" if code in _MEAN_CODES else code, (float(measured.NumericValue), unit)


def _check_reference(group: Dataset, finding: Finding, segmentation: Dataset) -> None:
    """The group refers to the segment that has the finding's tracking UID."""
    item = next(_items(group, "121191"), None)
    reference = item.ReferencedSOPSequence[0] if item is not None else Dataset()
    number = reference.get("ReferencedSegmentNumber")
    tracked = {
        int(segment.SegmentNumber): segment.get("TrackingUID")
        for segment in segmentation.SegmentSequence
    }
    if (
        reference.get("ReferencedSOPInstanceUID") != segmentation.SOPInstanceUID
        or tracked.get(number) != finding.tracking_uid
    ):
        raise _differs(say("The report refers to another segment than meant."))


def _check_point(group: Dataset, finding: Finding) -> None:
    item = next(_items(group, "111030"), None)
    point = item.get("GraphicData") if item is not None else None
    # Coordinates are stored in single precision.
    if point is None or not np.allclose(
        _floats(point), np.array(finding.center_lps_mm), rtol=1e-6, atol=1e-3
    ):
        raise _differs(say("The report puts a finding in another place than meant."))
