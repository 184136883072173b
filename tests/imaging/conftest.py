"""The two forms of sampling and blending: plain, and compiled once for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from reader.imaging import kernels, row_blocks

TYPES = ("int16", "float32", "uint16")


@pytest.fixture(scope="session")
def compiled_kernels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, kernels.Kernels]:
    """Compiled loops for some types; nothing uses them yet."""
    before = kernels._LOADED.by_type
    kernels.load_kernels(tmp_path_factory.mktemp("kernels"), TYPES)
    made, kernels._LOADED.by_type = dict(kernels._LOADED.by_type), before
    kernels._LOADED.blend = None
    return made


@pytest.fixture(scope="session")
def compiled_blend(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """The loop that blends; nothing uses it yet."""
    kernels.load_kernels(tmp_path_factory.mktemp("blending"), ())
    made, kernels._LOADED.blend = kernels._LOADED.blend, None
    assert made is not None
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
