"""A second series in colour over what a viewport shows: which, how strongly, and when not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from reader.core.errors import NotAllowedError
from reader.core.geometry import VolumeGeometry
from reader.core.intensity import WindowLevel
from reader.core.series_kind import SeriesClass, SeriesKind
from reader.core.study import Series
from reader.core.text import Text, say
from reader.imaging.fusion import Fusion, share_a_place
from reader.session.study_store import StudyStore
from reader.session.viewing.hanging import is_named_as_labels
from reader.session.viewing.units import ShownUnit, UnitChoice
from reader.session.viewing.viewport import ViewportStore
from reader.session.viewing.viewport_state import ViewportState

OPACITY_STEP: Final = 0.1
_FUNCTIONAL: Final = (
    SeriesClass.PET_CORRECTED,
    SeriesClass.NUCLEAR,
    SeriesClass.PET_UNCORRECTED,
    SeriesClass.PARAMETRIC_MAP,
    SeriesClass.MR_ADC,
    SeriesClass.MR_PERFUSION,
    SeriesClass.MR_DWI,
)
"""What is laid over anatomy, what suits best first."""
_OF_UPTAKE: Final = frozenset({"PT", "NM"})


@dataclass(frozen=True, slots=True, eq=False)
class ShownFusion:
    """What is laid over a viewport's slice, complete. `caution`: why its place is uncertain."""

    fusion: Fusion
    series: Series
    unit: ShownUnit
    caution: Text | None = None

    @property
    def window(self) -> WindowLevel:
        """The fused series' window, in the unit it is shown in."""
        return self.unit.shown(self.fusion.window)

    def same_as(self, other: ShownFusion | None) -> bool:
        """Whether another one gives the same picture and words."""
        return (
            other is not None
            and self.series is other.series
            and self.unit == other.unit
            and self.caution == other.caution
            and self.fusion.same_as(other.fusion)
        )


