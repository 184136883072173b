"""What the corners of a pane say, and which lines stay when there is little room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from reader.core.orientation import Plane
from reader.core.series_kind import PhasePlace, SeriesClass, SeriesKind, SpacingSource
from reader.core.study import Series, Study, WarningCode
from reader.core.text import Text, say
from reader.imaging.slicing import position_mm
from reader.session.viewing.display import VoxelValue
from reader.session.viewing.resolve import ResolvedViewport
from reader.ui import quantities, tokens
from reader.ui.fusion.fused_words import both_values, fused_line, fused_window
from reader.ui.identity import patient_lines, side_by_side
from reader.ui.terms import BADGE_WORDS, KIND_WORDS, badges, class_word
from reader.ui.theme import Theme
from reader.ui.translate import tr
from reader.ui.viewport.halo_text import PLAIN, Lettering
from reader.ui.viewport.plane_words import plane_words, slab_words, transform_words
from reader.ui.viewport.readout import window_text

SMALL_PANE_PX: Final = 560
"""Narrower panes say only their plane, their slice and what to beware of."""
_AXIS_LETTERS: Final = {Plane.AXIAL: "z", Plane.CORONAL: "y", Plane.SAGITTAL: "x"}
_SAY_HOW: Final = ("ct-", "mr-")
"""Classes whose words name a kernel or sequence: alone they do not say what one looks at."""
_WITH_WORDS: Final = (SeriesClass.ULTRASOUND, SeriesClass.CAPTURE)
"""Pictures of screens, with name, date and settings burnt in along the edges."""
_BADGES_PER_LINE: Final = 3
_BADGES_IN_SMALL_PANE: Final = 4
_BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True)
class CornerLine:
    """One line of a corner; `square` puts a little square of that colour before it."""

    text: str
    lettering: Lettering = PLAIN
    square: str | None = None
    is_warning: bool = False
    short: str = ""
    """What is said where all of it has no room."""
    stays: bool = False
    """It is said in small panes, too."""
    spans: bool = False
    """Nothing else is on its line: it may be as long as the pane is wide."""


@dataclass(frozen=True, slots=True)
class Hover:
    """What is under the pointer. `value` is None beside the volume."""

    lps_mm: tuple[float, float, float]
    value: VoxelValue | None
    fused: VoxelValue | None = None
    """Of the series that lies over the slice in colour."""


@dataclass(frozen=True, slots=True)
class Corners:
    """The lines of the four corners, top line first.

    `lean`: the side that the picture keeps to, -1 left and 1 right; nothing is written there.
    `is_terse`: the picture has words of its own in its corners, which may not be written over.
    """

    top_left: tuple[CornerLine, ...] = ()
    top_right: tuple[CornerLine, ...] = ()
    bottom_left: tuple[CornerLine, ...] = ()
    bottom_right: tuple[CornerLine, ...] = ()
    lean: int = 0
    is_terse: bool = False


AMBER: Final = Lettering(color=tokens.WARNING)


def corner_lines(
    resolved: ResolvedViewport,
    study: Study | None,
    hover: Hover | None,
    zoom: float,
    hide_identity: bool,
    shows_ai: bool,
    reading: Text | None,
    side: Text | None = None,
) -> Corners:
    """Everything there is to say, before anything is left out for lack of room.

    `zoom` is in screen pixels per pixel of the image. `reading`: how far the series is
    read, while it is. `side`: which of two studies that are compared this is.
    """
    series = resolved.series
    return Corners(
        top_left=(
            *_plane_lines(resolved, side),
            *_turned(resolved),
            *(_line(words) for words in _who(study, hide_identity)),
        ),
        top_right=(
            *_origin(study, series, hide_identity, resolved.axes.stored),
            *_fused(resolved),
            *_warnings(resolved),
            *([_line(reading)] if reading is not None else []),
            *([_ai_line()] if shows_ai else []),
        ),
        bottom_left=_looks(resolved, hover, zoom),
        bottom_right=_place(resolved),
        lean=resolved.lean,
        is_terse=_is_terse(resolved),
    )


def moved_lines(before: Corners, resolved: ResolvedViewport) -> Corners:
    """The same lines after scrolling, which changes where the slice is and nothing else."""
    return replace(before, bottom_right=_place(resolved))


def looked_lines(
    before: Corners, resolved: ResolvedViewport, hover: Hover | None, zoom: float
) -> Corners:
    """The same lines of the same slice: the pointer, the window or the zoom has changed."""
    return replace(before, bottom_left=_looks(resolved, hover, zoom))


def fitting(corners: Corners, width: int, height: int, theme: Theme) -> Corners:
    """What there is room for: lines leave from the end that is far from the corner."""
    warnings = tuple(line for line in corners.top_right if line.is_warning)
    if corners.is_terse or width < theme.px(SMALL_PANE_PX):
        one_each = tuple(replace(line, text=w) for line in warnings for w in _parted(line.text))
        few = one_each[:_BADGES_IN_SMALL_PANE]
        left = tuple(line for line in corners.top_left if line.stays)
        name = (line for line in corners.top_right if line.stays)
        left += tuple(replace(line, spans=len(few) < len(left) + 1) for line in name)
        return _beside(corners.lean, left, few, (), corners.bottom_right[:1])
    line = theme.px(tokens.DETAIL.line_px)
    room = max(1, (height // 2 - theme.px(44)) // line)
    right = corners.top_right
    if len(right) > room:
        calm = tuple(entry for entry in right if not entry.is_warning)
        right = (*calm[: max(0, room - len(warnings))], *warnings)[:room]
    bottom = corners.bottom_left[-room:], corners.bottom_right[:room]
    return _beside(corners.lean, corners.top_left[:room], right, *bottom)


def _beside(
    lean: int,
    top_left: tuple[CornerLine, ...],
    top_right: tuple[CornerLine, ...],
    bottom_left: tuple[CornerLine, ...],
    bottom_right: tuple[CornerLine, ...],
) -> Corners:
    """The four corners, or two where the picture keeps to one side."""
    if lean == 0:
        return Corners(top_left, top_right, bottom_left, bottom_right)
    top, bottom = top_left + top_right, bottom_right + bottom_left
    if lean > 0:
        return Corners(top_left=top, bottom_left=bottom, lean=lean)
    return Corners(top_right=top, bottom_right=bottom, lean=lean)


def _line(text: Text | str, lettering: Lettering = PLAIN) -> CornerLine:
    return CornerLine(tr(text) if isinstance(text, Text) else text, lettering)


def _plane_lines(resolved: ResolvedViewport, side: Text | None) -> list[CornerLine]:
    """The plane of a volume; of single images what they are and which view; then whose."""
    lettering = Lettering(weight=tokens.SEMIBOLD)
    whose = f"{_BETWEEN}{tr(side)}" if side is not None else ""
    if resolved.axes.stored:
        view = _view_words(resolved.series)
        if side is not None and view:  # neither may be cut in a narrow pane
            return [CornerLine(words, lettering, stays=True) for words in (tr(side), view)]
        return [CornerLine(image_words(resolved.series) + whose, lettering, stays=True)]
    color = tokens.PLANE_COLORS[resolved.axes.plane]
    if resolved.fusion is not None:
        whose += f"{_BETWEEN}{resolved.series.modality} + {resolved.fusion.series.modality}"
    return [CornerLine(plane_words(resolved) + whose, lettering, color, stays=True)]


def _turned(resolved: ResolvedViewport) -> list[CornerLine]:
    """That left is not where it usually is: in small panes, too, where letters are small."""
    words = transform_words(resolved.transform)
    return [CornerLine(words, stays=True)] if words else []


def image_words(series: Series) -> str:
    """`Mammogram · L MLO`: what single images show and how, as far as the header tells."""
    view = _view_words(series)
    what = class_word(series) or tr(KIND_WORDS[series.kind])
    if series.is_curved:
        what = tr(say("Along a path"))
    of = series.modality if series.category.value.startswith(_SAY_HOW) else ""
    return " · ".join(w for w in (of, what, view) if w)


def _view_words(series: Series) -> str:
    """`L MLO`."""
    return " ".join(w for w in (series.tags.laterality, series.tags.view_position) if w)


def _who(study: Study | None, hide: bool) -> list[str]:
    return patient_lines(study.patient, hide) if study is not None else []


def _origin(
    study: Study | None, series: Series, hide_identity: bool, says_what: bool
) -> list[CornerLine]:
    """Where the images are from. `says_what`: the line of the plane names the series.

    Of several series small panes name theirs: six axial ones are told apart by nothing else.
    """
    described = study.description if study is not None and study.description else series.modality
    when = quantities.date(study.date) if study is not None and not hide_identity else ""
    maker = [series.tags.manufacturer]
    if series.tags.kvp:
        maker.append(f"{quantities.number(series.tags.kvp)}{quantities.THIN}kV")
    title = side_by_side([part for part in (described, when) if part])
    is_one_of_many = study is not None and len(study.series) > 1 and not says_what
    name = series.description or (class_word(series) if is_one_of_many else "")
    shown = [_line(text) for text in title]
    if name and (name != described or is_one_of_many):
        shown.append(CornerLine(name, stays=is_one_of_many))
    shown += [_line(words) for words in [" · ".join(part for part in maker if part)] if words]
    if series.tags.lossy:
        said = any(w.code is WarningCode.LOSSY for w in series.warnings)
        return shown if said else [*shown, _line(say("Lossy compression"), AMBER)]
    return [*shown, _line(say("Lossless"))] if series.format == "dicom" else shown


def _fused(resolved: ResolvedViewport) -> list[CornerLine]:
    """What lies over the slice in colour, and why its place is uncertain."""
    fused = resolved.fusion
    if fused is None:
        return []
    caution = [] if fused.caution is None else [CornerLine(tr(fused.caution), AMBER, None, True)]
    return [_line(fused_line(fused)), *caution]


def _warnings(resolved: ResolvedViewport) -> list[CornerLine]:
    """All badges, a few to a line; the plane's name says already that a volume is oblique."""
    every = badges(resolved.series, resolved.volume.warnings)
    told = tr(BADGE_WORDS[WarningCode.OBLIQUE])
    calm = [b.word for b in every if b.is_calm and b.word != told]
    grave = [b.word for b in every if not b.is_calm]
    return [
        *(CornerLine(_capital(words)) for words in _joined(calm)),
        *(CornerLine(_capital(words), AMBER, is_warning=True) for words in _joined(grave)),
    ]


