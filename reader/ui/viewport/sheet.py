"""What is written over a picture, as finished pieces: laid out once, painted often."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter, QPixmap, QRegion


class Sheet:
    """Pictures with their places in a pane, in the order in which they are painted.

    `ratio`: device pixels of the pictures to a logical pixel.
    """

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self._pieces: list[tuple[QRect, QPointF, QPixmap]] = []

    def __len__(self) -> int:
        return len(self._pieces)

    def lay(self, place: QPointF, picture: QPixmap) -> None:
        """Put a picture with its upper left corner here."""
        size = picture.deviceIndependentSize().toSize()
        box = QRect(int(place.x()), int(place.y()), size.width() + 2, size.height() + 2)
        self._pieces.append((box, place, picture))

    def add(self, part: Sheet) -> None:
        """Lay down everything of another sheet."""
        self._pieces += part._pieces

    def boxes(self) -> frozenset[tuple[int, int, int, int, int]]:
        """Which pictures lie where, to tell what differs between two sheets."""
        return frozenset(
            (box.x(), box.y(), box.width(), box.height(), picture.cacheKey())
            for box, _, picture in self._pieces
        )

    def paint(self, painter: QPainter, exposed: QRegion) -> None:
        """Paint the pieces that lie in a region."""
        for box, place, picture in self._pieces:
            if exposed.intersects(box):
                painter.drawPixmap(place, picture)
