"""Writing results as a DICOM Structured Report: an Imaging Measurement Report.

Source: DICOM PS3.16 TID 1500 with TID 1410, 1411, 300, 1002 and 4019; PS3.3 A.35.13
(Comprehensive 3D SR IOD).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import highdicom
import numpy as np
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from highdicom.sr import (
    AlgorithmIdentification,
    CodeContentItem,
    Comprehensive3DSR,
    ContainerContentItem,
    ContentSequence,
    DeviceObserverIdentifyingAttributes,
    FindingSite,
    GraphicTypeValues3D,
    ImageRegion3D,
    LanguageOfContentItemAndDescendants,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    ReferencedSegment,
    RelationshipTypeValues,
    SourceImageForSegmentation,
    TextContentItem,
    TrackingIdentifier,
    VolumetricROIMeasurementsAndQualitativeEvaluations,
)
from pydicom import config, dcmread
from pydicom.dataset import Dataset

from reader import __version__
from reader.core.codes import CodedConcept
from reader.core.errors import ExportError
from reader.core.finding import Finding
from reader.core.handover import Handover, ReviewedFinding
from reader.core.provenance import AlgorithmIdentity, Reviewer
from reader.core.review import ReviewStatus
from reader.core.series_kind import SpacingSource
from reader.core.text import say
from reader.formats.content_uid import derived_uid
from reader.formats.export.dicom_codes import (
    CERTAINTY,
    COMMENT,
    PRIVATE_SCHEME,
    PRIVATE_SCHEME_NAME,
    REVIEW_STATUS,
    STATUS_CODES,
    CodedMeasurement,
    dicom_code,
    measurements_of,
    procedure_reported,
    site_with_laterality,
)
from reader.formats.export.dicom_header import (
    MANUFACTURER,
    SourceImages,
    local_time,
    person_name,
    read_source_images,
    short_text,
)
from reader.formats.export.dicom_seg import algorithm_parameters, tracking_identifier
from reader.formats.export.drawn_group import drawn_group
from reader.formats.export.drawn_places import needs_positions

SERIES_NUMBER: Final = 9802
NO_FINDINGS: Final = "No findings were reported. This does not mean that there are none."

AT_DETECTOR: Final = (
    "Lengths and areas are those at the detector: in the patient they are smaller by an "
    "unknown magnification."
)

_TITLE: Final = CodedConcept("126000", "DCM", "Imaging Measurement Report")
_LANGUAGE: Final = CodedConcept("en-US", "RFC5646", "English (United States)")
_PROCEDURE: Final = CodedConcept("121058", "DCM", "Procedure reported")
_MEASUREMENTS: Final = CodedConcept("126010", "DCM", "Imaging Measurements")
_EVALUATIONS: Final = CodedConcept("C0034375", "UMLS", "Qualitative Evaluations")
_PERSON: Final = CodedConcept("121006", "DCM", "Person")
_DEVICE: Final = CodedConcept("121007", "DCM", "Device")

_Group = (
    MeasurementsAndQualitativeEvaluations
    | PlanarROIMeasurementsAndQualitativeEvaluations
    | VolumetricROIMeasurementsAndQualitativeEvaluations
)


@config.disable_value_validation()  # of what is taken over from the source
def write_report(handover: Handover, path: Path, segmentation_path: Path | None) -> str:
    """Write the findings to `path`, one measurement group each.

    A finding with a segment in the segmentation at `segmentation_path` refers to it; any
    other is a point in space. Rejected findings are left out. The report is VERIFIED only
    when it is signed by a named person of a named organisation.

    Returns: the SOP Instance UID.

    Raises:
        ExportError: no DICOM series, its images are gone, or the segmentation is of
            another study.
        OSError: `path` cannot be written or the segmentation not read.
    """
    drawn = [f.finding.measurement for f in handover.written_findings]
    placed = not drawn or any(needs_positions(one, handover.series) for one in drawn)
    source = read_source_images(handover.study, handover.series, placed)
    segmentation = _read_segmentation(segmentation_path, source)
    report = _report(handover, source, segmentation)
    source.stamp(report)
    report.save_as(path, enforce_file_format=True)
    return str(report.SOPInstanceUID)


def _read_segmentation(path: Path | None, source: SourceImages) -> Dataset | None:
    if path is None:
        return None
    segmentation = dcmread(path, stop_before_pixels=True)
    if segmentation.StudyInstanceUID != source.identity.StudyInstanceUID:
        raise ExportError(
            say("The segmentation belongs to another study than the report."),
            say("Export both again."),
        )
    return segmentation


def _report(
    handover: Handover, source: SourceImages, segmentation: Dataset | None
) -> Comprehensive3DSR:
    made_at = local_time(handover.made_at)
    reviewer = handover.reviewer
    verified = handover.is_verified and reviewer is not None
    report = Comprehensive3DSR(
        evidence=[*source.slices, *([segmentation] if segmentation is not None else [])],
        content=_root(handover, source, segmentation),
        series_instance_uid=highdicom.UID(),
        series_number=SERIES_NUMBER,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MANUFACTURER,
        software_versions=__version__,
        device_serial_number=__version__,
        series_description="Reading Room report",
        is_complete=_is_complete(handover),
        is_final=verified,
        is_verified=verified,
        verifying_observer_name=person_name(reviewer.name) if reviewer else None,
        verifying_organization=short_text(reviewer.organization) if reviewer else None,
        coding_schemes=[
            CodingSchemeIdentificationItem(
                designator=PRIVATE_SCHEME,
                name=PRIVATE_SCHEME_NAME,
                responsible_organization=MANUFACTURER,
            )
        ],
        content_date=made_at.date(),
        content_time=made_at.time(),
        series_date=made_at.date(),
        series_time=made_at.time(),
    )
    if verified:
        report.VerifyingObserverSequence[0].VerificationDateTime = made_at.replace(tzinfo=None)
    return report


def _is_complete(handover: Handover) -> bool:
    """Whether nothing a reader has begun to judge is still open."""
    unreviewed = any(f.status is ReviewStatus.UNREVIEWED for f in handover.findings)
    return handover.reviewer is None or not unreviewed


def _root(
    handover: Handover, source: SourceImages, segmentation: Dataset | None
) -> ContainerContentItem:
    """The content tree.

    Put together here because highdicom's `MeasurementReport` refuses a report without
    findings, which is a result too.
    """
    series = handover.series
    root = ContainerContentItem(name=dicom_code(_TITLE), template_id="1500")
    content = ContentSequence()
    content.extend(LanguageOfContentItemAndDescendants(dicom_code(_LANGUAGE)))
    content.extend(_observation_context(handover))
    content.append(
        CodeContentItem(
            name=dicom_code(_PROCEDURE),
            value=dicom_code(procedure_reported(series.modality, series.tags.body_part)),
            relationship_type=RelationshipTypeValues.HAS_CONCEPT_MOD,
        )
    )
    groups = ContentSequence()
    segment_of = _segment_numbers(segmentation)
    for reviewed in handover.written_findings:
        number = segment_of.get(reviewed.finding.tracking_uid)
        groups.extend(_group(handover, reviewed, source, segmentation, number))
    if groups:
        content.append(_container(_MEASUREMENTS, groups))
    remarks = [
        *filter(None, handover.cautions),
        *([] if groups else [NO_FINDINGS]),
        *([AT_DETECTOR] if groups and series.spacing_source is SpacingSource.DETECTOR else []),
    ]
    if remarks:
        content.append(_container(_EVALUATIONS, ContentSequence([_remark(r) for r in remarks])))
    root.ContentSequence = content
    return root


def _container(name: CodedConcept, content: ContentSequence) -> ContainerContentItem:
    container = ContainerContentItem(
        name=dicom_code(name), relationship_type=RelationshipTypeValues.CONTAINS
    )
    container.ContentSequence = content
    return container


def _remark(text: str) -> TextContentItem:
    return TextContentItem(
        name=dicom_code(COMMENT), value=text, relationship_type=RelationshipTypeValues.CONTAINS
    )


def _segment_numbers(segmentation: Dataset | None) -> Mapping[str, int]:
    """Segment numbers by tracking UID."""
    if segmentation is None:
        return {}
    return {
        str(segment.TrackingUID): int(segment.SegmentNumber)
        for segment in segmentation.SegmentSequence
        if "TrackingUID" in segment
    }


def _observation_context(handover: Handover) -> ObservationContext:
    person, device = observers(handover)
    return ObservationContext(observer_person_context=person, observer_device_context=device)


def observers(handover: Handover) -> tuple[ObserverContext | None, ObserverContext | None]:
    """Who observed: the reader, the model, and where there is neither, this application."""
    person = device = None
    if handover.reviewer is not None and handover.reviewer.name:
        person = _person_observer(handover.reviewer)
    if handover.algorithm is not None:
        device = _device_observer(
            handover.algorithm.sha256, handover.algorithm.name, handover.algorithm.version
        )
    elif person is None:
        device = _device_observer(__version__, MANUFACTURER, __version__)
    return person, device


def _person_observer(reviewer: Reviewer) -> ObserverContext:
    return ObserverContext(
        observer_type=dicom_code(_PERSON),
        observer_identifying_attributes=PersonObserverIdentifyingAttributes(
            name=person_name(reviewer.name),
            organization_name=short_text(reviewer.organization) or None,
        ),
    )


def _device_observer(identifier: str, name: str, version: str) -> ObserverContext:
    return ObserverContext(
        observer_type=dicom_code(_DEVICE),
        observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
            uid=derived_uid("algorithm", identifier),
            name=name,
            manufacturer_name=MANUFACTURER,
            model_name=f"{name} {version}",
        ),
    )


def _group(
    handover: Handover,
    reviewed: ReviewedFinding,
    source: SourceImages,
    segmentation: Dataset | None,
    segment_number: int | None,
) -> _Group:
    """One finding: what was drawn, or a volume where it has a segment, else a point."""
    finding = reviewed.finding
    algorithm = finding.provenance.algorithm
    common: dict[str, Any] = {
        "tracking_identifier": TrackingIdentifier(
            uid=finding.tracking_uid, identifier=tracking_identifier(finding)
        ),
        "finding_type": dicom_code(finding.code),
        "finding_sites": [_site(finding.site)] if finding.site is not None else None,
        "algorithm_id": _algorithm(algorithm) if algorithm is not None else None,
        "measurements": [
            _measurement(measurement, algorithm)
            for measurement in measurements_of(
                finding, handover.series.unit, handover.series.modality
            )
        ],
        "qualitative_evaluations": [
            QualitativeEvaluation(
                name=dicom_code(REVIEW_STATUS), value=dicom_code(STATUS_CODES[reviewed.status])
            )
        ],
    }
    if finding.measurement is not None:
        return drawn_group(finding.measurement, handover.series, source, common)
    if segmentation is not None and segment_number is not None:
        return VolumetricROIMeasurementsAndQualitativeEvaluations(
            referenced_segment=_referenced_segment(segmentation, segment_number),
            **common,
        )
    return PlanarROIMeasurementsAndQualitativeEvaluations(
        referenced_region=_point(finding, source), **common
    )


def _referenced_segment(segmentation: Dataset, number: int) -> ReferencedSegment:
    """The segment and the images, or frames of an image, that it was drawn on."""
    frames: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    shared = segmentation.SharedFunctionalGroupsSequence[0]
    for groups in segmentation.PerFrameFunctionalGroupsSequence:
        holder = groups if "SegmentIdentificationSequence" in groups else shared
        if holder.SegmentIdentificationSequence[0].ReferencedSegmentNumber == number:
            image = groups.DerivationImageSequence[0].SourceImageSequence[0]
            source = str(image.ReferencedSOPClassUID), str(image.ReferencedSOPInstanceUID)
            frame = image.get("ReferencedFrameNumber")
            frames[source] += [] if frame is None else [int(frame)]
    return ReferencedSegment(
        sop_class_uid=segmentation.SOPClassUID,
        sop_instance_uid=segmentation.SOPInstanceUID,
        segment_number=number,
        source_images=[
            SourceImageForSegmentation(sop_class, uid, referenced_frame_numbers=numbers or None)
            for (sop_class, uid), numbers in frames.items()
        ],
    )


def _point(finding: Finding, source: SourceImages) -> ImageRegion3D:
    return ImageRegion3D(
        graphic_type=GraphicTypeValues3D.POINT,
        graphic_data=np.array([finding.center_lps_mm]),
        frame_of_reference_uid=source.slices[0].FrameOfReferenceUID,
    )


def _site(site_of_finding: CodedConcept) -> FindingSite:
    site, side = site_with_laterality(site_of_finding)
    return FindingSite(
        anatomic_location=dicom_code(site),
        laterality=dicom_code(side) if side is not None else None,
    )


def _algorithm(algorithm: AlgorithmIdentity) -> AlgorithmIdentification:
    """Which model, in three items: others take a fourth for a statement about the finding."""
    parameters = (f"{name}={value}" for name, value in algorithm_parameters(algorithm).items())
    return AlgorithmIdentification(
        name=algorithm.name, version=algorithm.version, parameters=[",".join(parameters)]
    )


def _measurement(measurement: CodedMeasurement, algorithm: AlgorithmIdentity | None) -> Measurement:
    """One number. The score names the model it comes from; sizes are measured by us."""
    is_score = measurement.name == CERTAINTY
    return Measurement(
        name=dicom_code(measurement.name),
        value=measurement.value,
        unit=dicom_code(measurement.unit),
        method=dicom_code(measurement.method) if measurement.method else None,
        derivation=dicom_code(measurement.derivation) if measurement.derivation else None,
        algorithm_id=_algorithm(algorithm) if is_score and algorithm else None,
    )
