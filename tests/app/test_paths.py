"""The folders of a run, for every way to install."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from reader.app.paths import BUNDLED, find_paths, shipped_root
from reader.core.errors import StorageError, UnreadableError


def ship(folder: Path) -> Path:
    """Make `folder` look like a place that holds what ships with the product."""
    (folder / "resources").mkdir(parents=True)
    return folder


def test_in_a_checkout_resources_and_models_lie_beside_the_package(project_root: Path):
    paths = find_paths({})
    assert paths.resources == project_root / "resources"
    assert paths.models == project_root / "models"


def test_a_wheel_wins_over_what_happens_to_lie_beside_it(tmp_path: Path):
    wheel, beside = ship(tmp_path / "reader" / "_bundled"), ship(tmp_path)
    assert shipped_root((wheel, beside)) == wheel
    assert shipped_root((tmp_path / "nothing", beside)) == beside


def test_a_wheel_is_built_with_them_where_they_are_looked_for(project_root: Path):
    project = tomllib.loads((project_root / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["sources"] == {
        name: f"reader/{BUNDLED}/{name}" for name in ("resources", "models")
    }


def test_a_frozen_application_finds_them_where_it_was_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(ship(tmp_path)), raising=False)
    assert find_paths({}).models == tmp_path / "models"


def test_a_frozen_application_finds_them_beside_the_executable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "empty"), raising=False)
    monkeypatch.setattr(sys, "executable", str(ship(tmp_path) / "reading-room"))
    assert find_paths({}).resources == tmp_path / "resources"


def test_an_incomplete_installation_is_said_plainly(tmp_path: Path):
    with pytest.raises(UnreadableError, match="Install the application again"):
        shipped_root((tmp_path,))


def test_reader_home_holds_all_of_the_persons_folders(tmp_path: Path):
    home = tmp_path / "my reader"
    paths = find_paths({"READER_HOME": str(home)}).created()
    for folder in (paths.user_data, paths.user_cache, paths.user_config, paths.logs):
        assert folder.is_dir()
        assert folder.is_relative_to(home)
    assert {p.parent for p in (paths.database, paths.settings_file, paths.demo_study)} == {
        paths.user_data,
        paths.user_config,
        paths.user_cache,
    }


def test_without_reader_home_the_systems_folders_are_used(monkeypatch: pytest.MonkeyPatch):
    paths = find_paths({})
    assert "reading-room" in paths.user_data.parts
    assert not paths.user_data.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_the_persons_folders_are_theirs_alone(tmp_path: Path):
    paths = find_paths({"READER_HOME": str(tmp_path / "home")}).created()
    assert paths.user_data.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path):
    (tmp_path / "home").write_text("a file is in the way")
    with pytest.raises(StorageError, match="READER_HOME"):
        find_paths({"READER_HOME": str(tmp_path / "home")}).created()
