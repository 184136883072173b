"""Every broken or odd file, opened as a person opens it: an image on screen, or a sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.session.notices import NoticeLevel
from tests.fuzz.corpus import PROJECT
from tests.support.driver import ReaderDriver

FindCase = Callable[[str], Path]
MakeReader = Callable[..., ReaderDriver]

OTHERS = [
    "enhanced_multiframe/emri_small_RLE.dcm",
    "enhanced_multiframe/MOVEKNEE.dcm",
    "parametric_map/parametric_map_float.dcm",
    "pixel_types/examples_palette.dcm",
    "pixel_types/examples_ybr_color.dcm",
    "pixel_types/SC_rgb_small_odd_big_endian.dcm",
    "pixel_types/mlut_18.dcm",
    "rt/rtstruct.dcm",
    "seg/23x38x3/nrrd/label.nrrd",
    "sr/sr_document.dcm",
    "transfer_syntaxes/HTJ2KLossless_08_RGB.dcm",
    "transfer_syntaxes/TestPattern_Palette_16.dcm",
    "xray_mammo/CR-ModalitySequenceLUT.dcm",
    "xray_mammo/GH364.dcm",
]
"""A few that are odd in other ways."""
NOTES = (".tsv", ".txt", ".md")


def nasty_files() -> list[str]:
    """The files of `nasty`, as far as they are here; a word that skips where they are not."""
    named = os.environ.get("READER_TEST_DATA")
    data = Path(named) if named else PROJECT.parent / "shared" / "data"
    zoo = data / "dicom_zoo"
    found = sorted(
        path.relative_to(zoo).as_posix()
        for path in (zoo / "nasty").rglob("*")
        if path.is_file() and path.suffix not in NOTES
    )
    return found or ["nasty"]


def has_image(reader: ReaderDriver) -> bool:
    """Whether the large viewport has a slice; it is painted, which must not fail either."""
    reader.settle()
    reader.window.grab()
    return reader.workspace.display.resolved("v0") is not None


def open_file(reader: ReaderDriver, path: Path) -> None:
    """The application's own open action, to the end of all it starts."""
    reader.workspace.open_paths([path])
    reader.until_idle()


def errors(reader: ReaderDriver) -> list[str]:
    return [
        f"{notice.what_happened} {notice.what_to_do or ''}"
        for notice in reader.workspace.notices.posted
        if notice.level is NoticeLevel.ERROR
    ]


def is_sentence(text: str) -> bool:
    """Words for a person: no exception's name, no path, no braces left to fill."""
    return len(text) > 20 and not any(m in text for m in ("Error", "Traceback", "{", "/tmp", "\0"))


@pytest.mark.slow
@pytest.mark.parametrize("name", [*nasty_files(), *OTHERS])
def test_an_odd_file_is_shown_or_explained(real_data: FindCase, reader: ReaderDriver, name: str):
    open_file(reader, real_data("dicom_zoo") / name)
    said = errors(reader)
    assert has_image(reader) != bool(said) or has_objects(reader), (name, said)
    assert all(is_sentence(text) for text in said), said


def has_objects(reader: ReaderDriver) -> bool:
    """A study of reports or segmentations alone is listed; what it says is in the list."""
    study = reader.workspace.studies.study
    return study is not None and bool(study.objects)


@pytest.mark.slow
def test_the_whole_folder_of_them_opens_with_a_list_of_what_did_not(
    real_data: FindCase, reader: ReaderDriver
):
    open_file(reader, real_data("dicom_zoo/nasty"))
    assert has_image(reader)
    scan = reader.workspace.studies.scan
    assert scan is not None
    assert len(scan.unreadable) > 5
    assert all(is_sentence(str(one.why)) for one in scan.unreadable)
