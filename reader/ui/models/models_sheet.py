"""The page of models: which there are, what each is, adding, checking and removing them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QHideEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.jobs import Job, JobKind
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls.boxes import IconMark, Rule, column, row
from reader.ui.controls.button import Button
from reader.ui.controls.choice_list import ChoiceList, ChoiceRow
from reader.ui.controls.painting import painter_for, whole
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.models.model_rows import AddingRow, PackRow
from reader.ui.models.offer_page import OfferPage
from reader.ui.models.pack_page import PackPage
from reader.ui.pages.sheet import Sheet
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import term
from reader.ui.translate import tr


class ModelsSheet(Sheet):
    """The list on the left, one model on the right. The whole window takes drops."""

    size_at_100 = (1120, 760)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Models"), parent)
        px = kit.theme.px
        self._models = kit.workspace.models
        self._shown: QWidget | None = None
        self._looked_at: Path | None = None
        self._wanted: str | None = None
        """The id of the model that is looked at; None: the one on its way in, or the first."""
        self.list = ChoiceList(kit.theme, tr(say("Models")))
        self.list.chosen.connect(self._chosen)
        self.drop = ModelDrop(kit)
        self.undo = self._undo_line()
        left = column(px(8), self.list)
        left.setStretch(0, 1)
        foot = column(px(8), self.undo, self.drop)
        foot.setContentsMargins(px(16), 0, px(16), px(8))
        left.addLayout(foot)
        holder = QWidget()
        holder.setLayout(left)
        holder.setFixedWidth(px(360))
        self._body: QHBoxLayout = row(0, holder, Rule(kit.theme, upright=True))
        self._page = QVBoxLayout()
        self._page.setContentsMargins(0, 0, 0, 0)
        self._body.addLayout(self._page, 1)
        self.column.addLayout(self._body, 1)
        heard = Subscriptions(self)
        heard.add(kit.workspace.events.models_changed, self._fill)
        heard.add(kit.workspace.events.job_changed, self._job_changed)
        heard.add(kit.workspace.events.study_opened, self._study_opened)
        self.setFocusProxy(self.list)
        self._models.is_watched = True
        self._models.refresh()  # somebody may have added one meanwhile, by another way

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Nobody looks any more."""
        self._models.is_watched = False
        super().hideEvent(event)

    @property
    def page(self) -> QWidget | None:
        """What is on the right."""
        return self._shown

    def show_model(self, model_id: str) -> None:
        """Look at a model."""
        self._wanted = model_id
        self._fill()

    def show_drag(self, over: bool) -> None:
        """Say that letting go now looks at what is held."""
        self.drop.show_drag(over)

    def _fill(self) -> None:
        """The model on its way in, then all there are."""
        theme, adding = self.kit.theme, self._models.adding
        if adding is not None and adding.added is not None:
            self._wanted = adding.added
            self._models.dismiss()  # comes back here without it
            return
        path = adding.path if adding is not None else None
        if path is not None and path != self._looked_at:
            self._wanted = None  # what was just dropped is what one wants to see
        self._looked_at = path
        rows: list[ChoiceRow] = [AddingRow(theme, adding)] if adding is not None else []
        packs = self._models.packs()
        rows += [PackRow(theme, pack, self._models) for pack in packs]
        ids = [pack.id for pack in packs]
        place = 0
        if self._wanted in ids:
            place = ids.index(self._wanted) + (adding is not None)
        self.list.show_rows(rows, place)
        self._show_page()
        removed = self._models.removed
        self.undo.setVisible(removed is not None)
        if removed is not None:
            spec = removed.spec
            name = term(spec.identity.name) if spec is not None else removed.id
            self._undo_words.show_text(tr(say("{name} was removed", name=name)), tokens.TEXT_2)

    def _show_page(self) -> None:
        """The page of the current row."""
        old, self._shown = self._shown, self._made_page()
        if old is not None:
            focus = old.focusWidget()
            if focus is not None and focus.hasFocus():
                self.list.setFocus()
            self._page.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._page.addWidget(self._shown)
        self._shown.show()

    def _made_page(self) -> QWidget:
        rows = self.list.rows
        current = rows[self.list.current] if 0 <= self.list.current < len(rows) else None
        if isinstance(current, PackRow):
            page = PackPage(self.kit, current.pack)
            page.left.connect(self.closed)
            return page
        if self._models.adding is not None:
            return OfferPage(self.kit, self._models.adding)
        return NoModels(self.kit)

    def _chosen(self, place: int) -> None:
        chosen = self.list.rows[place]
        self._wanted = chosen.pack.id if isinstance(chosen, PackRow) else None
        self._show_page()

    def _undo_line(self) -> QWidget:
        theme, px = self.kit.theme, self.kit.theme.px
        self._undo_words = Line(theme, tokens.DETAIL, grows=True)
        undo = Button(theme, tr(say("Undo")), icon=Icon.ARROW_U_UP_LEFT, compact=True)
        undo.clicked.connect(lambda: self.kit.workspace.notices.attempt(self._models.undo_remove))
        holder = QWidget()
        holder.setLayout(row(px(8), self._undo_words, undo))
        return holder

    def _job_changed(self, job: Job) -> None:
        """Only the bar moves."""
        if job.kind is not JobKind.MODELS:
            return
        if isinstance(self._shown, OfferPage):
            self._shown.refresh()
        elif isinstance(self._shown, PackPage) and self._shown.pack.id in self._models.checked:
            self._shown.show_check()

    def _study_opened(self, _study: object) -> None:
        self._fill()


