"""Brings measuring to the panes: drawings, typing on the image, the menu of a measurement."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF

from reader.session.workspace import Workspace
from reader.ui.subscriptions import Subscriptions
from reader.ui.theme import Theme
from reader.ui.tools.measure.sketch import WordsWanted
from reader.ui.tools.tool import ToolBox
from reader.ui.viewport.halo_text import HaloText
from reader.ui.viewport.inline_words import InlineWords
from reader.ui.viewport.lens import Lens
from reader.ui.viewport.measurements import Measurements
from reader.ui.viewport.slice_view import SliceView


class MeasuringPanes(QObject):
    """Lives as long as its grid; `dress` is called once for every pane that is made."""

    def __init__(
        self, parent: QObject, workspace: Workspace, tools: ToolBox, theme: Theme, text: HaloText
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tools = tools
        self._theme = theme
        self._text = text
        self._dressed: dict[str, tuple[SliceView, Measurements]] = {}
        self._words: InlineWords | None = None
        heard = Subscriptions(self)
        heard.add(tools.sketch.changed, self._sketch_changed)
        heard.add(tools.sketch.words_wanted, self._type)
        heard.add(tools.lens.changed, self._all_changed)
        heard.add(workspace.events.findings_changed, self._all_changed)
        heard.add(workspace.events.selection_changed, self._selected)
        heard.add(workspace.events.mode_changed, self._mode_changed)
        heard.add(workspace.events.study_opened, self._study_opened)

    def dress(self, view: SliceView) -> None:
        """Let a new pane show what is measured on it."""
        measurements = Measurements(self._workspace, self._tools.sketch, self._text)
        lens = Lens(self._tools.lens, view, self._workspace.viewports, measurements)
        view.drawings += [measurements, lens]
        view.pointer.moved.connect(lens.follow)
        self._dressed[view.viewport_id] = (view, measurements)

    def undress(self, viewport_id: str) -> None:
        """Forget a pane that is no more."""
        self._dressed.pop(viewport_id, None)

    def measurements(self, viewport_id: str) -> Measurements:
        """What is drawn in a pane. Raises: KeyError."""
        return self._dressed[viewport_id][1]

    @property
    def words(self) -> InlineWords | None:
        """The line that is being typed in."""
        return self._words

    def select_under_pointer(self) -> bool:
        """Select the measurement under the pointer. Returns: whether there is one."""
        grip = self._tools.sketch.under_pointer
        if grip is None:
            return False
        self._workspace.findings.select(grip.finding_id, moves=False)
        return True

    def _sketch_changed(self) -> None:
        if self._words is not None and not self._words.wanted.is_wanted():
            self._words.end(takes=True)
        for viewport_id, (view, measurements) in self._dressed.items():
            if measurements.concerns(viewport_id):
                view.redraw()

    def _selected(self, finding_id: str | None) -> None:
        """Where one measurement is shown alone, it is the selected one."""
        sketch = self._tools.sketch
        finding = self._workspace.findings.finding(finding_id)
        if sketch.only is not None and finding is not None and finding.measurement is not None:
            sketch.show_only(finding_id)
        self._all_changed()

    def _all_changed(self) -> None:
        for view, _ in self._dressed.values():
            view.redraw()

    def _type(self, wanted: WordsWanted) -> None:
        """Open a line over the image; one at a time."""
        if self._words is not None:
            self._words.end(takes=True)
        if wanted.viewport_id not in self._dressed:
            return  # the pane is in another window, which has its own
        view, measurements = self._dressed[wanted.viewport_id]
        sight = measurements.sight
        at = sight.to_pane(wanted.at_lps) if sight is not None else QPointF()
        made = InlineWords(self._theme, view, wanted, at)
        made.destroyed.connect(lambda: self._typed(made))
        self._words = made

    def _mode_changed(self, _mode: object) -> None:
        if self._words is not None:
            self._words.end(takes=True)

    def _study_opened(self, _study: object) -> None:
        if self._words is not None:
            self._words.end(takes=False)

    def _typed(self, words: InlineWords) -> None:
        if self._words is words:
            self._words = None
