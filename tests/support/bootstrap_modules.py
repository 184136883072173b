"""Imports the bootstrap's modules the way its script does: from their own folder."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parents[2] / "packaging"


def bootstrap_module(name: str) -> ModuleType:
    """A module of `packaging/`, which is no package."""
    sys.path.insert(0, str(FOLDER))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(FOLDER))
