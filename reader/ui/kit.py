"""What every part of the window is built from, handed down together."""

from __future__ import annotations

from dataclasses import dataclass

from reader.session.workspace import Workspace
from reader.ui.actions.actions import Actions
from reader.ui.actions.reason_question import ReasonQuestion
from reader.ui.findings.thumbnails import Thumbnails
from reader.ui.theme import Theme
from reader.ui.tokens import Frame
from reader.ui.tools.tool import ToolBox
from reader.ui.translate import Languages


@dataclass(frozen=True, slots=True)
class Kit:
    """The session, the ways to act on it, and the looks for this width of window."""

    theme: Theme
    workspace: Workspace
    actions: Actions
    tools: ToolBox
    question: ReasonQuestion
    thumbnails: Thumbnails
    frame: Frame
    languages: Languages
