"""What a pane says when there is no picture to show, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

from reader.core.study import ObjectKind, StudyObject
from reader.core.text import Text, say
from reader.session.jobs import JobKind, JobState
from reader.session.viewing.viewport_state import ViewportState
from reader.session.workspace import Workspace
from reader.ui import quantities, tokens
from reader.ui.objects.object_text import KIND_WORDS
from reader.ui.theme import Theme
from reader.ui.translate import tr
from reader.ui.viewport.halo_text import HaloText, Lettering
from reader.ui.viewport.sheet import Sheet

_HAS_TEXT: Final = frozenset({ObjectKind.REPORT, ObjectKind.DOCUMENT, ObjectKind.KEY_IMAGES})
_TITLE = Lettering(tokens.TITLE, tokens.SEMIBOLD, tokens.TEXT_2)
_DETAIL = Lettering(tokens.DETAIL, tokens.REGULAR, tokens.TEXT_3)


@dataclass(frozen=True, slots=True)
class PaneMessage:
    """What there is instead of a picture, more about it, then what to do about it."""

    what: Text
    then: Text | None = None
    more: tuple[Text | str, ...] = ()


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
        return PaneMessage(say("Nothing is open"), say("Drop a folder here, or open one."))
    if not workspace.studies.study.series:
        return _objects_only(workspace.studies.study.objects)
    failed = _load_error(workspace)
    if failed is not None:
        return failed
    if state.series_key is None:
        return PaneMessage(say("No series here"), say("Choose one from the list of series."))
    return PaneMessage(
        say("This series is not in memory"), say("Choose it in the list of series to read it.")
    )


def _objects_only(objects: Sequence[StudyObject]) -> PaneMessage:
    """What there is beside images, and how many images it is about."""
    kinds = Counter(one.kind for one in objects)
    counted = [
        tr(KIND_WORDS[kind]) + (f" × {count}" if count > 1 else "") for kind, count in kinds.items()
    ]
    more: list[Text | str] = [" · ".join(counted)]
    images = len(frozenset[str]().union(*(one.references for one in objects)))
    if images == 1:
        more.append(say("About 1 image that is not among these files."))
    elif images:
        more.append(say("About {count} images that are not among these files.", count=images))
    if any(one.kind in _HAS_TEXT for one in objects):
        more.append(say("Reports and documents can be read: press one in the list on the right."))
    wants_images = bool(images) or not _HAS_TEXT.issuperset(kinds)
    then = say("To see it on its images, open the folder that holds both.")
    return PaneMessage(say("There are no images here"), then if wants_images else None, tuple(more))


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
    for more in message.more:
        lines.append((tr(more) if isinstance(more, Text) else more, _DETAIL))
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
