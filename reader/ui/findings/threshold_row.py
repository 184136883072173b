"""From which score on AI findings are shown. It hides, never deletes."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.text import say
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.painting import Run
from reader.ui.controls.slider import Slider
from reader.ui.controls.text import Line
from reader.ui.findings.threshold_text import threshold_text
from reader.ui.theme import Theme
from reader.ui.translate import tr


class ThresholdRow(QWidget):
    """The slider, with where the model itself begins."""

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
                Run(threshold_text(self._workspace, threshold), tokens.TEXT, tokens.SEMIBOLD),
            )
        )
        self._price.show_text(self._price_text(), tokens.TEXT_2)

    def _price_text(self) -> str:
        """From which score on the model makes a mark at all."""
        specs = self._workspace.inference.specs()
        if not specs:
            return ""
        least = threshold_text(self._workspace, specs[0].threshold)
        return tr(say("the model marks from {threshold}", threshold=least))

    def _moved(self, value: int) -> None:
        self._workspace.findings.set_threshold(value / 100)
