"""The process in which napari is measured: three of its canvases side by side.

Reads one request a line, `["wheel", 20]`, and answers with the seconds as JSON. Like ours,
every canvas shows grey, mask, heat and two crossing lines; the wheel turns with Ctrl, which
is how napari scrolls. Only the canvas under the pointer is waited for, to napari's favour.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

PANE_PX: Final = 900
HERTZ: Final = 30
_PATIENCE_S: Final = 20.0
_WARM_UP: Final = 3


_Model = Any
"""napari types little, and is not there to be checked against."""


class NapariPanes:
    """Three viewers of napari in one window. Everything is imported when it is made."""

    def __init__(self, folder: Path) -> None:
        # napari is no dependency of ours, so no import statement may name it.
        widgets = import_module("qtpy.QtWidgets")
        components = import_module("napari.components.viewer_model")
        qt_viewer = import_module("napari._qt.qt_viewer")
        self._gloo = import_module("vispy.gloo")
        self._qt = widgets.QApplication.instance() or widgets.QApplication([])
        self._core = import_module("qtpy.QtCore")
        self._gui = import_module("qtpy.QtGui")
        self._drawn = 0
        self._window = widgets.QWidget()
        row = widgets.QHBoxLayout(self._window)
        row.setContentsMargins(0, 0, 0, 0)
        self._models = []
        self._natives = []
        for order in ((0, 1, 2), (1, 0, 2), (2, 0, 1)):
            model = components.ViewerModel(title="napari", order=order)
            _fill(model, folder)
            viewer = qt_viewer.QtViewer(model)
            viewer.setFixedSize(PANE_PX, PANE_PX)
            row.addWidget(viewer)
            self._models.append(model)
            self._natives.append(viewer.canvas.native)
            if order[0] == 0:
                viewer.canvas._scene_canvas.events.draw.connect(self._count, position="last")
        self._window.show()
        self._settle(1.0)

    def wheel(self, count: int) -> list[float]:
        """Seconds from a turn of the wheel over the first canvas to the end of its paint."""
        taken = []
        for number in range(count + _WARM_UP):
            started = time.perf_counter()
            seconds = self._turn()
            if number >= _WARM_UP:
                taken.append(seconds)
            self._settle(max(0.0, 1 / HERTZ - (time.perf_counter() - started)))
        return taken

    def _turn(self) -> float:
        slice_before = self._models[0].dims.current_step[0]
        before, target = self._drawn, self._natives[0]
        middle = self._core.QPointF(PANE_PX / 2 + 60, PANE_PX / 2 + 60)
        qt = self._core.Qt
        event = self._gui.QWheelEvent(
            middle,
            self._core.QPointF(target.mapToGlobal(middle.toPoint())),
            self._core.QPoint(0, 0),
            self._core.QPoint(0, -120),
            qt.MouseButton.NoButton,
            qt.KeyboardModifier.ControlModifier,
            qt.ScrollPhase.NoScrollPhase,
            False,
        )
        started = time.perf_counter()
        self._qt.postEvent(target, event)
        while self._drawn == before:
            self._qt.processEvents()
            if time.perf_counter() - started > _PATIENCE_S:
                raise TimeoutError("napari did not paint")
        taken = time.perf_counter() - started
        if self._models[0].dims.current_step[0] == slice_before:
            raise RuntimeError("napari did not scroll")
        return taken

    def _count(self, _event: object) -> None:
        self._gloo.finish()
        self._drawn += 1

    def _settle(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self._qt.processEvents()
            time.sleep(0.001)


def _fill(model: _Model, folder: Path) -> None:
    """Grey, mask, heat and two lines, as our viewports show them."""
    voxels = np.load(folder / "voxels.npy", mmap_mode="r")
    scale = json.loads((folder / "spacing.json").read_text("ascii"))
    model.add_image(np.asarray(voxels), scale=scale, contrast_limits=(-1350, 150), colormap="gray")
    model.add_labels(np.load(folder / "labels.npy"), scale=scale, opacity=0.3)
    if (folder / "heat.npy").exists():
        heat = np.load(folder / "heat.npy")
        model.add_image(
            heat,
            scale=scale,
            contrast_limits=(0, 255),
            colormap="inferno",
            opacity=0.45,
            blending="additive",
        )
    middle = [n // 2 for n in voxels.shape]
    lines = []
    for axis in range(3):
        ends = [list(middle), list(middle)]
        ends[0][axis], ends[1][axis] = 0, voxels.shape[axis] - 1
        lines.append(np.array(ends))
    model.add_shapes(lines, shape_type="line", scale=scale, edge_color="yellow")
    model.dims.current_step = tuple(middle)


def tell(answer: object) -> None:
    """Write one line for the process that asked."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def serve(panes: Callable[[int], list[float]]) -> None:
    """Answer requests until there are no more."""
    for line in sys.stdin:
        _gesture, count = json.loads(line)
        tell(panes(count))


if __name__ == "__main__":
    made = NapariPanes(Path(sys.argv[1]))
    tell("ready")
    serve(made.wheel)
