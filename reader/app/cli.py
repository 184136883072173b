"""`reader`: the command line. Each command lives in `reader.app.commands`."""

from __future__ import annotations

import sys
import warnings


def main() -> None:
    """Run the command line; a first word that is no command is a path to open."""
    warnings.filterwarnings("ignore", category=UserWarning, module="pydicom")
