"""Models that are a network and a few settings: how they see an image, and run over it.

What ONNX files, named architectures and exported programs share. The settings stand in the
card's `options`, where the person who adds a model can correct them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import InferenceError, ModelUnavailableError
from reader.core.focus import Focus
from reader.core.geometry import IndexBox
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec
from reader.core.text import say
from reader.inference.adapters.grids import ModelGrid, aligned_grid, channels_on
from reader.inference.adapters.result import segmentation_result
from reader.inference.adapters.stages import Stages
from reader.inference.engine.place import Place
from reader.inference.engine.windows import WindowSettings

if TYPE_CHECKING:
    from reader.inference.engine.sliding import LookHere, Network
    from reader.inference.engine.windowed_model import Predicted

MOST_CLASSES: Final = 1024
Spacing = Annotated[float, Field(gt=0.01, le=50)]
Side = Annotated[int, Field(ge=1, le=2048)]


class Scaling(BaseModel):
    """What is done to the values before the network sees them.

    "none": nothing. "range": `low` to `high` become 0 to 1, cut off there. "zscore": minus
    `mean`, divided by `deviation`, or by the image's own where they are not given; cut off
    to `low` and `high` before where these are given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["none", "range", "zscore"] = "none"
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    deviation: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _complete(self) -> Scaling:
        if self.kind == "range" and (self.low is None or self.high is None):
            raise ValueError("a range needs low and high")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError("low must lie below high")
        return self

    def applied(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scaled values; a new array."""
        if self.low is not None or self.high is not None:
            values = np.clip(values, self.low, self.high)
        if self.kind == "range" and self.low is not None and self.high is not None:
            return np.asarray((values - self.low) / (self.high - self.low), np.float32)
        if self.kind == "zscore":
            mean = float(values.mean()) if self.mean is None else self.mean
            spread = float(values.std()) if self.deviation is None else self.deviation
            return np.asarray((values - mean) / max(spread, 1e-6), np.float32)
        return values


class WindowOptions(BaseModel):
    """The card's `options` of a network with windows.

    `axes`: where the array's axes lead, as in `grids.aligned_grid`. `spacing_mm` per axis;
    null keeps the series' own. `window` in voxels of that grid; a first side of 1 is a 2-D
    network. `output`: what the network returns: logits of exclusive classes of which the
    first is the background ("classes"), or one logit or probability for each label
    ("labels", painted in their order where above `threshold`). `probabilities`: the network
    has its softmax or sigmoid in it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    axes: str = Field(default="SPL", min_length=3, max_length=3)
    spacing_mm: tuple[Spacing | None, Spacing | None, Spacing | None] | None = None
    window: tuple[Side, Side, Side] = (96, 96, 96)
    step: float = Field(default=0.5, gt=0.05, le=1)
    mirror_axes: tuple[Annotated[int, Field(ge=0, le=2)], ...] = ()
    gaussian: bool = True
    pad_value: float = 0.0
    outside: float = 0.0
    scaling: tuple[Scaling, ...] = (Scaling(),)
    output: Literal["classes", "labels"] = "classes"
    probabilities: bool = False
    threshold: float = Field(default=0.5, gt=0, lt=1)

    @model_validator(mode="after")
    def _possible(self) -> WindowOptions:
        worlds = {"LR": 0, "PA": 1, "SI": 2}
        axes = {world for letter in self.axes.upper() for w, world in worlds.items() if letter in w}
        if len(axes) != 3:
            raise ValueError("axes must be three directions such as SPL or RAS")
        if int(np.prod(self.window)) > 1 << 28:
            raise ValueError("the window is too large")
        if self.window[0] == 1 and 0 in self.mirror_axes:
            raise ValueError("a 2-D network cannot be mirrored along its slices")
        return self

    def settings(self) -> WindowSettings:
        """As the engine wants them."""
        return WindowSettings(
            size_kji=self.window,
            step=self.step,
            mirror_axes=self.mirror_axes,
            gaussian=self.gaussian,
            pad_value=self.pad_value,
        )

    def scaling_of(self, channel: int) -> Scaling:
        """One channel's; the last one given serves for all that follow."""
        return self.scaling[min(channel, len(self.scaling) - 1)] if self.scaling else Scaling()


def read_options(options: Mapping[str, object], name: str) -> WindowOptions:
    """From a card. Raises: ModelUnavailableError: something in them cannot be."""
    try:
        return WindowOptions.model_validate(dict(options))
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise ModelUnavailableError(
            say("The card of the model {name} cannot be used ({why}).", name=name, why=why),
            say("Correct its options; models/README.md describes them."),
        ) from error


def draft_options(options: WindowOptions) -> dict[str, JsonValue]:
    """As they are written into a card."""
    return dict(options.model_dump(mode="json"))


class NetworkModel:
    """A network that is taken over the image in windows, kept warm."""

    def __init__(self, network: Network, options: WindowOptions, classes: int) -> None:
        self.options = options
        self._network = network
        # It brings PyTorch, which a list of models does without.
        from reader.inference.engine.windowed_model import WindowedModel

        self._engine = WindowedModel(
            [network], options.settings(), classes, overlapping=options.output == "labels"
        )

    def run(
        self,
        request: InferenceRequest,
        place: Place,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult:
        """See `OpenModel.run`."""
        stages = Stages(report, cancel)
        options = self.options
        with stages.stage("preprocess", say("Preparing the images")):
            grid = aligned_grid(request.volume.geometry, options.axes, options.spacing_mm)
            image = self._image(request, grid)
        with stages.stage("network", say("Running the model")):
            said = self._said(image, grid, place, focus, stages)
            stages.notes += said.notes
        stages.finishing()
        with stages.stage("to_source_grid", say("Fitting the result to the images")):
            scores = self._probabilities(said.logits)
            labels = self._labels(scores, grid)
            finding = _any_finding(request.spec, scores, options.output)
            heat = None if finding is None else grid.values_to_source(finding).astype(np.float16)
        return segmentation_result(
            request,
            labels,
            seconds=stages.seconds,
            device=str(said.device),
            notes=stages.notes,
            probability=heat,
        )

    def _image(self, request: InferenceRequest, grid: ModelGrid) -> NDArray[np.float32]:
        wanted = len(request.spec.channels)
        if 1 + len(request.more_channels) != wanted:
            raise InferenceError(
                say("This model needs {wanted} series at once.", wanted=wanted),
                say("Choose the further series that its card names."),
            )
        image = channels_on(grid, request.volume, request.more_channels, self.options.outside)
        for channel, values in enumerate(image):
            image[channel] = self.options.scaling_of(channel).applied(values)
        return image

    def _said(
        self,
        image: NDArray[np.float32],
        grid: ModelGrid,
        place: Place,
        focus: Focus,
        stages: Stages,
    ) -> Predicted:
        def on_window(done: int, total: int, box: IndexBox, look: LookHere) -> None:
            if any(low >= high for low, high in box):
                stages.window(done, total)
                return
            stages.window(done, total, *grid.preview(self._looked(look), box))

        try:
            return self._engine.predict(
                image,
                place,
                cancel=stages.cancel,
                focus_kji=lambda: grid.place_of(focus.place_lps_mm),
                on_window=on_window,
            )
        finally:
            # What is no module of PyTorch has to see to its own memory.
            release: Callable[[], None] = getattr(self._network, "release", _nothing)
            release()

    def _looked(self, look: LookHere) -> NDArray[np.uint16]:
        if self.options.output == "classes":
            return look.labels()
        # The sign is right whatever factor blending has left on logits; with probabilities
        # the factor counts, so the highest one is taken where any is there at all.
        scores = look.scores()
        best = scores.argmax(axis=0).astype(np.uint16) + np.uint16(1)
        least = 0.0 if not self.options.probabilities else 0.5 * float(scores.max(initial=0))
        return np.where(scores.max(axis=0) > least, best, np.uint16(0))

    def _probabilities(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        """Between 0 and 1, computed slice by slice, in place of the logits."""
        if self.options.probabilities:
            return logits
        for k in range(logits.shape[1]):
            part: NDArray[np.floating] = logits[:, k].astype(np.float32)
            if self.options.output == "classes":
                part = np.exp(part - part.max(axis=0))
                part /= part.sum(axis=0)
            else:
                part = 1.0 / (1.0 + np.exp(-np.clip(part, -80, 80)))
            logits[:, k] = part
        return logits

    def _labels(self, scores: NDArray[np.floating], grid: ModelGrid) -> NDArray[np.uint16]:
        if self.options.output == "classes":
            return grid.argmax_to_source(scores)
        labels = np.zeros(grid.source.shape_kji, np.uint16)
        for value, one in enumerate(scores, start=1):
            labels[grid.values_to_source(one) > self.options.threshold] = value
        return labels


def _nothing() -> None:
    """What has no memory of its own has none to give back."""


def _any_finding(
    spec: ModelSpec, scores: NDArray[np.floating], output: str
) -> NDArray[np.float32] | None:
    """The probability that a voxel belongs to any finding; None for anatomy only."""
    first = 1 if output == "classes" else 0
    found = [first + n for n, label in enumerate(spec.labels) if label.is_finding]
    if not found:
        return None
    together = scores[found].sum(axis=0) if output == "classes" else scores[found].max(axis=0)
    return np.clip(np.asarray(together, np.float32), 0.0, 1.0)


def check_labels(name: str, channels_out: int, options: WindowOptions, labels: int) -> None:
    """Raises: ModelUnavailableError: the network says another number of things than the card."""
    wanted = labels + (1 if options.output == "classes" else 0)
    if channels_out != wanted:
        raise ModelUnavailableError(
            say("The model {name} tells {found} things apart, its card names {wanted}.",
                name=name, found=channels_out, wanted=wanted),
            say("Correct the labels on its card, or `output` in its options."),
        )  # fmt: skip
