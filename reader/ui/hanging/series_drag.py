"""Dragging a series onto a viewport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

SERIES: Final = "application/x-reading-room-series"

_HANDLED: Final = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseMove,
)
ViewportAt = Callable[[QPoint], str | None]
ShowSeries = Callable[[str, str], object]


def mime_of(series_key: str) -> QMimeData:
    """What is dragged; it means nothing outside this program."""
    data = QMimeData()
    data.setData(SERIES, series_key.encode())
    return data


def series_in(data: QMimeData) -> str | None:
    """The series that is dragged; None for everything else."""
    if not data.hasFormat(SERIES):
        return None
    return bytes(data.data(SERIES).data()).decode(errors="replace")


class SeriesHandle(QObject):
    """Lets a widget be dragged by the left button as the series it stands for.

    What a press would have done is done when the button comes up without a drag.
    """

    def __init__(
        self, widget: QWidget, series_key: Callable[[], str], clicked: Callable[[], object]
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._series_key = series_key
        self._clicked = clicked
        self._from: QPointF | None = None
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Begin the drag once the pointer has gone far enough with the button down."""
        if not isinstance(event, QMouseEvent) or event.type() not in _HANDLED:
            return False
        if event.type() is QEvent.Type.MouseButtonPress:
            is_left = event.button() is Qt.MouseButton.LeftButton
            self._from = event.position() if is_left else None
        elif event.type() is QEvent.Type.MouseButtonRelease:
            was_down, self._from = self._from is not None, None
            if was_down and self._widget.rect().contains(event.position().toPoint()):
                self._clicked()
        elif self._is_far(event):
            self._from = None
            self.drag().exec(Qt.DropAction.CopyAction)
        return True

    def drag(self) -> QDrag:
        """The series on its way, with a picture of the widget under the pointer."""
        drag = QDrag(self._widget)
        drag.setMimeData(mime_of(self._series_key()))
        drag.setPixmap(self._widget.grab())
        return drag

    def _is_far(self, event: QMouseEvent) -> bool:
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        way = (event.position() - self._from).manhattanLength()
        return bool(way >= QApplication.startDragDistance())


class SeriesDrop(QObject):
    """Takes series that are dropped on a widget which shows viewports."""

    def __init__(self, widget: QWidget, viewport_at: ViewportAt, show: ShowSeries) -> None:
        """`viewport_at` says which viewport is at a point of the widget."""
        super().__init__(widget)
        self._viewport_at = viewport_at
        self._show = show
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take a series over a viewport; leave everything else to the window."""
        if not isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent):
            return False
        series_key = series_in(event.mimeData())
        at = self._viewport_at(event.position().toPoint())
        if series_key is None or at is None:
            event.ignore()
            return True
        event.acceptProposedAction()
        if event.type() is QEvent.Type.Drop:
            self._show(series_key, at)
        return True
