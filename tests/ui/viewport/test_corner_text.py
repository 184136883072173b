"""What the corners say, in the words and numbers of the design."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowFunction, WindowLevel, WindowPreset
from reader.core.orientation import Plane
from reader.core.series_kind import (
    PhaseAxis,
    PhasePlace,
    SeriesClass,
    SeriesKind,
    SpacingSource,
)
from reader.core.study import (
    GeometryWarning,
    Patient,
    Series,
    SeriesTags,
    Study,
    WarningCode,
)
from reader.core.text import say
from reader.session.viewing.display import VoxelValue
from reader.session.viewing.resolve import Shown, resolve_viewport
from reader.session.viewing.units import ShownUnit
from reader.session.viewing.viewport_state import ViewportState
from reader.ui import tokens
from reader.ui.icons import Icons
from reader.ui.quantities import MINUS, NOT_MEASURED, THIN
from reader.ui.theme import Theme
from reader.ui.viewport.corner_drawing import draw_corners
from reader.ui.viewport.corner_text import (
    Corners,
    Hover,
    corner_lines,
    fitting,
    has_scale,
    image_words,
    phase_text,
    scale_remark,
)
from reader.ui.viewport.halo_text import HaloText
from reader.ui.viewport.readout import value_text
from reader.ui.viewport.sheet import Sheet
from tests.support.sessions import RESOURCES
from tests.support.volumes import volume_of

GEOMETRY = VolumeGeometry.from_spacing((10, 20, 30), (2.5, 0.7, 0.7), (-10.0, -7.0, -520.4))
PATIENT = Patient("Doe^Jane", "LIDC-0314", "F", "19500101", "063Y")
TAGS = SeriesTags(manufacturer="Philips", kvp=120.0, slice_thickness_mm=1.0)
LUNG = WindowPreset("lung", "Lung", WindowLevel(-600, 1500), "CT")


HU = ShownUnit(IntensityUnit.HU, 1.0, "HU")


def series(**changes) -> Series:
    made = Series("1.2", "CT", "Thorax 1.0", 3, GEOMETRY, (), IntensityUnit.HU, tags=TAGS)
    return replace(made, **changes)


def resolved(
    plane=Plane.AXIAL, window=LUNG.window, geometry=GEOMETRY, invert=False, unit=HU, **changes
):
    shown = Shown(
        series=series(geometry=geometry, **changes),
        volume=volume_of(np.zeros(geometry.shape_kji, np.int16), geometry),
        cursor_lps=tuple(float(v) for v in geometry.to_lps((4, 5, 6))),
        window=window,
        unit=unit,
        invert=invert,
        presets=(LUNG,),
        layers=None,
    )
    return resolve_viewport(ViewportState("v0", plane, "1.2"), shown)


def study(one: Series) -> Study:
    return Study("1", "CT chest", PATIENT, "20000101", (one,))


def corners(view, hover=None, hide_identity=False, shows_ai=False, reading=None) -> Corners:
    return corner_lines(view, study(view.series), hover, 2.04, hide_identity, shows_ai, reading)


def texts(lines) -> list[str]:
    return [line.text for line in lines]


def test_the_four_corners_of_a_chest_ct():
    said = corners(resolved())
    assert texts(said.top_left) == ["Axial", "Doe^Jane · LIDC-0314", "Female, 63 years"]
    assert said.top_left[0].square == tokens.PLANE_COLORS[Plane.AXIAL]
    assert texts(said.top_right) == [
        "CT chest · 2000-01-01", "Thorax 1.0", f"Philips · 120{THIN}kV", "Lossless",
    ]  # fmt: skip
    assert texts(said.bottom_left) == [f"Lung  W 1500  L {MINUS}600", "Zoom 2.0×"]
    assert texts(said.bottom_right) == [
        "Slice 6 / 10", f"1.0{THIN}mm · z {MINUS}510.4{THIN}mm",
    ]  # fmt: skip


def test_reformatted_planes_count_rows_and_columns():
    assert texts(corners(resolved(Plane.CORONAL)).bottom_right) == [
        "Row 6 / 20", f"0.7{THIN}mm · y {MINUS}3.5{THIN}mm",
    ]  # fmt: skip
    assert texts(corners(resolved(Plane.SAGITTAL)).bottom_right)[0] == "Column 7 / 30"


def test_a_window_without_a_name_and_an_inverted_picture():
    said = corners(resolved(window=WindowLevel(290, 600), invert=True))
    assert texts(said.bottom_left)[0] == "W 600  L 290  inverted"
    narrow = corners(resolved(window=WindowLevel(2.5, 5)))
    assert texts(narrow.bottom_left)[0] == "W 5.00  L 2.50"


def test_what_is_under_the_pointer_comes_on_top_so_that_nothing_moves():
    hover = Hover((-57.4, 131.2, -520.4), VoxelValue((-642.0,), HU))
    said = texts(corners(resolved(), hover).bottom_left)
    assert said[0] == f"{MINUS}642{THIN}HU"
    assert said[1] == f"x {MINUS}57.4  y 131.2  z {MINUS}520.4{THIN}mm"
    assert said[2:] == texts(corners(resolved()).bottom_left)
    beside = texts(corners(resolved(), replace(hover, value=None)).bottom_left)
    assert beside == said[1:]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-0.2, HU, f"0{THIN}HU"),
        (2.345, ShownUnit(IntensityUnit.SUV_BW, 0.001, "SUVbw"), f"2.35{THIN}SUVbw"),
        (12345.6, ShownUnit(IntensityUnit.BQ_PER_ML, 1.0, "Bq/ml"), f"12346{THIN}Bq/ml"),
        (312.0, ShownUnit(), "312"),
        (0.1234, ShownUnit(), "0.123"),
        (123.45, ShownUnit(), "123.5"),
        (0.00123, ShownUnit(word="mm2/s"), f"0.001230{THIN}mm2/s"),
        (float("nan"), ShownUnit(), NOT_MEASURED),
    ],
)
def test_values_have_as_many_places_as_their_unit_deserves(value, unit, text):
    assert value_text(VoxelValue((value,), unit)) == text


def test_a_colour_is_red_green_and_blue():
    assert value_text(VoxelValue((12.0, 200.0, 3.0), ShownUnit())) == "R 12  G 200  B 3"


def test_a_hidden_identity_leaves_age_and_sex():
    said = corners(resolved(), hide_identity=True)
    assert texts(said.top_left) == ["Axial", "Identity hidden", "Female, 63 years"]
    assert not any(
        part in line
        for line in texts((*said.top_left, *said.top_right))
        for part in ("Doe", "0314", "2000")
    )


@pytest.mark.parametrize(
    ("sex", "age", "line"),
    [
        ("M", "", ["Male"]),
        ("", "007M", ["7 months"]),
        ("", "", []),
        ("X", "old", []),
        ("O", "003D", ["Sex: other, 3 days"]),
    ],
)
def test_sex_and_age_as_far_as_they_are_known(sex, age, line):
    view = resolved()
    known = replace(study(view.series), patient=Patient("", "7", sex, "", age))
    said = corner_lines(view, known, None, 1.0, False, False, None)
    assert texts(said.top_left)[2:] == line


def test_an_oblique_plane_says_so():
    turn = np.radians(20)
    affine = np.eye(4)
    affine[:3, :3] = np.array(
        [[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]]
    )[:, ::-1]
    view = resolved(geometry=VolumeGeometry((10, 20, 30), affine))
    assert corners(view).top_left[0].text == "Axial oblique"


def test_without_spacing_no_length_is_shown_and_amber_text_says_why():
    warning = GeometryWarning(WarningCode.NO_SPACING, say("No spacing in the header."))
    view = resolved(warnings=(warning,))
    said = corners(view)
    assert not has_scale(view)
    assert texts(said.bottom_right) == ["Slice 6 / 10"]
    assert said.top_right[-1].text == "Measured in pixels"
    assert said.top_right[-1].lettering.color == tokens.WARNING
    assert has_scale(resolved())


def test_lossy_compression_is_amber():
    said = corners(resolved(tags=replace(TAGS, lossy=True)))
    assert said.top_right[-1].text == "Lossy compression"
    assert said.top_right[-1].lettering.color == tokens.WARNING


def test_reading_and_ai_have_their_lines():
    said = corners(resolved(), shows_ai=True, reading=say("Reading, {percent}", percent="45 %"))
    assert texts(said.top_right)[-2:] == ["Reading, 45 %", "AI: dashed outline"]
    assert said.top_right[-1].lettering.color == tokens.AI


@pytest.fixture
def theme() -> Theme:
    return Theme(Icons(RESOURCES / "icons"))


WARNED = {"warnings": (GeometryWarning(WarningCode.GANTRY_TILT, say("Tilted.")),)}


def test_a_small_pane_says_plane_slice_and_warning_only(theme):
    small = fitting(corners(resolved(**WARNED)), 520, 474, theme)
    assert texts(small.top_left) == ["Axial"]
    assert texts(small.top_right) == ["Tilted"]
    assert small.bottom_left == ()
    assert texts(small.bottom_right) == ["Slice 6 / 10"]


def test_lines_leave_from_the_far_end_and_warnings_last(theme):
    said = corners(resolved(**WARNED))
    assert fitting(said, 950, 950, theme) == said
    low = fitting(said, 950, 44 * 2 + 18 * 4, theme)
    assert texts(low.top_left) == ["Axial", "Doe^Jane · LIDC-0314"]
    assert texts(low.top_right) == ["CT chest · 2000-01-01", "Tilted"]
    lowest = fitting(said, 950, 60, theme)
    assert texts(lowest.top_right) == ["Tilted"]
    assert texts(lowest.bottom_right) == ["Slice 6 / 10"]


FILM = {
    "kind": SeriesKind.IMAGES,
    "category": SeriesClass.MAMMOGRAM,
    "spacing_source": SpacingSource.DETECTOR,
    "tags": replace(TAGS, laterality="L", view_position="MLO"),
}


def test_a_film_names_its_view_and_counts_images_and_has_no_plane():
    said = corners(resolved(**FILM))
    assert said.top_left[0].text == "Mammogram · L MLO"
    assert said.top_left[0].square is None
    assert texts(said.bottom_right) == ["Image 5 / 10"]
    assert said.top_right[-1].text == "Spacing at detector"
    assert scale_remark(resolved(**FILM)) == "at the detector"
    assert scale_remark(resolved()) == ""


def test_a_film_beside_its_prior_says_first_whose_it_is(theme):
    view = resolved(**FILM)
    side = say("Prior")
    said = corner_lines(view, study(view.series), None, 1.0, False, False, None, side)
    assert texts(said.top_left)[:2] == ["Prior", "L MLO"]
    narrow = fitting(said, 240, 320, theme)
    assert texts(narrow.top_left) == ["Prior", "L MLO"]


def test_small_panes_say_which_of_several_series_they_show(theme):
    view = resolved()
    alone = corners(view)
    assert texts(fitting(alone, 400, 400, theme).top_left) == ["Axial"]
    both = replace(study(view.series), series=(view.series, replace(view.series, series_uid="9")))
    beside = corner_lines(view, both, None, 1.0, False, False, None)
    small = fitting(beside, 400, 400, theme)
    assert texts(small.top_left) == ["Axial", "Thorax 1.0"]
    assert small.top_left[1].spans
    assert texts(fitting(beside, 950, 950, theme).top_right) == texts(alone.top_right)


def test_nothing_is_written_over_the_words_of_a_screen(theme):
    shot = {**FILM, "category": SeriesClass.CAPTURE}
    said = fitting(corners(resolved(**shot)), 1200, 900, theme)
    assert len(said.top_left) == 1
    assert said.bottom_left == ()
    assert len(fitting(corners(resolved(**FILM)), 1200, 900, theme).top_left) > 1


def test_the_name_of_a_series_leaves_room_for_what_to_beware_of(theme):
    codes = (WarningCode.GANTRY_TILT, WarningCode.NO_SPACING)
    view = resolved(warnings=tuple(GeometryWarning(code, say("A sentence.")) for code in codes))
    both = replace(study(view.series), series=(view.series, replace(view.series, series_uid="9")))
    small = fitting(corner_lines(view, both, None, 1.0, False, False, None), 400, 400, theme)
    assert len(small.top_right) == 2
    assert not small.top_left[1].spans


@pytest.mark.parametrize(("toward", "lean"), [("A", -1), ("P", 1), ("", 0)])
def test_nothing_is_written_over_a_breast_that_keeps_to_its_side(theme, toward, lean):
    tags = replace(FILM["tags"], patient_orientation=(toward, "F"))
    view = resolved(**{**FILM, "tags": tags})
    assert view.lean == lean
    for size in ((950, 950), (400, 400)):
        fitted = fitting(corners(view), *size, theme)
        assert bool(fitted.top_left) == (lean >= 0)
        assert bool(fitted.bottom_right) == (lean <= 0)
    side = fitted.top_right if lean < 0 else fitted.top_left
    assert side[0].text == "Mammogram · L MLO"


def test_small_panes_say_each_warning_on_a_line_of_its_own(theme):
    small = fitting(corners(resolved(**WARNED)), 400, 400, theme)
    assert all(" · " not in line.text for line in small.top_right)
    assert "Tilted" in texts(small.top_right)


def test_long_names_and_titles_leave_number_and_date_in_sight():
    patient = replace(PATIENT, name="Oppenheimer zu Schwarzenberg, Maximiliane")
    study = Study("1", "CT abdomen and pelvis with contrast", patient, "20000101", ())
    said = corner_lines(resolved(), study, None, 1.0, False, False, None)
    assert texts(said.top_left)[1:3] == [patient.name, "LIDC-0314"]
    assert texts(said.top_right)[:2] == [study.description, "2000-01-01"]


def test_what_is_under_the_pointer_in_a_film_is_a_column_and_a_row():
    view = resolved(**FILM)
    x, y, z = view.geometry.to_lps(7, 11)
    hover = Hover((float(x), float(y), float(z)), None)
    assert texts(corners(view, hover).bottom_left)[0] == "Column 11  row 7"
    beside = Hover((float(x) - 1000.0, float(y), float(z)), None)
    assert not any("Column" in line for line in texts(corners(view, beside).bottom_left))


def test_a_cine_counts_frames():
    view = resolved(kind=SeriesKind.CINE)
    assert texts(corners(view).bottom_right) == ["Frame 5 / 10"]
    assert image_words(view.series) == "Cine"


def test_a_phase_says_what_it_is_and_which():
    phase = PhasePlace("g", 2, 4, PhaseAxis.B_VALUE, "b 800")
    assert phase_text(phase) == "b 800 · 3 / 4"
    assert phase_text(replace(phase, label="")) == "3 / 4"
    assert "b 800 · 3 / 4" in texts(corners(resolved(phase=phase)).bottom_right)


def test_windows_are_told_in_the_unit_shown():
    unit = ShownUnit(IntensityUnit.SUV_BW, 0.001, "SUVbw")
    said = corners(resolved(window=WindowLevel(2500, 5000), unit=unit, invert=True))
    assert texts(said.bottom_left)[0] == "W 5.00  L 2.50  SUVbw  inverted"


def test_the_headers_own_window_says_its_name_and_curve():
    curved = WindowLevel(2048, 4096, WindowFunction.SIGMOID, None, "HARDER")
    assert texts(corners(resolved(window=curved)).bottom_left)[0] == (
        "HARDER  W 4096  L 2048  sigmoid"
    )


def test_a_film_whose_low_values_are_white_is_not_called_inverted():
    tags = replace(TAGS, low_is_white=True)
    assert "inverted" not in texts(corners(resolved(tags=tags, invert=True)).bottom_left)[0]
    assert "inverted" in texts(corners(resolved(tags=tags)).bottom_left)[0]


def test_badges_are_short_amber_and_each_said_once_but_oblique_is_calm():
    warned = tuple(
        GeometryWarning(code, say("A sentence."))
        for code in (
            WarningCode.LOSSY, WarningCode.OBLIQUE, WarningCode.SPLIT, WarningCode.UNEVEN_SPACING,
            WarningCode.UNEVEN_SPACING, WarningCode.GANTRY_TILT, WarningCode.DUPLICATE_POSITION,
        )
    )  # fmt: skip
    said = corners(resolved(warnings=warned)).top_right
    assert texts(line for line in said if line.is_warning) == [
        "Lossy · uneven spacing · tilted",
        "Duplicates",
    ]
    calm = next(line for line in said if line.text == "Split")
    assert calm.lettering.color != tokens.WARNING
    assert not any("oblique" in text.lower() for text in texts(said))


def test_a_number_that_has_no_room_leaves_its_word_and_is_not_cut(qapp, theme):
    said = corners(resolved(Plane.SAGITTAL))
    text, sheet = HaloText(theme), Sheet(1.0)
    drawn = []
    text.draw_right = lambda _sheet, _right, _top, words, _look: drawn.append(words)
    for width in (600, 240):
        drawn.clear()
        draw_corners(sheet, text, theme, said, QRectF(0, 0, width, 240), width - 10.0)
        assert ("7 / 30" if width == 240 else "Column 7 / 30") in drawn
