"""The two forms of sampling: plain, and compiled once for all tests that want it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reader.imaging import kernels, row_blocks

TYPES = ("int16", "float32", "uint16")


@pytest.fixture(scope="session")
def compiled_kernels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, kernels.Kernels]:
    """Compiled loops for some types; nothing uses them yet."""
    before = kernels._LOADED.by_type
    kernels.load_kernels(tmp_path_factory.mktemp("kernels"), TYPES)
    made, kernels._LOADED.by_type = dict(kernels._LOADED.by_type), before
    return made


@pytest.fixture(params=["plain", "compiled"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Everything is sampled in this form."""
    loops = request.getfixturevalue("compiled_kernels") if request.param == "compiled" else {}
    monkeypatch.setattr(kernels._LOADED, "by_type", loops)
    yield request.param
    if row_blocks._helpers.cache_info().currsize:
        row_blocks._helpers().shutdown()
        row_blocks._helpers.cache_clear()
