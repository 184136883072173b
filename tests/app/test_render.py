"""`reader render`: the slice that was asked for, the right way up, grey by grey."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 - the name everybody uses
from typer.testing import CliRunner, Result

from reader.app.cli import app
from reader.core.geometry import VolumeGeometry
from reader.formats.grids.nifti import write_nifti

ARRAY_AXIS = {"axial": 0, "coronal": 1, "sagittal": 2}
WORLD_AXIS = {"axial": 2, "coronal": 1, "sagittal": 0}


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["render", *map(str, words)])


def rendered(out: Path, *words: object):
    """The report and the grey levels of a picture that must be grey."""
    result = run(*words, "--out", out, "--json")
    assert result.exit_code == 0, result.stderr
    pixels = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
    assert (pixels == pixels[..., :1]).all()
    return json.loads(result.stdout), pixels[..., 0].astype(int)


@lru_cache(maxsize=1)
def read_with_simpleitk(path: Path):
    if path.is_file():
        return sitk.ReadImage(str(path))
    reader = sitk.ImageSeriesReader()
    series = [
        reader.GetGDCMSeriesFileNames(str(path), uid) for uid in reader.GetGDCMSeriesIDs(str(path))
    ]
    return sitk.ReadImage(max(series, key=len))


@pytest.fixture(scope="module", autouse=True)
def _forget_volumes() -> Iterator[None]:
    yield
    read_with_simpleitk.cache_clear()


def straightforward(image, plane: str, position: float, center: float, width: float):
    """The same slice with nothing but SimpleITK and numpy: head up, patient right on the left."""
    image = sitk.DICOMOrient(image, "LPS")
    voxels = sitk.GetArrayFromImage(image).astype(np.float64)
    size = image.GetSize()
    axis = WORLD_AXIS[plane]

    def position_of(n: int) -> float:
        middle = [(s - 1) / 2 for s in size]
        middle[axis] = n
        return image.TransformContinuousIndexToPhysicalPoint(middle)[axis]

    nearest = min(range(size[axis]), key=lambda n: abs(position_of(n) - position))
    assert position_of(nearest) == pytest.approx(position, abs=1e-3)
    pixels = np.take(voxels, nearest, axis=ARRAY_AXIS[plane])
    if plane != "axial":
        pixels = pixels[::-1]
    scaled = (pixels - (center - width / 2)) / width * 255
    return np.clip(np.floor(scaled + 0.5), 0, 255).astype(int)


@pytest.mark.parametrize("plane", list(ARRAY_AXIS))
@pytest.mark.parametrize(
    ("case", "window"),
    [
        ("ct_liver_crlm1004/ct", (90, 150)),
        ("ct_chest_lidc0314/ct", (-600, 1500)),
        ("mr_prostate_prostatex0207/t2_sag", (300, 600)),
        ("mr_prostate_prostatex0207/t2_tra", (300, 600)),
        ("mr_ms_longitudinal_patient01/study1_FLAIR.nii.gz", (250.5, 500)),
    ],
)
def test_native_equals_a_plain_rendering_by_simpleitk(real_data, tmp_path, case, window, plane):
    path = real_data(case)
    spelled = f"{window[0]},{window[1]}"
    report, pixels = rendered(
        tmp_path / "a.png", path, "--plane", plane, "--native", "--window", spelled
    )
    expected = straightforward(
        read_with_simpleitk(path), plane, report["position_mm"], *map(float, window)
    )
    assert pixels.shape == expected.shape
    assert np.abs(pixels - expected).max() <= 1
    assert pixels.std() > 5, "a picture of nothing shows nothing"


# A little volume whose values say where they are.

SHAPE = (6, 8, 10)
GEOMETRY = VolumeGeometry.from_spacing(SHAPE, (3.0, 1.0, 0.5), (-20.0, 5.0, 100.0))


def little_volume(tmp_path: Path, geometry: VolumeGeometry = GEOMETRY) -> Path:
    path = tmp_path / "little.nii.gz"
    k, j, i = np.indices(SHAPE)
    write_nifti(path, (10 * k + 3 * j + i).astype(np.int16), geometry)
    return path


def test_a_slice_can_be_asked_for_by_number_and_by_position(tmp_path):
    path = little_volume(tmp_path)
    by_index, one = rendered(
        tmp_path / "1.png", path, "--plane", "axial", "--index", 4, "--native", "--window", "40,80"
    )
    by_position, two = rendered(
        tmp_path / "2.png",
        path, "--plane", "axial", "--position-mm", 112.4, "--native", "--window", "40,80",
    )  # fmt: skip
    assert by_index["index"] == by_position["index"] == 4
    assert by_index["position_mm"] == pytest.approx(112)
    np.testing.assert_array_equal(one, two)


def test_pixels_are_square_and_as_large_as_the_finer_spacing(tmp_path):
    report, pixels = rendered(tmp_path / "a.png", little_volume(tmp_path), "--plane", "coronal")
    assert pixels.shape == (36, 10)
    assert (report["rows"], report["columns"]) == pixels.shape


def test_the_default_is_the_middle_slice_and_an_automatic_window(tmp_path):
    report, pixels = rendered(tmp_path / "a.png", little_volume(tmp_path), "--plane", "axial")
    assert report["index"] == 3
    assert report["window"]["width"] > 10
    assert pixels.max() > pixels.min()


def result_folder(tmp_path: Path, geometry: VolumeGeometry = GEOMETRY) -> Path:
    folder = tmp_path / "result"
    folder.mkdir()
    labels = np.zeros(SHAPE, np.uint16)
    labels[3, 2:5, 3:7] = 3
    labels[3, 6, 8] = 1
    scores = np.zeros(SHAPE, np.float32)
    scores[3, 0, 0] = 0.9
    write_nifti(folder / "segmentation.nii.gz", labels, geometry)
    write_nifti(folder / "heatmap.nii.gz", scores, geometry)
    entries = {
        "1": {"name": "Left lung", "color": "#88F4F4", "finding": None},
        "3": {"name": "Lung nodule", "color": "#D02828", "finding": "f1"},
    }
    content = {"labels": entries, "made_at": datetime.now(UTC).isoformat()}
    (folder / "result.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_a_result_is_drawn_around_its_labels_and_leaves_them_free(tmp_path):
    path, folder, out = little_volume(tmp_path), result_folder(tmp_path), tmp_path / "o.png"
    _, plain = rendered(tmp_path / "p.png", path, "--plane", "axial", "--index", 3, "--native")
    words = (path, "--plane", "axial", "--index", 3, "--native", "--result", folder, "--out", out)
    assert run(*words).exit_code == 0
    pixels = cv2.imread(str(out))[..., ::-1]
    assert pixels[1, 2].tolist() == [0xA9, 0x8B, 0xFF]
    assert pixels[5, 8].tolist() == [0x88, 0xF4, 0xF4]
    for place in ((3, 4), (6, 8)):
        assert pixels[place].tolist() == [plain[place]] * 3
    assert pixels[0, 0].tolist() != [plain[0, 0]] * 3, "the heatmap is not there"
    assert run(*words, "--no-heatmap").exit_code == 0
    assert cv2.imread(str(out))[0, 0].tolist() == [plain[0, 0]] * 3


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--index", 6), "go from 0 to 5"),
        (("--position-mm", 500), "goes from 100.0 to 115.0"),
        (("--position-mm", "nan"), "is not a position"),
        (("--index", 1, "--position-mm", 100), "both given"),
        (("--window", "wide"), "center and width"),
        (("--window", "40,-3"), "center and width"),
        (("--preset", "lung"), "no window preset"),
        (("--series", "1.2.3"), "no series with that UID"),
        (("--result", "nowhere"), "result folder"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(tmp_path, words, complaint):
    out = tmp_path / "out" / "a.png"
    result = run(little_volume(tmp_path), "--plane", "axial", "--out", out, *words)
    assert result.exit_code == 1
    assert complaint in " ".join(result.stderr.split())
    assert not out.parent.exists() or not list(out.parent.iterdir())


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    source = little_volume(tmp_path)
    out = source / "a.png"
    result = run(source, "--plane", "axial", "--out", out)
    assert result.exit_code == 1
    assert "a file is where the folder should be" in " ".join(result.stderr.split())


def test_a_result_of_another_series_is_refused(tmp_path):
    moved = VolumeGeometry.from_spacing(SHAPE, (3.0, 1.0, 0.5))
    folder = result_folder(tmp_path, moved)
    out = tmp_path / "a.png"
    result = run(little_volume(tmp_path), "--plane", "axial", "--out", out, "--result", folder)
    assert result.exit_code == 1
    assert "grid" in result.stderr
    assert not out.exists()
