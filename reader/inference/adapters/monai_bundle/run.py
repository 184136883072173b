"""One run of a bundle: MONAI's transforms on our volume, our windows, and the way back."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import InferenceError
from reader.core.focus import Focus
from reader.core.geometry import FloatArray, IndexBox, VolumeGeometry
from reader.core.model import InferenceRequest, InferenceResult
from reader.core.text import say
from reader.core.volume import Volume
from reader.inference.adapters.grids import ModelGrid, aligned_grid, channels_on
from reader.inference.adapters.monai_bundle import transforms
from reader.inference.adapters.monai_bundle.bundle import Bundle
from reader.inference.adapters.result import segmentation_result
from reader.inference.adapters.stages import Stages
from reader.inference.engine.place import Place
from reader.inference.engine.sliding import LookHere
from reader.inference.networks.monai_networks import import_monai

if TYPE_CHECKING:
    import torch
    from torch import nn

_SLICES: Final = 8
_LPS_OF_RAS: Final = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(slots=True, eq=False)
class OpenBundle:
    """A bundle with its network in memory."""

    bundle: Bundle
    network: nn.Module
    exact: bool = False

    def run(
        self,
        request: InferenceRequest,
        place: Place,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult:
        """See `OpenModel.run`."""
        import torch

        stages = Stages(report, cancel)
        with torch.inference_mode(), warnings.catch_warnings():
            # MONAI warns of defaults that will change; nobody here can do anything about it.
            warnings.simplefilter("ignore")
            with stages.stage("preprocess", say("Preparing the images")):
                data, preprocessing = self._preprocessed(request)
            with stages.stage("network", say("Running the model")):
                said, device = self._said(request, data, place, focus, stages)
            stages.finishing()
            with stages.stage("to_source_grid", say("Fitting the result to the images")):
                found = self._any_finding(said, data, preprocessing, request)
                labels = self._labels(said, data, preprocessing, request.volume)
        return segmentation_result(
            request, labels, seconds=stages.seconds, device=device, notes=stages.notes,
            probability=found,
        )  # fmt: skip

    def _preprocessed(self, request: InferenceRequest) -> tuple[dict[str, Any], Any]:
        """What the bundle's transforms make of the image, and they themselves."""
        bundle = self.bundle
        if 1 + len(request.more_channels) != len(bundle.channels):
            raise InferenceError(
                say("This model needs {wanted} series at once.", wanted=len(bundle.channels)),
                say("Choose the further series that its card names."),
            )
        made = transforms.build(bundle.preprocessing, bundle.name, "preprocessing")
        loading = transforms.named(bundle.preprocessing, "LoadImaged", bundle.name)
        has_channel = any(one.get("ensure_channel_first") is True for one in loading)
        image = as_meta_tensor(request, channel_first=has_channel)
        data = made({bundle.image_key: image})
        found = data.get(bundle.image_key)
        if found is None or found.ndim != 4 or found.shape[0] != len(bundle.channels):
            raise InferenceError(
                say("The bundle's preparation does not fit this series."),
                say("Choose a series of the kind that its card names."),
            )
        return data, made

    def _said(
        self,
        request: InferenceRequest,
        data: dict[str, Any],
        place: Place,
        focus: Focus,
        stages: Stages,
    ) -> tuple[Any, str]:
        """What the network says of the prepared image, as a MetaTensor, and the device."""
        import torch

        from reader.inference.engine.windowed_model import WindowedModel
        from reader.inference.networks.named import FirstOutput

        image = data[self.bundle.image_key]
        shape = tuple(int(n) for n in image.shape[1:])
        settings = self.bundle.inferer.settings(shape)
        if settings is None:
            return self._by_monai(image, place, stages)
        outputs = self.bundle.outputs
        classes = len(outputs.names) + (1 if outputs.exclusive else 0)
        grid = ModelGrid(request.volume.geometry, geometry_of(image))

        def on_window(done: int, total: int, box: IndexBox, look: LookHere) -> None:
            stages.window(done, total, *grid.preview(self._looked(look), box))

        engine = WindowedModel(
            [FirstOutput(self.network)], settings, classes,
            exact=self.exact, overlapping=not outputs.exclusive,
        )  # fmt: skip
        predicted = engine.predict(
            np.ascontiguousarray(image.as_tensor().float().cpu().numpy()),
            place,
            cancel=stages.cancel,
            focus_kji=lambda: grid.place_of(focus.place_lps_mm),
            on_window=on_window,
        )
        stages.notes += predicted.notes
        logits = torch.from_numpy(np.asarray(predicted.logits, np.float32))
        return _like(logits, image), str(predicted.device)

    def _by_monai(self, image: Any, place: Place, stages: Stages) -> tuple[Any, str]:  # noqa: ANN401
        passes = 0

        def on_pass() -> None:
            nonlocal passes
            stages.cancel.check()
            passes += 1
            stages.window(0, passes + 1)

        network = self.network.to(place.device)
        try:
            plain = image.as_tensor().float().to(place.device)
            said = self.bundle.inferer.run(network, plain, on_pass).float().cpu()
        finally:
            self.network.to("cpu")
        return _like(said, image), str(place.device)

    def _looked(self, look: LookHere) -> NDArray[np.uint16]:
        if self.bundle.outputs.exclusive:
            return look.labels()
        scores = look.scores()
        best = scores.argmax(axis=0).astype(np.uint16) + np.uint16(1)
        return np.where(scores.max(axis=0) > 0, best, np.uint16(0))

    def _labels(
        self,
        said: Any,  # noqa: ANN401 - MetaTensor
        data: dict[str, Any],
        preprocessing: Any,  # noqa: ANN401
        volume: Volume,
    ) -> NDArray[np.uint16]:
        """After the bundle's own postprocessing, on the source grid. `said` is used up."""
        bundle = self.bundle
        left = list(bundle.postprocessing)
        decided = transforms.steps_to_argmax(left, bundle.name)
        if decided and bundle.outputs.exclusive:
            said, left = _best(said), left[decided:]
        after = transforms.build(left, bundle.name, "postprocessing", preprocessing)
        key = bundle.answer_key
        out = after({**data, key: said})
        found = out[key]
        if not transforms.named(bundle.postprocessing, "Invertd", bundle.name):
            found = self._inverted(_decided(found, bundle), data, preprocessing, nearest=True)
        values = np.asarray(_plain(found).float().cpu().numpy(), np.float32)
        return _painted(values, volume.geometry.shape_kji, bundle)

    def _inverted(
        self,
        values: Any,  # noqa: ANN401
        data: dict[str, Any],
        preprocessing: Any,  # noqa: ANN401
        *,
        nearest: bool,
    ) -> Any:  # noqa: ANN401
        module = import_monai("monai.transforms")
        key = self.bundle.answer_key
        undo = module.Invertd(
            keys=key, transform=preprocessing, orig_keys=self.bundle.image_key,
            nearest_interp=nearest, to_tensor=True,
        )  # fmt: skip
        return undo({**data, key: values})[key]

    def _any_finding(
        self,
        said: Any,  # noqa: ANN401
        data: dict[str, Any],
        preprocessing: Any,  # noqa: ANN401
        request: InferenceRequest,
    ) -> NDArray[np.float16] | None:
        """The probability of any finding on the source grid; None for anatomy only."""
        import torch

        exclusive = self.bundle.outputs.exclusive
        first = 1 if exclusive else 0
        wanted = [first + n for n, label in enumerate(request.spec.labels) if label.is_finding]
        if not wanted:
            return None
        logits = said.as_tensor()
        if exclusive:
            together = torch.softmax(logits, 0)[wanted].sum(0, keepdim=True)
        else:
            together = torch.sigmoid(logits)[wanted].amax(0, keepdim=True)
        back = self._inverted(_like(together, said), data, preprocessing, nearest=False)
        values = np.asarray(_plain(back)[0].float().cpu().numpy(), np.float32)
        on_source = np.ascontiguousarray(values.transpose(2, 1, 0))
        return np.clip(on_source, 0, 1).astype(np.float16)


