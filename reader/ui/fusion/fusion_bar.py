"""Under the images while two series lie over each other: how strongly, which, whose window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt

from reader.core.text import say
from reader.ui import quantities, tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionButton, ActionKeyCap
from reader.ui.controls.boxes import Ground, IconMark, row
from reader.ui.controls.segmented import Segmented
from reader.ui.controls.slider import Slider
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.translate import tr


class FusionBar(Ground):
    """Absent unless the active viewport fuses two series."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._workspace = kit.workspace
        self._actions = kit.actions
        self.hide()
        theme, px = kit.theme, kit.theme.px
        self._words = Line(theme, tokens.DETAIL, grows=True)
        self.slider = Slider(theme, tr(say("Strength of the colour")), 0, 100, 50)
        self.slider.setFixedWidth(px(160))
        self.slider.valueChanged.connect(self._chosen)
        self._percent = Line(theme, tokens.DETAIL)
        self._percent.setFixedWidth(px(44))
        self.whose_window = Segmented(theme, ("CT", "PT"), tr(say("Whose window is changed")))
        self.whose_window.chosen.connect(
            lambda index: kit.workspace.fusing.choose_window(index == 1)
        )
        window_words = Line(theme, tokens.DETAIL)
        window_words.show_text(tr(say("Window and level")), tokens.TEXT_2)
        swap = ActionButton(
            theme, kit.actions, ActionId.FUSION_SWAP, compact=True, text=say("Swap")
        )
        off = ActionButton(theme, kit.actions, ActionId.FUSE, compact=True, text=say("End"))
        box = row(
            px(8), IconMark(theme, Icon.INTERSECT, tokens.TEXT_2, 16), self._words,
            ActionKeyCap(theme, kit.actions, ActionId.FUSION_WEAKER), self.slider,
            ActionKeyCap(theme, kit.actions, ActionId.FUSION_STRONGER), self._percent,
            window_words, self.whose_window, swap, off,
        )  # fmt: skip
        box.setContentsMargins(px(12), px(4), px(12), px(4))
        self.setLayout(box)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        heard, events = Subscriptions(self), kit.workspace.events
        for signal in (
            events.viewports_changed, events.active_viewport_changed, events.study_opened,
            events.volume_added,
        ):  # fmt: skip
            heard.add(signal, self._refresh)
        self._refresh()

    def event(self, event: QEvent) -> bool:
        """Show itself where it belongs, never before: without a parent it would be a window."""
        taken = super().event(event)
        if event.type() is QEvent.Type.ParentChange and self.layout() is not None:
            self._refresh()
        return taken

    def _refresh(self, *_payload: object) -> None:
        """Follow the active viewport."""
        workspace = self._workspace
        state = workspace.viewports.active
        both = state.series_key, state.fused_key
        known = all(workspace.studies.has_series(key) for key in both)
        if known is self.isHidden() and self.parentWidget() is not None:
            self.setVisible(known)
            self._actions.refresh_soon()
        if not known:
            return
        base, fused = (workspace.studies.series(key or "") for key in both)
        self._words.show_text(
            f"{base.description or base.modality} + {fused.description or fused.modality}",
            tokens.TEXT,
        )
        percent = round(100 * state.fusion_opacity)
        self.slider.show_value(percent)
        self._percent.show_text(quantities.percent(state.fusion_opacity))
        self.whose_window.show_choices((base.modality, fused.modality))
        self.whose_window.show_index(int(workspace.fusing.window_is_fused))

    def _chosen(self, percent: int) -> None:
        viewports = self._workspace.viewports
        self._workspace.fusing.set_opacity(viewports.active_id, percent / 100)
