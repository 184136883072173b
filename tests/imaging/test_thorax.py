"""The synthetic thorax as a reader sees it: densities, sides, nodules and their truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from reader.core.cancel import Cancelled, CancelToken, Progress
from reader.core.errors import ReaderError
from reader.core.intensity import IntensityUnit
from reader.core.orientation import Plane, acquisition_plane
from reader.imaging.thorax.build import make_thorax
from reader.imaging.thorax.nodules import Attachment, NoduleKind
from tests.support.thorax import SMALL_KJI, medium_thorax, small_thorax


def around(thorax, lps_mm, radius_mm=3.0) -> np.ndarray:
    """HU within a small cube around a place."""
    geometry = thorax.volume.geometry
    center = np.array(geometry.nearest_voxel(lps_mm))
    reach = np.maximum(1, np.round(radius_mm / np.array(geometry.spacing_kji_mm))).astype(int)
    return thorax.volume.voxels[
        tuple(slice(c - r, c + r + 1) for c, r in zip(center, reach, strict=True))
    ]


def nodule_with(thorax, attachment):
    return next(n for n in thorax.nodules if n.attachment is attachment)


def test_it_is_a_ct_volume_with_the_head_up() -> None:
    volume = small_thorax().volume
    assert volume.voxels.dtype == np.int16
    assert volume.unit is IntensityUnit.HU
    assert acquisition_plane(volume.geometry) is Plane.AXIAL
    np.testing.assert_allclose(volume.geometry.center_lps_mm, 0, atol=1e-6)
    assert np.all(volume.geometry.directions == [[0, 0, 1], [0, 1, 0], [1, 0, 0]])
    assert not volume.voxels.flags.writeable


def test_the_field_of_view_stays_when_only_the_shape_is_given() -> None:
    small, medium = small_thorax().volume.geometry, medium_thorax().volume.geometry
    extent = [np.array(g.spacing_kji_mm) * g.shape_kji for g in (small, medium)]
    np.testing.assert_allclose(extent, [(300.0, 358.4, 358.4)] * 2)


def test_same_seed_same_voxels_other_seed_another_patient() -> None:
    first, again = small_thorax(), make_thorax(7, SMALL_KJI)
    np.testing.assert_array_equal(first.volume.voxels, again.volume.voxels)
    np.testing.assert_array_equal(first.lungs, again.lungs)
    assert first.nodules == again.nodules
    other = small_thorax(8)
    assert other.nodules != first.nodules
    assert np.mean(other.volume.voxels != first.volume.voxels) > 0.5


@pytest.mark.parametrize(
    ("organ", "lps_mm", "low", "high"),
    [
        ("air outside", (0, -165, 0), -1024, -985),
        ("trachea", (-2, 6, 84), -1000, -950),
        ("left lung", (75, 40, 45), -900, -790),
        ("right lung", (-100, 45, -20), -900, -790),
        ("left ventricle", (44, -26, -38), 30, 60),
        ("descending aorta", (24, 39, 0), 30, 55),
        ("liver", (-75, -10, -105), 45, 70),
        ("spleen", (95, 48, -112), 38, 65),
        ("stomach bubble", (52, -40, -108), -1000, -930),
        ("stomach fluid", (50, 0, -108), 0, 35),
        ("vertebral body", (0, 52, 5), 120, 330),
        ("fat in front of the heart", (0, -76, -20), -125, -60),
    ],
)
def test_organs_are_where_and_as_dense_as_they_should_be(organ, lps_mm, low, high) -> None:
    assert low <= float(np.median(around(medium_thorax(), lps_mm, 5.0))) <= high, organ


def test_there_are_two_lungs_each_on_its_side() -> None:
    thorax = medium_thorax()
    geometry = thorax.volume.geometry
    for label, sign in ((1, 1), (2, -1)):
        index = np.argwhere(thorax.lungs == label)
        x = geometry.to_lps(index)[:, 0]
        assert np.mean(np.sign(x) == sign) > 0.99
        litres = len(index) * geometry.voxel_volume_mm3 / 1e6
        assert 1.2 < litres < 3.5
        _, pieces = ndimage.label(ndimage.binary_opening(thorax.lungs == label))
        assert pieces == 1
    assert set(np.unique(thorax.lungs)) == {0, 1, 2}


def test_parenchyma_is_aerated_and_denser_behind() -> None:
    thorax = medium_thorax()
    inside = ndimage.binary_erosion(thorax.lungs > 0, iterations=3)
    values = thorax.volume.voxels[inside]
    assert -875 < np.median(values) < -820
    vessels = np.mean(values > -500)
    assert 0.03 < vessels < 0.10
    middle = inside.shape[1] // 2
    front, back = inside.copy(), inside.copy()
    front[:, middle:] = False
    back[:, : middle + 35] = False
    gradient = np.median(thorax.volume.voxels[back]) - np.median(thorax.volume.voxels[front])
    assert 10 < gradient < 60


def test_ribs_are_bone_on_both_sides_and_in_the_right_number() -> None:
    """A vertical line beside each spine, behind the lungs, crosses ten ribs or more."""
    thorax = medium_thorax()
    geometry = thorax.volume.geometry
    for x in (-72.0, 72.0):
        i = geometry.nearest_voxel((x, 0, 0))[2]
        behind = thorax.volume.voxels[:, geometry.nearest_voxel((0, 20, 0))[1] :, i]
        dense = (behind > 220).any(axis=1)
        crossings = int(np.sum(np.diff(dense.astype(int)) == 1) + dense[0])
        assert 9 <= crossings <= 14


def test_six_nodules_as_planned() -> None:
    nodules = medium_thorax().nodules
    planned = [20, 16, 12, 9, 7, 5.5]
    assert [n.diameter_mm for n in nodules] == pytest.approx(planned, abs=0.3)
    assert {n.attachment for n in nodules} == set(Attachment)
    assert {n.side for n in nodules} == {"left", "right"}
    assert sum(n.kind is NoduleKind.SOLID for n in nodules) == 5
    centers = np.array([n.center_lps_mm for n in nodules])
    apart = np.linalg.norm(centers[:, None] - centers, axis=-1) + 1e3 * np.eye(len(nodules))
    assert apart.min() > 30


def test_nodule_truth_is_measured_from_its_mask() -> None:
    thorax = medium_thorax()
    geometry = thorax.volume.geometry
    for nodule in thorax.nodules:
        mask = thorax.nodule_labels == nodule.label
        volume = mask.sum() * geometry.voxel_volume_mm3
        assert nodule.diameter_mm == pytest.approx((6 * volume / np.pi) ** (1 / 3))
        center = geometry.to_lps(np.argwhere(mask).mean(axis=0))
        np.testing.assert_allclose(nodule.center_lps_mm, center)
        assert ndimage.label(mask)[1] == 1
        lung = 1 if nodule.side == "left" else 2
        assert np.mean(thorax.lungs[mask] == lung) > 0.8


def test_nodules_are_as_dense_as_their_kind() -> None:
    thorax = medium_thorax()
    for nodule in thorax.nodules:
        mask = thorax.nodule_labels == nodule.label
        core = ndimage.binary_erosion(mask) if nodule.diameter_mm > 8 else mask
        mean = float(thorax.volume.voxels[core].mean())
        if nodule.kind is NoduleKind.SOLID:
            assert -260 < mean < 60
        else:
            assert -720 < mean < -300


def test_the_pleural_nodule_touches_the_chest_wall_and_the_others_do_not() -> None:
    thorax = medium_thorax()
    lungs = thorax.lungs > 0
    for nodule in thorax.nodules:
        mask = thorax.nodule_labels == nodule.label
        grown = ndimage.binary_dilation(mask, np.ones((3, 3, 3)))
        touches = bool(np.any(grown & ~lungs))
        assert touches == (nodule.attachment is Attachment.PLEURA), nodule


def longest_vessel_from(thorax, nodule, within_mm) -> float:
    """How far (mm) soft tissue in the lung leads away that begins near a nodule's surface."""
    mask = thorax.nodule_labels == nodule.label
    dense = (thorax.volume.voxels > -520) & (thorax.lungs > 0) & ~mask
    spacing = thorax.volume.geometry.spacing_kji_mm
    away = ndimage.distance_transform_edt(~mask, sampling=spacing)
    pieces, _ = ndimage.label(dense & (away < 14), np.ones((3, 3, 3)))
    touching = np.unique(pieces[(away > 0) & (away < within_mm) & dense])
    return max((float(away[pieces == p].max()) for p in touching if p), default=0.0)


