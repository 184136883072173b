"""What holds for every test: offscreen, its own user folders, no network, nothing left behind."""

from __future__ import annotations

import os

# Qt reads it when the application object is made, which pytest-qt does on first use.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.leftovers import leftover_qt, leftover_threads, top_level_widgets
from tests.support.network_guard import block_network

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The root of the checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Finds a real case by its folder's name, or skips: they are not in the repository.

    They lie in `$READER_TEST_DATA`, or in `shared/data` beside the checkout.
    """
    named = os.environ.get("READER_TEST_DATA")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data"

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"no real case {name!r}: set READER_TEST_DATA to the folder that has it")
        return path

    return find


@pytest.fixture(autouse=True)
def _own_user_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the folders of the person who runs it."""
    monkeypatch.setenv("READER_HOME", str(tmp_path / "reader-home"))
    for name in ("DATA", "CACHE", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / f"xdg-{name.lower()}"))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    block_network(monkeypatch)


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves threads, windows, ticking timers or running QThreads."""
    uses_qt = not {"qtbot", "qapp"}.isdisjoint(request.fixturenames)
    threads = set(threading.enumerate())
    windows = top_level_widgets() if uses_qt else set()
    yield
    left = leftover_threads(threads)
    if uses_qt:
        left += leftover_qt(windows)
    if left:
        pytest.fail("left behind: " + ", ".join(left))