def as_meta_tensor(request: InferenceRequest, *, channel_first: bool) -> Any:  # noqa: ANN401
    """The image as MONAI reads it from a file: axes (i, j, k), the affine in RAS mm."""
    import torch

    volume = request.volume
    if request.more_channels or volume.is_color:
        grid = aligned_grid(volume.geometry, _axes_of(volume.geometry))
        stacked = channels_on(grid, volume, request.more_channels)
        turned = np.ascontiguousarray(stacked.transpose(0, 3, 2, 1))
        channel: object = 0
    else:
        turned = np.ascontiguousarray(np.asarray(volume.voxels, np.float32).transpose(2, 1, 0))
        turned = turned[None] if channel_first else turned
        channel = 0 if channel_first else "no_channel"
    meta = {"original_channel_dim": channel, "spatial_shape": np.array(turned.shape[-3:])}
    monai_data = import_monai("monai.data")
    return monai_data.MetaTensor(
        torch.from_numpy(turned), affine=torch.from_numpy(_ras(volume.geometry)), meta=meta
    )


def geometry_of(image: Any) -> VolumeGeometry:  # noqa: ANN401 - MetaTensor
    """Where a prepared image's voxels are; its axes as they are in the array."""
    affine = _LPS_OF_RAS @ np.asarray(image.affine.cpu().numpy(), np.float64)
    a, b, c = (int(n) for n in image.shape[-3:])
    return VolumeGeometry((a, b, c), affine)


