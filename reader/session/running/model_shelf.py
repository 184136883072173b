"""The models of this machine as the reader manages them: looked at, added, removed, chosen."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import NotAllowedError, ReaderError
from reader.core.model import ModelSpec
from reader.core.model_library import ModelLibrary, Pack, PackOffer, PackState
from reader.core.text import Text, say
from reader.session.events import SessionEvents
from reader.session.jobs import Job, JobKind, JobQueue, JobState
from reader.session.notices import Notices
from reader.session.running.model_choices import ModelChoices


class AddingStep(enum.Enum):
    """Where the addition of a model stands."""

    LOOKING = "looking"
    OFFERED = "offered"
    ADDING = "adding"
    REFUSED = "refused"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Adding:
    """One model on its way in; replaced, never changed.

    `offer` from OFFERED on, unless looking failed; `error` says why it was refused;
    `added` is the id it has now.
    """

    path: Path
    step: AddingStep
    offer: PackOffer | None = None
    error: ReaderError | None = None
    job: int | None = None
    added: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a pack said; `wrong` is empty where all is well."""

    wrong: tuple[Text, ...] = ()
    job: int | None = None
    """Set while it goes on."""


class ModelShelf:
    """All methods on the main thread; what takes long is a job. Announces `models_changed`."""

    def __init__(
        self,
        events: SessionEvents,
        jobs: JobQueue,
        notices: Notices,
        make_library: Callable[[], ModelLibrary] | None,
        choices: ModelChoices,
        specs: Callable[[], tuple[ModelSpec, ...]],
    ) -> None:
        """`make_library` is called when it is first needed; None: there is nothing to manage.

        `specs`: what can be run now.
        """
        self._events = events
        self._jobs = jobs
        self._notices = notices
        self._make_library = make_library
        self._made: ModelLibrary | None = None
        self._choices = choices
        self._specs = specs
        self._packs: tuple[Pack, ...] | None = None
        self.adding: Adding | None = None
        """The model that is being added, if one is."""
        self.removed: Pack | None = None
        """What was removed last and can be had back."""
        self.checked: dict[str, Checked] = {}
        """What checks said, by model id, since the application was started."""
        self.is_watched = False
        """Whether a page shows what becomes of additions, so that nothing else need say it."""
        events.job_changed.connect(self._job_changed)
        events.settings_changed.connect(self._settings_changed)

    # What there is

    @property
    def is_managed(self) -> bool:
        """Whether models can be added and removed here."""
        return self._make_library is not None

    def packs(self) -> tuple[Pack, ...]:
        """Every pack, whatever its state. Read once until something changes."""
        if self._packs is None:
            if self._library is not None:
                self._packs = self._library.packs()
            else:
                self._packs = tuple(_runnable(spec) for spec in self._specs())
        return self._packs

    def pack(self, model_id: str) -> Pack | None:
        """A pack by its id."""
        return next((pack for pack in self.packs() if pack.id == model_id), None)

    def refresh(self) -> None:
        """Read the packs again, as when somebody changed the folder by hand."""
        self._packs = None
        self._events.models_changed.emit()

    # Which one runs

    def preferred(self, modality: str) -> ModelSpec | None:
        """The model that runs on a modality unless another is named; None: no model is there.

        The chosen one, else the first whose card names the modality, else the first.
        """
        specs = self._specs()
        chosen = self._choices.chosen_for(modality)
        for fits in (
            lambda spec: spec.identity.id == chosen,
            lambda spec: spec.eligibility.modality == modality,
            lambda spec: True,
        ):
            found = next((spec for spec in specs if fits(spec)), None)
            if found is not None:
                return found
        return None

    def modalities_of(self, spec: ModelSpec) -> tuple[str, ...]:
        """The modalities that a model is the one to run on, unless another is named."""
        asked = {spec.eligibility.modality, *self._choices.modalities()} - {""}
        return tuple(
            modality
            for modality in sorted(asked)
            if (found := self.preferred(modality)) is not None
            and found.identity.id == spec.identity.id
        )

    def prefer(self, model_id: str, modality: str) -> None:
        """Run this model on a modality from now on. Raises: StorageError."""
        self._choices.choose(modality, model_id)
        self._events.models_changed.emit()

    # Adding

    def take_in(
        self,
        paths: Sequence[Path],
        otherwise: Callable[[Sequence[Path]], object],
        on_model: Callable[[], object],
    ) -> None:
        """Look at what was dropped if it is a model, else hand it on."""
        library = self._library
        if library is None or len(paths) != 1:
            otherwise(paths)
            return

        def work(_report: ReportProgress, _cancel: CancelToken) -> bool:
            return library.recognises(paths[0])

        def sorted_out(is_model: bool) -> None:
            if is_model:
                on_model()
                self.look(paths[0])
            else:
                otherwise(paths)

        self._jobs.submit(JobKind.DROP, say("Looking at what was dropped"), work, sorted_out)

    def look(self, path: Path) -> None:
        """Find out what a folder or file is. What was offered before is dropped.

        Raises: NotAllowedError: another model is just being added.
        """
        library = self._managed()
        if self.adding is not None and self.adding.step is AddingStep.ADDING:
            raise NotAllowedError(
                say("Another model is being added."), say("Wait for its end, or stop it first.")
            )
        self.dismiss()

        def work(report: ReportProgress, cancel: CancelToken) -> PackOffer:
            return library.look(path, report, cancel)

        self.adding = Adding(path, AddingStep.LOOKING)
        job = self._jobs.submit(JobKind.MODELS, say("Looking at a model"), work, self._offered)
        self._move(replace(self.adding, job=job.id))

    def add(self, *, trust: bool = False) -> None:
        """Add what was offered. `trust`: the person trusts its file, which can hold code."""
        adding, library = self.adding, self._managed()
        if adding is None or adding.offer is None or adding.step is AddingStep.ADDING:
            return
        offer = adding.offer

        def work(report: ReportProgress, cancel: CancelToken) -> ModelSpec:
            return library.add(offer, report, cancel, trust=trust)

        title = say("Adding {name}", name=offer.name)
        job = self._jobs.submit(JobKind.MODELS, title, work, self._added)
        self._move(replace(adding, step=AddingStep.ADDING, job=job.id, error=None))

    def stop(self) -> None:
        """Stop looking, adding or checking; the library stays as it was."""
        self._jobs.cancel_kind(JobKind.MODELS)

    def dismiss(self) -> None:
        """Leave what was offered alone."""
        adding, self.adding = self.adding, None
        if adding is None:
            return
        if adding.job is not None:
            self._jobs.cancel(adding.job)
        if adding.offer is not None and adding.step is not AddingStep.ADDED:
            self._clear_away()
        self._events.models_changed.emit()

    # Changing what is there

    def remove(self, model_id: str) -> None:
        """Take a pack out; `undo_remove` puts it back. Raises: ModelUnavailableError."""
        pack, library = self.pack(model_id), self._managed()
        library.remove(model_id)
        self.removed = pack
        if self.adding is not None and self.adding.added == model_id:
            self.adding = None
        self.refresh()

    def undo_remove(self) -> None:
        """Put back what was removed last. Raises: ModelUnavailableError."""
        if self.removed is not None:
            self._managed().restore(self.removed.id)
            self.removed = None
            self.refresh()

    def trust(self, model_id: str) -> None:
        """Trust a pack's file, which can hold code. Raises: ModelUnavailableError."""
        self._managed().trust(model_id)
        self.refresh()

    def check(self, model_id: str) -> None:
        """Hash a pack's files, check its card and run it once."""
        library = self._managed()

        def work(report: ReportProgress, cancel: CancelToken) -> tuple[Text, ...]:
            return library.check(model_id, report, cancel)

        def done(wrong: tuple[Text, ...]) -> None:
            self.checked[model_id] = Checked(wrong)
            self._events.models_changed.emit()

        job = self._jobs.submit(JobKind.MODELS, say("Checking a model"), work, done)
        self.checked[model_id] = Checked(job=job.id)
        self._events.models_changed.emit()

    def close(self) -> None:
        """The session ends: what was removed is gone for good now."""
        if self._made is not None:
            self._made.forget_removed()

    @property
    def _library(self) -> ModelLibrary | None:
        if self._made is None and self._make_library is not None:
            self._made = self._make_library()
        return self._made

    # What jobs say

    def _managed(self) -> ModelLibrary:
        if self._library is None:
            raise NotAllowedError(
                say("Models cannot be changed here."), say("Change them where they run.")
            )
        return self._library

    def _offered(self, offer: PackOffer) -> None:
        if self.adding is not None and self.adding.path == offer.path:
            self._move(replace(self.adding, step=AddingStep.OFFERED, offer=offer, job=None))
        else:
            self._clear_away()

    def _added(self, spec: ModelSpec) -> None:
        if self.adding is not None:
            added = spec.identity.id
            offer = self.adding.offer
            if offer is not None and not offer.needs:
                self.checked[added] = Checked()
            self.adding = replace(self.adding, step=AddingStep.ADDED, added=added, job=None)
        self._packs = None
        self._notices.attempt(lambda: self._keep_preference(spec))
        self.refresh()

    def _keep_preference(self, added: ModelSpec) -> None:
        """What ran on a modality goes on to run there: a name must not decide that."""
        modality = added.eligibility.modality
        if self._choices.chosen_for(modality) is not None:
            return
        others = (p.spec for p in self.packs() if p.state is PackState.OK and p.spec is not None)
        for spec in others:
            is_added = spec.identity.id == added.identity.id
            if not is_added and spec.eligibility.modality == modality:
                self._choices.choose(modality, spec.identity.id)
                return

    def _job_changed(self, job: Job) -> None:
        """A job that failed or was stopped ends what it was for."""
        if job.kind is not JobKind.MODELS or job.state not in (JobState.FAILED, JobState.CANCELLED):
            return
        for model_id in [key for key, one in self.checked.items() if one.job == job.id]:
            del self.checked[model_id]
            self._events.models_changed.emit()
        adding = self.adding
        if adding is None or adding.job != job.id:
            return
        if job.state is JobState.FAILED:
            self._move(replace(adding, step=AddingStep.REFUSED, error=job.error, job=None))
        elif adding.offer is not None:
            self._move(replace(adding, step=AddingStep.OFFERED, job=None))
        else:
            self._move(None)

    def _settings_changed(self, _settings: object) -> None:
        """Only signed packs, or all: what can be run may be another now."""
        self.refresh()

    def _move(self, adding: Adding | None) -> None:
        self.adding = adding
        self._events.models_changed.emit()

    def _clear_away(self) -> None:
        """Delete what was unpacked to be looked at, before anything else is looked at."""
        library = self._library
        if library is None:
            return

        def work(_report: ReportProgress, _cancel: CancelToken) -> None:
            library.forget_offers()

        self._jobs.submit(JobKind.MODELS, say("Clearing away"), work, lambda _none: None)


def _runnable(spec: ModelSpec) -> Pack:
    """A model of a runner that has no library."""
    return Pack(spec.identity.id, PackState.OK, shipped=True, spec=spec)
