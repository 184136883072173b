"""A person's keys come back; a broken file is told of and stands in nobody's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.core.errors import StorageError, UnreadableError
from reader.storage.keymap_file import read_keymap, write_keymap

KEYS = {"run-model": ("Ctrl+R", "F5"), "undo": (), "invert": ("É",)}


def test_keys_come_back(tmp_path: Path):
    path = tmp_path / "config" / "keymap.json"
    write_keymap(path, KEYS)
    assert read_keymap(path) == KEYS
    assert [p.name for p in path.parent.iterdir()] == ["keymap.json"]


def test_without_a_file_there_are_none(tmp_path: Path):
    assert read_keymap(tmp_path / "keymap.json") == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"format": "reading-room-keys", "version": 1}',
        '{"format": "reading-room-keys", "version": 2, "keys": {}}',
        '{"format": "other", "version": 1, "keys": {}}',
        '{"format": "reading-room-keys", "version": 1, "keys": {"undo": [1]}}',
        '{"format": "reading-room-keys", "version": 1, "keys": ["undo"]}',
        '{"format": "reading-room-keys", "version": 1, "keys": {"undo": null}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_file_of_keys_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "keymap.json"
    path.write_text(text)
    with pytest.raises(UnreadableError, match=r"keymap\.json"):
        read_keymap(path)


def test_where_nothing_can_be_written_the_old_file_stays(tmp_path: Path):
    (tmp_path / "file").write_text("here")
    with pytest.raises(StorageError, match="were not saved"):
        write_keymap(tmp_path / "file" / "keymap.json", KEYS)
