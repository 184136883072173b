"""Dragging a series onto a viewport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

SERIES: Final = "application/x-reading-room-series"

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
    """Lets a widget be dragged by the left button as the series it stands for."""

    def __init__(self, widget: QWidget, series_key: Callable[[], str]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._series_key = series_key
        self._from: QPointF | None = None
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Begin the drag once the pointer has gone far enough with the button down."""
        if isinstance(event, QMouseEvent):
            if event.type() is QEvent.Type.MouseButtonPress:
                self._from = event.position()
            elif event.type() is QEvent.Type.MouseMove and self._is_far(event):
                self._from = None
                drag = QDrag(self._widget)
                drag.setMimeData(mime_of(self._series_key()))
                drag.setPixmap(self._widget.grab())
                drag.exec(Qt.DropAction.CopyAction)
        return False

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
