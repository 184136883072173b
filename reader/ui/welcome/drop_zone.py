"""Where a folder is dropped; while something is being opened it shows how far that is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.jobs import Job, JobKind, JobState
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls.boxes import IconMark
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.painting import painter_for, whole
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.jobs.grow_map import ProgressLine
from reader.ui.jobs.job_text import job_look
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr


class DropZone(QWidget):
    """A dashed box. The whole window takes drops; this says so."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        theme, px = kit.theme, kit.theme.px
        self._under_drag = False
        self.setFixedHeight(px(176))
        self._mark = IconMark(theme, Icon.FOLDER_OPEN, tokens.TEXT_2, 40)
        self.title = Line(theme, tokens.BLOCK, grows=True)
        self._text = Paragraph(theme, tokens.BODY, "", tokens.TEXT_2)
        self._bar = ProgressLine(theme)
        texts = QVBoxLayout()
        texts.setSpacing(px(4))
        texts.addStretch(1)
        texts.addWidget(self.title)
        texts.addWidget(self._text)
        texts.addWidget(self._bar)
        texts.addStretch(1)
        self.open_button = ActionButton(
            theme,
            kit.actions,
            ActionId.OPEN_FOLDER,
            kind=ButtonKind.MAIN,
            with_icon=False,
            large=True,
        )
        self._stop = Button(theme, tr(say("Stop")), icon=Icon.X)
        self._stop.clicked.connect(self._cancel)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(40), 0, px(40), 0)
        box.setSpacing(px(16))
        box.addWidget(self._mark)
        box.addLayout(texts, 1)
        box.addWidget(self.open_button)
        box.addWidget(self._stop)
        Subscriptions(self).add(kit.workspace.events.job_changed, self._changed)
        self.refresh()

    def show_drag(self, over: bool) -> None:
        """Say that letting go now opens what is held."""
        if over != self._under_drag:
            self._under_drag = over
            self.refresh()
            self.update()

    def refresh(self) -> None:
        """Show the job that opens something, the reason it failed, or the invitation."""
        job = self._job()
        running = job is not None and not job.is_over
        self._stop.setVisible(running)
        self.open_button.setVisible(not running)
        self._bar.setVisible(running)
        if job is not None and running:
            look = job_look(job)
            self.title.show_text(tr(job.title), weight=tokens.SEMIBOLD)
            self._text.show_text(look.state)
            self._bar.show_fraction(look.fraction, tokens.READER)
        elif job is not None and job.state is JobState.FAILED and job.error is not None:
            self.title.show_text(tr(job.error.what_happened), weight=tokens.SEMIBOLD)
            self._text.show_text(tr(job.error.what_to_do))
        else:
            words = (
                say("Drop it to open it")
                if self._under_drag
                else say("Drop a folder, a ZIP or files here")
            )
            self.title.show_text(tr(words), weight=tokens.SEMIBOLD)
            self._text.show_text(tr(say("DICOM, NIfTI, NRRD or MHA. Nothing is sent anywhere.")))
        failed = job is not None and job.state is JobState.FAILED
        self._mark.show_icon(
            Icon.WARNING_OCTAGON if failed else Icon.FOLDER_OPEN,
            tokens.DANGER if failed else tokens.TEXT_2,
        )

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A dashed edge; teal while something is held over it."""
        painter = painter_for(self)
        color = tokens.READER if self._under_drag else tokens.LINE_STRONG
        pen = QPen(QColor(color), 1.5, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.DROP_ZONE))
        radius = self._kit.theme.px(tokens.RADIUS_DROP)
        painter.drawRoundedRect(whole(self.rect()).adjusted(1, 1, -1, -1), radius, radius)

    def _job(self) -> Job | None:
        """The newest job on the way to a study, unless it ended well."""
        kinds = (JobKind.SCAN, JobKind.LOAD)
        jobs = [j for j in self._kit.workspace.jobs.jobs.values() if j.kind in kinds]
        if not jobs or jobs[-1].state in (JobState.DONE, JobState.CANCELLED):
            return None
        return jobs[-1]

    def _cancel(self) -> None:
        self._kit.workspace.jobs.cancel_kind(JobKind.SCAN, JobKind.LOAD)

    def _changed(self, _job: Job) -> None:
        self.refresh()
