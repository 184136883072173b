"""Every action there is, in every state there is: nothing goes wrong, whatever is tried.

Made from the enumeration, so an action is covered by being declared.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QDialog, QMenu

from reader.formats.dicom_scan import ScanResult
from reader.session.notices import NoticeLevel
from reader.session.workspace import Mode
from reader.ui.actions.action import ActionId
from reader.ui.tools.tool import ToolId
from tests.support import odd_series
from tests.support.driver import ReaderDriver
from tests.support.sessions import write_nifti_study

LEAVES = (ActionId.QUIT,)
"""What ends the application; tried by the tests of the window."""
ENDS_THE_STATE = (ActionId.CLOSE_STUDY, ActionId.OPEN_DEMO)
"""Tried last, because nothing of the state is left after them."""

Prepare = Callable[[ReaderDriver, Path, pytest.MonkeyPatch], None]


def _shown(reader: ReaderDriver, monkeypatch: pytest.MonkeyPatch, *pairs: object) -> None:
    odd_series.serve(monkeypatch, list(pairs))
    study = odd_series.study_of(list(pairs))
    reader.workspace.loading.show_study(study, ScanResult((study,)), ())
    reader.until_idle()


def _nothing(_reader: ReaderDriver, _chest: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """No study."""


def _loading(reader: ReaderDriver, chest: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """A study is being looked for: nothing is shown yet, and a job runs."""
    reader.workspace.open_paths([chest])


def _volume(reader: ReaderDriver, chest: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    reader.open(chest)


def _film(reader: ReaderDriver, _chest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shown(reader, monkeypatch, odd_series.film())


def _colour(reader: ReaderDriver, _chest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    voxels = np.zeros((4, 8, 10, 3), dtype=np.uint8)
    _shown(reader, monkeypatch, odd_series.made("colour", voxels))


def _phases(reader: ReaderDriver, _chest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shown(reader, monkeypatch, *odd_series.phases())


def _cine(reader: ReaderDriver, _chest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shown(reader, monkeypatch, odd_series.cine())


def _tilted(reader: ReaderDriver, _chest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _shown(reader, monkeypatch, odd_series.tilted())


def _nifti(reader: ReaderDriver, chest: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    reader.open(write_nifti_study(chest.parent / "nifti"))


def _found(reader: ReaderDriver, chest: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings wait, one is selected."""
    reader.open(chest)
    reader.run_model()
    reader.press("N")


def _signed(reader: ReaderDriver, chest: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is decided and signed: read only."""
    reader.open(chest)
    reader.press("Ctrl+4")
    reader.press("Ctrl+Return")
    reader.press("Ctrl+1")
    assert reader.workspace.findings.is_signed


def _editing(reader: ReaderDriver, chest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _found(reader, chest, monkeypatch)
    reader.press("E")
    assert reader.mode is Mode.EDIT


def _report(reader: ReaderDriver, chest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _found(reader, chest, monkeypatch)
    reader.press("Ctrl+4")
    assert reader.mode is Mode.REPORT


def _asked(reader: ReaderDriver, chest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar asks why something was rejected."""
    _found(reader, chest, monkeypatch)
    reader.press("X")
    assert reader.window.question.finding_id is not None


def _adding(reader: ReaderDriver, chest: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    reader.open(chest)
    reader.press("M")
    assert reader.window.tools.active_id is ToolId.ADD


def _compare(reader: ReaderDriver, chest: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    reader.open(chest)
    reader.workspace.set_mode(Mode.COMPARE)
    reader.settle()


STATES: dict[str, Prepare] = {
    "no study": _nothing,
    "loading": _loading,
    "volume": _volume,
    "film": _film,
    "colour": _colour,
    "phases": _phases,
    "cine": _cine,
    "tilted": _tilted,
    "NIfTI": _nifti,
    "findings": _found,
    "signed": _signed,
    "editing": _editing,
    "report": _report,
    "a reason asked": _asked,
    "adding": _adding,
    "compare": _compare,
}


@pytest.fixture(params=STATES, ids=str)
def prepared(
    request: pytest.FixtureRequest,
    reader: ReaderDriver,
    chest: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], ReaderDriver]:
    """Brings an application into one state, again and again."""
    prepare = STATES[request.param]
    prepare(reader, chest, monkeypatch)
    return reader


def _clean_up(reader: ReaderDriver) -> None:
    """Close what an action opened, so that the next one meets the same page."""
    window = reader.window
    for dialog in window.findChildren(QDialog):
        dialog.reject()
    for menu in window.findChildren(QMenu):
        menu.close()
    window.frame.sheets.close()
    if window.isFullScreen():
        window.toggle_full_screen()
    reader.settle()


def _came_back(reader: ReaderDriver, mode: Mode) -> None:
    if reader.workspace.studies.study is not None and reader.mode is not mode:
        reader.workspace.set_mode(mode)
        reader.settle()


def test_every_action_may_be_tried(prepared: ReaderDriver):
    """Any exception in a slot or callback fails the test; a refusal has words."""
    actions, mode = prepared.window.actions_, prepared.mode
    tried = [a for a in ActionId if a not in (*LEAVES, *ENDS_THE_STATE)]
    for action_id in (*tried, *ENDS_THE_STATE):
        possible = actions.is_enabled(action_id)
        assert (actions.why_not(action_id) is None) == possible, action_id
        done = actions.trigger(action_id)
        assert done == possible, action_id
        prepared.settle()
        _clean_up(prepared)
        _came_back(prepared, mode)
    kinds = {job.kind for job in prepared.workspace.jobs.jobs.values()}
    prepared.workspace.jobs.cancel_kind(*kinds)
    prepared.until_idle()
    for notice in prepared.workspace.notices.posted:
        assert notice.level is not NoticeLevel.ERROR or notice.what_to_do is not None
