"""A slider in the design's shape, with the keys of a slider while it is focused."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider

from reader.ui import tokens
from reader.ui.controls.painting import draw_box, painter_for
from reader.ui.theme import Theme

ITS_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class Slider(QSlider):
    """A horizontal slider over whole numbers. A press goes straight to the place.

    `mark` is a value with a tick of its own.
    """

    def __init__(self, theme: Theme, name: str, minimum: int, maximum: int, value: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self.mark: int | None = None
        self.setRange(minimum, maximum)
        self.setValue(value)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_value(self, value: int) -> None:
        """Move the knob without saying that a person did."""
        if value != self.value() and not self.isSliderDown():
            blocked = self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(blocked)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as a target must be."""
        return QSize(self._theme.px(120), self._theme.px(24))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Short, for narrow panels."""
        return QSize(self._theme.px(60), self._theme.px(24))

    def event(self, event: QEvent) -> bool:
        """Keep the arrow keys, which otherwise scroll slices, while focused."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in ITS_KEYS
        ):
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the knob to the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag the knob."""
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        """Let the knob go."""
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """A wheel over a slider in a list scrolls the list."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw track, filled part and knob."""
        px = self._theme.px
        painter = painter_for(self)
        middle, x = self.height() / 2, self._knob_x()
        thick, knob = px(4), px(14)
        track = QRectF(0, middle - thick / 2, self.width(), thick)
        draw_box(painter, track, thick / 2, tokens.TRACK)
        filled = QRectF(0, track.top(), x, thick)
        draw_box(painter, filled, thick / 2, tokens.TRACK_FILL)
        color = tokens.TEXT if self.isEnabled() else tokens.TEXT_OFF
        if self.mark is not None:
            tick = QRectF(self._x_of(self.mark) - px(1), middle - px(7), px(2), px(14))
            draw_box(painter, tick, px(1), tokens.TEXT_2)
        round_knob = QRectF(x - knob / 2, middle - knob / 2, knob, knob)
        draw_box(painter, round_knob, knob / 2, color)

    def _knob_x(self) -> float:
        return self._x_of(self.sliderPosition())

    def _x_of(self, value: int) -> float:
        knob = self._theme.px(14)
        span = max(1, self.maximum() - self.minimum())
        fraction = (value - self.minimum()) / span
        return knob / 2 + fraction * (self.width() - knob)

    def _go_to(self, x: float) -> None:
        knob = self._theme.px(14)
        fraction = (x - knob / 2) / max(1, self.width() - knob)
        span = self.maximum() - self.minimum()
        self.setValue(self.minimum() + round(min(1.0, max(0.0, fraction)) * span))
