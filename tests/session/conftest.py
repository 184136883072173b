"""A small study under review, and whole sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader.core.model import Runner
from reader.formats import series_reader
from tests.support.readings import Reading
from tests.support.sessions import FIRST, SECOND, Gate, Session, write_study


@pytest.fixture
def open_reading(tmp_path: Path) -> Iterator[Callable[..., Reading]]:
    """Opens the small study over one database; what was open before is closed first."""
    opened: list[Reading] = []

    def open_one(**options: object) -> Reading:
        while opened:
            opened.pop().close()
        opened.append(Reading(tmp_path / "readings.sqlite", **options))
        return opened[-1]

    yield open_one
    while opened:
        opened.pop().close()


@pytest.fixture
def reading(open_reading: Callable[..., Reading]) -> Reading:
    """The study with nothing known about it."""
    return open_reading()


@pytest.fixture(scope="session")
def ct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one chest CT. Read only."""
    return write_study(tmp_path_factory.mktemp("ct"))


@pytest.fixture(scope="session")
def other_ct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with another study. Read only."""
    return write_study(tmp_path_factory.mktemp("other"), ("1.2.826.77.1",), "1.2.826.77")


@pytest.fixture(scope="session")
def two_series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study of two series in one frame of reference. Read only."""
    return write_study(tmp_path_factory.mktemp("two"), (FIRST, SECOND))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Starts sessions on one home; the one before must have ended."""
    started: list[Session] = []

    def start_one(runner: Runner | None = None) -> Session:
        started.append(Session(tmp_path / "home", runner))
        return started[-1]

    yield start_one
    for session in started:
        session.kill()


@pytest.fixture
def session(start: Callable[..., Session]) -> Session:
    """A first start, with nothing open."""
    return start()


@pytest.fixture
def make_gate(start: Callable[..., Session]) -> Iterator[Callable[..., Gate]]:
    """Makes gates; whoever still stands before one is let through before sessions end."""
    gates: list[Gate] = []

    def make(at: int = 0) -> Gate:
        gates.append(Gate(at))
        return gates[-1]

    yield make
    for gate in gates:
        gate.open()


@pytest.fixture
def hold_reading(
    monkeypatch: pytest.MonkeyPatch, make_gate: Callable[..., Gate]
) -> Callable[[], Gate]:
    """From now on the next series to be read is held when its first slice is there."""

    def hold() -> Gate:
        gate, read_series = make_gate(), series_reader.read_series

        def held(series, report, cancel, **more):
            def report_and_wait(progress):
                report(progress)
                gate()

            return read_series(series, report_and_wait, cancel, **more)

        monkeypatch.setattr(series_reader, "read_series", held)
        return gate

    return hold
