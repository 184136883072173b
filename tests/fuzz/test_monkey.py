"""Anything in any order, in the real window: no exception, no warning, nothing left behind.

A few seconds here; `READER_MONKEY=20000` does so many steps for each seed. The last steps
of a failure are in its message. `READER_MONKEY_LOG` names a file that gets every step as it
is done, with how long it kept the window, for what ends the process and for what is slow;
`READER_MONKEY_SEEDS=1,2` other seeds, `READER_MONKEY_FILES` a folder of studies instead.
"""

from __future__ import annotations

import math
import os
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fuzz.monkey import Monkey, Step, make_steps
from tests.fuzz.studies import write_studies
from tests.support.driver import ReaderDriver
from tests.support.fake_runner import FakeRunner
from tests.support.small_chest import write_small_chest

STEPS = int(os.environ.get("READER_MONKEY", "150"))
SEEDS = [int(one) for one in os.environ.get("READER_MONKEY_SEEDS", "1,2").split(",")]
LAST = 25
"""Steps told of when something went wrong."""
CHECKED_EVERY = 25
MOST_WINDOWS = 40


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders to open."""
    named = os.environ.get("READER_MONKEY_FILES")
    if named:
        return sorted(path for path in Path(named).iterdir() if path.is_dir())
    folder = tmp_path_factory.mktemp("studies")
    return [*write_studies(folder).values(), write_small_chest(folder / "small chest")]


@pytest.fixture
def log() -> Iterator[TextIO | None]:
    named = os.environ.get("READER_MONKEY_LOG")
    if not named:
        yield None
        return
    with Path(named).open("a", encoding="utf-8") as file:
        yield file


def check(reader: ReaderDriver) -> None:
    """What must hold whatever was done."""
    workspace, window = reader.workspace, reader.window
    states = workspace.viewports.states
    assert workspace.viewports.active_id in {state.id for state in states}
    assert len({state.id for state in states}) == len(states)
    for state in states:
        assert state.series_key is None or workspace.studies.has_series(state.series_key)
        assert state.zoom > 0
        assert all(math.isfinite(value) for value in (state.zoom, *state.pan_mm))
    assert not window.frame.geometry().isEmpty()
    if not window.isFullScreen():  # the screen there is without one is smaller
        assert window.minimumSize().width() <= window.width() < 10_000
    if workspace.studies.study is not None:
        views = [view for view in window.frame.reading.viewports.views if view.isVisible()]
        for view in views:
            assert view.parentWidget().rect().contains(view.geometry()), view.viewport_id
        for n, one in enumerate(views):
            assert not any(one.geometry().intersects(two.geometry()) for two in views[n + 1 :])
    assert len(QApplication.topLevelWidgets()) < MOST_WINDOWS
    for notice in workspace.notices.posted:
        assert "not foreseen" not in str(notice.what_happened), notice
    workspace.notices.posted[:-50] = []


def trouble_in(act: Callable[[], None], qtbot: QtBot, qtlog: object) -> str:
    """Do something; what went wrong in it, or nothing."""
    warned = len(qtlog.records)
    with qtbot.captureExceptions() as raised:
        try:
            act()
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            return traceback.format_exc()
    warnings = [
        r.message for r in qtlog.records[warned:] if not r.ignored and r.log_type_name != "DEBUG"
    ]
    told = ["".join(traceback.format_exception(*one)) for one in raised]
    return "\n".join([*told, *warnings])


def run(
    reader: ReaderDriver,
    folders: list[Path],
    steps: list[Step],
    qtbot: QtBot,
    qtlog: object,
    log: TextIO | None = None,
) -> str:
    """Do steps; what went wrong first, with what was done before it, or nothing."""
    monkey = Monkey(reader, folders)
    done: deque[str] = deque(maxlen=LAST)
    for number, step in enumerate(steps):

        def act(step: Step = step, number: int = number) -> None:
            monkey.act(step)
            if number % CHECKED_EVERY == 0:
                check(reader)

        trouble = trouble_in(act, qtbot, qtlog)
        done.append(f"{number}: {monkey.did}")
        if log is not None:
            memory = psutil.Process().memory_info().rss >> 20 if number % 200 == 0 else 0
            study = reader.workspace.studies.study
            shown = study.description or study.study_uid[-3:] if study is not None else "-"
            log.write(
                f"{number}\t{monkey.longest_ms:.1f}\t{memory}\t{threading.active_count()}\t{reader.mode.name}\t{shown}\t{monkey.did}\n"
            )
            log.flush()
        if trouble:
            return trouble + "\nafter\n" + "\n".join(done)
    monkey.tidy()
    return ""


@pytest.mark.slow
@pytest.mark.timeout(0 if "READER_MONKEY" in os.environ else 240)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_breaks_whatever_is_done(
    qtbot: QtBot, qtlog: object, tmp_path: Path, studies: list[Path], log: TextIO | None, seed: int
):
    """Threads, timers and windows that stay fail every test, so here too."""
    reader = ReaderDriver(qtbot, tmp_path / "home", FakeRunner())
    reader.open(studies[seed % len(studies)])
    trouble = run(reader, studies, make_steps(STEPS, seed), qtbot, qtlog, log)
    reader.close()
    assert not trouble, trouble
