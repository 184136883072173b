"""Which scans the shipped weights were trained on, and what was seen in them beforehand.

Every host was looked at before it was used: on an unlabelled scan the network would learn
that the patient's real nodules are none. Split by patient: the held-out scan gives
nothing to training, neither voxels nor thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.training.chest_ct.hosts import KnownLesion


@dataclass(frozen=True, slots=True)
class Case:
    """One scan below the data folder.

    `share` of the patches come from it. `ignored` are places that may be real lesions:
    nothing is learnt there.
    """

    name: str
    folder: str
    share: float
    licence: str
    attribution: str
    ignored: tuple[KnownLesion, ...] = ()


CASES: Final = (
    Case(
        name="acrin042",
        folder="petct_lung_acrin042/ct",
        share=0.42,
        licence="CC BY 3.0",
        attribution=(
            "Kinahan P et al. (2019) Data from ACRIN-NSCLC-FDG-PET, TCIA, "
            "doi:10.7937/tcia.2019.30ilqfcl"
        ),
        ignored=(
            # The perihilar mass that the PET shows.
            KnownLesion((-58.0, -42.0, -135.0), 30.0),
            # A spiculated nodule of the right upper lobe.
            KnownLesion((-89.1, -54.5, -119.3), 14.0),
            # Round densities of the left upper lobe that may be vessels.
            KnownLesion((56.6, -29.0, -93.8), 12.0),
            KnownLesion((46.0, -41.0, -97.0), 10.0),
            KnownLesion((56.6, -41.0, -105.8), 10.0),
            KnownLesion((62.6, -18.5, -81.8), 8.0),
            KnownLesion((47.6, -51.5, -83.3), 8.0),
            # Found by the model itself half way through training, then looked at: two small
            # nodules of the right apex, a faint one of the lingula, one beside the mass.
            KnownLesion((-25.0, 35.3, -57.6), 8.0),
            KnownLesion((-30.4, 20.1, -8.9), 8.0),
            KnownLesion((92.2, -119.8, -216.8), 8.0),
            KnownLesion((-91.3, -45.1, -146.3), 10.0),
        ),
    ),
    Case(
        name="totalseg-aorta",
        folder="ct_chest_totalseg_aorta/ct_cropped.nii.gz",
        share=0.16,
        licence="Apache-2.0",
        attribution="Wasserthal J et al., TotalSegmentator test data, Radiology AI 2023",
    ),
    Case(
        name="totalseg-pulmonary",
        folder="ct_chest_totalseg_pulmonary/ct_cropped.nii.gz",
        share=0.12,
        licence="Apache-2.0",
        attribution="Wasserthal J et al., TotalSegmentator test data, Radiology AI 2023",
    ),
    Case(
        name="crlm1004-lung-bases",
        folder="ct_liver_crlm1004/ct",
        share=0.06,
        licence="CC BY 4.0",
        attribution=(
            "Simpson AL et al. (2023) Colorectal-Liver-Metastases, TCIA, doi:10.7937/QXK2-QG03"
        ),
    ),
)

PATIENTS: Final = {"totalseg-aorta": "totalseg", "totalseg-pulmonary": "totalseg"}
"""The two TotalSegmentator crops are of one patient; of the others each is its own."""

PROCEDURAL_COUNT: Final = 10
PROCEDURAL_FIRST_SEED: Final = 1000
PROCEDURAL_SHARE: Final = 0.24

HELD_OUT_FOLDER: Final = "ct_chest_lidc0314/ct"
HELD_OUT_NODULE_LPS_MM: Final = (-57.43923954, 131.2325201, -520.3592267)
HELD_OUT_NODULE_MM: Final = 15.48525426
HELD_OUT_LICENCE: Final = "CC BY 3.0 (images), CC BY 4.0 (annotation)"
HELD_OUT_ATTRIBUTION: Final = (
    "Armato SG III et al. (2015) Data From LIDC-IDRI, TCIA, doi:10.7937/K9/TCIA.2015.LO9QL9SX; "
    "Setio AAA et al. (2017) LUNA16, Med Image Anal 42:1"
)

LUNG_REFERENCE_FOLDER: Final = "ct_abdomen_totalseg_example"
LUNG_REFERENCE_LABELS: Final = (10, 11, 12, 13, 14)
"""The five lobes in TotalSegmentator's label map."""
