"""Every real volume lies where an independent reader puts it, or says why it does not.

SimpleITK (GDCM) reads the same files in the order intake found. Where it states a grid of
its own for a multi-frame file, that is compared as well.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK

from reader.core.series_kind import SeriesKind
from reader.core.study import Series, WarningCode
from tests.support.dicom_writer import codes, scan

FindCase = Callable[[str], Path]

FOLDERS = [
    "ct_chest_lidc0314",
    "ct_liver_crlm1004",
    "petct_lung_acrin042",
    "pet_headneck_qin0024",
    "mr_prostate_prostatex0207",
    "dicom_zoo/enhanced_multiframe",
    "dicom_zoo/nasty",
    "dicom_zoo/parametric_map",
    "dicom_zoo/pixel_types",
    "dicom_zoo/rt",
    "dicom_zoo/seg",
    "dicom_zoo/transfer_syntaxes",
]
EXPLAINED = {
    WarningCode.GANTRY_TILT,
    WarningCode.MISSING_SLICES,
    WarningCode.UNEVEN_SPACING,
    WarningCode.SINGLE_SLICE,
}
"""Grids that ITK cannot hold (tilt), or makes otherwise and silently (gaps, one slice)."""

FAILING = {
    # what dicom2nifti refuses to convert, and what is said about it here
    "gantrytilting/001": (["gantry-tilt"], "tilted by 14.0°"),
    "notavolume/001": (["not-a-volume"], "All 4 images lie at one place"),
    "slicecount/001": (["few-slices"], "only 2 slices"),
    "sliceincrement/001": (["missing-slices"], "Missing slices: 1, between slices 3–4"),
    "sliceincrement/002": (["missing-slices", "gantry-tilt"], "Missing slices: 1"),
}


@pytest.fixture(autouse=True)
def _readers_speak_softly(recwarn: pytest.WarningsRecorder) -> None:
    """The independent readings may warn about files that are broken on purpose."""


def itk_affine(image: SimpleITK.Image) -> np.ndarray:
    """Columns k, j, i, origin."""
    affine = np.eye(4)
    columns = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, :3] = columns[:, ::-1]
    affine[:3, 3] = image.GetOrigin()
    return affine


def stated_position(series: Series, k: int) -> np.ndarray:
    """Image Position (Patient) of slice k, by pydicom."""
    ref = series.instances[k]
    ds = pydicom.dcmread(ref.path, force=True, stop_before_pixels=True)
    if "PerFrameFunctionalGroupsSequence" in ds:
        ds = ds.PerFrameFunctionalGroupsSequence[ref.frame].PlanePositionSequence[0]
    return np.array(ds.ImagePositionPatient, dtype=float)


def volumes(folder: Path) -> list[Series]:
    return [
        series
        for study in scan(folder).studies
        for series in study.series
        if series.kind is SeriesKind.VOLUME and series.format == "dicom"
    ]


@pytest.mark.parametrize("name", FOLDERS)
def test_first_and_last_slice_lie_where_their_headers_say(real_data: FindCase, name: str):
    """Whatever is odd about a stack, its ends and a slice between are in place."""
    found = volumes(real_data(name))
    assert found
    for series in found:
        last = len(series.instances) - 1
        even = not {w.code for w in series.warnings} & EXPLAINED
        for k in {0, last // 2, last} if even else {0, last}:
            place = series.geometry.to_lps((k, 0, 0))
            assert np.abs(place - stated_position(series, k)).max() < 2e-3, series.description


@pytest.mark.parametrize("name", [n for n in FOLDERS if "transfer" not in n])
def test_stacks_of_files_have_simple_itks_grid(real_data: FindCase, name: str):
    compared = 0
    for series in volumes(real_data(name)):
        paths = [str(ref.path) for ref in series.instances]
        odd = {w.code for w in series.warnings} & EXPLAINED
        if len(set(paths)) < len(paths) or odd:
            assert odd or any(ref.frame for ref in series.instances)
            continue
        try:
            image = SimpleITK.ReadImage(paths)
        except RuntimeError:
            assert "panimg" in paths[0], paths[0]  # 2 x 3 pixels of a class ITK has no reader for
            continue
        difference = np.abs(series.geometry.affine_kji_to_lps - itk_affine(image))
        assert difference.max() < 1e-3, series.description
        compared += 1
    assert compared or name in ("dicom_zoo/enhanced_multiframe", "dicom_zoo/parametric_map")


@pytest.mark.parametrize(
    "name",
    [
        "enhanced_multiframe/d2n_philips_enhanced/IM-0001-0170-0001.dcm",
        "enhanced_multiframe/d2n_siemens_multiframe/IM-0001-0001-0001.dcm",
        "enhanced_multiframe/6_1.dcm",
        "enhanced_multiframe/eCT_Supplemental.dcm",
        "nasty/invalid-vr-length-test.dcm",
        "seg/23x38x3/multiframe/mf.dcm",
    ],
)
def test_multi_frame_files_have_simple_itks_grid(real_data: FindCase, name: str):
    path = real_data("dicom_zoo") / name
    (series,) = volumes(path)
    image = SimpleITK.ReadImage(str(path))
    assert series.geometry.shape_kji == image.GetSize()[::-1]
    expected = itk_affine(image)
    frames = [ref.frame for ref in series.instances]
    if frames[0] > frames[-1]:
        # GDCM keeps the order of the file where it leads against the normal.
        expected[:3, 3] += expected[:3, 0] * (len(frames) - 1)
        expected[:3, 0] *= -1
    assert np.abs(series.geometry.affine_kji_to_lps - expected).max() < 1e-3


@pytest.mark.parametrize("name", FAILING)
def test_series_that_converters_refuse_say_what_is_wrong(real_data: FindCase, name: str):
    found = scan(real_data("dicom_zoo") / "nasty/series_failing" / name)
    (series,) = found.studies[0].series
    expected, sentence = FAILING[name]
    # Anonymised: no frame of reference is left in any of them.
    assert [code for code in codes(series) if code != "mixed-frames-of-reference"] == expected
    assert any(sentence in str(warning.text) for warning in series.warnings)
    assert series.measurable == (name == "slicecount/001")


def test_two_orientations_in_one_series_are_two_volumes(real_data: FindCase):
    found = scan(real_data("dicom_zoo") / "nasty/series_failing/sliceorientation")
    series = found.studies[0].series
    assert [s.geometry.shape_kji[0] for s in series] == [2, 2]
    assert all("split-series" in codes(s) for s in series)
    assert ["sagittal" in s.description for s in series] == [True, False]


def test_a_whole_zoo_has_no_volume_that_is_not_a_stack(real_data: FindCase):
    """Every volume's k axis leads along row x column: none is left-handed."""
    for series in volumes(real_data("dicom_zoo")):
        k, j, i = series.geometry.directions.T
        assert np.cross(i, j) @ k > 0.5


def test_enhanced_files_without_places_open_as_images(real_data: FindCase):
    for name in ("emri_small.dcm", "emri_small_RLE.dcm", "emri_small_big_endian.dcm"):
        path = real_data("dicom_zoo") / "enhanced_multiframe" / name
        (series,) = scan(path).studies[0].series
        assert series.kind is SeriesKind.IMAGES
        assert codes(series) == ["no-position", "no-spacing"]
        assert len(series.instances) == 10


def test_nineteen_time_points_are_one_acquisition(real_data: FindCase):
    (study,) = scan(real_data("dicom_zoo") / "nasty/panimg_dicom_4d_enhanced").studies
    assert [s.phase and s.phase.label for s in study.series] == [f"t {n} s" for n in range(19)]
