"""Compiled loops are made in a process of their own, noted, loaded, and given up at the end."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from reader.app import kernel_loader
from reader.app.kernel_loader import KernelLoader
from reader.imaging import kernels
from reader.imaging.kernels import are_compiled, compile_kernels, compiled

ENDLESS = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Which types were asked for; nothing is compiled."""
    asked: list[tuple[str, ...]] = []

    def load(_folder: Path, types: tuple[str, ...] = kernels.COMPILED_TYPES) -> None:
        asked.append(types)

    monkeypatch.setattr(kernels, "load_kernels", load)
    monkeypatch.setattr(kernel_loader, "load_kernels", load)
    return asked


def run(loader: KernelLoader) -> None:
    loader.start()
    assert loader._thread is not None
    loader._thread.join()
    loader.stop()


def test_what_is_compiled_for_another_version_or_machine_does_not_count(tmp_path, loaded):
    assert not are_compiled(tmp_path)
    compile_kernels(tmp_path)
    assert are_compiled(tmp_path)
    note = tmp_path / "compiled.txt"
    note.write_text(note.read_text("utf-8") + "\nelsewhere", "utf-8")
    assert not are_compiled(tmp_path)
    note.write_bytes(b"\xff\xfe")
    assert not are_compiled(tmp_path)


def test_what_is_compiled_is_loaded_type_by_type(tmp_path, loaded):
    compile_kernels(tmp_path)
    loaded.clear()
    run(KernelLoader(tmp_path))
    assert loaded == [(name,) for name in kernels.COMPILED_TYPES]


def test_what_did_not_compile_is_not_loaded_and_nobody_is_disturbed(tmp_path, loaded, monkeypatch):
    failing = [sys.executable, "-c", "raise SystemExit(1)"]
    monkeypatch.setattr(kernel_loader, "compiler_command", lambda _folder: failing)
    run(KernelLoader(tmp_path / "new"))
    assert loaded == []
    assert compiled(np.dtype("int16")) is None


def test_a_folder_that_cannot_be_made_is_no_failure(tmp_path, loaded):
    (tmp_path / "file").write_text("", "utf-8")
    run(KernelLoader(tmp_path / "file" / "kernels"))
    assert loaded == []


def test_closing_ends_the_compiler(tmp_path, loaded, monkeypatch):
    monkeypatch.setattr(kernel_loader, "compiler_command", lambda _folder: ENDLESS)
    loader = KernelLoader(tmp_path / "new")
    loader.start()
    while loader._compiler is None:
        loader._thread.join(0.01)
    loader.stop()
    assert loader._compiler.returncode is not None
    assert loaded == []
