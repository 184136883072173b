"""What others made of the open study, beneath the findings; hidden where there is nothing."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from reader.core.errors import ReaderError
from reader.core.imported import ImportedKeyImages, ImportedPresentation, ImportedSegmentation
from reader.core.text import say
from reader.session.opening.imported_objects import ListedObject
from reader.ui import tokens
from reader.ui.controls.boxes import Rule, row
from reader.ui.controls.painting import Run
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.text import Line
from reader.ui.kit import Kit
from reader.ui.objects.object_rows import ObjectRow, PlaceLine, SegmentLine, WindowLine
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr

_HIGHEST_PX = 300
_MOST_LINES = 300
"""Rows made for one object: a structure set may have more than anybody reads."""


class ObjectList(QWidget):
    """Objects, each with its segments or images under it once it is unfolded.

    `text_wanted`: the object named in `imported.text_of` is to be read as text.
    """

    text_wanted = Signal()
    resized = Signal()

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._rows: dict[str, ObjectRow] = {}
        self._lines: dict[str, list[QWidget]] = {}
        self._unfolded: set[str] = set()
        self._build()
        subscriptions = Subscriptions(self)
        subscriptions.add(kit.workspace.events.objects_changed, self.refresh)
        subscriptions.add(kit.workspace.events.overlay_changed, self._overlay_changed)
        self.refresh()

    @property
    def rows(self) -> tuple[ObjectRow, ...]:
        """One for each object, from the top."""
        return tuple(self._rows.values())

    def lines_of(self, uid: str) -> tuple[QWidget, ...]:
        """What is under an object that is unfolded."""
        return tuple(self._lines.get(uid, ()))

    def unfold(self, uid: str) -> None:
        """Show what is in an object, or no longer."""
        self._unfolded ^= {uid}
        self.refresh()

    def refresh(self) -> None:
        """Bring every row up to date."""
        listed = {one.uid: one for one in self._kit.workspace.imported.listed}
        self.setVisible(bool(listed))
        if list(self._rows) != list(listed):
            self._make_rows(listed)
        for uid, one in listed.items():
            self._rows[uid].refresh(one)
            self._show_lines(one)
        self._count.show_text(str(len(listed)), tokens.TEXT_2)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Tell what lies above that there is less room, or more."""
        super().resizeEvent(event)
        self.resized.emit()

    def _build(self) -> None:
        theme, px = self._kit.theme, self._kit.theme.px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(Rule(theme))
        run = Run(tr(say("By others")), weight=tokens.SEMIBOLD)
        title = Line(theme, tokens.TITLE, (run,))
        self._count = Line(theme, tokens.DETAIL)
        head = row(px(8), title)
        head.addStretch(1)
        head.addWidget(self._count)
        head.setContentsMargins(px(16), px(10), px(16), px(4))
        box.addLayout(head)
        content = QWidget()
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(px(8), 0, px(8), px(8))
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self._content = content
        self._scroll = Scroller(content, stops=True)
        self._scroll.setAccessibleName(tr(say("By others")))
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        box.addWidget(self._scroll)

    def _fit(self) -> None:
        """As high as what is listed, up to a limit."""
        px = self._kit.theme.px
        self._list.activate()
        width = max(self.width(), px(280))
        wanted = max(self._list.heightForWidth(width), self._list.sizeHint().height())
        self._scroll.setFixedHeight(min(wanted + px(2), px(_HIGHEST_PX)))

    def _make_rows(self, listed: dict[str, ListedObject]) -> None:
        for lines in self._lines.values():
            _drop(lines)
        _drop(list(self._rows.values()))
        self._rows, self._lines = {}, {}
        self._unfolded &= set(listed)
        for place, (uid, one) in enumerate(listed.items()):
            made = ObjectRow(self._kit, one)
            made.unfold_wanted.connect(lambda uid=uid: self.unfold(uid))
            made.text_wanted.connect(lambda uid=uid: self._read_text(uid))
            made.copy_wanted.connect(lambda uid=uid: self._open_copy(uid))
            self._rows[uid] = made
            self._list.insertWidget(place, made)
            made.show()

    def _show_lines(self, one: ListedObject) -> None:
        """Make the lines of an object that was unfolded or read, drop those of a folded one."""
        wanted = one.uid in self._unfolded
        has = one.uid in self._lines
        if has and not wanted:
            _drop(self._lines.pop(one.uid))
        elif wanted and not has:
            lines = self._made_lines(one)
            if lines:
                self._lines[one.uid] = lines
            place = self._list.indexOf(self._rows[one.uid]) + 1
            for offset, line in enumerate(lines):
                self._list.insertWidget(place + offset, line)
                line.show()  # else it counts for nothing when the height is chosen
        for line in self._lines.get(one.uid, ()):
            if isinstance(line, SegmentLine):
                line.refresh()

    def _made_lines(self, one: ListedObject) -> list[QWidget]:
        content = one.content
        if isinstance(content, ImportedSegmentation):
            segments = content.segments[:_MOST_LINES]
            return [SegmentLine(self._kit, one.uid, content, segment) for segment in segments]
        if isinstance(content, ImportedKeyImages):
            return [PlaceLine(self._kit, place) for place in content.places[:_MOST_LINES]]
        if isinstance(content, ImportedPresentation):
            return [WindowLine(self._kit, key, window) for key, window in content.windows]
        return []

    def _read_text(self, uid: str) -> None:
        self._kit.workspace.imported.text_of = uid
        self.text_wanted.emit()

    def _open_copy(self, uid: str) -> None:
        """Hand a document to the desktop; only ever because the reader asked for it."""
        try:
            path = self._kit.workspace.imported.copy_of(uid)
        except ReaderError as error:
            self._kit.workspace.notices.fail(error)
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _overlay_changed(self) -> None:
        if self._rows:
            self.refresh()


def _drop(widgets: list[QWidget] | list[ObjectRow]) -> None:
    for widget in widgets:
        widget.hide()
        widget.deleteLater()
