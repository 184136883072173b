"""The pixels are asked too, because no header can be trusted for what an image shows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reader.core.intensity import IntensityUnit
from reader.core.model import EligibilityRules, ModelSpec, Verdict
from reader.core.provenance import AlgorithmIdentity
from reader.core.volume import Volume
from reader.imaging.lungs import LungField
from reader.imaging.resample import working_grid
from reader.session.running.eligibility.content import check_content
from reader.session.running.eligibility.verdict import joined
from tests.support import bodies

SPEC = ModelSpec(
    AlgorithmIdentity("m", "M", "1", "0"), "t", "a", (), EligibilityRules("CT"), 0.5, False,
    "Apache-2.0", Path("m"), Path("m/w"),
)  # fmt: skip


def said(volume: Volume, lungs=None, contrast=None, **rules):
    spec = replace(SPEC, eligibility=EligibilityRules(**{"modality": "CT", **rules}))
    return check_content(volume, spec, lungs, contrast)


def lungs(ml: float, at_edge: bool = False) -> LungField:
    """So much lung on a 3 mm grid, in the middle or at the lower edge of the image."""
    volume = bodies.stack(bodies.chest())
    grid = working_grid(volume.geometry, 3.0)
    labels = np.zeros(grid.geometry.shape_kji, np.uint8)
    first = 0 if at_edge else 1
    count = round(ml * 1000 / grid.geometry.voxel_volume_mm3)
    inner = labels[first:-1, 1:-1, 1:-1]
    flat = np.zeros(inner.size, np.uint8)
    flat[:count] = 1
    inner[:] = flat.reshape(inner.shape)
    return LungField(labels, grid, labels > 0)


CHEST, ABDOMEN, HEAD = (bodies.stack(one()) for one in (bodies.chest, bodies.abdomen, bodies.head))


@pytest.mark.parametrize(
    ("volume", "parts", "expected"),
    [
        (CHEST, ("CHEST",), Verdict.OK),
        (CHEST, ("Thorax", "LUNG"), Verdict.OK),
        (HEAD, ("CHEST",), Verdict.REFUSED),
        (ABDOMEN, ("CHEST",), Verdict.REFUSED),
        (ABDOMEN, ("CHEST", "TORSO"), Verdict.OK),
        (CHEST, ("HEAD",), Verdict.REFUSED),
        (HEAD, ("BRAIN",), Verdict.OK),
        (HEAD, ("SOMETHING",), Verdict.OK),
        (HEAD, (), Verdict.OK),
    ],
)
def test_the_part_of_the_body_is_looked_at(volume, parts, expected):
    assert said(volume, body_parts=parts).verdict is expected


def test_a_model_of_lungs_asks_for_a_chest_whatever_else_its_card_names():
    result = said(ABDOMEN, body_parts=("TORSO",), minimum_lung_ml=400)
    assert str(result.reasons[0]) == ("Body part by its image: abdomen, the card asks for chest.")


def shifted(volume: Volume, hu: int) -> Volume:
    moved = volume.voxels.astype(np.int16) + np.int16(hu)
    return Volume("1", moved, volume.geometry, volume.unit)


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        (CHEST, Verdict.OK),
        (shifted(CHEST, 40), Verdict.OK),
        (shifted(CHEST, -100), Verdict.CAUTION),
        (shifted(CHEST, 1024), Verdict.CAUTION),
        (bodies.stack(bodies.chest(), unit=IntensityUnit.ARBITRARY), Verdict.REFUSED),
    ],
)
def test_values_must_be_hounsfield_units(volume, expected):
    assert said(volume).verdict is expected


@pytest.mark.parametrize(
    ("found", "rules", "expected"),
    [
        (lungs(3000), {"minimum_lung_ml": 1000}, Verdict.OK),
        (lungs(600), {"minimum_lung_ml": 1000}, Verdict.CAUTION),
        (lungs(20), {"minimum_lung_ml": 1000}, Verdict.REFUSED),
        (None, {"minimum_lung_ml": 1000}, Verdict.OK),
        (lungs(3000), {"minimum_lung_ml": 1000, "whole": True}, Verdict.OK),
        (lungs(3000, at_edge=True), {"minimum_lung_ml": 1000, "whole": True}, Verdict.CAUTION),
        (lungs(3000, at_edge=True), {"minimum_lung_ml": 1000}, Verdict.OK),
    ],
)
def test_lungs_must_be_there_and_whole(found, rules, expected):
    assert said(CHEST, found, **rules).verdict is expected


def test_metal_beyond_what_the_card_knows_is_a_caution():
    plane = bodies.chest()
    plane[bodies.ellipse(20, 20, 20)] = 3071
    assert said(bodies.stack(plane), maximum_metal_ml=5.0).verdict is Verdict.CAUTION
    assert said(bodies.stack(plane), maximum_metal_ml=100.0).verdict is Verdict.OK
    assert said(CHEST, maximum_metal_ml=0.0).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("header", "wanted", "expected"),
    [
        (None, "with", Verdict.OK),
        (None, "without", Verdict.CAUTION),
        (True, "without", Verdict.OK),
        (None, "", Verdict.OK),
    ],
)
def test_contrast_is_looked_for_where_the_header_is_silent(header, wanted, expected):
    plane = bodies.chest()
    plane[bodies.ellipse(50, 70)] = 320
    assert said(bodies.stack(plane), contrast=header, **{}).verdict is Verdict.OK
    spec = replace(SPEC, eligibility=EligibilityRules("CT", contrast=wanted))
    assert check_content(bodies.stack(plane), spec, None, header).verdict is expected


def test_a_mirrored_body_is_a_caution():
    result = said(bodies.stack(bodies.abdomen(liver_left=True)))
    assert result.verdict is Verdict.CAUTION
    assert str(result.reasons[0]).startswith("Left and right: the liver seems to lie on the left")


@pytest.mark.parametrize(
    ("width_mm", "depth_mm", "expected"),
    [(150, 195, Verdict.OK), (340, 230, Verdict.CAUTION)],
)
def test_a_brain_model_asks_for_the_shape_of_a_head(width_mm, depth_mm, expected):
    volume = bodies.shown(bodies.ellipse(width_mm, depth_mm))
    assert said(volume, modality="MR", body_parts=("BRAIN",)).verdict is expected
    assert said(volume, modality="MR", body_parts=("PROSTATE",)).verdict is Verdict.OK


def test_the_worst_reason_comes_first():
    both = joined(said(shifted(CHEST, -100)), said(HEAD, body_parts=("CHEST",)))
    assert both.verdict is Verdict.REFUSED
    assert str(both.reasons[0]).startswith("Body part by its image: head")
