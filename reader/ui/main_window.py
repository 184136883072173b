"""The main window: builds the frame, follows settings, takes drops, does what actions ask."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow

from reader.core.settings import Settings
from reader.core.study import Study
from reader.core.text import Text, say
from reader.session.workspace import Mode, Workspace
from reader.ui import tokens
from reader.ui.actions.action import ActionContext, ActionId
from reader.ui.actions.actions import Actions
from reader.ui.actions.reason_question import ReasonQuestion
from reader.ui.findings.thumbnails import Thumbnails
from reader.ui.hanging.second_windows import SecondWindows
from reader.ui.hanging.window_memory import WindowMemory, first_size
from reader.ui.icons import Icons
from reader.ui.identity import study_line
from reader.ui.kit import Kit
from reader.ui.models.taking_in import ask_for_model, take_in
from reader.ui.subscriptions import Subscriptions
from reader.ui.theme import Theme, dress, load_fonts
from reader.ui.tools.tool import PASSING_TOOLS
from reader.ui.tools.toolset import make_tools
from reader.ui.translate import Languages, tr
from reader.ui.window.file_dialogs import choose_files, choose_folder
from reader.ui.window.focus_ring import FocusRing
from reader.ui.window.frame import FrameMemory, WindowFrame
from reader.ui.window.regions import go_to_region
from reader.ui.window.saved_clock import SavedClock
from reader.ui.window.sheet_shell import SheetShell

NAME: Final = "Reading Room"
PLACE_INTERVAL_MS: Final = 500
"""How often the reading place is written down, if it changed."""


def cpu_text() -> Text:
    """What the AI runs on where nothing better is known."""
    return say("AI on {count} CPU cores", count=os.cpu_count() or 1)


class MainWindow(SheetShell, QMainWindow):
    """One window on one session. `resources` holds fonts, icons and translations.

    `ai_runs_on` says in a few words what models run on; only the application knows.
    The session outlives the window and is closed by whoever made it.
    """

    def __init__(
        self,
        workspace: Workspace,
        resources: Path,
        ai_runs_on: Text | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self._ai_runs_on = ai_runs_on or cpu_text()
        self._icons = Icons(resources / "icons")
        self.languages = Languages(resources / "translations")
        self._last_folder: Path | None = None
        load_fonts(resources / "fonts")
        self.tools = make_tools(workspace)
        self.question = ReasonQuestion(workspace, self)
        self._saved = SavedClock(workspace, self)
        self.actions_ = Actions(
            ActionContext(workspace, self.tools, self.question, self), self, clock
        )
        self._thumbnails = Thumbnails(workspace)
        self._shown: tuple[str, int, bool] | None = None
        self._frame: WindowFrame | None = None
        self.second: SecondWindows | None = None
        self.setWindowIcon(self._icons.window_icon())
        self.setMinimumSize(*tokens.MINIMUM_WINDOW)
        self.setAcceptDrops(True)
        self._rebuild_soon = QTimer(self)
        self._rebuild_soon.setSingleShot(True)
        self._rebuild_soon.setInterval(0)
        self._rebuild_soon.timeout.connect(self._build_if_changed)
        self._place_timer = QTimer(self)
        self._place_timer.setInterval(PLACE_INTERVAL_MS)
        self._place_timer.timeout.connect(workspace.place.tick)
        self._place_timer.timeout.connect(workspace.watching.tick)
        self._place_timer.start()
        self._memory = WindowMemory(self, "first", workspace.window_places)
        if not self._memory.restore():
            self.resize(first_size())
        self._build_if_changed()
        subscriptions = Subscriptions(self)
        subscriptions.add(workspace.events.settings_changed, self._settings_changed)
        subscriptions.add(workspace.events.study_opened, self._study_opened)
        for notice in workspace.notices.posted:
            self.frame.notices.show_notice(notice)

    # Building

    @property
    def frame(self) -> WindowFrame:
        """Everything inside the window. Another one after the language was changed."""
        if self._frame is None:
            raise AssertionError("the window builds its frame before anything asks for it")
        return self._frame

    def _build_if_changed(self) -> None:
        """Build the frame anew if language, text size or the class of width is another."""
        settings = self.workspace.settings
        scale = settings.text_scale_percent
        is_wide = self.width() * 100 >= tokens.WIDE_FROM * scale
        wanted = (settings.language, scale, is_wide)
        if wanted == self._shown:
            return
        theme = Theme(self._icons, scale / 100)
        was_dressed = self._shown is not None
        other_look = self._shown is None or wanted[:2] != self._shown[:2]
        if other_look:
            self.languages.use(settings.language)
            application = QApplication.instance()
            if isinstance(application, QApplication):
                dress(application, theme)
        self._shown = wanted
        memory = self._frame.memory() if self._frame is not None else FrameMemory()
        kit = self._kit(theme, tokens.WIDE if is_wide else tokens.NARROW)
        self._frame = WindowFrame(kit, self._ai_runs_on, self._saved, memory)
        if self.second is not None:
            self.second.put_away()
            self.second.deleteLater()
        self.second = SecondWindows(kit, self, self._frame.viewport_menu, self.keyReleaseEvent)
        self.setCentralWidget(self._frame)
        self._frame.show()
        for old_ring in self.findChildren(FocusRing):
            old_ring.deleteLater()
        FocusRing(theme, self)
        self._frame.give_keyboard()
        self._show_title()
        if was_dressed and other_look:
            self._renew_settings()

    def _renew_settings(self) -> None:
        """Show the settings in the language and size that were chosen in them."""
        from reader.ui.pages.settings_dialog import SettingsDialog

        for old in self.findChildren(SettingsDialog):
            if old.isVisible():
                place, option = old.pos(), old.option_with_keyboard()
                old.close()
                new = SettingsDialog(self.frame.kit.theme, self.workspace, self)
                new.move(place)
                new.show()
                new.editors[option].setFocus()

    def _kit(self, theme: Theme, frame: tokens.Frame) -> Kit:
        return Kit(
            theme=theme,
            workspace=self.workspace,
            actions=self.actions_,
            tools=self.tools,
            question=self.question,
            thumbnails=self._thumbnails,
            frame=frame,
            languages=self.languages,
        )

    def _settings_changed(self, _settings: Settings) -> None:
        self._rebuild_soon.start()
        self._show_title()

    def _study_opened(self, _study: Study | None) -> None:
        self._show_title()

    def _show_title(self) -> None:
        study = self.workspace.studies.study
        if study is None:
            self.setWindowTitle(NAME)
            return
        hidden = self.workspace.settings.hide_identity
        self.setWindowTitle(f"{study_line(study, hidden)} \u2013 {NAME}")

    # What Qt says

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another class of width needs another frame."""
        super().resizeEvent(event)
        self._rebuild_soon.start()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Show the AI's marks again when the key that hides them comes up."""
        if not event.isAutoRepeat():
            self.actions_.key_came_up(Qt.Key(event.key()))
            if self.actions_.is_key_of(Qt.Key(event.key()), ActionId.HIDE_AI):
                self.workspace.overlay.hold_hidden(False)
            if self.actions_.is_key_of(Qt.Key(event.key()), ActionId.LENS):
                self.tools.lens.lower()
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """A window that is left may miss the key coming up; the system may end full screen."""
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.workspace.overlay.hold_hidden(False)
            self.tools.lens.lower()
        is_state = event.type() is QEvent.Type.WindowStateChange
        if is_state and self._frame is not None and not self.isFullScreen():
            self._frame.show_images_only(False)
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Close what lies over the window first."""
        self.frame.sheets.close()
        self._place_timer.stop()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take folders and files."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self._show_drag(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:  # noqa: N802
        """They were taken away again."""
        self._show_drag(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped: a model is looked at, anything else is a study."""
        self._show_drag(False)
        paths = dropped_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            take_in(self.workspace, self.frame, paths, self.show_models)

    def _show_drag(self, over: bool) -> None:
        """Say where what is held over the window would go."""
        sheet = self.frame.sheets.current
        target = sheet if sheet is not None else self.frame.welcome.drop_zone
        show = getattr(target, "show_drag", None)
        if show is not None:
            show(over)

    # What actions ask (`reader.ui.actions.shell.Shell`)

    def choose_folder(self) -> None:
        """Ask for a folder and open it."""
        choose_folder(self, tr(say("Open folder")), self._last_folder, self._open_folder)

    def choose_files(self) -> None:
        """Ask for files and open them."""
        choose_files(self, tr(say("Open files")), self._last_folder, self._open_files)

    def watch_folder(self) -> None:
        """Ask for a folder and watch it."""
        choose_folder(self, tr(say("Watch a folder")), self._last_folder, self._watch_folder)

    def show_settings(self) -> None:
        """Open the settings."""
        from reader.ui.pages.settings_dialog import SettingsDialog

        for dialog in self.findChildren(SettingsDialog):
            dialog.raise_()
            dialog.activateWindow()
            return
        SettingsDialog(self.frame.kit.theme, self.workspace, self).show()

    def choose_folder_to_compare(self) -> None:
        """Ask for a folder and compare the open study with the one in it."""
        title = tr(say("Compare with a folder"))
        choose_folder(self, title, self._last_folder, self._compare_folder)

    def show_model_card(self) -> None:
        """Show or hide the model's card in the place of the inbox."""
        panel = self.frame.reading.panel
        panel.show_card(not panel.shows_card)

    def show_thresholds(self) -> None:
        """Show from which score on findings are listed, and give it the keyboard; or hide it."""
        self.frame.show_panel()
        self.frame.reading.panel.show_card(False)
        self.frame.reading.panel.inbox.show_thresholds()

    def choose_model(self, folder: bool) -> None:
        """Ask for the folder or the file of a model and look at it."""
        ask_for_model(self, self.workspace, self.frame, self.show_models, folder=folder)

    def export_results(self) -> None:
        """Go to the export, or export if it is on screen."""
        export = self.frame.report.panel.export
        if self.workspace.mode is Mode.REPORT:
            export.export()
        else:
            self.workspace.set_mode(Mode.REPORT)
            export.export_button.setFocus(Qt.FocusReason.TabFocusReason)

    def show_measuring_tools(self) -> None:
        """Unfold the measuring tools that the rail has no room for."""
        self.frame.rail.unfold_measuring()

    def go_back(self) -> None:
        """Leave what was entered last: a page, a choice, a tool, a mode, the full screen."""
        if self.frame.sheets.close():
            return
        for was_entered, leave in self._entered():
            if was_entered:
                leave()
                return
        self.frame.notices.close_newest()

    def _entered(self) -> tuple[tuple[bool, Callable[[], object]], ...]:
        """What may have been entered, the innermost first, and how each is left."""
        workspace, tools, alone = self.workspace, self.tools, self.workspace.viewports.maximized_id
        active = workspace.viewports.active_id
        spins = workspace.overviews.state(active).spins
        return (
            (self.question.finding_id is not None, lambda: self.question.ask(None)),
            (tools.lens.is_up, tools.lens.lower),
            (workspace.cine.is_playing, workspace.cine.stop),
            (spins, lambda: workspace.overviews.toggle_spin(active)),
            (tools.sketch.draft is not None, tools.give_up),
            (tools.active_id in PASSING_TOOLS, tools.choose_last),
            (workspace.inference.blocked is not None, workspace.inference.skip),
            (self.frame.shows_card, self.show_model_card),
            (workspace.mode is not Mode.READ, lambda: workspace.set_mode(Mode.READ)),
            (self.isFullScreen(), self.toggle_full_screen),
            (alone is not None, lambda: workspace.viewports.toggle_maximized(alone or "")),
        )

    def toggle_full_screen(self) -> None:
        """Images only, or everything again."""
        leave = self.isFullScreen()
        self.frame.show_images_only(not leave and self.workspace.studies.study is not None)
        # Not showNormal(), after which a maximised window would be none.
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def toggle_rail(self) -> None:
        """Fold or unfold the tools."""
        self.frame.fold_rail()

    def toggle_panel(self) -> None:
        """Fold or unfold the side panel."""
        self.frame.fold_panel()

    def go_to_region(self, step: int) -> None:
        """Give the keyboard to the next or previous part of the window."""
        go_to_region(self.frame.regions(), step)

    def quit(self) -> None:
        """Close the window."""
        self.close()

    def _watch_folder(self, folder: Path) -> None:
        self.workspace.notices.attempt(lambda: self.workspace.watching.add(folder))

    def _compare_folder(self, folder: Path) -> None:
        self.workspace.set_mode(Mode.COMPARE)
        self.workspace.compare.open_paths([folder])

    def _open_files(self, files: list[Path]) -> None:
        if files:
            self._last_folder = files[0].parent
            self.workspace.open_paths(files)

    def _open_folder(self, folder: Path) -> None:
        self._last_folder = folder
        self.workspace.open_paths([folder])


def dropped_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this machine among what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
