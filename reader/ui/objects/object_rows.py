"""Rows of the list of objects: an object, a segment of it, an image it points to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from reader.core.imported import (
    ImagePlace,
    ImportedDocument,
    ImportedPresentation,
    ImportedReport,
    ImportedSegment,
    ImportedSegmentation,
    ImportedText,
)
from reader.core.intensity import WindowLevel
from reader.core.study import ObjectKind
from reader.core.text import say
from reader.session.opening.imported_objects import PDF, ListedObject, ObjectState
from reader.ui import tokens
from reader.ui.controls.boxes import IconMark, row
from reader.ui.controls.chip import Dot
from reader.ui.controls.choice_list import ChoiceRow
from reader.ui.controls.icon_button import IconButton
from reader.ui.controls.text import Line, Paragraph
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.objects.object_text import KIND_ICONS, object_words
from reader.ui.quantities import millilitres
from reader.ui.terms import term
from reader.ui.translate import tr


class PressedRow(ChoiceRow):
    """A row to press, of which none is current."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme)
        self._kit = kit


class ObjectRow(PressedRow):
    """One object: what it is, who made it, what became of it, and what can be done."""

    unfold_wanted = Signal()
    text_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, kit: Kit, listed: ListedObject) -> None:
        super().__init__(kit)
        theme, px = kit.theme, kit.theme.px
        self.listed = listed
        self._title = Line(theme, tokens.BODY, grows=True)
        self._detail = Line(theme, tokens.DETAIL, grows=True)
        self._trouble = Paragraph(theme, tokens.DETAIL, "", tokens.WARNING)
        self._act = IconButton(theme, Icon.PLAY, "", side=28)
        self._act.clicked.connect(self._acted)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        for widget in (self._title, self._detail, self._trouble):
            texts.addWidget(widget)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(8), px(6), px(8), px(6))
        box.setSpacing(px(10))
        mark = IconMark(theme, KIND_ICONS[listed.found.kind], tokens.OTHERS, 20)
        box.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(texts, 1)
        box.addWidget(self._act, 0, Qt.AlignmentFlag.AlignTop)
        self.pressed.connect(self._pressed)
        self.refresh(listed)

    @property
    def words(self) -> tuple[str, str, str]:
        """Title, detail and trouble, as they stand."""
        said = object_words(self.listed, self._kit.workspace.settings.hide_identity)
        return said.title, said.detail, said.trouble

    def refresh(self, listed: ListedObject) -> None:
        """Bring the row up to date."""
        self.listed = listed
        said = object_words(listed, self._kit.workspace.settings.hide_identity)
        self._title.show_text(said.title, weight=tokens.MEDIUM)
        self._detail.show_text(said.detail, tokens.TEXT_2)
        self._trouble.show_text(said.trouble)
        self._trouble.setVisible(bool(said.trouble))
        self.setAccessibleName(f"{said.title}, {said.detail}")
        act = self._act_now()
        self._act.setVisible(act is not None)
        if act is not None:
            self._act.show_icon(act[0])
            self._act.set_name(act[1])

    def _pressed(self) -> None:
        """Show what is in it: its text, or its parts beneath it."""
        has_text = isinstance(self.listed.content, ImportedReport | ImportedText)
        (self.text_wanted if has_text else self.unfold_wanted).emit()

    def _act_now(self) -> tuple[Icon, str] | None:
        """What the button at the end does."""
        listed, content = self.listed, self.listed.content
        if listed.state is ObjectState.READING:
            return Icon.X, tr(say("Stop"))
        if content is None:
            return Icon.PLAY, tr(say("Read it"))
        if isinstance(content, ImportedSegmentation):
            shown = self._shows_any(content)
            return Icon.EYE if shown else Icon.EYE_SLASH, tr(say("Hide") if shown else say("Show"))
        if isinstance(content, ImportedPresentation):
            shown = self._kit.workspace.imported.marks_shown
            return Icon.EYE if shown else Icon.EYE_SLASH, tr(say("Hide") if shown else say("Show"))
        if isinstance(content, ImportedReport | ImportedText):
            return Icon.BOOK_OPEN, tr(say("Read it as text"))
        if isinstance(content, ImportedDocument) and content.media_type == PDF:
            return Icon.APP_WINDOW, tr(say("Open it with the desktop's program"))
        return None

    def _shows_any(self, content: ImportedSegmentation) -> bool:
        imported = self._kit.workspace.imported
        return any(imported.is_visible(self.listed.uid, one) for one in content.segments)

    def _acted(self) -> None:
        imported, listed = self._kit.workspace.imported, self.listed
        content = listed.content
        if listed.state is ObjectState.READING:
            imported.stop(listed.uid)
        elif content is None:
            imported.read(listed.uid)
        elif isinstance(content, ImportedSegmentation):
            imported.set_visible(listed.uid, content.segments, not self._shows_any(content))
        elif isinstance(content, ImportedPresentation):
            imported.show_marks(not imported.marks_shown)
        elif listed.found.kind is ObjectKind.DOCUMENT:
            self.copy_wanted.emit()
        else:
            self.text_wanted.emit()


