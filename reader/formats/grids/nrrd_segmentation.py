"""Segmentations that 3D Slicer saves as .seg.nrrd: label maps whose header names the segments.

Source: 3D Slicer documentation, developer guide, "Segmentations: file format".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.codes import CodedConcept
from reader.core.geometry import VolumeGeometry
from reader.core.study import ObjectKind, StudyObject
from reader.core.text import say
from reader.formats.content_uid import content_uid
from reader.formats.grids.grid_image import read_image, series_of, stem
from reader.formats.grids.nrrd import nrrd_image
from reader.formats.grids.nrrd_header import NrrdHeader, read_nrrd_header
from reader.formats.grids.stored_voxels import refused

_KEY: Final = re.compile(r"Segment(\d{1,5})_(ID|Name|Color|LabelValue|Layer|Tags)")
_MOST_LABEL: Final = 65535


@dataclass(frozen=True, slots=True)
class NrrdSegment:
    """One segment: the voxels of its layer that have its label. `color` is "#RRGGBB" or empty."""

    layer: int
    label: int
    name: str
    color: str = ""
    category: CodedConcept | None = None
    code: CodedConcept | None = None


@dataclass(frozen=True, slots=True)
class NrrdSegmentation:
    """Label maps (uint16, (k, j, i)) on one grid in LPS mm; segments of one do not overlap."""

    geometry: VolumeGeometry
    layers: tuple[NDArray[np.uint16], ...]
    segments: tuple[NrrdSegment, ...]


def segmentation_object(path: Path) -> StudyObject | None:
    """What a scan lists for a .seg.nrrd file; None for a NRRD file that names no segments.

    Raises: UnreadableError, OSError.
    """
    if not _keys(read_nrrd_header(path)):
        return None
    uid = content_uid("nrrd", path)
    return StudyObject(
        kind=ObjectKind.SEGMENTATION,
        path=path,
        sop_class_uid="",
        sop_instance_uid=uid,
        series_uid=uid,
        modality="SEG",
        description=stem(path),
    )


def read_seg_nrrd(path: Path, cancel: CancelToken | None = None) -> NrrdSegmentation:
    """Read a .seg.nrrd file.

    Raises: UnreadableError: no segmentation, damaged, or with values that are no labels.
        Cancelled. OSError.
    """
    header = read_nrrd_header(path)
    image = nrrd_image(path, header)
    segments = _segments(header, image.count)
    if not segments or any(segment.layer >= image.count for segment in segments):
        raise refused(say("The file does not say which segments it holds."))
    layers = []
    for series in series_of(image)[: 1 + max(segment.layer for segment in segments)]:
        voxels = read_image(series, image, ignore_progress, cancel or CancelToken()).voxels
        if voxels.ndim != 3 or voxels.min() < 0 or voxels.max() > _MOST_LABEL:
            raise refused(say("The file holds values that are no labels."))
        labels = voxels.astype(np.uint16)
        if not np.array_equal(labels, voxels):
            raise refused(say("The file holds values that are no labels."))
        layers.append(labels)
    return NrrdSegmentation(image.geometry, tuple(layers), segments)


def _keys(header: NrrdHeader) -> dict[int, dict[str, str]]:
    """The key/value pairs of each segment, by its number."""
    found: dict[int, dict[str, str]] = {}
    for key, value in header.pairs.items():
        if match := _KEY.fullmatch(key):
            found.setdefault(int(match[1]), {})[match[2]] = value
    return {number: keys for number, keys in found.items() if "ID" in keys or "Name" in keys}


def _segments(header: NrrdHeader, layers: int) -> tuple[NrrdSegment, ...]:
    """The segments in order. Before Slicer 4.11, each had a layer of its own and the label 1."""
    found = _keys(header)
    is_old = layers > 1 and not any("LabelValue" in keys for keys in found.values())
    return tuple(
        _segment({"Layer": str(number), **keys} if is_old else keys)
        for number, keys in sorted(found.items())
    )


def _segment(keys: dict[str, str]) -> NrrdSegment:
    try:
        label, layer = int(keys.get("LabelValue", "1")), int(keys.get("Layer", "0"))
    except ValueError:
        label = layer = -1
    if not 1 <= label <= _MOST_LABEL or layer < 0:
        raise refused(say("The file does not say which segments it holds."))
    category, code = _codes(keys.get("Tags", ""))
    name = " ".join((keys.get("Name") or keys.get("ID", "")).split())
    return NrrdSegment(layer, label, name, _color(keys.get("Color", "")), category, code)


def _color(text: str) -> str:
    try:
        parts = [float(word) for word in text.split()]
    except ValueError:
        return ""
    if len(parts) != 3 or not all(0 <= part <= 1 for part in parts):
        return ""
    return "#" + "".join(f"{round(part * 255):02X}" for part in parts)


def _codes(tags: str) -> tuple[CodedConcept | None, CodedConcept | None]:
    """Category and type of a terminology entry: "context~SCT^code^meaning~SCT^…~…"."""
    for tag in tags.split("|"):
        name, _, entry = tag.partition(":")
        if name.strip() in ("TerminologyEntry", "Terminology"):
            parts = [*entry.split("~"), "", "", ""]
            return _concept(parts[1]), _concept(parts[2])
    return None, None


def _concept(text: str) -> CodedConcept | None:
    scheme, value, meaning = [*text.split("^"), "", "", ""][:3]
    return CodedConcept(value, scheme, meaning) if value and scheme and meaning else None
