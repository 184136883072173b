"""The segments of the series being edited: which one is painted, which are seen, how strongly."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.segmentation import Segment
from reader.core.text import Text, say
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.tool_actions import edit_finding
from reader.ui.controls.boxes import IconMark, row
from reader.ui.controls.chip import Dot
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.key_cap import KeyCap
from reader.ui.controls.painting import Run, draw_box, painter_for, whole
from reader.ui.controls.scroller import Scroller
from reader.ui.controls.slider import Slider
from reader.ui.controls.text import Line
from reader.ui.findings.card_content import status_of
from reader.ui.findings.finding_card import STATUS_COLORS
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.quantities import axes_mm, millilitres
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import term
from reader.ui.translate import tr


class SegmentRow(QWidget):
    """One segment. `pressed` carries its label."""

    pressed = Signal(int)

    def __init__(self, kit: Kit, series_key: str, segment: Segment, number: int | None) -> None:
        super().__init__()
        self._kit = kit
        self._series_key = series_key
        self.segment = segment
        self._is_edited = False
        theme, px = kit.theme, kit.theme.px
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._name = Line(theme, tokens.BODY, grows=True)
        self._volume = Line(theme, tokens.DETAIL)
        self._state = Line(theme, tokens.DETAIL, grows=True)
        self._lock = IconMark(theme, Icon.LOCK_SIMPLE, tokens.TEXT_2, 20)
        self._eye = IconButton(theme, Icon.EYE, "", side=28)
        self._eye.clicked.connect(self._toggle_visible)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addLayout(row(px(8), self._name, self._volume))
        texts.addWidget(self._state)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(14), px(9), px(10), px(9))
        box.setSpacing(px(10))
        if number is not None:
            box.addWidget(KeyCap(theme, str(number)))
        box.addWidget(Dot(theme, segment.color))
        box.addLayout(texts, 1)
        box.addWidget(self._lock)
        box.addWidget(self._eye)

    def refresh(self, edited: bool) -> None:
        """Show whether it is painted, seen, and whose it is."""
        self._is_edited = edited
        overlay = self._kit.workspace.overlay
        visible = overlay.is_visible(self._series_key, self.segment)
        weight = tokens.SEMIBOLD if edited else tokens.REGULAR
        self._name.show_text(term(self.segment.name), weight=weight)
        self._lock.show_icon(
            Icon.LOCK_SIMPLE_OPEN if edited else Icon.LOCK_SIMPLE,
            tokens.TEXT_3 if edited else tokens.TEXT_2,
        )
        self._eye.show_icon(Icon.EYE if visible else Icon.EYE_SLASH)
        self._eye.set_name(tr(say("Hide") if visible else say("Show")))
        self._show_state()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Choose it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(self.segment.label)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A ground and a teal bar for the one being painted."""
        if not (self._is_edited or self.underMouse()):
            return
        painter, px = painter_for(self), self._kit.theme.px
        fill = tokens.SELECTED if self._is_edited else tokens.HOVER
        draw_box(painter, whole(self.rect()), px(tokens.RADIUS_BUTTON), fill)
        if self._is_edited:
            bar = QRectF(px(2), px(10), px(3), self.height() - 2 * px(10))
            draw_box(painter, bar, px(2), tokens.READER)

    def _show_state(self) -> None:
        """The volume, and what became of the finding or that it is a structure of the AI's."""
        findings = self._kit.workspace.findings
        finding = findings.finding(self.segment.finding_id)
        if finding is None:
            self._volume.show_text("")
            self._state.show_text(tr(say("Structure, AI")), tokens.AI)
            return
        words, _, state = status_of(finding, findings.status_of(finding.finding_id))
        if self._is_edited:
            self._state.show_text(tr(say("In progress")), tokens.TEXT_2)
        else:
            self._state.show_text(tr(words), STATUS_COLORS[state])
        volume = millilitres(finding.volume_mm3) if finding.volume_mm3 is not None else ""
        self._volume.show_text(volume, tokens.TEXT_2)

    def _toggle_visible(self) -> None:
        overlay = self._kit.workspace.overlay
        visible = overlay.is_visible(self._series_key, self.segment)
        overlay.set_visible(self._series_key, self.segment, not visible)


