"""Objects about a series as other programs write them: SEG by highdicom, the rest by pydicom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from reader.core.study import Series

IMAGES = "1.2.840.10008.5.1.4.1.1.2"
CLASSES = {
    "SR": "1.2.840.10008.5.1.4.1.1.88.34",
    "KO": "1.2.840.10008.5.1.4.1.1.88.59",
    "PR": "1.2.840.10008.5.1.4.1.1.11.1",
    "RTSTRUCT": "1.2.840.10008.5.1.4.1.1.481.3",
    "DOC": "1.2.840.10008.5.1.4.1.1.104.1",
    "RWV": "1.2.840.10008.5.1.4.1.1.67",
}


def headers(series: Series) -> list[Dataset]:
    """The images of a series, in slice order."""
    return [pydicom.dcmread(instance.path) for instance in series.instances]


def item(**values: Any) -> Dataset:
    """A data set by keywords."""
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def code(value: str, scheme: str, meaning: str) -> list[Dataset]:
    """A code sequence."""
    return [item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)]


def write_object(path: Path, modality: str, like: Dataset, **values: Any) -> Path:
    """An object of the study of `like`."""
    made = item(
        SOPClassUID=CLASSES[modality],
        SOPInstanceUID=generate_uid(),
        SeriesInstanceUID=generate_uid(),
        StudyInstanceUID=like.StudyInstanceUID,
        PatientName=like.PatientName,
        PatientID=like.PatientID,
        Modality=modality,
        Manufacturer="Another maker",
        ContentDate="20260102",
        ContentTime="030405",
        **values,
    )
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    made.save_as(path, enforce_file_format=True)
    return path


def write_seg(
    path: Path,
    images: Sequence[Dataset],
    masks: np.ndarray,
    kind: str = "BINARY",
    **options: Any,
) -> Path:
    """A SEG with one segment for each of the last axis of `masks`, or for each label of it."""
    import highdicom
    from highdicom.seg import SegmentAlgorithmTypeValues, Segmentation, SegmentDescription

    count = masks.shape[-1] if masks.ndim == 4 else int(masks.max())
    concept = highdicom.sr.CodedConcept("52988006", "SCT", "Lesion")
    described = [
        SegmentDescription(n, f"Part {n}", concept, concept, SegmentAlgorithmTypeValues.MANUAL)
        for n in range(1, count + 1)
    ]
    made = Segmentation(
        list(images),
        masks,
        segmentation_type=kind,
        segment_descriptions=described,
        series_instance_uid=generate_uid(),
        series_number=7,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="Another maker",
        manufacturer_model_name="Drawing program",
        software_versions="1",
        device_serial_number="1",
        **options,
    )
    made.save_as(path)
    return path


def write_structures(
    path: Path, images: Sequence[Dataset], structures: dict[str, list[tuple[str, np.ndarray]]]
) -> Path:
    """An RTSTRUCT of named structures with (geometric type, LPS points) each."""
    frame = images[0].FrameOfReferenceUID
    named = [
        item(ROINumber=n, ROIName=name, ReferencedFrameOfReferenceUID=frame)
        for n, name in enumerate(structures, start=1)
    ]
    drawn = [
        item(
            ReferencedROINumber=n,
            ROIDisplayColor=[255, 128, 0],
            ContourSequence=[
                item(
                    ContourGeometricType=kind,
                    NumberOfContourPoints=len(points),
                    ContourData=[round(float(mm), 5) for mm in np.ravel(points)],
                )
                for kind, points in contours
            ],
        )
        for n, contours in enumerate(structures.values(), start=1)
    ]
    listed = [_instance(image) for image in images]
    return write_object(
        path,
        "RTSTRUCT",
        images[0],
        StructureSetLabel="Plan",
        FrameOfReferenceUID=frame,
        StructureSetROISequence=named,
        ROIContourSequence=drawn,
        ReferencedFrameOfReferenceSequence=[
            item(
                FrameOfReferenceUID=frame,
                RTReferencedStudySequence=[
                    item(RTReferencedSeriesSequence=[item(ContourImageSequence=listed)])
                ],
            )
        ],
    )


def write_report(path: Path, like: Dataset, groups: Sequence[Sequence[Dataset]]) -> Path:
    """A TID 1500 report with these measurement groups."""
    made = [
        item(
            RelationshipType="CONTAINS",
            ValueType="CONTAINER",
            ConceptNameCodeSequence=code("125007", "DCM", "Measurement Group"),
            ContentSequence=list(group),
        )
        for group in groups
    ]
    measurements = item(
        RelationshipType="CONTAINS",
        ValueType="CONTAINER",
        ConceptNameCodeSequence=code("126010", "DCM", "Imaging Measurements"),
        ContentSequence=made,
    )
    observer = item(
        RelationshipType="HAS OBS CONTEXT",
        ValueType="PNAME",
        ConceptNameCodeSequence=code("121008", "DCM", "Person Observer Name"),
        PersonName="Other^Olga",
    )
    return write_object(
        path,
        "SR",
        like,
        ValueType="CONTAINER",
        ConceptNameCodeSequence=code("126000", "DCM", "Imaging Measurement Report"),
        ContentSequence=[observer, measurements],
    )


def finding_item(meaning: str = "Nodule") -> Dataset:
    """What a measurement group is about."""
    return item(
        RelationshipType="CONTAINS",
        ValueType="CODE",
        ConceptNameCodeSequence=code("121071", "DCM", "Finding"),
        ConceptCodeSequence=code("27925004", "SCT", meaning),
    )


def number_item(name: tuple[str, str, str], value: float, unit: str) -> Dataset:
    """A measurement."""
    return item(
        RelationshipType="CONTAINS",
        ValueType="NUM",
        ConceptNameCodeSequence=code(*name),
        MeasuredValueSequence=[
            item(NumericValue=str(value), MeasurementUnitsCodeSequence=code(unit, "UCUM", unit))
        ],
    )


def region_item(kind: str, points: Sequence[float], image: Dataset) -> Dataset:
    """A region in the pixels of an image."""
    source = item(
        RelationshipType="SELECTED FROM",
        ValueType="IMAGE",
        ReferencedSOPSequence=[_instance(image)],
    )
    return item(
        RelationshipType="CONTAINS",
        ValueType="SCOORD",
        ConceptNameCodeSequence=code("111030", "DCM", "Image Region"),
        GraphicType=kind,
        GraphicData=list(points),
        ContentSequence=[source],
    )


def region_3d_item(kind: str, points: Sequence[float], frame_of_reference: str) -> Dataset:
    """A region in the patient."""
    return item(
        RelationshipType="CONTAINS",
        ValueType="SCOORD3D",
        ConceptNameCodeSequence=code("111030", "DCM", "Image Region"),
        GraphicType=kind,
        GraphicData=list(points),
        ReferencedFrameOfReferenceUID=frame_of_reference,
    )


def segment_item(uid: str, number: int) -> Dataset:
    """A segment of a segmentation."""
    return item(
        RelationshipType="CONTAINS",
        ValueType="IMAGE",
        ConceptNameCodeSequence=code("121191", "DCM", "Referenced Segment"),
        ReferencedSOPSequence=[
            item(
                ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.66.4",
                ReferencedSOPInstanceUID=uid,
                ReferencedSegmentNumber=number,
            )
        ],
    )


def write_key_images(path: Path, images: Sequence[Dataset], note: str) -> Path:
    """A Key Object Selection."""
    content = [
        item(
            RelationshipType="CONTAINS",
            ValueType="TEXT",
            ConceptNameCodeSequence=code("113012", "DCM", "Key Object Description"),
            TextValue=note,
        )
    ] + [
        item(
            RelationshipType="CONTAINS", ValueType="IMAGE", ReferencedSOPSequence=[_instance(image)]
        )
        for image in images
    ]
    return write_object(
        path,
        "KO",
        images[0],
        ValueType="CONTAINER",
        ConceptNameCodeSequence=code("113000", "DCM", "Of Interest"),
        ContentSequence=content,
    )


def write_presentation(
    path: Path, images: Sequence[Dataset], annotations: Sequence[Dataset], **values: Any
) -> Path:
    """A Grayscale Softcopy Presentation State."""
    listed = item(
        SeriesInstanceUID=images[0].SeriesInstanceUID,
        ReferencedImageSequence=[_instance(image) for image in images],
    )
    return write_object(
        path,
        "PR",
        images[0],
        ContentLabel="MARKS",
        ReferencedSeriesSequence=[listed],
        GraphicAnnotationSequence=list(annotations),
        **values,
    )


def _instance(image: Dataset) -> Dataset:
    return item(
        ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID
    )
