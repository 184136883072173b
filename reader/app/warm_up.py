"""What the first window does without is imported while the person looks at it."""

from __future__ import annotations

import gc
import importlib
import logging
import threading
from collections.abc import Sequence
from typing import Final

MODULES: Final = (
    "reader.ui.window.reading_page",
    "reader.ui.report.report_page",
    "reader.session.viewing.series_pictures",
    "reader.formats.dicom_scan",
    "reader.formats.series_reader",
    "reader.formats.objects.object_reader",
    "reader.inference.packs.library",
    "reader.ui.pages.series_sheet",
    "reader.ui.pages.command_sheet",
    "reader.ui.hanging.layout_sheet",
    "reader.ui.pages.settings_dialog",
    "reader.ui.pages.studies_sheet",
    "reader.ui.compare.compare_sheet",
    "reader.ui.hanging.hanging_sheet",
    "reader.ui.pages.keys_sheet",
    "reader.ui.pages.change_keys_sheet",
    "reader.ui.objects.object_sheet",
    "reader.ui.models.models_sheet",
)
"""In the order in which somebody may ask for them."""
AFTER_MS: Final = 100
"""From the window's opening on; its first paint comes before."""

_log = logging.getLogger(__name__)


class WarmUp:
    """Imports modules in a thread, one after the other, until it is told to stop."""

    def __init__(self, modules: Sequence[str] = MODULES) -> None:
        self._modules = modules
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, when the window is on screen."""
        settle()
        self._thread = threading.Thread(target=self._import, name="warm-up")
        self._thread.start()

    def stop(self) -> None:
        """Wait for the module that is being imported, and leave the others."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()

    def _import(self) -> None:
        for name in self._modules:
            if self._is_over.is_set():
                return
            try:
                importlib.import_module(name)
            except ImportError as error:
                # Whoever needs it meets the same error, where there is somebody to be told.
                _log.warning("%s was not imported: %s", name, type(error).__name__)


def settle() -> None:
    """Leave what is loaded out of every later search for garbage, and search again.

    A search through all of it takes longer than a frame, and nothing of it ever goes.
    """
    gc.freeze()
    gc.enable()
