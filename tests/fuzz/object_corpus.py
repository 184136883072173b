"""Objects about images, as other programs write them, and the images they are about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
from pydicom import Dataset

from reader.core.study import Series
from tests.support.dicom_writer import ct_volume, grid, only_series, write_ct
from tests.support.object_writer import (
    code,
    finding_item,
    headers,
    item,
    number_item,
    region_3d_item,
    region_item,
    segment_item,
    write_key_images,
    write_object,
    write_presentation,
    write_report,
    write_seg,
    write_structures,
)

IMAGES = "images"
"""The folder beside an object with what it is about."""
SQUARE = [4.0, 4.0, 4.0, 20.0, 20.0, 20.0, 20.0, 4.0, 4.0, 4.0]


def object_files(folder: Path) -> list[Path]:
    """One object of each kind, two and more of SEG; their images are in `IMAGES`."""
    write_ct(folder / IMAGES, ct_volume(grid((5, 32, 28))))
    series = only_series(folder / IMAGES)
    images = headers(series)
    return [
        *_segmentations(folder, images),
        _structures(folder, series, images),
        _report(folder, images),
        _presentation(folder, images),
        write_key_images(folder / "ko.dcm", images[1:4], "Best seen here"),
        _document(folder, images),
        _mapping(folder, images),
    ]


def _segmentations(folder: Path, images: list[Dataset]) -> list[Path]:
    masks = np.zeros((5, 32, 28, 2), np.uint8)
    masks[1:4, 5:20, 6:18, 0] = 1
    masks[2:4, 10:25, 12:24, 1] = 1
    shares = masks.astype(np.float32) * 0.7
    labels = masks[..., 0]
    return [
        write_seg(folder / "binary.dcm", images, masks),
        write_seg(folder / "shares.dcm", images, shares, "FRACTIONAL", max_fractional_value=255),
        write_seg(folder / "labels.dcm", images, labels, "LABELMAP"),
        write_seg(
            folder / "packed.dcm",
            images,
            labels,
            "LABELMAP",
            transfer_syntax_uid=pydicom.uid.RLELossless,
        ),
    ]


def _structures(folder: Path, series: Series, images: list[Dataset]) -> Path:
    corners = [(5, 5), (5, 20), (22, 20), (22, 5)]
    rings = [
        ("CLOSED_PLANAR", np.array([series.geometry.to_lps((k, j, i)) for j, i in corners]))
        for k in (1, 2, 3)
    ]
    point = ("POINT", np.array([series.geometry.to_lps((2, 9, 9))]))
    return write_structures(folder / "rt.dcm", images, {"Lesion": rings, "Point": [point]})


def _report(folder: Path, images: list[Dataset]) -> Path:
    frame = images[0].FrameOfReferenceUID
    diameter = ("81827009", "SCT", "Diameter")
    measured = number_item(diameter, 12.5, "mm")
    groups = [
        [finding_item(), measured, region_item("POLYLINE", SQUARE, images[2])],
        [finding_item(), region_3d_item("POINT", [0.0, 0.0, 105.0], frame)],
        [finding_item(), segment_item("1.2.3.4", 1)],
    ]
    return write_report(folder / "sr.dcm", images[0], groups)


def _presentation(folder: Path, images: list[Dataset]) -> Path:
    mark = item(
        GraphicLayer="L",
        GraphicObjectSequence=[
            item(
                GraphicAnnotationUnits="PIXEL",
                GraphicDimensions=2,
                NumberOfGraphicPoints=5,
                GraphicData=SQUARE,
                GraphicType="POLYLINE",
                GraphicFilled="N",
            )
        ],
        TextObjectSequence=[
            item(
                UnformattedTextValue="Here",
                AnchorPoint=[7.0, 8.0],
                AnchorPointAnnotationUnits="PIXEL",
            )
        ],
    )
    window = item(WindowCenter="40", WindowWidth="400")
    return write_presentation(folder / "pr.dcm", images, [mark], SoftcopyVOILUTSequence=[window])


def _document(folder: Path, images: list[Dataset]) -> Path:
    return write_object(
        folder / "doc.dcm",
        "DOC",
        images[0],
        DocumentTitle="Letter",
        MIMETypeOfEncapsulatedDocument="application/pdf",
        EncapsulatedDocument=b"%PDF-1.7 " + bytes(300) + b"%%EOF",
        EncapsulatedDocumentLength=314,
    )


def _mapping(folder: Path, images: list[Dataset]) -> Path:
    mapping = item(
        LUTExplanation="SUV",
        RealWorldValueSlope=0.25,
        RealWorldValueIntercept=0.0,
        MeasurementUnitsCodeSequence=code("g/ml{SUVbw}", "UCUM", "SUV body weight"),
    )
    listed = item(RealWorldValueMappingSequence=[mapping])
    return write_object(
        folder / "rwv.dcm",
        "RWV",
        images[0],
        ReferencedImageRealWorldValueMappingSequence=[listed],
    )
