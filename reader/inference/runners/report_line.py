"""A run's reports on their way to the application: all that matters, never a flood."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from reader.core.cancel import Progress
from reader.inference.runners.channel import Channel
from reader.inference.runners.messages import Reported

AT_MOST_EVERY_S: Final = 0.1
"""What is seen so far need not be drawn more often."""
MOST_LABEL_BYTES: Final = 16 << 20
"""So much of what a model sees so far goes along at a time, the newest first."""


class ReportLine:
    """Sends reports in bundles from a thread of its own, so that a run never waits for it."""

    def __init__(self, channel: Channel, run: int) -> None:
        self._channel = channel
        self._run = run
        self._waiting: list[Progress] = []
        self._is_over = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._send_all, name="reports", daemon=True)
        self._thread.start()

    def report(self, progress: Progress) -> None:
        """Take one in; returns at once."""
        with self._changed:
            self._waiting.append(progress)
            self._changed.notify()

    def close(self) -> None:
        """Send what is left, and wait for that."""
        with self._changed:
            self._is_over = True
            self._changed.notify()
        self._thread.join()

    def _send_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_over)
                bundle, self._waiting = self._waiting, []
                is_last = self._is_over
            if bundle:
                with suppress(OSError):  # whoever listens for orders ends the process
                    self._channel.send(Reported(self._run, bundled(bundle)))
            with self._changed:
                if is_last and not self._waiting:
                    return
                self._changed.wait_for(lambda: self._is_over, AT_MOST_EVERY_S)


def bundled(reports: Sequence[Progress]) -> tuple[Progress, ...]:
    """Every finished region and the newest word; older labels only as far as there is room."""
    kept: list[Progress] = []
    room = MOST_LABEL_BYTES
    for number, progress in enumerate(reversed(reports)):
        if progress.region_kji is None and number > 0:
            continue
        if progress.labels is not None:
            room -= progress.labels.nbytes
            progress = progress if room >= 0 else replace(progress, labels=None)
        kept.append(progress)
    return tuple(reversed(kept))
