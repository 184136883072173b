"""The other studies that can be shown now: of what was opened, and of the same patient."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.study import StudySummary
from reader.core.text import Text, say
from reader.session.opening.library import summary_of
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.choice_list import ChoiceList, ChoiceRow
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line
from reader.ui.identity import hidden_words
from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet
from reader.ui.quantities import date
from reader.ui.translate import tr
from reader.ui.welcome.study_row import counted


class StudyChoice(ChoiceRow):
    """One study: date and what it is, whose it is, and why it is listed."""

    def __init__(self, kit: Kit, study: StudySummary, mark: Text, color: str) -> None:
        super().__init__(kit.theme)
        self.study_uid = study.study_uid
        theme, px = kit.theme, kit.theme.px
        hidden = kit.workspace.settings.hide_identity
        day = "" if hidden else date(study.date)
        patient = study.patient
        who = patient.name.strip() or patient.patient_id
        # Without a patient the description is a folder's name, which may name one.
        description = study.description.strip() if who or not hidden else ""
        what = description or " / ".join(study.modalities) or tr(say("Study"))
        who = hidden_words() if hidden and who else who
        facts = (who, " / ".join(study.modalities), counted(study.series_count, study.image_count))
        self.mark = Line(theme, tokens.DETAIL, (Run(tr(mark), color),))
        title = Line(theme, tokens.BODY, grows=True)
        title.show_runs((Run(f"{day}  " if day else "", tokens.TEXT, tokens.MEDIUM), Run(what)))
        about = Line(theme, tokens.DETAIL, grows=True)
        about.show_text(" · ".join(fact for fact in facts if fact), tokens.TEXT_2)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(8), px(8), px(8), px(8))
        box.setSpacing(px(2))
        box.addLayout(row(px(8), title, self.mark))
        box.addWidget(about)
        self.setAccessibleName(f"{title.text}, {about.text}, {self.mark.text}")


class StudiesSheet(Sheet):
    """Enter or a click shows a study at once; nothing is asked."""

    size_at_100 = (640, 560)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Studies"), parent)
        self.list = ChoiceList(kit.theme, tr(say("Studies")))
        self.list.chosen.connect(self._chosen)
        rows, study = self._rows(), kit.workspace.studies.study
        uids = [row.study_uid for row in rows]
        is_listed = study is not None and study.study_uid in uids
        self.list.show_rows(rows, uids.index(study.study_uid) if study and is_listed else 0)
        self.column.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def height_at(self, width: int) -> int | None:
        """As high as the list."""
        return self.kit.theme.px(60) + self.list.height_at(width)

    def _rows(self) -> list[StudyChoice]:
        workspace = self.kit.workspace
        scan, study = workspace.studies.scan, workspace.studies.study
        at_hand = scan.studies if scan is not None else ()
        rows = []
        for one in at_hand:
            is_open = study is not None and one.study_uid == study.study_uid
            mark = (say("open"), tokens.READER) if is_open else (say("in this folder"), "")
            rows.append(StudyChoice(self.kit, summary_of(one), mark[0], mark[1] or tokens.TEXT_2))
        opened = {one.study_uid for one in at_hand}
        for prior in workspace.library.priors:
            if prior.study_uid not in opened:
                mark_of = self._of_patient(prior.summary.date, study.date if study else "")
                rows.append(StudyChoice(self.kit, prior.summary, mark_of, tokens.TEXT_2))
        return rows

    def _of_patient(self, day: str, open_day: str) -> Text:
        """Why a study of the library is listed."""
        if not day or not open_day or day == open_day:
            return say("same patient")
        return say("same patient, earlier") if day < open_day else say("same patient, later")

    def _chosen(self, place: int) -> None:
        workspace, chosen = self.kit.workspace, self.list.rows[place]
        if not isinstance(chosen, StudyChoice):
            return
        uid, study = chosen.study_uid, workspace.studies.study
        self.closed.emit()
        if study is not None and study.study_uid == uid:
            return
        scan = workspace.studies.scan
        at_hand = next((s for s in scan.studies if s.study_uid == uid), None) if scan else None
        if at_hand is not None:
            workspace.notices.attempt(lambda: workspace.show_study(at_hand))
        else:
            workspace.open_from_library(uid)
