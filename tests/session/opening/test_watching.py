"""What comes into a watched folder is listed when it has come to rest, and never opened."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from reader.core.cancel import CancelToken
from reader.formats import dicom_scan
from reader.session.opening.watching import look_into
from tests.support.sessions import FIRST, Session, write_study

STUDY = "1.2.826.0.1.3680043.9.9999.1"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def look(session: Session, times: int = 1) -> None:
    for _ in range(times):
        session.workspace.watching.look()
        session.settle()


def listed(session: Session) -> list[tuple[str, bool]]:
    return [(s.study_uid, s.is_new) for s in session.workspace.library.search().studies]


def test_a_new_study_is_listed_as_new_and_not_opened(session, inbox):
    workspace = session.workspace
    workspace.watching.add(inbox)
    look(session, 3)
    assert listed(session) == []
    write_study(inbox / "a patient")
    look(session)
    assert listed(session) == [], "it may still be coming in"
    look(session)
    assert listed(session) == [(STUDY, True)]
    assert workspace.studies.study is None
    workspace.open_from_library(STUDY)
    session.settle()
    assert session.series_keys == {FIRST}
    assert listed(session) == [(STUDY, False)]


def test_what_was_there_before_is_listed_but_is_not_new(session, inbox):
    write_study(inbox)
    session.workspace.watching.add(inbox)
    session.settle()
    look(session)
    assert listed(session) == [(STUDY, False)]


def test_what_still_changes_is_left_alone(session, inbox):
    session.workspace.watching.add(inbox)
    look(session, 2)
    folder = write_study(inbox / "coming")
    (growing,) = folder.glob("*/IM0000")
    for _ in range(3):
        with growing.open("ab") as file:
            file.write(b"\0" * 8)
        look(session)
        assert listed(session) == []
    look(session)
    assert listed(session) == [(STUDY, True)]


def test_only_what_changed_is_looked_through_again(session, inbox, monkeypatch, start):
    scanned = []
    scan_paths = dicom_scan.scan_paths

    def counted(paths, *arguments, **more):
        scanned.append(len(paths))
        return scan_paths(paths, *arguments, **more)

    monkeypatch.setattr(dicom_scan, "scan_paths", counted)
    write_study(inbox / "one")
    session.workspace.watching.add(inbox)
    session.settle()
    look(session, 3)
    assert scanned == [12]
    session.close()
    again = start()
    assert again.workspace.watching.folders == (inbox,)
    look(again, 3)
    assert scanned == [12], "nor after a restart"
    write_study(inbox / "two", ("1.2.826.77.1",), "1.2.826.77")
    look(again, 2)
    assert scanned == [12, 12]
    assert dict(listed(again))["1.2.826.77"]


def test_a_folder_that_went_away_is_waited_for(session, inbox, tmp_path):
    session.workspace.watching.add(inbox)
    look(session, 2)
    away = inbox.rename(tmp_path / "away")
    look(session, 2)
    assert session.said == []
    write_study(away / "new")
    away.rename(inbox)
    look(session, 2)
    assert listed(session) == [(STUDY, True)]


def test_watching_ends_and_what_it_brought_stays(session, inbox, start):
    told = []
    session.workspace.events.watch_changed.connect(lambda: told.append(1))
    write_study(inbox)
    session.workspace.watching.add(inbox)
    session.workspace.watching.add(inbox)
    session.settle()
    look(session)
    session.workspace.watching.remove(inbox)
    assert told == [1, 1]
    shutil.copytree(inbox, inbox / "again")
    look(session, 2)
    assert listed(session) == [(STUDY, False)]
    session.close()
    assert start().workspace.watching.folders == ()


def test_ticks_look_now_and_then(session, inbox, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(session.workspace.watching, "_now_s", lambda: now[0])
    session.workspace.watching.add(inbox)
    session.settle()
    looks = []
    monkeypatch.setattr(session.workspace.watching, "look", lambda: looks.append(now[0]))
    for second in range(1, 13):
        now[0] = float(second)
        session.workspace.watching.tick()
    assert looks[0] == 3.0, "soon, while something has not come to rest"
    session.workspace.watching._last_looks.clear()
    looks.clear()
    session.workspace.watching._looked_at_s = 12.0
    for second in range(13, 24):
        now[0] = float(second)
        session.workspace.watching.tick()
    assert looks == [22.0, 23.0]


def test_a_look_skips_what_is_hidden_and_follows_no_link(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "file").write_bytes(b"12345")
    (tmp_path / "a" / ".hidden").write_bytes(b"1")
    found = look_into(str(tmp_path), {}, CancelToken())
    here = str(tmp_path / "a")
    assert set(found.changed_at) == {str(tmp_path), here}
    assert found.contents[here][:2] == (1, 5)
    again = look_into(str(tmp_path), found.changed_at, CancelToken())
    assert again.contents == {}
    os.utime(tmp_path / "a", ns=(1, 1))
    assert set(look_into(str(tmp_path), found.changed_at, CancelToken()).contents) == {here}
    assert look_into(str(tmp_path / "nowhere"), {}, CancelToken()) is None


def test_a_zip_that_comes_in_is_listed_and_opened_from_where_it_is(session, inbox, ct):
    session.workspace.watching.add(inbox)
    look(session, 2)
    shutil.make_archive(str(inbox / "disc"), "zip", ct)
    look(session, 2)
    assert listed(session) == [(STUDY, True)]
    assert session.workspace.library.paths_of(STUDY) == [inbox / "disc.zip"]
    session.workspace.open_from_library(STUDY)
    session.settle()
    assert session.series_keys == {FIRST}
