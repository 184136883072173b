"""A CT is known by what it shows."""

import numpy as np
import pytest

from reader.imaging.regions.ct_regions import BodyRegion, profile_of
from reader.imaging.regions.hounsfield import metal_ml, peaks_of, shows_contrast
from reader.imaging.regions.organ_place import cut_faces_cm2, looks_mirrored, solid_sides_ml
from tests.support import bodies


@pytest.mark.parametrize(
    ("plane", "expected"),
    [
        (bodies.head(), BodyRegion.HEAD),
        (bodies.neck(), BodyRegion.NECK),
        (bodies.chest(), BodyRegion.CHEST),
        (bodies.abdomen(), BodyRegion.ABDOMEN),
        (bodies.pelvis(), BodyRegion.PELVIS),
        (bodies.legs(), BodyRegion.LIMB),
    ],
)
def test_each_region_is_told_from_the_others(plane, expected):
    assert profile_of(bodies.stack(plane)).lengths_mm == {expected: 80.0}


def test_a_trunk_is_told_slice_by_slice():
    lengths = profile_of(bodies.stack(bodies.pelvis(), bodies.abdomen(), bodies.chest())).lengths_mm
    assert lengths == {BodyRegion.PELVIS: 80, BodyRegion.ABDOMEN: 80, BodyRegion.CHEST: 80}


def test_shoulders_are_chest_and_no_pelvis():
    assert profile_of(bodies.stack(bodies.chest(), bodies.pelvis())).lengths_mm == {
        BodyRegion.CHEST: 160
    }


def test_a_chest_cut_out_of_its_body_is_a_chest():
    whole = bodies.stack(bodies.chest())
    inner = np.ascontiguousarray(whole.voxels[:, 30:66, 20:76])
    geometry = type(whole.geometry).from_spacing(inner.shape, (bodies.SPACING_MM,) * 3)
    assert set(profile_of(type(whole)("1", inner, geometry, whole.unit)).lengths_mm) == {
        BodyRegion.CHEST
    }


@pytest.mark.parametrize("value", [bodies.AIR, 0])
def test_nothing_is_of_no_region(value):
    empty = np.full((96, 96), value, np.int16)
    assert BodyRegion.CHEST not in profile_of(bodies.stack(empty)).lengths_mm


def test_the_liver_lies_on_the_right():
    right, left = (
        profile_of(bodies.stack(bodies.abdomen())),
        profile_of(bodies.stack(bodies.abdomen(liver_left=True))),
    )
    assert not looks_mirrored(right)
    assert looks_mirrored(left)
    assert solid_sides_ml(profile_of(bodies.stack(bodies.chest()))) is None


def test_air_and_tissue_are_found_where_they_are():
    volume = bodies.stack(bodies.chest())
    peaks = peaks_of(volume)
    assert peaks.air == pytest.approx(-1000, abs=10)
    assert peaks.tissue == pytest.approx(bodies.MUSCLE, abs=10)
    shifted = type(volume)("1", volume.voxels + np.int16(1024), volume.geometry, volume.unit)
    assert peaks_of(shifted).air is None


def test_metal_is_what_no_bone_reaches():
    plane = bodies.pelvis()
    assert metal_ml(bodies.stack(plane)) == 0
    plane[bodies.ellipse(20, 20, -100)] = 3071
    expected = np.count_nonzero(plane == 3071) * bodies.SLICES * 0.064
    assert metal_ml(bodies.stack(plane)) == pytest.approx(expected)


def test_a_bright_even_pool_is_contrast_and_bone_is_not():
    plane = bodies.chest()
    assert not shows_contrast(profile_of(bodies.stack(plane)))
    plane[bodies.ellipse(50, 70)] = 320
    assert shows_contrast(profile_of(bodies.stack(plane)))


def test_the_faces_a_mask_reaches_are_measured():
    mask = np.zeros((4, 4, 4), bool)
    mask[0, 1:3, 1:3] = True
    assert cut_faces_cm2(mask, (10.0, 10.0, 10.0)) == (4.0, 0.0, 0.0, 0.0, 0.0, 0.0)
