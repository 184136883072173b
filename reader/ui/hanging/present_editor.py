"""What is on screen, to be changed and kept as a hanging protocol."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from reader.core.orientation import Plane
from reader.core.study import Series
from reader.core.text import say
from reader.session.hanging.protocols import Applies
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.check_box import CheckBox
from reader.ui.controls.choice_list import ChoiceList, ChoiceRow
from reader.ui.controls.segmented import Segmented
from reader.ui.controls.text import Line
from reader.ui.hanging.layout_picture import NAMES, ORDER
from reader.ui.hanging.present_picture import PresentPicture
from reader.ui.hanging.series_drag import SeriesHandle
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.pages.series_sheet import rows_of
from reader.ui.pages.series_words import series_name
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr

_ONE_LINE_PX = 100
PLANES = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)


class DraggedSeries(ChoiceRow):
    """A series to be dragged into a box, or put into the active one by Enter."""

    def __init__(self, kit: Kit, series: Series) -> None:
        super().__init__(kit.theme)
        px = kit.theme.px
        self.series = series
        name = Line(kit.theme, tokens.DETAIL, grows=True)
        name.show_text(series_name((series,)))
        box = row(0, name)
        box.setContentsMargins(px(8), px(4), px(8), px(4))
        self.setLayout(box)
        self.setAccessibleName(name.text)
        self.handle = SeriesHandle(self, lambda: series.key, self.pressed.emit)


class PresentEditor(QWidget):
    """Picture, series, plane and layout; then a name and what it applies to; then Save."""

    saved = Signal(str)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self.kit = kit
        px, theme = kit.theme.px, kit.theme
        self.picture = PresentPicture(kit)
        self.picture.setMinimumHeight(px(150))
        words = [f"{(lay.grid or (1, 3))[0]} × {(lay.grid or (1, 3))[1]}" for lay in ORDER]
        words[1] = "1 + 2"
        tips = [tr(NAMES[layout]) for layout in ORDER]
        self.layouts = Segmented(theme, words, tr(say("Layout")), tips, may_shrink=True)
        self.layouts.chosen.connect(lambda n: kit.workspace.viewports.set_layout(ORDER[n]))
        names = [tr(say("Axial")), tr(say("Coronal")), tr(say("Sagittal"))]
        self.planes = Segmented(theme, names, tr(say("Plane")))
        self.planes.chosen.connect(self._set_plane)
        self.series = ChoiceList(theme, tr(say("Series")))
        self.series.setFixedHeight(px(112))
        self.series.chosen.connect(self._show_series)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), 0, px(16), px(8))
        box.setSpacing(px(8))
        box.addWidget(self._aside(tr(say("On screen now. Drag a series into a box."))))
        box.addWidget(self.picture, 1)
        box.addLayout(self._line(self.layouts))
        box.addLayout(self._line(self.planes))
        box.addWidget(self.series)
        box.addLayout(self._keeping())
        heard = Subscriptions(self)
        events = kit.workspace.events
        heard.add(events.viewports_changed, self._follow)
        heard.add(events.active_viewport_changed, self._changed)
        heard.add(events.companions_changed, self._fill)
        heard.add(events.study_opened, self._changed)
        self._fill()

    def show_name(self, name: str) -> None:
        """Offer a name to keep it under."""
        self.name.setText(name)

    @property
    def applies(self) -> Applies:
        """What is ticked."""
        usual = self.kit.workspace.hangings.usual_applies()
        return replace(
            usual,
            modality=usual.modality if self.modality.isChecked() else (),
            region=usual.region if self.region.isChecked() else (),
            priors=(1, 99) if self.priors.isChecked() else (0, 99),
        )

    def save(self) -> None:
        """Keep what is on screen under the name; an own protocol of that name is replaced."""
        hangings = self.kit.workspace.hangings
        name = self.name.text().strip() or tr(say("My hanging"))
        draft = hangings.present(name, self.applies)
        mine = next((p for p in hangings.protocols if p.is_own and p.name == name), None)
        kept = hangings.save(replace(draft, id=mine.id if mine is not None else ""))
        hangings.restored(kept.id)
        if self.always.isChecked():
            hangings.prefer(kept.id)
        self.saved.emit(kept.id)

    def _keeping(self) -> QVBoxLayout:
        """Name, scope and the one main button."""
        kit, px, theme = self.kit, self.kit.theme.px, self.kit.theme
        usual = kit.workspace.hangings.usual_applies()
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr(say("Name, such as my chest CT")))
        self.name.setAccessibleName(tr(say("Name")))
        self.name.setTextMargins(px(8), 0, px(8), 0)
        self.name.returnPressed.connect(lambda: kit.workspace.notices.attempt(self.save))
        self.modality = CheckBox(theme, " / ".join(usual.modality) or tr(say("Modality")), True)
        region = " / ".join(tr(REGION_WORDS[r]) for r in usual.region) or tr(say("Body part"))
        self.region = CheckBox(theme, region, bool(usual.region))
        self.region.setEnabled(bool(usual.region))
        self.priors = CheckBox(theme, tr(say("With a prior")), usual.priors[0] > 0)
        self.always = CheckBox(theme, tr(say("Always")), False)
        self.keep = Button(
            theme, tr(say("Save")), icon=Icon.FLOPPY_DISK, kind=ButtonKind.MAIN, compact=True
        )
        self.keep.clicked.connect(lambda: kit.workspace.notices.attempt(self.save))
        aside = self._aside(tr(say("Applies to")))
        aside.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box = QVBoxLayout()
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(8))
        scope: tuple[QWidget, ...] = (aside, self.modality, self.region)
        more: tuple[QWidget, ...] = (self.priors, self.always)
        is_large = px(_ONE_LINE_PX) > _ONE_LINE_PX  # in large letters they need a line each
        for line in (scope, more) if is_large else ((*scope, *more),):
            ticks = row(px(16), *line)
            ticks.addStretch(1)
            box.addLayout(ticks)
        keep = row(px(8), self.name, self.keep)
        box.addLayout(keep)
        return box

    def _aside(self, words: str) -> Line:
        line = Line(self.kit.theme, tokens.DETAIL)
        line.show_text(words, tokens.TEXT_2)
        return line

    def _line(self, widget: QWidget) -> QVBoxLayout:
        box = QVBoxLayout()
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _set_plane(self, index: int) -> None:
        viewports = self.kit.workspace.viewports
        viewports.set_plane(viewports.active_id, PLANES[index])

    def _show_series(self, place: int) -> None:
        chosen = self.series.rows[place]
        workspace = self.kit.workspace
        if isinstance(chosen, DraggedSeries):
            workspace.show_series(chosen.series.key, workspace.viewports.active_id)

    def _fill(self) -> None:
        """The series of the open study and of those beside it."""
        studies = self.kit.workspace.studies
        all_of = (studies.study, *studies.companions)
        listed = [group[-1] for s in all_of if s is not None for group in rows_of(s.series)]
        self.series.show_rows([DraggedSeries(self.kit, one) for one in listed])
        self._follow()

    def _follow(self) -> None:
        viewports = self.kit.workspace.viewports
        self.layouts.show_index(ORDER.index(viewports.layout))
        self.planes.show_index(PLANES.index(viewports.active.plane))

    def _changed(self, *_payload: object) -> None:
        self._follow()


REGION_WORDS = {
    "head": say("head"),
    "neck": say("neck"),
    "chest": say("chest"),
    "breast": say("breast"),
    "abdomen": say("abdomen"),
    "pelvis": say("pelvis"),
    "prostate": say("prostate"),
    "heart": say("heart"),
    "spine": say("spine"),
    "limb": say("limb"),
}
