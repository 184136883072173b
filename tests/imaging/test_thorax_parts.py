"""The parts the synthetic thorax is made of: lattices, shapes, trees, tubes, noise."""

from __future__ import annotations

import numpy as np
import pytest

from reader.core.cancel import CancelToken
from reader.imaging.thorax.image_formation import NoiseMaker, blur_in_plane, mix_neighbours
from reader.imaging.thorax.lattice import Field, Lattice, SliceReader, on_lattice
from reader.imaging.thorax.shapes import (
    Path,
    capsule,
    ellipsoid,
    smooth_max,
    smooth_min,
    triangle_plate,
    tube,
)
from reader.imaging.thorax.solid import Layer, SliceTextures, Solid, SolidPainter
from reader.imaging.thorax.texture import generator, smooth_noise
from reader.imaging.thorax.trees import Pieces, grow_tree, tree_pieces
from reader.imaging.thorax.tubes import render_tubes

IMAGE = Lattice((-20.0, -30.0, -30.0), (1.25, 0.7, 0.7), (33, 86, 88))


def ball_lattice(step=(2.5, 2.8, 2.8)) -> Lattice:
    return IMAGE.coarsened((-22, -24, -16), (22, 24, 16), step)


def test_a_coarse_field_is_read_at_the_pixels_of_the_image() -> None:
    lattice = ball_lattice()
    assert lattice.step_kji_mm == pytest.approx((2.5, 2.8, 2.8))
    z, y, x = lattice.mesh
    reader = SliceReader(Field(lattice, (2 * x - 3 * y + 0.5 * z).astype(np.float32)), IMAGE)
    values = reader.read(16)
    rows, columns = IMAGE.axis(1)[reader.rows], IMAGE.axis(2)[reader.columns]
    expected = 2 * columns[None, :] - 3 * rows[:, None] + 0.5 * IMAGE.axis(0)[16]
    np.testing.assert_allclose(values[8:-8, 8:-8], expected[8:-8, 8:-8], atol=1e-3)


def test_a_distance_survives_the_coarse_lattice_to_a_tenth_of_a_pixel() -> None:
    lattice = ball_lattice()
    reader = SliceReader(Field(lattice, ellipsoid(lattice.mesh, (0, 0, 0), (9, 9, 9))), IMAGE)
    rows, columns = IMAGE.axis(1)[reader.rows], IMAGE.axis(2)[reader.columns]
    for k in (12, 16, 20):
        z = IMAGE.axis(0)[k]
        exact = np.sqrt(columns[None, :] ** 2 + rows[:, None] ** 2 + z**2) - 9
        near = np.abs(exact) < 1.5
        assert np.abs(reader.read(k) - exact)[near].max() < 0.07


def test_outside_the_field_there_is_nothing_to_read() -> None:
    lattice = IMAGE.coarsened((-5, -5, -5), (5, 5, 5), (2.5, 2.8, 2.8))
    reader = SliceReader(Field(lattice, lattice.full(1.0)), IMAGE)
    assert reader.read(0) is None
    assert reader.read(16) is not None
    beside = IMAGE.coarsened((200, 200, -5), (210, 210, 5), (2.5, 2.8, 2.8))
    assert SliceReader(Field(beside, beside.full(1.0)), IMAGE).read(16) is None


def test_cropping_keeps_what_is_near_the_surface() -> None:
    lattice = ball_lattice()
    field = Field(lattice, ellipsoid(lattice.mesh, (4, -3, 2), (5, 5, 5)))
    cropped = field.cropped(1.0)
    assert cropped.values.size < field.values.size / 3
    assert cropped.values.min() == field.values.min()
    box = lattice.box_of(cropped.lattice)
    np.testing.assert_array_equal(field.values[box], cropped.values)


def test_a_field_moves_to_another_lattice() -> None:
    nodes = Lattice.nodes((-40, -40, -40), (40, 40, 40), (5, 5, 5))
    z, y, x = nodes.mesh
    moved = on_lattice(Field(nodes, (x + 2 * y - z).astype(np.float32)), IMAGE)
    mz, my, mx = IMAGE.mesh
    np.testing.assert_allclose(moved, mx + 2 * my - mz, atol=1e-3)


