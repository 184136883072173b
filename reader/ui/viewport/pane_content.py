"""Everything one pane shows beside its picture, gathered from the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reader.core.finding import Finding
from reader.imaging.interpolation import Interpolation
from reader.imaging.slicing import reads_backwards
from reader.session.viewing.overlay import OverlayMode
from reader.session.viewing.resolve import ResolvedViewport, same_fusion
from reader.session.workspace import Workspace
from reader.ui import tokens
from reader.ui.compare.counterpart_marks import counterpart_marks
from reader.ui.compare.words import side_word
from reader.ui.jobs.finished_slices import finished_slices
from reader.ui.tools.measure.measured_index import is_removed
from reader.ui.viewport.corner_text import Corners, Hover, corner_lines, looked_lines, moved_lines
from reader.ui.viewport.finding_tags import FindingTag, finding_numbers, finding_tag, state_color
from reader.ui.viewport.image_marks import SliceMark, slice_marks
from reader.ui.viewport.pane_message import PaneMessage, pane_message, reading_progress
from reader.ui.viewport.slice_track import Runs, TrackContent, runs_of


@dataclass(frozen=True, slots=True, eq=False)
class PaneContent:
    """What to draw. `resolved` is None where there is a message instead of a picture.

    `gap_mm` is the size of the finding at the crosshair, 0 for none. `hover` and `zoom`, in
    screen pixels per pixel of the image, are what the corners say of the pointer and the view.
    """

    resolved: ResolvedViewport | None = None
    message: PaneMessage | None = None
    corners: Corners = field(default_factory=Corners)
    tags: Mapping[str, FindingTag] = field(default_factory=dict)
    marks: tuple[SliceMark, ...] = ()
    track: TrackContent | None = None
    gap_mm: float = 0.0
    is_active: bool = False
    interpolation: Interpolation = Interpolation.LINEAR
    hover: Hover | None = None
    zoom: float = 1.0


def pane_content(
    workspace: Workspace,
    viewport_id: str,
    resolved: ResolvedViewport | None,
    hover: Hover | None,
    zoom: float,
) -> PaneContent:
    """Gather what a pane shows; `zoom` is in screen pixels per pixel of the image."""
    is_active = workspace.viewports.active_id == viewport_id
    if resolved is None:
        state = workspace.viewports.state(viewport_id)
        return PaneContent(message=pane_message(workspace, state), is_active=is_active)
    numbers = finding_numbers(workspace.findings.claimed())
    here = [
        f
        for f in workspace.findings.shown()
        if f.series_key == resolved.series.key and not is_removed(workspace, f)
    ]
    corners = corner_lines(
        resolved,
        workspace.studies.study_of(resolved.series.key),
        hover,
        zoom,
        workspace.settings.hide_identity,
        shows_ai=_marks_ai(resolved),
        reading=reading_progress(workspace, resolved.series.key),
        side=side_word(workspace, resolved.series.key),
    )
    return PaneContent(
        resolved=resolved,
        corners=corners,
        tags={f.finding_id: finding_tag(workspace, f, numbers.get(f.finding_id, 0)) for f in here},
        marks=_marks(workspace, resolved, numbers),
        track=_track(workspace, resolved, here),
        gap_mm=size_at_crosshair(workspace, resolved),
        is_active=is_active,
        interpolation=Interpolation(workspace.settings.image_interpolation),
        hover=hover,
        zoom=zoom,
    )


def moved_content(
    workspace: Workspace,
    before: PaneContent,
    resolved: ResolvedViewport,
    hover: Hover | None,
    zoom: float,
) -> PaneContent | None:
    """The same pane with another slice, window or place: what those cannot change is kept.

    None where more may have changed, so that everything has to be gathered.
    """
    known, track = before.resolved, before.track
    if (
        known is None
        or track is None
        or known.series is not resolved.series
        or known.volume is not resolved.volume
        or known.stack is not resolved.stack
        or known.slab != resolved.slab
        or known.layers is not resolved.layers
        or not same_fusion(known.fusion, resolved.fusion)
    ):
        return None
    stack, corners = resolved.stack, before.corners
    if not (before.hover == hover and before.zoom == zoom and _is_seen_through(known, resolved)):
        corners = looked_lines(corners, resolved, hover, zoom)
    if known.index == resolved.index and track.is_seen:
        return replace(
            before,
            resolved=resolved,
            corners=corners,
            gap_mm=size_at_crosshair(workspace, resolved),
            hover=hover,
            zoom=zoom,
        )
    seen = workspace.coverage.seen_in(resolved.series.key, stack)
    if seen is not None and stack.reads_backwards:
        seen = seen[::-1]
    numbers = finding_numbers(workspace.findings.claimed())
    return replace(
        before,
        resolved=resolved,
        corners=moved_lines(corners, resolved),
        marks=_marks(workspace, resolved, numbers),
        track=replace(track, index=stack.reading_place(resolved.index), seen=runs_of(seen)),
        gap_mm=size_at_crosshair(workspace, resolved),
        hover=hover,
        zoom=zoom,
    )


def _is_seen_through(known: ResolvedViewport, resolved: ResolvedViewport) -> bool:
    """Whether one series is seen through the same window as before, in the same unit."""
    return (
        known.window == resolved.window
        and known.unit == resolved.unit
        and known.preset == resolved.preset
        and known.says_inverted is resolved.says_inverted
    )


def _marks(
    workspace: Workspace, resolved: ResolvedViewport, numbers: dict[str, int]
) -> tuple[SliceMark, ...]:
    found = slice_marks(workspace, resolved, numbers)
    return (*found, *counterpart_marks(workspace, resolved))


def _marks_ai(resolved: ResolvedViewport) -> bool:
    """Whether the AI's undecided marks may be in the picture."""
    layers = resolved.layers
    if layers is None:
        return False
    return any(s.finding_id is not None and s.outline.value == "dashed" for s in layers.styles)


