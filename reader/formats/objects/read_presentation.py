"""Presentation states by others: marks on images of open series, and windows for them.

Source: DICOM PS3.3 C.10.5 (Graphic Annotation), C.11.8 (Softcopy VOI LUT), C.10.4
(Displayed Area), C.10.6 (Spatial Transformation).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.core.imported import ImageMark, ImagePlace, ImportedPresentation, MarkShape
from reader.core.intensity import WindowFunction, WindowLevel
from reader.core.text import Text, say
from reader.formats.objects.read_object import (
    OpenImages,
    decimals,
    images_not_open,
    items,
    origin_of,
    read_dataset,
    reading_header,
    uid_of,
    whole_number,
    words,
)

if TYPE_CHECKING:
    from pydicom import Dataset

_SHAPES: Final = {shape.value: shape for shape in MarkShape if shape is not MarkShape.TEXT}
_FEWEST_POINTS: Final = {
    MarkShape.POINT: 1,
    MarkShape.POLYLINE: 2,
    MarkShape.INTERPOLATED: 2,
    MarkShape.CIRCLE: 2,
    MarkShape.ELLIPSE: 4,
}
_MOST_MARKS: Final = 20_000

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Area:
    """The part of an image that was displayed: edges in (column, row), first pixel 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float


def read_presentation(path: Path, images: OpenImages) -> ImportedPresentation:
    """Read a Grayscale, Color or Pseudo-Color Softcopy Presentation State.

    Raises: UnreadableError: damaged, or none of its images is open. OSError.
    """
    with reading_header():
        dataset = read_dataset(path)
        named = [
            image
            for series in items(dataset, "ReferencedSeriesSequence")
            for image in items(series, "ReferencedImageSequence")
        ]
        places = _places(named, images)
        if not places:
            raise images_not_open()
        reading = _Reading(dataset, images, places)
        marks = tuple(reading.marks())[:_MOST_MARKS]
        return ImportedPresentation(
            origin_of(dataset, words(dataset, "ContentLabel")),
            marks,
            tuple(reading.windows()),
            tuple(reading.warnings()),
        )


def _places(named: Sequence[Dataset], images: OpenImages) -> list[ImagePlace]:
    """The open images among those named; without frames a multi-frame one is all its frames."""
    places = []
    for image in named:
        uid = uid_of(image, "ReferencedSOPInstanceUID")
        numbers = words(image, "ReferencedFrameNumber").split(",")
        frames = [int(part) for part in numbers if part.strip().isdigit()]
        found = [images.place(uid, frame) for frame in frames] if frames else images.frames_of(uid)
        places += [place for place in found if place is not None]
    return places


class _Reading:
    """One presentation state being read."""

    def __init__(self, dataset: Dataset, images: OpenImages, places: list[ImagePlace]) -> None:
        self._dataset = dataset
        self._images = images
        self._places = places
        rotation = whole_number(dataset, "ImageRotation") or 0
        self._is_turned = bool(rotation % 360) or words(dataset, "ImageHorizontalFlip") == "Y"
        self._left_out = 0

    def warnings(self) -> Iterator[Text]:
        """What was not followed; after `marks`."""
        if self._is_turned:
            yield say("It turns or mirrors the image, which is not done here.")
        if self._left_out:
            yield say("{count} of its marks cannot be placed.", count=self._left_out)

    def windows(self) -> Iterator[tuple[str, WindowLevel]]:
        """The first window of each of its items, for the series of the images it is for."""
        seen: set[tuple[str, WindowLevel]] = set()
        for item in items(self._dataset, "SoftcopyVOILUTSequence"):
            window = _window(item)
            named = items(item, "ReferencedImageSequence")
            places = _places(named, self._images) if named else self._places
            for key in dict.fromkeys(place.series_key for place in places):
                if window is not None and (key, window) not in seen:
                    seen.add((key, window))
                    yield key, window

    def marks(self) -> Iterator[ImageMark]:
        """Every mark, once for each image it is on."""
        for item in items(self._dataset, "GraphicAnnotationSequence"):
            named = items(item, "ReferencedImageSequence")
            places = _places(named, self._images) if named else self._places
            for place in places:
                area = self._area(place)
                for graphic in items(item, "GraphicObjectSequence"):
                    yield from self._graphic(graphic, place, area)
                for text in items(item, "TextObjectSequence"):
                    yield from self._text(text, place, area)

    def _area(self, place: ImagePlace) -> _Area | None:
        """What was displayed of an image; None where that is turned or not said."""
        if self._is_turned:
            return None
        for item in items(self._dataset, "DisplayedAreaSelectionSequence"):
            named = items(item, "ReferencedImageSequence")
            if named and place not in _places(named, self._images):
                continue
            low = decimals(item, "DisplayedAreaTopLeftHandCorner", 2)
            high = decimals(item, "DisplayedAreaBottomRightHandCorner", 2)
            if low is not None and high is not None:
                return _Area(low[0] - 1, low[1] - 1, high[0], high[1])
        return None

    def _graphic(
        self, graphic: Dataset, place: ImagePlace, area: _Area | None
    ) -> Iterator[ImageMark]:
        shape = _SHAPES.get(words(graphic, "GraphicType"))
        points = _points(graphic.get("GraphicData"), words(graphic, "GraphicAnnotationUnits"), area)
        if shape is None or points is None or len(points) < _FEWEST_POINTS[shape]:
            self._left_out += 1
            return
        filled = words(graphic, "GraphicFilled") == "Y"
        yield ImageMark(place, shape, points, filled=filled)

    def _text(self, text: Dataset, place: ImagePlace, area: _Area | None) -> Iterator[ImageMark]:
        """A text at its anchor, else at the corner of its box."""
        for corner, units in (
            ("AnchorPoint", "AnchorPointAnnotationUnits"),
            ("BoundingBoxTopLeftHandCorner", "BoundingBoxAnnotationUnits"),
        ):
            at = _points(text.get(corner), words(text, units), area)
            if at:
                said = words(text, "UnformattedTextValue")
                yield ImageMark(place, MarkShape.TEXT, at[:1], said)
                return
        self._left_out += 1


def _points(data: object, units: str, area: _Area | None) -> Points | None:
    """(row, column) with whole numbers at pixel centres; None where that cannot be said.

    Source: DICOM PS3.3 C.10.5.1.1: the upper left corner of the first pixel is 0, 0.
    """
    if data is None or isinstance(data, (str, bytes)) or not isinstance(data, Sequence):
        return None
    numbers = [float(part) for part in data]
    if not numbers or len(numbers) % 2 or max(abs(number) for number in numbers) > 1e7:
        return None
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    if units == "DISPLAY":
        if area is None:
            return None
        wide, high = area.right - area.left, area.bottom - area.top
        pairs = [(area.left + x * wide, area.top + y * high) for x, y in pairs]
    elif units != "PIXEL":
        return None
    return tuple((y - 0.5, x - 0.5) for x, y in pairs)


def _window(item: Dataset) -> WindowLevel | None:
    def number(keyword: str) -> float | None:
        text = words(item, keyword).split(",")[0]
        try:
            return float(text)
        except ValueError:
            return None

    center, width = number("WindowCenter"), number("WindowWidth")
    if center is None or width is None or not 0 < width < 1e9 or abs(center) > 1e9:
        return None
    stated = words(item, "VOILUTFunction")
    known = (WindowFunction.LINEAR_EXACT.value, WindowFunction.SIGMOID.value)
    function = WindowFunction(stated) if stated in known else WindowFunction.LINEAR
    name = words(item, "WindowCenterWidthExplanation").split(",")[0]
    return WindowLevel(center, width, function, None, name)
