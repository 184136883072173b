"""How a study first comes on screen: the series worth most, a window that fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import IntensityUnit, WindowFunction, WindowLevel, WindowPreset
from reader.core.orientation import Plane
from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import Patient, Series, SeriesTags, Study
from reader.core.volume import Volume
from reader.session.viewing.hanging import (
    choose_series,
    choose_study,
    choose_window,
    header_windows,
    is_inverted_at_first,
    leading_plane,
)

LUNG = WindowPreset("lung", "Lung", WindowLevel(-600, 1500), "CT")
SOFT = WindowPreset("mediastinum", "Mediastinum", WindowLevel(40, 400), "CT")


def series(uid: str, slices: int = 10, measurable: bool = True, **tags) -> Series:
    grid = VolumeGeometry.from_spacing((slices, 4, 4), (1, 1, 1))
    return Series(
        uid, "CT", "", 1, grid, (), IntensityUnit.HU,
        tags=SeriesTags(**tags), measurable=measurable,
    )  # fmt: skip


def volume(of: Series, unit=IntensityUnit.HU, windows=()) -> Volume:
    voxels = np.zeros(of.geometry.shape_kji, np.int16)
    voxels[of.geometry.shape_kji[0] // 2] = np.arange(16).reshape(4, 4) + 100
    return Volume(of.series_uid, voxels, of.geometry, unit, windows)


def first(*candidates: Series) -> str | None:
    chosen = choose_series(Study("1", "", Patient(), "", candidates))
    return chosen.series_uid if chosen else None


def test_the_series_with_most_slices_is_shown_first():
    assert first(series("a", 5), series("b", 50), series("c", 20)) == "b"
    assert first() is None


def test_a_localizer_and_what_cannot_be_measured_come_last():
    scout = series("scout", 90, image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"))
    gaps = series("gaps", 60, measurable=False)
    assert first(scout, gaps, series("plain", 3)) == "plain"
    assert first(scout, gaps) == "gaps"
    assert first(scout) == "scout"


@pytest.mark.parametrize(
    ("about", "window"),
    [
        ((SeriesClass.CT_LUNG, "CHEST"), LUNG.window),
        ((SeriesClass.CT_LUNG, "THORAX-ABDOMEN"), LUNG.window),
        ((SeriesClass.CT_SOFT_TISSUE, "CHEST"), WindowLevel(1, 2)),
        ((SeriesClass.CT_OTHER, "CHEST"), WindowLevel(1, 2)),
        ((SeriesClass.CT_LUNG, "HEAD"), WindowLevel(1, 2)),
        ((SeriesClass.CT_OTHER, ""), WindowLevel(1, 2)),
    ],
)
def test_a_chest_ct_with_a_sharp_kernel_is_lung_and_others_are_as_their_header_says(about, window):
    category, body_part = about
    of = replace(series("a", body_part=body_part), category=category)
    shown = choose_window(of, volume(of, windows=(WindowLevel(1, 2),)), (SOFT, LUNG))
    assert shown == window


def test_the_description_may_speak_of_the_chest_too():
    of = replace(series("a"), description="Lung 1.0 B70f")
    assert choose_window(of, volume(of), (SOFT, LUNG)) == LUNG.window


def test_a_smooth_chest_ct_without_a_window_is_mediastinum_and_an_unknown_one_lung():
    of = series("a", body_part="CHEST")
    smooth = replace(of, category=SeriesClass.CT_SOFT_TISSUE)
    assert choose_window(smooth, volume(of), (LUNG, SOFT)) == SOFT.window
    assert choose_window(of, volume(of), (LUNG, SOFT)) == LUNG.window


def test_a_ct_without_a_window_gets_its_first_preset():
    of = series("a")
    assert choose_window(of, volume(of), (SOFT, LUNG)) == SOFT.window


def test_values_without_a_unit_speak_for_themselves():
    of = series("a")
    unread = choose_window(of, volume(of, IntensityUnit.ARBITRARY), (), is_whole=False)
    assert (unread.lower, unread.upper) == pytest.approx((100, 115), abs=0.1)
    whole = choose_window(of, volume(of, IntensityUnit.ARBITRARY), ())
    assert whole.lower == 0


@pytest.mark.parametrize(
    "other",
    [
        {"category": SeriesClass.LOCALIZER},
        {"category": SeriesClass.CAPTURE},
        {"category": SeriesClass.DERIVED},
        {"category": SeriesClass.MR_ADC},
        {"kind": SeriesKind.IMAGES},
        {"variant": "straight"},
    ],
)
def test_an_original_volume_comes_before_what_was_made_of_it(other):
    assert first(replace(series("many", 500), **other), series("few", 3)) == "few"


def test_a_lone_capture_is_shown_all_the_same():
    assert first(replace(series("a"), category=SeriesClass.CAPTURE)) == "a"


@pytest.mark.parametrize(
    ("modality", "low_is_white", "is_color", "inverted"),
    [
        ("CT", False, False, False),
        ("DX", True, False, True),
        ("PT", False, False, True),
        ("PT", True, False, False),
        ("PT", False, True, False),
    ],
)
def test_films_and_pet_are_turned_round_by_their_own_custom(
    modality, low_is_white, is_color, inverted
):
    about = replace(series("a", low_is_white=low_is_white), modality=modality, is_color=is_color)
    assert is_inverted_at_first(about) is inverted


def test_a_film_without_a_window_is_shown_without_its_borders():
    of = replace(series("film"), modality="DX", kind=SeriesKind.IMAGES)
    voxels = np.full(of.geometry.shape_kji, 4095, np.int16)
    voxels[:, 1:3, 1:3] = np.arange(40).reshape(10, 2, 2)
    window = choose_window(of, Volume("film", voxels, of.geometry), ())
    assert window.upper < 40


@pytest.mark.parametrize(("stored", "is_followed"), [((2725, 5310), False), ((33000, 900), True)])
def test_a_window_that_shows_nothing_of_a_film_is_not_taken(
    stored: tuple[float, float], is_followed: bool
):
    """Its header speaks of signed values, which were stored as unsigned ones."""
    of = replace(
        series("film"),
        modality="DX",
        kind=SeriesKind.IMAGES,
        geometry=VolumeGeometry.from_spacing((1, 40, 40), (1, 1, 1)),
    )
    voxels = np.linspace(32744, 46163, 1600).astype(np.uint16).reshape(1, 40, 40)
    header = WindowLevel(*stored)
    window = choose_window(of, Volume("film", voxels, of.geometry, windows=(header,)), ())
    assert (window == header) == is_followed
    assert window.upper > 32744


def test_colour_needs_no_window_and_its_values_are_not_looked_at():
    of = replace(series("us"), is_color=True)
    colour = Volume("us", np.zeros((10, 4, 4, 3), np.uint8), of.geometry)
    assert choose_window(of, colour, (SOFT,)).width == 255


def test_a_ct_that_its_preset_would_show_black_is_shown_by_its_values():
    of = series("a")
    dark = replace(volume(of), voxels=np.full(of.geometry.shape_kji, -1000, np.int16))
    assert choose_window(of, dark, (SOFT,)).upper < -900


def test_a_map_of_fractions_is_not_shown_black_and_white():
    of = replace(series("map"), modality="OT")
    fractions = np.linspace(0, 1, 160, dtype=np.float32).reshape(of.geometry.shape_kji)
    asked = WindowLevel(0.5, 1.0, WindowFunction.LINEAR)
    made = Volume("map", fractions, of.geometry, windows=(asked, asked))
    assert header_windows(of, made) == (WindowLevel(0.5, 1.0),)
    assert choose_window(of, made, ()) == WindowLevel(0.5, 1.0)
    assert header_windows(of, replace(made, voxels=fractions.astype(np.int16))) == (asked,)


def test_of_ct_and_pet_with_as_many_slices_ct_comes_first():
    assert first(replace(series("pet"), modality="PT"), series("ct")) == "ct"


def test_what_is_named_as_a_label_map_is_shown_last_and_counts_for_nothing():
    def file(name: str, slices: int, modality: str = "OT") -> Series:
        return replace(series(name, slices), description=name, format="nifti", modality=modality)

    assert first(file("brainmask", 90), file("study1_FLAIR", 20)) == "study1_FLAIR"
    assert first(file("heart", 90), file("ct_cropped", 20, "CT")) == "ct_cropped"
    assert first(file("example_seg", 90)) == "example_seg"
    assert first(file("Segovia", 90), file("t1", 20)) == "Segovia"
    labels = Study("l", "", Patient(), "", (file("seg_1", 90), file("seg_2", 90)))
    images = Study("i", "", Patient(), "", (file("t1", 20),))
    assert choose_study((labels, images)) is images
    assert choose_study((labels,)) is labels
    older, newer = (Study(d, "", Patient(), d, (file("t1", 20),)) for d in ("20230101", "20240101"))
    assert choose_study((older, newer)) is newer


def test_thick_slices_lead_in_their_own_plane_and_fine_volumes_in_the_axial():
    sagittal = np.array([[3.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
    assert leading_plane(VolumeGeometry((9, 8, 8), sagittal)) is Plane.SAGITTAL
    fine = sagittal.copy()
    fine[0, 0] = 1.0
    assert leading_plane(VolumeGeometry((9, 8, 8), fine)) is Plane.AXIAL
    assert leading_plane(None) is Plane.AXIAL
