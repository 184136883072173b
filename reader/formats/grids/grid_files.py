"""One door to NIfTI, NRRD and MetaImage files: what a scan and a reading need of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.study import Series, StudyObject
from reader.core.text import say
from reader.core.volume import Volume
from reader.formats.grids.grid_image import GridImage, read_image, series_of
from reader.formats.grids.metaimage import is_metaimage, open_metaimage
from reader.formats.grids.nifti import is_nifti, open_nifti
from reader.formats.grids.nrrd import open_nrrd
from reader.formats.grids.nrrd_header import is_nrrd
from reader.formats.grids.nrrd_segmentation import segmentation_object

_OPENERS: Final[dict[str, Callable[[Path], GridImage]]] = {
    "nifti": open_nifti,
    "nrrd": open_nrrd,
    "metaimage": open_metaimage,
}


_ANALYZE_STARTS: Final = (b"\x5c\x01\0\0", b"\0\0\x01\x5c")
_HEADERS_BESIDE: Final = tuple(
    (ending, header)
    for header, endings in (
        (".hdr", (".img", ".img.gz")),
        (".mhd", (".raw", ".zraw", ".raw.gz")),
        (".nhdr", (".raw", ".raw.gz")),
    )
    for ending in endings
)
"""How a file with voxels alone ends, and the header that goes with it."""


@dataclass(frozen=True, slots=True)
class GridFile:
    """What one file holds, and the file beside it, if any, that its voxels lie in."""

    series: tuple[Series, ...] = ()
    objects: tuple[StudyObject, ...] = ()
    data_path: Path | None = None


def grid_format(path: Path, head: bytes) -> str | None:
    """`nifti`, `nrrd` or `metaimage` for a file that starts with `head`, else None."""
    if is_nrrd(head):
        return "nrrd"
    if is_metaimage(head):
        return "metaimage"
    return "nifti" if is_nifti(path, head) else None


def scan_grid_file(path: Path, head: bytes) -> GridFile | None:
    """The series (several of a 4-D file) or the segmentation in a file, from its header.

    A little of the voxels is looked at to tell CT from other images. None: the file is
    of another kind.

    Raises: UnreadableError: damaged, or of a kind that is not supported. OSError.
    """
    found = grid_format(path, head)
    if found is None:
        _refuse_relatives(path, head)
        return None
    if found == "nrrd" and (segmentation := segmentation_object(path)) is not None:
        return GridFile(objects=(segmentation,))
    image = _OPENERS[found](path)
    data = None if image.data_path == image.path else image.data_path
    return GridFile(series_of(image), data_path=data)


def _refuse_relatives(path: Path, head: bytes) -> None:
    """Say what a file is that is like NIfTI, or holds the voxels of another file's header.

    Raises: UnreadableError: when it is one of these.
    """
    name = path.name.lower()
    if name.endswith(".hdr") and head[:4] in _ANALYZE_STARTS:
        raise UnreadableError(
            say("An Analyze 7.5 header, which does not say which side is left."),
            say("Convert it to NIfTI with a program that knows how it was made."),
        )
    for ending, header in _HEADERS_BESIDE:
        if name.endswith(ending) and path.with_name(path.name[: -len(ending)] + header).is_file():
            raise UnreadableError(
                say(
                    "Voxels without a header, which is in the {ending} file beside it.",
                    ending=header,
                ),
                say("Open that file."),
            )


def read_grid_series(
    series: Series,
    report: ReportProgress,
    cancel: CancelToken,
    *,
    first_k: int | None = None,
    on_first: Callable[[Volume], None] | None = None,
) -> Volume:
    """Read the voxels of a series that `scan_grid_file` found; see `series_reader.read_series`."""
    image = _OPENERS[series.format](series.instances[0].path)
    return read_image(series, image, report, cancel, first_k=first_k, on_first=on_first)
