"""A window over a small chest, with or without a model; closed at the end of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.support.driver import ReaderDriver
from tests.support.fake_runner import FakeRunner
from tests.support.small_chest import NODULES_LPS_MM, write_small_chest

MakeReader = Callable[..., ReaderDriver]


@pytest.fixture
def make_reader(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeReader]:
    """Makes applications that share one home, as one person's do."""
    made: list[ReaderDriver] = []

    def make(**options: object) -> ReaderDriver:
        options.setdefault("runner", FakeRunner(NODULES_LPS_MM))
        reader = ReaderDriver(qtbot, tmp_path / "home", **options)
        made.append(reader)
        return reader

    yield make
    for reader in made:
        reader.close()


@pytest.fixture
def reader(make_reader: MakeReader) -> ReaderDriver:
    """An application with nothing open."""
    return make_reader()


@pytest.fixture
def chest(tmp_path: Path) -> Path:
    """A folder with a small chest CT in it."""
    return write_small_chest(tmp_path / "chest")


@pytest.fixture
def opened(reader: ReaderDriver, chest: Path) -> ReaderDriver:
    """An application with the small chest open."""
    reader.open(chest)
    return reader


@pytest.fixture
def found(opened: ReaderDriver) -> ReaderDriver:
    """The same after the AI ran: three findings to review."""
    opened.run_model()
    return opened