def test_shapes_are_negative_inside_and_their_surface_is_where_it_should_be() -> None:
    lattice = Lattice.nodes((-20, -20, -20), (20, 20, 20), (1, 1, 1))

    def at(values, x, y, z) -> float:
        return float(Field(lattice, values).at((x, y, z)))

    rod = capsule(lattice.mesh, (-10, 0, 0), (10, 0, 0), 3.0, 5.0)
    assert at(rod, -10, 3, 0) == pytest.approx(0, abs=0.1)
    assert at(rod, 10, 0, 5) == pytest.approx(0, abs=0.1)
    plate = triangle_plate(lattice.mesh, [(-10, -10, 4), (10, -10, 4), (0, 12, 4)], 1.5)
    assert at(plate, 0, 0, 5.5) == pytest.approx(0, abs=0.1)
    assert at(plate, 0, -15, 4) == pytest.approx(3.5, abs=0.1)
    pipe = tube(lattice, Path.through([(0, 0, -15), (4, 0, 0), (0, 0, 15)], 4.0), 6.0, (1, 2, 1))
    assert at_field(pipe, (4, 2, 0)) == pytest.approx(0, abs=0.5)
    assert at_field(pipe, (8, 0, 0)) == pytest.approx(0, abs=0.5)
    assert float(np.max(smooth_min(rod, plate, 4.0) - np.minimum(rod, plate))) <= 0
    assert float(np.min(smooth_max(rod, plate, 4.0) - np.maximum(rod, plate))) >= 0


def at_field(field: Field, point) -> float:
    return float(field.at(point))


def test_layers_are_painted_from_the_surface_inwards() -> None:
    lattice = ball_lattice((1.25, 1.4, 1.4))
    ball = Field(lattice, ellipsoid(lattice.mesh, (0, 0, 0), (10, 10, 10)))
    layers = (Layer(-2.0, -90.0), Layer(0.0, 900.0), Layer(3.0, 150.0))
    hu = np.full(IMAGE.shape_kji[1:], -1000, dtype=np.float32)
    plain = np.zeros_like(hu)
    SolidPainter(Solid("ball", ball, layers), IMAGE).paint(hu, 16, SliceTextures(*[plain] * 3))
    row = hu[int(np.argmin(np.abs(IMAGE.axis(1))))]

    def at(x) -> float:
        return float(row[int(np.argmin(np.abs(IMAGE.axis(2) - x)))])

    assert [at(x) for x in (0, 8.5, 11, 15)] == pytest.approx([150, 900, -90, -1000], abs=1)


@pytest.fixture(scope="module")
def tree():
    rng = np.random.default_rng(3)
    points = rng.uniform((-40, -30, -50), (40, 30, 50), (900, 3))
    return points, grow_tree(points, np.array([0.0, 0, 60]), np.array([0, 0, -1.0]), rng)


def test_a_tree_has_a_tip_for_every_point_and_parents_first(tree) -> None:
    points, grown = tree
    children = np.bincount(grown.parent[1:], minlength=len(grown.parent))
    assert grown.parent[0] == -1
    assert np.all(grown.parent[1:] < np.arange(1, len(grown.parent)))
    assert np.sum(children == 0) == len(points)
    assert np.all(children <= 2)
    np.testing.assert_array_equal(grown.start[1:], grown.end[grown.parent[1:]])
    tips = grown.end[children == 0]
    nearest = np.linalg.norm(tips[:, None] - points[None], axis=-1).min(axis=1)
    assert np.median(nearest) < 4


def test_radii_follow_murrays_law(tree) -> None:
    _, grown = tree
    radii = grown.radii(0.4, 3.0)
    supplied = np.bincount(grown.parent[1:], weights=radii[1:] ** 3, minlength=len(radii))
    forks = supplied > 0
    np.testing.assert_allclose(radii[forks] ** 3, supplied[forks])
    assert radii.min() == pytest.approx(0.4)


def test_pieces_join_end_to_end_and_never_widen_outwards(tree) -> None:
    _, grown = tree
    radii = grown.radii(0.4, 3.0)
    pieces = tree_pieces(grown, radii, np.random.default_rng(1))
    assert np.linalg.norm(pieces.end - pieces.start, axis=1).max() < 10
    assert np.all(pieces.radius_end <= pieces.radius_start + 1e-9)
    for end in grown.end[:50]:
        assert np.linalg.norm(pieces.end - end, axis=1).min() < 1e-9


