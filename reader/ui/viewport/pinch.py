"""Two fingers on a touchpad or a screen that go apart, together, or along."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

LARGEST_CHANGE: Final = 2.0
"""More than this in one event is a finger that was lost and found again."""
FINGERS: Final = (QEvent.Type.NativeGesture, QEvent.Type.Gesture)
"""The events that may be a pinch."""


class Pinch:
    """Turns the system's own pinches, and those Qt sees in touches, into zooming and panning.

    `zoom` is given a place in the widget and a factor, `pan` a place and the way in pixels;
    `fit` is what a double tap with two fingers does.
    """

    def __init__(
        self,
        zoom: Callable[[QPointF, float], None],
        pan: Callable[[QPointF, QPointF], None],
        fit: Callable[[], None],
    ) -> None:
        self._zoom = zoom
        self._pan = pan
        self._fit = fit
        self._widget: QWidget | None = None

    def listen(self, widget: QWidget) -> None:
        """Have Qt look for pinches among touches, except on a Mac, which finds them itself."""
        self._widget = widget
        if sys.platform != "darwin":
            widget.grabGesture(Qt.GestureType.PinchGesture)

    def take(self, event: QEvent) -> bool:
        """Do what an event asks. Returns: whether it was a gesture of fingers."""
        if isinstance(event, QNativeGestureEvent):
            return self._take_native(event)
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture) and self._widget is not None:
                self._take_pinch(pinch, self._widget)
                event.accept()
                return True
        return False

    def _take_native(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self._scale(event.position(), 1.0 + event.value())
        elif event.gestureType() is Qt.NativeGestureType.SmartZoomNativeGesture:
            self._fit()
        else:
            return False
        event.accept()
        return True

    def _take_pinch(self, pinch: QPinchGesture, widget: QWidget) -> None:
        if pinch.state() is Qt.GestureState.GestureCanceled:
            return
        flags = pinch.changeFlags()
        here = QPointF(widget.mapFromGlobal(pinch.centerPoint()))
        if flags & QPinchGesture.ChangeFlag.CenterPointChanged:
            self._pan(here, pinch.centerPoint() - pinch.lastCenterPoint())
        if flags & QPinchGesture.ChangeFlag.ScaleFactorChanged:
            self._scale(here, pinch.scaleFactor())

    def _scale(self, at: QPointF, factor: float) -> None:
        if 1 / LARGEST_CHANGE < factor < LARGEST_CHANGE:
            self._zoom(at, factor)
