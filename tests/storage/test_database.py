"""One file that survives: schema steps, damage, other windows, a full disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reader.core.errors import StorageError
from reader.storage.database import Database
from reader.storage.schema import APPLICATION_ID, MIGRATIONS

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "readings.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(Database(path)) as opened:
        yield opened


def tables(database: Database) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM sqlite_master")}


def test_a_new_file_is_ours_durable_and_at_the_newest_schema(database: Database) -> None:
    def pragma(name: str) -> object:
        return database.execute(f"PRAGMA {name}")[0][0]

    assert pragma("application_id") == APPLICATION_ID
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL
    assert pragma("foreign_keys") == 1
    assert database.schema_version == len(MIGRATIONS)
    assert {"ledger", "label_change", "reading_place"} <= tables(database)
    assert database.notices == ()


def test_an_older_file_is_brought_up_to_date_with_its_rows(path: Path) -> None:
    with closing(Database(path, MIGRATIONS[:1])) as old:
        assert old.schema_version == 1
        assert "reading_place" not in tables(old)
        old.execute("INSERT INTO model_run VALUES ('run', 'study', 'series', '{}')")
    with closing(Database(path)) as new:
        assert new.schema_version == len(MIGRATIONS)
        assert "reading_place" in tables(new)
        assert new.execute("SELECT run_id FROM model_run") == [("run",)]


def test_a_schema_step_that_fails_leaves_the_step_before(path: Path) -> None:
    broken = (*MIGRATIONS, ("CREATE TABLE half (x)", "NOT SQL"))
    with pytest.raises(StorageError):
        Database(path, broken)
    with closing(Database(path)) as database:
        assert database.schema_version == len(MIGRATIONS)
        assert "half" not in tables(database)


def test_a_newer_file_is_refused_in_words_and_left_alone(path: Path) -> None:
    Database(path, (*MIGRATIONS, ("CREATE TABLE future (x)",))).close()
    with pytest.raises(StorageError, match="newer version"):
        Database(path)
    with closing(Database(path, (*MIGRATIONS, ("",)))) as database:
        assert "future" in tables(database)


def test_a_file_of_another_program_is_refused(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (cake)")
        other.commit()
    with pytest.raises(StorageError, match="another program"):
        Database(path)


@pytest.mark.parametrize("damage", ["header", "pages", "rows", "text"])
def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(path: Path, damage: str) -> None:
    with closing(Database(path)) as database, database.transaction():
        for n in range(400):
            database.execute("INSERT INTO model_run VALUES (?, 's', 's', ?)", (n, "x" * 500))
    content = bytearray(path.read_bytes())
    if damage == "header":
        content[:16] = b"not a database!!"
    elif damage == "pages":
        content[4096:] = bytes(b ^ 0x5A for b in content[4096:])
    elif damage == "rows":
        content[-40_960:] = bytes(40_960)
    else:
        content = bytearray(b"hello" * 1000)
    path.write_bytes(content)

    with closing(Database(path, clock=lambda: NOW)) as fresh:
        assert fresh.execute("SELECT * FROM model_run") == []
        (notice,) = fresh.notices
    aside = path.with_name("readings.damaged-20260102-030405-000000.sqlite")
    assert aside.name in str(notice)
    assert aside.read_bytes() == bytes(content)


def test_the_second_window_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.storage.database._WAIT_FOR_OTHERS_MS", 1)
    with pytest.raises(StorageError, match="another window"):
        Database(database.path)
    database.execute("INSERT INTO model_run VALUES ('r', 's', 's', '{}')")


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be opened"):
        Database(tmp_path / "file" / "readings.sqlite")
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(StorageError, match="cannot be opened"):
        Database(tmp_path / "folder.sqlite")


def add(database: Database, run_id: str, size: int = 2) -> None:
    database.execute("INSERT INTO model_run VALUES (?, 's', 's', ?)", (run_id, "x" * size))


def runs(database: Database) -> list[str]:
    return [row[0] for row in database.execute("SELECT run_id FROM model_run ORDER BY run_id")]


def test_a_transaction_is_all_or_nothing_and_the_inner_one_joins(database: Database) -> None:
    with database.transaction():
        add(database, "a")
        with database.transaction():
            add(database, "b")
    assert runs(database) == ["a", "b"]

    def interrupted() -> None:
        with database.transaction():
            add(database, "c")
            with database.transaction():
                add(database, "d")
            raise RuntimeError

    def refused() -> None:
        with database.transaction():
            add(database, "e")
            add(database, "a")  # there already

    with pytest.raises(RuntimeError):
        interrupted()
    with pytest.raises(StorageError):
        refused()
    assert runs(database) == ["a", "b"]


def test_a_full_disk_is_said_and_loses_nothing(database: Database) -> None:
    add(database, "before")
    pages = database.execute("PRAGMA page_count")[0][0]
    database.execute(f"PRAGMA max_page_count = {pages}")

    def too_much() -> None:
        with database.transaction():
            add(database, "small")
            add(database, "large", 2_000_000)

    with pytest.raises(StorageError) as caught:
        too_much()
    assert str(caught.value.what_happened) == "Not saved: the disk is full."
    assert runs(database) == ["before"]
    database.execute("PRAGMA max_page_count = 1000000")
    add(database, "again", 2_000_000)
    assert runs(database) == ["again", "before"]


def test_a_disk_that_fails_and_a_file_that_goes_bad_are_said(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def __init__(self, code: int) -> None:
            self.code = code

        def execute(self, *_values: object) -> None:
            error = sqlite3.OperationalError("no")
            error.sqlite_errorcode = self.code
            raise error

    for code, words in (
        (sqlite3.SQLITE_IOERR_FSYNC, "could not be written"),
        (sqlite3.SQLITE_CORRUPT_VTAB, "is damaged"),
        (sqlite3.SQLITE_READONLY, "cannot be opened or written"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(database, "_connection", Failing(code))
            with pytest.raises(StorageError, match=words):
                database.execute("SELECT 1")
