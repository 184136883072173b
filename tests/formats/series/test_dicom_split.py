"""One DICOM series that holds several stacks becomes several series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset

from reader.core.study import Series
from tests.support.dicom_writer import (
    CORONAL,
    SAGITTAL,
    Edit,
    codes,
    ct_volume,
    grid,
    only_series,
    scan,
    write_ct,
)


def parts(folder: Path) -> tuple[Series, ...]:
    """The stacks found; they are one series in DICOM's eyes."""
    found = scan(folder)
    assert not found.unreadable
    (study,) = found.studies
    assert len({series.series_uid for series in study.series}) == 1
    assert [series.part for series in study.series] == list(range(len(study.series)))
    assert len({series.key for series in study.series}) == len(study.series)
    return study.series


def marked(n: int, **values: object) -> Edit:
    """An edit that makes instance UIDs of stack `n` its own, and sets attributes."""

    def edit(ds: Dataset, k: int) -> None:
        ds.SOPInstanceUID = f"1.2.3.{n}.{k}"
        ds.InstanceNumber = 10 * k + n
        for keyword, value in values.items():
            setattr(ds, keyword, value)

    return edit


def write_stacks(folder: Path, edits: list[Edit]) -> None:
    for n, edit in enumerate(edits):
        write_ct(folder, ct_volume(seed=n), edit=edit, file_name=lambda k, n=n: f"{n}-{k}")


@pytest.mark.parametrize(
    ("keyword", "values", "label"),
    [
        ("DiffusionBValue", [0.0, 50.0, 800.0], "b 800"),
        ("EchoTime", ["4.6", "2.3"], "TE 4.6"),
        ("TemporalPositionIdentifier", ["2", "1", "10"], "t 10"),
        (
            "ImageType",
            [["ORIGINAL", "PRIMARY", "M"], ["ORIGINAL", "PRIMARY", "P"]],
            "ORIGINAL/PRIMARY/P",
        ),
        ("TriggerTime", ["0", "40", "80"], "t 80"),
        ("AcquisitionNumber", ["1", "2"], "acq 2"),
        ("SequenceName", ["*ep_b0", "*ep_b800"], "*ep_b800"),
    ],
)
def test_images_at_one_position_are_told_apart(
    tmp_path: Path, keyword: str, values: list, label: str
):
    write_stacks(tmp_path, [marked(n, **{keyword: value}) for n, value in enumerate(values)])
    found = parts(tmp_path)
    assert len(found) == len(values)
    assert all(codes(series) == ["split-series"] for series in found)
    assert all(series.geometry.same_grid(grid()) for series in found)
    assert found[-1].description.endswith(label)


def test_stacks_are_in_the_order_of_their_values(tmp_path: Path):
    write_stacks(tmp_path, [marked(n, EchoTime=te) for n, te in enumerate(["40", "5", "9.5"])])
    assert [s.description for s in parts(tmp_path)] == [
        "Phantom · TE 5",
        "Phantom · TE 9.5",
        "Phantom · TE 40",
    ]


def test_parts_keep_their_numbers_when_a_slice_is_gone(tmp_path: Path):
    write_stacks(tmp_path, [marked(n, EchoTime=te) for n, te in enumerate(["5", "40"])])
    (tmp_path / "0-3").unlink()
    first, second = parts(tmp_path)
    assert first.description.endswith("TE 5")
    assert codes(first) == ["missing-slices", "split-series"]
    assert codes(second) == ["split-series"]


def test_two_marks_are_used_when_one_is_not_enough(tmp_path: Path):
    edits = [
        marked(2 * a + b, EchoTime=te, AcquisitionNumber=acq)
        for a, te in enumerate(["5", "9"])
        for b, acq in enumerate(["1", "2"])
    ]
    write_stacks(tmp_path, edits)
    assert [s.description for s in parts(tmp_path)] == [
        f"Phantom · TE {te} acq {acq}" for te in (5, 9) for acq in (1, 2)
    ]


def test_a_mark_that_differs_within_a_stack_does_not_tear_it(tmp_path: Path):
    def two_acquisitions(ds: Dataset, k: int) -> None:
        ds.AcquisitionNumber = 1 if k < 4 else 2
        ds.ContentTime = f"1200{k:02d}"

    write_ct(tmp_path, edit=two_acquisitions)
    write_ct(
        tmp_path,
        edit=lambda ds, k: (two_acquisitions(ds, 5), marked(9)(ds, k)),
        keep=lambda k: k == 2,
        file_name=lambda k: f"again{k}",
    )
    assert codes(only_series(tmp_path)) == ["duplicate-position"]


