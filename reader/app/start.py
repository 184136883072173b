"""The way in: the window comes up without what only other commands need."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Final

COMMANDS: Final = frozenset({
    "batch", "bench", "conformance", "demo", "doctor", "export", "info", "models", "open",
    "predict", "render", "serve-repository", "train", "version",
})  # fmt: skip
"""The words that are commands; any other first word is a path to open."""


def main() -> None:
    """Open the window on the paths that are given, or run another command."""
    words = sys.argv[1:]
    if opens_window(words):
        paths = words[1:] if words[:1] == ["open"] else words
        sys.exit(_open([Path(path).absolute() for path in paths]))
    from reader.app.cli import main as run_command

    run_command()


def opens_window(words: list[str]) -> bool:
    """Whether a command line only opens the application, with nothing to be parsed."""
    if any(word.startswith("-") for word in words):
        return False
    return not words or words[0] == "open" or words[0] not in COMMANDS


def _open(paths: list[Path]) -> int:
    # Imports make a hundred thousand objects that stay. Looking through all of them again
    # and again for garbage took a fifth of the start; `settle` turns it on again.
    gc.disable()
    from reader.app.main import run
    from reader.core.errors import Cancelled, ReaderError

    try:
        return run(paths)
    except (ReaderError, Cancelled, KeyboardInterrupt) as error:
        from reader.app.console import tell

        return tell(error)
    finally:
        gc.enable()
