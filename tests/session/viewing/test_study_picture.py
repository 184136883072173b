"""The picture of a study shows its middle as it is read: upright, in colour, never inverted."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from reader.core.geometry import VolumeGeometry
from reader.core.intensity import WindowLevel
from reader.core.series_kind import SeriesKind
from reader.core.study import Series, SeriesTags
from reader.core.volume import Volume
from reader.session.viewing.study_picture import THUMBNAIL_PX, study_picture

WINDOW = WindowLevel(500.0, 1000.0)


def of(voxels: np.ndarray, kind: SeriesKind, spacing=(1.0, 1.0, 1.0), **tags: object) -> np.ndarray:
    """The picture of voxels, BGR."""
    geometry = VolumeGeometry.from_spacing(voxels.shape[:3], spacing, (0.0, 0.0, 0.0))
    series = Series("1.2", "CT", "", 1, geometry, (), tags=SeriesTags(**tags), kind=kind)
    volume = Volume("1.2", np.ascontiguousarray(voxels), geometry)
    png = study_picture(replace(series, is_color=volume.is_color), volume, WINDOW)
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape[:2] == THUMBNAIL_PX[::-1]
    return picture


@pytest.mark.parametrize("kind", [SeriesKind.VOLUME, SeriesKind.CINE, SeriesKind.IMAGES])
def test_the_middle_slice_is_shown_in_its_window(kind: SeriesKind):
    voxels = np.zeros((5, 40, 52), np.int16)
    voxels[2] = 1000
    assert of(voxels, kind).min() >= 250


def test_colours_are_kept():
    voxels = np.zeros((1, 40, 52, 3), np.uint8)
    voxels[..., 0] = 200
    assert of(voxels, SeriesKind.IMAGES)[100, 100].tolist() == [0, 0, 200], "red, as OpenCV has it"


def test_a_film_whose_small_values_are_white_is_shown_so():
    dark_is_high = np.full((1, 40, 52), 1000, np.int16)
    assert of(dark_is_high, SeriesKind.IMAGES, low_is_white=True).max() <= 5
    assert of(dark_is_high, SeriesKind.IMAGES).min() >= 250


def test_oblong_pixels_are_shown_at_their_true_aspect():
    voxels = np.zeros((1, 100, 100), np.int16)
    voxels[0, 40:60, 45:55] = 1000  # 20 rows of 1 mm, 10 columns of 2 mm: a square
    bright = of(voxels, SeriesKind.IMAGES, (1.0, 1.0, 2.0))[..., 0] > 127
    high, wide = bright.any(axis=1).sum(), bright.any(axis=0).sum()
    assert abs(int(high) - int(wide)) <= 2
