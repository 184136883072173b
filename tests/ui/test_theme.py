"""The design's promises about colour, type and icons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontMetricsF, QRawFont

from reader.core.segmentation import SEGMENT_COLORS
from reader.session.viewing import overlay
from reader.ui import tokens
from reader.ui.controls.painting import wrapped
from reader.ui.icons import Icon, Icons
from reader.ui.theme import Theme, load_fonts, stylesheet


def _luminance(color: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    "surface", [tokens.IMAGE, tokens.BG, tokens.PANEL, tokens.RAISED, tokens.HOVER, tokens.SELECTED]
)
def test_surfaces_are_neutral_and_text_on_them_is_legible(surface: str):
    assert surface[1:3] == surface[3:5] == surface[5:7]
    texts = [tokens.TEXT, tokens.TEXT_2, tokens.READER, tokens.AI, tokens.WARNING]
    if surface != tokens.SELECTED:
        texts.append(tokens.SUCCESS)
    assert min(_contrast(text, surface) for text in texts) >= 4.5


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        (tokens.TEXT_3, tokens.PANEL, 4.5),
        (tokens.TEXT_ON_BRIGHT, tokens.READER, 4.5),
        (tokens.READER_DIM_TEXT, tokens.READER_DIM, 4.5),
        (tokens.AI_DIM_TEXT, tokens.AI_DIM, 4.5),
        (tokens.WARNING, tokens.WARNING_DIM, 4.5),
        (tokens.DANGER, tokens.DANGER_DIM, 4.5),
        (tokens.TEXT, tokens.WARNING_DIM, 4.5),
        (tokens.LINE_STRONG, tokens.PANEL, 3.0),
        (tokens.READER, tokens.BG, 3.0),
    ],
)
def test_pairs_of_colours_meet_wcag(text: str, ground: str, least: float):
    assert _contrast(text, ground) >= least


def test_session_and_design_agree_on_whose_colour_is_whose():
    assert overlay.AI_COLOR == tokens.AI
    assert overlay.READER_COLOR == tokens.READER
    assert not {tokens.AI, tokens.READER} & set(SEGMENT_COLORS)


@pytest.fixture
def theme(qapp, project_root: Path) -> Theme:
    load_fonts(project_root / "resources" / "fonts")
    return Theme(Icons(project_root / "resources" / "icons"))


@pytest.mark.parametrize("weight", [tokens.REGULAR, tokens.MEDIUM, tokens.SEMIBOLD])
def test_the_bundled_font_is_the_one_used(theme: Theme, weight: int):
    font = QRawFont.fromFont(theme.font(tokens.BODY, weight))
    assert font.familyName() == "Inter Reading Room"
    assert font.weight() == weight


def test_figures_are_tabular(theme: Theme):
    metrics = QFontMetricsF(theme.font(tokens.BODY))
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_nothing_is_smaller_than_twelve(theme: Theme):
    styles = [v for v in vars(tokens).values() if isinstance(v, tokens.TextStyle)]
    assert min(style.size_px for style in styles) == 12
    assert len(styles) == 6


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.5])
def test_the_stylesheet_uses_tokens_only(theme: Theme, scale: float):
    named = {v for v in vars(tokens).values() if isinstance(v, str) and v.startswith("#")}
    used = set(re.findall(r"#[0-9A-Fa-f]{6}", stylesheet(Theme(theme.icons, scale))))
    assert used <= named


def test_an_icon_is_drawn_in_the_colour_asked_for(theme: Theme):
    image = theme.icons.pixmap(Icon.SQUARE, tokens.AI, 32, 2.0).toImage()
    assert (image.width(), image.devicePixelRatio()) == (64, 2.0)
    solid = {
        image.pixelColor(x, y).name().upper()
        for x in range(64)
        for y in range(64)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert solid == {QColor(tokens.AI).name().upper()}
    again = theme.icons.pixmap(Icon.SQUARE, tokens.AI, 32, 2.0)
    assert again.cacheKey() == theme.icons.pixmap(Icon.SQUARE, tokens.AI, 32, 2.0).cacheKey()


def test_fonts_and_icons_come_with_their_licences(project_root: Path):
    assert (project_root / "resources" / "fonts" / "Inter-LICENSE.txt").exists()
    assert (project_root / "resources" / "icons" / "Phosphor-LICENSE.txt").exists()


@pytest.mark.parametrize("width", range(60, 400, 7))
def test_a_line_never_ends_between_a_number_and_its_unit(theme: Theme, width: int):
    text = "Slice spacing: 5.0 mm, the card asks for 0.5 to 3.3 mm. Length covered: 40 mm."
    lines = wrapped(theme, tokens.BODY, text, width)
    assert " ".join(lines) == text
    if width >= 120:
        assert not any(line.startswith("mm") for line in lines)


@pytest.mark.parametrize("width", range(60, 300, 7))
def test_no_chinese_paragraph_ends_with_one_character_on_a_line(theme: Theme, width: int):
    text = "找到多项检查。已打开最大的一项。"
    lines = wrapped(theme, tokens.BODY, text, width)
    assert "".join(lines) == text
    assert len(lines) == 1 or len(lines[-1]) > 2
