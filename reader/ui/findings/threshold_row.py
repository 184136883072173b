"""From which score on AI findings are shown. It hides, never deletes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.model import ModelSpec
from reader.core.text import say
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.painting import Run
from reader.ui.controls.slider import Slider
from reader.ui.controls.text import Line
from reader.ui.quantities import number, percent
from reader.ui.theme import Theme
from reader.ui.translate import tr


def false_marks_per_scan(spec: ModelSpec, threshold: float) -> float | None:
    """What the card says this threshold costs; None where it was not measured."""
    points = spec.card.get("operating_points")
    if not isinstance(points, (list, tuple)):
        return None
    best: float | None = None
    for point in points:
        if isinstance(point, Mapping) and float(point.get("threshold", 2.0)) <= threshold + 1e-9:
            best = float(point["false_marks_per_scan"])
    return best


class ThresholdRow(QWidget):
    """The slider and its price."""

    def __init__(self, theme: Theme, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        px = theme.px
        self._shown = Line(theme, tokens.DETAIL, grows=True)
        self._price = Line(theme, tokens.DETAIL)
        name = tr(say("Show AI findings from"))
        self.slider = Slider(theme, name, 0, 95, 0)
        self.slider.setSingleStep(1)
        self.slider.setPageStep(10)
        self.slider.valueChanged.connect(self._moved)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), 0, px(16), px(4))
        box.setSpacing(0)
        box.addLayout(row(px(8), self._shown, self._price))
        box.addWidget(self.slider)
        self.refresh()

    def refresh(self) -> None:
        """Show where the threshold is."""
        threshold = self._workspace.findings.threshold
        self.slider.show_value(round(100 * threshold))
        self._shown.show_runs(
            (
                Run(tr(say("Show AI findings from")) + " ", tokens.TEXT_2),
                Run(percent(threshold), tokens.TEXT, tokens.SEMIBOLD),
            )
        )
        self._price.show_text(self._price_text(threshold), tokens.TEXT_2)

    def _price_text(self, threshold: float) -> str:
        specs = self._workspace.inference.specs()
        price = false_marks_per_scan(specs[0], threshold) if specs else None
        if price is None:
            return ""
        return tr(say("{count} false marks per scan", count=number(price, 1)))

    def _moved(self, value: int) -> None:
        self._workspace.findings.set_threshold(value / 100)
