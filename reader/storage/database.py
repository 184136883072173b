"""The one SQLite file of a reader's work: opening, locking, transactions, plain errors."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reader.core.errors import StorageError
from reader.core.text import Text, say
from reader.storage.schema import APPLICATION_ID, MIGRATIONS, Statement

log = logging.getLogger(__name__)

Row = tuple[Any, ...]

_WAIT_FOR_OTHERS_MS = 2000
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code


class Database:
    """One open database file; one process at a time.

    Every commit is on disk when it returns (WAL with `synchronous=FULL`), and a process
    killed at any moment leaves the state of the last commit. The operating system frees
    the lock of a process that dies. May be used from several threads; one at a time.

    Source: https://www.sqlite.org/wal.html, https://www.sqlite.org/atomiccommit.html
    """

    def __init__(
        self,
        path: Path,
        migrations: Sequence[Sequence[Statement]] = MIGRATIONS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open or create the file and bring it to the newest schema.

        A damaged file is moved aside, never deleted, and `notices` says so.

        Raises: StorageError: another process has it open, a newer version wrote it, it is
            not ours, or it cannot be opened.
        """
        self.path = path
        self.notices: tuple[Text, ...] = ()
        self._lock = threading.RLock()
        self._depth = 0
        with _plain_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _open(path)
            except sqlite3.DatabaseError as error:
                if _code(error) not in _DAMAGED:
                    raise
                self.notices = (_moved_aside(path, clock()),)
                self._connection = _open(path)
        try:
            self._migrate(migrations, clock)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let go of the file. Nothing is pending: every act was committed."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything executed inside is on disk when this ends, or nothing of it is.

        One inside another joins it.

        Raises: StorageError: it could not be saved; nothing of it was.
        """
        with self._lock, _plain_errors():
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows. Outside a transaction it is its own.

        Raises: StorageError.
        """
        with self._lock, _plain_errors():
            return self._connection.execute(sql, tuple(values)).fetchall()

    @property
    def schema_version(self) -> int:
        """How many steps of the schema the file has taken; 0 for an empty one."""
        if not self.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'"):
            return 0
        (row,) = self.execute("SELECT max(version) FROM schema_version")
        return int(row[0])

    def _migrate(
        self, migrations: Sequence[Sequence[Statement]], clock: Callable[[], datetime]
    ) -> None:
        version = self.schema_version
        if version == 0:
            # An empty file takes every step at once: each commit waits for the disk.
            with self.transaction():
                self._claim()
                self._take_steps(0, migrations, clock)
            return
        if version > len(migrations):
            raise StorageError(
                say("Your readings were saved by a newer version of Reading Room."),
                say("Install that version again to go on with them. Nothing was changed."),
            )
        self._take_steps(version, migrations, clock)

    def _take_steps(
        self,
        version: int,
        migrations: Sequence[Sequence[Statement]],
        clock: Callable[[], datetime],
    ) -> None:
        for step in range(version, len(migrations)):
            with self.transaction():
                for statement in migrations[step]:
                    if isinstance(statement, str):
                        self.execute(statement)
                    else:
                        statement(self.execute)
                self.execute(
                    "INSERT INTO schema_version VALUES (?, ?)", (step + 1, clock().isoformat())
                )
            log.info("The database is at schema version %d", step + 1)

    def _claim(self) -> None:
        """Mark an empty file as ours; leave one of another program alone."""
        if self.execute("SELECT 1 FROM sqlite_master"):
            raise StorageError(
                say("The file for your readings belongs to another program."),
                say("Move that file away, then start again. Nothing was changed."),
            )
        with self.transaction():
            self.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self.execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, at TEXT)")
            self.execute("INSERT INTO schema_version VALUES (0, '')")


def _open(path: Path) -> sqlite3.Connection:
    """Connect, take the file for this process alone, and check that it is whole.

    Raises: sqlite3.Error.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA busy_timeout = {_WAIT_FOR_OTHERS_MS}")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # Without it, INSERT OR REPLACE would delete rows past the append-only triggers.
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _damaged(verdict)
    except BaseException:
        connection.close()
        raise
    return connection


def _damaged(verdict: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(verdict)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _moved_aside(path: Path, now: datetime) -> Text:
    """Rename a damaged file with what belongs to it, so that it can be rescued later."""
    stamp = now.strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    log.error("The database was damaged and has been moved aside")
    return say(
        "The file with your readings was damaged. It was kept as {name}, and a new one begun.",
        name=aside.name,
    )


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY_CODE


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn SQLite's and the operating system's errors into words for the reader."""
    try:
        yield
    except sqlite3.Error as error:
        log.error("SQLite: %s", getattr(error, "sqlite_errorname", type(error).__name__))
        raise _in_words(_code(error)) from error
    except OSError as error:
        raise _in_words(sqlite3.SQLITE_CANTOPEN) from error


def _in_words(code: int) -> StorageError:
    if code == sqlite3.SQLITE_FULL:
        return StorageError(
            say("Not saved: the disk is full."), say("Free some space, then do it again.")
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageError(
            say("Your readings are open in another window of Reading Room."),
            say("Close the other window first."),
        )
    if code in _DAMAGED:
        return StorageError(
            say("Not saved: the file with your readings is damaged."),
            say("Start again: the damaged file is kept, and a new one is begun."),
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StorageError(
            say("The file for your readings cannot be opened or written."),
            say("Check that you may write to its folder and that the disk is connected."),
        )
    return StorageError(
        say("Not saved: the file with your readings could not be written."),
        say("Check the disk, then do it again."),
    )
