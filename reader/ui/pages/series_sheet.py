"""All series of the study: what they are, what is odd about them, which one is shown."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from reader.core.study import Series
from reader.core.text import say
from reader.ui import tokens
from reader.ui.controls.boxes import IconMark, row
from reader.ui.controls.choice_list import ChoiceList, ChoiceRow
from reader.ui.controls.painting import Run, draw_icon, painter_for, whole
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.pages.series_picture import series_picture
from reader.ui.pages.sheet import Sheet
from reader.ui.quantities import millimetres
from reader.ui.subscriptions import Subscriptions
from reader.ui.theme import Theme
from reader.ui.translate import tr


class Picture(QWidget):
    """A small picture with round corners, or a sign where there is none yet."""

    def __init__(self, theme: Theme, side: int) -> None:
        super().__init__()
        self._theme = theme
        self._pixmap: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._side = theme.px(side)

    def show_image(self, image: QImage | None) -> None:
        """Show a square picture."""
        self._pixmap = QPixmap.fromImage(image) if image is not None else None
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        painter = painter_for(self)
        rect, radius = whole(self.rect()), self._theme.px(tokens.RADIUS_TAG)
        path = QPainterPath()
        path.addRoundedRect(rect, radius, radius)
        painter.setClipPath(path)
        painter.fillRect(rect, QColor(tokens.IMAGE))
        if self._pixmap is not None:
            painter.drawPixmap(rect, self._pixmap, QRectF(self._pixmap.rect()))
        else:
            size = self._theme.px(20)
            place = (self._side - size) / 2
            icon = Icon.STACK_SIMPLE
            draw_icon(painter, self._theme, icon, tokens.TEXT_3, place, place, size)


def series_facts(series: Series) -> str:
    """`CT · 275 slices · 1.0 mm`."""
    slices = series.geometry.shape_kji[0]
    count = say("1 slice") if slices == 1 else say("{count} slices", count=slices)
    parts = [series.modality, tr(count)]
    if series.measurable:
        parts.append(millimetres(series.geometry.spacing_kji_mm[0]))
    return " · ".join(part for part in parts if part)


class SeriesRow(ChoiceRow):
    """One series."""

    def __init__(self, kit: Kit, series: Series) -> None:
        super().__init__(kit.theme)
        theme, px = kit.theme, kit.theme.px
        self.series = series
        self._kit = kit
        self.picture = Picture(theme, 52)
        self._shown = Line(theme, tokens.DETAIL)
        name = Line(theme, tokens.BODY, grows=True)
        number = f"{series.number} · " if series.number is not None else ""
        description = series.description.strip() or tr(say("Series without a description"))
        name.show_text(f"{number}{description}", weight=tokens.MEDIUM)
        facts = Line(theme, tokens.DETAIL, grows=True)
        facts.show_text(series_facts(series), tokens.TEXT_2)
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addLayout(row(px(8), name, self._shown))
        texts.addWidget(facts)
        for warning in series.warnings:
            mark = IconMark(theme, Icon.WARNING, tokens.WARNING, 16)
            words = Paragraph(theme, tokens.DETAIL, tr(warning.text), tokens.WARNING)
            line = row(px(6))
            line.addWidget(mark)
            line.addWidget(words, 1)
            texts.addLayout(line)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(8), px(8), px(8), px(8))
        box.setSpacing(px(12))
        box.addWidget(self.picture)
        box.addLayout(texts, 1)
        self.setAccessibleName(f"{description}, {series_facts(series)}")

    def refresh(self) -> None:
        """Say whether it is on screen, and show it once it is read."""
        workspace = self._kit.workspace
        shown = any(s.series_key == self.series.key for s in workspace.viewports.states)
        self._shown.show_runs((Run(tr(say("shown")), tokens.READER),) if shown else ())
        self.picture.show_image(series_picture(workspace, self.series))


class SeriesSheet(Sheet):
    """The list at the left edge of the images; Enter shows a series in every viewport."""

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Series"), parent)
        px = kit.theme.px
        self.list = ChoiceList(kit.theme, tr(say("Series")))
        self.list.chosen.connect(self._chosen)
        self.column.addWidget(self.list, 1)
        hint = Line(kit.theme, tokens.DETAIL, grows=True)
        hint.show_text(tr(say("Enter shows it in every viewport")), tokens.TEXT_2)
        foot = row(px(8), hint)
        foot.setContentsMargins(px(16), px(4), px(16), px(4))
        self.column.addLayout(foot)
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        subscriptions.add(events.study_opened, self._study_opened)
        subscriptions.add(events.volume_added, self._changed)
        subscriptions.add(events.viewports_changed, self._changed)
        self.setFocusProxy(self.list)
        self._fill()

    def _fill(self) -> None:
        study = self.kit.workspace.studies.study
        series = study.series if study is not None else ()
        rows = [SeriesRow(self.kit, s) for s in series]
        shown = self.kit.workspace.viewports.active.series_key
        place = next((n for n, s in enumerate(series) if s.key == shown), 0)
        self.list.show_rows(rows, place)
        self._refresh()

    def _refresh(self) -> None:
        for choice in self.list.rows:
            if isinstance(choice, SeriesRow):
                choice.refresh()

    def _chosen(self, place: int) -> None:
        choice = self.list.rows[place]
        if isinstance(choice, SeriesRow):
            self.kit.workspace.show_series(choice.series.key)
            self.closed.emit()

    def _study_opened(self, _study: object) -> None:
        self._fill()

    def _changed(self, *_payload: object) -> None:
        if self.isVisible():
            self._refresh()
