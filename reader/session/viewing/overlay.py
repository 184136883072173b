"""What of the segmentation and heatmap lies over the image, and how."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable

from reader.core.finding import Finding
from reader.core.heatmap import Heatmap, HeatmapKind
from reader.core.review import ReviewStatus
from reader.core.segmentation import Segment, Segmentation
from reader.core.settings import Settings
from reader.imaging.layers import LabelSheet, LabelStyle, OutlineStyle, OverlayLayers, same_layers
from reader.session.events import SessionEvents
from reader.session.reviewing.finding_list import FindingList
from reader.session.study_store import StudyStore

AI_COLOR = "#A98BFF"
READER_COLOR = "#45D9C5"
OTHERS_COLOR = "#7DB7FF"
REJECTED_COLOR = "#ABABAB"
HEAT_OPACITY = 0.45
HEAT_KINDS = (HeatmapKind.PROBABILITY, HeatmapKind.UNCERTAINTY, HeatmapKind.SALIENCY)
"""What can lie over the image, in the order in which one key goes through them."""


class OverlayMode(enum.Enum):
    """What the AI's marks look like; cycled by one key."""

    OUTLINE = "outline"
    HEATMAP = "heatmap"
    OFF = "off"


class OverlayStore:
    """The reader's wishes about overlays, turned into layers for the renderer."""

    def __init__(
        self,
        events: SessionEvents,
        studies: StudyStore,
        findings: FindingList,
        settings: Callable[[], Settings],
        sheets: Callable[[str], tuple[LabelSheet, ...]] = lambda _series_key: (),
        heatmap_by_others: Callable[[str], Heatmap | None] = lambda _series_key: None,
        previews: Callable[[str], tuple[LabelSheet, ...]] = lambda _series_key: (),
    ) -> None:
        """`sheets` are the label maps by others that lie over a series.

        `heatmap_by_others` is shown where no model here made one, `previews` are what
        running models see so far.
        """
        self._events = events
        self._studies = studies
        self._findings = findings
        self._settings = settings
        self._sheets = sheets
        self._heatmap_by_others = heatmap_by_others
        self._previews = previews
        self._hidden: set[tuple[str, int]] = set()
        self._shown: set[tuple[str, int]] = set()
        self._opacity: dict[tuple[str, int], float] = {}
        self.mode = OverlayMode.OUTLINE
        self.heat_kind = HeatmapKind.PROBABILITY
        self.ai_hidden = False
        self.editing_label: int | None = None
        self._editing_series: str | None = None
        self._made: dict[str, OverlayLayers | None] = {}
        self._made_from: dict[str, tuple[object, ...]] = {}
        for changed in (
            events.overlay_changed, events.findings_changed, events.selection_changed,
            events.segmentation_changed, events.settings_changed, events.objects_changed,
        ):  # fmt: skip
            changed.connect(self._forget)
        events.study_opened.connect(self._forget_all)

    def _forget(self) -> None:
        """Look again; what comes out the same stays the same object."""
        self._made_from.clear()

    def _forget_all(self) -> None:
        self._made_from.clear()
        self._made.clear()

    def hold_hidden(self, hidden: bool) -> None:
        """Hide everything the AI or others drew while a key is held."""
        if hidden != self.ai_hidden:
            self.ai_hidden = hidden
            self._events.overlay_changed.emit()

    def next_mode(self) -> None:
        """Go from outlines to outlines with heatmap to nothing, and round again."""
        modes = list(OverlayMode)
        self.mode = modes[(modes.index(self.mode) + 1) % len(modes)]
        self._events.overlay_changed.emit()

    def heat_kinds(self, series_key: str | None) -> tuple[HeatmapKind, ...]:
        """The kinds of heatmap that there are over a series."""
        return tuple(
            kind for kind in HEAT_KINDS if self._studies.heatmap(series_key, kind) is not None
        )

    def show_heat(self, kind: HeatmapKind) -> None:
        """Lay the heatmap of one kind over the image."""
        self.heat_kind, self.mode = kind, OverlayMode.HEATMAP
        self._events.overlay_changed.emit()

    def next_heat(self, series_key: str | None) -> HeatmapKind | None:
        """Show the next kind of heatmap there is over a series; after the last one, none.

        Returns: the kind that is shown now.
        """
        kinds = self.heat_kinds(series_key)
        if not kinds:
            return None
        shown = self.mode is OverlayMode.HEATMAP and self.heat_kind in kinds
        at = kinds.index(self.heat_kind) + 1 if shown else 0
        if at < len(kinds):
            self.show_heat(kinds[at])
            return kinds[at]
        self.heat_kind, self.mode = HeatmapKind.PROBABILITY, OverlayMode.OUTLINE
        self._events.overlay_changed.emit()
        return None

    def set_editing(self, series_key: str | None, label: int | None) -> None:
        """Show the segment being edited, filled: nobody paints blind."""
        if (series_key, label) != (self._editing_series, self.editing_label):
            self._editing_series, self.editing_label = series_key, label
            self._events.overlay_changed.emit()

    def is_visible(self, series_key: str, segment: Segment) -> bool:
        """Whether a segment is shown. Structures are hidden until they are asked for."""
        key = (series_key, segment.label)
        return key not in self._hidden if segment.finding_id else key in self._shown

    def set_visible(self, series_key: str, segment: Segment, visible: bool) -> None:
        """Show or hide one segment."""
        key = (series_key, segment.label)
        if segment.finding_id:
            (self._hidden.discard if visible else self._hidden.add)(key)
        else:
            (self._shown.add if visible else self._shown.discard)(key)
        self._events.overlay_changed.emit()

    def show_structures(self, series_key: str, labels: Iterable[int]) -> None:
        """Show structures that were asked for by running what draws them."""
        self._shown.update((series_key, label) for label in labels)
        self._events.overlay_changed.emit()

    def opacity(self, series_key: str, segment: Segment) -> float:
        """How strongly a filled segment covers the image, 0 to 1."""
        default = self._settings().segment_opacity_percent / 100
        if segment.finding_id and not self._is_edited(series_key, segment):
            default = 0.0
        return self._opacity.get((series_key, segment.label), default)

    def set_opacity(self, series_key: str, segment: Segment, opacity: float) -> None:
        """Fill a segment; 0 leaves the outline only."""
        self._opacity[series_key, segment.label] = min(1.0, max(0.0, opacity))
        self._events.overlay_changed.emit()

    @property
    def heatmap_shown(self) -> bool:
        """Whether the heatmap is over the image now."""
        return self.mode is OverlayMode.HEATMAP and not self.ai_hidden

    def layers_for(self, series_key: str) -> OverlayLayers | None:
        """What to draw over a series; None when there is nothing.

        The same object as before where nothing changed, so that pictures can be compared
        and kept by it.
        """
        segmentation = self._studies.segmentation(series_key)
        heatmap = None
        if self.heatmap_shown:
            heatmap = self._heat_over(series_key)
        revision = segmentation.revision if segmentation is not None else 0
        state = (
            segmentation, segmentation and segmentation.segments, revision, heatmap,
            self._settings(), self.mode, self.ai_hidden, self.editing_label,
            self._editing_series,
        )  # fmt: skip
        before = self._made.get(series_key)
        if self._made_from.get(series_key) != state:
            made = self._make_layers(series_key, segmentation, heatmap, revision)
            self._made_from[series_key] = state
            self._made[series_key] = before if same_layers(before, made) else made
        return self._made[series_key]

    def _heat_over(self, series_key: str) -> Heatmap | None:
        """The chosen kind of heatmap; a series that has none of it shows what it has."""
        return (
            self._studies.heatmap(series_key, self.heat_kind)
            or self._studies.heatmap(series_key)
            or self._heatmap_by_others(series_key)
        )

    def _make_layers(
        self,
        series_key: str,
        segmentation: Segmentation | None,
        heatmap: Heatmap | None,
        revision: int,
    ) -> OverlayLayers | None:
        styles: tuple[LabelStyle, ...] = ()
        if segmentation is not None:
            made = (self._style(series_key, s) for s in segmentation.segments)
            styles = tuple(style for style in made if style is not None)
        sheets = () if self.ai_hidden else self._sheets(series_key)
        sheets += () if self._ai_off else self._previews(series_key)
        if not styles and heatmap is None and not sheets:
            return None
        return OverlayLayers(
            labels=segmentation.labels if segmentation is not None and styles else None,
            styles=styles,
            heatmap=heatmap,
            heat_threshold=self._settings().heatmap_threshold_percent / 100,
            heat_opacity=HEAT_OPACITY,
            revision=revision,
            sheets=sheets,
        )

    def _is_edited(self, series_key: str, segment: Segment) -> bool:
        return (series_key, segment.label) == (self._editing_series, self.editing_label)

    def _style(self, series_key: str, segment: Segment) -> LabelStyle | None:
        finding = self._findings.finding(segment.finding_id)
        if finding is not None and self._is_edited(series_key, segment) and not self.ai_hidden:
            return self._finding_style(series_key, segment, finding)
        if not self.is_visible(series_key, segment):
            return None
        if segment.finding_id is None:
            return None if self._ai_off else self._structure_style(series_key, segment)
        if finding is None or not self._findings.is_shown(finding.finding_id):
            return None
        if finding.provenance.is_ai and self._ai_off:
            return None
        if finding.provenance.imported and self.ai_hidden:
            return None
        return self._finding_style(series_key, segment, finding)

    @property
    def _ai_off(self) -> bool:
        return self.ai_hidden or self.mode is OverlayMode.OFF

    def _structure_style(self, series_key: str, segment: Segment) -> LabelStyle:
        return LabelStyle(
            label=segment.label,
            color=segment.color,
            fill_opacity=self.opacity(series_key, segment),
            outline=OutlineStyle.SOLID,
            outline_color=segment.color,
        )

    def _finding_style(
        self, series_key: str, segment: Segment, finding: Finding
    ) -> LabelStyle | None:
        status = self._findings.status_of(finding.finding_id)
        selected = self._findings.selected == finding.finding_id
        if status is ReviewStatus.REJECTED:
            if not selected:
                return None
            outline, color = OutlineStyle.DOTTED, REJECTED_COLOR
        elif status is ReviewStatus.UNREVIEWED:
            by_others = bool(finding.provenance.imported)
            outline, color = OutlineStyle.DASHED, OTHERS_COLOR if by_others else AI_COLOR
        else:
            outline, color = OutlineStyle.SOLID, READER_COLOR
        return LabelStyle(
            label=segment.label,
            color=color,
            fill_opacity=self.opacity(series_key, segment),
            outline=outline,
            outline_color=color,
            finding_id=finding.finding_id,
            selected=selected,
        )
