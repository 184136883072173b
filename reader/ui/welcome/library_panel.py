"""The library: what to look for, and the studies that fit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from reader.core.study import StudySummary
from reader.core.text import Text, say
from reader.session.jobs import JobKind
from reader.session.opening.library import Listing, StudyQuery, StudySort
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton, ActionIconButton
from reader.ui.controls.boxes import column, row
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line, Paragraph
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr
from reader.ui.welcome.search_field import SearchField
from reader.ui.welcome.study_list import StudyList
from reader.ui.welcome.study_row import row_of, row_of_found
from reader.ui.welcome.watched_folders import WatchedFolders

PERIODS: Final[tuple[tuple[Text, int], ...]] = (
    (say("Any date"), 0),
    (say("Last 7 days"), 7),
    (say("Last 30 days"), 30),
    (say("Last year"), 365),
    (say("Last 5 years"), 1826),
)
SORTS: Final[tuple[tuple[Text, StudySort], ...]] = (
    (say("Recent first"), StudySort.RECENT),
    (say("By study date"), StudySort.DATE),
    (say("By name"), StudySort.NAME),
)


class LibraryPanel(QWidget):
    """Search field, filters and list. While a folder is looked through: what was found in it.

    `wants_in_sight` carries a part of this widget that should be scrolled to.
    """

    wants_in_sight = Signal(QRect)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        theme, px = kit.theme, kit.theme.px
        self._title = Line(theme, tokens.TITLE)
        self.search = SearchField(
            theme, say("Name, number, date, modality"), say("Search the library")
        )
        self.search.setMinimumWidth(px(140))
        self.search.setMaximumWidth(px(272))
        self.modality, self.period, self.sort = QComboBox(), QComboBox(), QComboBox()
        self._fill_choices()
        watch: QWidget = ActionButton(theme, kit.actions, ActionId.WATCH_FOLDER)
        if kit.frame is tokens.NARROW:
            watch = ActionIconButton(theme, kit.actions, ActionId.WATCH_FOLDER)
        self._tools = (self.modality, self.period, self.sort, self.search, watch)
        self.list = StudyList(theme, tr(say("Studies")), kit.workspace.library.thumbnail)
        self._nothing = Line(theme, tokens.TITLE, grows=True)
        self._nothing_hint = Paragraph(theme, tokens.BODY, "", tokens.TEXT_2)
        self._more = Line(theme, tokens.DETAIL, grows=True)
        self.watched = WatchedFolders(kit)
        box = column(px(12), self.watched, self.list, self._nothing, self._nothing_hint, self._more)
        head = row(px(8), self._title, *self._tools)
        head.insertStretch(1, 1)
        head.setStretchFactor(self.search, 100)
        box.insertLayout(0, head)
        self.setLayout(box)
        self._connect()
        self._changed()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to list and nothing was asked for."""
        return not self.list.count and self._query() == StudyQuery(sort=self._query().sort)

    def refresh(self) -> None:
        """Bring everything up to date with the session."""
        workspace = self._kit.workspace
        if workspace.studies.study is not None:
            return
        found = workspace.loading.found
        if found and workspace.jobs.is_under_way(JobKind.SCAN):
            self._show_found(found)
        else:
            self._show_library(workspace.library.search(self._query()))

    def type_into_search(self, text: str) -> None:
        """Go on in the search field with what was typed elsewhere on the page."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.insert(text)

    # Showing

    def _show_found(self, found: tuple[StudySummary, ...]) -> None:
        """What the scan has come upon, the list growing at its end."""
        workspace = self._kit.workspace
        hidden, wished = workspace.settings.hide_identity, workspace.loading.wished
        self.list.show_studies(
            [study.study_uid for study in found],
            lambda at: row_of_found(found[at], hidden, found[at].study_uid == wished),
        )
        self._show_title(say("Found so far"), len(found))
        for tool in self._tools:
            tool.setVisible(False)
        self._show_words(None, None)
        self._more.setVisible(False)

    def _show_library(self, listing: Listing) -> None:
        library = self._kit.workspace.library
        hidden = self._kit.workspace.settings.hide_identity
        studies = listing.studies
        uids = [study.study_uid for study in studies]
        self.list.show_studies(
            uids, lambda at: row_of(studies[at], hidden, library.is_missing(uids[at]))
        )
        library.look_for(listing.studies)
        self._show_title(say("Studies"), listing.total)
        for tool in self._tools:
            tool.setVisible(not self.is_empty or tool is self._tools[-1])
        more = listing.total - len(listing.studies)
        self._more.setVisible(more > 0)
        words = say("{count} more. Type to narrow the list down.", count=more)
        self._more.show_text(tr(words), tokens.TEXT_2)
        if listing.studies:
            self._show_words(None, None)
        elif self.is_empty:
            self._show_words(
                say("Open a folder to begin"),
                say("Every study that is opened is listed here and can be searched for."),
            )
        elif self.search.text().strip():
            self._show_words(
                say("Nothing found for \u201c{words}\u201d", words=self.search.text().strip()),
                say("Fewer letters or another spelling find more. Esc shows all studies."),
            )
        else:
            self._show_words(
                say("No study fits"), say("Choose other modalities or dates to see more.")
            )

    def _show_title(self, title: Text, count: int) -> None:
        number = f"  {count}" if count else ""
        runs = (Run(tr(title), weight=tokens.SEMIBOLD), Run(number, tokens.TEXT_2))
        self._title.show_runs(runs)

    def _show_words(self, title: Text | None, hint: Text | None) -> None:
        """Say why there is nothing to list."""
        self._nothing.setVisible(title is not None)
        self._nothing_hint.setVisible(hint is not None)
        self.list.setVisible(title is None)
        if title is not None and hint is not None:
            self._nothing.show_text(tr(title), weight=tokens.MEDIUM)
            self._nothing_hint.show_text(tr(hint))

    # Asking

    def _query(self) -> StudyQuery:
        days = PERIODS[max(0, self.period.currentIndex())][1]
        first = datetime.now().astimezone() - timedelta(days=days)
        return StudyQuery(
            text=self.search.text(),
            modality=str(self.modality.currentData() or ""),
            first_date=first.strftime("%Y%m%d") if days else "",
            sort=SORTS[max(0, self.sort.currentIndex())][1],
        )

    def _fill_choices(self) -> None:
        self.modality.addItem(tr(say("Any modality")), "")
        for words, _ in PERIODS:
            self.period.addItem(tr(words))
        for words, _ in SORTS:
            self.sort.addItem(tr(words))
        names = (say("Modality"), say("Study date"), say("Order"))
        for box, name in zip((self.modality, self.period, self.sort), names, strict=True):
            box.setAccessibleName(tr(name))
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _fill_modalities(self) -> None:
        """Every modality of the library; the one chosen stays chosen."""
        known = [str(self.modality.itemData(n)) for n in range(1, self.modality.count())]
        wanted = list(self._kit.workspace.library.modalities())
        if known == wanted:
            return
        chosen = self.modality.currentData()
        while self.modality.count() > 1:
            self.modality.removeItem(1)
        for modality in wanted:
            self.modality.addItem(modality, modality)
        self.modality.setCurrentIndex(max(0, self.modality.findData(chosen)))

    # Acting

    def _choose(self, study_uid: str) -> None:
        workspace = self._kit.workspace
        if any(s.study_uid == study_uid for s in workspace.loading.found):
            workspace.loading.wish(study_uid)
        else:
            workspace.open_from_library(study_uid)

    def _remove(self, study_uid: str) -> None:
        workspace = self._kit.workspace
        if not workspace.loading.found:
            workspace.notices.attempt(lambda: workspace.library.remove(study_uid))

    def _ask(self, study_uid: str, where: QPoint) -> None:
        if not self._kit.workspace.loading.found:
            self.menu_for(study_uid).popup(where)

    def menu_for(self, study_uid: str) -> QMenu:
        """Open it, or take it off the list. The menu deletes itself when it is closed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(tr(say("Open"))).triggered.connect(lambda: self._choose(study_uid))
        remove = menu.addAction(f"{tr(say('Take off the list'))}\t{tr(say('Del'))}")
        remove.setToolTip(tr(say("Images and decisions stay.")))
        remove.triggered.connect(lambda: self._remove(study_uid))
        menu.setToolTipsVisible(True)
        return menu

    def _connect(self) -> None:
        self.search.textChanged.connect(self._asked)
        self.search.key_passed.connect(lambda key: self.list.take_key(Qt.Key(key)))
        for box in (self.modality, self.period, self.sort):
            box.activated.connect(self._asked)
        self.list.chosen.connect(self._choose)
        self.list.removed.connect(self._remove)
        self.list.menu_asked.connect(self._ask)
        self.list.current_moved.connect(
            lambda rect: self.wants_in_sight.emit(rect.translated(self.list.pos()))
        )
        subscriptions = Subscriptions(self)
        events = self._kit.workspace.events
        subscriptions.add(events.library_changed, self._changed)
        subscriptions.add(events.study_opened, self._changed)
        subscriptions.add(events.settings_changed, self._changed)
        subscriptions.add(events.scan_grew, self._changed)

    def _asked(self, *_what: object) -> None:
        self.refresh()
        self.list.go_to(0)

    def _changed(self, *_payload: object) -> None:
        if self._kit.workspace.studies.study is not None:
            return
        self.list.forget_pictures()
        self._fill_modalities()
        self.refresh()
