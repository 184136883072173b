"""TotalSegmentator's published models: nnU-Net folders with a resampling of their own around.

The images are turned to Superior, Anterior, Right, resampled by corners to the spacing of
the task, given to nnU-Net without mirroring, and the labels taken back by nearest neighbour.
Some tasks consist of several folders whose labels are put on top of each other.

Source: TotalSegmentator 2.18, nnunet.py, resampling.py, map_tasks_config.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

APACHE: Final = "Apache-2.0"
BY_LICENCE: Final = "TotalSegmentator licence needed; free for non-commercial use on request"
NON_COMMERCIAL: Final = "CC-BY-NC-4.0"

_STEP_OF_TOTAL: Final = 0.8
_STEP: Final = 0.5

Spacing = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Task:
    """One task: its folders in order, and the spacing (x, y, z) it resamples to.

    `first_cropped_to`: what TotalSegmentator cuts the images to beforehand, with another
    model; here the whole images are searched.
    """

    name: str
    folders: tuple[str, ...]
    spacing_mm: Spacing | None
    licence: str = APACHE
    modality: str = "CT"
    first_cropped_to: str = ""

    @property
    def step(self) -> float:
        """Wider steps where TotalSegmentator found that they cost nothing."""
        return _STEP_OF_TOTAL if self.name.startswith("total") else _STEP


def _even(mm: float) -> Spacing:
    return mm, mm, mm


_HEAD: Final = (0.75, 0.75, 1.0)

TASKS: Final[tuple[Task, ...]] = (
    Task(
        "total",
        (
            "Dataset291_TotalSegmentator_part1_organs_1559subj",
            "Dataset292_TotalSegmentator_part2_vertebrae_1532subj",
            "Dataset293_TotalSegmentator_part3_cardiac_1559subj",
            "Dataset294_TotalSegmentator_part4_muscles_1559subj",
            "Dataset295_TotalSegmentator_part5_ribs_1559subj",
        ),
        _even(1.5),
    ),
    Task("total_3mm", ("Dataset297_TotalSegmentator_total_3mm_1559subj",), _even(3.0)),
    Task("total_6mm", ("Dataset298_TotalSegmentator_total_6mm_1559subj",), _even(6.0)),
    Task(
        "total_v3",
        (
            "Dataset831_TotalSegmentator_part1_organs_1830subj",
            "Dataset832_TotalSegmentator_part2_vertebrae_1559subj",
            "Dataset833_TotalSegmentator_part3_cardiac_1830subj",
            "Dataset834_TotalSegmentator_part4_muscles_1830subj",
            "Dataset835_TotalSegmentator_part5_ribs_1559subj",
        ),
        _even(1.5),
    ),
    Task("total_v3_3mm", ("Dataset836_TotalSegmentator_total_3mm_1559subj",), _even(3.0)),
    Task("total_v3_6mm", ("Dataset837_TotalSegmentator_total_6mm_1559subj",), _even(6.0)),
    Task(
        "total_mr",
        (
            "Dataset850_TotalSegMRI_part1_organs_1088subj",
            "Dataset851_TotalSegMRI_part2_muscles_1088subj",
        ),
        _even(1.5),
        modality="MR",
    ),
    Task("total_mr_3mm", ("Dataset852_TotalSegMRI_total_3mm_1088subj",), _even(3.0), modality="MR"),
    Task("total_mr_6mm", ("Dataset853_TotalSegMRI_total_6mm_1088subj",), _even(6.0), modality="MR"),
    Task("body", ("Dataset299_body_1559subj",), _even(1.5)),
    Task("body_6mm", ("Dataset300_body_6mm_1559subj",), _even(6.0)),
    Task("body_mr", ("Dataset597_mri_body_139subj",), _even(1.5), modality="MR"),
    Task("body_mr_6mm", ("Dataset598_mri_body_6mm_139subj",), _even(6.0), modality="MR"),
    Task("vertebrae_mr", ("Dataset756_mri_vertebrae_1076subj",), _even(1.5), modality="MR"),
    Task("vertebrae_body", ("Dataset305_vertebrae_discs_1559subj",), _even(1.5)),
    Task(
        "vertebrae_pp", ("Dataset803_TotalSegmentator_vertebrae_inner_1559subj",), _even(1.5)
    ),
    Task("breasts", ("Dataset527_breasts_1559subj",), _even(1.5)),
    Task("trunk_cavities", ("Dataset343_mediastinum_1786subj",), _even(1.5)),
    Task(
        "lung_vessels",
        ("Dataset117_lung_airways_arteries_veins_282subj",),
        (0.703125, 0.703125, 1.0),
        first_cropped_to="lungs",
    ),
    Task("lung_vessels", ("Dataset258_lung_vessels_248subj",), None, first_cropped_to="lungs"),
    Task("lung_nodules", ("Dataset913_lung_nodules",), _even(1.5), first_cropped_to="lungs"),
    Task("cerebral_bleed", ("Dataset150_icb_v0",), None, first_cropped_to="brain"),
    Task("hip_implant", ("Dataset260_hip_implant_71subj",), None, first_cropped_to="hips"),
    Task("pleural_pericard_effusion", ("Dataset315_thoraxCT",), None, first_cropped_to="lungs"),
    Task("liver_vessels", ("Dataset008_HepaticVessel",), None, first_cropped_to="liver"),
    Task("kidney_cysts", ("Dataset789_kidney_cyst_501subj",), _even(1.5),
         first_cropped_to="kidneys"),
    Task(
        "liver_segments",
        ("Dataset570_ct_liver_segments",),
        (0.8046879768371582, 0.8046879768371582, 1.5),
        first_cropped_to="liver",
    ),
    Task(
        "liver_lesions", ("Dataset591_ct_liver_lesions_842subj",), _HEAD, first_cropped_to="liver"
    ),
    Task(
        "head_glands_cavities",
        ("Dataset775_head_glands_cavities_492subj",),
        _HEAD,
        first_cropped_to="skull",
    ),
    Task(
        "headneck_bones_vessels",
        ("Dataset776_headneck_bones_vessels_492subj",),
        _HEAD,
        first_cropped_to="neck",
    ),
    Task("head_muscles", ("Dataset777_head_muscles_492subj",), _HEAD, first_cropped_to="skull"),
    Task(
        "headneck_muscles",
        (
            "Dataset778_headneck_muscles_part1_492subj",
            "Dataset779_headneck_muscles_part2_492subj",
        ),
        _HEAD,
        first_cropped_to="neck",
    ),
    Task(
        "abdominal_muscles",
        ("Dataset952_abdominal_muscles_167subj",),
        _HEAD,
        first_cropped_to="trunk",
    ),
    Task("brain_aneurysm", ("Dataset615_MAXIMUS",), (0.390625, 0.390625, 0.5000016391277313),
         NON_COMMERCIAL, "MR"),
    Task("appendicular_bones", ("Dataset304_appendicular_bones_ext_1559subj",), _even(1.5),
         BY_LICENCE),
    Task("appendicular_bones_mr", ("Dataset855_TotalSegMRI_appendicular_bones_1088subj",),
         _even(1.5), BY_LICENCE, "MR"),
    Task("heartchambers_highres", ("Dataset301_heart_highres_1559subj",), None, BY_LICENCE,
         first_cropped_to="heart"),
    Task("face", ("Dataset303_face_1559subj",), _even(1.5), BY_LICENCE),
    Task("face_mr", ("Dataset856_TotalSegMRI_face_1088subj",), _even(1.5), BY_LICENCE, "MR"),
    Task("tissue_types", ("Dataset481_tissue_1559subj",), _even(1.5), BY_LICENCE),
    Task("tissue_4_types", ("Dataset485_tissue_4types_1559subj",), _even(1.5), BY_LICENCE),
    Task("tissue_types_mr", ("Dataset925_MRI_tissue_subset_903subj",), _even(1.5), BY_LICENCE,
         "MR"),
    Task("brain_structures", ("Dataset409_neuro_550subj",), (0.5, 0.5, 1.0), BY_LICENCE,
         first_cropped_to="brain"),
    Task("thigh_shoulder_muscles", ("Dataset857_TotalSegMRI_thigh_shoulder_1088subj",),
         _even(1.5), BY_LICENCE, "MR"),
    Task("coronary_arteries", ("Dataset509_coronary_arteries_cm_nativ_400subj_SKELETON",),
         _even(0.7), BY_LICENCE, first_cropped_to="heart"),
    Task("coronary_arteries", ("Dataset507_coronary_arteries_cm_nativ_400subj",),
         _even(0.7), BY_LICENCE, first_cropped_to="heart"),
    Task("aortic_sinuses", ("Dataset920_aortic_sinuses_cm_nativ_400subj",), _even(0.7),
         BY_LICENCE, first_cropped_to="heart"),
    Task("renal_arteries", ("Dataset710_renal_arteries_127subj",), _even(1.5), BY_LICENCE),
    Task("aorta_annulus", ("Dataset713_annulus_proper_48subj",), _even(0.8), BY_LICENCE),
    Task("aortic_dissection", ("Dataset716_aorta_true_false_lumen_171subj",), _even(0.8),
         BY_LICENCE),
    Task("pulmonary_artery_landmarks", ("Dataset514_annulus_pulmonary_70subj",),
         (0.7802734375, 0.7802734375, 1.0), BY_LICENCE),
)  # fmt: skip


def task_of(dataset_names: Sequence[str]) -> Task | None:
    """The task that consists of exactly these datasets, or to which the one belongs.

    A release of the same folder may carry a version behind its name.
    """
    for task in TASKS:
        if len(dataset_names) == len(task.folders) and all(
            _is(found, known)
            for found, known in zip(sorted(dataset_names), task.folders, strict=True)
        ):
            return task
    if len(dataset_names) == 1:
        return next(
            (t for t in TASKS if any(_is(dataset_names[0], known) for known in t.folders)), None
        )
    return None


def _is(found: str, known: str) -> bool:
    return found == known or found.startswith(f"{known}_v")


def to_task_spacing(
    channels: NDArray[np.float32], spacing: Spacing, task_spacing: Spacing
) -> NDArray[np.float32]:
    """Channels (c, z, y, x) with (z, y, x) spacings brought to the task's, as whole numbers.

    The middles of the corner voxels stay where they are.
    """
    from scipy import ndimage

    if spacing == task_spacing:
        return channels
    zoom = [have / want for have, want in zip(spacing, task_spacing, strict=True)]
    # Its axes are (x, y, z): cutting off decimals tells in which order was multiplied.
    found = [
        ndimage.zoom(channel.T.astype(np.float64), zoom[::-1], mode="nearest", order=1).T
        for channel in channels
    ]
    return np.stack(found).astype(np.int32).astype(np.float32)


def back_to_shape(labels: NDArray[np.uint16], shape: Sequence[int]) -> NDArray[np.uint16]:
    """The nearest labels (z, y, x) in another number of voxels, corner to corner."""
    from scipy import ndimage

    if labels.shape == tuple(shape):
        return labels
    zoom = [want / have for have, want in zip(labels.shape, shape, strict=True)]
    return np.asarray(ndimage.zoom(labels, zoom, mode="nearest", order=0), np.uint16)


def option_spacing(options: Mapping[str, Any]) -> Spacing | None:
    """The task's spacing as (z, y, x), from a card's options. Raises: ValueError, TypeError."""
    told = options.get("resample_mm")
    if told is None:
        return None
    x, y, z = (float(mm) for mm in told)
    if not all(0.05 <= mm <= 50 for mm in (x, y, z)):
        raise ValueError("resample_mm")
    return z, y, x
