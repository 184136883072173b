"""Volumes on one grid that differ by one mark know their place among each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import Dataset

from reader.core.series_kind import PhaseAxis, PhasePlace
from reader.core.study import Series
from reader.formats.series.dicom_phases import b_of_sequence, day_seconds
from tests.support.dicom_writer import Edit, codes, ct_volume, scan, write_ct


def stacked(n: int, **values: object) -> Edit:
    """An edit that makes stack `n` its own instances with some attributes."""

    def edit(ds: Dataset, k: int) -> None:
        ds.SOPInstanceUID = f"1.2.3.{n}.{k}"
        ds.InstanceNumber = 10 * k + n
        for keyword, value in values.items():
            setattr(ds, keyword, value)

    return edit


def write_stacks(folder: Path, edits: list[Edit]) -> tuple[Series, ...]:
    for n, edit in enumerate(edits):
        write_ct(folder, ct_volume(seed=n), edit=edit, file_name=lambda k, n=n: f"{n}-{k}")
    (study,) = scan(folder).studies
    return study.series


def place(series: Series) -> PhasePlace:
    assert series.phase is not None
    return series.phase


@pytest.mark.parametrize(
    ("keyword", "values", "axis", "labels"),
    [
        ("DiffusionBValue", [800.0, 0.0, 50.0], PhaseAxis.B_VALUE, ["b 0", "b 50", "b 800"]),
        ("SequenceName", ["*ep_b800t", "*ep_b50t"], PhaseAxis.B_VALUE, ["b 50", "b 800"]),
        ("EchoTime", ["9.2", "4.6"], PhaseAxis.ECHO, ["TE 4.6 ms", "TE 9.2 ms"]),
        ("TriggerTime", ["40", "0"], PhaseAxis.CARDIAC, ["t 0 ms", "t 40 ms"]),
        ("TemporalPositionIdentifier", ["2", "10"], PhaseAxis.TIME, ["t 2", "t 10"]),
        ("AcquisitionTime", ["101502.5", "101500"], PhaseAxis.TIME, ["t 0 s", "t 2.5 s"]),
        ("FlipAngle", ["5", "20"], PhaseAxis.OTHER, ["FA 5°", "FA 20°"]),
        ("InversionTime", ["50", "400"], PhaseAxis.OTHER, ["TI 50 ms", "TI 400 ms"]),
    ],
)
def test_one_mark_makes_one_axis(
    tmp_path: Path, keyword: str, values: list, axis: PhaseAxis, labels: list[str]
):
    found = write_stacks(tmp_path, [stacked(n, **{keyword: v}) for n, v in enumerate(values)])
    assert [place(s).label for s in found] == labels
    assert [place(s).index for s in found] == list(range(len(values)))
    assert {place(s).count for s in found} == {len(values)}
    assert {place(s).axis for s in found} == {axis}
    assert len({place(s).group for s in found}) == 1


def test_times_are_told_in_seconds_where_the_header_has_them(tmp_path: Path):
    edits = [
        stacked(n, TemporalPositionIdentifier=str(n + 1), AcquisitionTime=f"2359{10 + 5 * n}.25")
        for n in range(3)
    ]
    assert [place(s).label for s in write_stacks(tmp_path, edits)] == ["t 0 s", "t 5 s", "t 10 s"]


def test_what_nothing_tells_apart_is_counted(tmp_path: Path):
    found = write_stacks(tmp_path, [stacked(n) for n in range(2)])
    assert [(place(s).label, place(s).axis) for s in found] == [
        ("1", PhaseAxis.OTHER),
        ("2", PhaseAxis.OTHER),
    ]


def test_kinds_of_image_are_no_phases(tmp_path: Path):
    types = [["ORIGINAL", "PRIMARY", "M"], ["ORIGINAL", "PRIMARY", "P"]]
    found = write_stacks(tmp_path, [stacked(n, ImageType=t) for n, t in enumerate(types)])
    assert [s.phase for s in found] == [None, None]


def test_echoes_of_magnitude_and_of_phase_are_two_groups(tmp_path: Path):
    edits = [
        stacked(2 * a + b, EchoTime=echo, ImageType=["ORIGINAL", "PRIMARY", kind])
        for a, echo in enumerate(["5", "10"])
        for b, kind in enumerate("MP")
    ]
    found = write_stacks(tmp_path, edits)
    by_kind = {kind: [s for s in found if s.description.endswith(kind)] for kind in "MP"}
    for series in by_kind.values():
        assert [place(s).label for s in series] == ["TE 5 ms", "TE 10 ms"]
        assert len({place(s).group for s in series}) == 1
    assert place(by_kind["M"][0]).group != place(by_kind["P"][0]).group


def test_directions_are_phases_of_their_b_value(tmp_path: Path):
    edits = [stacked(0, DiffusionBValue=0.0)]
    for n, direction in enumerate(([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])):
        edits.append(stacked(n + 1, DiffusionBValue=1000.0, DiffusionGradientOrientation=direction))
    found = write_stacks(tmp_path, edits)
    assert {place(s).axis for s in found} == {PhaseAxis.B_VALUE}
    assert {place(s).count for s in found} == {3}
    assert [place(s).label for s in found] == [
        "b 0",
        "b 1000 (0.00 1.00 0.00)",
        "b 1000 (1.00 0.00 0.00)",
    ]


def test_a_phase_that_lacks_a_slice_is_not_among_the_others(tmp_path: Path):
    edits = [stacked(n, EchoTime=str(5 * n + 5)) for n in range(3)]
    for n, edit in enumerate(edits):
        write_ct(tmp_path, ct_volume(seed=n), edit=edit, file_name=lambda k, n=n: f"{n}-{k}")
    (tmp_path / "1-3").unlink()
    (study,) = scan(tmp_path).studies
    assert [s.phase and s.phase.label for s in study.series] == ["TE 5 ms", None, "TE 15 ms"]
    assert "missing-slices" in codes(study.series[1])


def test_time_points_with_series_of_their_own_are_one_acquisition(tmp_path: Path):
    def point(n: int, **values: object) -> None:
        write_ct(
            tmp_path / str(n),
            series_uid=f"1.2.3.{n}",
            edit=stacked(n, SeriesNumber=8, AcquisitionTime=f"1015{20 - 5 * n:02d}", **values),
        )

    for n in range(3):
        point(n)
    point(4, SeriesDescription="another")
    (study,) = scan(tmp_path).studies
    labels = {s.series_uid: s.phase and s.phase.label for s in study.series}
    assert labels == {
        "1.2.3.0": "t 10 s",
        "1.2.3.1": "t 5 s",
        "1.2.3.2": "t 0 s",
        "1.2.3.4": None,
    }


def test_a_volume_alone_has_no_phase(tmp_path: Path):
    assert write_stacks(tmp_path, [stacked(0)])[0].phase is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("000001", 1.0),
        ("101502.25", 36902.25),
        ("10:15:02", 36902.0),
        ("20240102101502.5", 36902.5),
        ("1015", None),
        ("", None),
        ("ab1502", None),
    ],
)
def test_times_of_day(text: str, seconds: float | None):
    assert day_seconds(text) == seconds


@pytest.mark.parametrize(
    ("name", "b_value"), [("*ep_b800t", 800), ("ep_b50_800", 50), ("*fl3d1", None), ("*ep2d", None)]
)
def test_b_values_in_sequence_names(name: str, b_value: float | None):
    assert b_of_sequence(name) == b_value
