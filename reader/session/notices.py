"""Messages for the reader: what happened, then what to do."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from reader.core.errors import NotAllowedError, ReaderError
from reader.core.text import Text
from reader.session.events import SessionEvents


class NoticeLevel(enum.Enum):
    """How much a notice matters."""

    INFO = "info"
    REFUSED = "refused"
    """The reader asked for what cannot be done now; nothing is lost."""
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message; shown without stopping the reader's work."""

    level: NoticeLevel
    what_happened: Text
    what_to_do: Text | None = None
    offers: str = ""
    """The name of an action of the window that does what the text says, if there is one."""


class Notices:
    """Keeps what was posted in this session, newest last."""

    def __init__(self, events: SessionEvents) -> None:
        self._events = events
        self.posted: list[Notice] = []

    def post(self, notice: Notice) -> None:
        """Keep and announce a notice. Main thread."""
        self.posted.append(notice)
        self._events.notice_posted.emit(notice)

    def inform(self, what_happened: Text, what_to_do: Text | None = None, offers: str = "") -> None:
        """Post something good to know, with the action that shows more of it."""
        self.post(Notice(NoticeLevel.INFO, what_happened, what_to_do, offers))

    def warn(self, what_happened: Text, what_to_do: Text | None = None, offers: str = "") -> None:
        """Post something to look out for, with the action that helps."""
        self.post(Notice(NoticeLevel.WARNING, what_happened, what_to_do, offers))

    def fail(self, error: ReaderError, offers: str = "") -> None:
        """Post an error, or a refusal."""
        is_refusal = isinstance(error, NotAllowedError)
        level = NoticeLevel.REFUSED if is_refusal else NoticeLevel.ERROR
        self.post(Notice(level, error.what_happened, error.what_to_do, offers))

    def attempt(self, act: Callable[[], object]) -> bool:
        """Run a use case; a `ReaderError` becomes a notice. Returns whether it succeeded."""
        try:
            act()
        except ReaderError as error:
            self.fail(error)
            return False
        return True
