"""The decision bar while editing: tool, size in mm, this slice or a ball, undo, done."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from reader.core.text import say
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton
from reader.ui.actions.tool_actions import TOOL_IDS
from reader.ui.controls.boxes import IconMark, Rule, row
from reader.ui.controls.button import ButtonKind
from reader.ui.controls.key_cap import KeyCap
from reader.ui.controls.segmented import Segmented
from reader.ui.controls.slider import Slider
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.quantities import millimetres
from reader.ui.tools.tool import LARGEST_BRUSH_MM, SMALLEST_BRUSH_MM
from reader.ui.translate import tr

STEPS: Final = 200
"""Places of the size slider. Sizes grow by a constant factor from place to place."""


def place_of(diameter_mm: float) -> int:
    """The slider's place for a brush size."""
    span = math.log(LARGEST_BRUSH_MM / SMALLEST_BRUSH_MM)
    return round(STEPS * math.log(diameter_mm / SMALLEST_BRUSH_MM) / span)


def size_at(place: int) -> float:
    """The brush size for a place of the slider, in tenths of a millimetre."""
    span = math.log(LARGEST_BRUSH_MM / SMALLEST_BRUSH_MM)
    return round(SMALLEST_BRUSH_MM * math.exp(span * place / STEPS), 1)


class EditBar(QWidget):
    """What the brush does."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        theme, px = kit.theme, kit.theme.px
        self._mark = IconMark(theme, Icon.PAINT_BRUSH, tokens.TEXT, 20)
        self._tool = Line(theme, tokens.BODY)
        box = QHBoxLayout(self)
        box.setContentsMargins(px(12), 0, px(12), 0)
        box.setSpacing(px(12))
        box.addLayout(row(px(8), self._mark, self._tool))
        box.addSpacing(px(24 if kit.frame is tokens.WIDE else 4))
        box.addWidget(self._size_control(), 1)
        box.addWidget(Rule(theme, upright=True, length=20))
        box.addStretch(1)
        shape = kit.actions.spec(ActionId.BRUSH_SHAPE)
        choices = (tr(say("2D")), tr(say("3D ball")))
        self._shape = Segmented(theme, choices, tr(shape.text))
        kit.actions.changed.connect(self._show_key)
        self._show_key()
        self._shape.chosen.connect(lambda index: kit.tools.set_brush_ball(index == 1))
        box.addWidget(self._shape)
        if kit.frame is tokens.WIDE:
            quiet = ButtonKind.QUIET
            for action_id in (ActionId.UNDO, ActionId.REDO):
                box.addWidget(ActionButton(theme, kit.actions, action_id, kind=quiet))
        box.addWidget(ActionButton(theme, kit.actions, ActionId.FINISH_EDIT))
        self.refresh()

    def _show_key(self) -> None:
        spec = self._kit.actions.spec(ActionId.BRUSH_SHAPE)
        self._shape.show_tips((f"{tr(spec.text)}  {self._kit.actions.shown_key(spec.id)}",))

    def refresh(self) -> None:
        """Show the tool in hand and the brush as they are."""
        tools = self._kit.tools
        for action_id, tool_id in TOOL_IDS.items():
            if tool_id is tools.active_id:
                spec = self._kit.actions.spec(action_id)
                self._mark.show_icon(spec.icon, tokens.TEXT)
                self._tool.show_text(tr(spec.text), weight=tokens.SEMIBOLD)
        self._size.show_text(millimetres(tools.brush.diameter_mm), weight=tokens.SEMIBOLD)
        self._slider.show_value(place_of(tools.brush.diameter_mm))
        self._shape.show_index(int(tools.brush.is_ball))

    def _size_control(self) -> QWidget:
        kit, theme, px = self._kit, self._kit.theme, self._kit.theme.px
        control = QWidget()
        control.setMaximumWidth(px(200))
        control.setMinimumWidth(px(96))
        words = Line(theme, tokens.DETAIL)
        words.show_text(tr(say("Size")), tokens.TEXT_2)
        self._size = Line(theme, tokens.DETAIL)
        head = row(px(6), words)
        if kit.frame is tokens.WIDE:
            head.addWidget(KeyCap(theme, tr(say("Shift wheel"))))
        head.addStretch(1)
        head.addWidget(self._size)
        self._slider = Slider(theme, tr(say("Brush size")), 0, STEPS, 0)
        self._slider.setPageStep(STEPS // 10)
        self._slider.valueChanged.connect(
            lambda place: kit.tools.set_brush_diameter(size_at(place))
        )
        box = QVBoxLayout(control)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addStretch(1)
        box.addLayout(head)
        box.addWidget(self._slider)
        box.addStretch(1)
        return control
