"""The training data: deterministic, within its stated ranges, targets where nodules are."""

from __future__ import annotations

import numpy as np
import pytest

from reader.inference.chest_ct.preprocess import SPACING_MM
from reader.training.chest_ct.cases import CASES, HELD_OUT_FOLDER, PROCEDURAL_SHARE
from reader.training.chest_ct.hosts import (
    KnownLesion,
    host_from_arrays,
    load_host,
    make_host,
    save_host,
)
from reader.training.chest_ct.imaging_chain import degrade
from reader.training.chest_ct.nodules import (
    LARGEST_MM,
    SMALLEST_MM,
    NoduleKind,
    draw_diameter_mm,
    draw_kind,
    insert_nodule,
    insert_plate,
    insert_tube,
)
from reader.training.chest_ct.patches import PATCH_VOXELS, make_patch
from reader.training.chest_ct.procedural import procedural_host
from tests.support.chest import chest_volume


@pytest.fixture(scope="module")
def host():
    return procedural_host(5)


def lung_box(size: int = 48) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (-850 + 10 * rng.standard_normal((size,) * 3)).astype(np.float32)


def test_diameters_are_log_uniform_with_more_small_ones():
    rng = np.random.default_rng(1)
    sizes = np.array([draw_diameter_mm(rng) for _ in range(4000)])
    assert sizes.min() >= SMALLEST_MM
    assert sizes.max() <= LARGEST_MM
    # 35 % are drawn from 4 to 8 mm, and so is the share log 2 / log 7.5 of the rest.
    assert np.mean(sizes < 8) == pytest.approx(0.35 + 0.65 * np.log(2) / np.log(7.5), abs=0.03)


def test_kinds_come_in_the_stated_shares():
    rng = np.random.default_rng(2)
    kinds = [draw_kind(rng) for _ in range(4000)]
    for kind, share in zip(NoduleKind, (0.66, 0.16, 0.18), strict=True):
        assert kinds.count(kind) / len(kinds) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("diameter", [5.0, 9.0, 20.0])
def test_a_solid_nodule_has_about_its_volume_and_brightness(diameter):
    shares, brightness = [], []
    for seed in range(12):
        hu = lung_box()
        center = np.array([24.3, 23.8, 24.1])
        args = (center, diameter, NoduleKind.SOLID, SPACING_MM)
        before = hu.copy()
        nodule = insert_nodule(np.random.default_rng(seed), hu, *args)
        assert (hu >= before - 1e-3).all()
        inside = np.count_nonzero(hu > -425) * SPACING_MM**3
        shares.append(inside / (np.pi / 6 * diameter**3))
        brightness.append(hu[24, 24, 24])
        assert nodule.visible_share > 0.5
    assert 0.7 < np.median(shares) < 1.9
    assert -150 < np.median(brightness) < 150


def test_a_nodule_in_the_wall_does_not_show():
    hu = np.full((48, 48, 48), 40, np.float32)
    center = np.array([24.0, 24.0, 24.0])
    nodule = insert_nodule(
        np.random.default_rng(0), hu, center, 10.0, NoduleKind.GROUND_GLASS, SPACING_MM
    )
    assert nodule.visible_share == 0


@pytest.mark.parametrize("insert", [insert_tube, insert_plate])
def test_distractors_change_the_box_and_only_brighten(insert):
    changed = 0
    for seed in range(8):
        hu = lung_box()
        before = hu.copy()
        insert(np.random.default_rng(seed), hu, SPACING_MM)
        assert (hu >= before - 1e-3).all()
        changed += int((hu > before + 100).any())
    assert changed >= 6


def test_the_imaging_chain_keeps_densities_about_right():
    rng = np.random.default_rng(4)
    means = [degrade(rng, lung_box(24)).mean() for _ in range(30)]
    assert np.mean(means) == pytest.approx(-850, abs=15)


