"""Hanging protocols at work: the one in force, those that fit, the reader's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from psygnal import Signal

from reader.core.errors import NotAllowedError
from reader.core.settings import Settings
from reader.core.study import Series, Study
from reader.core.text import Text, say
from reader.session.comparing.companions import OtherStudy, When
from reader.session.comparing.compare import Compare
from reader.session.events import SessionEvents
from reader.session.hanging.own_protocols import OwnProtocols, fresh_id
from reader.session.hanging.present_protocol import plan_of, selector_for
from reader.session.hanging.protocol_files import load_protocols
from reader.session.hanging.protocols import (
    Applies,
    Hung,
    Protocol,
    ViewportPlan,
    hung_by,
    ranked,
    turned,
)
from reader.session.hanging.series_choice import SeriesSelector
from reader.session.hanging.window_wishes import WindowWishes
from reader.session.study_store import StudyStore
from reader.session.viewing.display import Display
from reader.session.viewing.hanging import choose_series, leading_plane, transform_at_first
from reader.session.viewing.relevance import alike_before
from reader.session.viewing.study_kind import StudyKind, kind_of_study
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import ViewportState


class Hangings:
    """Hangs the open study, by itself once and then as the reader asks."""

    changed = Signal()
    """Another protocol is in force, or there are others to choose from."""

    def __init__(
        self,
        shipped: Path,
        own: Path,
        studies: StudyStore,
        viewports: ViewportStore,
        display: Display,
        compare: Compare,
        events: SessionEvents,
        read: Callable[[Series], None],
        settings: Callable[[], Settings],
        warn: Callable[[Text], object],
    ) -> None:
        """`compare` lays earlier studies beside; `read` reads a series not in memory.

        `warn` tells of files that were left out.
        """
        self._shipped_folder = shipped
        self._warn = warn
        self._own = OwnProtocols(own)
        self._studies = studies
        self._viewports = viewports
        self._compare = compare
        self._read = read
        self._settings = settings
        self.windows = WindowWishes(studies, viewports, display)
        self._deleted: Protocol | None = None
        self._kind: StudyKind | None = None
        self._fitting: tuple[Protocol, ...] | None = None
        for signal in (
            events.study_opened, events.companions_changed, events.series_added,
            events.library_changed, events.settings_changed,
        ):  # fmt: skip
            signal.connect(self._look_again)
        events.companions_changed.connect(self._priors_came)
        self.changed.connect(self._look_again)
        self.complaints: list[Text] = self._own.complaints
        self.current: str | None = None
        """The id of the protocol that hung what is on screen; None = nothing hangs."""

    # Which there are

    @cached_property
    def _shipped(self) -> tuple[Protocol, ...]:
        """Read when the first study is opened, not at the start."""
        protocols, complaints = load_protocols(self._shipped_folder)
        for complaint in complaints:
            self._warn(complaint)
        return protocols

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """The reader's own, then those that came with the product and are not replaced.

        The latter have priors on the side where the reader wants them.
        """
        own = self._own.protocols
        replaced = {one.id for one in own}
        shipped = [one for one in self._shipped if one.id not in replaced]
        if self._settings().prior_on_right:
            shipped = [turned(one) for one in shipped]
        return (*own, *shipped)

    def protocol(self, protocol_id: str | None) -> Protocol | None:
        """A protocol by its id."""
        return next((one for one in self.protocols if one.id == protocol_id), None)

    @property
    def kind(self) -> StudyKind | None:
        """The kind of the open study."""
        study = self._studies.study
        if study is None:
            return None
        if self._kind is None:
            at_hand = max(len(self._priors(study)), len(self._earlier()))
            self._kind = kind_of_study(study, choose_series(study), at_hand)
        return self._kind

    @property
    def fitting(self) -> tuple[Protocol, ...]:
        """Those that fit the open study, the one that would hang it first."""
        study, kind = self._studies.study, self.kind
        if study is None or kind is None:
            return ()
        if self._fitting is None:
            self._fitting = self._found(study, kind)
        return self._fitting

    def _found(self, study: Study, kind: StudyKind) -> tuple[Protocol, ...]:
        laid = self._priors(study)
        best = ranked(self.protocols, kind, study, laid)
        chosen = self._own.chosen_for(kind.key)
        most = kind.priors if self._settings().hang_priors else len(laid)
        return tuple(sorted(best, key=lambda one: (one.id != chosen, one.most_priors > most)))

    @property
    def chosen(self) -> str | None:
        """The protocol that was chosen for good for studies like the open one."""
        kind = self.kind
        return self._own.chosen_for(kind.key) if kind is not None else None

    # Hanging

    def first_series(self, study: Study) -> str | None:
        """The series to read first: that of the first viewport that will show one."""
        for protocol in self.fitting[:1]:
            found = hung_by(protocol, study, self._priors(study))
            return next((one.series.key for one in found if one.series is not None), None)
        return None

    def hang(self, series: Series) -> None:
        """Hang the open study by what fits it best; `series` is the one that can be seen."""
        best = next(iter(self.fitting), None)
        if best is None or not self._put(best):
            self._viewports.show_series(series.key)
            self._read(series)

    def apply(self, protocol_id: str) -> None:
        """Hang the open study by this protocol. Raises: NotAllowedError: nothing of it fits."""
        protocol = self.protocol(protocol_id)
        if protocol is None or self._studies.study is None:
            return
        if not self._put(protocol):
            raise NotAllowedError(
                say("The study has no series for this hanging protocol."),
                say("Choose another one."),
            )
        for series_key in {state.series_key for state in self._viewports.states}:
            volume = self._studies.volume(series_key)
            if series_key is not None and volume is not None:
                self.windows.grant(self._studies.series(series_key), volume, again=True)
        self.changed.emit()

    def step(self, steps: int) -> None:
        """Hang by the next protocol that fits, round and round."""
        ids = [one.id for one in self.fitting]
        if not ids:
            return
        at = ids.index(self.current) if self.current in ids else (-1 if steps > 0 else 0)
        self.apply(ids[(at + steps) % len(ids)])

    def forget(self) -> None:
        """The study is being put away."""
        self.windows.clear()
        self.current = None

    @property
    def hangs_priors(self) -> bool:
        """Whether the protocol in force shows earlier studies."""
        protocol = self.protocol(self.current)
        return protocol is not None and protocol.most_priors > 0

    def hang_again(self, protocol_id: str | None) -> bool:
        """The study was left hung by this; whether that is hung anew, and not as it was left.

        Viewports are put back one by one, except where earlier studies must come first.
        """
        protocol = self.protocol(protocol_id)
        return protocol is not None and protocol.most_priors > 0 and self._put(protocol)

    def restored(self, protocol_id: str | None) -> None:
        """The study came back as it was left, hung by this protocol."""
        self.current = protocol_id if self.protocol(protocol_id) is not None else None
        self.changed.emit()

    # The reader's own. Each raises StorageError.

    def prefer(self, protocol_id: str | None) -> None:
        """Always hang studies like the open one by this protocol; None: by the best fit."""
        kind = self.kind
        if kind is not None:
            self._own.choose(kind.key, protocol_id)
            self.changed.emit()

    def save(self, protocol: Protocol) -> Protocol:
        """Keep an own protocol; a new one, and a shipped one that was changed, get an id."""
        ids = [one.id for one in self.protocols]
        mine = {one.id for one in self._own.protocols}
        own_id = protocol.id if protocol.id in mine else fresh_id(protocol.name, ids)
        saved = replace(protocol, id=own_id, is_own=True)
        self._own.save(saved)
        self.changed.emit()
        return saved

    def present(self, name: str, applies: Applies) -> Protocol:
        """What is on screen as a protocol for such studies; it is not kept yet."""
        viewports = self._viewports
        plans = tuple(self._present_plan(state) for state in viewports.states)
        filled = sum(state.series_key is not None for state in viewports.states)
        applies = replace(applies, filled=max(1, min(applies.filled, filled)))
        return Protocol("", name, viewports.layout, plans, applies, is_own=True)

    def usual_applies(self) -> Applies:
        """What a new protocol applies to unless the reader says otherwise."""
        kind = self.kind or StudyKind()
        return Applies(
            modality=tuple(sorted(kind.modalities)),
            region=tuple(sorted(kind.regions)),
            forms=(kind.leading.value,),
            priors=(1, 99) if self._shows_priors() else (0, 99),
            filled=len({s.series_key for s in self._viewports.states} - {None}),
        )

    def duplicate(self, protocol_id: str, name: str) -> None:
        """Keep a copy of a protocol as an own one."""
        protocol = self.protocol(protocol_id)
        if protocol is not None:
            self.save(replace(protocol, id="", name=name))

    def delete(self, protocol_id: str) -> None:
        """Delete an own protocol; `undo_delete` brings the last one back."""
        gone = self._own.delete(protocol_id)
        if gone is not None:
            self._deleted = gone
            if self.current == protocol_id:
                self.current = None
            self.changed.emit()

    @property
    def deleted(self) -> Protocol | None:
        """What was deleted last and can be brought back."""
        return self._deleted

    def undo_delete(self) -> None:
        """Bring back what was deleted last."""
        if self._deleted is not None:
            self._own.save(self._deleted)
            self._deleted = None
            self.changed.emit()

    # How it is done

    def _look_again(self, *_payload: object) -> None:
        """Something changed that says which protocols fit."""
        self._kind = self._fitting = None

    def _priors(self, study: Study) -> tuple[Study, ...]:
        """The studies beside the open one that are its priors, newest first."""
        return alike_before(study, self._studies.companions)

    def _earlier(self) -> list[OtherStudy]:
        """The earlier studies of the patient that show the same, newest first."""
        priors = self._compare.available_priors()
        return [one for one in priors if one.when is When.BEFORE and one.is_alike]

    def _put(self, protocol: Protocol) -> bool:
        """Lay the viewports out; whether any of them found a series."""
        study = self._studies.study
        if study is None:
            return False
        hung = hung_by(protocol, study, self._priors(study))
        shown = [one.series for one in hung if one.series is not None]
        if not shown:
            return False
        self.current = protocol.id
        self.windows.clear()
        if protocol.layout is None:
            plan = hung[0].plan
            self.windows.look_for(shown[0], plan.window, plan.inverted)
            self._viewports.show_series(shown[0].key)
        else:
            states = self._states(hung)
            self._viewports.hang(protocol.layout, states)
            own = (s.id for s, one in zip(states, hung, strict=True) if _is_present(one))
            self._viewports.activate(next(own, states[0].id))
        for series in (*shown, *(one.fused for one in hung if one.fused is not None)):
            self._read(series)
        self._lay_priors(protocol, len(self._priors(study)))
        return True

    def _shows_priors(self) -> bool:
        return any(self._studies.is_companion(s.series_key) for s in self._viewports.states)

    def _present_plan(self, state: ViewportState) -> ViewportPlan:
        key = state.series_key
        if key is None or not self._studies.has_series(key):
            return ViewportPlan(plane=state.plane)
        fused = self._selector(state.fused_key) if state.fused_key is not None else None
        inverted = self._viewports.looks.is_inverted(key, state.look)
        return plan_of(state, self._selector(key), fused, self.windows.name_of(state), inverted)

    def _selector(self, series_key: str) -> SeriesSelector:
        """The rule for a series of the open study or of an earlier one."""
        study = self._studies.study_of(series_key)
        open_study = self._studies.study
        if study is None or open_study is None:
            return SeriesSelector()
        priors = [one.study_uid for one in self._priors(open_study)]
        prior = priors.index(study.study_uid) + 1 if study.study_uid in priors else 0
        return selector_for(self._studies.series(series_key), study, prior)

    def _lay_priors(self, protocol: Protocol, laid: int) -> None:
        """Have the earlier studies looked up that a protocol shows and that do not lie by yet."""
        missing = [one for one in self._earlier() if not one.is_open]
        for prior in missing[: max(protocol.most_priors - laid, 0)]:
            self._compare.open_prior(prior.study_uid)
        self._link(protocol)

    def _priors_came(self) -> None:
        """Fill the viewports that waited for an earlier study, and tie them to the present."""
        protocol, study = self.protocol(self.current), self._studies.study
        if protocol is None or study is None or self._compare.is_on or not protocol.most_priors:
            return
        if self._viewports.layout is not protocol.layout:
            return
        hung = self._states(hung_by(protocol, study, self._priors(study)))
        empty = {s.id for s in self._viewports.states if s.series_key is None}
        came = [s for s in hung if s.id in empty and s.series_key is not None]
        if came:
            self._viewports.put(*came)
            for state in came:
                self._read(self._studies.series(state.series_key or ""))
            self._link(protocol)
        elif empty and protocol not in self.fitting and self.fitting:
            self._put(self.fitting[0])  # its headers say more than the library: it is no prior

    def _link(self, protocol: Protocol) -> None:
        """Tie each viewport of an earlier study to that of the present with the same series."""
        states, plans = self._viewports.states, protocol.viewports
        pairs: list[tuple[str, str]] = []
        for n, plan in enumerate(plans):
            present = replace(plan.series, prior=0)
            to = next((m for m, other in enumerate(plans) if other.series == present), None)
            shown = plan.series.prior > 0 and to is not None and states[n].series_key is not None
            if shown and to is not None and states[to].series_key is not None:
                pairs.append((states[n].id, states[to].id))
        if pairs:
            self._compare.link_panes(tuple(pairs), 1)

    def _states(self, hung: tuple[Hung, ...]) -> tuple[ViewportState, ...]:
        return tuple(self._state(f"v{n}", one) for n, one in enumerate(hung))

    def _state(self, viewport_id: str, hung: Hung) -> ViewportState:
        plan, series = hung.plan, hung.series
        geometry = series.geometry if series is not None else None
        return ViewportState(
            viewport_id,
            plan.plane or leading_plane(geometry),
            series.key if series is not None else None,
            zoom=plan.zoom,
            transform=transform_at_first(series),
            kind=plan.kind,
            slab=plan.slab,
            fused_key=hung.fused.key if hung.fused is not None else None,
            fusion_opacity=plan.opacity,
            look=self.windows.look_for(series, plan.window, plan.inverted),
        )


def _is_present(hung: Hung) -> bool:
    """Whether a viewport shows a series of the open study."""
    return hung.series is not None and hung.plan.series.prior == 0