def _joined(words: list[str]) -> list[str]:
    once, step = list(dict.fromkeys(words)), _BADGES_PER_LINE
    return [_BETWEEN.join(once[n : n + step]) for n in range(0, len(once), step)]


def _parted(words: str) -> list[str]:
    return [_capital(part) for part in words.split(_BETWEEN)]


def _capital(words: str) -> str:
    """With a capital letter, as a line begins."""
    return words[:1].upper() + words[1:]


def _ai_line() -> CornerLine:
    return _line(say("AI: dashed outline"), Lettering(color=tokens.AI))


def _looks(resolved: ResolvedViewport, hover: Hover | None, zoom: float) -> tuple[CornerLine, ...]:
    """Value and position under the pointer, window and zoom; the last two never move."""
    enlarged = _line(say("Zoom {factor}×", factor=quantities.number(zoom, 1)))
    window = () if resolved.volume.is_color else (_line(window_text(resolved)),)
    if resolved.fusion is not None:
        window = (*window, _line(fused_window(resolved.fusion)))
    if hover is None:
        return (*window, enlarged)
    found = both_values(hover.value, hover.fused)
    value = (_line(found),) if found else ()
    place = _pointed_at(resolved, hover)
    return (*value, *([_line(place)] if place else ()), *window, enlarged)


