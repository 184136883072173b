"""The one question a decision may leave behind: why was it rejected?"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from reader.session.workspace import Workspace
from reader.ui.subscriptions import Subscriptions


class ReasonQuestion(QObject):
    """Open from a rejection until it is answered or the reader moves on.

    While it is open, number keys are reasons; nothing waits for the answer.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.finding_id: str | None = None
        subscriptions = Subscriptions(self)
        subscriptions.add(workspace.events.selection_changed, self._selection_changed)
        subscriptions.add(workspace.events.mode_changed, self._mode_changed)

    def ask(self, finding_id: str | None) -> None:
        """Ask about a rejected finding; None takes the question away."""
        if finding_id != self.finding_id:
            self.finding_id = finding_id
            self.changed.emit()

    def _selection_changed(self, finding_id: str | None) -> None:
        if finding_id != self.finding_id:
            self.ask(None)

    def _mode_changed(self, _mode: object) -> None:
        self.ask(None)
