"""When something was last written to disk, remembered for as long as the window lives."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from reader.core.review import ReviewRecord
from reader.session.workspace import Workspace
from reader.ui.subscriptions import Subscriptions


class SavedClock(QObject):
    """Listens to the disk. `at` is None until something of the open study was written."""

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.at: datetime | None = None
        subscriptions = Subscriptions(self)
        subscriptions.add(workspace.events.recorded, self._recorded)
        subscriptions.add(workspace.events.place_saved, self._saved)
        subscriptions.add(workspace.events.study_opened, self._study_opened)

    def _recorded(self, record: ReviewRecord) -> None:
        self._saved(record.at)

    def _saved(self, moment: datetime) -> None:
        self.at = moment
        self.changed.emit()

    def _study_opened(self, _study: object) -> None:
        self.at = None
        self.changed.emit()