def _ras(geometry: VolumeGeometry) -> FloatArray:
    """Columns for i, j, k, rounded as NIfTI stores them: shapes hang on the last digit.

    With spacings like 1.2 and 1.6 mm the number of voxels is a tie, and MONAI's networks were
    trained and measured on files.
    """
    affine = geometry.affine_kji_to_lps[:, [2, 1, 0, 3]]
    return np.ascontiguousarray((_LPS_OF_RAS @ affine).astype(np.float32), np.float64)


def _axes_of(geometry: VolumeGeometry) -> str:
    """The letters of the grid's own axes, so that an aligned grid leaves it as it is."""
    from reader.core.orientation import nearest_world_axes

    letters = []
    for axis, world in enumerate(nearest_world_axes(geometry)):
        forward = geometry.affine_kji_to_lps[world, axis] > 0
        letters.append(("LPS" if forward else "RAI")[world])
    return "".join(letters)


def _like(values: torch.Tensor, image: Any) -> Any:  # noqa: ANN401
    """Values on a prepared image's grid, with its way back."""
    monai_data = import_monai("monai.data")
    return monai_data.MetaTensor(
        values, meta=dict(image.meta), applied_operations=list(image.applied_operations)
    )


def _plain(values: Any) -> torch.Tensor:  # noqa: ANN401
    found: torch.Tensor = values.as_tensor() if hasattr(values, "as_tensor") else values
    return found


def _best(scores: Any) -> Any:  # noqa: ANN401
    """The class with the highest score, one channel, a few slices at a time.

    What softmax would make of a hundred classes first takes gigabytes and changes no order.
    """
    import torch

    plain = _plain(scores)
    labels = torch.empty((1, *plain.shape[1:]))
    for first in range(0, plain.shape[1], _SLICES):
        part = slice(first, first + _SLICES)
        labels[0, part] = plain[:, part].argmax(0).float()
    return _like(labels, scores)


def _decided(values: Any, bundle: Bundle) -> Any:  # noqa: ANN401
    """Labels, where postprocessing has left scores."""
    plain = _plain(values)
    if bundle.outputs.exclusive and plain.shape[0] > 1:
        return _best(values)
    return values


def _painted(
    values: NDArray[np.float32], shape_kji: tuple[int, int, int], bundle: Bundle
) -> NDArray[np.uint16]:
    """From (channels, i, j, k) to one label map (k, j, i)."""
    turned = values.transpose(0, 3, 2, 1)
    if turned.shape[1:] != shape_kji:
        raise InferenceError(
            say("The bundle's result could not be fitted to the images."),
            say("Choose another model; this one does not keep track of what it does."),
        )
    most = len(bundle.outputs.names)
    if bundle.outputs.exclusive:
        chosen = turned[0] if len(turned) == 1 else turned.argmax(axis=0)
        labels = np.rint(chosen).astype(np.uint16)
        return np.where(labels <= most, labels, np.uint16(0))
    labels = np.zeros(shape_kji, np.uint16)
    masks = turned[:most] > 0.5
    # The larger first: one region may lie in another, and then both are to be seen.
    for n in sorted(range(len(masks)), key=lambda n: -int(np.count_nonzero(masks[n]))):
        labels[masks[n]] = n + 1
    return labels