def test_procedural_lungs_are_the_same_again_and_plausible(host):
    again = procedural_host(5)
    assert np.array_equal(host.hu, again.hu)
    assert not np.array_equal(host.hu, procedural_host(6).hu)
    litres = np.count_nonzero(host.lung) * SPACING_MM**3 / 1e6
    assert 0.8 < litres < 2.5
    assert -930 < np.median(host.hu[host.lung]) < -750
    assert len(host.vessel_places) > 1000
    assert len(host.wall_places) > 1000


def test_a_patch_is_the_same_for_the_same_generator(host):
    one, two = (make_patch(np.random.default_rng((9, 1)), [host], [1.0]) for _ in range(2))
    assert np.array_equal(one.image, two.image)
    assert np.array_equal(one.heat, two.heat)
    other = make_patch(np.random.default_rng((9, 2)), [host], [1.0])
    assert not np.array_equal(one.image, other.image)


def test_patches_hold_what_they_promise(host):
    rng = np.random.default_rng(11)
    patches = [make_patch(rng, [host], [1.0]) for _ in range(80)]
    counts = np.array([len(p.nodules) for p in patches])
    assert 0.25 < np.mean(counts == 0) < 0.6
    for patch in patches:
        assert patch.image.shape == (PATCH_VOXELS,) * 3
        assert patch.heat.shape == (PATCH_VOXELS // 2,) * 3
        assert patch.image.min() >= 0
        assert patch.image.max() <= 1
        shown = [n for n in patch.nodules if n.visible_share >= 0.35]
        if not shown:
            assert patch.heat.max() == 0
            continue
        peak = np.array(np.unravel_index(np.argmax(patch.heat), patch.heat.shape)) * 2 + 0.5
        inside = [n for n in shown if all(0 < c < PATCH_VOXELS for c in n.center)]
        if inside:
            nearest = min(np.linalg.norm(peak - n.center) for n in inside)
            assert nearest < 2.5


def test_every_lesion_weighs_the_same_whatever_its_size(host):
    rng = np.random.default_rng(12)
    totals = []
    for _ in range(120):
        patch = make_patch(rng, [host], [1.0])
        middle = len(patch.nodules) == 1 and all(14 < c < 34 for c in patch.nodules[0].center)
        if middle and patch.nodules[0].visible_share >= 0.35:
            positive = patch.heat > 0.1
            totals.append(float(patch.weight[positive].astype(np.float64).sum()))
    assert len(totals) > 5
    assert np.allclose(totals, 20.0, rtol=0.05)


def test_nothing_is_learnt_at_known_lesions(host):
    lesion = KnownLesion(tuple(host.geometry.center_lps_mm), 25.0)
    marked = host_from_arrays("marked", host.hu, host.lung, host.geometry, (lesion,))
    index = np.array(host.hu.shape) // 2
    assert marked.ignored[tuple(index)]
    places = np.concatenate((marked.open_places, marked.vessel_places))
    away = np.linalg.norm((places - index) * SPACING_MM, axis=1)
    assert away.min() > 25.0


def test_a_host_is_made_from_a_scan_and_kept_without_pickles(tmp_path):
    host = make_host("chest", chest_volume())
    assert host is not None
    save_host(host, tmp_path / "chest.npz")
    again = load_host(tmp_path / "chest.npz")
    assert np.array_equal(host.hu, again.hu)
    assert np.array_equal(host.open_places, again.open_places)
    assert host.geometry.same_grid(again.geometry)
    solid = chest_volume(nodules=()).voxels.copy()
    solid[solid > -900] = 40
    assert make_host("solid", type(chest_volume())("1", solid, chest_volume().geometry)) is None


def test_the_held_out_scan_is_in_no_case():
    assert all(case.folder != HELD_OUT_FOLDER for case in CASES)
    assert sum(case.share for case in CASES) + PROCEDURAL_SHARE == pytest.approx(1.0)