@pytest.mark.parametrize("radius", [0.25, 0.6, 1.5, 4.0])
def test_a_tube_fills_as_much_as_its_section_is_large(radius) -> None:
    filled = np.zeros(IMAGE.shape_kji, dtype=np.uint8)
    ends = np.array([[-18.0, 1.0, 0.3], [18.0, 1.0, 0.3]])
    steps = np.linspace(0, 1, 13)
    line = ends[0] + steps[:, None] * (ends[1] - ends[0])
    thick = np.full(12, radius)
    render_tubes(filled, IMAGE, Pieces(line[:-1], line[1:], thick, thick), CancelToken())
    middle = filled[:, :, 30:56].astype(float).sum() / 255 * (1.25 * 0.7)
    assert middle / 26 == pytest.approx(np.pi * radius**2, rel=0.12, abs=0.05)


def test_tubes_reach_over_the_edge_of_the_image() -> None:
    filled = np.zeros(IMAGE.shape_kji, dtype=np.uint8)
    start, end = (
        np.array([[-29.0, -29, -19], [500, 0, 0]]),
        np.array([[-40.0, -40, -30], [510, 0, 0]]),
    )
    render_tubes(filled, IMAGE, Pieces(start, end, np.full(2, 2.0), np.full(2, 2.0)), CancelToken())
    assert filled[0, 0, 0] > 100
    assert filled[:, :, 20:].max() == 0


def water(width_mm: float, height_mm: float) -> np.ndarray:
    image = Lattice((0.0, -178.85, -178.85), (1.25, 0.7, 0.7), (4, 512, 512))
    inside = (image.axis(2)[None, :] / width_mm) ** 2 + (
        image.axis(1)[:, None] / height_mm
    ) ** 2 < 1
    return np.where(inside, 0, -1000).astype(np.float32), image


def test_noise_follows_attenuation_and_streaks_along_the_longest_paths() -> None:
    hu, image = water(170, 70)
    noise = NoiseMaker(image, 7).slice_noise(hu, 1)
    center = noise[216:296, 216:296]
    corner = noise[:60, :60]
    assert center.std() > 3 * corner.std()
    step_along, step_across = np.diff(center, axis=1).std(), np.diff(center, axis=0).std()
    assert step_along < 0.8 * step_across
    assert abs(float(noise.mean())) < 1


def test_noise_is_the_same_for_a_slice_and_differs_between_slices() -> None:
    hu, image = water(100, 100)
    maker, again = NoiseMaker(image, 7), NoiseMaker(image, 7)
    second = maker.slice_noise(hu, 2)
    np.testing.assert_array_equal(second, again.slice_noise(hu, 2))
    third = maker.slice_noise(hu, 3)
    correlation = np.mean(second * third) / second.var()
    assert 0.2 < correlation < 0.5
    assert abs(np.mean(second * maker.slice_noise(hu, 0)) / second.var()) < 0.1


def test_blur_and_slice_profile_keep_the_mean() -> None:
    hu, image = water(100, 60)
    assert blur_in_plane(hu, image).mean() == pytest.approx(hu.mean(), abs=0.5)
    flat = np.full((4, 4), 100, dtype=np.float32)
    np.testing.assert_allclose(mix_neighbours(flat, flat, flat), 100)


def test_random_numbers_depend_on_seed_and_purpose_only() -> None:
    assert generator(7, "a").random() == generator(7, "a").random()
    draws = {generator(7, "a").random(), generator(7, "b").random(), generator(8, "a").random()}
    assert len(draws) == 3


def test_smooth_noise_varies_over_its_scale() -> None:
    lattice = Lattice.nodes((0, 0, 0), (90, 90, 60), (2, 2, 2))
    noise = smooth_noise(7, "test", lattice, 20.0)
    assert noise.std() == pytest.approx(1, abs=1e-3)
    near = np.mean(noise[:, :, 1:] * noise[:, :, :-1])
    far = np.mean(noise[:, :, 20:] * noise[:, :, :-20])
    assert near > 0.95
    assert abs(far) < 0.35
