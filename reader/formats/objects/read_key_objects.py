"""Key Object Selections by others: images somebody marked, and why.

Source: DICOM PS3.16 TID 2010.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from reader.core.imported import ImagePlace, ImportedKeyImages
from reader.formats.objects.read_object import (
    OpenImages,
    images_not_open,
    origin_of,
    read_dataset,
    reading_header,
)
from reader.formats.objects.read_sr_tree import read_tree

_DESCRIPTION: Final = "113012"
_MOST_PLACES: Final = 10_000


def read_key_images(path: Path, images: OpenImages) -> ImportedKeyImages:
    """Read a Key Object Selection; its title says what the images were selected for.

    Raises: UnreadableError: damaged, or none of its images is open. OSError.
    """
    with reading_header():
        dataset = read_dataset(path)
        root = read_tree(dataset)
        origin = origin_of(dataset)
    places: list[ImagePlace] = []
    missing = 0
    for item in root.walk():
        referenced = item.referenced
        if item.value_type != "IMAGE" or referenced is None:
            continue
        for frame in referenced.frames or (None,):
            place = images.place(referenced.sop_instance_uid, frame)
            if place is None or len(places) == _MOST_PLACES:
                missing += 1
            elif place not in places:
                places.append(place)
    if missing and not places:
        raise images_not_open()
    notes = [item.text for item in root.walk() if item.is_named(_DESCRIPTION) and item.text]
    title = root.name.meaning if root.name is not None else origin.title
    return ImportedKeyImages(replace(origin, title=title), tuple(places), "\n".join(notes), missing)
