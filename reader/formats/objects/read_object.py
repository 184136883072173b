"""What the readers of objects by others share: lenient headers, and refusal of broken ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.core.codes import CodedConcept
from reader.core.errors import Cancelled, ReaderError, UnreadableError
from reader.core.imported import ImagePlace, ObjectOrigin
from reader.core.series_kind import SeriesKind
from reader.core.study import Series, WarningCode
from reader.core.text import Text, say
from reader.formats.headers.bounded_pydicom import read_part
from reader.formats.headers.quiet_pydicom import quiet_pydicom

if TYPE_CHECKING:
    from pydicom import Dataset

_FIRST_PIXELS: Final = 0x7FE0_0008
_OFFSET: Final = re.compile(r"[+-]\d{4}$")


@contextmanager
def refusing_broken() -> Iterator[None]:
    """Turn whatever a damaged object raises into `UnreadableError`.

    pydicom converts values when they are looked at, so almost anything may be raised
    anywhere while an object is read.
    """
    try:
        yield
    except (ReaderError, Cancelled):
        raise
    except Exception as error:
        # pydicom raises an OSError of its own, without a number, where a file is damaged.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise refusal(say("The object is damaged and cannot be read.")) from error


@contextmanager
def reading_header() -> Iterator[None]:
    """As `refusing_broken`, without pydicom's warnings; not for long, as others wait."""
    with refusing_broken(), quiet_pydicom():
        yield


def refusal(what_happened: Text, what_to_do: Text | None = None) -> UnreadableError:
    """The refusal of an object."""
    return UnreadableError(what_happened, what_to_do or say("Ask for it to be exported again."))


def images_not_open() -> UnreadableError:
    """The refusal of an object about other images than those that are open."""
    return refusal(
        say("The images that this is about are not open."), say("Open the folder that holds them.")
    )


def read_dataset(path: Path) -> Dataset:
    """A whole object without pixels. Within `reading_header`. Raises: OSError, and anything."""
    return read_part(path, _at_pixels)[0]


def read_to_pixels(path: Path) -> tuple[Dataset, int]:
    """As `read_dataset`, with the place in the file where the pixels begin."""
    return read_part(path, _at_pixels)


def _at_pixels(tag: int, _vr: str | None, _length: int) -> bool:
    return tag >= _FIRST_PIXELS


def items(dataset: Dataset | None, keyword: str) -> Sequence[Dataset]:
    """The items of a sequence; () where it is absent, empty or not a sequence."""
    found = dataset.get(keyword) if dataset is not None else None
    if found is None or isinstance(found, (str, bytes)) or not isinstance(found, Sequence):
        return ()
    return found


def first(dataset: Dataset | None, keyword: str) -> Dataset | None:
    """The first item of a sequence, or None."""
    found = items(dataset, keyword)
    return found[0] if found else None


def words(dataset: Dataset | None, keyword: str) -> str:
    """A value as text; several are joined with commas."""
    value = dataset.get(keyword) if dataset is not None else None
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return ", ".join(str(part) for part in value)
    return str(value).replace("\0", "").strip()


def whole_number(dataset: Dataset | None, keyword: str) -> int | None:
    """An integer, or None where there is none that can be read."""
    value = dataset.get(keyword) if dataset is not None else None
    try:
        return int(value) if value is not None else None
    except (TypeError, ValueError):
        return None


def decimals(dataset: Dataset | None, keyword: str, count: int) -> tuple[float, ...] | None:
    """Exactly `count` finite numbers, or None."""
    value = dataset.get(keyword) if dataset is not None else None
    if value is None or isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        return None
    try:
        found = tuple(float(part) for part in value)
    except (TypeError, ValueError):
        return None
    ok = len(found) == count and all(abs(number) < 1e9 for number in found)
    return found if ok else None


def code_of(item: Dataset | None) -> CodedConcept | None:
    """The concept of an item of a code sequence."""
    if item is None:
        return None
    value = words(item, "CodeValue") or words(item, "LongCodeValue") or words(item, "URNCodeValue")
    scheme, meaning = words(item, "CodingSchemeDesignator") or "URN", words(item, "CodeMeaning")
    if not value and not meaning:
        return None
    return CodedConcept(value or meaning, scheme, meaning or value)


def code_in(dataset: Dataset | None, keyword: str) -> CodedConcept | None:
    """The first concept of a code sequence."""
    return code_of(first(dataset, keyword))


def uid_of(dataset: Dataset | None, keyword: str) -> str:
    """A UID without its padding."""
    return words(dataset, keyword)


