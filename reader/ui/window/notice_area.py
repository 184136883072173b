"""What the session has to say, in a corner, without stopping anything."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.jobs import JobKind
from reader.session.notices import Notice, NoticeLevel
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.controls.boxes import MessageBox, Tone
from reader.ui.controls.icon_button import IconButton
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr

MOST: Final = 3
OF_THE_STUDY: Final = frozenset({ActionId.UNREADABLE.value, ActionId.STUDIES.value})
"""Actions that are about what was opened: notices that offer them go with it."""
PASSING: Final = frozenset({NoticeLevel.INFO, NoticeLevel.REFUSED})
"""What is said once and leaves by itself, or when the next is said."""
INFORMATION_STAYS_MS: Final = 10_000
TONES: Final = {
    NoticeLevel.INFO: Tone.PLAIN,
    NoticeLevel.REFUSED: Tone.WARNING,
    NoticeLevel.WARNING: Tone.WARNING,
    NoticeLevel.ERROR: Tone.DANGER,
}


class NoticeBox(MessageBox):
    """One notice. Good news and refusals leave by themselves; the others wait to be closed."""

    done = Signal()

    def __init__(self, kit: Kit, notice: Notice) -> None:
        text = tr(notice.what_to_do) if notice.what_to_do is not None else ""
        super().__init__(kit.theme, TONES[notice.level], tr(notice.what_happened), text)
        self.notice = notice
        close = IconButton(kit.theme, Icon.X, tr(say("Close")), keys="Esc", side=24)
        close.clicked.connect(self.done)
        self.add_to_head(close)
        if notice.offers:
            self.add_act(
                ActionButton(kit.theme, kit.actions, ActionId(notice.offers), compact=True)
            )
        if notice.level in PASSING:
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(self.done)
            timer.start(INFORMATION_STAYS_MS)


class NoticeArea(QWidget):
    """The newest notices, the newest at the bottom. `grew` when its height changed."""

    grew = Signal()

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(parent)
        self._kit = kit
        self._boxes: list[NoticeBox] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(kit.theme.px(8))
        subscriptions = Subscriptions(self)
        subscriptions.add(kit.workspace.events.notice_posted, self.show_notice)
        subscriptions.add(kit.workspace.events.study_opened, self._study_opened)
        self.hide()

    @property
    def boxes(self) -> tuple[NoticeBox, ...]:
        """The notices on screen, the newest last."""
        return tuple(self._boxes)

    def height_at(self, width: int) -> int:
        """How high the notices are at a width."""
        return self._column.totalHeightForWidth(width)

    def show_notice(self, notice: Notice) -> None:
        """Put a notice up, unless it is up already or the page says the same."""
        workspace = self._kit.workspace
        blocked = workspace.inference.blocked
        if blocked is not None and notice.what_to_do in blocked[2].reasons:
            return
        # Where nothing is open the box for dropping says it, in the middle of the page.
        if workspace.studies.study is None and not notice.offers and self._is_of_opening(notice):
            return
        for box in list(self._boxes):
            if box.notice == notice or box.notice.level in PASSING:
                self._remove(box)
        while len(self._boxes) >= MOST:
            self._remove(self._boxes[0])
        made = NoticeBox(self._kit, notice)
        made.done.connect(lambda: self._remove(made))
        self._boxes.append(made)
        self._column.addWidget(made)
        made.show()
        self.setVisible(True)
        self.grew.emit()

    def close_newest(self) -> bool:
        """Take the newest notice away. Returns: whether there was one."""
        if not self._boxes:
            return False
        self._remove(self._boxes[-1])
        return True

    def _study_opened(self, _study: object) -> None:
        """What was said of the study before or leads to it, or of opening, is out of date."""
        for box in list(self._boxes):
            notice = box.notice
            is_of_study = notice.offers in OF_THE_STUDY or notice.level is NoticeLevel.REFUSED
            if is_of_study or self._is_of_opening(notice):
                self._remove(box)

    def _is_of_opening(self, notice: Notice) -> bool:
        """Whether it says why something could not be opened."""
        errors = [
            job.error
            for job in self._kit.workspace.jobs.jobs.values()
            if job.kind in (JobKind.SCAN, JobKind.LOAD) and job.error is not None
        ]
        said = (notice.what_happened, notice.what_to_do)
        return any(said == (error.what_happened, error.what_to_do) for error in errors)

    def _remove(self, box: NoticeBox) -> None:
        if box in self._boxes:
            self._boxes.remove(box)
            self._column.removeWidget(box)
            box.hide()
            box.deleteLater()
            self.setVisible(bool(self._boxes))
            self.grew.emit()
