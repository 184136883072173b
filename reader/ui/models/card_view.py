"""A model's card as widgets: headings, words, what it marks, figures with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from reader.core.text import Text, say
from reader.session.running.card_sections import (
    NOT_STATED,
    CardFigure,
    CardMark,
    CardRow,
    CardSection,
    card_sections,
)
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.chip import Dot
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line, Paragraph, plain_tip
from reader.ui.kit import Kit
from reader.ui.terms import term
from reader.ui.translate import tr

_FIGURE_COLUMNS: Final = ((say("Value"), 52), (say("95 % interval"), 96), (say("n"), 64))
"""Headings and widths beside the name, px at 100 %."""
_MOST_MARKS: Final = 24
"""So many are listed at once; a model of a hundred organs has the others behind a button."""


def add_card(
    kit: Kit,
    box: QVBoxLayout,
    card: Mapping[str, object],
    *,
    columns: int = 1,
    with_identity: bool = True,
) -> None:
    """Everything a card says, under one another in a column. `columns`: of what it marks."""
    sections = card_sections(card)
    silent: list[CardRow] = []
    for section in sections if with_identity else sections[:-1]:
        if not section.is_stated:
            silent.append(CardRow(section.heading, None))
            continue
        _add_silent(kit, box, silent)
        add_heading(kit, box, section.heading)
        _add_section(kit, box, section, columns)
    _add_silent(kit, box, silent)


def _add_silent(kit: Kit, box: QVBoxLayout, silent: list[CardRow]) -> None:
    """What the card does not say, one short line each."""
    if silent:
        box.addSpacing(kit.theme.px(8))
        box.addLayout(rows_table(kit, silent))
        silent.clear()


def add_heading(kit: Kit, box: QVBoxLayout, words: Text) -> None:
    """A heading, with room above it."""
    line = Line(kit.theme, tokens.DETAIL, grows=True)
    line.show_runs((Run(tr(words), tokens.TEXT_2, tokens.MEDIUM),))
    box.addSpacing(kit.theme.px(8))
    box.addWidget(line)


def _add_section(kit: Kit, box: QVBoxLayout, section: CardSection, columns: int) -> None:
    theme = kit.theme
    for text in section.texts:
        box.addWidget(Paragraph(theme, tokens.BODY, term(text)))
    if section.rows:
        box.addLayout(rows_table(kit, section.rows))
    if section.marks:
        box.addWidget(MarkList(kit, section.marks, columns))
    if section.figures:
        box.addLayout(_figures(kit, section.figures))


def rows_table(kit: Kit, rows: Sequence[CardRow]) -> QGridLayout:
    """Names on the left, values on the right; what is not stated is faint."""
    theme, px = kit.theme, kit.theme.px
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(px(16))
    grid.setVerticalSpacing(px(6))
    for place, one in enumerate(rows):
        name = Paragraph(theme, tokens.DETAIL, tr(one.name), tokens.TEXT_2)
        said = one.value if one.value is not None else NOT_STATED
        color = tokens.TEXT if one.value is not None else tokens.TEXT_3
        value = Paragraph(theme, tokens.DETAIL, tr(said) if isinstance(said, Text) else said, color)
        grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(value, place, 1, Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(0, 2)
    grid.setColumnStretch(1, 3)
    return grid


def _figures(kit: Kit, figures: Sequence[CardFigure]) -> QGridLayout:
    """Name, value, interval and n; under each, on what and how it was measured."""
    theme, px = kit.theme, kit.theme.px
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(px(12))
    grid.setVerticalSpacing(px(2))
    for column, (head, width) in enumerate(_FIGURE_COLUMNS, start=1):
        line = Line(theme, tokens.DETAIL, grows=True, right=True)
        line.show_text(tr(head), tokens.TEXT_3)
        grid.addWidget(line, 0, column)
        grid.setColumnMinimumWidth(column, px(width))
    before = ""
    for place, figure in enumerate(figures):
        line_number = 1 + 3 * place
        grid.addWidget(Paragraph(theme, tokens.DETAIL, figure.name), line_number, 0)
        for column, value in enumerate(_figure_values(figure), start=1):
            cell = Line(theme, tokens.DETAIL, (value,), grows=True, right=True)
            grid.addWidget(cell, line_number, column)
        where = " ".join(part for part in (_sentence(figure.data), figure.how) if part)
        if where and where != before:
            note = Paragraph(theme, tokens.SMALL, where, tokens.TEXT_3)
            grid.addWidget(note, line_number + 1, 0, 1, 4)
        before = where
        grid.setRowMinimumHeight(line_number + 2, px(4))
    grid.setColumnStretch(0, 1)
    return grid


def _figure_values(figure: CardFigure) -> tuple[Run, Run, Run]:
    unknown = Run(tr(NOT_STATED), tokens.TEXT_3)
    interval = Run(figure.interval, tokens.TEXT_2) if figure.interval else unknown
    count = Run(str(figure.n), tokens.TEXT_2) if figure.n is not None else unknown
    return Run(figure.value, weight=tokens.SEMIBOLD), interval, count


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""


class MarkList(QWidget):
    """What a model marks: colour and name; the code is in the tool tip."""

    def __init__(self, kit: Kit, marks: Sequence[CardMark], columns: int) -> None:
        super().__init__()
        theme, px = kit.theme, kit.theme.px
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(4))
        shown = marks[:_MOST_MARKS]
        for place, mark in enumerate(shown):
            name = Line(theme, tokens.DETAIL, grows=True)
            kind = (Run(f"  {tr(say('finding'))}", tokens.TEXT_3),) if mark.is_finding else ()
            name.show_runs((Run(term(mark.name)), *kind))
            name.setToolTip(plain_tip(mark.code))
            line = row(px(8), Dot(theme, mark.color), name)
            grid.addLayout(line, place // columns, place % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        if len(marks) > len(shown):
            more = Line(theme, tokens.DETAIL, grows=True)
            words = say("and {count} more", count=len(marks) - len(shown))
            more.show_text(tr(words), tokens.TEXT_2)
            rest = ", ".join(term(mark.name) for mark in marks[_MOST_MARKS:])
            more.setToolTip(plain_tip(rest))
            grid.addWidget(more, len(shown) // columns + 1, 0, 1, columns)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Names are cut where there is no room."""
        return QSize(0, super().minimumSizeHint().height())
