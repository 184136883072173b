"""What is being drawn or changed right now, before it is a finding; and what is pointed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from psygnal import Signal

from reader.core.errors import ReaderError
from reader.core.finding import Finding
from reader.core.geometry import Point
from reader.core.measurement import Measurement, MeasurementKind
from reader.ui.tools.measure.surface import Surface

Corners = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Draft:
    """A drawing on one slice, as far as it has come.

    `points` are those of a whole measurement where `is_whole`, and otherwise what was put
    down so far with the place under the pointer last. `finding_id` is the finding whose
    measurement is being changed, None for a new one.
    """

    series_key: str
    viewport_id: str
    kind: MeasurementKind
    points: tuple[Point, ...]
    normal_lps: Point
    index: int | None = None
    is_whole: bool = False
    finding_id: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Grip:
    """The measurement under the pointer, and which of its handles; None: its line."""

    finding_id: str
    handle: int | None = None


@dataclass(frozen=True, slots=True)
class WordsWanted:
    """Words are to be typed on the image, at a point of it."""

    viewport_id: str
    at_lps: Point
    words: str
    take: Callable[[str], None]
    """Called with what was typed when it is done; not at all when it was cancelled."""
    cancel: Callable[[], None]
    is_wanted: Callable[[], bool] = lambda: True
    """Whether what the words are for is still there."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle being drawn over a slice for something else than measuring."""

    viewport_id: str
    corners: Corners


class Sketch:
    """Shared by the tools, which change it, and the panes, which draw it. GUI thread."""

    changed = Signal()
    words_wanted = Signal(object)
    """WordsWanted: let the reader type on the image."""

    def __init__(self) -> None:
        self._draft: Draft | None = None
        self._measured: tuple[Draft, Measurement | None] | None = None
        self._under_pointer: Grip | None = None
        self._region: Region | None = None
        self._aim: tuple[str, Point] | None = None
        self._only: str | None = None
        self._is_hidden = False
        self.measure: Callable[[Draft], Measurement] | None = None
        """Works out a draft's numbers; set when the tools are made, as `drawn_on` is."""
        self.drawn_on: Callable[[Surface], list[tuple[Finding, Measurement]]] = lambda _slice: []
        """The measurements to be seen on a slice."""
        self.has_drawn: Callable[[str], bool] = lambda _series_key: False
        """Whether there is any on a series."""

    @property
    def draft(self) -> Draft | None:
        """What is being drawn or changed."""
        return self._draft

    @draft.setter
    def draft(self, draft: Draft | None) -> None:
        if draft != self._draft:
            self._draft = draft
            self.changed.emit()

    @property
    def measured(self) -> Measurement | None:
        """The draft with its numbers: worked out when somebody looks, so once a frame.

        Without numbers where they cannot be known; None while it is not whole.
        """
        draft = self._draft
        if draft is None or not draft.is_whole or self.measure is None:
            return None
        if self._measured is None or self._measured[0] is not draft:
            try:
                measured = self.measure(draft)
            except ReaderError:
                measured = Measurement(
                    draft.kind, draft.points, draft.normal_lps, (), draft.text, draft.index
                )
            self._measured = (draft, measured)
        return self._measured[1]

    @property
    def under_pointer(self) -> Grip | None:
        """What a press would take hold of."""
        return self._under_pointer

    @under_pointer.setter
    def under_pointer(self, grip: Grip | None) -> None:
        if grip != self._under_pointer:
            self._under_pointer = grip
            self.changed.emit()

    @property
    def region(self) -> Region | None:
        """The rectangle of a tool that measures nothing."""
        return self._region

    @region.setter
    def region(self, region: Region | None) -> None:
        if region != self._region:
            self._region = region
            self.changed.emit()

    @property
    def aim(self) -> tuple[str, Point] | None:
        """The pane and the place where keys would set the next point."""
        return self._aim

    @aim.setter
    def aim(self, aim: tuple[str, Point] | None) -> None:
        if aim != self._aim:
            self._aim = aim
            self.changed.emit()

    @property
    def only(self) -> str | None:
        """The one measurement that is shown; None for all of them."""
        return self._only

    @property
    def is_hidden(self) -> bool:
        """Whether no measurement is shown."""
        return self._is_hidden

    def shows(self, finding_id: str) -> bool:
        """Whether the reader wants to see a measurement."""
        return not self._is_hidden and self._only in (None, finding_id)

    def show_only(self, finding_id: str | None) -> None:
        """Show one measurement and no other, or with None all of them again."""
        if (self._only, self._is_hidden) != (finding_id, False):
            self._only, self._is_hidden = finding_id, False
            self.changed.emit()

    def toggle_hidden(self) -> None:
        """Show no measurements, or all of them again."""
        hides = self._only is None and not self._is_hidden
        self._only, self._is_hidden = None, hides
        self.changed.emit()

    def drop(self) -> bool:
        """Forget what is being drawn. Returns: whether there was anything."""
        had = self._draft is not None or self._region is not None
        self._draft = self._region = self._aim = None
        if had:
            self.changed.emit()
        return had

    def write(self, words: str) -> None:
        """Give the draft its words."""
        if self._draft is not None:
            self.draft = replace(self._draft, text=words)
