"""The translation tool, which is a script and no part of the package."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from types import ModuleType

PROJECT = Path(__file__).resolve().parents[2]
CHINESE = PROJECT / "resources" / "translations" / "reader_zh_CN.ts"


@lru_cache(maxsize=1)
def tool() -> ModuleType:
    """`packaging/update_translations.py` as a module."""
    path = PROJECT / "packaging" / "update_translations.py"
    spec = importlib.util.spec_from_file_location("update_translations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=1)
def read_chinese() -> dict[str, str]:
    """Sentence by sentence."""
    return dict(tool().read_translations(CHINESE))
