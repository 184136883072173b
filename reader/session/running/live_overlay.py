"""What running models see so far, laid over the images while the rest is computed.

Only to look at: nothing of it is kept, counted or exported, and the result takes its place
at once. The structures of a model that also makes findings are left out, as they are
hidden in its result until they are asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.core.cancel import Progress
from reader.core.geometry import IndexBox
from reader.core.model import ModelSpec
from reader.imaging.components import region_of
from reader.imaging.layers import LabelSheet, LabelStyle, OutlineStyle
from reader.session.events import SessionEvents
from reader.session.jobs import Deliver

_PIECE_BYTES: Final = 1 << 20
"""So much is put in at a time: a millisecond or two, whatever the size of a window."""
_DIMMED: Final = 0.5
_AI_COLOR: Final = "#A98BFF"

_Piece = tuple[IndexBox, NDArray[np.uint16]]


@dataclass(slots=True, eq=False)
class _Growing:
    """The sheet of one run. `labels` is made when there is first something to see."""

    shape_kji: tuple[int, int, int]
    spec: ModelSpec
    waiting: deque[_Piece] = field(default_factory=deque)
    labels: NDArray[np.uint16] | None = None
    has_grown: bool = False


class LiveOverlay:
    """One sheet for each series that a model runs on. Main thread.

    What arrives together is put in together: `run_grew`, and `preview_grew` where there is
    something to see.
    """

    def __init__(
        self, events: SessionEvents, deliver: Deliver, fill_opacity: Callable[[], float]
    ) -> None:
        self._events = events
        self._deliver = deliver
        self._fill_opacity = fill_opacity
        self._growing: dict[str, _Growing] = {}
        self._sheets: dict[tuple[str, float], LabelSheet] = {}
        self._is_asked = False

    def begin(self, series_key: str, shape_kji: tuple[int, int, int], spec: ModelSpec) -> None:
        """A run on a series starts; what an earlier one had seen goes."""
        self.end(series_key)
        self._growing[series_key] = _Growing(shape_kji, spec)

    def take(self, series_key: str, progress: Progress) -> None:
        """More is done, and perhaps seen. What does not fit the series is left out."""
        growing, box, labels = self._growing.get(series_key), progress.region_kji, progress.labels
        if growing is None or box is None:
            return
        growing.has_grown = True
        if labels is not None and _fits(growing, box, labels):
            growing.waiting.extend(_pieces(box, labels))
        self._go_on()

    def end(self, series_key: str) -> None:
        """The run is over, however it ended."""
        growing = self._growing.pop(series_key, None)
        if growing is not None and growing.labels is not None:
            self._forget_sheet(series_key)
            self._events.overlay_changed.emit()

    def clear(self) -> None:
        """Nothing runs any more."""
        for series_key in tuple(self._growing):
            self.end(series_key)

    def sheets_for(self, series_key: str) -> tuple[LabelSheet, ...]:
        """The sheet over a series, if there is something to see; the same one while it grows."""
        growing = self._growing.get(series_key)
        if growing is None or growing.labels is None:
            return ()
        opacity = self._fill_opacity()
        key = series_key, opacity
        if key not in self._sheets:
            self._sheets[key] = LabelSheet(growing.labels, _styles(growing.spec, opacity))
        return (self._sheets[key],)

    def _go_on(self) -> None:
        """Put in what waits, when all that arrived with it is here."""
        if not self._is_asked:
            self._is_asked = True
            self._deliver(self._put_in)

    def _put_in(self) -> None:
        self._is_asked = False
        room = _PIECE_BYTES
        for series_key, growing in tuple(self._growing.items()):
            if growing.waiting and growing.labels is None:
                growing.labels = np.zeros(growing.shape_kji, np.uint16)
                self._events.overlay_changed.emit()
            changed: list[IndexBox] = []
            while growing.waiting and room > 0 and growing.labels is not None:
                box, labels = growing.waiting.popleft()
                changed += _put(growing.labels, box, labels)
                room -= labels.nbytes
            if changed:
                self._events.preview_grew.emit(series_key, _around(changed))
            if growing.has_grown:
                growing.has_grown = False
                self._events.run_grew.emit(series_key)
        if any(growing.waiting for growing in self._growing.values()):
            self._go_on()

    def _forget_sheet(self, series_key: str) -> None:
        for key in [key for key in self._sheets if key[0] == series_key]:
            del self._sheets[key]


def _fits(growing: _Growing, box: IndexBox, labels: NDArray[np.uint16]) -> bool:
    within = all(
        0 <= low < high <= size for (low, high), size in zip(box, growing.shape_kji, strict=True)
    )
    return within and labels.shape == tuple(high - low for low, high in box)


def _pieces(box: IndexBox, labels: NDArray[np.uint16]) -> list[_Piece]:
    """The same in slabs that are each copied in no time."""
    (first, end), rows, columns = box
    step = max(1, _PIECE_BYTES // max(1, labels[0].nbytes))
    cuts = range(first, end, step)
    return [
        (((k, min(end, k + step)), rows, columns), labels[k - first : k - first + step])
        for k in cuts
    ]


def _put(into: NDArray[np.uint16], box: IndexBox, labels: NDArray[np.uint16]) -> list[IndexBox]:
    """Put labels in; the box around what looks different now, if anything does."""
    place = into[region_of(box)]
    differs = place != labels
    if not differs.any():
        return []
    place[:] = labels
    edges = []
    for axis, others in enumerate(((1, 2), (0, 2), (0, 1))):
        there = np.flatnonzero(differs.any(axis=others))
        edges.append((box[axis][0] + int(there[0]), box[axis][0] + int(there[-1]) + 1))
    return [(edges[0], edges[1], edges[2])]


def _around(boxes: list[IndexBox]) -> IndexBox:
    """The box around boxes."""
    k, j, i = (
        (min(box[axis][0] for box in boxes), max(box[axis][1] for box in boxes))
        for axis in range(3)
    )
    return k, j, i


def _styles(spec: ModelSpec, opacity: float) -> tuple[LabelStyle, ...]:
    """Findings in the AI's colour, structures in their own; dimmer than a result."""
    makes_findings = any(label.is_finding for label in spec.labels)
    return tuple(
        LabelStyle(
            label=value,
            color=_AI_COLOR if label.is_finding else label.color,
            fill_opacity=opacity * _DIMMED,
            outline=OutlineStyle.DASHED if label.is_finding else OutlineStyle.NONE,
            outline_color=_AI_COLOR if label.is_finding else label.color,
        )
        for value, label in enumerate(spec.labels, start=1)
        if label.is_finding or not makes_findings
    )
