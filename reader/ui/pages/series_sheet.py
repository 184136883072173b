"""All series of the study: what they are, what is odd about them, which one is shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from reader.core.study import Series
from reader.core.text import say
from reader.session.viewing.series_pictures import Picture as Pixels
from reader.ui import tokens
from reader.ui.controls.boxes import IconMark, row
from reader.ui.controls.choice_list import ChoiceList, ChoiceRow
from reader.ui.controls.painting import Run, draw_icon, painter_for, picture_place, pixmap_of, whole
from reader.ui.controls.text import Line, Paragraph, plain_tip
from reader.ui.hanging.series_drag import SeriesHandle
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.pages.series_words import phases_words, series_class, series_facts, series_name
from reader.ui.pages.sheet import Sheet
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import badges
from reader.ui.theme import Theme
from reader.ui.translate import tr


class Picture(QWidget):
    """A small picture with round corners, or a sign where there is none yet."""

    def __init__(self, theme: Theme, side: int) -> None:
        super().__init__()
        self._theme = theme
        self._pixmap: QPixmap | None = None
        self._pixels: Pixels | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._side = theme.px(side)

    def show_pixels(self, pixels: Pixels | None) -> None:
        """Show a square picture, BGRX, or a sign while there is none."""
        if pixels is None or pixels is self._pixels:
            return
        self._pixels = pixels
        self._pixmap = pixmap_of(pixels)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A square."""
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        painter, rect = painter_for(self), whole(self.rect())
        with picture_place(painter, self._theme, rect):
            if self._pixmap is not None:
                painter.drawPixmap(rect, self._pixmap, QRectF(self._pixmap.rect()))
                return
            size = self._theme.px(20)
            place = (self._side - size) / 2
            draw_icon(painter, self._theme, Icon.STACK_SIMPLE, tokens.TEXT_3, place, place, size)


class SeriesRow(ChoiceRow):
    """One series, or all phases of an acquisition; `series` is the one it shows."""

    def __init__(self, kit: Kit, phases: tuple[Series, ...]) -> None:
        super().__init__(kit.theme)
        theme, px = kit.theme, kit.theme.px
        self.phases = phases
        self._kit = kit
        SeriesHandle(self, lambda: self.series.key, self.pressed.emit)
        self.picture = Picture(theme, 60)
        self._shown = Line(theme, tokens.DETAIL)
        series = self.series
        name = Line(theme, tokens.BODY, grows=True)
        name.show_text(series_name(phases), weight=tokens.MEDIUM)
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addLayout(row(px(8), name, self._shown))
        volume = kit.workspace.studies.volume(series.key)
        self._badges = badges(series, volume.warnings if volume is not None else ())
        calm = dict.fromkeys(b.word for b in self._badges if b.is_calm)
        facts = [series_class(series), " · ".join((series_facts(series), *calm))]
        if len(phases) > 1:
            facts.append(phases_words(phases))
        for words in facts:
            line = Line(theme, tokens.DETAIL, grows=True)
            line.show_text(words, tokens.TEXT_2)
            texts.addWidget(line)
        self._add_badges(texts)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(8), px(8), px(8), px(8))
        box.setSpacing(px(12))
        box.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(texts, 1)
        self.setAccessibleName(f"{name.text}, {', '.join(facts)}")

    @property
    def series(self) -> Series:
        """The phase that is on screen, or the first."""
        shown = {state.series_key for state in self._kit.workspace.viewports.states}
        return next((s for s in self.phases if s.key in shown), self.phases[0])

    def refresh(self) -> None:
        """Say whether it is on screen, and show it once it is read."""
        workspace = self._kit.workspace
        keys = {s.key for s in self.phases}
        shown = any(s.series_key in keys for s in workspace.viewports.states)
        self._shown.show_runs((Run(tr(say("shown")), tokens.READER),) if shown else ())
        self.picture.show_pixels(workspace.pictures.of(self.series))

    def _add_badges(self, texts: QVBoxLayout) -> None:
        """What is odd, in amber words; the sentences are told on hovering."""
        theme, px = self._kit.theme, self._kit.theme.px
        grave = dict.fromkeys(b.word for b in self._badges if not b.is_calm)
        if grave:
            line = row(px(6))
            mark = IconMark(theme, Icon.WARNING, tokens.WARNING, 16)
            line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            words = Paragraph(theme, tokens.DETAIL, " · ".join(grave), tokens.WARNING)
            line.addWidget(words, 1)
            texts.addLayout(line)
        sentences = dict.fromkeys(b.sentence for b in self._badges)
        self.setToolTip(plain_tip("\n".join(sentences)))
        self.setAccessibleDescription(" ".join(sentences))


def rows_of(series: Sequence[Series]) -> list[tuple[Series, ...]]:
    """Series in their order, the phases of one acquisition folded into one place."""
    places: dict[str, list[Series]] = {}
    for one in series:
        group = one.key if one.phase is None else f"phases of {one.phase.group}"
        places.setdefault(group, []).append(one)
    return [
        tuple(sorted(group, key=lambda s: s.phase.index if s.phase is not None else 0))
        for group in places.values()
    ]


class SeriesSheet(Sheet):
    """The list at the left edge of the images; Enter shows a series in every viewport."""

    size_at_100 = (420, 4000)

    def __init__(self, kit: Kit, parent: QWidget) -> None:
        super().__init__(kit, say("Series"), parent)
        px = kit.theme.px
        self.list = ChoiceList(kit.theme, tr(say("Series")))
        self.list.chosen.connect(self._chosen)
        self.column.addWidget(self.list, 1)
        hint = Line(kit.theme, tokens.DETAIL, grows=True)
        words = say("Enter shows it in every viewport. Drag it into one.")
        hint.show_text(tr(words), tokens.TEXT_2)
        foot = row(px(8), hint)
        foot.setContentsMargins(px(16), px(4), px(16), px(4))
        self.column.addLayout(foot)
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        subscriptions.add(events.study_opened, self._study_opened)
        subscriptions.add(events.series_added, self._study_opened)
        subscriptions.add(events.volume_added, self._changed)
        subscriptions.add(events.viewports_changed, self._changed)
        subscriptions.add(kit.workspace.pictures.changed, self._changed)
        self.setFocusProxy(self.list)
        self._fill()

    def place_over(self, area: QRect) -> None:
        """At the left edge, as high as the images are."""
        px, gap = self.kit.theme.px, self.kit.theme.px(8)
        width = min(px(self.size_at_100[0]), area.width() - px(32))
        height = area.height() - px(self.kit.frame.decision_bar) - 2 * gap
        self.setGeometry(area.left() + gap, area.top() + gap, width, height)

    def _fill(self) -> None:
        studies, viewports = self.kit.workspace.studies, self.kit.workspace.viewports
        study = studies.study_of(viewports.active.series_key) or studies.study
        series = study.series if study is not None else ()
        folded = rows_of(series)
        rows = [SeriesRow(self.kit, phases) for phases in folded]
        shown = self.kit.workspace.viewports.active.series_key
        place = next((n for n, g in enumerate(folded) if shown in {s.key for s in g}), 0)
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
