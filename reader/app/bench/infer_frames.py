"""What a running model does to the slowest frames of the reader beside it."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from PySide6.QtWidgets import QApplication

from reader.app.bench import case
from reader.app.bench.busy_model import BusyModel
from reader.app.bench.gestures import Gesture, GestureMeter
from reader.app.bench.own_viewer import OwnViewer
from reader.app.paths import Paths
from reader.app.warm_up import settle
from reader.core.model import Runner

IDLE: Final = "wheel to paint, idle"
BUSY: Final = "wheel to paint, model running"


def frames_beside_a_model(
    paths: Paths, runner: Runner, rounds: int, count: int
) -> dict[str, list[list[float]]]:
    """Seconds of `count` turns of the wheel in every round, without and with a model.

    Raises: ModelUnavailableError: there is none to run.
    """
    _application = QApplication.instance() or QApplication([])
    samples: dict[str, list[list[float]]] = {IDLE: [], BUSY: []}
    with closing(OwnViewer(paths, runner)) as viewer:
        shown = case.synthetic_case()
        viewer.show(shown)
        meter = GestureMeter(viewer)
        meter.measure(Gesture.WHEEL, 0)
        settle()
        for _ in range(rounds):
            samples[IDLE].append(meter.measure(Gesture.WHEEL, count))
            model = BusyModel(viewer.workspace, runner, shown.series, shown.volume)
            samples[BUSY].append(_beside(model, meter, count))
    return samples


def _beside(model: BusyModel, meter: GestureMeter, count: int) -> list[float]:
    model.start()
    try:
        model.wait_for_first_window(lambda: meter.measure(Gesture.WHEEL, 0, warm_up=1))
        taken = meter.measure(Gesture.WHEEL, count, lambda: model.is_running)
        model.check()
    finally:
        model.stop()
    return taken
