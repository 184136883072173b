"""The same model on the same images again: the result is there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reader.core.model import InferenceRequest, InferenceResult, Verdict
from reader.core.text import say
from reader.session.jobs import JobKind, JobQueue
from reader.storage.run_cache import RunCache, run_key


class EarlierRuns:
    """Gives back what was computed before, and keeps what is computed now."""

    def __init__(
        self, cache: RunCache, jobs: JobQueue, study_of_run: Callable[[str], str | None]
    ) -> None:
        """`study_of_run`: the study a run's result is part of already, on disk."""
        self._cache = cache
        self._jobs = jobs
        self._study_of_run = study_of_run

    def find(
        self, request: InferenceRequest, study_uid: str, despite: Verdict
    ) -> tuple[str, InferenceResult | None]:
        """The key of a request, and the result of an earlier run that had the same. On a worker.

        What ran in spite of a caution is no answer to who did not ask for that. A run is
        part of one study only: for another it is computed anew.
        """
        key = run_key(request, despite)
        result = self._cache.find(key, request.volume.geometry)
        if result is None or self._study_of_run(result.run_id) not in (None, study_uid):
            return key, None
        note = say("This is the result of an earlier run on the same images.")
        return key, replace(result, notes=(*result.notes, note))

    def keep(self, key: str, result: InferenceResult) -> None:
        """Keep a result for next time, when there is nothing else to do."""
        self._jobs.submit(
            JobKind.LIBRARY,
            say("Keeping a result for next time"),
            lambda _report, _cancel: self._cache.keep(key, result),
            lambda _nothing: None,
        )
