"""Handing over: which formats, into which folder; "saved" is said after reading back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.handing_over.export import ExportFormat
from reader.session.jobs import Job, JobKind, JobState
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls.boxes import IconMark, row
from reader.ui.controls.button import Button
from reader.ui.controls.check_box import CheckBox
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.jobs.job_text import job_look
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import one_after_the_other, tr
from reader.ui.window.file_dialogs import choose_folder

FORMATS: Final = (
    (ExportFormat.SEG, say("DICOM segmentation (SEG)"), True),
    (ExportFormat.SR, say("DICOM report (SR)"), True),
    (ExportFormat.KO, say("Key images (KO)"), True),
    (ExportFormat.JSON, say("Findings as JSON"), False),
    (ExportFormat.NIFTI, say("Label map as NIfTI"), False),
)


class ExportBox(QWidget):
    """Formats, folder, and the button that writes."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._folder: Path | None = None
        self._job_id: int | None = None
        theme, px = kit.theme, kit.theme.px
        head = Line(theme, tokens.DETAIL, grows=True)
        head.show_runs((Run(tr(say("Export")), tokens.TEXT_2, tokens.MEDIUM),))
        checked = Line(theme, tokens.DETAIL)
        checked.show_text(tr(say("read back and compared")), tokens.TEXT_2)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), px(4))
        box.setSpacing(px(2))
        box.addLayout(row(px(8), head, checked))
        self.boxes = {kind: CheckBox(theme, tr(words), on) for kind, words, on in FORMATS}
        for check_box in self.boxes.values():
            box.addWidget(check_box)
            check_box.toggled.connect(self.refresh)
        self._place = Line(theme, tokens.DETAIL, grows=True)
        change = Button(theme, tr(say("Folder")), icon=Icon.FOLDER, compact=True)
        change.clicked.connect(self._ask_folder)
        box.addSpacing(px(4))
        box.addLayout(row(px(8), self._place, change))
        self.export_button = ActionButton(theme, kit.actions, ActionId.EXPORT, wide=True)
        box.addSpacing(px(4))
        box.addWidget(self.export_button)
        self._mark = IconMark(theme, Icon.CHECK_CIRCLE, tokens.SUCCESS, 16)
        self._outcome = Paragraph(theme, tokens.DETAIL, "", tokens.TEXT_2)
        outcome = row(px(8), self._mark)
        outcome.addWidget(self._outcome, 1)
        box.addSpacing(px(4))
        box.addLayout(outcome)
        subscriptions = Subscriptions(self)
        subscriptions.add(kit.workspace.events.job_changed, self._job_changed)
        subscriptions.add(kit.workspace.events.study_opened, self._study_opened)
        self._say(None)
        self.refresh()

    @property
    def outcome(self) -> str:
        """What is said about the last export."""
        return self._outcome.text

    def export(self, folder: Path | None = None) -> None:
        """Write into a folder; asks for one if none was chosen yet."""
        self._folder = folder or self._folder
        self.refresh()
        workspace = self._kit.workspace
        formats = [kind for kind, check_box in self.boxes.items() if check_box.isChecked()]
        if self._folder is None:
            self._ask_folder(and_export=True)
        else:
            job = workspace.exporter.export_study(self._folder, formats)
            self._job_id = job.id if job is not None else None

    def refresh(self) -> None:
        """Say where to, and what this source allows."""
        workspace = self._kit.workspace
        study = workspace.studies.study
        is_dicom = study is None or any(series.format == "dicom" for series in study.series)
        for kind, check_box in self.boxes.items():
            check_box.setEnabled(is_dicom or not kind.needs_dicom)
        words = tr(say("No folder chosen")) if self._folder is None else str(self._folder)
        if self._folder is not None and workspace.settings.hide_identity:
            words = tr(say("Folder hidden"))
        self._place.show_text(words, tokens.TEXT_2)

    def _ask_folder(self, and_export: bool = False) -> None:
        def chosen(folder: Path) -> None:
            self._folder = folder
            self.refresh()
            if and_export:
                self.export()

        choose_folder(self, tr(say("Export into")), self._folder, chosen)

    def _job_changed(self, job: Job) -> None:
        if job.kind is JobKind.EXPORT and job.id == self._job_id:
            self._say(job)

    def _study_opened(self, _study: object) -> None:
        self._job_id = None
        self._say(None)

    def _say(self, job: Job | None) -> None:
        """What became of the export; "saved" only after it was read back."""
        self._mark.setVisible(job is not None)
        self._outcome.setVisible(job is not None)
        if job is None:
            return
        look = job_look(job)
        text = look.state
        if job.state is JobState.DONE:
            count = len(self._kit.workspace.exporter.last_written)
            text = tr(say("Saved {count} files, read back and compared.", count=count))
        elif job.error is not None:
            text = one_after_the_other(job.error.what_happened, job.error.what_to_do)
        icon = Icon.HOURGLASS_MEDIUM if job.state is JobState.RUNNING else look.icon
        self._mark.show_icon(icon, look.color)
        self._outcome.show_text(text)
