"""A small study under review."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.readings import Reading


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