def _pointed_at(resolved: ResolvedViewport, hover: Hover) -> str:
    if not resolved.axes.stored:
        x, y, z = (quantities.number(v, 1) for v in hover.lps_mm)
        return f"x {x}  y {y}  z {z}{quantities.THIN}mm"
    # Of the image as it is stored, however it is flipped and turned.
    geometry = resolved.volume.geometry
    _, row, column = (round(v) for v in geometry.to_index(hover.lps_mm))
    if not (0 <= row < geometry.shape_kji[1] and 0 <= column < geometry.shape_kji[2]):
        return ""
    return tr(say("Column {column}  row {row}", column=column, row=row))


def _is_terse(resolved: ResolvedViewport) -> bool:
    return resolved.axes.stored and resolved.series.category in _WITH_WORDS


def _place(resolved: ResolvedViewport) -> tuple[CornerLine, ...]:
    if _is_terse(resolved) and resolved.count == 1:
        return ()
    place = resolved.stack.reading_place(resolved.index)
    words = tr(_slice_words(resolved, place + 1))
    if not resolved.slab.is_thin:
        words = f"{slab_words(resolved.slab)}{_BETWEEN}{place + 1}"
    number = f"{place + 1} / {resolved.count}"
    line = CornerLine(words, short=number if resolved.slab.is_thin else "")
    phase = _phase_lines(resolved.series)
    if resolved.axes.stored or not has_scale(resolved):
        return (line, *phase)
    thick = thickness_mm(resolved)
    if resolved.is_oblique:  # no one letter says where it is
        return line, _line(quantities.millimetres(thick)), *phase
    where = position_mm(resolved.volume.geometry, resolved.axes, resolved.index)
    letter = _AXIS_LETTERS[resolved.axes.plane]
    position = f"{letter} {quantities.millimetres(where)}"
    return line, _line(f"{quantities.millimetres(thick)} · {position}"), *phase