def test_a_vessel_leads_on_from_the_nodule_on_a_vessel() -> None:
    thorax = medium_thorax()
    assert longest_vessel_from(thorax, nodule_with(thorax, Attachment.VESSEL), 3.0) > 8


def test_no_vessel_leads_to_a_nodule_that_touches_nothing() -> None:
    thorax = medium_thorax()
    alone = [n for n in thorax.nodules if n.attachment is Attachment.NONE]
    # Spicules of the largest may reach a vessel; haze cannot be told from a thin one here.
    plain = [n for n in alone if n.kind is NoduleKind.SOLID and n.diameter_mm < 15]
    assert len(plain) == 2
    for nodule in plain:
        assert longest_vessel_from(thorax, nodule, 2.0) < 5, nodule


def test_noise_is_stronger_through_the_shoulders() -> None:
    voxels = medium_thorax().volume.voxels
    geometry = medium_thorax().volume.geometry

    def noise(lps_mm) -> float:
        k, j, i = geometry.nearest_voxel(lps_mm)
        patch = voxels[k, j - 4 : j + 5, i - 4 : i + 5].astype(float)
        return float((patch - ndimage.uniform_filter(patch, 5)).std())

    chest = np.mean([noise((40, -26, z)) for z in (-44, -38, -32)])
    shoulders = np.mean([noise((x, 48, 144)) for x in (-110, 110)])
    outside = np.mean([noise((x, -160, 0)) for x in (-40, 0, 40)])
    assert 6 < chest < 40
    assert outside < chest < shoulders * 1.5


def test_progress_runs_to_the_end_and_never_back() -> None:
    seen: list[Progress] = []
    make_thorax(7, SMALL_KJI, report=seen.append)
    fractions = [p.fraction for p in seen]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert len({p.stage.template for p in seen}) == 4


@pytest.mark.parametrize("steps", [1, 9, 14])
def test_it_stops_when_asked(steps) -> None:
    cancel = CancelToken()
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == steps:
            cancel.cancel()

    with pytest.raises(Cancelled):
        make_thorax(7, SMALL_KJI, report=report, cancel=cancel)
    assert len(seen) == steps


def test_a_grid_without_lungs_is_refused_in_plain_words() -> None:
    with pytest.raises(ReaderError, match="no room"):
        make_thorax(7, (8, 64, 64), (2.0, 1.0, 1.0))
