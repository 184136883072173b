"""Packs of Reading Room's own format: a network named on the card and a pipeline for its task."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import ModelUnavailableError
from reader.core.explanation import ExplainRequest, Explanation
from reader.core.focus import Focus
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec
from reader.core.text import say
from reader.inference.adapters.adapter import ModelDraft, OpenModel
from reader.inference.engine.place import Place
from reader.inference.packs.registry import has_card

if TYPE_CHECKING:
    from torch import nn

    from reader.inference.chest_ct.likeness import Likeness
    from reader.inference.engine.familiarity import Familiar
    from reader.inference.engine.windowed_model import WindowedModel


@dataclass(slots=True, eq=False)
class TaskPipeline:
    """A network under the pipeline that its card's task names."""

    network: nn.Module
    familiar: Familiar | None = None
    _model: WindowedModel | None = field(default=None, init=False)

    def run(
        self,
        request: InferenceRequest,
        place: Place,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult:
        """See `OpenModel.run`."""
        from reader.inference.chest_ct.in_tiles import in_tiles
        from reader.inference.chest_ct.loading import pipeline_of

        if self._model is None:
            self._model = in_tiles(self.network)
        return pipeline_of(request.spec)(
            request, self._model, place, report, cancel, focus, self._likeness()
        )

    def _likeness(self) -> Likeness | None:
        from reader.inference.chest_ct.likeness import likeness_of

        return likeness_of(self.network, self.familiar)

    def explain(
        self, request: ExplainRequest, place: Place, report: ReportProgress, cancel: CancelToken
    ) -> Explanation:
        """See `Explains.explain`."""
        import torch

        from reader.inference.chest_ct.loading import explainer_of
        from reader.inference.engine.windowed_model import threads_beside

        torch.set_num_threads(threads_beside(place))
        ask = explainer_of(request.spec)
        return ask(request, self.network, place.device, report, cancel)


class OwnPacks:
    """Reading Room's own packs: safetensors weights and a complete card beside them."""

    format = "reading-room"
    packages: tuple[str, ...] = ()
    runs_code = False

    def recognises(self, path: Path) -> bool:
        """Whether there is a card of ours."""
        return has_card(path)

    def draft(self, path: Path) -> ModelDraft:
        """A pack brings its own card, so there is nothing to draft."""
        raise ModelUnavailableError(
            say("The card of the model {name} cannot be read.", name=path.name),
            say("Restore model.json from where the model came from."),
        )

    def open(self, spec: ModelSpec) -> OpenModel:
        """See `Adapter.open`."""
        from reader.inference.chest_ct.loading import load_network
        from reader.inference.engine.familiarity import load_familiar

        return TaskPipeline(load_network(spec), load_familiar(spec))


ADAPTER: Final = OwnPacks()