def test_what_nothing_tells_apart_is_split_by_number_and_nothing_is_lost(tmp_path: Path):
    write_stacks(tmp_path, [marked(n) for n in range(3)])
    found = parts(tmp_path)
    assert [s.description for s in found] == [f"Phantom · {n}/3" for n in (1, 2, 3)]
    for n, series in enumerate(found):
        assert {ref.path.name.split("-")[0] for ref in series.instances} == {str(n)}


def test_sizes_orientations_and_spacings_never_share_a_volume(tmp_path: Path):
    volumes = [
        ct_volume(grid((4, 40, 36))),
        ct_volume(grid((3, 32, 36))),
        ct_volume(grid((5, 40, 36), cosines=CORONAL)),
        ct_volume(grid((2, 40, 36), cosines=SAGITTAL)),
        ct_volume(grid((6, 40, 36), spacing_kji_mm=(2.5, 0.9, 0.9))),
    ]
    for n, volume in enumerate(volumes):
        write_ct(tmp_path, volume, edit=marked(n), file_name=lambda k, n=n: f"{n}-{k}")
    found = parts(tmp_path)
    assert sorted(s.geometry.shape_kji[0] for s in found) == [2, 3, 4, 5, 6]
    for series in found:
        (n,) = {int(ref.path.name[0]) for ref in series.instances}
        assert series.geometry.same_grid(volumes[n].geometry)
        assert codes(series) == ["few-slices"] * (len(series.instances) == 2) + ["split-series"]
    labels = {s.description.split(" · ")[1].split(" ")[0] for s in found}
    assert labels == {"axial", "coronal", "sagittal"}


@pytest.mark.parametrize("tilt_mm", [0.0, 1.5])
def test_stacks_side_by_side_are_two_volumes_and_lose_nothing(tmp_path: Path, tilt_mm: float):
    """Two legs, or two breasts, in one series: at every height an image of each."""

    def beside(n: int) -> Edit:
        def edit(ds: Dataset, k: int) -> None:
            marked(n)(ds, k)
            position = np.array(ds.ImagePositionPatient, float)
            position += (60 * n, tilt_mm * k, 0)
            ds.ImagePositionPatient = [f"{x:.6f}" for x in position]

        return edit

    write_stacks(tmp_path, [beside(0), beside(1)])
    left, right = parts(tmp_path)
    assert left.geometry.shape_kji == right.geometry.shape_kji == (7, 40, 36)
    apart = right.geometry.to_lps((0, 0, 0)) - left.geometry.to_lps((0, 0, 0))
    assert apart == pytest.approx((60, 0, 0), abs=1e-5)
    assert ("gantry-tilt" in codes(left)) == bool(tilt_mm)
    assert "duplicate-position" not in codes(left) + codes(right)


def test_a_localizer_comes_last_and_is_not_in_hu(tmp_path: Path):
    write_ct(tmp_path)
    write_ct(
        tmp_path,
        ct_volume(grid((1, 60, 50), cosines=CORONAL)),
        edit=marked(1, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]),
        file_name=lambda _k: "0-localizer",
    )
    stack, localizer = parts(tmp_path)
    assert stack.geometry.shape_kji[0] == 7
    assert stack.unit.value == "HU"
    assert localizer.unit.value == "arbitrary"
    assert localizer.tags.image_type[2] == "LOCALIZER"


def test_cosines_that_jitter_are_one_stack(tmp_path: Path):
    def jitter(ds: Dataset, k: int) -> None:
        angle = 1e-4 * (k % 3)
        cosine, sine = np.cos(angle), np.sin(angle)
        ds.ImageOrientationPatient = [f"{x:.9f}" for x in (cosine, sine, 0, -sine, cosine, 0)]

    write_ct(tmp_path, edit=jitter)
    assert codes(only_series(tmp_path)) == []


def test_stacks_on_lines_of_their_own_are_volumes_of_their_own(tmp_path: Path):
    """Slices through two discs of a spine: parallel, one group above and behind the other."""

    def two_discs(ds: Dataset, k: int) -> None:
        if k > 3:
            position = np.array(ds.ImagePositionPatient, float) + np.array((0, 15, 4.3))
            ds.ImagePositionPatient = [f"{x:.6f}" for x in position]

    write_ct(tmp_path, edit=two_discs)
    lower, upper = parts(tmp_path)
    assert [s.geometry.shape_kji[0] for s in (lower, upper)] == [4, 3]
    assert lower.measurable
    assert upper.measurable
    assert upper.geometry.spacing_kji_mm[0] == pytest.approx(2.5)


def test_images_that_share_one_uid_are_not_copies(tmp_path: Path):
    """Broken anonymisers give every file the same SOP Instance UID."""
    write_ct(tmp_path, edit=lambda ds, _k: setattr(ds, "SOPInstanceUID", "1.2.3"))
    series = only_series(tmp_path)
    assert series.geometry.shape_kji[0] == 7
    assert codes(series) == []
