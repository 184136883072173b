"""What a series' images are: a volume, single pictures or frames over time; and its facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, Sequence

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.series_kind import SeriesClass, SeriesKind, SpacingSource
from reader.core.study import Series
from reader.formats.series_reader import read_series
from tests.support.dicom_pictures import (
    CAPTURE,
    CAPTURE_FRAMES,
    CR_IMAGE,
    MAMMOGRAM,
    MR_IMAGE,
    NUCLEAR,
    PARAMETRIC_MAP,
    US_MULTI_FRAME,
    US_VOLUME,
    X_RAY_ANGIOGRAPHY,
    item,
    write_picture,
)
from tests.support.dicom_writer import codes, only_series, scan, write_ct


def series_in(folder: Path) -> tuple[Series, ...]:
    found = scan(folder)
    assert not found.unreadable, [str(u.why) for u in found.unreadable]
    (study,) = found.studies
    return study.series


def test_each_radiograph_is_a_part_of_its_own_named_by_its_view(tmp_path: Path):
    views = [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]
    for n, (side, view) in enumerate(views):
        write_picture(
            tmp_path / f"{9 - n}",
            MAMMOGRAM,
            "MG",
            InstanceNumber=n + 1,
            ImageLaterality=side,
            ViewPosition=view,
            ImagerPixelSpacing=["0.07", "0.07"],
        )
    found = series_in(tmp_path)
    assert [s.description for s in found] == [f"Picture · {a} {b}" for a, b in views]
    assert [s.part for s in found] == [0, 1, 2, 3]
    for series in found:
        assert series.kind is SeriesKind.IMAGES
        assert series.category is SeriesClass.MAMMOGRAM
        assert series.spacing_source is SpacingSource.DETECTOR
        assert not series.measurable
        assert codes(series) == ["spacing-at-detector", "split-series"]
    assert (found[1].tags.laterality, found[1].tags.view_position) == ("L", "CC")


def test_a_radiograph_states_where_its_rows_lead_and_makes_up_no_size(tmp_path: Path):
    write_picture(tmp_path / "a", CR_IMAGE, "CR", PatientOrientation=["L", "F"])
    series = only_series(tmp_path)
    assert series.tags.patient_orientation == ("L", "F")
    assert codes(series) == ["no-spacing"]
    assert not series.measures_in_plane


@pytest.mark.parametrize(
    ("sop_class", "modality", "values", "kind"),
    [
        (US_MULTI_FRAME, "US", {"FrameTime": "40"}, SeriesKind.CINE),
        (US_MULTI_FRAME, "US", {}, SeriesKind.CINE),
        (X_RAY_ANGIOGRAPHY, "XA", {"CineRate": "25"}, SeriesKind.CINE),
        (NUCLEAR, "NM", {"ImageType": ["ORIGINAL", "PRIMARY", "DYNAMIC", "EMISSION"]}, "CINE"),
        (NUCLEAR, "NM", {"ImageType": ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"]}, "IMAGES"),
        (CAPTURE_FRAMES, "OT", {"FrameTime": "40"}, SeriesKind.CINE),
        (CAPTURE_FRAMES, "OT", {}, SeriesKind.IMAGES),
        (MR_IMAGE, "MR", {}, SeriesKind.IMAGES),
    ],
)
def test_frames_without_places(
    tmp_path: Path, sop_class: str, modality: str, values: dict, kind: SeriesKind | str
):
    stored = write_picture(tmp_path / "a", sop_class, modality, 6, **values)
    series = only_series(tmp_path)
    assert series.kind.name == (kind if isinstance(kind, str) else kind.name)
    assert not series.measurable
    assert series.geometry.frame_of_reference_uid is None
    assert [ref.frame for ref in series.instances] == list(range(6))
    timed = series.kind is SeriesKind.CINE and {"FrameTime", "CineRate"} & values.keys()
    assert series.tags.frame_time_ms == (40.0 if timed else None)
    volume = read_series(series, ignore_progress, CancelToken())
    assert np.array_equal(volume.voxels, stored)


def test_a_place_for_all_frames_together_is_no_place_for_each(tmp_path: Path):
    """An old multi-frame MR with one position: a stack would be made up."""
    write_picture(
        tmp_path / "a",
        MR_IMAGE,
        "MR",
        4,
        ImagePositionPatient=["0", "0", "0"],
        ImageOrientationPatient=["1", "0", "0", "0", "1", "0"],
        PixelSpacing=["1", "1"],
        SliceThickness="3",
    )
    series = only_series(tmp_path)
    assert series.kind is SeriesKind.IMAGES
    assert codes(series) == ["no-position"]
    assert series.measures_in_plane


@pytest.mark.parametrize("apart", [4.0, -4.0])
def test_a_reconstructed_tomograph_is_a_volume(tmp_path: Path, apart: float):
    """The sign of the spacing says which way slices are stacked. DICOM PS3.3 C.8.4.15."""
    stored = write_picture(
        tmp_path / "a",
        NUCLEAR,
        "NM",
        5,
        ImageType=["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"],
        PixelSpacing=["2", "2"],
        SpacingBetweenSlices=str(apart),
        SliceVector=[1, 2, 3, 4, 5],
        DetectorInformationSequence=item(
            ImagePositionPatient=["-10", "-12", "50"],
            ImageOrientationPatient=["1", "0", "0", "0", "1", "0"],
        ),
    )
    series = only_series(tmp_path)
    assert (series.kind, codes(series)) == (SeriesKind.VOLUME, [])
    assert series.measurable
    assert series.geometry.spacing_kji_mm == pytest.approx((4, 2, 2))
    first = (-10, -12, 50 if apart > 0 else 50 - 16)
    assert series.geometry.to_lps((0, 0, 0)) == pytest.approx(first)
    volume = read_series(series, ignore_progress, CancelToken())
    assert np.array_equal(volume.voxels, stored if apart > 0 else stored[::-1])


def test_a_tomograph_whose_spacing_is_not_stated_is_no_volume(tmp_path: Path):
    write_picture(
        tmp_path / "a",
        NUCLEAR,
        "NM",
        5,
        ImageType=["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"],
        SliceVector=[1, 2, 3, 4, 5],
    )
    assert only_series(tmp_path).kind is SeriesKind.IMAGES


def groups_at(heights: list[float], volume_frame: bool = False) -> dict[str, Sequence]:
    """Functional groups of axial frames at some heights."""
    shared = Dataset()
    per_frame = []
    orientation = [1.0, 0, 0, 0, 1.0, 0]
    shared.PixelMeasuresSequence = item(PixelSpacing=["0.5", "0.5"])
    if volume_frame:
        shared.PlaneOrientationVolumeSequence = item(ImageOrientationVolume=orientation)
    else:
        shared.PlaneOrientationSequence = item(ImageOrientationPatient=orientation)
    for z in heights:
        groups = Dataset()
        if volume_frame:
            groups.PlanePositionVolumeSequence = item(ImagePositionVolume=[0.0, 0.0, z])
        else:
            groups.PlanePositionSequence = item(ImagePositionPatient=["0", "0", str(z)])
        per_frame.append(groups)
    return {
        "SharedFunctionalGroupsSequence": Sequence([shared]),
        "PerFrameFunctionalGroupsSequence": Sequence(per_frame),
    }


def test_an_ultrasound_volume_is_measured_but_has_no_sides(tmp_path: Path):
    write_picture(tmp_path / "a", US_VOLUME, "US", 4, **groups_at([3.0, 0.0, 1.0, 2.0], True))
    series = only_series(tmp_path)
    assert series.kind is SeriesKind.VOLUME
    assert codes(series) == ["no-position", "mixed-frames-of-reference"]
    assert series.measurable
    assert [ref.frame for ref in series.instances] == [1, 2, 3, 0]


def test_a_parametric_map_is_scaled_to_its_unit(tmp_path: Path):
    header = groups_at([0.0, 2.0, 4.0])
    header["SharedFunctionalGroupsSequence"][0].RealWorldValueMappingSequence = item(
        RealWorldValueSlope=0.5,
        RealWorldValueIntercept=-3.0,
        MeasurementUnitsCodeSequence=item(CodeValue="mm2/s", CodeMeaning="square mm"),
    )
    stored = write_picture(tmp_path / "a", PARAMETRIC_MAP, "MR", 3, **header)
    series = only_series(tmp_path)
    assert (series.category, series.unit_name) == (SeriesClass.PARAMETRIC_MAP, "mm2/s")
    volume = read_series(series, ignore_progress, CancelToken())
    assert volume.voxels == pytest.approx(stored * 0.5 - 3)


def test_captures_at_one_place_are_pictures(tmp_path: Path):
    for n in range(3):
        write_picture(
            tmp_path / str(n),
            CAPTURE,
            "CT",
            ImagePositionPatient=["0", "0", "0"],
            ImageOrientationPatient=["1", "0", "0", "0", "1", "0"],
            PixelSpacing=["1", "1"],
            RescaleIntercept="0",
            RescaleSlope="1",
            InstanceNumber=n,
        )
    series = only_series(tmp_path)
    assert (series.kind, series.category) == (SeriesKind.IMAGES, SeriesClass.CAPTURE)
    assert series.unit.value == "arbitrary"


def test_the_order_of_files_changes_nothing(tmp_path: Path):
    def edit(ds: Dataset, k: int) -> None:
        ds.SOPInstanceUID = f"1.2.3.{k}"
        ds.EchoTime = str(5 + k % 2)
        ds.ImagePositionPatient = ["0", "0", str(k // 2)]

    for name, order in (("a", 1), ("b", -1)):
        write_ct(tmp_path / name, edit=edit, file_name=lambda k, o=order: f"{50 + o * k}")
    first, second = (series_in(tmp_path / name) for name in ("a", "b"))
    assert [s.key for s in first] == [s.key for s in second]
    for one, other in zip(first, second, strict=True):
        uids = [ref.sop_instance_uid for ref in one.instances]
        assert uids == [ref.sop_instance_uid for ref in other.instances]


def test_a_frame_state_of_acquisition_is_told_to_the_second(tmp_path: Path):
    def edit(ds: Dataset, k: int) -> None:
        ds.AcquisitionDate = "20240102"
        ds.AcquisitionTime = f"1015{30 - k:02d}.5"

    write_ct(tmp_path, edit=edit)
    assert only_series(tmp_path).tags.acquired_at == "20240102101524.5"


def test_a_mosaic_is_no_slice(tmp_path: Path):
    """Many slices tiled in one image: the place in the header is none of theirs."""

    def mosaic(ds: Dataset, _k: int) -> None:
        ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]

    write_ct(tmp_path, edit=mosaic)
    series = only_series(tmp_path)
    assert (series.kind, codes(series)) == (SeriesKind.IMAGES, ["not-a-volume"])
    assert not series.measurable


def test_a_scout_is_not_measured(tmp_path: Path):
    def scout(ds: Dataset, _k: int) -> None:
        ds.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]

    write_ct(tmp_path, edit=scout, keep=lambda k: k == 0)
    series = only_series(tmp_path)
    assert series.category is SeriesClass.LOCALIZER
    assert codes(series) == ["spacing-at-detector", "single-slice"]
    assert not series.measurable


@pytest.mark.parametrize(("stated", "expected"), [(7, []), (9, ["missing-slices"])])
def test_a_pet_series_cut_off_at_an_end_says_so(tmp_path: Path, stated: int, expected: list[str]):
    def pet(ds: Dataset, _k: int) -> None:
        ds.Modality = "PT"
        ds.NumberOfSlices = stated

    write_ct(tmp_path, edit=pet)
    series = only_series(tmp_path)
    assert [code for code in codes(series) if code == "missing-slices"] == expected
    assert series.measurable
