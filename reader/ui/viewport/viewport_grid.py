"""The viewports in their layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from reader.imaging.slice_image import SliceImage
from reader.session.viewing.overviews import OverviewImage
from reader.session.viewing.viewport_state import PaneKind, ViewportState
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.subscriptions import Subscriptions
from reader.ui.theme import Theme
from reader.ui.tools.tool import ToolBox
from reader.ui.viewport.halo_text import HaloText
from reader.ui.viewport.line_gestures import LineGestures
from reader.ui.viewport.measuring_panes import MeasuringPanes
from reader.ui.viewport.overview_view import OverviewView
from reader.ui.viewport.pane_rects import (
    LEAST_SIDE_PX,
    PAIRED,
    PlacePanes,
    paired_rects,
    pane_rects,
)
from reader.ui.viewport.slice_view import SliceView

GAP_PX: Final = 2

MakeMenu = Callable[[QWidget], QMenu]
Part = Callable[[], tuple[ViewportState, ...]]


class ViewportGrid(QWidget):
    """Makes a pane for every viewport of the session and keeps all of them up to date.

    `make_menu` builds the context menu from the application's actions; they act on the
    active viewport, which the one under the pointer has become by then. `place` says
    where the panes of a layout lie; `part` which of the viewports are here, in a window
    that shares them with another.
    """

    def __init__(
        self,
        workspace: Workspace,
        tools: ToolBox,
        theme: Theme,
        make_menu: MakeMenu,
        place: PlacePanes | None = None,
        part: Part | None = None,
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._tools = tools
        self._theme = theme
        self._make_menu = make_menu
        self._place = place or pane_rects
        self._part = part or (lambda: workspace.viewports.states)
        self._text = HaloText(theme)
        self.measuring = MeasuringPanes(self, workspace, tools, theme, self._text)
        self._views: dict[str, SliceView] = {}
        self._overviews: dict[str, OverviewView] = {}
        self._laid: tuple[object, ...] = ()
        self.setMinimumSize(2 * LEAST_SIDE_PX, LEAST_SIDE_PX)
        self._listen()
        self._viewports_changed()

    @property
    def views(self) -> tuple[SliceView, ...]:
        """The panes of the present layout, the largest first."""
        return tuple(self._views[state.id] for state in self._part())

    def view(self, viewport_id: str) -> SliceView:
        """The pane of a viewport. Raises: KeyError."""
        return self._views[viewport_id]

    def sizeHint(self) -> QSize:  # noqa: N802
        """As much as there is."""
        return QSize(self._theme.px(994), self._theme.px(648))

    def resizeEvent(self, _event: QResizeEvent) -> None:  # noqa: N802
        """Lay the panes out again."""
        self._lay_out()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The gaps between the panes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.BG)

    def focus_active(self) -> None:
        """Give the keyboard to the active viewport."""
        active = self._workspace.viewports.active_id
        view = self._overviews.get(active) or self._views.get(active)
        if view is not None:  # it may be in another window
            view.setFocus()

    def _listen(self) -> None:
        events = self._workspace.events
        heard = Subscriptions(self)
        heard.add(events.slice_ready, self._show)
        heard.add(events.overview_ready, self._show_overview)
        heard.add(events.viewports_changed, self._viewports_changed)
        for signal in (
            events.active_viewport_changed,
            events.overlay_changed,
            events.findings_changed,
            events.selection_changed,
            events.settings_changed,
            events.study_opened,
            events.companions_changed,
            events.linking_changed,
            events.objects_changed,
            events.job_changed,
            events.volume_grew,
            events.run_grew,
        ):
            heard.add(signal, self._refresh)
        heard.add(self._workspace.paths.changed, self._refresh)
        heard.add(self._tools.changed, self._tool_changed)

    def _show(self, image: SliceImage) -> None:
        view = self._views.get(image.request.viewport_id)
        if view is not None:
            view.show_image(image)

    def _show_overview(self, image: OverviewImage) -> None:
        view = self._overviews.get(image.request.viewport_id)
        if view is not None:
            view.show_overview(image)

    def _viewports_changed(self) -> None:
        """Make and drop panes as the layout wants them, then bring them up to date."""
        active, keyboard = self._workspace.viewports.active_id, QApplication.focusWidget()
        had_keyboard = keyboard in (*self._views.values(), *self._overviews.values())
        wanted = {state.id for state in self._part()}
        if wanted != set(self._views):
            self._make_views(wanted)
        self._lay_out()
        if had_keyboard and QApplication.focusWidget() is not keyboard:
            # Qt gave it to a neighbour, or to a button that decides.
            self._workspace.viewports.activate(active)
            self.focus_active()
        for view in self._shown_views:
            view.follow()
            if isinstance(view, SliceView):
                view.pointer.look_again()

    def _refresh(self) -> None:
        for view in self._shown_views:
            view.refresh()

    @property
    def _shown_views(self) -> list[SliceView | OverviewView]:
        """Those on screen; while a layout changes the focus wanders through some that go."""
        known = {state.id for state in self._part()}
        panes: list[SliceView | OverviewView] = []
        for made in (self._views, self._overviews):
            panes += [view for viewport_id, view in made.items() if viewport_id in known]
        return [pane for pane in panes if pane.isVisibleTo(self)]

    def _tool_changed(self) -> None:
        for view in self._views.values():
            view.show_ring()

    def _make_views(self, wanted: set[str]) -> None:
        self._laid = ()
        for gone in set(self._views) - wanted:
            view = self._views.pop(gone)
            self.measuring.undress(gone)
            view.setParent(None)
            view.deleteLater()
        for viewport_id in sorted(wanted - set(self._views)):
            view = SliceView(
                self._workspace, viewport_id, self._tools, self._theme, self._text, self._open_menu
            )
            view.setParent(self)
            self._views[viewport_id] = view
            self.measuring.dress(view)
            LineGestures(view, self._workspace, self._tools)
            self._workspace.slices.refresh((viewport_id,), force=True)

    def _lay_out(self) -> None:
        viewports, mine, size = self._workspace.viewports, self._part(), self.size()
        is_paired = self._workspace.compare.has_two_rows and len(mine) == PAIRED
        kinds = tuple((state.id, state.kind) for state in mine)
        laid = viewports.layout, viewports.maximized_id, kinds, size, is_paired
        if laid == self._laid:
            return
        self._laid = laid
        self._make_overviews()
        rects = self._place(viewports.layout, size, GAP_PX)
        if is_paired:
            rects = paired_rects(size, GAP_PX)
        here = {state.id for state in mine}
        for state, rect in zip(mine, rects, strict=True):
            alone = viewports.maximized_id if viewports.maximized_id in here else None
            overview = self._overviews.get(state.id)
            for view in (self._views[state.id], overview):
                if view is None:
                    continue
                shown = alone in (None, state.id) and (overview is None or view is overview)
                view.setGeometry(self.rect() if alone == state.id else rect)
                if view.isHidden() == shown:
                    view.setVisible(shown)

    def _make_overviews(self) -> None:
        """A pane over the usual one wherever a whole volume is to be seen."""
        states = self._part()
        wanted = {state.id for state in states if state.kind is PaneKind.OVERVIEW}
        for gone in set(self._overviews) - wanted:
            view = self._overviews.pop(gone)
            view.setParent(None)
            view.deleteLater()
        for viewport_id in sorted(wanted - set(self._overviews)):
            made = OverviewView(
                self._workspace, viewport_id, self._theme, self._text, self._open_menu
            )
            made.setParent(self)
            self._overviews[viewport_id] = made

    def _open_menu(self, viewport_id: str, at: QPoint) -> None:
        self._workspace.viewports.activate(viewport_id)
        menu = self._make_menu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
