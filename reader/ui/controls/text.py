"""Text as the design sets it: one line that is cut, or a paragraph with its own leading."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from reader.ui import tokens
from reader.ui.controls.painting import (
    Run,
    draw_runs,
    draw_wrapped,
    painter_for,
    runs_width,
    whole,
    wrapped,
)
from reader.ui.theme import Theme
from reader.ui.tokens import TextStyle


def plain_tip(text: str) -> str:
    """A text for `setToolTip` that shows as it is written.

    Qt takes texts with marks in them for HTML, and would read files from anywhere on the
    network for what a model or a series says about itself.
    """
    if "<" not in text:
        return text
    lines = (html.escape(line) for line in text.split("\n"))
    return f"<p>{'<br>'.join(lines)}</p>"


class Line(QWidget):
    """Runs of text on one line, cut with an ellipsis where there is no room.

    `grows`: takes what room there is and may shrink to nothing; otherwise it is as wide
    as its text.
    """

    def __init__(
        self,
        theme: Theme,
        style: TextStyle = tokens.BODY,
        runs: Sequence[Run] | str = (),
        *,
        grows: bool = False,
        right: bool = False,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._style = style
        self._grows = grows
        self._right = right
        self._runs: tuple[Run, ...] = ()
        horizontal = QSizePolicy.Policy.Expanding if grows else QSizePolicy.Policy.Fixed
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)
        self.show_runs((Run(runs),) if isinstance(runs, str) else runs)

    @property
    def text(self) -> str:
        """What is written, without its looks."""
        return "".join(run.text for run in self._runs)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Write something else; nothing is redrawn when it is the same."""
        made = tuple(run for run in runs if run.text)
        if made == self._runs:
            return
        self._runs = made
        self.setAccessibleName(self.text)
        self.updateGeometry()
        self.update()

    def show_text(self, text: str, color: str = tokens.TEXT, weight: int = tokens.REGULAR) -> None:
        """Write one run."""
        self.show_runs((Run(text, color, weight),))

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as the text, as high as its line."""
        width = runs_width(self._theme, self._style, self._runs)
        return QSize(int(width) + 1, self._theme.px(self._style.line_px))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A growing line may shrink to nothing."""
        hint = self.sizeHint()
        return QSize(0 if self._grows else hint.width(), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the runs."""
        painter = painter_for(self)
        rect = whole(self.rect())
        if self._right:
            rect.setLeft(max(rect.left(), rect.right() - self.sizeHint().width()))
        draw_runs(painter, self._theme, self._style, self._runs, rect)


class Paragraph(QWidget):
    """Text that wraps, with the line height of its style."""

    def __init__(
        self,
        theme: Theme,
        style: TextStyle = tokens.BODY,
        text: str = "",
        color: str = tokens.TEXT,
        weight: int = tokens.REGULAR,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._style = style
        self._color = color
        self._weight = weight
        self.text = ""
        self._heights: dict[int, int] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Write something else."""
        if text == self.text:
            return
        self.text = text
        self._heights.clear()
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """As many lines as the text needs; layouts ask for the same width many times."""
        if width not in self._heights:
            lines = wrapped(self._theme, self._style, self.text, width, self._weight)
            self._heights[width] = len(lines) * self._theme.px(self._style.line_px)
        return self._heights[width]

    def sizeHint(self) -> QSize:  # noqa: N802
        """One line's width, up to what reads well."""
        natural = runs_width(self._theme, self._style, (Run(self.text, weight=self._weight),))
        width = min(int(natural) + 1, self._theme.px(480))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Narrow enough for a side panel."""
        return QSize(self._theme.px(80), self._theme.px(self._style.line_px))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw line under line."""
        painter = painter_for(self)
        rect = whole(self.rect())
        draw_wrapped(painter, self._theme, self._style, self.text, self._color, rect, self._weight)
