"""What answers on a server: the same runner, the same core, the same result."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from reader.core.cancel import CancelToken, ignore_progress
from reader.core.model import Runner
from reader.inference.packs.registry import load_specs
from reader.inference.remote.wire import Messages, pack_result, unpack_request
from reader.inference.runners.thread_runner import TorchRunner


class ServedModel:
    """Answers requests one after another; a graphics card has room for one at a time."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._turn = threading.Lock()

    @staticmethod
    def of_folders(folders: Sequence[str]) -> ServedModel:
        """The one that runs the packs of some folders, with the whole machine for itself."""
        specs = partial(load_specs, *map(Path, folders))
        return ServedModel(TorchRunner(specs, beside_a_screen=False))

    def answer(self, sent: Messages) -> dict[str, bytes]:
        """The messages of a result for those of a request.

        Raises:
            WireError: the request is not one, or for another model.
            ReaderError: the run failed, in words.
        """
        request = unpack_request(sent, self._runner.specs())
        with self._turn:
            return pack_result(self._runner.run(request, ignore_progress, CancelToken()))
