"""The repository holds source and our own small models: no data, no pickles, no machine's paths."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

DATA_SUFFIXES = {
    ".dcm", ".dicom", ".ima", ".nii", ".gz", ".mha", ".mhd", ".nrrd", ".raw", ".npy", ".npz",
    ".h5", ".pkl", ".pickle", ".joblib", ".pth", ".pt", ".ckpt", ".onnx", ".zip", ".tar",
    ".sqlite", ".db", ".bin",
}  # fmt: skip
LARGEST_FILE_BYTES = 10 * 1024 * 1024
"""A shipped model may weigh this much; nothing else comes near."""
LARGEST_GOLDEN_BYTES = 10_000

# Written in pieces so that this file does not contain what it looks for.
FORBIDDEN_TEXT = re.compile(
    "|".join(
        (
            r"(?<![\w.<>*])/" + r"(?:home|Users)/[A-Za-z]\w*/",
            r"(?<![\w.<>*])/" + r"(?:work|root|mnt|opt)/\w",
            r"[A-Za-z]:\\" + r"Users\\\w",
        )
    )
)


@pytest.fixture(scope="module")
def tracked_files(project_root: Path) -> list[Path]:
    """What git tracks."""
    command = ["git", "-c", f"safe.directory={project_root}", "ls-files", "-z"]
    if not (project_root / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout, or no git")
    listed = subprocess.run(
        command, cwd=project_root, capture_output=True, encoding="utf-8", check=True
    )
    return [
        p for name in listed.stdout.split("\0") if name and (p := project_root / name).is_file()
    ]


def test_no_data_and_no_pickles(tracked_files: list[Path], project_root: Path):
    by_name = [p for p in tracked_files if DATA_SUFFIXES & set(p.suffixes) and not is_golden(p)]
    by_content = [p for p in tracked_files if is_data(p)]
    assert [str(p.relative_to(project_root)) for p in by_name + by_content] == []


def is_golden(path: Path) -> bool:
    """Whether a file is a few kilobytes of numbers that another program once computed."""
    beside = path.parent.name == "golden" and path.suffix == ".npz"
    return beside and path.stat().st_size < LARGEST_GOLDEN_BYTES and holds_numbers(path)


def holds_numbers(path: Path) -> bool:
    """Whether every array of an archive can be read without unpickling."""
    with np.load(path, allow_pickle=False) as arrays:
        return all(arrays[name].dtype.kind in "biufU" for name in arrays)


def is_data(path: Path) -> bool:
    """Whether a file is DICOM, gzip, a pickle or a database, whatever its name says."""
    with path.open("rb") as file:
        head = file.read(132)
    pickled = len(head) > 2 and head[0] == 0x80 and head[1] in range(2, 6)
    return head[128:] == b"DICM" or head[:2] == b"\x1f\x8b" or head[:6] == b"SQLite" or pickled


def test_no_file_is_large(tracked_files: list[Path], project_root: Path):
    large = [p for p in tracked_files if p.stat().st_size > LARGEST_FILE_BYTES]
    assert [str(p.relative_to(project_root)) for p in large] == []


def test_no_path_of_one_machine(tracked_files: list[Path], project_root: Path):
    found = []
    for path in tracked_files:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        lines = enumerate(text.splitlines(), 1)
        found += [
            f"{path.relative_to(project_root)}:{number}"
            for number, line in lines
            if FORBIDDEN_TEXT.search(line)
        ]
    assert found == []


@pytest.mark.parametrize(
    "pieces", [("", "home", "anna", "ct"), ("", "work", "main"), ("", "Users", "b", "")]
)
def test_the_search_for_paths_finds_them(pieces: tuple[str, ...]):
    assert FORBIDDEN_TEXT.search("/".join(pieces))


def test_packaging_is_no_package(project_root: Path):
    """With an `__init__.py` it would hide the library of that name from every other one."""
    assert not (project_root / "packaging" / "__init__.py").exists()
