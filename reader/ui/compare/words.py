"""What the studies of a comparison are called, and how they are tied."""

from __future__ import annotations

import datetime

from reader.core.study import Study
from reader.core.text import Text, say
from reader.session.comparing.companions import OtherStudy, When
from reader.session.viewing.linking import TieBasis
from reader.session.workspace import Mode, Workspace
from reader.ui import quantities
from reader.ui.icons import Icon
from reader.ui.translate import tr


def side_word(workspace: Workspace, series_key: str) -> Text | None:
    """`Prior` or `Current`: which study a pane shows; None where there is only one."""
    studies = workspace.studies
    if not studies.companions or studies.study is None:
        return None
    study = studies.study_of(series_key)
    if study is None or study is studies.study:
        return say("Current")
    if studies.is_prior(series_key):
        return say("Prior")
    if study.date and studies.study.date and study.date > studies.study.date:
        return say("Later study")
    return say("Other study")


def days_between(one: Study, other: Study) -> int | None:
    """How many days lie between two studies; None where one has no date."""
    days = [_day(study.date) for study in (one, other)]
    if days[0] is None or days[1] is None:
        return None
    return abs((days[0] - days[1]).days)


def time_between(one: Study, other: Study) -> Text | None:
    """`386 days`: the time between two studies."""
    days = days_between(one, other)
    if days is None:
        return None
    return say("1 day") if days == 1 else say("{count} days", count=days)


def link_state(workspace: Workspace) -> tuple[Icon, Text, bool]:
    """An icon and a few words on the link, and whether they are a warning."""
    viewports = workspace.viewports
    linking = viewports.linking
    if not workspace.studies.companions and workspace.mode is Mode.COMPARE:
        return Icon.LINK_BREAK, say("No other study"), False
    if not linking.is_on:
        return Icon.LINK_BREAK, say("Not linked"), False
    frames = {viewports.frame_of(s.series_key) for s in viewports.states if s.series_key}
    moved = max((linking.by_hand_mm(frame) for frame in frames if frame), default=0.0)
    bases = {linking.basis(frame) for frame in frames if frame}
    if TieBasis.HAND in bases and moved:
        length = quantities.millimetres(moved)
        return Icon.LINK, say("Linked, moved {length}", length=length), False
    if TieBasis.MIDDLE in bases:
        return Icon.LINK, say("Linked by their middles"), True
    return Icon.LINK, say("Linked"), False


def why_listed(other: OtherStudy) -> Text:
    """Why a study is offered for comparison."""
    if not other.is_same_patient:
        return say("in this folder")
    return {
        When.BEFORE: say("same patient, earlier"),
        When.AFTER: say("same patient, later"),
        When.UNKNOWN: say("same patient"),
    }[other.when]


def shown_text(text: Text | None) -> str:
    """The words in the reader's language; nothing for none."""
    return tr(text) if text is not None else ""


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
