"""Hanging protocols: choosing one, and keeping what is on screen as one of the reader's own.

What is on screen is the draft: layout, series, planes, windows and slabs are changed where
they are always changed, or here, and are seen in the viewports at once.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.hanging.protocols import Protocol
from reader.ui import tokens
from reader.ui.controls.boxes import Rule, column, row
from reader.ui.controls.button import Button
from reader.ui.controls.choice_list import ChoiceList
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line
from reader.ui.hanging.present_editor import PresentEditor
from reader.ui.hanging.protocol_rows import ProtocolRow, protocol_name
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.pages.sheet import Sheet
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr


class HangingSheet(Sheet):
    """The list on the left, what is on screen on the right. Nothing is asked."""

    size_at_100 = (1080, 720)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Hanging protocols"), parent)
        px = kit.theme.px
        self.hangings = kit.workspace.hangings
        self.list = ChoiceList(kit.theme, tr(say("Hanging protocols")))
        self.list.chosen.connect(self._apply)
        self.editor = PresentEditor(kit)
        self.editor.saved.connect(self._saved)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(px(4))
        left.addWidget(self.list, 1)
        left.addWidget(self._hint())
        left.addLayout(self._acts())
        holder = QWidget()
        holder.setLayout(left)
        holder.setFixedWidth(px(340))
        body: QHBoxLayout = row(0, holder)
        edge = Rule(kit.theme, upright=True)
        body.addWidget(edge)
        body.addWidget(Scroller(self.editor), 1)
        self.column.addLayout(body, 1)
        heard = Subscriptions(self)
        heard.add(kit.workspace.hangings.changed, self._fill)
        heard.add(kit.workspace.events.study_opened, self._study_opened)
        self.setFocusProxy(self.list)
        self._fill()

    @property
    def selected(self) -> Protocol | None:
        """The protocol of the current row."""
        rows = self.list.rows
        if not 0 <= self.list.current < len(rows):
            return None
        chosen = rows[self.list.current]
        return chosen.protocol if isinstance(chosen, ProtocolRow) else None

    def _hint(self) -> QWidget:
        theme, px = self.kit.theme, self.kit.theme.px
        hint = Line(theme, tokens.DETAIL, grows=True)
        hint.show_text(tr(say("Enter hangs the study by it")), tokens.TEXT_2)
        hint.setContentsMargins(px(16), 0, px(16), 0)
        holder = QWidget()
        box = row(0, hint)
        box.setContentsMargins(px(16), 0, px(16), 0)
        holder.setLayout(box)
        return holder

    def _acts(self) -> QVBoxLayout:
        """What can be done with the current row."""
        px = self.kit.theme.px
        self.always = self._button(say("Always so"), Icon.STAR, self._always)
        self.never = self._button(say("Best fit again"), Icon.ARROW_COUNTER_CLOCKWISE, self._reset)
        self.copy = self._button(say("Make a copy"), Icon.PLUS, self._duplicate)
        self.delete = self._button(say("Delete"), Icon.TRASH, self._delete)
        self.undo = self._button(say("Undo delete"), Icon.ARROW_U_UP_LEFT, self._undo)
        first, second = row(px(8), self.always, self.never), row(px(8), self.copy, self.delete)
        second.addWidget(self.undo)
        for line in (first, second):
            line.addStretch(1)
        acts = column(px(6))
        acts.addLayout(first)
        acts.addLayout(second)
        acts.setContentsMargins(px(16), px(4), px(16), px(8))
        return acts

    def _button(self, text: object, icon: Icon, act: Callable[[], object]) -> Button:
        button = Button(self.kit.theme, tr(text), icon=icon, compact=True)  # type: ignore[arg-type]
        button.clicked.connect(lambda: self.kit.workspace.notices.attempt(lambda: act()))
        return button

    def _fill(self) -> None:
        """The protocols that fit, the best first, then the others."""
        before = self.selected
        fitting = self.hangings.fitting
        ids = {one.id for one in fitting}
        others = [one for one in self.hangings.protocols if one.id not in ids]
        listed = [*fitting, *sorted(others, key=lambda one: (not one.is_own, one.name))]
        theme = self.kit.theme
        rows = [ProtocolRow(theme, one, self.hangings, one.id in ids) for one in listed]
        wanted = before.id if before is not None else self.hangings.current
        place = next((n for n, one in enumerate(listed) if one.id == wanted), 0)
        self.list.show_rows(rows, place)
        self._refresh()

    def _refresh(self) -> None:
        chosen, deleted = self.hangings.chosen, self.hangings.deleted
        self.never.setEnabled(chosen is not None)
        self.undo.setVisible(deleted is not None)
        self.delete.setVisible(deleted is None)
        own = [one for one in self.list.rows if isinstance(one, ProtocolRow)]
        self.delete.setEnabled(any(one.protocol.is_own for one in own))

    def _apply(self, place: int) -> None:
        chosen = self.list.rows[place]
        if isinstance(chosen, ProtocolRow):
            protocol_id = chosen.protocol.id
            self.kit.workspace.notices.attempt(lambda: self.hangings.apply(protocol_id))
            self.editor.show_name(protocol_name(chosen.protocol) if chosen.protocol.is_own else "")

    def _always(self) -> None:
        protocol = self.selected
        if protocol is not None:
            self.hangings.prefer(protocol.id)

    def _reset(self) -> None:
        self.hangings.prefer(None)

    def _duplicate(self) -> None:
        protocol = self.selected
        if protocol is not None:
            self.hangings.duplicate(
                protocol.id, tr(say("Copy of {name}", name=protocol_name(protocol)))
            )

    def _delete(self) -> None:
        protocol = self.selected
        if protocol is not None and protocol.is_own:
            self.hangings.delete(protocol.id)

    def _undo(self) -> None:
        self.hangings.undo_delete()

    def _saved(self, protocol_id: str) -> None:
        ids = [one.protocol.id for one in self.list.rows if isinstance(one, ProtocolRow)]
        if protocol_id in ids:
            self.list.go_to(ids.index(protocol_id))

    def _study_opened(self, _study: object) -> None:
        self._fill()
