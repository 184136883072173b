"""Presentation states, key images and documents by others."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.imported import ImagePlace, ImportedDocument, ImportedKeyImages, MarkShape
from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.study import ObjectKind, Series, StudyObject
from reader.formats.objects.object_reader import read_object
from reader.formats.objects.read_object import OpenImages
from reader.formats.objects.read_presentation import read_presentation
from tests.support.dicom_writer import only_series, write_ct
from tests.support.object_writer import (
    code,
    headers,
    item,
    write_key_images,
    write_object,
    write_presentation,
)


@pytest.fixture
def series(tmp_path: Path) -> Series:
    write_ct(tmp_path / "ct")
    return only_series(tmp_path / "ct")


def read(kind: ObjectKind, path: Path, *series: Series):
    found = StudyObject(kind, path, "1.2", "1.2.3", "1.2", "OT", "")
    return read_object(found, series, (), ignore_progress, CancelToken())


def graphic(kind: str, units: str, points: list[float], filled: str = "N") -> pydicom.Dataset:
    return item(
        GraphicAnnotationUnits=units,
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(points) // 2,
        GraphicData=points,
        GraphicType=kind,
        GraphicFilled=filled,
    )


def text(said: str, units: str, at: list[float]) -> pydicom.Dataset:
    return item(UnformattedTextValue=said, AnchorPoint=at, AnchorPointAnnotationUnits=units)


def displayed(low: list[int], high: list[int]) -> dict[str, object]:
    area = item(DisplayedAreaTopLeftHandCorner=low, DisplayedAreaBottomRightHandCorner=high)
    return {"DisplayedAreaSelectionSequence": [area]}


def test_marks_lie_on_their_pixels_and_images(tmp_path: Path, series: Series):
    images = headers(series)
    on_third = item(
        ReferencedImageSequence=[
            item(
                ReferencedSOPClassUID=images[2].SOPClassUID,
                ReferencedSOPInstanceUID=images[2].SOPInstanceUID,
            )
        ],
        GraphicLayer="A",
        GraphicObjectSequence=[graphic("CIRCLE", "PIXEL", [10.5, 4.5, 15.5, 4.5], "Y")],
        TextObjectSequence=[text("Look here", "DISPLAY", [0.5, 0.25])],
    )
    path = write_presentation(
        tmp_path / "pr.dcm", images[2:4], [on_third], **displayed([11, 1], [30, 40])
    )
    state = read_presentation(path, OpenImages([series]))
    circle, said = state.marks
    assert circle.place == ImagePlace(series.key, 2)
    assert (circle.shape, circle.points, circle.filled) == (
        MarkShape.CIRCLE, ((4.0, 10.0), (4.0, 15.0)), True
    )  # fmt: skip
    # Displayed: columns 10 to 30 and rows 0 to 40, by their edges.
    assert (said.shape, said.text) == (MarkShape.TEXT, "Look here")
    assert said.points == ((9.5, 19.5),)
    assert not state.warnings


def test_without_images_of_its_own_a_mark_is_on_all(tmp_path: Path, series: Series):
    images = headers(series)
    everywhere = item(GraphicObjectSequence=[graphic("POLYLINE", "PIXEL", [1, 1, 3, 5])])
    path = write_presentation(tmp_path / "pr.dcm", images[1:5], [everywhere])
    marks = read_presentation(path, OpenImages([series])).marks
    assert [mark.place.k for mark in marks] == [1, 2, 3, 4]


def test_windows_and_what_is_not_followed(tmp_path: Path, series: Series):
    images = headers(series)
    window = item(
        WindowCenter="-500", WindowWidth="1400", VOILUTFunction="SIGMOID",
        WindowCenterWidthExplanation="LUNG",
    )  # fmt: skip
    on_screen = item(GraphicObjectSequence=[graphic("POINT", "DISPLAY", [0.5, 0.5])])
    path = write_presentation(
        tmp_path / "pr.dcm",
        images,
        [on_screen],
        SoftcopyVOILUTSequence=[window],
        ImageRotation=90,
        ImageHorizontalFlip="N",
    )
    state = read_presentation(path, OpenImages([series]))
    assert state.windows == (
        (series.key, WindowLevel(-500, 1400, WindowFunction.SIGMOID, None, "LUNG")),
    )
    assert state.marks == ()
    assert [str(w) for w in state.warnings] == [
        "It turns or mirrors the image, which is not done here.",
        f"{len(images)} of its marks cannot be placed.",
    ]


def test_key_images_have_a_place_and_a_note(tmp_path: Path, series: Series):
    images = headers(series)
    absent = headers(series)[0]
    absent.SOPInstanceUID = "1.2.3.4"
    path = write_key_images(tmp_path / "ko.dcm", [images[4], images[1], absent], "Best seen here")
    found = read(ObjectKind.KEY_IMAGES, path, series)
    assert isinstance(found, ImportedKeyImages)
    assert [place.k for place in found.places] == [4, 1]
    assert (found.note, found.missing, found.origin.title) == ("Best seen here", 1, "Of Interest")
    with pytest.raises(UnreadableError, match="not open"):
        read(ObjectKind.KEY_IMAGES, path)


def test_a_pdf_is_its_bytes_without_padding(tmp_path: Path, series: Series):
    path = write_object(
        tmp_path / "doc.dcm",
        "DOC",
        headers(series)[0],
        DocumentTitle="Letter",
        MIMETypeOfEncapsulatedDocument="application/pdf",
        EncapsulatedDocument=b"%PDF-1.7 odd\0",
        EncapsulatedDocumentLength=12,
    )
    document = read(ObjectKind.DOCUMENT, path)
    assert isinstance(document, ImportedDocument)
    assert (document.content, document.media_type) == (b"%PDF-1.7 odd", "application/pdf")
    assert document.origin.title == "Letter"


def test_value_mappings_say_slope_and_unit(tmp_path: Path, series: Series):
    mapping = item(
        LUTExplanation="SUV", RealWorldValueSlope=0.25, RealWorldValueIntercept=0.0,
        MeasurementUnitsCodeSequence=code("g/ml{SUVbw}", "UCUM", "SUV body weight"),
    )  # fmt: skip
    path = write_object(
        tmp_path / "rwv.dcm",
        "RWV",
        headers(series)[0],
        ReferencedImageRealWorldValueMappingSequence=[
            item(RealWorldValueMappingSequence=[mapping])
        ],
    )
    said = read(ObjectKind.VALUE_MAPPING, path)
    assert [(line.name, line.value) for line in said.lines] == [
        ("SUV", "0.25 × n + 0.0 g/ml{SUVbw}")
    ]


@pytest.mark.parametrize("kind", list(ObjectKind))
def test_an_image_is_none_of_these_objects(tmp_path: Path, series: Series, kind: ObjectKind):
    with pytest.raises(UnreadableError):
        read(kind, series.instances[0].path, series)


@pytest.mark.parametrize("kind", list(ObjectKind))
def test_rubbish_is_refused(tmp_path: Path, series: Series, kind: ObjectKind):
    path = tmp_path / "rubbish.dcm"
    for rubbish in (b"", b"\0" * 200, b"\0" * 128 + b"DICM" + b"\xff" * 300):
        path.write_bytes(rubbish)
        with pytest.raises(UnreadableError):
            read(kind, path, series)
