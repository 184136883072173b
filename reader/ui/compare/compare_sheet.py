"""The studies that the open one can be compared with."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from reader.core.text import Text, say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.compare.words import why_listed
from reader.ui.controls.boxes import row
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.choice_list import ChoiceList
from reader.ui.controls.text import Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet
from reader.ui.pages.studies_sheet import StudyChoice
from reader.ui.translate import tr


class CompareSheet(Sheet):
    """Enter or a click lays a study beside the open one and compares them."""

    size_at_100 = (640, 560)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Compare with"), parent)
        px = kit.theme.px
        self.list = ChoiceList(kit.theme, tr(say("Studies to compare with")))
        self.list.chosen.connect(self._chosen)
        others = kit.workspace.compare.others()
        rows = []
        for other in others:
            mark = say("beside this one") if other.is_open else why_listed(other)
            color = tokens.READER if other.is_open else tokens.TEXT_2
            if not other.is_same_patient:
                color = tokens.WARNING
            rows.append(StudyChoice(kit, other.summary, mark, color))
        self.list.show_rows(rows)
        self._remark = Paragraph(kit.theme, tokens.DETAIL, tr(self._remark_words(bool(rows))))
        folder = Button(
            kit.theme, tr(say("Another folder")), icon=Icon.FOLDER_OPEN, kind=ButtonKind.QUIET
        )
        folder.clicked.connect(self._choose_folder)
        self.folder = folder
        foot = row(px(8), folder)
        foot.addStretch(1)
        foot.setContentsMargins(px(16), px(4), px(16), px(12))
        if rows:
            self.column.addWidget(self.list, 1)
        remark = row(0, self._remark)
        remark.setContentsMargins(px(16), px(4), px(16), px(4))
        self.column.addLayout(remark)
        self.column.addLayout(foot)
        self.setFocusProxy(self.list if rows else folder)

    def height_at(self, width: int) -> int | None:
        """As high as the list and what is beneath it."""
        px = self.kit.theme.px
        rows = self.list.height_at(width) if self.list.rows else 0
        return px(60) + rows + self._remark.heightForWidth(width) + px(64)

    @staticmethod
    def _remark_words(has_rows: bool) -> Text:
        if has_rows:
            return say("Nothing can be decided in the other study; open it for that.")
        return say(
            "The library has no other study of this patient. Open the folder that holds one."
        )

    def _choose_folder(self) -> None:
        self.closed.emit()
        self.kit.actions.trigger(ActionId.COMPARE_FOLDER)

    def _chosen(self, place: int) -> None:
        workspace, chosen = self.kit.workspace, self.list.rows[place]
        if not isinstance(chosen, StudyChoice):
            return
        self.closed.emit()
        workspace.notices.attempt(lambda: workspace.compare.open_prior(chosen.study_uid))
        workspace.set_mode(Mode.COMPARE)
