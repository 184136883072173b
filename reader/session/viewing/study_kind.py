"""What kind of study this is, as hanging protocols ask it: modalities, body region, classes.

Headers name body parts freely, so regions are found by words of Body Part Examined and of
the descriptions, in the languages that scanners' operators write.
Source: DICOM PS3.16 CID 4031 for the names of body parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import Series, Study

REGIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "head": (
        "head", "brain", "skull", "cranium", "cerebral", "cerebrum", "neuro", "kopf", "schadel",
        "schädel", "tete", "tête", "cerebraal", "flair", "头", "颅", "脑",
    ),
    "neck": ("neck", "cspine", "larynx", "thyroid", "hals", "颈"),
    "chest": (
        "chest", "thorax", "lung", "lungs", "pulmonary", "mediastinum", "torax", "poumon", "胸",
        "肺", "ch",
    ),
    "breast": ("breast", "mamma", "mammo", "mammography", "mammogram", "乳"),
    "abdomen": (
        "abdomen", "abd", "ab", "liver", "pancreas", "kidney", "kidneys", "spleen", "colon",
        "bauch", "leber", "abdomenpelvis", "腹", "肝",
    ),
    "pelvis": ("pelvis", "pel", "bladder", "uterus", "rectum", "hip", "becken", "盆"),
    "prostate": ("prostate", "prostaat", "prostata", "前列腺"),
    "heart": ("heart", "cardiac", "coronary", "herz", "心"),
    "spine": ("spine", "lspine", "tspine", "lumbar", "vertebra", "wirbelsäule", "脊"),
    "limb": (
        "knee", "shoulder", "foot", "hand", "ankle", "elbow", "wrist", "extremity", "leg", "arm",
        "膝", "肩",
    ),
}  # fmt: skip
"""Words of each region. A Chinese sign counts wherever it stands, other words as a whole."""
_FILLERS: Final = frozenset({SeriesClass.LOCALIZER, SeriesClass.CAPTURE, SeriesClass.UNKNOWN})


@dataclass(frozen=True, slots=True)
class StudyKind:
    """The facts about a study that protocols are matched against.

    `leading` is whether the series shown first is a volume, single images or a cine;
    `priors` how many earlier studies lie beside it.
    """

    modalities: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    leading: SeriesKind = SeriesKind.VOLUME
    series_count: int = 0
    priors: int = 0

    @property
    def key(self) -> str:
        """What a reader's choice is remembered for: `CT+PT chest, with prior`.

        Classes are left out, so that one more series does not make it another kind.
        """
        modalities = "+".join(sorted(self.modalities)) or "?"
        regions = "+".join(sorted(self.regions)) or "anywhere"
        form = "" if self.leading is SeriesKind.VOLUME else f", {self.leading.value}"
        return f"{modalities} {regions}{form}{', with prior' if self.priors else ''}"


def kind_of_study(study: Study, leading: Series | None, priors: int) -> StudyKind:
    """The kind of a study of which `leading` would be shown first."""
    telling = [s for s in study.series if s.category not in _FILLERS] or list(study.series)
    modalities = {s.modality for s in telling if s.modality}
    classes = frozenset(s.category.value for s in study.series)
    return StudyKind(
        frozenset(modalities - {"OT"} or modalities),
        regions_of(study),
        classes,
        leading.kind if leading is not None else SeriesKind.IMAGES,
        len(study.series),
        priors,
    )


def regions_of(study: Study) -> frozenset[str]:
    """The body regions that a study's headers speak of.

    Body Part Examined goes first; only where no series has one do descriptions count.
    """
    parts = frozenset[str]().union(*(regions_in(s.tags.body_part) for s in study.series))
    if parts:
        return parts
    films = {s.category for s in study.series}
    if SeriesClass.MAMMOGRAM in films:
        return frozenset({"breast"})
    written = " ".join((study.description, *(s.description for s in study.series)))
    found = regions_in(written)
    flair = any(s.category is SeriesClass.MR_FLAIR for s in study.series)
    return found | {"head"} if flair else found


def words_of(text: str) -> frozenset[str]:
    """The words and numbers of a description, lower case: `study1_T2W` has `study1`, `t2w`."""
    return frozenset(re.findall(r"[^\W_]+", text.lower()))


def regions_in(text: str) -> frozenset[str]:
    """The body regions that a header's words speak of."""
    words, lower = words_of(text), text.lower()
    return frozenset(region for region, names in REGIONS.items() if _has(names, words, lower))


def _has(names: Sequence[str], words: frozenset[str], lower: str) -> bool:
    return any(name in (words if name.isascii() else lower) for name in names)