def _track(
    workspace: Workspace, resolved: ResolvedViewport, findings: list[Finding]
) -> TrackContent:
    overlay = workspace.overlay
    hides_ai = overlay.ai_hidden or overlay.mode is OverlayMode.OFF
    stack = resolved.stack
    place = stack.reading_place
    ticks = [
        (
            place(stack.index_at(finding.center_lps_mm)),
            state_color(finding, workspace.findings.status_of(finding.finding_id)),
        )
        for finding in findings
        if not hides_ai or finding.provenance.is_own
    ]
    if stack.axes.slice_axis == 0 and not stack.is_oblique:
        key_slices = workspace.imported.key_slices(resolved.series.key)
        ticks += [(place(k), tokens.OTHERS) for k in key_slices]
    seen = workspace.coverage.seen_in(resolved.series.key, stack)
    if seen is not None and stack.reads_backwards:
        seen = seen[::-1]
    return TrackContent(
        count=resolved.count,
        index=place(resolved.index),
        seen=runs_of(seen),
        done=() if hides_ai or stack.is_oblique else _finished(workspace, resolved),
        ticks=tuple(ticks),
    )


def _finished(workspace: Workspace, resolved: ResolvedViewport) -> Runs:
    """Stretches of slices of this plane, in reading order, that the model is done with."""
    geometry, axes = resolved.volume.geometry, resolved.axes
    order = (axes.slice_axis, axes.row_axis, axes.column_axis)
    boxes = workspace.inference.finished_regions(resolved.series.key)
    through = [(box[order[0]], box[order[1]], box[order[2]]) for box in boxes]
    k, j, i = (geometry.shape_kji[axis] for axis in order)
    runs = finished_slices(through, (k, j, i))
    if reads_backwards(geometry, axes):
        return tuple((k - end, k - start) for start, end in reversed(runs))
    return runs


def size_at_crosshair(workspace: Workspace, resolved: ResolvedViewport) -> float:
    """The selected finding's long axis, if the crosshair is on it."""
    finding_id = workspace.findings.selected
    finding = workspace.findings.finding(finding_id) if finding_id is not None else None
    if finding is None or finding.series_key != resolved.series.key:
        return 0.0
    size = finding.long_axis_mm or 0.0
    stack = resolved.stack
    away = abs(stack.index_at(finding.center_lps_mm) - resolved.index)
    spacing = stack.step_mm
    near = sum(
        (a - b) ** 2 for a, b in zip(finding.center_lps_mm, resolved.cursor_lps, strict=True)
    )
    return size if away * spacing <= size / 2 + spacing and near**0.5 <= size + spacing else 0.0
