"""The `Runner` that runs PyTorch in a thread of this process.

PyTorch takes seconds to import, so that is left to the first run.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import Cancelled, InferenceError, ReaderError
from reader.core.explanation import ExplainRequest, Explanation
from reader.core.focus import Focus
from reader.core.model import InferenceRequest, InferenceResult, ModelSpec
from reader.core.text import say
from reader.inference.engine.own_thread import run_in_own_thread

if TYPE_CHECKING:
    from reader.inference.adapters.adapter import OpenModel

_log = logging.getLogger(__name__)

Open = Callable[[ModelSpec], "OpenModel"]
Models = Path | Callable[[], tuple[ModelSpec, ...]]
"""A folder of packs, or what lists the models that can be run."""


class TorchRunner:
    """Runs the models that are listed. Keeps the last network in memory for the next run.

    `beside_a_screen`: leave the user interface its cores, at the lowest priority.
    `open_with` replaces the opening of models in tests.
    """

    def __init__(
        self,
        models: Models,
        *,
        beside_a_screen: bool = True,
        open_with: Open | None = None,
    ) -> None:
        self._models = models
        self._beside_a_screen = beside_a_screen
        self._open = open_with
        self._warm: tuple[str, OpenModel] | None = None

    def specs(self) -> tuple[ModelSpec, ...]:
        """The models that can be run."""
        # Cards are checked with pydantic, which the first window does without.
        from reader.inference.packs.registry import load_specs

        return load_specs(self._models) if isinstance(self._models, Path) else self._models()

    def run(
        self,
        request: InferenceRequest,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus | None = None,
    ) -> InferenceResult:
        """See `core.model.Runner.run`. Blocks; the work is done in a thread of its own."""
        place = focus or Focus(request.focus_lps_mm)
        return run_in_own_thread(
            lambda: self._run(request, report, cancel, place), low_priority=self._beside_a_screen
        )

    def explain(
        self, request: ExplainRequest, report: ReportProgress, cancel: CancelToken
    ) -> Explanation:
        """See `core.model.Runner.explain`. Blocks; the work is done in a thread of its own."""
        return run_in_own_thread(
            lambda: self._explain(request, report, cancel), low_priority=self._beside_a_screen
        )

    def warm(self) -> None:
        """Nothing: importing PyTorch beside a window would hold it up."""

    def close(self) -> None:
        """See `core.model.Runner.close`."""
        self._warm = None

    def _run(
        self,
        request: InferenceRequest,
        report: ReportProgress,
        cancel: CancelToken,
        focus: Focus,
    ) -> InferenceResult:
        with told_in_words():
            cancel.check()
            report(Progress(0, 0, say("Loading the model")))
            from reader.inference.engine.device import choose_device
            from reader.inference.engine.place import Place

            place = Place(choose_device(request.device), self._beside_a_screen)
            return self._opened(request.spec).run(request, place, report, cancel, focus)

    def _explain(
        self, request: ExplainRequest, report: ReportProgress, cancel: CancelToken
    ) -> Explanation:
        cancel.check()
        report(Progress(0, 0, say("Loading the model")))
        with told_in_words():
            from reader.inference.adapters.adapter import Explains
            from reader.inference.engine.device import choose_device
            from reader.inference.engine.place import Place

            model = self._opened(request.spec)
            if not isinstance(model, Explains):
                raise InferenceError(
                    say("This kind of model cannot be asked what a finding hung on."),
                    say("Look at its score and its uncertainty over the image."),
                )
            place = Place(choose_device(request.device), self._beside_a_screen)
            return model.explain(request, place, report, cancel)

    def _opened(self, spec: ModelSpec) -> OpenModel:
        if self._warm is None or self._warm[0] != spec.identity.sha256:
            self._warm = None
            self._warm = (spec.identity.sha256, (self._open or open_model)(spec))
        return self._warm[1]


@contextmanager
def told_in_words() -> Iterator[None]:
    """What goes wrong inside ends as an error for the reader."""
    try:
        yield
    except (Cancelled, ReaderError):
        raise
    except Exception as error:
        _log.exception("The model failed")
        if _is_want_of_memory(error):
            raise out_of_memory() from error
        raise InferenceError(
            say("The model stopped with an error ({kind}).", kind=type(error).__name__),
            say("Run it again; if it happens again, run `reader doctor`."),
        ) from error


def out_of_memory() -> InferenceError:
    """What is said where there is no memory to run a model in."""
    return InferenceError(
        say("The model needs more memory than is free."),
        say("Close other programs and run it again."),
    )


def _is_want_of_memory(error: Exception) -> bool:
    """Whether memory ran out, of the machine or of its graphics card."""
    if "torch" not in sys.modules:
        return isinstance(error, MemoryError)
    from reader.inference.engine.device import is_out_of_memory

    return is_out_of_memory(error)


def open_model(spec: ModelSpec) -> OpenModel:
    """The model of a card with its weights loaded, by the adapter of its format."""
    from reader.inference.adapters.known import adapter_of

    return adapter_of(spec.format).open(spec)
