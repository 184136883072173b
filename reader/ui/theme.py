"""The look of the application: fonts, palette, and one stylesheet, all from the tokens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from reader.ui import tokens
from reader.ui.icons import Icons
from reader.ui.tokens import TextStyle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

TABULAR_FIGURES = "tnum"


@dataclass(frozen=True, slots=True)
class Theme:
    """What every widget is given to draw itself: sizes, fonts and icons at one scale."""

    icons: Icons
    scale: float = 1.0

    def px(self, size: float) -> int:
        """A size of the design in px on this screen's scale."""
        return round(size * self.scale)

    def font(self, style: TextStyle, weight: int = tokens.REGULAR) -> QFont:
        """A font with tabular figures, so that changing numbers do not jump."""
        return QFont(_font(self.px(style.size_px), weight))


@cache
def _font(size_px: int, weight: int) -> QFont:
    """Made once for each size and weight: a page of text asks for a thousand."""
    font = QFont()
    font.setFamilies(list(tokens.FONT_FAMILIES))
    font.setPixelSize(size_px)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag(TABULAR_FIGURES), 1)
    return font


def load_fonts(folder: Path) -> list[str]:
    """Register the bundled fonts. Returns: the families that came with them."""
    families: list[str] = []
    for path in sorted(folder.glob("*.ttf")):
        identity = QFontDatabase.addApplicationFont(str(path))
        families += QFontDatabase.applicationFontFamilies(identity)
    return families


def dress(app: QApplication, theme: Theme) -> None:
    """Give the whole application this theme's style, palette, font and stylesheet."""
    app.setStyle("Fusion")
    app.setPalette(palette())
    app.setFont(theme.font(tokens.BODY))
    app.setStyleSheet(stylesheet(theme))


def palette() -> QPalette:
    """The tokens as Qt's roles, for everything Qt draws by itself."""
    colors = {
        QPalette.ColorRole.Window: tokens.BG,
        QPalette.ColorRole.WindowText: tokens.TEXT,
        QPalette.ColorRole.Base: tokens.FIELD,
        QPalette.ColorRole.AlternateBase: tokens.PANEL,
        QPalette.ColorRole.Text: tokens.TEXT,
        QPalette.ColorRole.PlaceholderText: tokens.TEXT_3,
        QPalette.ColorRole.Button: tokens.RAISED,
        QPalette.ColorRole.ButtonText: tokens.TEXT,
        QPalette.ColorRole.BrightText: tokens.TEXT,
        QPalette.ColorRole.Highlight: tokens.SELECTED,
        QPalette.ColorRole.HighlightedText: tokens.TEXT,
        QPalette.ColorRole.Link: tokens.READER,
        QPalette.ColorRole.ToolTipBase: tokens.RAISED,
        QPalette.ColorRole.ToolTipText: tokens.TEXT,
        QPalette.ColorRole.Mid: tokens.LINE,
        QPalette.ColorRole.Dark: tokens.BG,
        QPalette.ColorRole.Light: tokens.HOVER,
        QPalette.ColorRole.Accent: tokens.READER,
    }
    made = QPalette()
    for role, color in colors.items():
        made.setColor(role, QColor(color))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.TEXT_OFF))
    return made


def stylesheet(theme: Theme) -> str:
    """Everything Qt's own widgets need; the design's controls paint themselves."""
    px, t = theme.px, tokens
    return f"""
QToolTip {{ background: {t.RAISED}; color: {t.TEXT}; border: 1px solid {t.LINE};
  padding: {px(4)}px {px(8)}px; }}
QMenu {{ background: {t.RAISED}; border: 1px solid {t.BUTTON_EDGE}; padding: {px(4)}px 0; }}
QMenu::item {{ padding: {px(6)}px {px(24)}px {px(6)}px {px(12)}px; color: {t.TEXT}; }}
QMenu::item:selected {{ background: {t.SELECTED}; }}
QMenu::item:disabled {{ color: {t.TEXT_OFF}; }}
QMenu::icon {{ padding-left: {px(12)}px; }}
QMenu::separator {{ height: 1px; background: {t.LINE}; margin: {px(4)}px 0; }}
QScrollArea, QAbstractScrollArea {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {px(10)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(10)}px; margin: 0; }}
QScrollBar::handle {{ background: {t.BUTTON_EDGE}; border-radius: {px(3)}px;
  margin: {px(2)}px; min-height: {px(24)}px; min-width: {px(24)}px; }}
QScrollBar::handle:hover {{ background: {t.LINE_STRONG}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; border: none; width: 0; height: 0; }}
QLineEdit, QSpinBox, QComboBox {{ background: {t.FIELD}; color: {t.TEXT};
  border: 1px solid {t.LINE_STRONG}; border-radius: {px(6)}px; padding: 0 {px(10)}px;
  min-height: {px(30)}px; selection-background-color: {t.READER};
  selection-color: {t.TEXT_ON_BRIGHT}; }}
QLineEdit:focus, QSpinBox:focus, QComboBox:focus {{ border: 2px solid {t.READER};
  padding: 0 {px(9)}px; min-height: {px(28)}px; }}
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled {{ color: {t.TEXT_OFF};
  border-color: {t.LINE}; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; min-height: 0;
  padding: 0 {px(8)}px; }}
QAbstractSpinBox QLineEdit:focus {{ border: none; padding: 0 {px(8)}px; min-height: 0; }}
QComboBox::drop-down {{ border: none; width: {px(24)}px; }}
QComboBox::down-arrow {{ image: url("{_arrow(theme, "down")}"); width: {px(14)}px; }}
QComboBox QAbstractItemView {{ background: {t.RAISED}; border: 1px solid {t.BUTTON_EDGE};
  outline: none; selection-background-color: {t.SELECTED}; }}
QComboBox QAbstractItemView::item {{ min-height: {px(30)}px; padding: 0 {px(10)}px; }}
QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: {px(20)}px; }}
QSpinBox::up-arrow {{ image: url("{_arrow(theme, "up")}"); width: {px(12)}px; }}
QSpinBox::down-arrow {{ image: url("{_arrow(theme, "down")}"); width: {px(12)}px; }}
"""


def _arrow(theme: Theme, direction: str) -> str:
    """Stylesheets cannot tint: an arrow in the text's colour is kept as a file of its own."""
    return (theme.icons.folder / f"arrow-{direction}-for-fields.svg").as_posix()
