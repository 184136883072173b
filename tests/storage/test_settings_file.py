"""Settings come back; a broken file never stands in the way."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from reader.core.errors import StorageError
from reader.core.settings import Settings
from reader.storage.settings_file import load_settings, save_settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def other_value(option: dataclasses.Field) -> object:
    if option.metadata["choices"]:
        return option.metadata["choices"][-1]
    if isinstance(option.default, bool):
        return not option.default
    return "林" if isinstance(option.default, str) else option.metadata["maximum"]


def test_every_option_comes_back(path: Path) -> None:
    changed = Settings(**{o.name: other_value(o) for o in dataclasses.fields(Settings)})
    assert all(
        getattr(changed, o.name) != getattr(Settings(), o.name)
        for o in dataclasses.fields(Settings)
    )
    save_settings(path, changed)
    assert load_settings(path) == (changed, [])
    assert "林" in path.read_text(encoding="utf-8")


def test_without_a_file_there_are_defaults(path: Path) -> None:
    assert load_settings(path) == (Settings(), [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"text_scale_percent": "large"},
        {"text_scale_percent": 9000},
        {"text_scale_percent": 10},
        {"text_scale_percent": True},
        {"language": "klingon"},
        {"image_interpolation": "round"},
        {"reviewer_name": None},
    ],
)
def test_one_wrong_value_costs_only_itself(path: Path, wrong: dict) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps({"reviewer_organization": "Ward 3", "unknown": 1, **wrong}))
    settings, notices = load_settings(path)
    assert settings == Settings(reviewer_organization="Ward 3")
    (notice,) = notices
    assert next(iter(wrong)) in str(notice)


@pytest.mark.parametrize("content", [b"{", b"[1, 2]", b"", b"null"])
def test_a_broken_file_is_kept_aside(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    settings, notices = load_settings(path)
    assert settings == Settings()
    assert "settings.json.damaged" in str(notices[0])
    assert path.with_name("settings.json.damaged").read_bytes() == content
    assert not path.exists()


def test_a_file_that_cannot_be_read_or_moved_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.mkdir(parents=True)
    assert len(load_settings(path)[1]) == 1
    path.rmdir()
    path.write_bytes(b"\xff\xfe")
    assert len(load_settings(path)[1]) == 1
    path.write_bytes(b"{")

    def refuse(*_values: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    settings, notices = load_settings(path)
    assert settings == Settings()
    assert len(notices) == 1


def test_a_failed_save_leaves_the_old_file_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(path, Settings(reviewer_name="Lin"))

    def full(*_values: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        save_settings(path, Settings(reviewer_name="Other"))
    assert load_settings(path)[0].reviewer_name == "Lin"
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]


def test_an_earlier_versions_choice_of_squares_is_kept(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"smooth_images": false}')
    settings, complaints = load_settings(path)
    assert settings.image_interpolation == "nearest"
    assert not complaints
    path.write_text('{"smooth_images": true}')
    assert load_settings(path)[0].image_interpolation == "linear"
