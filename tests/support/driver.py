"""The real window, driven as a person drives it: keys in, what is on screen out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from reader.core.finding import Finding
from reader.core.model import Runner
from reader.core.model_library import ModelLibrary
from reader.core.orientation import acquisition_plane, plane_axes
from reader.imaging.slicing import index_at, reading_place
from reader.session.jobs import JobKind
from reader.session.parts import Folders
from reader.session.workspace import Mode, Workspace
from reader.ui.hanging.second_window import SecondWindow
from reader.ui.main_thread import MainThreadDelivery
from reader.ui.main_window import MainWindow

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 20_000


class StrayWindows(QObject):
    """Notes every window that flashes up: a widget shown before it had a parent."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if (
            event.type() is QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and not isinstance(watched, (MainWindow, SecondWindow, QDialog, QMenu))
            and watched.windowType() is not Qt.WindowType.Popup
        ):
            self.seen.append(type(watched).__name__)
        return False


class ReaderDriver:
    """One running application on the folders under `home`; made anew, it is a restart."""

    def __init__(
        self,
        qtbot: QtBot,
        home: Path,
        runner: Runner | None = None,
        size: tuple[int, int] = (1600, 900),
        language: str = "en",
        make_library: Callable[[], ModelLibrary] | None = None,
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._qtbot = qtbot
        self.now = 1000.0
        self._is_closed = False
        self._strays = StrayWindows()
        QCoreApplication.instance().installEventFilter(self._strays)
        self.delivery = MainThreadDelivery()
        folders = Folders(
            PROJECT / "resources",
            home / "reading.sqlite",
            home / "settings.json",
            home / "demo",
            home / "unpacked",
        )
        self.workspace = Workspace(
            folders, runner, self.delivery.deliver, make_library=make_library
        )
        if self.workspace.settings.language != language:
            self.workspace.change_settings(language=language)
        self.window = MainWindow(self.workspace, PROJECT / "resources", clock=lambda: self.now)
        self.window.resize(*size)
        with qtbot.waitExposed(self.window, timeout=PATIENCE_MS):
            self.window.show()
        self.window.activateWindow()
        self.until(lambda: QApplication.focusWidget() is not None)

    # Doing

    def press(self, *keys: str) -> None:
        """Press keys one after the other, each a second after what came before."""
        for key in keys:
            self.now += 1.0
            self.press_at_once(key)

    def press_at_once(self, key: str) -> None:
        """Press a key with no time passed since the last thing that happened."""
        combination = QKeySequence(key)[0]
        QTest.keyClick(self._target(), combination.key(), combination.keyboardModifiers())
        QCoreApplication.processEvents()

    def repeat(self, key: str, times: int) -> None:
        """What the system sends while a key is held: the same key, marked as a repeat."""
        combination = QKeySequence(key)[0]
        modifiers = combination.keyboardModifiers()
        for _ in range(times):
            self.now += 1.0
            for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
                event = QKeyEvent(kind, combination.key(), modifiers, "", True)
                taken = QApplication.sendEvent(self._target(), event)
                if kind is QEvent.Type.ShortcutOverride and taken and event.isAccepted():
                    break
        QCoreApplication.processEvents()

    def hold(self, key: str) -> None:
        """Press a key and keep it down."""
        QTest.keyPress(self._target(), QKeySequence(key)[0].key())

    def let_go(self, key: str) -> None:
        """Let a key come up."""
        QTest.keyRelease(self._target(), QKeySequence(key)[0].key())

    def type(self, text: str) -> None:
        """Type text into what has the keyboard."""
        QTest.keyClicks(self._target(), text)
        QCoreApplication.processEvents()

    def click(self, widget: QWidget) -> None:
        """Press the left button in the middle of a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        QCoreApplication.processEvents()

    def open(self, folder: Path) -> None:
        """Open a folder and wait until all of it is read."""
        self.workspace.open_paths([folder])
        self.until(lambda: self.workspace.studies.study is not None)
        self.until_idle()

    def run_model(self) -> None:
        """Press the key that runs the AI and wait for its end."""
        self.press("R")
        self.until(lambda: self.workspace.jobs.running(JobKind.INFERENCE) is None)
        self.settle()

    def close(self) -> None:
        """End the application as its window's close button does; only the first time."""
        if self._is_closed:
            return
        self._is_closed = True
        QCoreApplication.instance().removeEventFilter(self._strays)
        assert not self._strays.seen, f"windows flashed up: {self._strays.seen}"
        self.window.languages.use("en")
        self.window.close()
        self.workspace.close()
        self.window.deleteLater()
        self.delivery.deleteLater()
        self.settle()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # Waiting

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the application work until something holds."""
        self._qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def until_idle(self) -> None:
        """Let every job end."""
        self.until(lambda: all(job.is_over for job in self.workspace.jobs.jobs.values()))
        self.settle()

    def settle(self) -> None:
        """Do what is due now: deliveries, zero timers, deletions, layouts."""
        for _ in range(3):
            QCoreApplication.processEvents()

    # Reading

    @property
    def mode(self) -> Mode:
        return self.workspace.mode

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.workspace.findings.all()

    @property
    def statuses(self) -> list[str]:
        """What became of each finding, in the order of the list."""
        return [self.workspace.findings.status_of(f.finding_id).value for f in self.findings]

    @property
    def selected(self) -> int | None:
        """The place of the selected finding in the list."""
        ids = [f.finding_id for f in self.findings]
        chosen = self.workspace.findings.selected
        return ids.index(chosen) if chosen in ids else None

    @property
    def slice_number(self) -> int:
        """The slice of the large viewport, counted from 1."""
        resolved = self.workspace.display.resolved("v0")
        assert resolved is not None, "nothing is shown"
        axes = plane_axes(resolved.volume.geometry, acquisition_plane(resolved.volume.geometry))
        index = index_at(resolved.volume.geometry, axes, resolved.cursor_lps)
        return reading_place(resolved.volume.geometry, axes, index) + 1

    @property
    def notices(self) -> list[str]:
        """What the session said, oldest first."""
        return [str(notice.what_happened) for notice in self.workspace.notices.posted]

    @property
    def bar(self) -> str:
        """Which page the decision bar shows."""
        return type(self.window.frame.reading.decisions.page).__name__

    @property
    def cards(self) -> list[str]:
        """The inbox, card by card."""
        return [c.content.status for c in self.window.frame.reading.panel.inbox.cards]

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self.window
