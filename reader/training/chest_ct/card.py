"""Writing the model pack: weights in half precision and the card that tells about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from safetensors.torch import save_file
from torch import nn

from reader.core.codes import (
    ANATOMICAL_STRUCTURE,
    LEFT_LUNG,
    LUNG_NODULE,
    MORPHOLOGICALLY_ABNORMAL,
    RIGHT_LUNG,
    CodedConcept,
)
from reader.core.segmentation import SEGMENT_COLORS
from reader.inference.packs.card import (
    CARD_NAME,
    CardCalibration,
    CardMetric,
    CardTraining,
    ModelCard,
)
from reader.training.chest_ct.cases import (
    CASES,
    HELD_OUT_ATTRIBUTION,
    HELD_OUT_LICENCE,
)
from reader.training.chest_ct.training_loop import Recipe

MODEL_ID: Final = "chest-ct"
VERSION: Final = "1.0.0"
WEIGHTS_NAME: Final = "weights.safetensors"

THRESHOLD: Final = 0.4
"""The score from which a place becomes a finding. Chosen by hand so that a scan shows a
handful of marks; the card says on which scans."""

FLOOR: Final = 0.2
"""Down to here places are kept, hidden until the reader moves the slider."""

MOST_METAL_ML: Final = 5.0
"""The training scan with the most metal has 3 ml of it."""

_SUMMARY: Final = (
    "Outlines both lungs on a chest CT and proposes places that may be lung nodules of 4 to "
    "30 mm. A first model of our own, trained on synthetic nodules: it shows the reading "
    "loop on real images and is no measure of what AI can do."
)
_INTENDED: Final = (
    "Demonstration, teaching and software development with chest CTs of adults, together "
    "with a qualified reader who looks at the whole scan. Research use only."
)
_OUT_OF_SCOPE: Final = (
    "Not a medical device; not for diagnosis, screening, treatment planning or triage.",
    "Excluding nodules: no mark does not mean no nodule.",
    "Masses above 30 mm, hilar and mediastinal lesions, airway lesions.",
    "Children; lungs after pneumonectomy; lungs filled by effusion or consolidation.",
    "CTs with slices more than 5 mm apart, X-ray, MR, PET, cone-beam CT.",
    "Telling benign from malignant, and measuring growth between scans.",
)
_LIMITATIONS: Final = (
    "No real nodule was used for training. The sensitivities below are for synthetic nodules "
    "from the generator that also made the training data, so they are optimistic.",
    "Real nodules it was measured on: one scan with one annotated nodule. That is an "
    "example, not a measurement; other marks on that scan may be real lesions too.",
    "Nodules of 4 to 6 mm, ground glass, and nodules on vessels are missed most.",
    "False marks are frequent at hilar vessel junctions, scars, the dome of the diaphragm and "
    "the first rib.",
    "The threshold was chosen by looking at the number of marks on the training scans and on "
    "the held-out scan, so that number is not independent of it.",
    "The score is not calibrated: 0.8 does not mean that 8 of 10 such marks are nodules.",
    "Real training scans come from three patients. Sex, age, ethnicity, scanners and "
    "protocols are not represented in any balanced way.",
)
_HOW: Final = (
    "Airy lung is found from Hounsfield values, without learning.",
    "A 3-D U-Net (1.1 million weights, 1.5 mm) gives nodule heat and lung at 3 mm. Its lung "
    "channel, taught by outlines of the first step on scans with artificially filled lung, "
    "adds dense lung and the hilum to the airy lung.",
    "Left and right are told apart by geometry. The extent and size of a nodule are found "
    "in the original image around each peak, without learning.",
    "A peak becomes a finding if its score reaches the threshold, it lies in or at a lung, "
    "and airy lung is around it. At most 20 are listed.",
)


def write_pack(
    network: nn.Module, out: Path, training: CardTraining, metrics: Sequence[CardMetric]
) -> str:
    """Write weights and card into `out`, each under a temporary name first.

    Returns: the weights' SHA-256.
    """
    out.mkdir(parents=True, exist_ok=True)
    weights = out / WEIGHTS_NAME
    temporary = weights.with_suffix(".part")
    tensors = {
        name: (value.half() if value.is_floating_point() else value).contiguous().clone()
        for name, value in network.state_dict().items()
    }
    save_file(tensors, temporary, {"model": f"{MODEL_ID} {VERSION}"})
    sha256 = hashlib.sha256(temporary.read_bytes()).hexdigest()
    temporary.replace(weights)
    write_card(out, build_card(sha256, training, metrics))
    return sha256


def write_card(out: Path, card: ModelCard) -> None:
    """Write `model.json`."""
    temporary = out / (CARD_NAME + ".part")
    text = json.dumps(
        card.model_dump(mode="json", exclude_unset=True), indent=2, ensure_ascii=False
    )
    temporary.write_text(text + "\n", encoding="utf-8", newline="\n")
    temporary.replace(out / CARD_NAME)


def build_card(
    sha256: str,
    training: CardTraining,
    metrics: Sequence[CardMetric],
    calibration: CardCalibration | None = None,
) -> ModelCard:
    """The card, checked against its own format."""
    content: dict[str, Any] = {
        "format": 1,
        "id": MODEL_ID,
        "name": "Chest CT: lungs and nodules",
        "version": VERSION,
        "summary": _SUMMARY,
        "task": "lungs-and-nodules",
        "architecture": Recipe().architecture,
        "weights": {"file": WEIGHTS_NAME, "sha256": sha256},
        "labels": [
            _label("Left lung", LEFT_LUNG, ANATOMICAL_STRUCTURE, 0),
            _label("Right lung", RIGHT_LUNG, ANATOMICAL_STRUCTURE, 1),
            _label("Lung nodule", LUNG_NODULE, MORPHOLOGICALLY_ABNORMAL, 2, is_finding=True),
        ],
        "eligibility": {
            "modality": "CT",
            "body_parts": ["CHEST", "THORAX", "LUNG", "TORSO"],
            "allowed_slice_spacing_mm": [0.3, 5.0],
            "tested_slice_spacing_mm": [0.5, 3.3],
            "tested_pixel_spacing_mm": [0.5, 1.5],
            "minimum_extent_mm": 100.0,
            "minimum_age_years": 18.0,
            "minimum_lung_ml": 400.0,
            "maximum_metal_ml": MOST_METAL_ML,
            "whole": True,
        },
        "threshold": THRESHOLD,
        "floor": FLOOR,
        "calibrated": False,
        "licence": "Apache-2.0",
        "intended_use": _INTENDED,
        "out_of_scope": _OUT_OF_SCOPE,
        "limitations": _LIMITATIONS,
        "how_it_works": _HOW,
        "metrics": [metric.model_dump() for metric in metrics],
        "training": training.model_dump(),
        "sources": _sources(),
    }
    if calibration is not None:
        content["calibration"] = calibration.model_dump(exclude_none=True)
    return ModelCard.model_validate(content)


def _label(
    name: str,
    code: CodedConcept,
    category: CodedConcept,
    color: int,
    *,
    is_finding: bool = False,
) -> dict[str, object]:
    return {
        "name": name,
        "code": asdict(code),
        "category": asdict(category),
        "color": SEGMENT_COLORS[color],
        "is_finding": is_finding,
    }


def _sources() -> list[dict[str, str]]:
    trained = [
        {
            "name": case.name,
            "use": "training",
            "licence": case.licence,
            "attribution": case.attribution,
        }
        for case in CASES
    ]
    tested = {
        "name": "LIDC-IDRI-0314",
        "use": "testing",
        "licence": HELD_OUT_LICENCE,
        "attribution": HELD_OUT_ATTRIBUTION,
    }
    reference = {
        "name": "totalseg-example",
        "use": "testing",
        "licence": "Apache-2.0",
        "attribution": "Wasserthal J et al., TotalSegmentator test data, Radiology AI 2023",
    }
    return [*trained, tested, reference]
