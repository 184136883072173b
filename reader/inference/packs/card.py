"""`model.json`: what a model says about itself, checked word by word.

Format 1 is the card of a model of our own: everything about it is stated. Format 2 is also
for models by others, whose files say little: what they leave out stays empty and is shown as
"not stated". `models/README.md` describes both.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from reader.core.codes import CodedConcept

CARD_NAME: Final = "model.json"
SIGNATURE_NAME: Final = "model.sig"
CONTENT_FOLDER: Final = "model"
"""Where a pack keeps a model by others as it came, beside the card."""
OWN_FORMAT: Final = "reading-room"

_STATED: Final = frozenset({
    "summary", "task", "architecture", "threshold", "calibrated", "licence", "intended_use",
    "out_of_scope", "limitations", "how_it_works", "metrics", "training", "sources",
})  # fmt: skip
"""What a card of format 1 never leaves out."""


def _inner_path(value: str) -> str:
    """A path that stays below the folder it is joined to, whatever the system."""
    path = PurePosixPath(value)
    escapes = path.is_absolute() or ".." in path.parts or str(path) != value
    odd = any(c in value for c in '\\:*?"<>|') or any(ord(c) < 32 for c in value)
    if not value or value == "." or escapes or odd:
        raise ValueError("no path inside the pack")
    return value


PlainName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)
]
InnerPath = Annotated[str, AfterValidator(_inner_path)]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Word = Annotated[str, Field(max_length=200)]
Range = tuple[float, float]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class CardCode(_Part):
    """A coded concept as the card writes it."""

    value: Word
    scheme: Word
    meaning: Word

    def concept(self) -> CodedConcept:
        """The same, as core knows it."""
        return CodedConcept(self.value, self.scheme, self.meaning)


class CardLabel(_Part):
    """One thing the model marks. `threshold` is its own, where it has one."""

    name: str = Field(min_length=1, max_length=200)
    code: CardCode
    category: CardCode
    color: Color
    is_finding: bool
    threshold: Share | None = None


class CardFile(_Part):
    """A file of the pack, below the card's folder."""

    path: InnerPath
    sha256: Sha256
    size_bytes: int = Field(ge=0, le=1 << 50)


class CardWeights(_Part):
    """What the model's identity is the hash of.

    Either one `file` beside the card, a plain name, or the `files` of a model by others:
    `path` is then the file or folder that its adapter opens, and `sha256` the hash of the
    one file there is, or of all as `packs.file_hashes.joint_sha256` says.
    """

    sha256: Sha256
    file: PlainName | None = None
    path: InnerPath | None = None
    files: tuple[CardFile, ...] = ()

    @model_validator(mode="after")
    def _either_way(self) -> Self:
        by_files = bool(self.files) and self.path is not None and self.file is None
        by_file = self.file is not None and self.path is None and not self.files
        if not (by_files or by_file):
            raise ValueError("either `file`, or `path` and `files`")
        return self


class CardEligibility(_Part):
    """What a series must be; see `core.model.EligibilityRules`."""

    modality: str = ""
    body_parts: tuple[str, ...] = ()
    allowed_slice_spacing_mm: Range | None = None
    tested_slice_spacing_mm: Range | None = None
    tested_pixel_spacing_mm: Range | None = None
    minimum_extent_mm: float | None = None
    minimum_age_years: float | None = None
    minimum_lung_ml: float | None = None
    maximum_age_years: float | None = None
    minimum_slices: int | None = None
    kernels: tuple[Literal["soft", "lung", "bone"], ...] = ()
    sequences: tuple[Literal["T1", "T2", "FLAIR", "PD", "DWI", "ADC"], ...] = ()
    contrast: Literal["", "with", "without"] = ""
    maximum_metal_ml: float | None = None
    whole: bool = False


class CardMetric(_Part):
    """A measured figure with what it was measured on."""

    name: str
    value: float
    unit: str = ""
    interval_95: Range | None = None
    n: int | None = None
    data: str
    how: str


class CardSource(_Part):
    """Something the model was trained or tested on, and whom to credit."""

    name: str
    use: Literal["training", "testing"]
    licence: str
    attribution: str


class CardTraining(_Part):
    """How the weights came to be."""

    summary: str
    command: str
    seed: int
    commit: str
    steps: int
    minutes: float | None = None


class CardParent(_Part):
    """The model that this one was made from."""

    id: str
    version: str
    sha256: Sha256


class CardOperatingPoint(_Part):
    """What a threshold costs: wrong marks on a scan, on average, measured."""

    threshold: Share
    false_positives_per_scan: float = Field(ge=0)
    sensitivity: Share | None = None


class CardCalibration(_Part):
    """From a score to a probability, as fitted on `n` cases of `data`.

    `temperature` divides the logit of a score; `platt` (a, b) makes it a x logit + b.
    """

    temperature: float | None = Field(default=None, gt=0)
    platt: tuple[Annotated[float, Field(gt=0)], float] | None = None
    operating_points: tuple[CardOperatingPoint, ...] = ()
    n: int = Field(ge=0)
    data: str

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.temperature is not None and self.platt is not None:
            raise ValueError("`temperature` or `platt`, not both")
        return self


class CardFeatures(_Part):
    """Mean and covariance of features of the training images, a safetensors file.

    `places` are how many points of how many `patients` it was made of.
    """

    ood: CardFile
    places: int | None = Field(default=None, ge=1)
    patients: int | None = Field(default=None, ge=1)


class ModelCard(_Part):
    """`model.json`. `format` is the card's own; `model_format` names the adapter.

    `labels` in the order of their numbers in the label map, from 1. `options` is what the
    adapter was told. Below the `threshold` down to the `floor` findings are kept, hidden.
    """

    format: Literal[1, 2]
    id: PlainName
    name: str = Field(min_length=1, max_length=200)
    version: str = Field(min_length=1, max_length=80)
    model_format: PlainName = OWN_FORMAT
    summary: str = ""
    task: str = "segmentation"
    architecture: str = ""
    channels: tuple[str, ...] = Field(default=("",), min_length=1)
    weights: CardWeights
    labels: tuple[CardLabel, ...] = Field(min_length=1)
    eligibility: CardEligibility = CardEligibility()
    threshold: Share = 0.5
    floor: Share | None = None
    calibrated: bool = False
    calibration: CardCalibration | None = None
    features: CardFeatures | None = None
    licence: str = ""
    made_by: str = ""
    intended_use: str = ""
    out_of_scope: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()
    how_it_works: tuple[str, ...] = ()
    metrics: tuple[CardMetric, ...] = ()
    training: CardTraining | None = None
    sources: tuple[CardSource, ...] = ()
    parent: CardParent | None = None
    options: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _what_is_opened_is_hashed(self) -> Self:
        path, listed = self.weights.path, [one.path for one in self.weights.files]
        below = all(name.startswith(f"{path}/") for name in listed)
        if path is not None and path not in listed and not below:
            raise ValueError("weights.path is none of the files, nor a folder with all of them")
        return self

    @model_validator(mode="after")
    def _own_models_state_everything(self) -> Self:
        if self.format == 1:
            missing = sorted(_STATED - self.model_fields_set)
            if missing:
                raise ValueError(f"not stated: {', '.join(missing)}")
            if not self.out_of_scope or not self.eligibility.modality:
                raise ValueError("out_of_scope and eligibility.modality must not be empty")
        return self
