"""Whatever a folder holds: every file and frame is opened, listed with a reason, or a copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

from tests.support.dicom_writer import scan

FindCase = Callable[[str], Path]

FOLDERS = [
    "ct_abdomen_totalseg_example",
    "ct_chest_lidc0314",
    "ct_liver_crlm1004",
    "dicom_zoo",
    "mr_ms_longitudinal_patient01",
    "mr_prostate_prostatex0207",
    "mr_tumour_pyradiomics_brain1",
    "pet_headneck_qin0024",
    "petct_lung_acrin042",
]


@pytest.fixture(autouse=True)
def _pydicom_speaks_softly(recwarn: pytest.WarningsRecorder) -> None:
    """The independent reading may warn about files that are broken on purpose."""


def stated_frames(path: Path) -> int:
    ds = pydicom.dcmread(path, force=True, specific_tags=["NumberOfFrames"])
    return int(ds.get("NumberOfFrames") or 1)


@pytest.mark.parametrize("name", FOLDERS)
def test_every_file_and_frame_is_accounted_for(real_data: FindCase, name: str):
    folder = real_data(name)
    found = scan(folder)
    frames: dict[Path, list[int]] = defaultdict(list)
    stored_as: dict[Path, str] = {}
    for study in found.studies:
        for series in study.series:
            for ref in series.instances:
                frames[ref.path].append(ref.frame)
                stored_as[ref.path] = series.format
    opened = set(frames) | {one.path for study in found.studies for one in study.objects}
    listed = {one.path for one in found.unreadable}
    assert not opened & listed
    bytes_opened = {path.read_bytes() for path in opened}
    for path in folder.rglob("*"):
        if path.is_file() and path not in opened | listed:
            assert path.read_bytes() in bytes_opened, path.name
    for path, shown in frames.items():
        assert len(shown) == len(set(shown)), path.name
        if stored_as[path] == "dicom":
            assert len(shown) == stated_frames(path), path.name
