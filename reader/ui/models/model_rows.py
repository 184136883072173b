"""Models as rows of a list."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt

from reader.core.model_library import Pack, PackState
from reader.core.text import Text, say
from reader.session.running.model_shelf import Adding, AddingStep, ModelShelf
from reader.ui import tokens
from reader.ui.controls.boxes import IconMark, column, row
from reader.ui.controls.choice_list import ChoiceRow
from reader.ui.controls.painting import Run
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.terms import term
from reader.ui.theme import Theme
from reader.ui.translate import tr

STATE_WORDS: Final[dict[PackState, Text]] = {
    PackState.OK: say("ready"),
    PackState.NEEDS_PACKAGE: say("needs a package"),
    PackState.NOT_SIGNED: say("not signed"),
    PackState.NOT_TRUSTED: say("not trusted"),
    PackState.BROKEN: say("broken"),
}
STATE_SIGNS: Final[dict[PackState, tuple[Icon, str]]] = {
    PackState.OK: (Icon.CPU, tokens.AI),
    PackState.NEEDS_PACKAGE: (Icon.WARNING, tokens.WARNING),
    PackState.NOT_SIGNED: (Icon.LOCK_SIMPLE, tokens.WARNING),
    PackState.NOT_TRUSTED: (Icon.LOCK_SIMPLE, tokens.WARNING),
    PackState.BROKEN: (Icon.WARNING_OCTAGON, tokens.DANGER),
}
FORMAT_WORDS: Final[dict[str, Text]] = {
    "reading-room": Text("Reading Room"),
    "nnunet": Text("nnU-Net"),
    "monai-bundle": Text("MONAI"),
    "onnx": Text("ONNX"),
    "meshnet": Text("MeshNet"),
}
"""Names by which people know formats; any other is shown as it is."""
STEP_WORDS: Final[dict[AddingStep, Text]] = {
    AddingStep.LOOKING: say("being looked at"),
    AddingStep.OFFERED: say("waits for your word"),
    AddingStep.ADDING: say("being added"),
    AddingStep.REFUSED: say("not added"),
    AddingStep.ADDED: say("added"),
}


def format_name(format_id: str) -> str:
    """A format's name."""
    known = FORMAT_WORDS.get(format_id)
    return tr(known) if known is not None else format_id


class PackRow(ChoiceRow):
    """A model: its state as a sign, its name and version, what it is for and whose."""

    def __init__(self, theme: Theme, pack: Pack, shelf: ModelShelf) -> None:
        super().__init__(theme)
        self.pack = pack
        spec = pack.spec
        name = Line(theme, tokens.BODY, grows=True)
        version = ""
        if spec is not None:
            version = f"  {spec.identity.version}"
        shown = term(spec.identity.name) if spec is not None else pack.id
        name.show_runs((Run(shown, weight=tokens.MEDIUM), Run(version, tokens.TEXT_2)))
        about = Line(theme, tokens.DETAIL, grows=True)
        about.show_runs(_about(pack, shelf))
        _lay_out(self, theme, STATE_SIGNS[pack.state], name, about)
        self.setAccessibleName(f"{name.text}, {about.text}")


class AddingRow(ChoiceRow):
    """The model that is being added."""

    def __init__(self, theme: Theme, adding: Adding) -> None:
        super().__init__(theme)
        name = Line(theme, tokens.BODY, grows=True)
        offer = adding.offer
        name.show_text(term(offer.name) if offer else adding.path.name, weight=tokens.MEDIUM)
        about = Line(theme, tokens.DETAIL, grows=True)
        is_refused = adding.step is AddingStep.REFUSED
        color = tokens.DANGER if is_refused else tokens.READER
        about.show_text(tr(STEP_WORDS[adding.step]), color)
        sign = Icon.WARNING_OCTAGON if is_refused else Icon.PLUS_CIRCLE
        _lay_out(self, theme, (sign, color), name, about)
        self.setAccessibleName(f"{name.text}, {about.text}")


def _lay_out(
    choice: ChoiceRow, theme: Theme, sign: tuple[Icon, str], name: Line, about: Line
) -> None:
    px = theme.px
    words = column(0, name, about)
    box = row(px(10))
    box.addWidget(IconMark(theme, *sign, 20), 0, Qt.AlignmentFlag.AlignVCenter)
    box.addLayout(words, 1)
    box.setContentsMargins(px(10), px(7), px(8), px(7))
    choice.setLayout(box)


def _about(pack: Pack, shelf: ModelShelf) -> tuple[Run, ...]:
    """State where it is not ready; else what runs it on which images, under which licence."""
    marks: list[Run] = []
    spec = pack.spec
    if pack.state is not PackState.OK:
        color = tokens.DANGER if pack.state is PackState.BROKEN else tokens.WARNING
        marks.append(Run(tr(STATE_WORDS[pack.state]), color))
    elif spec is not None and (modalities := shelf.modalities_of(spec)):
        words = say("runs on {modalities}", modalities=", ".join(modalities))
        marks.append(Run(tr(words), tokens.READER))
    if spec is not None:
        facts = (spec.eligibility.modality, format_name(spec.format), spec.licence)
        marks += [Run(fact, tokens.TEXT_2) for fact in facts if fact]
    between = Run(" · ", tokens.TEXT_3)
    runs = [run for mark in marks for run in (mark, between)]
    return tuple(runs[:-1])
