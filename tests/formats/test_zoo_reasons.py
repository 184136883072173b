"""Every file of the zoo that does not open says why, in a sentence that is true of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reader.core.cancel import CancelToken, ignore_progress
from reader.formats.dicom_scan import scan_paths

FindCase = Callable[[str], Path]

NO_SIZE = "This DICOM file holds no image: it does not say how large it is."
TEXT = "A text file, not an image file."
REASONS = {
    "SOURCE.txt": TEXT,
    "zoo_report.tsv": TEXT,
    "rt/rtutils_oriented_data/info.txt": TEXT,
    "nasty/MR_truncated.dcm": "The DICOM file is cut short: 8130 of 8192 bytes of pixel data.",
    "nasty/rtplan_truncated.dcm": "The DICOM file is cut short: part of its header is missing.",
    "nasty/ExplVR_BigEndNoMeta.dcm": "RT Ion Plan Storage is not supported yet.",
    "nasty/ExplVR_LitEndNoMeta.dcm": "RT Ion Plan Storage is not supported yet.",
    "nasty/badVR.dcm": "RT Dose Storage is not supported yet.",
    "rt/rtdose.dcm": "RT Dose Storage is not supported yet.",
    "rt/rtplan.dcm": "RT Plan Storage is not supported yet.",
    "rt/dicompyler_rtplan.dcm": "RT Plan Storage is not supported yet.",
    "nasty/UN_sequence.dcm": NO_SIZE,
    "nasty/meta_missing_tsyntax.dcm": NO_SIZE,
    "nasty/nested_priv_SQ.dcm": NO_SIZE,
    "nasty/no-meta-length-test.dcm": NO_SIZE,
    "nasty/no_meta_group_length.dcm": NO_SIZE,
    "nasty/empty_charset_LEI.dcm": "This DICOM file does not say what it holds.",
    "nasty/no_meta.dcm": "Not an image file that Reading Room knows.",
    "seg/23x38x3/screenshots/brainlab.jpg": "A JPEG picture, not a medical image file.",
    "seg/23x38x3/screenshots/slicer.png": "A PNG picture, not a medical image file.",
}


def test_what_does_not_open_says_why(real_data: FindCase, tmp_path: Path):
    zoo = real_data("dicom_zoo")
    found = scan_paths([zoo], ignore_progress, CancelToken(), unpacked=tmp_path)
    listed = {one.path.relative_to(zoo).as_posix(): str(one.why) for one in found.unreadable}
    assert {name: why for name, why in listed.items() if name in REASONS} == {
        name: why for name, why in REASONS.items() if (zoo / name).exists()
    }
    # Copies of the zoo hold more files than this one; whatever they are, they say something.
    assert all(why.endswith(".") for why in listed.values())


def test_the_gzipped_image_of_the_zoo_opens(real_data: FindCase, tmp_path: Path):
    path = real_data("dicom_zoo/nasty/zipMR.gz")
    found = scan_paths([path], ignore_progress, CancelToken(), unpacked=tmp_path)
    assert found.unreadable == ()
    assert len(found.studies[0].series) == 1
