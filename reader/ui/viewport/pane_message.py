"""What a pane says when there is no picture to show, and why."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from reader.core.text import Text, say
from reader.session.jobs import JobKind, JobState
from reader.session.viewport import ViewportState
from reader.session.workspace import Workspace
from reader.ui import quantities, tokens
from reader.ui.theme import Theme
from reader.ui.translate import tr
from reader.ui.viewport.halo_text import HaloText, Lettering
from reader.ui.viewport.sheet import Sheet

_TITLE = Lettering(tokens.TITLE, tokens.SEMIBOLD, tokens.TEXT_2)
_DETAIL = Lettering(tokens.DETAIL, tokens.REGULAR, tokens.TEXT_3)


@dataclass(frozen=True, slots=True)
class PaneMessage:
    """What there is instead of a picture, then what to do about it."""

    what: Text
    then: Text | None = None


def pane_message(workspace: Workspace, state: ViewportState) -> PaneMessage:
    """Why a pane is empty: nothing open, nothing chosen, still reading, or failed."""
    if workspace.viewports.is_repeat(state.id):
        return PaneMessage(
            say("One plane only"),
            say("These images are no volume."),
        )
    reading = reading_progress(workspace, state.series_key)
    if reading is not None:
        return PaneMessage(reading, say("The first slice appears as soon as it is read."))
    if workspace.jobs.running(JobKind.SCAN) is not None:
        return PaneMessage(say("Looking through the files"))
    if workspace.studies.study is None:
        return PaneMessage(say("Nothing is open"), say("Drop a folder here, or press Ctrl+O."))
    failed = _load_error(workspace)
    if failed is not None:
        return failed
    if state.series_key is None:
        return PaneMessage(say("No series here"), say("Choose one from the list of series."))
    return PaneMessage(
        say("This series is not in memory"), say("Choose it in the list of series to read it.")
    )


def reading_progress(workspace: Workspace, series_key: str | None) -> Text | None:
    """How far a series is read, while it is; any series while none is shown yet."""
    running = workspace.jobs.running(JobKind.LOAD)
    started = workspace.loading.reading.get(series_key) if series_key is not None else running
    if started is None:
        return None
    job = workspace.jobs.jobs.get(started.id, started)
    if job.progress is None or not job.progress.total:
        return say("Reading")
    return say("Reading, {percent}", percent=quantities.percent(job.progress.fraction))


def draw_message(
    sheet: Sheet, text: HaloText, theme: Theme, message: PaneMessage, area: QRectF
) -> None:
    """Lay down a message in the middle of a pane."""
    lines = [(tr(message.what), _TITLE)]
    if message.then is not None:
        lines.append((tr(message.then), _DETAIL))
    height = sum(text.line_height(lettering) for _, lettering in lines)
    y = area.center().y() - height / 2
    room = area.width() - theme.px(32)
    for line, lettering in lines:
        shown = text.elided(line, lettering, room)
        x = area.center().x() - text.width(shown, lettering) / 2
        text.draw(sheet, x, y, shown, lettering)
        y += text.line_height(lettering)


def _load_error(workspace: Workspace) -> PaneMessage | None:
    """The reason why the last reading failed, if it did."""
    loads = [j for j in workspace.jobs.jobs.values() if j.kind is JobKind.LOAD]
    if not loads or loads[-1].state is not JobState.FAILED or loads[-1].error is None:
        return None
    return PaneMessage(loads[-1].error.what_happened, loads[-1].error.what_to_do)
