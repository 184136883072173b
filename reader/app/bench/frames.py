"""`reader bench frames`: from a gesture to the paint, beside limits, peers and a model."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import psutil
from PySide6.QtWidgets import QApplication

from reader.app.bench import case, frames_report
from reader.app.bench.busy_model import BusyModel
from reader.app.bench.case import BenchCase
from reader.app.bench.frames_report import FramesReport
from reader.app.bench.gestures import Gesture, GestureMeter
from reader.app.bench.napari_peer import NapariPeer
from reader.app.bench.own_viewer import OwnViewer
from reader.app.bench.peer_case import PeerCase
from reader.app.bench.planes import PlanesBench
from reader.app.bench.report import machine_text
from reader.app.bench.stock_pyqtgraph import StockViewer
from reader.app.paths import Paths
from reader.app.warm_up import settle
from reader.core.cancel import CancelToken, Progress, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.model import Runner
from reader.core.text import say

ROUNDS: Final = 10
PLANE_TURNS: Final = 3
_STOCK_SHARE: Final = 3
_NAPARI_SHARE: Final = 6
"""Peers get a third and a sixth of the frames: only their medians count."""
_BUSY_GESTURES: Final = (Gesture.WHEEL, Gesture.CROSSHAIR_DRAG, Gesture.WINDOW_DRAG)


class FramesBench:
    """Everything in one run, in rounds, so that the machine's load meets all alike."""

    def __init__(
        self,
        paths: Paths,
        runner: Runner,
        data: Path | None,
        count: int,
        report: ReportProgress,
        big: bool = False,
        rounds: int = ROUNDS,
    ) -> None:
        """`count` frames for each row of ours; `big` takes the case of a thousand slices."""
        self._qt = QApplication.instance() or QApplication([])
        self._runner = runner
        self._kernels = paths.kernels
        self._data = data
        self._big = big
        self._count = max(1, count // rounds)
        self._rounds = rounds
        self._report = report
        self._own = OwnViewer(paths, runner)
        self._samples: dict[str, list[list[float]]] = {}
        self._facts: dict[str, float] = {}

    def run(self) -> FramesReport:
        """Measure; closes everything it opened."""
        with closing(self._own):
            return self._measured()

    def _measured(self) -> FramesReport:
        before = _resident()
        shown = self._made()
        self._own.show(shown)
        own = GestureMeter(self._own)
        for gesture in Gesture:
            own.measure(gesture, 0)
        self._note_memory(before, shown)
        settle()  # as the application does once its window is shown
        plain = PeerCase.of(shown)
        planes = PlanesBench(shown.volume, self._kernels)
        planes.prepare()
        stock = StockViewer(plain)
        try:
            with NapariPeer(plain) as napari:
                self._measure_rounds(own, shown, (stock, napari, planes))
        finally:
            stock.close()
            stock.deleteLater()
        self._samples |= {
            name: [[s] for s in taken] for name, taken in planes.times.seconds.items()
        }
        reasons = {"napari_over_wheel": napari.reason} if napari.reason else {}
        notes = [f"SimpleITK took {planes.times.threads} threads, its default."]
        if napari.screen:
            notes.append(f"napari drew on {napari.screen}, in a process of its own.")
        return frames_report.frames_report(
            machine_text(f"Qt {QApplication.platformName()}"),
            self._samples,
            reasons,
            self._facts | planes.times.facts,
            tuple(notes),
        )

    def _measure_rounds(
        self,
        own: GestureMeter,
        shown: BenchCase,
        peers: tuple[StockViewer, NapariPeer, PlanesBench],
    ) -> None:
        stock, napari, planes = peers
        stock.show()
        peer = GestureMeter(stock)
        for number in range(self._rounds):
            self._report(Progress(number, self._rounds, say("Measuring")))
            stock.hide()
            self._own.set_aside(False)
            self._own_idle(own)
            self._busy(own, shown)
            self._own.set_aside(True)
            stock.show()
            for gesture in Gesture:
                taken = peer.measure(gesture, max(1, self._count // _STOCK_SHARE))
                self._add(frames_report.stock(gesture), taken)
            self._add(frames_report.NAPARI, napari.wheel(max(1, self._count // _NAPARI_SHARE)))
            planes.measure(PLANE_TURNS)

    def _own_idle(self, own: GestureMeter) -> None:
        own.memcpy_s = []
        for gesture in Gesture:
            self._add(frames_report.idle(gesture), own.measure(gesture, self._count))
        self._add(frames_report.MEMCPY, list(own.memcpy_s))

    def _busy(self, own: GestureMeter, shown: BenchCase) -> None:
        """The same while the model runs, started again whenever it ends."""
        model = BusyModel(self._own.workspace, self._runner, shown.series, shown.volume)
        model.start()
        try:
            model.wait_for_first_window(lambda: own.measure(Gesture.WHEEL, 0, warm_up=1))
            for gesture in _BUSY_GESTURES:
                taken = own.measure(gesture, self._count, lambda: model.is_running)
                model.check()
                self._add(frames_report.busy(gesture), taken)
        finally:
            model.stop()

    def _add(self, name: str, seconds: list[float]) -> None:
        self._samples.setdefault(name, []).append(seconds)

    def _note_memory(self, before: int, shown: BenchCase) -> None:
        volume = shown.volume.voxels.nbytes
        grown = _resident() - before
        self._facts |= {"volume_mb": volume / 1e6, "rss_growth_mb": round(grown / 1e6, 1)}
        if self._big:
            self._facts["rss_over_volume"] = round(grown / volume, 3)

    def _made(self) -> BenchCase:
        """The case, in memory. Raises: UnreadableError."""
        if self._big:
            return case.big_case()
        if self._data is None:
            return case.synthetic_case()
        return _case_of(self._data, self._report)


def _case_of(data: Path, report: ReportProgress) -> BenchCase:
    from reader.formats.dicom_scan import scan_paths
    from reader.formats.series_reader import read_series

    cancel = CancelToken()
    scan = scan_paths([data], report, cancel)
    every = [(study, series) for study in scan.studies for series in study.series]
    if not every:
        raise UnreadableError(
            say("No images that can be opened were found."),
            say("Give a folder with a series in --data, or leave it out."),
        )
    study, series = max(every, key=lambda pair: pair[1].geometry.shape_kji[0])
    return case.case_over(study, series, read_series(series, report, cancel))


def _resident() -> int:
    """Bytes of this process in memory now."""
    return int(psutil.Process().memory_info().rss)
