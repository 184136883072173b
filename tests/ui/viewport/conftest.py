"""Viewports over a small chest CT."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sessions import FIRST, SECOND, write_study
from tests.support.viewers import Viewer


@pytest.fixture(scope="session")
def ct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one chest CT. Read only."""
    return write_study(tmp_path_factory.mktemp("ct"))


@pytest.fixture(scope="session")
def two_series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study of two series. Read only."""
    return write_study(tmp_path_factory.mktemp("two"), (FIRST, SECOND))


@pytest.fixture
def empty_viewer(qapp, tmp_path: Path) -> Iterator[Viewer]:
    """Viewports with nothing open."""
    viewer = Viewer(tmp_path / "home")
    yield viewer
    viewer.close()


@pytest.fixture
def viewer(empty_viewer: Viewer, ct: Path) -> Viewer:
    """Viewports on the chest CT."""
    empty_viewer.open(ct)
    return empty_viewer
