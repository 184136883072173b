"""A monkey at the real window: every action, key, button and gesture, in any order.

A step is data: what to do, and numbers between 0 and 1 that choose among what is there when
its turn comes. So any part of a run can be done again, and a failure made smaller.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QMenu, QWidget
from shiboken6 import isValid

from reader.core.orientation import Plane
from reader.session.viewing.layout import Layout
from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId
from reader.ui.viewport.overview_view import OverviewView
from reader.ui.viewport.slice_view import SliceView
from tests.support.driver import ReaderDriver

T = TypeVar("T")
NUMBERS: Final = 8
LEAVES: Final = frozenset({ActionId.QUIT, ActionId.OPEN_DEMO})
"""What ends the run, or takes a second each time."""
KINDS: Final = {
    "action": 30, "tool": 6, "drag": 14, "wheel": 12, "click": 5, "hover": 5, "key": 10, "type": 1,
    "button": 6, "menu": 2, "open": 1, "series": 3, "layout": 2, "plane": 1, "protocol": 1,
    "compare": 1, "resize": 1, "settings": 0.4, "mode": 1, "tidy": 5, "wait": 3, "cancel": 0.5,
    "undo": 3,
}  # fmt: skip
"""What a step may be, and how often."""
BUTTONS: Final = (Qt.MouseButton.LeftButton,) * 5 + (
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
_NONE = Qt.KeyboardModifier.NoModifier
MODIFIERS: Final = (_NONE,) * 5 + (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
SIZES: Final = ((1366, 768), (1024, 700), (1600, 900), (1920, 1080), (900, 620), (2560, 1100))
TOOLS: Final = tuple(one for one in ActionId if one.value.startswith("tool-"))
SETTINGS: Final[tuple[dict[str, object], ...]] = (
    {"language": "en"}, {"language": "zh_CN"}, {"hang_priors": False}, {"hang_priors": True},
    {"prior_on_right": True}, {"prior_on_right": False}, {"hide_identity": True},
    {"hide_identity": False}, {"text_scale_percent": 125}, {"text_scale_percent": 100},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    kind: str
    numbers: tuple[float, ...]


def make_steps(count: int, seed: int) -> list[Step]:
    """The same ones for the same number."""
    rng = random.Random(seed)
    kinds = rng.choices(tuple(KINDS), tuple(KINDS.values()), k=count)
    return [Step(kind, tuple(rng.random() for _ in range(NUMBERS))) for kind in kinds]


class Monkey:
    """Does steps to an application; what was chosen last is in `did`."""

    def __init__(self, reader: ReaderDriver, studies: Sequence[Path]) -> None:
        self._reader = reader
        self._studies = studies
        self.did = ""
        self.longest_ms = 0.0
        """How long the window was busy with one thing of the last step, as the CPU counts."""

    def act(self, step: Step) -> None:
        """Do a step and what is due after it."""
        self.did, self.longest_ms = step.kind, 0.0
        deed: Callable[[tuple[float, ...]], object] = getattr(self, f"_{step.kind}")
        self._reader.workspace.notices.attempt(lambda: deed(step.numbers))
        self._process()
        for dialog in self._reader.window.findChildren(QFileDialog):
            dialog.reject()  # the system's; Qt's own asks back in a loop of its own
        # What an event loop does by itself when it is back.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def tidy(self) -> None:
        """Close what lies over the window."""
        self._tidy(())

    def _pick(self, choices: Sequence[T], number: float) -> T | None:
        chosen = choices[int(number * len(choices))] if choices else None
        name = getattr(chosen, "value", None) or getattr(chosen, "name", None) or ""
        self.did += f" {name}" if isinstance(name, str) else f" {int(number * len(choices))}"
        return chosen

    # The application

    def _action(self, n: tuple[float, ...]) -> None:
        action_id = self._pick([one for one in ActionId if one not in LEAVES], n[0])
        if action_id is ActionId.CLOSE_STUDY and n[1] > 0.2:
            return
        assert action_id is not None
        self._reader.now += 1.0
        trigger = self._reader.window.actions_.trigger
        self._timed(lambda: trigger(action_id))

    def _tool(self, n: tuple[float, ...]) -> None:
        action_id = self._pick(TOOLS, n[0])
        assert action_id is not None
        if self._reader.window.actions_.trigger(action_id):
            self._drag(n[1:])

    def _key(self, n: tuple[float, ...]) -> None:
        meanings = sorted(self._reader.window.actions_.keymap.meanings)
        keys = meanings[int(n[0] * len(meanings))]
        if self._reader.window.actions_.keymap.keys_of(ActionId.QUIT).count(keys):
            return
        self.did += f" {keys}"
        self._reader.now += 1.0
        combination = QKeySequence(keys)[0]
        target = QApplication.focusWidget() or self._reader.window
        QTest.keyClick(target, combination.key(), combination.keyboardModifiers())

    def _type(self, n: tuple[float, ...]) -> None:
        target = QApplication.focusWidget()
        if target is not None:
            QTest.keyClicks(target, self._pick(("a1", "chest", "12.5", "  ", "ct l"), n[0]) or "")

    def _button(self, n: tuple[float, ...]) -> None:
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        buttons = [
            b for w in windows for b in w.findChildren(QAbstractButton)
            if b.isVisible() and b.isEnabled()
        ]  # fmt: skip
        button = self._pick(buttons, n[0])
        if button is not None:
            self.did += f" {type(button).__name__} {button.text() or button.accessibleName()!r}"
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _menu(self, n: tuple[float, ...]) -> None:
        menus = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu)]
        shown = [menu for menu in menus if menu.isVisible()]
        if shown:
            acts = [a for a in shown[0].actions() if a.isEnabled() and not a.isSeparator()]
            act = self._pick(acts, n[0])
            if act is not None and act.menu() is None:
                self.did += f" {act.text()!r}"
                act.trigger()
            shown[0].close()

    def _open(self, n: tuple[float, ...]) -> None:
        path = self._pick(self._studies, n[0])
        assert path is not None
        self._reader.workspace.open_paths([path])
        self._let_work(n[1])

    def _series(self, n: tuple[float, ...]) -> None:
        workspace = self._reader.workspace
        laid = [one for one in (workspace.studies.study, *workspace.studies.companions) if one]
        series = self._pick([s for study in laid for s in study.series], n[0])
        state = self._pick(workspace.viewports.states, n[1])
        if series is not None and state is not None:
            workspace.show_series(series.key, state.id if n[2] < 0.8 else None)

    def _layout(self, n: tuple[float, ...]) -> None:
        layout = self._pick(tuple(Layout), n[0])
        if layout is not None and self._reader.workspace.studies.study is not None:
            self._reader.workspace.viewports.set_layout(layout)

    def _plane(self, n: tuple[float, ...]) -> None:
        state = self._pick(self._reader.workspace.viewports.states, n[0])
        plane = self._pick(tuple(Plane), n[1])
        if state is not None and plane is not None:
            self._reader.workspace.viewports.set_plane(state.id, plane)

    def _protocol(self, n: tuple[float, ...]) -> None:
        protocol = self._pick(self._reader.workspace.hangings.protocols, n[0])
        if protocol is not None:
            self._reader.workspace.hangings.apply(protocol.id)

    def _compare(self, n: tuple[float, ...]) -> None:
        compare = self._reader.workspace.compare
        other = self._pick(compare.others(), n[0])
        if other is not None:
            close = other.is_open and n[1] < 0.5
            (compare.close_prior if close else compare.open_prior)(other.study_uid)

    def _mode(self, n: tuple[float, ...]) -> None:
        mode = self._pick(tuple(Mode), n[0])
        if mode is not None and self._reader.workspace.studies.study is not None:
            self._reader.workspace.set_mode(mode)

    def _resize(self, n: tuple[float, ...]) -> None:
        size = self._pick(SIZES, n[0])
        if size is not None:
            self._reader.window.resize(*size)

    def _settings(self, n: tuple[float, ...]) -> None:
        changes = self._pick(SETTINGS, n[0])
        if changes is not None:
            self.did += f" {changes}"
            self._reader.workspace.change_settings(**changes)

    def _cancel(self, n: tuple[float, ...]) -> None:
        jobs = self._reader.workspace.jobs
        running = [job for job in jobs.jobs.values() if not job.is_over]
        job = self._pick(running, n[0])
        if job is not None:
            jobs.cancel(job.id)

    def _undo(self, n: tuple[float, ...]) -> None:
        wanted = ActionId.UNDO if n[0] < 0.7 else ActionId.REDO
        self._reader.window.actions_.trigger(wanted)

    def _tidy(self, _n: tuple[float, ...]) -> None:
        window = self._reader.window
        for dialog in window.findChildren(QDialog):
            dialog.reject()
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QMenu):
                widget.close()
        window.frame.sheets.close()
        if window.isFullScreen():
            window.toggle_full_screen()

    def _wait(self, n: tuple[float, ...]) -> None:
        self._let_work(n[0])

    def _let_work(self, number: float) -> None:
        until = time.monotonic() + (0.0, 0.0, 0.01, 0.05, 0.2)[int(number * 5)]
        while time.monotonic() < until:
            self._process()

    def _process(self) -> None:
        self._timed(QCoreApplication.processEvents)

    def _send(self, target: QWidget, event: QEvent) -> None:
        self._timed(lambda: QApplication.sendEvent(target, event))

    def _timed(self, act: Callable[[], object]) -> None:
        began = time.thread_time()
        act()
        self.longest_ms = max(self.longest_ms, 1000 * (time.thread_time() - began))

    # The panes

    def _pane(self, number: float) -> QWidget | None:
        found: list[SliceView | OverviewView] = []
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                found += window.findChildren(SliceView) + window.findChildren(OverviewView)
        shown = [view for view in found if view.isVisible()]
        view = self._pick(shown, number)
        if view is None:
            return None
        self.did += f" {type(view).__name__}"
        return view.viewport() if isinstance(view, SliceView) else view

    def _drag(self, n: tuple[float, ...]) -> None:
        pane = self._pane(n[0])
        if pane is None:
            return
        button, keys = self._pick(BUTTONS, n[1]), self._pick(MODIFIERS, n[2])
        assert button is not None
        assert keys is not None
        start = QPointF(n[3] * pane.width(), n[4] * pane.height())
        end = QPointF((1.2 * n[5] - 0.1) * pane.width(), (1.2 * n[6] - 0.1) * pane.height())
        hurried = n[3] < 0.5
        self._mouse(pane, QEvent.Type.MouseButtonPress, start, button, button, keys)
        for part in (0.01, 0.3, 0.6, 1.0):
            self._mouse(
                pane, QEvent.Type.MouseMove, start + (end - start) * part, None, button, keys
            )
            if not hurried:
                self._process()
        if n[6] < 0.05:  # a study is opened, a key pressed while the button is down
            self._key((n[5],))
        self._mouse(pane, QEvent.Type.MouseButtonRelease, end, button, None, keys)

    def _click(self, n: tuple[float, ...]) -> None:
        pane = self._pane(n[0])
        if pane is not None:
            button = self._pick(BUTTONS, n[1])
            assert button is not None
            at = QPointF(n[3] * pane.width(), n[4] * pane.height())
            self._mouse(pane, QEvent.Type.MouseButtonPress, at, button, button, _NONE)
            self._mouse(pane, QEvent.Type.MouseButtonRelease, at, button, None, _NONE)
            if n[5] < 0.3:
                self._mouse(pane, QEvent.Type.MouseButtonDblClick, at, button, button, _NONE)
                self._mouse(pane, QEvent.Type.MouseButtonRelease, at, button, None, _NONE)

    def _hover(self, n: tuple[float, ...]) -> None:
        pane = self._pane(n[0])
        if pane is not None:
            at = QPointF(n[3] * pane.width(), n[4] * pane.height())
            self._mouse(pane, QEvent.Type.MouseMove, at, None, None, _NONE)

    def _wheel(self, n: tuple[float, ...]) -> None:
        pane = self._pane(n[0])
        if pane is None:
            return
        keys = self._pick(MODIFIERS, n[1])
        assert keys is not None
        at = QPointF(n[3] * pane.width(), n[4] * pane.height())
        turned = QPoint(0, 120 * (1 if n[2] < 0.5 else -1) * (1 + int(n[5] * 3)))
        for _ in range(1 + int(n[6] * 6)):
            if not isValid(pane):
                return
            event = QWheelEvent(
                at, QPointF(pane.mapToGlobal(at)), QPoint(0, 0), turned,
                Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            self._send(pane, event)

    def _mouse(
        self, pane: QWidget, kind: QEvent.Type, at: QPointF, button: Any, held: Any, keys: Any
    ) -> None:
        if isValid(pane):  # it may go while the button is down
            none = Qt.MouseButton.NoButton
            place = QPointF(pane.mapToGlobal(at))
            self._send(pane, QMouseEvent(kind, at, place, button or none, held or none, keys))