class ModelDrop(QWidget):
    """Where a model is dropped, and the buttons that ask for one."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        theme, px = kit.theme, kit.theme.px
        self._under_drag = False
        self._title = Line(theme, tokens.BODY, grows=True)
        formats = Paragraph(
            theme,
            tokens.DETAIL,
            tr(say("nnU-Net, MONAI, ONNX, MeshNet or our own. Nothing in it is executed.")),
            tokens.TEXT_2,
        )
        buttons = row(px(8))
        for action_id in (ActionId.ADD_MODEL_FOLDER, ActionId.ADD_MODEL_FILE):
            words = kit.actions.spec(action_id).short_text
            buttons.addWidget(ActionButton(theme, kit.actions, action_id, compact=True, text=words))
        buttons.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), px(12))
        box.setSpacing(px(4))
        box.addWidget(self._title)
        box.addWidget(formats)
        box.addSpacing(px(6))
        box.addLayout(buttons)
        self.show_drag(False)

    def show_drag(self, over: bool) -> None:
        """Say that letting go now looks at what is held."""
        self._under_drag = over
        words = say("Drop it to look at it") if over else say("Drop a model here")
        self._title.show_text(tr(words), weight=tokens.MEDIUM)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A dashed edge; teal while something is held over it."""
        painter = painter_for(self)
        color = tokens.READER if self._under_drag else tokens.LINE_STRONG
        pen = QPen(QColor(color), 1.5, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.DROP_ZONE))
        radius = self._kit.theme.px(tokens.RADIUS_BOX)
        painter.drawRoundedRect(whole(self.rect()).adjusted(1, 1, -1, -1), radius, radius)


class NoModels(QWidget):
    """There is none at all, and what to do."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        theme, px = kit.theme, kit.theme.px
        title = Line(theme, tokens.TITLE, grows=True)
        title.show_text(tr(say("No model is installed")), weight=tokens.SEMIBOLD)
        words = say("Studies can be read without one. Add a model that you have.")
        text = Paragraph(theme, tokens.BODY, tr(words), tokens.TEXT_2)
        texts = column(px(4), title, text)
        line = row(px(12))
        line.addWidget(IconMark(theme, Icon.CPU, tokens.TEXT_2, 24), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        line.setContentsMargins(px(20), px(8), px(20), 0)
        box = column(0)
        box.addLayout(line)
        box.addStretch(1)
        self.setLayout(box)