class SegmentLine(PressedRow):
    """One segment: its colour, name and volume; pressing goes there."""

    def __init__(
        self, kit: Kit, uid: str, content: ImportedSegmentation, one: ImportedSegment
    ) -> None:
        super().__init__(kit)
        theme, px = kit.theme, kit.theme.px
        self._uid, self.one = uid, one
        self._key = content.series_key
        name = Line(theme, tokens.DETAIL, grows=True)
        name.show_text(term(one.segment.name))
        volume = Line(theme, tokens.DETAIL)
        volume.show_text(self._volume(content), tokens.TEXT_2)
        self._eye = IconButton(theme, Icon.EYE, "", side=24)
        self._eye.clicked.connect(self._toggle)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(38), px(2), px(10), px(2))
        box.setSpacing(px(8))
        box.addWidget(Dot(theme, one.segment.color))
        box.addLayout(row(px(8), name, volume), 1)
        box.addWidget(self._eye)
        self.setAccessibleName(one.segment.name)
        self.pressed.connect(self._go_to)
        self.refresh()

    def refresh(self) -> None:
        """Say whether it is shown."""
        shown = self._kit.workspace.imported.is_visible(self._uid, self.one)
        self._eye.show_icon(Icon.EYE if shown else Icon.EYE_SLASH)
        self._eye.set_name(tr(say("Hide") if shown else say("Show")))

    def _volume(self, content: ImportedSegmentation) -> str:
        studies = self._kit.workspace.studies
        if not self.one.voxel_count:
            return tr(say("empty"))
        if not studies.has_series(self._key) or not studies.is_measurable(self._key):
            return ""
        return millilitres(self.one.voxel_count * content.geometry.voxel_volume_mm3)

    def _toggle(self) -> None:
        imported = self._kit.workspace.imported
        shown = imported.is_visible(self._uid, self.one)
        imported.set_visible(self._uid, (self.one,), not shown)

    def _go_to(self) -> None:
        if self.one.center_lps_mm is not None:
            self._kit.workspace.look_at(self._key, self.one.center_lps_mm)


class PlaceLine(PressedRow):
    """One image somebody selected; pressing goes there."""

    def __init__(self, kit: Kit, place: ImagePlace) -> None:
        super().__init__(kit)
        theme, px = kit.theme, kit.theme.px
        self._place = place
        series = kit.workspace.studies.series(place.series_key)
        name = Line(theme, tokens.DETAIL, grows=True)
        name.show_text(series.description or series.modality)
        number = Line(theme, tokens.DETAIL)
        number.show_text(tr(say("image {number}", number=place.k + 1)), tokens.TEXT_2)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(38), px(4), px(10), px(4))
        box.addLayout(row(px(8), name, number))
        self.setAccessibleName(f"{name.text}, {number.text}")
        self.pressed.connect(self._go_to)

    def _go_to(self) -> None:
        geometry = self._kit.workspace.studies.series(self._place.series_key).geometry
        _, rows, columns = geometry.shape_kji
        x, y, z = geometry.to_lps((self._place.k, (rows - 1) / 2, (columns - 1) / 2))
        self._kit.workspace.look_at(self._place.series_key, (float(x), float(y), float(z)))


class WindowLine(PressedRow):
    """A window that a presentation state gives a series; pressing uses it."""

    def __init__(self, kit: Kit, series_key: str, window: WindowLevel) -> None:
        super().__init__(kit)
        theme, px = kit.theme, kit.theme.px
        self._key, self._window = series_key, window
        name = Line(theme, tokens.DETAIL, grows=True)
        name.show_text(window.name or tr(say("Its window")))
        values = Line(theme, tokens.DETAIL)
        text = say("W {width} L {center}", width=f"{window.width:g}", center=f"{window.center:g}")
        values.show_text(tr(text), tokens.TEXT_2)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(38), px(4), px(10), px(4))
        box.addLayout(row(px(8), name, values))
        self.setAccessibleName(f"{name.text}, {values.text}")
        self.pressed.connect(self._use)

    def _use(self) -> None:
        workspace = self._kit.workspace
        if workspace.studies.has_series(self._key):
            workspace.viewports.looks.set_window(self._key, self._window)
