"""Which series of another study shows the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reader.core.geometry import VolumeGeometry
from reader.core.series_kind import ContrastPhase, SeriesClass, SeriesKind
from reader.core.study import Series, SeriesTags
from reader.session.comparing.matching import best_match

AXIAL = VolumeGeometry.from_spacing((30, 64, 64), (5, 1, 1))
SAGITTAL = VolumeGeometry(
    (30, 64, 64), np.array([[5, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1.0]])
)


def ct(uid: str, **changes: object) -> Series:
    series = Series(uid, "CT", "Chest", 1, AXIAL, (), category=SeriesClass.CT_SOFT_TISSUE)
    return replace(series, **changes)


def test_the_same_class_beats_the_same_words():
    lung = ct("lung", category=SeriesClass.CT_LUNG, description="Chest")
    soft = ct("soft", description="Thorax venous")
    assert best_match(ct("now"), [lung, soft]) is soft


def test_the_plane_and_the_phase_decide_between_series_of_one_class():
    now = ct("now", contrast_phase=ContrastPhase.PORTAL_VENOUS)
    native = ct("native", contrast_phase=ContrastPhase.NATIVE)
    venous = ct("venous", contrast_phase=ContrastPhase.PORTAL_VENOUS)
    across = replace(venous, series_uid="across", geometry=SAGITTAL)
    assert best_match(now, [native, across, venous]) is venous


def test_slices_as_thick_are_more_alike():
    thin = ct("thin", tags=SeriesTags(slice_thickness_mm=1.0))
    thick = ct("thick", tags=SeriesTags(slice_thickness_mm=5.0))
    assert best_match(ct("now", tags=SeriesTags(slice_thickness_mm=1.2)), [thick, thin]) is thin
    assert best_match(ct("now", tags=SeriesTags(slice_thickness_mm=4.0)), [thin, thick]) is thick


def test_what_cannot_be_compared_is_no_match():
    scout = ct("scout", category=SeriesClass.LOCALIZER)
    mr = ct("mr", modality="MR", category=SeriesClass.MR_T1)
    film = ct("film", kind=SeriesKind.IMAGES)
    colored = ct("colored", is_color=True)
    assert best_match(ct("now"), [scout, mr, film, colored]) is None


def test_radiographs_are_one_modality_and_match_by_view():
    def film(uid: str, modality: str, view: str, side: str = "") -> Series:
        tags = SeriesTags(view_position=view, laterality=side)
        return Series(
            uid, modality, "", 1, AXIAL, (), tags=tags,
            kind=SeriesKind.IMAGES, category=SeriesClass.RADIOGRAPH,
        )  # fmt: skip

    front, lateral = film("front", "CR", "PA"), film("lateral", "CR", "LL")
    assert best_match(film("now", "DX", "PA"), [lateral, front]) is front
    assert best_match(film("now", "DX", "AP", "R"), [film("left", "DX", "AP", "L")]) is None
