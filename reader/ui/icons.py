"""Phosphor's regular icons, drawn in a colour of the design.

The files in `resources/icons` are Phosphor Icons 2.1 (MIT), unchanged.
"""

from __future__ import annotations

import enum
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from reader.ui import tokens


class Icon(enum.Enum):
    """Every icon in use. The value is the file's name."""

    ANGLE = "angle"
    APP_WINDOW = "app-window"
    ARROW_CLOCKWISE = "arrow-clockwise"
    ARROW_COUNTER_CLOCKWISE = "arrow-counter-clockwise"
    ARROW_DOWN = "arrow-down"
    ARROW_LEFT = "arrow-left"
    ARROW_LINE_DOWN = "arrow-line-down"
    ARROW_LINE_UP = "arrow-line-up"
    ARROW_RIGHT = "arrow-right"
    ARROW_U_UP_LEFT = "arrow-u-up-left"
    ARROW_UP = "arrow-up"
    ARROW_UP_LEFT = "arrow-up-left"
    ARROWS_CLOCKWISE = "arrows-clockwise"
    ARROWS_IN_SIMPLE = "arrows-in-simple"
    ARROWS_OUT_CARDINAL = "arrows-out-cardinal"
    ARROWS_OUT_SIMPLE = "arrows-out-simple"
    BINOCULARS = "binoculars"
    BOOK_OPEN = "book-open"
    CARET_DOUBLE_DOWN = "caret-double-down"
    CARET_DOUBLE_UP = "caret-double-up"
    CARET_DOWN = "caret-down"
    CARET_LEFT = "caret-left"
    CARET_LINE_LEFT = "caret-line-left"
    CARET_LINE_RIGHT = "caret-line-right"
    CARET_RIGHT = "caret-right"
    CARET_UP = "caret-up"
    CHECK = "check"
    CHECK_CIRCLE = "check-circle"
    CHECK_SQUARE = "check-square"
    CIRCLE = "circle"
    CIRCLE_DASHED = "circle-dashed"
    CIRCLE_HALF = "circle-half"
    CLOCK_COUNTER_CLOCKWISE = "clock-counter-clockwise"
    COLUMNS = "columns"
    COMMAND = "command"
    CORNERS_OUT = "corners-out"
    CPU = "cpu"
    CROSSHAIR = "crosshair"
    CUBE = "cube"
    DOTS_THREE = "dots-three"
    DROP_HALF = "drop-half"
    ERASER = "eraser"
    EXPORT = "export"
    EYE = "eye"
    EYE_SLASH = "eye-slash"
    EYEDROPPER = "eyedropper"
    FILE = "file"
    FILE_TEXT = "file-text"
    FIRE = "fire"
    FLIP_HORIZONTAL = "flip-horizontal"
    FLIP_VERTICAL = "flip-vertical"
    FLOPPY_DISK = "floppy-disk"
    FOLDER = "folder"
    FOLDER_OPEN = "folder-open"
    FRAME_CORNERS = "frame-corners"
    GEAR = "gear"
    HAND = "hand"
    HOURGLASS_MEDIUM = "hourglass-medium"
    IDENTIFICATION_CARD = "identification-card"
    IMAGE = "image"
    INFO = "info"
    KEYBOARD = "keyboard"
    LAYOUT = "layout"
    LINE_SEGMENTS = "line-segments"
    LIST_BULLETS = "list-bullets"
    LOCK_SIMPLE = "lock-simple"
    LOCK_SIMPLE_OPEN = "lock-simple-open"
    MAGNET = "magnet"
    MAGNIFYING_GLASS = "magnifying-glass"
    MAGNIFYING_GLASS_MINUS = "magnifying-glass-minus"
    MAGNIFYING_GLASS_PLUS = "magnifying-glass-plus"
    MINUS = "minus"
    NOTE_PENCIL = "note-pencil"
    PAINT_BRUSH = "paint-brush"
    PATH = "path"
    PENCIL_RULER = "pencil-ruler"
    PENCIL_SIMPLE = "pencil-simple"
    PLAY = "play"
    PLUS = "plus"
    PLUS_CIRCLE = "plus-circle"
    POWER = "power"
    PRINTER = "printer"
    QUESTION = "question"
    RECTANGLE = "rectangle"
    RULER = "ruler"
    SCRIBBLE_LOOP = "scribble-loop"
    SEAL_CHECK = "seal-check"
    SELECTION_INVERSE = "selection-inverse"
    SELECTION_PLUS = "selection-plus"
    SIDEBAR = "sidebar"
    SIDEBAR_SIMPLE = "sidebar-simple"
    SIGNATURE = "signature"
    SKIP_FORWARD = "skip-forward"
    SLIDERS_HORIZONTAL = "sliders-horizontal"
    SQUARE = "square"
    SQUARE_SPLIT_HORIZONTAL = "square-split-horizontal"
    SQUARES_FOUR = "squares-four"
    STACK = "stack"
    STACK_SIMPLE = "stack-simple"
    STAR = "star"
    STOP = "stop"
    SWAP = "swap"
    INTERSECT = "intersect"
    LIGHTNING = "lightning"
    LINK = "link"
    LINK_BREAK = "link-break"
    TARGET = "target"
    TEXT_T = "text-t"
    TRANSLATE = "translate"
    TRASH = "trash"
    USER = "user"
    WARNING = "warning"
    WARNING_OCTAGON = "warning-octagon"
    WAVE_SINE = "wave-sine"
    X = "x"
    X_CIRCLE = "x-circle"


LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18">'
    f'<rect x="1" y="1" width="16" height="16" rx="3" fill="none" stroke="{tokens.TEXT}"'
    f' stroke-width="1.6"/><path d="M1 9h16M9 1v16" stroke="{tokens.LINE_STRONG}"'
    f' stroke-width="1.2"/><circle cx="9" cy="9" r="3" fill="{tokens.PANEL}"'
    f' stroke="{tokens.READER}" stroke-width="1.6"/></svg>'
)


class Icons:
    """Draws icons from their files; each size and colour once. GUI thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sources: dict[Icon, str] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def path(self, icon: Icon) -> Path:
        """Where an icon is stored."""
        return self.folder / f"{icon.value}.svg"

    def pixmap(self, icon: Icon, color: str, size_px: int, pixel_ratio: float = 1.0) -> QPixmap:
        """An icon `size_px` wide on screen, for a screen of `pixel_ratio`."""
        key = (icon.value, color, size_px, pixel_ratio)
        if key not in self._pixmaps:
            if icon not in self._sources:
                self._sources[icon] = self.path(icon).read_text(encoding="utf-8")
            source = self._sources[icon].replace("currentColor", color)
            self._pixmaps[key] = _drawn(source, size_px, pixel_ratio)
        return self._pixmaps[key]

    def logo(self, size_px: int, pixel_ratio: float = 1.0) -> QPixmap:
        """The product's mark."""
        key = ("", "", size_px, pixel_ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = _drawn(LOGO, size_px, pixel_ratio)
        return self._pixmaps[key]

    def window_icon(self) -> QIcon:
        """The mark in the sizes that window managers ask for."""
        icon = QIcon()
        for size_px in (16, 24, 32, 48, 64, 128):
            icon.addPixmap(self.logo(size_px))
        return icon

    def for_menu(self, icon: Icon, pixel_ratio: float) -> QIcon:
        """An icon with a fainter copy for entries that are off."""
        both = QIcon(self.pixmap(icon, tokens.TEXT_2, 16, pixel_ratio))
        off = self.pixmap(icon, tokens.TEXT_OFF, 16, pixel_ratio)
        both.addPixmap(off, QIcon.Mode.Disabled)
        return both


def _drawn(source: str, size_px: int, pixel_ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(source.encode()))
    side = max(1, round(size_px * pixel_ratio))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(pixel_ratio)
    return pixmap
