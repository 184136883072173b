"""The bar below everything: what is saved, what mouse and keys mean, what the AI runs on."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from reader.core.review import RecordKind, active_records
from reader.core.text import Text, say
from reader.ui import tokens
from reader.ui.controls.boxes import Ground, IconMark, Rule
from reader.ui.controls.painting import painter_for
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.quantities import clock
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr
from reader.ui.window.hints import APART, hints
from reader.ui.window.saved_clock import SavedClock


class StatusBar(Ground):
    """24 or 26 px, never higher. In narrow windows the hints leave first."""

    def __init__(self, kit: Kit, ai_runs_on: Text, saved: SavedClock) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._kit = kit
        self._ai_runs_on = ai_runs_on
        self._clock = saved
        self._kind = kit.workspace.viewports.active.kind
        self.setFixedHeight(kit.theme.px(kit.frame.status_bar))
        self._build()
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        for signal in (
            events.mode_changed, events.study_opened, events.active_viewport_changed,
            events.volume_added, events.job_changed, events.findings_changed, kit.tools.changed,
        ):  # fmt: skip
            subscriptions.add(signal, self._changed)
        subscriptions.add(events.viewports_changed, self._panes_changed)
        kit.question.changed.connect(self.refresh)
        saved.changed.connect(self.refresh)
        kit.actions.keymap_changed.connect(self.refresh)
        self.refresh()

    def _panes_changed(self) -> None:
        """Slices became an overview, or the other way; nothing else of panes concerns it."""
        kind = self._kit.workspace.viewports.active.kind
        if kind is not self._kind:
            self._kind = kind
            self.refresh()

    @property
    def saved_text(self) -> str:
        """What is said about the disk."""
        return self._saved.text

    @property
    def hints_text(self) -> str:
        """What is said about mouse and keys."""
        return self._hints.text

    def refresh(self) -> None:
        """Bring the bar up to date."""
        kit = self._kit
        saved = self._saved_text()
        self._disk.setVisible(bool(saved))
        self._saved.show_text(saved, tokens.TEXT_2)
        asked = kit.question.finding_id is not None
        self._all_hints = hints(
            kit.workspace, kit.tools.active_id, asked, kit.tools.mouse, kit.actions.shown_key
        )
        self._machine.show_text(self._machine_text(), tokens.TEXT_2)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let the hints leave where they do not fit, the last ones first."""
        super().resizeEvent(event)
        self._make_room()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Fill, with a line on top."""
        super().paintEvent(event)
        painter = painter_for(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(tokens.LINE))

    def _build(self) -> None:
        theme, px = self._kit.theme, self._kit.theme.px
        self._disk = IconMark(theme, Icon.FLOPPY_DISK, tokens.TEXT_2, 16)
        self._saved = Line(theme, tokens.SMALL)
        self._hints = Line(theme, tokens.SMALL)
        self._machine = Line(theme, tokens.SMALL)
        self._use = Line(theme, tokens.SMALL)
        self._use.show_text(tr(say("Research use only, not for diagnosis")), tokens.TEXT_2)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(12), 1, px(12), 0)
        box.setSpacing(px(8))
        box.addWidget(self._disk)
        box.addWidget(self._saved)
        box.addStretch(1)
        box.addWidget(self._hints)
        box.addStretch(1)
        box.addWidget(self._machine)
        box.addSpacing(px(8))
        box.addWidget(Rule(theme, upright=True, length=12))
        box.addSpacing(px(8))
        box.addWidget(self._use)

    def _make_room(self) -> None:
        others = (self._disk, self._saved, self._machine, self._use)
        taken = sum(widget.sizeHint().width() for widget in others)
        room = self.width() - taken - self._kit.theme.px(120)
        groups = self._all_hints.split(APART)
        for count in range(len(groups), 0, -1):
            self._hints.show_text(APART.join(groups[:count]), tokens.TEXT_2)
            if self._hints.sizeHint().width() <= room:
                break
        self._hints.setVisible(self._hints.sizeHint().width() <= room)

    def _saved_text(self) -> str:
        """`Saved 10:42:07 · 14 decisions on record`."""
        workspace = self._kit.workspace
        if workspace.studies.study is None or self._clock.at is None:
            return ""
        active = active_records(workspace.findings.records)
        count = sum(record.kind is RecordKind.DECISION for record in active)
        time = clock(self._clock.at)
        if not count:
            return tr(say("Saved {time}", time=time))
        if count == 1:
            return tr(say("Saved {time} · 1 decision on record", time=time))
        return tr(say("Saved {time} · {count} decisions on record", time=time, count=count))

    def _machine_text(self) -> str:
        """What the AI runs on; on the welcome page also that it needs nobody else."""
        runs_on = tr(self._ai_runs_on)
        if self._kit.workspace.studies.study is not None:
            return runs_on
        return f"{runs_on} · {tr(say('no network needed'))}"

    def _changed(self, *_payload: object) -> None:
        self.refresh()