class SegmentPanel(QWidget):
    """All segments of the series on screen, findings first, each on its number key."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._rows: list[SegmentRow] = []
        self._build()
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        for signal in (
            events.findings_changed, events.overlay_changed, events.mode_changed,
            events.study_opened, events.selection_changed, events.segmentation_changed,
        ):  # fmt: skip
            subscriptions.add(signal, self._changed)
        self.refresh()

    @property
    def rows(self) -> tuple[SegmentRow, ...]:
        """From the top."""
        return tuple(self._rows)

    def refresh(self) -> None:
        """Make the rows anew if the segments changed, else bring them up to date."""
        if self._kit.workspace.mode is not Mode.EDIT:
            return
        wanted = self._segments()
        if [r.segment for r in self._rows] != wanted:
            self._make_rows(wanted)
        label = self._kit.workspace.overlay.editing_label
        for segment_row in self._rows:
            segment_row.refresh(segment_row.segment.label == label)
        self._show_measures()

    def _build(self) -> None:
        theme, px = self._kit.theme, self._kit.theme.px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        title = Line(theme, tokens.TITLE, (Run(tr(say("Segments")), weight=tokens.SEMIBOLD),))
        head = row(px(8), title)
        head.setContentsMargins(px(16), px(12), px(16), px(10))
        head.addStretch(1)
        box.addLayout(head)
        content = QWidget()
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(px(8), 0, px(8), px(8))
        self._list.setSpacing(px(2))
        self._list.addStretch(1)
        scroll = Scroller(content)
        box.addWidget(scroll, 1)
        box.addWidget(self._foot())

    def _foot(self) -> QWidget:
        theme, px = self._kit.theme, self._kit.theme.px
        foot = QWidget()
        box = QVBoxLayout(foot)
        box.setContentsMargins(px(16), px(8), px(16), px(8))
        box.setSpacing(px(8))
        lock = Line(theme, tokens.DETAIL, grows=True)
        lock.show_text(tr(say("Locked: outline only, cannot be painted over")), tokens.TEXT_2)
        box.addLayout(row(px(8), IconMark(theme, Icon.LOCK_SIMPLE, tokens.TEXT_2, 16), lock))
        words = Line(theme, tokens.DETAIL)
        words.show_text(tr(say("Fill")), tokens.TEXT_2)
        self._opacity = Slider(theme, tr(say("How strongly the segment is filled")), 0, 100, 30)
        self._opacity.valueChanged.connect(self._set_opacity)
        box.addLayout(row(px(12), words, self._opacity))
        self._axes = self._measure(box, say("Long × short axis"))
        self._amount = self._measure(box, say("Volume"))
        return foot

    def _measure(self, box: QVBoxLayout, name: Text) -> Line:
        theme = self._kit.theme
        words, value = Line(theme, tokens.DETAIL, grows=True), Line(theme, tokens.DETAIL)
        words.show_text(tr(name), tokens.TEXT_2)
        box.addLayout(row(theme.px(8), words, value))
        return value

    def _segments(self) -> list[Segment]:
        """Findings in reading order, then structures by label."""
        workspace = self._kit.workspace
        segmentation = workspace.studies.segmentation(workspace.viewports.active.series_key)
        if segmentation is None:
            return []
        order = {f.finding_id: place for place, f in enumerate(workspace.findings.shown())}
        return sorted(
            (s for s in segmentation.segments if not s.finding_id or s.finding_id in order),
            key=lambda s: (order.get(s.finding_id or "", len(order)), s.label),
        )

    def _make_rows(self, segments: list[Segment]) -> None:
        for old in self._rows:
            old.hide()
            old.deleteLater()
        series_key = self._kit.workspace.viewports.active.series_key or ""
        self._rows = []
        for place, segment in enumerate(segments):
            number = place + 1 if segment.finding_id and place < 8 else None
            made = SegmentRow(self._kit, series_key, segment, number)
            made.pressed.connect(self._chosen)
            self._list.insertWidget(place, made)
            self._rows.append(made)

    def _edited(self) -> Segment | None:
        label = self._kit.workspace.overlay.editing_label
        return next((r.segment for r in self._rows if r.segment.label == label), None)

    def _show_measures(self) -> None:
        workspace = self._kit.workspace
        finding = workspace.findings.finding(workspace.findings.selected)
        edited = self._edited()
        if finding is None or edited is None:
            return
        self._axes.show_text(axes_mm(finding.long_axis_mm, finding.short_axis_mm))
        volume = finding.volume_mm3
        self._amount.show_text(millilitres(volume) if volume is not None else "")
        series_key = workspace.viewports.active.series_key or ""
        self._opacity.show_value(round(100 * workspace.overlay.opacity(series_key, edited)))

    def _set_opacity(self, percent: int) -> None:
        edited, workspace = self._edited(), self._kit.workspace
        series_key = workspace.viewports.active.series_key
        if edited is not None and series_key is not None:
            workspace.overlay.set_opacity(series_key, edited, percent / 100)

    def _chosen(self, label: int) -> None:
        """Edit another finding; structures cannot be painted."""
        for segment_row in self._rows:
            if segment_row.segment.label == label and segment_row.segment.finding_id:
                edit_finding(self._kit.workspace, segment_row.segment.finding_id)
                return

    def _changed(self, *_payload: object) -> None:
        self.refresh()
