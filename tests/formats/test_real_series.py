"""Real series: the grid and the voxels SimpleITK gives, and every odd file accounted for."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.errors import UnreadableError
from reader.core.series_kind import SeriesClass
from reader.core.study import Series
from reader.core.volume import Volume
from reader.formats.series_reader import read_series
from tests.support.dicom_writer import codes, scan

FindCase = Callable[[str], Path]

DICOM_FOLDERS = [
    "ct_chest_lidc0314/ct",
    "ct_liver_crlm1004/ct",
    "petct_lung_acrin042/ct",
    "petct_lung_acrin042/pet_ac",
    "petct_lung_acrin042/pet_nac",
    "pet_headneck_qin0024/pet",
    "mr_prostate_prostatex0207/t2_tra",
    "mr_prostate_prostatex0207/t2_tra_b",
    "mr_prostate_prostatex0207/t2_sag",
    "mr_prostate_prostatex0207/t2_cor",
    "mr_prostate_prostatex0207/dwi",
    "mr_prostate_prostatex0207/dwi_calc_bval",
    "mr_prostate_prostatex0207/adc",
]
NIFTI_FOLDERS = [
    "ct_abdomen_totalseg_example",
    "ct_chest_totalseg_aorta",
    "ct_chest_totalseg_pulmonary",
    "mr_ms_longitudinal_patient01",
    "mr_stroke_cstar",
]


def read(series: Series) -> Volume:
    return read_series(series, ignore_progress, CancelToken())


def itk_affine(image: SimpleITK.Image) -> np.ndarray:
    """Columns k, j, i, origin."""
    affine = np.eye(4)
    columns = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, :3] = columns[:, ::-1]
    affine[:3, 3] = image.GetOrigin()
    return affine


def itk_stacks(folder: Path) -> list[SimpleITK.Image]:
    """The folder as SimpleITK reads it, sorted by GDCM; b-values told apart beforehand."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in folder.iterdir():
        header = pydicom.dcmread(path, stop_before_pixels=True)
        groups[str(header.get("SequenceName", ""))].append(path)
    images = []
    for name in sorted(groups, key=lambda n: (len(n), n)):
        if len(groups) == 1:
            files = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
        else:
            files = [str(p) for p in sorted(groups[name], key=height)]
        images.append(SimpleITK.ReadImage(files))
    return images


def height(path: Path) -> float:
    """The place along the normal of an axial stack."""
    return float(pydicom.dcmread(path, stop_before_pixels=True).ImagePositionPatient[2])


@pytest.mark.parametrize("name", DICOM_FOLDERS)
def test_dicom_series_are_what_simple_itk_says(real_data: FindCase, name: str):
    """Show 4 of the issue."""
    folder = real_data(name)
    found = scan(folder)
    assert found.unreadable == ()
    images = itk_stacks(folder)
    (study,) = found.studies
    assert len(study.series) == len(images)
    for series, image in zip(study.series, images, strict=True):
        affine = series.geometry.affine_kji_to_lps
        assert np.abs(affine - itk_affine(image)).max() < 1e-3
        assert series.measurable
        volume = read(series)
        expected = SimpleITK.GetArrayFromImage(image)
        assert volume.voxels.shape == expected.shape
        # PET is scaled in double here and in single there.
        tolerance = 0 if volume.voxels.dtype.kind == "i" else 1e-6 * float(expected.max())
        assert np.abs(volume.voxels - expected.astype(np.float64)).max() <= tolerance


@pytest.mark.parametrize("name", NIFTI_FOLDERS)
def test_nifti_images_are_what_simple_itk_says(real_data: FindCase, name: str):
    found = scan(real_data(name))
    (study,) = found.studies
    assert {u.path.suffix for u in found.unreadable} <= {".txt", ".md"}
    for series in study.series:
        image = SimpleITK.ReadImage(str(series.instances[0].path))
        assert np.abs(series.geometry.affine_kji_to_lps - itk_affine(image)).max() < 1e-3
        expected = SimpleITK.GetArrayFromImage(image)
        assert np.allclose(read(series).voxels, expected, rtol=1e-6, atol=0)
        is_ct = "ct" in series.description and "seg" not in series.description
        assert (series.modality, series.unit.value) == (
            ("CT", "HU") if is_ct else ("OT", "arbitrary")
        )


