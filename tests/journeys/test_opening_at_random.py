"""Opening, opening again, stopping and leaving, at any moment and in any order.

A few seconds here; `READER_MONKEY_S=60` goes on for a minute a seed.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QCoreApplication

from reader.formats.pixels import dicom_pixels
from reader.formats.pixels.codec_pool import CodecPool, shared_pool
from tests.fuzz.corpus import PROJECT, made_files, packed_files
from tests.fuzz.object_corpus import object_files
from tests.support.dicom_writer import write_ct
from tests.support.driver import ReaderDriver

MakeReader = Callable[..., ReaderDriver]
SECONDS = float(os.environ.get("READER_MONKEY_S", "3"))
MOST_FILES = 300
KEYS = ("Tab", "Space", "Down", "Up", "PgDown", "PgUp", "Escape", "1", "2", "3", "J", "K")


def odd_files(folder: Path) -> list[Path]:
    """Images, objects and archives made here; of the zoo, where it is at hand, all."""
    made = made_files(folder / "made") + object_files(folder / "objects")
    made += packed_files(folder / "packed")
    named = os.environ.get("READER_TEST_DATA")
    data = Path(named) if named else PROJECT.parent / "shared" / "data"
    zoo = [path for path in sorted((data / "dicom_zoo").rglob("*")) if path.is_file()]
    return made + zoo


def children() -> set[int]:
    """The process ids of all that this process has started."""
    return {child.pid for child in psutil.Process().children(recursive=True)}


def let_it_work(seconds: float) -> None:
    """Events and deliveries for so long."""
    until = time.monotonic() + seconds
    while True:
        QCoreApplication.processEvents()
        if time.monotonic() >= until:
            return


class Monkey:
    """Does one thing after the other to an application."""

    def __init__(self, reader: ReaderDriver, files: list[Path], rng: random.Random) -> None:
        self._reader = reader
        self._files = files
        self._rng = rng
        self._opened: list[Path] = []
        self._deeds = (
            self._open_some, self._open_some, self._open_one, self._open_again, self._stop,
            self._stop_one, self._press, self._show_another, self._look,
        )  # fmt: skip

    def act(self) -> None:
        """One deed, and some time or none for what comes of it."""
        self._rng.choice(self._deeds)()
        let_it_work(self._rng.choice((0.0, 0.0, 0.01, 0.05, 0.3)))

    def _open_some(self) -> None:
        count = min(self._rng.choice((2, 30, MOST_FILES)), len(self._files))
        self._open(self._rng.sample(self._files, count))

    def _open_one(self) -> None:
        path = self._rng.choice(self._files)
        self._open([self._rng.choice((path, path.parent))])

    def _open_again(self) -> None:
        self._open(self._opened)
        self._open(self._opened)

    def _open(self, paths: list[Path]) -> None:
        self._opened = paths
        self._reader.workspace.open_paths(paths)

    def _stop(self) -> None:
        self._reader.workspace.jobs.cancel_kind()

    def _stop_one(self) -> None:
        under_way = [job for job in self._reader.workspace.jobs.jobs.values() if not job.is_over]
        if under_way:
            self._reader.workspace.jobs.cancel(self._rng.choice(under_way).id)

    def _press(self) -> None:
        self._reader.press(self._rng.choice(KEYS))

    def _show_another(self) -> None:
        study = self._reader.workspace.studies.study
        if study is not None and study.series:
            self._reader.workspace.loading.read(self._rng.choice(study.series))

    def _look(self) -> None:
        self._reader.window.grab()


@pytest.mark.slow
@pytest.mark.timeout(120 + 4 * SECONDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_breaks_and_nothing_stays(make_reader: MakeReader, tmp_path: Path, seed: int):
    """Threads, timers and windows that stay fail every test; here the children are counted too."""
    of_earlier_tests = children()
    reader = make_reader()
    files = odd_files(tmp_path / "files")
    monkey = Monkey(reader, files, random.Random(seed))
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        monkey.act()
    began = time.monotonic()
    reader.close()
    assert time.monotonic() - began < 5
    assert children() - of_earlier_tests <= set(shared_pool().process_ids())
    for notice in reader.workspace.notices.posted:
        assert "not foreseen" not in str(notice.what_happened), notice


def test_files_dropped_all_at_once_open(make_reader: MakeReader, tmp_path: Path):
    reader = make_reader()
    files = odd_files(tmp_path / "files")[:MOST_FILES]
    reader.workspace.open_paths(files)
    reader.until_idle()
    assert reader.workspace.studies.study is not None
    scan = reader.workspace.studies.scan
    assert scan is not None
    assert len(scan.studies) > 1


def test_closing_does_not_wait_for_a_codec_that_hangs(
    make_reader: MakeReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "hangs.py"
    program.write_text(
        "import time\n"
        "from reader.formats.pixels import codec_process\n"
        "codec_process.decode_frame = lambda *_: time.sleep(600)\n"
        "codec_process.main()\n"
    )
    pool = CodecPool(2, lambda: [sys.executable, str(program)])
    monkeypatch.setattr(dicom_pixels, "shared_pool", lambda: pool)
    write_ct(tmp_path / "ct", transfer_syntax="rle")
    reader = make_reader()
    reader.workspace.open_paths([tmp_path / "ct"])
    reader.until(lambda: bool(pool.process_ids()))
    began = time.monotonic()
    reader.close()
    assert time.monotonic() - began < 4
    pool.close()
