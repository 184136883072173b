"""Everything that was decided, on one page, with the panel to sign and export beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.controls import chip
from reader.ui.controls.boxes import Ground, IconMark, column, row
from reader.ui.controls.chip import Chip
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.identity import study_kind
from reader.ui.kit import Kit
from reader.ui.report.findings_table import FindingsTable
from reader.ui.report.report_text import ai_line, head_line, rejected_line, report_lines
from reader.ui.report.sign_panel import SignPanel
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr

SHEET_WIDTH: Final = 1060


class ReportPage(Ground):
    """The report's sheet and the sign-off panel."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.BG)
        self._kit = kit
        self.panel = SignPanel(kit)
        self._build()
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        for signal in (
            events.findings_changed, events.mode_changed, events.settings_changed,
            events.study_opened,
        ):  # fmt: skip
            subscriptions.add(signal, self._changed)
        self.refresh()

    def refresh(self) -> None:
        """Write the report anew; nothing is worked out while it is away."""
        workspace = self._kit.workspace
        study = workspace.studies.study
        if study is None or workspace.mode is not Mode.REPORT:
            return
        self._title.show_text(study_kind(study), weight=tokens.SEMIBOLD)
        self._head.show_text(head_line(workspace), tokens.TEXT_2)
        if workspace.findings.is_signed:
            self.state.show_state(Icon.SEAL_CHECK, tr(say("Signed")), chip.BY_READER)
        else:
            words = tr(say("Draft, not signed"))
            self.state.show_state(Icon.NOTE_PENCIL, words, chip.WARNING)
        self.table.show_lines(report_lines(workspace))
        rejected = rejected_line(workspace)
        self._rejected.show_text(rejected)
        self._rejected.setVisible(bool(rejected))
        self._ai.show_text(ai_line(workspace))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the sheet in the middle of what the panel leaves."""
        super().resizeEvent(event)
        px = self._kit.theme.px
        room = self.width() - self.panel.width()
        margin = max(px(32), (room - px(SHEET_WIDTH)) // 2)
        self._sheet.setContentsMargins(margin, px(28), margin, px(28))

    def _build(self) -> None:
        theme, px = self._kit.theme, self._kit.theme.px
        content = QWidget()
        self._sheet = QVBoxLayout(content)
        self._sheet.setSpacing(px(6))
        self._title = Line(theme, tokens.BLOCK, grows=True)
        self._head = Line(theme, tokens.BODY, grows=True)
        self.state = Chip(theme, Icon.NOTE_PENCIL, "")
        titles = row(px(12))
        titles.addLayout(column(0, self._title, self._head), 1)
        titles.addWidget(self.state)
        self._sheet.addLayout(titles)
        self._sheet.addSpacing(px(14))
        heading = Line(theme, tokens.DETAIL, grows=True)
        heading.show_runs((Run(tr(say("Findings")), tokens.TEXT_2),))
        self._sheet.addWidget(heading)
        self.table = FindingsTable(self._kit)
        self.table.pressed.connect(self._go_to)
        self._sheet.addWidget(self.table)
        self._rejected = Paragraph(theme, tokens.DETAIL, "", tokens.TEXT_2)
        self._sheet.addWidget(self._rejected)
        self._sheet.addSpacing(px(10))
        self._ai = Paragraph(theme, tokens.DETAIL, "", tokens.TEXT_2)
        ai = row(px(8))
        mark = IconMark(theme, Icon.CPU, tokens.AI, 20)
        ai.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        ai.addWidget(self._ai, 1)
        self._sheet.addLayout(ai)
        self._sheet.addStretch(1)
        scroll = Scroller(content, stops=True)
        box = row(0)
        box.addWidget(scroll, 1)
        box.addWidget(self.panel)
        self.setLayout(box)

    def _go_to(self, finding_id: str) -> None:
        """Look at a finding in the images."""
        self._kit.workspace.set_mode(Mode.READ)
        self._kit.workspace.findings.select(finding_id)

    def _changed(self, *_payload: object) -> None:
        self.refresh()