def origin_of(dataset: Dataset | None, title: str = "") -> ObjectOrigin:
    """Who made an object, as far as its header says."""
    version = words(dataset, "SoftwareVersions")
    maker = words(dataset, "ManufacturerModelName") or words(dataset, "Manufacturer")
    described = words(dataset, "SeriesDescription") or words(dataset, "ContentDescription")
    return ObjectOrigin(
        sop_instance_uid=uid_of(dataset, "SOPInstanceUID"),
        title=title or described or words(dataset, "ContentLabel"),
        maker=maker,
        version=version,
        person=person(words(dataset, "ContentCreatorName")),
        made_at=moment(
            words(dataset, "ContentDate") or words(dataset, "SeriesDate"),
            words(dataset, "ContentTime") or words(dataset, "SeriesTime"),
            words(dataset, "TimezoneOffsetFromUTC"),
        ),
    )


def person(name: str) -> str:
    """A DICOM person name as it is said: given name first. Source: DICOM PS3.5 6.2.1."""
    parts = [*name.split("=")[0].split("^"), "", "", "", ""][:5]
    family, given, middle, prefix, suffix = (part.strip() for part in parts)
    return " ".join(part for part in (prefix, given, middle, family, suffix) if part)


def moment(date: str, time: str, offset: str = "") -> datetime | None:
    """Date and time with their zone; UTC where none is stated. None if there is no date."""
    digits = date.replace("-", "").replace(".", "")[:8]
    clock = time.replace(":", "").split(".")[0][:6].ljust(6, "0")
    try:
        naive = datetime.strptime(digits + clock, "%Y%m%d%H%M%S")  # noqa: DTZ007 - zoned below
        if _OFFSET.fullmatch(offset):
            return datetime.strptime(f"{naive:%Y%m%d%H%M%S}{offset}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    return naive.replace(tzinfo=UTC)


class OpenImages:
    """The images of the open series by what objects call them.

    `series` come in the order in which they are preferred where several would do.
    """

    def __init__(self, series: Sequence[Series]) -> None:
        self.series = tuple(series)
        self._places: dict[str, list[tuple[int, Series, int]]] = {}
        for one in self.series:
            for k, instance in enumerate(one.instances):
                self._places.setdefault(instance.sop_instance_uid, []).append(
                    (instance.frame, one, k)
                )

    def find(self, sop_instance_uid: str, frame: int | None = None) -> tuple[Series, int] | None:
        """The series and slice of an image. `frame` counts from 1, as references do."""
        places = self._places.get(sop_instance_uid, [])
        if frame is None:
            return places[0][1:] if places else None
        return next(((s, k) for stored, s, k in places if stored == frame - 1), None)

    def place(self, sop_instance_uid: str, frame: int | None = None) -> ImagePlace | None:
        """As `find`, as a value to keep."""
        found = self.find(sop_instance_uid, frame)
        return ImagePlace(found[0].key, found[1]) if found is not None else None

    def frames_of(self, sop_instance_uid: str) -> list[ImagePlace]:
        """All open frames of an image."""
        places = self._places.get(sop_instance_uid, [])
        return [ImagePlace(series.key, k) for _, series, k in places]

    def referenced(self, uids: Iterator[str] | frozenset[str] | set[str]) -> list[Series]:
        """The series that hold any of these images, the one with the most first."""
        counts: dict[str, int] = {}
        for uid in uids:
            for key in {series.key for _, series, _ in self._places.get(uid, [])}:
                counts[key] = counts.get(key, 0) + 1
        named = [series for series in self.series if series.key in counts]
        return sorted(named, key=lambda series: -counts[series.key])

    def sharing(self, frame_of_reference_uid: str) -> list[Series]:
        """The series whose positions are in the same frame of reference."""
        return [
            series
            for series in self.series
            if frame_of_reference_uid
            and series.geometry.frame_of_reference_uid == frame_of_reference_uid
            and has_positions(series)
        ]


def has_positions(series: Series) -> bool:
    """Whether the geometry of a series is where its images truly lie."""
    return series.kind is SeriesKind.VOLUME and all(
        warning.code is not WarningCode.NO_POSITION for warning in series.warnings
    )


def referenced_images(dataset: Dataset | None) -> set[str]:
    """The SOP Instance UIDs that an object's Referenced Series Sequence names."""
    return {
        uid_of(instance, "ReferencedSOPInstanceUID")
        for series in items(dataset, "ReferencedSeriesSequence")
        for keyword in ("ReferencedInstanceSequence", "ReferencedImageSequence")
        for instance in items(series, keyword)
    }
