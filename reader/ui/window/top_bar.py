"""The bar above everything: study, mode, what the AI shows, identity, search, settings."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from reader.core.text import say
from reader.session.viewing.overlay import OverlayMode
from reader.session.workspace import Mode
from reader.ui import tokens
from reader.ui.actions.action import ActionId
from reader.ui.actions.action_button import ActionIconButton
from reader.ui.actions.actions import Actions
from reader.ui.actions.menu import main_menu
from reader.ui.compare.words import link_state
from reader.ui.controls import chip
from reader.ui.controls.boxes import Ground, Rule
from reader.ui.controls.button import Button, ButtonKind
from reader.ui.controls.chip import Chip
from reader.ui.controls.painting import (
    Run,
    draw_box,
    draw_icon,
    draw_key_cap,
    draw_runs,
    painter_for,
    runs_width,
    whole,
)
from reader.ui.controls.segmented import Segmented
from reader.ui.controls.text import Line
from reader.ui.icons import Icon
from reader.ui.identity import study_line
from reader.ui.kit import Kit
from reader.ui.subscriptions import Subscriptions
from reader.ui.theme import Theme
from reader.ui.translate import tr

MODES: Final = (
    (Mode.READ, ActionId.MODE_READ),
    (Mode.EDIT, ActionId.MODE_EDIT),
    (Mode.COMPARE, ActionId.MODE_COMPARE),
    (Mode.REPORT, ActionId.MODE_REPORT),
)


class Brand(QAbstractButton):
    """The mark and the name; pressing it opens the menu."""

    def __init__(self, theme: Theme, with_name: bool) -> None:
        super().__init__()
        self._theme = theme
        self._runs = (Run("Reading Room", weight=tokens.SEMIBOLD),) if with_name else ()
        self.setAccessibleName(tr(say("Menu")))
        self.setToolTip(tr(say("Menu")))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Mark and name."""
        px = self._theme.px
        width = runs_width(self._theme, tokens.BODY, self._runs)
        return QSize(px(18) + (px(8) + int(width) + 1 if self._runs else 0), px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw them."""
        painter, px = painter_for(self), self._theme.px
        mark = self._theme.icons.logo(px(18), self.devicePixelRatioF())
        painter.drawPixmap(QPoint(0, (self.height() - px(18)) // 2), mark)
        room = QRectF(px(26), 0, self.width() - px(26), self.height())
        draw_runs(painter, self._theme, tokens.BODY, self._runs, room)


class SearchButton(QAbstractButton):
    """Looks like a search field and opens the list of commands."""

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__()
        self._theme = theme
        self._actions = actions
        words = tr(actions.spec(ActionId.COMMANDS).text)
        self._words = words
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(theme.px(224), theme.px(28))
        self.clicked.connect(lambda: actions.trigger(ActionId.COMMANDS))
        actions.keymap_changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw a field with a lens, words and the key."""
        theme, px = self._theme, self._theme.px
        painter = painter_for(self)
        rect = whole(self.rect())
        draw_box(painter, rect, px(tokens.RADIUS_BUTTON), tokens.BG)
        middle = rect.center().y()
        size = px(16)
        icon = Icon.MAGNIFYING_GLASS
        draw_icon(painter, theme, icon, tokens.TEXT_2, px(10), middle - size / 2, size)
        left = rect.right() - px(10)
        keys = self._actions.shown_key(ActionId.COMMANDS)
        if keys:
            left = draw_key_cap(painter, theme, keys, left, middle)
        room = QRectF(px(32), 0, left - px(32) - px(4), rect.height())
        draw_runs(painter, theme, tokens.DETAIL, (Run(self._words, tokens.TEXT_2),), room)


class TopBar(Ground):
    """44 px. On the welcome page it shows only what makes sense without a study."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit.theme, tokens.PANEL)
        self._kit = kit
        self.setFixedHeight(kit.theme.px(tokens.TOP_BAR))
        self._is_wide = kit.frame is tokens.WIDE
        self._build()
        subscriptions = Subscriptions(self)
        events = kit.workspace.events
        for signal in (
            events.study_opened, events.mode_changed, events.overlay_changed,
            events.settings_changed, events.findings_changed, events.library_changed,
            events.linking_changed, events.companions_changed,
        ):  # fmt: skip
            subscriptions.add(signal, self._changed)
        self.refresh()

    def refresh(self) -> None:
        """Bring everything in the bar up to date."""
        workspace = self._kit.workspace
        study, scan = workspace.studies.study, workspace.studies.scan
        hidden = workspace.settings.hide_identity
        for widget in self._with_study:
            widget.setVisible(study is not None)
        for widget in self._without_study:
            widget.setVisible(study is None)
        self.identity.setChecked(hidden)
        name = workspace.settings.reviewer_name.strip() or tr(say("No name set"))
        self._reviewer.show_state(Icon.USER, name)
        if study is None:
            return
        self.title.show_text(study_line(study, hidden, self._is_wide), weight=tokens.SEMIBOLD)
        self.modes.show_index([mode for mode, _ in MODES].index(workspace.mode))
        uids = [s.study_uid for s in scan.studies] if scan is not None else []
        several = len(uids) > 1
        for widget in self._navigation:
            widget.setVisible(several)
        if several:
            at = uids.index(study.study_uid) + 1 if study.study_uid in uids else 0
            self._count.setText(f"{at} / {len(uids)}")
            self._count.updateGeometry()
        self._show_priors()
        self._show_chip()

    def _build(self) -> None:
        kit, px = self._kit, self._kit.theme.px
        box = QHBoxLayout(self)
        box.setContentsMargins(px(12), 0, px(12), 0)
        box.setSpacing(px(12))
        brand = Brand(kit.theme, self._is_wide)
        brand.clicked.connect(lambda: self._open_menu(brand))
        box.addWidget(brand)
        rule = Rule(kit.theme, upright=True, length=20)
        box.addWidget(rule)
        navigation = self._study_navigation()
        box.addWidget(navigation)
        self.title = Line(kit.theme, tokens.BODY, grows=True)
        self.title.setMaximumWidth(px(560))
        box.addWidget(self.title, 2)
        self.priors = Button(
            kit.theme, icon=Icon.CLOCK_COUNTER_CLOCKWISE, kind=ButtonKind.QUIET, compact=True
        )
        self.priors.clicked.connect(lambda: kit.actions.trigger(ActionId.STUDIES))
        self.priors.setToolTip(tr(say("Other studies of this patient")))
        self.priors.setAccessibleName(self.priors.toolTip())
        box.addWidget(self.priors)
        box.addStretch(1)
        self.modes = self._mode_control()
        box.addWidget(self.modes)
        box.addStretch(1)
        self.chip = Chip(kit.theme, Icon.EYE, "")
        box.addWidget(self.chip)
        self._reviewer = Chip(kit.theme, Icon.USER, "")
        box.addWidget(self._reviewer)
        self.identity = ActionIconButton(kit.theme, kit.actions, ActionId.HIDE_IDENTITY)
        self.identity.setCheckable(True)
        box.addWidget(self.identity)
        box.addWidget(self._search())
        box.addWidget(ActionIconButton(kit.theme, kit.actions, ActionId.SETTINGS))
        keys = ActionIconButton(kit.theme, kit.actions, ActionId.KEYS, icon=Icon.QUESTION)
        box.addWidget(keys)
        self._navigation = (navigation,)
        self._with_study: tuple[QWidget, ...] = (rule, self.title, self.modes, self.chip,
                                                 navigation, self.priors)  # fmt: skip
        self._without_study = (self._reviewer, keys)
        kit.actions.keymap_changed.connect(self._show_keys)
        self._show_keys()

    def _show_keys(self) -> None:
        """Say the keys that do the same, as they are now."""

        def tip(action_id: ActionId) -> str:
            actions = self._kit.actions
            return f"{tr(actions.spec(action_id).text)}  {actions.shown_key(action_id)}".strip()

        self._count.setToolTip(tip(ActionId.STUDIES))
        self.modes.show_tips([tip(action_id) for _, action_id in MODES])

    def _study_navigation(self) -> QWidget:
        kit, px = self._kit, self._kit.theme.px
        whole_of_it = QWidget()
        box = QHBoxLayout(whole_of_it)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(4))
        self._count = Button(kit.theme, icon=Icon.LIST_BULLETS, kind=ButtonKind.QUIET, compact=True)
        self._count.clicked.connect(lambda: kit.actions.trigger(ActionId.STUDIES))
        self._count.setAccessibleName(tr(kit.actions.spec(ActionId.STUDIES).text))
        box.addWidget(ActionIconButton(kit.theme, kit.actions, ActionId.PREVIOUS_STUDY))
        box.addWidget(self._count)
        box.addWidget(ActionIconButton(kit.theme, kit.actions, ActionId.NEXT_STUDY))
        return whole_of_it

    def _show_priors(self) -> None:
        """A quiet word that there are other studies of this patient."""
        count = len(self._kit.workspace.library.priors)
        self.priors.setVisible(count > 0)
        words = say("Same patient: {count}", count=count)
        self.priors.setText(tr(words) if self._is_wide else str(count))
        self.priors.updateGeometry()

    def _mode_control(self) -> Segmented:
        specs = [self._kit.actions.spec(action_id) for _, action_id in MODES]
        words = [tr(spec.short_text or spec.text) for spec in specs]
        control = Segmented(self._kit.theme, words, tr(say("Mode")))
        control.chosen.connect(lambda index: self._kit.actions.trigger(MODES[index][1]))
        return control

    def _search(self) -> QWidget:
        kit = self._kit
        if not self._is_wide:
            return ActionIconButton(kit.theme, kit.actions, ActionId.COMMANDS, icon=Icon.COMMAND)
        return SearchButton(kit.theme, kit.actions)

    def _show_chip(self) -> None:
        """Say whether what the AI drew is on screen."""
        if self._kit.workspace.mode is Mode.COMPARE:
            icon, words, is_warning = link_state(self._kit.workspace)
            self.chip.show_state(icon, tr(words), chip.WARNING if is_warning else chip.NEUTRAL)
            return
        overlay = self._kit.workspace.overlay
        hidden = tr(say("AI hidden"))
        shown = tr(say("Concurrent: AI shown") if self._is_wide else say("Concurrent"))
        self.chip.keep_room_for(hidden, shown)
        if overlay.ai_hidden or overlay.mode is OverlayMode.OFF:
            self.chip.show_state(Icon.EYE_SLASH, hidden)
        else:
            self.chip.show_state(Icon.EYE, shown, chip.FROM_AI)

    def _open_menu(self, brand: Brand) -> None:
        menu = main_menu(self._kit.theme, self._kit.actions, self)
        menu.popup(brand.mapToGlobal(QPoint(0, brand.height())))

    def _changed(self, *_payload: object) -> None:
        self.refresh()
