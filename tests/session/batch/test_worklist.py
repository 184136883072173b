"""Worklists as people write them."""

from __future__ import annotations

import json

import pytest

from reader.core.errors import UnreadableError
from reader.session.batch.worklist import read_worklist, result_folders


@pytest.fixture
def cases(tmp_path):
    for name in ("b", "a"):
        (tmp_path / "cases" / name).mkdir(parents=True)
    (tmp_path / "cases" / "c.nii.gz").touch()
    (tmp_path / "cases" / "notes.txt").touch()
    return tmp_path / "cases"


def names(paths) -> list[str]:
    return [path.name for path in paths]


def test_in_a_folder_every_folder_and_volume_is_a_case(cases):
    assert names(read_worklist(cases)) == ["a", "b", "c.nii.gz"]


def test_a_folder_of_loose_files_is_one_case(tmp_path):
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "IM0001").touch()
    assert read_worklist(folder) == (folder,)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.txt", "a\n# a remark\n\nb  # another\n"),
        ("list.csv", "id,Path\n1,a\n2,b\n"),
        ("list.csv", "\ufeffimage\na\nb\n"),
        ("list.json", json.dumps(["a", "b"])),
        ("list.json", json.dumps({"training": [{"image": "a"}], "testing": [{"image": "b"}]})),
    ],
)
def test_a_list_names_cases_beside_it_each_once(cases, name, text):
    (cases / name).write_text(text, "utf-8")
    assert read_worklist(cases / name) == (cases / "a", cases / "b")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("list.txt", "a\ngone\n", "1 of 2 cases"),
        ("list.txt", "# nothing\n", "empty"),
        ("list.csv", "id\n1\n", "no column"),
        ("list.json", "{", "no valid JSON"),
        ("list.json", "3", "no list"),
        ("list.json", '[{"label": "a"}]', "without an image"),
    ],
)
def test_a_list_that_does_not_work_says_why(cases, name, text, words):
    (cases / name).write_text(text, "utf-8")
    with pytest.raises(UnreadableError, match=words):
        read_worklist(cases / name)


def test_a_missing_or_binary_list_says_so(cases):
    with pytest.raises(UnreadableError, match="no worklist"):
        read_worklist(cases / "none")
    (cases / "list.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(UnreadableError, match="no text"):
        read_worklist(cases / "list.txt")


def test_results_have_names_of_their_own_that_any_disk_takes(cases):
    twins = [cases / "x" / "CON: *?", cases / "y" / "CON: *?", cases / "..."]
    assert list(result_folders(twins).values()) == ["0001-CON", "0002-CON", "0003-case"]
