"""`reader bench frames`: from wheel to paint, idle and with a model running beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication, QMenu

from reader.app.bench import case
from reader.app.bench.busy_model import BusyModel
from reader.app.bench.case import BenchOverlay
from reader.app.bench.report import BenchReport, Row, machine_text
from reader.app.bench.stock_pyqtgraph import StockViewer
from reader.app.bench.wheel import PANE_PX, WheelMeter
from reader.app.paths import Paths
from reader.core.cancel import CancelToken, ReportProgress
from reader.core.errors import UnreadableError
from reader.core.intensity import WindowLevel
from reader.core.model import Runner
from reader.core.orientation import Plane, plane_axes
from reader.core.study import ScanResult, Series
from reader.core.text import say
from reader.core.volume import Volume
from reader.session.viewing.layout import Layout
from reader.session.workspace import Folders, Workspace
from reader.ui.icons import Icons
from reader.ui.main_thread import MainThreadDelivery
from reader.ui.theme import Theme, load_fonts
from reader.ui.tools.toolset import make_tools
from reader.ui.viewport.viewport_grid import GAP_PX, ViewportGrid

FILL_OPACITY: Final = 0.3


class FramesBench:
    """Three real viewports of 900 x 900 pixels on a case with an overlay."""

    def __init__(
        self, paths: Paths, runner: Runner, data: Path | None, count: int, report: ReportProgress
    ) -> None:
        self._qt = QApplication.instance() or QApplication([])
        self._runner = runner
        self._count = count
        self._report = report
        self._folder = tempfile.TemporaryDirectory(prefix="reading-room-bench-")
        self._delivery = MainThreadDelivery()
        own = Path(self._folder.name)
        folders = Folders(
            paths.resources, own / "bench.db", own / "settings.toml", own / "demo", own / "unpacked"
        )
        self._workspace = Workspace(folders, runner, self._delivery.deliver)
        load_fonts(paths.resources / "fonts")
        self._tools = make_tools(self._workspace)
        self._grid = ViewportGrid(
            self._workspace,
            self._tools,
            Theme(Icons(paths.resources / "icons")),
            QMenu,
            side_by_side,
        )
        self._data = data

    def run(self) -> BenchReport:
        """Measure; closes everything it opened."""
        try:
            return self._measured()
        finally:
            self._workspace.close()
            self._grid.close()
            self._grid.deleteLater()
            self._folder.cleanup()

    def _measured(self) -> BenchReport:
        series, volume = self._opened()
        overlay = case.overlay_for(series)
        self._show(series, overlay)
        slices = series.geometry.shape_kji[plane_axes(series.geometry, Plane.AXIAL).slice_axis]
        meter = WheelMeter(self._grid.views, slices)
        idle = meter.measure(self._count)
        busy = self._busy(meter, series, volume)
        self._grid.hide()
        stock = StockViewer(volume, overlay.segmentation.labels)
        stock.show()
        peer = WheelMeter(stock.panes, slices).measure(self._count)
        stock.close()
        stock.deleteLater()
        return frames_report(idle, busy, meter.memcpy_s, peer, self._screen())

    def _opened(self) -> tuple[Series, Volume]:
        """The case, in memory. Raises: UnreadableError."""
        workspace = self._workspace
        if self._data is None:
            study, series, volume = case.synthetic_study()
            workspace.studies.open_study(study, ScanResult((study,)), ())
        else:
            from reader.formats.dicom_scan import scan_paths
            from reader.formats.series_reader import read_series

            cancel = CancelToken()
            scan = scan_paths([self._data], self._report, cancel)
            every = [(study, series) for study in scan.studies for series in study.series]
            if not every:
                raise UnreadableError(
                    say("No images that can be opened were found."),
                    say("Give a folder with a series in --data, or leave it out."),
                )
            study, series = max(every, key=lambda pair: pair[1].geometry.shape_kji[0])
            volume = read_series(series, self._report, cancel)
            workspace.studies.open_study(study, scan, (self._data,))
        workspace.studies.add_volume(series.key, volume)
        return series, volume

    def _show(self, series: Series, overlay: BenchOverlay) -> None:
        workspace = self._workspace
        viewports = workspace.viewports
        workspace.studies.set_segmentation(series.key, overlay.segmentation)
        workspace.findings.take([overlay.finding])
        for segment in overlay.lungs:
            workspace.overlay.set_visible(series.key, segment, True)
            workspace.overlay.set_opacity(series.key, segment, FILL_OPACITY)
        viewports.set_layout(Layout.ONE_PLUS_TWO)
        viewports.show_series(series.key)
        viewports.looks.set_window(series.key, WindowLevel(-600, 1500))
        viewports.set_cursor(overlay.finding.center_lps_mm, series.key)
        self._grid.resize(3 * PANE_PX + 2 * GAP_PX, PANE_PX)
        self._grid.show()

    def _busy(self, meter: WheelMeter, series: Series, volume: Volume) -> list[float]:
        """The same while the model runs, started again whenever it ends."""
        model = BusyModel(self._workspace, self._runner, series, volume)
        model.start()
        try:
            model.wait_for_first_window(lambda: meter.measure(0, warm_up=1))
            taken = meter.measure(self._count, lambda: model.is_running)
            model.check()
        finally:
            model.stop()
        return taken

    def _screen(self) -> str:
        return f"Qt {QApplication.platformName()}"


def side_by_side(_layout: Layout, _size: QSize, gap: int) -> tuple[QRect, ...]:
    """Three squares in a row."""
    return tuple(QRect(n * (PANE_PX + gap), 0, PANE_PX, PANE_PX) for n in range(3))


def frames_report(
    idle: list[float], busy: list[float], memcpy: list[float], peer: list[float], screen: str
) -> BenchReport:
    """Rows and ratios; the limit is the median copy of the same pixels in the same run."""
    rows = {
        "idle": Row.of("wheel to paint, idle", idle),
        "busy": Row.of("wheel to paint, model running", busy),
        "memcpy": Row.of("limit: copying the same pixels", memcpy),
        "peer": Row.of("stock pyqtgraph image items, idle", peer),
    }

    def ratio(above: float, below: float) -> float:
        return round(above / below, 3)

    limit = rows["memcpy"].median_ms
    return BenchReport(
        name="frames",
        machine=machine_text(screen),
        rows=tuple(rows.values()),
        ratios={
            "wheel_over_memcpy": ratio(rows["idle"].median_ms, limit),
            "wheel_p99_over_memcpy": ratio(rows["idle"].p99_ms, limit),
            "busy_p99_over_idle_p99": ratio(rows["busy"].p99_ms, rows["idle"].p99_ms),
            "stock_pyqtgraph_over_wheel": ratio(rows["peer"].median_ms, rows["idle"].median_ms),
        },
    )
