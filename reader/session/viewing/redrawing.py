"""Which viewports are drawn again when something they show has changed."""

from __future__ import annotations

from reader.core.geometry import IndexBox
from reader.session.events import SessionEvents
from reader.session.viewing.display import Display
from reader.session.viewing.slice_loop import SliceLoop
from reader.session.viewing.viewport import ViewportStore


class Redrawing:
    """Asks for new pictures as the session changes; nobody else needs to."""

    def __init__(
        self, events: SessionEvents, viewports: ViewportStore, display: Display, slices: SliceLoop
    ) -> None:
        self._viewports = viewports
        self._display = display
        self._slices = slices
        events.viewports_changed.connect(self.refresh)
        events.overlay_changed.connect(self.refresh)
        events.findings_changed.connect(self.refresh)
        events.segmentation_changed.connect(self._voxels_changed)
        events.preview_grew.connect(self._voxels_changed)
        events.volume_grew.connect(self._voxels_changed)

    def refresh(self) -> None:
        """Every viewport that would show something else than it does."""
        self._slices.refresh(tuple(state.id for state in self._viewports.states))

    def _voxels_changed(self, series_key: str, region: IndexBox | None) -> None:
        """The viewports whose slice runs through the changed box."""
        self._slices.voxels_changed(region)
        touched = []
        for state in self._viewports.states:
            is_shown = series_key in (state.series_key, state.fused_key)
            resolved = self._display.resolved(state.id) if is_shown else None
            if resolved is None:
                continue
            if state.fused_key == series_key:  # on a grid of its own
                touched.append(state.id)
                continue
            shown, thickness_mm = resolved.index, resolved.slab.thickness_mm
            if region is None or resolved.stack.crosses(region, shown, thickness_mm):
                touched.append(state.id)
        self._slices.refresh(tuple(touched), force=True)