class Fusing:
    """Lays series over series. Main thread."""

    def __init__(self, studies: StudyStore, viewports: ViewportStore, units: UnitChoice) -> None:
        self._studies = studies
        self._viewports = viewports
        self._units = units
        self._read: Callable[[Series], None] = lambda _series: None
        self.window_is_fused = False
        """Whether window and presets act on what is laid over, where something is."""

    def use(self, read: Callable[[Series], None]) -> None:
        """What has a series read that is not in memory; once, when the session is built."""
        self._read = read

    # Which

    def candidates(self, series_key: str | None) -> tuple[Series, ...]:
        """The series that can be laid over one, the best first."""
        if series_key is None or not self._studies.has_series(series_key):
            return ()
        base = self._studies.series(series_key)
        study = self._studies.study_of(series_key)
        others = study.series if study is not None else ()
        fitting = [s for s in others if s.key != base.key and self.why_not(base.key, s.key) is None]
        return tuple(sorted(fitting, key=lambda s: _rank(base, s)))

    def why_not(self, series_key: str, fused_key: str) -> Text | None:
        """Why one series cannot be laid over another; None where it can."""
        base, other = self._studies.series(series_key), self._studies.series(fused_key)
        if not base.kind is other.kind is SeriesKind.VOLUME:
            return say("Only volumes can be laid over each other.")
        if other.is_color:
            return say("A series in colour cannot be laid over another.")
        if self._shift(series_key, fused_key) is None:
            return say(
                "The two series share no frame of reference, so nothing says where they overlap."
            )
        return None

    # What the reader asks

    def fuse(self, viewport_id: str, fused_key: str | None) -> None:
        """Lay a series over what a viewport shows, or nothing any more.

        Raises: NotAllowedError: nothing says where the two overlap, or they are no volumes.
        """
        state = self._viewports.state(viewport_id)
        if fused_key is not None and state.series_key is not None:
            reason = self.why_not(state.series_key, fused_key)
            if reason is not None:
                raise NotAllowedError(reason, say("Link the two with J while both are shown."))
            self._read(self._studies.series(fused_key))
        self._viewports.put(replace(state, fused_key=fused_key))

    def toggle(self, viewport_id: str) -> None:
        """Lay the series that suits best over a viewport's, or take away what is there.

        Raises: NotAllowedError: no series of the study can be laid over this one.
        """
        state = self._viewports.state(viewport_id)
        if state.fused_key is not None:
            self.fuse(viewport_id, None)
            return
        found = self.candidates(state.series_key)
        if not found:
            raise NotAllowedError(
                say("No other series of this study lies in the same frame of reference."),
                say("Link two series with J while both are shown, then try again."),
            )
        base = self._studies.series(state.series_key or "")
        if _is_uptake(base) and not _is_uptake(found[0]):
            # Uptake is read in colour over the anatomy, whichever of them was shown.
            self._read(found[0])
            self._viewports.put(replace(state, series_key=found[0].key, fused_key=base.key))
            return
        self.fuse(viewport_id, found[0].key)

    def swap(self, viewport_id: str) -> None:
        """Show what is laid over in grey and in its own slices, and the other one in colour."""
        state = self._viewports.state(viewport_id)
        if state.fused_key is not None:
            self._viewports.put(
                replace(state, series_key=state.fused_key, fused_key=state.series_key, look="")
            )

    def set_opacity(self, viewport_id: str, opacity: float) -> None:
        """How strongly the colour covers, 0 to 1; panes that fuse the same two go along."""
        state = self._viewports.state(viewport_id)
        within = round(min(1.0, max(0.0, opacity)), 3)
        alike = (
            s for s in self._viewports.states
            if (s.series_key, s.fused_key) == (state.series_key, state.fused_key)
        )  # fmt: skip
        self._viewports.put(*(replace(s, fusion_opacity=within) for s in alike))

    def step_opacity(self, viewport_id: str, steps: int) -> None:
        """Make the colour stronger by some steps, or weaker."""
        now = self._viewports.state(viewport_id).fusion_opacity
        self.set_opacity(viewport_id, now + steps * OPACITY_STEP)

    def choose_window(self, of_fused: bool) -> None:
        """Let window and presets act on what is laid over, or on the slice beneath."""
        self.window_is_fused = of_fused
        self._viewports.put()

    def windowed(self, viewport_id: str, other: bool = False) -> tuple[str | None, str]:
        """The series whose window is changed in a viewport, and its look there.

        `other`: the one that it is not, as with a modifier held.
        """
        state = self._viewports.state(viewport_id)
        if state.fused_key is not None and self.window_is_fused is not other:
            return state.fused_key, ""
        return state.series_key, state.look

    # What is shown

    def shown(self, state: ViewportState) -> ShownFusion | None:
        """What lies over a viewport's slice; None where nothing does, or not yet."""
        key, base_key = state.fused_key, state.series_key
        volume = self._studies.volume(key)
        if key is None or base_key is None or volume is None or volume.is_color:
            return None
        window, shift = self._viewports.looks.window_of(key), self._shift(base_key, key)
        if window is None or shift is None:
            return None
        series = self._studies.series(key)
        fusion = Fusion(volume, window, state.fusion_opacity, shift)
        return ShownFusion(fusion, series, self._units.of(series), self._caution(base_key, key))

    def _shift(self, base_key: str, fused_key: str) -> tuple[float, float, float] | None:
        """What to add to a point of one series to have that of the other; None: nobody knows."""
        one, other = self._studies.geometry(base_key), self._studies.geometry(fused_key)
        if one is None or other is None:
            return None
        is_placed = share_a_place(one, other) or (_unframed(one, other) and one.same_grid(other))
        if is_placed and self._is_one_study(base_key, fused_key):
            return (0.0, 0.0, 0.0)
        frames = self._viewports.frame_of(base_key), self._viewports.frame_of(fused_key)
        if frames[0] is None or frames[1] is None:
            return None
        return self._viewports.linking.counterpart((0.0, 0.0, 0.0), frames[0], frames[1])

    def _caution(self, base_key: str, fused_key: str) -> Text | None:
        one, other = self._studies.geometry(base_key), self._studies.geometry(fused_key)
        if one is None or other is None:
            return None
        if self._is_one_study(base_key, fused_key) and share_a_place(one, other):
            return None
        if self._is_one_study(base_key, fused_key) and one.same_grid(other):
            return say("Fused by their grid alone")
        return say("Fused by the link alone")

    def _is_one_study(self, one: str, other: str) -> bool:
        return self._studies.study_of(one) is self._studies.study_of(other)


def _unframed(one: VolumeGeometry, other: VolumeGeometry) -> bool:
    return one.frame_of_reference_uid is None and other.frame_of_reference_uid is None


def _is_uptake(series: Series) -> bool:
    return series.modality in _OF_UPTAKE


def _rank(base: Series, series: Series) -> tuple[bool, bool, int, bool, int]:
    """What suits best over a series comes first: uptake over anatomy, and the other way round."""
    place = _FUNCTIONAL.index(series.category) if series.category in _FUNCTIONAL else 99
    return (
        is_named_as_labels(series) or series.category is SeriesClass.LOCALIZER,
        series.modality == base.modality,
        place if not _is_uptake(base) else 0,
        bool(series.variant),
        -series.geometry.shape_kji[0],
    )