def test_a_series_of_another_vendor_and_its_warnings(real_data: FindCase):
    (study,) = scan(real_data("petct_lung_acrin042")).studies
    by_modality = {s.modality + s.description: s for s in study.series}
    assert {len(s.instances) for s in study.series} == {135}
    assert codes(by_modality["CTCT IMAGES"]) == ["overlapping-slices"]
    assert by_modality["PTPET AC"].unit.value == "Bq/ml"
    assert by_modality["PTPET NAC"].unit.value == "arbitrary"


def test_every_file_of_the_zoo_is_opened_or_listed(real_data: FindCase):
    zoo = real_data("dicom_zoo")
    found = scan(zoo)
    files = {p for p in zoo.rglob("*") if p.is_file() and p.name not in ("DICOMDIR", "VERSION")}
    opened = {ref.path for st in found.studies for s in st.series for ref in s.instances}
    opened |= {one.path for st in found.studies for one in st.objects}
    listed = {one.path for one in found.unreadable}
    assert not opened & listed
    copies = files - opened - listed
    # What is neither opened nor listed is a second copy of an opened instance, or a duplicate.
    warned = {s.series_uid for st in found.studies for s in st.series if s.warnings}
    uids = {ref.sop_instance_uid for st in found.studies for s in st.series for ref in s.instances}
    uids |= {one.sop_instance_uid for st in found.studies for one in st.objects}
    for path in copies:
        header = pydicom.dcmread(path, force=True, stop_before_pixels=True)
        assert header.SOPInstanceUID in uids or header.SeriesInstanceUID in warned
    assert all(str(one.why) for one in found.unreadable)


def test_the_zoos_single_frames_decode_like_pydicom(real_data: FindCase):
    """Rescaled by pydicom from the same file; only what neither opens may fail."""
    compared = 0
    for study in scan(real_data("dicom_zoo")).studies:
        for series in study.series:
            by_table = any(getattr(ref, "table", None) for ref in series.instances)
            is_map = series.category is SeriesClass.PARAMETRIC_MAP
            if series.is_color or by_table or is_map or series.format != "dicom":
                continue
            try:
                volume = read(series)
            except UnreadableError:
                continue
            for k, ref in enumerate(series.instances):
                try:
                    expected = by_pydicom(ref.path, ref.frame)
                except (RuntimeError, NotImplementedError):
                    # 12-bit JPEG: nothing pydicom has decodes it.
                    continue
                assert np.allclose(volume.voxels[k], expected, rtol=1e-5)
                compared += 1
    assert compared > 60


@pytest.fixture(autouse=True)
def _pydicom_speaks_softly(recwarn: pytest.WarningsRecorder) -> None:
    """The independent reading may warn about files that are broken on purpose."""


@functools.lru_cache(maxsize=2)
def decoded_by_pydicom(path: Path) -> tuple[pydicom.Dataset, np.ndarray]:
    ds = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in ds.file_meta:
        ds.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
    return ds, ds.pixel_array.astype(np.float64)


def by_pydicom(path: Path, frame: int) -> np.ndarray:
    """Stored values of a frame, scaled by the header nearest to it."""
    ds, stored = decoded_by_pydicom(path)
    slope, intercept = ds.get("RescaleSlope", 1), ds.get("RescaleIntercept", 0)
    if stored.ndim == 3:
        stored = stored[frame]
        nothing = [pydicom.Dataset()]
        shared = ds.get("SharedFunctionalGroupsSequence") or nothing
        each = ds.get("PerFrameFunctionalGroupsSequence") or nothing * (frame + 1)
        for item in (shared[0], each[frame]):
            if "PixelValueTransformationSequence" in item:
                scaling = item.PixelValueTransformationSequence[0]
                slope, intercept = scaling.RescaleSlope, scaling.RescaleIntercept
    return stored * float(slope) + float(intercept)