def _slice_words(resolved: ResolvedViewport, number: int) -> Text:
    values = {"number": number, "count": resolved.count}
    if resolved.series.kind is SeriesKind.CINE:
        return say("Frame {number} / {count}", **values)
    if resolved.axes.stored:
        return say("Image {number} / {count}", **values)
    axis = resolved.axes.slice_axis
    if axis == 0 or resolved.is_oblique:
        return say("Slice {number} / {count}", **values)
    if axis == 1:
        return say("Row {number} / {count}", **values)
    return say("Column {number} / {count}", **values)


def _phase_lines(series: Series) -> list[CornerLine]:
    return [] if series.phase is None else [_line(phase_text(series.phase))]


def phase_text(phase: PhasePlace) -> str:
    """`b 800 · 3 / 4`."""
    return f"{phase.label} · {phase.index + 1} / {phase.count}".removeprefix(" · ")


def thickness_mm(resolved: ResolvedViewport) -> float:
    """How thick the shown slice is: the slab, as acquired, or one voxel in the other planes."""
    if not resolved.slab.is_thin:
        return resolved.slab.thickness_mm
    if resolved.is_oblique:
        return resolved.stack.step_mm
    acquired = resolved.series.tags.slice_thickness_mm
    if resolved.axes.slice_axis == 0 and acquired:
        return acquired
    return float(np.array(resolved.volume.geometry.spacing_kji_mm)[resolved.axes.slice_axis])


def has_scale(resolved: ResolvedViewport) -> bool:
    """Whether lengths in the image mean anything."""
    series = resolved.series
    return series.measures_in_plane and all(
        w.code is not WarningCode.NO_SPACING for w in series.warnings
    )


def scale_remark(resolved: ResolvedViewport) -> str:
    """What a length is one of, where it is not one in the patient."""
    at_detector = resolved.series.spacing_source is SpacingSource.DETECTOR
    return tr(say("at the detector")) if at_detector else ""
