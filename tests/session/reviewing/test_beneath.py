"""What an erased voxel becomes."""

import numpy as np

from reader.core.geometry import VolumeGeometry
from reader.core.label_change import LabelChange
from reader.core.segmentation import Segmentation
from reader.session.reviewing.beneath import beneath
from tests.support.readings import small_result

LUNG, NODULE, OTHER = 1, 3, 4
BOX = ((0, 5), (0, 5), (0, 5))


def segmentation(labels: np.ndarray) -> Segmentation:
    lung, _, nodule, other, _ = small_result().segments
    geometry = VolumeGeometry.from_spacing(labels.shape, (1, 1, 1))
    return Segmentation("s", "series", labels.astype(np.uint16), geometry, (lung, nodule, other))


def between(labels: np.ndarray, **inside: int) -> LabelChange:
    before = labels.astype(np.uint16)
    after = before.copy()
    after[1:4, 1:4, 1:4] = inside["after"]
    change = LabelChange.between(BOX, before, after)
    assert change is not None
    return change


def test_a_voxel_the_model_drew_becomes_what_is_nearest_outside() -> None:
    labels = np.full((5, 5, 5), LUNG)
    labels[:, :, 3:] = 0
    labels[1:4, 1:4, 1:4] = NODULE
    under = beneath(segmentation(labels), NODULE, ((1, 4), (1, 4), (1, 4)), [])
    assert (under[:, :, 0] == LUNG).all()
    assert (under[:, :, 2] == 0).all()


def test_other_findings_are_never_what_is_nearest() -> None:
    labels = np.full((5, 5, 5), LUNG)
    labels[:, :, 3:] = OTHER
    labels[1:4, 1:4, 1:3] = NODULE
    under = beneath(segmentation(labels), NODULE, ((1, 4), (1, 4), (1, 3)), [])
    assert (under == LUNG).all()


def test_a_voxel_painted_over_becomes_what_it_was_the_last_time() -> None:
    plain = np.zeros((5, 5, 5))
    lung = np.full((5, 5, 5), LUNG)
    painted = between(lung, after=NODULE)
    changes = [between(plain, after=NODULE), painted]
    labels = plain.copy()
    labels[1:4, 1:4, 1:4] = NODULE
    under = beneath(segmentation(labels), NODULE, ((1, 4), (1, 4), (1, 4)), changes)
    assert (under == LUNG).all()
    under = beneath(segmentation(labels), NODULE, ((1, 4), (1, 4), (1, 4)), changes[:1])
    assert (under == 0).all()


def test_changes_elsewhere_do_not_matter_and_a_full_box_leaves_nothing() -> None:
    labels = np.full((3, 3, 3), NODULE)
    elsewhere = LabelChange(
        ((7, 8), (7, 8), (7, 8)),
        np.ones((1, 1, 1), dtype=bool),
        np.array([LUNG], dtype=np.uint16),
        np.array([NODULE], dtype=np.uint16),
    )
    whole = ((0, 3), (0, 3), (0, 3))
    assert not beneath(segmentation(labels), NODULE, whole, [elsewhere]).any()
