"""What a model's process does: one run after the other, told to stop or where to look."""

from __future__ import annotations

import logging
import os
import queue
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from reader.core import errors
from reader.core.cancel import CancelToken
from reader.core.errors import Cancelled, ReaderError
from reader.core.explanation import ExplainRequest, Explanation
from reader.core.focus import Focus
from reader.core.model import InferenceRequest, InferenceResult
from reader.inference.runners.channel import Channel
from reader.inference.runners.messages import (
    ABANDONED,
    OUT_OF_MEMORY,
    Failed,
    Finished,
    Logged,
    Look,
    Ready,
    Run,
    Stop,
)
from reader.inference.runners.report_line import ReportLine
from reader.inference.runners.thread_runner import Open, TorchRunner, out_of_memory

_WATCH_S: Final = 0.25
_MEMORY_LEFT_BYTES: Final = 400 << 20
_MEMORY_LEFT_SHARE: Final = 0.03


@dataclass(slots=True, eq=False)
class _Order:
    """A run, and what is said to it meanwhile."""

    message: Run
    cancel: CancelToken = field(default_factory=CancelToken)
    focus: Focus = field(default_factory=Focus)


def serve(channel: Channel, opener: Callable[[], Open] | None = None) -> None:
    """Do what comes through the channel; the process ends when that does."""
    _forward_log(channel)
    runner = TorchRunner(Path(), open_with=opener() if opener is not None else None)
    orders: queue.SimpleQueue[_Order] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(channel, orders), daemon=True).start()
    threading.Thread(target=_watch_memory, daemon=True).start()
    # Takes seconds, and is what the first run would otherwise wait for.
    import reader.inference.engine.device  # noqa: F401

    channel.send(Ready())
    while True:
        _run(channel, runner, orders.get())


def _listen(channel: Channel, orders: queue.SimpleQueue[_Order]) -> None:
    """Take in what the application says, at once, whatever is being computed."""
    newest: _Order | None = None
    while True:
        try:
            message = channel.receive()
        except (EOFError, OSError):
            os._exit(ABANDONED)  # nobody is left to compute for
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        if isinstance(message, Run):
            newest = _Order(message)
            newest.focus.move(message.focus_lps_mm)
            orders.put(newest)
        elif newest is not None and newest.message.run == getattr(message, "run", None):
            if isinstance(message, Stop):
                newest.cancel.cancel()
            elif isinstance(message, Look):
                newest.focus.move(message.focus_lps_mm)


def _run(channel: Channel, runner: TorchRunner, order: _Order) -> None:
    run, request = order.message.run, order.message.request
    line = ReportLine(channel, run)
    answer: Finished | Failed
    try:
        answer = Finished(run, _answered(runner, request, line, order))
    except Cancelled:
        answer = Failed(run, Cancelled.__name__)
    except ReaderError as error:
        answer = _failed(run, error)
    except MemoryError:
        answer = _failed(run, out_of_memory())
    finally:
        line.close()
    try:
        channel.send(answer)
    except MemoryError:
        channel.send(_failed(run, out_of_memory()))


def _answered(
    runner: TorchRunner, request: InferenceRequest | ExplainRequest, line: ReportLine, order: _Order
) -> InferenceResult | Explanation:
    if isinstance(request, ExplainRequest):
        return runner.explain(request, line.report, order.cancel)
    return runner.run(request, line.report, order.cancel, order.focus)


def _failed(run: int, error: ReaderError) -> Failed:
    """The error by the nearest class that the application knows."""
    known = (c.__name__ for c in type(error).__mro__ if c.__module__ == errors.__name__)
    return Failed(run, next(known), error.what_happened, error.what_to_do)


def _watch_memory() -> None:
    """End this process before the whole machine stands still for want of memory."""
    total = psutil.virtual_memory().total
    floor = min(_MEMORY_LEFT_BYTES, int(_MEMORY_LEFT_SHARE * total))
    own = psutil.Process()
    never = threading.Event()
    while not never.wait(_WATCH_S):
        available = psutil.virtual_memory().available
        if available < floor and own.memory_info().rss > floor:
            os._exit(OUT_OF_MEMORY)


class _LogLine(logging.Handler):
    """Sends log records to the application, whose log they belong in."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        """Send one, reduced to what may be written down."""
        message = record.getMessage() if record.name.startswith("reader") else record.funcName
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            places = traceback.extract_tb(error.__traceback__)[-6:]
            way = " > ".join(f"{Path(p.filename).stem}:{p.lineno}" for p in places)
            message = f"{message} {type(error).__name__} at {way}"
        try:
            self._channel.send(Logged(record.name, record.levelno, message))
        except OSError:
            self.handleError(record)


def _forward_log(channel: Channel) -> None:
    logging.raiseExceptions = False
    logging.getLogger().addHandler(_LogLine(channel))
    logging.getLogger("reader").setLevel(logging.INFO)
