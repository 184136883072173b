"""From which score on each kind of AI finding is shown, and what that costs. It hides only."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reader.core.calibration import false_positives_text, measured_on_text
from reader.core.text import Text, say
from reader.session.reviewing.thresholds import MarkKind, kind_of
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.controls.boxes import row
from reader.ui.controls.painting import Run
from reader.ui.controls.slider import Slider
from reader.ui.controls.text import Line, Paragraph, plain_tip
from reader.ui.findings.threshold_text import threshold_text
from reader.ui.subscriptions import Subscriptions
from reader.ui.terms import term
from reader.ui.theme import Theme
from reader.ui.translate import one_after_the_other, tr

_KEPT_AFTER_MS: Final = 600
"""A slider at rest so long has been moved: that is written down, not every step."""


class KindSlider(QWidget):
    """The threshold of one kind: how many it shows and hides, and the price."""

    def __init__(self, theme: Theme, workspace: Workspace, kind: MarkKind) -> None:
        super().__init__()
        self._workspace = workspace
        self._kind = kind
        self._name = Line(theme, tokens.DETAIL, grows=True)
        self._counts = Line(theme, tokens.DETAIL)
        self._price = Paragraph(theme, tokens.DETAIL, color=tokens.TEXT_2)
        least = min(99, int(100 * workspace.thresholds.floor(kind)))
        self.slider = Slider(theme, tr(say("Show AI findings from")), least, 100, least)
        self.slider.setSingleStep(1)
        self.slider.setPageStep(10)
        self.slider.valueChanged.connect(self._moved)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_KEPT_AFTER_MS)
        self._rest.timeout.connect(lambda: workspace.notices.attempt(workspace.thresholds.keep))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, theme.px(4))
        box.setSpacing(0)
        box.addLayout(row(theme.px(8), self._name, self._counts))
        box.addWidget(self.slider)
        box.addWidget(self._price)
        self.refresh()

    @property
    def text(self) -> str:
        """Everything that is said, for a reader of the screen."""
        return ", ".join((self._name.text, self._counts.text, self._price.text))

    def refresh(self) -> None:
        """Show where the threshold is, and what it does there."""
        thresholds = self._workspace.thresholds
        threshold, own = thresholds.of(self._kind), thresholds.own(self._kind)
        self.slider.mark = round(100 * own) if own > 0 else None
        self.slider.show_value(round(100 * threshold))
        shown = threshold_text(self._workspace, threshold)
        from_here = tr(say("{name} from ", name=term(self._label_name())))
        self._name.show_runs(
            (Run(from_here, tokens.TEXT_2), Run(shown, tokens.TEXT, tokens.SEMIBOLD))
        )
        self._counts.show_text(tr(self._count_text()), tokens.TEXT_2)
        fitted = thresholds.calibration(self._kind)
        price, measured = false_positives_text(fitted, threshold), measured_on_text(fitted)
        n = "" if fitted is None or measured is None else f" · n = {fitted.n}"
        self._price.show_text(tr(price) + n)
        least = threshold_text(self._workspace, own)
        more = [say("The model itself marks from {threshold}.", threshold=least)]
        if measured is not None:
            more.append(say("Measured: {on}.", on=tr(measured)))
        self.setToolTip(plain_tip(one_after_the_other(*more)))
        self.slider.setAccessibleDescription(self.text)

    def _count_text(self) -> Text:
        findings = self._workspace.findings
        of_kind = [f.finding_id for f in findings.all() if kind_of(f) == self._kind]
        shown = sum(findings.is_shown(finding_id) for finding_id in of_kind)
        if shown == len(of_kind):
            return say("{count} shown", count=shown)
        return say("{count} shown, {hidden} hidden", count=shown, hidden=len(of_kind) - shown)

    def _label_name(self) -> str:
        """What the kind is called: by a finding, or by the card while there is none."""
        for finding in self._workspace.findings.all():
            if kind_of(finding) == self._kind:
                return finding.name
        for kind, name in _kinds_of_models(self._workspace):
            if kind == self._kind:
                return name
        return ""

    def _moved(self, value: int) -> None:
        self._workspace.findings.set_threshold(value / 100, self._kind)
        self._rest.start()


class ThresholdRow(QWidget):
    """A slider for each kind of finding that models made, or would make."""

    def __init__(self, theme: Theme, workspace: Workspace) -> None:
        super().__init__()
        self._theme = theme
        self._workspace = workspace
        self._sliders: dict[MarkKind, KindSlider] = {}
        px = theme.px
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(px(16), 0, px(16), px(4))
        self._box.setSpacing(px(2))
        subscriptions = Subscriptions(self)
        subscriptions.add(workspace.events.threshold_changed, self.refresh)
        subscriptions.add(workspace.events.models_changed, self.refresh)
        self.refresh()

    @property
    def sliders(self) -> tuple[KindSlider, ...]:
        """The sliders, from the top."""
        return tuple(self._sliders.values())

    def refresh(self) -> None:
        """Bring the sliders up to date."""
        kinds = self._workspace.findings.kinds
        if not kinds:
            kinds = tuple(kind for kind, _name in _kinds_of_models(self._workspace))
        for kind in [one for one in self._sliders if one not in kinds]:
            gone = self._sliders.pop(kind)
            gone.hide()
            gone.deleteLater()
        for kind in kinds:
            if kind in self._sliders:
                self._sliders[kind].refresh()
            else:
                self._sliders[kind] = KindSlider(self._theme, self._workspace, kind)
                self._box.addWidget(self._sliders[kind])


def _kinds_of_models(workspace: Workspace) -> list[tuple[MarkKind, str]]:
    """What the model that would run here finds."""
    return [
        (MarkKind(spec.identity.id, f"{label.code.scheme}:{label.code.value}"), label.name)
        for spec in workspace.inference.specs()[:1]
        for label in spec.labels
        if label.is_finding
    ]
