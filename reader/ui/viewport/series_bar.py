"""Under the images of a series that goes on in time, or in any other way: phases and frames."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from reader.core.study import Series
from reader.core.text import say
from reader.ui import quantities, tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionIconButton, ActionKeyCap
from reader.ui.controls.boxes import Ground, row
from reader.ui.controls.slider import Slider
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr
from reader.ui.viewport.corner_text import phase_text

_BUTTON_PX = 28


class SeriesBar(Ground):
    """A slider with a step to either side, or with a play button; absent for all others."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._workspace = kit.workspace
        px = kit.theme.px
        actions = kit.actions
        self.back, self.play, self.on = (
            ActionIconButton(kit.theme, actions, action_id, side=_BUTTON_PX)
            for action_id in (ActionId.PREVIOUS_PHASE, ActionId.PLAY, ActionId.NEXT_PHASE)
        )
        self.slider = Slider(kit.theme, tr(say("Phase or frame")), 0, 1, 0)
        self.slider.valueChanged.connect(self._chosen)
        self._words = Line(kit.theme, tokens.DETAIL)
        self._play_key = ActionKeyCap(kit.theme, actions, ActionId.PLAY)
        self._phase_keys = [
            ActionKeyCap(kit.theme, actions, action_id)
            for action_id in (ActionId.PREVIOUS_PHASE, ActionId.NEXT_PHASE)
        ]
        box = row(px(8), self.play, self._play_key, self._phase_keys[0], self.back)
        box.addWidget(self.slider, 1)
        box.addWidget(self.on)
        box.addWidget(self._phase_keys[1])
        box.addWidget(self._words)
        box.setContentsMargins(px(12), px(4), px(16), px(4))
        self.setLayout(box)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._workspace.cine.advance)
        self._listen()
        # Shown before it lies in a page it would be a window of its own.
        self.hide()
        QTimer.singleShot(0, self, self._refresh)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """What nobody sees does not play."""
        super().hideEvent(event)
        self._workspace.cine.stop()

    def _listen(self) -> None:
        heard, events = Subscriptions(self), self._workspace.events
        for signal in (
            events.viewports_changed,
            events.active_viewport_changed,
            events.study_opened,
            events.volume_added,
            self._workspace.cine.changed,
        ):
            heard.add(signal, self._refresh)

    def _refresh(self, *_payload: object) -> None:
        """Follow the active viewport's series."""
        workspace = self._workspace
        state = workspace.viewports.active
        phases = workspace.phases.of(state.series_key)
        cine = workspace.cine
        plays = cine.is_moving(state.series_key) or cine.plays(state.series_key)
        if len(phases) > 1:
            self._show_phases(phases, workspace.phases.place(state.series_key))
        elif plays and state.series_key is not None:
            self._show_frames(workspace.studies.series(state.series_key))
        self.setVisible(len(phases) > 1 or plays)
        self._keep_time(state.series_key)

    def _show_phases(self, phases: tuple[Series, ...], place: int) -> None:
        self._show_parts(is_cine=False)
        self.slider.setRange(0, len(phases) - 1)
        self.slider.show_value(place)
        phase = phases[place].phase
        self._words.show_text(phase_text(phase) if phase is not None else "")

    def _show_frames(self, series: Series) -> None:
        self._show_parts(is_cine=True)
        viewports, cine = self._workspace.viewports, self._workspace.cine
        stack = viewports.stack_of(viewports.active_id)
        count = stack.count if stack is not None else 1
        place = self._read(viewports.index_of(viewports.active_id))
        self.slider.setRange(0, count - 1)
        self.slider.show_value(place)
        rate = quantities.number(1000 / cine.frame_ms(series.key))
        number = place + 1
        words = (
            say("Frame {number} / {count} · {rate} per second",
                number=number, count=count, rate=rate)
            if cine.is_moving(series.key)
            else say("Slice {number} / {count} · {rate} per second",
                     number=number, count=count, rate=rate)
        )  # fmt: skip
        self._words.show_text(tr(words))
        self.play.show_icon(Icon.STOP if self._workspace.cine.is_playing else Icon.PLAY)

    def _read(self, index: int) -> int:
        """The place of a slice in the order of reading, or the slice at such a place."""
        stack = self._workspace.viewports.stack_of(self._workspace.viewports.active_id)
        backwards = stack is not None and stack.reads_backwards
        return stack.count - 1 - index if stack is not None and backwards else index

    def _show_parts(self, is_cine: bool) -> None:
        parts: dict[QWidget, bool] = {self.play: True, self._play_key: True}
        parts |= dict.fromkeys((self.back, self.on, *self._phase_keys), False)
        for part, is_for_cine in parts.items():
            part.setVisible(is_for_cine is is_cine)

    def _keep_time(self, series_key: str | None) -> None:
        cine = self._workspace.cine
        if cine.is_playing and series_key is not None:
            wanted = max(10, round(cine.frame_ms(series_key)))
            if not self._timer.isActive() or self._timer.interval() != wanted:
                self._timer.start(wanted)
        else:
            self._timer.stop()

    def _chosen(self, place: int) -> None:
        workspace = self._workspace
        if len(workspace.phases.of(workspace.viewports.active.series_key)) > 1:
            workspace.phases.show(place)
        else:
            workspace.viewports.set_index(workspace.viewports.active_id, self._read(place))
